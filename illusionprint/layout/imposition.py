"""Imposition: the artwork with its bleed on a sheet, with the die line, the scale line and the slug. Lengths in mm, y down."""

import math

from .. import path
from ..anagram import Anagram
from ..errors import BadValue
from ..jigsaw import Arrangement
from ..path import Path
from ..template import Template, sheets
from ..units import fmt_size
from . import graphics as g
from . import typography
from .artwork import artwork
from .captions import slug_line, title_of
from .sheet import Box, Item, Role, Sheet, Stroke

MOST_MM = 5080.0  # side of a PDF page: 14,400 points
SLUG_MM, GAP_MM, FONT_MM, SLUG_LINES = 15.0, 2.0, 2.0, 3  # height of the slug; from the bleed to it; its text
Size = tuple[float, float]


def choose_sheet(size_mm: Size, name: str = "auto") -> Template:
    """Sheet for a picture of (width, height) mm: by name, or "auto", the smallest shipped one that takes it, or one made to measure.

    Areas within a tenth of each other count as equal; of these sheets the larger is taken (A4 before Letter). Raises UnknownName; BadValue when a named
    sheet is too small, with one that would do.
    """
    if name.lower() != "auto":
        sheet = Template.load(name, "sheet")
        if _page(sheet, size_mm) is None:
            raise BadValue(_too_small(sheet, size_mm))
        return sheet
    fitting = [s for s in sheets().values() if _page(s, size_mm)]
    if fitting:
        return min(fitting, key=lambda s: (round(2 * math.log2(math.prod(s.size_mm))), -math.prod(s.size_mm)))
    width, height = (float(math.ceil(v - 1e-6)) for v in _least_page(Template("sheet", "made to measure", "A4"), size_mm))
    if max(width, height) > MOST_MM:
        needed = f"{fmt_size(size_mm)} with bleed, margin and the scale line need a page of {fmt_size((width, height))}"
        raise BadValue(f"{needed}, and a PDF's is at most {MOST_MM:g} mm; take a smaller --size.")
    return Template("sheet", "made to measure", fmt_size((width, height)))


def print_sheet(anagram: Anagram, arrangement: Arrangement | None, template: Template) -> Sheet:
    """Print sheet: artwork centred with its bleed, CUT the board's inner lines, TRIM its outline, the scale line and the slug.

    The page is turned when that fits better. Raises BadValue when the page is too small, or the picture is not as large as the board.
    """
    size = arrangement.board.size_mm if arrangement else anagram.size_mm
    slack = max(0.1, 1 / anagram.px_per_mm)
    if any(abs(a - b) > slack for a, b in zip(size, anagram.size_mm)):
        raise BadValue(f"the picture is {fmt_size(anagram.size_mm)} and the board {fmt_size(size)}; they must be equal.")
    page = _page(template, size)
    if page is None:
        raise BadValue(_too_small(template, size))
    bleed, margin = template.mm("bleed"), template.mm("margin")
    x = round((page[0] - size[0]) / 2, 3)
    y = round(min((page[1] - size[1]) / 2, page[1] - margin - SLUG_MM - GAP_MM - bleed - size[1]), 3)
    trim, note = (x, y, *size), slug_line(anagram, arrangement)
    items = (artwork(anagram, border_of(arrangement), trim, bleed), *_die_lines(arrangement, trim), *_slug(page, margin, note))
    return Sheet(page, items, trim, bleed, title_of(anagram), note)


def border_of(arrangement: Arrangement | None) -> Path | None:
    """Outline of a board that is no rectangle."""
    return arrangement.board.border() if arrangement and not arrangement.board.on_grid else None


def _least_page(sheet: Template, size: Size) -> Size:
    """Least page: margin or bleed round the picture, below it the slug with a scale line of 100 mm."""
    bleed, margin = sheet.mm("bleed"), sheet.mm("margin")
    edge = max(bleed, margin)
    return max(size[0] + 2 * edge, 100 + 2 * margin), edge + size[1] + bleed + GAP_MM + SLUG_MM + margin


def _page(sheet: Template, size: Size) -> Size | None:
    """Page in the orientation that fits, that of the picture if both do; None if neither does."""
    least, both = _least_page(sheet, size), (sheet.size_mm, sheet.size_mm[::-1])
    fitting = [p for p in both if p[0] + 1e-6 >= least[0] and p[1] + 1e-6 >= least[1]]
    alike = [p for p in fitting if (p[0] - p[1]) * (size[0] - size[1]) > 0]
    return next(iter(alike or fitting), None)


def _too_small(sheet: Template, size: Size) -> str:
    """Message that a sheet is too small, and which would do."""
    (w, h), dy = sheet.size_mm, _least_page(sheet, (0, 0))[1]
    dx = 2 * max(sheet.mm("bleed"), sheet.mm("margin"))
    most = " or ".join(f"{max(0, a - dx):.0f}x{max(0, b - dy):.0f}" for a, b in ((w, h), (h, w))) + " mm"
    other = choose_sheet(size)
    reason = f"{fmt_size(size)} with bleed, margin and the scale line do not fit on {sheet.title}, which takes up to {most}"
    return f"{reason}; 'auto' would take {other.title} ({fmt_size(other.size_mm)})."


def _die_lines(arrangement: Arrangement | None, trim: Box) -> list[Item]:
    """Inner cut lines and the outline."""
    x, y, w, h = trim
    inner = [p.transformed(1, 0, 0, 1, x, y) for p in arrangement.board.paths()] if arrangement else []
    border = border_of(arrangement)
    outline = border.transformed(1, 0, 0, 1, x, y) if border else path.rectangle(x, y, w, h)
    return [*(Stroke(p, Role.CUT) for p in inner), Stroke(outline, Role.TRIM)]


def _slug(page: Size, margin: float, note: str) -> list[Item]:
    """Scale line and slug line along the bottom, inside the margin."""
    top, width = page[1] - margin - SLUG_MM, page[0] - 2 * margin
    size = FONT_MM
    while size > 1.4 and len(typography.wrap(typography.printable(note)[0], width, size)) > SLUG_LINES:
        size -= 0.1
    lines = g.paragraph(note, (margin, top + 9.2), width, size, most=SLUG_LINES, colour=g.GREY)
    return [*g.scale_line(margin, top), *lines]
