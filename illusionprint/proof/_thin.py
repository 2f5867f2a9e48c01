"""How thin the pieces are: what a blade leaves between two cuts has to hold.

A piece is at least w wide where it stays in one part when r = w / 2 is taken off all round (an erosion), and where the rest, grown back by as much
(an opening), has lost nothing larger than a tip: a tab that is thin as a whole is gone without a second part. A tip ends in a point, so that
as much of it, against r^2, wears off at any width; it is not told.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import shapely

from ._cut import TOLERANCE_MM
from ._machine import machine_of
from ._table import Table
from .findings import Finding

CRUMB = 0.001  # of a piece's area: a smaller part is the rest of a tip
LOST = 4.0  # r^2: what may wear off in one place, as of a tongue as long as it is wide; of a corner of 90 degrees 0.2 wears off
SHARES = (1.0, 0.7, 0.5)  # of a width, at each of which it is looked for: a head that is hardly wider than its neck is gone with it
FINER = 4  # what wears off at a quarter of the width as well, against r^2, is a tip
FURTHER, STEPS = 1.12, 6  # of the search for the least width: a neck is seen only while its head is wider than w
SEARCHED = 300  # shapes at most, among which the thinnest is sought where none is too thin
FLAT_MM = 0.02  # outlines lose points that are nearer than this to the rest


def check(polygons: np.ndarray, table: Table, folder: Path, figures: dict[str, Any]) -> list[Finding]:
    """A warning for each piece that is thinner than the machine's template asks for; puts the least width of all into the dict."""
    if table.is_sheet:
        return []
    machine, name = machine_of(folder)
    asked = machine.mm("min_neck")
    some, kind = kinds(polygons)
    shapes = shapely.simplify(polygons[some], FLAT_MM)
    found = thinner(shapes, asked - 2 * TOLERANCE_MM)
    thin = np.flatnonzero(found[kind])
    told = figures["thinnest"] = {"asked_mm": asked, "thin_pieces": len(thin)}
    if found.any() or len(some) <= SEARCHED:
        among = np.flatnonzero(found) if found.any() else np.arange(len(some))
        width, at = least_width(shapes[among], asked)
        told |= {"piece": table.ids[some[among[at]]], "width_mm": round(width, 2)}
    return [
        Finding(
            "THIN_PIECE",
            "warning",
            f"Piece {table.ids[i]} is thinner somewhere than the {asked:g} mm that {name} asks for, the thinnest of all "
            f"{told['width_mm']:.2f} mm; make the pieces larger, or take other tabs or another grid.",
            tuple(np.round(table.middles[i], 2).tolist()),
        )
        for i in thin
    ]


def kinds(polygons: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(one piece of each kind (k,), the kind of each (n,)): those of one area, length and width are taken for congruent."""
    sizes = np.stack([shapely.area(polygons), shapely.length(polygons), shapely.minimum_bounding_radius(polygons)], 1)
    _, some, kind = np.unique(np.round(sizes, 3), axis=0, return_index=True, return_inverse=True)
    return some, kind.ravel()


def thinner(polygons: np.ndarray, width_mm: float) -> np.ndarray:
    """bool (n,): whether a piece is thinner than a width somewhere but at its tips."""
    return np.any([_falls_apart(polygons, share * width_mm) for share in SHARES], 0)


def _falls_apart(polygons: np.ndarray, width_mm: float) -> np.ndarray:
    """bool (n,): whether a piece loses a part, or more than tips, at just this width."""
    worn, gone, owner = _worn(polygons, width_mm / 2)
    parts, of = shapely.get_parts(worn, return_index=True)
    out = np.bincount(of[shapely.area(parts) > CRUMB * shapely.area(polygons)[of]], minlength=len(polygons)) != 1
    if len(gone):
        _, tips, of = _worn(polygons[owner], width_mm / 2 / FINER)
        tip = np.zeros(len(gone), bool)
        for part, k in zip(tips, of):
            tip[k] |= bool(shapely.intersects(part, gone[k]))
        out[owner[~tip]] = True
    return out


def _worn(polygons: np.ndarray, r: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(the polygons without what is nearer than r to their contours; the parts that are missing when the rest has grown by r again, if
    larger than LOST r^2; whose those are)."""
    worn = shapely.buffer(polygons, -r, quad_segs=4)
    gone, owner = shapely.get_parts(shapely.difference(polygons, shapely.buffer(worn, 1.001 * r, quad_segs=4)), return_index=True)
    large = shapely.area(gone) > LOST * r * r
    return worn, gone[large], owner[large]


def least_width(polygons: np.ndarray, near_mm: float) -> tuple[float, int]:
    """(least width in mm of any of the pieces, which of them), to a few hundredths; near_mm: where the search begins."""
    low, high = 0.0, near_mm
    while not (found := _falls_apart(polygons, high)).any():
        low, high = high, FURTHER * high
    left = np.flatnonzero(found)
    for _ in range(STEPS):
        middle = (low + high) / 2
        found = _falls_apart(polygons[left], middle)
        low, high, left = (low, middle, left[found]) if found.any() else (middle, high, left)
    return low, int(left[0])
