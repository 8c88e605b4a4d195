#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Any parameter as an axis: each cell has the bits of the run in which its values are plain options, whatever shares its
# registers; a sweep is widened along any axis; the files say the same; journals of an earlier version are resumed.
# AXES_EXPERIMENTS: how many random experiments, AXES_SEED: which.
. "$(dirname "$0")/../lib.sh"
export OMPI_MCA_ess_singleton_isolated=1 # MPI_Init starts no helper process: half the time
mkdir "$T/w" && cd "$T/w" || exit 1
experiments=${AXES_EXPERIMENTS:-40} seed=${AXES_SEED:-1}

# --- random experiments -----------------------------------------------------------------------------------------

# For each experiment a line with its options, then lines of what is plain in five of its cells.
cat >draw.py <<'PY'
import random, sys
r = random.Random(int(sys.argv[2]))
axes = {
    "--learning-rate": ["0.001", "0.05", "0.2", "1.5"], "--rate-decay": ["0", "0.1", "2"],
    "--batch": ["1", "8", "37", "all"], "--hidden-activation": ["logistic", "tanh", "relu", "softsign", "linear"],
    "--output-activation": ["logistic", "tanh", "linear"], "--optimizer": ["sgd", "rprop", "adam"],
    "--momentum": ["0", "0.5", "0.9"], "--adam-beta1": ["0.5", "0.9"], "--rprop-increase": ["1.1", "1.3"],
    "--weight-range": ["0.01", "0.5", "3"], "--weight-decay": ["0", "1e-05", "0.01"],
    "--seed": ["1", "7", "12345678901"],
    "--epochs": ["0", "1", "2", "3", "5", "8"],
}
of = {"--momentum": {"sgd"}, "--adam-beta1": {"adam"}, "--rprop-increase": {"rprop"},
      "--learning-rate": {"sgd", "adam"}, "--rate-decay": {"sgd", "adam"}}
for n in range(int(sys.argv[1])):
    chosen = {name: r.sample(axes[name], r.randint(2, min(3, len(axes[name])))) for name in
              r.sample(sorted(axes), r.randint(1, 4))}
    optimizers = set(chosen.get("--optimizer", ["sgd"])) # an axis that none of them uses is refused
    chosen = {name: values for name, values in chosen.items() if not of.get(name) or of[name] & optimizers}
    grid = {"-a": [str(v) for v in r.sample(range(1, 40), 2)], "-b": [str(v) for v in r.sample(range(1, 24), 2)]}
    plain = {"--epochs": r.choice(["1", "3"]), "--repeats": str(r.randint(1, 2))}
    plain = {name: value for name, value in plain.items() if name not in chosen}
    if r.random() < 0.3 and "--seed" not in chosen:
        plain["--split"] = "50/25/25"
        if r.random() < 0.5:
            plain["--early-stopping"] = r.choice(["patience=1,every=1", "every=2", "up=1,every=1"])
    several = {**grid, **chosen}
    repeats = int(plain.get("--repeats", 1))
    print("S", *[f"{name} {','.join(values)}" for name, values in several.items()],
          *[f"{name} {value}" for name, value in plain.items()])
    for cell in range(5):
        values = {name: r.choice(values) for name, values in several.items()}
        fixed = {name: value for name, value in plain.items() if name != "--repeats"}
        print("C", r.randrange(repeats), *[f"{name} {value}" for name, value in {**values, **fixed}.items()])
PY
cat >find.py <<'PY'
# The cell's trial in the HDF5 file says what `nsurf train` says.
import sys, h5py
line = [l for l in open("trained") if l[0] != "#"][0].split()
options = dict(zip(sys.argv[2::2], sys.argv[3::2]))
with h5py.File("s.h5") as f:
    names = f.attrs["axes"].split()
    at = []
    for name in names:
        text = options[{"hidden1": "-a", "hidden2": "-b"}.get(name, "--" + name.replace("_", "-"))]
        values = f[name][()]
        if values.dtype.kind == "O":
            at.append([v.decode() for v in values].index(text))
        else:
            wanted = values.dtype.type(0 if text == "all" else float(text) if values.dtype.kind == "f" else int(text))
            at.append(list(values).index(wanted))
    each = "trainings" in f
    where = f["trainings"] if each else f
    at = tuple(at) + ((int(sys.argv[1]),) if each else ())
    for part, field in (("train", 6), ("validation", 7), ("test", 8)):
        if part + "_error" in where:
            error = where[part + "_error"][at]
            assert error == float(line[field]) or (error != error and line[field] == "NaN"), (part, error, line)
    assert where["status"][at] == int(line[4]), (where["status"][at], line)
    assert where["epochs_trained" if "epochs" in names else "epochs"][at] == int(line[5]), line
