#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Programs in a run: their seeds, its plan, several at once without mpirun, hosts and disks that are not as they
# should be.
# shellcheck disable=SC2016 # what stands in single quotes is for other shells
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
export NSURF

# --- seeds ----------------------------------------------------------------------------------------------------------

seeds() # RANKS PREFIX OPTION…: a seed is the value of its run
{
    mpirun -np "$1" "$NSURF" --command 'echo {a} {b} {repeat} {seed}' --value field:4 -q -o "${@:2}"
}
check 'seeds, by one process' seeds 1 one --axis a=1:4 --axis b=x,y,z --repeats 3
check 'by four' seeds 4 four --axis a=1:4 --axis b=x,y,z --repeats 3
check 'are the same' same_results one four
check 'a part of the grid' seeds 2 wider --axis a=2:3 --axis b=x --repeats 1
check 'resumed, wider' seeds 3 wider --axis a=1:4 --axis b=x,y,z --repeats 3
check 'still has the same' same_results one wider
check 'another seed' seeds 2 other --axis a=1:4 --axis b=x,y,z --repeats 3 --seed 2
check 'of 72 seeds none is twice, and none is far off' "$PYTHON" -c "
import h5py
seeds = [s for name in ('one', 'other') for s in h5py.File(name + '.h5')['trainings/error'][:].ravel()]
assert len(set(seeds)) == 72 and all(s == int(s) and 0 <= s < 2**31 for s in seeds), seeds
assert max(seeds) > 2**30 and min(seeds) < 2**29 and sum(s % 2 for s in seeds) in range(20, 53), seeds"
first=$(sed -n 's/^0 0 0 1 [^ ]* [^ ]* \([0-9]*\) .*a=1 b=x .*/\1/p' one.journal)
check 'they stay from version to version' [ "$first" = 1781061385 ]

# --- plan -----------------------------------------------------------------------------------------------------------

cat >counted <<'SH'
#!/bin/sh
echo "$1" >>tried
sleep 0.05
echo "$1"
SH
chmod +x counted
mkdir plan && cd plan || exit 1
check 'plan tries some runs' "$NSURF" plan --command '../counted {a}' --axis a=1:40 --repeats 2 --np 1,4,40
cp "$T/out" ../foretold
check 'evenly spaced, around the middle from the first' [ "$(xargs <tried)" = '13 28 3 38 18 23 8 33' ]
check 'memory is for the program to say' [ "$(grep -c 'mem-per-cpu' "$T/foretold")" = 0 ]
check 'and leaves nothing else' [ "$(ls)" = tried ]
check 'it foretells what these took' awk -F '\t' '$1 == "run_s" { run = $2 } $1 == "np" { wall[$2] = $5 }
    END { exit !(run >= 0.05 && wall[1] > 79 * run && wall[1] < 82 * run + 1 && wall[4] < wall[1] / 2) }' ../foretold
check 'and what takes longer with both axes' "$NSURF" plan --shell --command \
    'sleep $(printf 0.%04d $((NSURF_a * NSURF_b * 10))); echo 1' --axis a=1:16 --axis b=1:16 --np 1,64
cp "$T/out" ../foretold
check 'from sixteen of 256' awk -F '\t' '$1 == "tried" { tried = $2 } $1 == "run_s" { run = $2 }
    $1 == "longest_s" { longest = $2 } END { exit !(tried == 16 && run > 0.06 && longest > 2 * run) }' ../foretold
ends 1 'nothing to tell' 'plan: of 3 runs tried none succeeded; the last failed with exit code 1' "$NSURF" plan \
    --command 'false {a}' --axis a=1:3
cd .. || exit 1

# --- the longest first ----------------------------------------------------------------------------------------------

cat >long <<'SH'
#!/bin/sh
echo "$1 $2" >>begun
sleep "$(printf '0.%03d' $(($1 * $2)))"
echo "$1"
SH
chmod +x long
long=("$NSURF" --command './long {a} {b}' -q -o long)
check 'runs of a times b milliseconds' "${long[@]}" --axis a=1:12 --axis b=1:12 --jobs 4
cp begun "$T/out"
# The next may have begun before the fourth has said so.
check 'begin with some from all over the grid' \
    [ "$(head -n 8 begun | grep -xE '(2|10) (2|10)' | sort | xargs)" = '10 10 10 2 2 10 2 2' ]
