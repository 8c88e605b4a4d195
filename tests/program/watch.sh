#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# nsurf watch in real terminals of 40, 80 and 200 columns: it follows a run on 4 ranks that is killed and resumed in the
# middle, obeys keys and signals, gives the terminal back, and refuses in one line what it cannot show.
. "$(dirname "$0")/../lib.sh"
export TMPDIR=$T # where Open MPI keeps its session folders
mkdir "$T/w" && cd "$T/w" || exit 1
unset NO_COLOR COLORTERM COLUMNS LINES

pane() { tmux -u -S "$T/tmux" -f /dev/null "$@"; }
trap 'pane kill-server 2>/dev/null; tap_end' EXIT
# open NAME COLUMNS ROWS WORDS: nsurf with these words in a terminal; the settings of the terminal before and after, and
# the exit code, come to NAME.before, NAME.after, NAME.code. Then the shell obeys single words.
open()
{
    # shellcheck disable=SC2016  # for the shell inside
    pane new-session -d -s "$1" -x "$2" -y "$3" env LC_ALL=C.UTF-8 COLORTERM=truecolor TERM=screen-256color \
        bash -c 'name=$1; shift; set -m; stty -g >$name.before; "$@"; echo $? >$name.code; stty -g >$name.after
            while read -r word; do $word; done' - "$1" "$NSURF" "${@:4}"
}
screen() { pane capture-pane -p -t "$1"; }
# shows NAME PATTERN: its screen does, sooner or later
shows()
{
    for _ in {1..600}; do
        screen "$1" | grep -qE -e "$2" && return
        sleep 0.05
    done
    screen "$1"
    return 1
}
refuse_screen() { ! screen "$1" | grep -q 'cursor'; }
press() { pane send-keys -t "$1" "${@:2}"; }
wait_for() { for _ in {1..200}; do [[ -s $1 ]] && return; sleep 0.05; done; return 1; }
# left NAME CODE: it has ended so, and the terminal is as before
left() { wait_for "$1.after" && [[ $(<"$1.code") == "$2" ]] && cmp "$1.before" "$1.after"; }
widest() { screen "$1" | sed 's/ *$//' | LC_ALL=C.UTF-8 awk 'length > n { n = length } END { print n + 0 }'; }

# --- a run, killed and resumed -----------------------------------------------------------------------------------

grid=(-a 1:16 -b 1:16 -r 2)
check 'how long a run is' enough 12 timeout 60 mpirun -q -np 4 "$NSURF" "${grid[@]}"
# In a process group of its own: a dying mpirun ends the group of a rank, which at first is its own.
start() { setsid mpirun -q -np 4 "$NSURF" "${grid[@]}" -e "$epochs" --quiet -o run >log 2>&1 & job=$!; }
for columns in 40 80 200; do
    open w$columns $columns 24 watch run
    check "$columns columns: waits for the run" shows w$columns 'waiting for run.journal'
done
start
for columns in 40 80 200; do
    check "$columns columns: the run goes on" shows w$columns 'run, train error, running'
done
for columns in 40 80 200; do
    check "$columns columns: the first cells are there" shows w$columns '^[1-9][0-9]* % of the cost'
    check "$columns columns: there is a best cell" shows w$columns '^best so far: [0-9.]+ at hidden1 [0-9]+, hid'
    check "$columns columns: and a cursor on it" shows w$columns '^cursor: hidden1 [0-9]+, hidden2 [0-9]+: (t|$)'
done
check '200 columns: the speed and the time left' shows w200 'flop/s, [0-9:]+ (s|min|h) left'
mapfile -t ranks < <(ranks "$job")
kill -KILL "$job" "${ranks[@]}" 2>/dev/null
wait "$job" 2>/dev/null
for columns in 40 80 200; do
    check "$columns columns: the run was killed" shows w$columns 'run, train error, no run goes on'
done
before=$(outcomes run.journal)
note "killed at $before of 512 trainings"
check 'it was killed in the middle' test "$before" -gt 0 -a "$before" -lt 512
start
for columns in 40 80 200; do
    check "$columns columns: it goes on again" shows w$columns 'run, train error, running'
done
wait "$job"
for columns in 40 80 200; do
    check "$columns columns: the run ended" shows w$columns 'run, train error, ended 20[0-9TZ:-]+'
    check "$columns columns: all is done" shows w$columns '^100 % of the cost, 512 of 512 tra'
    check "$columns columns: no line is longer" test "$(widest w$columns)" -le $columns
done
check '80 columns: complete' shows w80 'ended 20[0-9TZ:-]+: complete'
best() { "$NSURF" best run | awk -F '\t' '$1 == "best" { print "hidden1 " $2 ", hidden2 " $3 }'; }
check 'the best cell is that of nsurf best' shows w80 "^best so far: .* at $(best)$"

# --- keys, sizes, colours ----------------------------------------------------------------------------------------

