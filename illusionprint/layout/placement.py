"""Placement of the pieces: the table of an assembly for the guide, and lists of labels for the backs as CSV."""

import csv
import io
import math

import numpy as np

from ..jigsaw import Arrangement
from . import graphics as g
from . import guide_page
from .assembly_map import label
from .captions import TEXTS
from .guide_page import SIDE, Size
from .sheet import Item, Text

ROW, BLOCK, HEAD = 4.3, 28.0, 6.0  # height of a row, width of a block, height of its head
Row = tuple[str, str, int]


def placements(arrangement: Arrangement, assembly: int) -> list[Row]:
    """Piece, place and clockwise turns, column by column, as the names are sorted."""
    board = arrangement.board
    order = sorted(range(board.count), key=lambda i: (board.piece(i).col, board.piece(i).row))
    slots, turns = arrangement.slots[assembly].tolist(), (arrangement.turns[assembly] % board.turns).tolist()
    return [(label(board, i), label(board, slots[i]), turns[i]) for i in order]


def label_lists(arrangement: Arrangement) -> list[str]:
    """CSV for each picture, its pieces row by row as they lie there: label, then place and turn (degrees clockwise) in every picture.

    The label, for the back of the piece, is its place in picture 1.
    """
    board, of, many = arrangement.board, arrangement.board.turns, range(arrangement.assemblies)
    rows = [["label", *(f"{what} in picture {k + 1}" for k in many for what in ("place", "turn"))]]
    for i in range(board.count):
        places = [(label(board, int(arrangement.slots[k, i])), f"{360 / of * (int(arrangement.turns[k, i]) % of):g}") for k in many]
        rows.append([label(board, i), *(value for place in places for value in place)])
    out = [io.StringIO() for _ in many]
    for k, text in enumerate(out):
        slots = [board.piece(slot) for slot in arrangement.slots[k].tolist()]
        order = np.lexsort(([p.col for p in slots], [p.row for p in slots])).tolist()
        csv.writer(text, lineterminator="\n").writerows([rows[0], *(rows[i + 1] for i in order)])
    return [text.getvalue() for text in out]


def table_below(arrangement: Arrangement, assembly: int, top: float, size: Size) -> list[Item] | None:
    """Whole table between `top` and the foot; None when it does not fit there."""
    rows = placements(arrangement, assembly)
    deep, room = math.ceil(len(rows) / _blocks(size)), size[1] - guide_page.FOOT - top
    if len(rows) == arrangement.board.rows * arrangement.board.cols and arrangement.board.cols <= _blocks(size) and HEAD + arrangement.board.rows * ROW <= room:
        deep = arrangement.board.rows  # a block for each column of the board
    return _table(rows, top, deep, size, arrangement.board.turns) if HEAD + deep * ROW <= room else None


def table_pages(arrangement: Arrangement, assembly: int, name: str, size: Size) -> list[list[Item]]:
    """Table on pages of its own."""
    rows, blocks = placements(arrangement, assembly), _blocks(size)
    most = int((size[1] - guide_page.FOOT - 44 - HEAD) / ROW) * blocks
    count, out = math.ceil(len(rows) / most), []
    for k in range(count):
        part = rows[k * most : (k + 1) * most]
        text = f"Picture {assembly + 1}, piece by piece" + (f" ({k + 1} of {count})" if count > 1 else "") + f": {name}"
        how = g.paragraph(TEXTS["assembly"]["table"], (SIDE, 36.5), 174, 2.9, colour=g.GREY)
        title = guide_page.one_line(text, (SIDE, 30), size[0] - 2 * SIDE)
        out.append([title, *how, *_table(part, 44, math.ceil(len(part) / blocks), size, arrangement.board.turns)])
    return out


def _blocks(size: Size) -> int:
    return int((size[0] - 2 * SIDE) / BLOCK)


def _table(rows: list[Row], top: float, deep: int, size: Size, of: int) -> list[Item]:
    """Blocks of `deep` rows side by side, every other row shaded."""
    step = (size[0] - 2 * SIDE) / _blocks(size)
    out: list[Item] = [item for b in range(math.ceil(len(rows) / deep)) for item in _block_head(SIDE + b * step, top, step - 4)]
    for k, row in enumerate(rows):
        b, r = divmod(k, deep)
        out += _row(row, SIDE + b * step, top + HEAD + r * ROW, step - 4, r % 2 == 0, of)
    return out


def _block_head(x: float, y: float, width: float) -> list[Item]:
    heads: list[Item] = [g.caps("piece", (x + 0.6, y + 3.4), 1.6), g.caps("place", (x + 9.4, y + 3.4), 1.6)]
    return [*heads, g.caps("turn", (x + width - 0.4, y + 3.4), 1.6, anchor="end"), g.rule(x, y + HEAD - 1, width, 0.2)]


def _row(row: Row, x: float, y: float, width: float, shaded: bool, of: int) -> list[Item]:
    (name, place, turns), base = row, y + 3.05
    shade = [g.frame((x, y, width, ROW), 0.0, "", "#f1f0ec")] if shaded else []
    texts = [Text(name, (x + 0.6, base), 2.5, bold=True, colour=g.INK), Text(place, (x + 9.4, base), 2.5, colour=g.INK)]
    return [*shade, *texts, g.arrow((x + width - 1.8, y + ROW / 2), 3.0, turns, of=of)]
