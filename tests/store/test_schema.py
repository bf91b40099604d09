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


def make_old(path: Path) -> list[tuple[object, ...]]:
    """Take from a closed store what version 0002 brought; returns the schema that is left."""
    with closing(sqlite3.connect(path)) as other, other:
        for table in ("draft_edit", "draft", "assigned_plan"):
            other.execute(f"DROP TABLE {table}")
            other.execute("DELETE FROM gpkg_contents WHERE table_name = ?", (table,))
        other.execute("UPDATE alembic_version SET version_num = '0001'")
        return other.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()


def first_version(path: Path) -> list[tuple[object, ...]]:
    """The schema that version 0001 alone makes."""
    database = Database(path)
    config = Config()
    config.set_main_option("script_location", str(Path(mapsvc.store.__file__).parent / "migrations"))
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    database.close()
    with closing(sqlite3.connect(path)) as other:
        return other.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()


@pytest.mark.parametrize("assigned", [None, "p1"])
def test_a_file_of_the_first_version_is_brought_up_to_date_and_loses_nothing(tmp_path: Path, assigned: str | None):
    path = tmp_path / "old.gpkg"
    store = SqliteStore.open(path)
    for name in ("p0", "p1"):
        store.put_plan(plan(name), at=1, post="cli")
    store.add_incidents(batch(["a", "b"], grid_code="G00"), at=1, post="cli", source="x")
    if assigned:
        for name in ("p0", "p1"):
            codes = np.zeros(1, np.int32)
            store.reassign(name, np.array([1]), ["G11"], codes, codes.astype(np.int8), at=1, post="cli")
    seen = store.get_plan("p1"), store.list_incidents([1, 2]), store.list_events()
    store.close()
    assert make_old(path) == first_version(tmp_path / "first.gpkg")
    store = SqliteStore.open(path)
    assert (store.get_plan("p1"), store.list_incidents([1, 2]), store.list_events()) == seen
    assert store.info()["schema_version"] == schema.HEAD
    assert store.find_assigned_plan() == assigned
    store.add_draft(Draft("d1", "x", "p1", "p1"), at=2, post="planner")
    store.close()
    with closing(sqlite3.connect(path)) as other:
        listed = dict(other.execute("SELECT table_name, data_type FROM gpkg_contents"))
        assert {listed[name] for name in ("draft", "draft_edit", "assigned_plan")} == {"attributes"}
        assert other.execute("PRAGMA foreign_key_check").fetchall() == []


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
