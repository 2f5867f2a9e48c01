"""Which pieces the lines cut, against those of arrangement.json. mm, board coordinates (origin at the trim box's corner)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import cKDTree

from ._table import Table
from .findings import Finding, error

TOLERANCE_MM = 0.02  # what a file may be off by; cutters are off by ten times as much
REACH_MM = 1.0  # distances between lines are measured up to here
EXACT_MM = 0.001  # distances below this are measured between vertices, which can only overstate them
NODE_MM = 0.0005  # overlays: nodes nearer than this are one node


@dataclass(frozen=True)
class Found:
    """polygons: all that the lines enclose. of_piece: index of the polygon that holds each piece's middle, -1 for none.

    loose: where lines end in the open. shift_mm: how far all polygons lie beside the table's outlines.
    """

    polygons: np.ndarray
    of_piece: np.ndarray
    loose: np.ndarray
    shift_mm: np.ndarray

    @property
    def whole(self) -> np.ndarray:
        """bool (n,): pieces that have a polygon of their own."""
        count = np.bincount(self.of_piece[self.of_piece >= 0], minlength=len(self.polygons) + 1)
        return (self.of_piece >= 0) & (count[self.of_piece] == 1)


def cut_up(lines: list[np.ndarray], table: Table) -> Found:
    """Polygonize the lines and give every piece the polygon that a point inside it lies in."""
    net = shapely.unary_union(shapely.multilinestrings([shapely.linestrings(p) for p in lines]))
    polygons, _, dangles, _ = (shapely.get_parts(g) for g in shapely.polygonize_full(shapely.get_parts(net)))
    of_piece = np.full(table.count, -1)
    piece, polygon = shapely.STRtree(polygons).query(shapely.points(table.insides), predicate="within")
    of_piece[piece] = polygon
    found = Found(polygons, of_piece, _loose_ends(dangles), np.zeros(2))
    return Found(polygons, of_piece, found.loose, _shift(found, table))


def _loose_ends(dangles: np.ndarray) -> np.ndarray:
    """(k, 2): ends of dangling lines that no other dangling line shares."""
    ends = [c[i] for c in map(shapely.get_coordinates, dangles) for i in (0, -1)]
    if not ends:
        return np.zeros((0, 2))
    points, count = np.unique(np.round(ends, 3), axis=0, return_counts=True)
    return points[count == 1]


def _shift(found: Found, table: Table) -> np.ndarray:
    """Median of how far the polygons' centroids lie from the outlines'."""
    whole = found.whole
    if not whole.any():
        return np.zeros(2)
    there = shapely.get_coordinates(shapely.centroid(found.polygons[found.of_piece[whole]]))
    shift = np.median(there - table.middles[whole], 0)
    return np.where(np.abs(shift) < 1e-3, 0.0, shift)


def as_cut(found: Found, table: Table) -> np.ndarray:
    """Polygon of every piece as it lies on the sheet; the table's own, with the common shift, where none was found."""
    out, whole = moved(table.polygons, (1, 0, 0, 1, *found.shift_mm)), found.whole
    out[whole] = found.polygons[found.of_piece[whole]]
    return out


def moved(polygons: np.ndarray, by: np.ndarray | tuple) -> np.ndarray:
    """SVG matrices, (n, 6) or one: x' = a x + c y + e, y' = b x + d y + f."""
    at, index = shapely.get_coordinates(polygons, return_index=True)
    m = np.broadcast_to(np.asarray(by, float), (len(polygons), 6))[index]
    to = np.stack([m[:, 0] * at[:, 0] + m[:, 2] * at[:, 1] + m[:, 4], m[:, 1] * at[:, 0] + m[:, 3] * at[:, 1] + m[:, 5]], 1)
    return shapely.set_coordinates(polygons.copy(), to)


def outline_offsets(found: Found, table: Table) -> np.ndarray:
    """Hausdorff distance in mm of each cut outline from the table's, the common shift taken off; nan where none was found."""
    out, whole = np.full(table.count, np.nan), found.whole
    cut = shapely.boundary(moved(found.polygons[found.of_piece[whole]], (1, 0, 0, 1, *-found.shift_mm)))
    asked = shapely.boundary(table.polygons[whole])
    least = np.maximum(_vertex_offsets(cut, asked), _vertex_offsets(asked, cut))
    far = least > EXACT_MM
    least[far] = shapely.hausdorff_distance(cut[far], asked[far])
    out[whole] = least
    return out


