#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# `nsurf report` makes one page that says what PREFIX.h5 says: looked at in a real browser, by mouse and keyboard.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
pictures=$TOP/build/pictures # for people to look at

report()
{
    env OMPI_MCA_btl=none OMPI_MCA_pml=none "$NSURF" report "$@" # without MPI
}
sweep()
{
    "$NSURF" -q "$@" >/dev/null
}
small() # FILE: less than a megabyte
{
    (($(wc -c <"$1") < 1000000)) || { wc -c "$1"; return 1; }
}

check 'a sweep with repeats and three parts' \
    sweep -o parts -a 3:12 -b 1,2,4,8,16,32,64,128,256 -r 4 -e 40 --split 50/25/25

# --- refusals ---------------------------------------------------------------------------------------------------

ends 65 'no results' 'none.h5: is not there' report none
ends 64 'no D3' 'the page needs D3, and nowhere.js cannot be opened; .*node-d3' report parts --d3 nowhere.js
echo 'd3js.org' >other.js
ends 64 'another script' '--d3 other.js: is no d3.min.js' report parts --d3 other.js
ends 64 'a folder for D3' 'the page needs D3, and \. cannot be opened' report parts --d3 .
check 'a refusal leaves nothing behind' test ! -e parts.html
ends 64 'an option of a run' '--hidden1: .nsurf report. reads results' report parts -a 3
ends 64 'D3 without a page' '--d3: belongs to .nsurf report' "$NSURF" --d3 x.js
ends 64 'two prefixes' '"two": an argument that no option takes' report parts two
check 'no temporary file' no_temporary

d3=/usr/share/nodejs/d3/dist/d3.min.js
[[ -e $d3 ]] || { skip 'the page' "no $d3 here"; exit 0; }

echo precious >parts.html
ends 64 'another file of that name' 'parts.html: is there already, and no page of nsurf' report parts
check 'another file of that name: stays' grep -qx precious parts.html
check 'another file of that name: with --force' report parts --force
check 'an earlier page is replaced' report parts.h5
says 'and named' 'nsurf: parts.html shows the surface'
check 'one part' sweep -o plain -a 2 -b 2 -e 1
ends 64 'an error that is not there' '--error test: .*holds no errors' report plain --error test
cp parts.html first.html
check 'quiet' report --quiet -o parts
exits 1 'quiet: nothing said' test -s "$T/err"
check 'the same bytes again' cmp first.html parts.html
check 'D3 by its name' report -q parts --d3 "$d3"
check 'D3 by its name: the same bytes' cmp first.html parts.html

# --- sizes ------------------------------------------------------------------------------------------------------

check '64 x 64 x 16 trainings' sweep -o many -r 16 -e 1 --split 50/25/25
check '64 x 64 x 16 trainings: reported' report -q many
check '64 x 64 x 16 trainings: less than a megabyte' small many.html
check '1,000 x 1,000 cells' sweep -o wide -a 1:1000 -b 1:1000 --null-training
check '1,000 x 1,000 cells: reported' report -q wide
check '1,000 x 1,000 cells: less than a megabyte' small wide.html

# --- in a browser -----------------------------------------------------------------------------------------------

browser=$(command -v chromium) || { skip 'the page in a browser' 'no chromium here: make check-page'; exit 0; }
"$PYTHON" -c 'import h5py' 2>/dev/null || { skip 'the page in a browser' "no h5py for $PYTHON"; exit 0; }
export PYTHONPATH=$TOP/tests browser pictures PYTHONDONTWRITEBYTECODE=1

cat >look.py <<'PY'
"""For each PREFIX:STEP open PREFIX.html and compare what it shows with PREFIX.h5; PREFIX.STEP says what was wrong."""
import base64, hashlib, math, os, re, sys, traceback
import h5py, numpy as np
from browser import Page

page = Page(os.environ["browser"])
pictures = os.environ["pictures"] + "/"
near = lambda a, b: abs(a - b) <= 6e-5 * abs(b)


