"""The table of an assembly for the guide: piece, the place it goes to, its turn."""
from __future__ import annotations

import math

from ..jigsaw import Arrangement
from . import booklet
from . import furniture as f
from .booklet import SIDE
from .maps import label
from .sheet import Item, Text

ROW, BLOCK, HEAD = 4.3, 28.0, 6.0
Row = tuple[str, str, int]


def rows_of(board: Arrangement, assembly: int) -> list[Row]:
    """(piece, place, turns clockwise), column by column, as the names are sorted."""
    cut = board.board
    order = sorted(range(cut.count), key=lambda i: (cut.piece(i).col, cut.piece(i).row))
    slots, turns = board.slots[assembly].tolist(), (board.turns[assembly] % cut.turns).tolist()
    return [(label(cut, i), label(cut, slots[i]), turns[i]) for i in order]


def table_on(board: Arrangement, assembly: int, top: float, size: booklet.Size) -> list[Item] | None:
    """The whole table between `top` and the foot, or None when it does not fit there."""
    rows = rows_of(board, assembly)
    deep, room = math.ceil(len(rows) / _blocks(size)), size[1] - booklet.FOOT - top
    if len(rows) == board.board.rows * board.board.cols and board.board.cols <= _blocks(size) and HEAD + board.board.rows * ROW <= room:
        deep = board.board.rows  # a block a column of the board
    return _table(rows, top, deep, size, board.board.turns) if HEAD + deep * ROW <= room else None


def table_pages(board: Arrangement, assembly: int, name: str, size: booklet.Size) -> list[list[Item]]:
    """The table on pages of its own."""
    rows, blocks = rows_of(board, assembly), _blocks(size)
    most = int((size[1] - booklet.FOOT - 44 - HEAD) / ROW) * blocks
    count = math.ceil(len(rows) / most)
    out = []
    for k in range(count):
        part = rows[k * most:(k + 1) * most]
        text = f"Picture {assembly + 1}, piece by piece" + (f" ({k + 1} of {count})" if count > 1 else "") + f": {name}"
        head = booklet.one_line(text, (SIDE, 30), size[0] - 2 * SIDE, 6.0)
        how = f.paragraph("Where each piece of picture 1 goes, and how far it is turned clockwise.", (SIDE, 36.5), 174, 2.9, colour=f.GREY)
        out.append([head, *how, *_table(part, 44, math.ceil(len(part) / blocks), size, board.board.turns)])
    return out


def _blocks(size: booklet.Size) -> int:
    return int((size[0] - 2 * SIDE) / BLOCK)


def _table(rows: list[Row], top: float, deep: int, size: booklet.Size, of: int) -> list[Item]:
    """Blocks of `deep` rows side by side, every other row on a pale ground."""
    blocks = math.ceil(len(rows) / deep)
    step = (size[0] - 2 * SIDE) / _blocks(size)
    out: list[Item] = [item for b in range(blocks) for item in _block_head(SIDE + b * step, top, step - 4)]
    for k, row in enumerate(rows):
        b, r = divmod(k, deep)
        out += _row(row, SIDE + b * step, top + HEAD + r * ROW, step - 4, r % 2 == 0, of)
    return out


def _block_head(x: float, y: float, width: float) -> list[Item]:
    return [f.caps("piece", (x + .6, y + 3.4), 1.6), f.caps("place", (x + 9.4, y + 3.4), 1.6),
            f.caps("turn", (x + width - .4, y + 3.4), 1.6, anchor="end"), f.rule(x, y + HEAD - 1, width, 0.2)]


def _row(row: Row, x: float, y: float, width: float, shade: bool, of: int) -> list[Item]:
    name, place, turns = row
    base = y + 3.05
    ground = [f.frame((x, y, width, ROW), 0.0, "", "#f1f0ec")] if shade else []
    return [*ground, Text(name, (x + .6, base), 2.5, bold=True, colour=f.INK), Text(place, (x + 9.4, base), 2.5, colour=f.INK),
            f.arrow((x + width - 1.8, y + ROW / 2), 3.0, turns, of=of)]
