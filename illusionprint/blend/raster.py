"""The raster of a drawn anagram from its vectors, so that PNG, SVG and PDF are one picture; every pixel belongs to one piece."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import shapely

from ..casting import Casting, Part
from ..jigsaw import Arrangement, labels_at
from ..views import View
from . import _coverage
from ._svg import Regions, Size
from .composite import as_views, blend, shown_sizes, to_uint8, white_outside
from .vector import Unsupported, picture_faces, piece_outlines, vector_blend

MIN_COVERAGE = 0.02  # of a pixel that its own piece has to cover, for its colour to be the piece's alone


def vector_regions(casting: Casting, view: View | Sequence[View], size_mm: Size) -> Regions | Unsupported:
    """The regions of a sheet (width, height), or why there are none."""
    try:
        return vector_blend(casting, as_views(view), size_mm)
    except Unsupported as error:
        return error.with_traceback(None)


def render(
    casting: Casting, view: View | Sequence[View], size_px: tuple[int, int], size_mm: Size, found: Regions | Unsupported | None = None
) -> tuple[np.ndarray, ...]:
    """Render (picture, target 1, target 2, ...), uint8 (h, w, 3), of a sheet (width, height), by area coverage; by pixels where there are no flat outlines.
    found: its `vector_regions`, where they are at hand.
    """
    views = as_views(view)
    found = found or vector_regions(casting, views, size_mm)
    if isinstance(found, Unsupported):
        return tuple(map(to_uint8, blend(casting, views, size_px)))
    with ThreadPoolExecutor(1) as pool:  # numpy and shapely leave the interpreter free
        shown = pool.submit(render_targets, casting, views, size_px, size_mm)
        return rasterise(found, views[0], casting.arrangement, size_px), *shown.result()


def render_targets(casting: Casting, view: View | Sequence[View], size_px: tuple[int, int], size_mm: Size) -> tuple[np.ndarray, ...]:
    """(target 1, target 2, ...) alone, of a casting that has regions."""
    views = as_views(view)
    return tuple(white_outside(_target(*given), views[0]) for given in zip(casting.parts, shown_sizes(views, size_mm), shown_sizes(views, size_px)))


def _target(part: Part, size_mm: Size, size_px: tuple[int, int]) -> np.ndarray:
    """uint8 (h, w, 3): a cast picture as it should be seen."""
    faces = picture_faces(part, size_mm)
    return rasterise_flat(_coverage.contours(faces.polygons, size_mm, size_px), faces.colours[faces.label])


def rasterise(found: Regions, view: View, arrangement: Arrangement | None, size_px: tuple[int, int]) -> np.ndarray:
    """Rasterise regions: uint8 (h, w, 3), each pixel the mean over what its own piece covers of it; pieces that touch are filled apart (a graph colouring)."""
    areas, inside, pieces = _with_ground(found, arrangement)
    contours = _coverage.contours(areas, found.size_mm, size_px)
    if arrangement is None:
        return rasterise_flat(contours, inside[:, :3])
    out = np.empty((*size_px, 3), np.uint8)
    field = arrangement.board.fields.astype(np.int8)
    own, count = labels_at(arrangement.board, size_px, field), int(field.max()) + 1
    values = np.concatenate([np.where((field[pieces] == k)[:, None], inside, 0) for k in range(count)], 1)
    for runs in _coverage.coverage_runs(contours, values, own):
        part = runs.values.reshape(-1, count, 4)
        mine = part[np.arange(len(part)), own[runs.rows].ravel()[runs.start]]
        thin = mine[:, 3] <= MIN_COVERAGE
        mine[thin] = part[thin].sum(-2)
        out[runs.rows] = runs.spread(_rounded(mine[:, :3] / np.maximum(mine[:, 3:], 1e-6)))
    return white_outside(out, view)


def _with_ground(found: Regions, arrangement: Arrangement | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(areas (n,), what each adds to the colour of its pixels and to how much of them is covered (n, 4), piece of each): ink takes its ground's colour away."""
    colours = found.colours / 255
    if found.ground is None:
        return found.areas, np.c_[colours, np.ones(len(colours))], found.pieces
    whole = np.array([shapely.Polygon(r) for r in piece_outlines(arrangement, found.size_mm)[1]])
    ground = found.ground / 255
    values = np.concatenate([np.tile([*ground, 1.0], (len(whole), 1)), np.c_[colours - ground, np.zeros(len(colours))]])
    return np.concatenate([whole, found.areas]), values, np.concatenate([np.arange(len(whole)), found.pieces])


def rasterise_flat(contours: _coverage.Contours, colours: np.ndarray) -> np.ndarray:
    """uint8 (h, w, 3) of areas in colours (n, 3)."""
    out = np.empty((*contours.size_px, 3), np.uint8)
    for runs in _coverage.coverage_runs(contours, colours):
        out[runs.rows] = runs.spread(_rounded(runs.values))
    return out


def _rounded(x: np.ndarray) -> np.ndarray:
    """Colours (m, 3) in [0, 1] and what rounding put beyond that, as 0 to 255."""
    return to_uint8(np.clip(x.astype(np.float32), 0, 1))
