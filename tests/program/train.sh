#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# `nsurf train` trains any network of a sweep again, to the bit: its line is that of the journal, whatever the fold, the
# repeat and the instruction set. It needs no MPI.
. "$(dirname "$0")/../lib.sh"
mkdir "$T/w" && cd "$T/w" || exit 1

awk 'BEGIN { for (i = 0; i < 60; i++) print i / 60, i % 7, i % 3 ? "b" : "a" }' >data.txt

line() # JOURNAL A B FOLD REPEAT: without the checksum
{
    grep "^$2 $3 $4 $5 " "$1" | sed 's/ [^ ]*$//'
}
train() # OPTION…
{
    env OMPI_MCA_btl=none OMPI_MCA_pml=none "$NSURF" train "$@" >"$T/line"
}
again() # JOURNAL A B FOLD REPEAT OPTION…
{
    train -a "$2" -b "$3" --fold "$4" --repeat "$5" "${@:6}" && diff <(line "$1" "${@:2:4}") <(sed 1d "$T/line")
}

iris=(-e 30 -r 3)
check 'a sweep' "$NSURF" -q -a 1,11,40 -b 2:24:11 "${iris[@]}" -o iris
check 'its first network' again iris.journal 1 2 0 0 "${iris[@]}"
check 'its last network' again iris.journal 40 24 0 2 "${iris[@]}"
for isa in plain avx2 avx512 neon; do
    NSURF_ISA=$isa "$NSURF" --version | grep -q "^instructions $isa\$" || continue
    NSURF_ISA=$isa check "one between, $isa" again iris.journal 11 13 0 1 "${iris[@]}"
done

split=(-d data.txt --split 50/25/25 --scale zscore -e 20 -s 9)
check 'a sweep with three parts' "$NSURF" -q -a 3 -b 5 "${split[@]}" -o split
check 'their errors and misclassified samples' again split.journal 3 5 0 0 "${split[@]}"
check 'are named' grep -q '^# hidden1 .* epochs train_error validation_error test_error' "$T/line"

early=("${split[@]}" -l 2 -e 400 --early-stopping gl=2)
check 'a sweep that stops early' "$NSURF" -q -a 3 -b 5 -r 2 "${early[@]}" -o early
check 'the state of the lowest validation error' again early.journal 3 5 0 1 "${early[@]}"
check 'is not the last one' grep -qvE '^(3 5 0 1 0 400 |#)' "$T/line"

folds=(-d data.txt --folds 5 -e 20 -r 2 --no-shuffle)
check 'a sweep with folds' "$NSURF" -q -a 4 -b 4 "${folds[@]}" -o folds
check 'the last fold' again folds.journal 4 4 4 1 "${folds[@]}"
check 'a fold between' again folds.journal 4 4 2 0 "${folds[@]}"

exits 1 'a training that diverges is a result' "$NSURF" -q -a 2 -b 2 -e 3 -l 3e38 -o wild
check 'the same again' again wild.journal 2 2 0 0 -e 3 -l 3e38
check 'with its status' grep -q '^2 2 0 0 1 ' "$T/line"
check 'no epoch' train -a 2 -b 2 -e 0

# CODE | what the line says | options
while IFS='|' read -r code says words; do
    read -ra options <<<"$words"
    ends "$code" "$words" "$says" "$NSURF" "${options[@]}"
done <<'TABLE'
64|--hidden1: train needs one number|train
64|--hidden1: train needs one number|train -a 1:2 -b 3
64|--hidden2: train needs one number|train -a 1
64|--fold: there are no folds|train -a 1 -b 1 --fold 1
64|--fold: 5: counts from 0|train -a 1 -b 1 -d data.txt --folds 5 --fold 5
64|--repeat: "1048576"|train -a 1 -b 1 --repeat 1048576
64|--repeat: belongs to `nsurf train`|--repeat 1
64|--fold: belongs to `nsurf train`|plan --fold 0
65|missing.txt|train -a 1 -b 1 -d missing.txt
TABLE
full_disk()
{
    "$NSURF" train -a 1 -b 1 -e 0 >/dev/full
}
exits 74 'a line to a full disk' full_disk
