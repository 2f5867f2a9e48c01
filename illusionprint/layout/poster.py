"""Exhibition posters: the picture large on a plain ground, a label as beside a picture in a museum, crop marks outside the trim box. Lengths in mm, y down."""

from typing import Any

import numpy as np
import shapely
from PIL import Image

from .. import __version__
from ..errors import BadValue
from ..units import fmt_size, px
from . import graphics as g
from . import guide_page, typography
from .artwork import vector_areas
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
    vectors: bytes | None = None,
    border: shapely.Polygon | None = None,
) -> Sheet:
    """Poster of (width, height) mm, turned to landscape or portrait as the picture asks; the page is larger by slug and marks.

    picture, second: uint8 (h, w, 3), reduced to dpi where they are finer. vectors: the picture as anagram.svg, used where it can be. border: outline in mm
    of a picture that is no rectangle. The label stands below or at the right of the picture, whichever lets the picture be larger. Raises BadValue for a
    poster less than 120 mm, or more than 5 m, wide or high.
    """
    if min(size_mm) < LEAST_MM or max(size_mm) > MOST_MM:
        raise BadValue(f"a poster is at least {LEAST_MM:g} mm wide and high, and at most {MOST_MM:g} mm; {fmt_size(size_mm)} came.")
    shape = picture.shape[1], picture.shape[0]
    size = max((size_mm, size_mm[::-1]), key=lambda s: min(_boxes(shape, s)[0][2:]))
    (x, y, w, h), label = _boxes(shape, size)
    trim = (SLUG_MM, SLUG_MM, *size)
    box = (x + SLUG_MM, y + SLUG_MM, w, h)
    ground = g.frame((SLUG_MM - BLEED_MM, SLUG_MM - BLEED_MM, size[0] + 2 * BLEED_MM, size[1] + 2 * BLEED_MM), 0.0, "", GROUND)
    art: Picture | Areas = vector_areas(vectors, shape, box, border=border) or Picture(_reduced(picture, box, dpi), box)
    texts = [g.shifted(item, SLUG_MM, SLUG_MM) for item in _label(label, min(size), title, subtitle, credit, second)]
    items = (ground, art, *texts, *g.crop_marks(trim, MARK_OFFSET_MM, MARK_MM), *_slug(trim, title))
    note = " · ".join(p for p in (title, subtitle, fmt_size(size), credit, f"illusionprint {__version__}") if p)
    return Sheet((size[0] + 2 * SLUG_MM, size[1] + 2 * SLUG_MM), items, trim, BLEED_MM, title, note)


def _boxes(shape: Size, size: Size) -> tuple[Box, Box]:
    """Boxes of picture and label on the trimmed poster: the margin is 8 % of the shorter side, the label 17 % of it high or 30 % wide."""
    short = min(size)
    margin, gap, low, wide = 0.08 * short, 0.045 * short, 0.17 * short, 0.30 * short
    w, h = size[0] - 2 * margin, size[1] - 2 * margin
    above, beside = min(w / shape[0], (h - gap - low) / shape[1]), min((w - gap - wide) / shape[0], h / shape[1])
    if above >= beside:
        aw, ah = above * shape[0], above * shape[1]
        left, top = (size[0] - aw) / 2, margin + (h - ah - gap - low) * 0.38
        return (left, top, aw, ah), (left, top + ah + gap, aw, low)
    aw, ah = beside * shape[0], beside * shape[1]
    left, top = margin + (w - aw - gap - wide) / 2, (size[1] - ah) / 2
    return (left, top, aw, ah), (left + aw + gap, top, wide, ah)


def _label(box: Box, short: float, title: str, subtitle: str, credit: str, second: np.ndarray | None) -> list[g.Movable]:
    """Text and the second picture in small: below the picture text left and inset right, at its side inset above and text below."""
    x, y, w, h = box
    below = w > h
    inset: list[g.Movable] = []
    if second is not None:
        side = 0.15 * short if below else 0.8 * w
        inset = _inset(second, (x + w - side * 1.5, y, side * 1.5, side) if below else (x, y, w, side), short, below)
    rule, *lines = _texts(x, w - (0.27 * short if inset and below else 0), short, title, subtitle, credit)
    last = max(item.at[1] for item in lines if isinstance(item, Text))
    return [*(g.shifted(item, 0, y if below else y + h - last) for item in (rule, *lines)), *inset]


def _texts(x: float, room: float, short: float, title: str, subtitle: str, credit: str) -> list[g.Movable]:
    """Short rule, title in bold, subtitle in italics, credit small and grey; from y = 0 down."""
    big, mid, fine = 0.034 * short, 0.019 * short, max(0.0095 * short, 1.9)
    big = typography.fitting_size(typography.printable(title)[0], 1.9 * room, big, 0.6 * big, True)
    styles: list[tuple[str, float, float, dict[str, Any]]] = [(title, big, 2.2 * mid, {"bold": True, "most": 2, "leading": 1.18})]
    styles += [(subtitle, mid, mid + fine, {"italic": True, "most": 2}), (credit, fine, 0, {"colour": g.GREY, "most": 5, "leading": 1.5})]
    out: list[g.Movable] = [g.rule(x, 0, 0.09 * short, 0.0022 * short)]
    y = 0.012 * short + big
    for text, size, after, style in styles:
        lines = g.paragraph(text, (x, y), room, size, **style)
        out, y = [*out, *lines], lines[-1].at[1] + after if lines else y
    return out


def _inset(second: np.ndarray, box: Box, short: float, right: bool) -> list[g.Movable]:
    """Second picture at the top of a box, ranged right or left, its caption below."""
    _, _, w, h = guide_page.fitted(second, box)
    x, size = box[0] + box[2] - w if right else box[0], max(0.0105 * short, 1.9)
    at = (x + w if right else x, box[1] + h + 1.9 * size)
    return [guide_page.small_picture(second, (x, box[1], w, h)), g.caps("turn me", at, size, g.INK, "end" if right else "start")]


def _reduced(picture: np.ndarray, box: Box, dpi: float) -> np.ndarray:
    """Picture at no more than `dpi` in its box."""
    w, h = px(box[2], dpi), px(box[3], dpi)
    if w >= picture.shape[1]:
        return picture
    return np.asarray(Image.fromarray(np.ascontiguousarray(picture)).resize((w, h), Image.Resampling.LANCZOS, reducing_gap=2.0))


def _slug(trim: Box, title: str) -> list[Item]:
    """Scale line and slug line below the trim box, outside the bleed and between the marks."""
    x, y, w, h = trim
    top, room = y + h + BLEED_MM + 3.2, w - 112
    text = typography.printable(f"{title} · {w:g} × {h:g} mm, bleed {BLEED_MM:g} mm · illusionprint {__version__}")[0]
    line = typography.truncated(typography.wrap(text, room, 2.1), 1) if room > 40 else []
    return [*g.scale_line(x + 4, top), *(Text(t, (x + 108, top + 3), 2.1, colour=g.GREY) for t in line)]
