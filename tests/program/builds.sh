#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The program of another build has the same bytes: with compiler options that would change arithmetic, and with MPICH
# where it is there. Without optimization, which would take minutes.
. "$(dirname "$0")/../lib.sh"
mkdir "$T/w" && cd "$T/w" || exit 1

small=(-a 1:7 -b 1:7 -e 20 -l 1e-38 --quiet --force) # so slow that subnormal numbers matter
same_surface() # NAME NAME: the HDF5 file tells of the build, too
{
    cmp "$1.tsv" "$2.tsv" && cmp "$1.dat" "$2.dat"
}
check 'this build' "$NSURF" "${small[@]}" -o this
compiler=${CC:-gcc}
compiler=${compiler##* } # without ccache and the like

# --- arithmetic ----------------------------------------------------------------------------------------------------

cat >flush.c <<'C'
#include <fenv.h>
#include <xmmintrin.h>
__attribute__((constructor)) static void flush(void)
{
    _mm_setcsr(_mm_getcsr() | 0x8040); /* flush to zero, subnormals are zero */
    fesetround(FE_TOWARDZERO);
}
C
if [[ $(uname -m) != x86_64 ]] || sanitized; then
    skip 'a library that flushes to zero' 'only tried on x86-64, without sanitizers'
elif check 'a library that flushes to zero' "$compiler" -shared -fPIC flush.c -o flush.so -lm; then
    check 'a library that flushes to zero, 3 processes' \
        mpirun -q -np 3 -x LD_PRELOAD="$PWD/flush.so" "$NSURF" "${small[@]}" -o flush
    check 'a library that flushes to zero: the same bytes' same_surface this flush
    refuse 'float arithmetic in another type is refused' \
        "$compiler" -std=c11 -mfpmath=387 -I"$TOP/src" -fsyntax-only "$TOP/src/base/float_env.c"
    says 'float arithmetic in another type: says why' 'must be float'
fi

other=$T/build/nsurf mpi=${MPICC:-mpicc}
command -v mpicc.mpich >/dev/null && command -v mpiexec.mpich >/dev/null && mpi=mpicc.mpich
build()
{
    MAKEFLAGS='' make -j"$(nproc)" -C "$TOP" BUILD="$T/build" MPICC="$mpi" WERROR= \
        CFLAGS='-O0 -ffast-math -funsafe-math-optimizations' "$other"
}
no_fast_math() # what gcc links in to set the processor to flushing
{
    [[ -x $other && $(nm "$other") != *set_fast_math* ]]
}
check "-ffast-math, $mpi" build
check '-ffast-math: what would flush to zero is not linked in' no_fast_math
check '-ffast-math: runs' "$other" "${small[@]}" -o fast
check '-ffast-math: the same bytes' same_surface this fast

# --- MPICH ---------------------------------------------------------------------------------------------------------

[[ $mpi == mpicc.mpich ]] || { skip 'MPICH' 'no mpicc.mpich and mpiexec.mpich here'; exit 0; }
only_mpich() { ldd "$other" | grep -q 'libmpich\.so' && ! ldd "$other" | grep 'libmpi\.so'; }
check 'MPICH: the compiler that was named is asked' only_mpich
exits 0 'MPICH: --version' "$other" --version
says 'MPICH: --version tells' '^libraries +MPICH [0-9]'
check 'MPICH, 3 processes' mpiexec.mpich -n 3 "$other" "${small[@]}" -o mpich
check 'MPICH, 3 processes: the same bytes' same_surface this mpich
check 'MPICH, 3 processes: three took part' test "$(grep -c '"rank": ' mpich.run.json)" = 3
ends 71 'MPICH, the launcher of Open MPI' 'launcher of another MPI than MPICH' \
    timeout 60 mpirun -q -np 3 "$other" "${small[@]}" -o none
ends 71 'Open MPI, the launcher of MPICH' 'launcher of another MPI than Open MPI' \
    timeout 60 mpiexec.mpich -n 3 "$NSURF" "${small[@]}" -o none
check 'the wrong launcher: nothing is written' test ! -e none.journal

# It ends the run, as that of any program, and it is the one who says so.
dies()
{
    local job pids code=0
    timeout 60 mpiexec.mpich -n 3 "$other" -a 64 -b 64 -e 100000000 --quiet -o dies &
    job=$!
    for _ in {1..100}; do [[ -s dies.journal ]] && break; sleep 0.1; done
    mapfile -t pids < <(pgrep -P "$(pgrep -P "$(pgrep -P $job)")")
    [[ ${pids[2]-} ]] && kill -KILL "${pids[2]}"
    wait $job || code=$?
    echo "exit $code of ${#pids[@]} processes"
    for _ in {1..100}; do [[ -e /proc/${pids[0]} || -e /proc/${pids[1]} ]] || break; sleep 0.1; done
    ((code == 9 && ${#pids[@]} == 3)) && [[ ! -e /proc/${pids[0]} && ! -e /proc/${pids[1]} ]]
}
check 'MPICH, a worker dies: the run ends' dies
says 'MPICH, a worker dies: one line of the launcher says how' 'TERMINATED WITH THE EXIT STRING: Killed .signal 9'
check 'MPICH, a worker dies: no line of ours contradicts' test "$(grep -c '^nsurf' "$T/err")" = 0
