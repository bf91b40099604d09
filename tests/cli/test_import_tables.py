"""Tables of incidents in motion and areas of networks, brought in by the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from casefile import staff
from square import SOUTH, STEP, WEST, fill

from mapsvc.cli import main
from mapsvc.store.sqlite import SqliteStore
from mapsvc.wiring import GEODATA, STORE_NAME


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    store = SqliteStore.open(folder / STORE_NAME)
    fill(store)  # type: ignore[arg-type]
    staff(store)
    store.close()
    return folder


def setting(data: Path, name: str) -> tuple[object, int]:
    store = SqliteStore.open(data / STORE_NAME)
    try:
        found = store.find_setting(name)
        assert found is not None
        return found
    finally:
        store.close()


@pytest.mark.parametrize("name", ["workflow", "calendar"])
def test_a_table_is_set_and_set_again(data: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for revision in (1, 2):
        assert main(["import", name, str(GEODATA / f"{name}.toml"), "--data", str(data)]) == 0
        assert setting(data, name)[1] == revision
    assert "revision 2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("limits", '[[limits]]\ntype = "nothing"\nresolve = 3\n', "nothing"),
        ("limits", "[[", "cannot be read"),
        ("calendar", 'hours = ["9 to 5"]\n', "hours[0]"),
        ("workflow", "transitions = 7\n", "transitions"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused_in_a_sentence(
    data: Path, tmp_path: Path, name: str, text: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    assert main(["import", name, str(path), "--data", str(data)]) == 2
    assert told in capsys.readouterr().err


def areas(path: Path, codes: list[str]) -> Path:
    ring = [[WEST, SOUTH], [WEST + STEP, SOUTH], [WEST + STEP, SOUTH + STEP], [WEST, SOUTH + STEP], [WEST, SOUTH]]
    features = [
        {"type": "Feature", "properties": {"id": code, "n": f"Area {code}"},
         "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for code in codes
    ]  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def test_areas_of_a_network_replace_those_before(data: Path, tmp_path: Path) -> None:
    file = areas(tmp_path / "areas.geojson", ["n1", "n2"])
    words = ["import", "networks", str(file), "--network", "police", "--code", "id", "--name", "n", "--data", str(data)]
    assert main(words) == 0
    store = SqliteStore.open(data / STORE_NAME)
    found = store.list_jurisdictions("police")
    store.close()
    assert [(one.code, one.name, one.department) for one in found] == [
        ("n1", "Area n1", "police"),
        ("n2", "Area n2", "police"),
    ]


@pytest.mark.parametrize(
    ("codes", "network", "told"),
    [
        (["n1", "n1"], "police", "used twice"),
        (["n1"], "court", 'no department "court"'),
        (["n1"], "../police", "network's name"),
    ],
)
def test_areas_that_cannot_be_kept_are_refused(
    data: Path, tmp_path: Path, codes: list[str], network: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = areas(tmp_path / "areas.geojson", codes)
    assert main(["import", "networks", str(file), "--network", network, "--code", "id", "--data", str(data)]) == 2
    assert told in capsys.readouterr().err
