#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What it costs to run a program that does nothing (echo), by nsurf --command and by others on the same machine, in one
# run: each in turn, five times, and of these the median. Usage: bench_commands.sh [ITEMS]
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
nsurf=${NSURF:-$top/build/release/nsurf}
spawn=$(dirname "$nsurf")/bench/spawn
items=${1:-1000}
folder=$(mktemp -d) && cd "$folder" || exit 1
trap 'rm -rf "$folder"' EXIT
if [[ $(id -u) == 0 ]]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
export OMPI_MCA_rmaps_base_oversubscribe=1

# Each runs $items of them, $1 at once.
bare() { "$spawn" "$items" "$1" echo 1; }
nsurf_jobs() { "$nsurf" --jobs "$1" --command 'echo {a}' --axis "a=1:$items" -q --force -o run; }
nsurf_mpirun() { mpirun -q -np "$1" "$nsurf" --command 'echo {a}' --axis "a=1:$items" -q --force -o run; }
with_xargs() { seq "$items" | xargs -n 1 -P "$1" echo; }
with_parallel() { seq "$((items / 10))" | parallel --will-cite -j "$1" echo; } # a tenth of them: it is slow

declare -A times=()
ways=(bare nsurf_jobs nsurf_mpirun with_xargs)
command -v parallel >/dev/null && ways+=(with_parallel)
for _ in 1 2 3 4 5; do
    for jobs in 1 "$(nproc)"; do
        for way in "${ways[@]}"; do
            begin=$EPOCHREALTIME
            "$way" "$jobs" >/dev/null || { echo "failed: $way $jobs" >&2; exit 1; }
            end=$EPOCHREALTIME
            ran=$items
            [[ $way == with_parallel ]] && ran=$((items / 10))
            times[$way,$jobs]+=" $(awk "BEGIN { print ($end - $begin) / $ran * 1e6 }")"
        done
    done
done
printf '%-44s %14s %10s\n' "programs that do nothing, $(nproc) processors" 'us an item' 'of bare'
names=([0]='posix_spawn and waitpid' 'nsurf --jobs' 'mpirun nsurf' 'xargs -n 1 -P' 'GNU parallel -j')
for jobs in 1 "$(nproc)"; do
    bare=$(tr ' ' '\n' <<<"${times[bare,$jobs]# }" | sort -g | sed -n 3p)
    for n in "${!ways[@]}"; do
        median=$(tr ' ' '\n' <<<"${times[${ways[n]},$jobs]# }" | sort -g | sed -n 3p)
        awk -v name="${names[n]}, $jobs at once" -v us="$median" -v bare="$bare" \
            'BEGIN { printf "%-44s %14.0f %10.2f\n", name, us, us / bare }'
    done
done
