"""Pieces that the cut lines make, against those of arrangement.json. mm, board coordinates (origin at the trim box's corner)."""

from dataclasses import dataclass, replace

import numpy as np
import shapely
from scipy.spatial import cKDTree

from ._plan import BoardPlan
from .findings import Finding, finding

TOLERANCE_MM = 0.02  # of files; that of cutters is ten times as large
REACH_MM = 1.0  # distances between lines are measured up to here
EXACT_MM = 0.001  # distances below this are measured between vertices, which can only overstate them
NODE_MM = 0.0005  # overlays: nodes nearer than this are one node


@dataclass(frozen=True)
class CutResult:
    """Result of cutting a sheet along its lines.

    polygons: all that the lines enclose. of_piece: index of the polygon that holds each piece's centroid, -1 for none. open_ends: (k, 2), where lines end
    in the open. shift_mm: common offset of all polygons from the plan's outlines.
    """

    polygons: np.ndarray
    of_piece: np.ndarray
    open_ends: np.ndarray
    shift_mm: np.ndarray

    @property
    def matched(self) -> np.ndarray:
        """Pieces that have a polygon of their own, bool (n,)."""
        count = np.bincount(self.of_piece[self.of_piece >= 0], minlength=len(self.polygons) + 1)
        return (self.of_piece >= 0) & (count[self.of_piece] == 1)


def cut_up(lines: list[np.ndarray], plan: BoardPlan) -> CutResult:
    """Polygonize the lines and assign to every piece the polygon that holds a point inside it."""
    net = shapely.unary_union(shapely.multilinestrings([shapely.linestrings(p) for p in lines]))
    polygons, _, dangles, _ = (shapely.get_parts(g) for g in shapely.polygonize_full(shapely.get_parts(net)))
    of_piece = np.full(plan.count, -1)
    piece, polygon = shapely.STRtree(polygons).query(shapely.points(plan.interior_points), predicate="within")
    of_piece[piece] = polygon
    result = CutResult(polygons, of_piece, _open_ends(dangles), np.zeros(2))
    return replace(result, shift_mm=_shift(result, plan))


def _open_ends(dangles: np.ndarray) -> np.ndarray:
    """Ends (k, 2) of dangling lines that no other dangling line shares."""
    ends = [c[i] for c in map(shapely.get_coordinates, dangles) for i in (0, -1)]
    if not ends:
        return np.zeros((0, 2))
    points, count = np.unique(np.round(ends, 3), axis=0, return_counts=True)
    return points[count == 1]


def _shift(result: CutResult, plan: BoardPlan) -> np.ndarray:
    """Median offset of the polygons' centroids from the outlines'."""
    whole = result.matched
    if not whole.any():
        return np.zeros(2)
    there = shapely.get_coordinates(shapely.centroid(result.polygons[result.of_piece[whole]]))
    shift = np.median(there - plan.centroids[whole], 0)
    return np.where(np.abs(shift) < 1e-3, 0.0, shift)


def as_cut(result: CutResult, plan: BoardPlan) -> np.ndarray:
    """Polygon of every piece as it lies on the sheet; the plan's own, with the common shift, where none was found."""
    out, whole = moved(plan.polygons, (1, 0, 0, 1, *result.shift_mm)), result.matched
    out[whole] = result.polygons[result.of_piece[whole]]
    return out


def moved(polygons: np.ndarray, by: np.ndarray | tuple) -> np.ndarray:
    """Polygons moved by SVG matrices, (n, 6) or one."""
    # x' = a x + c y + e, y' = b x + d y + f
    at, index = shapely.get_coordinates(polygons, return_index=True)
    m = np.broadcast_to(np.asarray(by, float), (len(polygons), 6))[index]
    to = np.stack([m[:, 0] * at[:, 0] + m[:, 2] * at[:, 1] + m[:, 4], m[:, 1] * at[:, 0] + m[:, 3] * at[:, 1] + m[:, 5]], 1)
    return shapely.set_coordinates(polygons.copy(), to)


def outline_offsets(result: CutResult, plan: BoardPlan) -> np.ndarray:
    """Hausdorff distance in mm of each cut outline from the planned one, without the common shift; nan where none was found."""
    out, whole = np.full(plan.count, np.nan), result.matched
    cut = shapely.boundary(moved(result.polygons[result.of_piece[whole]], (1, 0, 0, 1, *-result.shift_mm)))
    asked = shapely.boundary(plan.polygons[whole])
    least = np.maximum(_vertex_offsets(cut, asked), _vertex_offsets(asked, cut))
    far = least > EXACT_MM
    least[far] = shapely.hausdorff_distance(cut[far], asked[far])
    out[whole] = least
    return out


