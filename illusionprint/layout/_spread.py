"""The bleed of a board that is no rectangle: beyond its border the nearest colour of its edge goes on. mm, y down."""

from __future__ import annotations

import math

import cv2
import numpy as np
import shapely
from scipy import ndimage

from ..path import Path
from ._areas import by_colour, laid, regions_of
from .sheet import Areas, Box

STEP_MM = 0.5  # colours spread by so much at a time, all in turn


def spread(pixels: np.ndarray, border: Path, trim: Box, bleed: float) -> tuple[np.ndarray, Box]:
    """(pixels uint8, their box): each pixel up to `bleed` beside the border, a path in the box's own frame, takes the colour of the nearest one within; beyond it is white."""
    h, w = pixels.shape[:2]
    x, y, width, height = trim
    per_mm = w / width
    n = math.ceil(bleed * per_mm)
    wide = np.pad(pixels, ((n, n), (n, n), (0, 0)), constant_values=255)
    inside = np.zeros(wide.shape[:2], np.uint8)
    cv2.fillPoly(inside, [np.rint((border.flatten() * per_mm + n - 0.5) * 64).astype(np.int32)], 1, shift=6)
    inside = cv2.erode(inside, np.ones((3, 3), np.uint8)).astype(bool)
    far, at = ndimage.distance_transform_edt(~inside, return_indices=True)
    out = np.where((far <= n)[..., None], wide[tuple(at)], np.uint8(255))
    return out, (x - n / per_mm, y - n / per_mm, width + 2 * n / per_mm, height + 2 * n / per_mm)


def spread_areas(svg: bytes | None, border: Path, trim: Box, bleed: float) -> Areas | None:
    """anagram.svg laid into a box, its colours carried on beyond the border; None where there is none or where another program wrote it."""
    found = regions_of(svg)
    if found is None:
        return None
    board, (colours, joined) = shapely.Polygon(border.flatten(0.01)), by_colour(found)
    bare = [] if found.ground is None else [_solid(shapely.difference(board, shapely.union_all(joined, grid_size=0.001), grid_size=0.001))]
    parts, owner = shapely.get_parts(np.array(spread_out([*joined, *bare], board, bleed)[: len(joined)]), return_index=True)
    moved = shapely.transform(parts, lambda p: np.round(p + trim[:2], 3))
    bed = shapely.transform(board.buffer(bleed), lambda p: p + trim[:2])
    return laid(found, moved, colours[owner], bed)


def spread_out(areas: list[shapely.Geometry], board: shapely.Polygon, bleed: float) -> list[shapely.Geometry]:
    """Areas that fill a board, grown into the strip round it, step by step, so that each reaches about as far as it is the nearest."""
    taken, steps, rim = board, math.ceil(bleed / STEP_MM), board.exterior.buffer(bleed + 0.1)
    near = [k for k, a in enumerate(areas) if shapely.intersects(a, board.exterior.buffer(0.01))]
    edge = {k: _solid(shapely.intersection(areas[k], rim)) for k in near}
    grown = {k: shapely.Polygon() for k in near}
    for n in range(steps):
        for k in near if n % 2 == 0 else near[::-1]:
            reach = shapely.buffer(edge[k], bleed / steps + 0.001 * (n == 0), quad_segs=4)
            more = _solid(shapely.difference(reach, taken, grid_size=0.001))
            if not more.is_empty:
                edge[k], grown[k], taken = (_solid(shapely.union(g, more, grid_size=0.001)) for g in (edge[k], grown[k], taken))
    return [_solid(shapely.union(a, grown[k], grid_size=0.001)) if k in grown else a for k, a in enumerate(areas)]


def _solid(g: shapely.Geometry) -> shapely.Geometry:
    """Its areas alone, without lines and points."""
    parts = shapely.get_parts(g)
    return g if g.geom_type in ("Polygon", "MultiPolygon") else shapely.MultiPolygon([p for p in parts if p.geom_type == "Polygon"])
