# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# Several hosts on one machine, for tests of what needs them. A script begins with
#     . "$(dirname "$0")/../hosts.sh" TEXT PROGRAM…
# and starts again in namespaces of its own (processes, network, mounts, host name); where these are not allowed or a
# PROGRAM is missing, TEXT is skipped and the script ends. Inside, tests/lib.sh is there as ever, and
#   hosts_up NAME N      hosts NAME1 to NAMEN, each with a network card, host name, processes and /dev/shm of its own
#   on HOST COMMAND…     run it there, in the same folder
#   unplug HOST          pull its network cable; plug HOST puts it back
#   power_off HOST       the same, and everything on it dies
# All hosts see the same files. /run is a new one, and temporary files go there: so nothing is left when the last
# process has gone, however it went, and no network, daemon or file of the machine is touched.
PATH=$PATH:/usr/sbin:/sbin
hosts_spaces=(--net --mount --uts --ipc --pid --fork --kill-child --mount-proc)

# Why there can be no hosts here, if so. PROGRAM…: what the script needs.
hosts_reason()
{
    local program
    for program in unshare nsenter ip pgrep "$@"; do
        command -v "$program" >/dev/null || { echo "$program is not installed; .ci/setup install hosts"; return; }
    done
    (($(id -u) == 0)) || { echo 'namespaces need root'; return; }
    [[ $(readlink -f "$0") != /run/* ]] || { echo 'this clone stands in /run, which the hosts replace'; return; }
    unshare "${hosts_spaces[@]}" mount -t tmpfs tmpfs /run 2>/dev/null || echo 'namespaces are not allowed here'
}

if [[ ${HOSTS_INSIDE-} != "$0" ]]; then
    hosts_text=$1
    shift
    reason=$(hosts_reason "$@")
    if [[ $reason ]]; then
        # shellcheck source=tests/lib.sh
        . "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
        skip "$hosts_text" "$reason"
        exit 0
    fi
    HOSTS_INSIDE=$0 exec unshare "${hosts_spaces[@]}" "$0"
fi
mount -t tmpfs tmpfs /run || exit
export TMPDIR=/run
trap 'exit 143' TERM # as process 1 this script gets no signal that it does not ask for
trap 'exit 130' INT
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
chmod 755 "$T"

declare -A host_init=() # HOST: its first process

# The machine itself becomes `head`, 10.77.0.254, with the switch that all are connected to.
hosts_up()
{
    local name=$1 n=$2 i host starter
    {
        printf '127.0.0.1 localhost\n10.77.0.254 head\n'
        for ((i = 1; i <= n; i++)); do echo "10.77.0.$i $name$i"; done
    } >"$T/hosts"
    hostname head && mount --bind "$T/hosts" /etc/hosts && ip link set lo up &&
        ip link add switch type bridge && ip addr add 10.77.0.254/24 dev switch && ip link set switch up || return
    for ((i = 1; i <= n; i++)); do
        host=$name$i
        # Its first process sleeps, and buries those that nobody waits for.
        # shellcheck disable=SC2016
        unshare "${hosts_spaces[@]}" bash -c 'hostname "$1" && mount -t tmpfs tmpfs /dev/shm && ip link set lo up &&
            : >"$2" && while :; do sleep infinity & wait; done' host "$host" "$T/$host.up" &
        starter=$!
        while [[ ! -e $T/$host.up ]]; do
            kill -0 $starter || return
            sleep 0.02
        done
        host_init[$host]=$(pgrep -P $starter)
        ip link add "$host" type veth peer name eth0 netns "${host_init[$host]}" &&
            ip link set "$host" master switch up && on "$host" ip addr add "10.77.0.$i/24" dev eth0 &&
            on "$host" ip link set eth0 up || return
    done
}
on()
{
    local host=$1
    shift
    nsenter -t "${host_init[$host]}" -m -u -i -n -p --wd="$PWD" "$@"
}
unplug() { ip link set "$1" down; }
plug() { ip link set "$1" up; }
power_off()
{
    unplug "$1"
    kill -KILL "${host_init[$1]}"
}
