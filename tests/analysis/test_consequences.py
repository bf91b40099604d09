"""Consequences on nine squares you can check by eye: loads, homes, areas, distances and advice, and undo."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from triangles import EPSG, SIDE, Mesh, delta_between, mesh

from mapsvc.analysis.changed_lines import ChangedLines
from mapsvc.analysis.consequences import consequences
from mapsvc.analysis.ground import Doors, Ground, HotCell, Streets
from mapsvc.analysis.point_cells import PointCells
from mapsvc.analysis.standing import Standing, advance, standing_of
from mapsvc.geo.crs import projector
from mapsvc.geo.measure import area_m2
from mapsvc.model.effect import Effect
from mapsvc.model.finding import Rule, Severity
from mapsvc.model.post import Post
from mapsvc.model.site import Site

NINE = {3 * row + column: f"{row + 1}{column + 1}" for row in range(3) for column in range(3)}


def nine() -> Mesh:
    """Nine squares of about 86 x 111 m, codes 11 (south west, number 0) to 33 (number 8): row, column."""
    return mesh(np.tile(np.arange(9), 2), NINE)


def place(*spots: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Degrees of places given in squares: (0, 0) is the south west corner, (3, 3) the north east one."""
    lon, lat = nine().degrees(np.rint(np.array(spots) * SIDE).astype(np.int64)).T
    return lon, lat


CENTRES = [(0.5, 0.5), (1.5, 0.5), (2.5, 0.5), (0.5, 1.5), (1.5, 1.5), (2.5, 1.5), (0.5, 2.5), (1.5, 2.5), (2.5, 2.5)]
INCIDENTS = [(0.6, 0.4), (0.4, 0.6), (0.6, 0.3), (1.6, 0.4), (1.4, 1.6), *CENTRES[5:], (float("nan"), float("nan"))]
"""Three in 11, one in 12, one in 22, one each in 23 and the top row, one without a place."""
OPEN = [True, False, False, True, False, False, False, False, False, True]
COUNTED = [True, True, True, True, True, False, True, True, True, True]
DOORS = [(0.9, 0.1), (0.5, 0.5), (1.1, 0.1), (1.9, 0.9)]
HOMES = [10, 20, 5, 1]
POST = Post("chief-12", "grid_chief", "Chief post 12", grid_codes=("12",), lon=0.0, lat=0.0)


def ground(**changes: object) -> Ground:
    spots = [spot if np.isfinite(spot[0]) else (0.0, 0.0) for spot in INCIDENTS]
    lon, lat = place(*spots)
    lon[-1] = lat[-1] = np.nan
    post_lon, post_lat = (float(value[0]) for value in place((1.1, 0.1)))
    given: dict[str, object] = {
        "epsg": EPSG,
        "incidents": PointCells.of(lon, lat),
        "is_open": np.array(OPEN),
        "counted": np.array(COUNTED),
        "doors": Doors.of(*place(*DOORS), HOMES, 1, EPSG),
        "posts": (
            Post("c", "grid_chief", "Post 12", grid_codes=("12", "99"), lon=post_lon, lat=post_lat),
            POST_NOWHERE,
        ),
    }
    return Ground(**(given | changes))  # type: ignore[arg-type]


POST_NOWHERE = Post("n", "night_patrol", "Night patrol", grid_codes=("11",))


def effect_of(old: Mesh, new: Mesh, on: Ground | None = None) -> tuple[Effect, Standing, Standing]:
    on = on or ground()
    delta = delta_between(old, new)
    was = standing_of(old, on)
    now = advance(was, on, new, delta)
    assert_same(now, standing_of(new, on))
    back = advance(now, on, old, delta.inverse())
    assert_same(back, was)
    return consequences(on, was, now, delta), was, now


def assert_same(one: Standing, other: Standing) -> None:
    np.testing.assert_array_equal(one.owner, other.owner)
    np.testing.assert_array_equal(one.door_owner, other.door_owner)
    for name in ("living", "load", "households", "addresses"):
        long, short = sorted((getattr(one, name), getattr(other, name)), key=len, reverse=True)
        np.testing.assert_array_equal(long[: len(short)], short)
        assert not long[len(short) :].any()


