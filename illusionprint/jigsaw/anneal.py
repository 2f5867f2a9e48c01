"""An arrangement with many orbits that costs the pictures little: simulated annealing over swaps and turns of pieces.

With p_k the share of the inner sides that lie on orbit k, two sides at random fit by chance half as often as sum p_k^2, as with exp(S)
equal orbits: S = - ln sum p_k^2 (Renyi's entropy of order 2). What is minimised, with c the cost of the pictures and kept the share of neighbour pairs that stay together:

    (c - c_fitted) / c_fitted + WEIGHT max(0, ln wanted - S) + KEPT max(0, kept - limit)
"""
from __future__ import annotations

import math

import numpy as np

from .cut import Cut
from .orbits import pairing

WEIGHT, KEPT = 0.6, 8.0
NEAR = 10      # slots that cost a piece least are proposed more often


class Pieces:
    """Where the pieces of a board lie in a second assembly, its orbits, and what both cost. Nodes as in `orbits`."""

    def __init__(self, cut: Cut, cost: np.ndarray, slots: np.ndarray, turns: np.ndarray, wanted: float, kept: float):
        """cost float (4, n, n): piece i in slot j after k turns, as `fit.costs` gives it for a board of squares."""
        n = cut.count
        self.cut, self.kind, self.pairs = cut, cut.classes.tolist(), cut.rows * (cut.cols - 1) + cut.cols * (cut.rows - 1)
        self.scale = 1 / max(1e-9, float(cost[turns % 4, np.arange(n), slots].sum()))
        self.cost, self.allowed = cost * self.scale, cut.fits
        self.slot, self.turn = slots.tolist(), (turns % 4).tolist()
        self.mate = pairing(cut.rows, cut.cols, np.arange(n), np.zeros(n, int)).tolist()
        self.other = pairing(cut.rows, cut.cols, slots, turns).tolist()
        self.wanted, self.limit = math.log(wanted), kept * self.pairs
        self.at = [0] * n
        for i, s in enumerate(self.slot):
            self.at[s] = i
        self._orbits()

    def _orbits(self) -> None:
        self.orbit, self.size, self.next = [-1] * len(self.mate), {}, 0
        for node, mate in enumerate(self.mate):
            if mate >= 0 and self.orbit[node] < 0:
                self._walk(node)
        self.bulk = sum(k * k for k in self.size.values())
        self.kept = sum(k == 2 for k in self.size.values())
        self.sides = sum(self.size.values())

    def _walk(self, node: int) -> int:
        """Gives the orbit through a node a number; its length."""
        at, length, orbit, mate, other, number = node, 0, self.orbit, self.mate, self.other, self.next
        while True:
            there = mate[at]
            orbit[at] = orbit[there] = number
            length += 2
            at = other[there]
            if at == node:
                break
        self.size[number] = length
        self.next = number + 1
        return length

    def entropy(self) -> float:
        """ln (1 / sum p_k^2), p_k = size_k / sides."""
        return math.log(self.sides**2 / self.bulk)

    def energy(self) -> float:
        return WEIGHT * max(0.0, self.wanted - self.entropy()) + KEPT * max(0.0, self.kept - self.limit) / self.pairs

    def place(self, moves: list[tuple[int, int, int]]) -> None:
        """Puts pieces into slots at turns, all of (piece, slot, turn) at once, and follows the orbits."""
        for i, slot, turn in moves:
            self.slot[i], self.turn[i], self.at[slot] = slot, turn, i
        nodes = []
        for i, slot, turn in moves:
            nodes += self._meet(i, slot, turn)
        for node in nodes:
            number = self.orbit[node]
            if number in self.size:
                self._drop(self.size.pop(number))
        begin = self.next
        for node in nodes:
            if self.orbit[node] < begin:
                self._drop(self._walk(node), 1)

    def _drop(self, length: int, sign: int = -1) -> None:
        self.bulk += sign * length * length
        self.kept += sign * (length == 2)

    def _meet(self, i: int, slot: int, turn: int) -> list[int]:
        """The four sides of a piece get their new mates; all sides whose mates changed."""
        rows, cols = self.cut.rows, self.cut.cols
        r, c = divmod(slot, cols)
        out = []
        for side, (y, x) in enumerate(((r - 1, c), (r, c + 1), (r + 1, c), (r, c - 1))):
            if 0 <= y < rows and 0 <= x < cols:
                j = self.at[y * cols + x]
                a, b = 4 * i + (side - turn) % 4, 4 * j + (side + 2 - self.turn[j]) % 4
                self.other[a], self.other[b] = b, a
                out += [a, b]
        return out


def anneal(cut: Cut, cost: np.ndarray, slots: np.ndarray, turns: np.ndarray, wanted: float, kept: float, steps: int,
           rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """(slots, turns) of a second assembly, from one that fits the pictures; cut is a board of squares (`squares`).

    wanted: as good as so many equal orbits. kept: share of the neighbour pairs that may stay side by side.
    """
    state = Pieces(cut, cost, slots, turns, wanted, kept)
    best_turn, near = cost.argmin(0), cost.min(0).argsort(1, kind="stable")[:, :NEAR].tolist()
    ids = [np.flatnonzero(cut.classes == k).tolist() for k in range(cut.classes.max() + 1)]
    energy, warm = state.energy(), 0.5 / cut.count
    draws = rng.random((steps, 5))
    for n in range(steps):
        moves = _proposal(state, draws[n].tolist(), best_turn, near, ids)
        back = [(i, state.slot[i], state.turn[i]) for i, *_ in moves]
        rise = sum(state.cost.item(t, i, s) for i, s, t in moves) - sum(state.cost.item(t, i, s) for i, s, t in back)
        state.place(moves)
        new = state.energy()
        heat = warm * (1 - n / steps) + 1e-9
        if rise + new - energy <= -heat * math.log(draws[n, 4] + 1e-300):
            energy = new
        else:
            state.place(back)
    return np.array(state.slot), np.array(state.turn)


def _proposal(state: Pieces, draw: list[float], best_turn: np.ndarray, near: list[list[int]], ids: list[list[int]]) -> list[tuple[int, int, int]]:
    """A piece goes to another slot of its class, often one that suits it, and the one there to its; or it turns where it is."""
    i = int(draw[0] * len(state.slot))
    if draw[1] < 0.6:
        goal = near[i][int(draw[2] * len(near[i]))]
    else:
        mine = ids[state.kind[i]]
        goal = mine[int(draw[2] * len(mine))]
    j, home = state.at[goal], state.slot[i]
    if state.kind[j] != state.kind[i] or not state.allowed[:, i, goal].any():
        goal, j = home, i
    if i == j:
        return [(i, home, _turn(state, i, home, int(4 * draw[3])))]
    pick = int(4 * draw[3]) if draw[3] * 16 % 1 < 0.3 else -1
    return [(i, goal, _turn(state, i, goal, pick, best_turn)), (j, home, _turn(state, j, home, pick, best_turn))]


def _turn(state: Pieces, piece: int, slot: int, wish: int, best: np.ndarray | None = None) -> int:
    """The wished turn where it fits, otherwise the one that costs least."""
    fits = state.allowed[:, piece, slot]
    if wish >= 0 and fits[wish]:
        return wish
    return int(best[piece, slot]) if best is not None else int(fits.argmax())
