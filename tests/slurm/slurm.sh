#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The scripts of jobs/ under a real Slurm: controller and node daemons, started here on hosts of their own.
. "$(dirname "$0")/../hosts.sh" 'sweeps under Slurm' munged slurmctld slurmd sbatch mpirun
jobs=$TOP/jobs
export NSURF

# --- a Slurm from nothing: `head` controls node1 to node4, two processors each ---------------------------------

slurm_conf()
{
    cat <<CONF
ClusterName=test
SlurmctldHost=head
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$T/munge.socket,cred_expire=10
CredType=cred/munge
StateSaveLocation=$T/state
SlurmdSpoolDir=$T/spool.%n
TmpFS=$T/tmp.%n
SlurmctldPidFile=$T/slurmctld.pid
SlurmdPidFile=$T/slurmd.%n.pid
SlurmctldLogFile=$T/slurmctld.log
SlurmdLogFile=$T/slurmd.%n.log
PlugStackConfig=$T/plugstack.conf
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,batch_sched_delay=0,sched_min_interval=0
SlurmdParameters=config_overrides
ReturnToService=2
KillWait=3
PropagateResourceLimitsExcept=MEMLOCK
NodeName=node[1-4] CPUs=2 RealMemory=8000
PartitionName=lab Nodes=ALL Default=YES MaxTime=1:00:00
CONF
}
all_idle() { [[ $(sinfo -h -N -o %t 2>/dev/null | grep -c '^idle$') == 4 ]]; }
until_true() # SECONDS COMMAND…
{
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < end)) || return 1
        sleep 0.2
    done
}
slurm_up()
{
    local node
    export SLURM_CONF=$T/slurm.conf
    slurm_conf >"$SLURM_CONF"
    : >"$T/plugstack.conf"
    # Named, because the version of cgroups is looked up in a mount that need not be there. Nothing is constrained.
    printf 'CgroupPlugin=cgroup/v1\nCgroupAutomount=no\n' >"$T/cgroup.conf"
    mkdir "$T/state" "$T"/{spool,tmp}.node{1,2,3,4}
    head -c 1024 /dev/urandom >"$T/munge.key" && chmod 400 "$T/munge.key"
    munged --force --key-file="$T/munge.key" --socket="$T/munge.socket" --pid-file="$T/munged.pid" \
        --log-file="$T/munged.log" --seed-file="$T/munge.seed" --num-threads=2 &&
        slurmctld -c || return
    for node in node1 node2 node3 node4; do on $node slurmd -N $node || return; done
    until_true 30 all_idle
}
if ! hosts_up node 4 >"$T/out" 2>"$T/err"; then
    check 'hosts for Slurm' false
    exit 1
