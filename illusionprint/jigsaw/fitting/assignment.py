"""Fit the arrangement to two pictures: which piece goes where, and how it is turned.

Cost of piece i in slot j after k quarter turns: what the best weighted compromise of the two patches leaves over,

    sum over the piece's own pixels of  w_a w_b / (w_a + w_b) |R_k a_i - b_j|^2 ,

w the importance of either picture. A linear assignment a congruence class gives the least sum exactly (scipy's solver, the
shortest augmenting path of Jonker and Volgenant as improved by Crouse 2016).
"""

import numpy as np
from scipy.optimize import linear_sum_assignment

from ..assemblies.arrangement import Arrangement
from ..geometry.board import Board
from .samples import masks, patches, turned

UNFIT = 1e9


def costs(a: np.ndarray, b: np.ndarray, wa: np.ndarray, wb: np.ndarray, board: Board, s: int) -> np.ndarray:
    """float32 (board.turns, n, n): cost of piece i in slot j after k turns; UNFIT where the sides do not fit.

    a, b float32 (rows*s, cols*s, 3); wa, wb (rows*s, cols*s).
    """
    mask = masks(board, s)
    A, B = patches(a, board, s, True), patches(b, board, s, True)
    U, V = (patches(w[..., None], board, s, True)[..., 0] * mask for w in (wa, wb))
    out = np.full((board.turns, board.count, board.count), UNFIT, np.float32)
    for k in range(board.turns):
        colours, weight = turned(A, board, s, k, True), turned(U, board, s, k, True)
        for ids in board.members:
            if board.fits[k][np.ix_(ids, ids)].any():
                out[k][np.ix_(ids, ids)] = _pairs(colours[ids], weight[ids], B[ids], V[ids])
    return np.where(board.fits, out, UNFIT)


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


def assign(cost: np.ndarray, board: Board) -> tuple[np.ndarray, np.ndarray, float]:
    """(slots, turns, total) of least total cost; cost as `costs` gives it."""
    best, turns = cost.min(0), cost.argmin(0)
    slots, total = np.zeros(board.count, int), 0.0
    for ids in board.members:
        sub = best[np.ix_(ids, ids)]
        i, j = linear_sum_assignment(sub)
        slots[ids[i]] = ids[j]
        total += float(sub[i, j].sum())
    return slots, turns[np.arange(board.count), slots], total


def fine_px(board: Board) -> int:
    """Pixels a cell at which an arrangement is fitted to the real outlines: 12, and 6 on large boards."""
    return 12 if board.count <= 400 else 6


def fit(a: np.ndarray, b: np.ndarray, wa: np.ndarray, wb: np.ndarray, board: Board, s: int) -> tuple[Arrangement, float]:
    """The arrangement of least conflict and that conflict; pictures as in `costs`."""
    return of_costs(costs(a, b, wa, wb, board, s), board)


def of_costs(cost: np.ndarray, board: Board) -> tuple[Arrangement, float]:
    """The same from what `costs` gives."""
    slots, turns, total = assign(cost, board)
    n = board.count
    return Arrangement(board, np.stack([np.arange(n), slots]), np.stack([np.zeros(n, int), turns])), total
