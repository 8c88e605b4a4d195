#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# How much more processor time one build of nsurf takes than another: one process each, in turn, so that a busy machine
# slows both; the median of the ratios.
# Usage: tests/bench/paired.sh OLD NEW ROUNDS [OPTION of nsurf]…
# For 16 repeats of the default grid, beside an earlier build: tests/bench/paired.sh OLD NEW 5 -r 16 -e 20
set -euo pipefail
export LC_ALL=C
old=$1 new=$2 rounds=$3
shift 3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

processor_s() # NSURF OPTION…
{
    local TIMEFORMAT='%U'
    { time "$@" --quiet --force --output "$folder/bench" >"$folder/out"; } 2>&1
}

for ((round = 1; round <= rounds; round++)); do
    echo "$(processor_s "$old" "$@") $(processor_s "$new" "$@")"
done | awk '{ print "old " $1 " s, new " $2 " s, ratio " $2 / $1 >"/dev/stderr"; print $2 / $1 }' | sort -n |
    awk '{ ratio[NR] = $1 } END { print "median ratio " (ratio[int((NR + 1) / 2)] + ratio[int(NR / 2) + 1]) / 2 }'
