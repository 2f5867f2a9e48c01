"""The finish on a made picture, and the vectors of either."""
from __future__ import annotations

import math
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import shapely

from ..blend import finishes
from ..blend.composite import to_float
from ..blend.layers import narrow_slits, sheet_stack, narrow_places
from ..blend.raster import rasterise
from ..blend.vector import TRAP_MM, Regions, Unsupported, svg
from ..spec import PuzzleSpec, Template
from .drawn import Drawn, vectors
from .memory import give_back

Size = tuple[float, float]
LEAST_PX, LEAST_INK_PX = 1.8, 0.9  # pixels of the print across a finish's thinnest line, between areas or on a ground, below which pixels cannot show what the outlines do


class Finished(NamedTuple):
    """picture (h, w, 3) as it is printed, uint8 or float32 in [0, 1]; what anagram.json tells of it; the same as SVG, or its sheets without shadows as SVG."""

    picture: np.ndarray
    told: dict[str, Any]
    svg: bytes | None = None
    layers: bytes | None = None


def finished(made: Drawn, spec: PuzzleSpec, px_per_mm: float, size_mm: Size) -> Finished:
    """A made picture in its finish."""
    title = " / ".join(spec.prompts)
    if spec.finish == "plain":
        drawn, told = vectors(made, title)
        return Finished(made.picture, told, drawn)
    finish = finishes.load(spec.finish)
    if hasattr(finish, "outlined"):
        found, line_mm = outlined(finish, made, spec.seed, size_mm)
        give_back()
        picture = rasterise(found, made.views[0], made.board, made.size_px)
        if hasattr(finish, "lit"):
            art = finishes.artwork(to_float(picture), made.views[0], px_per_mm, True, spec.seed, found, size_mm)
            return Finished(finish.lit(art), _layers(spec, found), layers=svg(found, title))
        if line_mm * px_per_mm < (LEAST_PX if found.ground is None else LEAST_INK_PX):
            return Finished(picture, _left_out(spec.finish, f"its lines of {line_mm:.2g} mm are too thin for {spec.dpi:g} dpi"))
        told = {"regions": len(found.areas), "colours": len(np.unique(found.colours, axis=0)), "trap_mm": TRAP_MM}
        return Finished(picture, {"finish": spec.finish, "vectors": told}, svg(found, title))
    picture = finish.finish(finishes.artwork(to_float(made.picture), made.views[0], px_per_mm, made.casting is not None, spec.seed))
    return Finished(picture, _left_out(spec.finish, f"'{spec.finish}' is made of pixels"))


def _left_out(finish: str, why: str) -> dict[str, Any]:
    return {"finish": finish, "vectors": {"left_out": why}}


def _layers(spec: PuzzleSpec, found: Regions) -> dict[str, Any]:
    """What anagram.json tells of sheets to cut; closed_slits: those of the sheet that the machine's beam is too wide for."""
    sheets, kerf = sheet_stack(found), Template.load(spec.machine, "machine").mm("kerf")
    told = [{"colour": "#" + bytes(c).hex(), "parts": len(shapely.get_parts(a)), "area_mm2": round(float(a.area), 1), "thin_places": len(narrow_places(a)),
             "closed_slits": len(narrow_slits(a, sheets.size_mm, kerf))} for c, a in zip(sheets.colours, sheets.areas)]
    return {**_left_out(spec.finish, "its shadows are soft"), "layers": told}


def outlined(finish: ModuleType, made: Drawn, seed: int, size_mm: Size) -> tuple[Regions, float]:
    """(the finish's areas, its thinnest line in mm), found on a raster of as many pixels for every print, so that they do not depend on its dpi."""
    view, found = made.views[0], None if isinstance(made.regions, Unsupported) else made.regions
    size = finishes.work_size(made.size_px, made.board)
    picture = to_float(finishes.resized(made.picture, size) if found is None else rasterise(found, view, made.board, size))
    art = finishes.artwork(picture, view, size[1] / size_mm[0], made.casting is not None, seed, found, size_mm)
    return finish.outlined(art), art.mm(getattr(finish, "LINE_MM", math.inf))
