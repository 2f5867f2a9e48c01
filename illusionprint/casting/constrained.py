"""Boards whose pieces cannot lie anywhere: chosen for the pictures of a free search, then pictures and board by turns.

An assembly turned as a whole is the same assembly: of a square board each picture has four ways to lie, of another two.
"""

from collections.abc import Sequence

import numpy as np

from ..jigsaw import Arrangement, Board
from ..jigsaw.exact.solve import places
from ..jigsaw.exact.three_matching import Boards
from ._part import Casting
from .board import board_patches
from .board_many import Assignment, Candidate, Finisher, Picture, PlacedPicture, SearchState, Solver, improve, merge_costs, on_pieces, residual

ROUNDS = 3
BOARDS_COMPARED = 4  # boards of a step whose conflict is looked at closely


def whole_turns(cut: Board) -> Solver:
    """The assembly turned as a whole so that it costs least."""
    images, ids = places(cut).images, np.arange(cut.count)

    def settle(cost: np.ndarray, slots: np.ndarray, turns: np.ndarray) -> Assignment:
        tried = [(to[slots], (turns + k) % 4) for to, k in images]
        totals = [float(cost[s, k, ids].sum()) for s, k in tried]
        best = int(np.argmin(totals))
        return *tried[best], totals[best]

    return settle


def pairwise_costs(looks: Sequence[PlacedPicture], cut: Board) -> np.ndarray:
    """float32 (k, k, n, 4, n): what any two pictures cost in a piece, as `Boards.best` takes it."""
    return np.stack([merge_costs(a.places, np.stack([b.features for b in looks]), cut) for a in looks])


def residual_of(state: SearchState) -> float:
    """What the mix of all pictures leaves over."""
    found = [on_pieces(v.places, s, t, state.turn) for v, s, t in zip(state.looks, state.slots, state.turns)]
    return residual(*(np.stack(v) for v in zip(*found)))


def best_board(looks: list[Picture], cut: Board, boards: Boards) -> SearchState[Picture]:
    """The pictures on the board that suits them best."""
    tried = [SearchState(list(looks), *found) for found in boards.best(pairwise_costs(looks, cut), BOARDS_COMPARED)]
    return min(tried, key=residual_of)


def finish_on_boards(boards: Boards) -> Finisher:
    """Castings on the boards: for `cast_board_many`."""
    settle = whole_turns(boards.board)

    def fitted(state: SearchState[Candidate], conflict: float, cut: Board, pools: Sequence[list[Candidate]]) -> Casting:
        now = best_board(state.looks, cut, boards)
        for n in range(ROUNDS):
            if n and residual_of(then := best_board(now.looks, cut, boards)) < residual_of(now):
                now = then
            for k, pool in enumerate(pools):
                conflict = improve(now, k, len(pools), [now.looks[k], *pool], cut, settle)
        return Casting(tuple(v.part for v in now.looks), conflict, arrangement=now.arrangement(cut))

    return fitted


def constrained_arrangement(pictures: Sequence[np.ndarray], weights: Sequence[np.ndarray], cut: Board, boards: Boards) -> Arrangement:
    """The board of least conflict of pictures (h, w, 3) with weights (h, w), whole pixels a cell."""
    found = [(board_patches(x, cut), board_patches(w[..., None], cut)[..., 0]) for x, w in zip(pictures, weights)]
    return best_board([PlacedPicture.of(v) for v in found], cut, boards).arrangement(cut)
