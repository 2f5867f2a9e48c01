"""The finish on a made picture, and the vectors of either."""
from __future__ import annotations

from typing import Any

import numpy as np

from ..blend import finishes
from ..spec import PuzzleSpec
from .drawn import Drawn, vectors

Size = tuple[float, float]


def finished(made: Drawn, spec: PuzzleSpec, px_per_mm: float, size_mm: Size) -> tuple[np.ndarray, bytes | None, dict[str, Any]]:
    """(picture float32 (h, w, 3) as it is printed, the same as SVG or None, what anagram.json tells of it)."""
    title = " / ".join(spec.prompts)
    if spec.finish == "plain":
        return made.picture, *vectors(made, title)
    finish = finishes.load(spec.finish)
    art = finishes.artwork(made.picture, made.views[0], px_per_mm, made.casting is not None, spec.seed)
    picture = finish.finish(art)
    if getattr(finish, "TRACED", False):
        svg = finishes.traced(picture, size_mm, title)
        return finishes.painted(svg, picture.shape[:2]), svg, {"finish": spec.finish, "vectors": {"traced": True}}
    return picture, None, {"finish": spec.finish, "vectors": {"left_out": f"'{spec.finish}' is made of pixels"}}
