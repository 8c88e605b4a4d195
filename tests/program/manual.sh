#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The manuals are laid out without a complaint, have a page for each command, all options and exit codes as --help has
# them, and name nothing that is not there.
. "$(dirname "$0")/../lib.sh"

MAN=$TOP/src/man
mapfile -t PAGES < <(find "$MAN" -name '*.[157]' | sort)
"$NSURF" --help >"$T/help"
commands() { sed -nE 's/^  nsurf ([a-z]+)( .*)?$/\1/p' "$T/help"; }

# FILE: the options that a text names, one a line.
options() { grep -oE -e '--[a-z][a-z0-9-]+' "$1" | sort -u; }
# The manuals' own, written `Fl -name`; those of mpirun, sbatch and the like have one dash or stand in literals.
# shellcheck disable=SC2016  # $NF is awk's
named() { grep -hoE 'Fl -[a-z][a-z0-9-]+' "${PAGES[@]}" | sed 's/Fl /-/' | sort -u; }

check 'the manuals have each option of --help, and no other' diff <(named) <(options "$T/help")
every_page()
{
    local command missing=0
    for command in $(commands); do
        [[ -f $MAN/nsurf-$command.1 ]] || { echo "src/man/nsurf-$command.1 is not there"; missing=1; }
    done
    return $missing
}
check 'there are several commands' test "$(commands | wc -l)" -ge 6
check 'each command has a page' every_page

references()
{
    local page name wrong=0
    for page in "${PAGES[@]}"; do
        while read -r name; do
            [[ -f $MAN/$name ]] || { echo "$page: refers to $name"; wrong=1; }
        done < <(sed -nE 's/^\.(It )?Xr (nsurf[a-z-]*) ([157]).*/\2.\3/p' "$page")
    done
    return $wrong
}
check 'references lead to pages' references

codes_manual() { sed -n '/^\.Sh EXIT STATUS/,/^\.El/p' "$MAN/nsurf.1" | sed -nE 's/^\.It ([0-9]+)$/\1/p'; }
codes_help() { sed -n '/Exit codes/,$p' "$T/help" | grep -oE '\b[0-9]+\b'; }
check 'there are eight exit codes' test "$(codes_help | wc -l)" == 8
check 'nsurf(1) has the exit codes' diff <(codes_help) <(codes_manual)

if command -v mandoc >/dev/null; then
    # Of other pages it knows only those that are installed.
    complaints() { mandoc -Tlint "${PAGES[@]}" 2>/dev/null | grep -v 'referenced manual not found'; }
    refuse 'mandoc finds nothing to complain of' complaints
    # A macro by mistake, as Nx, becomes the name of a system; one without its word has `file ...` for it.
    mistaken() { grep -HE 'NetBSD|OpenBSD|FreeBSD|file \.\.\.' "${PAGES[@]/%/.md}"; }
    refuse 'no word is taken for a macro' mistaken
    # A word after an option becomes another: Fl -keep-folders failed.
    double() { grep -HE '\*\*--[a-z-]+\*\* \*\*-' "${PAGES[@]/%/.md}"; }
    refuse 'no word is taken for an option' double
    check 'options and Markdown are up to date (make update-manual)' \
        env CHECK=yes "$MAN/update.sh" "$NSURF" "${PAGES[@]}"
    sed 's/^Default: 1000\.$/Default: 999./' "$MAN/nsurf.1" >"$T/nsurf.1"
    cp "$MAN/nsurf.1.md" "$T"
    refuse 'another default would be noticed' env CHECK=yes "$MAN/update.sh" "$NSURF" "$T/nsurf.1"
else
    skip 'mandoc finds nothing to complain of' 'mandoc is not installed'
fi
