"""Page design of all guides: head, foot, headings, captions, rows of facts, small pictures. Lengths in mm, y down."""

from collections.abc import Iterable

import numpy as np
from PIL import Image

from .. import __version__
from ..anagram import Anagram
from ..path import Point
from ..template import Template
from ..units import fmt_size, px
from . import graphics as g
from . import typography
from .sheet import Box, Item, Picture, Sheet, Text

SIDE, TOP, FOOT = 18.0, 34.0, 26.0  # margins; the text starts at TOP and ends FOOT above the lower edge
DPI = 220
Size = tuple[float, float]


def pages(template_name: str, bodies: list[list[Item]], title: str, kind: str, note: str) -> list[Sheet]:
    """Sheets of a guide, one for each page's items, with head and foot."""
    size, total = page_size(template_name), len(bodies)
    contents = [(*_head(size, title, kind), *body, *_foot(size, k, total)) for k, body in enumerate(bodies, 1)]
    return [Sheet(size, items, (0.0, 0.0, *size), 0.0, f"{title}: {kind}", note) for items in contents]


def page_size(template_name: str) -> Size:
    """Page (width, height) of a sheet template. Raises UnknownName."""
    return Template.load(template_name, "sheet").size_mm


def _head(size: Size, title: str, kind: str) -> list[Item]:
    width = size[0] - 2 * SIDE
    safe = typography.truncated(typography.wrap(typography.printable(title)[0].upper(), 0.6 * width, 2.8), 1)[0]
    return [g.caps(safe, (SIDE, 17), 2.1), g.caps(kind, (size[0] - SIDE, 17), 2.1, anchor="end"), g.rule(SIDE, 19.5, width)]


def _foot(size: Size, number: int, total: int) -> list[Item]:
    x, y = size[0] - SIDE, size[1] - 17
    page = [Text(f"{number} / {total}", (x, y + 3), 2.6, "end", True, g.INK)] if total > 1 else []
    return [*g.scale_line(SIDE, y), *page, Text(f"illusionprint {__version__}", (x, y + 5.8), 2.1, "end", colour=g.GREY)]


def heading(text: str, width: float, y: float = 36.0, size_mm: float = 8.0) -> list[Text]:
    """Title in bold on one or two lines from a first baseline, smaller when it is long."""
    safe = typography.printable(text)[0]
    size = size_mm if typography.width_mm(safe, size_mm, True) <= width else 0.72 * size_mm
    return g.paragraph(safe, (SIDE, y), width, size, most=2, bold=True, leading=1.2)


def lead(text: str, width: float, y: float = 44.0, size_mm: float = 3.6) -> list[Text]:
    """Lead paragraph below the title, in grey italics."""
    return g.paragraph(text, (SIDE, y), width, size_mm, colour=g.GREY, italic=True)


def one_line(text: str, at: Point, width: float, size_mm: float = 6.0, least_mm: float = 2.6) -> Text:
    """Bold line no wider than `width`: set smaller if need be, then truncated."""
    safe = typography.printable(text)[0]
    size = typography.fitting_size(safe, width, size_mm, least_mm, True)
    lines = typography.wrap(safe, width if size > least_mm else width - size, size, True) or [""]
    return Text(typography.truncated(lines, 1)[0], at, size, bold=True, colour=g.INK)


def numbered_steps(steps: Iterable[tuple[str, str]], y: float, width: float, gap: float = 6.4) -> tuple[list[Item], float]:
    """Numbered paragraphs, each with a heading or "", from a baseline on; and the next baseline."""
    out: list[Item] = []
    for k, (head, text) in enumerate(steps, 1):
        out.append(Text(str(k), (SIDE, y), 3.4, bold=True, colour=g.ACCENT))
        out += [g.caps(head, (SIDE + 7, y), 2.1, g.INK)] if head else []
        lines = g.paragraph(text, (SIDE + 7, y + (5.2 if head else 0)), width - 7, 2.9, leading=1.45)
        out, y = [*out, *lines], lines[-1].at[1] + gap
    return out, y


def small_picture(pixels: np.ndarray, box: Box, strength: float = 1.0) -> Picture:
    """Picture at the guide's resolution; a strength below 1 fades it to white."""
    h, w = pixels.shape[:2]
    most = px(box[2], DPI), px(box[3], DPI)
    image = Image.fromarray(np.ascontiguousarray(pixels))
    if most[0] < w or most[1] < h:
        image = image.resize((min(w, most[0]), min(h, most[1])), Image.Resampling.LANCZOS, reducing_gap=2.0)
    # p' = 255 - strength (255 - p)
    fade = np.rint(255 - strength * (255 - np.arange(256))).astype(np.uint8)
    return Picture(fade[np.asarray(image)], box, lossless=False)


def fitted(pixels: np.ndarray, box: Box) -> Box:
    """Largest box of the picture's aspect ratio, centred in a box."""
    h, w = pixels.shape[:2]
    k = min(box[2] / w, box[3] / h)
    return (box[0] + (box[2] - k * w) / 2, box[1] + (box[3] - k * h) / 2, k * w, k * h)


def framed(pixels: np.ndarray, box: Box) -> list[Item]:
    """Small picture in a frame."""
    return [small_picture(pixels, box), g.frame(box)]


def captioned(pictures: Iterable[tuple[np.ndarray, str]], top: float, width: float, height: float, gap: float) -> list[Item]:
    """Pictures side by side in boxes of a size, each framed, with its number and caption below."""
    out: list[Item] = []
    for k, (pixels, caption) in enumerate(pictures):
        x, _, w, h = fitted(pixels, (SIDE + k * (width + gap), top, width, height))
        y = top + height - h
        baseline = y + h + 6.5
        words = g.paragraph(caption, (x + 7.4, baseline), w - 7.4, 3.4, most=2, bold=True)
        out += [*framed(pixels, (x, y, w, h)), *g.number_mark(k + 1, (x + 2.6, baseline - 1.1)), *words]
    return out


def facts(rows: list[tuple[str, str]], y: float, width: float) -> list[Item]:
    """Small headings with a value below, in columns between two rules, 16 mm high; "10^84" is set with a superscript."""
    step = width / len(rows)
    out: list[Item] = [g.rule(SIDE, y, width, colour=g.PALE), g.rule(SIDE, y + 15, width, colour=g.PALE)]
    for k, (name, value) in enumerate(rows):
        x = SIDE + k * step
        base, _, power = value.partition("^")
        size = typography.fitting_size(value, step - 3, 4.0, 2.4, True)
        out += [g.caps(name, (x, y + 5), 1.9), Text(base, (x, y + 11.5), size, bold=True, colour=g.INK)]
        if power:
            out.append(Text(power, (x + typography.width_mm(base, size, True) + 0.3, y + 10), 0.62 * size, bold=True, colour=g.INK))
    return out


def fine_print(lines: list[str], bottom: float, width: float) -> list[Text]:
    """Credit lines in small print, the last of them at `bottom`."""
    wrapped = [part for line in lines for part in typography.wrap(typography.printable(line)[0], width, 2.1)]
    return [Text(part, (SIDE, bottom - 2.9 * k), 2.1, colour=g.GREY) for k, part in enumerate(reversed(wrapped))]


def spaced_size(size_mm: Size) -> str:
    """Size in words: "210 × 297 mm"."""
    return fmt_size(size_mm).replace("x", " × ").replace("mm", " mm")


def finished_size(anagram: Anagram) -> str:
    """Size of the finished picture in words, rounded to 0.1 mm."""
    w, h = anagram.size_mm
    return spaced_size((round(w, 1), round(h, 1)))
