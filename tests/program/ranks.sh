#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What the ranks of a run must agree on, what they may use, and whom they let go first.
. "$(dirname "$0")/../lib.sh"
mkdir "$T/w" && cd "$T/w" || exit 1

# --- what the ranks must agree on, and may use -------------------------------------------------------------------

# Another program to the same bits, and one that draws other weights: a constant of its generator is changed.
cp "$NSURF" same && printf '\0' >>same
other()
{
    "$PYTHON" - "$NSURF" other <<'P'
import os, sys
program = open(sys.argv[1], "rb").read()
constant = (0xD2511F53).to_bytes(4, "little") # Philox 4x32, first multiplier
assert constant in program
open(sys.argv[2], "wb").write(program.replace(constant, (0xD2511F55).to_bytes(4, "little")))
os.chmod(sys.argv[2], 0o755)
P
}
check 'a build with other bits is made' other
grid=(-a 1:4 -b 1:4 -e 5 --quiet)
check 'another build, the same bits' timeout 60 mpirun -q -np 1 "$NSURF" "${grid[@]}" -o builds : \
    -np 2 "$PWD/same" "${grid[@]}" -o builds
ends 71 'another build, other bits' "other bits here than on rank 0 .*another program.* \\(rank 1 on $(hostname)\\)" \
    timeout 60 mpirun -q -np 1 "$NSURF" "${grid[@]}" -o bits : -np 2 "$PWD/other" "${grid[@]}" -o bits
check 'another build, other bits: nothing was trained' test "$(outcomes bits.journal)" == 0
ends 0 'another build, the same bits' "another build of nsurf, which trains to the same bits, runs on $(hostname)" \
    timeout 60 mpirun -q -np 1 "$NSURF" "${grid[@]}" -o again --dedicated-manager : \
    -np 1 "$PWD/same" "${grid[@]}" -o again

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
