"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "mapsvc"
SOURCES = sorted(PACKAGE.rglob("*.py"))
BELOW_WIRING = ("model", "ports", "geo", "analysis", "casework", "services", "store", "geocode", "render", "demo")
HEAVY = ("geopandas", "folium", "numba", "pandas", "pyarrow", "scipy", "pyogrio", "sqlalchemy")


def _loaded_by(code: str) -> set[str]:
    out = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sorted(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return set(out.stdout.splitlines()[-1].split())


def test_the_help_text_loads_no_heavy_module() -> None:
    loaded = _loaded_by("from mapsvc.cli.parser import build_parser; build_parser().format_help()")
    assert not loaded & set(HEAVY)


def test_no_file_of_the_package_is_longer_than_three_hundred_lines() -> None:
    long = {str(p.relative_to(ROOT)): n for p in SOURCES if (n := len(p.read_text("utf-8").splitlines())) > 300}
    assert not long


@pytest.mark.parametrize("floor", BELOW_WIRING)
def test_nothing_below_the_wiring_reads_the_clock_or_the_environment(floor: str) -> None:
    forbidden = ("datetime.now", "utcnow", "time.time(", "time_ns(", "os.environ", "os.getenv", "date.today")
    files = list((PACKAGE / floor).rglob("*.py"))
    assert files
    for path in files:
        text = path.read_text("utf-8")
        assert not [word for word in forbidden if word in text], path


def test_no_module_does_work_at_import() -> None:
    """Module level holds definitions and constants; a bare call there would be work."""
    for path in SOURCES:
        if path.name == "__main__.py" or "migrations" in path.parts:  # run by Alembic, never imported
            continue
        body = ast.parse(path.read_text("utf-8")).body
        calls = [node for node in body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
        assert not calls, f"{path}: line {calls[0].lineno}"


def test_nothing_committed_carries_a_path_of_one_machine() -> None:
    if shutil.which("git") is None:
        pytest.skip("git is absent: install the Debian package git")
    tracked = subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=ROOT, check=False)
    if tracked.returncode:
        pytest.skip("not a git checkout")
    words = ("/work" + "/main", "/work" + "/shared", "/home/", "/root/")
    for name in tracked.stdout.splitlines():
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".txt", ".sh", ".js", ".css", ".html", ".json"} and path.exists():
            text = path.read_text("utf-8", errors="replace")
            if name.endswith("test_house.py"):
                continue
            assert not [word for word in words if word in text], name


def test_no_two_test_files_have_one_name() -> None:
    """pytest imports them by name alone: of two that share one, the second is not run."""
    names = Counter(path.name for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py")
    assert [name for name, n in names.items() if n > 1] == []


def test_no_served_file_names_a_host_of_a_content_network() -> None:
    hosts = ("cdn.", "unpkg", "jsdelivr", "cdnjs", "code.jquery", "bootstrapcdn", "googleapis")
    for folder in (ROOT / "templates", PACKAGE / "web" / "static"):
        for path in folder.rglob("*"):
            if path.is_file() and path.suffix in {".html", ".js", ".css", ".json", ".svg"}:
                text = path.read_text("utf-8")
                assert not [host for host in hosts if host in text], path
