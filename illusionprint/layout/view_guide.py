"""Guide for pictures that are rotated, mirrored or inverted as a whole: one page with the pictures and the view of each. Lengths in mm, y down."""

from ..anagram import Anagram
from ..path import Point
from . import graphics as g
from . import guide_page
from .captions import TEXTS, credits, prompts, title_of
from .guide_page import SIDE, Size
from .sheet import Item, Role, Stroke

ROTATION_DEG = {"rotate_180": 180.0, "rotate_90": 90.0, "rotate_270": -90.0}


def page(anagram: Anagram, size: Size) -> list[Item]:
    """Items of the page: two pictures side by side, more of them in rows."""
    width, bottom, count = size[0] - 2 * SIDE, size[1] - guide_page.FOOT, len(anagram.seen)
    body, y = (_rows if count > 2 else _pair)(anagram, size)
    lead = guide_page.lead(f"One print, {TEXTS['numbers'][count]} pictures.", width)
    facts = guide_page.facts([("Size", guide_page.finished_size(anagram)), ("Pictures", str(count))], y, width)
    return [*guide_page.heading(title_of(anagram), width), *lead, *body, *facts, *guide_page.fine_print(credits(anagram), bottom, width)]


def _rows(anagram: Anagram, size: Size) -> tuple[list[Item], float]:
    """A row for each picture with its view, drawn and in words; and the lower edge."""
    width, count = size[0] - 2 * SIDE, len(anagram.seen)
    views = [str(v) for v in anagram.facts.get("views", ())] + ["identity"] * count
    top, bottom = 52.0, size[1] - guide_page.FOOT - 24 - 3 * len(credits(anagram))
    step, wide = (bottom - top) / count, 0.42 * width
    out: list[Item] = []
    for k, (picture, text) in enumerate(zip(anagram.seen, prompts(anagram))):
        box = guide_page.fitted(picture, (SIDE, top + k * step, wide, step - 6))
        x, y = SIDE + wide + 8, top + k * step + (step - 6) / 2
        head, how = TEXTS["views"].get(views[k], TEXTS["views"]["identity" if k == 0 else "other"])
        out += [*guide_page.framed(picture, box), *g.number_mark(k + 1, (x + 2.6, y - 8.1))]
        out += [guide_page.one_line(text, (x + 7.4, y - 7), width - wide - 44, 3.8), g.caps(head, (x, y + 1), 1.8, g.INK)]
        out += [*g.paragraph(how, (x, y + 6.5), width - wide - 40, 2.9), *(diagram(views[k], (size[0] - SIDE - 13, y)) if k else [])]
    return out, bottom + 2


def _pair(anagram: Anagram, size: Size) -> tuple[list[Item], float]:
    """Both pictures side by side, between them a diagram of the view, below it the same in words; and the lower edge."""
    width, gap, view = size[0] - 2 * SIDE, 30.0, view_name(anagram)
    half = (width - gap) / 2
    tall = min(130.0, max(half * p.shape[0] / p.shape[1] for p in anagram.seen[:2]))
    top = 54 + 0.12 * max(0, size[1] - guide_page.FOOT - 76 - tall - 56)
    pictures = guide_page.captioned(zip(anagram.seen[:2], prompts(anagram)), top, half, tall, gap)
    x, y = size[0] / 2, top + tall - half / 2
    (head, how), baseline = TEXTS["views"].get(view, TEXTS["views"]["other"]), top + tall + 24
    texts = [g.caps(head, (x, y + 16), 1.8, g.INK, "middle"), *g.paragraph(how, (SIDE, baseline), width, 4.4, bold=True)]
    return [*pictures, *diagram(view, (x, y)), *texts], baseline + 16


def view_name(anagram: Anagram) -> str:
    """Last view of the anagram, or its kind."""
    views = [v for v in anagram.facts.get("views", ()) if isinstance(v, str)]
    return views[-1] if views else str(anagram.facts.get("kind", ""))


def diagram(view: str, at: Point) -> list[Item]:
    """Diagram of a view in a circle of 24 mm about a point."""
    if view in ROTATION_DEG:
        return _rotation(at, ROTATION_DEG[view])
    if view == "flip":
        return _mirror(at)
    if view == "negate":
        return [Stroke(g.arc(at, 9, -90, 180), Role.NOTE, 0.0, "", g.ACCENT), g.disc(at, 9, "", g.ACCENT, 0.9)]
    return [g.arrow(at, 18, 1)]


def _rotation(at: Point, sweep: float) -> list[Item]:
    """Arc of the rotation's angle with an arrow head, its middle on top."""
    radius, start, sense = 9.0, -90 - sweep / 2, 1 if sweep > 0 else -1
    tip = g.arc(at, radius, start + sweep, 1).start
    arc = Stroke(g.arc(at, radius, start, sweep - 12 * sense), Role.NOTE, 1.1, g.ACCENT)
    return [arc, g.arrow_head(tip, start + sweep + 90 * sense - 10 * sense, 5.0), g.disc(at, 0.9, g.ACCENT)]


def _mirror(at: Point) -> list[Item]:
    """Mirror seen edge on, with an arrow on either side."""
    x, y = at
    edge = g.polygon([(x - 11, y - 0.5), (x + 11, y - 0.5), (x + 11, y + 0.5), (x - 11, y + 0.5)], g.INK)
    return [edge, g.arrow((x, y - 6.5), 9, 0), g.arrow((x, y + 6.5), 9, 2)]
