"""Lists of the labels for the backs of the pieces, as CSV: one in the order of each picture."""
from __future__ import annotations

import csv
import io

from ..jigsaw import Arrangement
from .maps import label


def label_lists(board: Arrangement) -> list[str]:
    """A CSV for each picture, its pieces row by row as they lie there: label, then place and turn (degrees clockwise) in every picture.

    The label is the place in picture 1. What is written on the backs is the label, and what else the owner likes of the row.
    """
    cut, many = board.board, range(board.assemblies)
    head = ["label", *(f"{what} in picture {k + 1}" for k in many for what in ("place", "turn"))]
    rows = [[label(cut, i), *(v for k in many for v in _lies(board, i, k))] for i in range(cut.count)]
    out = []
    for k in many:
        order = sorted(range(cut.count), key=lambda i: _row_by_row(cut.piece(int(board.slots[k, i]))))
        out.append(_text([head, *(rows[i] for i in order)]))
    return out


def _lies(board: Arrangement, i: int, k: int) -> tuple[str, str]:
    """(place, turn) of piece i in assembly k."""
    of = board.board.turns
    return label(board.board, int(board.slots[k, i])), f"{360 / of * (int(board.turns[k, i]) % of):g}"


def _row_by_row(place: object) -> tuple[int, int]:
    return place.row, place.col


def _text(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