for key in Left Left Left Left Left Left Left Left Left Left Left Left Left Left Left Left Left Down; do
    press w80 $key
done
check 'the left edge holds the cursor' shows w80 '^cursor: hidden1 1, hidden2 '
press w80 Right
check 'arrows move it' shows w80 '^cursor: hidden1 2, .* train [0-9.e-]+ sd [0-9.e-]+, 2 of 2 trainings ok, e'
press w80 b
check 'b goes back to the best' shows w80 "^cursor: $(best): train"
check 'true colour' grep -q '48;2;' <(pane capture-pane -pe -t w80)
pane resize-window -t w80 -x 30 -y 12
check 'a smaller terminal' shows w80 '^best so far: [0-9.e-]+ at hid[a-z0-9]*$'
check 'half blocks' shows w80 '▀'
pane resize-window -t w80 -x 10 -y 12
check 'a terminal of 10 columns' shows w80 '^100 %$'
pane resize-window -t w80 -x 80 -y 24
check 'and back' shows w80 'ended 20[0-9TZ:-]+: complete'
press w80 q
check 'q leaves, and the terminal is as before' left w80 0
check 'the last words stay' shows w80 '^100 % of the cost, 512 of 512 trainings'
check 'no picture stays' refuse_screen w80
pane kill-session -t w40
pane kill-session -t w200 # then there is one process that watches
for signal in INT:0 TERM:75 HUP:75 QUIT:75; do
    name=s${signal%:*}
    open "$name" 80 24 watch run
    check "SIG${signal%:*}: shows the run" shows "$name" complete
    press "$name" x # a key without a meaning here
    kill -"${signal%:*}" "$(pgrep -f "^$NSURF watch run\$")"
    check "SIG${signal%:*}: the terminal is as before" left "$name" "${signal#*:}"
    pane kill-session -t "$name"
done

# Stopped with Ctrl-Z it gives the terminal back, and takes it again.
open tstp 80 24 watch run
check 'Ctrl-Z: shows the run' shows tstp complete
pid=$(pgrep -f "^$NSURF watch run\$")
press tstp C-z
wait_for tstp.after
check 'Ctrl-Z: the process is stopped' test "$(awk '{ print $3 }' "/proc/$pid/stat")" == T
check 'Ctrl-Z: the terminal is as before' cmp tstp.before tstp.after
check 'Ctrl-Z: the picture is gone' refuse_screen tstp
press tstp fg Enter
check 'continued: the picture is back' shows tstp 'cursor: hidden1'
kill -TERM "$pid"
pane kill-session -t tstp

# More than two axes: slices. The best cell's is shown first.
"$NSURF" -a 1:3 -b 1:3 -e 5,10 --learning-rate 0.001:1:log4 --quiet -o slices >/dev/null
open s3 120 24 watch slices
check 'slices: of the first further axis' shows s3 '\[ \] slice of epochs: 10 \(2 of 2\), Tab next axis, x exchange'
press s3 '['
check 'slices: the one before' shows s3 'slice of epochs: 5 \(1 of 2\)'
check 'slices: the cursor is there' shows s3 '^cursor: hidden1 [1-3], hidden2 [1-3], epochs 5, learning-rate '
press s3 Tab
press s3 '[' '[' '[' '['
check 'slices: another axis' shows s3 'slice of learning-rate: 0.001 \(1 of 4\)'
press s3 x
check 'slices: exchanged with the axis that goes up' shows s3 '→ hidden1   ↑ learning-rate$'
check 'slices: now along the former one' shows s3 'slice of hidden2: [1-3] '

# Another file of the same name: start over. Then none.
cp run.journal other.journal
open other 80 24 watch other
check 'another file: the first one' shows other '512 of 512 trainings'
cp slices.journal new && mv new other.journal
check 'another file: the new one' shows other '72 of 72 cells'
cut_at=$(($(wc -c <other.journal) * 3 / 4)) # in the middle of a line
head -c "$cut_at" slices.journal >other.journal
check 'a shorter file' shows other ' [1-6][0-9] of 72 cells'
tail -c +$((cut_at + 1)) slices.journal >>other.journal
check 'the rest of a torn line' shows other '72 of 72 cells'
# One of other axes and equally many cells takes its place: at once, and as a run with --force writes it.
as_many() { "$NSURF" --quiet -o many --force "$@" >/dev/null; }
as_many -a 1:4 -b 1:6 -e 1
open many 120 24 watch many
check 'as many cells: the first grid' shows many '^cursor: hidden1 [1-4], hidden2 [1-6]: '
press many Up Up Up Up Up Up Right Right Right Right
check 'as many cells: the cursor was moved' shows many '^cursor: hidden1 4, hidden2 6: '
as_many -a 1:6 -b 1:4 -e 1
check 'as many cells: other ranges' shows many 'ended .*complete'
check 'as many cells: the cursor is in the new grid' shows many '^cursor: hidden1 [1-6], hidden2 [1-4]: '
as_many -a 1:2 -b 1:3 -e 1:4
check 'as many cells: an axis more' shows many 'slice of epochs: [1-4] .[1-4] of 4.'
press many ']' ']' ']' ']'
as_many -a 1:6 -b 1:4 -e 2
check 'as many cells: an axis less' shows many '^cursor: hidden1 [1-6], hidden2 [1-4]: '
press many q
check 'as many cells: it ends as ever' left many 0
rm many.*
sed '1s/.*/# another/' slices.journal >new && cp new other.journal
check 'a foreign one ends it' left other 65
check 'a foreign one: in one line' shows other '^nsurf: other.journal: is no journal of nsurf$'

