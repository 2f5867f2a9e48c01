"""Limits of the machine and of the print: thin necks, kerf and resolution.

Thin necks. A piece is at least w wide where an erosion by r = w / 2 leaves it in one part and the opening by r loses nothing larger than a tip: a tab that
is thin as a whole is gone without a second part. A tip ends in a point, so that as much of it, against r^2, is lost at any width; it is not reported.

Kerf. A beam of width k takes k / 2 from the piece on either side of its line, so pieces that lie as they were drawn have a clearance of k. The head of a
tab, H wide, loses k / 2 on either side, and the neck of the blank, N wide, is wider by as much. The tab is held where the one does not pass through the other:

    H - k > N + k,   an undercut H - N of more than 2 k.

Widths are taken along a side's chord, at each height above it; where a side has several tabs the widest counts. A blade takes nothing.
"""

from pathlib import Path
from typing import Any

import numpy as np
import shapely

from ..anagram import read_facts
from ..errors import BadValue
from ._cut import TOLERANCE_MM
from ._plan import BoardPlan
from ._solutions import evenly_spaced, rotation_to_x
from .findings import Finding, finding

CRUMB = 0.001  # of a piece's area: a smaller part is the rest of a tip
LOST = 4.0  # r^2: what an opening may lose in one place, as of a tongue as long as it is wide; of a corner of 90 degrees 0.2 is lost
SHARES = (1.0, 0.7, 0.5)  # of a width, at each of which necks are looked for: a head that is hardly wider than its neck is gone with it
FINER = 4  # what is lost at a quarter of the width as well, against r^2, is a tip
FURTHER, STEPS = 1.12, 6  # of the search for the least width: a neck is seen only while its head is wider than w
SEARCHED = 300  # shapes at most, among which the thinnest is sought where none is too thin
FLAT_MM = 0.02  # tolerance of simplified outlines
LEAST_MM = 0.05  # a side of less undercut is not made to hold: a wave, a bump
LEVELS = 96  # heights at which a side's widths are taken
GRID_MM = 0.001  # precision of the edges that pieces share
LEAST_PPI = 100.0  # pixels of a photograph an inch of print; below, it looks soft at reading distance


def check_necks(polygons: np.ndarray, plan: BoardPlan, least_mm: float, machine: str, figures: dict[str, Any]) -> list[Finding]:
    """Warn of each piece with a neck thinner than the machine asks for; put the least width of all into the figures."""
    if plan.is_whole_sheet:
        return []
    some, kind = congruent_kinds(polygons)
    shapes = shapely.simplify(polygons[some], FLAT_MM)
    found = has_neck(shapes, least_mm - 2 * TOLERANCE_MM)
    thin = np.flatnonzero(found[kind])
    thinnest = figures["thinnest"] = {"asked_mm": least_mm, "thin_pieces": len(thin)}
    if found.any() or len(some) <= SEARCHED:
        among = np.flatnonzero(found) if found.any() else np.arange(len(some))
        width, at = least_width(shapes[among], least_mm)
        thinnest |= {"piece": plan.ids[some[among[at]]], "width_mm": round(width, 2)}
    if not len(thin):
        return []
    neck = f"is thinner somewhere than the {least_mm:g} mm that {machine} asks for, the thinnest of all {thinnest['width_mm']:.2f} mm"
    advice = "make the pieces larger, or take other tabs or another grid."
    return [finding("THIN_PIECE", f"Piece {plan.ids[i]} {neck}; {advice}", np.round(plan.centroids[i], 2), "warning") for i in thin]


def check_kerf(polygons: np.ndarray, plan: BoardPlan, kerf_mm: float, machine: str, figures: dict[str, Any]) -> list[Finding]:
    """Warn where the kerf takes what holds the connectors; put clearance and least undercut into the figures."""
    if plan.is_whole_sheet or not len(sides := connector_curves(polygons)):
        return []
    undercuts = np.array([undercut(c) for c in sides])
    holding = undercuts[undercuts >= LEAST_MM]
    play = figures["play"] = {"kerf_mm": kerf_mm, "connectors": len(sides), "made_to_hold": len(holding)}
    if not len(holding):
        return []
    least, loose = float(holding.min()), int((holding <= 2 * kerf_mm).sum())
    play |= {"least_undercut_mm": round(least, 3), "loose": loose}
    if not loose:
        return []
    clearance = f"The beam of {machine} is {kerf_mm:g} mm wide, so the pieces have a play of {kerf_mm:g} mm"
    head = f"a head is {least:.2f} mm wider than its neck, and the beam takes {2 * kerf_mm:g} mm of that"
    lost = f"{loose} of the {len(sides)} kinds of connectors hold nothing: {head}. Make the pieces larger, or take other tabs or a finer beam."
    return [finding("LOOSE_PIECES", f"{clearance}, and {lost}", severity="warning")]


def check_resolution(folder: Path, figures: dict[str, Any]) -> list[Finding]:
    """Warn of each photograph whose effective resolution, as anagram.json has it, is below LEAST_PPI."""
    try:
        pictures = read_facts(folder).get("casting", {}).get("pictures", ())
        found = {k: float(p["ppi"]) for k, p in enumerate(pictures, 1) if "ppi" in p}
    except (BadValue, OSError, ValueError, TypeError, AttributeError):
        return []
    if found:
        figures["photographs_ppi"] = found
    return [finding("FEW_PIXELS", low_resolution(k, ppi), severity="warning") for k, ppi in found.items() if ppi < LEAST_PPI]


