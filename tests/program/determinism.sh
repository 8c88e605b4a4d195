#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# An outcome is a pure function of experiment, cell and repeat: the same bytes for any number of processes, any
# instruction set, any packing, any moment; and other bytes when anything that should matter changes.
. "$(dirname "$0")/../lib.sh"

GRID=(-a 1:7 -b 1:9 -e 20)

# run NAME PROCESSES OPTION…: a sweep into $T/NAME.*; its standard output stays in $T/NAME.out
run()
{
    local name=$1 processes=$2
    shift 2
    mpirun -np "$processes" "$NSURF" "${GRID[@]}" --quiet "$@" -o "$T/$name" >"$T/$name.out"
}
alone()
{
    local name=$1
    shift
    "$NSURF" "${GRID[@]}" --quiet "$@" -o "$T/$name" >"$T/$name.out"
}
same() # NAME NAME: the first three files
{
    cmp "$T/$1.tsv" "$T/$2.tsv" && cmp "$T/$1.dat" "$T/$2.dat" && cmp "$T/$1.h5" "$T/$2.h5"
}
errors() # NAME: the table without what is said of it
{
    grep -v '^#' "$T/$1.tsv"
}
differ() # NAME NAME: in nearly all errors
{
    paste <(errors "$1") <(errors "$2") |
        awk '$3 == $6 { same++ } END { print same + 0 " of " NR " equal"; exit !(NR && same <= NR / 20) }'
}
digest_line() # NAME: the last line printed holds the digest of the three files, as anyone can repeat it
{
    local digest
    digest=$(cat "$T/$1.tsv" "$T/$1.dat" "$T/$1.h5" | sha256sum | cut -d' ' -f1)
    tail -n 1 "$T/$1.out" | tee /dev/stderr | grep -q "$digest"
}

check 'without mpirun' alone one
check 'without mpirun: digest is the last line' digest_line one
for processes in 1 2 5; do
    check "-np $processes" run "np$processes" $processes
    check "-np $processes: the same bytes" same one "np$processes"
    check "-np $processes: digest is the last line" digest_line "np$processes"
done

# Time must not leak into a file (HDF5 likes to store it): the runs above may share a second, this one does not.
sleep 1.1
check 'a second later' alone later
check 'a second later: the same bytes' same one later

check '-np 3, dedicated manager' run dedicated 3 --dedicated-manager
check '-np 3, dedicated manager: the same bytes' same one dedicated

for isa in avx512 avx2 neon plain; do
    instructions=$(NSURF_ISA=$isa "$NSURF" --version | sed -n 's/^instructions *//p')
    if [[ $instructions != NSURF_ISA* ]]; then
        NSURF_ISA=$isa check "instruction set $isa" alone "$isa"
        check "instruction set $isa: the same bytes" same one "$isa"
    else
        skip "instruction set $isa: the same bytes" "$instructions"
    fi
done

# A cell alone, or with other neighbours, is the cell of the large grid.
GRID=(-a '3,7' -b 9 -e 20)
check 'a part of the grid' alone part
check 'a part of the grid: the same errors' cmp <(errors part) <(errors one | awk '($1 == 3 || $1 == 7) && $2 == 9')

GRID=(-a 1:7 -b 1:9 -e 20)
check 'seed 2' alone seed2 -s 2
check 'seed 2: other errors' differ one seed2
check 'no shuffle' alone noshuffle --no-shuffle
check 'no shuffle: other errors' differ one noshuffle
check 'learning rate 0.21' alone rate -l 0.21
check 'learning rate 0.21: other errors' differ one rate
GRID=(-a 1:7 -b 1:9 -e 21)
check '21 epochs' alone epochs
check '21 epochs: other errors' differ one epochs
