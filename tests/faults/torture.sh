#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Attacks on runs and on files: first each of the table below, then some drawn at random, until the time is over.
# Usage: torture.sh [SECONDS [SEED]]     an hour and a new seed by `make torture`, a minute in `make check`
#        torture.sh ATTACK SEED          one of them again
# A violation is any of these: an outcome that stood in the journal is gone or another; a result file that is neither
# the old nor the new one, whole; another digest after the same command has gone on; a crash, a hang, an exit code that
# nsurf(1) does not have, or nothing said with it; a process or a temporary file that is left.
. "$(dirname "$0")/../lib.sh"
export TMPDIR=$T OMPI_MCA_btl_vader_backing_directory=$T # what Open MPI leaves behind goes with the folder
mkdir "$T/w" && cd "$T/w" || exit 1
nsurf=$T/nsurf # so that its processes are told from those of other tests
cp "$NSURF" "$nsurf" || exit 1

# What is attacked, how, and with which exit codes the run may end. mpirun has codes of its own: 128 + N for a rank or a
# supervisor that signal N has ended, 1 after SIGINT, SIGTERM or SIGHUP.
attacks='
kill_worker       0 1
kill_supervisor   0 1 137
kill_watched      0 1 137
kill_rank0        0 134 137 139
kill_mpirun       0 137
kill_all          0 137
stop_worker       0 1
stop_awhile       0 1
stop_supervisor   0 1 137
storm             0 1 75 129 130 137 138 140 143
stop_by_signal    0 1 75
damage_journal    0 65
forge_journal     0 64 65
damage_result     0 65
forge_result      0 65
damage_network    0 65
forge_network     0 65
damage_text       0 64 65
damage_hdf5       0 64 65
full_disk         0 74
close_streams     0 74
'

# --- what is attacked -------------------------------------------------------------------------------------------

# mutants KIND FILE COUNT: FILE.0, FILE.1 … from FILE. damage: bytes; lines: whole lines; and with checksums that are
# right again, journal: fields of outcomes, network: bytes, hdf5 (the results): values, shapes, names and types.
cat >mutants.py <<'PY'
import random, re, sys, zlib, hashlib
kind, name, count, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
r = random.Random(seed)
whole = open(name, 'rb').read()

