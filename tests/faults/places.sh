#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Real places where files cannot be kept, and bad journals: one line, the right exit code, old files whole, and the same
# command finishes the work once there is room.
. "$(dirname "$0")/../lib.sh"
export OMPI_MCA_ess_singleton_isolated=1 # MPI_Init starts no helper process
mkdir "$T/w" && cd "$T/w" || exit 1
export NSURF
slower=1 # so many times fewer epochs, where a run only has to last
sanitized && slower=50

one_line()
{
    (($(grep -c '^nsurf: ' "$T/last") == 1)) || { cat "$T/last"; return 1; }
}
small=(-a 1:6 -b 1:6 -e 5 --quiet)
check 'golden' "$NSURF" "${small[@]}" -o golden

# --- what the kernel forbids -------------------------------------------------------------------------------------

# shellcheck disable=SC2016  # for the shell inside
full='mount -t tmpfs -o size=64k none disk && head -c "$1" /dev/zero >disk/ballast
    "$NSURF" -a 1:6 -b 1:6 -e 5 --quiet -o disk/run; code=$?
    ls disk | grep tmp- && exit 98
    rm disk/ballast; "$NSURF" -a 1:6 -b 1:6 -e 5 --quiet -o disk/run || exit 99
    cp disk/run.* .; exit $code'
# shellcheck disable=SC2016
read_only='mkdir -p fixed && mount --bind fixed fixed && mount -o remount,bind,ro fixed &&
    "$NSURF" --quiet -o fixed/run'
mkdir disk
if unshare -rm true 2>/dev/null && unshare -rm mount -t tmpfs none disk 2>/dev/null; then
    for ballast in 65536 61440 53248; do # no page left; one; three
        ends 74 "full disk, $((65536 - ballast)) bytes left" 'No space|full' unshare -rm bash -c "$full" - $ballast
        check "full disk, $((65536 - ballast)) bytes left: then the same bytes" same_results golden run
        rm -f run.*
    done
    ends 74 'a read-only folder' 'fixed/run' unshare -rm bash -c "$read_only"
else
    skip 'full disk' 'the kernel allows no user and mount namespace'
    skip 'a read-only folder' 'the kernel allows no user and mount namespace'
fi

limited() # KIB: of the largest file
{
    (ulimit -f "$1" && "$NSURF" "${small[@]}" -o limited)
}
ends 74 'ulimit -f' 'limited\.' limited 1
check 'ulimit -f: no temporary file' no_temporary
check 'ulimit -f: then the same command' "$NSURF" "${small[@]}" -o limited
check 'ulimit -f: then the same bytes' same_results golden limited

to_full() { "$NSURF" "${small[@]}" -o full >/dev/full; }
ends 74 'standard output is full' 'standard output' to_full
check 'standard output is full: the files are complete' same_results golden full

# Standard streams that are closed, or whose reader is gone: no file of ours gets their numbers and so their bytes, and
# only a digest that could not be printed is an error.
without() # REDIRECTIONS [LAUNCHER]…
{
    rm -f closed.*
    # shellcheck disable=SC2016
    "${@:2}" bash -c 'eval "exec $1"; shift; exec "$@"' - "$1" "$NSURF" "${small[@]:0:6}" -o closed
}
readerless() # STREAM: what is written to it goes to a process that has ended
{
    local fifo=$T/fifo reader
    rm -f closed.* "$fifo" && mkfifo "$fifo"
    : <"$fifo" &
    reader=$!
    exec 9>"$fifo"
    wait $reader
    eval '"$NSURF" "${small[@]:0:6}" -o closed' "$1>&9"
    local code=$?
    exec 9>&-
    return $code
}
for launcher in '' 'mpirun -q -np 2'; do
    for closed in '>&-:74' '<&- >&-:74' '<&- 2>&-:0' '<&- >&- 2>&-:74'; do
        read -ra words <<<"$launcher"
        exits "${closed#*:}" "${launcher:-alone} ${closed%:*}" without "${closed%:*}" "${words[@]}"
        [[ $closed == *:74 ]] || says "${launcher:-alone} ${closed%:*}: the digest" '^sha256 '
        check "${launcher:-alone} ${closed%:*}: the files are complete" same_results golden closed
        check "${launcher:-alone} ${closed%:*}: hold nothing else" \
            cmp <(sed '/^# run_/d' golden.journal | sort) <(sed '/^# run_/d' closed.journal | sort)
    done
