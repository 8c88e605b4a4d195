#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# `nsurf best` finds in old results what SciPy finds in them, says at the end of a run what it says later, and refuses
# what is no result. (Ties and cells that are left out are for tests/unit/test_ranking.c.)
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1

best() # without MPI
{
    env OMPI_MCA_btl=none OMPI_MCA_pml=none "$NSURF" best "$@"
}
sweep()
{
    "$NSURF" -e 200 "$@" >/dev/null
}

cat >again.py <<'PY'
"""The table of `nsurf best` on standard input, and what SciPy says of PREFIX.h5."""
import sys
import h5py
import numpy as np
from scipy import integrate, optimize, special, stats

prefix, part = sys.argv[1:]
with h5py.File(prefix + ".h5") as f:
    errors = f["trainings/" + part + "_error"][:]
    a, b = f["hidden1"][:], f["hidden2"][:]
    sampled = None if part == "train" else f["trainings/" + part + "_error_sample_se"][:].reshape(a.size * b.size, -1)
    inputs, targets = int(f.attrs["inputs"]), int(f.attrs["targets"])
folds = errors.shape[2] if errors.ndim == 4 else 0
cells = [(x, y, x * (inputs + 1) + y * (x + 1) + targets * (y + 1)) for x in map(int, a) for y in map(int, b)]
every = errors.reshape(len(cells), -1)
e = errors.mean(-1).reshape(len(cells), -1) if folds else every # [cell][block]
K, n = e.shape
d = n - 1
means, best = e.mean(1), int(e.mean(1).argmin())
effects = np.median(e - means[:, None], axis=0)
rest = e - means[:, None] - (effects - effects.mean())
own = (rest ** 2).sum(1) / d / (1 - 1 / K)
logs = np.log(own)
beyond = logs.var(ddof=1) - special.polygamma(1, d / 2)
beyond += ((special.polygamma(3, d / 2) + 2 * special.polygamma(1, d / 2) ** 2) / K) ** 0.5 / 2
assert beyond > 0
d0 = optimize.brentq(lambda x: special.polygamma(1, x / 2) - beyond, 1e-3, 1e9, xtol=1e-14)
s0 = np.exp(logs.mean() - special.digamma(d / 2) + np.log(d / 2) + special.digamma(d0 / 2) - np.log(d0 / 2))
difference = e - e[best]
variance = (d0 * 2 * s0 + d * difference.var(axis=1, ddof=1)) / (d0 + d)
above = lambda z, c: stats.norm.pdf(z) * (1 - stats.norm.cdf(2 ** 0.5 * c - z) ** (K - 1))
tail = lambda c: 0.05 - integrate.quad(above, -9, 9, args=(c,), epsabs=1e-13, limit=200)[0]
critical = stats.t.isf(stats.norm.sf(optimize.brentq(tail, 0, 9, xtol=1e-13)), min(d0 + d, d * (K - 1)))
reach = means[best] + critical * (variance / n) ** 0.5
candidates = [i for i in np.argsort(means, kind="stable") if means[i] <= reach[i]]
error_of = lambda i: (e[i] if folds else every[i]).std(ddof=1) / n ** 0.5 # clustered by fold
row_of = lambda role, i: (role, *cells[i], means[i], every[i].std(ddof=1), error_of(i))
expected = [row_of("best", best), row_of("smallest", min(candidates, key=lambda i: (cells[i][2], i))),
            row_of("largest", max(candidates, key=lambda i: cells[i][2]))]
expected += [row_of("candidate", i) for i in candidates]
lines = [line.rstrip("\n").split("\t") for line in sys.stdin]
rows = [r for r in lines if not r[0].startswith("#")]
assert [r for r in lines if r[0] == "#role"] == ["#role hidden1 hidden2 weights error error_sd standard_error".split()]
assert len(rows) == len(expected) <= K + 3, (rows, expected)
for got, want in zip(rows, expected):
    assert got[:4] == list(map(str, want[:4])), (got, want)
    assert np.allclose(np.array(got[4:], float), want[4:], rtol=1e-11, atol=0), (got, want)
