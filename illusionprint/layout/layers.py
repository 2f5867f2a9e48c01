"""Sheets of paper to cut and to lay on each other: one a colour for the machine, and pages that show the stack as it grows. Lengths in mm, y down.

Every sheet has the same size and three round holes in its margin at the same places. What is left of a sheet when its parts are out is a mask: on the
pins its windows stand where the parts belong. Fine lines on a sheet, hidden later, show where the next one lies.

A beam of width k takes k / 2 on either side of the line along which it is led, so it is led along the contour of what is to be left, grown by a disc,

    cut line of S = boundary of S (+) B(k / 2):

parts grow by k / 2, holes and pin holes shrink by as much, and what is left has the drawn size. Slits narrower than k close; the pages tell of them.
"""
from __future__ import annotations

import functools

import cv2
import numpy as np
import shapely

from .. import path
from ..anagram import Anagram
from ..blend.layers import THIN_MM, Stack, narrow_slits, sheet_stack, narrow_places
from ..jigsaw import Arrangement
from ..path import Path
from . import booklet
from . import furniture as f
from ._areas import regions_of
from .booklet import SIDE
from .printing import made_by, prompts, title_of
from .sheet import Item, Role, Sheet, Stroke, Text

MARGIN_MM, HOLE_MM, CORNER_MM = 12.0, 4.0, 6.0  # round the picture; width of a hole; its middle from the sheet's sides
INSET_MM = 0.4  # how far within the next sheet's contour its place is marked
ACROSS, THUMB_PX = 3, 700
RING_MM, RINGS = 1.6, 40  # round thin places of a small picture; so many at most
STEPS = (("Cut", "{stem}-1.svg is the lowest sheet, whole; each further file is cut from paper of the colour that it names. Keep the parts on their sheet, or lift them with tape."),
         ("Lay", "Put pins through the three holes of the lowest sheet. The rest of a sheet on the pins is a mask: glue its parts into the windows, then lift it off."),
         ("Look", "Fine lines show where the next sheet lies, and vanish under it. Foam between the sheets makes the shadows deeper."))


def layer_sheets(anagram: Anagram, board: Arrangement | None, kerf_mm: float = 0.0) -> list[Sheet]:
    """A sheet for the machine a colour, the lowest first, led by half the kerf outside of what is to be left; none where the picture is not made of sheets."""
    made, note = _stacked(anagram.layers), made_by(anagram, board)
    if made is None:
        return []
    return [_sheet(made, k, title_of(anagram), note, kerf_mm) for k in range(len(made.areas))]


@functools.lru_cache(maxsize=1)
def _stacked(svg: bytes | None) -> Stack | None:
    """The sheets of layers.svg, found once for files and pages."""
    found = regions_of(svg)
    return None if found is None else sheet_stack(found)


def _sheet(made: Stack, k: int, title: str, note: str, kerf_mm: float) -> Sheet:
    margin = MARGIN_MM + kerf_mm / 2  # cut along its own edge, the sheet has MARGIN_MM round the picture
    w, h = (v + 2 * margin for v in made.size_mm)
    cuts = [Stroke(p, Role.CUT) for p in (*_holes(w, h, kerf_mm), *_rings(led(made.areas[k], kerf_mm), margin))]
    marks = shapely.buffer(made.areas[k + 1], -INSET_MM) if k + 1 < len(made.areas) else shapely.Polygon()
    lines = [Stroke(p, Role.ENGRAVE) for p in _rings(shapely.simplify(marks, 0.02), margin)]
    items = (*lines, *cuts, Stroke(path.rectangle(0, 0, w, h), Role.TRIM))
    name = f"{title}: sheet {k + 1} of {len(made.areas)}, #{bytes(made.colours[k]).hex()}"
    return Sheet((w, h), items, (margin, margin, *made.size_mm), 0.0, name, note)


def led(area: shapely.Geometry, kerf_mm: float) -> shapely.Geometry:
    """What a beam goes round that takes half its width from inside the line, and leaves the area; corners stay corners."""
    return shapely.buffer(area, kerf_mm / 2, join_style="mitre", mitre_limit=2.0) if kerf_mm else area


def _holes(w: float, h: float, kerf_mm: float) -> list[Path]:
    """Three of four corners, so that a sheet lies one way only."""
    at = CORNER_MM + kerf_mm / 2
    return [f.arc(middle, (HOLE_MM - kerf_mm) / 2, 0, 360) for middle in ((at, at), (w - at, at), (at, h - at))]


def _rings(area: shapely.Geometry, margin: float) -> list[Path]:
    """Contours as they lie on the sheet; holes before what they lie in."""
    out = []
    for part in (p for p in shapely.get_parts(area) if not p.is_empty):
        for ring in (*part.interiors, part.exterior):
            xy = (np.round(shapely.get_coordinates(ring)[:-1] + margin, 3)).tolist()
            out.append(Path(tuple(xy[0]), tuple((tuple(p),) for p in xy[1:]), True))
    return out


