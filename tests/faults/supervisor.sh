#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The parents that watch the ranks, and their connections to rank 0: signals to them, connections that break, strangers
# who call. The run ends with 0 and the files of an undisturbed one as far as Open MPI allows, and else says what to do.
. "$(dirname "$0")/../lib.sh"
export TMPDIR=$T # where Open MPI keeps its session folders
mkdir "$T/w" && cd "$T/w" || exit 1

grid=(-a 1:20 -b 1:20)
check 'how long a run is' enough 1 timeout 60 mpirun -q -np 4 "$NSURF" "${grid[@]}"
small=("${grid[@]}" -e "$epochs" --quiet)
check 'an undisturbed run' timeout 60 mpirun -q -np 4 "$NSURF" "${small[@]}" -o calm

launch() # OPTION…: a run of 4 in the background; mpirun in $job, the ranks in $all, their parents in $parents
{
    local pid
    rm -f run.*
    timeout 60 mpirun -q -np 4 "$NSURF" "${small[@]}" -o run "$@" >"$T/out" 2>"$T/err" &
    job=$!
    for _ in {1..200}; do
        mapfile -t all < <(ranks "$(pgrep -P $job -x mpirun)" 2>/dev/null)
        ((${#all[@]} == 4)) && break
        sleep 0.02
    done
    parents=()
    for pid in "${all[@]}"; do parents+=("$(awk '{ print $4 }' "/proc/$pid/stat")"); done
}
begun() # the first outcomes are in the journal
{
    for _ in {1..400}; do
        (($(outcomes run.journal) > 0)) && return
        sleep 0.02
    done
    return 1
}
ends_with() # CODE LOST: so many workers were lost, and the files are right
{
    local code=0
    wait "$job" || code=$?
    cat "$T/err"
    echo "exit $code"
    ((code == $1)) && grep -q "\"lost_workers\": $2," run.run.json && same_results calm run
}

# --- signals to a parent -------------------------------------------------------------------------------------------

signalled() # SIGNAL LOST
{
    launch && begun || return
    kill "-$1" "${parents[2]}"
    ends_with 0 "$2"
}
check 'SIGSEGV to a parent reaches its rank, the run goes on' signalled SEGV 1
check 'SIGALRM to a parent, too' signalled ALRM 1
check 'a parent is stopped: the run ends all the same' signalled STOP 0

both_stopped()
{
    launch --worker-timeout 1 && begun || return
    kill -STOP "${parents[2]}" "${all[2]}"
    ends_with 0 1
}
check 'a rank and its parent are stopped: mpirun does not wait for them' both_stopped
says 'both are stopped: it is told' 'rank 2 on .* and its supervisor do not answer'

rank0_stopped()
{
    launch && begun || return
    kill -STOP "${parents[0]}"
    ends_with 0 0
}
check "rank 0's parent is stopped: the run ends all the same" rank0_stopped

killed() # mpirun takes the rank for dead; rank 0 tells what was, and what to do
{
    local code=0
    launch && begun || return
    kill -KILL "${parents[2]}"
    wait $job || code=$?
    cat "$T/err"
    echo "exit $code"
    ((code == 137)) &&
        grep -q 'stopped by SIGTERM, just after the supervisor of rank 2 .* was gone: .*the same command resumes' \
            "$T/err" && timeout 60 mpirun -q -np 4 "$NSURF" "${small[@]}" -o run && same_results calm run
}
check 'a parent is killed: it ends, says why and what to do; the same command resumes' killed

# --- connections ---------------------------------------------------------------------------------------------------

port() # of rank 0
{
    ss -Htlnp | sed -n "s/^LISTEN *[0-9]* *[0-9]* *\([^ ]*\):\([0-9]*\) .*pid=${all[0]},.*/\1 \2/p"
}
connected() # how many parents are
{
    ss -Htnp state established "dport = :$1" | grep -c nsurf-watch
}
ours() # the address and the port of rank 0 that a parent is connected to
{
    local address number
    for _ in {1..200}; do
        while read -r address number; do
            (($(connected "$number") > 2)) && { echo "$address $number"; return; }
        done < <(port)
        sleep 0.02
    done
    return 1
}
reset_all() # an idle connection is forgotten by a firewall, and what it says next is answered by a reset
{
    local address number
    launch && begun || return
    read -r address number < <(ours) || return
    ss -K state established "dport = :$number" >/dev/null
    ends_with 0 0
}
local_only()
{
    local address number
    launch && begun && read -r address number < <(ours) || return
    echo "listens at $address:$number"
    ends_with 0 0 && [[ $address == 127.0.0.1 ]]
}
# shellcheck disable=SC2009
can_reset() # the kernel lets root end a connection
{
    "$PYTHON" - <<'P'
import socket, subprocess
door = socket.create_server(("127.0.0.1", 0))
call = socket.create_connection(door.getsockname())
subprocess.run(["ss", "-K", "dport", "=", str(door.getsockname()[1])], capture_output=True)
try:
    call.settimeout(1)
    raise SystemExit(call.recv(1) != b"")
except ConnectionError:
    pass
except TimeoutError:
    raise SystemExit(1)
P
}
if ! command -v ss >/dev/null; then
    skip 'connections' 'ss is not installed'
elif sanitized; then
    skip 'connections' 'too slow with sanitizers'
else
    check 'ranks of one host: nobody else is listened to' local_only
    if can_reset; then
        check 'connections are reset: nobody is lost' reset_all
    else
        skip 'connections are reset' 'ss -K is not allowed here'
    fi
fi

cat >hold.py <<'P'
import socket, sys, time
port, held = int(sys.argv[1]), []
while len(held) < 100:
    try:
        held.append(socket.create_connection(("127.0.0.1", port), 5))
    except OSError:
        time.sleep(0.01)
held[0].send(b"\0" * 4096)
print("held", flush=True)
time.sleep(60)
P
strangers() # a hundred of them hold connections before a parent has called
{
    local holder number=$((20000 + RANDOM % 10000))
    launch --worker-ports $number:$number
    kill -STOP "${parents[@]:1}"
    "$PYTHON" hold.py $number >held &
    holder=$!
    for _ in {1..400}; do [[ -s held ]] && break; sleep 0.02; done
    kill -CONT "${parents[@]:1}"
    [[ -s held ]] && begun && kill -KILL "${all[2]}" && ends_with 0 1
    local code=$?
    kill $holder
    return $code
}
check 'strangers fill all places: a death is reported all the same' strangers
says 'strangers: reported by the parent' 'rank 2 on .* is lost: killed by signal 9'
busy_port()
{
    "$PYTHON" -c 'import socket, time
door = socket.create_server(("127.0.0.1", 0)); print(door.getsockname()[1], flush=True); time.sleep(60)' >busy &
    local holder=$! code=0
    for _ in {1..200}; do [[ -s busy ]] && break; sleep 0.02; done
    timeout 60 mpirun -q -np 2 "$NSURF" "${small[@]}" -o busy --worker-ports "$(<busy)" || code=$?
    kill $holder
    return $code
}
ends 71 'the only port is in use' 'worker-ports [0-9:]*: none of them is free' busy_port
