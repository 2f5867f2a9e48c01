"""Graphic elements of the sheets: scale line, paragraphs, rules, arrows, crop marks. Lengths in mm, y down."""

import math
from dataclasses import replace
from typing import Any

from .. import path
from ..jigsaw.geometry.cells import turned_axes
from ..path import Path, Point
from . import typography
from .sheet import Box, Item, Picture, Role, Stroke, Text

INK, GREY, PALE, ACCENT = "#1a1a1a", "#666666", "#c8c8c8", "#b3261e"
Movable = Picture | Stroke | Text


def scale_line(x: float, y: float) -> list[Item]:
    """Reference line of 100 mm with a tick every 10 mm and its words, in a box of 100 x 6 mm."""
    base = y + 3.0
    line = Stroke(path.line(x, base, x + 100, base), Role.REFERENCE)
    ticks = [Stroke(path.line(x + t, base, x + t, base - (3 if t % 50 == 0 else 1.8)), Role.REFERENCE) for t in range(0, 101, 10)]
    return [line, *ticks, Text("scale check: this line is 100 mm", (x, y + 5.8), 2.1, colour=INK, role=Role.REFERENCE)]


def paragraph(text: str, at: Point, width: float, size_mm: float, *, most: int = 99, leading: float = 1.4, **style: Any) -> list[Text]:
    """Lines of wrapped text from a first baseline, at most so many; style: fields of `Text` (bold, italic, anchor, colour)."""
    lines = typography.wrap(typography.printable(text)[0], width, size_mm, style.get("bold", False), style.get("italic", False))
    style = {"colour": INK} | style
    return [Text(line, (at[0], at[1] + k * leading * size_mm), size_mm, **style) for k, line in enumerate(typography.truncated(lines, most))]


def caps(text: str, at: Point, size_mm: float = 2.2, colour: str = GREY, anchor: str = "start") -> Text:
    """Small heading in letterspaced capitals."""
    return Text(typography.printable(text)[0].upper(), at, size_mm, anchor, colour=colour, tracking_mm=0.16 * size_mm)


def rule(x: float, y: float, width: float, width_mm: float = 0.15, colour: str = INK) -> Stroke:
    """Horizontal line."""
    return Stroke(path.line(x, y, x + width, y), Role.NOTE, width_mm, colour)


def frame(box: Box, width_mm: float = 0.12, colour: str = GREY, fill: str = "") -> Stroke:
    """Rectangle with an outline, a fill, or both."""
    return Stroke(path.rectangle(*box), Role.NOTE, width_mm, colour, fill)


def polygon(points: list[Point], fill: str = INK) -> Stroke:
    """Filled polygon without an outline."""
    return Stroke(Path(points[0], tuple((p,) for p in points[1:]), True), Role.NOTE, 0.0, "", fill)


def arc(centre: Point, radius: float, start_deg: float, sweep_deg: float) -> Path:
    """Clockwise arc (y down) from an angle measured from the x axis, as cubic Bezier curves of at most 90 degrees."""
    n = max(1, math.ceil(abs(sweep_deg) / 90))
    step = math.radians(sweep_deg / n)
    # handles of an arc of angle a are (4/3) tan(a/4) radii long
    k, segments, angle = 4 / 3 * math.tan(step / 4), [], math.radians(start_deg)

    def on(a: float, out: float = 0.0) -> Point:
        return (centre[0] + radius * (math.cos(a) - out * math.sin(a)), centre[1] + radius * (math.sin(a) + out * math.cos(a)))

    start = on(angle)
    for _ in range(n):
        segments.append((on(angle, k), on(angle + step, -k), on(angle + step)))
        angle += step
    return Path(start, tuple(segments), abs(sweep_deg) == 360)


def disc(centre: Point, radius: float, fill: str = INK, colour: str = "", width_mm: float = 0.0) -> Stroke:
    """Circle with an outline, a fill, or both."""
    return Stroke(arc(centre, radius, 0, 360), Role.NOTE, width_mm, colour, fill)


def number_mark(number: int, centre: Point, radius: float = 2.6, size_mm: float = 3.0, drop: float = 1.1, fill: str = INK) -> list[Item]:
    """White number on a disc; drop: from the centre to its baseline."""
    return [disc(centre, radius, fill), Text(str(number), (centre[0], centre[1] + drop), size_mm, "middle", True, "#ffffff")]


def arrow(centre: Point, length: float, turns: int, fill: str = ACCENT, of: int = 4) -> Stroke:
    """Solid arrow that points up, turned clockwise by `turns` / `of` of a full turn."""
    a, b, c, d = turned_axes(turns % of, of)
    shape = [(0, -0.5), (0.36, -0.04), (0.12, -0.04), (0.12, 0.5), (-0.12, 0.5), (-0.12, -0.04), (-0.36, -0.04)]
    return polygon([(centre[0] + length * (a * x + c * y), centre[1] + length * (b * x + d * y)) for x, y in shape], fill)


def arrow_head(tip: Point, angle_deg: float, length: float, fill: str = ACCENT) -> Stroke:
    """Head of an arrow that points along an angle from the x axis, clockwise."""
    c, s = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    shape = [(0, 0), (-1, 0.42), (-0.78, 0), (-1, -0.42)]
    return polygon([(tip[0] + length * (x * c - y * s), tip[1] + length * (x * s + y * c)) for x, y in shape], fill)


def crop_marks(trim: Box, offset: float, length: float) -> list[Stroke]:
    """Eight crop marks in register colour, in line with the sides of a trim box, at a distance from it."""
    x, y, w, h = trim
    out = []
    for cx, sx in ((x, -1), (x + w, 1)):
        for cy, sy in ((y, -1), (y + h, 1)):
            out.append(path.line(cx + sx * offset, cy, cx + sx * (offset + length), cy))
            out.append(path.line(cx, cy + sy * offset, cx, cy + sy * (offset + length)))
    return [Stroke(p, Role.REGISTER) for p in out]


def shifted(item: Movable, dx: float, dy: float) -> Movable:
    """Item moved by (dx, dy)."""
    if isinstance(item, Text):
        return replace(item, at=(item.at[0] + dx, item.at[1] + dy))
    if isinstance(item, Picture):
        return replace(item, box=(item.box[0] + dx, item.box[1] + dy, *item.box[2:]))
    return replace(item, path=item.path.transformed(1, 0, 0, 1, dx, dy))
