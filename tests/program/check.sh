#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# --check: runs of a program that are done again, by others, and what is said of them.
# shellcheck disable=SC2016 # what stands in single quotes is for other shells
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1

cat >work <<'SH'
#!/bin/sh
echo "$1 ${OMPI_COMM_WORLD_RANK-}" >>begun
[ ! -e moved ] || [ "$1" != 7 ] || { echo 3; exit; }
[ ! -e broken ] || [ "$1" != 9 ] || exit 3
echo "$1.5"
SH
chmod +x work
work=("$NSURF" --command './work {a}' --axis a=1:40 -q)
twice() # that begun has so many runs, of which so many are of a cell that ran before
{
    cat begun
    [ "$(wc -l <begun) $(cut -d ' ' -f 1 begun | sort | uniq -d | wc -l)" = "$1 $2" ]
}

check 'without it' "${work[@]}" -o plain --jobs 2
rm begun
check 'runs that come out alike' "${work[@]}" -o check --jobs 2 --check 12
says 'are said to' '^nsurf: 12 runs done twice on this machine: 0 differences$'
check 'of 40, so many ran again' twice 52 12
check 'the results are those without it' same_results plain check
check 'the journal has no more than them' [ "$(outcomes check.journal)" = 40 ]
cut -d ' ' -f 1 begun | tail -n 12 | sort -n >first
rm begun

check 'a sweep that is done is checked alone' "${work[@]}" -o check --jobs 2 --check 12
says 'and said to be' '^nsurf: 12 runs done twice on this machine: 0 differences$'
check 'no more ran' twice 12 0
check 'the seed says which' cmp first <(cut -d ' ' -f 1 begun | sort -n)
check 'more than there are' "${work[@]}" -o check --jobs 2 --check 1000
says 'are all' '^nsurf: 40 runs done twice'

touch moved
exits 1 'a run that comes out otherwise' "${work[@]}" -o check --jobs 2 --check 40
says 'is counted' '^nsurf: 40 runs done twice on this machine: 1 difference$'
says 'and named' '^nsurf: --check: 1 of 40 runs came out otherwise the second time, as a=7: error 7.5, then 3;'
touch broken
exits 1 'and one that fails now' "${work[@]}" -o check --jobs 2 --check 40
says 'too' '^nsurf: --check: 2 of 40 runs .* as a=7: error 7.5, then 3;'
check 'and the results stay' same_results plain check
check 'as does the journal' [ "$(outcomes check.journal)" = 40 ]
check 'without a word of failures' [ ! -e check.failures ]
rm moved broken begun

# On its second call alone.
cat >once <<'SH'
#!/bin/sh
echo >>"calls$1"
[ "$1 $(wc -l <"calls$1")" != '3 2' ] || exit 3
echo "$1"
SH
chmod +x once
for by in '' 'mpirun -np 2'; do
    rm -f calls*
    # shellcheck disable=SC2086 # words
    exits 1 "a run that fails the second time alone, ${by:-without mpirun}" $by "$NSURF" --command './once {a}' \
        --axis a=1:9 -q --check 9 -o "once${by:+2}"
    says 'is not tried again' '^nsurf: --check: 1 of 9 runs .* as a=3: error 3, then failed;'
    check 'but told of' [ "$(wc -l <calls3)" = 2 ]
done

# By one bit, and not in the first value.
cat >bit <<'SH'
#!/bin/sh
echo >>"bits$1"
[ "$1 $(wc -l <"bits$1")" != '3 2' ] || { echo 4 0.30000000000000004; exit; }
echo 4 0.3
SH
chmod +x bit
exits 1 'the second value, by one bit' "$NSURF" --command './bit {a}' --axis a=1:9 -q --check 9 -o bit --jobs 2 \
    --value sum=field:1 --value rest=field:2
says 'is named and told apart' 'second time, as a=3: rest 0.3, then 0.30000000000000004;'

# Ranks, told by what the environment of mpirun says.
ranked=("${work[@]}" --keep-env OMPI_COMM_WORLD_RANK)
check 'by three ranks' mpirun -np 3 "${ranked[@]}" -o ranks --check 40
says 'each run by two of them' '^nsurf: 40 runs done twice by different ranks: 0 differences$'
check 'and so it was' [ "$(sort -u begun | wc -l)" = 80 ]
check 'the same results' same_results plain ranks
check 'resumed by two' mpirun -np 2 "${ranked[@]}" -o ranks --check 5
says 'where nobody knows who was first' '^nsurf: 5 runs done twice \(of 5 the first run was before this command\)'
check 'by one' mpirun -np 1 "${ranked[@]}" -o one --check 5
says 'it was the same' '^nsurf: 5 runs done twice \(5 by the same rank\): 0 differences$'
check 'a manager that does none' mpirun -np 3 "${ranked[@]}" -o dedicated --check 7 --dedicated-manager
says 'has two others' '^nsurf: 7 runs done twice by different ranks: 0 differences$'

# Not as planned: a worker that is lost while the check goes on, and a stop.
cat >slow <<'SH'
#!/bin/sh
echo "$1" >>begun
[ "$(wc -l <begun)" -le 20 ] || sleep 0.2
echo "$1"
SH
chmod +x slow
slow=("$NSURF" --command './slow {a}' --axis a=1:20 -q --check 20)
while_checking() # COMMAND…: it is started, and `job` is its process, when two cells have run twice
{
    rm -f begun
    "$@" &
    job=$!
    for ((i = 0; i < 600; i++)); do
        [[ -e begun && $(wc -l <begun) -ge 22 ]] && break
        sleep 0.05
    done
}
lose()
{
    while_checking mpirun -np 3 "${slow[@]}" -o lost
    mapfile -t ranks < <(ranks "$job")
    kill -KILL "${ranks[1]}"
    wait "$job"
}
check 'a worker is lost while the check goes on' lose
says 'the others do it' '^nsurf: 20 runs done twice .*: 0 differences$'
stop()
{
    while_checking "${slow[@]}" -o stopped --jobs 1
    kill -TERM "$job"
    wait "$job"
}
exits 75 'a stop' stop
says 'says how far it is' '^nsurf: --check: [0-9]+ of 20 runs done twice, and the results are complete; stop'
check 'so they are' same_results lost stopped

while read -r what; do
    ends 64 "--check $what" '--check' "${work[@]}" -o bad --check "$what"
done <<'ROWS'
0
-1
x
ROWS
ends 64 'of networks' '--check: says more about a program; give --command too' "$NSURF" --check 3 -a 1:2 -b 1:2 -o bad
