"""Curve: a smooth line through control points, cut into spans at them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Point = tuple[float, float]
STEP_M = 22.0


def spans(points: Sequence[Point], *, closed: bool = False, step_m: float = STEP_M) -> list[FloatArray]:
    """A Catmull-Rom curve (uniform, tension 1/2) through `points`, one (k, 2) array a span.

    Neighbouring spans share their control point bit for bit. Shapes and units as `points`, metres.
    """
    control = np.asarray(points, dtype=np.float64)
    count = len(control) if closed else len(control) - 1
    if closed:
        padded = np.vstack([control[-1:], control, control[:2]])
    else:
        padded = np.vstack([2 * control[0] - control[1], control, 2 * control[-1] - control[-2]])
    return [_span(padded[k : k + 4], step_m) for k in range(count)]


def join(pieces: Sequence[FloatArray]) -> FloatArray:
    """Consecutive spans as one line, each shared point once."""
    return np.vstack([pieces[0], *[piece[1:] for piece in pieces[1:]]])


def _span(four: FloatArray, step_m: float) -> FloatArray:
    before, start, end, after = four
    steps = max(2, round(float(np.hypot(*(end - start))) / step_m))
    t = np.linspace(0.0, 1.0, steps + 1)[:, None]
    line = 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    )
    line[0], line[-1] = start, end
    return np.asarray(line, dtype=np.float64)
