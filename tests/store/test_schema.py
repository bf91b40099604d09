"""Opening, creating and migrating the file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from store_samples import batch, plan

import mapsvc.store
from mapsvc.errors import BadInput, Broken, Conflict, NotFound
from mapsvc.model.community import Community
from mapsvc.model.draft import Draft
from mapsvc.model.event import chain_hash
from mapsvc.model.post import Post
from mapsvc.store import schema, tables
from mapsvc.store.connection import Database
from mapsvc.store.sqlite import SqliteStore


def test_the_head_named_in_code_is_the_newest_version():
    config = Config()
    config.set_main_option("script_location", str(Path(mapsvc.store.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]


def test_the_migrated_file_has_exactly_the_tables_of_the_code(tmp_path: Path):
    SqliteStore.open(tmp_path / "a.gpkg").close()
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as other:
        for table in tables.metadata.sorted_tables:
            rows = other.execute(f"PRAGMA table_info({table.name})").fetchall()
            found = [(row[1], bool(row[3] or row[5]), bool(row[5])) for row in rows]
            assert found == [(column.name, not column.nullable, column.primary_key) for column in table.columns]
        ours = {table.name for table in tables.metadata.sorted_tables} | {"alembic_version"}
        names = {row[0] for row in other.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert {name for name in names if not name.startswith(("gpkg_", "rtree_", "sqlite_"))} == ours


def test_opening_again_keeps_everything_and_runs_nothing(tmp_path: Path):
    first = SqliteStore.open(tmp_path / "a.gpkg")
    first.close()
    before = (tmp_path / "a.gpkg").read_bytes()
    SqliteStore.open(tmp_path / "a.gpkg").close()
    assert (tmp_path / "a.gpkg").read_bytes() == before


def make_old(path: Path, version: str) -> None:
    """Turn a closed store into a file of an earlier version with the same rows, as far as that version had them."""
    newer = path.rename(path.with_suffix(".new"))
    database = Database(path)
    config = Config()
    config.set_main_option("script_location", str(Path(mapsvc.store.__file__).parent / "migrations"))
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    database.close()
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("ATTACH ? AS newer", (str(newer),))
        names = {row[0] for row in other.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")}
        for table in (table.name for table in tables.metadata.sorted_tables if table.name in names):
            columns = ", ".join(f'"{row[1]}"' for row in other.execute(f"PRAGMA main.table_info({table})"))
            # The triggers of the rtrees need functions that only a store has: as if the rows came without shapes.
            for (trigger,) in other.execute(
                "SELECT name FROM main.sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,)
            ).fetchall():
                other.execute(f"DROP TRIGGER {trigger}")
            other.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newer.{table}")


@pytest.mark.parametrize(("version", "assigned"), [("0001", None), ("0001", "p1"), ("0002", None), ("0002", "p1")])
def test_a_file_of_an_earlier_version_is_brought_up_to_date_and_loses_nothing(
    tmp_path: Path, version: str, assigned: str | None
):
    path = tmp_path / "old.gpkg"
    store = SqliteStore.open(path)
    for name in ("p0", "p1"):
        store.put_plan(plan(name), at=1, post="cli")
    store.put_posts([Post("c1", "grid_chief", "Chief")], at=1, post="cli")
    store.add_incidents(batch(["a", "b"], grid_code="G00"), at=1, post="cli", source="x")
    if assigned:
        for name in ("p0", "p1"):
            codes = np.zeros(1, np.int32)
            store.reassign(name, np.array([1]), ["G00"], codes, codes.astype(np.int8), at=1, post="cli")
    seen = store.get_plan("p1"), store.list_posts(), store.list_incidents([1, 2]), store.list_events()
    links = list(store.iter_links())
    store.close()
    make_old(path, version)
    store = SqliteStore.open(path)
    assert (store.get_plan("p1"), store.list_posts(), store.list_incidents([1, 2]), store.list_events()) == seen
    assert list(store.iter_links()) == links
    assert store.info()["schema_version"] == schema.HEAD
    assert store.find_assigned_plan() == assigned
    store.add_draft(Draft("d1", "x", "p1", "p1"), at=2, post="planner")
    store.put_setting("limits", {"noise": 4}, revision=0, at=2, post="admin")
    store.close()
    with closing(sqlite3.connect(path)) as other:
        listed = dict(other.execute("SELECT table_name, data_type FROM gpkg_contents"))
        assert {listed[name] for name in ("draft", "draft_edit", "assigned_plan", "incident_call")} == {"attributes"}
        assert {listed[name] for name in ("jurisdiction", "address", "incident_readable")} == {"features"}
        assert other.execute("SELECT revision, dispatched_at FROM incident_readable").fetchall() == [(0, None)] * 2
        assert other.execute("PRAGMA foreign_key_check").fetchall() == []


def test_the_journal_of_an_earlier_version_keeps_its_words_and_gets_its_chain(tmp_path: Path):
    path = tmp_path / "old.gpkg"
    store = SqliteStore.open(path)
    store.put_plan(plan("p0"), at=1, post="cli")
    store.close()
    make_old(path, "0002")
    old = ('{"b": 1, "a": "\u7f51"}', '{"a":"网"}')
    with closing(sqlite3.connect(path)) as other, other:
        for seq, data in enumerate(old, start=2):
            other.execute("INSERT INTO event VALUES (?, 5, 'cli', 'x.y', '网', ?)", (seq, data))
    store = SqliteStore.open(path)
    store.put_community(Community("Elm"), at=6, post="cli")
    links = list(store.iter_links())
    assert [link.data for link in links[1:3]] == list(old)
    before = ""
    for link in links:
        before = chain_hash(before, link.seq, link.at, link.post, link.kind, link.subject, link.data)
        assert link.hash == before
    assert store.list_events(after=1)[0].data == {"b": 1, "a": "网"}
    store.close()


def test_a_path_with_percent_signs_and_chinese_is_a_path_like_any_other(tmp_path: Path):
    folder = tmp_path / "100% 网格 #?&"
    folder.mkdir()
    store = SqliteStore.open(folder / "社区.gpkg")
    assert store.seq() == 0
    store.close()
    assert (folder / "社区.gpkg").exists()


def test_a_missing_folder_is_not_found(tmp_path: Path):
    with pytest.raises(NotFound, match="no folder"):
        SqliteStore.open(tmp_path / "nowhere" / "a.gpkg")


def test_a_file_that_is_no_database_is_refused_in_a_sentence_and_left_alone(tmp_path: Path):
    path = tmp_path / "a.gpkg"
    path.write_bytes(b"this is a letter, not a database" * 100)
    with pytest.raises(Broken, match="not a database"):
        SqliteStore.open(path)
    assert path.read_bytes().startswith(b"this is a letter")


def test_the_file_of_another_program_is_left_as_it_is(tmp_path: Path):
    path = tmp_path / "a.gpkg"
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE theirs (n INTEGER)")
    with pytest.raises(Broken, match="tables of another program"):
        SqliteStore.open(path)
    with closing(sqlite3.connect(path)) as other:
        assert [row[0] for row in other.execute("SELECT name FROM sqlite_master")] == ["theirs"]


def test_a_file_of_a_newer_version_is_refused(tmp_path: Path):
    path = tmp_path / "a.gpkg"
    SqliteStore.open(path).close()
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Broken, match="newer version of mapsvc"):
        SqliteStore.open(path)


def test_info_tells_versions_and_modes(tmp_path: Path):
    store = SqliteStore.open(tmp_path / "a.gpkg")
    info = store.info()
    version = tuple(int(part) for part in info["sqlite_version"].split("."))
    assert info["is_safe"] is (version >= (3, 51, 3))
    assert (info["kind"], info["schema_version"]) == ("sqlite", schema.HEAD)
    assert (info["journal_mode"], info["synchronous"]) == ("wal", "full")
    assert info["has_writer_lock"] is True
    assert info["path"] == str(tmp_path / "a.gpkg")
    store.close()


def test_a_closed_store_says_so(tmp_path: Path):
    store = SqliteStore.open(tmp_path / "a.gpkg")
    store.close()
    with pytest.raises(Broken, match="closed"):
        store.seq()


def test_half_a_character_is_refused_in_a_sentence(tmp_path: Path):
    store = SqliteStore.open(tmp_path / "a.gpkg")
    with pytest.raises(BadInput, match="surrogate"):
        store.put_community(Community("\ud800"), at=1, post="cli")
    with pytest.raises(BadInput, match="surrogate"):
        store.add_incidents(batch(["a\udfff"]), at=1, post="cli", source="x")
    assert store.seq() == 0
    store.close()


def test_a_value_the_tables_refuse_is_a_conflict_and_nothing_is_kept(tmp_path: Path):
    store = SqliteStore.open(tmp_path / "a.gpkg")
    grids = (replace(plan().grids[0], area_m2=float("nan")),)
    with pytest.raises(Conflict, match="area_m2"):
        store.put_plan(plan(grids=grids), at=1, post="cli")
    assert store.list_plans() == []
    store.close()


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path):
    with pytest.raises(Broken, match="unable to open"):
        SqliteStore.open(tmp_path)
