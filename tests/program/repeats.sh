#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Several trainings a cell: each of them as the journal has it, and the statistics of each cell as Python makes them.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1

cat >cube.py <<'PY'
"""The trainings in PREFIX.h5 are those of PREFIX.journal; surfaces and tables are their statistics."""
import math, statistics, sys
import h5py

prefix, fold_axis = sys.argv[1], sys.argv[2] == "folds"
same = lambda a, b: a == b or (math.isnan(a) and math.isnan(b))
near = lambda a, b: same(a, b) or abs(a - b) <= 1e-13 * abs(b)
names = {"": statistics.fmean, "_min": min, "_median": statistics.median,
         "_sd": lambda v: statistics.stdev(v) if len(v) > 1 else math.nan}
with h5py.File(prefix + ".h5") as f:
    cube = f["trainings"]
    axes = ["hidden1", "hidden2"] + ["fold"] * fold_axis + ["repeat"]
    parts = [p for p in ("train", "validation", "test") if p + "_error" in f]
    assert set(cube) == set(axes) | {p + w for p in parts for w in ("_error", "_misclassified")} | \
        {p + "_error_sample_se" for p in parts if p != "train"} | {"status", "epochs"}
    assert list(cube["hidden1"]) == list(f["hidden1"]) and list(cube["hidden2"]) == list(f["hidden2"])
    for name in axes[2:]:
        assert list(cube[name]) == list(range(len(cube[name])))
    for name in cube:
        v = cube[name]
        assert v.attrs["units"] == "1" and v.attrs["long_name"] and v.attrs["comment"], name
        if name not in axes:
            assert [d[0].name for d in v.dims] == ["/trainings/" + a for a in axes], name
    at = {name: {n: i for i, n in enumerate(f[name])} for name in axes[:2]}
    seen = 0
    for line in open(prefix + ".journal"):
        if line.startswith("#"):
            continue
        w = line.split()
        i = (at["hidden1"][int(w[0])], at["hidden2"][int(w[1])]) + (int(w[2]),) * fold_axis + (int(w[3]),)
        assert cube["status"][i] == int(w[4]) and cube["epochs"][i] == int(w[5])
        for p, error, wrong, spread in zip(("train", "validation", "test"), w[6:9], w[9:12], w[12:15]):
            if p in parts and p != "train":
                samples = 150 // len(cube["fold"]) + (i[2] < 150 % len(cube["fold"])) if fold_axis else \
                    f.attrs[p + "_samples"]
                assert near(cube[p + "_error_sample_se"][i], float(spread) / samples ** 0.5), line
            if p in parts:
                assert same(cube[p + "_error"][i], float(error)), line
                share = cube[p + "_misclassified"][i]
                assert 0 <= share <= 1 and (share == 0) == (wrong == "0"), line
        seen += 1
    assert seen == cube["status"].size == f.attrs["trainings"]
    shown = f["error"].attrs["samples"]
    ok = lambda name, i: [x for x in cube[name][i].ravel() if not math.isnan(x)]
    for i in [(a, b) for a in range(len(f["hidden1"])) for b in range(len(f["hidden2"]))]:
        for p in parts:
            for suffix, make in names.items():
                expected = make(ok(p + "_error", i))
                assert near(f[p + "_error" + suffix][i], expected), (p, suffix, i)
                if p == shown:
                    assert same(f["error" + suffix][i], f[p + "_error" + suffix][i])
            assert near(f[p + "_misclassified"][i], statistics.fmean(ok(p + "_misclassified", i)))
            of = cube[p + "_error"][i].reshape(len(cube[axes[2]]), -1).mean(1) # clustered by fold
            assert near(f[p + "_error_se"][i], statistics.stdev(of) / len(of) ** 0.5), (p, i)
            if p != "train": # the mean over the trainings of a fold, whose test samples are their own
                of = cube[p + "_error_sample_se"][i].reshape(len(cube[axes[2]]) if fold_axis else 1, -1).mean(1)
                assert near(f[p + "_error_sample_se"][i], sum(v * v for v in of) ** 0.5 / len(of)), (p, i)
        assert f["trainings_ok"][i] == len(ok("train_error", i))
    chosen, flags = f["in_best_set"], f["in_best_set"][:]
    part = chosen.attrs["samples"]
    assert part == f["error"].attrs["samples"] == f.attrs.get("chosen_by", "train") # one choice for all
    best = f[part + "_error"][:].argmin()
    assert chosen.dtype == "u1" and set(flags.ravel()) <= {0, 1} and flags.ravel()[best] == 1
    listed = [line.split()[1:3] for line in sys.stdin if line.startswith("candidate")]
    assert sorted(map(tuple, listed)) == sorted((str(f["hidden1"][i]), str(f["hidden2"][j])) for i, j in
                                                zip(*flags.nonzero())), listed
    assert chosen.attrs["confidence"] == 0.95 and list(chosen.attrs["flag_values"]) == [0, 1]
    between, noise = statistics.stdev(f[part + "_error"][:].ravel()), chosen.attrs["noise_sd"]
    blocks = len(cube["fold"]) if fold_axis else len(cube["repeat"])
    assert near(chosen.attrs["between_sd"], between), (chosen.attrs["between_sd"], between)
    assert near(chosen.attrs["share_of_chance"], min(1, noise ** 2 / blocks / between ** 2))
    for ending, separator in ("tsv", "\t"), ("dat", " "):
        text = open(prefix + "." + ending).read().split("\n")
        titles = [line for line in text if line.startswith("#")][-1][2:].split(separator)
        assert titles == ["hidden1", "hidden2", "error", "error_sd", "error_min", "error_median", "trainings_ok",
                          "error_se", "in_best_set"] + ["error_sample_se"] * (shown != "train"), titles
        rows = [line.split(separator) for line in text if line and not line.startswith("#")]
        assert len(rows) == f["error"].size
        for row, a, b in zip(rows, sorted(list(f["hidden1"]) * len(f["hidden2"])), list(f["hidden2"]) * 99):
            assert (int(row[0]), int(row[1])) == (a, b)
            for title, value in zip(titles[2:], row[2:]):
                title = title.replace("error_sample", shown + "_error_sample")
                assert same(float(value), f[title][at["hidden1"][a], at["hidden2"][b]]), (title, row)
