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
ROOMS=("$TOP"/src/net/*.c "$TOP"/src/data/dataset.c)
for name in error float_env mem printable shuffle; do ROOMS+=("$TOP/src/base/$name.c"); done
IRIS=("$TOP"/src/data/iris.c "$TOP"/tests/neon/digest.c)

# Each of the files above once, for all that is linked from them.
build_rooms()
(
    mkdir "$T/aarch64" && cd "$T/aarch64" && printf '%s\0' "${ROOMS[@]}" "${IRIS[@]}" |
        xargs -0 -n 4 -P "$(nproc)" "$CROSS" "${FLAGS[@]}" -I"$TOP/tests/neon" -c
)

has()
{
    NSURF_ISA=$1 "$NSURF" --version | grep -qE "^instructions +$1\$" # else the name stands in the refusal
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

fastest=$("$NSURF" --version | sed -n 's/^instructions *//p')
note "the fastest instruction set here: $fastest"

# The choice, as on processors that have less than this one.
chooses() # HIDDEN ISA
{
    [[ $(NSURF_HIDE_ISA=$1 "$NSURF" --version | sed -n 's/^instructions *//p') == "$2" ]]
}
processor=$(NSURF_HIDE_ISA='' "$NSURF" --version | sed -n 's/^instructions *//p')
case $processor in
avx512) check "AVX-512 hidden: AVX2 is chosen" chooses avx512 avx2 ;&
avx2) check "AVX2 hidden too: plain C is chosen" chooses avx512,avx2 plain ;;
neon) check "NEON hidden: plain C is chosen" chooses neon plain ;;
esac
exits 64 "what is hidden cannot be asked for" \
    env NSURF_HIDE_ISA=avx512,avx2 NSURF_ISA=avx2 "$NSURF" -a 1 -b 1 -o "$T/no"
says "what is hidden: it is not in this processor" 'NSURF_ISA=avx2: this processor has no avx2'

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
    check "the rooms of the trainer build for AArch64" build_rooms
    check "the trainer's test builds for AArch64" "$CROSS" "${FLAGS[@]}" -I"$TOP/tests/neon" \
        "$TOP/tests/unit/test_trainer.c" "$T"/aarch64/*.o -lm -o "$T/test_trainer"
    check "NEON equals the specification in 500 random cases" env -u NSURF_ISA "$EMULATOR" "$T/test_trainer"
    says "and it was NEON" '^ok [0-9]+ - neon_equals_specification$'
    check "the test of batches builds for AArch64" "$CROSS" "${FLAGS[@]}" -I"$TOP/tests/neon" \
        "$TOP/tests/unit/test_kernels.c" "$T"/aarch64/*.o -lm -o "$T/test_kernels"
    check "NEON equals the specification, kernel by kernel" env -u NSURF_ISA "$EMULATOR" "$T/test_kernels"
    says "and it was NEON in these too" '^ok [0-9]+ - neon_equals_specification$'
    check "the golden outcomes build for AArch64" "$CROSS" "${FLAGS[@]}" -I"$TOP/tests/neon" \
        "$TOP/tests/unit/test_golden.c" "$T"/aarch64/*.o -lm -o "$T/test_golden"
    check "NEON gives them" env NSURF_ISA=neon "$EMULATOR" "$T/test_golden"
    check "the trainer alone builds for AArch64" "$CROSS" "${FLAGS[@]}" "$TOP/tests/neon/surface.c" \
        "$T"/aarch64/*.o -lm -o "$T/surface"
    check "a reduced grid with NEON" env NSURF_ISA=neon "$EMULATOR" "$T/surface"
    cp "$T/out" "$T/neon"
    check "NEON has the same errors" errors_equal small.tsv neon
else
    skip "NEON under an emulator" "no $CROSS or $EMULATOR here"
fi
