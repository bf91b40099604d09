"""Photos are made anew, lose what they know of people and places, and are seen by those who may."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from pictures import SECRET, picture, wrong_ones
from PIL import Image
from square import NOW, SOUTH, STEP, WEST, StillClock, fill

from mapsvc.errors import BadInput, Forbidden, NotFound
from mapsvc.files.photos import PhotoFolder
from mapsvc.model.account import RIGHTS, Actor, Right, Role
from mapsvc.model.case import Call, Change
from mapsvc.model.report_in import ReportIn
from mapsvc.services.intake.intake import Intake
from mapsvc.services.intake.photos import Photos
from mapsvc.services.scene.scene import Stage
from mapsvc.store.memory import MemoryStore

APP = Actor("channel:app", rights=frozenset({Right.REPORT}), channel="app")
WORKER = Actor("worker-22", Role.WORKER, RIGHTS[Role.WORKER], ("22",), post="chief-22")
VIEWER = Actor("viewer", Role.VIEWER, RIGHTS[Role.VIEWER])
REPORT = ReportIn("r-1", "lamp", "Lamp out", "", "wgs84", WEST + 1.5 * STEP, SOUTH + 1.5 * STEP)


@pytest.fixture
def folder(tmp_path: Path) -> PhotoFolder:
    return PhotoFolder(tmp_path / "photos")


@pytest.fixture
def stage() -> Stage:
    return Stage(fill(MemoryStore()), StillClock())


@pytest.fixture
def photos(stage: Stage, folder: PhotoFolder) -> Photos:
    return Photos(stage, folder)


def reported(stage: Stage, **changes: object) -> str:
    return Intake(stage).take_one(replace(REPORT, **changes), "app", APP).id  # type: ignore[arg-type]


def test_a_photo_loses_everything_but_what_it_shows(folder: PhotoFolder) -> None:
    data = picture(size=(4000, 2500))
    assert SECRET in data
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825)
    made = folder.encode(data)
    image = Image.open(io.BytesIO(made.data))
    assert (image.format, image.size, (made.width_px, made.height_px)) == ("JPEG", (2048, 1280), (2048, 1280))
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert SECRET not in made.data
    assert b"Exif" not in made.data
    assert b"Camera" not in made.data


@pytest.mark.parametrize(("orientation", "top"), [(1, False), (3, False), (6, True), (8, True)])
def test_a_photo_held_on_its_side_is_put_upright(folder: PhotoFolder, orientation: int, top: bool) -> None:
    made = folder.encode(picture(orientation=orientation))
    image = Image.open(io.BytesIO(made.data))
    assert image.size == ((200, 320) if top else (320, 200))
    red, _, blue = image.getpixel((5, 5))  # type: ignore[misc]
    assert (red > blue) == (orientation in (1, 6))


def test_png_and_webp_become_jpeg_with_white_where_they_are_transparent(folder: PhotoFolder) -> None:
    clear = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    for form in ("PNG", "WEBP"):
        out = io.BytesIO()
        clear.save(out, form)
        image = Image.open(io.BytesIO(folder.encode(out.getvalue()).data))
        assert image.format == "JPEG"
        assert min(image.getpixel((32, 32))) > 250  # type: ignore[arg-type]


def test_grey_in_sixteen_bits_keeps_its_greys(folder: PhotoFolder) -> None:
    out = io.BytesIO()
    Image.new("I;16", (64, 64), 128 * 256).save(out, "PNG")
    red, green, blue = Image.open(io.BytesIO(folder.encode(out.getvalue()).data)).getpixel((32, 32))  # type: ignore[misc]
    assert {red, green, blue} <= {127, 128, 129}


@pytest.mark.parametrize("name", sorted(wrong_ones()))
def test_what_is_no_photo_alone_is_refused_and_named(folder: PhotoFolder, name: str) -> None:
    with pytest.raises(BadInput) as refused:
        folder.encode(wrong_ones()[name])
    assert refused.value.field == "photo"
    assert str(refused.value).startswith("photo")
    assert list(folder.iter_ids()) == []


def test_a_kept_photo_is_found_by_the_hash_of_its_bytes_only(folder: PhotoFolder, tmp_path: Path) -> None:
    made = folder.encode(picture())
    folder.keep(made)
    folder.keep(made)
    assert folder.find(made.id) == made.data
    assert (tmp_path / "photos" / made.id[:2] / f"{made.id}.jpg").read_bytes() == made.data
    for name in ("", "..", "../../mapsvc.gpkg", made.id.upper(), made.id + "0", "0" * 64):
        assert folder.find(name) is None
    assert list(folder.iter_ids()) == [made.id]


def test_a_photo_belongs_to_its_report_and_the_journal_says_so(photos: Photos, stage: Stage) -> None:
    incident = reported(stage)
    photo, is_new = photos.add(incident, picture(), APP)
    again, is_new_again = photos.add(incident, picture(), APP)
    assert (is_new, is_new_again, again.id) == (True, False, photo.id)
    event = stage.store.list_history(incident)[-1]
    assert (event.kind, event.post, event.data["photo"]) == ("incident.photographed", "channel:app", photo.id)
    assert photos.show(photo.id, VIEWER).data == photos._book.find(photo.id)
    assert photos.find_orphans() == []


def test_a_fifth_photo_is_refused(photos: Photos, stage: Stage) -> None:
    incident = reported(stage)
    for side in (100, 110, 120, 130):
        photos.add(incident, picture(size=(side, 90)), APP)
    with pytest.raises(BadInput) as refused:
        photos.add(incident, picture(size=(140, 90)), APP)
    assert refused.value.field == "photo"


def test_a_channel_adds_to_its_own_reports_only(photos: Photos, stage: Stage) -> None:
    incident = reported(stage)
    for actor, ref in ((replace(APP, channel="other"), None), (APP, "another reference")):
        with pytest.raises(NotFound):
            photos.add(incident, picture(), actor, ref=ref)
    with pytest.raises(NotFound):
        photos.add("i999", picture(), APP)
    assert photos.add(incident, picture(), APP, ref="r-1")[1]


def test_a_worker_adds_in_its_own_grids(photos: Photos, stage: Stage) -> None:
    assert photos.add(reported(stage), picture(), WORKER)[1]
    with pytest.raises(Forbidden):
        photos.add("i1", picture(), WORKER)
    with pytest.raises(Forbidden):
        photos.add("i1", picture(), VIEWER)


def test_photos_of_a_sensitive_matter_are_for_those_who_are_called(photos: Photos, stage: Stage) -> None:
    incident = reported(stage, task_type="dispute")
    photo, _ = photos.add(incident, picture(), APP)
    for actor in (VIEWER, WORKER, Actor("admin", Role.ADMIN, RIGHTS[Role.ADMIN])):
        with pytest.raises(Forbidden):
            photos.show(photo.id, actor)
    calls = (Call("post:chief-22", lead=True, called_at=NOW),)
    revision = stage.store.get_case(incident).revision
    stage.store.change_incidents([Change(incident, revision, "incident.dispatched", calls=calls)], at=NOW, post="test")
    assert photos.show(photo.id, WORKER).hidden_from_most


def test_a_file_left_by_a_crash_is_found_and_harmless(photos: Photos, folder: PhotoFolder, stage: Stage) -> None:
    left = folder.encode(picture())
    folder.keep(left)
    assert photos.find_orphans() == [left.id]
    with pytest.raises(NotFound):
        photos.show(left.id, VIEWER)
    photos.add(reported(stage), picture(), APP)
    assert photos.find_orphans() == []


def test_the_command_that_verifies_the_journal_tells_of_photos_left_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from mapsvc.cli import main
    from mapsvc.config import Config
    from mapsvc.wiring import build

    services = build(Config(tmp_path))
    fill(services.store)  # type: ignore[arg-type]
    services.close()
    assert main(["verify", "--data", str(tmp_path)]) == 0
    assert "Photos" not in capsys.readouterr().err
    folder = PhotoFolder(tmp_path / "photos")
    left = folder.encode(picture())
    folder.keep(left)
    assert main(["verify", "--data", str(tmp_path)]) == 0
    told = capsys.readouterr().err
    assert f"shown to nobody: 1, such as {left.id}" in told
