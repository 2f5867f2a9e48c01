"""The guide of pictures that change with distance: where to stand, what is seen there, and the figures behind it."""

from __future__ import annotations

import math

import numpy as np

from .. import __version__, path
from ..errors import BadValue
from ..units import fmt_size
from . import booklet
from . import furniture as f
from . import words
from .booklet import SIDE
from .sheet import Item, Role, Sheet, Stroke, Text

PERSON_M, EYE_M = 1.70, 1.58


def viewing_guide_sheet(
    near_picture: np.ndarray,
    far_picture: np.ndarray,
    page_picture: np.ndarray,
    *,
    near_m: float,
    far_m: float,
    size_mm: tuple[float, float],
    cutoffs: dict[str, float],
    title: str,
    notes: list[str],
    template_name: str = "a4",
) -> Sheet:
    """One page: both pictures as seen from near and far, the room to scale, the print, a table of figures and notes.

    Pictures uint8 (h, w, 3); near_m < far_m metres; size_mm of the print; cutoffs: name -> figure. Raises BadValue otherwise.
    """
    if not 0 < near_m < far_m:
        raise BadValue(f"the near mark must be nearer than the far one, and more than 0; {near_m:g} m and {far_m:g} m came.")
    note = f"{title} · {fmt_size(size_mm)} · near {near_m:g} m, far {far_m:g} m · illusionprint {__version__}"
    size = booklet.page_size(template_name)
    width, top = size[0] - 2 * SIDE, 48.0
    half, bottom = (width - 10) / 2, size[1] - booklet.FOOT
    tall = min(78.0, max(half * p.shape[0] / p.shape[1] for p in (near_picture, far_picture)))
    figures = _figures(SIDE + 54, width - 54, near_m, far_m, size_mm, cutoffs, notes)
    high = max(item.at[1] for item in figures if isinstance(item, Text)) + 2
    deep = min(64.0, max(26.0, bottom - high - top - tall - 21))
    y = top + tall + 15 + deep + 6
    seen = ((near_picture, f"from {near_m:g} m"), (far_picture, f"from {far_m:g} m"))
    pictures = [i for k, (p, text) in enumerate(seen) for i in booklet.captioned(p, (SIDE + k * (half + 10), top, half, tall), k + 1, text)]
    lead = f.paragraph("One print: step back, and it becomes another picture.", (SIDE, 43), width, 3.4, colour=f.GREY, italic=True)
    body = [
        *booklet.heading(title, 36, width),
        *lead,
        *pictures,
        *_room((SIDE, top + tall + 15, width, deep), near_m, far_m, size_mm),
        *_print(page_picture, (SIDE, y, 46, min(60.0, bottom - 4 - y))),
        *(f.shifted(item, 0, y) for item in figures),
    ]
    return booklet.pages(template_name, [body], title, "Viewing guide", note)[0]


def angle_deg(width_mm: float, distance_m: float) -> float:
    """Angle that a width fills: 2 atan(W / 2 D)."""
    return math.degrees(2 * math.atan(width_mm / 2000 / distance_m))


def _print(picture: np.ndarray, box: tuple[float, float, float, float]) -> list[Item]:
    place = booklet.fitted(picture, box)
    place = (box[0], box[1], *place[2:])
    return [booklet.small(picture, place), f.frame(place), Text("the print", (box[0], box[1] + place[3] + 4), 2.4, colour=f.GREY, italic=True)]


