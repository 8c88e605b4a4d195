#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Help fits a terminal, and what shells complete is what there is: completions are loaded by bash and zsh, and asked.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1

fits() { "$NSURF" "$@" | awk 'length > 80 { print; wide = 1 } END { exit wide || NR == 0 }'; }
lines() { "$NSURF" "$@" | wc -l; }
check '-h has at most 80 columns' fits -h
check '-h has at most 25 lines' test "$(lines -h)" -le 25
check '-h has three examples' test "$("$NSURF" -h | grep -cE '^  .*nsurf .*mine')" = 3
check '--help has at most 80 columns' fits --help
mapfile -t COMMANDS < <("$NSURF" --help | sed -nE 's/^  nsurf ([a-z]+)( .*)?$/\1/p')
check 'there are several commands' test "${#COMMANDS[@]}" -ge 6
options_of() { "$NSURF" help "$1" | grep -oE '^  (-.,|   ) --[a-z][a-z0-9-]+' | grep -oE -e '--.*' | sort; }
for command in "${COMMANDS[@]}"; do
    check "help $command has at most 80 columns" fits help "$command"
done

"$NSURF" help completion >nsurf.bash
complete_bash() # WORD…: what may stand in the place of the last
{
    bash -c '. ./nsurf.bash; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _nsurf; printf "%s\n" "${COMPREPLY[@]}"' - "$@"
}
check 'bash: options of a command' diff <(options_of best) <(complete_bash nsurf best -- | sort)
check 'bash: values' test "$(complete_bash nsurf --scale m | xargs)" = minmax
check 'bash: commands' test "$(complete_bash nsurf bes)" = best

"$NSURF" help completion zsh >_nsurf
if command -v zsh >/dev/null; then
    # _arguments and _describe are zsh's own; these print what they are asked for.
    cat >asked.zsh <<'ZSH'
_arguments() { print -rl -- "$@" }
_describe() { print -rl -- ${(P)2} }
words=("$@") CURRENT=$#
source ./_nsurf
ZSH
    complete_zsh() { zsh -f asked.zsh "$@"; }
    named() { grep -oE -e '--[a-z][a-z0-9-]+(=-)?\[' | grep -oE -e '--[a-z][a-z0-9-]+' | sort -u; }
    for command in "${COMMANDS[@]}"; do
        check "zsh: options of $command" diff <(options_of "$command") <(complete_zsh nsurf "$command" -- | named)
    done
    check 'zsh: options of a run' diff <(options_of run) <(complete_zsh nsurf -- | named)
    check 'zsh: commands' test "$(complete_zsh nsurf '' | grep -c '^best:')" = 1
    # Under zsh's own functions it is found and loaded.
    # shellcheck disable=SC2016  # for zsh
    loads()
    {
        zsh -f -c 'fpath=("$PWD" $fpath); autoload -Uz compinit; compinit -u -D; [[ ${_comps[nsurf]} == _nsurf ]]'
    }
    check 'zsh: is found as the completion of nsurf' loads
else
    skip 'zsh: options' 'no zsh here'
fi
