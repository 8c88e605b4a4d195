#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The lists of options in the manuals, from the table of parameters, and the manuals as Markdown.
# Usage: update.sh NSURF MANUAL...; with CHECK=yes nothing is written: exit 1 where a text is not up to date.
set -euo pipefail
nsurf=$1
shift

# What stands between `begin: COMMAND` and `end` is the output of the command.
with_options()
{
    while IFS= read -r line; do
        [[ $line == '.\" end' ]] && inside=
        [[ ${inside-} ]] || printf '%s\n' "$line"
        if [[ $line == '.\" begin: nsurf help manual '* ]]; then
            "$nsurf" help manual "${line##* }"
            inside=yes
        fi
    done <"$1"
}

# References to other pages are links to them.
as_markdown()
{
    mandoc -I os=nsurf -T markdown "$1" |
        sed -E 's/(nsurf(-[a-z]+)?)\(([157])\)/[\1(\3)](\1.\3.md)/g; 1,2s/\[([^]]*)\]\([^)]*\)/\1/g'
}

# put FILE: standard input becomes the file, or is compared with it.
put()
{
    if [[ ${CHECK-} ]]; then
        diff -u "$1" - >&2
    else
        cat >"$1.new"
        mv -f "$1.new" "$1"
    fi
}

status=0
for manual; do
    with_options "$manual" | put "$manual" || status=1
    as_markdown "$manual" | put "$manual.md" || status=1
done
exit "$status"
