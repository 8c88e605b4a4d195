#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Repeats see all of chance: the means of 16 repeats spread from seed to seed as their own standard errors say, so that
# F, the variance between 24 seeds over that within them, is about 1: from 0.5 to 1.7 in 95 of 100 such trials.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1

awk 'BEGIN { for (i = 0; i < 64; i++) { x = i / 63; print x, 0.5 + 0.4 * sin(6.2832 * x) * cos(15 * x) } }' >wave.txt

spread_of_seeds() # OPTION…
{
    local seed
    for ((seed = 1; seed <= 24; seed++)); do
        "$NSURF" -q -a 8 -b 8 -r 16 -s "$seed" --force -o seed "$@" >/dev/null || return
        awk '!/^#/ { print $3, $4 }' seed.tsv # mean, sd
    done | awk '{ n++; sum += $1; squares += $1 * $1; within += $2 * $2 / 16 }
        END { f = (squares - sum * sum / n) / (n - 1) / (within / n)
              print "F of " n " seeds: " f; exit !(n == 24 && f > 0.5 && f < 1.7) }'
}
check 'classes: iris' spread_of_seeds
note "$(<out)"
check 'regression: a wave' spread_of_seeds --data wave.txt --epochs 2000 --learning-rate 0.5
note "$(<out)"