says = "\n".join(line[0] for line in lines if line[0].startswith("# "))
within, of_median = own.mean() / n, np.median(own) * d / stats.chi2.median(d) / n
between = stats.median_abs_deviation(means, scale="normal") ** 2
noisy = (own > of_median * n * stats.chi2.isf(0.001 / K, d) / d).sum()
noisy = ", without the excess noise of %d cell%s" % (noisy, "s" * (noisy > 1)) if noisy else ""
assert "%.0f %% of the variance between the cells' means (%.0f %% by medians%s)" % (
    100 * min(1, within / means.var(ddof=1)), 100 * min(1, of_median / between), noisy) in says, says
assert "noise, without what all cells share, has sd %.2g" % own.mean() ** 0.5 in says, says
optimism = min(1, (d0 * s0 + d * own[best]) / (d0 + d) / n / between) * (np.median(means) - means[best])
assert "expected optimism of the lowest of %d: %.2g; so again it would have about %.4g" % (
    K, optimism, means[best] + optimism) in says, says
def share_of(axis): # of a full grid
    grid = means.reshape(len(a), len(b))
    return grid.mean(axis=1 - axis).var() / grid.var()
order = sorted((0, 1), key=share_of, reverse=True)
assert "main effects: %s of the variance between cells, interactions %.0f %%, each with its part of chance\n" % (
    ", ".join("hidden%d %.0f %%" % (i + 1, 100 * share_of(i)) for i in order),
    100 * (1 - share_of(0) - share_of(1))) in says + "\n", says
if folds:
    one_way = errors.reshape(K, folds, -1)
    inner = one_way.var(axis=2, ddof=1).mean()
    outer = one_way.mean(2).var(axis=1, ddof=1).mean() - inner / one_way.shape[2]
    assert "between folds by sd %.2g, between repeats of a fold by %.2g: standard error of a mean %.2g" % (
        outer ** 0.5, inner ** 0.5, (outer / folds + inner / every.shape[1]) ** 0.5) in says, says
words = {"train": "training", "validation": "validation", "test": "test"}
assert "lowest mean %s error of %d cells: (%d, %d)" % (words[part], K, *cells[best][:2]) in says, says
chance = "standard error %.2g" % error_of(best)
if sampled is not None:
    of = sampled[best].reshape(folds or 1, -1).mean(1)
    chance += " by %s, %.2g by its samples" % ("fold" if folds else "training", sum(of ** 2) ** 0.5 / len(of))
assert ": %.4g, %s (" % (means[best], chance) in says, (chance, says)
told = " of the best: %d cells; the smallest" % len(candidates) if len(candidates) > 1 else "no other cell"
assert told in says, says
PY
cat >by.py <<'PY'
"""The table of `nsurf best PREFIX --by NAME [--at learning-rate=…]` on standard input, and what NumPy says of
PREFIX.h5: an additive model by least squares, with an indicator for each value of each axis."""
import sys
import h5py
import numpy as np

prefix, by, *at = sys.argv[1:]
with h5py.File(prefix + ".h5") as f:
    names = f.attrs["axes"].split()
    values = [f[name][:] for name in names]
    error, ok = f["error"][:].ravel(), f["trainings_ok"][:].ravel() == f["repeat" if "repeat" in f else
                                                                      "trainings/repeat"].size
places = np.array(list(np.ndindex(*map(len, values))))
if at:
    k = names.index("learning_rate")
    shown = np.isin(values[k][places[:, k]], np.array(at[0].split(","), np.float32))
    error, ok, places = error[shown], ok[shown], places[shown]
error, places = error[ok], places[ok]
varied = [k for k in range(len(names)) if len(set(places[:, k])) > 1]
indicator = lambda k: (places[:, [k]] == np.unique(places[:, k])).astype(float)


def fit(axes):
    """The sum of squares that is left, and the mean of the model with each axis's values."""
    columns = np.hstack([np.ones((len(error), 1))] + [indicator(k) for k in axes])
    solution = np.linalg.lstsq(columns, error, rcond=None)[0]
    starts = dict(zip(axes, np.cumsum([1] + [indicator(k).shape[1] for k in axes])))
    own = {k: solution[starts[k]:starts[k] + indicator(k).shape[1]] for k in axes}
    means = {k: solution[0] + own[k] + sum(own[other].mean() for other in axes if other != k) for k in axes}
    return ((error - columns @ solution) ** 2).sum(), means


