"""Boards with exactly as many solutions as pictures: the fitted arrangement gets connectors."""

from collections.abc import Sequence

import cv2
import numpy as np

from ..casting import Casting, importance
from ..casting.constrained import constrained_arrangement
from ..jigsaw import Arrangement, Board
from ..jigsaw.exact import three
from ..jigsaw.exact.design import keyed
from ..jigsaw.exact.three_matching import Boards
from ..jigsaw.fitting.assignment import UNFIT, costs, fine_px
from ..spec import ExactSpec
from .progress import Progress

FITTED_PX = 6  # pixels a piece on which a board for three is chosen


def of_casting(casting: Casting, exact: ExactSpec, seed: int, progress: Progress = None) -> Arrangement:
    """The casting's board with connectors; raises BadValue as `keyed` does."""
    arrangement = casting.arranged
    if len(casting.parts) > 2:
        return of_three(arrangement, exact, seed)
    size, s = _size(arrangement)
    importances = [importance(p.rgba(size), s / 3) for p in casting.parts]
    return of_pictures(arrangement, [p.rgb(size) for p in casting.parts], importances, exact, seed, progress)


def of_three(arrangement: Arrangement, exact: ExactSpec, seed: int) -> Arrangement:
    """A board on which three pictures are arranged, with connectors. Raises BadValue as `three.keyed` does."""
    return three.keyed(arrangement, seed, exact.apart_mm)


def of_pictures(
    arrangement: Arrangement, pictures: Sequence[np.ndarray], weights: Sequence[np.ndarray], exact: ExactSpec, seed: int, progress: Progress = None
) -> Arrangement:
    """The same from two pictures (h, w, 3) and their weights (h, w)."""
    size, s = _size(arrangement)
    a, b, wa, wb = (cv2.resize(x, size[::-1], interpolation=cv2.INTER_AREA) for x in (*pictures, *weights))
    return of_costs(arrangement, costs(a, b, wa, wb, arrangement.board, s), exact, seed, progress)


def arranged_for_three(pictures: Sequence[np.ndarray], weights: Sequence[np.ndarray], board: Board, seed: int, progress: Progress = None) -> Arrangement:
    """An arrangement that can have exactly three solutions, on which three pictures (h, w, 3) with weights (h, w) conflict least. Raises BadValue as `Boards` does."""
    size = board.size_px(FITTED_PX)
    small, light = ([cv2.resize(x, size[::-1], interpolation=cv2.INTER_AREA) for x in some] for some in (pictures, weights))
    return constrained_arrangement(small, light, board, Boards(board, seed, progress))


def of_nothing(arrangement: Arrangement, exact: ExactSpec, seed: int, progress: Progress = None) -> Arrangement:
    """Before there are pictures: every place is as good as another, but for chance."""
    chance = np.random.default_rng(seed).random(arrangement.board.fits.shape)
    return of_costs(arrangement, 1 + 0.1 * chance, exact, seed, progress)


def of_costs(arrangement: Arrangement, cost: np.ndarray, exact: ExactSpec, seed: int, progress: Progress = None) -> Arrangement:
    """The same from what each piece costs in each place, float (turns, n, n), of any unit."""
    cost = np.where(arrangement.board.fits, cost, UNFIT)
    return keyed(arrangement, cost, seed, exact.apart_mm, exact.kept, None if exact.turned < 0 else exact.turned, progress)


def _size(arrangement: Arrangement) -> tuple[tuple[int, int], int]:
    s = fine_px(arrangement.board)
    return arrangement.board.size_px(s), s
