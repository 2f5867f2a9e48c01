"""Small stones in mortar, in rows that follow the contours.

Every stone is the place of those points of its area that are nearest to its middle m in the metric of a square turned with the contour,
max(|u|, |v|), (u, v) = R(theta) (x - m) (Hausner, Simulating decorative mosaics, SIGGRAPH 2001); the middles move to the means of their
places a few times (Lloyd). They begin one for each area in each square of a lattice that is symmetric about the cells' centres.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import ndimage

from .._svg import Regions
from ._artwork import Artwork, golden_ratio_sequence, offset_from_cell_centre
from ._polygons import offset_bands
from ._polygons import opaque_regions as set_in
from ._recovery import renumber
from ._segmentation import area_means, distance_to_contour, flat_areas
from ._trace import trace

DESCRIPTION = "small stones in mortar, in rows along the contours"
STONE_MM, MORTAR_MM, ROUNDS, LEAST, STEP, BIAS, CHUNK = 3.6, 0.5, 4, 0.2, 4, 0.06, 1 << 18
LINE_MM = MORTAR_MM
MORTAR = (0.82, 0.80, 0.76)
CLEAN_MM = 0.12  # a stone's sides are straight to this
BEVEL_MM, SHADES = (0.2, 0.5), (0.95, 0.99, 1.03)  # from a stone's edge on, where it grows lighter


def outlined(art: Artwork) -> Regions:
    areas, colour = flat_areas(art, 2.0, 1.5, 14)
    stones = voronoi_stones(art, areas)
    polygons, numbers = trace(stones, art.pieces, art.outlines, art.px_per_mm, art.mm(CLEAN_MM))
    tone = area_means(stones, art.picture if art.regions is None else colour[areas])
    tone = (tone * (0.94 + 0.1 * golden_ratio_sequence(np.bincount(stones.ravel())))[:, None])[numbers]
    pieces = art.pieces.ravel()[np.unique(stones, return_index=True)[1]][numbers]
    cut = shapely.buffer(polygons, -art.mm(MORTAR_MM) / 2, join_style="mitre", mitre_limit=2.0)
    layers = zip(offset_bands(cut, [art.mm(mm) for mm in BEVEL_MM]), SHADES)
    return set_in(art, MORTAR, [(ring, tone * shade, pieces) for ring, shade in layers])


@dataclass
class _Seeds:
    """Voronoi seeds, one for each area (n,) and square of the lattice in its window: place, turn, whether it is used.
    squares: row and column of the lattice of each row (h,) and column (w,) of pixels. bias: pixels added to each distance, symmetric in the cell, against ties.
    """

    first: np.ndarray
    low: np.ndarray
    count: np.ndarray
    squares: tuple[np.ndarray, np.ndarray]
    place: np.ndarray
    turn: np.ndarray
    used: np.ndarray
    bias: np.ndarray


def voronoi_stones(art: Artwork, areas: np.ndarray) -> np.ndarray:
    """int32 (h, w): the stone of each pixel."""
    m, turn = _lattice(art, areas), _contour_direction(areas, art.pieces)
    y, x = _sample_grid(art)
    area, turn = areas[y, x], turn[y, x]
    at = _slots(m, area, m.squares[0][y], m.squares[1][x])[0]
    for n in range(ROUNDS):
        _lloyd_step(m, at, y, x, turn, 0 if n == 0 else LEAST)
        at = _nearest(m, area, y, x)
    flat_areas, width = areas.ravel(), areas.shape[1]
    out = np.empty(areas.size, np.int32)
    for low in range(0, areas.size, CHUNK):
        part = flat_areas[low : low + CHUNK]
        v, u = np.divmod(np.arange(low, low + len(part), dtype=np.int32), width)
        found = _nearest(m, part, v, u)
        out[low : low + CHUNK] = np.where(found < 0, len(m.used) + part, found)
    return renumber(out.reshape(areas.shape))


def _lattice(art: Artwork, areas: np.ndarray) -> _Seeds:
    pitch = np.array([cell / (1 + 2 * round((cell / art.px(STONE_MM) - 1) / 2)) for cell in art.cell_px])  # odd: no line through the middle
    windows = ndimage.find_objects(areas + 1)
    low, high = (np.array([[f(s) for s in w] for w in windows]) for f in (lambda s: s.start, lambda s: s.stop - 1))
    rows, columns = (_squares(n, cell, p) for n, cell, p in zip(areas.shape, art.cell_px, pitch))
    low, high = (np.stack([rows[v[:, 0]], columns[v[:, 1]]], 1) for v in (low, high))
    count = high - low + 1
    first = np.r_[0, np.cumsum(count.prod(1))]
    n = int(first[-1])
    owner = np.repeat(np.arange(len(count)), count.prod(1))
    square = low[owner] + np.stack(np.divmod(np.arange(n) - first[owner], count[owner, 1]), 1)
    bias = BIAS * pitch.min() * _noise(art, square, np.rint(np.array(art.cell_px) / pitch).astype(int))
    place, turn = np.zeros((2, n, 2), np.float32)
    return _Seeds(first[:-1].astype(np.int32), low, count, (rows, columns), place, turn, np.zeros(n, bool), bias.astype(np.float32))


def _squares(size: int, cell: float, pitch: float) -> np.ndarray:
    """int32 (size,): the square of each row of pixels; one that lies on a line of the lattice goes to the square further from its cell's middle."""
    v = np.arange(size) + 0.5
    count, at = round(cell / pitch), v % cell - cell / 2
    inside = np.clip(np.floor(at / pitch + count / 2 + 1e-4 * np.sign(at)), 0, count - 1)
    return (inside + count * (v // cell)).astype(np.int32)


def _noise(art: Artwork, square: np.ndarray, count: np.ndarray) -> np.ndarray:
    """A random number in [0, 1] for squares (n, 2) of the lattice, count (y, x) a cell; the same for those that turns and mirrors exchange."""
    out = np.abs(2 * (square % count) + 1 - count)
    return np.random.default_rng(art.seed).uniform(0, 1, (int(count.max()) + 1,) * 2)[out.max(1), out.min(1)]


def _sample_grid(art: Artwork) -> tuple[np.ndarray, np.ndarray]:
    """(y, x) of every STEP-th pixel each way, counted from the cells' centres, so that turns and mirrors keep the choice."""
    step = max(1, min(STEP, int(art.px(STONE_MM) / 6)))
    keep = [np.flatnonzero(np.floor(np.abs(v.ravel())).astype(int) % step == step // 2) for v in offset_from_cell_centre(art)]
    y, x = np.meshgrid(*keep, indexing="ij")
    return y.ravel().astype(np.int32), x.ravel().astype(np.int32)


def _contour_direction(areas: np.ndarray, pieces: np.ndarray) -> np.ndarray:
    """float32 (h, w, 2): (cos 4 theta, sin 4 theta) of the direction across the nearest contour of the same piece; 0 where there is none."""
    far = np.minimum(distance_to_contour(areas, pieces), 1e5)
    gy, gx = np.zeros_like(far), np.zeros_like(far)
    gy[1:-1], gx[:, 1:-1] = far[2:] - far[:-2], far[:, 2:] - far[:, :-2]
    gy[1:-1][(pieces[2:] != pieces[1:-1]) | (pieces[:-2] != pieces[1:-1])] = 0
    gx[:, 1:-1][(pieces[:, 2:] != pieces[:, 1:-1]) | (pieces[:, :-2] != pieces[:, 1:-1])] = 0
    size = np.maximum(gx**2 + gy**2, 1e-3)
    c, s = (gx**2 - gy**2) / size, 2 * gx * gy / size
    return np.stack([c * c - s * s, 2 * c * s], -1)


def _slots(m: _Seeds, area: np.ndarray, by: np.ndarray, bx: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(number of the middle of an area in a square, whether the area's window holds the square)."""
    v, u = by - m.low[area, 0], bx - m.low[area, 1]
    height, width = m.count[area, 0], m.count[area, 1]
    inside = (v >= 0) & (u >= 0) & (v < height) & (u < width)
    return np.where(inside, m.first[area] + v * width + u, 0), inside


def _lloyd_step(m: _Seeds, at: np.ndarray, y: np.ndarray, x: np.ndarray, turn: np.ndarray, least: float) -> None:
    """Middles to the means of their places; those of too small a place are used no more."""
    known = at >= 0
    at, n = at[known], len(m.used)
    size = np.bincount(at, minlength=n)
    share = size / max(1.0, np.median(size[size > 0]))
    m.used[:] = (size > 0) & (share >= least)
    total = np.maximum(size, 1)
    m.place[:] = np.stack([np.bincount(at, v[known], n) / total for v in (y, x)], 1)
    c, s = (np.bincount(at, turn[known, k], n) for k in (0, 1))
    theta = np.arctan2(s, c) / 4 * (np.hypot(c, s) > 1e-3 * total)
    m.turn[:] = np.stack([np.cos(theta), np.sin(theta)], 1)


def _nearest(m: _Seeds, area: np.ndarray, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """int32 (n,): the middle that each point of an area belongs to, of those that began in the nine squares about it; -1 for none."""
    by, bx = m.squares[0][y], m.squares[1][x]
    best, name = np.full(len(y), np.inf, np.float32), np.full(len(y), -1, np.int32)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            at, inside = _slots(m, area, by + dy, bx + dx)
            v, u = y - m.place[at, 0], x - m.place[at, 1]
            c, s = m.turn[at, 0], m.turn[at, 1]
            far = np.maximum(np.abs(c * u + s * v), np.abs(c * v - s * u)) + m.bias[at]
            better = inside & m.used[at] & (far < best)
            best[better], name[better] = far[better], at[better]
    return name
