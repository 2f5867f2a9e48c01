"""The guide's page on a board that is printed on both sides: how it is printed, mounted and turned. Lengths in mm, y down."""

from __future__ import annotations

from ..anagram import Anagram
from ..jigsaw import Arrangement
from . import booklet, duplex
from . import furniture as f
from .booklet import SIDE
from .printing import prompts
from .sheet import Item, Role, Stroke, Text

WIDE, TALL = 62.0, 62.0
HOLD = "Lay a second board on the finished picture, hold both together and turn them about their vertical axis, left edge to the right, as you turn a page."


def page(anagram: Anagram, board: Arrangement, size: booklet.Size, sheet_mm: booklet.Size) -> list[Item]:
    """Items of the page: sheet_mm is the page of print.pdf, for the edge that a printer turns about."""
    width, edge = size[0] - 2 * SIDE, duplex.turning_edge(sheet_mm)
    lead = f.paragraph(
        "Every piece has a picture on either side. Turned over whole, a finished board shows what is behind.", (SIDE, 37), width, 3.2, colour=f.GREY
    )
    out, y = [booklet.one_line("Both sides", (SIDE, 30), width, 6.0), *lead, *_drawing(anagram, SIDE, 48.0)], 48.0 + TALL + 22
    for k, (head, text) in enumerate(_says(edge, anagram, board), 1):
        out += [Text(str(k), (SIDE, y), 3.4, bold=True, colour=f.ACCENT), f.caps(head, (SIDE + 7, y), 2.1, f.INK)]
        lines = f.paragraph(text, (SIDE + 7, y + 5.2), width - 7, 2.9, leading=1.45)
        out, y = out + lines, lines[-1].at[1] + 8.4
    return out


def _says(edge: str, anagram: Anagram, board: Arrangement) -> list[tuple[str, str]]:
    """Headings and what they say, in the order of the work."""
    bleed = "Round the board the colours go on for the bleed, so no white shows at the rim."
    return [
        (
            "Print",
            f"print.pdf has two pages, front and back. Print both on one sheet, turned about its {edge} edge, without scaling; or each on a sheet of its own, "
            "which most printers place better.",
        ),
        (
            "Check",
            f"Hold the sheet against a lamp: the rings and the crop marks of both pages should fall on each other. {duplex.SEEN_MM:g} mm are not seen; from about "
            f"{duplex.SHOWS_MM:g} mm a piece's back shows a strip of its neighbour. Office printers are often off by 1 mm or more on their second side. {bleed}",
        ),
        (
            "Mount",
            "Two sheets: glue the front on one side of the board, prick the rings through with a needle, and lay the back on the holes; or cut both along their crop "
            "marks and lay them on the trimmed board. Press, let dry, and cut from the front along cut.svg.",
        ),
        ("Turn", f"{HOLD} {_shows(anagram, board)}"),
    ]


def _shows(anagram: Anagram, board: Arrangement) -> str:
    names = prompts(anagram)
    said = [f"behind picture {k + 1}, {names[k]}, is {names[board.assemblies + k]}" for k in range(len(anagram.back.seen))]
    return f"{'; '.join(said)}.".capitalize() if said else ""


def captions(anagram: Anagram, board: Arrangement) -> list[tuple[object, str]]:
    """(picture, words) of all that is seen, front first."""
    names = prompts(anagram)
    behind = zip(anagram.back.seen, names[board.assemblies :]) if anagram.back else ()
    return [*zip(anagram.seen, names), *((p, f"{name}, behind {k}") for k, (p, name) in enumerate(behind, 1))]


def _drawing(anagram: Anagram, x: float, y: float) -> list[Item]:
    """The front, the turn, the back."""
    gap, out = 30.0, []
    for k, (picture, word) in enumerate(((anagram.seen[0], "front"), (anagram.back.seen[0], "back"))):
        place = booklet.fitted(picture, (x + 7 + k * (WIDE + gap), y, WIDE, TALL))
        out += [booklet.small(picture, place), f.frame(place), f.caps(word, (place[0], place[1] + place[3] + 5), 1.9, f.INK)]
    middle = (x + 7 + WIDE + gap / 2, y + TALL / 2)
    axis = Stroke(f.path.line(middle[0], y + 4, middle[0], y + TALL - 4), Role.NOTE, 0.25, f.GREY)
    return [*out, axis, Stroke(f.arc(middle, 9, 200, 125), Role.NOTE, 1.1, f.ACCENT), f.head(f.arc(middle, 9, 338, 1).start, 68, 5.0)]
