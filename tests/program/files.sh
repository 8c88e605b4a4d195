#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Which files a run leaves, where, and what it never touches: an earlier result, anything outside its prefix.
. "$(dirname "$0")/../lib.sh"
export OMPI_MCA_ess_singleton_isolated=1 # MPI_Init starts no helper process: half the time

small=(-a 1:3 -b 1:4 -e 5 --quiet)
mkdir "$T/w" && cd "$T/w" || exit 1

sweep()
{
    "$NSURF" "${small[@]}" "$@"
}
# holds NAME…: exactly these stand in the current folder
holds()
{
    diff <(find . -mindepth 1 -maxdepth 1 -printf '%f\n' | sort) <(printf '%s\n' "$@" | sort)
}
# keep; …; unchanged: the current folder is as it was, and not a file was written anew
keep()
{
    rm -rf "$T/kept" && touch .mark && cp -a . "$T/kept" && sleep 0.01
}
unchanged()
{
    diff -r "$T/kept" . && [[ -z $(find . -type f -newer "$T/kept/.mark") ]]
}

# --- what is left behind ------------------------------------------------------------------------------------------

check 'default prefix' sweep
check 'default prefix: five files, nothing else' holds nsurf.journal nsurf.tsv nsurf.dat nsurf.h5 nsurf.run.json
(umask 027 && sweep -o m >/dev/null && stat -c %a m.tsv m.h5) >"$T/modes"
check 'readable for those whom umask lets' cmp "$T/modes" <(printf '640\n640\n')
rm -f m.*

# shellcheck disable=SC2016  # it must not expand, here or there
odd='a b;$(touch x)'
mkdir "$odd"
check 'odd characters in the prefix' sweep -o "$odd/-r \"%s"
check 'odd characters in the prefix: files are there' test -s "$odd/-r \"%s.h5"
rm -r "$odd"
check 'odd characters in the prefix: nothing else' holds nsurf.journal nsurf.tsv nsurf.dat nsurf.h5 nsurf.run.json

# Nothing anywhere else: not where it was started, at home, or in the temporary folder, whatever the number of ranks.
for processes in 1 2; do
    mkdir "$T"/{start,home,tmp,there}
    elsewhere()
    {
        cd "$T/start" && HOME=$T/home TMPDIR=$T/tmp mpirun -q -np "$processes" "$NSURF" "${small[@]}" -o ../there/p
    }
    check "$processes processes, elsewhere" elsewhere
    cd "$T/w" || exit 1
    (cd "$T" && find start home tmp there -type f | sort) >"$T/found"
    check "$processes processes, elsewhere: no file outside the prefix" \
        diff "$T/found" <(printf 'there/p.%s\n' dat h5 journal run.json tsv)
    rm -r "${T:?}"/{start,home,tmp,there}
done

# What killed runs have left goes, and nothing else.
left=.tmp-0123456789abcdef
touch nsurf.{tsv,dat,h5,run.json,journal}$left nsurf.h5${left}0 nsurf.txt$left other.h5$left
check 'temporary files of a killed run' sweep
check 'temporary files of a killed run: they alone are gone' \
    holds nsurf.journal nsurf.tsv nsurf.dat nsurf.h5 nsurf.run.json nsurf.h5${left}0 nsurf.txt$left other.h5$left
