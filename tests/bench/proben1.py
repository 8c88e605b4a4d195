#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""PROBEN1's published test errors beside nsurf's, as a table in Markdown.

usage: proben1.py NSURF FOLDER [PROBLEM:HIDDEN1:HIDDEN2]...

FOLDER holds the archive's .dt files, there or in folders below. Without problems: those whose figures stand here.
Source: L. Prechelt, PROBEN1: a set of neural network benchmark problems and benchmarking rules, Technical Report 21/94,
University of Karlsruhe, 1994; tables 3, 4, 10 and 11 (networks without shortcut connections, linear outputs).
E is the squared error percentage: 100 times the mean of (output - target)^2."""
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np

# The pivot networks: validation E, test E and test classification error in per cent, each mean and standard deviation
# over 60 runs; then the linear network's training, validation and test E.
PUBLISHED = {
    'cancer1': ('4:2', (1.89, 0.12), (1.32, 0.13), (1.38, 0.49), (4.25, 2.91, 3.52)),
    'glass1': ('16:8', (9.15, 0.21), (9.24, 0.32), (32.70, 5.34), (8.83, 9.70, 9.98)),
    'heartac2': ('8:4', (5.16, 0.32), (4.41, 0.56), None, (3.37, 5.21, 3.87)),
    'horse1': ('16:8', (15.47, 0.37), (13.32, 0.48), (29.19, 2.62), (11.31, 15.53, 12.93)),
}
REPEATS = 60
UNITS = ['--hidden-activation', 'softsign', '--output-activation', 'linear']
STOP = ['--epochs', '3000', '--early-stopping', 'gl=5,progress=0.1,every=5']
METHODS = {
    'RPROP': ['--optimizer', 'rprop,first=0.1,min=0,max=50,increase=1.1,decrease=0.5', '--weight-range', '0.5'],
    'on-line': ['--learning-rate', '0.003'],
}
PARTS = ('train', 'validation', 'test')


def find(folder, problem):
    for root, _, files in os.walk(folder):
        if problem + '.dt' in files:
            return os.path.join(root, problem + '.dt')
    sys.exit(f'proben1: {folder}: no {problem}.dt there or below; give the folder of the archive')


def nsurf(program, prefix, *options):
    subprocess.run([program, '--output', prefix, '--force', '--quiet', *options], check=True,
                   stdout=subprocess.DEVNULL)
    return h5py.File(prefix + '.h5', 'r')


def trainings(file, name):
    """100 times what every training of the only cell came to."""
    group = file['trainings'] if 'trainings' in file else file
    return 100 * group[name][...].ravel()


def read(path):
    """The header's counts, and inputs, targets as float64."""
    with open(path, encoding='ascii') as lines:
        header = dict(next(lines).split('=') for _ in range(7))
        values = np.array([line.split() for line in lines if line.strip()], dtype=float)
    counts = {name: int(value) for name, value in header.items()}
    inputs = counts['bool_in'] + counts['real_in']
    return counts, values[:, :inputs], values[:, inputs:]


def linear(program, path, work):
    """E of least squares on the training samples, as nsurf measures it: the residuals become the targets of a network
    whose outputs are 0."""
    counts, x, t = read(path)
    samples = [counts[part + '_examples'] for part in ('training', 'validation', 'test')]
    ones = np.hstack([np.ones((len(x), 1)), x])
    solution = np.linalg.lstsq(ones[:samples[0]], t[:samples[0]], rcond=None)[0]
    residuals = t - ones @ solution
    rest = os.path.join(work, 'residuals.dt')
    with open(rest, 'w', encoding='ascii') as out:
        out.write(f'bool_in=0\nreal_in={x.shape[1]}\nbool_out=0\nreal_out={t.shape[1]}\n'
                  f'training_examples={samples[0]}\nvalidation_examples={samples[1]}\ntest_examples={samples[2]}\n')
        np.savetxt(out, np.hstack([x, residuals]), fmt='%.9g')
    file = nsurf(program, os.path.join(work, 'linear'), '--data', rest, '-a', '1', '-b', '1', '--epochs', '0',
                 '--hidden-activation', 'linear', '--output-activation', 'linear', '--weight-range', '1e-30')
    right = (file.attrs['samples'] == len(x) == sum(samples) and file.attrs['inputs'] == x.shape[1]
             and file.attrs['targets'] == t.shape[1])
    errors = [trainings(file, part + '_error')[0] for part in PARTS]
    ends = np.cumsum([0] + samples)
    ours = [100 * np.mean(residuals[ends[k]:ends[k + 1]] ** 2) for k in range(3)]
    return right and np.allclose(errors, ours, rtol=1e-6), errors


def spread(values):
    return f'{np.mean(values):.2f} ± {np.std(values, ddof=1):.2f}'


def figures(pair):
    return f'{pair[0]:.2f} ± {pair[1]:.2f}' if pair else '–'


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    program, folder = os.path.abspath(sys.argv[1]), sys.argv[2]
    asked = sys.argv[3:] or [name + ':' + published[0] for name, published in PUBLISHED.items()]
    missed = 0
    print('| problem | network | method | validation E | published | **test E** | published | misclassified, % '
          '| published | epochs |\n' + '| --- ' * 10 + '|')
    lines = []
    with tempfile.TemporaryDirectory() as work:
        for problem in asked:
            name, hidden1, hidden2 = problem.split(':')
            published = PUBLISHED.get(name, (None, None, None, None, None))
            path = find(folder, name)
            for method, options in METHODS.items():
                file = nsurf(program, os.path.join(work, 'net'), '--data', path, '-a', hidden1, '-b', hidden2,
                             '--repeats', str(REPEATS), *UNITS, *STOP, *options)
                test = trainings(file, 'test_error')
                wrong = spread(trainings(file, 'test_misclassified')) if 'test_misclassified' in file else '–'
                bound = published[2][0] + 2 * published[2][1] if published[2] else np.inf
                good = bool(np.mean(test) <= bound)
                missed += not good
                print(f"| {name} | {hidden1}+{hidden2} | {method} | {spread(trainings(file, 'validation_error'))} "
                      f"| {figures(published[1])} | **{spread(test)}**{'' if good else ' !'} | {figures(published[2])} "
                      f"| {wrong} | {figures(published[3])} | {trainings(file, 'epochs').mean() / 100:.0f} |",
                      flush=True)
            right, errors = linear(program, path, work)
            missed += not right or bool(published[4] and errors[0] > published[4][0] + 0.01)
            lines.append(f"| {name} | {', '.join(f'{e:.2f}' for e in errors)} "
                         f"| {', '.join(f'{e:.2f}' for e in published[4]) if published[4] else '–'} "
                         f"| {'as the header and NumPy say' if right else 'WRONG'} |")
    print('\n| problem | linear network by least squares: training, validation, test E | published '
          '| samples, columns, meter |\n' + '| --- ' * 4 + '|\n' + '\n'.join(lines))
    sys.exit(f'proben1: {missed} of the figures are worse than published (mean + 2 sd)' if missed else 0)


if __name__ == '__main__':
    main()
