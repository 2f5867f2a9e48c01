"""The sheet that is printed: the artwork with its bleed, the die line, the scale line and what made it."""
from __future__ import annotations

import math
from pathlib import PurePath

import numpy as np

from .. import __version__, path, spec
from ..anagram import Anagram
from ..errors import BadValue
from ..jigsaw import Arrangement
from ..path import Path
from ..spec import Template
from ..units import fmt_size
from ..vocabulary import SUFFIXES
from . import furniture, words
from ._areas import art_areas
from ._spread import spread, spread_areas
from .sheet import Areas, Box, Item, Picture, Role, Sheet, Stroke

MOST_MM = 5080.0  # of a PDF's page: 14,400 points
STRIP_MM, GAP_MM, NOTE_MM, NOTE_LINES = 15.0, 2.0, 2.0, 3
Size = tuple[float, float]


def choose(size_mm: Size, name: str = "auto") -> Template:
    """The sheet for a picture of (width, height) mm: by name, or "auto", the smallest shipped one that takes it, made to measure
    if none does. Sheets within a tenth of each other's area count as equal; of these the larger is taken (A4 before Letter).

    Raises UnknownName; BadValue when a named sheet is too small, and says what would do.
    """
    if name.lower() != "auto":
        sheet = Template.load(name, "sheet")
        if _page(sheet, size_mm) is None:
            raise BadValue(_too_small(sheet, size_mm))
        return sheet
    fitting = [s for s in spec.sheets().values() if _page(s, size_mm)]
    if fitting:
        return min(fitting, key=lambda s: (round(2 * math.log2(_area(s))), -_area(s)))
    custom = Template("sheet", "made to measure", "A4")
    need = tuple(math.ceil(v - 1e-6) for v in _need(custom, size_mm))
    if max(need) > MOST_MM:
        raise BadValue(f"{fmt_size(size_mm)} with bleed, margin and the scale line need a page of {fmt_size(need)}, and a PDF's is at most {MOST_MM:g} mm; take a smaller --size.")
    return Template("sheet", "made to measure", fmt_size(need))


def print_sheet(anagram: Anagram, board: Arrangement | None, template: Template) -> Sheet:
    """Artwork centred and mirrored into the bleed, CUT the board's inner lines, TRIM its outline, the scale line and a note.

    The page is turned when that fits better. Raises BadValue when the page is too small, or the picture is not as large as the board.
    """
    size = board.board.size_mm if board else anagram.size_mm
    slack = max(0.1, 1 / anagram.px_per_mm)
    if any(abs(a - b) > slack for a, b in zip(size, anagram.size_mm)):
        raise BadValue(f"the picture is {fmt_size(anagram.size_mm)} and the board {fmt_size(size)}; they must be equal.")
    page = _page(template, size)
    if page is None:
        raise BadValue(_too_small(template, size))
    bleed, margin = template.mm("bleed"), template.mm("margin")
    x = round((page[0] - size[0]) / 2, 3)
    y = round(min((page[1] - size[1]) / 2, page[1] - margin - STRIP_MM - GAP_MM - bleed - size[1]), 3)
    trim = (x, y, *size)
    note = made_by(anagram, board)
    items = [art(anagram, border_of(board), trim, bleed), *_lines(board, trim), *_strip(page, margin, note)]
    return Sheet(page, tuple(items), trim, bleed, title_of(anagram), note)


def _need(sheet: Template, size: Size) -> Size:
    """Smallest page: margin, picture, margin, the bleed inside the margin where it can be; below the picture also the strip.

    The scale line is 100 mm.
    """
    bleed, margin = sheet.mm("bleed"), sheet.mm("margin")
    edge = max(bleed, margin)
    return max(size[0] + 2 * edge, 100 + 2 * margin), edge + size[1] + bleed + GAP_MM + STRIP_MM + margin


def _page(sheet: Template, size: Size) -> Size | None:
    """The page as it lies, the way the picture lies if both ways fit; None if neither does."""
    need, both = _need(sheet, size), (sheet.size_mm, sheet.size_mm[::-1])
    fitting = [p for p in both if p[0] + 1e-6 >= need[0] and p[1] + 1e-6 >= need[1]]
    alike = [p for p in fitting if (p[0] - p[1]) * (size[0] - size[1]) > 0]
    return (alike or fitting or [None])[0]


def _area(sheet: Template) -> float:
    return sheet.size_mm[0] * sheet.size_mm[1]


