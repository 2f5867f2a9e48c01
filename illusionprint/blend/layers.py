"""Sheets of coloured paper that lie on each other: sheet t is the union of all areas that lie as high as t or higher,

    S_t = S_{t+1} + areas of rank t,    S_t contains S_{t+1},

so each lies on the one below with all of it, and seen from above the stack is the areas. The rarer a colour, the higher it lies.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from ._partition import GRID_MM
from ._svg import Regions, Size

THIN_MM = 1.0  # strips of paper that are narrower tear when they are lifted
HOLE_MM2 = 0.02  # smaller holes and parts are left by rounding where pieces meet


@dataclass(frozen=True, eq=False)
class Stack:
    """Colours uint8 (n, 3) and areas (n,) in mm of the sheets, the lowest first; (width, height) of the lowest."""

    colours: np.ndarray
    areas: np.ndarray
    size_mm: Size


def rank_by_area(colours: np.ndarray, mm2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(colours (k, 3) from the most frequent to the rarest, rank int (n,) of each area) of areas of colours (n, 3) and mm2 (n,)."""
    found, at = np.unique(colours, axis=0, return_inverse=True)
    order = np.argsort(-np.round(np.bincount(at.ravel(), mm2), 3), kind="stable")
    return found[order], np.argsort(order)[at.ravel()]


def sheet_stack(found: Regions) -> Stack:
    """The sheets of a picture of flat areas."""
    colours, rank = rank_by_area(found.colours, shapely.area(found.areas))
    out, above = [], shapely.Polygon()
    for t in range(len(colours) - 1, -1, -1):
        above = _clean(shapely.union_all([above, *found.areas[rank == t]], grid_size=GRID_MM))
        out.append(above)
    return Stack(colours, np.array(out[::-1], object), found.size_mm)


def _clean(area: shapely.Geometry) -> shapely.Geometry:
    """Without holes and parts that no knife cuts."""
    kept = [p for p in shapely.get_parts(area) if p.geom_type == "Polygon" and p.area >= HOLE_MM2]
    parts = [shapely.Polygon(p.exterior, [r for r in p.interiors if shapely.Polygon(r).area >= HOLE_MM2]) for p in kept]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def narrow_places(area: shapely.Geometry, width_mm: float = THIN_MM) -> np.ndarray:
    """float (k, 2): a point in each place where a sheet is narrower than a width, the largest first: what is gone when half of it is taken off all
    round and the rest has grown by as much again (an opening), but for the tips of corners."""
    r = width_mm / 2
    rest = shapely.buffer(shapely.buffer(area, -r, quad_segs=4), 1.01 * r, quad_segs=4)
    gone = shapely.get_parts(shapely.difference(area, rest))
    gone = gone[shapely.area(gone) > width_mm**2]
    gone = gone[np.argsort(-shapely.area(gone), kind="stable")]
    return shapely.get_coordinates(shapely.point_on_surface(gone)) if len(gone) else np.zeros((0, 2))


def narrow_slits(area: shapely.Geometry, size_mm: Size, kerf_mm: float) -> np.ndarray:
    """float (k, 2): a point in each slit and hole of a sheet that is too narrow for a beam, the largest first; none for a blade."""
    return narrow_places(shapely.difference(shapely.box(0, 0, *size_mm), area), kerf_mm) if kerf_mm else np.zeros((0, 2))