rest, means = fit(varied)
total = ((error - error.mean()) ** 2).sum()
share = {k: (fit([other for other in varied if other != k])[0] - rest) / total for k in varied}
lines = [line.rstrip("\n").split("\t") for line in sys.stdin]
says = "\n".join(line[0] for line in lines if line[0].startswith("# "))
assert (says.startswith("# at learning_rate=") if at else "# at" not in says), says
told = ", ".join("%s %.0f %%" % (names[k], 100 * share[k]) for k in sorted(varied, key=lambda k: -share[k]))
assert "main effects: %s of the variance between cells, interactions %.0f %%, each with its part of chance" % (
    told, 100 * rest / total) in says, (told, says)
assert ok.all() or "(additive model of the cells that are compared)" in says, says
rows = [line for line in lines if not line[0].startswith("#")]
assert lines[-len(rows) - 1] == ["#role", *names, "weights", "error", "error_sd", "standard_error", "marginal_mean"]
k = names.index(by)
assert len(rows) == len(set(places[:, k])), rows
assert sum(row[0] == "best" for row in rows) == 1 and {row[0] for row in rows} <= {"best", "candidate", "other"}
for row, v, mean in zip(rows, np.unique(places[:, k]), means[k]):
    cells = np.flatnonzero(places[:, k] == v)
    best = cells[error[cells].argmin()]
    assert [np.float32(x) for x in row[1:len(names) + 1]] == [np.float32(values[n][places[best, n]])
                                                              for n in range(len(names))], row
    assert np.isclose(float(row[len(names) + 2]), error[best], rtol=1e-12), row
    assert (row[0] == "best") == (best == error.argmin()), row
    assert np.isclose(float(row[-1]), mean, rtol=1e-9), (row, mean)
PY
by() # PREFIX NAME [RATES]
{
    best "$1" --by "$2" ${3:+--at learning-rate="$3"} >table && "$PYTHON" by.py "$@" <table
}
again() # PREFIX PART [OPTION]…
{
    best "$1" "${@:3}" >table && "$PYTHON" again.py "$1" "$2" <table
}

check 'repeats and three parts' sweep -o parts -a 3:6 -b 1,4,6 -r 6 --split 50/25/25
cp "$T/err" report
check 'folds and repeats' sweep -q -o folds -a 3:5 -b 2:5 -r 3 --folds 4
check 'repeats' sweep -q -o r -a 3:5 -b 2,5,8 -r 4
check 'one training a cell' sweep -q -o one -a 2:4 -b 1:3
check 'three axes' sweep -q -o axes -a 2:4 -b 2,5 -r 3 -l 0.05,0.2,0.7
check 'three axes, holes' sweep -q -o holes -a 1:7 -b 1:7 -e 20 -r 2 -l 1,1e30
if "$PYTHON" -c 'import h5py, scipy' 2>/dev/null; then
    check 'by the validation error, as Python has it' again parts validation
    check 'by the test error, when asked' again parts test --error test
    check 'by the training error, when asked' again parts train --error train
    check 'by the test error, when there is no validation' again folds test
    check 'by the training error, when there is no other' again r train
    check 'marginal means, and the best of each value' by axes learning_rate
    check 'marginal means of a layer' by axes hidden1
    check 'of a slice of one value' by axes hidden1 0.2
    check 'of a slice of two values' by axes learning_rate 0.05,0.7
    check 'some cells are missing' eval 'best holes | grep "cells left out"'
    check 'some cells are missing: marginal means' by holes hidden1
else
    skip 'figures' "no h5py and scipy for $PYTHON"
