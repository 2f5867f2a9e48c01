"""What holds the pieces together once a beam has been along the cut.

A beam of width k takes k / 2 from the piece on either side of its line, so pieces that lie as they were drawn have a gap of k all round: the play. The head
of a tab, H wide, loses k / 2 on either side, and the neck of the blank, N wide, is wider by as much. The tab is held where the one does not pass through the other:

    H - k > N + k,   an undercut H - N of more than 2 k.

Widths are taken along a side's chord, at each height above it; where a side has several tabs the widest counts. A blade takes nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import shapely

from ._machine import machine_of
from ._sides import even, level
from ._table import Table
from ._thin import kinds
from .findings import Finding

LEAST_MM = 0.05  # a side of less undercut is not made to hold: a wave, a bump
LEVELS = 96  # heights at which a side's widths are taken
GRID_MM = 0.001  # what pieces share is found on


def check(polygons: np.ndarray, table: Table, folder: Path, figures: dict[str, Any]) -> list[Finding]:
    """A warning where the beam of the machine's template takes what holds the connectors; puts play and least undercut into the dict."""
    if table.is_sheet or not len(sides := curves(polygons)):
        return []
    machine, name = machine_of(folder)
    kerf, found = machine.mm("kerf"), np.array([undercut(c) for c in sides])
    holding = found[found >= LEAST_MM]
    told = figures["play"] = {"kerf_mm": kerf, "connectors": len(sides), "made_to_hold": len(holding)}
    if not len(holding):
        return []
    least, loose = float(holding.min()), int((holding <= 2 * kerf).sum())
    told |= {"least_undercut_mm": round(least, 3), "loose": loose}
    if not loose:
        return []
    return [
        Finding(
            "LOOSE_PIECES",
            "warning",
            f"The beam of {name} is {kerf:g} mm wide, so the pieces have a play of {kerf:g} mm, and {loose} of the {len(sides)} kinds of connectors hold "
            f"nothing: a head is {least:.2f} mm wider than its neck, and the beam takes {2 * kerf:g} mm of that. Make the pieces larger, or take other tabs or a finer beam.",
        )
    ]


def curves(polygons: np.ndarray) -> list[np.ndarray]:
    """What two pieces share, one of each kind, straight ones left out: (n, 2) in mm from (0, 0) along the x axis, the tab at y < 0 from whichever piece it is seen so."""
    some, _ = kinds(polygons)
    one, two = shapely.STRtree(polygons).query(polygons[some], "intersects")
    pairs = np.unique(np.sort(np.stack([some[one], two], 1)[some[one] != two], 1), axis=0)
    edges = shapely.boundary(polygons)
    shared = shapely.line_merge(shapely.intersection(edges[pairs[:, 0]], edges[pairs[:, 1]], grid_size=GRID_MM))
    laid = (_laid(shapely.get_coordinates(line)) for line in shapely.get_parts(shared) if shapely.get_type_id(line) == 1)
    found: list[tuple[np.ndarray, np.ndarray]] = []
    for curve in (c for c in laid if np.abs(c[:, 1]).max() > LEAST_MM):
        steps = even(curve)
        if not any(np.abs(steps - other).max() < LEAST_MM for other, _ in found):
            found.append((steps, curve))
    return [curve for _, curve in found]


def _laid(line: np.ndarray) -> np.ndarray:
    """A line with its chord along the x axis and its tab at y < 0; its half turn shows the other piece's view of it."""
    curve = (line - line[0]) @ level(line[-1] - line[0])
    return curve if -curve[:, 1].min() >= curve[:, 1].max() else (curve[-1] - curve)[::-1]


def undercut(curve: np.ndarray) -> float:
    """By how many mm a tab at y < 0 is wider, at its widest above a neck, than that neck; 0 for one that only becomes narrower."""
    widths = [_widest(curve, -h) for h in np.linspace(0, -curve[:, 1].min(), LEVELS + 2)[1:-1]]
    return max(0.0, float((widths - np.minimum.accumulate(widths)).max()))


def _widest(curve: np.ndarray, level: float) -> float:
    """Width of the widest part of a tab at a height: between each crossing of the curve into it and the next one out of it."""
    x, y = curve.T
    at = np.flatnonzero((y[1:] < level) != (y[:-1] < level))
    crossing = np.sort(x[at] + (level - y[at]) / (y[at + 1] - y[at]) * (x[at + 1] - x[at]))
    return float((crossing[1::2] - crossing[::2]).max())
