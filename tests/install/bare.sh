#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The README's commands in order on a bare Debian 12. By hand, as root, with a network: what the set-up forgets shows
# here.
# Usage: bare.sh [TREE [USER…]]
#   TREE   a Debian with git, make and sudo and nothing else; made by debootstrap when it is not there (400 MB)
#   USER   root, sudoer (sudo without a password) or user (no sudo); all three unless given
# Each works in a copy of the tree of its own, with a clone of the last commit, in namespaces that end with it.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
tree=${1:-${TMPDIR:-/tmp}/nsurf-bare-debian}
users=("${@:2}")
[[ $tree != -* ]] || { sed -n 's/^# Usage/Usage/p; s/^#   //p' "$0"; exit 64; }
((${#users[@]})) || users=(root sudoer user)
[[ $(id -u) == 0 ]] || { echo 'bare.sh: needs root' >&2; exit 1; }

make_tree()
{
    command -v debootstrap >/dev/null || { echo 'bare.sh: needs debootstrap' >&2; exit 1; }
    local mirror
    mirror=$(sed -nE 's/^URIs: *(http[^ ]*\/debian)\/?$/\1/p; s/^deb +(\[[^]]*\] +)?(http[^ ]*\/debian)\/? .*/\2/p' \
        /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | head -n 1)
    debootstrap --variant=minbase --include=git,make,ca-certificates,sudo bookworm "$tree" \
        "${mirror:-http://deb.debian.org/debian}" >"$tree.log" 2>&1 || { tail -n 3 "$tree.log" >&2; exit 1; }
    # Packages come from where this machine has them.
    cp -r /etc/apt/apt.conf.d/. "$tree/etc/apt/apt.conf.d/"
    rm -f "$tree"/etc/apt/apt.conf.d/docker-*
    cp /etc/resolv.conf /etc/hosts "$tree/etc/"
    chroot "$tree" useradd -m user
    chroot "$tree" useradd -m sudoer
    echo 'sudoer ALL=(ALL) NOPASSWD:ALL' >"$tree/etc/sudoers.d/sudoer"
}

# The blocks of commands in the README, up to the section that wants a cluster.
commands()
{
    echo 'set -ex'
    if [[ $1 == root ]]; then
        echo 'export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1'
    fi
    # Half an hour of tests is a run of its own; a small grid shows what a large one does.
    awk '/^## On a cluster/ { exit } /^```sh$/ { inside = 1; next } /^```/ { inside = 0 } inside' "$top/README.md" |
        sed -e '/^make check/d' -e 's/-np 4/-np 2 --oversubscribe/; s/--epochs 10000/--epochs 100/' \
            -e 's/1:16/1:4/g; s/--repeats 4/-a 1:4 -b 1:4 &/'
}

# run_as USER: exit code of its commands; the tree's copy is removed.
run_as()
{
    local user=$1 home=/home/$1 copy code=0
    [[ $user == root ]] && home=/root
    copy=$(mktemp -d "$tree.XXXXXX")
    cp -a "$tree/." "$copy/"
    git clone -q "$top" "$copy$home/nsurf"
    # One's own data, for the section that wants some.
    awk 'BEGIN { for (i = 0; i < 32; i++) print i / 32 "," (i % 4) / 4 }' >"$copy$home/nsurf/mine.csv"
    commands "$user" >"$copy$home/commands.sh"
    chroot "$copy" chown -R "$user" "$home"
    # shellcheck disable=SC2016  # for the shell inside
    unshare -mpf --propagation private bash -c '
        tree=$1 user=$2 home=$3
        mount -t proc proc "$tree/proc"
        mount -t sysfs -o ro sysfs "$tree/sys" || true # hwloc looks there
        mount -t tmpfs -o mode=755 tmpfs "$tree/dev"
        mkdir "$tree/dev/pts" "$tree/dev/shm"
        mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$tree/dev/pts"
        mount -t tmpfs -o mode=1777 tmpfs "$tree/dev/shm"
        for d in null:3 zero:5 full:7 random:8 urandom:9; do mknod -m 666 "$tree/dev/${d%:*}" c 1 "${d#*:}"; done
        mknod -m 666 "$tree/dev/tty" c 5 0
        ln -s pts/ptmx "$tree/dev/ptmx"; ln -s /proc/self/fd "$tree/dev/fd"
        for i in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${i%:*}" "$tree/dev/${i#*:}"; done
        exec chroot --userspec="$user" "$tree" /usr/bin/env -i HOME="$home" USER="$user" TERM=dumb \
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            bash -c "cd ~/nsurf && bash ~/commands.sh"
    ' - "$copy" "$user" "$home" </dev/null >"$tree.$user.log" 2>&1 || code=$?
    du -sm "$copy" "$tree" | awk 'NR == 1 { grown = $1 } NR == 2 { print "grown by " grown - $1 " MB" }'
    rm -rf --one-file-system "$copy"
    return "$code"
}

[[ -d $tree/etc ]] || make_tree
failed=0
for user in "${users[@]}"; do
    start=$SECONDS code=0
    run_as "$user" || code=$?
    echo "$user: exit $code after $((SECONDS - start)) s; $tree.$user.log"
    # Whoever may not install is told the names of the packages, and that is all that can be had.
    if [[ $user == user ]]; then
        ((code != 0)) && grep -q 'apt-get install' "$tree.user.log" || failed=1
    else
        ((code == 0)) || failed=1
    fi
done
exit "$failed"
