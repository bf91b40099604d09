"""What tables are made of: kinds of columns, and the one description they all belong to."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import UserDefinedType

# GeoPackage knows INTEGER (64 bit) and no BIGINT.
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class Geometry(UserDefinedType[bytes]):
    """A GeoPackage geometry blob in lon/lat (EPSG:4326); the column's declared type is the geometry type."""

    cache_ok = True

    def __init__(self, kind: str = "GEOMETRY") -> None:
        self.kind = kind

    def get_col_spec(self, **_: Any) -> str:
        """The type name in DDL."""
        return self.kind


metadata = sa.MetaData()


def text(name: str, **options: Any) -> sa.Column[str]:
    """A text that is never NULL."""
    return sa.Column(name, sa.Text, nullable=False, server_default="", **options)


def whole(name: str, default: str | None = None) -> sa.Column[int]:
    """A whole number (codes, epoch seconds) that is never NULL."""
    return sa.Column(name, WHOLE, nullable=False, server_default=default)


def maybe(name: str) -> sa.Column[int]:
    """A whole number or NULL: a time that has not come yet."""
    return sa.Column(name, WHOLE)


def yes_no(name: str, default: str | None = None) -> sa.Column[bool]:
    """Yes or no, never NULL."""
    return sa.Column(name, sa.Boolean, nullable=False, server_default=default)


def number() -> sa.Column[int]:
    """The row's own number, counted by the store."""
    return sa.Column("fid", WHOLE, primary_key=True)