PY
sweep() # FILE WORD…: the sweep in one process, and its digest
{
    rm -f s.*
    "$NSURF" -q "${@:2}" -o s >"$1" 2>said || [[ $? == 1 ]] || { cat said; return 1; } # 1: every training diverged
}
alike() # every cell asked for, and the same bytes with fewer instructions
{
    local kind words count=0
    while read -r kind words; do
        read -ra words <<<"$words"
        if [[ $kind == S ]]; then
            count=$((count + 1))
            sweep digest "${words[@]}" || { echo "experiment $count: ${words[*]}"; return 1; }
            cp s.h5 kept.h5
            NSURF_HIDE_ISA=avx512 sweep fewer "${words[@]}" && cmp digest fewer || return
            ((count % 8)) || { NSURF_ISA=plain sweep fewer "${words[@]}" && cmp digest fewer; } || return
            cp kept.h5 s.h5
        else
            "$NSURF" train --repeat "${words[0]}" "${words[@]:1}" >trained || return
            "$PYTHON" find.py "${words[@]}" || { echo "experiment $count, cell: ${words[*]}"; return 1; }
        fi
    done < <("$PYTHON" draw.py "$experiments" "$seed")
    ((count == experiments))
}
check "cells of $experiments random experiments are those of plain runs" alike

# The rows of the default grid after five epochs, as the first version had them.
golden()
{
    "$NSURF" -e 5 -q -o golden >digest && grep -v '^#' golden.tsv | sha256sum | grep -q '^8e75c8c6ee194749ffd9'
}
check 'the default grid has the bits that it always had' golden

# --- widening ---------------------------------------------------------------------------------------------------

small=(-a 2:4 -b 3 -e 4 -q)
check 'a plain run' "$NSURF" "${small[@]}" -o w
check 'another axis' "$NSURF" "${small[@]}" --learning-rate 0.1,0.2,0.4 -o w
kept() # OUTCOMES: so many, each another
{
    [[ $(outcomes w.journal) == "$1" && $(grep -v '^#' w.journal | cut -d' ' -f1-15 | sort -u | wc -l) == "$1" ]]
}
check 'what was done is kept' kept 9
check 'a third' "$NSURF" "${small[@]}" --learning-rate 0.1,0.2,0.4 --momentum 0,0.5 -o w
check '… and nothing is trained twice' kept 18
check 'more epochs, measured on the way' "$NSURF" "${small[@]:0:4}" -q -l 0.1,0.2,0.4 --momentum 0,0.5 -e 1:4 -o w
check 'fresh' "$NSURF" "${small[@]:0:4}" -q -l 0.1,0.2,0.4 --momentum 0,0.5 -e 1:4 -o fresh
check 'the same files' same_results w fresh
ends 64 'narrower is refused' 'outside of this grid' "$NSURF" -a 2:4 -b 3 -e 4 -l 0.1 -o w
ends 65 'another parameter is refused by name' 'seed is 1 there and 2 here' \
    "$NSURF" "${small[@]}" -l 0.1,0.2,0.4 -s 2 -o w
forged() # a line of another experiment under this journal's header
{
    "$NSURF" "${small[@]}" -o one >digest && "$NSURF" "${small[@]}" -s 2 -o two >digest || return
    { grep '^#' one.journal; grep '^3 3 ' two.journal; } >mixed.journal
    ! "$NSURF" "${small[@]}" -o mixed 2>said && grep -q damaged said && [[ $(wc -l <said) == 1 ]]
}
check 'a line of another experiment is damage' forged

# --- files ------------------------------------------------------------------------------------------------------

blocks()
{
    gnuplot -e "stats 'w.dat' nooutput; print STATS_blocks; stats 'w.dat' index 3 using 3 nooutput; print STATS_records;
        set terminal dumb; splot 'w.dat' index 3" >plotted 2>&1
    [[ $(head -n 2 plotted) == 6$'\n'12 ]] && grep -q '[A*]' plotted
}
check 'gnuplot: a block for each combination of further axes' blocks
cat >cube.py <<'PY'
import xarray
with xarray.open_dataset("w.h5", engine="h5netcdf") as d:
    assert d.error.dims == ("hidden1", "hidden2", "epochs", "learning_rate", "momentum"), d.error.dims
    rows = [line.split("\t") for line in open("w.tsv") if line[0] != "#"]
    assert len(rows) == 72
    for a, b, epochs, rate, momentum, error in rows:
        cell = d.error.sel(hidden1=int(a), hidden2=int(b), epochs=int(epochs)).sel(
            learning_rate=float(rate), momentum=float(momentum), method="nearest")
        assert float(cell) == float(error)
with xarray.open_dataset("words.h5", engine="h5netcdf") as d:
    assert list(d.hidden_activation.values) == ["tanh", "relu"] and float(d.error.sel(hidden_activation="relu")) > 0
