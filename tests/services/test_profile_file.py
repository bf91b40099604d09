"""Profiles: every key checked, every mistake named."""

from __future__ import annotations

from pathlib import Path

import pytest
from exchange_samples import PROFILE, profile

from mapsvc.errors import BadInput, PersonLabel
from mapsvc.model.incident import Status
from mapsvc.services.exchange.profile import read_profile

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("path", sorted((ROOT / "profiles").glob("*.toml")), ids=lambda path: path.stem)
def test_every_profile_of_the_repository_is_sound(path: Path) -> None:
    found = read_profile(path)
    assert found.channel
    codes = {task_type.code for task_type in found.task_types}
    assert set(found.types.values()) <= codes or not found.task_types


def test_a_profile_is_read_as_written(tmp_path: Path) -> None:
    found = profile(tmp_path, PROFILE + '[statuses]\nDone = "closed"\n', accuracy_m=12, outside_limit_m=1000)
    assert found.columns == {"occurred": "when", "lon": "lon", "lat": "lat", "type": "kind"}
    assert (found.types, found.statuses) == ({"light": "light"}, {"done": Status.CLOSED})
    assert (found.accuracy_m, found.outside_limit_m, found.tz) == (12.0, 1000.0, "Asia/Shanghai")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('datum = "wgs84"\n', "", "datum"),
        ('datum = "wgs84"', 'datum = "nad27"', "datum"),
        ('datum = "wgs84"', 'datum = "wgs84"\nspeed = 3', "speed"),
        ('occurred = "when"\n', "", "columns.occurred"),
        ('lat = "lat"\n', "", "columns"),
        ('type = "kind"', 'reporter = "kind"', "columns.reporter"),
        ('type = "kind"\n', "", "default_type"),
        ('"Asia/Shanghai"', '"Mars/Olympus"', "time.zone"),
        ('zone = "Asia/Shanghai"', "", "time.zone"),
        ('"iso"]', '"sometime"]', "time.formats"),
        ('"iso"]', '"%Q"]', "time.formats"),
        ('"iso"]', '"%Y %"]', "time.formats"),
        ('"iso"]', '"%Y %Y"]', "time.formats"),
        ('channel = "desk"', 'channel = "a b/c"', "channel"),
        ('code = "light"', 'code = "Light!"', "task_types[1].code"),
        ('name = "Street lights"', "", "task_types[1].name"),
        ('channel = "desk"', 'channel = "desk"\naccuracy_m = -1', "accuracy_m"),
        ('channel = "desk"', 'channel = "desk"\ndefault_status = "gone"', "default_status"),
    ],
)
def test_a_mistake_names_file_and_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    assert old in PROFILE
    with pytest.raises(BadInput) as caught:
        profile(tmp_path, PROFILE.replace(old, new))
    assert str(caught.value).startswith(f"profile.toml, {key}: ")
    assert caught.value.field == key


@pytest.mark.parametrize("name", ["Key personnel", "重点人员", "Ex-offenders", "Petitioners"])
def test_a_task_type_that_labels_persons_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(PersonLabel):
        profile(tmp_path, PROFILE.replace("Street lights", name))


def test_what_is_no_toml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_bytes(b"\xff\xfe nonsense = = 3")
    with pytest.raises(BadInput, match=r"p\.toml"):
        read_profile(tmp_path / "p.toml")
    with pytest.raises(BadInput, match=r"none\.toml"):
        read_profile(tmp_path / "none.toml")
