"""Artwork of a sheet with its bleed, as pixels or as vectors; a bleed carries the artwork on beyond the trim box. Lengths in mm, y down.

The bleed of a rectangle is its mirror image. Beyond any other border the nearest colour of its edge goes on.
"""

import math
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import shapely
from scipy import ndimage

from ..anagram import Anagram
from ..blend._partition import connected_groups, members
from ..blend._svg import TRAP_MM, Regions, mean_colour, parse_svg
from ..errors import BadValue
from ..path import Path
from .sheet import Areas, Box, Picture

STEP_MM = 0.5  # width of the strip by which all colours grow in turn
GRID_MM = 0.001  # precision of overlays


def artwork(anagram: Anagram, border: Path | None, trim: Box, bleed_mm: float) -> Picture | Areas:
    """Artwork with bleed in a trim box, as vectors where the anagram has any; border: outline of a board that is no rectangle."""
    if border:
        return bordered_areas(anagram.svg, border, trim, bleed_mm) or Picture(*bordered_pixels(anagram.pixels, border, trim, bleed_mm))
    return vector_areas(anagram.svg, anagram.size_mm, trim, bleed_mm) or _mirrored_pixels(anagram.pixels, trim, bleed_mm)


def _mirrored_pixels(pixels: np.ndarray, trim: Box, bleed_mm: float) -> Picture:
    h, w = pixels.shape[:2]
    x, y, width, height = trim
    px, py = (min(n, math.ceil(bleed_mm * n / mm - 1e-6)) for n, mm in ((w, width), (h, height)))
    wide = np.pad(pixels, ((py, py), (px, px), (0, 0)), mode="symmetric")
    dx, dy = px * width / w, py * height / h
    return Picture(wide, (x - dx, y - dy, width + 2 * dx, height + 2 * dy))


def bordered_pixels(pixels: np.ndarray, border: Path, trim: Box, bleed_mm: float) -> tuple[np.ndarray, Box]:
    """Pixels uint8 with bleed, and their box: each pixel within the bleed of the border takes the nearest colour inside; beyond is white."""
    h, w = pixels.shape[:2]
    x, y, width, height = trim
    per_mm = w / width
    n = math.ceil(bleed_mm * per_mm)
    wide = np.pad(pixels, ((n, n), (n, n), (0, 0)), constant_values=255)
    inside = np.zeros(wide.shape[:2], np.uint8)
    cv2.fillPoly(inside, [np.rint((border.flatten() * per_mm + n - 0.5) * 64).astype(np.int32)], 1, shift=6)
    inside = cv2.erode(inside, np.ones((3, 3), np.uint8)).astype(bool)
    far, at = ndimage.distance_transform_edt(~inside, return_indices=True)
    out = np.where((far <= n)[..., None], wide[tuple(at)], np.uint8(255))
    return out, (x - n / per_mm, y - n / per_mm, width + 2 * n / per_mm, height + 2 * n / per_mm)


def regions_of(svg: bytes | None) -> Regions | None:
    """Regions of anagram.svg; None where there is none or another program wrote it."""
    try:
        return None if svg is None else parse_svg(svg)
    except BadValue:
        return None


def vector_areas(svg: bytes | None, shape: tuple[float, float], box: Box, bleed_mm: float = 0.0, border: shapely.Polygon | None = None) -> Areas | None:
    """Artwork of anagram.svg in a box with a mirrored bleed; None where there is none or it is not of the shape (width, height).

    border: outline in mm of a picture that is no rectangle, which takes no bleed.
    """
    found = regions_of(svg)
    if found is None or abs(found.size_mm[0] * shape[1] / (found.size_mm[1] * shape[0]) - 1) >= 0.005:
        return None
    scale = np.array(box[2:]) / found.size_mm
    colours, joined = _by_colour(found)
    parts, owner = shapely.get_parts(mirrored(joined, found.size_mm, bleed_mm / scale[0]), return_index=True)
    moved, backing = (shapely.transform(g, lambda p: p * scale + box[:2]) for g in (parts, border))
    x, y, w, h = box
    paper = shapely.box(x - bleed_mm, y - bleed_mm, x + w + bleed_mm, y + h + bleed_mm)
    return _with_backing(found, moved, colours[owner], backing if backing or found.ground is None else paper)


def bordered_areas(svg: bytes | None, border: Path, trim: Box, bleed_mm: float) -> Areas | None:
    """Artwork of anagram.svg in a trim box, its colours carried on beyond the border; None where there is none or another program wrote it."""
    found = regions_of(svg)
    if found is None:
        return None
    board, (colours, joined) = shapely.Polygon(border.flatten(0.01)), _by_colour(found)
    bare = [] if found.ground is None else [_polygonal(shapely.difference(board, shapely.union_all(joined, grid_size=GRID_MM), grid_size=GRID_MM))]
    grown = grown_outwards([*joined, *bare], board, bleed_mm)[: len(joined)]
    parts, owner = shapely.get_parts(np.array(grown), return_index=True)
    moved = shapely.transform(parts, lambda p: np.round(p + trim[:2], 3))
    return _with_backing(found, moved, colours[owner], shapely.transform(board.buffer(bleed_mm), lambda p: p + trim[:2]))


