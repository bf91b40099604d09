"""The plans' room: a plan with its grids and findings, written once and read whole."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from mapsvc.errors import Conflict, NotFound
from mapsvc.model.finding import Finding, Rule, Severity
from mapsvc.model.grid import Grid, GridKind
from mapsvc.model.plan import Plan, PlanHead, PlanStatus
from mapsvc.store import draft_rows, editions, gpkg
from mapsvc.store.tables import finding, grid, plan


def put(connection: sa.Connection, given: Plan, *, at: int) -> str | None:
    """Store a new plan; returns the id of the edition it ended. Conflict where the id exists."""
    check_free(connection, given.id)
    heads = list_heads(connection)
    ended = editions.find_ended(given, heads)
    if ended is not None:
        connection.execute(sa.update(plan).where(plan.c.id == ended.id).values(valid_to=given.valid_from))
    connection.execute(
        sa.insert(plan).values(
            geom=gpkg.encode([given.frame])[0],
            id=given.id,
            name=given.name,
            working_epsg=given.working_epsg,
            status=given.status.value,
            valid_from=given.valid_from,
            valid_to=editions.find_end(given, heads),
            recorded_at=at,
            revision=given.revision,
            parent_id=given.parent_id,
            code_scheme=given.code_scheme,
            source=given.source,
        )
    )
    if given.grids:
        connection.execute(sa.insert(grid), _grid_rows(given))
    if given.findings:
        connection.execute(sa.insert(finding), _finding_rows(given))
    return ended.id if ended else None


def exists(connection: sa.Connection, plan_id: str) -> bool:
    """True where there is a plan with this id."""
    return connection.execute(sa.select(plan.c.fid).where(plan.c.id == plan_id)).first() is not None


def check_exists(connection: sa.Connection, plan_id: str) -> None:
    """NotFound where there is no plan with this id."""
    if not exists(connection, plan_id):
        raise NotFound(f'There is no plan "{plan_id}".')


def check_free(connection: sa.Connection, plan_id: str) -> None:
    """Conflict where a plan or a draft has this id: both are asked for by it."""
    if exists(connection, plan_id):
        raise Conflict(f'There is a plan "{plan_id}" already.')
    if draft_rows.exists(connection, plan_id):
        raise Conflict(f'There is a draft "{plan_id}" already.')


def get(connection: sa.Connection, plan_id: str) -> Plan:
    """The whole plan; NotFound."""
    row = connection.execute(sa.select(plan).where(plan.c.id == plan_id)).mappings().first()
    if row is None:
        raise NotFound(f'There is no plan "{plan_id}".')
    grids = connection.execute(sa.select(grid).where(grid.c.plan_id == plan_id).order_by(grid.c.position))
    found = connection.execute(sa.select(finding).where(finding.c.plan_id == plan_id).order_by(finding.c.position))
    return Plan(
        id=row["id"],
        name=row["name"],
        frame=gpkg.decode(row["geom"]),  # type: ignore[arg-type]
        working_epsg=row["working_epsg"],
        grids=tuple(_grid(values) for values in grids.mappings()),
        status=PlanStatus(row["status"]),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        recorded_at=row["recorded_at"],
        revision=row["revision"],
        parent_id=row["parent_id"],
        code_scheme=row["code_scheme"],
        source=row["source"],
        findings=tuple(_finding(values) for values in found.mappings()),
    )


def list_heads(connection: sa.Connection) -> list[PlanHead]:
    """All plans without geometry, in the order they were stored."""
    grids = sa.select(sa.func.count()).where(grid.c.plan_id == plan.c.id).scalar_subquery()
    still_open = (
        sa.select(sa.func.count())
        .where(finding.c.plan_id == plan.c.id, finding.c.severity == Severity.ERROR.value, finding.c.accepted == "")
        .scalar_subquery()
    )
    columns = (plan.c.id, plan.c.name, plan.c.status, plan.c.valid_from, plan.c.valid_to, plan.c.working_epsg)
    rows = connection.execute(sa.select(*columns, grids, still_open).order_by(plan.c.fid))
    return [
        PlanHead(plan_id, name, PlanStatus(status), valid_from, valid_to, n_grids, epsg, n_open)
        for plan_id, name, status, valid_from, valid_to, epsg, n_grids, n_open in rows
    ]


def find_on(connection: sa.Connection, day: date) -> PlanHead | None:
    """The edition in force on that day."""
    return editions.find_in_force(list_heads(connection), day)


def _grid_rows(given: Plan) -> list[dict[str, Any]]:
    blobs = gpkg.encode([row.polygon for row in given.grids])
    return [
        {
            "geom": blob,
            "plan_id": given.id,
            "position": position,
            "id": row.id,
            "code": row.code,
            "name": row.name,
            "name_zh": row.name_zh,
            "kind": row.kind.value,
            "area_m2": row.area_m2,
            "theme": row.theme,
            "theme_zh": row.theme_zh,
            "unit": row.unit,
            "unit_zh": row.unit_zh,
        }
        for position, (row, blob) in enumerate(zip(given.grids, blobs, strict=True))
    ]


def _grid(row: sa.RowMapping) -> Grid:
    return Grid(
        id=row["id"],
        code=row["code"],
        name=row["name"],
        polygon=gpkg.decode(row["geom"]),  # type: ignore[arg-type]
        area_m2=row["area_m2"],
        kind=GridKind(row["kind"]),
        name_zh=row["name_zh"],
        theme=row["theme"],
        theme_zh=row["theme_zh"],
        unit=row["unit"],
        unit_zh=row["unit_zh"],
    )


def _finding_rows(given: Plan) -> list[dict[str, Any]]:
    return [
        {
            "geom": None if row.where is None else gpkg.encode([row.where])[0],
            "plan_id": given.id,
            "position": position,
            "rule": row.rule.value,
            "severity": row.severity.value,
            "message": row.message,
            "size": row.size,
            "unit": row.unit,
            "grids": _joined(row.grids),
            "feature": row.feature,
            "accepted": row.accepted,
        }
        for position, row in enumerate(given.findings)
    ]


def _finding(row: sa.RowMapping) -> Finding:
    return Finding(
        rule=Rule(row["rule"]),
        severity=Severity(row["severity"]),
        message=row["message"],
        where=None if row["geom"] is None else gpkg.decode(row["geom"]),
        size=row["size"],
        unit=row["unit"],
        grids=tuple(json.loads(row["grids"])),
        feature=row["feature"],
        accepted=row["accepted"],
    )


def _joined(codes: Sequence[str]) -> str:
    return json.dumps(list(codes), ensure_ascii=False)
