"""One ink: lines that follow the contours, the darker the wider, and a firm line along every contour."""

import numpy as np
import shapely

from .._svg import Regions
from ._artwork import Artwork
from ._polygons import FlatAreas, difference, flat_polygons, ink_regions, inset, intersection, panes

DESCRIPTION = "one ink, lines along the contours, the darker the wider"
PITCH_MM, OUTLINE_MM, LEAST, THIN_MM = 1.1, 0.55, 0.04, 0.16
LINE_MM = THIN_MM
INK, PAPER = (0.09, 0.10, 0.16), (0.985, 0.975, 0.945)


def outlined(art: Artwork) -> Regions:
    found = flat_polygons(art, 2.0, 2.0, 12)
    firm = difference(found.polygons, panes(art, found, art.mm(OUTLINE_MM) / 2, 0.0))
    layers = [firm, *lines(art, found)]
    ink = np.tile(np.array(INK), (len(found.polygons), 1))
    return ink_regions(art, PAPER, [(some, ink, found.pieces) for some in layers])


def lines(art: Artwork, found: FlatAreas) -> list[np.ndarray]:
    """Ink at half pitches from the border of each area, |d - (n + 1/2) p| < h, 2 h the share dark^1.2 of the pitch; of each n, areas (k,)."""
    dark = np.clip(1 - found.colours @ np.array([0.3, 0.59, 0.11]), 0, 1)
    pitch = art.mm(PITCH_MM)
    thin = art.mm(THIN_MM)
    half = np.clip(pitch * dark**1.2, thin, pitch - thin) / 2
    left, out = np.where(dark > LEAST, _open(art, found.polygons), shapely.Polygon()), []
    while not shapely.is_empty(left).all():
        line, left = _next(left, pitch, half)
        out.append(intersection(line, found.polygons))
        left[~shapely.intersects(left, found.polygons)] = shapely.Polygon()
    return out


def _next(left: np.ndarray, pitch: float, half: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(the line half a pitch within, what lies a pitch within)."""
    wide = inset(left, pitch / 2 - half)
    rest = inset(wide, 2 * half)
    return difference(wide, rest), inset(rest, pitch / 2 - half)


def _open(art: Artwork, polygons: np.ndarray) -> np.ndarray:
    """Areas at the sheet's edge grown beyond it, since the edge is no contour."""
    board = shapely.union_all(art.outlines, grid_size=0.001) if art.border is None else art.border
    wide = shapely.difference(shapely.buffer(board, 2 * max(art.size_mm), join_style="mitre"), board)
    out, edge = polygons.copy(), shapely.boundary(board)
    at = np.flatnonzero(shapely.intersects(polygons, edge) & (shapely.area(polygons) < 0.999 * board.area))
    out[at] = shapely.union(polygons[at], wide, grid_size=0.001)
    return out
