#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The rules of the house that a machine can check: who may include whom, what may stand in which room, warnings under
# both compilers, headers that stand alone, shell scripts. Each rule is one test and prints every line that breaks it.
. "$(dirname "$0")/lib.sh"
cd "$TOP" || exit 1
shopt -s lastpipe # so that `… | rule` counts in this shell

mapfile -t SOURCES < <(find src -name '*.[ch]' | sort)
mapfile -t HEADERS < <(find src -name '*.h' | sort)
mapfile -t TEXTS < <(find src tests jobs plots -type f -name '*.[ch]' -o -name '*.sh' -o -name '*.sbatch' -o \
    -name '*.gp' -o -name '*.py' | sort; printf '%s\n' Makefile tests/run .ci/run .ci/setup)
mapfile -t SCRIPTS < <(grep -lE '^#!/bin/(ba)?sh' "${TEXTS[@]}"; printf "%s\n" tests/lib.sh tests/hosts.sh)

# rule TEXT: what stands on standard input are the lines that break it.
rule()
{
    cat >"$T/out"
    : >"$T/err"
    local broken=0
    [[ -s $T/out ]] && broken=1
    tap_result "$broken" "$1" "$(wc -l <"$T/out") places:"
}

# The code of a file without its comments and strings, as FILE:LINE:TEXT.
code()
{
    awk -v f="$1" '
        { line = $0; out = ""
          while (length(line)) {
            if (inside) { e = index(line, "*/"); if (!e) break; line = substr(line, e + 2); inside = 0; continue }
            if (match(line, /^"([^"\\]|\\.)*"/)) { out = out "\"\""; line = substr(line, RLENGTH + 1); continue }
            if (substr(line, 1, 2) == "//") break
            if (substr(line, 1, 2) == "/*") { inside = 1; line = substr(line, 3); continue }
            out = out substr(line, 1, 1); line = substr(line, 2) }
          print f ":" NR ":" out }' "$1"
}
for f in "${SOURCES[@]}"; do code "$f"; done >"$T/code"

# only_in ROOMS PATTERN TEXT: the pattern stands in no other place. ROOMS and PATTERN are extended regular expressions.
only_in()
{
    grep -E "^[^:]*:[0-9]*:.*($2)" "$T/code" | grep -vE "^($1)" | rule "$3"
}

# What a test or a hand left behind does not go into the repository; out of one, nothing is listed.
git ls-files 2>/dev/null | sed 's|/.*||' | sort -u |
    grep -vxE 'Makefile|README\.md|LICENSE|src|jobs|tests|plots|\.git(hub|ignore|attributes)|\.ci|\.editorconfig' |
    rule 'the top level holds what belongs there'

# --- rooms and floors -------------------------------------------------------------------------------------------

# From the ground up; a room may include from itself and from below, never from its neighbours on the same floor.
grep -HnE '^ *# *include "' "${SOURCES[@]}" | awk '
    BEGIN { n = split("base data net,program sweep store,cluster cli app main", floors, " ")
            for (i = 1; i <= n; i++) {
                m = split(floors[i], rooms, ",")
                for (j = 1; j <= m; j++) floor[rooms[j]] = i } }
    { split($0, part, ":"); split(part[1], path, "/"); room = path[2]; sub(/\..*/, "", room)
      match($0, /"[^"]*"/); name = substr($0, RSTART + 1, RLENGTH - 2); split(name, to, "/")
      if (!(to[1] in floor) || index(name, "/") == 0) print $0 "    (name it from src/: \"room/file.h\")"
      else if (to[1] != room && floor[to[1]] >= floor[room]) print $0 "    (" room " may not know " to[1] ")" }' |
    rule 'includes point down: base < data < net, program < sweep < store, cluster < cli < app < main'

only_in 'src/cluster/' '# *include <mpi\.h>' 'mpi.h stays in src/cluster'
only_in 'src/(store/|data/(read_hdf5\.c|hdf5_open\.[ch]))' '# *include <hdf5' \
    'hdf5.h stays in src/store and two files of src/data'
only_in 'src/sweep/(comparison|run_time)\.c' '# *include <gsl/' 'GSL stays in src/sweep'
only_in 'src/program/value\.c' '# *include <json-c/' 'json-c stays in src/program/value.c'
only_in 'src/net/' '# *include <(.*intrin|arm_neon|cpuid)\.h>' 'intrinsics and cpuid stay in src/net'
only_in 'src/cli/' '# *include <getopt\.h>' 'getopt stays in src/cli'
only_in 'src/(main|base/isolated|base/spawned)\.c' '(^|[^a-zA-Z_])(_?exit|_Exit|abort|quick_exit) *\(' \
    'only main.c ends the process, and a child of its own base/isolated.c and base/spawned.c'