touch nsurf.h5$left
sweep --null-training -o elsewhere >/dev/null && rm elsewhere.*
ends 65 'refused for another seed' 'seed is 1 there' sweep -s 2
check 'temporary files: a run that is refused leaves them' test -e nsurf.h5$left
rm ./*$left*

cat >"$T/lockless.c" <<'C'
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>
int fcntl(int fd, int command, ...)
{
    va_list args;
    va_start(args, command);
    const long arg = va_arg(args, long);
    va_end(args);
    if (command == F_SETLK)
        return errno = ENOLCK, -1;
    return syscall(SYS_fcntl, fd, command, arg);
}
C
if ${CC:-gcc} -shared -fPIC "$T/lockless.c" -o "$T/lockless.so" 2>"$T/err"; then
    touch nsurf.h5$left
    ends 0 'no locks' 'nsurf.journal: this file system has no locks' \
        env LD_PRELOAD="$T/lockless.so" "$NSURF" "${small[@]}"
    check 'no locks: temporary files may be of a run at work' test -e nsurf.h5$left
    rm nsurf.h5$left
else
    skip 'no locks' "the shim cannot be built: $(head -n 1 "$T/err")"
fi

# --- earlier results ---------------------------------------------------------------------------------------------

keep
ends 65 'another seed' 'nsurf.journal.*seed is 1 there and 2 here.*--force' sweep -s 2
check 'another seed: nothing changed' unchanged
for ending in tsv dat h5 run.json; do
    touch "one.$ending" && keep
    ends 64 "$ending alone" "one.$ending.*--force" sweep -o one
    check "$ending alone: nothing changed" unchanged
    rm "one.$ending"
done

# --force destroys nothing before the sweep begins.
keep
ends 64 'forced and then refused' NSURF_ISA env NSURF_ISA=quantum "$NSURF" "${small[@]}" -s 2 --force
check 'forced and then refused: nothing changed' unchanged
ends 65 'forced on data that are not there' 'nowhere.txt' sweep -d nowhere.txt --force
check 'forced on data that are not there: nothing changed' unchanged

# Nor do fewer topologies or repeats take the place of more.
ends 64 'a narrower grid' 'nsurf.journal holds 4 trainings outside.*--force' "$NSURF" -a 1:2 "${small[@]:2}"
check 'a narrower grid: nothing changed' unchanged
check 'more repeats, elsewhere' sweep -r 2 -o twice
ends 64 'fewer repeats' 'twice.journal holds 12 trainings outside.*--output' sweep -o twice
rm twice.*
cp nsurf.tsv empty.tsv && : >empty.journal && keep
ends 64 'an empty journal beside results' 'empty.tsv.*no journal.*--force' sweep -o empty
check 'an empty journal beside results: nothing changed' unchanged
ends 64 'an empty journal is none to resume' 'empty.journal is not there, or empty' sweep -o empty --resume
rm empty.*

cp nsurf.tsv "$T/old.tsv"
check 'forced: runs' sweep -s 2 --force
refuse 'forced: other errors' cmp nsurf.tsv "$T/old.tsv"
check 'forced back: runs' sweep --force
check 'forced back: the first bytes' cmp nsurf.tsv "$T/old.tsv"

# A link is replaced, what it points to is not ours.
rm .mark && echo precious >"$T/precious" && ln -sf "$T/precious" nsurf.dat
check 'a link at a name, forced' sweep --force
check 'a link at a name: its target is untouched' grep -qx precious "$T/precious"
check 'a link at a name: replaced by a file' test ! -L nsurf.dat
rm nsurf.*

# A wish to stop that an earlier run did not see is not this one's.
check 'a stop file: results' sweep
touch nsurf.stop
check 'a stop file beside all that is to be done' sweep
sed -i '0,/^[0-9]/{/^[0-9]/d}' nsurf.journal && keep
for words in '' --force --resume; do
    # shellcheck disable=SC2086  # a word, or none
    ends 64 "a stop file that was left $words" 'nsurf.stop: is there already, and would stop .*remove it' sweep $words
done
check 'a stop file that was left: nothing changed' unchanged
rm nsurf.* .mark

# --- what is read is not replaced, under whatever name, with and without --force ---------------------------------

printf '%s\n' '0 0 1' '1 0 0' '0 1 0' '1 1 1' >plain.txt
tiny=(-a 1 -b 1:2 -e 1 --quiet)
check 'inputs: results' "$NSURF" "${tiny[@]}" -d plain.txt -o old
check 'inputs: a network' "$NSURF" train -a 1 -b 1 -e 1 -d plain.txt --save net.h5
for ending in tsv dat h5 run.json journal failures stop; do cp plain.txt "w.$ending"; done
cp plain.txt old.tsv && ln -s old.tsv other.txt && ln plain.txt hard.tsv
cp net.h5 cat.h5 && cp plain.txt v.failures && keep
# what is refused: the option | the command line
while IFS='|' read -r option line; do
    for force in '' --force; do
        # shellcheck disable=SC2086  # words
        ends 64 "inputs: $line $force" "would be replaced, and is what $option reads" "$NSURF" $line $force
    done
done <<END
--data|${tiny[*]} -d w.tsv -o w
--data|${tiny[*]} -d ./w.dat -o w
--data|${tiny[*]} -d w.h5 -o w
--data|${tiny[*]} -d w.run.json -o w
--data|${tiny[*]} -d w.journal -o w
--data|${tiny[*]} -d w.failures -o w
--data|${tiny[*]} -d w.stop -o w
--data|${tiny[*]} -d old.tsv -o old
--data|${tiny[*]} -d other.txt -o old
--data|${tiny[*]} -d plain.txt -o hard
--validation|${tiny[*]} -d plain.txt --validation w.tsv -o w
--test|${tiny[*]} -d plain.txt --test w.tsv -o w
--stdin|--command cat --axis x=1:2 --value error=line --stdin w.tsv -o w
--data|train -a 1 -b 1 -e 1 -d plain.txt --save plain.txt
predict|predict net.h5 plain.txt -o plain.txt
predict|predict net.h5 plain.txt -o net.h5
--against|predict net.h5 plain.txt --against cat.h5 -o cat.h5
END
ends 64 'inputs: a file of a program' 'v.failures would be replaced, and is what --command reads' \
    "$NSURF" --command 'cat {file:v.failures} {x}' --axis x=1:2 -o v --force
from_input() { "$NSURF" "${tiny[@]}" -d - -o old "$@" <old.tsv; }
ends 64 'inputs: standard input' 'is what --data reads' from_input --force
ends 64 'inputs: the results that are exported' 'holds the results themselves' \
    "$NSURF" export old --to csv -o ./old.h5 --force
check 'inputs: nothing changed' unchanged
rm ./* .mark

# --- places where nothing can be written; all is found out before hours of training -----------------------------------

small=(--quiet)
sweep_quick()
{
    timeout 20 "$NSURF" "${small[@]}" "$@"
}
ends 74 'no such folder' 'nowhere/x' sweep_quick -o nowhere/x
touch plain
ends 74 'a file instead of a folder' 'plain/x' sweep_quick -o plain/x
[[ -d /proc/self ]] && ends 74 'a folder that takes no files' '/proc/x' sweep_quick -o /proc/x
check 'nothing is left of it' holds plain
rm plain
printf -v long '%0700d' 0
ends 74 'a name that is too long' '^nsurf: cannot .*0…0.*: File name too long; choose another place or name$' \
    sweep_quick -o "here-$long"
ends 74 'a long way to no folder' '/w/0.*….*: No such file or directory; create the folder first$' \
    sweep_quick -o "$PWD/${long::200}/${long::200}/${long::200}/x"
mute() # no control character reaches the terminal
{
    ! LC_ALL=C grep -q $'[\x01-\x09\x0b-\x1f\x7f]' "$T/last"
}
for control in $'\e]0;title\a' $'two\nlines' $'\xc2\x9b2J' $'\x9b2J'; do
    ends 74 'a name with control characters' 'x(1b|0a|9b)' sweep_quick -o "nowhere/$control/x"
    check 'a name with control characters: none is printed' mute
done
for ending in tsv dat h5 run.json; do
    mkdir "taken.$ending"
    ends 74 "a folder at the name of the $ending" "taken.$ending.*another place" sweep_quick -o taken --force
    rmdir "taken.$ending"
done
# A pipe or a device is not replaced by a file.
check 'pipes: results' "$NSURF" "${tiny[@]}" -o old
mkfifo pipe p.tsv p.failures && ln -s /dev/null null
for place in pipe null; do
    for force in '' --force; do
        ends 74 "a $place for an export $force" "$place is no regular file" \
            "$NSURF" export old --to csv -o "$place" ${force:+$force}
        ends 74 "a $place for a network $force" "$place is no regular file" \
            "$NSURF" train -a 1 -b 1 -e 1 --save "$place" ${force:+$force}
    done
done
ends 74 'a pipe at the name of the tsv' 'p.tsv is no regular file' "$NSURF" "${tiny[@]}" -o p --force
rm p.tsv
ends 74 'a pipe at the name of the failures' 'p.failures is no regular file' \
    "$NSURF" --command 'echo {x}' --axis x=1:2 -o p --force
check 'pipes: they stay' test -p pipe -a -L null -a -p p.failures
rm ./*
check 'nothing is left of these' test -z "$(ls -A)"
