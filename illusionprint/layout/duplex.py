"""Duplex printing: a board that is printed on both sides, its two pages and the guide's page about them. Lengths in mm, y down.

Seen from behind, what is at x in front lies at W - x, W the width of the page. So the second page has the cut mirrored, the trim box where it then lies,
and in it the back as one sees it. The marks are the same on both pages.
"""

from dataclasses import replace

from .. import path
from ..anagram import Anagram
from ..jigsaw import Arrangement
from ..path import Path
from . import graphics as g
from . import guide_page
from .artwork import artwork
from .captions import TEXTS, prompts
from .guide_page import SIDE, Size
from .imposition import border_of
from .sheet import Item, Role, Sheet, Stroke, Text

GAP_MM, MARK_MM, RING_MM = 0.8, 3.6, 1.1  # from the bleed to a mark; length of a mark; radius of a registration mark
PICTURE_MM = 62.0


def duplex_sheets(front: Sheet, anagram: Anagram, arrangement: Arrangement) -> list[Sheet]:
    """Front and back page with crop and registration marks; anagram has a back, and front is its `print_sheet`."""
    assert anagram.back
    w, _ = front.size_mm
    x, y, width, height = front.trim
    trim = (round(w - x - width, 3), y, width, height)
    lines = [replace(i, path=mirrored(i.path, w)) if i.role in (Role.CUT, Role.TRIM) else i for i in front.items if isinstance(i, Stroke)]
    texts = [i for i in front.items if isinstance(i, Text)]
    border = border_of(arrangement)
    behind = artwork(anagram.back, border and mirrored(border, arrangement.board.size_mm[0]).reversed(), trim, front.bleed_mm)
    back = replace(front, items=(behind, *lines, *texts), trim=trim)
    return [replace(s, items=(*s.items, *marks(s), _side_note(name, front))) for name, s in (("front", front), ("back", back))]


def mirrored(p: Path, width: float) -> Path:
    """Path on a page of that width as seen from behind."""
    return p.transformed(-1, 0, 0, 1, width, 0)


def turning_edge(size_mm: Size) -> str:
    """Edge about which a page is turned, as printers call it: the vertical one, "long" or "short"."""
    return "long" if size_mm[1] >= size_mm[0] else "short"


def marks(sheet: Sheet) -> list[Stroke]:
    """Crop marks and three registration marks outside the bleed, without those that would leave the page or cross the scale line."""
    (x, y, w, h), off = sheet.trim, sheet.bleed_mm + GAP_MM
    far, half = off + MARK_MM / 2, MARK_MM / 2
    paths = []
    for cx, cy in ((x - far, y + h / 2), (x + w + far, y + h / 2), (x + w / 2, y - far)):
        paths += [path.line(cx - half, cy, cx + half, cy), path.line(cx, cy - half, cx, cy + half), g.arc((cx, cy), RING_MM, 0, 360)]
    found = [*g.crop_marks(sheet.trim, off, MARK_MM), *(Stroke(p, Role.REGISTER) for p in paths)]
    return [m for m in found if _is_clear(m.path, sheet)]


def _is_clear(mark: Path, sheet: Sheet) -> bool:
    points = mark.flatten()
    return bool((points >= 0).all() and (points <= sheet.size_mm).all() and points[:, 1].max() <= sheet.trim[1] + sheet.trim[3] + 1e-6)


def _side_note(side: str, front: Sheet) -> Text:
    """Name of the side and how the sheet is turned, beside the scale line."""
    at = next(i.at for i in front.items if isinstance(i, Text) and i.role == Role.REFERENCE)
    text = f"{side}: turn the sheet about its {turning_edge(front.size_mm)} edge"
    return Text(text, (front.size_mm[0] - at[0], at[1]), 2.1, "end", colour=g.INK, role=Role.REFERENCE)


def page(anagram: Anagram, arrangement: Arrangement, size: Size, sheet_mm: Size) -> list[Item]:
    """Guide's page: how the board is printed, mounted and turned over; sheet_mm: page of print.pdf."""
    width, texts = size[0] - 2 * SIDE, TEXTS["duplex"]
    filled = {"edge": turning_edge(sheet_mm), "turn_over": texts["turn_over"], "pairs": _pairs(anagram, arrangement)}
    steps, _ = guide_page.numbered_steps([(head, text.format(**filled)) for head, text in texts["steps"]], 48.0 + PICTURE_MM + 22, width, 8.4)
    head = [guide_page.one_line("Both sides", (SIDE, 30), width), *g.paragraph(texts["lead"], (SIDE, 37), width, 3.2, colour=g.GREY)]
    return [*head, *_diagram(anagram, 48.0), *steps]


def _pairs(anagram: Anagram, arrangement: Arrangement) -> str:
    """Sentence about which picture is behind which."""
    names, count = prompts(anagram), len(anagram.back.seen) if anagram.back else 0
    pairs = [f"behind picture {k + 1}, {names[k]}, is {names[arrangement.assemblies + k]}" for k in range(count)]
    return f"{'; '.join(pairs)}.".capitalize() if pairs else ""


def _diagram(anagram: Anagram, y: float) -> list[Item]:
    """Front, axis of the turn, back."""
    assert anagram.back
    gap, out = 30.0, list[Item]()
    for k, (picture, word) in enumerate(((anagram.seen[0], "front"), (anagram.back.seen[0], "back"))):
        box = guide_page.fitted(picture, (SIDE + 7 + k * (PICTURE_MM + gap), y, PICTURE_MM, PICTURE_MM))
        out += [*guide_page.framed(picture, box), g.caps(word, (box[0], box[1] + box[3] + 5), 1.9, g.INK)]
    x, middle = SIDE + 7 + PICTURE_MM + gap / 2, y + PICTURE_MM / 2
    axis = Stroke(path.line(x, y + 4, x, y + PICTURE_MM - 4), Role.NOTE, 0.25, g.GREY)
    tip = g.arc((x, middle), 9, 338, 1).start
    return [*out, axis, Stroke(g.arc((x, middle), 9, 200, 125), Role.NOTE, 1.1, g.ACCENT), g.arrow_head(tip, 68, 5.0)]
