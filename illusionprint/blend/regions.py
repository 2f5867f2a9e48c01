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
            piece: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(region of each sample int32 (f h, f w), colour of each region float32 (n, 3)).

    first, second: labels (f h, f w) and colours (n, 3) of both pictures as they lie in assembly 1; piece (f h, f w): the piece of
    each sample; wa, wb (h, w): importance of either, f samples a pixel and direction.
    """
    (la, ca), (lb, cb) = first, second
    region = components((piece.astype(np.int32) * len(ca) + la) * len(cb) + lb)
    at = np.empty(int(region.max()) + 1, np.int64)
    at[region.ravel()] = np.arange(region.size)  # any sample of each region
    a, b = (_means(region, at, w) for w in (wa, wb))
    return region, mixed(a, b, ca[la.ravel()[at]], cb[lb.ravel()[at]])


def mixed(a: np.ndarray, b: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Colours float32 (n, 3) of regions whose mean importance is a and b (n,) and whose colours in either picture are given (n, 3)."""
    share = (a**SHARPNESS / (a**SHARPNESS + b**SHARPNESS + 1e-12))[:, None]
    return np.clip(share * first + (1 - share) * second, 0, 1).astype(np.float32)


def _means(region: np.ndarray, at: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Mean of w over each region, at one sample a pixel; regions between the samples take w where they lie."""
    f = region.shape[0] // w.shape[0]
    seen = region[f // 2:: f, f // 2:: f].ravel()
    size = np.bincount(seen, minlength=len(at))
    y, x = np.divmod(at, region.shape[1])
    return np.where(size > 0, np.bincount(seen, w.ravel(), len(at)) / np.maximum(size, 1), w[y // f, x // f])
