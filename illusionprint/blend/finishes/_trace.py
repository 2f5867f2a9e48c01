"""Areas of pixels as polygons: contours that neighbours share are smoothed once, so nothing gapes and nothing overlaps.

Contours run along the pixels' sides from junction to junction. The middles of these sides, smoothed a few times by the binomial weights
(1, 2, 1) / 4 with the junctions held fast, and thinned out (Douglas and Peucker, 1973), are the lines; lines and the pieces' exact outlines
cut the sheet into faces, and each face is the area that a pixel in it has.
"""

import numpy as np
import shapely

from .._partition import containing, faces, merged

ROUNDS, OVER_MM, NEAR = 6, 0.01, 4  # binomial steps; how far a contour runs over the outline where it ends; pixels that a face looks round for its area


def trace(areas: np.ndarray, pieces: np.ndarray, outlines: np.ndarray, px_per_mm: float, smooth_mm: float) -> tuple[np.ndarray, np.ndarray]:
    """Trace areas int32 (h, w) of pixels: (polygons or multipolygons (n,) in mm that tile the outlines, area of each).
    pieces: int32 (h, w); outlines: polygons (k,) of the pieces; smooth_mm: tolerance of the simplification.
    """
    lines = contours(areas, pieces, px_per_mm, smooth_mm)
    lines = _extend_to_outlines(lines, pieces, outlines, px_per_mm)
    rings = [shapely.get_coordinates(r) for r in shapely.get_rings(outlines)]
    polygons = faces(rings + lines)
    inside = shapely.get_coordinates(shapely.point_on_surface(polygons))
    home = containing(outlines, inside)
    own = shapely.intersects(outlines[home], shapely.points(inside))  # not what a contour cuts off beside a board
    polygons, inside, home = polygons[own], inside[own], home[own]
    area = _area_at(areas, pieces, home, inside * px_per_mm)
    keys, group = np.unique(np.stack([home, area], 1), axis=0, return_inverse=True)
    return merged(polygons, group.ravel()), keys[:, 1]


def contours(areas: np.ndarray, pieces: np.ndarray, px_per_mm: float, smooth_mm: float) -> list[np.ndarray]:
    """Smooth lines (k, 2) in mm between areas of the same piece; closed ones end where they begin."""
    found = []
    for axis in (0, 1):
        low, high = (slice(-1), slice(1, None)) if axis == 0 else ((slice(None), slice(-1)), (slice(None), slice(1, None)))
        y, x = np.nonzero((areas[low] != areas[high]) & (pieces[low] == pieces[high]) & (pieces[low] >= 0))
        start = np.stack([x + (axis == 1), y + (axis == 0)], 1)
        found.append(np.stack([start, start + ((1, 0) if axis == 0 else (0, 1))], 1))
    sides = np.concatenate(found)
    if not len(sides):
        return []
    merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(shapely.linestrings(sides.astype(float)))))
    xy, owner = shapely.get_coordinates(merged, return_index=True)
    smooth = shapely.linestrings(*_smoothed(xy, owner).T, indices=_midpoint_owner(owner))
    return [shapely.get_coordinates(line) / px_per_mm for line in shapely.simplify(smooth, smooth_mm * px_per_mm)]


def _midpoint_owner(owner: np.ndarray) -> np.ndarray:
    """The line of each point that `_smoothed` gives: a line of n corners has n - 1 middles and its two ends."""
    counts = np.bincount(owner) + 1
    return np.repeat(np.arange(len(counts)), counts)


def _smoothed(xy: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """First end, middles of the sides, last end of each line; smoothed. A closed line has no ends: its first and last point go along with it."""
    counts = np.bincount(owner)
    first = np.cumsum(counts) - counts
    last = first + counts - 1
    start = first + np.arange(len(counts))  # a line becomes one point longer
    out = np.empty((len(xy) + len(counts), 2))
    inner = np.ones(len(xy), bool)
    inner[last] = False
    at = np.flatnonzero(inner)
    out[at + owner[at] + 1] = (xy[at] + xy[at + 1]) / 2
    end = start + counts
    out[start], out[end] = xy[first], xy[last]
    ring = (xy[first] == xy[last]).all(1) & (counts > 4)
    fixed = np.zeros(len(out), bool)
    fixed[start], fixed[end] = True, True
    for _ in range(ROUNDS):
        new = out.copy()
        new[1:-1] = (out[:-2] + 2 * out[1:-1] + out[2:]) / 4
        new[fixed] = out[fixed]
        turn = (out[end[ring] - 1] + 2 * out[start[ring]] + out[start[ring] + 1]) / 4
        new[start[ring]], new[end[ring]] = turn, turn
        out = new
    return out


def _extend_to_outlines(lines: list[np.ndarray], pieces: np.ndarray, outlines: np.ndarray, px_per_mm: float) -> list[np.ndarray]:
    """The lines, those that end at a border of their piece led to the nearest exact outline and OVER_MM beyond, so that none ends in the air."""
    edges = shapely.get_exterior_ring(outlines)
    open_ = [k for k, line in enumerate(lines) if len(line) > 1 and (line[0] != line[-1]).any()]
    ends = np.array([lines[k][e] for k in open_ for e in (0, -1)]).reshape(-1, 2)
    border = _at_border(pieces, ends * px_per_mm)
    near = edges[shapely.STRtree(edges).nearest(shapely.points(ends))]
    goal = shapely.get_coordinates(shapely.line_interpolate_point(near, shapely.line_locate_point(near, shapely.points(ends))))
    goal = goal + OVER_MM * _normalised(goal - ends)
    led = {k: [goal[None, n] if border[n] else goal[:0] for n in (2 * i, 2 * i + 1)] for i, k in enumerate(open_)}
    return [np.concatenate([led[k][0], line, led[k][1]]) if k in led else line for k, line in enumerate(lines)]


def _normalised(v: np.ndarray) -> np.ndarray:
    return v / np.maximum(np.hypot(*v.T), 1e-12)[:, None]


def _at_border(pieces: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """bool (n,): whether more than one piece, or the sheet's edge, meets at corners (n, 2) of pixels."""
    wide = np.pad(pieces, 1, constant_values=-1)
    x, y = np.rint(corners).astype(int).T
    four = np.stack([wide[y, x], wide[y + 1, x], wide[y, x + 1], wide[y + 1, x + 1]])
    return (four != four[0]).any(0)


def _area_at(areas: np.ndarray, pieces: np.ndarray, home: np.ndarray, at: np.ndarray) -> np.ndarray:
    """int (n,): the area of the pixel at points (n, 2), or of the nearest one that is of the piece `home`."""
    h, w = areas.shape
    steps = sorted(((dx, dy) for dx in range(-NEAR, NEAR + 1) for dy in range(-NEAR, NEAR + 1)), key=lambda d: (d[0] ** 2 + d[1] ** 2, d))
    x, y = np.clip(np.floor(at).astype(int), 0, (w - 1, h - 1)).T
    out, open_ = areas[y, x].copy(), pieces[y, x] != home
    for dx, dy in steps:
        if not open_.any():
            break
        u, v = np.clip(x[open_] + dx, 0, w - 1), np.clip(y[open_] + dy, 0, h - 1)
        found = pieces[v, u] == home[open_]
        which = np.flatnonzero(open_)[found]
        out[which], open_[which] = areas[v, u][found], False
    return out
