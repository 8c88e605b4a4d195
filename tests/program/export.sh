#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# `nsurf export` writes what stands in PREFIX.h5, to the last bit, in forms that other programs read.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1

export_to() # without MPI
{
    env OMPI_MCA_btl=none OMPI_MCA_pml=none "$NSURF" export "$@"
}
check 'folds, repeats' "$NSURF" -q -o folds -a 2,4,8 -b 3:6 -r 2 --folds 3 -e 20
check 'three parts' "$NSURF" -q -o parts -a 2:3 -b 3:6 -r 2 --split 50/25/25 -e 20
check 'one training a cell' "$NSURF" -q -o one -a 2:4 -b 3:6 -e 20
check 'four axes, one of words' "$NSURF" -q -o axes -a 2:4 -b 3 -l 0.1,0.5 -e 5,20 --hidden-activation tanh,logistic \
    -r 2
exits 1 'all diverged' "$NSURF" -q -o bad -a 2 -b 2:3 -e 20 -l 50 --hidden-activation relu --output-activation linear

cat >read.py <<'PY'
"""What PREFIX.FORM says is what PREFIX.h5 says."""
import csv, itertools, json, math, sys
import h5py, numpy as np

prefix, form = sys.argv[1:]
f = h5py.File(prefix + ".h5")
axes = f.attrs["axes"].split()
values = [[v.decode() if isinstance(v, bytes) else v for v in f[name][:].tolist()] for name in axes]
shape = tuple(map(len, values))
texts = [list(place) for place in itertools.product(*values)]
several_axes = [n for n, v in enumerate(values) if len(v) > 1 or (n < 2 and sum(len(v) > 1 for v in values) < 2)]
epochs = "epochs_trained" if "epochs" in axes else "epochs"
several = "trainings" in f
parts = [p for p in ("train", "validation", "test") if p + "_error" in f]
names = [p + "_" + kind for p in parts for kind in ("error", "misclassified")]
each = lambda name: f[("trainings/" if several else "") + name][:].reshape(len(texts), -1)
same = lambda x, y: x == y or (math.isnan(x) and math.isnan(y))
near = lambda x, y: same(x, y) or abs(x - y) <= 1e-14 * abs(y)
value = lambda text: float(text) if text else math.nan
weights = lambda x, y: x * (4 + 1) + y * (x + 1) + 3 * (y + 1)


def place(row):
    """What stands in the columns of the axes, in the types of the file."""
    read = {"O": str, "u": int, "i": int, "f": lambda text: float(np.float32(text))}
    return [read[f[name].dtype.kind](row[name]) for name in axes]


def sd(v):
    v = v[~np.isnan(v)]
    return v.std(ddof=1) if len(v) > 1 else math.nan


def of_csv(file):
    rows = list(csv.DictReader(file))
    assert [place(r) for r in rows] == texts
    for c, r in enumerate(rows):
        assert int(r["weights"]) == weights(int(r["hidden1"]), int(r["hidden2"])), r
        for name in names:
            trials = each(name)[c]
            good = trials[~np.isnan(trials)]
            assert near(value(r[name]), good.mean() if len(good) else math.nan), (name, r)
            if several:
                assert abs(value(r[name + "_sd"]) - sd(trials)) <= 1e-12, (name, r)
        assert r["status"] == ("diverged" if prefix == "bad" else "ok")
        assert int(r[epochs]) == f[epochs][:].ravel()[c], r


