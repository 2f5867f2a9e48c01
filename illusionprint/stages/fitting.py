"""Photographs on their board: the pieces fitted, tones matched on that board, the pieces fitted again, where that leaves less conflict."""

from collections.abc import Sequence

import numpy as np

from ..blend import gradient_domain, multiband, photos, tone_refinement
from ..jigsaw import Arrangement, Board
from ..spec import ExactSpec
from ..views import View, later_views
from . import connectors
from .progress import Progress

SMALL_PX = 400  # longer side of the pictures that tones are matched on
Masks = Sequence[tuple[int, np.ndarray]]
State = tuple[Sequence[np.ndarray], list[np.ndarray], Arrangement | None]  # toned pictures, their weights, the board


def fitted(
    kind: str,
    raw: Sequence[np.ndarray],
    masks: Masks,
    board: Board | None,
    arrangement: Arrangement | None = None,
    exact: ExactSpec | None = None,
    seed: int = 0,
    progress: Progress = None,
) -> State:
    """Of pictures (h, w, 3) as they are cropped and masks of what is kept whole. An arrangement that is given is kept; exact: with connectors for as many solutions.

    Raises BadValue as `photos.toned` does.
    """
    size = board.size_px(board.px_near(max(6, SMALL_PX // max(board.rows, board.cols)))) if board else small_size(raw[0].shape[:2])
    given, exact = arrangement, exact if board else None
    if board and exact and not given and len(raw) > 2:
        toned = list(photos.match_tones(*raw))
        given = connectors.arranged_for_three(toned, _fitting(toned, weighted(toned, masks), board), board, seed, progress)

    def state(pictures: Sequence[np.ndarray]) -> State:
        weights = weighted(pictures, masks)
        return pictures, weights, given or (_fit(pictures, weights, board) if board else None)

    def views(found: State) -> tuple[View, ...]:
        return later_views(kind, len(raw), found[2])

    first = state(photos.match_tones(*raw))
    second = state(tone_refinement.refine_tones(raw, first[0], photos.resize_all(raw, size, views(first)), views(first)))
    pictures, weights, found = min((first, second), key=lambda s: tone_refinement.sharing_error(photos.resize_all(s[0], size, views(s)), views(s)))
    if exact and found and len(raw) > 2:
        found = connectors.of_three(found, exact, seed)
    elif board and exact and found and not arrangement:
        found = connectors.of_pictures(found, pictures, _fitting(pictures, weights, board), exact, seed, progress)
    return pictures, weights, found


def weighted(pictures: Sequence[np.ndarray], masks: Masks) -> list[np.ndarray]:
    """Salience, and far more where a picture is to be kept whole; float32 (h, w) each."""
    weights = [np.minimum(multiband.saliency(x), gradient_domain.MAX_SALIENCY) for x in pictures]
    for k, mask in masks:
        weights[k] += mask * photos.WHOLE_WEIGHT
    return weights


def _fitting(pictures: Sequence[np.ndarray], weights: Sequence[np.ndarray], board: Board) -> list[np.ndarray]:
    """What pieces are fitted with: how well errors are seen, and what is kept whole."""
    return [photos.fit_weight(w) * gradient_domain.error_visibility(x, board) for x, w in zip(pictures, weights)]


def _fit(pictures: Sequence[np.ndarray], weights: Sequence[np.ndarray], board: Board) -> Arrangement:
    fit = _fitting(pictures, weights, board)
    return photos.fit_arrangement(pictures[0], pictures[1], fit[0], fit[1], board) if len(pictures) == 2 else photos.fit_arrangement_many(pictures, fit, board)


def small_size(size_px: tuple[int, int]) -> tuple[int, int]:
    """About SMALL_PX on the longer side."""
    k = min(1.0, SMALL_PX / max(size_px))
    return round(size_px[0] * k), round(size_px[1] * k)
