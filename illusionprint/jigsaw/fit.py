"""Fit the arrangement to two pictures: which piece goes where, and how it is turned.

Cost of piece i in slot j after k quarter turns: what the best weighted compromise of the two patches leaves over,

    sum over the piece's own pixels of  w_a w_b / (w_a + w_b) |R_k a_i - b_j|^2 ,

w the importance of either picture. A linear assignment a congruence class gives the least sum exactly (scipy's solver, the
shortest augmenting path of Jonker and Volgenant as improved by Crouse 2016).
"""
from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from . import samples
from .arrangement import Arrangement
from .cut import Cut
from .mesh import Mesh
from .raster import labels

UNFIT = 1e9


def windows(x: np.ndarray, cut: Cut | Mesh, s: int) -> np.ndarray:
    """float32 (n, v, v, c) with v = s + 2 * reach: a picture (rows*s, cols*s, c) seen around each cell, zero outside the board.

    Of other boards (n, p, 1, c): at the `samples.points` round the middle of each cell.
    """
    if isinstance(cut, Mesh):
        return samples.patches(x, cut, s, True)
    reach = -(-s // 3)
    padded = np.pad(x, ((reach, reach), (reach, reach), (0, 0)))
    v = s + 2 * reach
    view = np.lib.stride_tricks.sliding_window_view(padded, (v, v), (0, 1))[::s, ::s]
    return np.ascontiguousarray(view.transpose(0, 1, 3, 4, 2).reshape(cut.count, v, v, -1))


def masks(cut: Cut | Mesh, s: int) -> np.ndarray:
    """bool (n, v, v), or (n, p, 1): what of its window belongs to the piece itself."""
    if isinstance(cut, Mesh):
        return samples.masks(cut, s)[..., None]
    return windows((labels(cut, s) + 1)[..., None].astype(np.float32), cut, s)[..., 0] == np.arange(1, cut.count + 1)[:, None, None]


def turned(x: np.ndarray, cut: Cut | Mesh, s: int, k: int) -> np.ndarray:
    """Windows (n, v, v) or (n, v, v, c), or such of a mesh, after k turns clockwise."""
    if isinstance(cut, Mesh):
        return samples.turned(x.reshape(*x.shape[:3], -1), cut, s, k, True).reshape(x.shape)
    return np.rot90(x, -k, (1, 2))


def costs(a: np.ndarray, b: np.ndarray, wa: np.ndarray, wb: np.ndarray, cut: Cut | Mesh, s: int) -> np.ndarray:
    """float32 (cut.turns, n, n): cost of piece i in slot j after k turns; UNFIT where the sides do not fit.

    a, b float32 (rows*s, cols*s, 3); wa, wb (rows*s, cols*s).
    """
    mask = masks(cut, s)
    A, B = windows(a, cut, s), windows(b, cut, s)
    U, V = (windows(w[..., None], cut, s)[..., 0] * mask for w in (wa, wb))
    out = np.full((cut.turns, cut.count, cut.count), UNFIT, np.float32)
    for k in range(cut.turns):
        colours, weight = turned(A, cut, s, k), turned(U[..., None], cut, s, k)[..., 0]
        for ids in cut.members:
            if cut.fits[k][np.ix_(ids, ids)].any():
                out[k][np.ix_(ids, ids)] = _pairs(colours[ids], weight[ids], B[ids], V[ids])
    return np.where(cut.fits, out, UNFIT)


def _pairs(A: np.ndarray, U: np.ndarray, B: np.ndarray, V: np.ndarray) -> np.ndarray:
    """float32 (n, n): sum of u v / (u + v) |a_i - b_j|^2, row by row to keep memory small; slots lie along the last axis, for speed."""
    planes = np.ascontiguousarray(B.reshape(len(B), -1, B.shape[-1]).transpose(2, 1, 0))
    V = np.ascontiguousarray(V.reshape(len(V), -1).T)
    out = np.empty((len(A), len(B)), np.float32)
    for i, (a, u) in enumerate(zip(A.reshape(len(A), -1, A.shape[-1]), U.reshape(len(U), -1))):
        on = np.flatnonzero(u)
        u, v = u[on, None], V[on]
        far = sum((plane[on] - x[:, None]) ** 2 for plane, x in zip(planes, a[on].T))
        out[i] = np.einsum("pn,pn->n", u * v / (u + v + 1e-9), far)
    return out


def assign(cost: np.ndarray, cut: Cut | Mesh) -> tuple[np.ndarray, np.ndarray, float]:
    """(slots, turns, total) of least total cost; cost as `costs` gives it."""
    best, turns = cost.min(0), cost.argmin(0)
    slots, total = np.zeros(cut.count, int), 0.0
    for ids in cut.members:
        sub = best[np.ix_(ids, ids)]
        i, j = linear_sum_assignment(sub)
        slots[ids[i]] = ids[j]
        total += float(sub[i, j].sum())
    return slots, turns[np.arange(cut.count), slots], total


def fine_px(cut: Cut | Mesh) -> int:
    """Pixels a cell at which an arrangement is fitted to the real outlines: 12, and 6 on large boards."""
    return 12 if cut.count <= 400 else 6


def fit(a: np.ndarray, b: np.ndarray, wa: np.ndarray, wb: np.ndarray, cut: Cut | Mesh, s: int) -> tuple[Arrangement, float]:
    """The arrangement of least conflict and that conflict; pictures as in `costs`."""
    return of_costs(costs(a, b, wa, wb, cut, s), cut)


def of_costs(cost: np.ndarray, cut: Cut | Mesh) -> tuple[Arrangement, float]:
    """The same from what `costs` gives."""
    slots, turns, total = assign(cost, cut)
    n = cut.count
    return Arrangement(cut, np.stack([np.arange(n), slots]), np.stack([np.zeros(n, int), turns])), total
