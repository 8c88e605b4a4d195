#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Rank 0 and a worker under memcheck: no wrong access, no lost memory. valgrind knows no AVX-512.
. "$(dirname "$0")/../lib.sh"
mkdir "$T/w" && cd "$T/w" || exit 1

command -v valgrind >/dev/null || { skip 'memcheck' 'no valgrind here'; exit 0; }
sanitized && { skip 'memcheck' 'sanitizers look for the same'; exit 0; }
flags=(-q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite
    --num-callers=40 "--suppressions=$TOP/tests/memcheck.supp")
known=/usr/share/openmpi/openmpi-valgrind.supp # its own list
[[ -r $known ]] && flags+=("--suppressions=$known")
export NSURF_HIDE_ISA=avx512${NSURF_HIDE_ISA:+,$NSURF_HIDE_ISA}

clean() # OPTION…
{
    rm -f memcheck.*
    timeout 200 mpirun -q -np 2 valgrind "${flags[@]}" --log-file="$PWD/memcheck.%p" "$NSURF" -o run --force --quiet \
        "$@" || return
    local said=(memcheck.*) # a rank's exit code is lost on the way
    ((${#said[@]} >= 2)) && ! grep . "${said[@]}"
}
check 'two ranks that train' clean -a 1:5 -b 1:5 -r 3 -e 2
check 'ten thousands of items' clean -a 1:60 -b 1:60 -r 16 --null-training
alone() # ACTION OPTION…
{
    timeout 200 valgrind "${flags[@]}" "$NSURF" "$@"
}
check 'a network is kept' alone train -a 5 -b 3 -e 2 --save net.h5
printf '0 0 1 1 setosa\n0 0 .5 .2 virginica\n' >data.txt
check 'and used' alone predict net.h5 data.txt -o out.tsv
exits 65 'and refused' alone predict data.txt data.txt
