from __future__ import annotations

from pathlib import Path

from mapsvc.services.scene import byte_keep
from mapsvc.services.scene.byte_keep import ByteKeep


class Maker:
    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> bytes:
        self.made += 1
        return b"costly " * 100


def test_lasting_bytes_outlive_the_process_and_others_do_not(tmp_path: Path) -> None:
    make = Maker()
    for keep in (ByteKeep(tmp_path), ByteKeep(tmp_path)):
        for _ in range(2):
            assert keep.get_lasting(("shapes", 7), make) == b"costly " * 100
    assert make.made == 1
    for keep in (ByteKeep(tmp_path), ByteKeep(tmp_path)):
        keep.get("desk", make)
    assert make.made == 3


def test_a_damaged_file_is_made_again(tmp_path: Path) -> None:
    make = Maker()
    ByteKeep(tmp_path).get_lasting(("a",), make)
    (path,) = tmp_path.iterdir()
    for damage in (b"", path.read_bytes()[:20], b"nonsense"):
        path.write_bytes(damage)
        assert ByteKeep(tmp_path).get_lasting(("a",), make) == b"costly " * 100
    assert make.made == 4


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    assert ByteKeep(tmp_path / "file").get_lasting(("a",), Maker()) == b"costly " * 100


def test_old_files_make_room(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(byte_keep, "_ON_DISK", 3)
    keep = ByteKeep(tmp_path)
    for number in range(8):
        keep.get_lasting((number,), Maker())
    assert len(list(tmp_path.iterdir())) == 3
