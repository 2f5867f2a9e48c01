"""The finish on an artwork, and the vectors of either; what every view then shows."""

import math
from dataclasses import dataclass
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import shapely

from .. import views
from ..anagram import Anagram
from ..blend import finishes
from ..blend.composite import to_float, to_uint8, white_outside
from ..blend.layers import narrow_places, narrow_slits, sheet_stack
from ..blend.raster import rasterise
from ..blend.vector import TRAP_MM, Regions, Unsupported, svg
from .artwork import Artwork, Size, vectors
from .memory import give_back

LEAST_PX, LEAST_INK_PX = (
    1.8,
    0.9,
)  # pixels of the print across a finish's thinnest line, between areas or on a ground, below which pixels cannot show what the outlines do


@dataclass(frozen=True)
class Print:
    """What an artwork is printed as: its finish, pixels per mm (dpi: as they were asked for), size (width, height) in mm, the machine's kerf, a title and a seed."""

    finish: str
    px_per_mm: float
    dpi: float
    size_mm: Size
    kerf_mm: float
    title: str
    seed: int = 0


class Finished(NamedTuple):
    """picture (h, w, 3) as it is printed, uint8 or float32 in [0, 1]; what anagram.json tells of it; the same as SVG, or its sheets without shadows as SVG."""

    picture: np.ndarray
    told: dict[str, Any]
    svg: bytes | None = None
    layers: bytes | None = None


def anagram_of(art: Artwork, wanted: Print) -> Anagram:
    """An artwork with its finish, as pixels and as every view shows it; the facts are those of the artwork and the finish."""
    give_back()
    done = finished(art, wanted)
    give_back()
    rasterise, *targets = (to_uint8(white_outside(x, art.views[0])) for x in (done.picture, *art.targets))
    seen = (rasterise, *(views.apply_view(v, rasterise) for v in art.views))
    return Anagram(rasterise, seen, wanted.px_per_mm, tuple(targets), {**art.facts, **done.told}, done.svg, art.segmented, layers=done.layers)


def finished(art: Artwork, wanted: Print) -> Finished:
    """An artwork in its finish."""
    if wanted.finish == "plain":
        drawn, told = vectors(art, wanted.title)
        return Finished(art.pixels, told, drawn)
    finish = finishes.load(wanted.finish)
    if hasattr(finish, "outlined"):
        return _outlined(finish, art, wanted)
    picture = finish.finish(finishes.artwork(to_float(art.pixels), art.views[0], wanted.px_per_mm, art.casting is not None, wanted.seed))
    return Finished(picture, _left_out(wanted.finish, f"'{wanted.finish}' is made of pixels"))


def _outlined(finish: ModuleType, art: Artwork, wanted: Print) -> Finished:
    """Of a finish that is made of areas."""
    found, line_mm = outlined(finish, art, wanted.seed, wanted.size_mm)
    give_back()
    picture = rasterise(found, art.views[0], art.arrangement, art.size_px)
    if hasattr(finish, "lit"):
        lit = finish.lit(finishes.artwork(to_float(picture), art.views[0], wanted.px_per_mm, True, wanted.seed, found, wanted.size_mm))
        return Finished(lit, _layers(wanted, found), layers=svg(found, wanted.title))
    if line_mm * wanted.px_per_mm < (LEAST_PX if found.ground is None else LEAST_INK_PX):
        return Finished(picture, _left_out(wanted.finish, f"its lines of {line_mm:.2g} mm are too thin for {wanted.dpi:g} dpi"))
    told = {"regions": len(found.areas), "colours": len(np.unique(found.colours, axis=0)), "trap_mm": TRAP_MM}
    return Finished(picture, {"finish": wanted.finish, "vectors": told}, svg(found, wanted.title))


def _left_out(finish: str, why: str) -> dict[str, Any]:
    return {"finish": finish, "vectors": {"left_out": why}}


def _layers(wanted: Print, found: Regions) -> dict[str, Any]:
    """What anagram.json tells of sheets to cut; closed_slits: those of the sheet that the machine's beam is too wide for."""
    sheets = sheet_stack(found)
    told = [
        {
            "colour": "#" + bytes(c).hex(),
            "parts": len(shapely.get_parts(a)),
            "area_mm2": round(float(a.area), 1),
            "thin_places": len(narrow_places(a)),
            "closed_slits": len(narrow_slits(a, sheets.size_mm, wanted.kerf_mm)),
        }
        for c, a in zip(sheets.colours, sheets.areas)
    ]
    return {**_left_out(wanted.finish, "its shadows are soft"), "layers": told}


def outlined(finish: ModuleType, art: Artwork, seed: int, size_mm: Size) -> tuple[Regions, float]:
    """(the finish's areas, its thinnest line in mm), found on a raster of as many pixels for every print, so that they do not depend on its dpi."""
    view, found = art.views[0], None if isinstance(art.regions, Unsupported) else art.regions
    size = finishes.work_size(art.size_px, art.arrangement)
    picture = to_float(finishes.resized(art.pixels, size) if found is None else rasterise(found, view, art.arrangement, size))
    made = finishes.artwork(picture, view, size[1] / size_mm[0], art.casting is not None, seed, found, size_mm)
    return finish.outlined(made), made.mm(getattr(finish, "LINE_MM", math.inf))
