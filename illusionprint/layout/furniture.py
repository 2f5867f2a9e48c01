"""What stands on several sheets: the scale line, arrows, crop marks, blocks of words. Lengths in mm, y down."""

from __future__ import annotations

import math
from dataclasses import replace

from .. import path
from ..path import Path, Point
from . import words
from .sheet import Box, Item, Picture, Role, Stroke, Text

INK, GREY, PALE, ACCENT = "#1a1a1a", "#666666", "#c8c8c8", "#b3261e"
SCALE_WORDS = "scale check: this line is 100 mm"
SCALE_HEIGHT_MM = 6.0


def scale_line(x: float, y: float) -> list[Item]:
    """The 100 mm line with a tick every 10 mm, and its words; it stands in (x, y, 100, SCALE_HEIGHT_MM)."""
    base = y + 3.0
    line = Stroke(path.line(x, base, x + 100, base), Role.REFERENCE)
    ticks = [Stroke(path.line(x + t, base, x + t, base - (3 if t % 50 == 0 else 1.8)), Role.REFERENCE) for t in range(0, 101, 10)]
    return [line, *ticks, Text(SCALE_WORDS, (x, y + 5.8), 2.1, colour=INK, role=Role.REFERENCE)]


def paragraph(
    text: str,
    at: Point,
    width: float,
    size_mm: float,
    *,
    most: int = 99,
    colour: str = INK,
    bold: bool = False,
    italic: bool = False,
    anchor: str = "start",
    leading: float = 1.4,
) -> list[Text]:
    """Wrapped lines; `at` is the first baseline."""
    safe, _ = words.printable(text)
    lines = words.clip(words.wrap(safe, width, size_mm, bold, italic), most)
    return [Text(line, (at[0], at[1] + k * leading * size_mm), size_mm, anchor, bold, colour, italic=italic) for k, line in enumerate(lines)]


def caps(text: str, at: Point, size_mm: float = 2.2, colour: str = GREY, anchor: str = "start") -> Text:
    """Spaced capitals, for small headings."""
    return Text(words.printable(text)[0].upper(), at, size_mm, anchor, colour=colour, track_mm=0.16 * size_mm)


def rule(x: float, y: float, width: float, width_mm: float = 0.15, colour: str = INK) -> Stroke:
    return Stroke(path.line(x, y, x + width, y), Role.NOTE, width_mm, colour)


def frame(box: Box, width_mm: float = 0.12, colour: str = GREY, fill: str = "") -> Stroke:
    return Stroke(path.rectangle(*box), Role.NOTE, width_mm, colour, fill)


def polygon(points: list[Point], fill: str = INK) -> Stroke:
    """A filled area without a line."""
    return Stroke(Path(points[0], tuple((p,) for p in points[1:]), True), Role.NOTE, 0.0, "", fill)


def arc(centre: Point, radius: float, start_deg: float, sweep_deg: float) -> Path:
    """Clockwise arc (y down) from an angle measured from the x axis.

    Each part of angle a <= 90 deg is the cubic whose handles are (4/3) tan(a/4) radii long.
    """
    n = max(1, math.ceil(abs(sweep_deg) / 90))
    step = math.radians(sweep_deg / n)
    k, segments, angle = 4 / 3 * math.tan(step / 4), [], math.radians(start_deg)

    def on(a: float, out: float = 0.0) -> Point:
        return (centre[0] + radius * (math.cos(a) - out * math.sin(a)), centre[1] + radius * (math.sin(a) + out * math.cos(a)))

    start = on(angle)
    for _ in range(n):
        segments.append((on(angle, k), on(angle + step, -k), on(angle + step)))
        angle += step
    return Path(start, tuple(segments), abs(sweep_deg) == 360)


def disc(centre: Point, radius: float, fill: str = INK, colour: str = "", width_mm: float = 0.0) -> Stroke:
    return Stroke(arc(centre, radius, 0, 360), Role.NOTE, width_mm, colour, fill)


def arrow(centre: Point, length: float, turns: int, fill: str = ACCENT, of: int = 4) -> Stroke:
    """A solid arrow that points up, turned clockwise, by quarters or by 1 / `of` of a full turn."""
    shape = [(0, -0.5), (0.36, -0.04), (0.12, -0.04), (0.12, 0.5), (-0.12, 0.5), (-0.12, -0.04), (-0.36, -0.04)]
    if of == 4:
        for _ in range(turns % 4):
            shape = [(-y, x) for x, y in shape]
    else:
        c, s = math.cos(2 * math.pi * turns / of), math.sin(2 * math.pi * turns / of)
        shape = [(c * x - s * y, s * x + c * y) for x, y in shape]
    return polygon([(centre[0] + length * x, centre[1] + length * y) for x, y in shape], fill)


def head(tip: Point, angle_deg: float, length: float, fill: str = ACCENT) -> Stroke:
    """The head of an arrow whose tip points along an angle from the x axis, clockwise."""
    a = math.radians(angle_deg)
    at = [(0, 0), (-1, 0.42), (-0.78, 0), (-1, -0.42)]
    return polygon([(tip[0] + length * (x * math.cos(a) - y * math.sin(a)), tip[1] + length * (x * math.sin(a) + y * math.cos(a))) for x, y in at], fill)


def crop_marks(trim: Box, offset: float, length: float) -> list[Stroke]:
    """Eight lines outside the trim's corners, in line with its sides; nothing nearer to it than `offset`."""
    x, y, w, h = trim
    out = []
    for cx, sx in ((x, -1), (x + w, 1)):
        for cy, sy in ((y, -1), (y + h, 1)):
            out.append(path.line(cx + sx * offset, cy, cx + sx * (offset + length), cy))
            out.append(path.line(cx, cy + sy * offset, cx, cy + sy * (offset + length)))
    return [Stroke(p, Role.REGISTER) for p in out]


def shifted(item: Item, dx: float, dy: float) -> Item:
    """The same item elsewhere."""
    if isinstance(item, Text):
        return replace(item, at=(item.at[0] + dx, item.at[1] + dy))
    if isinstance(item, Picture):
        return replace(item, box=(item.box[0] + dx, item.box[1] + dy, *item.box[2:]))
    return replace(item, path=item.path.transformed(1, 0, 0, 1, dx, dy))