only_in 'src/cluster/' 'MPI_Abort *\(' 'only src/cluster aborts the job'
only_in 'src/base/' '(^|[^a-zA-Z_])(fsync|rename|unlink|mkstemp|sigaction|signal|fopen|open|openat|creat) *\(' \
    'files are opened, synced and renamed, and signals caught, in src/base alone'
only_in 'src/(base/log|cli/|app/|main\.c)' \
    '(^|[^a-zA-Z_])(printf|puts|putchar|perror) *\(|fprintf *\( *(stderr|stdout)' \
    'only the log, src/cli, src/app and main.c write to the terminal'
only_in 'nowhere' '(^|[^a-zA-Z_])(gets|sprintf|vsprintf|strcat|strtok|atoi|atof|system|popen|alloca) *\(' \
    'no function that cannot tell an error or the size of its buffer, and no shell'
only_in 'src/base/number\.c' "(^|[^a-zA-Z_])(strto(l|ul|ll|ull|imax|umax|f|d|ld)) *\(|- '0'" \
    'numbers are read in src/base/number.c'

# --- form -------------------------------------------------------------------------------------------------------

for f in "${TEXTS[@]}"; do
    head -n 3 "$f" | grep -q 'SPDX-License-Identifier: BSD-3-Clause' || echo "$f"
done | rule 'each file names its licence'

LC_ALL=C.UTF-8 grep -nE '.{121,}' "${TEXTS[@]}" | rule 'lines of at most 120 columns'
grep -nE '[[:blank:]]+$' "${TEXTS[@]}" | rule 'no blanks at the end of a line'
grep -nP '\t' "${SOURCES[@]}" | rule 'no tabs in C'

for f in "${HEADERS[@]}"; do
    guard=NSURF_$(tr a-z/. A-Z__ <<<"${f#src/}")
    grep -q "^#ifndef $guard\$" "$f" || [[ $f == *_body.h ]] || echo "$f: expected the guard $guard"
done | rule 'each header guards itself by its path'

# Names that come in two places of the order, in pairs: tsort finds the circles.
grep -HE '^ *# *include "' "${HEADERS[@]}" | sed -E 's|^src/([^:]*):[^"]*"([^"]*)".*|\1 \2|' |
    tsort 2>&1 >/dev/null | rule 'no circle of includes'

# A body begins with { and ends with } in the first column.
awk -v most=60 '
    FNR == 1 { start = 0 }
    /^\{/ { start = FNR; named = last }
    /^\}/ && start { if (FNR - start - 1 > most) print FILENAME ":" start ": " FNR - start - 1 " lines: " named
                     start = 0 }
    /^[a-z]/ { last = $0 }' "${SOURCES[@]}" | rule 'functions of at most 60 lines'

for f in "${SOURCES[@]}"; do
    lines=$(wc -l <"$f")
    ((lines <= 420)) || echo "$f: $lines lines; find its second job and give it a name"
done | rule 'files of about 400 lines at most'

# --- papers -----------------------------------------------------------------------------------------------------

mapfile -t PAPERS < <(find README.md src tests jobs plots .github -name '*.md' | sort)

awk 'END { if (NR > 300) print FILENAME ": " NR " lines" }' README.md | rule 'the README has at most 300 lines'

# The anchors of a paper's headings, as they are made of them on the web.
anchors() { sed -nE 's/^#+ +//p' "$1" | tr 'A-Z ' 'a-z-' | tr -cd 'a-z0-9_\n-'; }
for f in "${PAPERS[@]}"; do
    grep -noE '\]\([^)]*\)' "$f" | sed -E 's/\]\((.*)\)/\1/' | while IFS=: read -r line to; do
        [[ $to == http* ]] && continue
        path=$f
        [[ $to == '#'* ]] || path=${f%"${f##*/}"}${to%%#*}
        if [[ ! -e $path ]]; then echo "$f:$line: $to: no such file"
        elif [[ $to == *'#'* ]]; then
            anchors "$path" | grep -qxF -e "${to#*#}" || echo "$f:$line: $to: no such heading"
        fi
    done
done | rule 'links in papers lead to files and headings'

# Tables whose last column says what repeats or tests a row: it names a command, a script or a table, and these exist.
awk '
    !/^\|/ { column = 0; next }
    { n = split($0, cell, / \| | \|$/) }
    cell[n - 1] ~ /^(repeat it with|the test that tries to break it)$/ { column = n; next }
    column && !/^\| --- / {
        if (cell[n - 1] !~ /`[^`]+`|\]\(/) print FILENAME ":" FNR ": no command: " cell[n - 1]
        while (match(cell[n - 1], /`[^`]+`/)) {
            print "run:" FILENAME ":" FNR ":" substr(cell[n - 1], RSTART + 1, RLENGTH - 2)
            cell[n - 1] = substr(cell[n - 1], RSTART + RLENGTH) } }' "${PAPERS[@]}" |
    while IFS=: read -r mark f line command; do
        if [[ $mark != run ]]; then echo "$mark:$f:$line:$command"; continue; fi
        read -ra words <<<"$command"
        case ${words[0]} in
        make)
            grep -qE "^([a-z-]+ )*${words[1]}( [a-z-]+)*:" Makefile || echo "$f:$line: make ${words[1]}: no target"
            ;;
        *.sh) [[ -e ${words[0]} || -e tests/program/${words[0]} ]] || echo "$f:$line: ${words[0]}: no such script" ;;
        esac
    done | rule 'each figure and promise names what repeats it, which is there'

