"""Flat areas found again in a raster: connected components of one colour and piece, their smoothed edges given back to them."""

import numpy as np

from ..regions import components

NEIGHBOURS = ((0, 1), (0, -1), (1, 0), (-1, 0))


def recover_areas(picture: np.ndarray, pieces: np.ndarray, least: int = 6) -> np.ndarray:
    """int32 (h, w): areas of one colour and piece; what is smaller than `least` pixels, the smoothed edges, goes to the most like neighbour."""
    code = np.rint(picture * 255).astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])
    found = components(code + ((pieces.astype(np.int64) + 1) << 24))
    open_ = np.bincount(found.ravel())[found] < least
    out = np.where(open_, -1, found).astype(np.int32)
    for _ in range(least):
        if not _grow(out, picture, pieces):
            break
    rest = out < 0
    out[rest] = found[rest]
    return renumber(out)


def _grow(out: np.ndarray, picture: np.ndarray, pieces: np.ndarray) -> int:
    """Each open pixel (-1) beside a named one of its piece takes the name of the one most like it in colour; how many did."""
    y, x = np.nonzero(out < 0)
    h, w = out.shape
    best, name = np.full(len(y), np.inf, np.float32), np.full(len(y), -1, np.int32)
    for dy, dx in NEIGHBOURS:
        v, u = np.clip(y + dy, 0, h - 1), np.clip(x + dx, 0, w - 1)
        far = ((picture[v, u] - picture[y, x]) ** 2).sum(1)
        far[(out[v, u] < 0) | (pieces[v, u] != pieces[y, x])] = np.inf
        better = far < best
        best[better], name[better] = far[better], out[v, u][better]
    took = name >= 0
    out[y[took], x[took]] = name[took]
    return int(took.sum())


def renumber(areas: np.ndarray) -> np.ndarray:
    """The same areas with numbers 0, 1, ... without gaps; int32 (h, w)."""
    used = np.flatnonzero(np.bincount(areas.ravel()))
    new = np.zeros(int(used[-1]) + 1, np.int32)
    new[used] = np.arange(len(used), dtype=np.int32)
    return new[areas]
