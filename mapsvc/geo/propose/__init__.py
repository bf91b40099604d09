"""Balanced proposals: blocks, the smallest change that balances a plan, and a fresh plan."""

from mapsvc.geo.propose.balance import fresh, smallest_change
from mapsvc.geo.propose.blocks import Blocks, make_blocks, weigh_blocks
from mapsvc.geo.propose.proposal import Proposal, Shape, Step

__all__ = ["Blocks", "Proposal", "Shape", "Step", "fresh", "make_blocks", "smallest_change", "weigh_blocks"]