def east_half_of_11_to_12() -> Mesh:
    """The south eastern triangle of 11 goes to 12."""
    label = nine().label.copy()
    label[0] = 1
    return mesh(label, NINE)


def test_a_standing_counts_incidents_of_the_last_days_and_the_doors_of_each_grid() -> None:
    standing = standing_of(nine(), ground())
    assert standing.load.tolist() == [3, 1, 0, 0, 1, 0, 1, 1, 1]
    assert standing.households.tolist() == [30, 6, 0, 0, 0, 0, 0, 0, 0]
    assert standing.addresses.tolist() == [2, 2, 0, 0, 0, 0, 0, 0, 0]
    assert standing.owner.tolist() == [0, 0, 0, 1, 4, 5, 6, 7, 8, -1]


def test_a_standing_takes_grids_that_are_known_already() -> None:
    known = np.zeros(10, np.int32)
    assert standing_of(nine(), ground(), known).load.tolist() == [9, 0, 0, 0, 0, 0, 0, 0, 0]


def test_half_a_square_moves_two_incidents_ten_households_and_half_its_area() -> None:
    effect, _, _ = effect_of(nine(), east_half_of_11_to_12())
    assert (effect.incidents, effect.moved, effect.open) == (10, 2, 1)
    assert effect.rows.tolist() == [0, 2]
    assert (effect.households, effect.addresses) == (10, 1)
    square = nine().grid(0).area_m2
    assert effect.area_m2 == pytest.approx(square / 2, rel=1e-4)
    first, second = effect.grids
    assert (first.code, first.load, first.households, first.addresses) == ("11", (3, 1), (30, 20), (2, 1))
    assert (second.code, second.load, second.households, second.addresses) == ("12", (1, 3), (6, 16), (2, 3))
    assert sum(first.area_m2) + sum(second.area_m2) == pytest.approx(4 * square, rel=1e-4)
    assert first.area_m2[1] == pytest.approx(square / 2, rel=1e-4)
    assert (first.pieces, second.pieces) == ((1, 1), (1, 1))
    assert first.compactness[0] > first.compactness[1] > 0
    assert (effect.others.grids, effect.others.load, effect.others.households) == (7, 4, 0)


def test_the_spread_of_the_load_is_busiest_over_mean_and_the_coefficient_of_variation() -> None:
    effect, _, _ = effect_of(nine(), mesh(np.where(nine().label == 0, 1, nine().label), NINE))
    load, was, now = effect.load, np.array([3, 1, 0, 0, 1, 0, 1, 1, 1]), np.array([4, 0, 0, 1, 0, 1, 1, 1])
    assert load.days == 90
    assert load.mean == pytest.approx(now.mean())
    assert load.was_ratio == pytest.approx(3 / was.mean())
    assert load.ratio == pytest.approx(4 / now.mean())
    assert load.was_spread == pytest.approx(was.std() / was.mean())
    assert load.spread == pytest.approx(now.std() / now.mean())


def test_without_any_load_the_spread_cannot_be_told() -> None:
    effect, _, _ = effect_of(nine(), east_half_of_11_to_12(), ground(counted=np.zeros(10, np.bool_)))
    assert (effect.load.mean, effect.load.ratio, effect.load.spread) == (0.0, None, None)


def test_a_merge_has_no_new_line_and_moves_none() -> None:
    effect, _, _ = effect_of(nine(), mesh(np.where(nine().label == 0, 1, nine().label), NINE))
    assert effect.line_moved_m == 0.0
    assert effect.lines is None
    gone, stays = effect.grids
    assert (gone.code, gone.load, gone.pieces, gone.area_m2[1], gone.compactness[1]) == ("11", (3, 0), (1, 0), 0.0, 0.0)
    assert (stays.code, stays.load) == ("12", (1, 4))
    assert effect.area_m2 == pytest.approx(nine().grid(0).area_m2)


def test_a_split_makes_a_grid_that_was_nothing_before() -> None:
    label = nine().label.copy()
    label[9] = 9
    effect, _, now = effect_of(nine(), mesh(label, NINE | {9: "11a"}))
    old, new = effect.grids
    assert (old.code, new.code, new.load, new.pieces) == ("11", "11a", (0, 1), (0, 1))
    assert (new.area_m2[0], new.farthest_m) == (0.0, (None, None))
    assert effect.area_m2 == pytest.approx(new.area_m2[1])
    assert effect.line_moved_m == 0.0
    assert now.living.tolist() == [True] * 10


