#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Workers that die or hang at random moments of a run: it ends with 0 and the files of an undisturbed run, and tells of
# each loss once. A training with which two workers are lost is recorded as failed.    Usage: lost.sh [SEED [RUNS]]
. "$(dirname "$0")/../lib.sh"
export TMPDIR=$T # where Open MPI keeps its session folders
mkdir "$T/w" && cd "$T/w" || exit 1

some=6
if sanitized; then
    some=2
    ASAN_OPTIONS+=:handle_segv=0 # the signal is ours
fi
seed=${1:-$(date +%s)} runs=${2:-$some}
RANDOM=$seed
note "to repeat: tests/faults/lost.sh $seed $runs"

# A rank that ends by itself when it is told to, in the midst of anything.
cat >shim.c <<'C'
#define _DEFAULT_SOURCE
#include <signal.h>
#include <unistd.h>
static void leave(int number)
{
    _exit(number == SIGURG ? 3 : 4);
}
__attribute__((constructor)) static void await(void)
{
    signal(SIGURG, leave);
}
C
shim=()
"${CC:-gcc}" -shared -fPIC shim.c -o shim.so 2>"$T/err" && shim=(-x "LD_PRELOAD=$PWD/shim.so")

launch() # PROCESSES OPTION…: a run in the background; mpirun's process id in $job, the ranks' in $all
{
    local processes=$1
    shift
    timeout 60 mpirun -q -np "$processes" "${shim[@]}" "$NSURF" "$@" >"$T/out" 2>"$T/err" &
    job=$!
    for _ in {1..200}; do
        mapfile -t all < <(ranks "$(pgrep -P $job -x mpirun)" 2>/dev/null)
        ((${#all[@]} == processes)) && break
        sleep 0.05
    done
}
nap() # MILLISECONDS
{
    sleep "$(($1 / 1000)).$(printf %03d $(($1 % 1000)))"
}
begun() # the first outcomes of this run are in the journal
{
    for _ in {1..200}; do
        (($(outcomes "$1.journal") > 0)) && return
        sleep 0.02
    done
    return 1
}
field() # NAME of PREFIX.run.json
{
    sed -n "s/^ *\"$1\": *\([-0-9.e+]*\),*$/\1/p" "$2.run.json" | head -n 1
}
ends_soon() # PID
{
    for _ in {1..200}; do
        [[ -e /proc/$1/stat && $(awk '{ print $3 }' "/proc/$1/stat") != Z ]] || return 0
        sleep 0.05
    done
    echo "process $1 is left"
    return 1
} 2>/dev/null
nobody_left() # of the latest run
{
    local pid
    for pid in "${all[@]}"; do ends_soon "$pid" || return; done
}
named_once() # PREFIX: the lines tell of exactly the losses that the report counts, and of each rank once
{
    sed -n 's/^nsurf: rank \([0-9]*\) .*is lost: .*/\1/p' "$T/err" >named
    [[ -z $(sort named | uniq -d) && $(wc -l <named) == "$(field lost_workers "$1")" &&
        $(grep -c '"lost": true' "$1.run.json") == "$(field lost_workers "$1")" ]]
}

# Long enough to be disturbed in the midst of it: the first outcomes are on disk after half a second.
grid=(-a 1:20 -b 1:20)
check 'how long a run is' enough 2 timeout 60 mpirun -q -np 8 "$NSURF" "${grid[@]}"
note "$epochs epochs"
small=("${grid[@]}" -e "$epochs" --quiet)
check 'an undisturbed run' timeout 60 mpirun -q -np 2 "$NSURF" "${small[@]}" -o calm

# --- the run goes on -----------------------------------------------------------------------------------------------

losses=0
once() # WAY COUNT
{
    local code=0 victim
    rm -f run.*
    launch 8 "${small[@]}" -o run --worker-timeout 2
    begun run || { echo 'it did not begin'; return 1; }
    for victim in $(shuf -i 1-7 -n "$2" --random-source=<(yes "$RANDOM")); do
        nap $((RANDOM % 300))
        kill "-$1" "${all[victim]}"
    done
    wait $job || code=$?
    cat "$T/err"
    named_once run || { echo 'not each loss was named once'; return 1; }
    nobody_left || return
    if ((code == 1 && $2 > 1 && $(field failed run) > 0)); then # two at the same pack: the command goes on
        losses=$((losses + $(field lost_workers run)))
        timeout 60 mpirun -q -np 2 "$NSURF" "${small[@]}" -o run && same_results calm run
        return
    fi
    ((code == 0)) || { echo "exit $code"; return 1; }
    each_once run.journal || return
    losses=$((losses + $(field lost_workers run)))
    same_results calm run
}
ways=(KILL SEGV STOP URG)
for ((run = 0; run < runs; run++)); do
    way=${ways[run % 4]} count=$((1 + RANDOM % 3))
    name="run $run, $count of 7 workers, SIG$way"
    if [[ $way == URG && ! ${shim[*]} ]]; then
        skip "$name" 'the shim does not compile'
        continue
    fi
    once "$way" $count >"$T/log" 2>&1
    code=$?
    cp "$T/log" "$T/out"
    tap_result $code "$name" "tests/faults/lost.sh $seed $runs"
done
note "$losses workers lost"
check 'some were lost' test $losses -ge $((runs / 2))

# --- two lost with the same training -------------------------------------------------------------------------------

busiest() # of the ranks but 0: the one that trains
{
    local pid
    for pid in "${all[@]:1}"; do
        [[ -e /proc/$pid/stat ]] && echo "$(awk '{ print $14 + $15 }' "/proc/$pid/stat") $pid"
    done | sort -n | tail -n 1 | cut -d' ' -f2
} 2>/dev/null
one=(-a 64 -b 64 -e $((30 * epochs)) --quiet -o one)
twice() # PROCESSES
{
    local victim code=0
    rm -f one.*
    launch "$1" "${one[@]}" --dedicated-manager
    for victim in 1 2; do
        sleep 1.5
        victim=$(busiest)
        kill -KILL "$victim"
    done
    wait $job || code=$?
    cat "$T/err"
    echo "exit $code"
    ((code == 1)) && named_once one && nobody_left
}
check 'the last training lost twice, and nobody left' twice 3
says 'nobody left: it is no stop' '1 training failed, which leaves gaps'
check 'the same training lost twice' twice 4
says 'lost twice: the first time it is handed out again' 'is lost: killed by signal 9.*1 pack handed out again$'
says 'lost twice: the second time it fails' 'is lost: .*1 training failed, because this was the second loss'
check 'lost twice: a hole in the surface' grep -qi '^64	64	nan$' one.tsv
check 'lost twice: the journal says so' grep -q '^64 64 0 0 2 ' one.journal
check 'lost twice: the report says why' grep -q '"reason": "killed by signal 9' one.run.json
status() { "$PYTHON" -c 'import h5py; print(int(h5py.File("one.h5")["status"][0, 0]))'; }
check 'lost twice: the status is failed' test "$(status)" == 2
check 'lost twice: the same command tries again' timeout 60 "$NSURF" "${one[@]}"
check 'lost twice: then it is whole' test "$(status)" == 0

nobody_works()
{
    local code=0
    launch 3 "${small[@]}" -o gone --dedicated-manager
    begun gone
    kill -KILL "${all[1]}" "${all[2]}"
    wait $job || code=$?
    cat "$T/err"
    ((code == 75)) && nobody_left
}
check 'all workers of a dedicated manager are lost: stopped' nobody_works
says 'all are lost: says how to go on' 'all workers are lost.*the same command resumes'
check 'all are lost: the same command' timeout 60 mpirun -q -np 2 "$NSURF" "${small[@]}" -o gone
check 'all are lost: then the same bytes' same_results calm gone

# --- at the start --------------------------------------------------------------------------------------------------

at_start() # MILLISECONDS: two workers die while the run starts; it goes on or ends, and the same command finishes it
{
    rm -f start.*
    launch 8 "${small[@]}" -o start
    nap "$1"
    kill -KILL "${all[2]}" "${all[5]}"
    for _ in {1..200}; do kill -0 $job || break; sleep 0.1; done
    kill -KILL "$(pgrep -P $job -x mpirun)" # 4.1 can wait for ever for a rank that died while it started
    wait $job && { same_results calm start; return; }
    nobody_left && timeout 60 mpirun -q -np 2 "$NSURF" "${small[@]}" -o start && same_results calm start
} 2>/dev/null
for delay_ms in 0 $((RANDOM % 1000)); do
    check "two workers die $delay_ms ms after the start" at_start $delay_ms
done

# --- nobody is left behind -----------------------------------------------------------------------------------------

orphans() # a worker that hangs is ended while the run goes on; then mpirun is killed while the others are stopped
{
    launch 3 -a 64 -b 64 -e 100000000 -o left --quiet --worker-timeout 1
    sleep 2
    kill -STOP "${all[1]}"
    ends_soon "${all[1]}" && kill -0 "${all[0]}" || return
    kill -STOP "${all[0]}" "${all[2]}"
    kill -KILL "$(pgrep -P $job -x mpirun)"
    wait $job
    nobody_left
}
check 'a worker hangs, then mpirun is killed: nobody is left' orphans