fi
check 'the prefix by its option' best -o parts
same_words() # the end of the run said, in narrower lines, what best says now
{
    best parts | sed -n 's/^# //p' >now
    [[ $(wc -l <now) == 8 && $(sed 's/^nsurf: *//' report | tr '\n' ' ') == *"$(tr '\n' ' ' <now)"* ]]
}
check 'the end of a run says the same' same_words
check 'and what needs no network' grep -Eq '^always answering the mean .* gives 0.2[0-9]*, and the most frequent' now
check 'chosen by the validation error: the test error of it' best parts
says 'chosen by the validation error: the test error of it: said' '^# test error of the first 0\.'
check 'chosen by the test error' best folds
says 'chosen by the test error: says that it is no test' 'no longer a test'
check 'chosen by the training error' best r
says 'chosen by the training error: says so' 'says nothing of other samples'
check 'one training a cell' best one
says 'one training a cell: no more than can be known' 'cannot tell how much of it is chance'
check 'two repeats' sweep -q -o two -a 2:4 -b 1:3 -r 2
check 'two repeats: read' best two
says 'two repeats: says how little that is' '^# two repeats say little about the noise'
one_table() # no standard error, no set
{
    [[ $(best one | grep -v '^#' | cut -f1,6,7) == $'best\tNaN\tNaN' ]]
}
check 'one training a cell: its table' one_table

# The results of the default prefix stand in the folder, under the name that the library might take for its own.
check 'the default prefix' sweep -q -a 2:3 -b 1:2
check 'the default prefix: read' best
check 'the default prefix: others beside it are read' best one

# What the run chose by, all choose by who look at its results later, unless they are asked for another.
chosen() # PREFIX PART [OPTION]…: of all that tells by what it chose
{
    local prefix=$1 part=$2 named=$2
    [[ $part == train ]] && named=training
    shift 2
    best "$prefix" "$@" >shown && grep "^# lowest mean $named error" shown || return
    if [[ -e /usr/share/nodejs/d3/dist/d3.min.js ]]; then
        "$NSURF" report "$prefix" --force --quiet "$@" && "$PYTHON" page.py "$prefix" "$part" || return
    fi
    "$NSURF" export "$prefix" --to json "$@" >shown && grep "\"chosen\": \"$part\"" shown || return
    "$NSURF" watch "$prefix" --once "$@" >shown && grep ", $part error, " shown
}
cat >page.py <<'PY'
import base64, json, re, sys, zlib
data = re.search(r'<script type="text/plain" id="data">([^<]*)', open(sys.argv[1] + ".html").read())[1]
assert json.loads(zlib.decompress(base64.b64decode(data)))["chosen"] == sys.argv[2]
PY
surfaces() # PREFIX PART: the picture's, and the set of the best that it marks
{
    local words=" of the $2 samples"
    [[ $2 == train ]] && words=
    head -n 1 "$1.dat" | grep -q "mean squared error$words after training" && grep -qx "# best_set_by $2" "$1.dat" &&
        "$PYTHON" -c 'import sys, h5py; f = h5py.File(sys.argv[1] + ".h5")
assert f["error"].attrs["samples"] == f["in_best_set"].attrs["samples"] == sys.argv[2], dict(f.attrs)
assert (f["error"][:] == f[sys.argv[2] + "_error"][:]).all()
assert len(f) and f.attrs.get("chosen_by", "train") == sys.argv[2]' "$1" "$2"
}
said() # PART: the run, at its end
{
    local named=$1
    [[ $1 == train ]] && named=training
    grep -q "^nsurf: lowest mean $named error" run
}
for part in train validation test; do
    check "--error $part" sweep -o "by-$part" -a 3:5 -b 1,4 -r 3 --split 50/25/25 --error $part
    cp "$T/err" run
    check "--error $part: the end of the run" said $part
    check "--error $part: the surface" surfaces "by-$part" $part
    check "--error $part: best, report, export and watch" chosen "by-$part" $part
    check "--error $part: another when asked" chosen "by-$part" train --error train
done
check 'without: by validation' surfaces parts validation
check 'without: by validation, all of them' chosen parts validation
check 'without validation: by test' surfaces folds test
check 'without validation: by test, all of them' chosen folds test
check 'without both: by training' surfaces r train
check 'without both: by training, all of them' chosen r train
check 'a run that was resumed for another' sweep -o by-train -a 3:5 -b 1,4 -r 4 --split 50/25/25 --error test
check 'a run that was resumed for another: all of them' chosen by-train test
unmarked() # the file of an earlier version does not say: as its run chose
{
    cp by-train.h5 earlier.h5 && "$PYTHON" forget.py && cp by-train.journal earlier.journal &&
        best earlier | grep -q '^# lowest mean validation error'
}
cat >forget.py <<'PY'
import hashlib, h5py
name = "earlier.h5"
with h5py.File(name, "r+") as f:
    del f.attrs["chosen_by"]