check 'the longest soon' [ "$(grep -nx '12 12' begun | cut -d : -f 1)" -lt 72 ]
check 'and the short ones late' [ "$(grep -nx '1 4' begun | cut -d : -f 1)" -gt 72 ]
rm begun
check 'more of them, resumed' "${long[@]}" --axis a=1:13 --axis b=1:12 --jobs 2
check 'begin with the longest' [ "$(head -n 2 begun | grep -cx '13 12')" = 1 ]

# --- times the median -----------------------------------------------------------------------------------------------

printf '#!/bin/sh\n[ "$1" != 13 ] || sleep 60\necho "$1"\n' >slow
chmod +x slow
exits 1 'a run of twenty times the median is ended' timeout 50 "$NSURF" --jobs 4 --command './slow {a}' --axis a=1:20 \
    --command-timeout 20x -o median
check 'after a second at the least' grep -q 'a=13 .*: ended after 1 s, see --command-timeout' median.failures
check 'and no other' [ "$(grep -c '^# a=' median.failures)" = 1 ]
while read -r timeout; do
    ends 64 "--command-timeout $timeout" 'neither seconds, 1 to 100000000, nor times the median' "$NSURF" \
        --command 'echo {a}' --axis a=1:3 --command-timeout "$timeout" -o median
done <<'ROWS'
0
0x
1x
x
20y
-1
1e3
99999999999999999999x
ROWS

# --- no program here ------------------------------------------------------------------------------------------------

printf '#!/no/such/interpreter\n' >lame
chmod +x lame
for jobs in 1 3; do
    exits 1 "an interpreter that is not there, $jobs at once" timeout 50 "$NSURF" --jobs $jobs --command './lame {a}' \
        --axis a=1:4 -o lame$jobs
    check 'each tried twice' [ "$(grep -c 'attempt 2: could not be started: No such file' lame$jobs.failures)" = 4 ]
done
exits 1 'the same by two processes' timeout 50 mpirun -q -np 2 "$NSURF" --command './lame {a}' --axis a=1:4 -o lame2
few_files() { (ulimit -n 64 && "$NSURF" --jobs 100 --command 'echo {a}' --axis a=1:200 -o few); }
exits 64 'more at once than files' few_files
says 'what to do' 'take --jobs [0-9]'

# --- hosts without the program --------------------------------------------------------------------------------------

mkdir bin && cp /bin/echo bin/only_here
check 'a program that is there on one host only' mpirun \
    -np 1 -x PATH="$PATH:$T/bin" "$NSURF" --command 'only_here {a}' --axis a=1:100 -q -o away : \
    -np 3 "$NSURF" --command 'only_here {a}' --axis a=1:100 -q -o away
says 'the others are told of' '^nsurf: rank [123] on .* finds no such program, and gets no more work$'
check 'has all its values' [ "$(grep -v '^#' away.tsv | cut -f 2 | xargs)" = "$(seq -s " " 100)" ]

printf '#!/bin/sh\nsleep 0.3\necho $1\n' >bin/slow_here
chmod +x bin/slow_here
slow_here=("$NSURF" --command 'slow_here {a}' --axis a=1:8 -q -o left)
lose() # the one worker that has the program, once the other was told of
{
    timeout 50 mpirun -np 2 -x PATH="$PATH:$T/bin" "${slow_here[@]}" : -np 1 "${slow_here[@]}" 2>told &
    job=$!
    until grep -q 'rank 2 .* gets no more work' told || ! kill -0 "$job" 2>/dev/null; do sleep 0.05; done
    mapfile -t ranks < <(ranks "$(pgrep -P "$job")")
    kill -KILL "${ranks[1]}"
    wait "$job"
    local code=$?
    cat told >&2
    return $code
}
check 'the only other host with the program is lost' lose
says 'and its run is handed out again' '^nsurf: .*rank 1 .* 1 pack handed out again'
check 'to rank 0' [ "$(grep -v '^#' left.tsv | cut -f 2 | xargs)" = '1 2 3 4 5 6 7 8' ]

