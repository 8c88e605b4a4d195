#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Which samples are for what: files, shares, folds, and what does not go together. (How samples are split is for
# tests/unit/test_split.c.)
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1

awk 'BEGIN { for (i = 0; i < 60; i++) print i / 60, i % 7, i % 3 ? "b" : "a" }' >data.txt
head -n 40 data.txt >train.txt
sed -n 41,50p data.txt >validation.txt
tail -n 10 data.txt >test.txt

# sum_of OPTION…: the digest of the data as the program made them
sum_of()
{
    "$NSURF" -a 1 -b 1 -e 0 --force --quiet -o d "$@" >/dev/null && sed -n 's/^# data_sha256 //p' d.tsv
}
same() # SUM OPTION…
{
    local got
    got=$(sum_of "${@:2}") && [[ -n $got && $got == "$1" ]]
}
other() # SUM OPTION…
{
    local got
    got=$(sum_of "${@:2}") && [[ -n $got && $got != "$1" ]]
}

whole=$(sum_of -d data.txt)
holdout=$(sum_of -d data.txt --holdout 0.25)
check 'a holdout is another data set' test "$whole" != "$holdout"
check 'a share and a number of samples say the same' same "$holdout" -d data.txt --holdout 15
check 'shares of any sum say the same' same "$holdout" -d data.txt --split 3/0/1
check 'another seed deals otherwise' other "$holdout" -d data.txt --holdout 0.25 --seed 2
check 'validation and test make another' other "$holdout" -d data.txt --split 50/25/25
check 'folds make another' other "$whole" -d data.txt --folds 5
check 'the iris data can be split' other "$(sum_of)" --split 50/25/25
check 'scaling is another data set' other "$whole" -d data.txt --scale zscore

files=$(sum_of -d train.txt --validation validation.txt --test test.txt)
cat >data.dt <<EOF
bool_in=0
real_in=2
bool_out=2
real_out=0
training_examples=40
validation_examples=10
test_examples=10
$(sed 's/a$/1 0/; s/b$/0 1/' data.txt)
EOF
check 'files, and a Proben1 file of the same parts' same "$files" -d data.dt
check 'a split overrules the one of the file' same "$(sum_of -d data.txt --split 50/25/25)" -d data.dt --split 50/25/25
grep a train.txt >a.txt
check 'a file may bring a class that the training lacks' other "$whole" -d a.txt --test test.txt

refused() # CODE PATTERN OPTION…
{
    ends "$1" "${*:3}" "$2" "$NSURF" -a 1 -b 1 -e 0 --force -o d "${@:3}"
}
refused 64 '--test: data.dt has validation or test samples of its own' -d data.dt --test test.txt
refused 64 '--split and --test: both say' -d data.txt --split 50/25/25 --test test.txt
refused 64 '--folds and --scale: the samples that a fold holds out' -d data.txt --folds 5 --scale minmax
refused 64 '--folds 61: data.txt has 60 samples' -d data.txt --folds 61
refused 64 '--holdout: 60 samples' -d data.txt --holdout 60
refused 65 'none.txt: cannot be opened' -d data.txt --test none.txt
echo 1 2 3 4 >wide.txt
(echo a b y && cat data.txt) >named.txt
(echo b a y && cat data.txt) >swapped.txt
refused 65 "swapped.txt:1:1: the column 'b', which is 'a' in named.txt; make the headers alike" \
    -d named.txt --test swapped.txt
refused 65 "swapped.txt:1:1: the column 'b', which is 'a' in named.txt" -d data.txt --validation named.txt \
    --test swapped.txt
check 'files with the same header, or without one' "$NSURF" plan -q -a 1 -b 1 -d named.txt --validation named.txt \
    --test data.txt
refused 65 'wide.txt:1:4: 4 columns with 1 target, after 3 and 1 in data.txt' -d data.txt --test wide.txt
echo 1 2 3 >numbers.txt
refused 65 "numbers.txt:1:3: '3' is a number, after a class name" -d data.txt --validation numbers.txt

check 'a run with all of it' "$NSURF" -d data.txt -a 1 -b 1 -e 0 --force -q -o d --split 50/25/25 --scale zscore \
    --missing drop
said() # NAME VALUE
{
    grep -qx "# $1 $2" d.tsv
}
check 'the results name the split' said split 50/25/25
check 'the results name the scaling' said scale zscore
check 'the results name what was done to missing values' said missing drop
check 'the results name the folds' said folds 1

# --- targets in units of their own --------------------------------------------------------------------------------

awk 'BEGIN { for (i = 0; i < 60; i++) print i / 60, i % 7 / 7, 20 + 4 * i - i % 7, i % 5 / 1000 }' >units.txt
scaled() # PREFIX OPTION…
{
    "$NSURF" -d units.txt -t 2 -a 1:3 -b 2:3 -e 50 --force --quiet --scale-targets minmax -o "$@" >/dev/null
}
check 'scaled targets' scaled one
check 'the results name the scaling of the targets' grep -qx '# scale_targets minmax' one.tsv
check 'no other names it' test "$(grep -c scale_targets d.tsv)" == 0
check 'it is another data set' other "$(sum_of -d units.txt -t 2)" -d units.txt -t 2 --scale-targets minmax
check 'and the other way is another' other "$(sum_of -d units.txt -t 2 --scale-targets minmax)" -d units.txt -t 2 \
    --scale-targets zscore
