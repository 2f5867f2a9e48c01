"""Exhibition posters: the picture large on a quiet ground, a label as beside a picture in a museum, crop marks outside the trim."""

from __future__ import annotations

import numpy as np
import shapely
from PIL import Image

from .. import __version__
from ..errors import BadValue
from ..units import fmt_size, px
from . import booklet, words
from . import furniture as f
from ._areas import art_areas
from .sheet import Areas, Box, Item, Picture, Sheet, Text

BLEED_MM, SLUG_MM, LEAST_MM, MOST_MM = 3.0, 16.0, 120.0, 5000.0
MARK_OFFSET_MM, MARK_MM = 4.0, 6.0
GROUND = "#f6f4ef"
Size = tuple[float, float]


def poster_sheet(
    picture: np.ndarray,
    size_mm: Size,
    *,
    title: str,
    subtitle: str = "",
    credit: str = "",
    dpi: float = 300.0,
    second: np.ndarray | None = None,
    second_caption: str = "turn me",
    vectors: bytes | None = None,
    border: shapely.Polygon | None = None,
) -> Sheet:
    """A poster of (width, height) mm, turned to landscape or portrait as the picture asks; the page is larger by bleed and marks.

    picture, second: uint8 (h, w, 3); vectors: the picture as anagram.svg, which is taken where it can be; border: its outline in mm of it, where it is no rectangle. A picture finer than `dpi` is reduced to it. The label stands below or at the right of the
    picture, whichever lets the picture be larger. Raises BadValue for a poster less than 120 mm, or more than 5 m, wide or high.
    """
    if min(size_mm) < LEAST_MM or max(size_mm) > MOST_MM:
        raise BadValue(f"a poster is at least {LEAST_MM:g} mm wide and high, and at most {MOST_MM:g} mm; {fmt_size(size_mm)} came.")
    shape = picture.shape[1], picture.shape[0]
    size = max((size_mm, size_mm[::-1]), key=lambda s: min(_art(shape, s)[0][2:]))
    art, label = _art(shape, size)
    trim = (SLUG_MM, SLUG_MM, *size)
    texts = _label(label, min(size), title, subtitle, credit, second, second_caption)
    items = [
        f.frame(_grown(trim, BLEED_MM), 0.0, "", GROUND),
        _large(picture, vectors, border, _moved(art, trim), dpi),
        *(f.shifted(item, *trim[:2]) for item in texts),
        *f.crop_marks(trim, MARK_OFFSET_MM, MARK_MM),
        *_slug(trim, title),
    ]
    note = " · ".join(p for p in (title, subtitle, fmt_size(size), credit, f"illusionprint {__version__}") if p)
    return Sheet((size[0] + 2 * SLUG_MM, size[1] + 2 * SLUG_MM), tuple(items), trim, BLEED_MM, title, note)


def _art(shape: Size, size: Size) -> tuple[Box, Box]:
    """(picture, label) on the trimmed poster: the margin is 8 % of the shorter side, the label 17 % of it high or 30 % wide."""
    short = min(size)
    margin, gap, low, wide = 0.08 * short, 0.045 * short, 0.17 * short, 0.30 * short
    w, h = size[0] - 2 * margin, size[1] - 2 * margin
    k, beside = min(w / shape[0], (h - gap - low) / shape[1]), min((w - gap - wide) / shape[0], h / shape[1])
    if k >= beside:
        aw, ah = k * shape[0], k * shape[1]
        top = margin + (h - ah - gap - low) * 0.38
        left = (size[0] - aw) / 2
        return (left, top, aw, ah), (left, top + ah + gap, aw, low)
    aw, ah = beside * shape[0], beside * shape[1]
    left = margin + (w - aw - gap - wide) / 2
    top = (size[1] - ah) / 2
    return (left, top, aw, ah), (left + aw + gap, top, wide, ah)


