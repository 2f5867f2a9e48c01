"""The same views in mm: which piece moves how. This is what `arrangement.json` holds."""

import math
from typing import Any

from ..jigsaw import Arrangement
from ..path import rectangle
from ._base import View


def arrangement_table(views: list[View], size_mm: tuple[float, float], arrangement: Arrangement | None, assemblies: list[dict[str, Any]]) -> dict[str, Any]:
    """The content of arrangement.json: a board's pieces, or the whole sheet as one piece that the views turn."""
    pieces = _board_pieces(arrangement) if arrangement else [_sheet_piece(views, size_mm)]
    grid = {"rows": arrangement.board.rows, "cols": arrangement.board.cols} if arrangement else {"rows": 1, "cols": 1}
    shape = {"tiling": arrangement.board.tiling, "border": arrangement.board.border().d} if arrangement and not arrangement.board.on_grid else {}
    sheet = {"units": "mm", "size_mm": [round(v, 3) for v in size_mm], **grid, **shape}
    return {**sheet, "pieces": pieces, "assemblies": assemblies, "solutions": _solutions(arrangement)}


def _sheet_piece(views: list[View], size_mm: tuple[float, float]) -> dict[str, Any]:
    return {"id": "r1c1", "outline": rectangle(0, 0, *size_mm).d, "moves": [list(v.motion(size_mm)) for v in views]}


def _board_pieces(arrangement: Arrangement) -> list[dict[str, Any]]:
    cut = arrangement.board
    ports = cut.ports.shape[1] if cut.keys else 0
    sides = [{"sides": cut.keys[ports * i : ports * (i + 1)]} if cut.keys else {} for i in range(cut.count)]
    corners = [{"corners": c} for c in cut.corners()] if cut.keys and not cut.on_grid else [{}] * cut.count
    moves = [[list(m) for m in arrangement.moves(i)] for i in range(cut.count)]
    return [{"id": cut.piece(i).id, "outline": cut.outline(i).d, "moves": moves[i], **sides[i], **corners[i]} for i in range(cut.count)]


def _solutions(arrangement: Arrangement | None) -> dict[str, Any]:
    """What the designer counted of a keyed board. Otherwise all pieces of a class are alike, so any of prod n_c! * (turns that fit)^n_c
    assemblies closes mechanically: a lower bound, for a piece may also lie where tabs and blanks are the other way round (2x3: 12 of 24)."""
    if arrangement is None:
        return {"counted": 1, "exact": True}
    if arrangement.figures is not None:
        return arrangement.figures
    cut, log10, count = arrangement.board, 0.0, 1
    for ids in cut.members:
        turns = int(cut.fits[:, ids[0], ids[0]].sum())
        count *= math.factorial(len(ids)) * turns ** len(ids)
        log10 += math.lgamma(len(ids) + 1) / math.log(10) + len(ids) * math.log10(turns)
    return {"counted": count if count < 2**53 else None, "log10": round(log10, 2), "exact": False, "pictures": arrangement.assemblies}
