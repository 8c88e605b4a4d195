#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The hand-out of work alone, with work that costs nothing (--null-training): packs and networks a second through rank
# 0, beside other farms on the same machine in the same run; processor time of a manager whose workers train; memory by
# the million of cells. Figures are the best of three, on a machine that should have nothing else to do.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
nsurf=${NSURF:-$top/build/release/nsurf}
python=${PYTHON:-/usr/bin/python3}
folder=$(mktemp -d) && cd "$folder" || exit 1
trap 'rm -rf "$folder"' EXIT
if [[ $(id -u) == 0 ]]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
export OMPI_MCA_rmaps_base_oversubscribe=1

field() # NAME: the first such figure of the last run
{
    sed -n "s/^ *\"$1\": *\([-0-9.e+]*\),*$/\1/p" run.run.json | head -n 1
}
run() # PROCESSES OPTION…: in silence; says so when it fails
{
    local processes=$1
    shift
    mpirun -q -np "$processes" "$nsurf" -o run --force --quiet "$@" >/dev/null || echo "failed: $processes $*" >&2
}
best() # COMMAND…: the largest number of three that it prints
{
    for _ in 1 2 3; do "$@"; done | sort -g | tail -n 1
}
row() { printf '%-58s %12s\n' "$1" "$2"; }

packs_a_second()
{
    run $(($1 + 1)) -a 1:200 -b 1:200 -r 16 --null-training --dedicated-manager
    awk -v packs="$(field packs)" -v s="$(field training_s)" 'BEGIN { printf "%.0f\n", packs / s }'
}
parallel_farm()
{
    local begin=$EPOCHREALTIME
    seq 200 | parallel --will-cite -N0 "-j$1" true
    awk -v b="$begin" -v e="$EPOCHREALTIME" 'BEGIN { printf "%.0f\n", 200 / (e - b) }'
}

row 'items of no cost through one manager' 'a second'
for workers in 1 2 8 31; do
    packs=$(best packs_a_second $workers)
    row "nsurf, $workers workers: packs" "$packs"
    row "nsurf, $workers workers: networks, 16 a pack" $((packs * 16))
done
if "$python" -c 'import mpi4py.futures' 2>/dev/null; then
    for workers in 1 2 8; do
        row "mpi4py.futures, $workers workers" "$(mpirun -q -np $((workers + 1)) "$python" -m mpi4py.futures \
            "$top/tests/bench/farm_futures.py" 4000)"
    done
else
    row 'mpi4py.futures' 'no python3-mpi4py'
fi
if command -v node >/dev/null; then
    for workers in 1 2 8; do
        row "Node over HTTP, $workers workers" "$(best node "$top/tests/bench/farm_node.js" 4000 $workers)"
    done
else
    row 'Node over HTTP' 'no node'
fi
if command -v parallel >/dev/null; then
    for workers in 1 2 8; do row "GNU parallel, $workers jobs of true" "$(best parallel_farm $workers)"; done
else
    row 'GNU parallel' 'no parallel'
fi

# --- a manager whose workers train ---------------------------------------------------------------------------------

# The program keeps a watcher beside each rank: the ranks are the children that use the processor, rank 0 the first.
manager_share() # per cent of a core over ten seconds
{
    mpirun -q -np 9 "$nsurf" -o busy --force --quiet --dedicated-manager -e 20000 >/dev/null &
    local job=$! pid before after
    sleep 4
    pid=$(for p in $(pgrep -f "nsurf -o busy" | sort -n); do
        tr '\0' '\n' <"/proc/$p/environ" | grep -qx OMPI_COMM_WORLD_RANK=0 && echo "$p"; done | tail -n 1)
    before=$(awk '{ print $14 + $15 }' "/proc/$pid/stat")
    sleep 10
    after=$(awk '{ print $14 + $15 }' "/proc/$pid/stat")
    kill -USR1 "$job"
    wait "$job"
    awk -v t=$((after - before)) -v hz="$(getconf CLK_TCK)" 'BEGIN { printf "%.1f %%\n", 100 * t / hz / 10 }'
}
row 'processor time of a dedicated manager, 8 workers training' "$(manager_share)"

# --- memory ----------------------------------------------------------------------------------------------------------

cat >peak.py <<'PY'
import os, resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
with open("peak.%s" % os.environ["OMPI_COMM_WORLD_RANK"], "w") as out:
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024, file=out)
sys.exit(code)
PY
peaks() # SIDE: peak resident bytes of rank 0 and of a worker, for a grid of so many by so many
{
    mpirun -q -np 3 "$python" peak.py "$nsurf" -a "1:$1" -b "1:$1" -o peak --force --quiet --null-training >/dev/null
    echo "$(<peak.0) $(<peak.1)"
}
read -r small0 small1 < <(peaks 10)
read -r large0 large1 < <(peaks 1000)
row 'peak memory of rank 0, 1,000,000 cells, bytes a cell' $(((large0 - small0) / 999900))
row 'peak memory of a worker, 100 and 1,000,000 cells, MB' "$((small1 / 1000000)), $((large1 / 1000000))"