def box(selector):
    """Where an element lies in the window: left, top, width, height."""
    at = "document.querySelector('%s').getBoundingClientRect()" % selector
    return page.run("(r => [r.x, r.y, r.width, r.height])(%s)" % at)


def middle(i, j, nx, ny):
    x, y, w, h = box("#heat .frame")
    return x + (i + 0.5) * w / nx, y + h - (j + 0.5) * h / ny


def tip():
    """The numbers beside the pointer, by their names, and the first line."""
    rows = page.run("[...document.querySelectorAll('.tip tr')].map(r => [...r.cells].map(c => c.textContent))")
    return page.run("document.querySelector('.tip b')?.textContent"), dict(rows)


def expect(said, mean, sd):
    match = re.fullmatch(r"([-0-9.e+]+)(?:, sd ([-0-9.e+]+))?", said)
    assert match, said
    assert near(float(match[1]), mean), (said, mean)
    assert math.isnan(sd) if match[2] is None else near(float(match[2]), sd), (said, sd)


def colours(plot):
    return page.run("""(c => { const pen = new OffscreenCanvas(c.width, c.height).getContext('2d'), s = new Set();
        pen.drawImage(c, 0, 0);
        const p = pen.getImageData(0, 0, c.width, c.height).data;
        for (let i = 0; i < p.length; i += 4) s.add(p[i] << 16 | p[i + 1] << 8 | p[i + 2]); return s.size; })
        (document.querySelector('#%s canvas'))""" % plot)


def hover(f):
    a, b = f["hidden1"][:], f["hidden2"][:]
    names = {"training": "train", "validation": "validation", "test": "test"}
    for i, j in (0, 0), (len(a) - 1, len(b) - 1), (2, 5), (7, 1):
        page.mouse("mouseMoved", *middle(i, j, len(a), len(b)))
        first, rows = tip()
        assert first == "hidden1 %d, hidden2 %d" % (a[i], b[j]), first
        for words, part in names.items():
            for kind in "error", "misclassified":
                v = f["trainings/%s_%s" % (part, kind)][i, j]
                expect(rows["%s, %s samples" % (kind, words)], v.mean(), v.std(ddof=1))
        weights = a[i] * 5 + b[j] * (a[i] + 1) + 3 * (b[j] + 1)
        assert rows["weights"].replace(",", "") == str(weights), rows
        assert rows["trainings ok"] == "4 of 4" and rows["epochs"] == "40", rows
    page.mouse("mouseMoved", 5, 5)
    assert page.run("document.querySelector('.tip').hidden")


def shown(f):
    """Another field and statistic: the legend's ends are those of the file."""
    for name, statistic, array in (("test_error", "sd", "test_error_sd"), ("train_error", "mean", "train_error"),
                                   ("validation_error", "median", "validation_error_median"),
                                   ("train_error", "lowest", "train_error_min")):
        values = f[array][:]
        page.run("""(() => { for (const [id, v] of [['field', '%s'], ['statistic', '%s'], ['scale', 'linear']]) {
            const s = document.getElementById(id);
            s.value = v;
            s.dispatchEvent(new Event(id === 'scale' ? 'input' : 'change'));
        } })()""" % (name, statistic))
        ends = page.run("[...document.querySelectorAll('#legend text')].map(t => t.textContent)")
        for said, value in (ends[0], values.min()), (ends[-1], values.max()):
            assert abs(float(said) - value) <= 6e-3 * value, (name, statistic, ends, values.min(), values.max())
        for plot in "heat", "surface":
            assert colours(plot) > 30, (plot, colours(plot))
    before = page.run("document.querySelector('#heat canvas').toDataURL()")
    for change in "s => { s.value = 'log'; }", "s => { s.value = 'rank'; }":
        page.run("(%s)(document.getElementById('scale'))" % change)
        page.run("document.getElementById('scale').dispatchEvent(new Event('input'))")
        after = page.run("document.querySelector('#heat canvas').toDataURL()")
        assert after != before, change
        before = after
    page.run("(c => { c.value = 20; c.dispatchEvent(new Event('input')); })(document.getElementById('clip'))")
    assert "20 %" in page.run("document.getElementById('clipped').textContent")
    assert page.run("[...document.querySelectorAll('#legend text')].pop().textContent").startswith("≥")


