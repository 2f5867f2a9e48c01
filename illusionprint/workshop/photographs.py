"""Three and four photographs, or photographs and drawings on white, in one picture."""
from __future__ import annotations

from typing import Any

from ..blend import bands, photos, several
from ..jigsaw import Cut
from ..spec import PuzzleSpec
from ..views import later
from .drawn import Drawn, Progress, credits, rgb


def several_photographs(spec: PuzzleSpec, found: list[list[Any]], cut: Cut | None, size_px: tuple[int, int], progress: Progress) -> Drawn:
    """All pictures from their middles, brought to one tone, arranged and blended by bands."""
    tell = progress or (lambda done, total, stage: None)
    subjects, count = [s[0] for s in found], len(found)
    sizes = [size_px] * count if cut else [size_px, *(v.shown_size(size_px) for v in later(spec.kind, count))]
    tell(0, 3, "toning")
    pictures = photos.toned(*(rgb(s, size) for s, size in zip(subjects, sizes)))
    weights = [bands.salience(x) for x in pictures]
    tell(1, 3, "arranging")
    board = several.arrangement(pictures, weights, cut) if cut else None
    views = later(spec.kind, count, board)
    tell(2, 3, "blending")
    sigma = size_px[1] / cut.cols / 2 if cut else min(size_px) / 32
    small = _small(size_px, cut)
    balance = several.balanced_all(several.reduced(pictures, small, views), several.reduced(weights, small, views), views, sigma * small[1] / size_px[1])
    picture = several.bands_of(pictures, weights, views, sigma, balance)
    tell(3, 3, "blending")
    told = [{"subject": s.subject, "style": s.style, "licence": s.licence} for s in subjects]
    return Drawn(picture, tuple(pictures), views, board, {"way": "drawn", "casting": {"balance": balance, "pictures": told}}, credits(subjects))


def _small(size_px: tuple[int, int], cut: Cut | None) -> tuple[int, int]:
    """Whole pixels a cell, or about 400 px on the longer side."""
    if cut:
        s = max(6, 400 // max(cut.rows, cut.cols))
        return cut.rows * s, cut.cols * s
    k = min(1.0, 400 / max(size_px))
    return round(size_px[0] * k), round(size_px[1] * k)
