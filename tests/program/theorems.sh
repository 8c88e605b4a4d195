#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Errors that no network of a given shape can undercut, whatever its weights, found with pencil and paper; and errors
# that training must reach. A trainer that reports too little, or learns nothing, fails here.
#
# All bounds rest on one remark. When a layer has a single unit, all that follows is a function of one number, and when
# no wider layer follows, each output is a monotone function of it. The samples then stand in a row, and the best
# monotone fit to targets in a row is the isotonic regression: neighbours in the wrong order share their mean.
#   iris, b = 1     three classes of 50 in a row: the middle one's target rises and falls, so that 100 samples share
#                   1/2: 100/4 of 450 squares = 1/18; any mixing of the classes only adds
#   XOR, (1,1)      the first unit sees the corners in an order of w.x, at best 0 1 1 0 (in targets): three share 2/3,
#                   2/3 of 4 = 1/6
#   parity, (1,1)   the same over all orders of w.x: 96 for 3 bits, the best 0 111 000 1: six share 1/2, 3/2 of 8 =
#                   3/16; 5,376 for 4 bits, the best leaves 1/5
#   8-a-1-8 encoder output k is 1 at place k of the row alone: it leaves 1 - 1/m, m its distance from the nearer end;
#                   twice 0 + 1/2 + 2/3 + 3/4, of 64 squares = 23/384
. "$(dirname "$0")/../lib.sh"

# sweep NAME OPTION…: errors of its cells into $T/NAME, one a line
sweep()
{
    local name=$1
    shift
    "$NSURF" "$@" --quiet --force -o "$T/run" && awk '!/^#/ { print $3 }' "$T/run.tsv" >"$T/$name" && [[ -s $T/$name ]]
}

# at_least NAME BOUND, typical NAME BOUND: of all errors in $T/NAME; a cell without error is a failure
at_least()
{
    awk -v bound="$2" '!($1 >= bound) { print "error " $1 " is below " bound; bad = 1 } END { exit bad }' "$T/$1"
}
typical()
{
    sort -g "$T/$1" | awk -v bound="$2" '{ v[NR] = $1 } END { m = v[int((NR + 1) / 2)]; print "median " m
        exit !(m <= bound) }'
}

# --- data -------------------------------------------------------------------------------------------------------

cat >"$T/xor.txt" <<'END'
0 0 0
0 1 1
1 0 1
1 1 0
END
# bits N: all words of N bits and their parity
bits()
{
    awk -v n="$1" 'BEGIN { for (w = 0; w < 2 ^ n; w++) { line = ""; odd = 0
        for (i = 0; i < n; i++) { bit = int(w / 2 ^ i) % 2; line = line bit " "; odd = (odd + bit) % 2 }
        print line odd } }'
}
bits 3 >"$T/parity3.txt"
bits 4 >"$T/parity4.txt"
awk 'BEGIN { for (i = 1; i <= 8; i++) { line = ""; for (j = 1; j <= 8; j++) line = line (i == j) " "
    print line line } }' >"$T/encoder.txt"

# --- iris -------------------------------------------------------------------------------------------------------

check 'iris, b = 1: runs' sweep iris1 -a 1,2,3,8,32,64 -b 1
check 'iris, b = 1: error >= 1/18' at_least iris1 0.0555555555555555
check 'iris, b = 1, other settings: runs' sweep iris1 -a 1:16 -b 1 -e 300 -l 1.5 -s 7 --no-shuffle
check 'iris, b = 1, other settings: error >= 1/18' at_least iris1 0.0555555555555555
check 'iris, a, b >= 2: runs' sweep iris2 -a 2,4,8,16,32 -b 2,4,8,16,32
check 'iris, a, b >= 2: typical error <= 0.02' typical iris2 0.02

# --- XOR, parity, encoder ----------------------------------------------------------------------------------------

for seed in 1 2 3; do
    for rate in 0.2 2; do
        with="seed $seed, rate $rate"
        check "XOR (1,1), $with: runs" sweep xor -d "$T/xor.txt" -t 1 -a 1 -b 1 -e 20000 -l $rate -s $seed
        check "XOR (1,1), $with: error >= 1/6" at_least xor 0.1666666666666666
        check "parity of 3 bits (1,1), $with: runs" \
            sweep p3 -d "$T/parity3.txt" -t 1 -a 1 -b 1 -e 10000 -l $rate -s $seed
        check "parity of 3 bits (1,1), $with: error >= 3/16" at_least p3 0.1875
        check "parity of 4 bits (1,1), $with: runs" \
            sweep p4 -d "$T/parity4.txt" -t 1 -a 1 -b 1 -e 5000 -l $rate -s $seed
        check "parity of 4 bits (1,1), $with: error >= 1/5" at_least p4 0.2
        check "encoder b = 1, $with: runs" \
            sweep enc -d "$T/encoder.txt" -t 8 -a 1,3,8 -b 1 -e 5000 -l $rate -s $seed
        check "encoder b = 1, $with: error >= 23/384" at_least enc 0.0598958333333333
    done
done
check 'XOR (4:8,4:8): runs' sweep xor -d "$T/xor.txt" -t 1 -a 4:8 -b 4:8 -e 20000 -l 1
check 'XOR (4:8,4:8): learnt, typical error <= 0.01' typical xor 0.01
check 'encoder (8,3:8): runs' sweep enc -d "$T/encoder.txt" -t 8 -a 8 -b 3:8 -e 20000 -l 1
check 'encoder (8,3:8): learnt, typical error <= 0.01' typical enc 0.01
