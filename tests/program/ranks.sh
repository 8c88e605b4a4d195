#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What the ranks of a run may use, and whom they let go first.
. "$(dirname "$0")/../lib.sh"
mkdir "$T/w" && cd "$T/w" || exit 1

# --- what the ranks may use -------------------------------------------------------------------------------------

grid=(-a 1:4 -b 1:4 -e 5 --quiet)
few_files() # LIMIT, as `ulimit` has it
{
    ulimit "$1" 60 && timeout 60 mpirun -q -np 4 "$NSURF" "${grid[@]}" -o "files$1"
}
many_files() { (few_files "$1"); }
ends 71 'too few open files' '60 files .* so many processes need [0-9]+; raise the limit with .ulimit -n [0-9]+' \
    many_files -n
check 'too few open files: nothing was begun' test ! -e files-n.tsv
check 'few open files, and more allowed' many_files -Sn

# --- letting others go first -------------------------------------------------------------------------------------

# session WORDS: the shell's words in a session of their own, where `run` is a sweep that shows how nice the session is
# while it runs; it shows it once more at the end
session()
{
    # shellcheck disable=SC2016
    setsid -w bash -c 'run() { "$@" -a 64 -b 64 -e 100000000 -o nice --quiet --nice & job=$!
            for _ in {1..200}; do [[ -s nice.journal ]] && break; read -rt 0.05 -u 9; done
            sed "s/.*nice/during/" /proc/self/autogroup; kill -USR1 $job; wait $job; }
        rm -f nice.*; exec 9<>pause; '"$1"'; sed "s/.*nice/after/" /proc/self/autogroup' nice "$NSURF" </dev/null
}
# shellcheck disable=SC2016  # for the shell inside
if [[ ! -e /proc/self/autogroup ]]; then
    skip 'a session of its own' 'this kernel has no autogroups'
else
    mkfifo pause # to wait without a process that the session would hold
    check 'a session of its own' session 'run mpirun -q -np 2 "$1"'
    says 'a session of its own: goes behind' '^during 19$'
    says 'a session of its own: comes back' '^after 0$'
    check 'a session with one process' session 'run "$1"'
    says 'a session with one process: goes behind' '^during 19$'
    says 'a session with one process: comes back' '^after 0$'
    check 'a session with others in it' session 'sleep 20 & other=$!; run mpirun -q -np 2 "$1"; kill $other'
    says 'a session with others in it: is left alone' '^during 0$'
fi
