"""Balanced proposals against GerryChain ReCom on the same Voronoi blocks, in one run.

Run: python benchmarks/bench_propose.py [--sizes 600/6 5000/60 20000/600] [--steps 300] [--no-peer]. A fresh plan of
blocks whose load is peaked at the centre, then a surge of 60 % in one corner and the least change that balances it.
Every plan is checked apart from the code that made it: within 5 %, every grid in one piece. The peer gets the same
blocks, loads and tolerance: a seed plan by recursive tree bipartition, then ReCom steps, the best of them by cut edges.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import warnings
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.propose_ground import EPSG, make_ground, surge
from mapsvc.geo.measure import polsby_popper
from mapsvc.geo.propose import Blocks, fresh, smallest_change

WITHIN = 0.05
PEER_LIMIT = 5_000
"""Blocks up to which the peer is run: its seed alone takes minutes beyond."""


def check(blocks: Blocks, load: np.ndarray, owner: np.ndarray) -> tuple[float, int, float, bool]:
    """Largest deviation, cut edges, mean Polsby-Popper of the united shapes, whether every grid is in one piece."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    total = np.bincount(owner, weights=load)
    one, two = owner[blocks.pairs].T
    same = blocks.pairs[one == two].T
    n = len(owner)
    parts = connected_components(coo_array((np.ones(same.shape[1]), tuple(same)), shape=(n, n)), directed=False)[0]
    shapes = [blocks.union(np.flatnonzero(owner == grid)) for grid in range(len(total))]
    compact = float(polsby_popper(shapes, EPSG).mean())
    return float(np.abs(total / total.mean() - 1).max()), int((one != two).sum()), compact, parts == len(total)


def stopwatch() -> tuple[float, float]:
    """Seconds on the clock and of the processor: on a busy machine the second one is what a quiet one would show."""
    return time.perf_counter(), time.process_time()


def since(start: tuple[float, float]) -> tuple[float, float]:
    clock, processor = stopwatch()
    return clock - start[0], processor - start[1]


def show(
    name: str, seconds: tuple[float, float], blocks: Blocks, load: np.ndarray, owner: np.ndarray, more: str = ""
) -> None:
    deviation, cut, compact, whole = check(blocks, load, owner)
    said = "" if whole and deviation <= WITHIN + 1e-12 else "  MISSED"
    took = f"{seconds[0]:7.2f} s (processor {seconds[1]:6.2f})"
    state = ("whole" if whole else "IN PIECES") + said + more
    print(
        f"  {name:<26} {took}  deviation {deviation:.4f}  cut edges {cut:6,}  compactness {compact:.3f}  {state}",
        flush=True,
    )


def peer(blocks: Blocks, load: np.ndarray, k: int, steps: int) -> None:
    """GerryChain: the seed, then `steps` ReCom steps; both are shown."""
    import networkx
    from gerrychain import Graph, MarkovChain, Partition, constraints
    from gerrychain.proposals import recom
    from gerrychain.updaters import Tally, cut_edges

    net = networkx.Graph()
    net.add_nodes_from((i, {"load": int(w)}) for i, w in enumerate(load))
    net.add_edges_from(blocks.pairs.tolist())
    graph = Graph.from_networkx(net)
    chance = random.Random(1)
    updaters = {"load": Tally("load", alias="load"), "cut_edges": cut_edges}
    mean = float(load.sum() / k)
    start = stopwatch()
    plan = Partition.from_random_assignment(graph, k, WITHIN, "load", updaters=updaters, rng=chance)
    seconds = since(start)
    show("GerryChain seed", seconds, blocks, load, owner_of(plan, len(blocks)))

    def propose(partition: Partition, *, rng: random.Random) -> Partition:
        return recom(partition, "load", mean, WITHIN, rng=rng)

    chain = MarkovChain(
        propose, [constraints.within_percent_of_ideal_population(plan, WITHIN, pop_key="load")], initial_partition=plan,
        total_steps=steps, rng=chance,
    )  # fmt: skip
    best, fewest = owner_of(plan, len(blocks)), len(plan["cut_edges"])
    for state in chain:
        if len(state["cut_edges"]) < fewest:
            best, fewest = owner_of(state, len(blocks)), len(state["cut_edges"])
    show(f"GerryChain, {steps} ReCom", since(start), blocks, load, best)


def owner_of(plan, n: int) -> np.ndarray:
    names = {part: number for number, part in enumerate(sorted(plan.parts))}
    # The peer numbers nodes its own way; the original name is the block.
    found = np.empty(n, dtype=np.int64)
    for node in plan.graph.node_indices:
        found[plan.graph.original_nx_node_id_for_internal_node_id(node)] = names[plan.assignment.mapping[node]]
    return found


def run(size: str, steps: int, with_peer: bool) -> None:
    count, k = map(int, size.split("/"))
    blocks, load = make_ground(count, 1)
    start = stopwatch()
    plan = fresh(blocks, load, k, WITHIN)
    seconds = since(start)
    print(f"{count:,} blocks, {k} grids; the heaviest block carries {plan.heaviest_share:.2f} of a grid's mean load")
    show("ours, fresh", seconds, blocks, load, plan.owner)
    if with_peer and count <= PEER_LIMIT:
        peer(blocks, load, k, steps)
    now = surge(blocks, load)
    start = stopwatch()
    change = smallest_change(blocks, now, plan.owner, k, WITHIN)
    seconds = since(start)
    show(
        "ours, +60 % in a corner",
        seconds,
        blocks,
        now,
        change.owner,
        f"\n  {'':<26} deviation was {change.was.deviation:.2f}; {change.moved_share:.1%} of the load moves in "
        f"{len(change.steps)} steps, of which {sum(step.splits for step in change.steps)} tear a grid for a while",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", default=["600/6", "5000/60", "20000/600"])
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--no-peer", action="store_true")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    small, load = make_ground(100, 1)
    # Compiles, or loads from disk what was compiled before.
    smallest_change(small, surge(small, load), fresh(small, load, 4, WITHIN).owner, 4, WITHIN)
    for size in given.sizes:
        run(size, given.steps, not given.no_peer)


if __name__ == "__main__":
    main()
