#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What others install nsurf by: `make install` and its module file, the tarball, the recipes for Spack and Apptainer,
# all with the one version of the Makefile.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1

version=$(sed -nE 's/^VERSION := (.*)/\1/p' "$TOP/Makefile")
check 'the version is that of the Makefile' test "$("$NSURF" version | head -n 1)" = "nsurf $version"
check 'CHANGES.md begins with it' test "$(grep -m 1 '^## ' "$TOP/src/CHANGES.md")" = "## $version"
check 'the README names it' grep -qF "version = {$version}" "$TOP/README.md"

recipe()
{
    "$PYTHON" - "$TOP/jobs/spack/package.py" "$version" <<'PY'
import ast, sys
tree = ast.parse(open(sys.argv[1]).read())
(package,) = [node for node in tree.body if isinstance(node, ast.ClassDef)]
assert package.name == "Nsurf" and package.bases[0].id == "MakefilePackage"
calls = [node.value for node in package.body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
said = lambda name: [call.args[0].value for call in calls if call.func.id == name]
assert said("version") == [sys.argv[2]], said("version")
needs = {text.split("+")[0].split("~")[0] for text in said("depends_on")}
assert {"mpi", "hdf5", "openssl", "gsl", "json-c", "minizip", "zlib-api", "random123", "pkgconfig"} <= needs, needs
named = {target.id for node in package.body if isinstance(node, ast.Assign) for target in node.targets}
assert not named & {"homepage", "url", "git"}, "there is no such place"
PY
}
check 'the recipe for Spack is Python, with the version and the libraries' recipe
sections() { grep -oE '^%[a-z]+' "$TOP/jobs/nsurf.def" | sort | xargs; }
check 'the definition for Apptainer has known sections' test "$(sections)" = '%files %labels %post %runscript %test'
check 'and a base' grep -qx 'From: debian:12' "$TOP/jobs/nsurf.def"
post() { sed -n '/^%post/,/^%test/{//!p}' "$TOP/jobs/nsurf.def" | sh -n; }
check 'its commands are a script' post

# What is built stays as it is: only installing is asked for.
build=$(dirname "$NSURF")
installs() { make -s -C "$TOP" SETUP=no BUILD="$build" PREFIX="$T/at" "$1" -o "$NSURF"; }
if [[ $NSURF == */build/release/nsurf ]]; then
    check 'make install' installs install
    check 'the program is there' "$T/at/bin/nsurf" version
    check 'manuals, completions, jobs and plots are there' ls at/share/man/man1/nsurf-plan.1 \
        at/share/man/man5/nsurf-data.5 at/share/man/man7/nsurf-faults.7 at/share/bash-completion/completions/nsurf \
        at/share/zsh/site-functions/_nsurf at/share/nsurf/lab.sh at/share/nsurf/surface.gp
    check 'the manual names the version' grep -qx ".Os nsurf $version" at/share/man/man1/nsurf.1
    check 'the module file names the folders' \
        test "$(grep -oE 'bin|share/man|share/nsurf' "at/share/modulefiles/nsurf/$version.lua" | xargs)" = \
        'bin share/man share/nsurf'
    check 'make uninstall' installs uninstall
    check 'leaves nothing' test -z "$(find at -type f)"
else
    skip 'make install' 'another program than the one of this tree'
fi

tarball() # FOLDER: of a clone of its own
{
    (umask "$2" && git clone -q "$TOP" "$1" && make -s -C "$1" dist && cp "$1/build/nsurf-$version.tar.gz" "$1.tar.gz")
}
if git -C "$TOP" rev-parse HEAD >/dev/null 2>&1 && git -C "$TOP" diff --quiet HEAD -- Makefile; then
    check 'make dist' tarball one 022
    check 'make dist elsewhere, with another umask' tarball other 077
    check 'the same bytes' cmp one.tar.gz other.tar.gz
    holds() { diff <(tar -tzf one.tar.gz | sed -n "s|^nsurf-$version/||; /[^/]\$/p") <(git -C one ls-files); }
    check 'it holds the files of the commit, and no other' holds
    # Where there is no git, the program still names the revision.
    revision()
    {
        tar -xzf one.tar.gz && make -s -C "nsurf-$version" SETUP=no BUILD="$T/facts" "$T/facts/facts" &&
            grep -F "NSURF_REVISION=\"$(git -C one rev-parse --short=7 HEAD)\"" facts/facts
    }
    check 'what is built from it names the revision' revision
else
    skip 'make dist' 'no repository here, or another Makefile than that of the last commit'
fi
