#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The folders of programs: each run has its own, whatever it leaves there goes, and what is asked for stays.
# shellcheck disable=SC2016 # what stands in single quotes is for other shells
. "$(dirname "$0")/../lib.sh"
mkdir "$T/w" "$T/tmp dir" && cd "$T/w" || exit 1
export TMPDIR="$T/tmp dir"

left() # COUNT: so much is there of ours in the temporary folder, within ten seconds at the most
{
    local i
    for ((i = 0; i < 100; i++)); do
        [[ $(find "$TMPDIR" -mindepth 1 -path '*/nsurf-[rk]*' | wc -l) == "$1" ]] && return
        sleep 0.1
    done
    find "$TMPDIR" -path '*/nsurf-[rk]*'
    return 1
}

cat >litter <<'SH'
#!/bin/sh
export NSURF_MARK=litter
[ "$TMPDIR" = "$NSURF_FOLDER" ] && [ -z "$(ls -A "$NSURF_FOLDER")" ] || exit 9
pwd >>"$OUT/places"
echo "$NSURF_FOLDER" >>"$OUT/folders"
mkdir -p "$NSURF_FOLDER/a/b" && ln -s "$OUT" "$NSURF_FOLDER/a/link" && echo "$1" >"$NSURF_FOLDER/a/b/value"
mktemp >/dev/null
chmod 0 "$NSURF_FOLDER/a/b" "$NSURF_FOLDER/a" "$NSURF_FOLDER"
case $1 in 3) echo lost >&2; exit 3 ;; 4) echo NaN ;; 6) sleep 1000 ;; *) echo "$1" ;; esac
SH
chmod +x litter
export OUT=$T/w

# --- each its own ---------------------------------------------------------------------------------------------------

check 'twenty runs by three processes' mpirun -np 3 "$NSURF" --command './litter 1{a}' --axis a=10:29 -q -o each
check 'each in a fresh folder' [ "$(sort -u folders | wc -l)" = 20 ]
check 'under $TMPDIR' [ "$(grep -c "^$TMPDIR/nsurf-run-[0-9a-f]*-[0-9a-f]*/" folders)" = 20 ]
check 'with the current directory of the user' [ "$(sort -u places)" = "$PWD" ]
check 'nothing is left' left 0
check 'and where links led, all is there' [ -e each.journal ]
rm folders places
check 'without mpirun' "$NSURF" --jobs 3 --command './litter 1{a}' --axis a=10:29 -q -o jobs
check 'nothing is left at once' [ -z "$(ls -A "$TMPDIR")" ]
rm folders places
check '--chdir' "$NSURF" --chdir --command './litter 1{a}' --axis a=10:15 -q -o inside
check 'runs each in its folder' cmp folders places
export USERS=$TMPDIR
check '--keep-env leaves the user his TMPDIR' "$NSURF" --shell --keep-env TMPDIR -q -o own --axis a=1:2 \
    --command '[ "$TMPDIR" = "$USERS" ] && [ -d "$NSURF_FOLDER" ] && echo $NSURF_a'

# --- some stay ------------------------------------------------------------------------------------------------------

exits 1 'a run that fails' "$NSURF" --jobs 1 --command './litter {a}' --axis a=1:5 -q -o none
check 'leaves no folder either' left 0
exits 1 '--keep-folders failed' mpirun -q -np 2 "$NSURF" --keep-folders failed --command './litter {a}' --axis a=1:5 \
    -o failed
says 'which the report tells' 'folders of failed runs stay in nsurf-kept-[0-9a-f]{8}, in .TMPDIR or /tmp of each host'
kept=$("$PYTHON" -c "import json; print(json.load(open('failed.run.json'))['kept_folders'])")
check 'and the report of the run' [ -d "$TMPDIR/$kept" ]
check 'both attempts are there, and no more' [ "$(find "$TMPDIR" -name 'a=*' | sed 's/.*\///; s/=0\..*//' | xargs)" = \
    'a=3,repeat a=3,repeat' ]