data = open(name, "rb").read()[512:]
head = f"nsurf surface 1\nbytes {len(data)}\nsha256 {hashlib.sha256(data).hexdigest()}\n".encode()
open(name, "wb").write(head.ljust(512, b"\0") + data)
PY
check 'results of an earlier version: by validation' unmarked

by_name()
{
    cmp <(best -o one) <(best one.h5)
}
check 'by the name of the file' by_name

# A result that is half done: cells without all of their trainings are left out.
exits 75 'a partial result' too_late sweep -q -o stopped -a 2:4 -b 1:3 -r 2
check 'a partial result: read' best stopped
says 'a partial result: says so' '^# 0 of 18 trainings so far'
says 'a partial result: leaves out' '^# 9 cells left out'

# The lowest at an end of an axis: said where the axis goes on beyond it, for numbers and from three values on.
check 'lowest at the end' "$NSURF" --command 'expr 10 - {a} + {b} - {b} + 0 "*" {c}' --axis a=1:4 --axis b=2,3 \
    --axis c=1:3 -o end
says 'the lowest at the end: said' '^nsurf: the lowest lies at the end of a, c: a wider range'
check 'lowest amid' "$NSURF" --command 'expr "(" {a} - 2 ")" "*" "(" {a} - 2 ")" + 1' --axis a=1:3 -o amid
check 'lowest amid: read' best amid
check 'lowest amid: not said' [ -z "$(grep 'lies at' "$T/out")" ]

# One of a thing is no plural.
singular()
{
    local -r one=("$NSURF" -a 2 -b 3 -e 5)
    "${one[@]}" -o lone 2>said && "${one[@]}" -o lone 2>>said && "${one[@]}" -o lone_folds --folds 2 2>>said || return
    cat said
    grep -q '1 training in the journal' said && grep -q '(2 folds x 1 repeat)' said && grep -q ' of 1 cell: ' said &&
        ! grep -wE '1 (cells|trainings|folds|repeats|processes)' said
}
check 'one of a thing: in the singular' singular

# Nothing to choose from: the run and best say so, and what to do.
diverging=(-a 2:3 -b 1:2 -e 50 -l 1e30 --hidden-activation relu --output-activation linear)
ends 1 'all diverged' '^nsurf: every training diverged; try a smaller --learning-rate$' \
    "$NSURF" "${diverging[@]}" -q -o diverged
check 'all diverged: the files are complete' test -s diverged.h5
check 'all diverged: the report knows the exit code' grep -q '"exit_status": 1,' diverged.run.json
ends 1 'all diverged: best' '^nsurf: every training diverged; try a smaller --learning-rate$' best diverged
ends 1 'all diverged: best, by an error' 'every training diverged' best diverged --error train
ends 1 'all diverged: again' 'every training diverged' "$NSURF" "${diverging[@]}" -q -o diverged
check 'some diverged' sweep -q -o some -a 1:7 -b 1:7 -e 20 -l 1e30
check 'some diverged: best' best some
says 'some diverged: the others are compared' '^# [1-9][0-9]* cells left out'

# A slice is what a sweep of it alone says.
check 'the slice alone' sweep -q -o alone -a 3:4 -b 2,5 -r 3 -l 0.2
same_slice() # but for the axis, which has a column
{
    diff <(best alone) <(best axes --at hidden1=3:4 --at learning_rate=0.2 | sed -e 1d -e 's/ learning_rate=0.2//g' |
        cut -f 1-3,5-)
}
check 'a slice says what a sweep of it says' same_slice

# --- refusals ---------------------------------------------------------------------------------------------------

ends 65 'no results' 'none.h5: is not there; --output' best none
ends 64 'an error that is not there' '--error test: one.h5 holds no errors' best one --error test
ends 64 'an option of a run' '--hidden1: .nsurf best. reads results' best one -a 3
ends 64 'a slice of no axis' '--at batch: is no axis of these results' best axes --at batch=1
ends 64 'a slice at another value' '--at learning-rate=0.3: .* no such value, the nearest is 0.2; they have' \
    best axes --at learning-rate=0.3