done
exits 0 'the reader of standard error is gone' readerless 2
says 'the reader of standard error is gone: the digest' '^sha256 '
check 'the reader of standard error is gone: the files are complete' same_results golden closed
exits 74 'the reader of standard output is gone' readerless 1
check 'the reader of standard output is gone: the files are complete' same_results golden closed

vanishes() # the folder is taken away while the sweep runs
{
    mkdir away
    "$NSURF" -a 1:40 -b 1:40 -e $((1500 / slower)) --quiet -o away/run &
    local pid=$!
    for _ in {1..100}; do [[ -s away/run.journal ]] && break; sleep 0.1; done
    rm -r away
    kill -USR1 $pid
    wait $pid
}
ends 74 'a folder vanishes' 'away/run' vanishes

# --- stopping ----------------------------------------------------------------------------------------------------

long=(-a 1:60 -b 1:60 -e $((300 / slower)) --quiet -o long)
started()
{
    for _ in {1..100}; do (($(outcomes long.journal) > 0)) && return; sleep 0.1; done
}
stop_with() # COMMAND…
{
    "$NSURF" "${long[@]}" &
    local pid=$!
    started
    "${@//PID/$pid}"
    wait $pid
}
shown() # cells with an error
{
    grep -v '^#' long.tsv | grep -vci nan
}
partial()
{
    local finished
    finished=$(outcomes long.journal)
    ((finished > 0 && finished < 3600 && $(shown) == finished))
}
for way in 'kill -TERM PID' 'kill -INT PID' 'kill -USR1 PID' 'kill -HUP PID' 'touch long.stop'; do
    rm -f long.*
    read -ra words <<<"$way"
    [[ $way == *INT* ]] && set -m # else the shell has background jobs ignore SIGINT
    ends 75 "$way" 'stopped by .*the same command resumes' stop_with "${words[@]}"
    set +m
    check "$way: the partial files hold what the journal holds" partial
    check "$way: no stop file is left" test ! -e long.stop
done
look() # SIGUSR2: partial files, and the run goes on
{
    kill -USR2 "$1"
    for _ in {1..50}; do [[ -e long.tsv ]] && break; sleep 0.1; done
    kill -0 "$1" && grep -qi nan long.tsv && kill -TERM "$1"
}
rm -f long.*
exits 75 'SIGUSR2 writes partial files and goes on' stop_with look PID
check 'SIGUSR2: partial files are whole' partial
look_and_kill()
{
    kill -USR2 "$1"
    for _ in {1..500}; do [[ -e long.tsv ]] && break; sleep 0.01; done
    kill -KILL "$1"
}
rm -f long.*
exits 137 'killed as soon as partial files are there' stop_with look_and_kill PID
journal_first() { (($(shown) > 0 && $(shown) <= $(outcomes long.journal))); }
check 'the journal holds what the partial files hold' journal_first
check 'a stopped run is finished by the same command' "$NSURF" "${long[@]}"
undisturbed()
{
    "$NSURF" "${long[@]}" -o calm && cmp calm.tsv long.tsv && cmp calm.h5 long.h5
}
check 'a stopped run: the bytes of an undisturbed one' undisturbed
mid=(-a 1:40 -b 1:40 -e $((200 / slower)) --quiet)
check 'golden: the sweep to be disturbed' "$NSURF" "${mid[@]}" -o calm --force
mid_run() # COMMAND: what somebody does to the journal while the sweep runs
{
    rm -f mid.*
    "$NSURF" "${mid[@]}" -o mid &
    local pid=$!
    for _ in {1..100}; do (($(outcomes mid.journal) > 0)) && break; sleep 0.1; done
    eval "$1"
    wait $pid
}
all_there()
{
    same_results calm mid && each_once mid.journal && (($(outcomes mid.journal) == 1600))
}
for done_to in 'rm mid.journal' 'truncate -s 3000 mid.journal'; do
    ends 0 "in mid-run: $done_to" '^nsurf: mid.journal: was removed.*it is complete again$' mid_run "$done_to"
    check "in mid-run: $done_to: nothing is lost" all_there
