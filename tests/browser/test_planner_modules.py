"""The planner's pure modules, run in the browser they are made for and compared with shapely and pyproj."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from pyproj import Geod
from shapely.geometry import LineString, Point, Polygon, box

from mapsvc.web.pages import own_assets

STEP = 1000
"""Side of a square of the 3x3 community in steps of 1e-8 degree."""
ORIGIN = [9849000000, 3973000000]


@pytest.fixture(scope="module")
def bench(demo: str, browser: Any) -> Iterator[Any]:
    """run(module, expression over `m`, argument): a page whose policy is off, for trying modules alone."""
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(f"{demo}/command")

    def run(module: str, expression: str, given: Any = None) -> Any:
        address = f"/ui/{own_assets().version}/js/planner/{module}"
        return page.evaluate(f"async (given) => {{ const m = await import('{address}'); return {expression}; }}", given)

    yield run
    context.close()


def arc(name: int, sides: tuple[int, int], *places: tuple[int, int]) -> dict[str, Any]:
    steps, last = [], (0, 0)
    for place in places:
        steps += [place[0] - last[0], place[1] - last[1]]
        last = place
    return {"id": name, "left": sides[0], "right": sides[1], "full": True, "steps": steps}


def square_arcs() -> list[dict[str, Any]]:
    """The 3x3 community as arcs of one segment each: grid 3 * row + column, -1 outside."""

    def grid(row: int, column: int) -> int:
        return 3 * row + column if 0 <= row < 3 and 0 <= column < 3 else -1

    arcs = []
    for row in range(4):
        for column in range(3):
            ends = (column * STEP, row * STEP), ((column + 1) * STEP, row * STEP)
            arcs.append(arc(len(arcs), (grid(row, column), grid(row - 1, column)), *ends))
    for row in range(3):
        for column in range(4):
            ends = (column * STEP, row * STEP), (column * STEP, (row + 1) * STEP)
            arcs.append(arc(len(arcs), (grid(row, column - 1), grid(row, column)), *ends))
    return arcs


def test_steps_are_summed_up_from_the_first_vertex(bench: Any) -> None:
    given = arc(7, (1, -1), (5, 5), (15, 5), (15, -10), (5, 5))
    got = bench("geometry.js", "(({xs, ys, ...it}) => ({...it, xs: [...xs], ys: [...ys]}))(m.decode(given))", given)
    assert got["xs"] == [5, 15, 15, 5]
    assert got["ys"] == [5, 5, -10, 5]
    assert got["closed"] is True
    assert got["box"] == {"west": 5, "south": -10, "east": 15, "north": 5}


def test_segments_touch_where_shapely_says_so(bench: Any) -> None:
    some = random.Random(3)
    # A small lattice, so that shared ends, collinear and touching pairs are common.
    drawn = [[[some.randrange(6), some.randrange(6)] for _ in range(4)] for _ in range(2000)]
    pairs = [(a, b, c, d) for a, b, c, d in drawn if a != b and c != d]
    got = bench("geometry.js", "given.map((q) => m.touches(...q.map(([x, y]) => ({x, y}))))", pairs)
    expected = [LineString([a, b]).intersects(LineString([c, d])) for a, b, c, d in pairs]
    assert got == expected
    assert 200 < sum(got) < 1800


def test_a_triangle_holds_the_points_that_shapely_covers(bench: Any) -> None:
    some = random.Random(5)
    cases = [[[some.randrange(9), some.randrange(9)] for _ in range(4)] for _ in range(1000)]
    got = bench("geometry.js", "given.map((q) => m.inTriangle(...q.map(([x, y]) => ({x, y}))))", cases)
    for (p, *corners), said in zip(cases, got, strict=True):
        shape = Polygon(corners)
        assert said == (shape.area > 0 and shape.covers(Point(p))), (p, corners)


def test_the_grid_under_a_place_is_the_one_that_contains_it(bench: Any) -> None:
    some = random.Random(7)
    places = [[some.uniform(-500, 3500), some.uniform(-500, 3500)] for _ in range(400)]
    got = bench(
        "geometry.js",
        "given.places.map(([x, y]) => [...m.holders(given.arcs.map(m.decode), x, y)])",
        {"arcs": square_arcs(), "places": places},
    )
    for (x, y), holders in zip(places, got, strict=True):
        inside = 0 < x < 3 * STEP and 0 < y < 3 * STEP
        assert holders == ([3 * int(y // STEP) + int(x // STEP)] if inside else [])


def rings_of(bench: Any, arcs: list[dict[str, Any]], number: int) -> list[Polygon]:
    own = [it for it in arcs if number in (it["left"], it["right"])]
    got = bench("geometry.js", "m.rings(given.map(m.decode)).map((ring) => ring.map(({x, y}) => [x, y]))", own)
    return [Polygon(ring) for ring in got]


@pytest.mark.parametrize("number", range(9))
def test_arcs_of_a_grid_close_to_its_outline(bench: Any, number: int) -> None:
    (ring,) = rings_of(bench, square_arcs(), number)
    row, column = divmod(number, 3)
    assert ring.equals(box(column * STEP, row * STEP, (column + 1) * STEP, (row + 1) * STEP))


def test_a_grid_with_an_enclave_has_two_rings(bench: Any) -> None:
    arcs = [
        arc(1, (0, -1), (0, 0), (10, 0), (10, 10), (0, 10), (0, 0)),
        arc(2, (1, 0), (4, 4), (6, 4), (6, 6), (4, 6), (4, 4)),
    ]
    assert sorted(ring.area for ring in rings_of(bench, arcs, 0)) == [4, 100]
    assert [ring.area for ring in rings_of(bench, arcs, 1)] == [4]


@pytest.mark.parametrize("lat", [-33.0, 0.0, 39.73, 60.0])
def test_metres_are_those_of_the_ellipsoid(bench: Any, lat: float) -> None:
    some = random.Random(11)
    pairs = [[[98.49, lat], [98.49 + some.uniform(-0.02, 0.02), lat + some.uniform(-0.02, 0.02)]] for _ in range(50)]
    got = bench("geometry.js", "given.map(([a, b]) => m.metresBetween(a, b))", pairs)
    geod = Geod(ellps="WGS84")
    for (a, b), metres in zip(pairs, got, strict=True):
        assert metres == pytest.approx(geod.inv(*a, *b)[2], rel=2e-5)


def clash_of(bench: Any, arcs: list[dict[str, Any]], moved: tuple[int, int], to: tuple[int, int]) -> bool:
    """Would moving vertex moved = (arc id, index) to a place run into a line?"""
    expression = """(({decode}) => {
      const shapes = given.arcs.map(decode);
      const shape = shapes.find((it) => it.id === given.moved[0]);
      const [x, y] = [shape.xs[given.moved[1]], shape.ys[given.moved[1]]];
      const all = (it) => [...it.xs.keys()];
      const here = (it, i) => it.xs[i] === x && it.ys[i] === y;
      const pieces = shapes.flatMap((it) => all(it).filter((i) => here(it, i)).map((i) => m.pieceOf(it, i, all(it))));
      return m.clash(pieces, shapes, {x: given.to[0] - x, y: given.to[1] - y});
    })(await import(document.querySelector('script[src*="main.js"]').src.replace('main.js', 'planner/geometry.js')))"""
    return bool(bench("moving.js", expression, {"arcs": arcs, "moved": moved, "to": to}))


def test_a_junction_may_move_inside_its_four_grids_and_no_farther(bench: Any) -> None:
    arcs = square_arcs()
    middle = next((it["id"], 1) for it in arcs if it["steps"][:2] == [0, STEP] and it["steps"][2:] == [STEP, 0])
    assert not clash_of(bench, arcs, middle, (STEP + 300, STEP - 200))
    assert clash_of(bench, arcs, middle, (2 * STEP + 300, STEP + 200))
    assert clash_of(bench, arcs, middle, (STEP, 2 * STEP + 1))


def test_a_vertex_that_jumps_over_an_enclave_without_crossing_it_is_noticed(bench: Any) -> None:
    arcs = [
        arc(1, (0, 1), (0, 0), (500, 1000), (1000, 0)),
        arc(2, (0, -1), (0, 0), (0, -2000), (1000, -2000), (1000, 0)),
        arc(3, (-1, 1), (0, 0), (0, 2000), (1000, 2000), (1000, 0)),
        arc(4, (2, 0), (480, 400), (520, 400), (500, 440), (480, 400)),
    ]
    assert clash_of(bench, arcs, (1, 1), (500, -500))
    assert not clash_of(bench, arcs, (1, 1), (500, 1500))
    assert not clash_of(bench, arcs, (1, 1), (500, 900))


def test_vertices_between_the_handles_go_along_the_less_the_farther(bench: Any) -> None:
    line = arc(1, (0, 1), (0, 0), (10, 0), (20, 0), (30, 0), (40, 0), (60, 0))
    expression = "[...m.pieceOf((await import(given.module)).decode(given.line), 2, given.stops).weights]"
    module = f"/ui/{own_assets().version}/js/planner/geometry.js"
    got = bench("moving.js", expression, {"line": line, "stops": [0, 4, 5], "module": module})
    assert sorted(got) == [[1, 0.5], [2, 1], [3, 0.5]]
    alone = bench("moving.js", expression, {"line": line, "stops": list(range(6)), "module": module})
    assert alone == [[2, 1]]