def _vertex_offsets(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Largest distance from a vertex of line a[i] to the nearest vertex of line b[i]; infinite if another of b is nearer."""
    points, own = shapely.get_coordinates(a, return_index=True)
    corners, line = shapely.get_coordinates(b, return_index=True)
    out = np.full(len(a), np.inf)
    if len(corners) and len(points):
        far, at = cKDTree(corners).query(points, k=8, distance_upper_bound=EXACT_MM)
        far[np.append(line, -1)[at] != own[:, None]] = np.inf
        out[:] = 0
        np.maximum.at(out, own, far.min(1))
    return out


def check(result: CutResult, offsets: np.ndarray, lines: list[np.ndarray], plan: BoardPlan) -> list[Finding]:
    """Report what is wrong with the lines as they lie on the sheet; offsets: of `outline_offsets`."""
    out = []
    if np.hypot(*result.shift_mm) > TOLERANCE_MM:
        x, y = result.shift_mm
        across, down = f"{abs(x):.2f} mm {'right' if x > 0 else 'left'}", f"{abs(y):.2f} mm {'below' if y > 0 else 'above'}"
        out.append(finding("CUT_OFFSET", f"The cut lies {across} and {down} where the picture has it.", (0, 0)))
    if len(result.polygons) != plan.count:
        out.append(finding("PIECE_COUNT", f"The lines cut {len(result.polygons)} pieces; arrangement.json has {plan.count}."))
    for i in np.flatnonzero(np.nan_to_num(offsets) > TOLERANCE_MM):
        out.append(finding("PIECE_SHAPE", f"Piece {plan.ids[i]} is cut up to {offsets[i]:.2f} mm beside its outline in arrangement.json.", plan.centroids[i]))
    out += _missing_edges(result, plan)
    out += [finding("NOT_CLOSED", f"A cut line ends in the open at x {x:.1f}, y {y:.1f} mm.", (x, y)) for x, y in result.open_ends]
    return out + [finding("EDGE_TWICE", f"A line is cut twice at x {x:.1f}, y {y:.1f} mm.", (x, y)) for x, y in duplicated(lines)]


def _missing_edges(result: CutResult, plan: BoardPlan) -> list[Finding]:
    """Report missing edges: between two pieces in one polygon, or round a piece in none."""
    out = [finding("MISSING_EDGE", f"No closed line goes round piece {plan.ids[i]}.", plan.centroids[i]) for i in np.flatnonzero(result.of_piece < 0)]
    for polygon in np.unique(result.of_piece[(result.of_piece >= 0) & ~result.matched]):
        together = np.flatnonzero(result.of_piece == polygon)
        a, b = (together[k] for k in np.triu_indices(len(together), 1))
        edges = shapely.boundary(plan.polygons)
        seam = shapely.intersection(edges[a], edges[b], grid_size=NODE_MM)
        for k in np.flatnonzero(shapely.length(seam) > TOLERANCE_MM):
            at = shapely.get_coordinates(shapely.centroid(seam[k]))[0]
            out.append(finding("MISSING_EDGE", f"No line is cut between pieces {plan.ids[a[k]]} and {plan.ids[b[k]]}.", at))
    return out


def duplicated(lines: list[np.ndarray], within_mm: float = 0.01) -> np.ndarray:
    """Middles (k, 2) of segments that lie on another one: three points of theirs, away from the ends, are that near to it."""
    curves = np.array([shapely.linestrings(p) for p in lines], object)
    spots = np.stack([shapely.line_interpolate_point(curves, t, normalized=True) for t in (0.29, 0.53, 0.71)], 1)
    spot, curve = shapely.STRtree(curves).query(spots.reshape(-1), predicate="dwithin", distance=within_mm)
    other = spot // 3 != curve
    pairs, hits = np.unique(np.stack([spot[other] // 3, curve[other]], 1), axis=0, return_counts=True)
    on = pairs[hits == 3]
    both = {(int(i), int(j)) for i, j in on}
    keep = sorted({max(i, j) if (j, i) in both else i for i, j in both})  # of two alike, the later is the one too many
    return shapely.get_coordinates(spots[keep, 1]) if keep else np.zeros((0, 2))


def or_more(far: float) -> str:
    """Distance in words: "0.12 mm", "1.00 mm or more"."""
    return f"{far:.2f} mm{' or more' if far >= REACH_MM else ''}"


def line_offset(wanted: list[np.ndarray], drawn: list[np.ndarray]) -> tuple[float, np.ndarray]:
    """Largest distance in mm, up to REACH_MM, from a point of the wanted lines to the nearest drawn one, and where."""
    points = np.concatenate(wanted)
    far = distances(points, np.array([shapely.linestrings(p) for p in drawn], object))
    return float(far.max()), points[far.argmax()]


def distances(points: np.ndarray, lines: np.ndarray, own: np.ndarray | None = None) -> np.ndarray:
    """Distance in mm, up to REACH_MM, of each point to the nearest line but lines[own]; below EXACT_MM it may be overstated."""
    out = np.full(len(points), REACH_MM)
    if not len(lines):
        return out
    own = np.full(len(points), -1) if own is None else own
    corners, line = shapely.get_coordinates(lines, return_index=True)
    far, at = cKDTree(corners).query(points, k=8, distance_upper_bound=EXACT_MM)
    far[np.append(line, -1)[at] == own[:, None]] = np.inf
    out = np.minimum(out, far.min(1))
    tree = shapely.STRtree(lines)
    for reach in (TOLERANCE_MM, REACH_MM):  # a short reach finds the many near ones fast
        left = np.flatnonzero(out >= (EXACT_MM if reach == TOLERANCE_MM else TOLERANCE_MM))
        point, edge = tree.query(shapely.points(points[left]), predicate="dwithin", distance=reach)
        other = edge != own[left[point]]
        point, edge = point[other], edge[other]
        np.minimum.at(out, left[point], shapely.distance(shapely.points(points[left[point]]), lines[edge]))
    return out
