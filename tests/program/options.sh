#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What cannot be run is refused before training: the right exit code, in one line, by rank 0 alone, with one process and
# with several, and nothing is written.
. "$(dirname "$0")/../lib.sh"
mkdir "$T/w" && cd "$T/w" || exit 1

printf '1 2\n3 nan\n' >nan.txt
printf '1 2\n3\n' >short.txt
printf '1 2\n' >two.txt
printf '1 2\n' | gzip >packed.txt
truncate -s 100G sparse.txt # one line, which takes no room on the disk
mkdir folder
ls >"$T/before"

untouched()
{
    diff "$T/before" <(ls)
}

# CODE | what the line says | options
while IFS='|' read -r code says words; do
    read -ra options <<<"$words"
    for processes in 1 3; do
        name="$words, $processes processes"
        ends "$code" "$name" "$says" mpirun -q -np $processes "$NSURF" "${options[@]}"
    done
done <<'TABLE'
64|--bogus: no such option|--bogus
64|--hidden1: "1:x", column 3|-a 1:x
64|--hidden2: "9:3", column 3|--hidden2 9:3
64|--epochs: an argument is missing|-e
64|"extra"|-q extra
64|trainings, more than|-a 1:10000 -b 1:10000 -r 1000
64|1:100000", column 3: at most 10000 neurons|-a 1:100000 -b 1:10000
64|4096000000 trainings, more than|-r 1000000
64|cells x 10 folds x 1000000 repeats are 40960000000 trainings|--folds 10 -r 1000000
64|from 1 to 1048576|-r 1000000000
65|sparse.txt:1:1: a field of 65536|-d sparse.txt
65|missing.txt: cannot be opened|-d missing.txt
65|folder: is a folder|-d folder
65|nan.txt:2:2|-d nan.txt
65|short.txt:2|-d short.txt
65|two.txt|-d two.txt -t 2
65|packed.txt: is packed by gzip|-d packed.txt
64|"folder/": is a folder|-o folder/
64|"/": is a folder|-o /
64|leave ".h5" out|-o res.h5
64|--out: no such option, or the beginning of several: --output-activation, --output|--out x
64|did you mean --epochs|--eopchs 5
64|did you mean `nsurf best`|bset
64|did you mean --data two.txt|two.txt
74|no/such/place|-o no/such/place
TABLE
ends 64 'a dedicated manager needs a worker' 'at least 2 processes' "$NSURF" --dedicated-manager
ends 64 'an instruction set that does not exist' 'NSURF_ISA' env NSURF_ISA=quantum "$NSURF"
endless() # PATTERN: data that never end, with less memory than they would need; a look at their begin is enough
{
    yes "$1" | tr -d '\n' | (ulimit -v 4000000 && exec timeout 60 "$NSURF" -d -)
}
ends 65 'a word without an end' 'standard input:1:1: a field of 65536' endless y
ends 65 'a line without an end' 'standard input:1:1048577: more than 1048576 columns' endless '1 '
check 'nothing was written' untouched

# One rank alone cannot train: all end, and its words reach the user.
ends 64 'one rank has another instruction set' 'NSURF_ISA' \
    mpirun -q -np 2 "$NSURF" -a 2 -b 2 : -np 1 -x NSURF_ISA=quantum "$NSURF" -a 2 -b 2
check 'still nothing was written' untouched

# MPI cannot start here, and is not asked to.
for option in --help --version; do
    exits 0 "$option without MPI" env OMPI_MCA_btl=none OMPI_MCA_pml=none "$NSURF" $option
    cp "$T/out" "$T/alone"
    exits 0 "$option, 3 processes" mpirun -np 3 "$NSURF" $option
    cp "$T/out" "$T/three"
    check "$option, 3 processes: said once" cmp "$T/alone" "$T/three"
done
refuse 'while training needs MPI' env OMPI_MCA_btl=none OMPI_MCA_pml=none "$NSURF" -a 1 -b 1 -e 1
for mpirun in '' 'mpirun -q -np 3'; do
    # shellcheck disable=SC2086  # words, or none
    ends 64 "a wrong option without MPI${mpirun:+, 3 processes}" '--bogus: no such option' \
        env OMPI_MCA_btl=none OMPI_MCA_pml=none $mpirun "$NSURF" --bogus
done
# shellcheck disable=SC2016  # for the shell inside
late='[ "$OMPI_COMM_WORLD_RANK" -gt 0 ] || sleep 0.7; exec "$0" "$@"'
for words in --bogus 'train --bogus'; do
    # shellcheck disable=SC2086  # words
    ends 64 "$words: rank 0 is the last to begin" '--bogus: no such option' \
        mpirun -q -np 3 sh -c "$late" "$NSURF" $words
done
full_disk()
{
    "$NSURF" --help >/dev/full
}
ends 74 'help to a full disk' 'standard output: cannot be written' full_disk
