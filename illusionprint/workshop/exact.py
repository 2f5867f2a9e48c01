"""Boards with exactly as many solutions as pictures: the fitted arrangement gets connectors."""
from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from ..casting import Casting, importance
from ..casting.constrained import constrained_arrangement
from ..jigsaw import Arrangement, Cut, three
from ..jigsaw.design import keyed
from ..jigsaw.fit import UNFIT, costs, fine_px
from ..jigsaw.suited import Boards
from ..spec import PuzzleSpec
from ..units import length_mm

FITTED_PX = 6   # pixels a piece on which a board for three is chosen
Progress = Callable[[int, int, str], None] | None


def of_casting(spec: PuzzleSpec, casting: Casting, progress: Progress = None) -> Arrangement:
    """The casting's board with connectors; raises BadValue as `keyed` does."""
    if len(casting.parts) > 2:
        return three.keyed(casting.arrangement, spec.seed, length_mm(spec.apart))
    size, s = _size(casting.arrangement)
    importances = [importance(p.rgba(size), s / 3) for p in casting.parts]
    return of_pictures(spec, casting.arrangement, [p.rgb(size) for p in casting.parts], importances, progress)


def of_pictures(spec: PuzzleSpec, board: Arrangement, pictures: list[np.ndarray], weights: list[np.ndarray], progress: Progress = None) -> Arrangement:
    """The same from pictures (h, w, 3) and their weights (h, w)."""
    size, s = _size(board)
    a, b, wa, wb = (cv2.resize(x, size[::-1], interpolation=cv2.INTER_AREA) for x in (*pictures, *weights))
    return _keyed(spec, board, costs(a, b, wa, wb, board.cut, s), progress)


def of_several(spec: PuzzleSpec, pictures: list[np.ndarray], weights: list[np.ndarray], cut: Cut, progress: Progress = None) -> Arrangement:
    """A board for three pictures (h, w, 3) and their weights (h, w), on which they conflict least. Raises BadValue as `Boards` does."""
    size = cut.size_px(FITTED_PX)
    small = ([cv2.resize(x, size[::-1], interpolation=cv2.INTER_AREA) for x in some] for some in (pictures, weights))
    return constrained_arrangement(*small, cut, Boards(cut, spec.seed, progress))


def of_nothing(spec: PuzzleSpec, board: Arrangement, progress: Progress = None) -> Arrangement:
    """Before there are pictures: every place is as good as another, but for chance."""
    chance = np.random.default_rng(spec.seed).random(board.cut.fits.shape)
    return keyed_by(spec, board, 1 + 0.1 * chance, progress)


def keyed_by(spec: PuzzleSpec, board: Arrangement, cost: np.ndarray, progress: Progress = None) -> Arrangement:
    """The same from what each piece costs in each place, float (turns, n, n), of any unit."""
    return _keyed(spec, board, np.where(board.cut.fits, cost, UNFIT), progress)


def _keyed(spec: PuzzleSpec, board: Arrangement, cost: np.ndarray, progress: Progress) -> Arrangement:
    return keyed(board, cost, spec.seed, length_mm(spec.apart), spec.kept, None if spec.turned < 0 else spec.turned, progress)


def _size(board: Arrangement) -> tuple[tuple[int, int], int]:
    s = fine_px(board.cut)
    return board.cut.size_px(s), s
