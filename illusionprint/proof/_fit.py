"""How the pieces close up in an assembly. mm, board coordinates."""

from __future__ import annotations

import numpy as np
import shapely

from ._cut import NODE_MM, TOLERANCE_MM, distances
from ._table import Table
from .findings import Finding, error

#: Rounds the noise of floats away. Incommensurate with micrometres: flattened points lie on simple fractions of one, and equal
#: points that stood on a rounding boundary would fall on both sides of it.
_SNAP_MM = 1e-5 / np.pi
_STEP_MM = 2.0  # straight edges are measured at points this far apart


def placing(table: Table, assembly: int, shift_mm: np.ndarray) -> np.ndarray:
    """(n, 6): what brings the pieces from where they lie on the sheet to their places. Hands fit shapes, so a common shift of the
    cut goes off first: x' = R (x - shift) + t.
    """
    m = table.moves[:, assembly].copy()
    m[:, 4] -= m[:, 0] * shift_mm[0] + m[:, 2] * shift_mm[1]
    m[:, 5] -= m[:, 1] * shift_mm[0] + m[:, 3] * shift_mm[1]
    return m


def union(polygons: np.ndarray) -> shapely.Geometry:
    """Their union. Where they already share every edge, point for point, the shared edges need only be dropped."""
    snapped = shapely.set_coordinates(polygons.copy(), np.round(shapely.get_coordinates(polygons) / _SNAP_MM) * _SNAP_MM)
    if shapely.is_valid(snapped).all() and shapely.coverage_is_valid(snapped):
        return shapely.coverage_union_all(snapped)
    return shapely.unary_union(polygons, grid_size=NODE_MM)


def areas(polygons: np.ndarray, whole: shapely.Geometry, board: shapely.Polygon) -> dict[str, float]:
    """Areas in mm2: gap = board without union, overlap = sum of areas - area of union, outside = union without board."""
    area, inside = shapely.area(whole), shapely.area(shapely.intersection(whole, board))
    found = {"gap_mm2": shapely.area(board) - inside, "overlap_mm2": shapely.area(polygons).sum() - area, "outside_mm2": area - inside}
    return {k: max(0.0, round(float(v), 3)) for k, v in found.items()}


def seam_offset(polygons: np.ndarray, board: shapely.Polygon) -> float:
    """Largest distance in mm from any point of an outline to what it should touch, another piece or the board's edge.

    The directed Hausdorff distance of every outline from all the others; REACH_MM stands for "that or more".
    """
    edges = shapely.segmentize(np.append(shapely.boundary(polygons), shapely.boundary(board)), _STEP_MM)
    points, own = shapely.get_coordinates(edges[:-1], return_index=True)
    return float(distances(points, edges, own).max())


def check(polygons: np.ndarray, whole: shapely.Geometry, board: shapely.Polygon, assembly: int) -> list[Finding]:
    """Gaps and overlaps wider than twice TOLERANCE_MM."""
    name = f"assembly {assembly + 1}"
    both = _overlaps(polygons) if shapely.area(polygons).sum() > shapely.area(whole) + 1e-4 else np.array([])
    out = [
        error("GAP", f"In {name} {size:.2f} mm2 of the board are left open at x {x:.1f}, y {y:.1f} mm.", (x, y))
        for size, x, y in _wide(shapely.difference(board, whole))
    ]
    out += [error("OVERLAP", f"In {name} pieces lie on each other by {size:.2f} mm2 at x {x:.1f}, y {y:.1f} mm.", (x, y)) for size, x, y in _wide(both)]
    return out + [
        error("OVERLAP", f"In {name} {size:.2f} mm2 stick out beyond the board at x {x:.1f}, y {y:.1f} mm.", (x, y))
        for size, x, y in _wide(shapely.difference(whole, board))
    ]


def _overlaps(polygons: np.ndarray) -> np.ndarray:
    """What every two polygons share."""
    a, b = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    return shapely.intersection(polygons[a[a < b]], polygons[b[a < b]], grid_size=NODE_MM)


def _wide(areas: shapely.Geometry | np.ndarray) -> list[tuple[float, float, float]]:
    """(mm2, x, y) of the parts wider than twice TOLERANCE_MM, the largest first, with a point inside each."""
    parts = shapely.get_parts(areas)
    parts = parts[shapely.area(parts) > np.pi * TOLERANCE_MM**2]  # such a part holds a disc of that radius
    parts = parts[~shapely.is_empty(shapely.buffer(parts, -TOLERANCE_MM))]
    parts = parts[np.argsort(-shapely.area(parts))]
    return [(float(shapely.area(g)), *map(float, shapely.get_coordinates(shapely.point_on_surface(g))[0])) for g in parts]
