"""The sampled way: a diffusion model paints both pictures at once; then up to the print's size, every view alike."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from ..jigsaw import Cut, random_arrangement
from ..spec import PuzzleSpec
from ..views import View, later, seen, view
from .drawn import Drawn, Progress, credits, subjects


def sample(spec: PuzzleSpec, cut: Cut | None, size_px: tuple[int, int], progress: Progress = None) -> Drawn:
    """A board gets random arrangements of the seed. Raises Missing, UnknownName, RunFailed as multiview.sample does."""
    from .. import multiview
    board = random_arrangement(cut, np.random.default_rng(spec.seed), len(spec.prompts)) if cut else None
    if spec.solutions == "exact":
        from .exact import of_nothing
        board = of_nothing(spec, board, progress)
    views = later(spec.kind, len(spec.prompts), board)
    low, facts = multiview.sample(spec.model, list(spec.prompts), [view("identity"), *views], steps=spec.steps or None,
                                  guidance=None if spec.guidance < 0 else spec.guidance, seed=spec.seed, device=spec.device, progress=progress)
    facts.pop("seconds", None)
    picture = enlarged(np.moveaxis(low, 0, -1).astype(np.float32), views, size_px)
    return Drawn(picture, (), views, board, {"way": "sampled", "sampling": facts}, _credits(spec))


def enlarged(low: np.ndarray, views: Sequence[View], size_px: tuple[int, int]) -> np.ndarray:
    """mean over views of inverse_k(up(view_k(low))), up by Lanczos: each view is smooth, also across its own cuts. (h, w, 3)."""
    total = _up(low, size_px)
    for v in views:
        other = _up(seen(v, low), v.shown_size(size_px))
        total = total + np.moveaxis(v.inverse(np.moveaxis(other * 2 - 1, -1, 0)), 0, -1) / 2 + 0.5
    return np.clip(total / (1 + len(views)), 0, 1).astype(np.float32)


def _up(x: np.ndarray, size_px: tuple[int, int]) -> np.ndarray:
    return np.clip(cv2.resize(x, size_px[::-1], interpolation=cv2.INTER_LANCZOS4), 0, 1)


def _credits(spec: PuzzleSpec) -> list[Any]:
    """`patches` is made of the vocabulary's drawings; a diffusion model's picture has none to credit here."""
    if spec.model != "patches":
        return []
    return credits(d for found in subjects(spec) for d in found)
