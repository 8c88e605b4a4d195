#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Other programs open the result files and see the same surface: h5py, xarray, netCDF, HDF5's own tools, gnuplot, awk.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1

check "a small sweep" mpirun -np 2 "$NSURF" -a 1:3 -b 2:8:2 -e 3 -s 7 --quiet -o p
tail -n 1 out >digest

check "the digest is the last line" grep -qi "$(cat p.tsv p.dat p.h5 | sha256sum | cut -d' ' -f1)" digest

# shellcheck disable=SC2016
check "awk: rows sorted, one a cell, errors between 0 and 1" awk -F'\t' '
    /^#/ { next }
    NF != 3 || $1 * 100 + $2 <= last || $3 <= 0 || $3 >= 1 { exit 1 }
    { last = $1 * 100 + $2; n++ }
    END { exit n != 12 }' p.tsv

check "tsv and dat hold the same rows" cmp <(grep -v '^#' p.tsv) <(grep -v '^#' p.dat | tr ' ' '\t' | sed '/^$/d')

check "gnuplot reads p.dat as 12 points in 3 rows" sh -c '
    gnuplot -e "stats \"p.dat\" using 3 nooutput; print STATS_records, STATS_blank" 2>&1 | grep -qx "12 2"'

check "h5dump opens p.h5" h5dump -H p.h5
check "ncdump opens p.h5" sh -c 'ncdump -h p.h5 >header && grep -q "double error(hidden1, hidden2)" header'
check "ncdump names the axes and units" sh -c '
    grep -q "hidden1:long_name = \"neurons in the first hidden layer\"" header &&
    grep -q "error:units = \"1\"" header &&
    grep -q "status:flag_meanings = \"ok diverged failed pending\"" header'

cat >same.py <<'EOF'
"""The HDF5 file says what the TSV says, to the bit; its attributes hold the settings."""
import sys
import h5py

rows = [line.split("\t") for line in open("p.tsv") if not line.startswith("#")]
with h5py.File("p.h5", "r") as f:
    assert list(f["hidden1"]) == [1, 2, 3] and list(f["hidden2"]) == [2, 4, 6, 8]
    assert f["error"].shape == (3, 4) and f["error"].dtype == "<f8"
    flat = f["error"][:].ravel()
    assert [float(error) for _, _, error in rows] == list(flat), (rows, flat)
    assert (f["status"][:] == 0).all() and (f["epochs"][:] == 3).all()
    assert f["error"].dims[0][0].name == "/hidden1" and f["error"].dims[1][0].name == "/hidden2"
    for name in f:
        assert f[name].attrs["units"] == "1" and f[name].attrs["long_name"], name
    a = f.attrs
    assert a["data"] == "iris" and a["samples"] == 150 and a["inputs"] == 4 and a["targets"] == 3
    assert a["seed"] == 7 and a["epochs"] == 3 and abs(a["learning_rate"] - 0.2) < 1e-7 and a["shuffle"] == "yes"
    assert len(a["data_sha256"]) == 64 and a["trainings_done"] == a["trainings"] == 12
    for fact in "version revision compiler flags hdf5 mpi".split():
        assert a["build_" + fact], fact
    header = dict(line[2:].rstrip("\n").split(" ", 1) for line in open("p.tsv") if line.startswith("# ") and
                  " " in line[2:])
    for name in "outcome_version data samples data_sha256 epochs shuffle seed hidden1_range".split():
        assert str(a[name]) == header[name], name
    assert not [name for name in header if name.startswith("build")]
EOF
if "$PYTHON" -c 'import h5py' 2>/dev/null; then
    check "h5py: values as in the TSV, settings and build as attributes" "$PYTHON" same.py
else
    skip "h5py" "no h5py for $PYTHON"
fi

cat >named.py <<'EOF'
"""xarray finds the coordinates by name."""
import xarray

with xarray.open_dataset("p.h5", engine="h5netcdf") as d:
    assert set(d.coords) == {"hidden1", "hidden2"} and d.error.dims == ("hidden1", "hidden2")
    assert float(d.error.sel(hidden1=2, hidden2=6)) == float(d.error[1, 2])
    assert d.error.attrs["long_name"] == "mean squared error"
EOF
if "$PYTHON" -c 'import xarray, h5netcdf' 2>/dev/null; then
    check "xarray: named coordinates" "$PYTHON" named.py
else
    skip "xarray" "no xarray with h5netcdf for $PYTHON"
fi

check "run.json is JSON" "$PYTHON" -m json.tool p.run.json
check "nothing else is left" test -z "$(find . -name 'p*' | grep -vE '^./p[.](tsv|dat|h5|run[.]json|journal)$')"