def _label(box: Box, short: float, title: str, subtitle: str, credit: str, second: np.ndarray | None, caption: str) -> list[Item]:
    """The words, and the second picture in small: below the picture words left and inset right, at its side inset above and words below."""
    x, y, w, h = box
    below = w > h
    inset: list[Item] = []
    if second is not None:
        side = 0.15 * short if below else 0.8 * w
        inset = _inset(second, (x + w - side * 1.5, y, side * 1.5, side) if below else (x, y, w, side), short, caption, below)
    text = _words(x, w - (0.27 * short if inset and below else 0), short, title, subtitle, credit)
    last = max(item.at[1] for item in text if isinstance(item, Text))
    return [*(f.shifted(item, 0, y if below else y + h - last) for item in text), *inset]


def _words(x: float, room: float, short: float, title: str, subtitle: str, credit: str) -> list[Item]:
    """A short rule, the title in bold, the subtitle in italics, the credit small and grey; from y = 0 down."""
    big, mid, fine = 0.034 * short, 0.019 * short, max(0.0095 * short, 1.9)
    big = words.shrink(words.printable(title)[0], 1.9 * room, big, 0.6 * big, True)
    out: list[Item] = [f.rule(x, 0, 0.09 * short, 0.0022 * short)]
    y = 0.012 * short + big
    for text, size, after, options in (
        (title, big, 2.2 * mid, {"bold": True, "most": 2, "leading": 1.18}),
        (subtitle, mid, mid + fine, {"italic": True, "most": 2}),
        (credit, fine, 0, {"colour": f.GREY, "most": 5, "leading": 1.5}),
    ):
        lines = f.paragraph(text, (x, y), room, size, **options)
        out += lines
        y = lines[-1].at[1] + after if lines else y
    return out


def _inset(second: np.ndarray, box: Box, short: float, caption: str, right: bool) -> list[Item]:
    """The second picture at the top of a box, ranged right or left, its caption below."""
    place = booklet.fitted(second, box)
    place = (box[0] + box[2] - place[2] if right else box[0], box[1], *place[2:])
    size = max(0.0105 * short, 1.9)
    at = (place[0] + place[2] if right else place[0], place[1] + place[3] + 1.9 * size)
    return [booklet.small(second, place), f.caps(caption, at, size, f.INK, "end" if right else "start")]


def _large(picture: np.ndarray, vectors: bytes | None, border: shapely.Polygon | None, box: Box, dpi: float) -> Picture | Areas:
    return art_areas(vectors, (picture.shape[1], picture.shape[0]), box, border=border) or Picture(_reduced(picture, box, dpi), box)


def _reduced(picture: np.ndarray, box: Box, dpi: float) -> np.ndarray:
    """The picture at no more than `dpi` in its box."""
    w, h = px(box[2], dpi), px(box[3], dpi)
    if w >= picture.shape[1]:
        return picture
    return np.asarray(Image.fromarray(np.ascontiguousarray(picture)).resize((w, h), Image.Resampling.LANCZOS, reducing_gap=2.0))


def _slug(trim: Box, title: str) -> list[Item]:
    """Scale line and a word about the poster below the trim, outside the bleed and between the marks."""
    x, y, w, h = trim
    top = y + h + BLEED_MM + 3.2
    text = words.printable(f"{title} · {w:g} × {h:g} mm, bleed {BLEED_MM:g} mm · illusionprint {__version__}")[0]
    left, room = x + 108, w - 112
    line = words.clip(words.wrap(text, room, 2.1), 1) if room > 40 else []
    return [*f.scale_line(x + 4, top), *(Text(t, (left, top + 3), 2.1, colour=f.GREY) for t in line)]


def _moved(box: Box, trim: Box) -> Box:
    return (box[0] + trim[0], box[1] + trim[1], *box[2:])


def _grown(box: Box, by: float) -> Box:
    return (box[0] - by, box[1] - by, box[2] + 2 * by, box[3] + 2 * by)
