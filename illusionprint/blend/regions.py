"""Blend by regions, for drawings: every connected place where one colour of A meets one colour of B, within one piece, gets one colour.

    share = mean(w_a)^4 / (mean(w_a)^4 + mean(w_b)^4),   colour = share a + (1 - share) b

No halo, full contrast, like paper-cut.
"""
from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

SHARPNESS = 4.0


def components(key: np.ndarray) -> np.ndarray:
    """int32 (h, w): connected areas of equal value (4-neighbours), numbered from 0.

    Runs along the rows are joined where runs of equal value touch in the next row, so the cost is linear in pixels and the
    graph is as small as the picture is plain.
    """
    start = np.ones(key.shape, bool)
    start[:, 1:] = key[:, 1:] != key[:, :-1]
    run = (np.cumsum(start.ravel(), dtype=np.int32) - 1).reshape(key.shape)
    touch = (key[1:] == key[:-1]) & (start[1:] | start[:-1])
    i, j = run[:-1][touch], run[1:][touch]
    n = int(run[-1, -1]) + 1
    group = connected_components(coo_matrix((np.ones(len(i), np.int8), (i, j)), (n, n)), directed=False)[1]
    return group.astype(np.int32)[run]


def regions(first: tuple[np.ndarray, np.ndarray], second: tuple[np.ndarray, np.ndarray], wa: np.ndarray, wb: np.ndarray,
            piece: np.ndarray) -> np.ndarray:
    """float32 (h, w, 3). first, second: labels (h, w) and colours (n, 3) of both pictures as they lie in assembly 1; wa, wb,
    piece (h, w): importance of either, and the piece of each pixel.
    """
    (la, ca), (lb, cb) = first, second
    key = (piece.astype(np.int64) * len(ca) + la) * len(cb) + lb
    region = components(key)
    flat, size = region.ravel(), np.bincount(region.ravel())
    at = np.full(len(size), -1)
    at[flat] = np.arange(flat.size)  # any pixel of each region
    a, b = (np.bincount(flat, w.ravel()) / size for w in (wa, wb))
    share = a**SHARPNESS / (a**SHARPNESS + b**SHARPNESS + 1e-12)
    colour = share[:, None] * ca[la.ravel()[at]] + (1 - share[:, None]) * cb[lb.ravel()[at]]
    return np.clip(colour, 0, 1).astype(np.float32)[region]
