#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# A row of lab machines with ssh: mpirun with a host file, jobs/lab.sh, and hosts that drop out of it.
. "$(dirname "$0")/../hosts.sh" 'sweeps over several hosts' sshd ssh ssh-keygen mpirun setsid
lab=$TOP/jobs/lab.sh
export NSURF

# --- four hosts with sshd ------------------------------------------------------------------------------------------

ssh_files()
{
    ssh-keygen -q -t ed25519 -N '' -f "$T/key" && ssh-keygen -q -t ed25519 -N '' -f "$T/host_key" || return
    cp "$T/key.pub" "$T/authorized_keys"
    cat >"$T/sshd_config" <<CONF
HostKey $T/host_key
AuthorizedKeysFile $T/authorized_keys
PidFile none
UsePAM no
StrictModes no
UseDNS no
PermitRootLogin prohibit-password
CONF
    cat >"$T/ssh_config" <<CONF
Host *
 IdentityFile $T/key
 StrictHostKeyChecking no
 UserKnownHostsFile /dev/null
 LogLevel ERROR
 ConnectTimeout 3
CONF
    export OMPI_MCA_plm_rsh_agent="ssh -F $T/ssh_config"
    # An account without a password may be locked, which sshd heeds.
    sed 's/^root:!*:/root:*:/' /etc/shadow >"$T/shadow" && mount --bind "$T/shadow" /etc/shadow
}
lab_up()
{
    local host
    ssh_files && hosts_up lab 4 && mkdir /run/sshd || return
    for host in lab1 lab2 lab3 lab4; do on $host "$(command -v sshd)" -f "$T/sshd_config" || return; done
    for host in lab2 lab3 lab4; do on lab1 ssh -F "$T/ssh_config" $host true || return; done
}
check 'hosts with ssh come up' lab_up
((tap_failed == 0)) || exit 0
mkdir "$T/a lab" && cd "$T/a lab" || exit 1
for host in 1 2 3 4; do echo "lab$host slots=2"; done >lab.txt
for host in 4 3 2 1; do echo "10.77.0.$host slots=2"; done >addresses.txt

same() # PREFIX: as the reference
{
    cmp calm.tsv "$1.tsv" && cmp calm.dat "$1.dat" && cmp calm.h5 "$1.h5"
}
hosts_of() # PREFIX HOST…: those of the report
{
    "$PYTHON" -c 'import json, sys; h = [h["name"] for h in json.load(open(sys.argv[1]))["hosts"]]
print(h); sys.exit(h != sys.argv[2:])' "$1.run.json" "${@:2}"
}
lines() { grep -vc '^#' "$1.journal" 2>/dev/null; }
no_doubles() { [[ -z $(grep -v '^#' "$1.journal" | cut -d' ' -f1-3 | sort | uniq -d) ]]; }

# --- the command of the README -------------------------------------------------------------------------------------

small=(-a 1:16 -b 1:16 -e 300 --quiet)
check 'the reference' on lab1 mpirun -np 1 "$NSURF" "${small[@]}" -o calm
check '8 ranks on 4 hosts' on lab1 timeout 60 mpirun -np 8 --hostfile lab.txt "$NSURF" "${small[@]}" -o eight
check '8 ranks on 4 hosts: the same bytes' same eight
check '8 ranks on 4 hosts: all took part' hosts_of eight lab1 lab2 lab3 lab4

# --- a file of the first host's ------------------------------------------------------------------------------------

# shellcheck disable=SC2016 # for another shell
printf '#!/bin/sh\necho "$(hostname) $0" >>copies\nsleep 0.05\necho "$1"\n' >where
chmod +x where
check '{file:NAME} on 4 hosts' on lab1 timeout 60 mpirun -np 8 --hostfile lab.txt "$NSURF" \
    --command '{file:where} {a}' --axis a=1:100 -q -o where
