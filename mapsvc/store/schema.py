"""Schema: brings a store's file to the newest version with Alembic; no ini file, nothing on the search path."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from mapsvc.errors import Broken

HEAD = "0003"
_SCRIPTS = Path(__file__).parent / "migrations"


def find_version(connection: sa.Connection) -> str | None:
    """The schema version of the file, None for an empty one."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return found


def migrate(connection: sa.Connection) -> None:
    """Run what is missing inside the caller's transaction; Broken for a newer mapsvc's file, or another program's."""
    # Alembic takes a third of a second to import: a file that is up to date does without.
    version = find_version(connection)
    if version == HEAD:
        return
    if version is None and sa.inspect(connection).get_table_names():
        raise Broken("The store's file holds tables of another program; move it away, or choose another folder.")
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise Broken("The store was written by a newer version of mapsvc; update mapsvc to open it.") from error
