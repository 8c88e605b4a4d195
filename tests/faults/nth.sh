#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The n-th write, fsync, rename, close, open or malloc fails, for n = 1, 2, … until a run meets no fault: the exit code
# is right, what stood there before is whole, no temporary file is left, and the same command then gives the same bytes.
# One process without mpirun: each run makes the same calls. What counts as a call is told in shim.c.
# Usage: nth.sh [CALL [N]]
. "$(dirname "$0")/../lib.sh"
export OMPI_MCA_ess_singleton_isolated=1 # MPI_Init starts no helper process: half the time
mkdir "$T/w" && cd "$T/w" || exit 1

starts='none narrow' calls='write:28 fsync:5 rename:13 close:5 open:24 malloc:12' # ENOSPC EIO EACCES EIO EMFILE ENOMEM
shim=$T/shim.so without=()
sanitized && without=(-DWITHOUT_MEMORY) starts=narrow calls='write:28 fsync:5 rename:13 open:24' # memory is theirs
if ! ${CC:-gcc} -std=c11 -O2 "${without[@]}" -shared -fPIC "$TOP/tests/faults/shim.c" -o "$shim" -ldl 2>"$T/err"; then
    skip 'the n-th call fails' "the shim cannot be built: $(head -n 1 "$T/err")"
    exit 0
fi

small=(-a 1:3 -b 1:4 -e 5 --quiet -o here/kept)
old=(-a 1:2 -b 1:4 -e 5 --quiet -o here/kept) # an earlier, narrower sweep: its files are the old ones

mkdir here && check 'golden: the whole grid' "$NSURF" "${small[@]}" && mv here golden
mkdir here && check 'golden: the narrow grid' "$NSURF" "${old[@]}" && mv here narrow
results='kept.tsv kept.dat kept.h5'

# struck CALL N START: the run with that fault from a copy of START (narrow or nothing)
struck()
{
    rm -rf here hit disorder && mkdir here
    [[ $3 == narrow ]] && cp -a narrow/. here/
    code=0
    LD_PRELOAD=$shim FAULT_CALL=$1 FAULT_N=$2 FAULT_ERRNO=$4 FAULT_PREFIX=kept FAULT_FOLDER=here FAULT_LOG=$PWD/hit \
        FAULT_DISORDER=$PWD/disorder timeout 60 "$NSURF" "${small[@]}" >said 2>&1 </dev/null || code=$?
}
whole() # each result file is the old one, the new one, or absent where none was
{
    local file
    for file in $results; do
        [[ $1 == none && ! -e here/$file ]] && continue
        cmp -s "here/$file" "golden/$file" && continue
        [[ $1 == narrow ]] && cmp -s "here/$file" "narrow/$file" && continue
        echo "$file is neither old nor new"
        return 1
    done
}
judge() # CALL START
{
    local expected=74
    # A look for temporary files that killed runs left is not needed for a result.
    [[ $1 == open && $(<hit) == here ]] && expected=$((code == 0 ? 0 : 74))
    # Orders of samples that groups share are kept where there is memory, and else drawn each time.
    [[ $1 == malloc ]] && expected=$((code == 0 ? 0 : 70))
    # What can be done without: to close what was only looked at, or a journal in which all is synced.
    [[ $1 == close && ($(<hit) == *' unwritten' || $(<hit) == here/kept.journal) ]] && expected=0
    if ((code != expected)) || { ((code == 0)) && [[ $results != "$(complete)" ]]; }; then
        echo "at $(<hit):"
        echo "exit $code, not $expected: $(<said)"
        return 1
    fi
    ((code == 0)) || (($(grep -c '^nsurf: ' said) == 1)) || { echo "not one line: $(<said)"; return 1; }
    whole "$2" || return
    no_temporary here || return
    # Again, without a fault: no option is needed to go on.
    timeout 60 "$NSURF" "${small[@]}" >said 2>&1 </dev/null || { echo "again: exit $?: $(<said)"; return 1; }
    same_results here/kept golden/kept && each_once here/kept.journal
}
complete() # the result files that are the new ones
{
    local file list=()
    for file in $results; do cmp -s "here/$file" "golden/$file" && list+=("$file"); done
    echo "${list[*]}"
}

# series CALL START ERRNO
series()
{
    local n
    for ((n = ${only_n:-1}; n < 400; n++)); do
        struck "$1" $n "$2" "$3"
        [[ -e hit ]] || break
        judge "$1" "$2" || { echo "to repeat: tests/faults/nth.sh $1 $n (start: $2)"; return 1; }
        [[ ${only_n-} ]] && break
    done
    count=$((n - 1))
    if [[ ! $only_n && -e disorder ]]; then
        echo "a power cut would undo it: $(<disorder)"
        return 1
    fi
    [[ $only_n ]] || ((code == 0 && n > 1)) || { echo "no fault, yet exit $code: $(<said)"; return 1; }
}

count=0 only=${1-} only_n=${2-}
for start in $starts; do
    for call in $calls; do
        [[ -z $only || $only == "${call%:*}" ]] || continue
        series "${call%:*}" "$start" "${call#*:}" >"$T/out" 2>"$T/err"
        tap_result $? "each ${call%:*} fails once, starting with $start" "see below"
        note "$count faults"
    done
done