def pin(f):
    a, b = f["hidden1"][:], f["hidden2"][:]
    best = np.unravel_index(f["validation_error"][:].argmin(), (len(a), len(b)))
    heading = lambda: page.run("document.getElementById('pinned').textContent")
    assert heading() == "Through hidden1 %d, hidden2 %d" % (a[best[0]], b[best[1]]), heading()
    page.click(*middle(4, 6, len(a), len(b)))
    assert heading() == "Through hidden1 %d, hidden2 %d" % (a[4], b[6]), heading()
    for k, n in (0, len(a)), (1, len(b)):
        assert page.run("document.querySelectorAll('#slice%d .trial').length" % k) == 4 * n
        assert page.run("document.querySelector('#slice%d .band').getAttribute('d').length" % k) > 50


def keys(f):
    a, b = f["hidden1"][:], f["hidden2"][:]
    page.click(*middle(4, 6, len(a), len(b)))
    page.run("document.getElementById('heat').focus()")
    for key in "ArrowRight", "ArrowUp", "ArrowUp":
        page.key(key)
    said = page.run("document.getElementById('said').textContent")
    assert said.startswith("hidden1 %d, hidden2 %d: " % (a[5], b[8])), said
    page.key("Enter")
    assert page.run("document.getElementById('pinned').textContent") == "Through hidden1 %d, hidden2 %d" % (a[5], b[8])
    before = page.run("document.querySelector('#surface canvas').toDataURL()")
    page.run("document.getElementById('surface').focus()")
    page.key("ArrowLeft")
    page.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.run("document.querySelector('#surface canvas').toDataURL()") != before


def surface(f):
    left, top, wide, tall = box("#surface .best")
    page.mouse("mouseMoved", left + wide / 2, top + tall / 2)
    x, y, w, h = box("#surface")
    i, j = np.unravel_index(f["validation_error"][:].argmin(), f["validation_error"].shape)
    assert tip()[0] == "hidden1 %d, hidden2 %d" % (f["hidden1"][i], f["hidden2"][j]), tip()
    assert page.run("document.querySelector('#heat').matches(':hover')") is False
    before = page.run("document.querySelector('#surface canvas').toDataURL()")
    page.mouse("mousePressed", x + w / 2, y + h / 2, button="left", buttons=1, clickCount=1)
    page.mouse("mouseMoved", x + w / 2 + 90, y + h / 2 + 20, button="left", buttons=1)
    page.mouse("mouseReleased", x + w / 2 + 90, y + h / 2 + 20, button="left", clickCount=1)
    page.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.run("document.querySelector('#surface canvas').toDataURL()") != before


def words(f):
    """The table is that of `nsurf best`, in PREFIX.best."""
    rows = page.run("[...document.querySelectorAll('#best tr')].map(r => [...r.cells].map(c => c.textContent))")[1:]
    best = [line.split("\t") for line in open(prefix + ".best") if not line.startswith(("#", "candidate"))]
    assert len(best) == len(rows) == 3, (best, rows)
    for (_, a, b, weights, mean, sd, _), row in zip(best, rows):
        assert row[2:4] == [a, b] and row[6].replace(",", "") == weights, (row, a, b, weights)
        assert near(float(row[4]), float(mean)) and near(float(row[5]), float(sd)), (row, mean, sd)
    text = page.run("document.body.textContent")
    digest = hashlib.sha256(open(prefix + ".h5", "rb").read()).hexdigest()
    for fact in f.attrs["data_sha256"], digest, f.attrs["build_hdf5"]:
        assert fact in text, fact
    assert "--repeats 4" in page.run("document.getElementById('command').textContent")


