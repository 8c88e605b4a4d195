#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# `nsurf plan` needs no MPI, writes no file, and prints what scripts can read: lines of a name, a tab and a value.
. "$(dirname "$0")/../lib.sh"
mkdir "$T/w" && cd "$T/w" || exit 1

value() # NAME: of the last plan
{
    sed -n "s/^$1\t//p" "$T/plan"
}
column() # NAME N: of the table's line for N processes
{
    awk -F '\t' -v name="$1" -v ranks="$2" '
        /^#np/ { for (i = 1; i <= NF; i++) if ($i == name) c = i }
        /^np\t/ && $2 == ranks { print $c }' "$T/plan"
}
plan() # OPTION…
{
    env OMPI_MCA_btl=none OMPI_MCA_pml=none "$NSURF" plan "$@" >"$T/plan"
}
holds() # AWK-EXPRESSION
{
    awk "BEGIN { exit !($1) }" </dev/null
}

check 'without MPI' plan -a 1:9 -b 1:7 -r 2 -e 50
check 'cells' test "$(value cells)" == 63
check 'trainings' test "$(value trainings)" == 126
check 'five numbers of processes unless asked' test "$(grep -c '^np' "$T/plan")" == 5
check 'a line for sbatch each' test "$(grep -c '^sbatch' "$T/plan")" == 5
check 'nothing is written' test -z "$(ls -A)"

check 'what the time may be off by: more than the start alone, less than all' \
    holds "$(column wall_error_s 8) >= 0.3 && $(column wall_error_s 8) < 0.3 + $(column wall_s 8)"

check 'networks of 64 neurons' plan -a 64 -b 64 -e 50
small=$(value flop_per_s)
check 'networks of two million weights' plan -a 1500 -b 1500 -e 1
check 'networks of two million weights: not a hundred times slower' holds "$(value flop_per_s) > $small / 100"

check 'the numbers asked for, options after the word' plan --np 1,4 -e 200 -q
check 'two lines' test "$(grep -c '^np' "$T/plan")" == 2
check 'the work of the default grid' holds "$(value flop) > 9.96e11 && $(value flop) < 9.97e11"
check 'one process is never idle' holds "$(column efficiency 1) > 0.999"
check 'four take a quarter of the time' holds "$(column bound_s 4) * 3.9 < $(column bound_s 1)"
check 'what sbatch takes' grep -qE \
    $'^sbatch\t--ntasks=4 --time=([0-9]+-[0-9]{2}|[0-9]+):[0-9]{2}:00 --mem-per-cpu=[0-9]+M$' "$T/plan"

printf '0 0 0\n0 1 1\n1 0 1\n1 1 0\n' >xor.txt
check 'data of a file, no epoch' plan -d xor.txt -e 0 --np 2
check 'no flop' test "$(value flop)" == 0

ends 0 'an option without effect' '^nsurf: warning: --momentum has no effect with --optimizer adam$' \
    "$NSURF" plan --np 1 -a 1 -b 1 -e 1 --optimizer adam --momentum 0.5
ends 64 'a word that is no action' 'no such command' "$NSURF" plans
ends 64 'processes of a run' 'mpirun -np' "$NSURF" --np 2
ends 64 'an option of plan that makes no sense, without MPI' '--np: "x"' \
    env OMPI_MCA_btl=none OMPI_MCA_pml=none "$NSURF" plan --np x
ends 65 'data that is not there' 'missing.txt' "$NSURF" plan -d missing.txt
exits 0 'three processes' mpirun -q -np 3 "$NSURF" plan --np 2 -e 10
check 'three processes: said once' test "$(grep -c ^cells "$T/out")" == 1
full_disk()
{
    "$NSURF" plan --np 1 >/dev/full
}
exits 74 'a plan to a full disk' full_disk
