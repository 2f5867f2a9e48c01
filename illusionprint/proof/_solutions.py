"""Number of solutions: in how many ways the pieces go together, counted anew from their outlines as they are written. mm, board coordinates.

The form of a piece is the lengths of its chords from corner to corner, the angles between them, and the curves of its sides at the border. A piece may lie in
the place of another of its form, turned so that the corners coincide. Where all pieces have one form by their corners and none has a straight side, the border
is made of connectors like all others: then every piece may lie everywhere, and the sides that come to the border meet nothing.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..jigsaw.exact.solve import Count, Places, count, ways
from ._cut import TOLERANCE_MM
from ._plan import BoardPlan
from .findings import Finding, finding

MOST_STEPS = 40_000_000  # of the search: about a minute
BORDER = 1_000_000  # added to the number of a curve along the border
POINTS = 129  # of a curve: equal steps along it, as curves that differ by rounding may be flattened to other numbers of points
Known = list[tuple[np.ndarray, int]]


@dataclass(frozen=True, eq=False)
class Side:
    """Side of a piece: its curve (POINTS, 2) from (0, 0) along the x axis, its chord as a vector, and both ends in whole micrometres."""

    curve: np.ndarray
    chord: np.ndarray
    ends: tuple[tuple[int, int], tuple[int, int]]


def check(plan: BoardPlan, figures: dict[str, Any]) -> list[Finding]:
    """Compare the number of solutions with the one that arrangement.json states as exact; a search that does not end is a note."""
    stated = plan.solutions
    if not stated.get("orbits") or not stated.get("exact") or plan.is_whole_sheet:
        return []
    found = solutions(plan, int(stated["counted"]) + 1)
    if found is None:
        return [finding("SOLUTIONS", "The pieces' outlines in arrangement.json have no corners where the grid has them, so their ways cannot be counted.")]
    figures["solutions"] = {"stated": stated["counted"], "counted": found.ways, "finished": found.finished, "steps": found.steps}
    if found.finished and found.ways == stated["counted"]:
        return []
    if not found.finished and found.ways <= stated["counted"]:
        return [finding("SOLUTIONS", f"The ways to close the board were not counted to the end; {found.ways} were found.", severity="note")]
    more = "or more " if not found.finished else ""
    return [finding("SOLUTIONS", f"By their outlines the pieces close in {found.ways} {more}ways; arrangement.json says {stated['counted']}.")]


def solutions(plan: BoardPlan, most: int) -> Count | None:
    """Number of solutions, up to so many; None for outlines that do not pass through their corners, which squares have on the grid."""
    if plan.corners:
        found = mesh_words(plan)
        return found and ways(*found, most, most_steps=MOST_STEPS)
    words = square_words(plan)
    return None if words is None else count(words, *plan.grid, most, most_steps=MOST_STEPS)


def square_words(plan: BoardPlan) -> np.ndarray | None:
    """Sides of square pieces (top, right, bottom, left) as signed numbers int (n, 4), 0 at the border; None where an outline lacks its corners."""
    rows, cols = plan.grid
    cell = np.divide(plan.size_mm, (cols, rows))
    known: Known = []
    words = np.zeros((plan.count, 4), int)
    chords = cell * [(1, 0), (0, 1), (-1, 0), (0, -1)]
    for i, outline in enumerate(plan.outlines):
        corner = np.array([i % cols, i // cols]) * cell
        start = int(np.abs(outline[:-1] - corner).max(1).argmin())
        sides = sides_of(np.concatenate([outline[start:-1], outline[: start + 1]]), corner + np.cumsum([(0, 0), *chords[:3]], 0))
        if sides is None or len(sides) != 4 or np.abs([s.chord for s in sides] - chords).max() > 2 * TOLERANCE_MM:
            return None
        border = i < cols, i % cols == cols - 1, i >= plan.count - cols, i % cols == 0
        words[i] = [0 if flat else _number(side.curve, known, cell[0]) for side, flat in zip(sides, border)]
    return words


def mesh_words(plan: BoardPlan) -> tuple[np.ndarray, Places] | None:
    """Sides of pieces of any shape as signed numbers int (n, P), and their places; None where an outline does not pass through its corners."""
    pieces = [sides for o, c in zip(plan.outlines, plan.corners) if (sides := sides_of(o, c)) is not None]
    if len(pieces) < plan.count:
        return None
    ports = max(map(len, pieces))
    known: Known = []
    words, meets = np.zeros((plan.count, ports), int), np.full((plan.count, ports), -1)
    at = {s.ends: ports * i + p for i, sides in enumerate(pieces) for p, s in enumerate(sides)}
    forms = []
    for i, sides in enumerate(pieces):
        n = len(sides)
        words[i, :n] = [_number(s.curve, known, float(np.hypot(*s.chord))) for s in sides]
        meets[i, :n] = [at.get(s.ends[::-1], -1) for s in sides]
        forms.append(_form(sides, np.where(meets[i, :n] < 0, words[i, :n] + BORDER, 0)))
    if _all_connectors(pieces, forms):
        return words, _places([form * (1, 1, 0) for form in forms], meets)
    return np.where(meets >= 0, words, 0), _places(forms, meets)


def _all_connectors(pieces: list[list[Side]], forms: list[np.ndarray]) -> bool:
    """Whether the border is made of connectors."""
    straight = any(np.abs(s.curve[:, 1]).max() < TOLERANCE_MM for sides in pieces for s in sides)
    return not straight and all(_shifts(forms[0] * (1, 1, 0), form * (1, 1, 0)) for form in forms)


def sides_of(outline: np.ndarray, corners: np.ndarray) -> list[Side] | None:
    """Sides of a closed outline (n, 2) from corner to corner, starting at the first corner on it; None where a corner is missing."""
    ring = outline[:-1]
    far = np.abs(ring[:, None] - corners[None]).max(-1)
    if not len(corners) or (far.min(0) > TOLERANCE_MM).any():
        return None
    at = np.unique(far.argmin(0))
    ring = np.concatenate([np.roll(ring, -at[0], 0), ring[at[:1]]])
    cuts = [*(at - at[0]).tolist(), len(ring) - 1]
    return [_side(ring[a : b + 1]) for a, b in zip(cuts[:-1], cuts[1:])]


def _side(curve: np.ndarray) -> Side:
    chord = curve[-1] - curve[0]
    ends = [tuple(np.rint(1000 * p).astype(int).tolist()) for p in (curve[0], curve[-1])]
    return Side(evenly_spaced(curve - curve[0]) @ rotation_to_x(chord), chord, (ends[0], ends[1]))


def rotation_to_x(chord: np.ndarray) -> np.ndarray:
    """Matrix (2, 2) by which points (n, 2) are multiplied to bring a chord along the x axis."""
    x, y = chord / max(float(np.hypot(*chord)), 1e-9)
    return np.array([(x, -y), (y, x)])


def evenly_spaced(curve: np.ndarray) -> np.ndarray:
    """Points at POINTS equal steps along a polyline (n, 2)."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(curve, axis=0).T))])
    at = np.linspace(0, along[-1], POINTS)
    return np.stack([np.interp(at, along, curve[:, k]) for k in (0, 1)], 1)