# --- one frame ---------------------------------------------------------------------------------------------------

frame() # COLUMNS LINES WORDS: the frame has no more of either, and no colours
{
    COLUMNS=$1 LINES=$2 LC_ALL=C.UTF-8 "$NSURF" watch run --once >frame || return
    ! grep -q $'\e' frame && awk -v columns="$1" -v lines="$2" 'length > columns { bad = 1 }
        END { exit bad || NR > lines || NR < 8 }' frame
}
for size in '40 12' '80 24' '200 50'; do
    # shellcheck disable=SC2086  # two words
    check "--once, $size" frame $size
done
check '--once: what is said' grep -qE '^best so far: [0-9.]+ at hidden1 [0-9]+, hidden2 [0-9]+$' frame
colours() # VARIABLE=VALUE… : the sequences of a frame in a terminal with these
{
    pane kill-session -t colours 2>/dev/null
    pane new-session -d -s colours -x 80 -y 24 "env LC_ALL=C.UTF-8 $* '$NSURF' watch run --once; exec sleep 600"
    shows colours 'best so far' >/dev/null && pane capture-pane -pe -t colours
}
check '256 colours' grep -q '8;5;' <(colours TERM=screen-256color)
refuse 'NO_COLOR has none' grep -q '[34]8;[25];' <(colours TERM=screen-256color COLORTERM=truecolor NO_COLOR=1)
refuse 'a dumb terminal has none' grep -q '[34]8;[25];' <(colours TERM=dumb)
check 'no half blocks without UTF-8' grep -q '48;2;' <(colours TERM=xterm COLORTERM=24bit LC_ALL=C)

# --- what is refused ---------------------------------------------------------------------------------------------

: >empty.journal
sed '1s/.*/# nsurf_journal 4 6d272886/' run.journal >version.journal
mkdir folder.journal
{ sed '/^#/!d' run.journal; echo rubbish; } >damaged.journal
ends 74 'no journal' '^nsurf: none.journal: is not there; without --once' "$NSURF" watch none --once
ends 65 'an empty journal' '^nsurf: empty.journal: holds nothing yet' "$NSURF" watch empty --once
ends 65 'a foreign file' '^nsurf: other.journal: is no journal of nsurf$' "$NSURF" watch other --once
ends 65 'of another version' '^nsurf: version.journal has the format 4, and this program knows 3; use the program' \
    "$NSURF" watch version --once
ends 74 'a folder' 'folder.journal is no regular file' "$NSURF" watch folder --once
ends 64 'an error that is not there' '^nsurf: --error test: run.journal holds no errors of such samples$' \
    "$NSURF" watch run --once --error test
ends 64 '10 columns' 'the terminal has 10 columns and 24 rows; 20 and 8 are needed' \
    env COLUMNS=10 "$NSURF" watch run --once
ends 64 'no terminal' 'watch: needs a terminal; --once prints one frame' "$NSURF" watch run
ends 64 'an option of others' 'nsurf watch. reads a journal, and takes --output, --error and --once alone' \
    "$NSURF" watch run --force
full_disk() { "$NSURF" watch run --once >/dev/full; }
ends 74 'a full disk' 'standard output: cannot be written' full_disk
readerless() # what is written goes to a process that has ended
{
    mkfifo fifo
    : <fifo &
    exec 9>fifo
    wait $!
    "$NSURF" watch run --once >&9
    local code=$?
    exec 9>&-
    return $code
}
ends 74 'a pipe that closed' 'standard output: cannot be written' readerless
exits 0 'damaged lines are passed over' "$NSURF" watch damaged --once
says 'damaged lines are counted' '1 damaged line'
check 'an earlier version' "$NSURF" -q -a 1:3 -b 1:3 -e 9 --split 50/25/25 -o newer
grep -v run_chosen newer.journal >older.journal
exits 0 'a journal that does not say by which error' env NO_COLOR=1 "$NSURF" watch older --once
grep -q 'older, validation error' "$T/out"
check 'as an earlier version chose' [ $? = 0 ]
rm -f newer.* older.*
# shellcheck disable=SC2012  # names of ours
check 'nothing was written' test "$(ls -- *.journal | wc -l)" == 8
check 'nothing else was left' no_temporary
