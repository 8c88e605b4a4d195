#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Runs of --command in which any process is killed at any moment, and that are then started again until all is done: no
# outcome is lost, none counts twice, and nothing goes on without its run.    Usage: commands.sh [SEED [KILLS]]
. "$(dirname "$0")/../lib.sh"
export TMPDIR=$T # where Open MPI keeps its session folders
mkdir "$T/w" && cd "$T/w" || exit 1

seed=${1:-1} kills=${2:-12}
RANDOM=$seed
note "to repeat: tests/faults/commands.sh $seed $kills"

cat >work <<'SH'
#!/bin/sh
sleep 100 & # it is ended with the program
[ -z "$NSURF_MARK" ] || [ $(($$ % 16)) != 0 ] || sleep 100
sleep 0.$(($1 % 3))
echo "$1"
SH
chmod +x work
cells=$((60 + 25 * kills))
sweep=("$NSURF" --command './work {a}' --axis "a=1:$cells" --quiet -o)
check 'an undisturbed run' "${sweep[@]}" whole --jobs 16

# Programs, those who start them, supervisors, ranks, mpirun: whoever has the mark of this test in its environment.
marked()
{
    grep -lzsx "NSURF_MARK=commands.$$" /proc/[0-9]*/environ | cut -d / -f 3
}
# The whole lines that stood in the journal before stand there still, from the first byte on, when it has gone on.
kept()
{
    cmp -n "$(wc -c <before)" before run.journal || return
    cp run.journal copy
    head -n "$(wc -l <copy)" copy >before
}
touch before run.journal
name=
strike() # COMMAND…: kill one of its processes within two seconds; the journal is written every half
{
    local run victims victim i wrong=0
    # In a process group of its own: a dying mpirun ends the group of a rank, which at first is its own.
    NSURF_MARK=commands.$$ setsid "$@" &>>log &
    run=$!
    sleep "$((RANDOM % 2)).$((RANDOM % 10))"
    kept || wrong=1
    mapfile -t victims < <(marked)
    victim=${victims[RANDOM % (${#victims[@]} + 1)]-$run}
    name=$(<"/proc/$victim/comm")
    kill -KILL "$victim"
    # Without a spawner the run sees to its programs, and ends. Without a program or a worker it goes on: it is next, as
    # is one whose program bore the spawner's name, not having become itself yet.
    if [[ $name == nsurf-spawner ]]; then
        for ((i = 0; i < 100; i++)); do kill -0 "$run" || break; sleep 0.1; done
    else
        sleep "0.0$((RANDOM % 6))"
    fi
    kill -KILL "$run"
    wait "$run"
    gone "commands.$$" && kept && ((!wrong))
} 2>/dev/null

for ((kill = 1; kill <= kills && $(outcomes run.journal) < cells - 20; kill++)); do
    by=(--jobs 3) launch=()
    ((kill % 4)) || by=() launch=(mpirun -q -np 3)
    strike "${launch[@]}" "${sweep[@]}" run "${by[@]}"
    tap_result $? "kill $kill, of $name, ${launch[*]:---jobs}" "commands.sh $seed $kills; the log: $(tail -n 3 log)"
done
note "$(outcomes run.journal) of $cells outcomes after $((kill - 1)) kills"
check 'the same command completes it' "${sweep[@]}" run --jobs 16
check 'to the same results' same_results whole run
counted() # of programs that ended well
{
    sed '/^#/d' run.journal | cut -d ' ' -f 2,10 | grep '^0 ' | sort
}
check 'with each outcome once' [ -z "$(counted | uniq -d)" ]
check 'and each there' [ "$(counted | wc -l)" = "$cells" ]
