"""Photographs on their board: the pieces fitted, tones met on that board, the pieces fitted again, where that leaves less conflict."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..blend import multiband, gradient_domain, tone_refinement, photos
from ..jigsaw import Arrangement, Cut, Mesh, three
from ..spec import PuzzleSpec
from ..units import length_mm
from ..views import View, later_views
from . import exact

SMALL_PX = 400  # longer side of the pictures that tones are met on
Masks = Sequence[tuple[int, np.ndarray]]
State = tuple[Sequence[np.ndarray], list[np.ndarray], Arrangement | None]  # toned pictures, their weights, the board


def arranged(spec: PuzzleSpec, raw: Sequence[np.ndarray], masks: Masks, cut: Cut | Mesh | None, board: Arrangement | None, progress: Any) -> State:
    """Of pictures (h, w, 3) as they are cropped and masks of what is kept whole. A board that is given is kept. Raises BadValue as `photos.toned` does."""
    size = cut.size_px(cut.px_near(max(6, SMALL_PX // max(cut.rows, cut.cols)))) if cut else small_size(raw[0].shape[:2])

    def state(pictures: Sequence[np.ndarray]) -> State:
        weights = weighted(pictures, masks)
        return pictures, weights, board or (_fit(pictures, weights, cut) if cut else None)
    if cut and not board and spec.solutions == "exact" and len(raw) > 2:
        toned = list(photos.match_tones(*raw))
        board = exact.of_several(spec, toned, _fitting(toned, weighted(toned, masks), cut), cut, progress)

    def views(found: State) -> tuple[View, ...]:
        return later_views(spec.kind, len(raw), found[2])
    first = state(photos.match_tones(*raw))
    second = state(tone_refinement.refine_tones(raw, first[0], photos.resize_all(raw, size, views(first)), views(first)))
    pictures, weights, found = min((first, second), key=lambda s: tone_refinement.sharing_error(photos.resize_all(s[0], size, views(s)), views(s)))
    if cut and not board and spec.solutions == "exact" and len(raw) == 2:
        found = exact.of_pictures(spec, found, list(pictures), _fitting(pictures, weights, cut), progress)
    elif cut and spec.solutions == "exact" and len(raw) > 2:
        found = three.keyed(found, spec.seed, length_mm(spec.apart))
    return pictures, weights, found


def weighted(pictures: Sequence[np.ndarray], masks: Masks) -> list[np.ndarray]:
    """Salience, and far more where a picture is to be kept whole; float32 (h, w) each."""
    weights = [np.minimum(multiband.saliency(x), gradient_domain.MAX_SALIENCY) for x in pictures]
    for k, mask in masks:
        weights[k] += mask * photos.WHOLE_WEIGHT
    return weights


def _fitting(pictures: Sequence[np.ndarray], weights: Sequence[np.ndarray], cut: Cut | Mesh) -> list[np.ndarray]:
    """What pieces are fitted with: how well errors are seen, and what is kept whole."""
    return [photos.fit_weight(w) * gradient_domain.error_visibility(x, cut) for x, w in zip(pictures, weights)]


def _fit(pictures: Sequence[np.ndarray], weights: Sequence[np.ndarray], cut: Cut | Mesh) -> Arrangement:
    fitted = _fitting(pictures, weights, cut)
    return photos.fit_arrangement(*pictures, *fitted, cut) if len(pictures) == 2 else photos.fit_arrangement_many(pictures, fitted, cut)


def small_size(size_px: tuple[int, int]) -> tuple[int, int]:
    """About SMALL_PX on the longer side."""
    k = min(1.0, SMALL_PX / max(size_px))
    return round(size_px[0] * k), round(size_px[1] * k)
