#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""nsurf beside what one would use in its place, where that is installed, in turns and on the same shapes: on-line
training beside programs in C, mini-batches beside PyTorch and scikit-learn.

usage: peers.py NSURF FOLDER [INPUTS:HIDDEN:BATCH]...

FOLDER holds the programs of tests/bench/peers, as far as they could be built. Logistic units, squared error, plain
gradient descent, one thread. On-line: microseconds a sample and network; batches: Gflop/s, at 6 operations a weight
(biases included) and sample. Processor time, the best of some rounds. nsurf trains a pack of 16, the others one
network; what nsurf spends on start-up, reading and measuring is taken off, by a run of 0 epochs."""
import os
import resource
import subprocess
import sys
import tempfile
import time

for name in ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS'):
    os.environ[name] = '1'

import h5py  # noqa: E402  (the libraries read the variables when they are loaded)
import numpy as np  # noqa: E402

try:
    import torch
except ImportError:
    torch = None
try:
    from sklearn.neural_network import MLPRegressor
except ImportError:
    MLPRegressor = None

SAMPLES, ROUNDS, REPEATS, RATE = 2048, 3, 16, 0.2
SHAPES = [(inputs, hidden, batch) for inputs in (32, 784) for hidden in (64, 256, 512)
          for batch in (32, 128, 256, SAMPLES)]  # the last is `all`
ONLINE, ONLINE_SAMPLES = (4, 8, 16, 32, 64), 150


def outputs_of(inputs):
    return 4 if inputs == 32 else 10


def weights_of(inputs, hidden):
    return (inputs + 1) * hidden + (hidden + 1) * hidden + (hidden + 1) * outputs_of(inputs)


def best_of(train):
    """The least processor seconds of some calls, the first of which does not count."""
    train()
    spent = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        train()
        spent.append(time.process_time() - begin)
    return min(spent)


def pytorch(x, t, hidden, batch):
    torch.set_num_threads(1)
    inputs, targets = torch.tensor(x), torch.tensor(t)
    layers = []
    for before, after in ((x.shape[1], hidden), (hidden, hidden), (hidden, t.shape[1])):
        layers += [torch.nn.Linear(before, after), torch.nn.Sigmoid()]
    network = torch.nn.Sequential(*layers)
    descent = torch.optim.SGD(network.parameters(), lr=RATE)

    def epoch():
        for at in range(0, SAMPLES, batch):
            descent.zero_grad()
            loss = (network(inputs[at:at + batch]) - targets[at:at + batch]).square().sum() / (2 * batch)
            loss.backward()
            descent.step()
    return best_of(epoch)


def scikit_learn(x, t, hidden, batch):
    network = MLPRegressor((hidden, hidden), activation='logistic', solver='sgd', alpha=0, momentum=0,
                           batch_size=batch, learning_rate_init=RATE)
    return best_of(lambda: network.partial_fit(x, t))  # its outputs are linear: the same work


def nsurf(program, path, hidden, batch, epochs):
    """Processor seconds of one epoch of one network."""
    def run(count):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([program, '-d', path, '-a', str(hidden), '-b', str(hidden), '-r', str(REPEATS), '-e', str(count),
                        '--batch', str(batch), '--learning-rate', str(RATE), '--output', path + '.out', '--force',
                        '--quiet'], check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (min(run(epochs) for _ in range(ROUNDS)) - min(run(0) for _ in range(ROUNDS))) / (epochs * REPEATS)


def write(path, samples, inputs, outputs):
    """A file of random samples, each of a class; returns inputs and targets."""
    numbers = np.random.default_rng(1)
    x = numbers.random((samples, inputs), dtype=np.float32)
    t = np.eye(outputs, dtype=np.float32)[numbers.integers(outputs, size=samples)]
    with h5py.File(path, 'w') as file:
        file['inputs'], file['targets'] = x, t
    return x, t


def online(program, folder):
    """On-line training: 4 inputs, 3 outputs, as the iris data have them."""
    peers = [name for name in ('plain', 'fann') if os.access(os.path.join(folder, name), os.X_OK)]
    print(f"{'on-line, us':>12} {'nsurf':>7}" + ''.join(f' {name:>8} {"ratio":>5}' for name in peers))
    with tempfile.TemporaryDirectory() as scratch:
        path = os.path.join(scratch, 'data.h5')
        write(path, ONLINE_SAMPLES, 4, 3)
        for hidden in ONLINE:
            epochs = round(4e6 / ((hidden + 8) * hidden)) + 1
            ours = 1e6 * nsurf(program, path, hidden, 1, epochs) / ONLINE_SAMPLES
            line = f'{f"({hidden},{hidden})":>12} {ours:7.3f}'
            for name in peers:
                command = [os.path.join(folder, name), str(hidden), str(hidden), str(epochs // 4 + 1)]
                theirs = min(float(subprocess.run(command, check=True, capture_output=True).stdout.split()[0])
                             for _ in range(ROUNDS))
                line += f' {theirs:8.3f} {theirs / ours:5.1f}'
            print(line, flush=True)
    print()


def main(program, shapes):
    peers = [('PyTorch', pytorch)] * (torch is not None) + [('scikit-learn', scikit_learn)] * (MLPRegressor is not None)
    head = f"{'inputs':>6} {'(a,b)':>9} {'batch':>5} {'nsurf':>7}"
    print(head + ''.join(f' {name:>12} {"ratio":>5}' for name, _ in peers))
    with tempfile.TemporaryDirectory() as folder:
        for inputs, hidden, batch in shapes:
            path = os.path.join(folder, 'data.h5')
            x, t = write(path, SAMPLES, inputs, outputs_of(inputs))
            flop = 6e-9 * weights_of(inputs, hidden) * SAMPLES
            epochs = max(1, round(2 / flop))
            ours = flop / nsurf(program, path, hidden, batch, epochs)
            line = f'{inputs:6} {f"({hidden},{hidden})":>9} {batch:5} {ours:7.1f}'
            for _, train in peers:
                theirs = flop / train(x, t, hidden, batch)
                line += f' {theirs:12.1f} {ours / theirs:5.1f}'
            print(line, flush=True)


if __name__ == '__main__':
    if len(sys.argv) == 3:
        online(sys.argv[1], sys.argv[2])
    main(sys.argv[1], [tuple(map(int, shape.split(':'))) for shape in sys.argv[3:]] or SHAPES)
