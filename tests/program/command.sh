#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# A program of the user's at every point of a grid: its words, its values, how it may end, and that nothing of it stays.
# shellcheck disable=SC2016 # what stands in single quotes is for other shells
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1

table() # PREFIX: the cells
{
    grep -v '^#' "$1.tsv"
}
status() # PREFIX AXIS=VALUE: status, exit code and attempts of the last outcome of a cell with one repeat
{
    awk -v of="$2" '!/^#/ { for (i = 10; i < NF; i++) if ($i == of) last = $2 " " $3 " " $4 }
        END { print last }' "$1.journal"
}

# --- words and values ---------------------------------------------------------------------------------------------

check 'a program runs at every point' "$NSURF" --command 'expr {a} + {b}' --axis a=1:3 --axis b=1:4 -o sum
says 'the lowest is told' 'lowest error of 12 cells: a=1 b=1: 2'
check 'and no flop, which nobody counted' [ -z "$(grep flop "$T/err")" ]
for a in 1 2 3; do for b in 1 2 3 4; do printf '%s\t%s\t%s\n' $a $b $((a + b)); done; done >expected
check 'each cell has its value' cmp expected <(table sum)
check 'the .h5 has the axes by their names' "$PYTHON" -c "
import h5py
f = h5py.File('sum.h5')
assert f.attrs['axes'] == 'a b' and f.attrs['command'] == 'expr {a} + {b}'
assert [list(f[n]) for n in 'ab'] == [[1, 2, 3], [1, 2, 3, 4]]
assert f['error'][2, 3] == 7 and f['status'][:].max() == 0, f['error'][:]"
check 'three processes do the same' mpirun -np 3 "$NSURF" --command 'expr {a} + {b}' --axis a=1:3 --axis b=1:4 -o three
check 'to the byte' same_results sum three

cat >say <<'SH'
#!/bin/sh
cat
printf '%s|' "$@"
echo
echo "time: $#"
echo 1 2 3 x 5 "$1"
echo
SH
chmod +x say
echo input >input
check 'words, numbers, repeats, seeds, quotes and input' mpirun -np 2 "$NSURF" --repeats 2 --stdin input -o words \
    --command "./say {x} 'a b' \"{w}'\" {repeat} {seed} {{x} ''" --axis x=-1:1:lin3 --axis w=tanh,relu \
    --value field:6 --value seconds=label:time
printf '%s\n' -1 -1 0 0 1 1 >expected
check 'the value is a field of the last line' cmp expected <(table words | cut -f 3)
check 'a second value has a column of its own' [ "$(table words | cut -f 10 | sort -u)" = 7 ]
check 'and an array' "$PYTHON" -c "
import h5py
f = h5py.File('words.h5')
assert (f['seconds'][:] == 7).all() and (f['trainings/seconds'][:] == 7).all() and f['w'].asstr()[1] == 'relu'"