check 'a slice of two values' best axes --at hidden1=2,3
says 'a slice of two values: named as given' '^# at hidden1=2,3$'
ends 64 'a slice without a value' '--at: "hidden1": NAME=VALUE is needed' best axes --at hidden1
ends 64 'a slice at no number' '--at: "much"' best axes --at learning-rate=much
ends 64 'a slice twice' '--at: hidden1 is given twice' best axes --at hidden1=2 --at hidden1=3
ends 64 'an axis misspelt' '--by: "lerning-rate": no such axis; did you mean learning-rate?' best axes --by lerning-rate
ends 64 'by what is no axis' '--by batch: is no axis of axes.h5' best axes --by batch
ends 64 'a slice of a run' '--at: belongs to .nsurf best.' "$NSURF" --at hidden1=2
ends 64 'two prefixes' '"two": an argument that no option takes' best one two
echo precious >text.h5
ends 65 'a file of another kind' 'text.h5: does not begin with .nsurf surface 1.; .*the same command' best text
mkdir folder.h5
ends 65 'a folder' 'folder.h5: is a folder' best folder

# Each bit counts, wherever it stands: the block before HDF5's bytes, what describes the arrays, their values.
bits=300
# shellcheck disable=SC2016
flips='BEGIN { srand(11); part = size / bits
    for (n = 0; n < bits; n++) print int((n + rand()) * part), 2 ^ int(8 * rand()) }'
refuses_flips() # a bit of each 300th of the file
{
    local size place bit byte
    size=$(wc -c <one.h5)
    cp one.h5 flipped.h5
    while read -r place bit; do
        byte=$(od -An -tu1 -j "$place" -N 1 one.h5)
        printf '%b' "\\x$(printf %x $((byte ^ bit)))" | dd of=flipped.h5 bs=1 seek="$place" conv=notrunc status=none
        best flipped >said 2>last
        [[ $? == 65 && ! -s said && $(wc -l <last) == 1 ]] || { echo "byte $place, bit $bit"; cat said last; return 1; }
        printf '%b' "\\x$(printf %x "$byte")" | dd of=flipped.h5 bs=1 seek="$place" conv=notrunc status=none
    done < <(awk -v bits=$bits -v size="$size" "$flips")
    cmp one.h5 flipped.h5 # each was put back
}
check "$bits bits are flipped: each is noticed" refuses_flips

cat >damage.py <<'PY'
"""Files that are not what they seem, and DAMAGED copies of a good one, reproducibly."""
import hashlib, random, shutil, sys
import h5py

def prove(name): # the digest is made right again, so that what follows it is looked at
    with open(name, "rb") as f:
        rest = f.read()[512:]
    block = b"nsurf surface 1\nbytes %d\nsha256 %s\n" % (len(rest), hashlib.sha256(rest).hexdigest().encode())
    with open(name, "wb") as f:
        f.write(block.ljust(512, b"\0") + rest)

shutil.copy("one.h5", "added.h5")
with h5py.File("added.h5", "r+") as f:
    f.attrs["note"] = "mine"
with h5py.File("foreign.h5", "w", userblock_size=512) as f:
    f["error"] = [[1.0]]
prove("foreign.h5")
for name, change in {
    "old": lambda f: f.__delitem__("trainings"),
    "older": lambda f: f.attrs.__delitem__("folds"),
    "huge": lambda f: f.attrs.modify("repeats", 1 << 20),
    "many": lambda f: f.attrs.__setitem__("repeats", 1 << 63),
    "text": lambda f: f.attrs.__setitem__("repeats", "6"),
    "axis": lambda f: f["hidden1"].__setitem__(0, 5),
    "zero": lambda f: f["hidden2"].__setitem__(0, 0),
    "negative": lambda f: f["trainings/test_error"].__setitem__((0, 0, 0), -1),
    "chance": lambda f: f["trainings/test_error_sample_se"].__setitem__((0, 0, 0), -1),
    "unknown": lambda f: f["trainings/status"].__setitem__((0, 0, 0), 4),
    "nan": lambda f: f["trainings/test_error"].__setitem__((1, 2, 3), float("nan")),
}.items():
    shutil.copy("parts.h5", name + ".h5")
    with h5py.File(name + ".h5", "r+") as f:
        change(f)
    prove(name + ".h5")
