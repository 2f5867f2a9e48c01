"""Fit of the pieces in an assembly: gaps, overlaps, seams, and whether sides that meet are one curve. mm, board coordinates.

Sides that meet are one curve to the last micrometre, finer than what a cutter can tell; else two of them were not made as one. Each outline is flattened from
its control points, which gives the same vertices from either end. Then every line of an outline inside the board is a line of another outline as well: equal
in its midpoint and in its extent across and down. Motions by quarter turns keep that in every assembly; other turns round.
"""

import numpy as np
import shapely

from ._cut import NODE_MM, TOLERANCE_MM, distances, moved
from ._plan import BoardPlan
from .findings import Finding, finding

#: Rounds the noise of floats away. Incommensurate with micrometres: flattened points lie on simple fractions of one, and equal
#: points that stood on a rounding boundary would fall on both sides of it.
_SNAP_MM = 1e-5 / np.pi
_STEP_MM = 2.0  # straight edges are measured at points this far apart
KEY_MM = 1e-5  # lines nearer than this are one line
OFFSETS = 0.2137, 0.7137  # where rounding steps begin: not at simple fractions, on which the middles of curves of whole micrometres lie
BORDER_MM = 0.003  # what belongs to the board's border lies so near to it
COARSER = {"CUT_OFFSET", "PIECE_COUNT", "PIECE_SHAPE", "MISSING_EDGE", "NOT_CLOSED", "GAP", "OVERLAP", "MOVE_NOT_RIGID", "BROKEN_FILE"}


def placing(plan: BoardPlan, assembly: int, shift_mm: np.ndarray) -> np.ndarray:
    """Moves (n, 6) of the pieces from the sheet to their places, without the common shift of the cut."""
    # x' = R (x - shift) + t
    m = plan.moves[:, assembly].copy()
    m[:, 4] -= m[:, 0] * shift_mm[0] + m[:, 2] * shift_mm[1]
    m[:, 5] -= m[:, 1] * shift_mm[0] + m[:, 3] * shift_mm[1]
    return m


def union(polygons: np.ndarray) -> shapely.Geometry:
    """Union of the polygons; where they share every edge, point for point, the shared edges are only dropped."""
    snapped = shapely.set_coordinates(polygons.copy(), np.round(shapely.get_coordinates(polygons) / _SNAP_MM) * _SNAP_MM)
    if shapely.is_valid(snapped).all() and shapely.coverage_is_valid(snapped):
        return shapely.coverage_union_all(snapped)
    return shapely.unary_union(polygons, grid_size=NODE_MM)


def areas(polygons: np.ndarray, whole: shapely.Geometry, board: shapely.Polygon) -> dict[str, float]:
    """Areas in mm2 of gaps, overlaps and of what lies outside the board."""
    # gap = board - union, overlap = sum of areas - area of union, outside = union - board
    area, inside = shapely.area(whole), shapely.area(shapely.intersection(whole, board))
    found = {"gap_mm2": shapely.area(board) - inside, "overlap_mm2": shapely.area(polygons).sum() - area, "outside_mm2": area - inside}
    return {k: max(0.0, round(float(v), 3)) for k, v in found.items()}


def seam_offset(polygons: np.ndarray, board: shapely.Polygon) -> float:
    """Largest distance in mm, up to REACH_MM, of an outline from the other pieces and the board's edge (directed Hausdorff distance)."""
    edges = shapely.segmentize(np.append(shapely.boundary(polygons), shapely.boundary(board)), _STEP_MM)
    points, own = shapely.get_coordinates(edges[:-1], return_index=True)
    return float(distances(points, edges, own).max())


