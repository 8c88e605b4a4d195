#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# A network that `nsurf train` kept gives, in `nsurf predict` and in the Python of the README, the outputs that it was
# trained to: its error on the training's samples is that of the surface, to the bit. What is no such file is refused.
. "$(dirname "$0")/../lib.sh"
export NSURF
mkdir "$T/w" && cd "$T/w" || exit 1

# Three classes, with inputs that need scaling.
awk 'BEGIN { for (i = 0; i < 60; i++) print i / 60, i % 7 * 100, substr("abc", i * i % 3 + i % 2 + 1, 1) }' >named.txt
cut -d' ' -f1,2 named.txt >inputs.txt
sed 's/a$/1 0 0/; s/b$/0 1 0/; s/c$/0 0 1/' named.txt >outputs.txt
sed 's/ /,/g' named.txt >named.csv
(echo 60 2 3 && awk '{ print $1, $2; print $3, $4, $5 }' outputs.txt) >outputs.fann
echo 'a 3:1' >wide.libsvm
cut -d' ' -f1 named.txt >narrow.txt
awk '{ print $3, "1:" $1, "2:" $2 }' named.txt >named.libsvm
grep 'a$' named.txt >a.txt
sed 's/^0.5 /NA /' named.txt >gap.txt
(printf 'bool_in=0\nreal_in=2\nbool_out=3\nreal_out=0\n' &&
    printf 'training_examples=40\nvalidation_examples=12\ntest_examples=8\n' && cat outputs.txt) >outputs.dt
"$PYTHON" - <<'PY'
import h5py, numpy
x = numpy.loadtxt("inputs.txt")
names = [line.split()[2] for line in open("named.txt")]
with h5py.File("named.h5", "w") as file:
    file["inputs"], file["targets"] = x, names
with h5py.File("inputs.h5", "w") as file:
    file["inputs"] = x
PY

predict() # NETWORK DATA [OPTION]: into $T/tsv
{
    "$NSURF" predict "$@" >"$T/tsv"
}
said() # NAME: of the last prediction
{
    sed -n "s/^# $1 //p" "$T/tsv"
}
rows()
{
    sed '/^#/d' "${1:-$T/tsv}"
}
same_rows() # that the network gave at first
{
    [[ -s wanted ]] && diff <(rows "${1:-}") wanted
}
kept() # NAME FILE: an attribute of the network file
{
    "$PYTHON" -c 'import h5py, sys; print(float(h5py.File(sys.argv[2]).attrs[sys.argv[1]]))' "$@"
}
same_number() # ONE OTHER: the same double, however it is written
{
    "$PYTHON" -c 'import sys; sys.exit(float(sys.argv[1]) != float(sys.argv[2]))' "$@"
}

network() # FILE OPTION…: keep (4,5), repeat 1; its line stays in $T/line
{
    "$NSURF" train -a 4 -b 5 --repeat 1 -e 40 --save "$@" >"$T/line"
}
error_of() # FIELD: of the line
{
    sed 1d "$T/line" | cut -d' ' -f"$1"
}

python_scaled() # what the file says of its answers
{
    "$PYTHON" - <<'PY'
import h5py
import numpy

x = numpy.loadtxt("units.txt")[:, :2]
f = lambda z: 1 / (1 + numpy.exp(-z))
with h5py.File("units.nn.h5") as n:
    y = (x - n["shift"][()]) / n["divisor"][()]
    for l in "123":
        y = f(y @ n["weights" + l][()] + n["bias" + l][()])
    y = y * n["target_divisor"][()] + n["target_shift"][()]
    assert n.attrs["comment_targets"] == "answers = outputs * target_divisor + target_shift"
    tolerance = 1e-5 * n["target_divisor"][()]
import os, subprocess
ours = subprocess.run([os.environ["NSURF"], "predict", "units.nn.h5", "units.txt"], capture_output=True, text=True)
ours = numpy.loadtxt(ours.stdout.splitlines())
assert (abs(ours - y) < tolerance).all()
PY
}

check 'a network of class names' network named.nn.h5 -d named.txt --scale zscore
check 'keeping it again' cp named.nn.h5 before.h5
exits 64 'is refused' network named.nn.h5 -d named.txt
check 'unless it is asked for' network named.nn.h5 -d named.txt --scale zscore --force
check 'and gives the same bytes' cmp named.nn.h5 before.h5
proven()
{
    [[ $(head -c 512 named.nn.h5 | tr -d '\0' | sed -n 's/^sha256 //p') == \
        $(tail -c +513 named.nn.h5 | sha256sum | cut -d' ' -f1) ]]
}
check 'the bytes prove themselves' proven
for isa in plain avx2 avx512 neon; do
    NSURF_ISA=$isa "$NSURF" --version | grep -q "^instructions $isa\$" || continue
    NSURF_ISA=$isa check "$isa: its outputs" predict named.nn.h5 named.txt
    check "$isa: the error of the training" test "$(said error)" == "$(error_of 7)"
    rows >"$T/rows.$isa"
