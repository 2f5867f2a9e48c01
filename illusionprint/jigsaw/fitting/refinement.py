"""A fitted arrangement once more: what a piece leaves over goes on in its neighbours, in every assembly, so that fewer steps have to be spread at seams.

    E = sum_i C_i + 2 SHARE s^2 sum over k and over the sides that meet in assembly k of l mean |r_ki - r_kj|^2,   r_k = x_k - mean over all pictures of x

C the cost of the fit, for which sum_k |r_k|^2 is a pixel's where all pictures weigh 1; r the means along both halves of a piece's sides, x_k what it
is in picture k, l the side's length over that of a square as large as a cell. A quadratic assignment problem: in each round a part of the pieces, drawn at random, is assigned anew to the places they
have in one picture, their neighbours and the other pictures taken as they are, and what came out is kept where E is less. Of two pictures only the second moves, of more each in turn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from ..assemblies.arrangement import Arrangement
from ..assemblies.orbits import mates
from ..geometry.board import Board
from . import samples
from .assignment import UNFIT

SHARE = 0.05  # of a cell's area, that a seam's step counts against what is left within
ROUNDS, PART = 60, 0.3
SWEEPS = 3  # over three and more pictures
HALVES = 2
Costs = Callable[
    [int, np.ndarray, np.ndarray], np.ndarray
]  # of a picture and of slots, turns (k, n): what each piece costs in each of its places, (T, n, n), the others as they lie


@dataclass(frozen=True)
class Sides:
    """Mean colours float (n, T, 2, 3) along both halves of the side in each direction, walked clockwise, by the root of its length, of every place in each picture, (k, ...); the
    board, its connectors open, so that its ports are known; weight of a step between two halves.

    slots, turns: int (k, n), as in `Arrangement`; the first assembly need not be the identity.
    """

    shown: np.ndarray
    grid: Board
    weight: float

    def own(self, slots: np.ndarray, turns: np.ndarray) -> np.ndarray:
        """What every piece shows in each picture, (k, n, T, 2, 3), its sides as they are before its turns."""
        return np.stack([_rolled(x[j], -t) for x, j, t in zip(self.shown, slots, turns)])

    def met(self, r: np.ndarray, slots: np.ndarray, turns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(r of the neighbour at each side (n, T, 2, 3), 0 at the border; whether there is one, (n, T)) in an assembly, (n,). Sides that an outline cuts meet nothing."""
        piece, port = np.divmod(mates(self.grid, slots, turns).reshape(len(r), -1)[:, : r.shape[1]], self.grid.ports.shape[1])
        on = (piece >= 0) & (port < r.shape[1])
        return np.where(on[..., None, None], r[piece, np.minimum(port, r.shape[1] - 1), ::-1], 0), on

    def steps(self, slots: np.ndarray, turns: np.ndarray) -> float:
        """The second sum of E."""
        left = _left(self.own(slots, turns))
        every = [(r - other)[on] for r, at in zip(left, zip(slots, turns)) for other, on in [self.met(r, *at)]]
        return self.weight * sum(float((d**2).sum()) for d in every) / 2


def sides(pictures: Sequence[np.ndarray], board: Board, s: int) -> Sides:
    """Of pictures (h, w, 3) of s pixels a cell, as in `assignment`."""
    means = _halves(board, s)
    shown = np.stack([np.einsum("thp,npc->nthc", means, samples.patches(x, board, s, True).reshape(board.count, means.shape[-1], -1)) for x in pictures])
    return Sides(shown, board.open, 2 * SHARE * s * s / HALVES)


def _left(own: np.ndarray) -> np.ndarray:
    """r_k, (k, ...)."""
    return own - own.mean(0)


def _halves(board: Board, s: int) -> np.ndarray:
    """float (T, 2, p): how positions of a window are averaged for each half of the side in each direction, those within a pixel of it, by the root of its length."""
    at = samples.positions(board, s)
    out = np.zeros((board.turns, HALVES, len(at)))
    for directions, corners in _cells(board):
        along = np.roll(corners, -1, 0) - corners
        length = np.hypot(*along.T)
        u = along / length[:, None]
        far = (at - corners[:, None]) @ np.stack([-u[:, 1], u[:, 0]], -1)[..., None]
        on = ((at - corners[:, None]) @ u[..., None])[..., 0] - length[:, None] / 2
        near = (far > 0).all(0)[:, 0] & (far[..., 0] < 1 / s)
        halves = np.stack([near & (on < 0), near & (on >= 0)], 1)
        out[directions] = halves / halves.sum(2, keepdims=True) * length[:, None, None] ** 0.5
    return out