def _number(curve: np.ndarray, known: Known, length: float) -> int:
    """Number of a curve: k for the k-th one seen, -k for its half turn, which fits it, 0 for one that fits itself. `known` grows."""
    turned = (np.array([length, 0]) - curve)[::-1]
    if np.abs(turned - curve).max() < TOLERANCE_MM:
        return 0
    for other, k in known:
        if np.abs(other - curve).max() < TOLERANCE_MM:
            return k
    k = 1 + len(known) // 2
    known += [(curve, k), (turned, -k)]
    return k


def _form(sides: list[Side], border: np.ndarray) -> np.ndarray:
    """Form of a piece, float (sides, 3): lengths, turns to the next chord (as arcs of 10 mm), numbers of the border's curves."""
    chords = np.array([s.chord for s in sides])
    angle = np.arctan2(chords[:, 1], chords[:, 0])
    turn = (np.roll(angle, -1) - angle + np.pi / 2) % (2 * np.pi)
    return np.stack([np.hypot(*chords.T), 10 * turn, border], 1)


def _places(forms: list[np.ndarray], meets: np.ndarray) -> Places:
    """Places of the pieces, those of one form gathered about the first of them, with which of its sides is their first one."""
    firsts: list[np.ndarray] = []
    of, shift = np.zeros(len(forms), int), np.zeros(len(forms), int)
    for i, form in enumerate(forms):
        found = ((n, c) for n, first in enumerate(firsts) for c in _shifts(first, form))
        of[i], shift[i] = next(found, (len(firsts), 0))
        if of[i] == len(firsts):
            firsts.append(form)
    kinds, group = np.unique(np.stack([of, shift], 1), axis=0, return_inverse=True)
    return Places(meets, group.ravel(), tuple(_takes(firsts[n], np.flatnonzero(of == n), shift, c, meets.shape[1]) for n, c in kinds.tolist()))


def _shifts(first: np.ndarray, form: np.ndarray) -> list[int]:
    """Shifts c for which side p of the form is side p + c of the first."""
    if len(first) != len(form):
        return []
    return [c for c in range(len(form)) if np.abs(np.roll(first, -c, 0) - form).max() < TOLERANCE_MM]


def _takes(first: np.ndarray, ids: np.ndarray, shift: np.ndarray, at: int, ports: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pieces that fit a place whose port p is side p + at of its form, how far round each is turned, and its side at each port."""
    m, turns = len(first), np.array(_shifts(first, first))
    piece, turn = np.repeat(ids, len(turns)), np.tile(turns, len(ids))
    port = np.arange(ports)
    side = np.where(port < m, (port + at - shift[piece][:, None] + turn[:, None]) % m, port)
    return piece, turn, side
