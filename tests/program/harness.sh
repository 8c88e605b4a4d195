#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The harness itself: tests/run tells a test that failed, crashed, hung or held nothing from one that passed, and leaves
# no process of a test behind.
. "$(dirname "$0")/../lib.sh"

script() # NAME: standard input becomes a test of its own
{
    { echo '#!/bin/bash'; cat; } >"$T/$1.sh"
    chmod +x "$T/$1.sh"
}
run() { TEST_LIMIT_S=${limit_s:-20} "$TOP/tests/run" "$@"; }

# NAME | exit code | what is said | the test
while IFS='|' read -r name code pattern text; do
    script "$name" <<<"$text"
    exits "$code" "$name: exit code" run "$T/$name.sh"
    says "$name: says so" "$pattern"
done <<'TABLE'
passes|0|^1 passed, 0 failed$|echo 'ok 1 - a'; echo 1..1
skips|0|^1 passed, 0 failed, 1 skipped$|echo 'ok 1 - a'; echo 'ok 2 - b # SKIP no'; echo 1..2
fails|1|not ok 1 - a$|echo 'not ok 1 - a'; echo 1..1; exit 1
fails_in_silence|1|^    not ok - exit 3 although every test passed|echo 'ok 1 - a'; echo 1..1; exit 3
ends_early|1|^    not ok - no plan|echo 'ok 1 - a'
crashes|1|^    not ok - no plan: it ended too early .exit 139|kill -SEGV $$
runs_less|1|^    not ok - ran 1 of 2|echo 1..2; echo 'ok 1 - a'
holds_nothing|1|^    not ok - no test in it|echo 1..0
TABLE
script interrupts <<<"trap 'echo ok 1 - a; echo 1..1; exit 0' INT; kill -INT \$\$; sleep 5; echo 1..1"
exits 0 'a test can send itself SIGINT' run "$T/interrupts.sh" # which a shell in the background would ignore
script without_check <<<". '$TOP/tests/lib.sh'"
exits 1 'a script without a check is no success' run "$T/passes.sh" "$T/without_check.sh"
script hangs <<<'echo 1..0; sleep 300'
limit_s=1
exits 1 'a test that hangs' run "$T/hangs.sh"
says 'a test that hangs: says so' 'killed after 1 s'
limit_s=20

# Whatever way the test ends, and however deep its processes hide.
alive() # how many of them
{
    pgrep -f "sleep 98765.$$" | wc -l
}
leaves="setsid sleep 98765.$$ & (set -m; sleep 98765.$$ & ) & sleep 0.5"
script leaves <<<"$leaves; echo 'ok 1 - a'; echo 1..1"
exits 0 'a test leaves processes' run "$T/leaves.sh"
check 'a test leaves processes: they are gone' test "$(alive)" = 0
script dies <<<"$leaves; kill -KILL \$\$"
exits 1 'a test dies' run "$T/dies.sh"
check 'a test dies: its processes are gone' test "$(alive)" = 0
script waits <<<"$leaves; sleep 300"
interrupted()
{
    "$TOP/tests/run" "$T/waits.sh" &
    local pid=$!
    for _ in {1..200}; do (($(alive) < 2)) || break; sleep 0.05; done
    kill -TERM $pid
    wait $pid
}
exits 130 'the harness is interrupted' interrupted
check 'the harness is interrupted: nothing goes on' test "$(alive)" = 0
