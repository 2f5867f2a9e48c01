"""Sides that meet are one curve, to the last micrometre: finer than what a cutter can tell, and so a sign that two of them were not made as one.

Each outline is flattened from its control points, which gives the same corners from either end. Then every line of an outline inside the board is a line of
another outline as well: equal in its middle and in its extent across and down. Motions by quarter turns keep that in every assembly; other turns round.
"""

from __future__ import annotations

import numpy as np
import shapely

from . import _cut
from ._table import Table
from .findings import Finding, error

STEP_MM = 1e-5  # lines nearer than this are one line
OFFSETS = 0.2137, 0.7137  # where steps begin: not at halves, quarters, ..., where middles of curves of whole micrometres lie
BORDER_MM = 0.003  # what belongs to the board's border lies so near to it
COARSER = {"CUT_OFFSET", "PIECE_COUNT", "PIECE_SHAPE", "MISSING_EDGE", "NOT_CLOSED", "GAP", "OVERLAP", "MOVE_NOT_RIGID", "BROKEN_FILE"}


def check(table: Table, findings: list[Finding]) -> list[Finding]:
    """Of a board in which nothing coarser was found; other tilings than squares in assembly 1 alone."""
    if table.is_sheet or any(f.code in COARSER for f in findings):
        return []
    return next((found for k in range(table.moves.shape[1]) if _exact(table.moves[:, k]) and (found := _alone(table, k))), [])


def _exact(moves: np.ndarray) -> bool:
    """Whether moves (n, 6) are by quarter turns, and most of those that move a piece by whole micrometres: a lattice of other cells than squares has none, even where nothing turns."""
    turns, by_um = moves[:, :4], 1000 * moves[:, 4:]
    moved = np.abs(moves - [1, 0, 0, 1, 0, 0]).max(1) > 1e-9
    whole = np.abs(by_um - np.rint(by_um)).max(1) < 1e-3
    return bool(np.abs(turns - np.rint(turns)).max() < 1e-12 and whole[moved].sum() * 2 >= moved.sum())


def _alone(table: Table, k: int) -> list[Finding]:
    """A finding for each piece that has a line of its own inside the board of assembly k."""
    rings = _cut.moved(np.array([shapely.linestrings(p) for p in table.outlines]), table.moves[:, k])
    points, piece = shapely.get_coordinates(rings, return_index=True)
    same = np.flatnonzero(piece[1:] == piece[:-1])
    start, end, piece = points[same], points[same + 1], piece[same]
    key = np.concatenate([(start + end) / 2, np.abs(end - start)], 1)
    single = np.flatnonzero(np.all([_once(key, v) for v in OFFSETS], 0))
    border = shapely.boundary(table.board(k))
    single = single[shapely.distance(shapely.points(key[single, :2]), border) > BORDER_MM]
    first = single[np.unique(piece[single], return_index=True)[1]]
    return [
        error(
            "SIDES_DIFFER",
            f"In assembly {k + 1} a side of piece {table.ids[piece[n]]} is not the very side that it meets: they differ by less than {_cut.TOLERANCE_MM:g} mm.",
            key[n, :2],
        )
        for n in first
    ]


def _once(key: np.ndarray, offset: float) -> np.ndarray:
    """bool (n,): rows that no other row equals, rounded to steps counted from an offset, so that a row at the edge of a step is seen with another."""
    _, at, count = np.unique(np.floor(key / STEP_MM + offset).astype(np.int64), axis=0, return_inverse=True, return_counts=True)
    return count[at.ravel()] == 1