def layer_pages(anagram: Anagram, board: Arrangement | None, template_name: str, kerf_mm: float = 0.0, stem: str = "layer") -> list[Sheet]:
    """How the sheets are cut and laid, and the stack after every one; stem: how the files of the sheets are named."""
    made, size = _stacked(anagram.layers), booklet.page_size(template_name)
    if made is None:
        return []
    bodies = [_cover(anagram, made, size, kerf_mm, stem), *_grown(made, size, kerf_mm, stem)]
    return booklet.pages(template_name, bodies, title_of(anagram), "Sheets of paper", made_by(anagram, board))


def _cover(anagram: Anagram, made: Stack, size: booklet.Size, kerf_mm: float, stem: str) -> list[Item]:
    """The stack, its figures and what to do."""
    width = size[0] - 2 * SIDE
    box = booklet.fitted(anagram.pixels, (SIDE, 44, width, size[1] - booklet.FOOT - 130))
    out, y = [*booklet.heading(" / ".join(prompts(anagram)), 36, width), booklet.small(anagram.pixels, box), f.frame(box)], box[1] + box[3] + 10
    whole = f"{made.size_mm[0] + 2 * MARGIN_MM:.0f} × {made.size_mm[1] + 2 * MARGIN_MM:.0f} mm"
    parts = sum(len(shapely.get_parts(a)) for a in made.areas)
    out += booklet.facts([("sheets", str(len(made.areas))), ("each", whole), ("parts", str(parts)), *([("beam", f"{kerf_mm:g} mm")] if kerf_mm else [])], y, width)
    y += 23
    for head, text in STEPS:
        lines = f.paragraph(text.format(stem=stem), (SIDE, y + 5), width, 2.9)
        out, y = [*out, f.caps(head, (SIDE, y), 2.1, f.INK), *lines], lines[-1].at[1] + 7
    return out


def _grown(made: Stack, size: booklet.Size, kerf_mm: float, stem: str) -> list[list[Item]]:
    """Pages of small pictures: the stack with its newest sheet, what lies below it pale."""
    width, gap = (size[0] - 2 * SIDE - 8 * (ACROSS - 1)) / ACROSS, 16.0
    tall = width * made.size_mm[1] / made.size_mm[0]
    rows = max(1, int((size[1] - booklet.FOOT - booklet.TOP + gap - 6) // (tall + gap)))
    shown, out = _pictures(made), []
    for first in range(0, len(shown), ACROSS * rows):
        page: list[Item] = []
        for n, picture in enumerate(shown[first: first + ACROSS * rows]):
            x, y = SIDE + (n % ACROSS) * (width + 8), booklet.TOP - 6 + n // ACROSS * (tall + gap)
            page += _thumb(made, first + n, picture, (x, y, width, tall), kerf_mm, stem)
        out.append(page)
    return out


def _thumb(made: Stack, k: int, picture: np.ndarray, box: tuple[float, float, float, float], kerf_mm: float, stem: str) -> list[Item]:
    x, y, w, h = booklet.fitted(picture, box)
    count, colour, thin = len(shapely.get_parts(made.areas[k])), "#" + bytes(made.colours[k]).hex(), narrow_places(made.areas[k])
    said = [Text(f"{stem}-{k + 1}  {colour}  {count} {'part' if count == 1 else 'parts'}", (x + 7, y + h + 5.2), 2.8, colour=f.INK)]
    closed = narrow_slits(made.areas[k], made.size_mm, kerf_mm)
    told = [f"{what} in {len(at)} {'place' if len(at) == 1 else 'places'}" for what, at in ((f"narrower than {THIN_MM:g} mm", thin), ("slits closed", closed)) if len(at)]
    said += [Text(line, (x + 7, y + h + 9.2 + 3.2 * n), 2.4, colour=f.ACCENT) for n, line in enumerate(told)]
    at = np.array([x, y]) + np.concatenate([thin, closed])[:RINGS] * (w / made.size_mm[0])
    rings = [Stroke(f.arc(tuple(p), RING_MM, 0, 360), Role.NOTE, 0.25, f.ACCENT) for p in at.tolist()]
    return [booklet.small(picture, (x, y, w, h)), f.frame((x, y, w, h)), f.frame((x, y + h + 2.2, 5, 4), 0.12, f.GREY, colour), *rings, *said]


def _pictures(made: Stack) -> list[np.ndarray]:
    """uint8 (h, w, 3) of the stack as each sheet has come, the sheets below half faded to white."""
    scale = THUMB_PX / max(made.size_mm)
    h, w = (round(v * scale) for v in made.size_mm[::-1])
    below, out = np.full((h, w, 3), 255, np.uint8), []
    for area, colour in zip(made.areas, made.colours):
        mask = np.zeros((h, w), np.uint8)
        cv2.fillPoly(mask, [np.rint(shapely.get_coordinates(r) * scale * 16).astype(np.int32) for r in shapely.get_rings(shapely.get_parts(area))], 1, shift=4)
        pale = (below.astype(np.uint16) + 255) // 2
        out.append(np.where(mask[..., None] > 0, colour, pale).astype(np.uint8))
        below = np.where(mask[..., None] > 0, colour, below).astype(np.uint8)
    return out
