"""The guide of pictures that are turned, mirrored or inverted as a whole: one page, both pictures, what to do."""

from __future__ import annotations

from ..anagram import Anagram
from ..path import Point
from . import booklet
from . import furniture as f
from .booklet import SIDE
from .printing import credits, prompts, title_of
from .sheet import Item, Role, Stroke, Text

COUNTED = {2: "two", 3: "three", 4: "four"}

SAYS = {
    "identity": ("As it lies", "Look at the print the right way up."),
    "rotate_180": ("Half a turn", "Turn the print upside down."),
    "rotate_90": ("A quarter turn", "Turn the print a quarter turn clockwise."),
    "rotate_270": ("A quarter turn", "Turn the print a quarter turn anticlockwise."),
    "flip": ("In a mirror", "Lay the print flat and stand a mirror on its upper edge: its picture is in the mirror."),
    "negate": ("The negative", "Look at the print with inverted colours; phones have that among their display settings and camera filters."),
}


def page(anagram: Anagram, size: booklet.Size) -> list[Item]:
    """Two pictures with the move between them; more of them in rows."""
    return _rows(anagram, size) if len(anagram.seen) > 2 else _pair(anagram, size)


def _rows(anagram: Anagram, size: booklet.Size) -> list[Item]:
    """A row a picture: the picture, its words, the move that shows it, drawn and said."""
    width, count = size[0] - 2 * SIDE, len(anagram.seen)
    views = [str(v) for v in anagram.facts.get("views", ())] + ["identity"] * count
    top, bottom = 52.0, size[1] - booklet.FOOT - 24 - 3 * len(credits(anagram))
    step, wide = (bottom - top) / count, 0.42 * width
    out: list[Item] = []
    for k, (picture, text) in enumerate(zip(anagram.seen, prompts(anagram))):
        place = booklet.fitted(picture, (SIDE, top + k * step, wide, step - 6))
        x, y = SIDE + wide + 8, top + k * step + (step - 6) / 2
        says = SAYS.get(views[k], SAYS["identity"] if k == 0 else ("Look again", "The same print, seen in another way."))
        out += [
            booklet.small(picture, place),
            f.frame(place),
            f.disc((x + 2.6, y - 8.1), 2.6),
            Text(str(k + 1), (x + 2.6, y - 7), 3.0, "middle", True, "#ffffff"),
            booklet.one_line(text, (x + 7.4, y - 7), width - wide - 44, 3.8),
            f.caps(says[0], (x, y + 1), 1.8, f.INK),
            *f.paragraph(says[1], (x, y + 6.5), width - wide - 40, 2.9),
            *(move(views[k], (size[0] - SIDE - 13, y)) if k else []),
        ]
    lead = f.paragraph(f"One print, {COUNTED[count]} pictures.", (SIDE, 44), width, 3.6, colour=f.GREY, italic=True)
    rows = booklet.facts([("Size", booklet.sized(anagram)), ("Pictures", str(count))], bottom + 2, width)
    return [*booklet.heading(title_of(anagram), 36, width), *lead, *out, *rows, *booklet.fine_print(credits(anagram), size[1] - booklet.FOOT, width)]


def _pair(anagram: Anagram, size: booklet.Size) -> list[Item]:
    """Both pictures side by side, between them a drawing of the move, below it the same in words."""
    width, name = size[0] - 2 * SIDE, view_name(anagram)
    says = SAYS.get(name, ("Look again", "The same print, seen in another way."))
    gap = 30.0
    half = (width - gap) / 2
    tall = min(130.0, max(half * p.shape[0] / p.shape[1] for p in anagram.seen[:2]))
    top = 54 + 0.12 * max(0, size[1] - booklet.FOOT - 76 - tall - 56)
    shown = zip(anagram.seen[:2], prompts(anagram))
    pictures = [i for k, (p, text) in enumerate(shown) for i in booklet.captioned(p, (SIDE + k * (half + gap), top, half, tall), k + 1, text)]
    middle = (size[0] / 2, top + tall - half / 2)
    y = top + tall + 24
    lead = f.paragraph("One print, two pictures.", (SIDE, 44), width, 3.6, colour=f.GREY, italic=True)
    rows = booklet.facts([("Size", booklet.sized(anagram)), ("Pictures", str(len(anagram.seen)))], y + 16, width)
    return [
        *booklet.heading(title_of(anagram), 36, width),
        *lead,
        *pictures,
        *move(name, middle),
        f.caps(says[0], (middle[0], middle[1] + 16), 1.8, f.INK, "middle"),
        *f.paragraph(says[1], (SIDE, y), width, 4.4, bold=True),
        *rows,
        *booklet.fine_print(credits(anagram), size[1] - booklet.FOOT, width),
    ]


def view_name(anagram: Anagram) -> str:
    """The last view of the facts, or their kind."""
    views = [v for v in anagram.facts.get("views", ()) if isinstance(v, str)]
    return views[-1] if views else str(anagram.facts.get("kind", ""))


def move(name: str, at: Point) -> list[Item]:
    """The move drawn in a circle of 24 mm about a point."""
    if name in ("rotate_180", "rotate_90", "rotate_270"):
        return _turn(at, {"rotate_180": 180, "rotate_90": 90, "rotate_270": -90}[name])
    if name == "flip":
        return _mirror(at)
    if name == "negate":
        half = f.arc(at, 9, -90, 180)
        return [Stroke(half, Role.NOTE, 0.0, "", f.ACCENT), f.disc(at, 9, "", f.ACCENT, 0.9)]
    return [f.arrow(at, 18, 1)]


def _turn(at: Point, sweep: float) -> list[Item]:
    """An arc of the turn's angle with a head at its end, beginning above so that the middle of the arc is on top."""
    radius, start = 9.0, -90 - sweep / 2
    end = start + sweep
    path = f.arc(at, radius, start, sweep - (12 if sweep > 0 else -12))
    tip = f.arc(at, radius, end, 1).start
    along = end + (90 if sweep > 0 else -90)
    return [Stroke(path, Role.NOTE, 1.1, f.ACCENT), f.head(tip, along - (10 if sweep > 0 else -10), 5.0), f.disc(at, 0.9, f.ACCENT)]


def _mirror(at: Point) -> list[Item]:
    """A mirror seen edge on, and an arrow through it either way."""
    x, y = at
    edge = f.polygon([(x - 11, y - 0.5), (x + 11, y - 0.5), (x + 11, y + 0.5), (x - 11, y + 0.5)], f.INK)
    return [edge, f.arrow((x, y - 6.5), 9, 0), f.arrow((x, y + 6.5), 9, 2)]
