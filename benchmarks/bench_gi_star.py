"""Gi* on a lattice: z of 1,000,000 cells against esda, and the exact permutation p against random draws.

Run: python benchmarks/bench_gi_star.py [--side 1000] [--rounds 5]. Ours and the peer take turns in one run; medians
and their ratio are printed. esda also needs its weights graph, which ours does without; its time is given apart.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mapsvc.analysis.gi_star import gi_star_z, lattice_sums
from mapsvc.analysis.permutation import drawn_nulls, exact_nulls


def seconds(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def our_z(counts: np.ndarray) -> np.ndarray:
    used = np.ones(counts.shape, dtype=bool)
    sums, neighbours = lattice_sums(counts, used)
    return gi_star_z(counts.ravel(), sums.ravel(), neighbours.ravel())


def peer(counts: np.ndarray):
    """esda on a queen graph with self weights, binary."""
    import scipy.sparse
    from esda.getisord import G_Local
    from libpysal.graph import Graph

    rows, cols = counts.shape
    path = [scipy.sparse.diags([np.ones(n - 1), np.ones(n), np.ones(n - 1)], [-1, 0, 1]) for n in (rows, cols)]
    graph = Graph.from_sparse(scipy.sparse.kron(*path).tocoo())
    values = counts.ravel().astype(float)
    return lambda: G_Local(values, graph, transform="B", permutations=0, star=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-peer", action="store_true")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(1)
    counts = rng.poisson(2.0, (given.side, given.side))
    ours, theirs = [], []
    theirs_job = None
    if not given.no_peer:
        start = time.perf_counter()
        theirs_job = peer(counts)
        print(f"esda weights graph: {time.perf_counter() - start:.2f} s")
    for _ in range(given.rounds):
        ours.append(seconds(lambda: our_z(counts)))
        if theirs_job is not None:
            theirs.append(seconds(theirs_job))
    print(f"Gi* z, {counts.size:,} cells: ours {median(ours):.4f} s", end="")
    if theirs_job is not None:
        worst = np.nanmax(np.abs(np.asarray(theirs_job().Zs) - our_z(counts)))
        print(
            f", esda {median(theirs):.3f} s, ratio {median(theirs) / median(ours):.0f}x; largest difference {worst:.1e}"
        )
    print()
    ks = np.array([4, 6, 9])
    for mean in (0.02, 0.1, 0.5, 2.0, 20.0):
        small = rng.poisson(mean, 10_000)
        exact, drawn = [], []
        for _ in range(given.rounds):
            exact.append(seconds(partial(exact_nulls, small, ks)))
            drawn.append(seconds(partial(drawn_nulls, small.astype(float), ks, draws=200_000, seed=1)))
        print(
            f"null tables, 10,000 cells, mean {mean:g}: exact {median(exact) * 1e3:.1f} ms, "
            f"200,000 draws {median(drawn) * 1e3:.0f} ms, ratio {median(drawn) / median(exact):.0f}x"
        )


if __name__ == "__main__":
    main()