PY
cat >nearest.py <<'PY'
"""What one types in a notebook: a curve through the cube, drawn with the names of its axes."""
import matplotlib
matplotlib.use("Agg")
import xarray
with xarray.open_dataset("w.h5", engine="h5netcdf") as d:
    cut = d.error.sel(learning_rate=0.1, method="nearest").isel(epochs=-1, momentum=0)
    assert abs(float(cut.learning_rate) - 0.1) < 1e-6, cut.learning_rate
    assert cut.plot()[0].axes.get_xlabel().startswith("neurons in the "), cut.dims
PY
check 'choices' "$NSURF" -a 2 -b 2 -e 3 -q --hidden-activation relu,tanh -o words
check 'xarray: a cube, with names' "$PYTHON" cube.py
if "$PYTHON" -c 'import matplotlib' 2>/dev/null; then
    check 'xarray: a slice by the nearest value, drawn' "$PYTHON" nearest.py
else
    skip 'xarray: drawn' "no matplotlib for $PYTHON"
fi
check 'ncdump: a dimension for each axis' bash -c "ncdump -h w.h5 | grep -q 'learning_rate = 3'"

best() # the lowest error of the table, with the value of each axis
{
    "$NSURF" best w | awk -F '\t' '$1 == "best" { print $2, $3, $4, $5, $6, $8 }' >told
    grep -v '^#' w.tsv | sort -g -t$'\t' -k6 | head -n 1 | tr '\t' ' ' | diff told - &&
        "$NSURF" best w | grep -q '^# lowest .*: (., 3) epochs=4 learning_rate=.* momentum=.*, .* weights: '
}
check 'nsurf best: over all axes' best

# --- what is refused --------------------------------------------------------------------------------------------

while IFS='|' read -r says words; do
    read -ra options <<<"$words"
    ends 64 "$words" "$says" "$NSURF" "${options[@]}"
done <<'TABLE'
log needs values above 0|-l 0:1:log5
expected how many values|-l 0.1:1
the range ends before it begins|--momentum 0.9:0.1:lin3
--no-shuffle=0,1: this option takes no argument|--no-shuffle=0,1
logistic, tanh, relu|--hidden-activation tanh,step
a finite number|--weight-decay 0,,1
more than the 268435456|-a 1:1000 -b 1:1000 -l 0:1:lin1000
9 axes with several|-a 1,2 -b 1,2 -e 1,2 -l 1,2 --rate-decay 1,2 --batch 1,2 --momentum 0,.5 --weight-range 1,2 -s 1,2
give --output-activation softmax or logistic|--loss squared,cross-entropy --output-activation tanh
--seed and --split|--seed 1,2 --split 1/1/1
TABLE
check 'nothing was written' bash -c '! ls nsurf.* 2>/dev/null'

# --- journals of an earlier version -----------------------------------------------------------------------------

# Of all but the standard errors over samples, which are NaN: a journal of format 2 does not keep what they are made of.
cat >alike.py <<'PY'
import h5py, numpy, sys
old, new = (h5py.File(name) for name in sys.argv[1:])
assert sorted(old) == sorted(new)
for name in old:
    if name.endswith("_error_sample_se"):
        assert numpy.isnan(old[name][()]).all() and not numpy.isnan(new[name][()]).any(), name
    elif isinstance(old[name], h5py.Dataset) and old[name].dtype.kind != "O":
        assert old[name][()].tobytes() == new[name][()].tobytes(), name
PY
same_but_for_samples() # PREFIX PREFIX
{
    cmp "$1.tsv" "$2.tsv" && cmp "$1.dat" "$2.dat" && "$PYTHON" alike.py "$1.h5" "$2.h5"
}
resumed() # SAME NAME OPTION…: nothing is trained, and SAME holds of the files and those of a fresh run
{
    local same=$1
    shift
    local name=$1
    cp "$TOP/tests/program/journals/$name.journal" "$name.journal"
    "$NSURF" "${@:2}" -o "$name" >digest 2>said || { cat said; return 1; }
    grep -q 'finished already' said || return
    "$NSURF" "${@:2}" -q -o "$name-fresh" >digest && "$same" "$name" "$name-fresh"
}
cp "$TOP/tests/program/journals/online.journal" wider.journal
check 'format 2: on-line' resumed same_results online -a 1:3 -b 1:3 -e 5
check 'format 2: early stopping' resumed same_but_for_samples stopping -a 2 -b 1:3 -e 5 --hidden-activation tanh \
    -l 0.05 --split 50/25/25 --early-stopping patience=3 -s 7 --error train
check 'format 2: widened' "$NSURF" -q -a 1:3 -b 1:4 -e 5 --momentum 0,0.5 -o wider
cp "$TOP"/tests/program/journals/{batch,repeats}.journal .
ends 65 'other sums of batches are refused by name' 'version 1 of the arithmetic of batches' \
    "$NSURF" -a 2 -b 1:2 -e 5 --optimizer rprop,first=0.05 -o batch
ends 65 'other orders of repeats are refused by name' 'version 1 of the arithmetic of repeats and folds' \
    "$NSURF" -a 2 -b 1:2 -e 5 -r 2 -o repeats
