"""What an outline leaves of the cells: whole ones, cut ones, and slivers that join a neighbour. Whole micrometres."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely

from ...errors import BadValue
from ...path import Path
from .cells import Cells
from .edges import Connector, Edge, Joint, Plan, line, pairs

SLIVER = 0.45  # of a cell: parts smaller than this join a neighbour
CLEAR = 0.05  # of a knob: how far connectors keep from the outline
LEAST = 0.8  # of its length: connectors on shorter sides are smaller down to this share
NEAR_UM = 1.5
APART_UM = 60  # vertices of the outline that are nearer to a seam's end than this are left out


@dataclass(frozen=True, eq=False)
class _Seam:
    """A visible part of a side between two parts of cells: its ends, the side's sign as the first cell walks it, whether it is the whole side."""

    a: np.ndarray
    b: np.ndarray
    sign: int
    full: bool
    parts: tuple[int, int]
    sides: tuple[int, int]


def clipped(cells: Cells, corners_um: np.ndarray, connector: Connector, outline: Path) -> Plan:
    """The board within an outline. Raises BadValue where it is no simple loop, or leaves fewer than four whole pieces."""
    board = _board(outline)
    owner, parts = _parts(corners_um, board)
    seams = _seams(cells, corners_um, board, owner, parts)
    group = _merged(parts, seams, float(np.median(shapely.area(shapely.polygons(corners_um)))))
    names, group = np.unique(group, return_inverse=True)
    edges, signs, joints = _inner(cells, seams, group, board, connector, len(names))
    area = shapely.area(parts)
    largest = [max(np.flatnonzero(group == g), key=lambda p: area[p]) for g in range(len(names))]
    cell = owner[largest]
    alone = np.bincount(group)[np.arange(len(names))] == 1
    whole = alone & (signs != 0).all(1) & shapely.covers(board, shapely.polygons(corners_um[cell]))
    if whole.sum() < 4:
        raise BadValue(
            f"the outline leaves {whole.sum()} whole piece{'s' if whole.sum() != 1 else ''}, and only whole ones can move; take more rows and columns."
        )
    joints = [j for j in joints if whole[list(j.pieces)].any()] if connector.reach else []
    for j in joints:
        edges[j.edge] = Edge(line(*j.ends), *j.pieces)
    edges += _border(board, seams, parts, group)
    second = frozenset(int(g) for g in range(len(names)) if cell[g] in cell[:g])
    found = Plan(cell, whole, signs, edges, second)
    return Plan(cell, whole, signs, edges, second, _turned(found, cells, corners_um, board), joints)


def _board(outline: Path) -> shapely.Polygon:
    """The outline in whole micrometres, clockwise (y down)."""
    points = np.rint(outline.flatten(0.002) * 1000)
    found = shapely.Polygon(points[np.r_[True, (np.diff(points, axis=0) != 0).any(1)]])
    if not found.is_valid or found.is_empty:
        raise BadValue("the outline crosses itself.")
    return shapely.orient_polygons(found, exterior_cw=False)


def _parts(corners_um: np.ndarray, board: shapely.Polygon) -> tuple[np.ndarray, np.ndarray]:
    """(cell of each part, the parts): what the outline leaves of each cell, connected."""
    shapely.prepare(board)
    inner = shapely.intersection(shapely.polygons(corners_um), board)
    parts, owner = shapely.get_parts(inner, return_index=True)
    keep = shapely.area(parts) > 1e4  # 0.01 mm2: what rounding leaves
    return owner[keep], parts[keep]


def _seams(cells: Cells, corners_um: np.ndarray, board: shapely.Polygon, owner: np.ndarray, parts: np.ndarray) -> list[_Seam]:
    out = []
    after = np.roll(corners_um, -1, 1)
    of = {c: np.flatnonzero(owner == c) for c in np.unique(owner).tolist()}
    for i, m, j, q in pairs(corners_um)[0]:
        a, b = corners_um[i, m], after[i, m]
        for piece in shapely.get_parts(shapely.intersection(shapely.linestrings([a, b]), board)):
            if piece.geom_type != "LineString" or piece.length < 10:
                continue
            ends = np.rint(shapely.get_coordinates(piece)[[0, -1]]).astype(np.int64)
            ends = ends if (ends[1] - ends[0]) @ (b - a) > 0 else ends[::-1]
            middle = shapely.points(ends.mean(0))
            two = tuple(of[c][shapely.distance(parts[of[c]], middle).argmin()] for c in (i, j) if c in of)
            if len(two) == 2:
                full = np.array_equal(ends[0], a) and np.array_equal(ends[1], b)
                out.append(_Seam(ends[0], ends[1], int(cells.signs[i, m]), full, two, (m, q)))
    return out


