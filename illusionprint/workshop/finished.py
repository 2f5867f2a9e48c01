"""The finish on a made picture, and the vectors of either."""
from __future__ import annotations

import math
from types import ModuleType
from typing import Any

import numpy as np

from ..blend import finishes
from ..blend.drawn import in_floats
from ..blend.pixels import pixels
from ..blend.vector import TRAP_MM, Regions, Unsupported, svg
from ..spec import PuzzleSpec
from .drawn import Drawn, vectors

Size = tuple[float, float]
LEAST_PX = 1.8  # pixels of the print across a finish's thinnest line, below which pixels cannot show what the outlines do


def finished(made: Drawn, spec: PuzzleSpec, px_per_mm: float, size_mm: Size) -> tuple[np.ndarray, bytes | None, dict[str, Any]]:
    """(picture (h, w, 3) as it is printed, uint8 or float32 in [0, 1], the same as SVG or None, what anagram.json tells of it)."""
    title = " / ".join(spec.prompts)
    if spec.finish == "plain":
        return made.picture, *vectors(made, title)
    finish = finishes.load(spec.finish)
    if hasattr(finish, "outlined"):
        found, line_mm = outlined(finish, made, spec.seed, size_mm)
        picture = pixels(found, made.views[0], made.board, made.picture.shape[:2])
        if line_mm * px_per_mm < LEAST_PX:
            return picture, None, {"finish": spec.finish, "vectors": {"left_out": f"its lines of {line_mm:.2g} mm are too thin for {spec.dpi:g} dpi"}}
        told = {"regions": len(found.areas), "colours": len(np.unique(found.colours, axis=0)), "trap_mm": TRAP_MM}
        return picture, svg(found, title), {"finish": spec.finish, "vectors": told}
    picture = finish.finish(finishes.artwork(in_floats(made.picture), made.views[0], px_per_mm, made.casting is not None, spec.seed))
    return picture, None, {"finish": spec.finish, "vectors": {"left_out": f"'{spec.finish}' is made of pixels"}}


def outlined(finish: ModuleType, made: Drawn, seed: int, size_mm: Size) -> tuple[Regions, float]:
    """(the finish's areas, its thinnest line in mm), found on a raster of as many pixels for every print, so that they do not depend on its dpi."""
    view, found = made.views[0], None if isinstance(made.regions, Unsupported) else made.regions
    size = finishes.work_size(made.picture.shape[:2], made.board)
    picture = in_floats(finishes.reduced(made.picture, size) if found is None else pixels(found, view, made.board, size))
    art = finishes.artwork(picture, view, size[1] / size_mm[0], made.casting is not None, seed, found, size_mm)
    return finish.outlined(art), art.mm(getattr(finish, "LINE_MM", math.inf))
