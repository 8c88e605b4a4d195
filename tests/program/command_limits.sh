#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Programs whose axes, words and values lie near the limits of what is kept: what stands in the files is what they said.
# shellcheck disable=SC2016 # what stands in single quotes is for other shells
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1

table() # PREFIX: the cells
{
    grep -v '^#' "$1.tsv"
}

# --- axes with the names of hyperparameters -------------------------------------------------------------------------

for name in learning_rate batch momentum hidden1; do
    check "an axis called $name" "$NSURF" --command "echo {$name}" --axis $name=1:3 -q -o $name
    check 'goes on' "$NSURF" --command "echo {$name}" --axis $name=1:20 -q -o $name
    check 'and its journal knows one range' \
        [ "$(grep "^# ${name}_range" $name.journal | cut -d ' ' -f 3 | xargs)" = '1:3 1:20' ]
    check 'as nsurf watch sees' "$NSURF" watch $name --once
    says 'in all cells' '20 of 20 cells'
done

# --- what failed, and a run that was stopped ------------------------------------------------------------------------

failing() # OPTION…
{
    "$NSURF" --shell --command '[ $NSURF_a != 2 ] || [ -e well ] || exit 3; echo $NSURF_a' --axis a=1:4 -o failing "$@"
}
exits 1 'one of four runs fails' failing
cp failing.failures before
exits 75 'the same command, stopped at once' too_late failing
says 'what failed does not count as done' 'stopped by the time limit of the job: 3 of 4 runs done'
check 'and what there is to say of it stays' cmp before failing.failures
touch well
check 'once it runs' failing
check 'nothing more is said of it' [ ! -e failing.failures ]

# --- commands of several lines --------------------------------------------------------------------------------------

lines() # PREFIX SEPARATOR OPTION…: a comment, or two commands
{
    "$NSURF" --shell --command "echo 1 #$2echo 2" -q -o "$1" "${@:3}"
}
check 'one with a tab' lines tab $'\t' --axis x=1
ends 65 'goes not on as one with a newline' 'command is echo 1 #\?echo 2... sha256 .* there and echo' \
    lines tab $'\n' --axis x=1,2
check 'but as itself' lines tab $'\t' --axis x=1,2
check 'with its own values' [ "$(table tab | cut -f 2 | xargs)" = '1 1' ]
cp "$TOP/tests/program/journals/tab.journal" former.journal
check 'the journal of an earlier version, without a digest' lines former $'\t' --axis x=1,2
check 'is resumed' [ "$(outcomes former.journal)" = 2 ]

# --- words of other letters -----------------------------------------------------------------------------------------

words=é€😀,$(printf '\377')-,'"a,b",c""'
check 'words of other letters, of none, and with quotes' "$NSURF" --shell --command 'echo ${#NSURF_w}' -q -o words \
    --axis "w=$words"
"$NSURF" export words --to csv >words.csv
"$NSURF" export words --to npz >words.npz
check 'CSV has them' "$PYTHON" -c "
import csv
rows = list(csv.DictReader(open('words.csv', newline='', errors='surrogateescape')))
assert [r['w'] for r in rows] == ['é€😀', '\udcff-', '\"a', 'b\"', 'c\"\"'], rows
assert [r['error'] for r in rows] == ['9', '2', '2', '2', '3'], rows"
if "$PYTHON" -c 'import numpy' 2>/dev/null; then
    check 'NumPy, too' "$PYTHON" -c "
import numpy
words = numpy.load('words.npz')['w']
assert words.dtype == '<U3' and words.tolist() == ['é€😀', 'ÿ-', '\"a', 'b\"', 'c\"\"'], words"
else
    skip 'NumPy, too' "no numpy for $PYTHON"
fi

check 'an axis called axes' "$NSURF" --command 'echo {axes}' --axis axes=1:2 -q -o axes
ends 64 'which NumPy cannot tell from their names' '--to npz: the array .axes. has the names of all axes' \
    "$NSURF" export axes --to npz
check 'and CSV can' "$NSURF" export axes --to csv

# --- a part of the grid ---------------------------------------------------------------------------------------------

check 'a program with axes of all types, one with the name of a hyperparameter' "$NSURF" -q -o part \
    --shell --command 'echo $NSURF_x $NSURF_momentum | awk "{ print (\$1 - 2) ^ 2 + \$2 }"' \
    --axis x=1:3 --axis momentum=0.5,0.25 --axis w=a,b
best() # OPTION…: the rows
{
    "$NSURF" best part "$@" | grep -v '^# ' | cut -f 1-5 | xargs
}
check 'the best for each value of an axis' [ "$(best --by x)" = \
    '#role x momentum w error other 1 0.25 a 1.25 best 2 0.25 a 0.25 other 3 0.25 a 1.25' ]
check 'of one called as a hyperparameter' [ "$(best --by momentum)" = \
    '#role x momentum w error best 2 0.25 a 0.25 other 2 0.5 a 0.5' ]
check 'the best at values of axes' [ "$(best --at x=3 --at momentum=0.5 --at w=b)" = \
    '#role x momentum w error best 3 0.5 b 1.5' ]
ends 64 'at a value that is not there' '--at momentum=0.75: the results have no such value, the nearest is 0.5; they' \
    "$NSURF" best part --at momentum=0.75
ends 64 'at no number' '--at: "1.5", column 2' "$NSURF" best part --at x=1.5
ends 64 'at an axis of networks' '--at: "batch": no such axis; .nsurf best' "$NSURF" best part --at batch=1
ends 64 'by an axis that is almost there' '--by: "momentun": no such axis; did you mean momentum' \
    "$NSURF" best part --by momentun

# --- large numbers --------------------------------------------------------------------------------------------------

check 'numbers of 64 bits' "$NSURF" --command 'echo {x}' -q -o large \
    --axis x=17,12345678901234567891,18446744073709551615
check 'are those of the cells' [ "$(table large | cut -f 1 | xargs)" = '17 12345678901234567891 18446744073709551615' ]
check 'two of them' "$NSURF" --command 'echo {x}' --axis x=12345678901234567891,18446744073709551615 -q -o two
check 'are known from the journal' "$NSURF" watch two --once
says 'both' '2 of 2 cells'
