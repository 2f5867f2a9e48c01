"""Areas to pixels, exactly: each pixel's colour is the mean over its square of the areas that lie in it.

A picture is the sum over all rings of colour times signed area. A segment that rises by dy inside one pixel, at the mean distance r from the
pixel's right side, changes that pixel by c r dy and all pixels to the right of it by c dy: changes are put down where the segments lie, and
a cumulative sum along the rows is the picture (the accumulation buffer of outline fonts' renderers: Levien, font-rs, 2016). Areas that tile
the sheet leave no seam, since what one loses at an edge the other gains. Between two changes a row keeps its value, so that only the pixels
that contours cross are summed up: a picture comes as runs.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely

BAND_PX, CUT = 400_000, 200_000  # pixels that are looked at, segments that are cut at a time


@dataclass(frozen=True, eq=False)
class Steps:
    """Segments cut up by the pixels' grid, row by row: row, column, r, dy (n,) each, and the area whose contour it is."""

    row: np.ndarray
    column: np.ndarray
    right: np.ndarray
    up: np.ndarray
    owner: np.ndarray
    size_px: tuple[int, int]


def steps(areas: np.ndarray, size_mm: tuple[float, float], size_px: tuple[int, int]) -> Steps:
    """The contours of polygons or multipolygons (n,) in mm over the pixels (h, w) of a sheet (width, height)."""
    ends, owner = _segments(areas)
    ends = ends * (np.array(size_px[::-1]) / np.array(size_mm))
    slanted = ends[:, 0, 1] != ends[:, 1, 1]
    ends, owner = ends[slanted], owner[slanted]
    some = [_steps(ends[low: low + CUT], owner[low: low + CUT], size_px) for low in range(0, max(1, len(ends)), CUT)]
    found = [np.concatenate(v) for v in zip(*some)]
    del some
    order = np.argsort(found[0], kind="stable")
    return Steps(*(v[order] for v in found), size_px)


def _steps(ends: np.ndarray, owner: np.ndarray, size_px: tuple[int, int]) -> tuple[np.ndarray, ...]:
    """Row, column, r, dy, owner of segments (m, 2, 2) in pixels."""
    points, at = _cut(ends)
    middle = points.mean(1)
    column, row = (np.clip(np.floor(middle[:, k]).astype(np.int64), 0, size_px[1 - k] - 1) for k in (0, 1))
    return row, column, column + 1 - middle[:, 0], points[:, 0, 1] - points[:, 1, 1], owner[at]


@dataclass(frozen=True, eq=False)
class Runs:
    """Rows of a picture from `top` on, as runs of equal pixels: where each begins (m,), as a number of pixels after the band's first, and its
    values float64 (m, c). Every row begins with a run of its own."""

    top: int
    shape: tuple[int, int]
    start: np.ndarray
    values: np.ndarray

    @property
    def rows(self) -> slice:
        return slice(self.top, self.top + self.shape[0])

    def spread(self, values: np.ndarray) -> np.ndarray:
        """A value (m, c) of each run, of any type, at all of its pixels: (rows, w, c)."""
        length = np.diff(self.start, append=self.shape[0] * self.shape[1])
        return np.repeat(values, length, axis=0).reshape(*self.shape, -1)


def filled(found: Steps, values: np.ndarray, kinds: np.ndarray | None = None) -> Iterator[Runs]:
    """Runs from the top down: the mean of each area's values (n, c) over each pixel. kinds (h, w): a run ends where they change."""
    h, w = found.size_px
    rows = max(1, BAND_PX // w)
    for top in range(0, h, rows):
        high = min(h, top + rows)
        a, b = np.searchsorted(found.row, (top, high))
        at = (found.row[a:b] - top) * (w + 1) + found.column[a:b]
        where, number = _changes(at, (high - top, w), None if kinds is None else kinds[top:high])
        here, beyond = found.up[a:b] * found.right[a:b], found.up[a:b] * (1 - found.right[a:b])
        put = number[np.concatenate([at, at + 1])], found.owner[a:b]
        row, column = np.divmod(where, w + 1)
        total = _along_rows(row, lambda k: np.bincount(put[0], np.concatenate([v * values[put[1], k] for v in (here, beyond)]), len(where)), values.shape[1])
        inside = column < w
        yield Runs(top, (high - top, w), (where - row)[inside], total[inside])


def _changes(at: np.ndarray, shape: tuple[int, int], kinds: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """(where (m,) something may change, rising; the number of each of those places): places count w + 1 a row, `at` and those after it change."""
    h, w = shape
    flag = np.zeros((h, w + 1), bool)
    flag[:, 0] = True
    if kinds is not None:
        flag[:, 1:w] |= kinds[:, 1:] != kinds[:, :-1]
    flag = flag.ravel()
    flag[at] = flag[at + 1] = True
    where, number = np.flatnonzero(flag), np.empty(flag.size, np.int32)
    number[where] = np.arange(len(where), dtype=np.int32)
    return where, number


def _along_rows(row: np.ndarray, changes: Callable[[int], np.ndarray], count: int) -> np.ndarray:
    """float64 (m, count): changes(k) (m,) summed up along the row (m,) of each, from its first on."""
    first = np.flatnonzero(np.diff(row, prepend=-1))
    place = np.arange(len(row)) - np.repeat(first, np.diff(first, append=len(row)))
    out, table = np.empty((len(row), count)), np.zeros((len(first), int(place.max()) + 1))
    for k in range(count):
        table[row, place] = changes(k)
        out[:, k] = table.cumsum(1)[row, place]
    return out


def _segments(areas: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(ends (m, 2, 2), area of each (m,)) of all rings; shells go round one way, holes the other."""
    parts, part_owner = shapely.get_parts(areas, return_index=True)
    rings, ring_owner = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    return np.stack([xy[:-1][same], xy[1:][same]], 1), part_owner[ring_owner[ring[1:][same]]]


def _cut(ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(ends (n, 2, 2), segment of each (n,)): segments in pixels, cut where they cross the grid."""
    ids, t = [np.repeat(np.arange(len(ends)), 2)], [np.tile([0.0, 1.0], len(ends))]
    for axis in (0, 1):
        a, b = ends[:, 0, axis], ends[:, 1, axis]
        low = np.floor(np.minimum(a, b)).astype(np.int64) + 1
        count = np.maximum(0, np.ceil(np.maximum(a, b)).astype(np.int64) - low)
        some = np.repeat(np.arange(len(ends)), count)
        line = low[some] + np.arange(len(some)) - np.repeat(np.cumsum(count) - count, count)
        ids.append(some)
        t.append((line - a[some]) / (b - a)[some])
    which, along = np.concatenate(ids), np.concatenate(t)
    order = np.lexsort((along, which))
    which, along = which[order], along[order]
    same = which[1:] == which[:-1]
    which, t0, t1 = which[1:][same], along[:-1][same, None], along[1:][same, None]
    p, d = ends[which, 0], ends[which, 1] - ends[which, 0]
    return np.stack([p + t0 * d, p + t1 * d], 1), which
