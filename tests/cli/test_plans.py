"""The verbs about plans: what is listed, what is printed, and what a question under another plan says."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapsvc.cli import main
from mapsvc.config import read_config
from mapsvc.wiring import build


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plans")
    assert main(["demo", "--no-serve", "--data", str(folder)]) == 0
    return folder


def test_plans_lists_editions_with_their_days(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plans", "--data", str(data)]) == 0
    assert "willow-bank-1" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "magic"), [("sheet.pdf", b"%PDF"), ("sheet.png", b"\x89PNG")])
def test_sheet_writes_the_page(data: Path, tmp_path: Path, name: str, magic: bytes) -> None:
    assert main(["sheet", str(tmp_path / name), "--data", str(data), "--lang", "zh"]) == 0
    assert (tmp_path / name).read_bytes().startswith(magic)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["sheet", "x.svg"], 2),
        (["sheet", "x.pdf", "--grid", "nope"], 3),
        (["sheet", "x.pdf", "--plan", "nope"], 2),
        (["export", "x.csv", "--as-of", "1999-01-01"], 2),
    ],
)
def test_what_is_not_there_is_one_sentence(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*words, "--data", str(data)]) == code
    assert list(tmp_path.iterdir()) == []


def test_a_draft_goes_out_and_comes_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data"
    assert main(["demo", "--no-serve", "--data", str(data)]) == 0
    services = build(read_config(data))
    draft = services.redraw.drafts.start("From QGIS", None, post="planner")["id"]
    services.close()
    for name in ("out.gpkg", "out.zip"):
        assert main(["export", str(tmp_path / name), "--plan", draft, "--data", str(data)]) == 0
        capsys.readouterr()
        assert main(["import", "draft", str(tmp_path / name), "--draft", draft, "--data", str(data)]) == 0
        assert "nothing new" in capsys.readouterr().err
    assert main(["import", "draft", str(tmp_path / "out.gpkg"), "--draft", "nope", "--data", str(data)]) == 3
    assert main(["plans", "--data", str(data)]) == 0
    assert draft in capsys.readouterr().out