def _cells(board: Board) -> list[tuple[np.ndarray, np.ndarray]]:
    """(direction of each side, corners about the middle, clockwise, in sides of a square as large) of a cell of each kind that the board has."""
    _, first = np.unique(board.cells.sides, axis=0, return_index=True)
    corners = board.cells.corners[first] * board.unit_um / 1000 / board.cell_mm
    return list(zip(board.cells.sides[first], corners - corners.mean(1, keepdims=True)))


def _rolled(x: np.ndarray, turns: np.ndarray) -> np.ndarray:
    """x (n, T, ...) of pieces as they lie after their turns: that in direction d is at d + k."""
    return x[np.arange(len(x))[:, None], (np.arange(x.shape[1]) - np.reshape(turns, (-1, 1))) % x.shape[1]]


def nearer(board: Arrangement, costs: Costs, found: Sides, seed: int = 0) -> Arrangement:
    """An arrangement with less E than the board's, or the board's; costs of the same pictures."""
    rng, count = np.random.default_rng(seed), board.assemblies
    slots, turns = board.slots, board.turns
    order = [1] if count == 2 else [*range(count)] * SWEEPS
    for k in order:
        slots, turns = _one(k, slots, turns, board.board, costs(k, slots, turns), found, rng, ROUNDS if count == 2 else ROUNDS // SWEEPS)
    return Arrangement.of_assemblies(board.board, slots, turns)


def _one(
    k: int, slots: np.ndarray, turns: np.ndarray, board: Board, cost: np.ndarray, found: Sides, rng: np.random.Generator, rounds: int
) -> tuple[np.ndarray, np.ndarray]:
    """(slots, turns) after rounds in which the pieces move in picture k only."""
    home = np.arange(board.count)

    def energy(slots: np.ndarray, turns: np.ndarray) -> float:
        return float(cost[turns[k], home, slots[k]].sum(dtype=float)) + found.steps(slots, turns)

    least = energy(slots, turns)
    for _ in range(rounds):
        other = _again(k, slots, turns, board, cost, found, rng.random(board.count) < PART)
        if (now := energy(*other)) < least:
            (slots, turns), least = other, now
    return slots, turns


def _again(k: int, slots: np.ndarray, turns: np.ndarray, board: Board, cost: np.ndarray, found: Sides, some: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(slots, turns) with some pieces, bool (n,), assigned anew to the places that they have in picture k, within each class."""
    own = found.own(slots, turns)
    share, rest = 1 / len(own), own.sum(0) - own[k]
    met = [found.met(r, *at) for r, at in zip(_left(own), zip(slots, turns))]
    place = [_rolled(x, turns[k]) for x in met[k]]
    asked = [(own[j] - share * rest - there, on) for j, (there, on) in enumerate(met) if j != k]
    new = slots.copy(), turns.copy()
    for ids in board.members:
        i = ids[some[ids]]
        j = slots[k][i]
        shown = share * found.shown[k][j]
        every = np.full((board.turns, len(i), len(i)), UNFIT, np.float32)
        for t in board.steps:
            if (fits := board.fits[t][np.ix_(i, j)]).any():
                turn = np.full(len(i), t)
                steps = sum(_apart(_rolled(x[i], turn), shown, _rolled(on[i], turn)) for x, on in asked)
                steps = steps + _apart((len(own) - 1) * shown - place[0][i], share * _rolled(rest[i], turn), place[1][i]).T
                every[t] = np.where(fits, cost[t][np.ix_(i, j)] + found.weight * steps, UNFIT)
        p, q = linear_sum_assignment(every.min(0))
        new[0][k, i[p]], new[1][k, i[p]] = j[q], every.argmin(0)[p, q]
    return new


def _apart(x: np.ndarray, y: np.ndarray, on: np.ndarray) -> np.ndarray:
    """(n, m): sum of |x_i - y_j|^2 over the sides that are on, bool (n, T); x (n, T, 2, 3), y (m, T, 2, 3)."""
    w = np.broadcast_to(on[..., None, None], x.shape).reshape(len(x), -1).astype(np.float32)
    x, y = (v.reshape(len(v), w.shape[1]).astype(np.float32) for v in (x, y))
    return (w * x**2).sum(1)[:, None] - 2 * (w * x) @ y.T + w @ (y**2).T
