"""Cell size: the side of the squares that a map of n events over an area is cut into, by a stated rule.

Rule: a square of twice the mean area per event, side sqrt(2 A / n), rounded up to 1, 2 or 5 times a power of ten
metres. Then the side moves along that ladder until the area gives 30 to 50,000 cells.
Source of the rule: Griffith's quadrat rule, area of a cell = 2 A / n.
"""

from __future__ import annotations

import math

MIN_CELLS = 30
MAX_CELLS = 50_000
_STEPS = (1.0, 2.0, 5.0)


def rounded_up_m(side_m: float) -> float:
    """The smallest of 1, 2, 5 x 10^k metres that is not below side_m > 0."""
    power = math.floor(math.log10(side_m))
    for exponent in (power - 1, power, power + 1):
        for step in _STEPS:
            # Rounding in the power of ten must not push 5 m up to 10 m.
            if (rung := _rung(step, exponent)) >= side_m * (1 - 1e-12):
                return rung
    return _rung(2.0, power + 1)


def next_smaller_m(cell_m: float) -> float:
    """The rung below cell_m on the ladder 1, 2, 5 x 10^k."""
    power = math.floor(math.log10(cell_m * (1 - 1e-9)))
    return max(_rung(step, power) for step in _STEPS if _rung(step, power) < cell_m * (1 - 1e-9))


def choose_cell_m(area_m2: float, events: int) -> float:
    """Side in metres for `events` >= 1 events over area_m2 > 0 by the rule above."""
    cell_m = rounded_up_m(math.sqrt(2.0 * area_m2 / events))
    while area_m2 / cell_m**2 > MAX_CELLS:
        cell_m = rounded_up_m(cell_m * 1.01)
    while area_m2 / cell_m**2 < MIN_CELLS:
        cell_m = next_smaller_m(cell_m)
    return cell_m


def _rung(step: float, exponent: int) -> float:
    # 2 x 10^-1 must be the double 0.2, which a division gives and a product with 0.1 does not always.
    return step * 10.0**exponent if exponent >= 0 else step / 10.0**-exponent
