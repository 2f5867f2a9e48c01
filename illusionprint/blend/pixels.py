"""The raster of a drawn anagram from its vectors, so that PNG, SVG and PDF are one picture; every pixel belongs to one piece."""
from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..casting import Casting
from ..jigsaw import Arrangement
from ..views import View
from . import _fill
from ._svg import Regions, Size
from .drawn import blanked, blend, later, shown_sizes
from .vector import Faces, Unsupported, picture, vector

LEAST = 0.02  # of a pixel that its own piece has to cover, for its colour to be the piece's alone


def regions(casting: Casting, view: View | Sequence[View], size_mm: Size) -> Regions | Unsupported:
    """The regions of a sheet (width, height), or why there are none."""
    try:
        return vector(casting, later(view), size_mm)
    except Unsupported as error:
        return error.with_traceback(None)


def rendered(casting: Casting, view: View | Sequence[View], size_px: tuple[int, int], size_mm: Size,
             found: Regions | Unsupported | None = None) -> tuple[np.ndarray, ...]:
    """(picture, target 1, target 2, ...), float32 (h, w, 3) in [0, 1] of a sheet (width, height): each pixel the mean of the regions in it.

    What has no flat outlines (gradients, pixels) is blended as pixels. found: its `regions`, where they are at hand.
    """
    views = later(view)
    found = found or regions(casting, views, size_mm)
    if isinstance(found, Unsupported):
        return blend(casting, views, size_px)
    shown = [picture(p, size) for p, size in zip(casting.parts, shown_sizes(views, size_mm))]
    targets = (blanked(_flat(f, mm, px), views[0]) for f, mm, px in zip(shown, shown_sizes(views, size_mm), shown_sizes(views, size_px)))
    return pixels(found, views[0], casting.arrangement, size_px), *targets


def pixels(found: Regions, view: View, board: Arrangement | None, size_px: tuple[int, int]) -> np.ndarray:
    """float32 (h, w, 3). The pieces are filled as the fields of a chessboard, black ones and white ones apart (or as many kinds as a tiling needs); a pixel's colour is the mean over
    what its own piece covers of it, so that no piece takes its neighbour's colour along.
    """
    steps = _fill.steps(found.areas, found.size_mm, size_px)
    colours = found.colours / 255
    out = np.empty((*size_px, 3), np.float32)
    if board is None:
        for rows, part in _fill.filled(steps, colours):
            out[rows] = part
        return np.clip(out, 0, 1)
    field, inside = board.cut.fields, np.c_[colours, np.ones(len(colours))]
    own, count = field[view.pieces(size_px)], int(field.max()) + 1
    for rows, part in _fill.filled(steps, np.concatenate([np.where((field[found.pieces] == k)[:, None], inside, 0) for k in range(count)], 1)):
        part = part.reshape(*part.shape[:-1], count, 4)
        mine = part[..., 0, :].copy()
        for k in range(1, count):
            np.copyto(mine, part[..., k, :], where=(own[rows] == k)[..., None])
        thin = mine[..., 3] <= LEAST
        mine[thin] = part[thin].sum(-2)
        np.divide(mine[..., :3], np.maximum(mine[..., 3:], 1e-6), out=out[rows])
    return blanked(np.clip(out, 0, 1), view)


def _flat(faces: Faces, size_mm: Size, size_px: tuple[int, int]) -> np.ndarray:
    out = np.empty((*size_px, 3), np.float32)
    for rows, part in _fill.filled(_fill.steps(faces.polygons, size_mm, size_px), faces.colours[faces.label]):
        out[rows] = part
    return np.clip(out, 0, 1)
