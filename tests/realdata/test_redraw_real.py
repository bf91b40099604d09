"""Random edits of real boundaries: the map is whole after each, and undone to the file's own doubles."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from mapsvc.errors import Refused
from mapsvc.geo.crs import working_epsg
from mapsvc.geo.edit.apply import apply
from mapsvc.geo.heal import heal
from mapsvc.geo.partition.partition import Partition
from mapsvc.geo.topology import default_frame
from mapsvc.model.grid import Grid
from mapsvc.model.plan import Plan
from tests.geo.random_edits import RandomEdits
from tests.geo.test_edit_fuzz import area_off_frame, covered_once

pytestmark = pytest.mark.realdata


def plan_of(path: Path) -> Plan:
    features = json.loads(path.read_text("utf-8"))["features"]
    shapes = [shapely.force_2d(shapely.geometry.shape(feature["geometry"])) for feature in features]
    epsg = working_epsg(*shapely.total_bounds(np.array(shapes, dtype=object)))
    grids = [Grid(f"g{i}", f"{i:04d}", "", shape, 0.0) for i, shape in enumerate(shapes)]
    healed = heal(grids, None, epsg, 1.0).grids
    return Plan("p1", path.stem, default_frame(healed), epsg, healed)


@pytest.mark.parametrize("name", ["dc_ward-2012", "chicago_beats_2014", "chicago_wards_from_precincts_2023"])
def test_edits_of_real_boundaries_leave_them_whole_and_undo_to_the_doubles_of_the_file(shared: Path, name: str) -> None:
    plan = plan_of(shared / "data" / "boundaries" / f"{name}.geojson")
    partition = Partition.of(plan)
    draws, deltas = RandomEdits(7), []
    for _ in range(80):
        _, command = draws.draw(partition)
        try:
            edited = apply(partition, command)
        except Refused:
            continue
        partition = edited.partition
        deltas.append(edited.delta)
        assert covered_once(partition), command
    assert len(deltas) >= 40
    # The city's edges run for kilometres, so that a square metre of rounding is next to nothing.
    assert area_off_frame(partition) < 1.0
    for delta in reversed(deltas):
        partition = partition.after(delta.inverse())
    assert all(partition.grid(number) is plan.grids[number] for number in partition.numbers)
    assert partition.frame is plan.frame
