#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# A sweep over a row of machines:    lab.sh [-n RANKS] HOSTFILE [OPTION of nsurf]…
# Every host is checked first. When one drops out on the way, the sweep goes on from its journal without it. Ctrl-C (or
# USR1, TERM, HUP) stops the sweep as it stops nsurf; a second one ends it at once. See jobs/README.md.
set -u

say() { printf 'lab.sh: %s\n' "$1" >&2; }
refuse() { say "$1"; exit 64; }

ranks=
while getopts :n: option; do
    case $option in
    n) ranks=$OPTARG ;;
    *) refuse "usage: lab.sh [-n RANKS] HOSTFILE [OPTION of nsurf]…" ;;
    esac
done
shift $((OPTIND - 1))
list=${1-}
[[ -r $list ]] || refuse "${list:-HOSTFILE}: cannot be read; usage: lab.sh [-n RANKS] HOSTFILE [OPTION of nsurf]…"
shift
[[ ! $ranks || $ranks =~ ^[1-9][0-9]{0,5}$ ]] || refuse "-n $ranks: a number of processes is needed"

# The same place on every host: so an absolute one.
nsurf=$(command -v -- "${NSURF:-nsurf}") || refuse "${NSURF:-nsurf}: no such program; set NSURF"
nsurf=$(cd "$(dirname -- "$nsurf")" && pwd)/$(basename -- "$nsurf")
read -ra agent <<<"${OMPI_MCA_plm_rsh_agent:-ssh}" # the way by which mpirun reaches the hosts
[[ ${agent[0]} == *ssh ]] && agent+=(-o BatchMode=yes -o ConnectTimeout=10)

# Seconds after which a host that is silent counts as gone. Open MPI's own figure is 8 minutes.
patience=(--mca oob_tcp_keepalive_time 10 --mca oob_tcp_keepalive_intvl 5 --mca oob_tcp_keepalive_probes 3)
answer_s=20 # for a host to say what it is
finish_s=20 # for mpirun to end after rank 0; with a frozen host it never does

T=$(mktemp -d "${TMPDIR:-/tmp}/nsurf-lab.XXXXXX") || exit 74
trap 'rm -rf "$T"' EXIT
export NSURF_VERDICT=$T/verdict # rank 0 leaves its exit code there, for that of mpirun may be another

# --- the hosts ----------------------------------------------------------------------------------------------------

