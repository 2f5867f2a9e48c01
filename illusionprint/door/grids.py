"""A number of pieces as a grid."""

import math
import re
from typing import Any

from ..errors import BadValue
from ..spec import PuzzleSpec
from ..units import MOST_SIDE, size_mm
from ..vocabulary import is_picture, load_picture

USUAL, WIDEST = 4 / 3, 1.6  # width over height of a board whose size does not say its shape
LEAST = 4


def with_grid(spec: PuzzleSpec) -> PuzzleSpec:
    """The spec with the grid that `pieces` asks for; as it is when none were asked for. Raises BadValue for too few or too many."""
    if not spec.board.pieces:
        return spec
    rows, cols = nearest_grid(spec.board.pieces, _aspect(spec.sheet.size, spec.pictures.prompts))
    return spec.replace(grid=f"{rows}x{cols}", pieces=0)


def nearest_grid(pieces: int, aspect: float) -> tuple[int, int]:
    """(rows, columns) of a board of about so many square pieces that is about so many times as wide as high.

    Least |log(n / pieces)| + |log(cols / rows / aspect)| / 2: a tenth more pieces is as bad as a shape that is a fifth off.
    """
    most = MOST_SIDE**2
    if not LEAST <= pieces <= most:
        raise BadValue(f"a board has {LEAST} to {most:,} pieces; {pieces:,} came.")
    sides = range(2, MOST_SIDE + 1)
    return min(((r, c) for r in sides for c in sides), key=lambda rc: (abs(math.log(rc[0] * rc[1] / pieces)) + abs(math.log(rc[1] / rc[0] / aspect)) / 2, rc))


def _aspect(size: str, prompts: tuple[str, ...]) -> float:
    """Width over height: of the size, or of the first picture's file (at most 1.6), or 4 / 3."""
    if re.search("[x×]", size.lower()) or size[:1].isalpha():
        w, h = size_mm(size)
        return w / h
    first = next((p for p in prompts if is_picture(p)), None)
    if first is None:
        return USUAL
    found: Any = load_picture(first)
    h, w = found.rgb.shape[:2] if getattr(found, "is_photo", False) else (3, 4)
    return min(WIDEST, max(1 / WIDEST, w / h))