done
check 'the same bits everywhere' test "$(sha256sum "$T"/rows.* | cut -d' ' -f1 | sort -u | wc -l)" == 1
cp "$T/rows.plain" wanted
check 'the misclassification rate' test "$(said misclassified)" == "$(awk "BEGIN { print $(error_of 10) / 60 }")"
check 'the file knows the error' same_number "$(said error)" "$(kept train_error named.nn.h5)"
check 'the columns are named' grep -qxP '# a\tb\tc\twinner' "$T/tsv"
winners() # the last column is the name of the largest
{
    awk '{ w = 1; for (k = 2; k <= 3; k++) if ($k > $w) w = k; if (substr("abc", w, 1) != $4) exit 1 }' wanted
}
check 'winners' winners

for data in inputs.txt named.csv outputs.txt outputs.fann named.h5 inputs.h5 outputs.dt; do
    check "$data" predict named.nn.h5 $data
    check "$data: the same outputs" same_rows
done
tr . , <inputs.txt >comma.txt
check 'decimal commas' predict named.nn.h5 comma.txt --decimal comma
check 'decimal commas: the same outputs' same_rows
check 'LIBSVM, as if without targets' predict named.nn.h5 --no-targets named.libsvm
check 'LIBSVM: the same outputs' same_rows
check 'no error without targets' test -z "$(said error)"
check 'a single class' predict named.nn.h5 a.txt
rows_of() # PATTERN DATA: the rows of the network for the samples that match
{
    paste -d' ' "$2" wanted | sed -n "s/$1 //p" >some
    [[ -s some ]] && diff <(rows) some
}
check 'a single class: its outputs' rows_of '^[^ ]* [^ ]* a' named.txt
from_stdin()
{
    predict - inputs.txt <named.nn.h5
}
check 'a network from standard input' from_stdin
check 'its outputs' same_rows
check 'into a file' predict named.nn.h5 inputs.txt -o out.tsv
check 'the file' same_rows out.tsv
check 'and nothing else' test ! -s "$T/tsv"
exits 64 'a file is not replaced' "$NSURF" predict named.nn.h5 inputs.txt -o out.tsv
check 'unless it is asked for' predict named.nn.h5 inputs.txt -o out.tsv --force

check 'a network of three parts' network parts.nn.h5 -d outputs.dt
check 'its outputs' predict parts.nn.h5 outputs.dt
check 'each part has its error' test "$(said train_error) $(said validation_error) $(said test_error)" == \
    "$(error_of 7-9)"
for step in '--batch all' '--batch 7' '--batch 16 --momentum 0.5' '--optimizer rprop' '--momentum 0.5'; do
    read -r -a words <<<"$step"
    check "a network of $step" network steps.nn.h5 -d outputs.dt --force "${words[@]}"
    check "$step: its outputs" predict steps.nn.h5 outputs.dt
    check "$step: the errors of the training" test \
        "$(said train_error) $(said validation_error) $(said test_error)" == "$(error_of 7-9)"
done
check 'a network that stopped early' network early.nn.h5 -d outputs.dt -l 2 --force --early-stopping every=7
check 'its outputs' predict early.nn.h5 outputs.dt
check 'are those of the best state' test "$(said train_error) $(said validation_error) $(said test_error)" == \
    "$(error_of 7-9)"
