"""Layered paper cut: a sheet to cut for each colour, and guide pages that show the stack grow. Lengths in mm, y down.

Every sheet has the same size and three round pin holes in its margin. What is left of a sheet when its parts are out is a mask: on the pins its windows
stand where the parts belong. Engraved lines on a sheet, hidden later, show where the next one lies.

Kerf compensation: a beam of width k takes k / 2 on either side of its line, so it follows the contour of what is to be left, grown by a disc,

    cut line of S = boundary of S (+) B(k / 2):

parts grow by k / 2, holes and pin holes shrink by as much, and what is left has the drawn size. Slits narrower than k close; the pages tell of them.
"""

import functools

import cv2
import numpy as np
import shapely

from .. import path
from ..anagram import Anagram
from ..blend.layers import THIN_MM, Stack, narrow_places, narrow_slits, sheet_stack
from ..jigsaw import Arrangement
from ..path import Path
from . import graphics as g
from . import guide_page
from .artwork import regions_of
from .captions import TEXTS, prompts, slug_line, title_of
from .guide_page import SIDE, Size
from .sheet import Box, Item, Role, Sheet, Stroke, Text

MARGIN_MM, HOLE_MM, CORNER_MM = 12.0, 4.0, 6.0  # round the picture; diameter of a hole; its centre from the sheet's sides
INSET_MM = 0.4  # how far within the next sheet's contour its place is marked
ACROSS, THUMB_PX = 3, 700
RING_MM, RINGS = 1.6, 40  # round thin places of a small picture; so many at most


def layer_sheets(anagram: Anagram, arrangement: Arrangement | None, kerf_mm: float = 0.0) -> list[Sheet]:
    """Cut sheets for the machine, one for each colour, the lowest first; none where the picture is not made of paper layers."""
    made, note = _stack_of(anagram.layers), slug_line(anagram, arrangement)
    return [_sheet(made, k, title_of(anagram), note, kerf_mm) for k in range(len(made.areas))] if made else []


@functools.lru_cache(maxsize=1)
def _stack_of(svg: bytes | None) -> Stack | None:
    """Stack of layers.svg, found once for files and pages."""
    found = regions_of(svg)
    return None if found is None else sheet_stack(found)


def _sheet(made: Stack, k: int, title: str, note: str, kerf_mm: float) -> Sheet:
    margin = MARGIN_MM + kerf_mm / 2  # cut along its own edge, the sheet has MARGIN_MM round the picture
    w, h = (v + 2 * margin for v in made.size_mm)
    cuts = [Stroke(p, Role.CUT) for p in (*_pin_holes(w, h, kerf_mm), *_contours(kerf_compensated(made.areas[k], kerf_mm), margin))]
    marks = shapely.buffer(made.areas[k + 1], -INSET_MM) if k + 1 < len(made.areas) else shapely.Polygon()
    lines = [Stroke(p, Role.ENGRAVE) for p in _contours(shapely.simplify(marks, 0.02), margin)]
    items = (*lines, *cuts, Stroke(path.rectangle(0, 0, w, h), Role.TRIM))
    name = f"{title}: sheet {k + 1} of {len(made.areas)}, #{bytes(made.colours[k]).hex()}"
    return Sheet((w, h), items, (margin, margin, *made.size_mm), 0.0, name, note)


def kerf_compensated(area: shapely.Geometry, kerf_mm: float) -> shapely.Geometry:
    """Area whose contour a beam follows so that the area itself is left; corners stay corners."""
    return shapely.buffer(area, kerf_mm / 2, join_style="mitre", mitre_limit=2.0) if kerf_mm else area


def _pin_holes(w: float, h: float, kerf_mm: float) -> list[Path]:
    """Holes in three of four corners, so that a sheet lies one way only."""
    at = CORNER_MM + kerf_mm / 2
    return [g.arc(centre, (HOLE_MM - kerf_mm) / 2, 0, 360) for centre in ((at, at), (w - at, at), (at, h - at))]


def _contours(area: shapely.Geometry, margin: float) -> list[Path]:
    """Contours as they lie on the sheet; holes before what they lie in."""
    out = []
    for part in (p for p in shapely.get_parts(area) if not p.is_empty):
        for ring in (*part.interiors, part.exterior):
            xy = (np.round(shapely.get_coordinates(ring)[:-1] + margin, 3)).tolist()
            out.append(Path(tuple(xy[0]), tuple((tuple(p),) for p in xy[1:]), True))
    return out


def layer_pages(anagram: Anagram, arrangement: Arrangement | None, template_name: str, kerf_mm: float = 0.0, stem: str = "layer") -> list[Sheet]:
    """Guide of the stack: how the sheets are cut and laid, and the stack after each; stem: of the names of the sheets' files."""
    made, size = _stack_of(anagram.layers), guide_page.page_size(template_name)
    if made is None:
        return []
    bodies = [_cover(anagram, made, size, kerf_mm, stem), *_steps(made, size, kerf_mm, stem)]
    return guide_page.pages(template_name, bodies, title_of(anagram), "Sheets of paper", slug_line(anagram, arrangement))


