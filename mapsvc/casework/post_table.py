"""PostTable: the posts as columns, made once a change of the register, asked for every recommendation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mapsvc.errors import BadInput
from mapsvc.model.duty import OFF, Standing, standing
from mapsvc.model.post import Post


@dataclass(frozen=True, slots=True, eq=False)
class PostTable:
    """Posts with a force behind them. x, y: metres of the working CRS, NaN where a post stands nowhere.

    by_grid: row numbers of the posts that serve a grid. hours: the different duty hours; hours_of: which one a row has.
    """

    posts: tuple[Post, ...]
    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    by_grid: Mapping[str, tuple[int, ...]]
    hours: tuple[str, ...]
    hours_of: npt.NDArray[np.intp]

    def standings(self, moment: int, tz: str) -> tuple[Standing, ...]:
        """How the posts of each entry of `hours` stand at a moment; hours that cannot be read are off duty."""
        return tuple(_standing(text, moment, tz) for text in self.hours)


def _standing(text: str, moment: int, tz: str) -> Standing:
    try:
        return standing(text, moment, tz)
    except BadInput:
        # Nobody is sent to on hours that nobody can read.
        return OFF


def make_table(posts: Sequence[Post], working_epsg: int) -> PostTable:
    """The table of all posts that are not missing (strength 0), in code order."""
    from mapsvc.geo.crs import projector

    kept = tuple(sorted((post for post in posts if post.strength > 0), key=lambda post: post.code))
    lon = np.array([np.nan if post.lon is None else post.lon for post in kept], np.float64)
    lat = np.array([np.nan if post.lat is None else post.lat for post in kept], np.float64)
    x, y = np.full(len(kept), np.nan), np.full(len(kept), np.nan)
    here = np.isfinite(lon) & np.isfinite(lat)
    if here.any():
        x[here], y[here] = projector(working_epsg).forward(lon[here], lat[here])
    by_grid: dict[str, list[int]] = {}
    for row, post in enumerate(kept):
        for code in post.grid_codes:
            by_grid.setdefault(code, []).append(row)
    hours = tuple(sorted({post.hours for post in kept}))
    place = {text: k for k, text in enumerate(hours)}
    return PostTable(
        kept,
        x,
        y,
        {code: tuple(rows) for code, rows in by_grid.items()},
        hours,
        np.array([place[post.hours] for post in kept], np.intp),
    )