def _by_colour(found: Regions) -> tuple[np.ndarray, np.ndarray]:
    """Colours uint8 (n, 3) and the union of the areas of each (n,), joined across pieces so that there are few contours."""
    colours, at = np.unique(found.colours, axis=0, return_inverse=True)
    with ThreadPoolExecutor(2) as pool:  # shapely releases the interpreter lock
        return colours, np.array(list(pool.map(lambda some: united(found.areas[some]), members(at.ravel()))), object)


def _with_backing(found: Regions, polygons: np.ndarray, colours: np.ndarray, shape: shapely.Polygon | None) -> Areas:
    """Polygons (n,) of colours (n, 3) on the picture's own ground, or, with trapping, on a backing of its mean colour."""
    if found.ground is not None:
        return Areas(polygons, colours, 0.0, found.ground, backing_shape=shape)
    return Areas(polygons, colours, TRAP_MM, mean_colour(found.areas, found.colours), backing_shape=shape)


def united(polygons: np.ndarray) -> shapely.Geometry:
    """Union of polygons: along common edges, or on a grid of 1 um where edges that coincide have other vertices."""
    try:
        out = shapely.coverage_union_all(polygons)
    except shapely.errors.GEOSException:
        out = None
    return out if out is not None and shapely.is_valid(out) else _grid_union(shapely.get_parts(polygons))


def _grid_union(parts: np.ndarray) -> shapely.Geometry:
    """Union on a grid of polygons (n,); those that meet no other stay as they are: dots are many, and few lie on a cut."""
    found = (parts[some] for some in members(connected_groups(len(parts), shapely.STRtree(parts).query(parts, "intersects").T)))
    return shapely.multipolygons(shapely.get_parts([g[0] if len(g) == 1 else shapely.union_all(g, grid_size=GRID_MM) for g in found]))


def mirrored(polygons: np.ndarray, size_mm: tuple[float, float], bleed_mm: float) -> np.ndarray:
    """Polygons with a strip along each edge of the sheet mirrored outwards; a polygon that reaches the edge crosses it without a contour."""
    out, low, high = polygons.copy(), np.zeros(2), np.array(size_mm)
    for axis in (0, 1):
        for edge, strip in ((0.0, (0.0, bleed_mm)), (size_mm[axis], (size_mm[axis] - bleed_mm, size_mm[axis]))):
            box = np.array([low, high], float)
            box[:, axis] = strip
            near = np.flatnonzero(shapely.intersects(out, shapely.box(*box.ravel())))
            part = shapely.intersection(out[near], shapely.box(*box.ravel()))
            scale, offset = np.where(np.arange(2) == axis, -1.0, 1.0), np.where(np.arange(2) == axis, 2 * edge, 0.0)
            out[near] = shapely.union(out[near], shapely.transform(part, lambda p, s=scale, o=offset: np.round(p * s + o, 6)))
        low[axis], high[axis] = -bleed_mm, size_mm[axis] + bleed_mm
    return out


def grown_outwards(areas: list[shapely.Geometry], board: shapely.Polygon, bleed_mm: float) -> list[shapely.Geometry]:
    """Areas that fill a board, grown into the strip round it, step by step, so that each reaches about as far as it is the nearest."""
    covered, steps, rim = board, math.ceil(bleed_mm / STEP_MM), board.exterior.buffer(bleed_mm + 0.1)
    near = [k for k, a in enumerate(areas) if shapely.intersects(a, board.exterior.buffer(0.01))]
    edge = {k: _polygonal(shapely.intersection(areas[k], rim)) for k in near}
    grown = {k: shapely.Polygon() for k in near}
    for n in range(steps):
        for k in near if n % 2 == 0 else near[::-1]:
            reach = shapely.buffer(edge[k], bleed_mm / steps + 0.001 * (n == 0), quad_segs=4)
            more = _polygonal(shapely.difference(reach, covered, grid_size=GRID_MM))
            if not more.is_empty:
                edge[k], grown[k], covered = (_polygonal(shapely.union(g, more, grid_size=GRID_MM)) for g in (edge[k], grown[k], covered))
    return [_polygonal(shapely.union(a, grown[k], grid_size=GRID_MM)) if k in grown else a for k, a in enumerate(areas)]


def _polygonal(g: shapely.Geometry) -> shapely.Geometry:
    """Polygons of a geometry, without lines and points."""
    parts = shapely.get_parts(g)
    return g if g.geom_type in ("Polygon", "MultiPolygon") else shapely.MultiPolygon([p for p in parts if p.geom_type == "Polygon"])
