"""Maps of an assembly: the picture faded, with the pieces' outlines, names and turns. Lengths in mm, y down."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from ..jigsaw import Arrangement, Board
from ..path import Path, Point
from . import graphics as g
from . import guide_page, typography
from .captions import TEXTS
from .guide_page import SIDE, Size
from .sheet import Item, Role, Stroke, Text

MAP_TOP, RULER = 47.0, 6.5  # upper edge of the map; room for the letters and numbers at its sides
MOST_COLS, MOST_ROWS = 20, 25
STRENGTH = 0.42
Tile = tuple[int, int, int, int]  # first row, first column, rows, columns
Part = tuple[float, float, float, float]  # x0, y0, x1, y1 in mm of the board
Place = tuple[int, int, Point, float]  # piece, turns, anchor of its name, radius of free room about the anchor


def piece_name(row: int, col: int) -> str:
    """Name of a piece by its place, "B3" for row 2, column 1 (from 0)."""
    return column_name(col) + str(row + 1)


def column_name(col: int) -> str:
    """Letters of a column: A to Z, then AA to AN."""
    return (chr(64 + col // 26) if col >= 26 else "") + chr(65 + col % 26)


def label(board: Board, i: int) -> str:
    """Name of a piece by its place in picture 1; a second piece of the same cell has a "b" more."""
    p = board.piece(i)
    return piece_name(p.row, p.col) + p.part


def map_pages(picture: np.ndarray, arrangement: Arrangement, assembly: int, name: str, size: Size) -> tuple[list[list[Item]], float]:
    """Items of a page for each part of the board, and the lower edge of the last map."""
    if not arrangement.board.on_grid:
        places, parts = _places(arrangement, assembly), _parts(arrangement)
        maps = [_mesh_map(picture, arrangement, assembly, places, part, size) for part in parts]
    else:
        squares = tiles(arrangement.board.rows, arrangement.board.cols)
        maps = [_square_map(picture, arrangement, assembly, squares, k, size) for k in range(len(squares))]
    return [[*_heading(assembly, name, k, len(maps), size), *items] for k, (items, _) in enumerate(maps)], maps[-1][1]


def _heading(assembly: int, name: str, k: int, count: int, size: Size) -> list[Item]:
    """Heading of map k of `count` of an assembly."""
    width = size[0] - 2 * SIDE - (30 if count > 1 else 0)
    part = f", part {k + 1} of {count}" if count > 1 else ""
    how = TEXTS["assembly"]["names" if assembly == 0 else "arrows"]
    title = guide_page.one_line(f"Picture {assembly + 1}{part}: {name}", (SIDE, 30), width)
    return [title, *g.paragraph(how, (SIDE, 36.5), width, 2.9, colour=g.GREY)]


def _faded(picture: np.ndarray, crop: Tile, corner: Point, mm_per_px: Point) -> Item:
    """Crop (top, left, height, width in pixels) of the picture, faded, at a corner."""
    top, left, h, w = crop
    return guide_page.small_picture(picture[top : top + h, left : left + w], (*corner, w * mm_per_px[0], h * mm_per_px[1]), STRENGTH)


def _outline(path: Path, cell: float) -> Stroke:
    """Outline of a piece on a map whose cells are so wide."""
    return Stroke(path, Role.NOTE, min(0.14, 0.01 * cell), "#4d4d4d" if cell > 12 else "#7a7a7a")


def _name(text: str, centre: Point, size: float, turns: int | None, of: int) -> list[Item]:
    """Name of a piece about a point, with the arrow of its turn below unless turns is None."""
    x, y = centre
    name = Text(text, (x, y + (0.36 if turns is None else -0.12) * size), size, "middle", True, g.INK)
    return [name] if turns is None else [name, g.arrow((x, y + 0.75 * size), 1.15 * size, turns, of=of)]


def tiles(rows: int, cols: int) -> list[Tile]:
    """Tiling of a board into the fewest nearly equal parts of at most 25 rows and 20 columns."""
    r, c = (np.linspace(0, n, math.ceil(n / most) + 1).round().astype(int).tolist() for n, most in ((rows, MOST_ROWS), (cols, MOST_COLS)))
    return [(r0, c0, r1 - r0, c1 - c0) for r0, r1 in zip(r, r[1:]) for c0, c1 in zip(c, c[1:])]


def _key(parts: list[Tile], k: int, arrangement: Arrangement, size: Size) -> list[Item]:
    """Key map at the top right: which part of the board a page shows."""
    cell = min(26 / arrangement.board.cols, 13 / arrangement.board.rows)
    x, y = size[0] - SIDE - cell * arrangement.board.cols, 24.5
    return [g.frame((x + c * cell, y + r * cell, w * cell, h * cell), 0.15, g.GREY, g.INK if i == k else "") for i, (r, c, h, w) in enumerate(parts)]


def _square_map(picture: np.ndarray, arrangement: Arrangement, assembly: int, parts: list[Tile], part: int, size: Size) -> tuple[list[Item], float]:
    """Map of a part of a board of squares, with a key map where there are several; and its lower edge."""
    tile, board, key = parts[part], arrangement.board, _key(parts, part, arrangement, size) if len(parts) > 1 else []
    row, col, rows, cols = tile
    # the picture reaches a little over the inner edges of a part, where tabs stand out
    top, left = (0.3 * (n > 0) for n in (row, col))
    below, right = (0.3 * (n < most) for n, most in ((row + rows, board.rows), (col + cols, board.cols)))
    width, height = cols + left + right, rows + top + below
    cell = min((size[0] - 2 * SIDE - RULER) / width, (size[1] - guide_page.FOOT - 4 - MAP_TOP) / height)
    x, y = SIDE + RULER + (size[0] - 2 * SIDE - RULER - cell * width) / 2 + cell * left, MAP_TOP + cell * top
    per_row, per_col, k = picture.shape[0] / board.rows, picture.shape[1] / board.cols, cell / board.cell_mm
    r0, r1 = round((row - top) * per_row), round((row - top + height) * per_row)
    c0, c1 = round((col - left) * per_col), round((col - left + width) * per_col)
    art = _faded(picture, (r0, c0, r1 - r0, c1 - c0), (x - cell * left, y - cell * top), (cell / per_col, cell / per_row))
    places = _squares(arrangement, assembly, tile)
    outlines = [board.outline(i).transformed(*arrangement.moves(i)[assembly]).transformed(k, 0, 0, k, x - col * cell, y - row * cell) for i, *_ in places]
    lines = [_outline(path, cell) for path in outlines]
    rulers = _rulers(tile, (x, y), cell, (x - cell * left - 2, y - cell * top - 1.6))
    return [*key, art, *lines, *rulers, *_square_names(arrangement, places, tile, (x, y), cell, assembly > 0)], MAP_TOP + cell * height


def _squares(arrangement: Arrangement, assembly: int, tile: Tile) -> list[tuple[int, int, int, int]]:
    """Piece, row, column and quarter turns of each place of a part of the board."""
    row, col, rows, cols = tile
    slots, turns = arrangement.slots[assembly].tolist(), (arrangement.turns[assembly] % 4).tolist()
    found = [(i, *divmod(slot, arrangement.board.cols), turn) for i, (slot, turn) in enumerate(zip(slots, turns))]
    return [p for p in found if row <= p[1] < row + rows and col <= p[2] < col + cols]


def _rulers(tile: Tile, corner: Point, cell: float, edge: Point) -> list[Text]:
    """Column letters above, row numbers at the left."""
    (row, col, rows, cols), (x, y), size = tile, corner, min(3.2, 0.3 * cell)
    letters = [Text(column_name(col + k), (x + (k + 0.5) * cell, edge[1]), size, "middle", colour=g.GREY) for k in range(cols)]
    return letters + [Text(str(row + k + 1), (edge[0], y + (k + 0.5) * cell + 0.36 * size), size, "end", colour=g.GREY) for k in range(rows)]


def _square_names(arrangement: Arrangement, places: list[tuple[int, int, int, int]], tile: Tile, corner: Point, cell: float, turned: bool) -> list[Item]:
    """Names of the pieces in their places; in later assemblies with arrows."""
    names = {i: label(arrangement.board, i) for i, *_ in places}
    size = min(5.0, 0.25 * cell, 0.72 * cell / max(typography.width_mm(name, 1, True) for name in names.values()))
    centres = [(corner[0] + (c - tile[1] + 0.5) * cell, corner[1] + (r - tile[0] + 0.5) * cell) for _, r, c, _ in places]
    return [item for (i, _, _, turns), at in zip(places, centres) for item in _name(names[i], at, size, turns if turned else None, 4)]


def _places(arrangement: Arrangement, assembly: int) -> list[Place]:
    """Places of all pieces in an assembly; a name stands at the centre of a whole cell, else at the centre of the largest inscribed circle."""
    board: Any = arrangement.board
    out: list[Place] = []
    outlines = np.array([shapely.Polygon(board.outline(i).flatten(0.05)) for i in range(board.count)])
    spokes = shapely.maximum_inscribed_circle(outlines, 0.2)
    for i, (slot, turns) in enumerate(zip(arrangement.slots[assembly].tolist(), (arrangement.turns[assembly] % board.turns).tolist())):
        x, y = (board.centres_mm[slot] if board.free[slot] else shapely.get_coordinates(spokes[slot])[0]).tolist()
        out.append((i, turns, (x, y), float(spokes[slot].length)))
    return out


def _parts(arrangement: Arrangement) -> list[Part]:
    """Tiling of a board into the fewest equal parts of about so many cells."""
    (w, h), cell = arrangement.board.size_mm, arrangement.board.cell_mm
    across, down = (max(1, math.ceil(v / cell / most - 0.5)) for v, most in ((w, MOST_COLS), (h, MOST_ROWS)))
    x, y = np.linspace(0, w, across + 1).tolist(), np.linspace(0, h, down + 1).tolist()
    return [(x0, y0, x1, y1) for y0, y1 in zip(y, y[1:]) for x0, x1 in zip(x, x[1:])]


def _mesh_map(picture: np.ndarray, arrangement: Arrangement, assembly: int, places: Sequence[Place], part: Part, size: Size) -> tuple[list[Item], float]:
    """Map of the pieces whose names stand in a part, on the picture of what they cover; and its lower edge."""
    (w, h), cell = arrangement.board.size_mm, arrangement.board.cell_mm
    shown = [p for p in places if part[0] <= p[2][0] < part[2] and part[1] <= p[2][1] < part[3]]
    paths = [arrangement.board.outline(i).transformed(*arrangement.moves(i)[assembly]) for i, *_ in shown]
    points = np.concatenate([p.flatten(0.1) for p in paths])
    (x0, y0), (x1, y1) = np.maximum(points.min(0), 0), np.minimum(points.max(0), (w, h))
    k = min((size[0] - 2 * SIDE) / (x1 - x0), (size[1] - guide_page.FOOT - 4 - MAP_TOP) / (y1 - y0))
    left = SIDE + (size[0] - 2 * SIDE - k * (x1 - x0)) / 2
    (c0, c1), (r0, r1) = ([round(v * n / mm) for v in ends] for ends, n, mm in (((x0, x1), picture.shape[1], w), ((y0, y1), picture.shape[0], h)))
    art = _faded(picture, (r0, c0, r1 - r0, c1 - c0), (left, MAP_TOP), (k * w / picture.shape[1], k * h / picture.shape[0]))
    dx, dy = left - k * x0, MAP_TOP - k * y0
    lines = [_outline(p.transformed(k, 0, 0, k, dx, dy), k * cell) for p in paths]
    names: list[Item] = []
    for i, turns, (x, y), room in shown:
        text = label(arrangement.board, i)
        font_mm = min(5.0, 0.25 * k * cell, 0.62 * k * room, 1.5 * k * room / typography.width_mm(text, 1, True))
        names += _name(text, (dx + k * x, dy + k * y), font_mm, turns if assembly > 0 else None, arrangement.board.turns)
    return [art, *lines, *names], MAP_TOP + k * (y1 - y0)
