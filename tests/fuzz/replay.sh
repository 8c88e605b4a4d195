#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The corpus of the fuzz harnesses, fed once; `make fuzz` looks for more.
. "$(dirname "$0")/../lib.sh"
unset ASAN_OPTIONS # the readers alone: leaks are ours, and what they say is seen at once

for corpus in "$TOP"/tests/fuzz/corpus/*; do
    harness=$(dirname "$NSURF")/fuzz/${corpus##*/}
    for file in "$corpus"/*; do
        check "${file#"$TOP/"}" "$harness" "$file"
    done
done