# What belongs to networks is left out of what programs have.
check 'the best cells' "$NSURF" best words
says 'have no weights' '^#role	x	w	error	error_sd	standard_error$'
"$NSURF" export words --to csv >words.csv
columns=x,w,status,trainings_ok,error,error_sd,error_se,seconds,seconds_sd,seconds_se,in_best_set
check 'columns go by the names of the values' [ "$(head -n 1 words.csv | tr -d '\r')" = $columns ]
"$NSURF" export words --to trials >words.trials
check 'those of runs, too' [ "$(head -n 1 words.trials | tr -d '\r')" = x,w,fold,repeat,status,error,seconds ]
check 'and what the set was chosen by' grep -qx '# best_set_by error' words.tsv
"$NSURF" export words --to json >words.json
command=$("$PYTHON" -c "
import json
j = json.load(open('words.json'))
assert j['chosen'] == 'error' and list(j['rankings']) == ['error', 'seconds'] and 'weights' not in j['cells']
print(j['command'])")
(PATH=$(dirname "$NSURF"):$PATH; eval "$command -q -o again")
check 'the command that is told makes the same surface' same_results words again
check 'a script has the values in its environment' "$NSURF" --shell -o shell --axis a=2:3 --axis w='a;b,$c' \
    --command 'echo "$NSURF_a$NSURF_repeat" | tr 23 45; [ "$NSURF_w" = "a;b" ] || [ "$NSURF_w" = "\$c" ]'
check 'as they are' [ "$(table shell | cut -f 3 | xargs)" = '40 40 50 50' ]
check 'JSON' "$NSURF" --command 'echo "{{\"a\": [{{\"b\": {x}e-1}]}"' --axis x=1:3 --value json:/a/0/b -o json
check 'one axis is a curve' [ "$(grep -v '^#' json.dat | xargs)" = '1 0.1 2 0.2 3 0.3' ]
exported() # PREFIX ROWS: the rows of its dat with all columns; their first and fourth column
{
    local rows
    rows=$(timeout 20 "$NSURF" export "$1" --to dat | head -n 1000 | grep -v '^#' | cut -d ' ' -f 1,4 | xargs)
    [[ $rows == "$2" ]] || { echo "$rows" | head -c 1000; return 1; }
}
check 'one axis: exported as a curve' exported json '1 0.1 2 0.2 3 0.3'
check 'one axis of words' "$NSURF" --command 'sh -c "echo {w} | tr ba 12"' --axis w=b,a --repeats 3 -o word
check 'one axis of words: exported by their places' exported word '0 1 1 2'

# --- whose folders are told of -------------------------------------------------------------------------------------

mkdir kept
for program in 'echo {a}' 'sh -c "[ -e kept/tried ] || ! : >kept/tried || exit 3; echo {a}"'; do
    check "--keep-folders failed: ${program%% *}" env "TMPDIR=$T/kept" "$NSURF" --keep-folders failed --force \
        --command "$program" --axis a=1:3 -o kept --jobs 1
    count=$(find kept -name 'nsurf-kept-*' | wc -l)
    check 'it is told where there is one' [ "$(grep -c 'folders of failed runs stay in' "$T/err")" = "$count" ]
    check 'the report, too' "$PYTHON" -c "
import json
assert (json.load(open('kept.run.json'))['kept_folders'] is not None) == $count"
done
check 'a second attempt has left one' [ "$count" = 1 ]

# --- refused before anything runs -----------------------------------------------------------------------------------

refused() # TEXT PATTERN OPTION…
{
    ends 64 "$1" "$2" "$NSURF" -o refused "${@:3}"
}
refused 'an unknown name' '--command: \{c\}: no such name; there are a, repeat and seed' \
    --command 'true {a} {c}' --axis a=1
refused 'an axis that is not used' '--axis b: the command does not use it' --command 'true {a}' --axis a=1 --axis b=2
refused 'no program' '"no_such_program": no such program' --command 'no_such_program {a}' --axis a=1
refused 'an operator' 'character 10: this would be an operator of the shell' --command 'true {a} | cat' --axis a=1
refused 'no grid' '--axis NAME=RANGE makes one' --command true
refused 'an axis without a program' '--axis: says more about a program; give --command too' --axis a=1
refused 'an option of networks' '--epochs: is for networks' --command 'true {a}' --axis a=1 -e 5
refused 'a name that means something else' 'error has a meaning of its own' --command 'true {error}' --axis error=1
refused 'a name whose variable means something else' 'NSURF_FOLDER is the path of a run.s folder; choose another' \
    --shell --command 'echo $NSURF_FOLDER' --axis FOLDER=1,2
refused 'a name that is there' 'there is an axis of this name' --command 'true {a}' --axis a=1 --axis a=2
refused 'a number of too many digits' 'a real number keeps 7 digits' --command 'true {a}' --axis a=3.14159265
refused 'a word twice' 'a word stands there twice' --command 'true {a}' --axis a=x,y,x
refused 'a value that is none' 'field:N, label:TEXT' --command 'true {a}' --axis a=1 --value fields:1
while read -r name why repeats; do
    refused "a value of the name $name" "--value $name: .*$why; choose another name" --command 'echo {a} {x_sd}' \
        --axis a=1 --axis x_sd=1 --value "$name=line" --value other=field:1 --repeats "$repeats"
done <<'ROWS'
status another.array.of.the.result.files 1
trainings_ok another.array.of.the.result.files 2
trainings another.array.of.the.result.files 1
in_best_set another.array.of.the.result.files 1
repeat another.array.of.the.result.files 1
fold another.array.of.the.result.files 1
a is.the.name.of.an.axis 1
x x_sd.is.the.name.of.an.axis 2
ROWS
refused 'a value that is the spread of another' '--value error: error_sd is another value' --repeats 2 \
    --command 'echo {a}' --axis a=1 --value error=line --value error_sd=line
for name in error error_median; do # as the text files call the first value
    refused "a second value of the name $name" "--value $name: the first value has this column" --repeats 2 \
        --command 'echo {a}' --axis a=1 --value loss=line --value "$name=field:1"
done
check 'nothing was left' [ -z "$(ls refused* 2>/dev/null)" ]
for repeats in 1 2; do
    check "names of a network's arrays, $repeats" "$NSURF" --command 'echo {a}' --axis a=1:2 -q -o "nets$repeats" \
        --repeats $repeats --value epochs=line --value test_misclassified=line --value test_error=line
    check 'are read' "$NSURF" export "nets$repeats" --to trials
    check 'once each' [ "$(head -n 1 "$T/out" | tr -d '\r')" = \
        a,fold,repeat,status,epochs,test_misclassified,test_error ]
done

# --- how a program may end ------------------------------------------------------------------------------------------

cat >fault <<'SH'
#!/bin/sh
export NSURF_MARK=fault
case $1 in
ok) echo 1 ;;
segv) kill -SEGV $$ ;;
hang) sleep 1000 ;;
daemon) setsid sleep 1000 & echo 2 ;;
stubborn) trap '' TERM; sleep 1000 & while :; do wait; sleep 1000; done ;;
gigabyte) head -c 1000000000 /dev/zero; echo; echo 3 ;;
nan) echo NaN ;;
inf) echo -inf ;;
n888) echo 888 ;;
n1e-5) echo 1e-5 ;;
comma) echo 1,5 ;;
closes) exec >&- 2>&-; sleep 1000 ;;
silent) ;;
three) echo lost words >&2; exit 3 ;;
later) echo x >>later; [ "$(wc -l <later)" -gt 2 ] || exit 75; echo 4 ;;
never) exit 75 ;;
once) [ -e once ] || { : >once; exit 9; }; echo 5 ;;
esac
SH
chmod +x fault
kinds=ok,segv,hang,daemon,stubborn,gigabyte,nan,inf,n888,n1e-5,comma,closes,silent,three,later,never,once
exits 1 'programs that fail end in 1' mpirun -np 3 "$NSURF" --command './fault {kind}' --axis kind=$kinds \
    --command-timeout 2 -o fault
