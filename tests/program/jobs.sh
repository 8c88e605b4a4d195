#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What a run does for the machine it is on: it stops before its job's end, says in its report which job that was, and
# lowers itself when asked. The real Slurm is in tests/slurm.
. "$(dirname "$0")/../lib.sh"
mkdir "$T/w" && cd "$T/w" || exit 1

days=(-a 64 -b 64 -e 100000000 --quiet) # a training that would last for days
report() # CONDITION: on r, the report of the last run
{
    "$PYTHON" -c "import json; r = json.load(open('run.run.json')); print(r['slurm']); exit(not ($1))"
}
in_job() # SECONDS OPTION…: inside a job that ends then
{
    local end=$(($(date +%s) + $1))
    shift
    SLURM_JOB_ID=17 SLURM_JOB_PARTITION=lab SLURM_JOB_NODELIST='n[1-2]' SLURM_JOB_NUM_NODES=2 SLURM_NTASKS=2 \
        SLURM_MEM_PER_CPU=500 SLURM_JOB_END_TIME=$end timeout 30 mpirun -q -np 2 "$NSURF" -o run --force "$@"
}
ends 75 'stops before the end of its job' \
    'stopped by the time limit of the job.*the same command without --force goes on' \
    in_job 63 "${days[@]}" --stop-before 60
check 'the report names the job' report "(r['slurm']['job_id'], r['slurm']['partition'], r['slurm']['nodelist'],
    r['slurm']['nodes'], r['slurm']['tasks'], r['slurm']['memory_per_cpu_mb'], r['slurm']['stop_before_s']) ==
    ('17', 'lab', 'n[1-2]', 2, 2, 500, 60) and r['slurm']['end'][:2] == '20'"
ends 75 'does so unasked' 'stopped by the time limit' in_job 32 "${days[@]}"
check 'the report says how long before' report "r['slurm']['stop_before_s'] == 30"
check 'with 0 it does not' in_job 1 -a 1:4 -b 1:4 -e 10 --quiet --stop-before 0
check 'a job that is long enough is not disturbed' in_job 100 -a 1:4 -b 1:4 -e 10 --quiet
ends 64 'an end that nobody knows' '--stop-before: nobody says' "$NSURF" --stop-before 9 -o other
check 'each host has a speed' report "r['hosts'][0]['rank_flop_per_s'] > 1e6"

below() # STEPS: the niceness so far below this shell
{
    local value=$(($(nice) + $1))
    echo $((value > 19 ? 19 : value))
}
# The niceness of the ranks (field 19 of stat), rank 0 first, and of their session.
nices()
{
    local pid
    for pid in $(ranks "$1"); do awk '{ printf "%s ", $19 }' "/proc/$pid/stat"; done
}
niced() # STEPS_RANK_0 STEPS_RANK_1 OPTION…: below this shell
{
    local want job seen='' i
    want="$(below "$1") $(below "$2")"
    shift 2
    setsid mpirun -q -np 2 "$NSURF" "${days[@]}" -o nice --force "$@" &
    job=$!
    for ((i = 0; i < 600; i++)); do
        seen=$(nices $job)
        [[ $seen == "$want " ]] && break
        sleep 0.1
    done
    [[ -e /proc/$job/autogroup ]] && session=$(<"/proc/$job/autogroup")
    kill -USR1 $job
    # mpirun 4.1 can wait for ever for ranks that ended while it was starting them
    timeout 20 tail --pid=$job -f /dev/null || kill -KILL $job
    wait $job
    echo "niceness $seen"
    [[ $seen == "$want " ]]
}
session_is() # NICE
{
    echo "$session"
    [[ $session == *" nice $1" ]]
}
check 'nobody is lowered unasked' niced 0 0
check '--nice lowers all ranks' niced 19 19 --nice
if [[ -e /proc/self/autogroup && $(</proc/sys/kernel/sched_autogroup_enabled) == 1 ]]; then
    check '--nice lowers a session without a terminal' session_is 19
else
    skip '--nice lowers a session without a terminal' 'this kernel does not share by session'
fi
check '--nice=5' niced 5 5 --nice=5
check 'a manager that does not train stays' niced 0 5 --nice=5 --dedicated-manager
