"""Flat areas as polygons, and the artwork that a vector finish makes of them. Lengths in mm."""

import functools
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import shapely

from .._partition import GRID_MM, members, merged
from .._svg import TRAP_MM, Regions
from . import _segmentation
from ._artwork import Artwork, FlatParts
from ._trace import trace

QUADRANT_SEGMENTS = 4  # of a rounded corner
FINE_MM, LEAST_MM2 = 0.008, 0.0004  # vertices nearer to the line are left out; smallest part
SPECK_MM2 = 0.004  # smallest part of an ink
BATCHES = 16  # of geometries that two threads share
Layer = tuple[np.ndarray, np.ndarray, np.ndarray]  # polygons (n,), colours float (n, 3), pieces (n,); none overlaps another


@dataclass(frozen=True, eq=False)
class FlatAreas:
    """Polygons (n,) that tile the sheet, colours float32 (n, 3), piece of each; areas int32 (h, w), and which of them each is."""

    polygons: np.ndarray
    colours: np.ndarray
    pieces: np.ndarray
    areas: np.ndarray
    numbers: np.ndarray


def flat_polygons(art: Artwork, least_mm2: float, detail_mm: float, count: int, least_step: float = 8.0) -> FlatAreas:
    """`_segmentation.flat_areas` with outlines: the drawings' own where the artwork has them, else traced."""
    areas, colour = _segmentation.flat_areas(art, least_mm2, detail_mm, count, least_step)
    if art.parts is not None and art.regions is not None:
        polygons, numbers = _of_parts(art.parts, art.regions, areas, art.pieces >= 0)
    else:
        polygons, numbers = trace(areas, art.pieces, art.outlines, art.px_per_mm, art.mm(0.05))
    first = np.unique(areas, return_index=True)[1]
    return FlatAreas(polygons, colour[numbers], art.pieces.ravel()[first][numbers], areas, numbers)


