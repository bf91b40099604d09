"""Balanced proposals: blocks, the smallest change that balances a plan, and a fresh plan."""

from mapsvc.geo.propose.balance import fresh, smallest_change
from mapsvc.geo.propose.blocks import Blocks, make_blocks, weigh_blocks
from mapsvc.geo.propose.buildings import building_cells
from mapsvc.geo.propose.proposal import Proposal, Shape, Step
from mapsvc.geo.propose.splitting import coarse_blocks, split_blocks

__all__ = [
    "Blocks",
    "Proposal",
    "Shape",
    "Step",
    "building_cells",
    "coarse_blocks",
    "fresh",
    "make_blocks",
    "smallest_change",
    "split_blocks",
    "weigh_blocks",
]