def _cover(anagram: Anagram, made: Stack, size: Size, kerf_mm: float, stem: str) -> list[Item]:
    """The stack, its figures and instructions."""
    width = size[0] - 2 * SIDE
    box = guide_page.fitted(anagram.pixels, (SIDE, 44, width, size[1] - guide_page.FOOT - 130))
    sheet = f"{made.size_mm[0] + 2 * MARGIN_MM:.0f} × {made.size_mm[1] + 2 * MARGIN_MM:.0f} mm"
    parts = sum(len(shapely.get_parts(a)) for a in made.areas)
    facts = [("sheets", str(len(made.areas))), ("each", sheet), ("parts", str(parts)), *([("beam", f"{kerf_mm:g} mm")] if kerf_mm else [])]
    y = box[1] + box[3] + 10
    out = [*guide_page.heading(" / ".join(prompts(anagram)), width), *guide_page.framed(anagram.pixels, box), *guide_page.facts(facts, y, width)]
    y += 23
    for head, text in TEXTS["paper_layers"]["steps"]:
        lines = g.paragraph(text.format(stem=stem), (SIDE, y + 5), width, 2.9)
        out, y = [*out, g.caps(head, (SIDE, y), 2.1, g.INK), *lines], lines[-1].at[1] + 7
    return out


def _steps(made: Stack, size: Size, kerf_mm: float, stem: str) -> list[list[Item]]:
    """Pages of small pictures of the stack after each sheet."""
    width, gap = (size[0] - 2 * SIDE - 8 * (ACROSS - 1)) / ACROSS, 16.0
    tall = width * made.size_mm[1] / made.size_mm[0]
    rows = max(1, int((size[1] - guide_page.FOOT - guide_page.TOP + gap - 6) // (tall + gap)))
    shown = _stages(made)
    out: list[list[Item]] = [[] for _ in range(0, len(shown), ACROSS * rows)]
    for k, picture in enumerate(shown):
        page, n = divmod(k, ACROSS * rows)
        x, y = SIDE + (n % ACROSS) * (width + 8), guide_page.TOP - 6 + n // ACROSS * (tall + gap)
        out[page] += _thumbnail(made, k, picture, (x, y, width, tall), kerf_mm, stem)
    return out


def _thumbnail(made: Stack, k: int, picture: np.ndarray, box: Box, kerf_mm: float, stem: str) -> list[Item]:
    """Small picture with the sheet's name and colour; thin places and closed slits are ringed."""
    x, y, w, h = guide_page.fitted(picture, box)
    count, colour = len(shapely.get_parts(made.areas[k])), "#" + bytes(made.colours[k]).hex()
    thin, closed = narrow_places(made.areas[k]), narrow_slits(made.areas[k], made.size_mm, kerf_mm)
    texts = [Text(f"{stem}-{k + 1}  {colour}  {count} {'part' if count == 1 else 'parts'}", (x + 7, y + h + 5.2), 2.8, colour=g.INK)]
    for what, places in ((f"narrower than {THIN_MM:g} mm", thin), ("slits closed", closed)):
        if len(places):
            line = f"{what} in {len(places)} {'place' if len(places) == 1 else 'places'}"
            texts.append(Text(line, (x + 7, y + h + 9.2 + 3.2 * (len(texts) - 1)), 2.4, colour=g.ACCENT))
    at = np.array([x, y]) + np.concatenate([thin, closed])[:RINGS] * (w / made.size_mm[0])
    rings = [g.disc(tuple(p), RING_MM, "", g.ACCENT, 0.25) for p in at.tolist()]
    return [*guide_page.framed(picture, (x, y, w, h)), g.frame((x, y + h + 2.2, 5, 4), 0.12, g.GREY, colour), *rings, *texts]


def _stages(made: Stack) -> list[np.ndarray]:
    """Pictures uint8 (h, w, 3) of the stack after each sheet, the sheets below half faded to white."""
    scale = THUMB_PX / max(made.size_mm)
    h, w = (round(v * scale) for v in made.size_mm[::-1])
    below, out = np.full((h, w, 3), 255, np.uint8), []
    for area, colour in zip(made.areas, made.colours):
        mask = np.zeros((h, w), np.uint8)
        rings = shapely.get_rings(shapely.get_parts(area))
        cv2.fillPoly(mask, [np.rint(shapely.get_coordinates(r) * scale * 16).astype(np.int32) for r in rings], 1, shift=4)
        pale = (below.astype(np.uint16) + 255) // 2
        out.append(np.where(mask[..., None] > 0, colour, pale).astype(np.uint8))
        below = np.where(mask[..., None] > 0, colour, below).astype(np.uint8)
    return out
