"""Accounts of the invented community: one of each role and one of a department; their password is no secret."""

from __future__ import annotations

from mapsvc.demo.grids import GRID_ROWS
from mapsvc.model.account import Account, Role

DEMO_PASSWORD = "willow-bank-demo"  # noqa: S105 - it is printed at the start and shown on the page
_GRID = 3


def demo_accounts() -> tuple[Account, ...]:
    """In the order in which the sign-in page offers them."""
    grid = GRID_ROWS[_GRID - 1]
    return (
        Account("dispatcher", Role.DISPATCHER, "Dispatch desk", "指挥调度岗", demo=True),
        Account(
            f"worker-{grid.short}",
            Role.WORKER,
            f"Full-time workers, grid {grid.short}",
            f"{grid.short} 网格专职岗",
            post=f"02-worker-full-{grid.short}",
            department="street_office",
            grid_codes=(grid.code,),
            demo=True,
        ),
        # It reports from the grid of its first office; elsewhere it acts where the department is called.
        Account(
            "property",
            Role.WORKER,
            "Property companies",
            "物业公司",
            department="property",
            grid_codes=(grid.code,),
            demo=True,
        ),
        Account("planner", Role.PLANNER, "Grid planning desk", "网格规划岗", demo=True),
        Account("viewer", Role.VIEWER, "Duty viewer", "值班查看岗", demo=True),
        Account("admin", Role.ADMIN, "System desk", "系统管理岗", demo=True),
    )