# --- without mpirun -------------------------------------------------------------------------------------------------

alone() # PREFIX OPTION…: no MPI that could be initialised
{
    env OMPI_MCA_btl=none OMPI_MCA_pml=none "$NSURF" -q -o "$@"
}
check 'five at once, without MPI' alone five --jobs 5 --axis a=1:4 --axis b=x,y,z --repeats 3 \
    --command 'echo {a} {b} {repeat} {seed}' --value field:4
check 'the same as by four processes' same_results four five
cat >meet <<'SH'
#!/bin/sh
: >"met.$1"
for try in $(seq 200); do
    set -- met.*
    [ $# -lt 5 ] || break
    sleep 0.05
done
echo $#
SH
chmod +x meet
check 'five that wait for each other' alone meet --jobs 5 --command './meet {a}' --axis a=1:5
check 'meet' [ "$(grep -v '^#' meet.tsv | cut -f 2 | xargs)" = '5 5 5 5 5' ]
check 'as many as processors, unless told' alone usual --command 'echo {a}' --axis a=1:99
check 'which the report says' grep -qE "^ *\"ranks\": $(nproc)," usual.run.json
ends 64 'under a launcher' '--jobs: mpirun says how many' env PMIX_RANK=0 "$NSURF" --jobs 2 --command 'echo {a}' \
    --axis a=1
ends 64 'none at once' '--jobs' "$NSURF" --jobs 0 --command 'echo {a}' --axis a=1
ends 64 'networks' '--jobs: says more about a program' "$NSURF" --jobs 2

cat >slow <<'SH'
#!/bin/sh
export NSURF_MARK=many
setsid sleep 0.3 &
sleep 0.1
echo "$1"
SH
chmod +x slow
slow() # PREFIX
{
    "$NSURF" --jobs 3 --command './slow {a}' --axis a=1:60 -q -o "$1"
}
check 'an undisturbed run' slow whole
for number in 9 9 15; do
    before=$(outcomes killed.journal)
    NSURF_MARK=many setsid -w "$NSURF" --jobs 3 --command './slow {a}' --axis a=1:60 -q -o killed >/dev/null 2>told &
    until (($(outcomes killed.journal) > before + 3)); do sleep 0.05; done
    kill -$number "$(pgrep -P $!)" 2>/dev/null || kill -$number $!
    wait $! 2>/dev/null
    check "signal $number leaves neither a program nor a process of ours" gone many
done
check 'a stop is said' grep -q 'stopped by SIGTERM: .* of 60' told
check 'the same command resumes' slow killed
check 'to the same surface' same_results whole killed
check 'each outcome once' [ -z "$(grep -v '^#' killed.journal | cut -d ' ' -f 10 | sort | uniq -d)" ]

# --- a disk that a program fills ------------------------------------------------------------------------------------

full='mount -t tmpfs -o size=64k none disk && cd disk &&
    run() { "$NSURF" --shell --command "[ -e ../room ] || head -c 99999 /dev/zero >>fill; expr \$NSURF_a \* 2" \
        --axis a=1:8 -q -o run; }
    run; code=$?; ls | grep tmp- && exit 98
    rm fill; >../room; run || exit 99; cp run.* ..; exit $code'
if unshare -rm true 2>/dev/null && mkdir disk && unshare -rm mount -t tmpfs none disk 2>/dev/null; then
    ends 74 'a program that fills the disk of the journal' 'No space|full' env OMPI_MCA_ess_singleton_isolated=1 \
        unshare -rm bash -c "$full"
    check 'with room again the same command completes it' \
        [ "$(grep -v '^#' run.tsv | cut -f 2 | xargs)" = '2 4 6 8 10 12 14 16' ]
else
    skip 'a program that fills the disk' 'the kernel allows no user and mount namespace'
fi
