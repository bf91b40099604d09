"""Changed lines: whether a change moves the line between the plan and ground of nobody."""

from __future__ import annotations

import pytest
import shapely
from square import SOUTH, STEP, WEST, square_plan

from mapsvc.analysis.changed_lines import ChangedLines
from mapsvc.geo.edit.apply import apply
from mapsvc.geo.partition.partition import Partition
from mapsvc.model.redraw import Command, Merge, SetFrame, Split


def lines_of(command: Command) -> ChangedLines:
    return ChangedLines.of(apply(Partition.of(square_plan()), command).delta)


def test_grids_at_the_frame_that_become_one_leave_the_frame_where_it_is():
    assert not lines_of(Merge(("11", "12"), "11")).moves_frame


@pytest.mark.parametrize("grown", [STEP / 10, -STEP / 10])
def test_a_frame_drawn_elsewhere_is_moved(grown: float):
    wider = shapely.box(WEST, SOUTH, WEST + 3 * STEP + grown, SOUTH + 3 * STEP)
    assert lines_of(SetFrame(wider)).moves_frame


def test_a_new_vertex_on_the_frame_counts_as_moved_since_it_may_lie_a_hair_beside_it():
    cut = shapely.LineString([(WEST + STEP / 3, SOUTH - STEP), (WEST + STEP / 2, SOUTH + 2 * STEP)])
    assert lines_of(Split("11", cut, "11a")).moves_frame


def test_a_line_inside_moves_no_frame():
    cut = shapely.LineString([(WEST + 1.5 * STEP, SOUTH + 0.5 * STEP), (WEST + 1.6 * STEP, SOUTH + 2.5 * STEP)])
    assert not lines_of(Split("22", cut, "22a")).moves_frame