def damage(data):
    data = bytearray(data)
    for _ in range(r.choice((1, 1, 1, 3, 20))):
        if not data:
            break
        at, size = r.randrange(len(data)), r.randrange(1, r.choice((2, 9, 600)))
        way = r.randrange(8)
        if way < 3: data[at] ^= 1 << r.randrange(8)
        elif way == 3: data[at] = r.choice(b'\0\xff\n\r 09-e#,;"')
        elif way == 4: del data[at:at + size]
        elif way == 5: data[at:at + size] = bytes(len(data[at:at + size]))
        elif way == 6: data[at:at] = data[at // 2:at // 2 + size]
        else: del data[at:]
    return bytes(data)

def lines(data):
    parts = data.splitlines(True)
    for _ in range(r.randrange(1, 4)):
        a, b = r.randrange(len(parts)), r.randrange(len(parts))
        way = r.randrange(4)
        if way == 0: parts[a], parts[b] = parts[b], parts[a]
        elif way == 1: parts.insert(a, parts[b])
        elif way == 2 and len(parts) > 1: del parts[a]
        else: parts[a] = damage(parts[a])
    return b''.join(parts)

def journal(data):
    parts = data.splitlines()
    start = 0 # of the checksum: as in the file's own lines
    named = dict(p[2:].split(b' ')[:2] for p in parts if p.startswith(b'# ') and p.count(b' ') >= 2)
    last = parts[-1]
    for value in [b''] + list(named.values()):
        if b'%08x' % zlib.crc32(last[:-9], zlib.crc32(value)) == last[-8:]:
            start = zlib.crc32(value)
    at = r.choice([i for i, p in enumerate(parts) if not p.startswith(b'#')])
    words = parts[at][:-9].split(b' ')
    field = r.randrange(len(words))
    words[field] = r.choice((b'0', b'1', b'2', b'3', b'7', b'4294967295', b'99999999999', b'-1', b'NaN', b'inf',
                             b'1e999', b'', b'0x1', b'01', b'1e-400', words[r.randrange(len(words))]))
    text = b' '.join(words)
    parts.insert(at, text + b' %08x' % zlib.crc32(text, start))
    if r.randrange(2): del parts[at + 1]
    return b'\n'.join(parts) + b'\n'

def proven(data, rest):
    block = re.sub(rb'bytes \d+\nsha256 [0-9a-f]{64}', b'bytes %d\nsha256 %s' %
                   (len(rest), hashlib.sha256(rest).hexdigest().encode()), data[:512].rstrip(b'\0'))
    return block.ljust(512, b'\0')[:512] + rest

def network(data):
    return proven(data, damage(data[512:]))

def hdf5(out):
    import h5py, numpy
    open(out, 'wb').write(whole)
    with h5py.File(out, 'r+') as f:
        found = []
        f.visititems(lambda n, o: found.append(n) if isinstance(o, h5py.Dataset) else None)
        d = r.choice(sorted(found))
        way = r.randrange(6) if f.attrs else r.randrange(2, 6)
        old = f[d][()]
        if way == 0:
            a = r.choice(sorted(f.attrs))
            f.attrs[a] = r.choice(('x', -1, 0, 1e300, numpy.zeros(3), ''))
        elif way == 1: del f.attrs[r.choice(sorted(f.attrs))]
        elif way == 2: del f[d]
        elif way == 3 and old.dtype.kind in 'fiu':
            new = old.ravel().copy()
            new[r.randrange(new.size)] = r.choice((0, 1, 100) + ((float('nan'), -1, 1e300, float('inf'))
                                                   if old.dtype.kind == 'f' else ()))
            f[d][...] = new.reshape(old.shape)
        elif way == 4:
            del f[d]
            f[d] = numpy.resize(old, r.choice(((), (0,), (1,), (3, 1, 2), (70000,), tuple(n + 1 for n in old.shape))))
        else:
            del f[d]
            f[d] = r.choice(('text', b'bytes', 1, numpy.zeros(old.shape, 'c8'), numpy.zeros(old.shape, 'S3')))
    if whole.startswith(b'nsurf '):
        changed = open(out, 'rb').read()
        open(out, 'wb').write(proven(changed, changed[512:]))

for i in range(count):
    if kind == 'hdf5':
        hdf5(f'{name}.{i}')
    else:
        new = whole
        while new == whole:
            new = globals()[kind](whole)
        open(f'{name}.{i}', 'wb').write(new)
PY
mutants() { "$PYTHON" mutants.py "$@" "$RANDOM" >mutants.err 2>&1 || { cat mutants.err; return 1; }; }

# One process, for which MPI_Init starts no helper.
alone() { OMPI_MCA_ess_singleton_isolated=1 timeout 60 "$nsurf" "$@"; }

# Data in the formats that are read.
cat >data.py <<'PY'
import h5py
rows = [[round((i * 7 + c * 5) % 11 / 11, 3) for c in range(3)] for i in range(24)]
names = ['abc'[i % 3] for i in range(24)]
text = lambda f, sep: open(f, 'w').writelines(sep.join(map(str, r + [n])) + '\n' for r, n in zip(rows, names))
text('d.csv', ','); text('d.txt', ' ')
with open('d.svm', 'w') as f:
    f.writelines(n + ' ' + ' '.join(f'{c + 1}:{v}' for c, v in enumerate(r)) + '\n' for r, n in zip(rows, '012' * 8))
with open('d.dt', 'w') as f:
    f.write('bool_in=0\nreal_in=3\nbool_out=1\nreal_out=0\n'
            'training_examples=12\nvalidation_examples=6\ntest_examples=6\n')
    f.writelines(' '.join(map(str, r)) + f' {i % 2}\n' for i, r in enumerate(rows))
with open('d.fann', 'w') as f:
    f.write('24 3 1\n')
    f.writelines(' '.join(map(str, r)) + f'\n{i % 2}\n' for i, r in enumerate(rows))
with h5py.File('d.h5', 'w') as f:
    f['inputs'] = rows
    f['targets'] = [n.encode() for n in names]
PY
texts=(d.csv d.txt d.svm d.dt d.fann)

prepare()
{
    grid=(-a 1:16 -b 1:16)
    enough 1 timeout 60 mpirun -q -np 4 "$nsurf" "${grid[@]}" || return
    sweep=("${grid[@]}" -e "$epochs" --quiet)
    small=(-a 1:5 -b 1:6 -e 5 --quiet)
    "$PYTHON" data.py && timeout 60 mpirun -q -np 4 "$nsurf" "${sweep[@]}" -o calm && alone "${small[@]}" -o quick &&
        "$nsurf" train -a 3 -b 4 -e 5 -d d.csv --save net.h5 && "$nsurf" best quick
}

# --- judgement --------------------------------------------------------------------------------------------------

one_of() # CODE CODE…: whether the first is among the others
{
    [[ " ${*:2} " == *" $1 "* ]] || { echo "exit $1, not one of ${*:2}"; return 1; }
}
# What nsurf itself ends with has a reason, in a line of its own.
explained() # CODE FILE
{
    case $1 in
    64 | 65 | 70 | 71 | 74 | 75) grep -q '^nsurf: ' "$2" || { echo "exit $1, and nothing is said"; return 1; } ;;
    esac
}
written() { grep -v '^#' "$1.journal" 2>/dev/null | grep -xE '.* [0-9a-f]{8}' | sort; } # PREFIX: its outcomes
none_lost() # PREFIX
{
    comm -23 before <(written "$1") >lost
    [[ ! -s lost ]] || { echo "lost from the journal: $(head -n 3 lost)"; return 1; }
}
# Each cell is a hole or that of the undisturbed run, and the file is whole.
whole() # PREFIX CALM
{
    local ending
    for ending in tsv dat; do
        [[ -e $1.$ending ]] || continue
        paste -d '\n' "$2.$ending" "$1.$ending" | awk 'NR % 2 { want = $0; split(want, cell); next }
            $0 != want && !/^#/ && !($1 == cell[1] && $2 == cell[2] && tolower($3) == "nan") { bad = 1 }
            END { exit bad }' || { echo "$1.$ending is torn"; return 1; }
    done
    [[ ! -e $1.h5 ]] || alone best "$1" >best.out 2>&1 || { echo "$1.h5 cannot be read: $(<best.out)"; return 1; }
}
left() { find /proc -maxdepth 2 -name exe -lname "$nsurf" 2>/dev/null | cut -d/ -f3; } # processes of nsurf
about_left() { left | xargs -r ps -o pid=,ppid=,stat=,wchan=,etime= -p | tr -s ' ' | paste -sd ';'; }
nobody_left()
{
    local i
    for i in {1..150}; do [[ $(left) ]] || return 0; sleep 0.1; done # a launcher has ten seconds to answer
    echo "processes are left: $(about_left)"
    left | xargs -r kill -KILL
    return 1
}
# A run has ended, with this exit code: the same command finishes it.
judge() # CODE
{
    explained "$1" said && one_of "$1" "${codes[@]}" && none_lost run && whole run calm && nobody_left || return
    alone "${sweep[@]}" -o run >said 2>&1 || { echo "the same command: exit $?: $(<said)"; return 1; }
    none_lost run && same_results calm run && no_temporary . || return
    grep -v '^#' run.journal | awk '$5 != 2' >once.journal # what has failed is trained again
    each_once once.journal
}

