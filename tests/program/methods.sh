#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Every way to train, in whole runs: it learns, gives the same bytes for any number of processes and in plain C, is
# named in the files, and no other way goes on with its journal.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1

GRID=(-a "3,5,8" -b 2:4 -e 60 --quiet)
sweep() # NAME PROCESSES OPTION…
{
    local name=$1 processes=$2
    shift 2
    mpirun -np "$processes" "$NSURF" "${GRID[@]}" "$@" -o "$name" >"$name.out"
}
# Networks with a second layer of two units or more can tell the three classes apart; one that gives their means for
# every flower has an error of 2/9.
learns() # NAME
{
    grep -v '^#' "$1.tsv" | awk '{ sum += $3 } END { print "mean error", sum / NR; exit !(NR == 9 && sum / NR < 0.1) }'
}
named() # NAME SETTING VALUE: in the table's header
{
    grep -qxF "# $2 $3" "$1.tsv" || grep '^#' "$1.tsv"
    grep -qxF "# $2 $3" "$1.tsv"
}

# RPROP takes the sign alone, so a network whose deltas overflow lives on: what is padded in its pack must not touch it.
wild=(--optimizer "rprop,max=3e38,first=1e12,increase=1.2" --hidden-activation linear --output-activation linear
    --weight-range 5e12 -e 100 -q)
check 'a pack of networks that overflow' "$NSURF" -a 2:5 -b 2:5 "${wild[@]}" -o pack
alike() # HIDDEN1 HIDDEN2: the line of the journal, but for its seal
{
    "$NSURF" train -a "$1" -b "$2" "${wild[@]}" >line || return
    grep -F "$(grep -v '^#' line)" pack.journal
}
for topology in '2 2' '3 2' '4 3' '5 5'; do
    read -ra ab <<<"$topology"
    check "the same alone: $topology" alike "${ab[@]}"
done

number=0
while IFS='|' read -r options setting value; do
    name=m$((number++))
    read -ra words <<<"$options"
    check "$options: two processes" sweep $name 2 "${words[@]}"
    check "$options: learns" learns $name
    check "$options: named" named $name "$setting" "$value"
    NSURF_ISA=plain check "$options: one process, plain" sweep one 1 "${words[@]}" --force
    check "$options: the same bytes" same_results $name one
    cp $name.journal other.journal
    ends 65 "$options: no journal for the default" 'is of another experiment: .* there' "$NSURF" "${GRID[@]}" -o other
done <<'METHODS'
--hidden-activation tanh|hidden_activation|tanh
--hidden-activation relu -l 0.05|hidden_activation|relu
--hidden-activation softsign --output-activation linear -l 0.02|output_activation|linear
--hidden-activation linear -l 0.1|hidden_activation|linear
--output-activation softmax --loss cross-entropy -l 0.1|output_activation|softmax
--loss cross-entropy -l 0.1|loss|cross-entropy
--optimizer sgd,momentum=0.9 --batch 8 -l 0.5|momentum|0.9
--batch 16 -l 3|batch|16
--optimizer rprop|rprop_increase|1.2
--optimizer rprop,first=0.05,min=0 --weight-range 0.5|weight_range|0.5
--optimizer adam -l 0.01 --batch 10|adam_epsilon|1e-08
--rate-decay 0.01|rate_decay|0.01
--weight-decay 1e-05|weight_decay|1e-05
METHODS
