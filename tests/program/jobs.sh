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
    'stopped by the time limit of the job.*the same command without --force resumes' \
    in_job 63 "${days[@]}" --stop-before 60
check 'the report names the job' report "(r['slurm']['job_id'], r['slurm']['partition'], r['slurm']['nodelist'],
    r['slurm']['nodes'], r['slurm']['tasks'], r['slurm']['memory_per_cpu_mb'], r['slurm']['stop_before_s']) ==
    ('17', 'lab', 'n[1-2]', 2, 2, 500, 60) and r['slurm']['end'][:2] == '20'"
export NSURF_VERDICT=$PWD/verdict
ends 75 'does so unasked' 'stopped by the time limit' in_job 32 "${days[@]}"
check 'rank 0 leaves its exit code' test "$(<verdict)" == 75
NSURF_VERDICT=nowhere/verdict
ends 74 'nobody can leave it there' 'nowhere' "$NSURF" -a 1 -b 1 -e 1 --quiet -o nowhere
unset NSURF_VERDICT
check 'the report says how long before' report "r['slurm']['stop_before_s'] == 30"
check 'with 0 it does not' in_job 1 -a 1:4 -b 1:4 -e 10 --quiet --stop-before 0
check 'a job that is long enough is not disturbed' in_job 100 -a 1:4 -b 1:4 -e 10 --quiet
ends 64 'an end that nobody knows' '--stop-before: the end of the job' "$NSURF" --stop-before 9 -o other
check 'each host has a speed' report "r['hosts'][0]['rank_flop_per_s'] > 1e6"

# --- back in the queue ----------------------------------------------------------------------------------------------

words() # RESTARTS: what nsurf is called with
{
    SLURM_RESTART_COUNT=$1 NSURF=/bin/echo NSURF_LAUNCH=env SLURM_JOB_ID=17 SLURM_JOB_END_TIME=1 \
        bash "$TOP/jobs/nsurf-requeue.sbatch" --force --check 5 --chdir -o 'a b' --check=6 --chec 7 --jobs 8
}
check 'a job has all words' [ "$(words 0)" = '--force --check 5 --chdir -o a b --check=6 --chec 7 --jobs 8' ]
check 'when it is back it neither starts over nor checks' [ "$(words 1)" = '--chdir -o a b --jobs 8' ]

# --- in a job array, and without memory ------------------------------------------------------------------------------

for script in nsurf.sbatch nsurf-requeue.sbatch; do
    exits 64 "$script refuses a job array" env NSURF="$NSURF" SLURM_JOB_ID=17 SLURM_ARRAY_TASK_ID=2 \
        SLURM_ARRAY_TASK_COUNT=3 SLURM_JOB_END_TIME=1 bash "$TOP/jobs/$script" -o array
    says "$script refuses a job array: says what to do" 'no job array: --ntasks=N .* an --output of its own$'
done
exits 64 'submit.sh refuses a job array' env NSURF="$NSURF" "$TOP/jobs/submit.sh" --array=1-3 "$TOP/jobs/nsurf.sbatch" 2
says 'submit.sh refuses a job array: says what to do' '^submit.sh: --array=1-3: no job array'
# --- what is no job, and a plan that the job would not take ---------------------------------------------------------

for script in nsurf.sbatch nsurf-requeue.sbatch; do
    exits 64 "$script outside of Slurm" env -u SLURM_JOB_ID NSURF="$NSURF" bash "$TOP/jobs/$script" -o array
    check "$script outside of Slurm: says so, in one line" test "$(grep -c 'this is no job of Slurm' "$T/err")" = 1 \
        -a "$(wc -l <"$T/err")" = 1
done
mkdir bin
printf '#!/bin/sh\necho "$@"\n' >bin/sbatch && chmod +x bin/sbatch
submit() { PATH=$PWD/bin:$PATH NSURF=$NSURF "$TOP/jobs/submit.sh" "$TOP/jobs/nsurf.sbatch" 4 "$@"; }
exits 0 'submit.sh with options of a program' submit --command 'echo {x}' --axis x=1:4 --check 2 --keep-folders failed
says 'submit.sh hands them on' '^--ntasks=4 .*nsurf.sbatch --command echo .x. .* --check 2 --keep-folders failed$'
for word in --np=4 '--np 4'; do
    # shellcheck disable=SC2086  # words
    exits 64 "submit.sh: $word" submit -a 1 -b 1 $word
    says "submit.sh: $word: says why" '^submit.sh: --np.*: RANKS says how many'
done
exits 0 'submit.sh --help' "$TOP/jobs/submit.sh" --help
says 'submit.sh --help: where runs are run' 'runs a sample of your runs on this machine, up to 32'
rm -r bin

# --- stopped while the data are read --------------------------------------------------------------------------------

reading() # SIGNAL: sent while nobody writes to the pipe that the data come from
{
    local pid code=0 i mask
    mkfifo data && exec 9<>data
    "$NSURF" -d - -o read <data &
    pid=$!
    for ((i = 0; i < 200; i++)); do
        mask=$(sed -n 's/^SigCgt:\t//p' "/proc/$pid/status") && ((0x$mask & 0x4000)) && break
        sleep 0.05
    done
    kill -"$1" $pid
    timeout 20 tail --pid=$pid -f /dev/null || kill -KILL $pid
    wait $pid || code=$?
    exec 9>&-
    rm data
    return $code
}
for signal in TERM HUP USR1; do
    ends 75 "SIG$signal while data are read" "stopped by SIG$signal while reading the data" reading $signal