check 'scaled targets, folds' scaled folds_one --folds 4 --scale-targets zscore --output-activation linear -l 0.02
on_three_ranks() # OPTION…
{
    mpirun -q -np 3 "$NSURF" -d units.txt -t 2 -a 1:3 -b 2:3 -e 50 --force --quiet --scale-targets minmax "$@"
}
check 'three ranks, folds' on_three_ranks -o folds_three --folds 4 --scale-targets zscore --output-activation linear \
    -l 0.02
check 'the same surface' same_results folds_one folds_three
fold_of_train() # the line of `train` is that of the surface
{
    local error
    error=$("$NSURF" train -d units.txt -t 2 -a 2 -b 3 -e 50 --scale-targets zscore --output-activation linear -l 0.02 \
        --folds 4 --fold 2 --save fold.h5 --force | sed 1d | cut -d' ' -f9) || return
    "$PYTHON" - "$error" <<'PY'
import sys

import h5py
import numpy

surface, network = h5py.File("folds_one.h5"), h5py.File("fold.h5")
assert surface["trainings/test_error"][1, 1, 2, 0] == float(sys.argv[1])
assert network.attrs["scale_targets"] == "zscore"
t = numpy.loadtxt("units.txt")[:, 2:].astype("f4")
# Some 45 of the 60 samples gave mean and deviation: near those of all, and not the same.
for k in range(2):
    assert 0 < abs(network["target_shift"][k] - t[:, k].mean()) < 0.2 * t[:, k].std()
    assert 0 < abs(network["target_divisor"][k] / t[:, k].std() - 1) < 0.2
PY
}
check 'a fold has the scaling of its own training samples' fold_of_train
refused 64 '--scale-targets: the targets of data.txt are classes' -d data.txt --scale-targets minmax
awk '{ print $1, $2, $3 / 300 }' units.txt >probable.txt
refused 64 '--scale-targets and --loss cross-entropy' -d probable.txt --scale-targets minmax --loss cross-entropy
refused 64 '--scale-targets: "log": none, minmax or zscore' -d units.txt --scale-targets log

# --- what is measured ------------------------------------------------------------------------------------------------

# Without an epoch a network keeps its first weights, so that the parts' errors add up to the whole's. Each fold has
# weights of its own: there they are next to none, so that all networks answer with one half.
python3=/usr/bin/python3
untrained() # PREFIX OPTION…
{
    "$NSURF" -a 3 -b 4 -e 0 --force --quiet -o "$@" >/dev/null
}
check 'untrained: all samples' untrained all
check 'untrained: three parts' untrained parts --split 50/30/20
awk 'BEGIN { for (i = 0; i < 60; i++) print i % 7, i / 60 }' >ramp.txt
check 'no weights: all samples' untrained half -d ramp.txt --weight-range 1e-30
check 'no weights: ten folds' untrained folds -d ramp.txt --weight-range 1e-30 --folds 10
check 'no weights: the folds of classes' untrained classes --weight-range 1e-30 --folds 10
check 'untrained: two files' untrained files -d train.txt --test test.txt
adds_up()
{
    $python3 - <<'PY'
import h5py
names = "all", "parts", "half", "folds", "classes", "files"
whole, parts, half, folds, classes, files = (h5py.File(name + ".h5") for name in names)
for what in ("error", "misclassified"):
    total = whole["train_" + what][0, 0]
    shares = {"train": 75, "validation": 45, "test": 30}
    assert abs(sum(n * parts[part + "_" + what][0, 0] for part, n in shares.items()) / 150 - total) < 1e-12, what
    assert "validation_" + what not in classes and "test_" + what not in whole, what
    assert parts["validation_" + what].attrs["samples"] == "validation"
for part in "test", "train":
    assert abs(folds[part + "_error"][0, 0] - half["train_error"][0, 0]) < 1e-12, part
    assert abs(classes[part + "_misclassified"][0, 0] - 2 / 3) < 1e-12, part # the first class wins
assert len(set(folds["trainings/test_error"][0, 0].ravel())) == 10 # each fold has samples of its own
assert parts["test_error"][0, 0] != parts["train_error"][0, 0]
assert "train_error" in files and "test_error" in files
PY
}
if $python3 -c 'import h5py' 2>/dev/null; then
    check 'the parts add up to the whole, in errors and misclassified samples' adds_up
else
    skip 'the parts add up to the whole' 'no h5py'
fi
shown() # PART: what the table shows is the surface of that part
{
    untrained shown --split 50/30/20 --error "$1" || return
    grep -q "of the $1 samples" shown.tsv || [[ $1 == train ]] || return
    $python3 - "$1" <<'PY'
import sys, h5py
parts, shown = h5py.File("parts.h5"), h5py.File("shown.h5")
row = [line for line in open("shown.tsv") if line[0] != "#"][0].split()
assert float(row[2]) == parts[sys.argv[1] + "_error"][0, 0] == shown["error"][0, 0]
assert shown["error"].attrs["samples"] == sys.argv[1]
PY
}
for part in train validation test; do check "--error $part" shown $part; done
refused 64 '--error test: there are no such samples' -d data.txt --error test
refused 64 '--error: "all": train, validation or test' -d data.txt --error all