# What comes from the file or from a host is a number only after it has matched a pattern: the shell would evaluate it.
hosts=() # in the order of the file
declare -A slots=()
read_hosts()
{
    local line host rest count number=0
    while read -r line || [[ $line ]]; do
        number=$((number + 1))
        line=${line%$'\r'}
        read -r host rest <<<"${line%%#*}"
        [[ $host ]] || continue
        [[ $host =~ ^([[:alnum:]_][[:alnum:]_.-]*@)?[[:alnum:]][[:alnum:]_.-]*$ ]] ||
            refuse "$list:$number: a host name or IPv4 address is needed at the beginning of the line"
        count=0 # as many as it has cores
        if [[ $rest =~ ^slots[[:blank:]]*=[[:blank:]]*0*([1-9][0-9]{0,5})[[:blank:]]*$ ]]; then
            count=${BASH_REMATCH[1]}
        elif [[ $rest ]]; then
            refuse "$list:$number: slots=N, a number from 1, is all that may stand behind a host"
        fi
        [[ ${slots[$host]-} ]] || hosts+=("$host")
        slots[$host]=$((${slots[$host]-0} + count))
    done <"$list"
    ((${#hosts[@]})) || refuse "$list: no host in it"
}
here=$(hostname)
addresses=" 127.0.0.1 $(hostname -I 2>/dev/null) "
is_here()
{
    local name=${1#*@}
    [[ $name == localhost || $name == "$here" || $name == "${here%%.*}" || ${name%%.*} == "$here" ||
        $addresses == *" $name "* ]]
}

# What a host says of itself: its cores, then all of --version. A login may print more, before and behind.
# shellcheck disable=SC2016  # expanded there
about='printf "\nlab.sh begin\n" && nproc && "$0" --version && echo "lab.sh end"'
ask() # HOST
{
    if is_here "$1"; then
        sh -c "$about" "$nsurf"
    else
        timeout "$answer_s" "${agent[@]}" "$1" "sh -c $(printf %q "$about") $(printf %q "$nsurf")" ||
            { (($? == 124)) && echo "silent for $answer_s s" >&2; }
    fi </dev/null
}
# Ask all at once; answers are in $T/HOST.says and $T/HOST.err.
ask_all()
{
    local host asked=()
    for host in "${hosts[@]}"; do
        ask "$host" 2>"$T/$host.err" | tr -d '\r' >"$T/$host.says" &
        asked+=($!)
    done
    wait "${asked[@]}"
}
begun() { grep -qx 'lab.sh begin' "$T/$1.says"; }
answered() { begun "$1" && grep -qx 'lab.sh end' "$T/$1.says"; }
answer() { sed -n '/^lab\.sh begin$/,/^lab\.sh end$/{//!p}' "$T/$1.says"; } # HOST
build() { answer "$1" | sed '1d; /^instructions /d; s/  */ /g'; } # HOST: instruction sets may differ
last_words() { tail -n 1 "$T/$1.err" | tr -cd '[:print:]' | cut -c -200; } # HOST
difference() # HOST: the first thing in which its build differs from the one here
{
    paste -d '\t' <(build "$1") <(build "$first") |
        awk -F '\t' '$1 != $2 { printf "\"%s\" there, \"%s\" here", $1, $2; exit }' | tr -cd '[:print:]'
}

# Name each host that cannot take part, and why.
check_hosts()
{
    local host cores wrong='' first=
    for host in "${hosts[@]}"; do is_here "$host" && first=$host; done
    [[ $first ]] || refuse "$list: $here is not in it; start on one of its hosts, because results are written there"
    ask_all
    for host in "${hosts[@]}"; do
        cores=$(answer "$host" | head -n 1)
        if ! begun "$host"; then
            say "$host: no answer: $(last_words "$host")"
        elif ! answered "$host"; then
            say "$host: $nsurf does not run there: $(last_words "$host")"
        elif ! cmp -s <(build "$first") <(build "$host"); then
            say "$host: another build of nsurf: $(difference "$host")"
        elif [[ ! $cores =~ ^[1-9][0-9]{0,5}$ ]]; then
            say "$host: nproc does not say there how many cores it has"
        else
            ((slots[$host])) || slots[$host]=$cores
            ((slots[$host] <= cores)) && continue
            say "$host: slots=${slots[$host]}, but it has $cores cores"
        fi
        wrong=1
    done
    [[ ! $wrong ]] || exit 69
    # Rank 0 is on the first host, and writes the results.
    local others=()
    for host in "${hosts[@]}"; do [[ $host == "$first" ]] || others+=("$host"); done
    hosts=("$first" ${others[@]+"${others[@]}"})
    ((${ranks:-0} <= $(total))) || refuse "-n $ranks: $list has only $(total) slots"
}
total()
{
    local host sum=0
    for host in "${hosts[@]}"; do sum=$((sum + slots[$host])); done
    echo "$sum"
}

# Leave out who does not answer any more; fails when all do.
leave_out_dead()
{
    local host alive=() dead=0
    ask_all
    for host in "${hosts[@]}"; do
        if is_here "$host" || answered "$host"; then
            alive+=("$host")
        else
            say "$host does not answer any more and is left out"
            dead=1
        fi
    done
    hosts=("${alive[@]}")
    ((dead))
}

# --- the sweep ----------------------------------------------------------------------------------------------------

# Whether rank 0, or another process of nsurf that mpirun started, is still there.
ranks_here()
{
    local pid pids words
    read -ra pids 2>/dev/null <"/proc/$run/task/$run/children"
    for pid in ${pids[@]+"${pids[@]}"}; do
        mapfile -d '' -t words 2>/dev/null <"/proc/$pid/cmdline"
        [[ ${words[0]-} == "$nsurf" || ${words[1]-} == "$nsurf" ]] && return # the latter: a script
    done
    return 1
}
mpirun_ends() # SECONDS: whether it has ended by then
{
    local until=$((SECONDS + $1))
    while kill -0 "$run" 2>/dev/null; do
        ((SECONDS <= until)) || return
        sleep 0.2
    done
}
end_mpirun() # it ends the processes that it reaches, and with the second signal itself
{
    kill "$run"
    mpirun_ends 2 || kill "$run"
    mpirun_ends 3 || kill -KILL "$run"
} 2>/dev/null

# With a frozen host mpirun stays when all is done, or rank 0 is lost.
watch_over()
{
    local seen='' until=
    trap '' USR1 INT TERM HUP
    while ! mpirun_ends 0; do
        if ranks_here; then
            seen=1 until=
        elif [[ $seen || -s $T/verdict ]]; then
            : "${until:=$((SECONDS + finish_s))}"
            ((SECONDS < until)) && continue
            say 'mpirun waits for a host that does not answer, and is ended'
            : >"$T/ended"
            end_mpirun
        fi
    done
}

stop() # the first signal asks, the second one ends
{
    caught=1
    if [[ $stopped ]] || ! ranks_here; then
        end_mpirun
    else
        kill -USR1 "$run"
    fi
    stopped=1
}
sweep() # OPTION…: the exit code in $code, that of rank 0 in $verdict if it came so far
{
    local host n caught=1 run
    for host in "${hosts[@]}"; do echo "$host slots=${slots[$host]}"; done >"$T/hostfile"
    n=$(total)
    ((${ranks:-n} < n)) && n=$ranks
    rm -f "$T/verdict" "$T/ended"
    # In a session of its own: Ctrl-C comes to this script alone, and --nice can lower the session (see nsurf(1)).
    setsid mpirun -q -np "$n" --map-by node --hostfile "$T/hostfile" "${patience[@]}" "$nsurf" "$@" <&"$input" &
    run=$!
    trap stop USR1 INT TERM HUP
    watch_over &
    while [[ $caught ]]; do # a trap ends `wait` early
        caught=
        wait "$run"
        code=$?
    done
    trap - USR1 INT TERM HUP
    verdict=
    [[ -s $T/verdict ]] && verdict=$(<"$T/verdict")
    # Unless somebody wants a stop, it was mpirun that has sent SIGTERM, because a host is lost.
    [[ $verdict == 75 && ! $stopped && $code != 75 && ! -e $T/ended ]] && verdict=
    code=${verdict:-$code}
}

read_hosts
check_hosts
exec {input}<&0
[[ -t 0 ]] && exec {input}</dev/null
code=0 verdict='' stopped='' failures=0
while :; do
    sweep "$@"
    for word; do # go on, and do not start over
        shift
        [[ $word == --forc?(e) ]] || set -- "$@" "$word"
    done
    # What nsurf itself says is final. All else is the end of mpirun: a host, or what nobody foresaw.
    [[ $verdict && $verdict != 1 ]] && exit "$verdict"
    case $code in 0 | 64 | 65 | 70 | 74 | 75) exit "$code" ;; esac
    [[ $stopped ]] && exit 75
    if ! leave_out_dead; then
        ((code == 1)) && exit 1 # complete, but some cells failed, or all diverged
        ((++failures < 3)) || { say "mpirun ended with $code three times, and every host answers"; exit "$code"; }
    fi
    say "mpirun ended with $code; going on from the journal with ${#hosts[@]} hosts, $(total) slots"
done
