#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# One surface for every instruction set: the whole default job for AVX-512 and AVX2, a reduced grid for plain C and for
# AArch64 NEON, whose kernels are built for that processor and run under an emulator.
. "$(dirname "$0")/../lib.sh"

SMALL=(-a 1:64:9 -b 1:64:9 -e 20 --quiet)
CROSS=aarch64-linux-gnu-gcc
EMULATOR=qemu-aarch64-static
FLAGS=(-std=c11 -O2 -ffp-contract=off -D_POSIX_C_SOURCE=200809L -I"$TOP/src"
    -ffunction-sections "-Wl,--gc-sections" -static)
ROOMS=("$TOP"/src/net/*.c "$TOP"/src/base/error.c "$TOP"/src/base/mem.c "$TOP"/src/base/shuffle.c
    "$TOP"/src/data/dataset.c)
IRIS=("$TOP"/src/data/iris.c "$TOP"/tests/neon/digest.c)

has()
{
    NSURF_ISA=$1 "$NSURF" --version 2>/dev/null | grep -qw "$1"
}
with() # ISA NAME COMMAND…
{
    local isa=$1 name=$2
    shift 2
    NSURF_ISA=$isa "$@" -o "$T/$name"
}
errors_equal() # NAME NAME: line by line as numbers, whatever their decimals
{
    paste <(grep -v '^#' "$T/$1") <(grep -v '^#' "$T/$2") | awk '
        $1 != $4 || $2 != $5 || $3 + 0 != $6 + 0 { print; bad++ }
        END { exit bad || NR != 64 }'
}

fastest=$("$NSURF" --version | grep -oE 'avx512|avx2|neon|plain' | head -n 1)
note "the fastest instruction set here: $fastest"

if has avx512 && has avx2; then
    check "the default job with AVX-512" with avx512 whole512 mpirun -np 2 "$NSURF" --quiet
    check "the default job with AVX2" with avx2 whole2 mpirun -np 2 "$NSURF" --quiet
    check "the whole default surface has the same bytes" cmp "$T/whole512.tsv" "$T/whole2.tsv"
    check "its HDF5 file too" cmp "$T/whole512.h5" "$T/whole2.h5"
else
    skip "the whole default surface with AVX-512 and AVX2" "this processor has not both"
fi

check "a reduced grid with the fastest instruction set" "$NSURF" "${SMALL[@]}" -o "$T/small"
check "the same with plain C" with plain plain "$NSURF" "${SMALL[@]}"
check "plain C has the same bytes" cmp "$T/small.tsv" "$T/plain.tsv"

if command -v "$CROSS" >/dev/null && command -v "$EMULATOR" >/dev/null; then
    check "the trainer's test builds for AArch64" "$CROSS" "${FLAGS[@]}" -I"$TOP/tests/neon" \
        "$TOP/tests/unit/test_trainer.c" "${ROOMS[@]}" "${IRIS[@]}" -lm -o "$T/test_trainer"
    check "NEON equals the specification in 500 random cases" env -u NSURF_ISA "$EMULATOR" "$T/test_trainer"
    says "and it was NEON" '^ok 3 - neon_equals_specification$'
    check "the golden outcomes build for AArch64" "$CROSS" "${FLAGS[@]}" -I"$TOP/tests/neon" \
        "$TOP/tests/unit/test_golden.c" "${ROOMS[@]}" "${IRIS[@]}" -lm -o "$T/test_golden"
    check "NEON gives them" env NSURF_ISA=neon "$EMULATOR" "$T/test_golden"
    check "the trainer alone builds for AArch64" "$CROSS" "${FLAGS[@]}" "$TOP/tests/neon/surface.c" "${ROOMS[@]}" \
        "${IRIS[@]}" -lm -o "$T/surface"
    check "a reduced grid with NEON" env NSURF_ISA=neon "$EMULATOR" "$T/surface"
    cp "$T/out" "$T/neon"
    check "NEON has the same errors" errors_equal small.tsv neon
else
    skip "NEON under an emulator" "no $CROSS or $EMULATOR here"
fi
