"""Planar partitions: lines become faces, faces know their neighbours, faces are joined. All on a grid of 1 um, so that edges are shared exactly.

Snap rounding: Hobby, Practical segment intersection with finite precision output, Computational Geometry 13 (1999), as GEOS does it.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

GRID_MM = 0.001


@dataclass(frozen=True, eq=False)
class Edges:
    """Segments that two faces share, or one face and the outside (second -1): faces (m, 2), ends (m, 2, 2) in mm, lengths (m,)."""

    faces: np.ndarray
    ends: np.ndarray
    lengths: np.ndarray


def faces(lines: list[np.ndarray]) -> np.ndarray:
    """Polygons (n,) between polylines (k, 2) in mm: what `polygonize` finds after all crossings have become vertices of the grid."""
    noded = shapely.unary_union(
        shapely.linestrings(np.concatenate(lines), indices=np.repeat(np.arange(len(lines)), [len(v) for v in lines])), grid_size=GRID_MM
    )
    found = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    return found[np.lexsort(np.round(shapely.bounds(found), 3).T)]


def edges(polygons: np.ndarray) -> Edges:
    """The segments of faces whose vertices agree exactly."""
    rings, owner = shapely.get_rings(polygons, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    start, end, face = xy[:-1][same], xy[1:][same], owner[ring[:-1][same]]
    whole = np.rint(np.stack([start, end], 1) / GRID_MM).astype(np.int64)
    key = (whole[..., 0] << 32) + whole[..., 1]
    low, high = key.min(1), key.max(1)
    order = np.lexsort((face, high, low))
    first = np.flatnonzero(np.r_[True, (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)])
    twin = np.diff(np.r_[first, len(order)]) > 1
    pairs = np.stack([face[order[first]], np.where(twin, face[order[np.minimum(first + 1, len(order) - 1)]], -1)], 1)
    ends = np.stack([start, end], 1)[order[first]]
    return Edges(pairs, ends, np.hypot(*(ends[:, 1] - ends[:, 0]).T))


def connected_groups(count: int, pairs: np.ndarray) -> np.ndarray:
    """int (count,): number of the connected group of each, pairs (m, 2) of those that belong together."""
    return connected_components(coo_matrix((np.ones(len(pairs), np.int8), tuple(pairs.T)), (count, count)), directed=False)[1]


def members(group: np.ndarray) -> list[np.ndarray]:
    """int (k,) of each group by rising number: which of group (n,) are of it, in their order."""
    order = np.argsort(group, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(group[order])) + 1) if len(order) else []


def adjacency(shared: Edges, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(pairs (m, 2) of different groups that touch, length of their common edge (m,)), each pair in both orders."""
    two = shared.faces[:, 1] >= 0
    pair, length = group[shared.faces[two]], shared.lengths[two]
    apart = pair[:, 0] != pair[:, 1]
    pair, length = pair[apart], length[apart]
    pair, length = np.concatenate([pair, pair[:, ::-1]]), np.concatenate([length, length])
    found, at = np.unique(pair, axis=0, return_inverse=True)
    return found, np.bincount(at.ravel(), length, len(found))


def merged(polygons: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Faces of each group as one polygon or multipolygon, by their common edges alone."""
    return np.array([shapely.coverage_union_all(polygons[some]) for some in members(group)], object)


def containing(polygons: np.ndarray, points: np.ndarray) -> np.ndarray:
    """int (n,): the polygon that holds each of points (n, 2); the nearest one where none does."""
    tree, at = shapely.STRtree(polygons), shapely.points(points)
    out = np.full(len(points), -1)
    which, found = tree.query(at, "intersects")
    out[which[::-1]] = found[::-1]
    lost = np.flatnonzero(out < 0)
    if len(lost):
        out[lost] = tree.nearest(at[lost])
    return out
