#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The processes together: all work is done once, whoever does it; who waits sleeps; the end is clean; a stop is quick.
. "$(dirname "$0")/../lib.sh"
mkdir "$T/w" && cd "$T/w" || exit 1

# silent TEXT COMMAND…: succeeds, and standard error stays empty: no line of ours, no banner of MPI
silent()
{
    local text=$1
    shift
    check "$text" "$@"
    cp "$T/err" "$T/last"
    refuse "$text: nothing said" grep . "$T/last"
}

# field NAME: the first such figure of the last run
field()
{
    sed -n "s/^ *\"$1\": *\([-0-9.e+]*\),*$/\1/p" run.run.json | head -n 1
}
# sums NAME: over the workers
sums()
{
    sed -n '/"workers": \[/,$p' run.run.json | sed -n "s/^ *\"$1\": *\([0-9]*\),*$/\1/p" |
        awk '{ s += $1 } END { print s + 0 }'
}
all_once() # every training was trained, each by one worker
{
    local trainings packs
    trainings=$(field trainings) packs=$(field packs)
    [[ $(field trained) == "$trainings" && $(sums trainings) == "$trainings" && $(sums packs) == "$packs" ]] &&
        ! grep -qi nan run.tsv
}

# Few packs and many, fewer than ranks, and none for most ranks.
for processes in 1 2 3 9; do
    for grid in 1:1 1:12 1:60; do
        for manager in '' --dedicated-manager; do
            [[ $processes == 1 && $manager ]] && continue
            name="$processes processes, grid $grid $manager"
            # shellcheck disable=SC2086  # empty is no word
            silent "$name" timeout 60 mpirun -np $processes "$NSURF" -a $grid -b $grid -r 2 -o run --force --quiet \
                --null-training $manager
            check "$name: all trained once" all_once
        done
    done
done
exits 0 'a long queue of nothing' timeout 120 mpirun -np 4 "$NSURF" -a 1:300 -b 1:300 -r 4 -o run --force --quiet \
    --null-training
check 'a long queue of nothing: all trained once' all_once
exits 0 'trained in earnest' timeout 120 mpirun -np 5 "$NSURF" -a 1:20 -b 1:20 -e 30 -o run --force --quiet
check 'trained in earnest: all trained once' all_once

# Only rank 0 touches files: the other finds none where it is, and leaves none.
mkdir here there
printf '0 0 0\n0 1 1\n1 0 1\n1 1 0\n' >here/xor.txt
exits 0 'no shared file system' mpirun -np 1 -wdir "$PWD/here" "$NSURF" -a 1:6 -b 1:6 -e 9 -d xor.txt --quiet : \
    -np 2 -wdir "$PWD/there" "$NSURF" -a 1:6 -b 1:6 -e 9 -d xor.txt --quiet
check 'no shared file system: the others leave nothing' rmdir there
piped()
{
    mpirun -np 3 "$NSURF" -a 1:6 -b 1:6 -e 9 -d - --quiet -o piped <here/xor.txt
}
check 'data from standard input' piped
check 'data from standard input: the same errors' \
    cmp <(grep -v '^#' here/nsurf.tsv) <(grep -v '^#' piped.tsv)

# A data set above 4 MB is kept once a node.
awk 'BEGIN { srand(1); for (i = 0; i < 20000; i++) { for (j = 0; j < 64; j++) printf "%.3f ", rand(); print i % 2 } }' \
    >large.txt
check 'large data, 1 process' "$NSURF" -a 1:3 -b 1:3 -e 1 -d large.txt -o large1 --quiet
check 'large data, 3 processes' mpirun -np 3 "$NSURF" -a 1:3 -b 1:3 -e 1 -d large.txt -o large3 --quiet
check 'large data: the same surface' cmp large1.h5 large3.h5

# The first outcomes wait for a slow disk: rank 0 collects others meanwhile, or else the sync would never end well.
if ! "${CC:-gcc}" -DWITHOUT_MEMORY -shared -fPIC "$TOP/tests/faults/shim.c" -o slow.so -ldl 2>"$T/err"; then
    skip 'a slow disk' 'the shim does not compile'
else
    grid=(-a 1:20 -b 1:20)
    check 'a slow disk: how long a run is' enough 2 mpirun -q -np 3 "$NSURF" "${grid[@]}"
    check 'a slow disk: workers are served meanwhile' timeout 120 mpirun -q -np 3 -x LD_PRELOAD="$PWD/slow.so" \
        -x FAULT_CALL=fsync -x FAULT_N=2 -x FAULT_GROWS=1 -x FAULT_PREFIX=slow.journal -x FAULT_LOG="$PWD/hit" \
        "$NSURF" "${grid[@]}" -e "$epochs" -o slow --quiet
    check 'a slow disk: it was one' grep -q slow.journal hit
fi

# One rank has no memory for a pack: the run ends, and rank 0 says why.
cat >shim.c <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
void *aligned_alloc(size_t alignment, size_t size)
{
    void *(*next)(size_t, size_t) = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "aligned_alloc");
    return size > 200000 ? NULL : next(alignment, size);
}
C
if sanitized; then
    skip 'a rank without memory' 'the shim and sanitizers both replace the allocation'
elif ! "${CC:-gcc}" -shared -fPIC shim.c -o shim.so -ldl 2>"$T/err"; then
    skip 'a rank without memory' 'the shim does not compile'
