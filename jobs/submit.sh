#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Submit a sweep to Slurm, with the time and memory that `nsurf plan` foresees:
#     submit.sh [SBATCH-OPTION…] SCRIPT RANKS [OPTION of nsurf]…
# for example
#     submit.sh nsurf.sbatch 32 --data wave.txt --output wave
#     submit.sh --partition=long --time=12:00:00 nsurf-requeue.sbatch 64 --epochs 100000
# SBATCH-OPTIONs (as --name=value) follow those of the plan and override them.
# The plan is made here, before sbatch: with --command it runs a sample of your runs on this machine, up to 32, to
# learn how long they take. So submit long runs from a node where they may be run, not from a crowded login node.
set -u

usage() { echo "submit.sh: $1; usage: submit.sh [SBATCH-OPTION…] SCRIPT RANKS [OPTION of nsurf]…" >&2; exit 64; }

if [[ ${1-} == -h || ${1-} == --help ]]; then
    sed -n '3,/^set/ s/^# \{0,1\}//p' "$0"
    exit
fi
own=()
while [[ ${1-} == -* ]]; do
    [[ $1 != --array* && $1 != -a* ]] || usage "$1: no job array; RANKS spreads a sweep over as many processes"
    own+=("$1")
    shift
done
script=${1-} ranks=${2-}
[[ -r $script ]] || usage "${script:-SCRIPT}: cannot be read"
[[ $ranks =~ ^[1-9][0-9]*$ ]] || usage "${ranks:-RANKS}: a number of processes is needed"
shift 2
for word; do
    [[ $word != --np && $word != --np=* ]] || usage "$word: RANKS says how many processes the job has; leave it out"
done

nsurf=$(command -v -- "${NSURF:-nsurf}") || {
    echo "submit.sh: ${NSURF:-nsurf}: no such program; set NSURF" >&2
    exit 64
}
plan=$("$nsurf" plan --np "$ranks" "$@") || exit # nsurf has said why
read -ra asks < <(sed -n 's/^sbatch\t//p' <<<"$plan")
((${#asks[@]})) || { echo "submit.sh: $nsurf plan does not say what to ask sbatch for" >&2; exit 70; }
exec sbatch "${asks[@]}" ${own[@]+"${own[@]}"} "$script" "$@"