# A command that reads: its answer is in `answer`. A refusal is one line.
reads() # COMMAND…
{
    local code=0
    "$@" >answer 2>said </dev/null || code=$?
    one_of $code "${codes[@]}" || { head -n 3 said; return 1; }
    ((code == 0)) || [[ $(wc -l <said) == 1 && $(<said) == 'nsurf: '* ]] ||
        { echo "exit $code, said: $(head -n 3 said)"; return 1; }
    answered=$code
}

# --- processes --------------------------------------------------------------------------------------------------

nap() { sleep "$(($1 / 1000)).$(printf %03d $(($1 % 1000)))"; } # MILLISECONDS
launch() # a run of four processes: $job is mpirun, ranks and supervisors by rank; it is midway, mostly
{
    local i
    begun=0
    rm -f run.* before
    setsid mpirun -q -np 4 "$nsurf" "${sweep[@]}" -o run --worker-timeout 2 >said.out 2>said &
    job=$! early=0
    if ((RANDOM % 5 == 0)); then
        early=1
        nap $((RANDOM % 700))
    else
        for ((i = 0; i < 500 && $(outcomes run.journal) == 0; i++)); do sleep 0.02; done
        nap $((RANDOM % 400))
    fi
    mapfile -t supervisors < <(pgrep -P "$job")
    mapfile -t ranks < <(ranks "$job")
    written run >before
    [[ ! -e run.journal ]] || begun=1
}
worker() { echo $((1 + RANDOM % 3)); }
strike() { kill "$@"; } 2>/dev/null
# The end of the run; one that began while its processes were starting may wait for ever in Open MPI 4.1.
ended()
{
    local code=0 i
    for ((i = 0; i < (early ? 200 : 400); i++)); do
        kill -0 "$job" 2>/dev/null || break
        sleep 0.1
    done
    # All is said, and its rank has left: nobody is there to wake a supervisor that was stopped in that moment.
    kill -0 "$job" 2>/dev/null && grep -q '^sha256 ' said.out && strike -CONT "${supervisors[@]}" && nap 2000
    if kill -0 "$job" 2>/dev/null; then
        strike -KILL "$job"
        wait "$job"
        ((early)) && { hung=$((hung + 1)); codes+=(137); judge 137; return; }
        echo "it does not end: mpirun $job; $(about_left); $(tail -n 2 said)"
        left | xargs -r kill -KILL
        return 1
    fi
    wait "$job" || code=$?
    ((early)) && codes+=(1 134 137 139) # no run yet that a worker could be missing from
    # mpirun, or a process that it had just started, had not set its handlers yet; or all was said, and mpirun had
    # taken its own down again.
    ((begun && ${#supervisors[@]})) && ! grep -q '^sha256 ' said.out || codes+=(129 130 138 140 143)
    judge $code
} 2>/dev/null

fatal=(KILL SEGV ABRT)
kill_worker() { launch; strike "-${fatal[RANDOM % 3]}" "${ranks[$(worker)]-}"; ended; }
kill_supervisor() { launch; strike -KILL "${supervisors[$(worker)]-}"; ended; }
kill_watched() { launch; local w; w=$(worker); strike -KILL "${supervisors[w]-}" "${ranks[w]-}"; ended; }
kill_rank0() { launch; strike "-${fatal[RANDOM % 3]}" "${ranks[0]-}"; ended; }
kill_mpirun() { launch; strike -KILL "$job"; ended; }
kill_all() { launch; strike -KILL "$job" "${supervisors[@]}" "${ranks[@]}"; ended; }
stop_worker() { launch; strike -STOP "${ranks[$(worker)]-}"; ended; }
stop_supervisor() { launch; strike -STOP "${supervisors[$(worker)]-}"; ended; }
stop_awhile()
{
    local all victim
    launch
    all=("$job" "${supervisors[@]}" "${ranks[@]}")
    victim=${all[RANDOM % ${#all[@]}]}
    strike -STOP "$victim"
    nap $((RANDOM % 1500))
    strike -CONT "$victim"
    ended
}
asking=(TERM INT HUP USR1 USR2 CONT)
storm()
{
    local all i
    launch
    all=("$job" "$job" "${supervisors[@]}" "${ranks[@]}")
    for ((i = 2 + RANDOM % 12; i > 0; i--)); do
        strike "-${asking[RANDOM % 6]}" "${all[RANDOM % ${#all[@]}]}"
        ((RANDOM % 2)) && nap $((RANDOM % 120))
    done
    ended
}
stop_by_signal() { launch; strike "-${asking[RANDOM % 4]}" "$job"; ended; }

# --- files ------------------------------------------------------------------------------------------------------

sweep_on() # FILE: a run goes on with this journal, and ends with the undisturbed results, or refuses it
{
    rm -f q.*
    cp "$1" q.journal
    reads alone "${small[@]}" -o q && no_temporary .
}
damage_journal()
{
    local i kinds=(damage lines)
    mutants "${kinds[RANDOM % 2]}" quick.journal 4 || return
    for i in 0 1 2 3; do
        sweep_on quick.journal.$i || return
        if ((answered == 65)); then
            cp quick.journal.$i q.journal
            reads alone "${small[@]}" -o q --repair || return
        fi
        ((answered == 65)) || same_results quick q || return
    done
}
forge_journal() # whoever makes checksums may invent outcomes, and no more than that
{
    local i
    mutants journal quick.journal 4 || return
    for i in 0 1 2 3; do sweep_on quick.journal.$i || return; done
}
# best_of MUTANTS: each is refused; or, where it is damage, gives the answer of the file that it was
best_of()
{
    local i
    "$nsurf" best quick >right || return
    for i in {0..9}; do
        mv "quick.h5.$i" q.h5
        reads alone best q || return
        ((answered == 65)) || [[ $1 != damage ]] || cmp right answer || return
    done
}
damage_result() { mutants damage quick.h5 10 && best_of damage; }
forge_result() { mutants hdf5 quick.h5 10 && best_of forged; }
predict_of() # MUTANTS: likewise
{
    local i
    "$nsurf" predict net.h5 d.csv >right || return
    for i in {0..9}; do
        reads alone predict "net.h5.$i" d.csv || return
        ((answered == 65)) || [[ $1 != damage ]] || cmp right answer || return
    done
}
damage_network() { mutants damage net.h5 10 && predict_of damage; }
forge_network() { mutants network net.h5 10 && predict_of forged; }
train_of() # FILE KIND
{
    local i
    mutants "$2" "$1" 10 || return
    for i in {0..9}; do reads alone train -a 2 -b 2 -e 1 -d "$1.$i" || return; done
}
damage_text()
{
    local kinds=(damage lines)
    train_of "${texts[RANDOM % ${#texts[@]}]}" "${kinds[RANDOM % 2]}"
}
damage_hdf5()
{
    local kinds=(damage hdf5)
    train_of d.h5 "${kinds[RANDOM % 2]}"
}

# --- places and streams -----------------------------------------------------------------------------------------

mkdir disk
# shellcheck disable=SC2016  # for the shell inside
on_a_small_disk='mount -t tmpfs -o size=$1 none disk && head -c "$2" /dev/zero >disk/ballast
    "${@:3}" -o disk/q >said 2>&1; code=$?
    ls disk | grep tmp- && exit 98
    mount -o remount,size=8m disk && "${@:3}" -o disk/q || exit 99
    cp disk/q.* .; exit $code'
full_disk()
{
    local code=0
    rm -f q.*
    OMPI_MCA_ess_singleton_isolated=1 unshare -rm bash -c "$on_a_small_disk" - $((32 + 4 * (RANDOM % 20)))k \
        $((RANDOM % 60000)) timeout 60 "$nsurf" "${small[@]}" || code=$?
    one_of $code "${codes[@]}" && explained $code said && same_results quick q
}
unshare -rm mount -t tmpfs none disk 2>/dev/null || attacks=$(grep -v '^full_disk' <<<"$attacks")

# Each of the three streams is as usual, closed, full, or has no reader: then no digest is 74, and the files are whole.
close_streams()
{
    local ways=(/dev/null - /dev/full pipe) fd code=0 way=() lost
    for fd in 0 1 2; do way[fd]=${ways[RANDOM % 4]}; done
    rm -f q.*
    (
        exec 9> >(exec <&-)
        case ${way[1]} in -) exec >&- ;; pipe) exec >&9 ;; *) exec >"${way[1]}" ;; esac
        case ${way[2]} in -) exec 2>&- ;; pipe) exec 2>&9 ;; *) exec 2>"${way[2]}" ;; esac
        case ${way[0]} in /dev/null) exec </dev/null ;; *) exec <&- ;; esac
        exec 9>&-
        OMPI_MCA_ess_singleton_isolated=1 exec "$nsurf" "${small[@]:0:6}" -o q
    ) || code=$?
    lost=74
    [[ ${way[1]} == /dev/null ]] && lost=0
    ((code == lost)) || { echo "exit $code with ${way[*]}"; return 1; }
    same_results quick q
}

