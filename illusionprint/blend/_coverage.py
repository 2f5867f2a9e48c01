"""Areas to pixels, exactly: each pixel's colour is the mean over its square of the areas that lie in it.

A picture is the sum over all rings of colour times signed area. A segment that rises by dy inside one pixel, at the mean distance r from the
pixel's right side, changes that pixel by c r dy and all pixels to the right of it by c dy: changes are put down where the segments lie, and
a cumulative sum along the rows is the picture (the accumulation buffer of outline fonts' renderers: Levien, font-rs, 2016). Areas that tile
the sheet leave no seam, since what one loses at an edge the other gains. Between two changes a row keeps its value, so that only the pixels
that contours cross are summed up: a picture comes as runs.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely

BAND_PX_COUNT, SEGMENT_BATCH, AREA_BATCH = 400_000, 200_000, 128  # pixels, segments (about) and areas that are taken at a time


@dataclass(frozen=True, eq=False)
class Contours:
    """Segments (m, 2, 2) in pixels that are not level, the area (m,) whose contour each is, and the size (h, w) of the picture."""

    ends: np.ndarray
    owner: np.ndarray
    size_px: tuple[int, int]


@dataclass(frozen=True, eq=False)
class GridSegments:
    """Segments of some rows, cut up by the pixels' grid, row by row: row, column, r, dy (n,) each, and the area whose contour it is."""

    row: np.ndarray
    column: np.ndarray
    right: np.ndarray
    up: np.ndarray
    owner: np.ndarray


def contours(areas: np.ndarray, size_mm: tuple[float, float], size_px: tuple[int, int]) -> Contours:
    """Those of polygons or multipolygons (n,) in mm over the pixels (h, w) of a sheet (width, height)."""
    scale = np.array(size_px[::-1]) / np.array(size_mm)
    starts = range(0, max(1, len(areas)), AREA_BATCH)
    ends, owners = zip(*(_non_horizontal(areas[low : low + AREA_BATCH], scale) for low in starts))
    return Contours(np.concatenate(ends), np.concatenate([low + owner for low, owner in zip(starts, owners)]), size_px)


