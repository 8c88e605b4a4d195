# SPDX-License-Identifier: BSD-3-Clause
"""Items a second of mpi4py's process pool with a function that does nothing, the best of three rounds.

    mpirun -np WORKERS+1 python3 -m mpi4py.futures tests/bench/farm_futures.py ITEMS
"""
import sys
import time

from mpi4py.futures import MPIPoolExecutor


def nothing(item):
    return item


def main():
    items = int(sys.argv[1])
    with MPIPoolExecutor() as pool:
        list(pool.map(nothing, range(100)))  # the pool has started
        best_s = float("inf")
        for _ in range(3):
            begin_s = time.perf_counter()
            for _ in pool.map(nothing, range(items), unordered=True):
                pass
            best_s = min(best_s, time.perf_counter() - begin_s)
    print(round(items / best_s))


if __name__ == "__main__":
    main()
