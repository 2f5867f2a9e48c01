"""Maps of a board that is no rectangle of squares: as in `maps`, but pieces lie where they lie, and names stand where a piece has most room."""
from __future__ import annotations

import math

import numpy as np
import shapely

from ..jigsaw import Arrangement
from . import booklet
from . import furniture as f
from . import words
from .booklet import SIDE
from .maps import MAP_TOP, MOST_COLS, MOST_ROWS, STRENGTH, heading, label
from .sheet import Item, Role, Stroke, Text

Box = tuple[float, float, float, float]  # x0, y0, x1, y1 in mm of the board
LEAST_MM = 8.0  # of a piece on the map


def mosaic_pages(picture: np.ndarray, board: Arrangement, assembly: int, name: str, size: booklet.Size) -> tuple[list[list[Item]], float]:
    """(items of a page for each part of the board, lower edge of the last map)."""
    places = _places(board, assembly)
    parts, out, bottom = _parts(board, size), [], 0.0
    for k, part in enumerate(parts):
        items, bottom = _map(picture, board, assembly, places, part, size)
        out.append([*heading(assembly, name, k, len(parts), size), *items])
    return out, bottom


def _places(board: Arrangement, assembly: int) -> list[tuple[int, int, tuple[float, float], float]]:
    """(piece, turns, where its name stands in mm, how far from there its outline is) in an assembly: the middle of whole cells, of others where there is most room."""
    cut, out = board.board, []
    outlines = np.array([shapely.Polygon(cut.outline(i).flatten(0.05)) for i in range(cut.count)])
    spokes = shapely.maximum_inscribed_circle(outlines, 0.2)
    for i, (slot, turns) in enumerate(zip(board.slots[assembly].tolist(), (board.turns[assembly] % cut.turns).tolist())):
        (x, y), reach = cut.centres_mm[slot].tolist(), float(spokes[slot].length)
        if not cut.free[slot]:
            x, y = shapely.get_coordinates(spokes[slot])[0].tolist()
        out.append((i, turns, (x, y), reach))
    return out


def _parts(board: Arrangement, size: booklet.Size) -> list[Box]:
    """The board in as few equal parts as leave pieces LEAST_MM wide."""
    (w, h), cell = board.board.size_mm, board.board.cell_mm
    across, down = (max(1, math.ceil(v / cell / most - 0.5)) for v, most in ((w, MOST_COLS), (h, MOST_ROWS)))
    x, y = np.linspace(0, w, across + 1).tolist(), np.linspace(0, h, down + 1).tolist()
    return [(x0, y0, x1, y1) for y0, y1 in zip(y, y[1:]) for x0, x1 in zip(x, x[1:])]


def _map(picture: np.ndarray, board: Arrangement, assembly: int, places: list, part: Box, size: booklet.Size) -> tuple[list[Item], float]:
    """Pieces whose names stand in the part, on the picture of what they cover."""
    cut = board.board
    shown = [p for p in places if part[0] <= p[2][0] < part[2] and part[1] <= p[2][1] < part[3]]
    paths = [cut.outline(i).transformed(*board.moves(i)[assembly]) for i, *_ in shown]
    points = np.concatenate([p.flatten(0.1) for p in paths])
    (x0, y0), (x1, y1) = np.maximum(points.min(0), 0), np.minimum(points.max(0), cut.size_mm)
    k = min((size[0] - 2 * SIDE) / (x1 - x0), (size[1] - booklet.FOOT - 4 - MAP_TOP) / (y1 - y0))
    left, top = SIDE + (size[0] - 2 * SIDE - k * (x1 - x0)) / 2, MAP_TOP
    art = _faint(picture, cut.size_mm, (x0, y0, x1, y1), (left, top, k))
    width, colour = min(0.14, 0.01 * k * cut.cell_mm), "#4d4d4d" if k * cut.cell_mm > 12 else "#7a7a7a"
    lines = [Stroke(p.transformed(k, 0, 0, k, left - k * x0, top - k * y0), Role.NOTE, width, colour) for p in paths]
    names = [item for p in shown for item in _name(board, p, (left - k * x0, top - k * y0, k), assembly > 0)]
    return [art, *lines, *names], top + k * (y1 - y0)


def _faint(picture: np.ndarray, size_mm: tuple[float, float], part: Box, at: tuple[float, float, float]) -> Item:
    """A part of the picture, faded; `at` is its corner on the page and the scale."""
    h, w = picture.shape[:2]
    c0, c1 = (round(v * w / size_mm[0]) for v in (part[0], part[2]))
    r0, r1 = (round(v * h / size_mm[1]) for v in (part[1], part[3]))
    x, y, k = at
    return booklet.small(picture[r0:r1, c0:c1], (x, y, k * (c1 - c0) * size_mm[0] / w, k * (r1 - r0) * size_mm[1] / h), STRENGTH)


def _name(board: Arrangement, place: tuple, at: tuple[float, float, float], turned: bool) -> list[Item]:
    """A piece's name, in later assemblies with the arrow below."""
    i, turns, (x, y), reach = place
    text, (dx, dy, k) = label(board.board, i), at
    size = min(5.0, 0.25 * k * board.board.cell_mm, 0.62 * k * reach, 1.5 * k * reach / words.width_mm(text, 1, True))
    cx, cy = dx + k * x, dy + k * y
    out: list[Item] = [Text(text, (cx, cy + (-0.12 if turned else 0.36) * size), size, "middle", True, f.INK)]
    return [*out, f.arrow((cx, cy + 0.75 * size), 1.15 * size, turns, of=board.board.turns)] if turned else out
