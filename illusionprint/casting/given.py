"""Boards whose pieces cannot lie anywhere: chosen for the pictures of a free search, then pictures and board by turns.

An assembly turned as a whole is the same assembly: of a square board each picture has four ways to lie, of another two.
"""
from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..jigsaw import Arrangement, Board
from ..jigsaw.exact.solve import places
from ..jigsaw.exact.three_matching import Boards
from ._part import Casting
from .board import _cells
from .several import Fitted, Look, Settle, Settled, State, carried, chosen, leftover, merge_costs, products

ROUNDS = 3
BEST = 4        # boards of a step whose conflict is looked at closely


def turning(cut: Board) -> Settle:
    """The assembly turned as a whole so that it costs least."""
    images, ids = places(cut).images, np.arange(cut.count)

    def settle(cost: np.ndarray, slots: np.ndarray, turns: np.ndarray) -> Settled:
        tried = [(to[slots], (turns + k) % 4) for to, k in images]
        totals = [float(cost[s, k, ids].sum()) for s, k in tried]
        best = int(np.argmin(totals))
        return *tried[best], totals[best]
    return settle


def between(looks: Sequence[Look], cut: Board) -> np.ndarray:
    """float32 (k, k, n, 4, n): what any two pictures cost in a piece, as `Boards.best` takes it."""
    return np.stack([merge_costs(a.places, np.stack([b.products for b in looks]), cut) for a in looks])


def apart(state: State) -> float:
    """What the mix of all pictures leaves over."""
    found = [carried(v.places, s, t, state.turn) for v, s, t in zip(state.looks, state.slots, state.turns)]
    return leftover(*(np.stack(v) for v in zip(*found)))


def laid(looks: list[Look], cut: Board, boards: Boards) -> State:
    """The pictures on the board that suits them best."""
    tried = [State(list(looks), *found) for found in boards.best(between(looks, cut), BEST)]
    return min(tried, key=apart)


def cast_on(boards: Boards) -> Fitted:
    """Castings on the boards: for `cast_several`."""
    settle = turning(boards.board)

    def fitted(state: State, conflict: float, cut: Board, pools: Sequence[list[Look]]) -> Casting:
        now = laid(state.looks, cut, boards)
        for n in range(ROUNDS):
            if n and apart(then := laid(now.looks, cut, boards)) < apart(now):
                now = then
            for k, pool in enumerate(pools):
                conflict = chosen(now, k, len(pools), [now.looks[k], *pool], cut, settle)
        return Casting(tuple(v.part for v in now.looks), conflict, arrangement=now.arrangement(cut))
    return fitted


def arranged_on(pictures: Sequence[np.ndarray], weights: Sequence[np.ndarray], cut: Board, boards: Boards) -> Arrangement:
    """The board of least conflict of pictures (h, w, 3) with weights (h, w), whole pixels a cell."""
    found = [(_cells(x, cut), _cells(w[..., None], cut)[..., 0]) for x, w in zip(pictures, weights)]
    return laid([Look(None, v, products(*v, True), 0.0, 0.0) for v in found], cut, boards).arrangement(cut)