def _of_parts(parts: FlatParts, labels: np.ndarray, areas: np.ndarray, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(polygons, area of each): each part goes to the area that has most of its pixels; one without pixels to that of the nearest part of its piece."""
    n = int(areas.max()) + 1
    keys, count = np.unique((labels.astype(np.int64) * n + areas)[inside], return_counts=True)
    home = np.full(len(parts.polygons), -1)
    order = np.argsort(count, kind="stable")
    home[keys[order] // n] = keys[order] % n
    lost, known = np.flatnonzero(home < 0), np.flatnonzero(home >= 0)
    for k in lost:
        same = known[parts.pieces[known] == parts.pieces[k]]
        home[k] = home[same[np.argmin(shapely.distance(parts.polygons[same], parts.polygons[k]))]]
    numbers, group = np.unique(home, return_inverse=True)
    return merged(parts.polygons, group), numbers


def difference(a: np.ndarray, b: np.ndarray | shapely.Geometry) -> np.ndarray:
    """The areas of a - b on the grid."""
    return _polygonal(in_threads(_on_grid(shapely.difference), a, b))


def intersection(a: np.ndarray, b: np.ndarray | shapely.Geometry) -> np.ndarray:
    """The areas that a and b share, on the grid."""
    return _polygonal(in_threads(_on_grid(shapely.intersection), a, b))


def _on_grid(operation: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    return functools.partial(operation, grid_size=GRID_MM)


def in_threads(operation: Callable[..., np.ndarray], *given: np.ndarray | shapely.Geometry | float) -> np.ndarray:
    """operation(*given), elementwise (n,), by two threads: shapely leaves the interpreter free."""
    for some in given:
        if np.asarray(some).dtype == object:
            shapely.bounds(some)  # GEOS finds them once and keeps them: both threads would write at the same time
    lots = zip(*(np.array_split(some, BATCHES) for some in np.broadcast_arrays(*given)))
    with ThreadPoolExecutor(2) as pool:
        return np.concatenate(list(pool.map(lambda lot: operation(*lot), lots)))


def _polygonal(found: np.ndarray) -> np.ndarray:
    """Without the points and lines that snapping leaves."""
    out = np.array(found, object)
    for k in np.flatnonzero(~np.isin(shapely.get_type_id(out), (3, 6))):
        parts = shapely.get_parts(out[k])
        out[k] = shapely.multipolygons(parts[shapely.get_type_id(parts) == 3])
    return out


def inset(polygons: np.ndarray, mm: np.ndarray | float) -> np.ndarray:
    """What lies further than `mm` from the polygons' borders; may be empty."""
    return in_threads(lambda some, mm: shapely.simplify(shapely.buffer(some, -mm, quad_segs=QUADRANT_SEGMENTS), FINE_MM), polygons, np.asarray(mm, float))


def panes(art: Artwork, found: FlatAreas, contour_mm: np.ndarray | float, seam_mm: np.ndarray | float) -> np.ndarray:
    """Each area without what is nearer than contour_mm to its contours and seam_mm to the border of its piece."""
    reach = float(np.max(contour_mm)) * 2 + 0.1
    outside = shapely.difference(shapely.buffer(art.outlines, reach, join_style="mitre"), art.outlines)[found.pieces]
    inner = inset(in_threads(_on_grid(shapely.union), found.polygons, outside), contour_mm)
    window = art.outlines if np.ndim(seam_mm) == 0 and seam_mm == 0 else None
    window = window[found.pieces] if window is not None else shapely.buffer(art.outlines[found.pieces], -np.asarray(seam_mm, float))
    return intersection(inner, window)


def offset_bands(polygons: np.ndarray, steps_mm: list[float]) -> Iterator[np.ndarray]:
    """What lies between 0 and the first step from the borders, between that and the next, ..., beyond the last."""
    for mm in np.diff(steps_mm, prepend=0):
        inner = inset(polygons, mm) if mm else polygons
        yield _polygonal(shapely.difference(polygons, inner))
        polygons = inner
    yield polygons


def _parts(layers: Iterable[Layer], least_mm2: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(polygons (n,) of at least some area, colours int (n, 3) of 255, pieces (n,)) of layers."""
    polygons, colours, pieces = (np.concatenate(v) for v in zip(*layers))
    parts, owner = shapely.get_parts(polygons, return_index=True)
    keep = (shapely.get_type_id(parts) == 3) & (shapely.area(parts) >= least_mm2)
    return parts[keep], _uint8(colours[owner[keep]]).astype(int), pieces[owner[keep]]


def opaque_regions(art: Artwork, ground: tuple[float, ...], layers: Iterable[Layer]) -> Regions:
    """The artwork: layers on pieces of one colour."""
    parts, colours, pieces = _parts(layers, LEAST_MM2)
    keys, group = np.unique(np.c_[pieces, colours], axis=0, return_inverse=True)
    areas = _union_by_group(parts, group.ravel())
    bare = _uncovered(art, areas, keys[:, 0])
    left = np.flatnonzero(shapely.area(bare) > LEAST_MM2)
    keys = np.concatenate([keys, np.c_[left, np.tile(_uint8(ground).astype(int), (len(left), 1))]])
    areas = np.concatenate([areas, bare[left]])
    order = np.lexsort(keys.T[::-1])
    return Regions(areas[order], keys[order, 1:].astype(np.uint8), keys[order, 0], art.names, art.size_mm, art.border)


def ink_regions(art: Artwork, paper: tuple[float, ...], layers: Iterable[Layer]) -> Regions:
    """Ink on the sheet's own paper: no layer covers what another does."""
    parts, colours, pieces = _parts(layers, SPECK_MM2)
    keys, group = np.unique(np.c_[colours, pieces].reshape(-1, 4), axis=0, return_inverse=True)
    group = group.ravel()
    under, of = _trap(parts, group)
    areas, more, changed = _union_by_group(parts, group), np.isin(group, of), np.unique(of)
    painted = areas.copy()
    if len(of):
        painted[changed] = _union_by_group(np.concatenate([parts[more], under]), np.concatenate([group[more], of]))
    return Regions(areas, keys[:, :3].astype(np.uint8), keys[:, 3], art.names, art.size_mm, art.border, _uint8(paper), painted)


def _uint8(colours: np.ndarray | tuple[float, ...]) -> np.ndarray:
    """Colours in [0, 1] and what rounding put beyond that, as uint8."""
    return np.rint(np.clip(colours, 0, 1) * 255).astype(np.uint8)


def _trap(parts: np.ndarray, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(polygons, group of each): where a part runs on by TRAP_MM under one that meets it and has a later group, so that no paper shines through between them."""
    one, two = shapely.STRtree(parts).query(parts, "dwithin", GRID_MM)
    below = group[one] < group[two]
    one, two = one[below], two[below]
    more, pair = shapely.get_parts(intersection(shapely.buffer(parts[one], TRAP_MM, quad_segs=2), parts[two]), return_index=True)
    return more, group[one][pair]


def _union_by_group(parts: np.ndarray, group: np.ndarray) -> np.ndarray:
    """The union of each group, on the grid."""
    with ThreadPoolExecutor(2) as pool:  # shapely leaves the interpreter free
        united = pool.map(lambda some: shapely.set_precision(shapely.disjoint_subset_union_all(parts[some]), GRID_MM), members(group))
        return np.array([_polygons(one) for one in united], object)


def _uncovered(art: Artwork, areas: np.ndarray, pieces: np.ndarray) -> np.ndarray:
    """What is left of each piece."""
    out = art.outlines.copy()
    for k in np.unique(pieces):
        cover = shapely.union_all(areas[pieces == k], grid_size=GRID_MM)
        out[k] = _polygons(shapely.difference(out[k], cover, grid_size=GRID_MM))
    return out


def _polygons(found: shapely.Geometry) -> shapely.Geometry:
    """The parts that have an area, as polygons or a multipolygon."""
    parts = shapely.get_parts(found)
    parts = parts[(shapely.get_type_id(parts) == 3) & (shapely.area(parts) >= LEAST_MM2)]
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def tiling_regions(art: Artwork, found: FlatAreas, colours: np.ndarray) -> Regions:
    """The areas themselves in colours float (n, 3)."""
    table = np.c_[found.pieces, _uint8(colours).astype(int)]
    keys, group = np.unique(table, axis=0, return_inverse=True)
    areas = merged(shapely.get_parts(found.polygons), group.ravel()[shapely.get_parts(found.polygons, return_index=True)[1]])
    return Regions(areas, keys[:, 1:].astype(np.uint8), keys[:, 0], art.names, art.size_mm, art.border)
