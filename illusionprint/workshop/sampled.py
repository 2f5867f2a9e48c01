"""The sampled way: a diffusion model paints all pictures at once, or takes up the drawn one; then up to the print's size, every view alike."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from .. import vocabulary
from ..blend import multiband, photos
from ..blend.composite import to_float
from ..jigsaw import Arrangement, Cut, Mesh, random_arrangement
from ..spec import PuzzleSpec
from ..views import View, later_views, apply_view, view
from .drawn import Drawn, Progress, credits, draw, subjects

LEAST_PIECES = 25                 # of a board that is worth fitting: smaller ones gain nothing
COARSE_STEPS, COARSE_PX = 12, 24  # steps of the first predictions, pixels a cell at which the board is fitted to them
STRENGTH = 0.7                    # share of the steps from both predictions on the fitted board


def sample(spec: PuzzleSpec, cut: Cut | None, size_px: tuple[int, int], progress: Progress = None) -> Drawn:
    """A board of LEAST_PIECES and more for two pictures is fitted, see `_fitted`; others get random arrangements of the seed.

    Raises Missing, UnknownName, RunFailed as multiview.sample does.
    """
    begin: dict[str, Any] = {}
    if cut and cut.count >= LEAST_PIECES and len(spec.prompts) == 2 and spec.solutions == "free":
        board, start = _fitted(spec, cut, progress)
        begin = {"start": start, "strength": STRENGTH}
    else:
        board = random_arrangement(cut, np.random.default_rng(spec.seed), len(spec.prompts)) if cut else None
    if spec.solutions == "exact":
        from .exact import of_nothing
        board = of_nothing(spec, board, progress)
    views = later_views(spec.kind, len(spec.prompts), board)
    low, facts = _sampled(spec, list(spec.prompts), views, progress, **begin)
    return Drawn(enlarged(low, views, size_px), (), views, board, {"way": "sampled", "sampling": facts}, _credits(spec))


def _fitted(spec: PuzzleSpec, cut: Cut | Mesh, progress: Progress) -> tuple[Arrangement, np.ndarray]:
    """(arrangement, picture (h, w, 3) to begin with): fitted to what the model makes of each prompt alone in a few steps, and both of these mixed on it.

    A board that is fitted alone gains nothing: from pure noise the pictures become others than those it was fitted to.
    """
    few, size = spec.replace(steps=min(spec.steps or COARSE_STEPS, COARSE_STEPS)), cut.size_px(COARSE_PX)
    a, b = (_up(_sampled(few, [p], (), progress)[0], size) for p in spec.prompts)
    weights = [multiband.saliency(x) for x in (a, b)]
    board = photos.fit_arrangement(a, b, *map(photos.fit_weight, weights), cut)
    v, = later_views(spec.kind, 2, board)
    other, w = (np.moveaxis(v.inverse(np.moveaxis(x, -1, 0)), 0, -1) for x in (b, weights[1][..., None]))
    u = weights[0][..., None]
    return board, (u * a + w * other) / (u + w)


def polish(spec: PuzzleSpec, cut: Cut | None, size_px: tuple[int, int], progress: Progress = None) -> Drawn:
    """The drawn picture taken up by a diffusion model: noised, and sampled on with the same views and board (SDEdit).

    Only what the model changes at its own size is added, so detail beyond that size stays. Raises as `sample` and `draw` do.
    """
    made = draw(spec.replace(finish="plain"), cut, size_px, progress)
    start = to_float(made.picture)
    low, facts = _sampled(spec, [_words(spec, p) for p in spec.prompts], made.views, progress, start=start, strength=spec.polish)
    before = cv2.resize(start, low.shape[1::-1], interpolation=cv2.INTER_AREA)
    picture = np.clip(start + enlarged(low, made.views, size_px) - enlarged(before, made.views, size_px), 0, 1)
    used = list(dict.fromkeys([*made.credits, *_credits(spec)]))
    return replace(made, picture=picture, facts={**made.facts, "way": "polished", "sampling": facts}, credits=used, casting=None, regions=None)


def _sampled(spec: PuzzleSpec, prompts: list[str], views: Sequence[View], progress: Progress, **given: Any) -> tuple[np.ndarray, dict[str, Any]]:
    """(picture float32 (h, w, 3) at the model's size, facts) by the spec's model."""
    from .. import multiview
    low, facts = multiview.sample(spec.model, prompts, [view("identity"), *views], steps=spec.steps or None,
                                  guidance=None if spec.guidance < 0 else spec.guidance, seed=spec.seed, device=spec.device, progress=progress, **given)
    facts.pop("seconds", None)
    return np.moveaxis(low, 0, -1).astype(np.float32), facts


def _words(spec: PuzzleSpec, prompt: str) -> str:
    """What a model is told of a picture's file: its name; `patches` reads the file itself."""
    return Path(prompt).stem.replace("_", " ").replace("-", " ") if spec.model != "patches" and vocabulary.is_picture(prompt) else prompt


def enlarged(low: np.ndarray, views: Sequence[View], size_px: tuple[int, int]) -> np.ndarray:
    """mean over views of inverse_k(up(view_k(low))), up by Lanczos: each view is smooth, also across its own cuts. (h, w, 3)."""
    total = _up(low, size_px)
    for v in views:
        other = _up(apply_view(v, low), v.shown_size(size_px))
        total = total + np.moveaxis(v.inverse(np.moveaxis(other * 2 - 1, -1, 0)), 0, -1) / 2 + 0.5
    return np.clip(total / (1 + len(views)), 0, 1).astype(np.float32)


def _up(x: np.ndarray, size_px: tuple[int, int]) -> np.ndarray:
    return np.clip(cv2.resize(x, size_px[::-1], interpolation=cv2.INTER_LANCZOS4), 0, 1)


def _credits(spec: PuzzleSpec) -> list[Any]:
    """`patches` is made of the vocabulary's drawings; a diffusion model's picture has none to credit here."""
    if spec.model != "patches":
        return []
    return credits(d for found in subjects(spec) for d in found)
