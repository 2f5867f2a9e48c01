"""A number of pieces as a grid."""
from __future__ import annotations

import math
import re

from ..errors import BadValue
from ..spec import PuzzleSpec
from ..units import MOST_SIDE, size_mm

USUAL, WIDEST = 4 / 3, 1.6  # width over height of a board whose size does not say its shape
LEAST = 4


def with_grid(spec: PuzzleSpec) -> PuzzleSpec:
    """The spec with the grid that `pieces` asks for; as it is when none were asked for. Raises BadValue for too few or too many."""
    if not spec.pieces:
        return spec
    rows, cols = near(spec.pieces, shape_of(spec))
    return spec.replace(grid=f"{rows}x{cols}", pieces=0)


def near(pieces: int, shape: float) -> tuple[int, int]:
    """(rows, columns) of a board of about so many square pieces that is about so many times as wide as high.

    Least |log(n / pieces)| + |log(cols / rows / shape)| / 2: a tenth more pieces is as bad as a shape that is a fifth off.
    """
    most = MOST_SIDE**2
    if not LEAST <= pieces <= most:
        raise BadValue(f"a board has {LEAST} to {most:,} pieces; {pieces:,} came.")
    sides = range(2, MOST_SIDE + 1)
    return min(((r, c) for r in sides for c in sides),
               key=lambda rc: (abs(math.log(rc[0] * rc[1] / pieces)) + abs(math.log(rc[1] / rc[0] / shape)) / 2, rc))


def shape_of(spec: PuzzleSpec) -> float:
    """Width over height: of the size, or of the first picture's file (at most 1.6), or 4 / 3."""
    if re.search("[x×]", spec.size.lower()) or spec.size[:1].isalpha():
        w, h = size_mm(spec.size)
        return w / h
    from ..vocabulary import is_picture, load_picture
    first = next((p for p in spec.prompts if is_picture(p)), None)
    if first is None:
        return USUAL
    found = load_picture(first)
    h, w = found.rgb.shape[:2] if getattr(found, "is_photo", False) else (3, 4)
    return min(WIDEST, max(1 / WIDEST, w / h))
