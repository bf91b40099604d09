"""Steps of a proposal taken over one by one as edits: the kernel accepts each, and the recount is what was told."""

from __future__ import annotations

import numpy as np
import shapely

from mapsvc.geo.edit.apply import apply
from mapsvc.geo.locate import GridIndex
from mapsvc.geo.partition.partition import Partition
from mapsvc.geo.propose import make_blocks, smallest_change, weigh_blocks
from mapsvc.model.redraw import Transfer
from tests.square import square_plan


def test_steps_are_edits_that_the_kernel_accepts() -> None:
    plan = square_plan()
    partition = Partition.of(plan)
    west, south, east, north = shapely.total_bounds(plan.frame)
    blocks = make_blocks([partition.polygon(n) for n in partition.numbers], plan.working_epsg)
    rng = np.random.default_rng(1)
    # More in the south-west.
    lon, lat = west + (east - west) * rng.random(4_000) ** 1.3, south + (north - south) * rng.random(4_000) ** 1.3
    found = smallest_change(blocks, weigh_blocks(blocks, lon, lat), blocks.grid, 9, within=0.1)
    assert found.reached
    assert len(found.steps) > 3
    for step in found.steps:
        command = Transfer(blocks.union(step.blocks), plan.codes[step.target], (plan.codes[step.source],))
        partition = apply(partition, command).partition
        shapes = [partition.polygon(number) for number in partition.numbers]
        assert {shape.geom_type for shape in shapes} == {"Polygon"}
        count = np.bincount(GridIndex.build(shapes).locate(lon, lat), minlength=9)
        assert abs(np.abs(count / count.mean() - 1).max() - step.deviation[1]) < 1e-9
