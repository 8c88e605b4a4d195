# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# What every shell test starts with: `. "$(dirname "$0")/../lib.sh"`. It speaks TAP for tests/run:
#   check TEXT COMMAND…        the command succeeds
#   refuse TEXT COMMAND…       the command fails
#   exits CODE TEXT COMMAND…   the command ends with this exit code
#   says TEXT PATTERN          the command before said this on either stream (extended regular expression)
#   ends CODE TEXT PATTERN COMMAND…  exits, says, and nothing but one line on standard error
#   skip TEXT REASON           not tested here, and why
#   note TEXT                  a line for whoever reads the log
#   ranks MPIRUN               the process ids of its ranks
#   sanitized                  the program was built with sanitizers, which make training about fifty times slower
#   too_late COMMAND…          runs it in a job whose time is over: it stops before its first training
#   enough SECONDS COMMAND…    finds how many epochs let this run train for so long on this machine: $epochs
# and, to be checked:
#   same_results ONE TWO       the result files of these two prefixes are equal, byte by byte
#   no_temporary [FOLDER]      no temporary file was left there
#   outcomes JOURNAL           prints how many trainings stand in it
#   each_once JOURNAL          none stands in it twice
# Standard output and error of the last command stay in $T/out and $T/err. The plan is printed at the end by itself; a
# script that dies half-way prints none and so counts as a failure. $T is a folder of its own, removed at the end;
# $NSURF is the program under test, $TOP the top of the source tree, $PYTHON a python3 with h5py and xarray.
set -u
export LC_ALL=C

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
NSURF=${NSURF:-$TOP/build/release/nsurf}
[[ $NSURF == /* ]] || NSURF=$TOP/$NSURF
PYTHON=${PYTHON:-/usr/bin/python3} # Debian's modules belong to Debian's python, whatever stands first in PATH
T=$(mktemp -d "${TMPDIR:-/tmp}/nsurf-test.XXXXXX") || exit 1

# Open MPI refuses root, and more ranks than cores, unless told.
if [[ $(id -u) == 0 ]]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
export OMPI_MCA_rmaps_base_oversubscribe=1

# Of whole programs MPI alone would fill the list of leaks; unit tests, harnesses and memcheck look for ours. A run goes
# on without a worker that sanitizers ended: so what they say is kept, and looked for at the end. Tests preload shims.
export ASAN_OPTIONS=detect_leaks=0:log_path=$T/sanitizers:verify_asan_link_order=0

tap_count=0 tap_failed=0

tap_end()
{
    local code=$?
    ((code == 0)) && sanitized && check 'the sanitizers found nothing' no_reports
    cd / && rm -rf "$T"
    ((code == 0)) || exit "$code"
    echo "1..$tap_count"
    ((tap_failed == 0)) || exit 1
}
trap tap_end EXIT

# tap_result CODE TEXT [DIAGNOSIS]
tap_result()
{
    tap_count=$((tap_count + 1))
    if (($1 == 0)); then
        echo "ok $tap_count - $2"
        return 0
    fi
    tap_failed=$((tap_failed + 1))
    echo "not ok $tap_count - $2"
    echo "# ${3:-}"
    [[ -s $T/out ]] && tail -n 20 "$T/out" | sed 's/^/#   out: /'
    [[ -s $T/err ]] && tail -n 20 "$T/err" | sed 's/^/#   err: /'
    return 0
}

exits()
{
    local want=$1 text=$2 got=0
    shift 2
    "$@" >"$T/out" 2>"$T/err" </dev/null || got=$?
    tap_result $((got != want)) "$text" "exit $got, not $want: $*"
}

# ends CODE TEXT PATTERN COMMAND…: with this exit code, and a line of ours on standard error that matches
ends()
{
    local code=$1 text=$2 pattern=$3
    shift 3
    exits "$code" "$text" "$@"
    cp "$T/err" "$T/last"
    says "$text: says why" "$pattern"
    check "$text: in one line" one_line
}
one_line() # nothing else was said; for `ends`, and a script's own to sharpen
{
    [[ $(wc -l <"$T/last") == 1 && $(<"$T/last") == "nsurf: "* ]]
}

check()
{
    local text=$1
    shift
    exits 0 "$text" "$@"
}

refuse()
{
    local text=$1 got=0
    shift
    "$@" >"$T/out" 2>"$T/err" </dev/null || got=$?
    tap_result $((got == 0)) "$text" "succeeded: $*"
}

says()
{
    local got=0
    grep -qE -e "$2" "$T/out" "$T/err" || got=1
    tap_result $got "$1" "no line matches: $2"
}

skip()
{
    tap_count=$((tap_count + 1))
    echo "ok $tap_count - $1 # SKIP $2"
}

note()
{
    echo "# $*"
}

too_late()
{
    SLURM_JOB_ID=1 SLURM_JOB_END_TIME=$(date +%s) "$@"
}

sanitized()
{
    [[ $(nm "$NSURF" 2>/dev/null) == *__asan_init* ]]
}
no_reports()
{
    ! cat "$T"/sanitizers.* 2>/dev/null
}

# The command is one of nsurf, without --epochs and --output.
enough()
{
    local trained_ms
    for ((epochs = 1; ; epochs = 4 * epochs)); do
        "${@:2}" -e "$epochs" -o "$T/enough" --force --quiet >/dev/null || return
        trained_ms=$(awk -F '[:,]' '$1 ~ /"training_s"/ { printf "%d", 1000 * $2; exit }' "$T/enough.run.json")
        ((trained_ms >= 300)) && break
    done
    rm "$T"/enough.*
    epochs=$((epochs * 1000 * $1 / trained_ms + 1))
}

# ranks MPIRUN: the processes that train, rank 0 first: each has a parent of its own, which watches it
ranks()
{
    local parent
    for parent in $(pgrep -P "$1"); do
        pgrep -P "$parent"
    done
}

same_results()
{
    local ending
    for ending in tsv dat h5; do cmp "$1.$ending" "$2.$ending" || return; done
}

no_temporary()
{
    local left
    left=$(find "${1-.}" -name '*.tmp-*')
    [[ -z $left ]] || { echo "left: $left"; return 1; }
}

outcomes()
{
    sed '/^#/d' "$1" 2>/dev/null | wc -l
}

each_once()
{
    local twice
    twice=$(grep -v '^#' "$1" | cut -d' ' -f1-4 | sort | uniq -d)
    [[ -z $twice ]] || { echo "twice: $twice"; return 1; }
}

# Processes with NSURF_MARK in their environment: how many, and that all end within the grace that a program has.
alive() # MARK
{
    grep -lzsx "NSURF_MARK=$1" /proc/[0-9]*/environ 2>/dev/null | wc -l
}
gone() # MARK
{
    local i
    for ((i = 0; i < 100; i++)); do
        [[ $(alive "$1") == 0 ]] && return
        sleep 0.1
    done
    return 1
}