def check_areas(polygons: np.ndarray, whole: shapely.Geometry, board: shapely.Polygon, assembly: int) -> list[Finding]:
    """Report gaps and overlaps wider than twice TOLERANCE_MM."""
    name = f"assembly {assembly + 1}"
    both = _overlaps(polygons) if shapely.area(polygons).sum() > shapely.area(whole) + 1e-4 else np.array([])
    parts = [("GAP", f"In {name} {{:.2f}} mm2 of the board are left open", shapely.difference(board, whole))]
    parts += [("OVERLAP", f"In {name} pieces lie on each other by {{:.2f}} mm2", both)]
    parts += [("OVERLAP", f"In {name} {{:.2f}} mm2 stick out beyond the board", shapely.difference(whole, board))]
    return [finding(code, f"{text.format(size)} at x {x:.1f}, y {y:.1f} mm.", (x, y)) for code, text, found in parts for size, x, y in _wide(found)]


def _overlaps(polygons: np.ndarray) -> np.ndarray:
    """Intersection of every two polygons."""
    a, b = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    return shapely.intersection(polygons[a[a < b]], polygons[b[a < b]], grid_size=NODE_MM)


def _wide(areas: shapely.Geometry | np.ndarray) -> list[tuple[float, float, float]]:
    """Area in mm2 and a point inside (x, y) of each part wider than twice TOLERANCE_MM, the largest first."""
    parts = shapely.get_parts(areas)
    parts = parts[shapely.area(parts) > np.pi * TOLERANCE_MM**2]  # such a part holds a disc of that radius
    parts = parts[~shapely.is_empty(shapely.buffer(parts, -TOLERANCE_MM))]
    parts = parts[np.argsort(-shapely.area(parts))]
    at = shapely.get_coordinates(shapely.point_on_surface(parts)).tolist()
    return [(area, x, y) for area, (x, y) in zip(shapely.area(parts).tolist(), at)]


def check_seams(plan: BoardPlan, findings: list[Finding]) -> list[Finding]:
    """Report pieces with a line of their own inside a board in which nothing coarser was found; other tilings than squares in assembly 1 alone."""
    if plan.is_whole_sheet or any(f.code in COARSER for f in findings):
        return []
    return next((found for k in range(plan.moves.shape[1]) if _is_exact(plan.moves[:, k]) and (found := _unshared(plan, k))), [])


def _is_exact(moves: np.ndarray) -> bool:
    """Whether moves (n, 6) are by quarter turns, and most of those that move a piece by whole micrometres, as on a lattice of squares."""
    turns, by_um = moves[:, :4], 1000 * moves[:, 4:]
    moving = np.abs(moves - [1, 0, 0, 1, 0, 0]).max(1) > 1e-9
    whole = np.abs(by_um - np.rint(by_um)).max(1) < 1e-3
    return bool(np.abs(turns - np.rint(turns)).max() < 1e-12 and whole[moving].sum() * 2 >= moving.sum())


def _unshared(plan: BoardPlan, k: int) -> list[Finding]:
    """Finding for each piece that has a line of its own inside the board of assembly k."""
    rings = moved(np.array([shapely.linestrings(p) for p in plan.outlines]), plan.moves[:, k])
    points, piece = shapely.get_coordinates(rings, return_index=True)
    same = np.flatnonzero(piece[1:] == piece[:-1])
    start, end, piece = points[same], points[same + 1], piece[same]
    key = np.concatenate([(start + end) / 2, np.abs(end - start)], 1)
    single = np.flatnonzero(np.all([_is_single(key, v) for v in OFFSETS], 0))
    border = shapely.boundary(plan.board(k))
    single = single[shapely.distance(shapely.points(key[single, :2]), border) > BORDER_MM]
    first = single[np.unique(piece[single], return_index=True)[1]]
    why = f"is not the very side that it meets: they differ by less than {TOLERANCE_MM:g} mm."
    return [finding("SIDES_DIFFER", f"In assembly {k + 1} a side of piece {plan.ids[piece[n]]} {why}", key[n, :2]) for n in first]


def _is_single(key: np.ndarray, offset: float) -> np.ndarray:
    """Rows of the key that no other row equals, bool (n,), rounded to steps from an offset."""
    _, at, count = np.unique(np.floor(key / KEY_MM + offset).astype(np.int64), axis=0, return_inverse=True, return_counts=True)
    return count[at.ravel()] == 1