check '{file:NAME}: a copy a host' [ "$(sort -u copies | cut -d ' ' -f 1 | xargs)" = 'lab1 lab2 lab3 lab4' ]
# shellcheck disable=SC2016 # for another shell
copies_go() # within ten seconds
{
    local path
    sort -u copies | while read -r _ path; do
        timeout 10 bash -c 'while [[ -e $1 ]]; do sleep 0.1; done' - "$path" || return
    done
}
check '{file:NAME}: none is left' copies_go

# --- connections to the supervisors ---------------------------------------------------------------------------------

# What lab3 sends to these ports is refused; what they answer to lab4 never arrives.
ports=7001-7004
on lab3 ip rule add ipproto tcp dport $ports blackhole
on lab1 ip rule add ipproto tcp sport $ports to 10.77.0.4 blackhole
blocked() # until rank 0 has told so; then a rank of a host that can connect dies
{
    local job code=0
    on lab1 timeout 120 mpirun -q -np 8 --map-by node --hostfile lab.txt "$NSURF" -a 64 -b 64 -e 100000000 --quiet \
        -o blocked --worker-ports ${ports/-/:} --worker-timeout 60 2>told &
    job=$!
    for ((i = 0; i < 400; i++)); do grep -q 'no connection' told && break; sleep 0.1; done
    on lab2 pkill -KILL -n -x nsurf
    for ((i = 0; i < 100; i++)); do grep -q 'is lost' told && break; sleep 0.1; done
    touch blocked.stop
    wait $job || code=$?
    cat told
    ((code == 75))
}
check 'supervisors that cannot connect: the run goes on' blocked
says 'supervisors that cannot connect: it is told' 'no connection from the supervisors of rank [26] on lab3 and'
says 'supervisors that can connect: a death is known at once' 'rank [0-9] on lab2 is lost: killed by signal 9'
check 'supervisors that cannot connect: in one line' test "$(grep -c 'no connection' told)" == 1
on lab3 ip rule del ipproto tcp dport $ports blackhole
on lab1 ip rule del ipproto tcp sport $ports to 10.77.0.4 blackhole

# --- lab.sh --------------------------------------------------------------------------------------------------------

check 'lab.sh, a prefix with blanks' on lab1 timeout 60 "$lab" lab.txt "${small[@]}" -o 'two words'
check 'lab.sh: the same bytes' same 'two words'
sum=$(sha256sum two*)
check 'lab.sh again' on lab1 timeout 60 "$lab" lab.txt "${small[@]}" -o 'two words'
check 'lab.sh again: no harm' test "$sum" == "$(sha256sum two*)"
check 'lab.sh from the last host, with two ranks' on lab4 timeout 60 "$lab" -n 2 lab.txt "${small[@]}" -o last --nice
check 'lab.sh from the last host: it is the first' hosts_of last lab1 lab4
check 'lab.sh by addresses' on lab1 timeout 60 "$lab" addresses.txt "${small[@]}" -o addresses
check 'lab.sh by addresses: all took part' hosts_of addresses lab1 lab2 lab3 lab4
exits 64 'lab.sh: nsurf has the last word' on lab1 timeout 60 "$lab" lab.txt --hidden1 x

# What it refuses before anything is started:   TEXT | a line of the host file | what it says
mkdir bin && printf '#!/bin/sh\necho "nsurf 0.0.1\nrevision unknown"\n' >bin/nsurf && chmod +x bin/nsurf
while IFS='|' read -r text line says; do
    { echo 'lab1 slots=2'; echo "$line"; } >wrong.txt
    exits 69 "lab.sh refuses $text" on lab1 timeout 60 "$lab" wrong.txt "${small[@]}" -o wrong
    says "lab.sh refuses $text: names it" "^lab.sh: $says"
