#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The example of plots/README.md, by the letter but on a smaller grid: the samples are windows of the series, split by
# time without a year in two parts, and its commands lead to the lines and the picture that it shows.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
mkdir -p build/release
ln -s "$NSURF" build/release/nsurf
ln -s "$TOP/plots" plots

# block N: the N-th block of commands of the section
block()
{
    sed -n '/^## An example: sunspots/,/^## What is trained/p' "$TOP/plots/README.md" |
        awk -v n="$1" '/^```/ { inside = /^```sh$/; block += inside; next } inside && block == n'
}

block 1 >samples.sh
check 'the samples are made' bash samples.sh

# Each row is the twelve years before its target, oldest first; rows follow on from file to file, so no year is missing,
# out of order or in two parts.
windows()
{
    awk 'FILENAME ~ /tsv$/ {
            if (/^[0-9]/) { if (n++ && $1 != last + 1) bad("after " last); x[last = $1] = $2 / 200 }
            next
        }
        { year = 1712 + row++; if (NF != 13) bad(year) }
        { for (i = 1; i <= 13; i++) { d = $i - x[year - 13 + i]; if (d > 1e-6 || d < -1e-6) bad(year " column " i) } }
        function bad(where) { print "wrong: " where; wrong = 1 }
        END { if (n != 309 || last != 2008 || year != last) bad("the end: " n " " last " " year); exit wrong }' \
        "$1" sun-train.txt sun-validation.txt sun-test.txt
}
check 'the samples are windows of the series, in its order' windows plots/sunspots.tsv
check 'split by time: 1712 to 1920, to 1955, to 2008' \
    test "$(cat <(wc -l <sun-train.txt) <(wc -l <sun-validation.txt) <(wc -l <sun-test.txt) | xargs)" = '209 35 53'
sed 's/^1850\t[0-9.]*/1850\t0/' plots/sunspots.tsv >other.tsv
refuse 'another year would be noticed' windows other.tsv

block 2 | sed "s/1:16/1:2/g; s/--repeats 16/--repeats 2/; s/--epochs 2000/--epochs 20/
    $(command -v gnuplot >/dev/null || echo '/^gnuplot/d')" >sweep.sh
check 'the grid was made smaller' test "$(grep -oE '1:2|repeats 2|epochs 20' sweep.sh | wc -l)" = 4
check 'the commands run' bash -e sweep.sh
says 'best: chosen by the validation error' '^# lowest mean validation error of 4 cells: .* \(2 repeats\)$'
says 'best: the test error of the chosen' '^# test error of the first 0\.'
check 'the surface is that of the test error' grep -q '^# nsurf: .*test' sun.tsv
if command -v gnuplot >/dev/null; then
    check 'the picture is drawn' test -s sunspots.png
else
    skip 'the picture is drawn' 'no gnuplot here'
fi