def of_trials(file):
    rows = list(csv.DictReader(file))
    folds, repeats = int(f.attrs["folds"]), int(f.attrs["repeats"])
    assert len(rows) == len(texts) * folds * repeats
    for n, r in enumerate(rows):
        c, k = divmod(n, folds * repeats)
        assert place(r) + [int(r["fold"]), int(r["repeat"])] == texts[c] + [k // repeats, k % repeats], r
        for name in names:
            assert same(value(r[name]), each(name)[c, k]), (name, r)


def of_json(file):
    j = json.load(file)
    assert j["format"] == 1 and [x["name"] for x in j["axes"]] == [axes[n] for n in several_axes] and not j["thinned"]
    assert j["axes"][0]["spacing"] == ("log" if prefix == "folds" else "linear"), j["axes"][0]
    for x, n in zip(j["axes"], several_axes):
        assert [v if isinstance(v, str) else np.float32(v) for v in x["values"]] == values[n], x
    assert [x["name"] for x in j["fields"]] == names
    for x in j["fields"]:
        trials = each(x["name"])
        if several:
            assert x["trials"] == trials.ravel().tolist(), x["name"]
        assert np.allclose(x["mean"], trials.mean(axis=1), rtol=1e-14), x["name"]
    assert j["cells"]["weights"] == [weights(t[0], t[1]) for t in texts]
    assert prefix == "axes" or j["settings"]["epochs"] == "20"
    assert j["digests"]["data"] == f.attrs["data_sha256"]
    chosen = j["rankings"][j["chosen"]]["best"]
    mean = f[j["chosen"] + "_error"][:].ravel()
    assert chosen["cell"] == mean.argmin() and chosen["mean"] == mean.min()
    assert chosen["values"] == [j["axes"][k]["values"][i] for k, i in enumerate(
        np.unravel_index(chosen["cell"], [shape[n] for n in several_axes]))], chosen
    ranking, cube = j["rankings"][j["chosen"]], mean.reshape([shape[n] for n in several_axes])
    assert [e["axis"] for e in ranking["effects"]] == [x["name"] for x in j["axes"]]
    rest = 1
    for k, effect in enumerate(ranking["effects"]): # of a full grid
        means = cube.mean(axis=tuple(i for i in range(cube.ndim) if i != k))
        assert np.allclose(effect["means"], means, rtol=1e-12), effect
        share = means.var() / cube.var()
        assert effect["share"] is None if len(means) == 1 else abs(effect["share"] - share) < 1e-12, effect
        rest -= share
    assert abs(ranking["rest"] - rest) < 1e-12, ranking["rest"]


def of_vtr(file):
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkIOXML import vtkXMLRectilinearGridReader
    reader = vtkXMLRectilinearGridReader()
    reader.SetFileName(file.name)
    reader.Update()
    grid = reader.GetOutput()
    assert grid.GetDimensions() == shape + (1,), grid.GetDimensions()
    assert list(vtk_to_numpy(grid.GetXCoordinates())) == values[0]
    assert list(vtk_to_numpy(grid.GetYCoordinates())) == values[1]
    points = grid.GetPointData()
    assert points.GetNumberOfArrays() == 4 + len(names) * (2 if several else 1) + several * (len(parts) + 1)
    for name in names:
        found = vtk_to_numpy(points.GetArray(name)).reshape(shape[::-1]).T
        assert np.array_equal(found, f[name][:] if name in f else each(name)[:, 0].reshape(shape), equal_nan=True), name


def columns(file):
    """The names and values that npz and dat share with the file of results."""
    chosen = next(p for p in ("validation", "test", "train") if p in parts)
    yield "weights", np.array([weights(t[0], t[1]) for t in texts])
    yield "status", f["status"][:] if not several else None
    yield epochs, f[epochs][:]
    yield "trainings_ok", f["trainings_ok"][:] if several else None
    for name in names:
        yield name, f[name][:] if name in f else each(name)[:, 0] if not several else None
        if several:
            yield name + "_sd", f[name + "_sd"][:] if name + "_sd" in f else None
    for part in parts if several else ():
        yield part + "_error_se", f[part + "_error_se"][:]
    if several:
        yield "in_best_set", f["in_best_set"][:]


def of_npz(file):
    with np.load(file.name) as z:
        assert z["axes"].tolist() == axes
        for name, v in zip(axes, values):
            assert z[name].tolist() == v, (name, z[name])
            same = z[name].dtype in (f[name].dtype, f[name].dtype.str.replace("i", "u")) # counts are signed in HDF5
            assert f[name].dtype.kind == "O" or same, (name, z[name].dtype)
        for name, v in columns(file):
            assert z[name].shape == shape, (name, z[name].shape)
            assert v is None or np.allclose(z[name].ravel(), v.ravel(), rtol=1e-14, atol=0, equal_nan=True), name
            assert name not in f or z[name].dtype == f[name].dtype, (name, z[name].dtype)
        for name in names if several else ():
            trials = f["trainings/" + name]
            assert z["trainings/" + name].shape == trials.shape and z["trainings/" + name].dtype == trials.dtype
            assert np.array_equal(z["trainings/" + name], trials[:], equal_nan=True), name


def of_dat(file):
    lines = file.read().split("\n")
    head = [line[2:] for line in lines if line.startswith("# ")]
    done = next(n for n, line in enumerate(head) if line.startswith("trainings_done "))
    assert head[done] == "trainings_done %d of %d" % ((f.attrs["trainings"],) * 2), head[done]
    titles = head[done + 1].split()
    assert titles[:2] == [axes[n] for n in several_axes][:2], titles
    rows = np.array([line.split() for line in lines if line and line[0] != "#"], dtype=float)
    rows = dict(zip(titles, rows.T))
    cells = [n for n in range(len(axes)) if axes[n] in titles[:2]]
    rest = [n for n in range(len(axes)) if axes[n] not in titles[:2]]
    for name, v in columns(file):
        assert name in titles, name
        if v is not None: # blocks of the other axes, and in these the surface
            v = v.reshape(shape).transpose(rest + cells).ravel()
            assert np.allclose(rows[name], v, rtol=1e-14, atol=0, equal_nan=True), name
    blocks = sum(not a and not b for a, b in zip(lines, lines[1:] + [" "])) # pairs of empty lines
    assert blocks + 1 == np.prod([shape[n] for n in rest]), blocks


def of_matrix(file):
    chosen = next(p for p in ("validation", "test", "train") if p in parts)
    assert np.array_equal(np.loadtxt(file, ndmin=2), f[chosen + "_error"][:].reshape(-1, shape[-1]), equal_nan=True)


globals()["of_" + form](open(prefix + "." + form + ".out", newline=""))
PY
if "$PYTHON" -c 'import h5py' 2>/dev/null; then
    for prefix in folds parts one bad axes; do
        for form in csv trials json vtr npz dat matrix; do
            [[ $prefix == bad && $form == json ]] && continue # no ranking: see report.sh
            [[ $prefix == axes && $form == vtr ]] && continue # more axes than VTK has
            if [[ $form == vtr ]] && ! "$PYTHON" -c 'import vtkmodules' 2>/dev/null; then
                skip "$prefix as vtr" "no VTK for $PYTHON"
                continue
            fi
            check "$prefix as $form" export_to "$prefix" --to "$form" -o "$prefix.$form.out"
            check "$prefix as $form: what the file says" "$PYTHON" read.py "$prefix" "$form"
        done
    done
else
    skip 'what the files say' "no h5py for $PYTHON"
fi
by_output()
{
    export_to folds.h5 --to csv | cmp - folds.csv.out
}
check 'to standard output: the same' by_output
later() # the archive holds no time
{
    sleep 2.1 && export_to folds --to npz | cmp - folds.npz.out
}
check 'npz: the same bytes later' later
surface() # of any column
{
    gnuplot -e "set terminal svg; set output 'dat.svg'; splot 'folds.dat.out' using 1:2:5 with pm3d" &&
        grep -q polygon dat.svg
}
if command -v gnuplot >/dev/null; then check 'gnuplot draws the dat' surface; else skip 'dat' 'no gnuplot here'; fi
check 'the matrix of another error' export_to parts --to matrix --error train -o train.matrix
refuse 'the matrix of another error: is another' cmp train.matrix parts.matrix.out

ends 64 'more axes than VTK has' '--to vtr: a grid of VTK has 3 axes .*results 4' export_to axes --to vtr
ends 64 'without a form' 'export: --to FORM is needed: csv' export_to folds
ends 64 'another form' '--to: "xml"' export_to folds --to xml
ends 64 'a file in the way' 'folds.csv.out is there already; --force' export_to folds --to csv -o folds.csv.out
check 'a file in the way: with --force' export_to folds --to csv -o folds.csv.out --force
ends 65 'no results' 'none.h5: is not there' export_to none --to csv
ends 64 'an error that is not there' '--error validation: .*holds no errors' \
    export_to folds --to matrix --error validation
ends 64 'an option of a run' '--hidden1: .nsurf export. reads results' export_to folds -a 3
ends 64 'a form without export' '--to: belongs to .nsurf export' "$NSURF" --to csv
ends 74 'no such folder' 'no/such/place' export_to folds --to csv -o no/such/place
full()
{
    export_to folds --to "$1" >/dev/full
}
for form in csv trials json vtr npz dat matrix; do
    ends 74 "a full disk, $form" 'standard output: cannot be written; is its disk full, or its reader gone' full $form
done
# The command that the results tell makes the same results in another folder.
awk 'BEGIN { for (i = 0; i < 24; i++) print i / 24 "," i % 5 "," i * i % 7 "," i % 3 + 1 "," i % 2 }' >numbers.csv
(echo 'a,b,c,kind' && awk -F, '{ print $1 "," $2 "," $3 "," substr("xyz", $4, 1) }' numbers.csv) >words.csv
sed '1!s/[0-9]/1&/' words.csv >more.csv
sed 's/^/1/' numbers.csv >more-numbers.csv
sed 's/,/;/g; s/\./,/g' numbers.csv >commas.csv
(printf '%s\n' bool_in=0 real_in=3 bool_out=2 real_out=0 training_examples=12 validation_examples=6 test_examples=6 &&
    tr , ' ' <numbers.csv) >own.dt
"$PYTHON" - <<'PY'
import h5py, numpy
values = numpy.loadtxt("numbers.csv", delimiter=",")
with h5py.File("arrays.h5", "w") as file:
    file["x"], file["a/t"] = values[:, :3], values[:, 3:]
PY
printf 0.1 >many
for ((i = 0; i < 90; i++)); do printf ',0.%d' $((1000 + i * i)); done >>many
command_of() # PREFIX: that the results tell
{
    "$NSURF" export "$1" --to json | "$PYTHON" -c 'import json, sys; print(json.load(sys.stdin)["command"])'
}
again() # OPTION…
{
    local command
    "$NSURF" "$@" -q -o first --force >/dev/null && command=$(command_of first) || return
    echo "$command"
    rm -rf again && mkdir again && cp ./*.csv ./own.dt ./arrays.h5 again || return
    (cd again && eval "\"\$NSURF\" ${command#nsurf} -q" <"$T/words.csv" >/dev/null) && cmp first.h5 again/nsurf.h5
}
small=(-a 2 -b 2:3 -e 3)
while read -r -a words; do
    check "the same sweep again: ${words[*]}" again "${small[@]}" "${words[@]}"
done <<END
--optimizer adam -l 0.2
--optimizer rprop --batch 1
--optimizer sgd,rprop -l 0.2 --batch 1
--optimizer adam,sgd --adam-beta1 0.5,0.6 --no-shuffle
-l $(<many)
--early-stopping gl=5,every=2 --split 50/25/25
-d words.csv
-d words.csv --validation more.csv
-d words.csv --holdout 0.25 --validation more.csv --missing drop
-d words.csv --folds 3 -r 2 -s 5
-d words.csv --test more.csv --scale zscore
-d numbers.csv
-d numbers.csv --classes
-d numbers.csv -t 2 --format csv --scale-targets minmax
-d commas.csv -t 2 --decimal comma
-d own.dt
-d own.dt --holdout 6
-d arrays.h5 --inputs-dataset x --targets-dataset a/t --holdout 5
END
piped() { "$NSURF" "${small[@]}" -d - -q -o first --force <words.csv && [[ $(command_of first) == *' --data - '* ]]; }
check 'from standard input' piped
cat >older.py <<'PY'
"""first.h5 without what an older version did not tell of the data."""
import hashlib, h5py
with h5py.File("first.h5", "r+") as f:
    for name in [name for name in f.attrs if name.startswith("data_") and name != "data_sha256"]:
        del f.attrs[name]
    if f.attrs["split"] == "own":
        f.attrs["split"] = "files"
data = open("first.h5", "rb").read()[512:]
head = f"nsurf surface 1\nbytes {len(data)}\nsha256 {hashlib.sha256(data).hexdigest()}\n".encode()
open("first.h5", "wb").write(head.ljust(512, b"\0") + data)
PY
unknown() # OPTION…: a command that the results do not tell is none
{
    "$NSURF" "${small[@]}" "$@" -q -o first --force >/dev/null && "$PYTHON" older.py || return
    [[ $(command_of first) == None ]] && "$NSURF" export first --to json | grep '"command_unknown": "the results'
}
for words in words.csv numbers.csv\ --test\ more-numbers.csv own.dt numbers.csv\ -t\ 2; do
    read -r -a list <<<"-d $words"
    check "results of an older version: ${list[*]}" unknown "${list[@]}"
done
odd() { cp words.csv 'what? words.csv' && "$NSURF" "${small[@]}" -d 'what? words.csv' -q -o first --force; }
check 'a name that may be another' odd
check 'a name that may be another: no command' test "$(command_of first)" == None

check 'no temporary file' no_temporary
