"""A sheet that is printed on both sides: two pages that fall on each other when the sheet is turned about its vertical axis. mm, y down.

Seen from behind, what is at x in front lies at W - x, W the width of the page: so the second page has the cut mirrored, the trim box where it then lies, and
in it the back as one sees it. The marks are alike on both pages.
"""
from __future__ import annotations

from dataclasses import replace

import numpy as np

from .. import path
from ..anagram import Anagram
from ..jigsaw import Arrangement
from ..path import Path
from . import furniture
from .printing import art, border_of
from .sheet import Role, Sheet, Stroke, Text

GAP_MM, MARK_MM, RING_MM = 0.8, 3.6, 1.1  # from the bleed to a mark; how long it is; radius of a register mark
SEEN_MM = 0.3   # what two sides may be off by before anyone sees it
SHOWS_MM = 1.0  # and from where on a piece shows its neighbour's colour plainly


def duplex_sheets(front: Sheet, anagram: Anagram, board: Arrangement) -> list[Sheet]:
    """The front with marks, and the back; anagram has a back, and front is its `print_sheet`."""
    w, _ = front.size_mm
    x, y, width, height = front.trim
    trim = (round(w - x - width, 3), y, width, height)
    lines = [replace(i, path=mirrored(i.path, w)) if i.role in (Role.CUT, Role.TRIM) else i for i in front.items if isinstance(i, Stroke)]
    words = [i for i in front.items if isinstance(i, Text)]
    border = border_of(board)
    behind = art(anagram.back, border and mirrored(border, board.board.size_mm[0]).reversed(), trim, front.bleed_mm)
    pages = [Sheet(front.size_mm, (*front.items, *marks(front), *_word("front", front)), front.trim, front.bleed_mm, front.title, front.note)]
    back = Sheet(front.size_mm, (behind, *lines, *words), trim, front.bleed_mm, front.title, front.note)
    return [*pages, replace(back, items=(*back.items, *marks(back), *_word("back", front)))]


def mirrored(p: Path, width: float) -> Path:
    """A path on a page of that width as it is seen from behind."""
    return p.transformed(-1, 0, 0, 1, width, 0)


def turning_edge(size_mm: tuple[float, float]) -> str:
    """Which edge of a page is turned about, as printers call it: the vertical one."""
    return "long" if size_mm[1] >= size_mm[0] else "short"


def marks(sheet: Sheet) -> list[Stroke]:
    """Crop marks, and a cross in a ring at the middle of three sides, outside the bleed, in register colour; what would leave the page or cross the
    scale line is left out."""
    (x, y, w, h), off = sheet.trim, sheet.bleed_mm + GAP_MM
    far = off + MARK_MM / 2
    rings = [part for cx, cy in ((x - far, y + h / 2), (x + w + far, y + h / 2), (x + w / 2, y - far)) for part in
             (path.line(cx - MARK_MM / 2, cy, cx + MARK_MM / 2, cy), path.line(cx, cy - MARK_MM / 2, cx, cy + MARK_MM / 2), furniture.arc((cx, cy), RING_MM, 0, 360))]
    found = [*furniture.crop_marks(sheet.trim, off, MARK_MM), *(Stroke(p, Role.REGISTER) for p in rings)]
    return [m for m in found if _clear(m.path.flatten(), sheet)]


def _clear(points: np.ndarray, sheet: Sheet) -> bool:
    return bool((points >= 0).all() and (points <= sheet.size_mm).all() and points[:, 1].max() <= sheet.trim[1] + sheet.trim[3] + 1e-6)


def _word(side: str, front: Sheet) -> list[Text]:
    """Which side this is and how the sheet is turned, beside the scale line."""
    at = next(i.at for i in front.items if isinstance(i, Text) and i.role == Role.REFERENCE)
    text = f"{side}: turn the sheet about its {turning_edge(front.size_mm)} edge"
    return [Text(text, (front.size_mm[0] - at[0], at[1]), 2.1, "end", colour=furniture.INK, role=Role.REFERENCE)]
