#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# A sweep over a row of machines:    lab.sh [-n RANKS] HOSTFILE [OPTION of nsurf]…
# Every host is checked first. When one drops out on the way, the sweep goes on from its journal without it. Ctrl-C (or
# USR1, TERM, HUP) stops the sweep as it stops nsurf. See README.md.
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
[[ ! $ranks || $ranks =~ ^[1-9][0-9]*$ ]] || refuse "-n $ranks: a number of processes is needed"

# The same place on every host: so an absolute one.
nsurf=$(command -v -- "${NSURF:-nsurf}") || refuse "${NSURF:-nsurf}: no such program; set NSURF"
nsurf=$(cd "$(dirname -- "$nsurf")" && pwd)/$(basename -- "$nsurf")
read -ra agent <<<"${OMPI_MCA_plm_rsh_agent:-ssh}" # the way by which mpirun reaches the hosts
[[ ${agent[0]} == *ssh ]] && agent+=(-o BatchMode=yes -o ConnectTimeout=10)

# Seconds after which a host that is silent counts as gone. Open MPI's own figure is 8 minutes.
patience=(--mca oob_tcp_keepalive_time 10 --mca oob_tcp_keepalive_intvl 5 --mca oob_tcp_keepalive_probes 3)

T=$(mktemp -d "${TMPDIR:-/tmp}/nsurf-lab.XXXXXX") || exit 74
trap 'rm -rf "$T"' EXIT

# --- the hosts ----------------------------------------------------------------------------------------------------

hosts=() # in the order of the file
declare -A slots=()
read_hosts()
{
    local line host count
    while read -r line || [[ $line ]]; do
        line=${line%%#*}
        read -r host _ <<<"$line"
        [[ $host ]] || continue
        count=0 # as many as it has cores
        [[ $line =~ [[:space:]]slots[[:space:]]*=[[:space:]]*([0-9]+) ]] && count=${BASH_REMATCH[1]}
        [[ ${slots[$host]-} ]] || hosts+=("$host")
        slots[$host]=$((${slots[$host]-0} + count))
    done <"$list"
    ((${#hosts[@]})) || refuse "$list: no host in it"
}
here=$(hostname)
is_here() { [[ $1 == "$here" || $1 == "${here%%.*}" || ${1%%.*} == "$here" || $1 == localhost ]]; }

# What a host says of itself: its cores, then all of --version but the instruction set, which may differ.
# shellcheck disable=SC2016  # expanded there
about='nproc && "$0" --version | grep -v ^instructions'
ask() # HOST
{
    if is_here "$1"; then
        sh -c "$about" "$nsurf"
    else
        timeout 20 "${agent[@]}" "$1" "sh -c $(printf %q "$about") $(printf %q "$nsurf")"
    fi </dev/null
}
# Ask all at once; answers are in $T/HOST and $T/HOST.err.
ask_all()
{
    local host
    for host in "${hosts[@]}"; do ask "$host" >"$T/$host" 2>"$T/$host.err" & done
    wait
}
answered() { grep -q '^[0-9]' "$T/$1"; }
first_words() { head -n 1 "$1" | tr -d '\r'; }

# Name each host that cannot take part, and why.
check_hosts()
{
    local host cores wrong='' first=
    for host in "${hosts[@]}"; do is_here "$host" && first=$host; done
    [[ $first ]] || refuse "$list: $here is not in it; start on one of its hosts, because results are written there"
    ask_all
    for host in "${hosts[@]}"; do
        if ! answered "$host"; then
            say "$host: no answer: $(first_words "$T/$host.err")"
        elif [[ ! -s $T/$host || $(wc -l <"$T/$host") == 1 ]]; then
            say "$host: $nsurf does not run there: $(first_words "$T/$host.err")"
        elif ! cmp -s <(tail -n +2 "$T/$first") <(tail -n +2 "$T/$host"); then
            say "$host: another build of nsurf ($(sed -n 2,3p "$T/$host" | tr -s ' \n' ' ')) than here"
        else
            cores=$(first_words "$T/$host")
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

sweep() # OPTION…: the exit code in $code
{
    local host n caught=1 run
    for host in "${hosts[@]}"; do echo "$host slots=${slots[$host]}"; done >"$T/hostfile"
    n=$(total)
    ((${ranks:-n} < n)) && n=$ranks
    # In a session of its own: Ctrl-C comes to this script alone, and --nice can lower the session (see nsurf(1)).
    setsid mpirun -q -np "$n" --map-by node --hostfile "$T/hostfile" "${patience[@]}" "$nsurf" "$@" <&"$input" &
    run=$!
    trap 'caught=1 stopped=1; kill -USR1 "$run"' USR1 INT TERM HUP
    while [[ $caught ]]; do # a trap ends `wait` early
        caught=
        wait "$run"
        code=$?
    done
    trap - USR1 INT TERM HUP
}

read_hosts
check_hosts
exec {input}<&0
[[ -t 0 ]] && exec {input}</dev/null
code=0 stopped='' failures=0
while :; do
    sweep "$@"
    for word; do # go on, and do not start over
        shift
        [[ $word == --forc?(e) ]] || set -- "$@" "$word"
    done
    # What nsurf itself says is final. All else is the end of mpirun: a host, or what nobody foresaw.
    case $code in 0 | 64 | 65 | 70 | 74 | 75) exit "$code" ;; esac
    [[ $stopped ]] && exit 75
    if ! leave_out_dead; then
        ((code == 1)) && exit 1 # complete, but some cells failed
        ((++failures < 3)) || { say "mpirun ended with $code three times, and every host answers"; exit "$code"; }
    fi
    say "mpirun ended with $code; going on from the journal with ${#hosts[@]} hosts, $(total) slots"
done
