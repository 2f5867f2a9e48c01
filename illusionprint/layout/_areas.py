"""Vector artwork on a sheet: flat areas by colour, carried on beyond the trim as in a mirror."""
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import shapely

from ..blend._partition import connected_groups, members
from ..blend._svg import TRAP_MM, Regions, mean_colour, parse_svg
from ..errors import BadValue
from .sheet import Areas, Box


def art_areas(svg: bytes | None, shape: tuple[float, float], box: Box, bleed_mm: float = 0.0, border: shapely.Polygon | None = None) -> Areas | None:
    """anagram.svg laid into a box; None where there is none, where another program wrote it, or where it is not of the shape (width, height).

    border, in mm of the picture: the outline of one that is no rectangle; it takes no bleed.
    """
    found = regions_of(svg)
    if found is None:
        return None
    alike = abs(found.size_mm[0] * shape[1] / (found.size_mm[1] * shape[0]) - 1) < 0.005
    return areas(found, box, bleed_mm, border) if alike else None


def regions_of(svg: bytes | None) -> Regions | None:
    """What anagram.svg holds; None where there is none, or where another program wrote it."""
    try:
        return None if svg is None else parse_svg(svg)
    except BadValue:
        return None


def areas(found: Regions, box: Box, bleed_mm: float = 0.0, border: shapely.Polygon | None = None) -> Areas:
    """What anagram.svg holds laid into a box; the bleed, in mm of the sheet, is its mirror image."""
    scale = np.array(box[2:]) / found.size_mm
    colours, joined = by_colour(found)
    whole = mirrored(joined, found.size_mm, bleed_mm / scale[0])
    parts, owner = shapely.get_parts(whole, return_index=True)
    moved, bed = (shapely.transform(g, lambda p: p * scale + box[:2]) for g in (parts, border))
    x, y, w, h = box
    paper = shapely.box(x - bleed_mm, y - bleed_mm, x + w + bleed_mm, y + h + bleed_mm)
    return laid(found, moved, colours[owner], bed if bed or found.ground is None else paper)


def by_colour(found: Regions) -> tuple[np.ndarray, np.ndarray]:
    """(colours uint8 (n, 3), the areas of each (n,)), joined across pieces, so that a colour has as few contours as it can."""
    colours, at = np.unique(found.colours, axis=0, return_inverse=True)
    with ThreadPoolExecutor(2) as pool:  # shapely leaves the interpreter free
        return colours, np.array(list(pool.map(lambda some: united(found.areas[some]), members(at.ravel()))), object)


def laid(found: Regions, polygons: np.ndarray, colours: np.ndarray, shape: shapely.Polygon | None) -> Areas:
    """Polygons (n,) of colours (n, 3) on a picture's own ground as they are, else, with a trap, on a bed of its mean colour; of a shape."""
    if found.ground is not None:
        return Areas(polygons, colours, 0.0, found.ground, bed_shape=shape)
    return Areas(polygons, colours, TRAP_MM, mean_colour(found.areas, found.colours), bed_shape=shape)


def united(polygons: np.ndarray) -> shapely.Geometry:
    """Their union: by common edges alone, or, where edges that lie on each other have vertices of their own, on a grid of 1 um."""
    try:
        out = shapely.coverage_union_all(polygons)
    except shapely.errors.GEOSException:
        out = None
    return out if out is not None and shapely.is_valid(out) else _joined(shapely.get_parts(polygons))


def _joined(parts: np.ndarray) -> shapely.Geometry:
    """The union on a grid of polygons (n,); those that meet no other stay as they are: dots are many, and few lie on a cut."""
    found = (parts[some] for some in members(connected_groups(len(parts), shapely.STRtree(parts).query(parts, "intersects").T)))
    return shapely.multipolygons(shapely.get_parts([g[0] if len(g) == 1 else shapely.union_all(g, grid_size=0.001) for g in found]))


def mirrored(polygons: np.ndarray, size_mm: tuple[float, float], bleed_mm: float) -> np.ndarray:
    """The polygons of a sheet with a strip along each edge mirrored outwards; one that reaches the edge goes on across it without a contour."""
    out, low, high = polygons.copy(), np.zeros(2), np.array(size_mm)
    for axis in (0, 1):
        for edge, strip in ((0.0, (0.0, bleed_mm)), (size_mm[axis], (size_mm[axis] - bleed_mm, size_mm[axis]))):
            box = np.array([low, high], float)
            box[:, axis] = strip
            near = np.flatnonzero(shapely.intersects(out, shapely.box(*box.ravel())))
            part = shapely.intersection(out[near], shapely.box(*box.ravel()))
            flip = np.where(np.arange(2) == axis, -1.0, 1.0), np.where(np.arange(2) == axis, 2 * edge, 0.0)
            out[near] = shapely.union(out[near], shapely.transform(part, lambda p: np.round(p * flip[0] + flip[1], 6)))
        low[axis], high[axis] = -bleed_mm, size_mm[axis] + bleed_mm
    return out