done
ends 65 'in mid-run: another file' 'mid-run: mid.journal:1: not the first line' mid_run 'echo precious >mid.journal'
check 'in mid-run: another file: is left alone' grep -qx precious mid.journal
through_mpirun() # SIGNAL: mpirun ends with 1 whatever the ranks say; what counts is what stands there
{
    mpirun -q -np 2 "$NSURF" "${long[@]}" &
    local pid=$!
    started
    kill "-$1" $pid
    wait $pid
    (($? == 1)) && partial
}
set -m # as above
for signal in TERM INT; do
    rm -f long.*
    check "SIG$signal to mpirun: journal and partial files stand" through_mpirun $signal
done
set +m

usr1_through_mpirun() # it passes the signal on and leaves the ranks their time: the graceful way
{
    mpirun -q -np 2 "$NSURF" "${long[@]}" &
    local pid=$!
    started
    kill -USR1 $pid
    wait $pid
}
rm -f long.*
ends 75 'SIGUSR1 to mpirun' 'stopped by SIGUSR1.*the same command resumes' usr1_through_mpirun
check 'SIGUSR1 to mpirun: the partial files hold what the journal holds' partial

interrupted() # SIGINT again and again: the first asks for a stop, the second ends the program
{
    "$NSURF" -a 64 -b 64 -e 100000000 --quiet -o twice &
    local pid=$!
    for _ in {1..100}; do [[ -s twice.journal ]] && break; sleep 0.1; done
    while [[ $(jobs -pr) ]]; do kill -INT $pid; sleep 0.1; done
    wait $pid
}
set -m
exits 130 'a second SIGINT ends it at once' interrupted # 128 + SIGINT: not by our own hand
set +m

# --- journals ----------------------------------------------------------------------------------------------------

cp golden.tsv kept.tsv
ends 64 'results without a journal' 'kept.tsv.*no journal.*--force' "$NSURF" "${small[@]}" -o kept
rm kept.tsv
ends 64 '--resume without a journal' 'kept.journal is not there' "$NSURF" "${small[@]}" -o kept --resume
ends 64 '--force and --resume' 'give one of them' "$NSURF" "${small[@]}" -o kept --force --resume
ends 65 'another learning rate' 'learning_rate is 0.2 there and 0.3 here.*--force' \
    "$NSURF" "${small[@]}" -o golden -l 0.3
line=$(($(grep -c '^#' golden.journal) + 5))
cp golden.journal bad.journal && sed -i "${line}s/0\./1./" bad.journal
ends 65 'a damaged line' "bad.journal:$line:.*--repair" "$NSURF" "${small[@]}" -o bad
check 'a damaged line: repaired' "$NSURF" "${small[@]}" -o bad --repair
check 'a damaged line: the same bytes' same_results golden bad
exits 0 'finished' "$NSURF" "${small[@]:0:6}" -o golden
says 'finished: says so, and trains nothing' 'golden is finished already'
: >nothing.journal
check 'an empty journal is a start' "$NSURF" "${small[@]}" -o nothing
check 'an empty journal: the same bytes' same_results golden nothing
check 'no temporary file anywhere' no_temporary