fi
check 'a Slurm comes up' slurm_up
if ((tap_failed)); then
    tail -n 5 "$T"/*.log | sed 's/^/# /'
    exit 0
fi
mkdir "$T/w" && cd "$T/w" || exit 1

# --- what jobs are asked about ----------------------------------------------------------------------------------

submit() # SBATCH-ARGUMENT…: the job's number in $job
{
    job=$(sbatch --parsable "$@")
}
fact() # NAME: what Slurm says of $job
{
    scontrol show job "$job" | grep -oE "(^| )$1=[^ ]*" | cut -d= -f2-
}
ended() { [[ $(fact JobState) =~ ^(COMPLETED|FAILED|CANCELLED|TIMEOUT|NODE_FAIL)$ ]]; }
ends_with() # CODE [SECONDS]
{
    until_true "${2:-120}" ended
    cat "nsurf-$job.log"
    scontrol show job "$job" | grep -E 'State|Exit'
    [[ $(fact ExitCode) == "$1:0" ]]
}
same() # PREFIX: as the reference
{
    cmp calm.tsv "$1.tsv" && cmp calm.dat "$1.dat" && cmp calm.h5 "$1.h5"
}
lines() { grep -vc '^#' "$1.journal" 2>/dev/null; }
under_way() # PREFIX [LINES]: there are more outcomes than that in its journal
{
    (($(lines "$1") > ${2-0}))
}
in_log() { grep -E "$1" "nsurf-$job.log"; }
no_doubles() { [[ -z $(grep -v '^#' "$1.journal" | cut -d' ' -f1-3 | sort | uniq -d) ]]; }

# --- a job to its end ---------------------------------------------------------------------------------------------

small=(-a 1:8 -b 1:8 -e 100)
check 'the reference' "$NSURF" "${small[@]}" -o calm --quiet
submit --ntasks=4 --ntasks-per-node=2 "$jobs/nsurf.sbatch" "${small[@]}" -o 'two words'
check 'mpirun on two nodes' ends_with 0
check 'mpirun on two nodes: the same bytes' same 'two words'
report()
{
    "$PYTHON" - "$job" <<'PY'
import json, sys
r = json.load(open('two words.run.json'))
s = r['slurm']
print(s, [h['name'] for h in r['hosts']])
sys.exit(not (s['job_id'] == sys.argv[1] and s['partition'] == 'lab' and s['nodelist'] == 'node[1-2]' and
              s['nodes'] == 2 and s['tasks'] == 4 and s['stop_before_s'] == 30 and s['end'] > r['end'] and
              [h['name'] for h in r['hosts']] == ['node1', 'node2']))
PY
}
check 'the report names job, nodes and limits' report
sum=$(sha256sum two*)
submit --ntasks=2 "$jobs/nsurf.sbatch" "${small[@]}" -o 'two words'
check 'the same again' ends_with 0
check 'the same again: says so' in_log 'finished already'
check 'the same again: no harm' test "$sum" == "$(sha256sum two*)"
export NSURF_LAUNCH='srun --mpi=pmix'
submit --ntasks=4 --ntasks-per-node=2 "$jobs/nsurf.sbatch" "${small[@]}" -o srun
unset NSURF_LAUNCH
check 'srun on two nodes' ends_with 0
check 'srun on two nodes: the same bytes' same srun

exits 64 'a job array is refused' timeout 60 sbatch -W --array=1-2 --ntasks=1 "$jobs/nsurf.sbatch" "${small[@]}"
check 'a job array is refused: by each task' test "$(grep -l 'no job array' nsurf-*.log | wc -l)" == 2

# --- several jobs at once: two that go back into the queue before the limit, and one that is cancelled ---------------

# Slurm's shortest limit is a minute. These two have to stop while they run, one by itself after 10 s, one by Slurm's
# signal, for which Slurm looks every 30 s, and get more time when they are back. --force must not start over again.
grid=(-a 1:32 -b 1:32)
check 'how long a sweep is' enough 35 on node1 timeout 60 mpirun -q -np 2 "$NSURF" "${grid[@]}"
note "$epochs epochs"
sweep=("${grid[@]}" -e "$epochs" --quiet)
submit --ntasks=2 --time=1 --signal=B:USR1@1 "$jobs/nsurf-requeue.sbatch" "${sweep[@]}" -o itself --stop-before 50 \
    --force
itself=$job
submit --ntasks=2 --time=1 --signal=B:USR1@50 "$jobs/nsurf-requeue.sbatch" "${sweep[@]}" -o warned --stop-before 0
warned=$job
restarted() { (($(fact Restarts) > 0)); }
back()
{
    until_true 100 restarted && scontrol update "JobId=$job" TimeLimit=10
}
for job in $itself $warned; do check "job $job is back in the queue" back; done
job=$itself
check 'itself: before the limit' in_log 'stopped by the time limit of the job'
submit --ntasks=2 --time=5 "$jobs/nsurf-requeue.sbatch" "${sweep[@]}" -o cancelled
check 'a job to cancel is under way' until_true 60 under_way cancelled
scancel "$job"
check 'scancel' until_true 30 ended
check 'scancel: it does not come back' test "$(fact JobState)" == CANCELLED
before=$(lines cancelled)
check 'scancel: it was midway' test "$before" -gt 0 -a "$before" -lt 1024
submit --ntasks=2 "$jobs/nsurf.sbatch" "${sweep[@]}" -o cancelled
first=$job
check 'submitted again: it goes on' until_true 60 under_way cancelled "$before"
submit --ntasks=2 "$jobs/nsurf.sbatch" "${sweep[@]}" -o cancelled
check 'the same prefix at once: the second is refused' ends_with 74
check 'the same prefix at once: says why' in_log 'cancelled\.journal is in use'
job=$first
check 'submitted again after scancel' ends_with 0 200
check 'the reference of the long sweep' on node1 mpirun -q -np 2 "$NSURF" "${sweep[@]}" -o calm --force
for job in $itself $warned; do
    [[ $job == "$itself" ]] && name=itself || name=warned
    check "$name: comes to its end" ends_with 0 200
    check "$name: the same bytes" same "$name"
    check "$name: nothing trained twice" no_doubles "$name"
done
went_on() { (($(sed -n 's/^ *"trained": *\([0-9]*\),*$/\1/p' "$1.run.json") < 1024)); }
check 'itself: went on in spite of --force' went_on itself
check 'after scancel: the same bytes' same cancelled
check 'after scancel: nothing trained twice' no_doubles cancelled