check 'a network of folds' network folds.nn.h5 -d outputs.txt -t 3 --folds 4 --fold 2
check 'can be used' predict folds.nn.h5 inputs.txt
check 'a network of a filled gap' network gap.nn.h5 -d gap.txt --missing mean --scale minmax
check 'fills it again' predict gap.nn.h5 gap.txt
check 'with the same mean' test "$(said error)" == "$(error_of 7)"
rows >wanted
grep NA gap.txt >one.txt
check 'and not with one of other samples' predict gap.nn.h5 one.txt
check 'the output of the gap alone' rows_of '^NA [^ ]* [abc]' gap.txt
check 'a network of dropped gaps' network drop.nn.h5 -d gap.txt --missing drop
check 'drops them' predict drop.nn.h5 gap.txt
check 'with the same error' test "$(said error) $(said dropped)" == "$(error_of 7) 1"
for units in tanh:linear relu:softmax softsign:tanh linear:logistic; do
    loss=squared
    [[ $units == *:softmax ]] && loss=cross-entropy
    check "a network of $units" network units.nn.h5 -d outputs.dt -l 0.02 --force --optimizer adam \
        --hidden-activation ${units%:*} --output-activation ${units#*:} --loss $loss
    check "$units: its outputs" predict units.nn.h5 outputs.dt
    check "$units: its errors" test "$(said train_error) $(said validation_error) $(said test_error)" == \
        "$(error_of 7-9)"
done
awk 'BEGIN { for (i = 0; i < 60; i++) print i / 60, i % 7 * 100, 20 + 4 * i - i % 7, i / 3e6 }' >units.txt
for scaling in none minmax zscore; do
    check "targets in their own units, scaled $scaling" network units.nn.h5 -d units.txt -t 2 --force --scale minmax \
        --scale-targets $scaling --output-activation linear -l 0.02 --holdout 0.25
    check "$scaling: its answers" predict units.nn.h5 units.txt
    rows >answers
    own_units() # the errors of the answers to the training samples and the others, as everyone can compute them
    {
        "$PYTHON" - "$(error_of 7)" "$(error_of 9)" "$1" <<'PY'
import sys

import numpy

train, test = map(float, sys.argv[1:3])
answers, targets = numpy.loadtxt("answers", dtype="f4"), numpy.loadtxt("units.txt", dtype="f4")[:, 2:]
squares = (answers.astype(float) - targets) ** 2
assert abs(squares.mean() - (45 * train + 15 * test) / 60) < 1e-12 * squares.mean()
assert sys.argv[3] == "none" or abs(answers[:, 0] - targets[:, 0]).mean() < 80  # of 20 to 253
assert sys.argv[3] == "none" or abs(answers[:, 1] - targets[:, 1]).mean() < 1e-5  # of 0 to 2e-5
PY
    }
    check "$scaling: have the errors of the training" own_units $scaling
done
check 'a network of one part' network units.nn.h5 -d units.txt -t 2 --force --scale minmax --scale-targets zscore
check 'its answers' predict units.nn.h5 units.txt
check 'to the bit' test "$(said error)" == "$(error_of 7)"
check 'by hand, too' python_scaled
check 'a network of the iris data' network iris.nn.h5
check 'a network that diverged' network wild.nn.h5 -l 3e38

# The example of the README, with fewer epochs; the Python of nsurf-files(5) is run as it stands there.
eval "$(sed -n '/^awk .*>wave.txt$/p' "$TOP/README.md")"
check 'the network of the README' "$NSURF" train --data wave.txt --epochs 500 --learning-rate 0.5 -a 6 -b 14 \
    --repeat 3 --save net.h5
awk '/^\.Bd/ { inside = 1; text = ""; next }
     /^\.Ed/ { if (inside && text ~ /import h5py/) printf "%s", text; inside = 0 }
     inside { text = text $0 "\n" }' "$TOP/src/man/nsurf-files.5" >readme.py
check 'is ten lines of Python' test "$(wc -l <readme.py)" == 9
python_agrees() # DATA NETWORK
{
    sed "s/wave.txt/$1/; s/net.h5/$2/" readme.py >one.py
    echo 'numpy.savetxt("python.tsv", y)' >>one.py
    "$PYTHON" one.py >/dev/null && "$NSURF" predict "$2" "$1" --no-targets >nsurf.tsv && "$PYTHON" - <<'PY'
import numpy
ours = numpy.loadtxt("nsurf.tsv", ndmin=2, usecols=range(numpy.loadtxt("python.tsv", ndmin=2).shape[1]))
assert abs(ours - numpy.loadtxt("python.tsv", ndmin=2)).max() < 1e-6
PY
}
check 'and gives the same outputs' python_agrees wave.txt net.h5
awk '{ print $1, $2, 0 }' inputs.txt >zero.txt
check 'of scaled classes too' python_agrees zero.txt named.nn.h5

# Damage anywhere: cut short, a byte changed, bytes put in. Never a crash, never a wrong output.
head -c 600 named.nn.h5 >short.h5
cat named.nn.h5 inputs.txt >long.h5
damage() # COPIES: how many were not refused as they should be
{
    "$PYTHON" - "$1" <<'PY'
import random, subprocess, os, sys
random.seed(7)
whole, wrong = open("named.nn.h5", "rb").read(), 0
for copy in range(int(sys.argv[1])):
    at = random.randrange(len(whole)) if copy % 4 else random.randrange(600)
    other = bytes([whole[at] ^ 1 << random.randrange(8)])
    bad = [whole[:at] + other + whole[at + 1:], whole[:at], whole[:at] + other + whole[at:]][copy % 3]
    open("bad.h5", "wb").write(bad)
    run = subprocess.run([os.environ["NSURF"], "predict", "bad.h5", "inputs.txt"], capture_output=True)
    if run.returncode != 65 or run.stdout or run.stderr.count(b"\n") != 1:
        print(copy, at, run, file=sys.stderr)
        wrong += 1
sys.exit(wrong > 0)
PY
}
check '200 damaged copies are refused' damage 200

# Two networks on the same samples, as SciPy has it.
cat >pair.py <<'PY'
"""What `nsurf predict ONE DATA --against TWO` says, and what SciPy says of the outputs of both."""
import sys
import numpy as np
from scipy import stats

one, two, pair = ([line.split() for line in open(name)] for name in ("one.tsv", "two.tsv", "pair.tsv"))
outputs = [np.array([row[:3] for row in rows if row[0][0] != "#"], float) for rows in (one, two)]
wanted = np.array(["abc".index(line.split()[2]) for line in open("named.txt")])
errors = [((o - np.eye(3)[wanted]) ** 2).mean(axis=1) for o in outputs]
misses = [o.argmax(axis=1) != wanted for o in outputs]
alone = [int((misses[0] & ~misses[1]).sum()), int((misses[1] & ~misses[0]).sum())]
assert sum(alone) > 0, "networks that differ in no class test nothing"
p = [stats.ttest_rel(*errors).pvalue, stats.binomtest(alone[0], sum(alone)).pvalue]
said = [" ".join(row) for row in pair]
assert "# misclassified by the first alone %d, by the second alone %d" % tuple(alone) in said, said
rows = [row for row in pair if row[0] in ("error", "misclassified")]
assert len(rows) == 2
for row, (first, second), value in zip(rows, (errors, misses), p):
    difference = first.astype(float) - second
    expected = [first.mean(), second.mean(), difference.mean(), difference.std(ddof=1) / 60 ** 0.5, value]
    assert np.allclose(np.array(row[1:], float), expected, rtol=1e-9), (row, expected)
PY
pair() # FIRST SECOND
{
    "$NSURF" predict "$1" named.txt >one.tsv && "$NSURF" predict "$2" named.txt >two.tsv &&
        "$NSURF" predict "$1" named.txt --against "$2" >pair.tsv && "$PYTHON" pair.py
}
check 'another network' "$NSURF" train -q -d named.txt --scale zscore -a 12 -b 12 -e 3000 -l 1 \
    --hidden-activation tanh --save other.nn.h5
if "$PYTHON" -c 'import scipy' 2>/dev/null; then
    check 'two networks, sample by sample' pair named.nn.h5 other.nn.h5
    check 'the other way' pair other.nn.h5 named.nn.h5
else
    skip 'two networks, sample by sample' "no scipy for $PYTHON"
fi
equal() # no difference: no p for the error, and 1 for the classes
{
    "$NSURF" predict named.nn.h5 named.txt --against named.nn.h5 | tail -n 2 | cut -f 4- |
        diff - <(printf '0\t0\tNaN\n0\t0\t1\n')
}
check 'a network and itself' equal

# CODE | what the line says | options
while IFS='|' read -r code says words; do
    read -ra options <<<"$words"
    ends "$code" "$words" "$says" "$NSURF" "${options[@]}"
done <<'TABLE'
64|predict: needs a network and data|predict
64|predict: needs a network and data|predict named.nn.h5
64|predict: needs a network and data|predict named.nn.h5 inputs.txt inputs.txt
64|--scale: .nsurf predict FILE.h5 DATA. .* does to DATA|predict named.nn.h5 inputs.txt --scale minmax
64|--data: .nsurf predict FILE.h5 DATA. .* does to DATA|predict named.nn.h5 inputs.txt -d named.txt
64|--no-targets: belongs to `nsurf predict`|-d named.txt --no-targets
64|--epochs: .* trains nothing|predict named.nn.h5 inputs.txt -e 10
64|--save: .* trains nothing|predict named.nn.h5 inputs.txt --save x.h5
65|inputs.txt: does not begin with `nsurf network 1`|predict inputs.txt named.nn.h5
65|named.h5: does not begin with|predict named.h5 inputs.txt
65|/dev/zero: does not begin with|predict /dev/zero inputs.txt
65|/dev/null: does not begin with|predict /dev/null inputs.txt
65|none.h5: cannot be opened|predict none.h5 inputs.txt
65|short.h5: is not as it was written|predict short.h5 inputs.txt
65|long.h5: is not as it was written|predict long.h5 inputs.txt
65|wild.nn.h5: the training of this network diverged|predict wild.nn.h5 inputs.txt
65|inputs.txt:1:2: 2 inputs, not the 4 of iris.nn.h5|predict iris.nn.h5 inputs.txt
65|wide.libsvm:1:2: '3:1': the index is beyond the 2 inputs|predict named.nn.h5 wide.libsvm
65|gap.txt:31:1: 'NA': the value is missing; fill it in, as|predict named.nn.h5 gap.txt
65|inputs.txt: holds no targets, and --against|predict named.nn.h5 inputs.txt --against other.nn.h5
64|--against: compares errors, of which|predict named.nn.h5 named.txt --no-targets --against other.nn.h5
64|--against: reads the data twice|predict named.nn.h5 - --against other.nn.h5
65|none.h5: cannot be opened|predict named.nn.h5 named.txt --against none.h5
65|narrow.txt:1:1: 1 input, not the 2|predict named.nn.h5 --no-targets narrow.txt
74|no/such/place|train -a 1 -b 1 --save no/such/place.h5
TABLE
# Files that prove themselves and yet lie: whoever can write one can seal it.
forge() # NAME PYTHON: an iris network, changed by the statement, sealed anew
{
    "$PYTHON" - "$1" "$2" <<'PY'
import hashlib
import shutil
import sys

import h5py
import numpy

name, change = sys.argv[1:]
shutil.copy('iris.nn.h5', name)
def again(**how):
    del h['weights1']
    h.create_dataset('weights1', w.shape, 'f4', **how)


def virtual(layout):
    del h['weights1']
    h.create_virtual_dataset('weights1', layout)


with h5py.File(name, 'r+') as h:
    w = h['weights1'][()]
    exec(change)
with open(name, 'rb') as file:
    rest = file.read()[512:]
seal = f'nsurf network 1\nbytes {len(rest)}\nsha256 {hashlib.sha256(rest).hexdigest()}\n'
with open(name, 'wb') as file:
    file.write(seal.encode().ljust(512, b'\0') + rest)
PY
}
printf '.1 .2 .3 .4\n' >flower.txt
check 'forged: nothing changed' forge forged.h5 'pass'
check 'forged: nothing changed: used' "$NSURF" predict forged.h5 flower.txt
while IFS='|' read -r what change; do
    check "forged: $change" forge forged.h5 "$change"
    ends 65 "forged, refused: $change" "forged.h5: $what is not there, or not as it should be" \
        "$NSURF" predict forged.h5 flower.txt
done <<'FORGED'
fold|h.attrs.create('fold', numpy.full(8000, 7, dtype='u4'))
fold|h.attrs.create('fold', 1.5)
status|h.attrs.create('status', ['ok'] * 1000, dtype=h5py.string_dtype())
hidden_activation|h.attrs['hidden_activation'] = 'softmax'
weights1|h['weights1'][...] = numpy.nan
weights1|w.tofile('w.bin'); again(external=[('w.bin', 0, h5py.h5f.UNLIMITED)])
weights1|h5py.File('w.h5', 'w')['w'] = w; del h['weights1']; h['weights1'] = h5py.ExternalLink('w.h5', '/w')
weights1|v = h5py.VirtualLayout(w.shape, 'f4'); v[...] = h5py.VirtualSource('w.h5', 'w', w.shape); virtual(v)
target_shift|h.attrs['scale_targets'] = 'minmax'
scale_targets|h.attrs['scale_targets'] = 'log'
weights1|s = h['weights1'].shape; del h['weights1']; h.create_dataset('weights1', shape=s, dtype='f4')
divisor|h['divisor'][...] = 0
shift|h['shift'][...] = numpy.inf
mean|h.attrs['missing'] = 'mean'; h['mean'] = numpy.full(4, numpy.nan, dtype='f4')
target_columns|h['target_columns'][...] = [0, 2, 1]
FORGED
sed 's/a$/b/' named.txt >two.txt
check 'a network of two classes' network two.nn.h5 -d two.txt
ends 65 'a class that was not trained' "named.txt:[0-9]+:3: 'a' is none of the 2 classes" \
    "$NSURF" predict two.nn.h5 named.txt
check 'no temporary file' no_temporary
