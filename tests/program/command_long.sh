#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Long words, ranges and labels of a program: each is kept whole, wherever it is written, or refused at the start.
# shellcheck disable=SC2016 # what stands in single quotes is for other shells
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1

letters() # COUNT
{
    printf "%0$1d" 0 | tr 0 a
}
table() # PREFIX: the cells
{
    grep -v '^#' "$1.tsv"
}

# --- lines of the journal -----------------------------------------------------------------------------------------

words=$(letters 240)
for length in {235..250}; do # one of them ended a line of 1,013 bytes behind the first digit of 25
    axes=(--axis p="$words" --axis q="$words" --axis r="$words" --axis s="$(letters "$length")")
    run=("$NSURF" -q --shell --command 'echo $NSURF_y' "${axes[@]}" -o "cut$length")
    "${run[@]}" --axis y=25 >log 2>&1 || break
    "${run[@]}" --axis y=2,25 >log 2>&1 || break
    table "cut$length" | awk '$5 != $6 { exit 1 }' || break
done
check 'an outcome is never taken for that of another cell' [ "$length" = 250 ]
check 'its line tells of the cell' grep -Eq ' y=25 [0-9a-f]{8}$' cut250.journal
six=("$NSURF" --shell --command 'echo $NSURF_y' -o six)
for i in {1..6}; do six+=(--axis "x$i=$(letters 200)$i"); done
check 'long words of six axes' "${six[@]}" --axis y=1,2
check 'go on where they were' "${six[@]}" --axis y=1:3
says 'with what is there' '2 of 3 trainings are done already'

# --- words --------------------------------------------------------------------------------------------------------

most=$(letters 270)
ends 64 'longer words than files keep' 'a word has 272 bytes, and may have 271' "$NSURF" --command 'echo {x}' \
    --axis "x=b,${most}ab" -o refused
cat >length <<'SH'
#!/bin/sh
echo "${#1}${1#"${1%?}"}" | tr bc 12
SH
chmod +x length
check 'the longest reach the program whole' "$NSURF" --command './length {x}' --axis "x=${most}b,${most}c" -o most
check 'each its own' [ "$(table most | cut -f 2 | xargs)" = '2711 2712' ]

# --- results that are read again ----------------------------------------------------------------------------------

check 'the longest words come back' "$NSURF" export most --to csv
check 'each its own' [ "$(tail -n +2 "$T/out" | cut -d , -f 1 | xargs)" = "${most}b ${most}c" ]
for axis in 0:10:lin11 1.0,2.0,4.0 100000.0,2000000.0; do
    check "whole values of a real axis: $axis" "$NSURF" -q --force --command 'echo {x}' --axis "x=$axis" -o real
    check 'they come back' "$NSURF" export real --to json
    command=$("$PYTHON" -c "import json; print(json.load(open('$T/out'))['command'])")
    (PATH=$(dirname "$NSURF"):$PATH; eval "$command -q -o again --force") >log
    check 'the command that is told makes the same' same_results real again
done