def _room(box: tuple[float, float, float, float], near_m: float, far_m: float, size_mm: tuple[float, float]) -> list[Item]:
    """The wall with the print at eye height, the floor with its metres, a person at either mark: all to one scale."""
    x, y, w, h = box
    k = min((w - 24) / (far_m + 0.3), (h - 8) / 1.9)
    wall, floor = x + 4, y + h - 7
    eye = floor - EYE_M * k
    print_h = size_mm[1] / 1000 * k
    out: list[Item] = [_bar(wall - 1.2, y, 1.2, floor - y, f.PALE), f.rule(wall - 1.2, floor, w - 4, 0.25)]
    out += _floor(wall, floor, k, far_m, x + w - 6)
    out.append(_bar(wall, eye - print_h / 2, 0.9, print_h, f.ACCENT))
    for number, metres in ((2, far_m), (1, near_m)):
        out += _stand(wall + metres * k, floor, k, number, metres)
        sight = [path.line(wall + 0.9, eye + s * print_h / 2, wall + metres * k, eye) for s in (-1, 1)]
        out += [Stroke(line, Role.NOTE, 0.12, f.ACCENT) for line in sight]
    return out


def _bar(x: float, y: float, w: float, h: float, fill: str) -> Stroke:
    return f.frame((x, y, w, h), 0.0, "", fill)


def _floor(wall: float, floor: float, k: float, far_m: float, end: float) -> list[Item]:
    """A tick at every half metre, metre or more, so that no two are nearer than 5 mm."""
    step = next(s for s in (0.5, 1, 2, 5, 10, 20, 50, 100, 1e9) if s * k >= 5)
    count = int(min(far_m + step, (end - wall) / k) / step)
    at = [wall + n * step * k for n in range(1, count + 1)]
    return [Stroke(path.line(x, floor, x, floor + 1.2), Role.NOTE, 0.15, f.GREY) for x in at]


def _stand(x: float, floor: float, k: float, number: int, metres: float) -> list[Item]:
    """A person whose eye is above the mark, looking at the wall; the mark below the floor with its distance."""
    tone = f.INK if number == 1 else f.GREY
    head = (x + 0.085 * k, floor - (EYE_M + 0.02) * k)
    body = [
        (-0.02, 1.40),
        (0.05, 1.45),
        (0.06, 1.52),
        (0.13, 1.52),
        (0.14, 1.45),
        (0.23, 1.36),
        (0.24, 0.92),
        (0.20, 0.86),
        (0.20, 0),
        (-0.02, 0),
        (-0.02, 0.04),
        (0.05, 0.06),
        (0.03, 0.86),
        (0, 0.92),
    ]
    mark = floor + 4.6
    return [
        f.disc(head, 0.115 * k, tone),
        f.polygon([(x + a * k, floor - b * k) for a, b in body], tone),
        f.disc((x, mark), 2.1, f.ACCENT),
        Text(str(number), (x, mark + 0.9), 2.5, "middle", True, "#ffffff"),
        Text(f"{metres:g} m", (x + 3, mark + 0.9), 2.6, bold=True, colour=f.INK),
    ]


def _figures(x: float, width: float, near_m: float, far_m: float, size_mm: tuple[float, float], cutoffs: dict[str, float], notes: list[str]) -> list[Item]:
    """Size, angles at both marks, cut-offs, one a row, then the notes; from y = 0 down."""
    rows = [
        ("Size of the print", fmt_size(size_mm).replace("x", " × ").replace("mm", " mm")),
        *((f"It fills, from {m:g} m", f"{angle_deg(size_mm[0], m):.1f}°") for m in (near_m, far_m)),
    ]
    rows += [(name.replace("_", " "), f"{value:.3g}") for name, value in cutoffs.items()]
    out, y = [f.rule(x, 0, width, 0.25)], 0.0
    for name, value in rows:
        safe = words.printable(name)[0]
        size = words.shrink(safe, width - words.width_mm(value, 2.7, True) - 4, 2.7, 1.8)
        out += [Text(safe, (x, y + 4), size, colour=f.INK), Text(value, (x + width, y + 4), 2.7, "end", True, f.INK), f.rule(x, y + 5.6, width, 0.12, f.PALE)]
        y += 5.6
    y += 5
    for text in notes:
        lines = f.paragraph(text, (x, y), width, 2.3, colour=f.GREY)
        out += lines
        y = lines[-1].at[1] + 4.2 if lines else y
    return out
