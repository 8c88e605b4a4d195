#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Which lines of src/ ran, of a build with --coverage: a table by room and file, and the lines that did not.

Usage: coverage.py BUILD LEAST [FILE…]: at least LEAST % of all lines, else exit 1; of these files the lines are shown.
A line counts once, however many objects hold it: one of a header or of a kernel's body ran when it ran in any."""
import collections
import json
import pathlib
import subprocess
import sys

build, least, shown = pathlib.Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
ran = collections.defaultdict(lambda: collections.defaultdict(int))  # [file][line]: how many times
for notes in sorted(build.glob("src/**/*.gcno")):
    command = ["gcov", "--json-format", "--stdout", notes]
    text = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    for part in text.splitlines():
        for file in json.loads(part)["files"]:
            if file["file"].startswith("src/"):
                for line in file["lines"]:
                    ran[file["file"]][line["line_number"]] += line["count"]

rooms = collections.defaultdict(list)
for name in sorted(ran):
    path = name.split("/")
    counts = ran[name].values()
    rooms[path[1] + "/" if len(path) > 2 else path[1]].append((name, len(counts), sum(n > 0 for n in counts)))


def row(name, lines, reached):
    print(f"{name:<36} {lines:6} {reached:6} {100 * reached / lines:6.1f} %")


def gaps(name):
    """The lines that did not run, as 3-5 7."""
    lines = sorted(ran[name])
    text, first = [], None
    for at, line in enumerate(lines + [None]):
        missed = line is not None and ran[name][line] == 0
        if missed and first is None:
            first = line
        elif not missed and first is not None:
            text.append(f"{first}-{lines[at - 1]}" if lines[at - 1] > first else str(first))
            first = None
    return " ".join(text)


print(f"{'':<36} {'lines':>6} {'ran':>6}")
for room, files in rooms.items():
    row(room, sum(f[1] for f in files), sum(f[2] for f in files))
    for name, lines, reached in files:
        if 100 * reached < least * lines or name in shown:
            row("  " + name, lines, reached)
            print("    " + gaps(name))
lines, reached = (sum(f[k] for files in rooms.values() for f in files) for k in (1, 2))
row("all", lines, reached)
sys.exit(100 * reached < least * lines)
