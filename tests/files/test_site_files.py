"""Places from GeoJSON and CSV."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from bombs import SQUARE, collection, feature, polygon, write_json

from mapsvc.errors import BadFile, CrsUnknown
from mapsvc.files.reader import SandboxReader


def test_places_of_any_shape_are_read_with_their_texts(tmp_path: Path) -> None:
    document = collection(
        feature(polygon(SQUARE), id="b1", kind="building", name="Mill 1", name_zh="磨坊1号", households=12),
        feature({"type": "LineString", "coordinates": [[0, 0], [1, 1]]}, kind="street", name="Mill Lane"),
        feature({"type": "Point", "coordinates": [0.5, 0.5]}),
    )
    sites = SandboxReader().read_sites(write_json(tmp_path / "s.geojson", document), crs=None)
    assert [(site.kind, site.name, site.households) for site in sites] == [
        ("building", "Mill 1", 12),
        ("street", "Mill Lane", 0),
        ("other", "", 0),
    ]
    assert sites[0].id == "b1"
    again = SandboxReader().read_sites(tmp_path / "s.geojson", crs=None)
    assert [site.id for site in again] == [site.id for site in sites], "places without an id keep the one made for them"


def test_a_table_of_places_needs_its_crs(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("lon,lat,kind,name\n99.0,39.7,shop,Corner\n")
    with pytest.raises(CrsUnknown, match=r"s\.csv"):
        SandboxReader().read_sites(tmp_path / "s.csv", crs=None)
    (site,) = SandboxReader().read_sites(tmp_path / "s.csv", crs="wgs84")
    assert (site.kind, site.geometry) == ("shop", shapely.Point(99.0, 39.7))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("x,39.7,shop,1", "row 2: lon is not a number"),
        ("99,39.7,palace,1", 'row 2: The kind "palace" is unknown'),
        ("99,39.7,shop,-1", "row 2: households"),
        ("199,39.7,shop,1", "row 2: The position does not lie on the globe"),
    ],
)
def test_a_bad_place_is_refused_by_row(tmp_path: Path, row: str, reason: str) -> None:
    (tmp_path / "s.csv").write_text(f"lon,lat,kind,households\n99,39.7,shop,1\n{row}\n")
    with pytest.raises(BadFile, match=reason):
        SandboxReader().read_sites(tmp_path / "s.csv", crs="wgs84")


def test_the_same_id_twice_is_refused(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [0.5, 0.5]}
    path = write_json(tmp_path / "s.geojson", collection(feature(point, id="a"), feature(point, id="a")))
    with pytest.raises(BadFile, match="feature 2"):
        SandboxReader().read_sites(path, crs=None)
