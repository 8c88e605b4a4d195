#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Early stopping as a user sees it: the state that is reported is the one that a training of so many epochs ends with;
# the definitions, applied to curves of errors by other code, choose the same epochs; what makes no sense is refused.
# (Single sequences of errors are for tests/unit/test_stopping.c.)
. "$(dirname "$0")/../lib.sh"
mkdir "$T/w" && cd "$T/w" || exit 1

data=(--split 50/25/25 -l 2) # so large a rate makes the curves restless
rules=gl=5,progress=20,every=3
sweep() # PREFIX RANKS OPTION…
{
    mpirun -q -np "$2" "$NSURF" -a 2,9 -b 3:11:4 -r 3 -e 100 "${data[@]}" -q -o "$1" "${@:3}"
}
check 'a sweep' sweep one 1 --early-stopping $rules
check 'the same with 3 ranks' sweep three 3 --early-stopping progress=20,every=3,gl=5
check 'the same bytes' same_results one three
check 'the rules are named' grep -qx "# early_stopping $rules" one.tsv
check 'and need not be said when none are given' sweep plain 1
check 'nor are there any' grep -qx '# early_stopping none' plain.tsv

# hidden1 hidden2 fold repeat status epochs errors… misclassified…, without the checksum
lines()
{
    grep '^[0-9]' "$1" | sed 's/ [^ ]*$//'
}
multiples()
{
    lines one.journal | awk '$6 % 3 && $6 != 100 || $6 == 0 { bad = 1 } { n++; early += $6 < 100 }
                             END { exit bad || n != 18 || !early }'
}
check 'epochs are ends of strips, and some come before the last' multiples
exactly() # each line is that of a training of so many epochs
{
    local a b fold repeat status epochs rest
    while read -r a b fold repeat status epochs rest; do
        "$NSURF" train -a "$a" -b "$b" --repeat "$repeat" -e "$epochs" "${data[@]}" >line || return
        [[ $(sed 1d line) == "$a $b $fold $repeat $status $epochs $rest" ]] || return
    done < <(lines one.journal)
}
check 'every outcome is that of a training of so many epochs' exactly
"$NSURF" train -a 9 -b 7 --repeat 2 -e 100 "${data[@]}" --early-stopping $rules >line
check 'nsurf train stops at the same state' diff <(sed 1d line) <(lines one.journal | grep '^9 7 0 2 ')

# --- the definitions, by other code -----------------------------------------------------------------------------------

network=(-a 5 -b 4 "${data[@]}" -l 0.5)
for epochs in {1..60}; do "$NSURF" train "${network[@]}" -e "$epochs" | sed 1d; done >curve
cat >definitions.py <<'PY'
"""The epoch of the best state by Prechelt's definitions, for each line of rules on standard input."""
import sys
curve = [line.split() for line in open("curve")]
train, validation = ([None] + [float(line[k]) for line in curve] for k in (6, 7))
for line in sys.stdin:
    rules = {k: float(v) for k, v in (rule.split("=") for rule in line.strip().split(","))}
    k = int(rules.pop("every", 5))
    ends = [t for t in range(1, 61) if t % k == 0 or t == 60]
    for n, t in enumerate(ends):
        seen = [validation[e] for e in ends[:n + 1]]
        strip = train[t - k + 1:t + 1] if t % k == 0 else train[-(60 % k):]
        gl, p = 100 * (seen[-1] / min(seen) - 1), 1000 * (sum(strip) / (len(strip) * min(strip)) - 1)
        rises = falls = 0
        while rises < n and seen[n - rises] > seen[n - rises - 1]:
            rises += 1
        since = n - seen.index(min(seen))
        values = {"gl": gl, "pq": gl / p if p else gl * 1e99, "up": rises, "patience": since, "progress": p}
        if any(v < rules[r] if r == "progress" else v > rules[r] if r in ("gl", "pq") else v >= rules[r]
               for r, v in values.items() if r in rules):
            break
    print(t, ends[seen.index(min(seen))])
PY
cat >rules <<'EOF'
gl=0.5,every=1
gl=0.8,every=1
gl=5,every=1
gl=20,every=1
gl=1,every=2
gl=30
progress=3
progress=15,every=3
progress=12
pq=0.5,every=2
pq=0.01,every=3
pq=0.1
up=1,every=1
up=2,every=1
up=1,every=4
patience=1,every=1
patience=2,every=1
patience=3,every=1
patience=1,every=3
gl=30,progress=5,patience=3,every=4
every=1
every=59
EOF
"$PYTHON" definitions.py <rules >expected
cut -d' ' -f2 expected >epochs
while read -r given; do
    "$NSURF" train "${network[@]}" -e 60 --early-stopping "$given" | sed 1d | cut -d' ' -f6
done <rules >got
paste rules expected got | sed 's/^/# /'
check 'the definitions choose the same epochs' diff epochs got
various() { [[ $(sort -u got | wc -l) -gt 6 ]]; }
check 'which are various' various

# --- what is refused --------------------------------------------------------------------------------------------------

# CODE | what the line says | options
while IFS='|' read -r code says words; do
    read -ra options <<<"$words"
    ends "$code" "$words" "$says" "$NSURF" -a 1 -b 1 -e 1 -o none "${options[@]}"
done <<'TABLE'
64|--early-stopping: there are no validation samples; --validation or --split|--early-stopping gl=5
64|--early-stopping: there are no validation samples; .*, --folds cannot|--early-stopping gl=5 --folds 5
64|--early-stopping: "gl=0": a finite number above 0|--early-stopping gl=0 --split 50/25/25
64|--early-stopping: "best": no such rule|--early-stopping best --split 50/25/25
TABLE
ends 65 'other rules with the same prefix' 'early_stopping is gl=5,progress=20,every=3 there and gl=5,every=5 here' \
    sweep one 1 --early-stopping gl=5
ends 65 'no rules with the same prefix' 'early_stopping is gl=5,progress=20,every=3 there and none here' sweep one 1
