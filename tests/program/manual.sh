#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# --help, the manual page and the README agree on options and exit codes, and the manual page can be laid out.
. "$(dirname "$0")/../lib.sh"

"$NSURF" --help >"$T/help"
# shellcheck disable=SC2016  # a backslash for sed
sed 's/\\-/-/g' "$TOP/src/nsurf.1" >"$T/manual"
cp "$TOP/README.md" "$T/readme"
options()
{
    grep -oE -e '--[a-z][a-z0-9-]+' "$1" | sort -u
}
codes_manual() { grep -oE '^\.B [0-9]+' "$T/manual" | grep -oE '[0-9]+'; }
codes_help() { sed -n '/Exit codes/,$p' "$T/help" | grep -oE '\b[0-9]+\b'; }
codes_readme() { sed -n '/^## Exit codes/,/^## Meas/p' "$T/readme" | grep -oE '^\| [0-9]+ ' | grep -oE '[0-9]+'; }
lacks() # FILE: no option of --help is missing there
{
    comm -23 <(options "$T/help") <(options "$T/$1") >"$T/missing"
    cat "$T/missing"
    [[ ! -s $T/missing ]]
}
check 'the manual page has every option' lacks manual
check 'the README has every option' lacks readme
check 'the manual page has no other option' diff <(options "$T/manual") <(options "$T/help")
listed() { sed -n '/^\.\\" The list is what/,/^\.\\" End of the list/{//!p}' "$TOP/src/nsurf.1"; }
check 'the manual page lists the options as the table has them' diff <("$NSURF" help manual) <(listed)
codes_help >"$T/codes"
check 'there are eight exit codes' test "$(wc -l <"$T/codes")" == 8
check 'the manual page has the exit codes' diff "$T/codes" <(codes_manual)
check 'the README has the exit codes' diff "$T/codes" <(codes_readme)
if command -v groff >/dev/null; then
    laid_out() { test -z "$(groff -man -ww -Tutf8 "$TOP/src/nsurf.1" 2>&1 >/dev/null)"; }
    check 'the manual page is laid out without a complaint' laid_out
else
    skip 'the manual page is laid out' 'groff is not installed'
fi