def test_undoing_a_split_tells_the_same_figures_the_other_way_round() -> None:
    label = nine().label.copy()
    label[9] = 9
    old, new, on = nine(), mesh(label, NINE | {9: "11a"}), ground()
    delta = delta_between(old, new)
    was = standing_of(old, on)
    now = advance(was, on, new, delta)
    there = consequences(on, was, now, delta)
    back = consequences(on, now, advance(now, on, old, delta.inverse()), delta.inverse())
    plain = consequences(on, now, was, delta.inverse())
    assert [grid.load for grid in back.grids] == [grid.load[::-1] for grid in there.grids]
    assert (back.moved, back.area_m2) == (there.moved, pytest.approx(there.area_m2))
    assert plain.grids == back.grids


def test_a_vertex_pulled_by_twenty_metres_moves_the_line_twenty_metres() -> None:
    points = nine().points.copy()
    points[1, 1] += (0, SIDE // 5)
    effect, _, _ = effect_of(nine(), mesh(nine().label, NINE, points))
    x, y = projector(EPSG).forward(*place((1, 1), (1, 1.2)))
    assert effect.line_moved_m == pytest.approx(float(np.hypot(x[1] - x[0], y[1] - y[0])), rel=0.05)
    assert {grid.code for grid in effect.grids} == {"11", "12", "21", "22"}
    wedge = shapely.polygons(
        [np.column_stack(place(*ring)) for ring in (((0, 1), (1, 1), (1, 1.2)), ((1, 1), (2, 1), (1, 1.2)))]
    )
    assert effect.area_m2 == pytest.approx(float(area_m2(wedge, EPSG).sum()), rel=1e-6)


def test_land_that_leaves_the_plan_is_counted_and_its_incidents_are_in_no_grid() -> None:
    effect, _, now = effect_of(nine(), mesh(np.where(nine().label == 8, -1, nine().label), NINE))
    assert effect.area_m2 == pytest.approx(nine().grid(8).area_m2)
    assert now.owner[8] == -1
    back, _, _ = effect_of(mesh(np.where(nine().label == 8, -1, nine().label), NINE), nine())
    assert back.area_m2 == pytest.approx(effect.area_m2)


def test_a_renamed_grid_keeps_its_post_and_shows_its_new_code() -> None:
    effect, _, _ = effect_of(nine(), mesh(nine().label, NINE | {1: "40"}))
    (only,) = effect.grids
    assert only.code == "40"
    assert only.farthest_m[0] == only.farthest_m[1] is not None
    assert (effect.area_m2, effect.line_moved_m, effect.findings) == (0.0, 0.0, ())


def test_a_door_taken_over_farther_from_the_post_is_noted() -> None:
    effect, _, _ = effect_of(nine(), mesh(np.where(nine().label == 0, 1, nine().label), NINE))
    grid = effect.grids[1]
    x, y = projector(EPSG).forward(*place((1.1, 0.1), *DOORS))
    away = np.hypot(x[1:] - x[0], y[1:] - y[0])
    assert grid.farthest_m == pytest.approx((away[2:].max(), away.max()))
    assert not [one for one in effect.findings if one.rule is Rule.FARTHER_FROM_POST]
    near = ground(doors=Doors.of(*place((0.1, 0.1), (1.2, 0.1)), 1, 1, EPSG))
    effect, _, _ = effect_of(nine(), mesh(np.where(nine().label == 0, 1, nine().label), NINE), near)
    (note,) = [one for one in effect.findings if one.rule is Rule.FARTHER_FROM_POST]
    assert (note.severity, note.grids) == (Severity.NOTE, ("12",))
    assert note.message == f"The farthest door of 12 is {note.size:.0f} m from its post; it was 9 m."


def test_a_hot_cell_that_the_new_line_cuts_is_counted_by_grid() -> None:
    corners = np.column_stack(place((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8)))
    elsewhere = shapely.box(*np.column_stack(place((2.2, 2.2), (2.8, 2.8))).ravel())
    hot = (
        HotCell("h1", shapely.Polygon(corners), np.array([0, 1, 2])),
        HotCell("h2", elsewhere, np.array([8])),
    )
    effect, _, _ = effect_of(nine(), east_half_of_11_to_12(), ground(hot_cells=hot))
    (cut,) = effect.hot_cells
    assert (cut.id, cut.count, cut.parts) == ("h1", 3, {"11": 1, "12": 2})
    (note,) = [one for one in effect.findings if one.rule is Rule.HOT_CELL_CUT]
    assert note.message == "The new line cuts a hot cell: of 3 reports, 1 to 11 and 2 to 12."


def diagonal_street(apart_m: float, name: str = "Lantern Road") -> Streets:
    """A street along the diagonal of 11, moved to the north west."""
    plane = projector(EPSG)
    ends = np.column_stack(plane.forward(*place((0, 0), (1, 1))))
    along = ends[1] - ends[0]
    across = np.array([-along[1], along[0]]) / np.hypot(*along)
    return Streets.of(plane.to_lonlat([shapely.LineString(ends + apart_m * across)]), [name], EPSG)


def test_a_new_line_four_metres_beside_a_street_is_advised_to_snap() -> None:
    effect, _, _ = effect_of(nine(), east_half_of_11_to_12(), ground(streets=diagonal_street(4.0)))
    (warning,) = effect.findings
    assert (warning.rule, warning.severity, warning.grids) == (Rule.BESIDE_STREET, Severity.WARNING, ("11", "12"))
    assert warning.message == f"The new line runs 4 m beside Lantern Road for {warning.size:.0f} m."
    assert warning.size == pytest.approx(140, abs=5)
    assert warning.where is not None
    assert warning.where.length > 0


@pytest.mark.parametrize("apart_m", [0.4, 9.0, 60.0])
def test_a_new_line_on_a_street_or_well_apart_needs_no_advice(apart_m: float) -> None:
    effect, _, _ = effect_of(nine(), east_half_of_11_to_12(), ground(streets=diagonal_street(apart_m)))
    assert effect.findings == ()


def test_a_street_that_the_new_line_only_crosses_needs_no_advice() -> None:
    across = Streets.of([shapely.LineString(np.column_stack(place((0, 1), (1, 0))))], ["Cross Street"], EPSG)
    effect, _, _ = effect_of(nine(), east_half_of_11_to_12(), ground(streets=across))
    assert effect.findings == ()


def test_a_street_without_a_name_is_a_street() -> None:
    effect, _, _ = effect_of(nine(), east_half_of_11_to_12(), ground(streets=diagonal_street(-3.0, "")))
    assert "3 m beside a street for" in effect.findings[0].message


def test_doors_and_streets_come_from_the_register() -> None:
    lon, lat = place((0.5, 0.5))
    spot = shapely.Point(lon[0], lat[0])
    line = shapely.LineString(np.column_stack(place((0, 0), (1, 0))))
    sites = [
        Site("b", "building", spot.buffer(1e-5), "Block", address="1 Main St", households=30),
        Site("h", "hydrant", spot, "Hydrant"),
        Site("s", "street", line, "Main Street"),
        Site("p", "clinic", spot, "Clinic", address="2 Main St"),
    ]
    doors = Doors.of_sites(sites, EPSG)
    assert (doors.households.tolist(), doors.addresses.tolist()) == ([30, 0], [1, 1])
    assert Streets.of_sites(sites, EPSG).names == ("Main Street",)
    empty = ground(doors=Doors.of_sites([], EPSG), streets=Streets.of_sites([], EPSG))
    effect, _, _ = effect_of(nine(), east_half_of_11_to_12(), empty)
    assert (effect.households, effect.findings) == (0, ())


def test_a_draft_of_several_edits_is_told_as_one_change() -> None:
    old, middle, new = nine(), east_half_of_11_to_12(), mesh(np.where(nine().label == 0, 1, nine().label), NINE)
    on = ground()
    was = standing_of(old, on)
    now = advance(advance(was, on, middle, delta_between(old, middle)), on, new, delta_between(middle, new))
    both = delta_between(old, middle).then(delta_between(middle, new))
    whole = consequences(on, was, now, both)
    direct, _, _ = effect_of(old, new)
    assert (whole.moved, whole.households, whole.grids) == (direct.moved, direct.households, direct.grids)
    assert ChangedLines.of(both).touched == {0, 1}