shutil.copy("parts.h5", "packed.h5")
with h5py.File("packed.h5", "r+") as f: # as h5repack does
    for name, array in list(f["trainings"].items()):
        values = array[()]
        del f["trainings"][name]
        f["trainings"].create_dataset(name, data=values, chunks=(3,) * values.ndim, compression="gzip")
prove("packed.h5")
shutil.copy("parts.h5", "empty.h5")
with h5py.File("empty.h5", "r+") as f: # claims its values, and holds none
    del f["trainings/status"]
    f.create_dataset("trainings/status", (4, 3, 6), "u1")
prove("empty.h5")
with h5py.File("parts.h5", "r") as f:
    errors = f["trainings/test_error"][()]
errors.tofile("errors.bin")
h5py.File("errors.h5", "w")["errors"] = errors
layout = h5py.VirtualLayout(errors.shape, "f8")
layout[...] = h5py.VirtualSource("errors.h5", "errors", errors.shape)
for name, put in {
    "storage": lambda f: f.create_dataset("trainings/test_error", errors.shape, "f8",
                                          external=[("errors.bin", 0, h5py.h5f.UNLIMITED)]),
    "link": lambda f: f.__setitem__("trainings/test_error", h5py.ExternalLink("errors.h5", "/errors")),
    "virtual": lambda f: f.create_virtual_dataset("trainings/test_error", layout),
}.items():
    shutil.copy("parts.h5", name + ".h5")
    with h5py.File(name + ".h5", "r+") as f:
        del f["trainings/test_error"]
        put(f)
    prove(name + ".h5")
good = open("parts.h5", "rb").read()
random.seed(7)
for n in range(int(sys.argv[1])):
    bad = bytearray(good)
    for _ in range(random.choice((1, 2, 8, 64))):
        bad[512 + random.randrange(len(bad) - 512 if n % 2 else 4000)] = random.randrange(256)
    if n % 5 == 0:
        del bad[random.randrange(512, len(bad)):]
    open("damaged%d.h5" % n, "wb").write(bad)
    if n % 3:
        prove("damaged%d.h5" % n)
PY
damaged=60
never_crashes() # read, or refused in one line
{
    local n code
    for ((n = 0; n < damaged; n++)); do
        code=0
        timeout 20 env OMPI_MCA_btl=none "$NSURF" best "damaged$n" >said 2>last || code=$?
        ((code == 0 || code == 65)) || { echo "damaged$n: exit $code"; return 1; }
        ((code == 0)) || [[ $(wc -l <last) == 1 ]] || { cat last; return 1; }
    done
}
if "$PYTHON" damage.py "$damaged" 2>"$T/err"; then
    ends 65 'an attribute of somebody else' 'added.h5: is not as it was written: .*changed by another program' \
        best added
    ends 65 'HDF5 of others' 'foreign.h5: repeats: is missing: no result of nsurf' best foreign
    ends 65 'an earlier version, means alone' 'old.h5: trainings/status: is missing.*the same command' best old
    ends 65 'an earlier version, without folds' 'older.h5: folds: is missing' best older
    ends 65 'more repeats than there are' 'huge.h5: trainings: .*damaged' best huge
    ends 65 'more repeats than there can be' 'many.h5: repeats: makes no sense' best many
    ends 65 'repeats in words' 'text.h5: repeats: .*damaged' best text
    ends 65 'an axis that turns back' 'axis.h5: hidden1: is no axis' best axis
    ends 65 'a layer of no neuron' 'zero.h5: hidden2: is no axis' best zero
    ends 65 'an error below 0' 'negative.h5: status: does not fit' best negative
    ends 65 'a standard error below 0' 'chance.h5: status: does not fit' best chance
    ends 65 'a status that is none' 'unknown.h5: status: does not fit' best unknown
    ends 65 'no error where all is well' 'nan.h5: status: does not fit' best nan
    ends 65 'values that are not there' 'empty.h5: trainings/status: .*damaged' best empty
    ends 65 'a file that was compressed' 'packed.h5: trainings/[a-z_]*: .*or compressed' best packed
    for other in storage link virtual; do
        ends 65 "values in another file: $other" "$other.h5: trainings/test_error: is not what" best $other
    done
    check "$damaged damaged files: never a crash" never_crashes
else
    skip 'damaged files' "no h5py for $PYTHON"
fi
