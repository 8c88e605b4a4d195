#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Runs that die at random moments, each started again until it is done: the files are those of an undisturbed run, and
# nothing that stood in the journal was trained twice.    Usage: kill.sh [SEED [RUNS]]
. "$(dirname "$0")/../lib.sh"
export TMPDIR=$T # where Open MPI keeps its session folders
mkdir "$T/w" && cd "$T/w" || exit 1

seed=${1:-$(date +%s)} runs=${2:-30}
RANDOM=$seed
note "to repeat: tests/faults/kill.sh $seed $runs"

grid=(-a 1:20 -b 1:20)
check 'how long a run is' enough 1 timeout 60 mpirun -q -np 2 "$NSURF" "${grid[@]}"
note "$epochs epochs"
small=("${grid[@]}" -e "$epochs" --quiet)
begin=$(date +%s%3N)
check 'an undisturbed run' timeout 60 mpirun -q -np 2 "$NSURF" "${small[@]}" -o calm
calm_ms=$(($(date +%s%3N) - begin))

trained() # by the run that has just ended, in its own words
{
    sed -n 's/^ *"trained": *\([0-9]*\),*$/\1/p' run.run.json
}

# strike VICTIM JOB: end it with SIGKILL; a worker with the parent that watches it, or else the run would go on
strike()
{
    local ranks parents
    mapfile -t ranks < <(ranks "$2")
    mapfile -t parents < <(pgrep -P "$2")
    case $1 in
    mpirun) kill -KILL "$2" ;;
    rank0) [[ ${ranks[0]-} ]] && kill -KILL "${ranks[0]}" ;;
    worker) [[ ${parents[1]-} ]] && kill -KILL "${parents[1]}" ;;
    all) kill -KILL "$2" "${parents[@]}" "${ranks[@]}" ;;
    esac
} 2>/dev/null
gone() # until the ranks of a killed mpirun have ended too: the lock of the journal is then free
{
    local pid
    for pid in "$@"; do
        for _ in {1..100}; do
            [[ -e /proc/$pid/stat && $(awk '{ print $3 }' "/proc/$pid/stat") != Z ]] || break
            sleep 0.05
        done
    done
} 2>/dev/null

# once VICTIM: struck up to twice, then left to end
once()
{
    local job delay_ms ranks before
    rm -f run.*
    for _ in 1 2; do
        # In a process group of its own: a dying mpirun ends the group of a rank, which at first is its own.
        setsid mpirun -q -np 2 "$NSURF" "${small[@]}" -o run &>>log &
        job=$!
        # one in five dies at any moment, the others some time after their first outcome is in the journal
        delay_ms=$((RANDOM % calm_ms))
        if ((RANDOM % 5)); then
            for _ in {1..200}; do (($(outcomes run.journal) > 0)) && break; sleep 0.02; done
            delay_ms=$((delay_ms / 8))
        fi
        sleep "$((delay_ms / 1000)).$(printf %03d $((delay_ms % 1000)))"
        mapfile -t ranks < <(pgrep -P $job; ranks $job)
        strike "$1" $job
        gone $job # mpirun 4.1 can wait for ever for a rank that died while it started
        kill -KILL $job
        wait $job
        gone "${ranks[@]}"
        deaths_seen=$((deaths_seen + 1))
    done 2>/dev/null
    before=$(outcomes run.journal)
    [[ -s run.journal && -n $(tail -c1 run.journal) ]] && before=$((before - 1)) torn=$((torn + 1)) # it is no outcome
    ((before > 0 && before < 400)) && midway=$((midway + 1))
    rm -f run.run.json # of a death that came too late
    timeout 60 mpirun -q -np 2 "$NSURF" "${small[@]}" -o run &>>log || return
    (($(trained) == 400 - before)) || { echo "$before in the journal, $(trained) trained"; return 1; }
    (($(outcomes run.journal) == 400)) || { echo "$(outcomes run.journal) lines for 400 trainings"; return 1; }
    each_once run.journal && same_results calm run && no_temporary . # the last run has removed those of the killed ones
}

deaths_seen=0 torn=0 midway=0
victims=(worker rank0 mpirun all)
for ((run = 0; run < runs; run++)); do
    victim=${victims[run % 4]}
    once "$victim" >"$T/out" 2>"$T/err"
    tap_result $? "run $run, $victim killed" "tests/faults/kill.sh $seed $runs; the log: $(tail -n 3 log)"
done
note "$deaths_seen deaths, $midway runs resumed midway, $torn torn last lines"
check 'some died midway' test "$midway" -ge $((runs / 4))
check 'nothing of ours is left beside the files' no_temporary