def low_resolution(k: int, ppi: float) -> str:
    """Message about picture k below LEAST_PPI."""
    return f"Picture {k} has {ppi:.0f} pixels an inch of print, and below {LEAST_PPI:.0f} it looks soft; take a larger file, or print smaller."


def congruent_kinds(polygons: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One piece of each kind (k,) and the kind of each (n,); pieces of one area, perimeter and radius are taken for congruent."""
    sizes = np.stack([shapely.area(polygons), shapely.length(polygons), shapely.minimum_bounding_radius(polygons)], 1)
    _, some, kind = np.unique(np.round(sizes, 3), axis=0, return_index=True, return_inverse=True)
    return some, kind.ravel()


def has_neck(polygons: np.ndarray, width_mm: float) -> np.ndarray:
    """Whether a piece is thinner than a width anywhere but at its tips, bool (n,)."""
    return np.any([_falls_apart(polygons, share * width_mm) for share in SHARES], 0)


def _falls_apart(polygons: np.ndarray, width_mm: float) -> np.ndarray:
    """Whether an opening by half the width takes a part off a piece, or more than tips, bool (n,)."""
    worn, gone, owner = _opened(polygons, width_mm / 2)
    parts, of = shapely.get_parts(worn, return_index=True)
    out = np.bincount(of[shapely.area(parts) > CRUMB * shapely.area(polygons)[of]], minlength=len(polygons)) != 1
    if len(gone):
        _, tips, of = _opened(polygons[owner], width_mm / 2 / FINER)
        tip = np.zeros(len(gone), bool)
        for part, k in zip(tips, of):
            tip[k] |= bool(shapely.intersects(part, gone[k]))
        out[owner[~tip]] = True
    return out


def _opened(polygons: np.ndarray, r: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Polygons eroded by r, the parts larger than LOST r^2 that an opening by r takes off, and whose those are."""
    worn = shapely.buffer(polygons, -r, quad_segs=4)
    gone, owner = shapely.get_parts(shapely.difference(polygons, shapely.buffer(worn, 1.001 * r, quad_segs=4)), return_index=True)
    large = shapely.area(gone) > LOST * r * r
    return worn, gone[large], owner[large]


def least_width(polygons: np.ndarray, near_mm: float) -> tuple[float, int]:
    """Least width in mm of any of the pieces, to a few hundredths, and which of them; near_mm: start of the search."""
    low, high = 0.0, near_mm
    while not (found := _falls_apart(polygons, high)).any():
        low, high = high, FURTHER * high
    left = np.flatnonzero(found)
    for _ in range(STEPS):
        middle = (low + high) / 2
        found = _falls_apart(polygons[left], middle)
        low, high, left = (low, middle, left[found]) if found.any() else (middle, high, left)
    return low, int(left[0])


def connector_curves(polygons: np.ndarray) -> list[np.ndarray]:
    """Curves that two pieces share, one of each kind, without straight ones: (n, 2) in mm from (0, 0) along the x axis, the tab at y < 0."""
    some, _ = congruent_kinds(polygons)
    one, two = shapely.STRtree(polygons).query(polygons[some], "intersects")
    pairs = np.unique(np.sort(np.stack([some[one], two], 1)[some[one] != two], 1), axis=0)
    edges = shapely.boundary(polygons)
    shared = shapely.line_merge(shapely.intersection(edges[pairs[:, 0]], edges[pairs[:, 1]], grid_size=GRID_MM))
    laid = (_levelled(shapely.get_coordinates(line)) for line in shapely.get_parts(shared) if shapely.get_type_id(line) == 1)
    found: list[tuple[np.ndarray, np.ndarray]] = []
    for curve in (c for c in laid if np.abs(c[:, 1]).max() > LEAST_MM):
        steps = evenly_spaced(curve)
        if not any(np.abs(steps - other).max() < LEAST_MM for other, _ in found):
            found.append((steps, curve))
    return [curve for _, curve in found]


def _levelled(line: np.ndarray) -> np.ndarray:
    """Line with its chord along the x axis and its tab at y < 0, reversed by a half turn if need be."""
    curve = (line - line[0]) @ rotation_to_x(line[-1] - line[0])
    return curve if -curve[:, 1].min() >= curve[:, 1].max() else (curve[-1] - curve)[::-1]


def undercut(curve: np.ndarray) -> float:
    """Undercut in mm of a tab at y < 0: head width less neck width; 0 for a tab that only becomes narrower."""
    widths = [_widest(curve, -h) for h in np.linspace(0, -curve[:, 1].min(), LEVELS + 2)[1:-1]]
    return max(0.0, float((widths - np.minimum.accumulate(widths)).max()))


def _widest(curve: np.ndarray, height: float) -> float:
    """Width of the widest part of a tab at a height, between the curve's crossings into it and out of it."""
    x, y = curve.T
    at = np.flatnonzero((y[1:] < height) != (y[:-1] < height))
    crossing = np.sort(x[at] + (height - y[at]) / (y[at + 1] - y[at]) * (x[at + 1] - x[at]))
    return float((crossing[1::2] - crossing[::2]).max())
