"""Boundaries from GeoJSON, GeoPackage and Shapefile: CRS, text and refusals by feature."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from bombs import SQUARE, collection, feature, nine_squares, polygon, write_json, write_shapefile

from mapsvc.errors import BadFile, CrsUnknown
from mapsvc.files.reader import SandboxReader
from mapsvc.ports import BoundaryFile


def read(path: Path, crs: str | None = None, code: str | None = None, name: str | None = None) -> BoundaryFile:
    return SandboxReader().read_boundaries(path, crs=crs, code=code, name=name)


def test_nine_squares_come_back_bit_for_bit_with_codes_and_names(tmp_path: Path) -> None:
    document = nine_squares()
    file = read(write_json(tmp_path / "nine.geojson", document), code="code", name="name")
    assert [grid.code for grid in file.grids] == [f"{row}{column}" for row in "ABC" for column in (1, 2, 3)]
    assert file.grids[4].name == "Square B2"
    assert file.features == tuple(range(1, 10))
    given = document["features"][4]["geometry"]["coordinates"][0]
    assert shapely.get_coordinates(file.grids[4].polygon).tolist() == given
    assert (file.crs, file.encoding) == ("EPSG:4326", "UTF-8, by trial")


def test_without_columns_the_feature_number_is_code_and_name(tmp_path: Path) -> None:
    file = read(write_json(tmp_path / "nine.geojson", nine_squares()))
    assert [(grid.code, grid.name) for grid in file.grids][:2] == [("1", "1"), ("2", "2")]


def test_a_code_stored_as_a_number_has_no_decimal_point(tmp_path: Path) -> None:
    path = write_json(tmp_path / "n.geojson", collection(feature(polygon(SQUARE), beat=1713.0)))
    assert read(path, code="beat").grids[0].code == "1713"


def test_a_missing_column_names_the_columns_there_are(tmp_path: Path) -> None:
    path = write_json(tmp_path / "nine.geojson", nine_squares())
    with pytest.raises(BadFile, match=r'nine.geojson: There is no column "beat"; the file has: code, name'):
        read(path, code="beat")


def test_a_byte_order_mark_does_no_harm(shared: Path) -> None:
    path = shared / "data/cn/longwosion_2015_620900_utf8bom.geojson"
    assert "肃州区" in [grid.name for grid in read(path, code="id", name="name").grids]


BAD_GEOMETRIES: list[tuple[Any, str]] = [
    ({"type": "Point", "coordinates": [0, 0]}, "is a Point"),
    ({"type": "Polygon"}, "no coordinates"),
    ({"type": "Polygon", "coordinates": {}}, "not a list"),
    (polygon(SQUARE[:-1]), "not closed"),
    (polygon([[0, 0], [1, 1], [1, 0]]), "has 3 positions"),
    (polygon([[0, 0], [0, 0]]), "has 2 positions"),
    (polygon([[0, 0], [1, "1"], [1, 1], [0, 0]]), "not a pair of numbers"),
    (polygon([[0, 0], [1, True], [1, 1], [0, 0]]), "not a pair of numbers"),
    (polygon([[0, 0], [1], [1, 1], [0, 0]]), "not a pair of numbers"),
    (polygon([[0, 0], [1e308, 0], [1, 1], [0, 0]]), "1e\\+308, beyond any map"),
    (polygon([[0, 0], [10**400, 0], [1, 1], [0, 0]]), "not a pair of numbers"),
    ("POLYGON((0 0, 1 0, 1 1, 0 0))", "not an object"),
]


@pytest.mark.parametrize(("geometry", "reason"), BAD_GEOMETRIES)
def test_a_bad_geometry_is_refused_by_feature_number(tmp_path: Path, geometry: Any, reason: str) -> None:
    path = write_json(tmp_path / "bad.geojson", collection(feature(polygon(SQUARE)), feature(geometry)))
    with pytest.raises(BadFile, match=rf"bad.geojson, feature 2: .*{reason}"):
        read(path)


def test_a_ring_that_goes_there_and_back_is_a_broken_grid_for_the_checks(tmp_path: Path) -> None:
    path = write_json(tmp_path / "thin.geojson", collection(feature(polygon([[0, 0], [1, 1], [0, 0]]))))
    (grid,) = read(path).grids
    assert shapely.get_coordinates(grid.polygon).tolist() == [[0, 0], [1, 1], [0, 0], [0, 0]]
    assert not grid.polygon.is_valid


def test_a_feature_without_geometry_is_an_empty_grid_for_the_checks(tmp_path: Path) -> None:
    path = write_json(tmp_path / "null.geojson", collection(feature(polygon(SQUARE)), feature(None)))
    assert [grid.polygon.is_empty for grid in read(path).grids] == [False, True]


def test_an_invalid_ring_is_read_as_it_is(tmp_path: Path) -> None:
    bow_tie = [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]
    path = write_json(tmp_path / "tie.geojson", collection(feature(polygon(bow_tie))))
    assert not read(path).grids[0].polygon.is_valid


def test_the_members_of_a_bare_collection_are_features(tmp_path: Path) -> None:
    members = {"type": "GeometryCollection", "geometries": [polygon(SQUARE), polygon(SQUARE)]}
    assert read(write_json(tmp_path / "bare.json", members)).features == (1, 2)


# coordinate systems


def test_geojson_without_a_crs_member_must_look_like_degrees(tmp_path: Path) -> None:
    ring = [[400000, 100], [400100, 100], [400100, 200], [400000, 100]]
    path = write_json(tmp_path / "metres.geojson", collection(feature(polygon(ring))))
    with pytest.raises(CrsUnknown, match=r"feature 1: GeoJSON without a crs member is WGS 84.*400100"):
        read(path)
    assert read(path, crs="EPSG:32632").crs == "EPSG:32632"


def test_a_stated_crs_that_contradicts_the_file_is_refused(tmp_path: Path) -> None:
    document = collection(feature(polygon(SQUARE)), crs="urn:ogc:def:crs:OGC:1.3:CRS84")
    path = write_json(tmp_path / "said.geojson", document)
    with pytest.raises(CrsUnknown, match="The file says EPSG:4326, but EPSG:32632 was stated"):
        read(path, crs="EPSG:32632")
    assert read(path, crs="EPSG:4326").crs == "EPSG:4326"
    assert read(path, crs="wgs84").crs == "EPSG:4326"


def test_an_unreadable_crs_member_is_refused(tmp_path: Path) -> None:
    path = write_json(tmp_path / "odd.geojson", collection(feature(polygon(SQUARE)), crs="+proj=nonsense"))
    with pytest.raises(CrsUnknown, match=r"odd.geojson"):
        read(path)


def test_gcj02_is_taken_back_to_wgs84(shared: Path) -> None:
    path = shared / "data/cn/datav_gcj02_county_620902.geojson"
    plain, shifted = read(path).grids[0].polygon, read(path, crs="gcj02").grids[0].polygon
    moved = np.abs(shapely.get_coordinates(plain) - shapely.get_coordinates(shifted))
    # the shift is a few hundred metres, everywhere
    assert 1e-4 < moved.max() < 1e-2


def test_a_shapefile_in_feet_comes_back_in_degrees(shared: Path) -> None:
    path = shared / "data/broken/geopandas_nybb_16a_epsg2263.zip"
    file = read(path, code="BoroCode", name="BoroName")
    assert file.crs == "EPSG:2263"
    assert sorted((grid.code, grid.name) for grid in file.grids)[0] == ("1", "Manhattan")
    manhattan = next(grid for grid in file.grids if grid.code == "1")
    assert manhattan.polygon.contains(shapely.Point(-73.9855, 40.7580))  # Times Square
    with pytest.raises(CrsUnknown, match="EPSG:2263, but EPSG:4326 was stated"):
        read(path, crs="EPSG:4326")


def test_a_shapefile_without_prj_needs_a_stated_crs(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path, "noprj", "UTF-8", [("one", polygon(SQUARE))])
    path.with_suffix(".prj").unlink()
    with pytest.raises(CrsUnknown, match=r"noprj.shp: The file does not say its coordinate system"):
        read(path)
    assert read(path, crs="EPSG:4326").grids[0].polygon.area == 1.0


def test_a_geopackage_names_its_crs_and_texts(tmp_path: Path) -> None:
    from pyogrio.raw import write

    path = tmp_path / "grids.gpkg"
    write(
        str(path), geometry=np.array([shapely.box(500000, 4397000, 500100, 4397100).wkb], dtype=object),
        field_data=[np.array(["果园里"], dtype=object)], fields=["名称"], driver="GPKG", geometry_type="Polygon",
        crs="EPSG:4542", layer="网格",
    )  # fmt: skip
    file = read(path, name="名称")
    assert (file.crs, file.grids[0].name) == ("EPSG:4542", "果园里")
    assert abs(file.grids[0].polygon.centroid.x - 99.0) < 0.01


def test_nothing_is_written_beside_a_geopackage_in_wal_mode(tmp_path: Path) -> None:
    import sqlite3

    from pyogrio.raw import write

    path = tmp_path / "wal.gpkg"
    shape = np.array([shapely.box(0, 0, 1, 1).wkb], dtype=object)
    write(str(path), geometry=shape, field_data=[], fields=[], driver="GPKG", geometry_type="Polygon", crs="EPSG:4326")
    database = sqlite3.connect(path)
    assert database.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",)
    database.close()
    assert len(read(path).grids) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["wal.gpkg"]
    (tmp_path / "wal.gpkg-wal").write_bytes(b"x")
    with pytest.raises(BadFile, match="Another program has this GeoPackage open"):
        read(path)


# texts


def test_gbk_names_of_a_shapefile_are_read_right_without_cpg_or_ldid(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path, "gbk", "GBK", [("网格名称", polygon(SQUARE)), ("果园里社区", polygon(SQUARE))])
    file = read(path, name="NAME")
    assert [grid.name for grid in file.grids] == ["网格名称", "果园里社区"]
    assert file.encoding == "GBK, by trial"


def test_ldid_wins_over_cpg(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path, "ldid", "GBK", [("网格名称", polygon(SQUARE))])
    data = bytearray(path.with_suffix(".dbf").read_bytes())
    data[29] = 0x4D
    path.with_suffix(".dbf").write_bytes(bytes(data))
    path.with_suffix(".cpg").write_text("ISO-8859-1")
    file = read(path, name="NAME")
    assert (file.grids[0].name, file.encoding) == ("网格名称", "GBK, from LDID 0x4D")


def test_a_cpg_that_the_bytes_contradict_is_not_believed(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path, "lie", "GBK", [("网格名称", polygon(SQUARE))])
    path.with_suffix(".cpg").write_text("UTF-8")
    assert read(path, name="NAME").grids[0].name == "网格名称"


@pytest.mark.parametrize(
    ("name", "text"),
    [("big5", "繁體"), ("shiftjis", "日本語"), ("euckr", "한국"), ("win1251", "кириллица"), ("koi8r", "русский")],
)
def test_real_dbase_tables_decode_by_their_cpg(shared: Path, name: str, text: str) -> None:
    from mapsvc.files import encoding

    folder = shared / "data/broken/mapshaper/dbf/cpg"
    codec, how = encoding.detect_dbf(folder / f"{name}.dbf", folder / f"{name}.cpg")
    assert how.startswith("from .cpg")
    shown = encoding.dbf_text((folder / f"{name}.dbf").read_bytes()).decode(codec)
    assert not set("\ufffd\u00c3\u00a4") & set(shown), (text, shown)


def test_the_real_chinese_shapefile_decodes_by_ldid(shared: Path) -> None:
    from mapsvc.files import encoding

    path = shared / "data/broken/mapshaper/dbf/ldid/chinese.dbf"
    codec, how = encoding.detect_dbf(path, path.with_suffix(".cpg"))
    assert how == "from LDID 0x7A"
    assert "简体" in encoding.dbf_text(path.read_bytes()).decode(codec)


def test_a_zipped_shapefile_keeps_its_cpg_and_prj(tmp_path: Path) -> None:
    write_shapefile(tmp_path, "in zip", "GBK", [("果园里", polygon(SQUARE))])
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for part in tmp_path.glob("in zip.*"):
            archive.write(part, f"some folder/{part.name}")
    assert read(packed, name="NAME").grids[0].name == "果园里"


def test_a_shapefile_without_its_index_is_read_all_the_same(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path, "noshx", "UTF-8", [("one", polygon(SQUARE))])
    path.with_suffix(".shx").unlink()
    before = sorted(tmp_path.iterdir())
    assert len(read(path, name="NAME").grids) == 1
    assert sorted(tmp_path.iterdir()) == before, "nothing is written beside the user's file"


def test_control_characters_are_taken_out_of_codes(tmp_path: Path) -> None:
    path = write_json(tmp_path / "c.geojson", collection(feature(polygon(SQUARE), code="A\u202e1\x00\x1b[31m")))
    assert read(path, code="code").grids[0].code == "A 1 [31m"


def test_an_absent_file_and_a_folder_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"none\.geojson: There is no such file"):
        read(tmp_path / "none.geojson")
    with pytest.raises(BadFile, match="This is not a file"):
        read(tmp_path)


def test_the_name_of_a_file_never_decides_its_format(tmp_path: Path) -> None:
    document = write_json(tmp_path / "nine.geojson", nine_squares())
    for name in ("nine.shp", "nine.gpkg", "nine.zip", "nine"):
        shutil.copy(document, tmp_path / name)
        assert len(read(tmp_path / name, code="code").grids) == 9