def _merged(parts: np.ndarray, seams: list[_Seam], cell_area: float) -> np.ndarray:
    """int (parts,): which belong together. The smallest first, each to the neighbour of the longest common side, small ones rather than large."""
    group, area = np.arange(len(parts)), shapely.area(parts)
    while True:
        total = np.bincount(group, area, len(parts))
        small = np.flatnonzero((total > 0) & (total < SLIVER * cell_area))
        for g in small[np.argsort(total[small], kind="stable")]:
            length = np.zeros(len(parts))
            for s in seams:
                one, two = group[list(s.parts)]
                if one != two and g in (one, two):
                    length[two if one == g else one] += np.hypot(*(s.b - s.a))
            if length.any():
                group[group == g] = int((length / np.maximum(total + total[g], 1)).argmax())
                break
        else:
            return group


def _inner(
    cells: Cells, seams: list[_Seam], group: np.ndarray, board: shapely.Polygon, connector: Connector, count: int
) -> tuple[list[Edge], np.ndarray, list[Joint]]:
    """(edges between pieces, signs (n, k) of the sides that have their own whole connector, these sides)."""
    edges: list[Edge] = []
    joints: list[Joint] = []
    signs = np.zeros((count, cells.signs.shape[1]), int)
    room = shapely.buffer(board, -CLEAR * connector.knob_um)
    for s in seams:
        one, two = group[list(s.parts)].tolist()
        if one == two:
            continue
        length = float(np.hypot(*(s.b - s.a)))
        share = min(1.0, 0.95 * length / connector.knob_um) if not s.full else 1.0
        path = connector.path(s.a, s.b, s.sign if share >= LEAST else 0, share)
        head = shapely.LineString(path.flatten(0.02) * 1000)
        head = shapely.intersection(head, shapely.buffer(shapely.LineString([s.a, s.b]).interpolate(0.5, normalized=True), 0.45 * share * connector.knob_um))
        if s.full and connector.reach:
            head = shapely.Polygon(connector.box(s.a, s.b))
        if share < LEAST or not shapely.covers(room, head):
            path = line(s.a, s.b)
        elif s.full:
            signs[one, s.sides[0]], signs[two, s.sides[1]] = s.sign, -s.sign
            joints.append(Joint(len(edges), (tuple(s.a.tolist()), tuple(s.b.tolist())), (one, two), s.sides))
        edges.append(Edge(path, one, two))
    return edges, signs, joints


def _border(board: shapely.Polygon, seams: list[_Seam], parts: np.ndarray, group: np.ndarray) -> list[Edge]:
    """The outline, walked clockwise, from one seam's end to the next."""
    ring = shapely.get_exterior_ring(board)
    ends = np.unique(np.array([e for s in seams if group[s.parts[0]] != group[s.parts[1]] for e in (s.a, s.b)]), axis=0)
    ends = ends[shapely.distance(shapely.points(ends), ring) < NEAR_UM]
    at = shapely.line_locate_point(ring, shapely.points(ends))
    order = np.argsort(at, kind="stable")
    ends, at = ends[order], at[order]
    corners = shapely.get_coordinates(ring)[:-1]
    where = shapely.line_locate_point(ring, shapely.points(corners))
    tree, length, out = shapely.STRtree(parts), ring.length, []
    for k in range(len(ends)):
        low, high = at[k], at[(k + 1) % len(ends)] + (length if k + 1 == len(ends) else 0)
        between = np.concatenate([corners[(where + turn > low + APART_UM) & (where + turn < high - APART_UM)] for turn in (0, length)])
        middle = shapely.line_interpolate_point(ring, (low + high) / 2 % length)
        out.append(Edge(line(ends[k], *between, ends[(k + 1) % len(ends)]), int(group[tree.nearest(middle)]), -1))
    return out


def _turned(plan: Plan, cells: Cells, corners_um: np.ndarray, board: shapely.Polygon) -> list[tuple[int, int, int]]:
    """Pieces that are cut and that a turn of the whole board leads into each other, with their connectors: from the first of each kind to the others."""
    ids = np.flatnonzero(~plan.whole)
    middle, centre = np.array(board.bounds).reshape(2, 2).mean(0), corners_um[plan.cell].mean(1)
    shapes = {
        i: shapely.MultiLineString([shapely.LineString(e.path.flatten(0.02) * 1000) for e in plan.edges if i in (e.piece, e.other)]) for i in ids.tolist()
    }
    moves = [(k, _turn_about(middle, 2 * np.pi * k / cells.turns)) for k in range(1, cells.turns)]
    moves = [(k, m) for k, m in moves if shapely.symmetric_difference(shapely.transform(board, m), board).area < 1e-3 * board.area]
    out: list[tuple[int, int, int]] = []
    done: set[int] = set()
    for i in ids.tolist():
        for k, move in moves:
            near = ids[np.abs(centre[ids] - move(centre[i])).max(1) < 5].tolist()
            for j in near if i not in done else ():
                if j != i and j not in done and shapely.hausdorff_distance(shapely.transform(shapes[i], move), shapes[j]) < 5:
                    out.append((i, j, k))
        done |= {i, *(j for b, j, _ in out if b == i)}
    return out


def _turn_about(middle: np.ndarray, angle: float) -> Callable[[np.ndarray], np.ndarray]:
    turn = np.array([(np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))])
    return lambda p: (p - middle) @ turn.T + middle
