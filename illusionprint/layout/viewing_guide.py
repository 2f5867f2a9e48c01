"""Viewing guide of a hybrid print: both pictures, and a scale drawing of the room with the viewing distances. Lengths in mm, y down, distances in metres."""

import math

import numpy as np

from .. import __version__, path
from ..errors import BadValue
from ..path import Point
from ..units import fmt_size
from . import graphics as g
from . import guide_page, typography
from .guide_page import SIDE, Size
from .sheet import Box, Item, Role, Sheet, Stroke, Text

EYE_M = 1.58  # height of the eye of a person of 1.70 m
#: Outline of a person in metres from the eye's foot point, forward and up.
PERSON_M = "-.02 1.40  .05 1.45  .06 1.52  .13 1.52  .14 1.45  .23 1.36  .24 .92  .20 .86  .20 0  -.02 0  -.02 .04  .05 .06  .03 .86  0 .92"


def viewing_guide_sheet(
    near: np.ndarray, far: np.ndarray, page: np.ndarray, *, near_m: float, far_m: float, size_mm: Size, cutoffs: dict[str, float], title: str, notes: list[str]
) -> Sheet:
    """Page with both pictures as seen from near and far, the room to scale, the print, a table of figures and notes.

    near, far, page: uint8 (h, w, 3); near_m < far_m metres; size_mm of the print; cutoffs: name -> figure. Raises BadValue otherwise.
    """
    if not 0 < near_m < far_m:
        raise BadValue(f"the near mark must be nearer than the far one, and more than 0; {near_m:g} m and {far_m:g} m came.")
    note = f"{title} · {fmt_size(size_mm)} · near {near_m:g} m, far {far_m:g} m · illusionprint {__version__}"
    size = guide_page.page_size("a4")
    width, top, bottom = size[0] - 2 * SIDE, 48.0, size[1] - guide_page.FOOT
    half = (width - 10) / 2
    tall = min(78.0, max(half * p.shape[0] / p.shape[1] for p in (near, far)))
    figures = _figures(SIDE + 54, width - 54, near_m, far_m, size_mm, cutoffs, notes)
    high = max(item.at[1] for item in figures if isinstance(item, Text)) + 2
    deep = min(64.0, max(26.0, bottom - high - top - tall - 21))
    y = top + tall + 15 + deep + 6
    pictures = guide_page.captioned([(near, f"from {near_m:g} m"), (far, f"from {far_m:g} m")], top, half, tall, 10)
    lead = guide_page.lead("One print: step back, and it becomes another picture.", width, 43, 3.4)
    room = _room((SIDE, top + tall + 15, width, deep), near_m, far_m, size_mm)
    inset = _inset(page, (SIDE, y, 46, min(60.0, bottom - 4 - y)))
    body = [*guide_page.heading(title, width), *lead, *pictures, *room, *inset, *(g.shifted(item, 0, y) for item in figures)]
    return guide_page.pages("a4", [body], title, "Viewing guide", note)[0]


def angle_deg(width_mm: float, distance_m: float) -> float:
    """Visual angle of a width in degrees."""
    # X = 2 atan(W / 2D)
    return math.degrees(2 * math.atan(width_mm / 2000 / distance_m))


def _inset(picture: np.ndarray, box: Box) -> list[Item]:
    """The print in small, at the top left of a box, with its caption."""
    _, _, w, h = guide_page.fitted(picture, box)
    caption = Text("the print", (box[0], box[1] + h + 4), 2.4, colour=g.GREY, italic=True)
    return [*guide_page.framed(picture, (box[0], box[1], w, h)), caption]


def _room(box: Box, near_m: float, far_m: float, size_mm: Size) -> list[Item]:
    """Wall with the print at eye height, floor with its metres, a person at either distance, all to one scale."""
    x, y, w, h = box
    k = min((w - 24) / (far_m + 0.3), (h - 8) / 1.9)
    wall, floor = x + 4, y + h - 7
    eye, print_h = floor - EYE_M * k, size_mm[1] / 1000 * k
    out: list[Item] = [_bar(wall - 1.2, y, 1.2, floor - y, g.PALE), g.rule(wall - 1.2, floor, w - 4, 0.25)]
    out += [*_ticks(wall, floor, k, far_m, x + w - 6), _bar(wall, eye - print_h / 2, 0.9, print_h, g.ACCENT)]
    for number, metres in ((2, far_m), (1, near_m)):
        sight = [path.line(wall + 0.9, eye + s * print_h / 2, wall + metres * k, eye) for s in (-1, 1)]
        out += [*_person(wall + metres * k, floor, k, number, metres), *(Stroke(line, Role.NOTE, 0.12, g.ACCENT) for line in sight)]
    return out


def _bar(x: float, y: float, w: float, h: float, fill: str) -> Stroke:
    return g.frame((x, y, w, h), 0.0, "", fill)


def _ticks(wall: float, floor: float, k: float, far_m: float, end: float) -> list[Item]:
    """Ticks at every half metre, metre or more, at least 5 mm apart."""
    step = next(s for s in (0.5, 1, 2, 5, 10, 20, 50, 100, 1e9) if s * k >= 5)
    count = int(min(far_m + step, (end - wall) / k) / step)
    at = [wall + n * step * k for n in range(1, count + 1)]
    return [Stroke(path.line(x, floor, x, floor + 1.2), Role.NOTE, 0.15, g.GREY) for x in at]


def _person(x: float, floor: float, k: float, number: int, metres: float) -> list[Item]:
    """Person with an eye above the mark, looking at the wall; the mark and its distance below the floor."""
    tone, mark = g.INK if number == 1 else g.GREY, floor + 4.6
    values = [float(v) for v in PERSON_M.split()]
    body: list[Point] = [(x + a * k, floor - b * k) for a, b in zip(values[::2], values[1::2])]
    head = g.disc((x + 0.085 * k, floor - (EYE_M + 0.02) * k), 0.115 * k, tone)
    distance = Text(f"{metres:g} m", (x + 3, mark + 0.9), 2.6, bold=True, colour=g.INK)
    return [head, g.polygon(body, tone), *g.number_mark(number, (x, mark), 2.1, 2.5, 0.9, g.ACCENT), distance]


def _figures(x: float, width: float, near_m: float, far_m: float, size_mm: Size, cutoffs: dict[str, float], notes: list[str]) -> list[g.Movable]:
    """Table of size, visual angles and cut-off frequencies, then the notes, from y = 0 down."""
    rows = [("Size of the print", guide_page.spaced_size(size_mm))]
    rows += [(f"It fills, from {m:g} m", f"{angle_deg(size_mm[0], m):.1f}°") for m in (near_m, far_m)]
    rows += [(name.replace("_", " "), f"{value:.3g}") for name, value in cutoffs.items()]
    out: list[g.Movable] = [g.rule(x, 0, width, 0.25)]
    y = 0.0
    for name, value in rows:
        safe = typography.printable(name)[0]
        size = typography.fitting_size(safe, width - typography.width_mm(value, 2.7, True) - 4, 2.7, 1.8)
        out += [Text(safe, (x, y + 4), size, colour=g.INK), Text(value, (x + width, y + 4), 2.7, "end", True, g.INK)]
        out.append(g.rule(x, y + 5.6, width, 0.12, g.PALE))
        y += 5.6
    y += 5
    for text in notes:
        lines = g.paragraph(text, (x, y), width, 2.3, colour=g.GREY)
        out += lines
        y = lines[-1].at[1] + 4.2 if lines else y
    return out
