"""What makes a SQLite file a GeoPackage: its metadata tables, layers and rtrees (OGC 12-128, annex C and F.3).

Every text here is made from names in our own code, never from input.
"""

from __future__ import annotations

import sqlalchemy as sa

APPLICATION_ID = 0x47504B47  # "GPKG"
USER_VERSION = 10300  # GeoPackage 1.3: what GDAL 3.6 and QGIS 3.22 read without a warning

_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],'
    'AUTHORITY["EPSG","4326"]]'
)
_SYSTEMS = (
    ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined"),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined"),
    ("WGS 84 geodetic", 4326, "EPSG", 4326, _WGS84),
)
_BASE = (
    """CREATE TABLE gpkg_spatial_ref_sys (
        srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
        organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT)""",
    """CREATE TABLE gpkg_contents (
        table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
        description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
        min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
        CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))""",
    """CREATE TABLE gpkg_geometry_columns (
        table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
        srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
        CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
        CONSTRAINT uk_gc_table_name UNIQUE (table_name),
        CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
        CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id))""",
    """CREATE TABLE gpkg_extensions (
        table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
        scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))""",
)
_SOLID = "{0}.geom IS NOT NULL AND NOT ST_IsEmpty({0}.geom)"
_VOID = "({0}.geom IS NULL OR ST_IsEmpty({0}.geom))"
_BOX = "ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)"
# The numbers in the names are those of the standard: programs recognise the triggers by them.
_TRIGGERS = {
    "insert": ("INSERT", _SOLID.format("NEW"), "INSERT OR REPLACE INTO {r} VALUES (NEW.fid, {box})"),
    "update2": ("UPDATE", "OLD.fid = NEW.fid AND " + _VOID.format("NEW"), "DELETE FROM {r} WHERE id = OLD.fid"),
    "update4": (
        "UPDATE",
        "OLD.fid <> NEW.fid AND " + _VOID.format("NEW"),
        "DELETE FROM {r} WHERE id IN (OLD.fid, NEW.fid)",
    ),
    "update5": (
        "UPDATE",
        "OLD.fid <> NEW.fid AND " + _SOLID.format("NEW"),
        "DELETE FROM {r} WHERE id = OLD.fid; INSERT OR REPLACE INTO {r} VALUES (NEW.fid, {box})",
    ),
    "update6": (
        "UPDATE OF geom",
        f"OLD.fid = NEW.fid AND {_SOLID.format('NEW')} AND {_SOLID.format('OLD')}",
        "UPDATE {r} SET minx = ST_MinX(NEW.geom), maxx = ST_MaxX(NEW.geom), miny = ST_MinY(NEW.geom), "
        "maxy = ST_MaxY(NEW.geom) WHERE id = NEW.fid",
    ),
    "update7": (
        "UPDATE OF geom",
        f"OLD.fid = NEW.fid AND {_SOLID.format('NEW')} AND {_VOID.format('OLD')}",
        "INSERT INTO {r} VALUES (NEW.fid, {box})",
    ),
    "delete": ("DELETE", "OLD.geom IS NOT NULL", "DELETE FROM {r} WHERE id = OLD.fid"),
}


def create_base(connection: sa.Connection) -> None:
    """Mark the file and create the four metadata tables with the three systems every GeoPackage has."""
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {USER_VERSION}")
    for statement in _BASE:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(
        "INSERT INTO gpkg_spatial_ref_sys (srs_name, srs_id, organization, organization_coordsys_id, definition) "
        "VALUES (?, ?, ?, ?, ?)",
        list(_SYSTEMS),
    )


def register_features(connection: sa.Connection, table: str, kind: str, description: str) -> None:
    """Make a table or view with a `geom` column of this geometry type a layer in lon/lat."""
    connection.exec_driver_sql(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) "
        "VALUES (?, 'features', ?, ?, 4326)",
        (table, table, description),
    )
    connection.exec_driver_sql("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, 4326, 0, 0)", (table, kind))


def register_attributes(connection: sa.Connection, table: str, description: str) -> None:
    """Make a table without geometry visible."""
    connection.exec_driver_sql(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description) VALUES (?, 'attributes', ?, ?)",
        (table, table, description),
    )


def create_rtree(connection: sa.Connection, table: str) -> None:
    """A spatial index on `geom` that triggers keep, as other programs expect it."""
    rtree = f"rtree_{table}_geom"
    connection.exec_driver_sql(f"CREATE VIRTUAL TABLE {rtree} USING rtree(id, minx, maxx, miny, maxy)")
    for name, (when, condition, action) in _TRIGGERS.items():
        body = action.format(r=rtree, box=_BOX)
        connection.exec_driver_sql(
            f"CREATE TRIGGER {rtree}_{name} AFTER {when} ON {table} WHEN {condition} BEGIN {body}; END"
        )
    connection.exec_driver_sql(
        "INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index', "
        "'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
        (table,),
    )