def _vertex_offsets(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Largest distance from any vertex of line a[i] to the nearest vertex of line b[i]; infinite if that is not the nearest of all b."""
    points, own = shapely.get_coordinates(a, return_index=True)
    corners, line = shapely.get_coordinates(b, return_index=True)
    out = np.full(len(a), np.inf)
    if len(corners) and len(points):
        far, at = cKDTree(corners).query(points, k=8, distance_upper_bound=EXACT_MM)
        far[np.append(line, -1)[at] != own[:, None]] = np.inf
        out[:] = 0
        np.maximum.at(out, own, far.min(1))
    return out


def check(found: Found, offsets: np.ndarray, lines: list[np.ndarray], table: Table) -> list[Finding]:
    """What is wrong with the lines as they lie on the sheet; offsets of `outline_offsets`."""
    out = []
    if np.hypot(*found.shift_mm) > TOLERANCE_MM:
        x, y = found.shift_mm
        out.append(
            error(
                "CUT_OFFSET",
                f"The cut lies {abs(x):.2f} mm {'right' if x > 0 else 'left'} and {abs(y):.2f} mm {'below' if y > 0 else 'above'} where the picture has it.",
                (0, 0),
            )
        )
    if len(found.polygons) != table.count:
        out.append(error("PIECE_COUNT", f"The lines cut {len(found.polygons)} pieces; arrangement.json has {table.count}."))
    out += [
        error("PIECE_SHAPE", f"Piece {table.ids[i]} is cut up to {offsets[i]:.2f} mm beside its outline in arrangement.json.", table.middles[i])
        for i in np.flatnonzero(np.nan_to_num(offsets) > TOLERANCE_MM)
    ]
    out += _missing(found, table)
    out += [error("NOT_CLOSED", f"A cut line ends in the open at x {x:.1f}, y {y:.1f} mm.", (x, y)) for x, y in found.loose]
    return out + [error("EDGE_TWICE", f"A line is cut twice at x {x:.1f}, y {y:.1f} mm.", (x, y)) for x, y in doubled(lines)]


def _missing(found: Found, table: Table) -> list[Finding]:
    """Two pieces in one polygon lack the edge between them; a piece in none lacks one round it."""
    out = [error("MISSING_EDGE", f"No closed line goes round piece {table.ids[i]}.", table.middles[i]) for i in np.flatnonzero(found.of_piece < 0)]
    for polygon in np.unique(found.of_piece[(found.of_piece >= 0) & ~found.whole]):
        together = np.flatnonzero(found.of_piece == polygon)
        a, b = (together[k] for k in np.triu_indices(len(together), 1))
        edges = shapely.boundary(table.polygons)
        seam = shapely.intersection(edges[a], edges[b], grid_size=NODE_MM)
        for k in np.flatnonzero(shapely.length(seam) > TOLERANCE_MM):
            at = shapely.get_coordinates(shapely.centroid(seam[k]))[0]
            out.append(error("MISSING_EDGE", f"No line is cut between pieces {table.ids[a[k]]} and {table.ids[b[k]]}.", at))
    return out


def doubled(lines: list[np.ndarray], within_mm: float = 0.01) -> np.ndarray:
    """(k, 2): middles of segments that lie on another one: three points of theirs, away from the ends, are that near to it."""
    curves = np.array([shapely.linestrings(p) for p in lines], object)
    spots = np.stack([shapely.line_interpolate_point(curves, t, normalized=True) for t in (0.29, 0.53, 0.71)], 1)
    spot, curve = shapely.STRtree(curves).query(spots.reshape(-1), predicate="dwithin", distance=within_mm)
    other = spot // 3 != curve
    pairs, hits = np.unique(np.stack([spot[other] // 3, curve[other]], 1), axis=0, return_counts=True)
    on = pairs[hits == 3]
    both = {(int(i), int(j)) for i, j in on}
    keep = sorted({max(i, j) if (j, i) in both else i for i, j in both})  # of two alike, the later is the one too many
    return shapely.get_coordinates(spots[keep, 1]) if keep else np.zeros((0, 2))


def line_offset(wanted: list[np.ndarray], drawn: list[np.ndarray]) -> tuple[float, np.ndarray]:
    """How far any point of the wanted lines lies from the nearest drawn one (mm, up to REACH_MM), and where."""
    points = np.concatenate(wanted)
    far = distances(points, np.array([shapely.linestrings(p) for p in drawn], object))
    return float(far.max()), points[far.argmax()]


def distances(points: np.ndarray, lines: np.ndarray, own: np.ndarray | None = None) -> np.ndarray:
    """Distance in mm of each point to the nearest line but lines[own], up to REACH_MM. Below EXACT_MM it may be overstated."""
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
