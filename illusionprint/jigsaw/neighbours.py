"""A fitted arrangement once more: what a piece leaves over goes on in its neighbours, in both assemblies, so that fewer steps have to be spread at seams.

    E = sum_i C_i + 2 SHARE s^2 sum over the sides that meet in either assembly of l mean |r_i - r_j|^2,   r = (a - R b) / 2

C the cost of `fit`, for which 2 |r|^2 is a pixel's where both pictures weigh 1; r the means along both halves of a piece's sides, a and b what it
is in picture 1 and 2, l the side's length over that of a square as large as a cell. A quadratic assignment problem: in each round a part of the pieces, drawn at random, is assigned anew to the places they
have, their neighbours taken as they are, and what came out is kept where E is less.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from . import samples
from .arrangement import Arrangement
from .cut import Cut
from .fit import UNFIT, turned, windows
from .mesh import Mesh
from .orbits import mates

SHARE = 0.05           # of a cell's area, that a seam's step counts against what is left within
ROUNDS, PART = 60, 0.3
HALVES = 2


@dataclass(frozen=True)
class Sides:
    """Mean colours float (n, T, 2, 3) along both halves of the side in each direction, walked clockwise, by the root of its length, and their board; weight of
    a step between two halves.

    a: of every piece in picture 1; b: of every place in picture 2; grid: the board, its connectors open, so that its ports are known.
    """

    a: np.ndarray
    b: np.ndarray
    grid: Cut | Mesh
    weight: float

    def left(self, slots: np.ndarray, turns: np.ndarray) -> np.ndarray:
        """r (n, T, 2, 3) of every piece, its sides as in picture 1."""
        return (self.a - _rolled(self.b[slots], -turns)) / 2

    def met(self, r: np.ndarray, slots: np.ndarray, turns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(r of the neighbour at each side (n, T, 2, 3), 0 at the border; whether there is one, (n, T)) in an assembly. Sides that an outline cuts meet nothing."""
        piece, port = np.divmod(mates(self.grid, slots, turns).reshape(len(r), -1)[:, :r.shape[1]], self.grid.ports.shape[1])
        on = (piece >= 0) & (port < r.shape[1])
        return np.where(on[..., None, None], r[piece, np.minimum(port, r.shape[1] - 1), ::-1], 0), on

    def steps(self, slots: np.ndarray, turns: np.ndarray) -> float:
        """The second sum of E."""
        r, home = self.left(slots, turns), np.arange(len(slots))
        every = [(r - other)[on] for other, on in (self.met(r, home, 0 * home), self.met(r, slots, turns))]
        return self.weight * sum(float((d**2).sum()) for d in every) / 2


def sides(a: np.ndarray, b: np.ndarray, cut: Cut | Mesh, s: int) -> Sides:
    """Of two pictures (h, w, 3) of s pixels a cell, as in `fit`."""
    means = _halves(cut, s)
    own, other = (np.einsum("thp,npc->nthc", means, windows(x, cut, s).reshape(cut.count, means.shape[-1], -1)) for x in (a, b))
    return Sides(own, other, cut if isinstance(cut, Cut) else cut.open, 2 * SHARE * s * s / HALVES)


