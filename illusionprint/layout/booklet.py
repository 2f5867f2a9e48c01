"""The look that all guides share: head, foot, captions, rows of facts, pictures in small. Lengths in mm, y down."""

from __future__ import annotations

import numpy as np
from PIL import Image

from .. import __version__
from ..anagram import Anagram
from ..spec import Template
from ..units import fmt_size, px
from . import furniture as f
from . import words
from .sheet import Box, Item, Picture, Sheet, Text

SIDE, TOP, FOOT = 18.0, 34.0, 26.0  # margins; the text starts at TOP and ends FOOT above the lower edge
DPI = 220
Size = tuple[float, float]


def pages(template_name: str, bodies: list[list[Item]], title: str, kind: str, note: str) -> list[Sheet]:
    """A sheet for each page's items, with head and foot."""
    size = page_size(template_name)
    total = len(bodies)
    return [
        Sheet(size, (*_head(size, title, kind), *body, *_foot(size, k, total)), (0.0, 0.0, *size), 0.0, f"{title}: {kind}", note)
        for k, body in enumerate(bodies, 1)
    ]


def page_size(template_name: str) -> Size:
    return Template.load(template_name, "sheet").size_mm


def _head(size: Size, title: str, kind: str) -> list[Item]:
    width = size[0] - 2 * SIDE
    safe = words.clip(words.wrap(words.printable(title)[0].upper(), 0.6 * width, 2.8), 1)[0]
    return [f.caps(safe, (SIDE, 17), 2.1), f.caps(kind, (size[0] - SIDE, 17), 2.1, anchor="end"), f.rule(SIDE, 19.5, width)]


def _foot(size: Size, number: int, total: int) -> list[Item]:
    y = size[1] - 17
    words_right = f"illusionprint {__version__}"
    page = [Text(f"{number} / {total}", (size[0] - SIDE, y + 3), 2.6, "end", True, f.INK)] if total > 1 else []
    return [*f.scale_line(SIDE, y), *page, Text(words_right, (size[0] - SIDE, y + 5.8), 2.1, "end", colour=f.GREY)]


def heading(text: str, y: float, width: float, size_mm: float = 8.0) -> list[Text]:
    """A title in bold, one or two lines; smaller when it is long. `y` is the first baseline."""
    safe = words.printable(text)[0]
    size = size_mm if words.width_mm(safe, size_mm, True) <= width else 0.72 * size_mm
    return f.paragraph(safe, (SIDE, y), width, size, most=2, bold=True, leading=1.2)


def one_line(text: str, at: tuple[float, float], width: float, size_mm: float, least_mm: float = 2.6) -> Text:
    """A bold line that shrinks, and then ends in an ellipsis, rather than be wider than `width`."""
    safe = words.printable(text)[0]
    size = words.shrink(safe, width, size_mm, least_mm, True)
    lines = words.wrap(safe, width if size > least_mm else width - size, size, True) or [""]
    return Text(words.clip(lines, 1)[0], at, size, bold=True, colour=f.INK)


def small(pixels: np.ndarray, box: Box, strength: float = 1.0) -> Picture:
    """A picture at the guide's resolution; `strength` below 1 fades it to white: p' = 255 - strength (255 - p)."""
    h, w = pixels.shape[:2]
    most = px(box[2], DPI), px(box[3], DPI)
    image = Image.fromarray(np.ascontiguousarray(pixels))
    if most[0] < w or most[1] < h:
        image = image.resize((min(w, most[0]), min(h, most[1])), Image.Resampling.LANCZOS, reducing_gap=2.0)
    fade = np.rint(255 - strength * (255 - np.arange(256))).astype(np.uint8)
    return Picture(fade[np.asarray(image)], box, lossless=False)


def fitted(pixels: np.ndarray, box: Box) -> Box:
    """The largest box of the picture's shape, centred in a box."""
    h, w = pixels.shape[:2]
    k = min(box[2] / w, box[3] / h)
    return (box[0] + (box[2] - k * w) / 2, box[1] + (box[3] - k * h) / 2, k * w, k * h)


def captioned(pixels: np.ndarray, box: Box, number: int, caption: str) -> list[Item]:
    """A framed picture at the bottom of a box, its number in a disc and its words below."""
    x, y, w, h = fitted(pixels, box)
    y = box[1] + box[3] - h
    below = y + h + 6.5
    mark = [f.disc((x + 2.6, below - 1.1), 2.6), Text(str(number), (x + 2.6, below), 3.0, "middle", True, "#ffffff")]
    said = f.paragraph(caption, (x + 7.4, below), w - 7.4, 3.4, most=2, bold=True)
    return [small(pixels, (x, y, w, h)), f.frame((x, y, w, h)), *mark, *said]


def facts(rows: list[tuple[str, str]], y: float, width: float) -> list[Item]:
    """Small headings with a value below, in columns between two rules; 16 mm high. "10^84" is set with a raised exponent."""
    step, out = width / len(rows), [f.rule(SIDE, y, width, colour=f.PALE), f.rule(SIDE, y + 15, width, colour=f.PALE)]
    for k, (name, value) in enumerate(rows):
        x = SIDE + k * step
        base, _, power = value.partition("^")
        size = words.shrink(value, step - 3, 4.0, 2.4, True)
        out += [f.caps(name, (x, y + 5), 1.9), Text(base, (x, y + 11.5), size, bold=True, colour=f.INK)]
        if power:
            out.append(Text(power, (x + words.width_mm(base, size, True) + 0.3, y + 10), 0.62 * size, bold=True, colour=f.INK))
    return out


def fine_print(lines: list[str], bottom: float, width: float) -> list[Text]:
    """Credit lines in small print, the last of them at `bottom`."""
    wrapped = [part for line in lines for part in words.wrap(words.printable(line)[0], width, 2.1)]
    return [Text(part, (SIDE, bottom - 2.9 * k), 2.1, colour=f.GREY) for k, part in enumerate(reversed(wrapped))]


def sized(anagram: Anagram) -> str:
    w, h = anagram.size_mm
    return fmt_size((round(w, 1), round(h, 1))).replace("x", " × ").replace("mm", " mm")