def sizes(f):
    for width, height in (1280, 800), (390, 844):
        page.size(width, height)
        page.open(prefix + ".html")
        assert page.run("document.documentElement.scrollWidth") <= width, width
        page.picture(pictures + "report-%dx%d.png" % (width, height))
    page.call("Emulation.setEmulatedMedia", media="", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    paper = page.run("getComputedStyle(document.body).backgroundColor")
    page.call("Emulation.setEmulatedMedia", media="print", features=[])
    assert paper != page.run("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.run("getComputedStyle(document.getElementById('bar')).display") == "none"


def texts_apart(box):
    """Texts of a plot that lie over each other."""
    return page.run("""(() => { const all = [...document.querySelectorAll('%s text')].map(t => [t.textContent,
        t.getBoundingClientRect()]), bad = [];
        all.forEach(([a, p], i) => all.slice(i + 1).forEach(([b, q]) => { if (p.left < q.right && q.left < p.right
            && p.top < q.bottom && q.top < p.bottom) bad.push(a + ' and ' + b); }));
        return bad; })()""" % box)


def marks(f):
    """Axes of equal ratios: round numbers, apart from each other; an axis is not told as a setting."""
    for width in 1280, 390:
        page.size(width, 800)
        page.open(prefix + ".html")
        for box in "#heat", "#legend", "#slice0", "#slice1":
            assert not texts_apart(box), (width, box, texts_apart(box))
        ticks = page.run("[...document.querySelectorAll('#heat .tick text')].map(t => t.textContent)")
        assert {"0.01", "0.1", "1"} <= set(ticks) and max(map(len, ticks)) < 6, ticks
    assert page.run("document.getElementById('sizes').clientWidth") == 0  # all networks have one size
    assert "undefined" not in page.run("document.body.innerText")


def tap(f):
    """A finger taps a cell: its numbers stay until it taps elsewhere."""
    a, b = f["hidden1"][:], f["hidden2"][:]
    page.size(390, 844)
    page.open(prefix + ".html")
    page.call("Emulation.setTouchEmulationEnabled", enabled=True)

    def touch(x, y):
        page.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
        page.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    touch(*middle(3, 4, len(a), len(b)))
    said = "hidden1 %d, hidden2 %d" % (a[3], b[4])
    assert tip()[0] == said and not page.run("document.querySelector('.tip').hidden"), tip()
    touch(10, 10)
    assert page.run("document.querySelector('.tip').hidden")
    page.call("Emulation.setTouchEmulationEnabled", enabled=False)


def paper(f):
    """Printed from a dark screen: dark ink on white, also on the canvas; the settings are unfolded."""
    ink = "getComputedStyle(document.documentElement).getPropertyValue('--ink').trim()"
    page.call("Emulation.setEmulatedMedia", media="", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    page.open(prefix + ".html")
    before = page.run(ink), page.run("document.querySelector('#surface canvas').toDataURL()")
    page.run("window.dispatchEvent(new Event('beforeprint'))")
    assert page.run(ink) == "#000" and page.run("document.querySelector('details').open")
    assert page.run("document.documentElement.scrollWidth") <= 1280
    page.run("window.dispatchEvent(new Event('afterprint'))")
    assert (page.run(ink), page.run("document.querySelector('#surface canvas').toDataURL()")) == before
    page.call("Emulation.setEmulatedMedia", media="", features=[])
    pdf = base64.b64decode(page.call("Page.printToPDF", printBackground=True)["data"])
    assert len(re.findall(rb"/Type */Page\b", pdf)) <= 4


def told(f):
    """The lines of PREFIX.text stand in the page, as text."""
    text = page.run("document.body.innerText")
    for line in open(prefix + ".text"):
        assert line.rstrip("\n") in text, (line, text[:1000])
    assert page.run("document.querySelectorAll('img, iframe').length") == 0
    assert page.run("document.documentElement.dataset.ready") == "yes"


def contours(f):
    sets, rings = f["in_best_set"][:].sum(), page.run("document.querySelectorAll('#heat .candidate').length")
    assert rings in (0, sets) and (rings > 0) == (1 < sets <= 1000), (rings, sets)
    page.run("(s => { s.value = 'log'; s.dispatchEvent(new Event('input')); })(document.getElementById('scale'))")
    for box in "#slice0", "#slice1", "#sizes":
        assert not texts_apart(box), (box, texts_apart(box))
    paths = page.run("[...document.querySelectorAll('#heat .contour')].map(p => (p.getAttribute('d') || '').length)")
    assert len(paths) == 3 and min(paths) > 20, paths
    page.run("document.getElementById('contours').click()")
    assert page.run("document.querySelectorAll('#heat .contour').length") == 0


def axes(f):
    """Made by more_axes.py: cell c of four axes has the error (c + 1) / 1000; the last two axes have sliders."""
    error = lambda a, b, c, d: (((a * 3 + b) * 4 + c) * 2 + d + 1) / 1000
    slide = """(i => { i.value = %d; i.dispatchEvent(new Event('input')); })
        (document.querySelectorAll('#sliders input')[%d])"""
    assert page.run("document.querySelectorAll('#sliders input').length") == 2
    assert page.run("document.querySelectorAll('#slices .plot').length") == 4
    for c, d in (0, 0), (3, 1), (2, 0):
        page.run(slide % (c, 0))
        page.run(slide % (d, 1))
        for a, b in (0, 0), (4, 2), (1, 2):
            page.mouse("mouseMoved", *middle(a, b, 5, 3))
            first, rows = tip()
            said = "hidden1 %d, hidden2 %d, epochs %d, optimizer %s"
            assert first == said % (a + 1, b + 1, 10 ** (c + 1), "sgd" if d == 0 else "adam"), first
            assert near(float(rows["error, training samples"]), error(a, b, c, d)), (a, b, c, d, rows)
    page.click(*middle(1, 2, 5, 3))
    assert page.run("document.getElementById('pinned').textContent").endswith("epochs 1000, optimizer sgd")
    shown = lambda: page.run("document.querySelector('#sliders output').textContent")
    before, tries = shown(), 0
    page.run("document.querySelector('#sliders button').click()") # it plays
    while shown() == before:
        tries += 1
        assert tries < 200
        page.run("new Promise(done => setTimeout(done, 50))")


def curve(f, line=1, band=1, bars=0):
    """A single axis: the curve of all its cells, and no surface beside it."""
    count = lambda what: page.run("document.querySelectorAll('%s').length" % what)
    assert page.run("document.getElementById('surface').clientWidth") == 0
    assert page.run("document.querySelectorAll('#slices .plot').length") == 1
    assert (count("#slice0 .line"), count("#slice0 .band"), count("#slice0 .spread")) == (line, band, bars)
    assert count("#slice0 .trial") == f["trainings/error"].size
    page.mouse("mouseMoved", *middle(2, 0, f["error"].size, 1))
    first, rows = tip()
    assert near(float(rows["error"].split(",")[0]), f["error"][2]), (first, rows)


def bars(f):
    """Words have no between."""
    curve(f, 0, 0, f["error"].size)


def alike(f):
    """Values that are nearly alike: marks that differ, and the quartiles as gnuplot takes them."""
    for plot in "#slice0", "#slice1":
        left = page.run("[...document.querySelectorAll('%s g:not([text-anchor=middle]) .tick text')]"
                        ".map(t => t.textContent)" % plot)
        assert len(left) > 2 and len(set(left)) == len(left), (plot, left)
    v = np.sort(f["error"][:].ravel())
    assert len(v) == 24 # a multiple of four: each is a mean of two
    quartiles = v[0], (v[5] + v[6]) / 2, (v[11] + v[12]) / 2, (v[17] + v[18]) / 2, v[-1]
    bar = page.run("[...document.querySelectorAll('#legend text')].map(t => t.textContent)")
    assert bar == ["%.0f" % float("%.3g" % q) for q in quartiles], (bar, quartiles)


def closed(f):
    """Even a page that wanted to could ask nobody."""
    assert page.run("fetch('http://127.0.0.1:9/').then(() => 'open', () => 'closed')") == "closed"
    assert page.run("""new Promise(done => { const i = new Image(); i.onload = () => done('open');
        document.addEventListener('securitypolicyviolation', e => done(e.effectiveDirective));
        i.src = 'http://127.0.0.1:9/x.png'; })""") == "img-src"
    page.errors.clear()
    page.requests[1:] = []


def look(step):
    page.size(1280, 800)
    page.open(prefix + ".html")
    with h5py.File(prefix + ".h5") as f:
        globals()[step](f)
    assert not page.errors, page.errors
    own = "data:", "file://" + os.path.abspath(prefix) + ".html"
    others = [url for url in page.requests if not url.startswith(own)]
    assert page.requests and not others, others


for work in sys.argv[1:]:
    prefix, step = work.split(":")
    with open(prefix + "." + step, "w") as result:
        try:
            look(step)
        except Exception:
            traceback.print_exc(file=result)
page.close()
PY
cat >more_axes.py <<'PY'
"""The page of PREFIX with a surface of four axes in it, one of them of words."""
import base64, json, re, sys, zlib
page = open(sys.argv[1] + ".html").read()
place = re.compile(r'(<script type="text/plain" id="data">)([^<]*)')
s = json.loads(zlib.decompress(base64.b64decode(place.search(page)[2])))
axis = lambda name, spacing, values: {"name": name, "title": name, "unit": "", "spacing": spacing, "count": len(values),
                                      "values": values}
s["axes"] = [axis("hidden1", "linear", [1, 2, 3, 4, 5]), axis("hidden2", "linear", [1, 2, 3]),
             axis("epochs", "log", [10, 100, 1000, 10000]), axis("optimizer", "choice", ["sgd", "adam"])]
cells = list(range(120))
best = {"cell": 0, "values": [1, 1, 10, "sgd"], "weights": 9, "mean": 0.001, "sd": None}
s.update(folds=1, repeats=1, done=120, trainings=120, chosen="train", thinned=False,
         cells={"weights": [9 + c for c in cells], "epochs": cells, "status": [0] * 120, "ok": [1] * 120},
         fields=[{"name": "train_error", "title": "error, training samples", "part": "train",
                  "mean": [(c + 1) / 1000 for c in cells], "sd": [], "trials": None}],
         rankings={"train": {"compared": 120, "left_out": 0, "trainings": 1, "blocks": 1, "best": best}})
data = base64.b64encode(zlib.compress(json.dumps(s).encode())).decode()
print(place.sub(lambda m: m[1] + data, page))
PY
more_axes()
{
    "$PYTHON" more_axes.py parts >axes.html && cp parts.h5 axes.h5
}
check 'four axes' more_axes

passed() # PREFIX.STEP
{
    [[ -e $1 && ! -s $1 ]] || { cat "$1"; return 1; }
}
text() # PREFIX LINE…: what its page must say
{
    printf '%s\n' "${@:2}" >"$1.text"
}

hostile='a</script><img src=x onerror=alert(1)>.csv'
mkdir 'a<'
printf 'x,y\n0,0\n1,1\n0.5,0.5\n' >"$hostile"
check 'a hostile name' sweep -o hostile -a 2:4 -b 2:4 -e 2 -d "$hostile"
text hostile "$hostile"
exits 1 'all diverged' sweep -o bad -a 2:4 -b 2:4 -e 20 -l 50 --hidden-activation relu --output-activation linear
text bad 'No training ended ok: there is no error to show.' 'diverged'
stopped_at_once() # before a first training is over
{
    sweep -o none -a 2:4 -b 2:4 -e 100000000 &
    until [[ -e none.journal ]]; do sleep 0.05; done
    touch none.stop
    wait $!
    [[ $? == 75 ]]
}
check 'nothing trained' stopped_at_once
text none '0 of 9 trainings so far.' 'Nothing is trained yet.'
text wide 'The sweep has 1000 × 1000 cells. This page shows 251 × 251 of them'
text many '64 × 64 cells' '16 trainings a cell' \
    'lways answering the mean of the training targets'
check 'one cell' sweep -o cell -a 1 -b 1 -e 20
check 'one row' sweep -o row -a 3 -b 1:9 -e 20
check 'one column' sweep -o column -a 1:9 -b 3 -e 20
check 'two by two' sweep -o two -a 1:2 -b 1:2 -e 20
check 'axes of equal ratios' sweep -o ratios -a 4 -b 4 -e 20 -l 0.01:2:log16 --weight-range 0.05:10:log9
shapes=(cell row column two)
for shape in "${shapes[@]}"; do text "$shape" 'The same sweep again'; done
check 'a program' sweep -o program --command 'expr {size} * {rate}' --axis size=1:5 --axis rate=1:4 -r 2
text program 'expr {size} * {rate}: error surface of 5 × 4 cells' '2 runs a cell'
check 'a program of one axis' sweep -o sole --command 'expr {size} * 2' --axis size=1:5 -r 2
check 'a program of one axis of words' sweep -o words1 --command 'expr length {w}' --axis w=sgd,adam,rprop -r 2
check 'values nearly alike' sweep -o alike --command 'expr 28108 + {x}{repeat}{y}' --axis x=1:6 --axis y=1:4 -r 3
text sole 'expr {size} * 2: error surface of 5 cells' 'Through size 1' 'Small dots are single runs'
text alike 'error surface of 6 × 4 cells' 'Through x 1, y 1'
text words1 'error surface of 3 cells' 'Through w sgd'
shapes+=(program sole words1 alike)
for prefix in hostile bad none ratios "${shapes[@]}"; do check "$prefix: reported" report -q "$prefix"; done
"$NSURF" best parts >parts.best

steps=(parts:{hover,shown,pin,surface,keys,words,sizes,tap,paper,closed} ratios:marks many:contours axes:axes)
steps+=({hostile,bad,none,wide,many,cell,row,column,two,program,sole,words1,alike}:told)
steps+=(sole:curve words1:bars alike:alike)
check 'a browser opens them all' "$PYTHON" look.py "${steps[@]}"
check 'the numbers beside the pointer are those of the file' passed parts.hover
check 'fields, statistics, scales' passed parts.shown
check 'a click pins a cell, and draws the lines through it' passed parts.pin
check 'the surface turns, and tells its cells' passed parts.surface
check 'keys' passed parts.keys
check 'the words of nsurf best, digests, the command' passed parts.words
check 'windows of two sizes, dark and in print' passed parts.sizes
check 'a finger taps' passed parts.tap
check 'printed from a dark screen' passed parts.paper
check 'marks of axes of equal ratios' passed ratios.marks
check 'the network stays closed' passed parts.closed
check 'what is thinned is said' passed wide.told
check 'many trainings' passed many.told
check 'contours' passed many.contours
check 'one axis: a curve and its band' passed sole.curve
check 'one axis of words: bars, and no line between them' passed words1.bars
check 'values nearly alike: told apart, and quartiles as in gnuplot' passed alike.alike
check 'four axes: two on the map, two with sliders' passed axes.axes
check 'a hostile name: is text' passed hostile.told
check 'all diverged: said' passed bad.told
check 'nothing trained: said' passed none.told
for shape in "${shapes[@]}"; do check "$shape: drawn" passed "$shape.told"; done
