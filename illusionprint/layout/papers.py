"""Sheets of coloured paper to cut: each with its own lines, and with the outlines of the next one, where that is laid."""
from __future__ import annotations

import numpy as np
import shapely

from ..anagram import Anagram
from ..path import Path
from .sheet import Role, Sheet, Stroke

MARGIN_MM = 5.0


def paper_sheets(anagram: Anagram) -> list[Sheet]:
    """One sheet a colour, the lowest first, in mm: CUT its outlines, ENGRAVE those of the sheet that lies on it. The same margin round all."""
    return [_sheet(anagram, k) for k in range(len(anagram.papers))]


def _sheet(anagram: Anagram, k: int) -> Sheet:
    w, h = anagram.size_mm
    mine, following = anagram.papers[k], anagram.papers[k + 1: k + 2]
    strokes = [*(s for p in following for s in _outlines(p.shape, Role.ENGRAVE)), *_outlines(mine.shape, Role.CUT)]
    return Sheet((w + 2 * MARGIN_MM, h + 2 * MARGIN_MM), tuple(strokes), (MARGIN_MM, MARGIN_MM, w, h),
                 title=f"paper {k + 1} of {len(anagram.papers)}, {mine.hex}", note="Cut it from paper of this colour; the engraved lines show where the next sheet lies.")


def _outlines(shape: shapely.Geometry, role: Role) -> list[Stroke]:
    """Holes first, so that nothing falls before it is finished."""
    found = sorted(shapely.get_rings(shapely.get_parts(shape)), key=lambda r: shapely.Polygon(r).area)
    return [Stroke(_path(shapely.get_coordinates(r) + MARGIN_MM), role) for r in found]


def _path(xy: np.ndarray) -> Path:
    points = [(float(x), float(y)) for x, y in xy.round(3)]
    return Path(points[0], tuple((p,) for p in points[1:-1]), True)