folder=$(sed -n 's/^# a=3 repeat=0, attempt 2: exit code 3; .* in \(.*\)$/\1/p' failed.failures)
check 'PREFIX.failures says where the last one is' [ -d "$folder" ]
chmod -R u+rwX "$TMPDIR"
check 'with all that was in it' [ "$(<"$folder/a/b/value")" = 3 ]
command=$(grep '^NSURF_FOLDER=' failed.failures)
check 'and the command to paste' [ "$command" = "NSURF_FOLDER='$folder' ./litter 3" ]
check 'the next run lets them be' "$NSURF" --command 'echo {a}' --axis a=1:3 -q -o other
check 'all of them' [ -d "$folder" ]
rm -r "${TMPDIR:?}"/*
exits 1 '--keep-folders all' "$NSURF" --chdir --keep-folders all --command './litter {a}' --axis a=1:5 -o all
says 'is told' 'folders of all runs stay in nsurf-kept-'
check 'all are there' [ "$(find "$TMPDIR" -name 'a=*' | sed 's/.*\///; s/,.*//' | sort | xargs)" = \
    'a=1 a=2 a=3 a=3 a=4 a=5' ]
chmod -R u+rwX "$TMPDIR"
rm -r "${TMPDIR:?}"/*
check 'the program is named from the root' grep -q "^(cd .* && NSURF_FOLDER=.* $PWD/litter 3)$" all.failures

# --- refused --------------------------------------------------------------------------------------------------------

ends 65 'resumed elsewhere' 'chdir is yes there and none here' "$NSURF" --command './litter 1{a}' -o inside \
    --axis a=10:15
ends 65 'and the other way' 'chdir is none there and yes here' "$NSURF" --chdir --command './litter 1{a}' -o each \
    --axis a=10:29
ends 64 'networks' '--chdir: says more about a program' "$NSURF" --chdir
ends 64 'no such folders' '--keep-folders: "some": none, failed or all' "$NSURF" --keep-folders some

# --- values in files ------------------------------------------------------------------------------------------------

cat >answer <<'SH'
#!/bin/sh
case $1 in
1) mkdir out && { yes 0 | head -n 200000; echo 10; echo; } >out/value && echo 5 ;;
2) mkdir out && echo 20 >out/value && chmod 0 . ;;
3) mkdir out && echo 30 >value && ln -s ../value out/value ;;
none) mkdir out ;;
pipe) mkdir out && mkfifo out/value ;;
folder) mkdir -p out/value ;;
empty) mkdir out && : >out/value ;;
two) mkdir out && echo 1 2 >out/value ;;
esac
SH
chmod +x answer
exits 1 '--value file:NAME' mpirun -q -np 2 "$NSURF" --chdir --command './answer {a}' -q -o value \
    --value file:out/value --axis a=1,2,3,none,pipe,folder,empty,two
[[ $(id -u) == 0 ]] && second=20 || second=NaN # root may read what nobody may
check 'is the last line of that file' [ "$(grep -v '^#' value.tsv | cut -f 2 | xargs)" = \
    "10 $second 30 NaN NaN NaN NaN NaN" ]
while IFS='|' read -r kind said; do
    check "$kind: $said" grep -q "^# a=$kind .*exit code 0, but $said" value.failures
done <<'ROWS'
none|its file "out/value" cannot be read: No such file
pipe|its file "out/value" cannot be read: Invalid
folder|its file "out/value" cannot be read: Is a directory
empty|nothing is in its file: "out/value"
two|its last line is not one number: "1 2"
ROWS
check 'beside others' "$NSURF" --shell --command 'echo $NSURF_a >$NSURF_FOLDER/n; echo 7' --axis a=1:3 -q -o beside \
    --value line --value n=file:n
check 'in columns of their own' [ "$(grep -v '^#' beside.tsv | cut -f 2,3 | xargs)" = '7 1 7 2 7 3' ]
ends 64 'a file elsewhere' "file:NAME in the run's folder" "$NSURF" --command 'true {a}' --axis a=1 --value file:../n

# --- files of rank 0's ----------------------------------------------------------------------------------------------

mkdir "my files" && cat >'my files/work' <<'SH'
#!/bin/sh
[ "$(stat -c %a "$0" "$1" | xargs)" = '750 400' ] || exit 8
echo "$0" "$1" >>"$OUT/copies"
cat "$1"
SH
chmod 750 'my files/work'
echo 7 >data
chmod 400 data
sent() # RANKS PREFIX OPTION…
{
    rm -f copies
    mpirun -q -np "$1" "$NSURF" --command '"{file:my files/work}" {file:data} {a}' --axis a=1:20 -q -o "${@:2}"
}
check '{file:NAME}' sent 3 sent
check 'is a copy' [ "$(grep -c '' copies)" = 20 ]
check 'one on this node' [ "$(sort -u copies | wc -l)" = 1 ]
here="$TMPDIR/nsurf-run-[0-9a-f-]*"
check 'under $TMPDIR' grep -qx "$here/file1-0/work $here/file2-0/data" copies
check 'which goes at the end' left 0
check 'by one process' sent 1 one
check 'the same' same_results sent one
check 'without mpirun' "$NSURF" --jobs 3 --command '"{file:my files/work}" {file:data} {a}' --axis a=1:20 -q -o jobs1
check 'the same, too' same_results sent jobs1
check 'nothing is left of it' [ -z "$(ls -A "$TMPDIR")" ]
check 'plan sends them' "$NSURF" plan --command '"{file:my files/work}" {file:data} {a}' --axis a=1:20
check 'and leaves nothing' [ -z "$(ls -A "$TMPDIR")" ]
head -c 5000001 /dev/urandom >large
sum=$(sha256sum <large)
check 'a file of several pieces arrives whole' mpirun -q -np 2 "$NSURF" -q -o large --axis a=1:2 \
    --command "sh -c '[ \"\$(sha256sum <\"\$1\")\" = \"$sum\" ] && echo 1' - {file:large} {a}"
chmod u+w data && echo 8 >data && chmod 400 data
ends 65 'another file is refused' \
    'files_sha256 is my files/work [0-9a-f]{16}, data [0-9a-f]{16} there and my files/work [0-9a-f]{16}, data' \
    sent 2 sent
ends 65 'a file that is not there' 'nowhere: cannot be opened' "$NSURF" --command 'cat {file:nowhere} {a}' --axis a=1
mkfifo pipe
ends 65 'a pipe' 'pipe: is no file' "$NSURF" --command 'cat {file:pipe} {a}' --axis a=1
ends 64 'a program that may not be run' 'data may not be run; chmod [+]x' "$NSURF" --command '{file:data} {a}' \
    --axis a=1
printf '#!/bin/sh\nexit 3\n' >fails && chmod +x fails
exits 1 'one that fails' "$NSURF" --command '{file:fails} {a}' --axis a=1 -q -o fails
check 'is told by its name' grep -qx './fails 1' fails.failures
exits 1 'away from here, too' "$NSURF" --chdir --command 'sh {file:fails} {a}' --axis a=1 -q -o away
check 'by its whole name' grep -qx "(cd \"\$(mktemp -d)\" && sh $PWD/fails 1)" away.failures

# --- sudden ends ----------------------------------------------------------------------------------------------------

begin() # two runs that do not end; $pid: mpirun
{
    rm -f folders
    NSURF_MARK=folders mpirun -np 2 "$NSURF" --command '{file:litter} 6 {a}' --axis a=1:2 -q -o killed >"$T/out" 2>&1 &
    pid=$!
    local i
    for ((i = 0; i < 600; i++)); do
        [[ -e folders && $(wc -l <folders) == 2 &&
            $(find "$TMPDIR" -path '*/nsurf-run-*/*.1' -perm 0 | wc -l) == 2 ]] && return
        sleep 0.05
    done
}
for victim in rank mpirun; do
    begin
    mapfile -t list < <(ranks "$pid")
    [[ $victim == mpirun ]] && list=("$pid")
    kill -9 "${list[@]}"
    wait "$pid" 2>/dev/null
    check "kill -9 of $victim" gone folders
    check 'leaves no folder' left 0
done
begin
mapfile -t list < <(grep -lzsx NSURF_MARK=folders /proc/[0-9]*/environ | cut -d / -f 3)
kill -STOP "$pid" "${list[@]}" # so that none sees another end
kill -9 "$pid" "${list[@]}"
wait "$pid" 2>/dev/null
check 'kill -9 of all at once' [ "$(find "$TMPDIR" -name 'nsurf-run-*' | wc -l)" = 1 ]
check 'leaves what the next run' "$NSURF" --command 'echo {a}' --axis a=1:3 -q -o next
check 'removes' left 0
