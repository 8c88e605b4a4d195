#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Programs of tests/examples at every point of a grid.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1

check 'a shell script' mpirun -np 2 "$NSURF" --command "$TOP/tests/examples/gzip.sh {level} {size}" \
    --axis level=1:9:4 --axis size=1000,10000 --stdin "$TOP/README.md" --value 'label:share left:' -o gzip
says 'more bytes are packed better' 'lowest error of 6 cells: level=9 size=10000: 0\.'
check 'as by hand' [ "share left: $(awk '$1 == 9 && $2 == 1000 { print $3 }' gzip.tsv)" = \
    "$("$TOP/tests/examples/gzip.sh" 9 1000 <"$TOP/README.md")" ]

printf '%s\n' '0 0 0' '0 1 1' '1 0 1' '1 1 0' >data
if type node >/dev/null 2>&1; then
    # The system that this one comes from ran such a command.
    line="$TOP/tests/examples/network.js --epochs 300 --learning-rate 0.2 --topology {a},{b}"
    seed() # PREFIX
    {
        mpirun -np 4 "$NSURF" --command "$line" --axis a=1:6 --axis b=1:5 --stdin data --value field:6 -q -o "$1"
    }
    check 'a network in JavaScript, over four processes' seed js
    "$TOP/tests/examples/network.js" --epochs 300 --learning-rate 0.2 --topology 3,4 <data >one 2>/dev/null
    check 'has its errors in the surface' \
        [ "$(awk '$1 == 3 && $2 == 4 { print $3 }' js.tsv)" = "$(cut -d ' ' -f 6 one)" ]
    NSURF_MARK=js mpirun -np 4 "$NSURF" --command "$line" --axis a=1:6 --axis b=1:5 --stdin data --value field:6 -q \
        -o js2 >"$T/out" 2>"$T/err" &
    until [[ $(outcomes js2.journal) -gt 5 ]]; do sleep 0.05; done
    kill -9 $!
    wait $! 2>/dev/null
    check 'killed, it leaves nothing' gone js
    check 'killed and resumed' seed js2
    check 'it is the same surface' same_results js js2
    check 'the best is told' "$NSURF" best js
    says 'by its axes' 'lowest error of 30 cells: a='
else
    skip 'a network in JavaScript' 'no node here'
fi
if "$PYTHON" -c 'import sklearn' 2>/dev/null; then
    check 'a forest of scikit-learn' mpirun -np 2 "$NSURF" --axis trees=1,10 --axis depth=1,4 --value json:/error \
        --command "$PYTHON $TOP/tests/examples/forest.py {trees} {depth} 1" -o forest
    "$PYTHON" "$TOP/tests/examples/forest.py" 10 4 1 >one
    check 'has its error in the surface' "$PYTHON" -c "
import json
rows = [line.split() for line in open('forest.tsv') if line[0] != '#']
assert [float(r[2]) for r in rows if r[:2] == ['10', '4']] == [json.load(open('one'))['error']], rows"
else
    skip 'a forest of scikit-learn' 'no scikit-learn here'
fi
