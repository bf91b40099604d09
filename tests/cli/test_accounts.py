"""The verbs about who gets in, the first start, and `verify`."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from square import fill

from mapsvc.cli import main, serving
from mapsvc.config import read_config
from mapsvc.demo.accounts import DEMO_PASSWORD
from mapsvc.services.accounts.heads import HEADS_NAME
from mapsvc.store.sqlite import SqliteStore
from mapsvc.wiring import STORE_NAME, build

HERE = "10.0.0.7"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The nine squares, and nobody who may sign in."""
    store = SqliteStore.open(tmp_path / STORE_NAME)
    fill(store)  # type: ignore[arg-type]
    store.close()
    return tmp_path


@pytest.fixture
def run(data: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """run(words) -> exit code, stdout, stderr."""

    def run_(*words: str) -> tuple[int, str, str]:
        code = main([*words, "--data", str(data)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run_


def sign_in(data: Path, code: str, password: str) -> Any:
    services = build(read_config(data))
    try:
        return services.accounts.sign_in(code, password, HERE)[1]
    finally:
        services.close()


def test_an_account_is_added_listed_reset_and_disabled(run: Callable[..., Any], data: Path) -> None:
    code, password, said = run(
        "accounts", "add", "worker-11", "--role", "worker", "--name", "Workers", "--grid", "11", "--post", "chief-11"
    )
    assert code == 0
    assert "worker-11" in said
    account = sign_in(data, "worker-11", password.strip())
    assert (account.grid_codes, account.must_change) == (("11",), True)
    code, again, _ = run("accounts", "reset", "worker-11")
    assert (code, again == password) == (0, False)
    code, listed, _ = run("accounts", "list")
    assert "worker-11" in listed
    assert "first password" in listed
    assert "argon2" not in listed
    assert run("accounts", "disable", "worker-11")[0] == 0
    assert "disabled" in run("accounts", "list")[1]
    assert run("accounts", "disable", "worker-11", "--undo")[0] == 0
    sign_in(data, "worker-11", again.strip())


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["add", "Worker", "--role", "viewer"], 2),
        (["add", "w", "--role", "viewer", "--grid", "99"], 2),
        (["add", "w", "--role", "viewer", "--name", "\x1b[31mred"], 2),
        (["reset", "nobody-here"], 3),
        (["disable", "nobody-here"], 3),
    ],
)
def test_what_cannot_be_is_one_sentence(run: Callable[..., Any], words: list[str], code: int) -> None:
    got, out, said = run("accounts", *words)
    assert (got, out) == (code, "")
    assert said.startswith("mapsvc: ")
    assert len(said.splitlines()) == 1


def test_the_last_admin_is_not_disabled_by_a_slip(run: Callable[..., Any]) -> None:
    assert run("accounts", "add", "keeper-1", "--role", "admin")[0] == 0
    assert run("accounts", "disable", "keeper-1")[0] == 4


def test_the_first_start_makes_an_admin_and_tells_its_password_once(
    run: Callable[..., Any], data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "_run_server", lambda config: None)
    code, out, said = run("serve")
    assert code == 0
    password = next(line.strip() for line in said.splitlines() if line.startswith("    "))
    assert password not in out
    account = sign_in(data, "admin", password)
    assert (account.role, account.must_change, account.demo) == ("admin", True, False)
    assert password not in run("serve")[2]
    stored = (data / STORE_NAME).read_bytes()
    assert password.encode() not in stored
    assert len((data / HEADS_NAME).read_text().splitlines()) >= 1


def test_the_demo_has_each_role_and_looking_at_it_does_not_make_it_somebody_s(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "demo"
    assert main(["demo", "--no-serve", "--data", str(folder)]) == 0
    assert DEMO_PASSWORD in capsys.readouterr().err
    roles = {sign_in(folder, code, DEMO_PASSWORD).role.value for code in ("viewer", "planner", "worker-03", "admin")}
    assert roles == {"viewer", "planner", "worker", "admin"}
    assert sign_in(folder, "dispatcher", DEMO_PASSWORD).post == ""
    assert sign_in(folder, "property", DEMO_PASSWORD).department == "property"
    assert main(["verify", "--data", str(folder)]) == 0
    serving._clear_demo(read_config(folder), fresh=True)
    assert not (folder / STORE_NAME).exists()
    assert not (folder / HEADS_NAME).exists()


def test_verify_prints_the_head_and_takes_it_back(run: Callable[..., Any]) -> None:
    code, head, _ = run("verify")
    assert code == 0
    assert run("accounts", "add", "viewer", "--role", "viewer")[0] == 0
    assert run("verify", "--head", head.strip())[0] == 0
    other = f"{head.split(':')[0]}:{'0' * 64}"
    assert run("verify", "--head", other)[0] == 1
    assert run("verify", "--head", "nonsense")[0] == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE event SET post = 'intruder' WHERE seq = 3", "broken at 3"),
        ("DELETE FROM event WHERE seq = 4", "broken at 4"),
        ("UPDATE event SET data = replace(data, '\"', ' \"') WHERE seq = 2", "broken at 2"),
        ("DELETE FROM event WHERE seq > 4", "broken at 5"),
    ],
)
def test_a_change_of_the_stored_journal_is_found(run: Callable[..., Any], data: Path, change: str, told: str) -> None:
    assert run("verify")[0] == 0
    link = sqlite3.connect(data / STORE_NAME)
    assert link.execute(change).rowcount > 0
    link.commit()
    link.close()
    code, out, said = run("verify")
    assert (code, out.strip()) == (1, told)
    assert said.strip()
    assert run("verify")[0] == 1