done
check 'stopped while data are read: nothing was written' test -z "$(find . -name 'read.*')"
check 'a job array: nothing was written' test -z "$(find . -name 'array.*')"
in_use() # a second run of the same prefix
{
    "$NSURF" "${days[@]}" -o used --force 2>first &
    local pid=$! code=0
    for _ in {1..100}; do [[ -s used.journal ]] && break; sleep 0.1; done
    SLURM_ARRAY_TASK_ID=2 "$NSURF" "${days[@]}" -o used || code=$?
    kill $pid
    wait $pid
    return $code
}
ends 74 'two tasks of a job array' 'used.journal is in use by .*each task of a job array needs an .* is task 2$' in_use

killed() # RANK: of two in a Slurm job; the run is then stopped
{
    local job code=0 all
    SLURM_JOB_ID=17 timeout 60 mpirun -q -np 2 "$NSURF" "${days[@]}" -o killed --force &
    job=$!
    for _ in {1..100}; do
        mapfile -t all < <(ranks "$(pgrep -P $job -x mpirun)")
        ((${#all[@]} == 2)) && [[ -e killed.journal ]] && break
        sleep 0.1
    done
    sleep 1
    kill -KILL "${all[$1]}"
    sleep 1
    kill -USR1 "$(pgrep -P $job -x mpirun)"
    wait $job || code=$?
    return $code
}
memory='killed by signal 9, Killed .for want of memory. .nsurf plan. says how much to ask for'
exits 75 'a worker has no memory' killed 1
says 'a worker has no memory: what to ask for' "^nsurf: rank 1 on .* is lost: $memory"
exits 137 'rank 0 has no memory' killed 0
says 'rank 0 has no memory: what to ask for' "^nsurf: rank 0 was $memory.; the same command resumes"

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

# --- lab.sh: host files, and what hosts say of themselves -----------------------------------------------------------

# In the stead of ssh: hosts that answer as this machine would, and more or other than that. mpirun starts nothing.
mkdir bin odd
cat >bin/agent <<'AGENT'
#!/bin/bash
case $1 in
evil) PATH=$PWD/odd:$PATH bash -c "$2" ;;
banner) printf 'Welcome to\r\n3 banner\nno newline' && bash -c "$2" | sed 's/$/\r/'; echo bye ;;
compiler) bash -c "$2" | sed 's/^compiler .*/compiler     gcc\o33[31m 99/' ;;
broken) bash -c "${2% *} /nowhere" ;;
closed) echo 'You have mail.' >&2; echo 'port 22: Connection refused' >&2; exit 255 ;;
esac
AGENT
cat >bin/mpirun <<'MPIRUN'
#!/bin/bash
while [[ $1 != --hostfile ]]; do shift; done
tr '\n' ';' <"$2" >hosts
MPIRUN
cat >odd/nproc <<'NPROC'
#!/bin/sh
echo '2+OPTIND[$(touch PWNED)]' # bash would run this where it stands for a number
NPROC
chmod +x bin/agent bin/mpirun odd/nproc
lab() # EXIT LINES TEXT: lab.sh with such a host file says it, and nothing else
{
    local code=0
    rm -f hosts
    printf %b "$2" >list
    OMPI_MCA_plm_rsh_agent=$PWD/bin/agent PATH="$PWD/bin:$PATH" timeout 30 "$TOP/jobs/lab.sh" list -o lab >said 2>&1 ||
        code=$?
    cat said hosts
    ((code == $1)) || { echo "exit $code"; return 1; }
    if (($1 == 0)); then
        [[ ! -s said && $(<hosts) =~ ^$3$ ]]
    else
        [[ $(wc -l <said) == 1 && $(<said) =~ ^lab.sh:\ $3 ]]
    fi
}
export NSURF
# EXIT | the host file | what is said, or where mpirun is sent
while IFS='|' read -r code lines text; do
    check "lab.sh, $lines" lab "$code" "$lines" "$text"
done <<'TABLE'
0|localhost slots=1\n|localhost slots=1;
0|localhost slots=01\r\nbanner slots = 1 # a comment\r\n|localhost slots=1;banner slots=1;
0|banner slots=1\n127.0.0.1 slots=1|127.0.0.1 slots=1;banner slots=1;
69|localhost\nbanner slots=08000\n|banner: slots=8000, but it has [0-9]+ cores
69|localhost\nevil\n|evil: nproc does not say there how many cores it has
69|localhost\ncompiler\n|compiler: another build of nsurf: "compiler gcc\[31m 99" there, "compiler .*" here
69|localhost\nbroken\n|broken: .*/nsurf does not run there: .*/nowhere: not found
69|localhost\nclosed\n|closed: no answer: port 22: Connection refused
64|banner\n|list: .* is not in it
64|# nobody\n\n|list: no host in it
64|localhost\n-oProxyCommand=x\n|list:2: a host name or IPv4 address is needed
64|localhost\n\nbanner slots=0\n|list:3: slots=N, a number from 1
64|localhost slots=1 slots=x[1]\n|list:1: slots=N, a number from 1
TABLE
check 'lab.sh runs nothing that a host prints' test ! -e PWNED
