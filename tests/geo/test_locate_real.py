"""Real boundaries, with the gaps, overlaps and unmatched vertices they have, against shapely."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from judges import awkward_points, random_points, shapely_owner

from mapsvc.errors import BadInput
from mapsvc.geo.locate import GridIndex

pytestmark = pytest.mark.realdata


def read(shared: Path, name: str) -> list:
    import pyogrio

    _, _, geometry, _ = pyogrio.raw.read(shared / "data" / "boundaries" / f"{name}.geojson", columns=[])
    shapes = shapely.from_wkb(geometry)
    return list(shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)])


def assert_exact(polygons: list, count: int, hard: int) -> None:
    rng = np.random.default_rng(11)
    index = GridIndex.build(polygons)
    sets = (random_points(polygons, rng, count), awkward_points(polygons, rng, hard))
    lon, lat = (np.concatenate(part) for part in zip(*sets, strict=True))
    truth = shapely_owner(polygons, lon, lat)
    assert (truth >= 0).mean() > 0.2
    for engine in ("numpy", "numba"):
        np.testing.assert_array_equal(index.locate(lon, lat, engine=engine), truth, err_msg=engine)
    some = rng.permutation(len(lon))[:2_000]
    one = [index.locate_one(x, y) for x, y in zip(lon[some].tolist(), lat[some].tolist(), strict=True)]
    np.testing.assert_array_equal(one, truth[some])


@pytest.mark.parametrize(
    "name", ["chicago_beats_2014", "avon_somerset_lsoa_2011", "dc_ward-2012", "dc_voting-precinct-2012"]
)
def test_real_boundaries_answer_as_shapely_does(shared, name):
    assert_exact(read(shared, name), 60_000, 3_000)


@pytest.mark.parametrize("name", ["boston_neighborhoods", "ew_lad_2013"])
def test_real_boundaries_with_invalid_polygons_are_refused_and_answer_once_repaired(shared, name):
    polygons = read(shared, name)
    with pytest.raises(BadInput, match="is not valid"):
        GridIndex.build(polygons)
    repaired = shapely.make_valid(np.array(polygons), method="structure", keep_collapsed=False)
    assert_exact(list(repaired), 20_000, 400)


@pytest.mark.slow
def test_every_real_boundary_file_answers_as_shapely_does(shared):
    for path in sorted((shared / "data" / "boundaries").glob("*.geojson")):
        polygons = np.array(read(shared, path.stem))
        assert_exact(list(shapely.make_valid(polygons, method="structure", keep_collapsed=False)), 200_000, 10_000)
