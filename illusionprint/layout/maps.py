"""Maps of a board for the assembly guide: the picture faint, the pieces' outlines, names and turns on top."""
from __future__ import annotations

import math

import numpy as np

from ..jigsaw import Arrangement, Board
from . import booklet
from . import furniture as f
from . import words
from .booklet import SIDE
from .sheet import Item, Role, Stroke, Text

MAP_TOP, RULER = 47.0, 6.5  # where the map starts; room for the letters and numbers at its sides
MOST_COLS, MOST_ROWS = 20, 25
STRENGTH = 0.42
Tile = tuple[int, int, int, int]  # first row, first column, rows, columns


def piece_name(row: int, col: int) -> str:
    """ "B3" for row 2, column 1 (from 0): letters A to Z, then AA to AN."""
    return column_name(col) + str(row + 1)


def column_name(col: int) -> str:
    return (chr(64 + col // 26) if col >= 26 else "") + chr(65 + col % 26)


def label(cut: Board, i: int) -> str:
    """What the guide calls a piece, by its place in picture 1; a second piece of the same cell has a "b" more."""
    p = cut.piece(i)
    return piece_name(p.row, p.col) + p.part


def tiles(rows: int, cols: int) -> list[Tile]:
    """The fewest nearly equal parts of a board with at most 25 rows and 20 columns each."""
    r, c = (np.linspace(0, n, math.ceil(n / most) + 1).round().astype(int).tolist() for n, most in ((rows, MOST_ROWS), (cols, MOST_COLS)))
    return [(r0, c0, r1 - r0, c1 - c0) for r0, r1 in zip(r, r[1:]) for c0, c1 in zip(c, c[1:])]


def map_pages(picture: np.ndarray, board: Arrangement, assembly: int, name: str, size: booklet.Size) -> tuple[list[list[Item]], float]:
    """(items of a page for each part of the board, lower edge of the last map)."""
    if not board.board.on_grid:
        from .mosaics import mosaic_pages
        return mosaic_pages(picture, board, assembly, name, size)
    parts = tiles(board.board.rows, board.board.cols)
    out, bottom = [], 0.0
    for k, tile in enumerate(parts):
        items, bottom = _map(picture, board, assembly, tile, size)
        out.append([*_heading(assembly, name, k, parts, board, size), *items])
    return out, bottom


def _heading(assembly: int, name: str, k: int, parts: list[Tile], board: Arrangement, size: booklet.Size) -> list[Item]:
    key = _key(parts, k, board, size) if len(parts) > 1 else []
    return [*heading(assembly, name, k, len(parts), size), *key]


def heading(assembly: int, name: str, k: int, count: int, size: booklet.Size) -> list[Item]:
    """What stands above map k of `count` of an assembly."""
    width = size[0] - 2 * SIDE - (30 if count > 1 else 0)
    text = f"Picture {assembly + 1}" + (f", part {k + 1} of {count}" if count > 1 else "") + f": {name}"
    how = ("Names of the pieces: column letter, row number." if assembly == 0 else
           "The piece that belongs in each place. The arrow points to its side that is at the top in picture 1.")
    return [booklet.one_line(text, (SIDE, 30), width, 6.0), *f.paragraph(how, (SIDE, 36.5), width, 2.9, colour=f.GREY)]


def _key(parts: list[Tile], k: int, board: Arrangement, size: booklet.Size) -> list[Item]:
    """Which part of the board this page shows, in small at the top right."""
    cell = min(26 / board.board.cols, 13 / board.board.rows)
    x, y = size[0] - SIDE - cell * board.board.cols, 24.5
    return [f.frame((x + c * cell, y + r * cell, w * cell, h * cell), 0.15, f.GREY, f.INK if i == k else "")
            for i, (r, c, h, w) in enumerate(parts)]


def _map(picture: np.ndarray, board: Arrangement, assembly: int, tile: Tile, size: booklet.Size) -> tuple[list[Item], float]:
    row, col, rows, cols = tile
    cut = board.board
    # a part's picture reaches a little over its inner edges, where tabs stand out
    over = [0.3 * (n > 0) for n in (row, col)] + [0.3 * (n < most) for n, most in ((row + rows, cut.rows), (col + cols, cut.cols))]
    width, height = cols + over[1] + over[3], rows + over[0] + over[2]
    cell = min((size[0] - 2 * SIDE - RULER) / width, (size[1] - booklet.FOOT - 4 - MAP_TOP) / height)
    x = SIDE + RULER + (size[0] - 2 * SIDE - RULER - cell * width) / 2 + cell * over[1]
    y = MAP_TOP + cell * over[0]
    art = _faint(picture, cut, (row - over[0], col - over[1], height, width), (x - cell * over[1], y - cell * over[0], cell))
    k = cell / cut.cell_mm
    places = _at(board, assembly, tile)
    lines = [Stroke(cut.outline(i).transformed(*board.moves(i)[assembly]).transformed(k, 0, 0, k, x - col * cell, y - row * cell),
                    Role.NOTE, min(0.14, 0.01 * cell), "#4d4d4d" if cell > 12 else "#7a7a7a") for i, *_ in places]
    items = [art, *lines, *_letters(tile, x, y, cell, over), *_labels(board, places, tile, x, y, cell, assembly > 0)]
    return items, MAP_TOP + cell * height


def _faint(picture: np.ndarray, cut: object, part: tuple[float, float, float, float], at: tuple[float, float, float]) -> Item:
    """A part (row, column, rows, columns, in cells) of the picture, faded; `at` is its corner and the cell's width in mm."""
    h, w = picture.shape[:2]
    per_row, per_col, (x, y, cell) = h / cut.rows, w / cut.cols, at
    r0, r1 = round(part[0] * per_row), round((part[0] + part[2]) * per_row)
    c0, c1 = round(part[1] * per_col), round((part[1] + part[3]) * per_col)
    return booklet.small(picture[r0:r1, c0:c1], (x, y, (c1 - c0) / per_col * cell, (r1 - r0) / per_row * cell), STRENGTH)


def _at(board: Arrangement, assembly: int, tile: Tile) -> list[tuple[int, int, int, int]]:
    """(piece, row, column, quarter turns) of each place of a part of the board."""
    row, col, rows, cols = tile
    out = []
    for i, (slot, turns) in enumerate(zip(board.slots[assembly].tolist(), board.turns[assembly].tolist())):
        r, c = divmod(slot, board.board.cols)
        if row <= r < row + rows and col <= c < col + cols:
            out.append((i, r, c, turns % 4))
    return out


def _letters(tile: Tile, x: float, y: float, cell: float, over: list[float]) -> list[Text]:
    """Column letters above, row numbers at the left."""
    row, col, rows, cols = tile
    size = min(3.2, 0.3 * cell)
    above, left = y - cell * over[0] - 1.6, x - cell * over[1] - 2
    return ([Text(column_name(col + k), (x + (k + .5) * cell, above), size, "middle", colour=f.GREY) for k in range(cols)]
            + [Text(str(row + k + 1), (left, y + (k + .5) * cell + 0.36 * size), size, "end", colour=f.GREY) for k in range(rows)])


def _labels(board: Arrangement, places: list, tile: Tile, x: float, y: float, cell: float, turned: bool) -> list[Item]:
    """A piece's name in its place; in later assemblies with the arrow below."""
    longest = max(words.width_mm(label(board.board, i), 1, True) for i, *_ in places)
    size = min(5.0, 0.25 * cell, 0.72 * cell / longest)
    out: list[Item] = []
    for i, r, c, turns in places:
        cx, cy = x + (c - tile[1] + .5) * cell, y + (r - tile[0] + .5) * cell
        lift = 0.36 * size if not turned else -0.12 * size
        out.append(Text(label(board.board, i), (cx, cy + lift), size, "middle", True, f.INK))
        if turned:
            out.append(f.arrow((cx, cy + 0.75 * size), 1.15 * size, turns))
    return out