says 'with how many, and where to look' '8 runs failed.*fault.failures says why'
says 'the first of them is told of at once' '^nsurf: rank [0-2]: a run failed, kind=[a-z]+ repeat=0: .* s on '
check 'and only the first' [ "$(grep -c 'a run failed' "$T/err")" = 1 ]
while read -r kind expected; do
    check "$kind: $expected" [ "$(status fault "kind=$kind")" = "$expected" ]
done <<'ROWS'
ok 0 0 1
segv 2 -11 2
hang 2 -1000 2
daemon 0 0 1
stubborn 2 -1000 2
gigabyte 0 0 1
nan 1 0 1
inf 1 0 1
n888 0 0 1
n1e-5 0 0 1
comma 2 0 2
closes 2 -1000 2
silent 2 0 2
three 2 3 2
later 0 0 3
never 2 75 5
once 0 0 2
ROWS
printf '%s\n' 1 NaN NaN 2 NaN 3 NaN NaN 888 1e-05 NaN NaN NaN NaN 4 NaN 5 >expected
check 'the surface has their values' cmp expected <(table fault | cut -f 2)
check 'of each failure it is told' [ "$(grep -c '^# kind=' fault.failures)" = 8 ]
for line in '# kind=three repeat=0, attempt 2: exit code 3' '^\./fault three$' '^lost words$' 'kind=segv .*signal 11' \
    'kind=comma .*exit code 0, but not a number: "1,5"' 'kind=hang .*ended after 2 s'; do
    check "as: $line" grep -q -- "$line" fault.failures
