#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# `make setup` asks for exactly what is missing and touches nothing else: tried on machines made of faked commands.
. "$(dirname "$0")/../lib.sh"

REAL_TOOLS="awk cat cut env grep ls mkdir mv printf rm sed sh bash sort test touch tr true uname"

fake() # FILE: standard input becomes a command
{
    { echo '#!/bin/sh'; cat; } >"$1"
    chmod +x "$1"
}

# machine COMMAND…: a machine with apt that has these commands and nothing else; $M/full holds the others.
machine()
{
    M=$T/machine
    rm -rf "$M"
    mkdir -p "$M/bin" "$M/full" "$M/installed"
    local tool
    for tool in $REAL_TOOLS; do
        ln -s "$(type -P "$tool")" "$M/bin/$tool"
    done
    for tool in mpicc mpirun gnuplot; do
        fake "$M/full/$tool" <<<'exit 0'
    done
    # A compiler that finds each header, and a pkg-config that knows each library, once their packages are there.
    fake "$M/full/gcc" <<<"cat >/dev/null; test -e $M/full/headers"
    fake "$M/full/pkg-config" <<<"test -e $M/full/libraries"
    touch "$M/full/headers" "$M/full/libraries"
    fake "$M/bin/dpkg-query" <<<"for p; do :; done; test -e $M/installed/\$p && printf installed"
    fake "$M/bin/id" <<<'echo 0'
    # What it installs are all commands at once; what it was asked for is in the log.
    fake "$M/bin/apt-get" <<END
echo "\$*" >>$M/log
case "\$*" in
*update*) touch $M/lists ;;
*' -s '*) test -e $M/lists ;;
*install*) test -e $M/lists && cp $M/full/* $M/bin ;;
esac
END
    ln -s "$(type -P cp)" "$M/bin/cp"
    touch "$M/lists" "$M/log"
    for tool in "$@"; do
        cp "$M/full/$tool" "$M/bin"
    done
}

setup()
{
    env -i PATH="$M/bin" PYTHON=false "$TOP/.ci/setup" "$@" </dev/null
}

# installs WORDS: the log holds one real installation, of exactly these packages in any order
installs()
{
    diff <(tr ' ' '\n' <<<"$1" | sort) \
        <(grep -v -e ' -s ' -e update "$M/log" | sed 's/.*--no-install-recommends //' | tr ' ' '\n' | sort)
}

untouched()
{
    ! grep -v -e ' -s ' "$M/log"
}

ALL_RUN='gcc pkg-config libopenmpi-dev libhdf5-dev libssl-dev libgsl-dev libjson-c-dev zlib1g-dev '
ALL_RUN+='libc6-dev librandom123-dev libminizip-dev openmpi-bin gnuplot-nox'

machine gcc pkg-config mpicc mpirun gnuplot
check 'all there: content' setup install run
check 'all there: apt is not asked' untouched

machine gcc pkg-config mpicc
check 'mpirun and gnuplot missing: set up' setup install run
check 'mpirun and gnuplot missing: exactly their packages' installs 'openmpi-bin gnuplot-nox'

machine
unasked() { env -i PATH="$M/bin" PYTHON=false SETUP=no "$TOP/.ci/setup" install check </dev/null; }
check 'bare machine, SETUP=no: content' unasked
check 'bare machine, SETUP=no: apt is not asked' untouched
machine
check 'bare machine: set up' setup install run
check 'bare machine: exactly what running needs' installs "$ALL_RUN"

machine
for package in gcc libc6-dev zlib1g-dev; do touch "$M/installed/$package"; done
check 'some installed: set up' setup install run
check 'some installed: only the others' installs "$(sed 's/gcc //; s/libc6-dev //; s/zlib1g-dev //' <<<"$ALL_RUN")"

machine gcc pkg-config mpicc gnuplot
rm "$M/lists"
check 'no package lists: set up' setup install run
check 'no package lists: fetched first' grep -q update "$M/log"

machine gcc pkg-config mpicc gnuplot
fake "$M/bin/id" <<<'echo 1000'
fake "$M/bin/sudo" <<<"[ \"\$1\" = -n ] && exit 0; echo sudo >>$M/log; exec \"\$@\""
check 'not root, sudo works: set up' setup install run
check 'not root, sudo works: by sudo' grep -qx sudo "$M/log"

machine gcc pkg-config mpicc gnuplot
fake "$M/bin/id" <<<'echo 1000'
exits 1 'no rights: stops' setup install run
says 'no rights: names the package' 'apt-get install openmpi-bin$'
check 'no rights: apt is not asked' untouched

machine gcc pkg-config mpicc gnuplot
rm "$M/bin/apt-get"
exits 1 'no apt: stops' setup install run
says 'no apt: names for dnf' 'dnf install openmpi '
says 'no apt: names for brew' 'brew install open-mpi$'

machine gcc pkg-config mpicc gnuplot
touch "$M/installed/openmpi-bin"
exits 1 'installed and unusable: stops' setup install run
says 'installed and unusable: says what to look at' 'cannot use mpirun, although installed'
check 'installed and unusable: apt is not asked' untouched

machine
exits 1 'probe: fails' setup probe build
says 'probe: names what is missing and make setup' 'without: .*mpicc.*make setup'
check 'probe: one line' test "$(wc -l <"$T/err")" = 1

# `make` alone never installs, whatever is missing.
machine gcc pkg-config mpirun gnuplot
for tool in make git nproc dirname uname cmp; do
    [[ $(type -P $tool) && ! -e $M/bin/$tool ]] && ln -s "$(type -P $tool)" "$M/bin/$tool"
done
refuse 'make without MPI: stops' env -i PATH="$M/bin" make -C "$TOP" BUILD="$T/build" all
says 'make without MPI: says what is missing' 'nsurf cannot be built without: mpicc'
check 'make without MPI: installs nothing' untouched

# The tests with several hosts need no Slurm, no plots and none of the other tests' tools, and those with Slurm no ssh.
no_package() # PATTERN: none of these was asked for, but mpirun was
{
    grep -q openmpi-bin "$M/log" && ! grep -oE "$1" "$M/log"
}
others='gnuplot|cmocka|xarray|h5py|netcdf|shellcheck|clang|valgrind|qemu'
for purpose in lab slurm; do
    machine
    for tool in sshd ssh ip pgrep python3 slurmctld slurmd munged; do fake "$M/full/$tool" <<<'exit 0'; done
    [[ $purpose == lab ]] && not='slurm|munge' || not=openssh
    check "check-$purpose: set up" setup install $purpose
    check "check-$purpose: nothing that it does not need" no_package "$not|$others"
done

exits 64 'a wrong word is refused' setup install everything
