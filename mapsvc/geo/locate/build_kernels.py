"""The build of a `RasterIndex` for numba: two walks along all edges, then one sweep over the rows of cells.

Import it only where numba is. The result equals `raster_index.build_with_numpy` number for number; see there and in
`edge_cells`, `scan_rows` and `cell_groups` for the reasons behind each rule.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mapsvc.geo.locate.numba_kernel import kernel

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int32]

_SURE, _TINY = 3.4e-16, 1e-290
_JUDGE = -2


@kernel
def walk_edges(
    xy: FloatArray,
    start: IntArray,
    polygon: IntArray,
    box: FloatArray,
    slack: FloatArray,
    columns: int,
    rows: int,
    at_cell: IntArray,
    entry: IntArray,
    owner: IntArray,
    unsure: npt.NDArray[np.uint8],
    at_row: IntArray,
    crossing: IntArray,
) -> None:
    """First walk (empty `entry`): count edges a cell in at_cell, crossings a row in at_row.

    Second walk: at_cell and at_row say where the next one goes. entry: vertex * 2 + (reference point left of the edge),
    owner: its polygon; unsure: (cells) set where an edge runs too near the reference point; crossing: (n, 2) polygon,
    column. box as in `locate_kernels`; slack: rounding of a computed lon, lat.
    """
    fill = len(entry) > 0
    for e in range(len(start)):
        v = start[e]
        ax, ay, bx, by = xy[v, 0], xy[v, 1], xy[v + 1, 0], xy[v + 1, 1]
        if ay > by or (ay == by and ax > bx):
            lx, ly, hx, hy = bx, by, ax, ay
        else:
            lx, ly, hx, hy = ax, ay, bx, by
        for row in range(_row_of(ly, box, rows), _row_of(hy, box, rows) + 1):
            first, last = _columns_in_row(lx, ly, hx, hy, row, box, slack, columns)
            ref_y = box[1] + (row + box[9]) * box[7]
            for column in range(first, last + 1):
                cell = row * columns + column
                if fill:
                    side = _side(ax, ay, bx, by, box[0] + (column + box[8]) * box[6], ref_y)
                    unsure[cell] |= side == 0
                    entry[at_cell[cell]] = v * 2 + (side > 0)
                    owner[at_cell[cell]] = polygon[e]
                at_cell[cell] += 1
            if (ay <= ref_y) != (by <= ref_y):
                if fill:
                    crossing[at_row[row], 0] = polygon[e]
                    crossing[at_row[row], 1] = _crossing_column(ax, ay, bx, by, ref_y, box, columns)
                at_row[row] += 1


@kernel
def _column_of(x: float, box: FloatArray, columns: int) -> int:
    return min(int((x - box[0]) * box[4]), columns - 1)


@kernel
def _row_of(y: float, box: FloatArray, rows: int) -> int:
    return min(int((y - box[1]) * box[5]), rows - 1)


@kernel
def _columns_in_row(
    lx: float, ly: float, hx: float, hy: float, row: int, box: FloatArray, slack: FloatArray, columns: int
) -> tuple[int, int]:
    """First and last column that the edge from its lower end l to its higher end h can touch within a row."""
    enter, leave = 0.0, 1.0
    if hy != ly:
        enter = max((box[1] + row * box[7] - slack[1] - ly) / (hy - ly), 0.0)
        leave = min((box[1] + (row + 1) * box[7] + slack[1] - ly) / (hy - ly), 1.0)
    one, two = lx + enter * (hx - lx), lx + leave * (hx - lx)
    west, east = min(lx, hx), max(lx, hx)
    first = min(max(min(one, two) - slack[0], west), east)
    last = min(max(max(one, two) + slack[0], west), east)
    return _column_of(first, box, columns), _column_of(last, box, columns)


@kernel
def _crossing_column(ax: float, ay: float, bx: float, by: float, ref_y: float, box: FloatArray, columns: int) -> int:
    """First column whose reference point lies east of where the edge crosses the row's line of reference points."""
    crossing = ax + (ref_y - ay) / (by - ay) * (bx - ax)
    column = _column_of(min(max(crossing, box[0]), box[2]), box, columns)
    side = _side(ax, ay, bx, by, box[0] + (column + box[8]) * box[6], ref_y)
    return column + ((side > 0) == (by > ay))