def _too_small(sheet: Template, size: Size) -> str:
    (w, h), dy = sheet.size_mm, _need(sheet, (0, 0))[1]
    dx = 2 * max(sheet.mm("bleed"), sheet.mm("margin"))
    most = " or ".join(f"{max(0, a - dx):.0f}x{max(0, b - dy):.0f}" for a, b in ((w, h), (h, w))) + " mm"
    other = choose(size)
    return (f"{fmt_size(size)} with bleed, margin and the scale line do not fit on {sheet.title}, which takes up to {most}; "
            f"'auto' would take {other.title} ({fmt_size(other.size_mm)}).")


def border_of(board: Arrangement | None) -> Path | None:
    """The outline of a board that is no rectangle."""
    return board.board.border() if board and not board.board.on_grid else None


def art(anagram: Anagram, border: Path | None, trim: Box, bleed: float) -> Picture | Areas:
    """The picture with its edge mirrored outwards, so that a cut that wanders never shows white; as vectors where it has any.

    border: of a board that is no rectangle, beside which the colours of its edge go on.
    """
    if border:
        return spread_areas(anagram.svg, border, trim, bleed) or Picture(*spread(anagram.pixels, border, trim, bleed))
    return art_areas(anagram.svg, anagram.size_mm, trim, bleed) or _raster(anagram.pixels, trim, bleed)


def _raster(pixels: np.ndarray, trim: Box, bleed: float) -> Picture:
    h, w = pixels.shape[:2]
    x, y, width, height = trim
    px, py = (min(n, math.ceil(bleed * n / mm - 1e-6)) for n, mm in ((w, width), (h, height)))
    wide = np.pad(pixels, ((py, py), (px, px), (0, 0)), mode="symmetric")
    dx, dy = px * width / w, py * height / h
    return Picture(wide, (x - dx, y - dy, width + 2 * dx, height + 2 * dy))


def _lines(board: Arrangement | None, trim: Box) -> list[Item]:
    x, y, w, h = trim
    inner = [p.transformed(1, 0, 0, 1, x, y) for p in board.board.paths()] if board else []
    border = border_of(board)
    edge = border.transformed(1, 0, 0, 1, x, y) if border else path.rectangle(x, y, w, h)
    return [*(Stroke(p, Role.CUT) for p in inner), Stroke(edge, Role.TRIM)]


def _strip(page: Size, margin: float, note: str) -> list[Item]:
    """Scale line and note along the bottom, inside the margin."""
    top, width = page[1] - margin - STRIP_MM, page[0] - 2 * margin
    size = NOTE_MM
    while size > 1.4 and len(words.wrap(words.printable(note)[0], width, size)) > NOTE_LINES:
        size -= 0.1
    lines = furniture.paragraph(note, (margin, top + 9.2), width, size, most=NOTE_LINES, colour=furniture.GREY)
    return [*furniture.scale_line(margin, top), *lines]


def prompts(anagram: Anagram) -> list[str]:
    """What each view shows, in words."""
    found = [shown_as(str(p)) for p in anagram.facts.get("prompts", ())]
    return found + [f"picture {k}" for k in range(len(found) + 1, len(anagram.seen) + 1)]


def shown_as(prompt: str) -> str:
    """A word as it is; a picture's file is its name without folder and ending."""
    return PurePath(prompt).stem if PurePath(prompt).suffix.lower() in SUFFIXES else prompt


def title_of(anagram: Anagram) -> str:
    return str(anagram.facts.get("title") or " / ".join(prompts(anagram)))


def credits(anagram: Anagram) -> list[str]:
    return [str(line) for line in anagram.facts.get("credits", ())]


def pieces(board: Arrangement) -> str:
    """ "4x6 pieces", "61 pieces (hexagon)"."""
    cut = board.board
    return f"{cut.count} pieces ({cut.tiling})" if not cut.on_grid else f"{cut.rows}x{cut.cols} pieces"


def made_by(anagram: Anagram, board: Arrangement | None) -> str:
    """One line: prompts, seed, grid, size, credit lines, version; and which letters the font lacks."""
    size = board.board.size_mm if board else anagram.size_mm
    parts = [title_of(anagram), str(anagram.facts.get("kind", ""))]
    parts += [f"seed {anagram.facts['seed']}" if "seed" in anagram.facts else "", pieces(board) if board else ""]
    parts += [fmt_size(size), *credits(anagram), f"illusionprint {__version__}"]
    note = " · ".join(p for p in parts if p)
    lost = words.printable(note)[1]
    return note + (f" · letters that this font lacks stand as '?': {lost}" if lost else "")
