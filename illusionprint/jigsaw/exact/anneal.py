"""An arrangement with many orbits that costs the pictures little: simulated annealing over swaps and turns of pieces.

What is minimised, with c the cost of the pictures and the rest as in `orbit_state`:

    (c - c_fitted) / c_fitted + WEIGHT max(0, ln wanted - S) + RING max(0, ln wanted_ring - S_ring) + KEPT max(0, kept - limit)
"""

import math

import numpy as np

from ..geometry.board import Board
from .orbit_state import Moves, OrbitState

HEAT = 0.5  # of the start, times the number of pieces
TURNED, CLOSE, ALONG = 0.3, 0.6, 0.9  # shares of the ways to propose, added up


def anneal(
    board: Board,
    cost: np.ndarray,
    slots: np.ndarray,
    turns: np.ndarray,
    wanted: float,
    kept: float,
    steps: int,
    rng: np.random.Generator,
    turned: float | None = None,
) -> OrbitState:
    """A second assembly, from one that fits the pictures; an open board.

    wanted: as good as so many equal orbits. kept: share of the neighbour pairs that may stay side by side. turned: share of the
    inner pieces that should be turned.
    """
    state = OrbitState(board, cost, slots, turns, wanted, kept, turned)
    cool(state, steps, rng)
    return state


def cool(state: OrbitState, steps: int, rng: np.random.Generator, heat: float = HEAT) -> None:
    """So many proposals, each made where it lowers the energy or by the chance of Metropolis at a heat (times the pieces) that falls to 0."""
    propose, energy, warm = Proposals(state, rng), state.energy(), heat / state.board.count
    for n in range(steps):
        moves = propose()
        if not moves:
            continue
        new, then = state.after(moves)
        if state.rise(moves) + new - energy <= -(warm * (1 - n / steps) + 1e-9) * math.log(propose.random() + 1e-300):
            state.place(moves, then)
            energy = new


class Proposals:
    """Moves of one or two pieces: to a place that costs little, to one of a piece on the same orbit, to any; or a turn in place."""

    def __init__(self, state: OrbitState, rng: np.random.Generator):
        self.state, self.rng = state, rng
        self.draws: list[float] = []
        self.of_kind = [np.flatnonzero(state.board.classes == k).tolist() for k in range(state.board.classes.max() + 1)]

    def random(self) -> float:
        if not self.draws:
            self.draws = self.rng.random(4096).tolist()
        return self.draws.pop()

    def __call__(self) -> Moves:
        """No move where nothing would change."""
        state = self.state
        i = int(self.random() * len(state.kind))
        way = self.random()
        home = state.slot[i]
        if way < TURNED:
            turn = int(state.turns * self.random())
            return [(i, home, turn)] if turn != state.turn[i] and state.allowed[turn, i, home] else []
        j = state.at[self._goal(i, way)]
        goal = state.slot[j]
        if i == j or state.kind[i] != state.kind[j]:
            return []
        wish = int(state.turns * self.random()) if self.random() < 0.3 else -1
        return [(i, goal, self._turn(i, goal, wish)), (j, home, self._turn(j, home, wish))]

    def _goal(self, i: int, way: float) -> int:
        near = self.state.near[i]
        if way < CLOSE:
            return near[int(self.random() * len(near))]
        if way < ALONG:
            return self._along(self.state.ports * i + int(self.state.ports * self.random()))
        mine = self.of_kind[self.state.kind[i]]
        return mine[int(self.random() * len(mine))]

    def _along(self, node: int) -> int:
        """The slot of the piece that is some steps along the orbit from a side."""
        state = self.state
        if state.mate[node] >= 0:
            for _ in range(1 + int(6 * self.random())):
                node = state.other[state.mate[node]]
        return state.slot[(node if node < state.inside else state.mate[node]) // state.ports]

    def _turn(self, piece: int, slot: int, wish: int) -> int:
        """The wished turn where it fits, otherwise the one that costs least."""
        return wish if wish >= 0 and self.state.allowed[wish, piece, slot] else int(self.state.best[piece, slot])