@kernel
def _side(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> int:
    """1 where the point lies left of a -> b, -1 where right, 0 where rounding could have decided."""
    one, two = (bx - ax) * (y - ay), (by - ay) * (x - ax)
    turn = one - two
    bound = _SURE * (abs(one) + abs(two)) + _TINY
    return 1 if turn > bound else (-1 if turn < -bound else 0)


@kernel
def sweep_rows(
    columns: int,
    rows: int,
    cell_first: IntArray,
    row_first: IntArray,
    crossing: IntArray,
    owner: IntArray,
    entry: IntArray,
    unsure: npt.NDArray[np.uint8],
    xy: FloatArray,
    label: IntArray,
    cell: IntArray,
    group: IntArray,
) -> tuple[int, int, int]:
    """Write label, cell and group of every cell and move the entries that stay to the front.

    cell_first, row_first: where the entries of each cell and the crossings of each row begin (one more than there are).
    Returns how many rows of `cell`, `group` and `entry` are in use.
    """
    done_cells, done_groups, done_entries = 0, 0, 0
    around = np.empty(64, np.int32)
    head = np.full(columns + 1, -1, np.int32)
    after = np.empty(len(crossing), np.int32)
    for row in range(rows):
        for j in range(row_first[row], row_first[row + 1]):
            after[j] = head[crossing[j, 1]]
            head[crossing[j, 1]] = j
        held = 0
        for column in range(columns + 1):
            j = head[column]
            head[column] = -1
            while j >= 0:
                if held == len(around):
                    around = np.append(around, np.empty(held, np.int32))
                held = _toggle(around, held, crossing[j, 0])
                j = after[j]
            if column == columns:
                break
            here = row * columns + column
            first, last = cell_first[here], cell_first[here + 1]
            if first == last:
                label[here] = _lowest(around, held)
                continue
            base = _base(around, held, owner, first, last) if not unsure[here] else _JUDGE
            groups, entries = _keep_groups(
                around, held, base, owner, entry, first, last, xy, group, done_groups, done_entries
            )
            if groups == done_groups and base != _JUDGE:
                label[here] = base
                continue
            if groups == -done_groups - 1:
                # Two polygons that share all their edges here: the second, left out, is what remains.
                groups, base = done_groups + 1, owner[last - 1]
            label[here] = -2 - done_cells
            cell[done_cells, 0], cell[done_cells, 1] = done_groups, base
            done_cells, done_groups, done_entries = done_cells + 1, groups, entries
    cell[done_cells, 0], cell[done_cells, 1] = done_groups, -1
    group[done_groups, 0], group[done_groups, 1] = 0, done_entries
    return done_cells + 1, done_groups + 1, done_entries


@kernel
def _toggle(around: IntArray, held: int, polygon: int) -> int:
    """Take `polygon` out of the first `held` of `around`, or put it in; the new number held."""
    for i in range(held):
        if around[i] == polygon:
            around[i] = around[held - 1]
            return held - 1
    around[held] = polygon
    return held + 1


@kernel
def _lowest(around: IntArray, held: int) -> int:
    lowest = -1
    for i in range(held):
        if lowest < 0 or around[i] < lowest:
            lowest = around[i]
    return lowest


@kernel
def _is_around(around: IntArray, held: int, polygon: int) -> bool:
    found = False
    for i in range(held):
        found |= around[i] == polygon
    return found


@kernel
def _base(around: IntArray, held: int, owner: IntArray, first: int, last: int) -> int:
    """The lowest polygon around the reference point that has no edge among the entries first..last."""
    lowest = -1
    for i in range(held):
        if lowest < 0 or around[i] < lowest:
            has_edge = False
            for e in range(first, last):
                has_edge |= owner[e] == around[i]
            if not has_edge:
                lowest = around[i]
    return lowest


@kernel
def _keep_groups(
    around: IntArray,
    held: int,
    base: int,
    owner: IntArray,
    entry: IntArray,
    first: int,
    last: int,
    xy: FloatArray,
    group: IntArray,
    groups: int,
    entries: int,
) -> tuple[int, int]:
    """Append the groups that can change an answer; the new numbers of groups and entries.

    Where only the first of a matched pair stays, -groups - 1 stands for the number of groups before it.
    """
    if base == _JUDGE:
        return groups, entries
    stop = last
    if base == -1 and _is_pair(around, held, owner, entry, first, last, xy):
        stop = (first + last) // 2
    before = groups
    for e in range(first, stop):
        if base != -1 and owner[e] > base:
            break
        if e == first or owner[e] != owner[e - 1]:
            group[groups, 0] = owner[e] * 2 + _is_around(around, held, owner[e])
            group[groups, 1] = entries
            groups += 1
        entry[entries] = entry[e]
        entries += 1
    return (groups if stop == last else -before - 1), entries


@kernel
def _is_pair(
    around: IntArray, held: int, owner: IntArray, entry: IntArray, first: int, last: int, xy: FloatArray
) -> bool:
    """Whether the entries belong to two polygons, half each, with the same edges, and just one holds the point."""
    middle = (first + last) // 2
    if (last - first) % 2 or owner[first] != owner[middle - 1] or owner[middle] != owner[last - 1]:
        return False
    if owner[first] == owner[middle]:
        return False
    if _is_around(around, held, owner[first]) == _is_around(around, held, owner[middle]):
        return False
    for one in range(first, middle):
        v, found = entry[one] >> 1, False
        for two in range(middle, last):
            w = entry[two] >> 1
            found |= _equal(xy, v, w + 1) and _equal(xy, v + 1, w)
            found |= _equal(xy, v, w) and _equal(xy, v + 1, w + 1)
        if not found:
            return False
    return True


@kernel
def _equal(xy: FloatArray, v: int, w: int) -> bool:
    return bool(xy[v, 0] == xy[w, 0] and xy[v, 1] == xy[w, 1])
