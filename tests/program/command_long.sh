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

repeats() # PREFIX: the command that its results tell makes the same ones
{
    local command
    command=$("$NSURF" export "$1" --to json | "$PYTHON" -c "import json, sys
print(json.load(sys.stdin)['command'])")
    (PATH=$(dirname "$NSURF"):$PATH; eval "$command -q -o again --force") && same_results "$1" again
}

# --- lines of the journal -----------------------------------------------------------------------------------------

words=$(letters 240)
right=0
for length in {235..250}; do # one of them ended a line of 1,013 bytes behind the first digit of 25
    axes=(--axis p="$words" --axis q="$words" --axis r="$words" --axis s="$(letters "$length")")
    run=("$NSURF" -q --shell --command 'echo $NSURF_y' "${axes[@]}" -o "cut$length")
    "${run[@]}" --axis y=25 >log 2>&1 || break
    "${run[@]}" --axis y=2,25 >log 2>&1 || break
    table "cut$length" | awk '$5 != $6 { exit 1 }' || break
    ((++right))
done
check 'an outcome is never taken for that of another cell' [ "$right" = 16 ]
check 'its line tells of the cell' grep -Eq ' y=25 [0-9a-f]{8}$' cut250.journal
six=("$NSURF" --shell --command 'echo $NSURF_y' -o six)
for i in {1..6}; do six+=(--axis "x$i=$(letters 200)$i"); done
check 'long words of six axes' "${six[@]}" --axis y=1,2
check 'go on where they were' "${six[@]}" --axis y=1:3
says 'with what is there' '2 of 3 runs done already'

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
    check 'they come back' "$NSURF" best real
    check 'the command that is told makes the same' repeats real
done

# --- values -------------------------------------------------------------------------------------------------------

# result PREFIX VALUE…: a run with these values, its columns as CSV, and the same again
result()
{
    local prefix=$1 value values=()
    for value in "${@:2}"; do values+=(--value "$value"); done
    "$NSURF" -q --command './tells {x}' --axis x=1:3 -o "$prefix" "${values[@]}" || return
    "$NSURF" export "$prefix" --to csv | tr -d '\r' >"$prefix.csv" || return
    repeats "$prefix"
}
long=$(letters 101)
cat >tells <<SH
#!/bin/sh
echo "$long-a 1, $long-b 2, $long-c 3\$1, loss a=line 4, my loss  a 6\$1, loss 5"
echo 7
SH
chmod +x tells
check 'long labels' result labels "a=label:$long-a" "b=label:$long-b" "c=label:$long-c"
check 'have their columns' [ "$(sed -n '1p; $p' labels.csv | xargs)" = 'x,status,trainings_ok,a,b,c 3,ok,1,1,2,33' ]
check 'watch knows the last, too' "$NSURF" watch labels --once
sed '/^# value_[123] /d' labels.journal >old.journal # as before there was one line for each
check 'a journal without a line for each' "$NSURF" -q --command './tells {x}' --axis x=1:4 -o old \
    --value "a=label:$long-a" --value "b=label:$long-b" --value "c=label:$long-c"
check 'goes on' [ "$(outcomes old.journal)" = 4 ]
check 'and has them then' grep -q "^# value_3 c=label:$long-c " old.journal
check 'a label that looks like another value' result looks 'e=label:loss a=line'
check 'is one value' [ "$(sed -n '1p; $p' looks.csv | xargs)" = 'x,status,trainings_ok,e 3,ok,1,4' ]
ends 65 'two values that look like it are others' 'value_1 is e=label:loss a=line there and none here' "$NSURF" \
    --command './tells {x}' --axis x=1:3 -o looks --value e=label:loss --value a=line
check 'two values with such a text' result two e=label:loss a=line
check 'are two' [ "$(sed -n '1p; $p' two.csv | xargs)" = 'x,status,trainings_ok,e,a 3,ok,1,5,7' ]
check 'and need no lines of their own' [ "$(grep -c '^# value' two.journal)" = 1 ]
ends 65 'the one is another' 'value_1 is none there and e=label:loss a=line here' "$NSURF" \
    --command './tells {x}' --axis x=1:3 -o two --value 'e=label:loss a=line'
check 'a label with blanks' result blanks 'e=label:my loss  a' a=line
check 'is whole' [ "$(tail -n 1 blanks.csv)" = 3,ok,1,63,7 ]

# --- ranges -------------------------------------------------------------------------------------------------------

# many NAME COUNT AXIS…: of a run with axes whose range is too long for a line, the journal tells all values
many()
{
    local prefix=$1 count=$2 axes=() axis
    for axis in "${@:3}"; do axes+=(--axis "$axis"); done
    check "$prefix: a run" "$NSURF" -q --shell --command 'echo 1' -o "$prefix" "${axes[@]}"
    sed '/^# /!d' "$prefix.journal" >head.journal
    check "$prefix: watch knows all cells from the header" "$NSURF" watch head --once
    says "$prefix: as many" "0 % of the cost, 0 of $count cells"
    check "$prefix: watch counts all" "$NSURF" watch "$prefix" --once
    says "$prefix: as done" "100 % of the cost, $count of $count cells"
    check "$prefix: the command that is told makes the same" repeats "$prefix"
    check "$prefix: the same command leaves the journal" journal_stays "$prefix" "${axes[@]}"
}
journal_stays() # PREFIX OPTION…
{
    grep -v '^# run_' "$1.journal" >before
    "$NSURF" -q --shell --command 'echo 1' -o "$@" && cmp before <(grep -v '^# run_' "$1.journal")
}
journal_goes_on() # PREFIX OPTION…: of the words
{
    "$NSURF" -q --shell --command 'echo 1' --axis w="$(seq -s , -f word%03g 60)" -o "$@"
}
many words 60 w="$(seq -s , -f word%03g 60)"
many uneven 61 x="$(awk 'BEGIN { for (i = 0; i < 60; i++) printf "%s,", 1 + i * i / 397; print 10 }')"
many squares 90 x="1.0,$(awk 'BEGIN { for (i = 2; i <= 90; i++) printf "%s%s", i * i, i < 90 ? "," : "" }')"
many whole 300 y=a,b \
    x="$(awk 'BEGIN { for (i = 0; i < 150; i++) printf "%s%s", int(10 ^ (i / 20)) + i, i < 149 ? "," : "" }')"
many longest 20 w="$(for i in {10..29}; do echo "$(letters 269)$i"; done | paste -sd ,)"
sed '/^# w_range+ /d; / w=word007 /d' words.journal >old.journal # as before there were lists
check 'a journal without the values' journal_goes_on old
check 'has them then' [ "$("$NSURF" watch old --once | grep -c '60 of 60 cells')" = 1 ]
cp words.journal other.journal
check 'other values between the same ends' "$NSURF" -q --shell --command 'echo 1' -o other \
    --axis w="$(seq -s , -f word%03g 30),w2,$(seq -s , -f word%03g 31 60)"
check 'are noted' "$NSURF" watch other --once
says 'all' '61 of 61 cells'
sed 's/^# w_range+.*/# damaged/' words.journal >hurt.journal
check 'without its values a journal' "$NSURF" watch hurt --once
says 'tells what its range does' '2 of 2 cells'
check 'a repaired one' journal_goes_on hurt --repair
check 'has them, too' [ "$("$NSURF" watch hurt --once | grep -c '60 of 60 cells')" = 1 ]
check 'a network, too' "$NSURF" -q -a 1 -b 1 -e 0 -o rates \
    --learning-rate "$(awk 'BEGIN { for (i = 1; i <= 61; i++) printf "%s%s", i * i / 4096, i < 61 ? "," : "" }')"
sed '/^# /!d' rates.journal >head.journal
check 'watch knows all cells from the header' "$NSURF" watch head --once
says 'as many' '0 of 61 cells'
check 'the command that is told makes the same' repeats rates

# --- names that header lines have ---------------------------------------------------------------------------------

named=("$NSURF" -q --shell --command 'echo 1' --axis x=1:2 --axis x_range=1:2 --axis 'shell=yes,no' --axis value_1=1:2)
check 'axes by the names of header lines' "${named[@]}" -o named
sed -i '/ x=2 x_range=2 /d' named.journal
before=$(stat -c %i named.journal)
check 'are resumed' "${named[@]}" -o named
check 'in the file that is there, whose header makes sense' [ "$(stat -c %i named.journal)" = "$before" ]
