"""The sampled way: a diffusion model paints all pictures at once, or takes up the drawn one; then up to the print's size, every view alike."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from .. import vocabulary
from ..blend import multiband, photos
from ..blend.composite import to_float
from ..jigsaw import Arrangement, Board, random_arrangement
from ..spec import ExactSpec, ModelSpec
from ..views import View, apply_view, later_views, view
from . import connectors
from .artwork import Artwork
from .progress import Progress

LEAST_PIECES = 25  # of a board that is worth fitting: smaller ones gain nothing
COARSE_STEPS, COARSE_PX = 12, 24  # steps of the first predictions, pixels a cell at which the board is fitted to them
STRENGTH = 0.7  # share of the steps from both predictions on the fitted board


def sampled(
    model: ModelSpec,
    kind: str,
    prompts: tuple[str, ...],
    board: Board | None,
    size_px: tuple[int, int],
    exact: ExactSpec | None = None,
    seed: int = 0,
    credits: Sequence[str] = (),
    progress: Progress = None,
) -> Artwork:
    """A picture that a model paints. A board of LEAST_PIECES and more for two pictures is fitted, see `_fitted`; others get random arrangements of the seed.

    Raises Missing, UnknownName, RunFailed as multiview.sample does.
    """
    begin: dict[str, Any] = {}
    arrangement: Arrangement | None = None
    if board and board.count >= LEAST_PIECES and len(prompts) == 2 and not exact:
        arrangement, start = _fitted(model, kind, prompts, board, seed, progress)
        begin = {"start": start, "strength": STRENGTH}
    elif board:
        arrangement = random_arrangement(board, np.random.default_rng(seed), len(prompts))
    if exact and arrangement:
        arrangement = connectors.of_nothing(arrangement, exact, seed, progress)
    views = later_views(kind, len(prompts), arrangement)
    low, facts = _painted(model, list(prompts), views, seed, progress, **begin)
    return Artwork(enlarged(low, views, size_px), (), views, arrangement, {"way": "sampled", "sampling": facts}, list(credits))


def _fitted(model: ModelSpec, kind: str, prompts: tuple[str, ...], board: Board, seed: int, progress: Progress) -> tuple[Arrangement, np.ndarray]:
    """(arrangement, picture (h, w, 3) to begin with): fitted to what the model makes of each prompt alone in a few steps, and both of these mixed on it.

    A board that is fitted alone gains nothing: from pure noise the pictures become others than those it was fitted to.
    """
    few, size = replace(model, steps=min(model.steps or COARSE_STEPS, COARSE_STEPS)), board.size_px(COARSE_PX)
    a, b = (_up(_painted(few, [p], (), seed, progress)[0], size) for p in prompts)
    weights = [multiband.saliency(x) for x in (a, b)]
    arrangement = photos.fit_arrangement(a, b, photos.fit_weight(weights[0]), photos.fit_weight(weights[1]), board)
    (v,) = later_views(kind, 2, arrangement)
    other, w = (np.moveaxis(v.inverse(np.moveaxis(x, -1, 0)), 0, -1) for x in (b, weights[1][..., None]))
    u = weights[0][..., None]
    return arrangement, (u * a + w * other) / (u + w)


def polished(art: Artwork, model: ModelSpec, prompts: tuple[str, ...], seed: int = 0, credits: Sequence[str] = (), progress: Progress = None) -> Artwork:
    """A drawn picture taken up by a diffusion model: noised, and sampled on with the same views and board (SDEdit).

    Only what the model changes at its own size is added, so detail beyond that size stays. Raises as `sampled` does.
    """
    start = to_float(art.pixels)
    low, facts = _painted(model, [_words(model, p) for p in prompts], art.views, seed, progress, start=start, strength=model.polish)
    before = cv2.resize(start, low.shape[1::-1], interpolation=cv2.INTER_AREA)
    picture = np.clip(start + enlarged(low, art.views, art.size_px) - enlarged(before, art.views, art.size_px), 0, 1)
    used = list(dict.fromkeys([*art.credits, *credits]))
    return replace(art, picture=picture, facts={**art.facts, "way": "polished", "sampling": facts}, credits=used, casting=None, regions=None)


def _painted(model: ModelSpec, prompts: list[str], views: Sequence[View], seed: int, progress: Progress, **given: Any) -> tuple[np.ndarray, dict[str, Any]]:
    """(picture float32 (h, w, 3) at the model's size, facts)."""
    from .. import multiview

    low, facts = multiview.sample(
        model.name,
        prompts,
        [view("identity"), *views],
        steps=model.steps or None,
        guidance=None if model.guidance < 0 else model.guidance,
        seed=seed,
        device=model.device,
        progress=progress,
        **given,
    )
    facts.pop("seconds", None)
    return np.moveaxis(low, 0, -1).astype(np.float32), facts


def _words(model: ModelSpec, prompt: str) -> str:
    """What a model is told of a picture's file: its name; `patches` reads the file itself."""
    return Path(prompt).stem.replace("_", " ").replace("-", " ") if not model.draws and vocabulary.is_picture(prompt) else prompt


def enlarged(low: np.ndarray, views: Sequence[View], size_px: tuple[int, int]) -> np.ndarray:
    """mean over views of inverse_k(up(view_k(low))), up by Lanczos: each view is smooth, also across its own cuts. (h, w, 3)."""
    total = _up(low, size_px)
    for v in views:
        other = _up(apply_view(v, low), v.shown_size(size_px))
        total = total + np.moveaxis(v.inverse(np.moveaxis(other * 2 - 1, -1, 0)), 0, -1) / 2 + 0.5
    return np.clip(total / (1 + len(views)), 0, 1).astype(np.float32)


def _up(x: np.ndarray, size_px: tuple[int, int]) -> np.ndarray:
    return np.clip(cv2.resize(x, size_px[::-1], interpolation=cv2.INTER_LANCZOS4), 0, 1)