def _halves(cut: Cut | Mesh, s: int) -> np.ndarray:
    """float (T, 2, p): how positions of a window are averaged for each half of the side in each direction, those within a pixel of it, by the root of its length."""
    if isinstance(cut, Mesh):
        at = samples.points(cut, s, True)[0] / cut.cell_mm
    else:
        v = s + 2 * -(-s // 3)
        at = np.stack(np.meshgrid(*[(np.arange(v) + 0.5 - v / 2) / s] * 2), -1).reshape(-1, 2)
    out = np.zeros((cut.turns, HALVES, len(at)))
    for directions, corners in _cells(cut):
        along = np.roll(corners, -1, 0) - corners
        length = np.hypot(*along.T)
        u = along / length[:, None]
        far = (at - corners[:, None]) @ np.stack([-u[:, 1], u[:, 0]], -1)[..., None]
        on = ((at - corners[:, None]) @ u[..., None])[..., 0] - length[:, None] / 2
        near = (far > 0).all(0)[:, 0] & (far[..., 0] < 1 / s)
        halves = np.stack([near & (on < 0), near & (on >= 0)], 1)
        out[directions] = halves / halves.sum(2, keepdims=True) * length[:, None, None]**0.5
    return out


def _cells(cut: Cut | Mesh) -> list[tuple[np.ndarray, np.ndarray]]:
    """(direction of each side, corners about the middle, clockwise, in sides of a square as large) of a cell of each kind that the board has."""
    if isinstance(cut, Cut):
        return [(np.arange(4), np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]))]
    _, first = np.unique(cut.cells.sides, axis=0, return_index=True)
    corners = cut.cells.corners[first] * cut.unit_um / 1000 / cut.cell_mm
    return list(zip(cut.cells.sides[first], corners - corners.mean(1, keepdims=True)))


def _rolled(x: np.ndarray, turns: np.ndarray) -> np.ndarray:
    """x (n, T, ...) of pieces as they lie after their turns: that in direction d is at d + k."""
    return x[np.arange(len(x))[:, None], (np.arange(x.shape[1]) - np.reshape(turns, (-1, 1))) % x.shape[1]]


def nearer(board: Arrangement, cost: np.ndarray, found: Sides, seed: int = 0) -> Arrangement:
    """An arrangement of two assemblies with less E than the board's, or the board's. cost (T, n, n): `fit.costs` of the same pictures."""
    rng, n = np.random.default_rng(seed), board.cut.count
    best = board.slots[1], board.turns[1]

    def energy(slots: np.ndarray, turns: np.ndarray) -> float:
        return float(cost[turns, np.arange(n), slots].sum(dtype=float)) + found.steps(slots, turns)
    least = energy(*best)
    for _ in range(ROUNDS):
        other = _again(*best, board.cut, cost, found, rng.random(n) < PART)
        if (now := energy(*other)) < least:
            best, least = other, now
    return Arrangement(board.cut, np.stack([board.slots[0], best[0]]), np.stack([board.turns[0], best[1]]))


def _again(slots: np.ndarray, turns: np.ndarray, cut: Cut | Mesh, cost: np.ndarray, found: Sides, some: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(slots, turns) with some pieces, bool (n,), assigned anew to the places that they have, within each class."""
    r, home = found.left(slots, turns), np.arange(len(slots))
    own, place = found.met(r, home, 0 * home), [_rolled(x, turns) for x in found.met(r, slots, turns)]
    new = slots.copy(), turns.copy()
    for ids in cut.members:
        i = ids[some[ids]]
        j = slots[i]
        every = np.full((cut.turns, len(i), len(i)), UNFIT, np.float32)
        for k in cut.steps:
            if (fits := cut.fits[k][np.ix_(i, j)]).any():
                a, (there, on) = _rolled(found.a[i], np.full(len(i), k)), (_rolled(x[i], np.full(len(i), k)) for x in own)
                steps = _apart(a / 2 - there, found.b[j] / 2, on) + _apart(found.b[j] / 2 + place[0][i], a / 2, place[1][i]).T
                every[k] = np.where(fits, cost[k][np.ix_(i, j)] + found.weight * steps, UNFIT)
        p, q = linear_sum_assignment(every.min(0))
        new[0][i[p]], new[1][i[p]] = j[q], every.argmin(0)[p, q]
    return new


def _apart(x: np.ndarray, y: np.ndarray, on: np.ndarray) -> np.ndarray:
    """(n, m): sum of |x_i - y_j|^2 over the sides that are on, bool (n, T); x (n, T, 2, 3), y (m, T, 2, 3)."""
    w = np.broadcast_to(on[..., None, None], x.shape).reshape(len(x), -1).astype(np.float32)
    x, y = (v.reshape(len(v), w.shape[1]).astype(np.float32) for v in (x, y))
    return (w * x**2).sum(1)[:, None] - 2 * (w * x) @ y.T + w @ (y**2).T