# --- commands ---------------------------------------------------------------------------------------------------

# Each word in command position, as FILE:LINE:WORD. What stands behind the texts of check, exits and the like is one.
commands()
{
    awk '
        BEGIN { n = split("then do else elif if while until ! time exec env command -v timeout sudo", list, " ")
                while (n) before[list[n--]]
                texts["check"] = texts["refuse"] = 1; texts["exits"] = 2; texts["ends"] = 3 }
        function ends_word(c,    w) {
            w = word[depth]; word[depth] = ""
            if (w == "") return
            if (skip[depth] > 0) { skip[depth]--; return }
            if (!position[depth] || w in before || w ~ /^[A-Za-z_0-9]+\+?=/ || w ~ /^[0-9]+$/) return
            if (w in texts) { skip[depth] = texts[w]; return }
            position[depth] = 0
            if (w ~ /^[a-z][a-z0-9._-]*$/ && !(c == ")" && depth == 0)) print FILENAME ":" FNR ":" w }
        function opens(m) { mode[++depth] = m; position[depth] = m == "("; skip[depth] = 0; word[depth] = "" }
        FNR == 1 { depth = 0; mode[0] = "("; here = "" }
        here != "" { if ($1 == here) here = ""; next }
        { if (mode[depth] == "(" && !more) { position[depth] = 1; skip[depth] = 0 }
          more = /\\$/
          if (match($0, /<<-?.?[A-Z]+/)) { here = substr($0, RSTART, RLENGTH); gsub(/[^A-Z]/, "", here) }
          for (i = 1; i <= length($0) + 1; i++) {
            c = substr($0 "\n", i, 1); m = mode[depth]; sub_shell = substr($0, i, 2) == "$("
            if (m == "\047") { if (c == m) depth--; continue }
            if (c == "\\") { word[depth] = word[depth] "?"; i++; continue }
            if (m == "\"" && c == m) { depth--; continue }
            if (m == "\"" && !sub_shell) continue
            if (c == "\047" || c == "\"") { word[depth] = word[depth] "?"; opens(c); continue }
            if (c == "#" && word[depth] == "") break
            if (match(substr($0, i), /^\$?\(\(/)) { # arithmetic, to the parenthesis that closes it
                for (n = 0; i <= length($0); i++) {
                    c = substr($0, i, 1); n += (c == "(") - (c == ")")
                    if (c == ")" && n == 0) break }
                word[depth] = word[depth] "?"; continue }
            if (sub_shell) { word[depth] = word[depth] "?"; opens("("); i++ }
            else if (c == "(") opens(word[depth] == "" ? "(" : "list") # of an array, of a pattern
            else if (c == ")") { ends_word(c); if (depth) depth--; else position[depth] = 1 }
            else if (c ~ /[ \t\n;|&`<>{]/ && !(c == "{" && word[depth] != "")) {
                ends_word(c)
                if (c ~ /[;|&`{]/) { position[depth] = m == "("; skip[depth] = 0 }
                if (c ~ /[<>]/ && substr($0, i + 1, 1) != "(") skip[depth] = 1 }
            else word[depth] = word[depth] c } }' "$@"
}

# What a minimal Debian has, and the two programs that the README asks for.
base=(apt-get awk basename bash cat chmod cmp comm cp cut date dd diff dirname dpkg-query find getconf grep gzip head
    hostname id ldd ln ls mkdir mkfifo mktemp mount mv nproc nsenter od paste readlink rm rmdir sed seq setsid
    sh sha256sum shuf sleep sort stat tail tar tee touch tr truncate tsort umount uname uniq unshare wc xargs yes git
    make)
# What comes with another command: COMMAND=THE ONE THAT HAS A ROW.
with=(nm=gcc ps=pgrep ssh-keygen=ssh sbatch=slurmctld scancel=slurmctld scontrol=slurmctld sinfo=slurmctld
    squeue=slurmctld srun=slurmctld)
# The benchmarks compare with whatever is installed; what is run by hand says what it needs.
mapfile -t CALLERS < <(printf '%s\n' "${SCRIPTS[@]}" jobs/*.sbatch |
    grep -v -e ^tests/bench/ -e ^tests/install/ -e ^.ci/setup | sort -u)
{
    compgen -b
    compgen -k
    printf '%s\n' "${base[@]}"
    sed -nE 's/^ *([a-z_0-9]+)\(\).*/\1/p' "${CALLERS[@]}"
    sed -nE 's/\$\{cc[^}]*\}/gcc/; s/^[a-z,]+\|(cmd|daemon) ([^|]*)\|.*/\2/p' .ci/setup
} | sort -u >"$T/rows"
for pair in "${with[@]}"; do
    grep -qxF -e "${pair#*=}" "$T/rows" && echo "${pair%%=*}"
done | cat "$T/rows" - >"$T/known"
commands "${CALLERS[@]}" | awk -F: 'NR == FNR { known[$0]; next } !($3 in known)' "$T/known" - |
    rule 'each command that a script calls has a row in .ci/setup'

# --- compilers --------------------------------------------------------------------------------------------------

MAKEFLAGS='' make -s --no-print-directory print-compile >"$T/flags" || exit 1
# Any flags will do for a test: the room flags of cluster and store hold all include paths.
test_flags=$(awk '$1 ~ /^src\/(cluster|store)\// { $1 = ""; print }' "$T/flags" | tr '\n' ' ')
mapfile -t TESTS < <(find tests -name '*.c' | sort)

# body headers are included by kernels, once an instruction set: they are no headers of their own.
for compiler in gcc clang; do
    if ! command -v "$compiler" >/dev/null; then
        skip "$compiler finds nothing to warn about" "no $compiler here"
        skip "each header compiles alone with $compiler" "no $compiler here"
        continue
    fi
    {
        while read -r file flags; do
            # shellcheck disable=SC2086  # flags are words
            "$compiler" $flags -Werror -fsyntax-only "$file" 2>&1
        done <"$T/flags"
        for file in ${TESTS[@]+"${TESTS[@]}"}; do
            # shellcheck disable=SC2086
            "$compiler" ${test_flags:--Isrc} -Itests/unit -Werror -fsyntax-only "$file" 2>&1
        done
    } | rule "$compiler finds nothing to warn about"
    for file in "${HEADERS[@]}"; do
        [[ $file == *_body.h ]] && continue
        flags=$(awk -v room="${file%/*}/" 'index($1, room) == 1 { $1 = ""; print; exit }' "$T/flags")
        # shellcheck disable=SC2086
        printf '#include "%s"\n' "${file#src/}" | "$compiler" ${flags:--Isrc -std=c11} -Werror -fsyntax-only -x c - 2>&1
    done | rule "each header compiles alone with $compiler"
done

cross=aarch64-linux-gnu-gcc
mapfile -t NEON < <(find src -name '*_neon.c')
if ((${#NEON[@]} == 0)); then :
elif command -v $cross >/dev/null; then
    for file in "${NEON[@]}"; do
        $cross -std=c11 -O2 -Isrc -D_POSIX_C_SOURCE=200809L -ffp-contract=off -Wall -Wextra -Wpedantic -Wshadow \
            -Wconversion -Werror -fsyntax-only "$file" 2>&1
    done | rule "$cross finds nothing to warn about"
else
    skip "$cross finds nothing to warn about" "no $cross here"
fi

if command -v cppcheck >/dev/null; then
    cppcheck --quiet --std=c11 --enable=warning,performance,portability --suppress=missingIncludeSystem \
        --suppressions-list=tests/cppcheck.supp --template='{file}:{line}: {severity}: {message} [{id}]' -j2 -Isrc \
        src 2>&1 | rule 'cppcheck finds nothing that tests/cppcheck.supp does not explain'
else
    skip 'cppcheck finds nothing that tests/cppcheck.supp does not explain' 'no cppcheck here'
fi

if command -v shellcheck >/dev/null; then
    shellcheck -x -P SCRIPTDIR "${SCRIPTS[@]}" 2>&1 | rule 'shellcheck finds nothing in the scripts'
else
    skip 'shellcheck finds nothing in the scripts' 'no shellcheck here'
fi