else
    grid=(-a 300:340 -b 300:310 -e 2 -o short --quiet)
    exits 70 'a rank without memory' timeout 60 mpirun -q -np 1 "$NSURF" "${grid[@]}" : \
        -np 1 -x LD_PRELOAD="$PWD/shim.so" "$NSURF" "${grid[@]}"
    says 'a rank without memory: says which' 'out of memory.*rank 1'
    check 'a rank without memory: the same command resumes' timeout 60 mpirun -q -np 2 "$NSURF" "${grid[@]}"
fi

absent=neon
[[ $(uname -m) == x86_64 ]] || absent=avx2
exits 64 'a rank without the instruction set' timeout 60 mpirun -q -np 1 "$NSURF" -a 1 -b 1 -o none : \
    -np 1 -x NSURF_ISA=$absent "$NSURF" -a 1 -b 1 -o none
says 'a rank without the instruction set: says which' "NSURF_ISA=$absent.* \\(rank 1 on $(hostname)\\)"

# --- while a single long training runs, two of three ranks wait --------------------------------------------------

# ticks PID: processor time used, in clock ticks (fields 14 and 15 of stat)
ticks()
{
    awk '{ print $14 + $15 }' "/proc/$1/stat"
}
listens() # PREFIX: it has begun its journal, so it listens to signals too
{
    for _ in {1..300}; do [[ -s $1.journal ]] && return; sleep 0.1; done
    return 1
}
start() # a run that would last for days; its ranks' process ids in $ranks, mpirun's in $job
{
    rm -f stop.*
    mpirun -q -np 3 "$NSURF" -a 64 -b 64 -e 100000000 -o stop --force "$@" >"$T/out" 2>"$T/err" &
    job=$!
    for _ in {1..100}; do
        mapfile -t ranks < <(ranks $job)
        ((${#ranks[@]} == 3)) && break
        sleep 0.1
    done
    listens stop
}
waiting_sleeps()
{
    local used=() pid asleep=0 now tick
    tick=$(getconf CLK_TCK)
    for pid in "${ranks[@]}"; do used+=("$(ticks "$pid")"); done
    sleep 2
    for i in 0 1 2; do
        now=$(ticks "${ranks[i]}")
        echo "process ${ranks[i]}: $((now - used[i])) ticks of $((2 * tick))"
        ((now - used[i] < tick / 5)) && asleep=$((asleep + 1)) # below 10 % of a core
    done
    ((asleep == 2))
}
start
check 'who waits sleeps' waiting_sleeps

# --- stopping ------------------------------------------------------------------------------------------------------

stopped() # CODE SECONDS: the job ends with this code in time
{
    local begin=$SECONDS got=0
    wait "$job" || got=$?
    echo "exit $got after $((SECONDS - begin)) s"
    ((got == $1 && SECONDS - begin <= $2))
}
gone() # none of the ranks is left
{
    local pid
    for pid in "${ranks[@]}"; do # Z: dead, and not yet buried by whoever inherited it
        [[ ! -e /proc/$pid/stat || $(awk '{ print $3 }' "/proc/$pid/stat") == Z ]] || return 1
    done
}
kill -USR1 "$job"
check 'SIGUSR1 to mpirun' stopped 75 10
check 'SIGUSR1: no rank is left' gone

start --quiet
kill -TERM "${ranks[0]}"
check 'SIGTERM to one rank' stopped 75 10
check 'SIGTERM to one rank: none is left' gone

alone() # SIGNAL
{
    rm -f alone.*
    "$NSURF" -a 64 -b 64 -e 100000000 -o alone --quiet &
    local pid=$!
    listens alone
    kill "-$1" $pid
    for _ in {1..100}; do [[ $(jobs -pr) ]] || break; sleep 0.1; done
    kill -KILL $pid 2>/dev/null
    wait $pid
}
set -m # else the shell has background jobs ignore SIGINT
for signal in INT TERM; do ends 75 "alone, SIG$signal" "stopped by SIG$signal" alone $signal; done
set +m

# --- when the message passing itself fails -------------------------------------------------------------------------

cat >mpi.c <<'C'
#include <mpi.h>
#include <stdlib.h>
int MPI_Init(int *argc, char ***argv)
{
    return getenv("NO_INIT") ? MPI_ERR_OTHER : PMPI_Init(argc, argv);
}
int MPI_Isend(const void *bytes, int count, MPI_Datatype type, int rank, int tag, MPI_Comm comm, MPI_Request *request)
{
    return PMPI_Isend(bytes, count, type, rank + 1000000, tag, comm, request);
}
C
if "${MPICC:-mpicc}" -shared -fPIC mpi.c -o mpi.so 2>"$T/err"; then
    ends 71 'MPI_Init fails' 'MPI_Init failed; start the program with the mpirun' \
        env NO_INIT=1 LD_PRELOAD="$PWD/mpi.so" "$NSURF" -a 1 -b 1 -o alone --force --quiet
    exits 71 'a message fails' timeout 60 \
        mpirun -q -np 2 -x LD_PRELOAD="$PWD/mpi.so" "$NSURF" -a 1:4 -b 1:4 -o run --force
    says 'a message fails: says what and where' 'rank [01]: the message passing failed: MPI_ERR_RANK'
else
    skip 'when MPI fails' 'mpicc does not build the shim'
fi
