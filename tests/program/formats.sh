#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Other programs open the result files and see the same surface: h5py, xarray, netCDF, HDF5's own tools, gnuplot, awk.
# And the other way round: the same samples are the same data set in every format that others write.
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


# The conventions of climate and forecast files (CF 1.10, section 2.6): what tools show of a file of unknown origin.
check "ncdump tells what wrote it, and by which conventions" sh -c '
    grep -q ":Conventions = \"CF-1.10\"" header && grep -q ":source = \"nsurf [0-9]" header &&
    grep -q ":references = " header && grep -q ":license = " header && ! grep -qi ":history" header'
cut() # a row out of the surface
{
    ncks -O -d hidden1,1 -v error p.h5 cut.nc && [[ $(ncks -H -C -v error --trd cut.nc | grep -c 'error\[') == 4 ]]
}
if command -v ncks >/dev/null; then check "ncks cuts a row out of p.h5" cut; else skip 'ncks' 'no ncks here'; fi
check "ncview: axes of numbers that it knows" grep -q "	int hidden1(hidden1)" header

# Languages that count the last axis first: the bits of p.tsv.
expected=$(awk -F '\t' '$1 == 2 && $2 == 8 { print $3 }' p.tsv)
octave_reads()
{
    [[ $(octave-cli -qf --eval 's = load("p.h5"); printf("%.17g %d", s.error(4, 2), s.hidden2(4))' 2>err) == "$(
        awk -v e="$expected" 'BEGIN { printf "%.17g 8", e }')" ]]
}
if command -v octave-cli >/dev/null; then check "Octave: the same bits" octave_reads
else skip 'Octave' 'no octave-cli here'; fi
# shellcheck disable=SC2016  # R's signs
r_reads()
{
    [[ $(Rscript -e 'library(hdf5r); f <- H5File$new("p.h5", "r"); e <- f[["error"]]; b <- f[["hidden2"]]
        cat(sprintf("%.17g %d", e[4, 2], b[4]))' 2>err) == "$(awk -v e="$expected" 'BEGIN { printf "%.17g 8", e }')" ]]
}
if Rscript -e 'library(hdf5r)' >/dev/null 2>&1; then check "R: the same bits" r_reads
else skip 'R' 'no Rscript with hdf5r here'; fi
check "the same sweep again" mpirun -np 1 "$NSURF" -a 1:3 -b 2:8:2 -e 3 -s 7 --quiet -o again
silent_diff() # exit 0, without a word
{
    h5diff p.h5 again.h5 >said 2>&1 && [[ ! -s said ]]
}
if command -v h5diff >/dev/null; then check "h5diff of two equal sweeps: silent" silent_diff
else skip 'h5diff' 'no h5diff here'; fi

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
    names = "arithmetic_online data samples data_sha256 split folds missing scale epochs shuffle seed hidden1_range"
    for name in names.split() + ["early_stopping"]:
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

# --- data of others ---------------------------------------------------------------------------------------------

# sum_of FILE OPTION…: the digest of the data as the program read it
sum_of()
{
    local file=$1
    shift
    "$NSURF" -d "$file" -a 1 -b 1 -e 0 --force --quiet -o d "$@" >/dev/null && sed -n 's/^# data_sha256 //p' d.tsv
}
same() # FILE OPTION…: as table.txt
{
    local got
    got=$(sum_of "$@") && [[ $got == "$sum" ]]
}

printf '1 2.5 0 1\n-3 4e2 1 0\n5 0 0 1\n' >table.txt
sum=$(sum_of table.txt -t 2)
check "a table is read" test -n "$sum"
printf 'x;y;u;v\r\n1;2.5;0;1\r\n-3;"4e2";1;0\r\n5;0;0;1\r\n' >table.csv
printf 'x y\tz\tu\tv\n1\t2.5\t0\t1\n-3\t4e2\t1\t0\n5\t0\t0\t1\n' >table.tsv
printf '3 2 2\n1 2.5\n0 1\n-3 4e2\n1 0\n5 0\n0 1\n' >table.data
printf 'x,y,class\n1,2.5,"b,""2"""\n-3,4e2,a\n5,0,"b,""2"""\n' >names.csv
printf '2 1:1 2:2.5\n1 1:-3 2:4e2 # remark\n2 1:5\n' >table.svm
printf 'bool_in=0\nreal_in=2\nbool_out=2\nreal_out=0\ntraining_examples=3\nvalidation_examples=0\ntest_examples=0\n' |
    cat - table.txt >table.dt
check "CSV with a header, semicolons and quotes" same table.csv -t 2
check "TSV with a header" same table.tsv -t 2
check "FANN" same table.data
check "Proben1" same table.dt
check "class names" same names.csv
check "LIBSVM, labels as classes" same table.svm --classes
printf '2 1:1 2:2.5\n1 1:-3 2:4e2 # remark\n+2 1:5\n' >signs.svm
check "LIBSVM, labels of one number" same signs.svm --classes
piped() { same - -t 2 <table.txt; }
check "standard input" piped
for format in csv tsv fann proben1 libsvm; do
    exits 65 "a table is not $format" "$NSURF" -d table.txt -a 1 -b 1 -e 0 --force -o d --format $format
done

cat >make.py <<'EOF'
"""The table as HDF5, in the ways in which people keep it."""
import h5py
import numpy as np

x = np.array([[1, 2.5], [-3, 400], [5, 0]])
with h5py.File("table.h5", "w") as f:
    f["inputs"] = x
    f["targets"] = np.array([[0, 1], [1, 0], [0, 1]], "i8")
    f["g/pictures"] = x.astype("f4").reshape(3, 1, 2)
    f["g/labels"] = np.array([7, 3, 7], "u1")
    f["g/fixed"] = np.array([b"beta", b"a", b"beta"])
    f.create_dataset("g/variable", data=["\u03b2eta", "a", "\u03b2eta"], dtype=h5py.string_dtype())
    f["g/chunked"] = x[:2]
    f.create_dataset("g/packed", data=x, chunks=(1, 2), compression="gzip", dtype=">f8")
    f["nan"] = np.array([[1, 2.5], [np.nan, 4], [5, np.inf]])
    f["one"] = 3.0
    f["gaps/x"] = np.arange(1.0, 7)
    f["gaps/t"] = [b"b", b"a", b"b", b"a", b"", b"b"]
    f["mixed"] = np.zeros(3, "c8")
    for name, packed in {"begun": None, "begun_packed": "gzip"}.items():
        f.create_dataset(name, (3, 2), "f8", chunks=(1, 2), compression=packed)[:2] = x[:2]
    f.create_dataset("filled", (3, 2), "f8", chunks=(1, 2), fillvalue=0.0)[:2] = x[:2]
EOF
cat >blocks.py <<'EOF'
"""More rows than are read at once, in chunks of several sizes; then one with a damaged chunk amid the file."""
import h5py
import numpy as np

draw = np.random.default_rng(1)
x = draw.random((5000, 100), dtype="f4")
x[draw.integers(0, 5000, 60), draw.integers(0, 100, 60)] = np.nan
names = draw.choice([b"one", b"two", b"three", b""], 5000, p=[0.4, 0.3, 0.29, 0.01])
with open("blocks.csv", "w") as f:
    for row, name in zip(x, names):
        f.write(",".join(["" if v != v else "%.9g" % v for v in row] + [name.decode()]) + "\n")
with h5py.File("blocks.h5", "w") as f:
    f["whole"], f["names"] = x, names
    for name, chunks in {"few": (7, 100), "cut": (7, 30), "half": (3000, 100), "columns": (5000, 1)}.items():
        f.create_dataset(name, data=x, chunks=chunks, compression="gzip", compression_opts=1)
with h5py.File("harmed.h5", "w") as f:
    f["targets"] = names
    f.create_dataset("inputs", data=x, chunks=(1000, 100), compression="gzip", compression_opts=1)
    at = f["inputs"].id.get_chunk_info(3).byte_offset
whole = bytearray(open("harmed.h5", "rb").read())
whole[at:at + 64] = bytes(64)
open("harmed.h5", "wb").write(whole)
EOF
cat >forge.py <<'EOF'
"""Files that refer to others, claim what they do not hold, or lead the library astray."""
import h5py
import numpy as np

x, t = np.array([[1, 2.5], [-3, 400], [5, 0]]), np.array([[0, 1], [1, 0], [0, 1]], "i8")
x.tofile("other.bin")
with h5py.File("other.h5", "w") as f:
    f["inputs"], f["targets"] = x, t
with h5py.File("storage.h5", "w") as f:
    f.create_dataset("inputs", (3, 2), "f8", external=[("other.bin", 0, h5py.h5f.UNLIMITED)])
    f["targets"] = t
with h5py.File("link.h5", "w") as f:
    f["inputs"] = h5py.ExternalLink("other.h5", "/inputs")
    f["elsewhere"] = h5py.ExternalLink("other.h5", "/")
    f["soft"] = h5py.SoftLink("/inputs")
    f["targets"] = t
with h5py.File("virtual.h5", "w") as f:
    layout = h5py.VirtualLayout((3, 2), "f8")
    layout[...] = h5py.VirtualSource("other.h5", "inputs", (3, 2))
    f.create_virtual_dataset("inputs", layout)
    f["targets"] = t
with h5py.File("claims.h5", "w") as f:
    f["inputs"] = x
    text = h5py.h5t.C_S1.copy()
    text.set_size(4000000000)
    h5py.h5d.create(f.id, b"targets", text, h5py.h5s.create_simple((3,)))
with h5py.File("zeros.h5", "w") as f:
    f.create_dataset("inputs", (1 << 20, 1000), "f8", chunks=(1, 1000))
    f["targets"] = np.zeros(1 << 20, "i1")
with h5py.File("heap.h5", "w") as f:
    f["inputs"] = x
    f.create_dataset("targets", data=["beta", "a", "beta"], dtype=h5py.string_dtype())
whole = open("heap.h5", "rb").read()
size = whole.index(b"GCOL") + 24  # of the first object in the heap of texts
for name, lie in {"crash": 1 << 40, "hang": (1 << 64) - 1}.items():
    open(name + ".h5", "wb").write(whole[:size] + lie.to_bytes(8, "little") + whole[size + 8:])
EOF
h5() # INPUTS TARGETS [OPTION]…: as table.txt
{
    same table.h5 --inputs-dataset "$1" --targets-dataset "$2" "${@:3}"
}
refuses_h5() # PATTERN INPUTS TARGETS [OPTION]…
{
    ends 65 "HDF5: $1" "$1" "$NSURF" -d table.h5 -a 1 -b 1 -e 0 --force -o d --inputs-dataset "$2" \
        --targets-dataset "$3" "${@:4}"
}
if "$PYTHON" make.py 2>/dev/null; then
    check "HDF5" same table.h5
    check "HDF5: pictures, numbers as classes" h5 g/pictures /g/labels --classes
    check "HDF5: text of fixed length" h5 inputs g/fixed
    check "HDF5: text of variable length, compressed big-endian inputs" h5 g/packed g/variable
    refuses_h5 'table.h5:/none: there is no such array; --inputs-dataset' none targets
    refuses_h5 'table.h5:/g/chunked: 2 samples, but table.h5:/targets has 3' g/chunked targets
    refuses_h5 'table.h5:/one: is a single value' one targets
    refuses_h5 'table.h5:/mixed: holds no numbers' mixed targets
    for begun in begun begun_packed; do
        refuses_h5 "table.h5:/$begun: holds values that were never written" $begun targets
    done
    check "HDF5: values that were never written, where the user chose what stands for them" "$NSURF" -d table.h5 \
        --inputs-dataset filled --targets-dataset targets -a 1 -b 1 -e 1 --force -o d
    refuses_h5 'table.h5:/nan:2:1: .NaN.: the value is missing' nan targets
    refuses_h5 'table.h5:/nan:3:2: .inf. is infinite' nan targets --missing drop
    printf '%s\n' 1,b 2,a 3,b 4,a 5, 6,b >gaps.csv
    sum=$(sum_of gaps.csv --missing drop)
    check "HDF5: an empty class name drops its own sample alone" h5 gaps/x gaps/t --missing drop
    check "HDF5: five samples are left" grep -qx '# samples 5' d.tsv
    check "HDF5: more rows than are read at once" "$PYTHON" blocks.py
    sum=$(sum_of blocks.csv --missing drop)
    for array in whole few cut half columns; do
        check "HDF5: many blocks, $array" same blocks.h5 --inputs-dataset $array --targets-dataset names --missing drop
    done
    ends 65 "HDF5: damage amid the file" 'harmed.h5:/inputs: cannot be read; is the file damaged' \
        "$NSURF" -d harmed.h5 -a 1 -b 1 -e 0 --force -o d --missing drop
    sum=$(sum_of table.txt -t 2)
    head -c 3000 table.h5 >torn.h5
    ends 64 "HDF5: it has no decimal mark" '--decimal: is for numbers as text' "$NSURF" -d table.h5 --decimal comma \
        -a 1 -b 1 -o d --force
    ends 65 "HDF5: a torn file" 'torn.h5: HDF5 cannot open it' "$NSURF" -d torn.h5 -a 1 -b 1 -o d --force
    ends 64 "HDF5: its options need one" '--inputs-dataset: names an array' "$NSURF" -d table.txt -a 1 -b 1 -o d \
        --inputs-dataset x --force
    check "HDF5: files that lie" "$PYTHON" forge.py
    for other in storage link virtual group; do
        inputs=inputs
        [[ $other == group ]] && inputs=elsewhere/inputs
        ends 65 "HDF5: values in another file: $other" "/$inputs: refers to another file, which is not followed" \
            "$NSURF" -d ${other/group/link}.h5 -a 1 -b 1 -e 0 --force -o d --inputs-dataset $inputs
    done
    ends 65 "HDF5: a soft link to another file" "/soft: there is no such array" \
        "$NSURF" -d link.h5 -a 1 -b 1 -e 0 --force -o d --inputs-dataset soft
    for file in claims zeros; do
        ends 65 "HDF5: gigabytes that are not there: $file" "$file.h5:/.*: holds no value, because none" \
            "$NSURF" -d $file.h5 -a 1 -b 1 -e 0 --force -o d
    done
    ends 65 "HDF5: a file that crashes the library" "crash.h5: reading it makes the library crash; is the" \
        "$NSURF" -d crash.h5 -a 1 -b 1 -e 0 --force -o d
    ends 65 "HDF5: on two ranks, too" "crash.h5: reading it makes the library crash" \
        mpirun -q -np 2 "$NSURF" -d crash.h5 -a 1 -b 1 -e 0 --force -o d
    ends 65 "HDF5: a file that holds the library up" "hang.h5: reading it takes more time than its size explains" \
        "$NSURF" -d hang.h5 -a 1 -b 1 -e 0 --force -o d
else
    skip "HDF5 as data" "no h5py for $PYTHON"
fi

printf '%s\n' 0,1,species 0.2,0.3,a 0.4,0.1,b 0.5,0.2,a >frame.csv
ends 65 "a header of numbers" 'frame.csv:1: is this a header\?' "$NSURF" -d frame.csv -a 1 -b 1 -e 1 -o frame
check "or a sample, if one says so" "$NSURF" -d frame.csv --classes -a 1 -b 1 -e 1 -o frame
sed -i 1d frame.csv
check "two classes, where the first row counts nothing" "$NSURF" -d frame.csv -a 1 -b 1 -e 1 -o frame --force

printf '1,2,3\n4,,6\n7,8,9\n' >gap.csv
ends 65 "a missing value" 'gap.csv:2:2: .*missing' "$NSURF" -d gap.csv -a 1 -b 1 -o d --force
printf '1,2,3\n4,5,\n7,8,9\n' >open.csv
ends 65 "a missing target, for which no mean can stand" 'open.csv:2:3: .* say --missing drop$' \
    "$NSURF" -d open.csv -a 1 -b 1 -o d --force
printf '1 2 3\n7 8 9\n' >whole.txt
sum=$(sum_of whole.txt)
check "a missing value, its sample dropped" same gap.csv --missing drop
printf '1 2 3\n4 5 6\n7 8 9\n' >whole.txt
sum=$(sum_of whole.txt)
check "a missing value, filled with the mean" same gap.csv --missing mean

# --- targets that no output reaches -----------------------------------------------------------------------------

awk 'BEGIN { for (i = 0; i < 12; i++) print i / 12, 20 + i }' >far.txt
warnings() # HOW-MANY OPTION…: of a run that works
{
    local want=$1
    shift
    "$NSURF" -a 1 -b 1 -e 2 --force -o d "$@" 2>said >/dev/null &&
        [[ $(grep -cE '^nsurf: warning: the (scaled )?training targets go from' said) == "$want" ]]
}
check "targets beyond the outputs: warned of at the start and at the end" warnings 2 -d far.txt
check "what they are, and what to do" \
    grep -q 'from 20 to 31, .* logistic .*: take --classes .*, --scale-targets minmax, or .* --learning-rate$' said
check "that it helped nothing" \
    grep -q '^nsurf: no cell is better than always answering' said
check "best: read" "$NSURF" best d
says "best says it too" '^# warning: logistic outputs cannot reach'
check "the plan: made" "$NSURF" plan -d far.txt -a 1 -b 1 -e 2
says "and the plan" '^nsurf: warning: .* from 20 to 31'
check "one of them: trained" "$NSURF" train -d far.txt -a 1 -b 1 -e 2
says "and it" '^nsurf: warning: .* from 20 to 31'
mute_training() { "$NSURF" train -q -d far.txt -a 1 -b 1 -e 2 2>said && [[ ! -s said ]]; }
check "one of them, in quiet: not a word" mute_training
awk 'BEGIN { for (i = 0; i < 12; i++) print i / 12, 20.5 + i }' >apart.txt
check "what is no class: is no class" warnings 2 -d apart.txt
check "what is no class: not to be taken for one" grep -q 'cannot: take --scale-targets' said
check "scaled they are within reach" warnings 0 -d far.txt --scale-targets minmax -e 500 -l 2
check "and learned, in their own units" grep -q '^nsurf: always answering the mean of the training targets gives' said
check "which is said" grep -q 'targets were scaled; errors are in their own units, squared' said
check "z-scores are not" warnings 2 -d far.txt --scale-targets zscore
check "the scaled targets of folds are" warnings 0 -d far.txt --scale-targets minmax --folds 12
check "relu reaches them" warnings 0 -d far.txt --output-activation relu -l 1e-6
check "linear, too" warnings 0 -d far.txt --output-activation linear -l 1e-6
check "the iris data are within reach" warnings 0
check "best: of these" "$NSURF" best d
check "nor does best say otherwise" [ -z "$(grep warning "$T/out")" ]
check "best: of these again" "$NSURF" best d
says "it says what the lowest misclassifies" 'class 66.7 % misclassified; the lowest cell has [0-9.]+ %$'
check "silence is silent" warnings 0 -d far.txt --quiet