done <<'TABLE'
a host that does not exist|lab9|lab9: no answer
a host with too few cores|lab2 slots=1000|lab2: slots=1000, but it has [0-9]+ cores
TABLE
exits 64 'lab.sh refuses a host file without this host' on lab1 "$lab" <(echo lab2) "${small[@]}"
exits 64 'lab.sh refuses more ranks than slots' on lab1 "$lab" -n 9 lab.txt "${small[@]}"
says 'lab.sh refuses more ranks than slots: says so' 'only 8 slots'
on lab3 mount --bind "$PWD/bin/nsurf" "$NSURF"
exits 69 'lab.sh refuses another version' on lab1 timeout 60 "$lab" lab.txt "${small[@]}" -o wrong
says 'lab.sh refuses another version: names the host' '^lab.sh: lab3: another build of nsurf: "nsurf 0.0.1" there'
on lab3 umount "$NSURF"
printf '#!/bin/sh\necho "$@" >>calls\nexit 137\n' >bin/mpirun && chmod +x bin/mpirun
exits 137 'lab.sh gives up' on lab1 env PATH="$PWD/bin:$PATH" timeout 60 "$lab" lab.txt "${small[@]}" -o wrong --force
says 'lab.sh gives up: says why' '^lab.sh: mpirun ended with 137 three times, and every host answers'
check 'lab.sh gives up: it asked to start over once' \
    test "$(grep -c -e --force calls) $(grep -vc -e --force calls)" == '1 2'
check 'nothing was written' test -z "$(find . -name 'wrong.[tdh]*' ! -name wrong.txt)"

# --- hosts that drop out -------------------------------------------------------------------------------------------

grid=(-a 1:32 -b 1:32)
check 'how long a run is' enough 3 on lab1 timeout 60 mpirun -q -np 8 --hostfile lab.txt "$NSURF" "${grid[@]}"
note "$epochs epochs"
sweep=("${grid[@]}" -e "$epochs" --quiet)
check 'the reference of the long sweep' on lab1 mpirun -np 2 "$NSURF" "${sweep[@]}" -o calm --force

freeze() { on "$1" bash -c 'kill -STOP -1'; } # all but its first process: connections stay, and nothing is said
thaw() { on "$1" bash -c 'kill -CONT -1'; }

# drop WHAT HOST PREFIX CODE AFTER OPTION…: lab.sh ends with this code although WHAT happens to HOST midway. AFTER: when
# to send SIGTERM; never, or when the journal holds so many outcomes.
drop()
{
    local job code=0 i after=$5
    on lab1 timeout 150 "$lab" lab.txt "${sweep[@]}" -o "$3" "${@:6}" &
    job=$!
    for ((i = 0; i < 600 && $(lines "$3") + 0 < 50; i++)); do sleep 0.1; done
    "$1" "$2"
    before=$(lines "$3")
    if [[ $after != never ]]; then
        for ((i = 0; i < 600 && $(lines "$3") + 0 < after; i++)); do sleep 0.1; done
        sleep 1
        on lab1 pkill -TERM -o -x lab.sh
    fi
    wait $job || code=$?
    echo "$before outcomes in the journal when $2 dropped out; exit $code"
    ((code == $4)) && ! on lab1 pgrep -a -x mpirun
}
gone() # WAY HOST PREFIX CODE AFTER OPTION…
{
    local text="$2 drops out, $3"
    check "$text" drop "$@"
    [[ $3 == frozen ]] && says "$text: mpirun is ended" 'mpirun waits for a host that does not answer, and is ended'
    says "$text: says so" "$2 does not answer any more and is left out|on $2 is lost"
    check "$text: it was midway" test "$before" -ge 50 -a "$before" -lt 1024
    check "$text: nothing trained twice" no_doubles "$3"
    (($4 == 75)) || check "$text: the same bytes" same "$3"
}
gone freeze lab4 frozen 0 never --worker-timeout 2
thaw lab4
gone freeze lab4 frozen_late 0 1024 --worker-timeout 2 # SIGTERM when all is done
thaw lab4
gone freeze lab4 frozen_soon 75 50 --worker-timeout 2 -e $((20 * epochs))
thaw lab4
gone unplug lab3 unplugged 0 never
plug lab3
gone power_off lab2 dark 0 never