def _non_horizontal(areas: np.ndarray, scale: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The segments of areas that are not level, in pixels, and the area of each."""
    ends, owner = _segments(areas)
    ends *= scale
    slanted = ends[:, 0, 1] != ends[:, 1, 1]
    return ends[slanted], owner[slanted]


def _batches(found: Contours, rows: int) -> Iterator[tuple[int, int, GridSegments]]:
    """(first row, row after the last, steps) from the top down, whole bands of `rows` each: segments are cut up only where the picture is made next."""
    h = found.size_px[0]
    first, last = (np.clip(np.floor(v), 0, h - 1).astype(np.int32) for v in (found.ends[..., 1].min(1), found.ends[..., 1].max(1)))
    bands = -(-h // rows)
    lot = rows * max(1, round(bands / max(1, len(found.ends) / SEGMENT_BATCH)))
    for top in range(0, h, lot):
        some = (first < top + lot) & (last >= top)
        yield top, min(h, top + lot), _grid_segments(found.ends[some], found.owner[some], found.size_px, (top, top + lot))


def _grid_segments(ends: np.ndarray, owner: np.ndarray, size_px: tuple[int, int], rows: tuple[int, int]) -> GridSegments:
    """What of segments (m, 2, 2) lies in the rows from the first until before the last."""
    points, at = _split_at_grid(ends)
    middle = points.mean(1)
    column, row = (np.clip(np.floor(middle[:, k]).astype(np.int64), 0, size_px[1 - k] - 1) for k in (0, 1))
    here = np.flatnonzero((row >= rows[0]) & (row < rows[1]))
    here = here[np.argsort((row[here] - rows[0]).astype(np.min_scalar_type(rows[1])), kind="stable")]  # few bits: numpy counts instead of comparing
    points, row, column = points[here], row[here], column[here]
    return GridSegments(row, column, column + 1 - middle[here, 0], points[:, 0, 1] - points[:, 1, 1], owner[at[here]])


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


def coverage_runs(found: Contours, values: np.ndarray, kinds: np.ndarray | None = None) -> Iterator[Runs]:
    """Runs from the top down: the mean of each area's values (n, c) over each pixel. kinds (h, w): a run ends where they change."""
    h, w = found.size_px
    rows = max(1, BAND_PX_COUNT // w)
    for start, end, steps in _batches(found, rows):
        for top in range(start, end, rows):
            high = min(end, top + rows)
            yield _runs(steps, values, (top, high), w, None if kinds is None else kinds[top:high])


def _runs(steps: GridSegments, values: np.ndarray, rows: tuple[int, int], w: int, kinds: np.ndarray | None) -> Runs:
    """The runs of some rows, from the first until before the last."""
    (top, high), (a, b) = rows, np.searchsorted(steps.row, rows)
    at = (steps.row[a:b] - top) * (w + 1) + steps.column[a:b]
    where, number = _changes(at, (high - top, w), kinds)
    here, beyond = steps.up[a:b] * steps.right[a:b], steps.up[a:b] * (1 - steps.right[a:b])
    put = number[np.concatenate([at, at + 1])], steps.owner[a:b]
    row, column = np.divmod(where, w + 1)
    total = _along_rows(row, lambda k: np.bincount(put[0], np.concatenate([v * values[put[1], k] for v in (here, beyond)]), len(where)), values.shape[1])
    inside = column < w
    return Runs(top, (high - top, w), (where - row)[inside], total[inside])


def _changes(at: np.ndarray, shape: tuple[int, int], kinds: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """(where (m,) something may change, rising; the number of each of those places): places count w + 1 a row, `at` and those after it change."""
    h, w = shape
    flag = np.zeros((h, w + 1), bool)
    flag[:, 0] = True
    if kinds is not None:
        flag[:, 1:w] |= kinds[:, 1:] != kinds[:, :-1]
    changes = flag.ravel()
    changes[at] = changes[at + 1] = True
    where, number = np.flatnonzero(changes), np.empty(flag.size, np.int32)
    number[where] = np.arange(len(where), dtype=np.int32)
    return where, number


def _along_rows(row: np.ndarray, changes: Callable[[int], np.ndarray], count: int) -> np.ndarray:
    """float64 (m, count): changes(k) (m,) summed up along the row (m,) of each, from its first on."""
    first = np.flatnonzero(np.diff(row, prepend=-1))
    length = np.diff(first, append=len(row))
    table = np.zeros((len(first), int(length.max())))
    place = np.arange(len(row)) + np.repeat(np.arange(len(first)) * table.shape[1] - first, length)
    out = np.empty((len(row), count))
    for k in range(count):
        table.ravel()[place] = changes(k)
        out[:, k] = table.cumsum(1).ravel()[place]
    return out


def _segments(areas: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(ends (m, 2, 2), area of each (m,)) of all rings; shells go round one way, holes the other."""
    parts, part_owner = shapely.get_parts(areas, return_index=True)
    rings, ring_owner = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    return np.stack([xy[:-1][same], xy[1:][same]], 1), part_owner[ring_owner[ring[1:][same]]]


def _split_at_grid(ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(ends (n, 2, 2), segment of each (n,)): segments in pixels, cut where they cross the grid."""
    which, along = _grid_crossings(ends)
    t = along[:, None]
    at = ends[which, 0] + t * (ends[which, 1] - ends[which, 0])
    same = np.flatnonzero(which[1:] == which[:-1])
    out = np.empty((len(same), 2, 2))
    out[:, 0], out[:, 1] = at[same], at[same + 1]
    return out, which[same]


def _grid_crossings(ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(segment (n,), how far along it in [0, 1] (n,)) of the ends and all crossings of the grid, each segment's in their order."""
    low, count = _crossing_counts(ends)
    every = 2 + count.sum(1)
    first = np.cumsum(every) - every
    along = np.empty(int(every.sum()))
    along[first], along[first + 1] = 0, 1
    first += 2
    for axis in (0, 1):
        a, b = ends[:, 0, axis], ends[:, 1, axis]
        some = np.repeat(np.arange(len(ends)), count[:, axis])
        step = np.arange(len(some)) - np.repeat(np.cumsum(count[:, axis]) - count[:, axis], count[:, axis])
        along[first[some] + step] = (low[some, axis] + step - a[some]) / (b - a)[some]
        first += count[:, axis]
    first -= every
    for n in np.flatnonzero(np.bincount(every)):  # as a table: sorting short rows is far quicker than sorting all by two keys
        at = first[every == n, None] + np.arange(n)
        along[at] = np.sort(along[at], axis=1)
    return np.repeat(np.arange(len(ends)), every), along


def _crossing_counts(ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(the first line of the grid across each segment, upright and level (m, 2), how many of each (m, 2))."""
    low = np.floor(ends.min(1)).astype(np.int64) + 1
    return low, np.maximum(0, np.ceil(ends.max(1)).astype(np.int64) - low)