done
check 'nothing of them is left' gone fault
exits 1 'where all fail' "$NSURF" -q --command 'sh -c "echo no module of mine >&2; exit {a}"' --axis a=1:20 -o none
says 'the first says why' '^nsurf: rank [0-9]+: a run failed, a=[0-9]+ repeat=0: exit code .*: no module of mine$'
says 'it is said once more' '^nsurf: all 16 runs so far failed; none.failures says why; touch none.stop to end this$'

watch() # PREFIX
{
    LC_ALL=C COLUMNS=80 LINES=20 "$NSURF" watch "$1" --once >frame
}
check 'watch shows one axis' watch fault
check 'with what failed' grep -q 'x failed' frame
check 'and how far it is' grep -q '17 of 17 cells' frame
check 'the best of them' grep -q 'best so far: 1e-05 at kind n1e-5' frame
check 'watch shows several axes' watch words
check 'by their names' grep -q 'across: x   up: w' frame
check 'and counts runs' grep -q '100 % of the cost, 12 of 12 runs' frame
check 'what failed is tried again by the same command' grep -q . fault.failures
exits 1 'and only that' mpirun -np 2 "$NSURF" --command './fault {kind}' --axis kind=$kinds --command-timeout 1 -o fault
says 'the rest is kept' '9 of 17 runs done already'

# --- identity -------------------------------------------------------------------------------------------------------

cp /bin/echo tool
check 'a run to go on with' "$NSURF" --command './tool {a}' --axis a=1:3 --stdin input -o same
check 'a wider axis goes on' "$NSURF" --command './tool {a}' --axis a=1:4 --stdin input -o same
says 'with what is there' '3 of 4 runs done already'
other() # TEXT PATTERN OPTION…
{
    ends 65 "$1" "$2" "$NSURF" -o same "${@:3}"
}
other 'another command is refused' 'command is ./tool \{a\} there and ./tool 0\{a\} here' --command './tool 0{a}' \
    --axis a=1:4 --stdin input
other 'other names' 'command is ./tool \{a\} there and ./tool \{b\} here' --command './tool {b}' --axis b=1:4
echo more >>input
other 'another input' 'stdin_sha256 is' --command './tool {a}' --axis a=1:4 --stdin input
echo input >input
echo >>tool
other 'another program' 'program_sha256 is' --command './tool {a}' --axis a=1:4 --stdin input

# --- kills ----------------------------------------------------------------------------------------------------------

cat >slow <<'SH'
#!/bin/sh
export NSURF_MARK=slow
setsid sleep 0.3 &
sleep 0.15
echo "$1"
SH
chmod +x slow
slow() # PREFIX
{
    mpirun -np 3 "$NSURF" --command './slow {a}' --axis a=1:120 -q -o "$1"
}
check 'an undisturbed run' slow whole
for victim in mpirun 0 1; do
    before=$(outcomes killed.journal)
    NSURF_MARK=slow mpirun -np 3 "$NSURF" --command './slow {a}' --axis a=1:120 -q -o killed >"$T/out" 2>"$T/err" &
    pid=$!
    until (($(outcomes killed.journal) > before + 3)); do sleep 0.05; done
    if [[ $victim == mpirun ]]; then
        kill -9 "$pid"
    else
        mapfile -t list < <(ranks "$pid")
        kill -9 "${list[$victim]}"
    fi
    wait "$pid" 2>/dev/null
    check "kill -9 of $victim leaves neither a program nor a process of ours" gone slow
done
check 'the same command resumes' slow killed
check 'to the same surface' same_results whole killed
once() # of each cell one outcome
{
    [[ -z $(grep -v '^#' "$1" | cut -d ' ' -f 10 | sort | uniq -d) ]]
}
check 'each outcome once' once killed.journal

# --- programs that are MPI programs ---------------------------------------------------------------------------------

check 'a program may be an MPI program' mpirun -np 2 "$NSURF" --keep-env 'OMPI_ALLOW*' -o inner --axis a=1:2 --shell \
    --command "mpirun -np 1 '$NSURF' -a \$NSURF_a -b 1 -e 1 -q -o inner\$NSURF_a >&2 && tail -n 1 inner\$NSURF_a.tsv" \
    --value field:3