# --- the torture ------------------------------------------------------------------------------------------------

declare -A tried=() failed=()
hung=0
attack() # NAME SEED
{
    local codes
    read -ra codes <<<"$(awk -v name="$1" '$1 == name { $1 = ""; print }' <<<"$attacks")"
    RANDOM=$2
    tried[$1]=$((${tried[$1]-0} + 1))
    "$1" >"$T/log" 2>&1 && return
    failed[$1]=$((${failed[$1]-0} + 1))
    note "violation: tests/faults/torture.sh $1 $2"
    sed 's/^/#     /' "$T/log" | cat -v | cut -c -200 | head -n 12
}

limit=${1:-60} seed=${2:-1}
check 'what is attacked' prepare
((tap_failed == 0)) || exit 0
mapfile -t names < <(awk 'NF { print $1 }' <<<"$attacks")
if [[ ${limit//[0-9]/} ]]; then
    names=("$limit")
    attack "$limit" "$seed"
else
    note "to repeat: tests/faults/torture.sh $limit $seed"
    RANDOM=$((seed % 32768))
    end=$((SECONDS + limit))
    for ((count = 0; SECONDS < end; count++)); do
        # The next seed is drawn before the attack draws its own numbers.
        RANDOM=$(((seed + count) % 32768))
        next=$RANDOM name=${names[RANDOM % ${#names[@]}]}
        ((count < ${#names[@]})) && name=${names[count]}
        attack "$name" "$next"
    done
fi
: >"$T/out"
: >"$T/err"
for name in "${names[@]}"; do
    tap_result "${failed[$name]:-0}" "$name: ${tried[$name]:-0} attacks, ${failed[$name]:-0} violations" 'see above'
done
note "$hung times mpirun waited for a process that died while it was started"