PY
if ! "$PYTHON" -c 'import h5py' 2>/dev/null; then
    skip 'several trainings a cell' "no h5py for $PYTHON"
    exit 0
fi

cube() # PREFIX folds|repeats
{
    "$NSURF" best "$1" | "$PYTHON" cube.py "$@"
}
sweep()
{
    "$NSURF" -q -e 20 "$@" >/dev/null
}
check 'repeats' sweep -o r -a 1:3 -b 2,5 -r 5 --split 50/25/25 --error test
check 'repeats: cube, surfaces and tables' cube r repeats
check 'folds and repeats' sweep -o fr -a 2,4 -b 1:3 -r 3 --folds 4
check 'folds and repeats: cube, surfaces and tables' cube fr folds
check 'folds alone' sweep -o f -a 2,4 -b 3 --folds 3
check 'folds alone: cube, surfaces and tables' cube f folds
check 'two repeats, the fewest' sweep -o two -a 3 -b 1:2 -r 2
check 'two repeats: cube, surfaces and tables' cube two repeats

check 'one training a cell' sweep -o one -a 3 -b 1:2
only() # no group, no statistics
{
    [[ $("$PYTHON" -c 'import h5py; print(*sorted(h5py.File("one.h5")))') == \
        'epochs error hidden1 hidden2 status train_error train_misclassified' ]] &&
        grep -qx $'# hidden1\thidden2\terror' one.tsv
}
check 'one training a cell: the surface says it all' only

# The first repeat of several is the single one.
first()
{
    "$PYTHON" -c 'import h5py; one, two = h5py.File("one.h5"), h5py.File("two.h5")
assert (one["error"][:] == two["trainings/train_error"][:, :, 0]).all()'
}
check 'the first repeat is that of a run with one' first

named()
{
    "$PYTHON" - <<'PY'
import xarray
with xarray.open_dataset("fr.h5", engine="h5netcdf", group="trainings") as d, \
        xarray.open_dataset("fr.h5", engine="h5netcdf") as f:
    assert set(d.coords) == {"hidden1", "hidden2", "fold", "repeat"}
    mean = d.test_error.mean(("fold", "repeat"))
    assert float(abs(mean - f.test_error).max()) < 1e-15
    assert float(d.test_error.sel(hidden1=4, hidden2=1, fold=2, repeat=1)) == float(d.test_error[1, 0, 2, 1])
PY
}
if "$PYTHON" -c 'import xarray, h5netcdf' 2>/dev/null; then
    check 'xarray: the group by itself, with named axes' named
else
    skip 'xarray' "no xarray with h5netcdf for $PYTHON"
fi
dumped()
{
    ncdump -h fr.h5 >header && grep -q 'double test_error(hidden1, hidden2, fold, repeat)' header
}
if command -v ncdump >/dev/null; then check 'netCDF: the group' dumped
else skip 'netCDF' 'no ncdump here'; fi
