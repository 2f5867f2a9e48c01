"""The sides of pieces of any shape, from their outlines as they are written: which meet, which curves are alike, which pieces have one form. mm.

A piece's form is what its corners and its sides at the border leave of it: the lengths of its chords, the angles between them, the border's curves.
A piece may lie in the place of another of its form, turned so that the corners come to lie on each other. Where all pieces have one form by their corners and
none has a straight side, the border is made of connectors like all others: then every piece may lie everywhere, and the sides that come to the border meet nothing.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..jigsaw.exact.solve import Places
from ._cut import TOLERANCE_MM
from ._table import Table

BORDER = 1_000_000   # added to the number of a curve along the border
POINTS = 129         # of a curve: equal steps along it, as curves that differ by rounding may be flattened to other numbers of points
Known = list[tuple[np.ndarray, int]]


@dataclass(frozen=True, eq=False)
class Side:
    """curve: (POINTS, 2) from (0, 0) along the x axis; chord: vector from its first corner to its second; ends: both, in whole micrometres."""

    curve: np.ndarray
    chord: np.ndarray
    ends: tuple[tuple[int, int], tuple[int, int]]


def board_of(table: Table) -> tuple[np.ndarray, Places] | None:
    """(words int (n, P), the places), as `jigsaw.solve` takes them. None where an outline does not pass through its corners."""
    pieces = [sides_of(o, c) for o, c in zip(table.outlines, table.corners)]
    if any(p is None for p in pieces):
        return None
    ports, known = max(map(len, pieces)), []
    words, meets = np.zeros((table.count, ports), int), np.full((table.count, ports), -1)
    at = {s.ends: ports * i + p for i, sides in enumerate(pieces) for p, s in enumerate(sides)}
    forms = []
    for i, sides in enumerate(pieces):
        numbers = [number(s.curve, known, float(np.hypot(*s.chord))) for s in sides]
        meets[i, : len(sides)] = [at.get(s.ends[::-1], -1) for s in sides]
        words[i, : len(sides)] = numbers
        forms.append(_form(sides, np.where(meets[i, : len(sides)] < 0, np.add(numbers, BORDER), 0)))
    if _all_connectors(pieces, forms):
        return words, _places([form * (1, 1, 0) for form in forms], meets)
    return np.where(meets >= 0, words, 0), _places(forms, meets)


def _all_connectors(pieces: list[list[Side]], forms: list[np.ndarray]) -> bool:
    """Whether the border is made of connectors, see the module."""
    straight = any(np.abs(s.curve[:, 1]).max() < TOLERANCE_MM for sides in pieces for s in sides)
    return not straight and all(_shifts(forms[0] * (1, 1, 0), form * (1, 1, 0)) for form in forms)


def sides_of(outline: np.ndarray, corners: np.ndarray) -> list[Side] | None:
    """The outline (closed, (n, 2)) from corner to corner, the first corner on it first."""
    ring = outline[:-1]
    far = np.abs(ring[:, None] - corners[None]).max(-1)
    if not len(corners) or (far.min(0) > TOLERANCE_MM).any():
        return None
    at = np.unique(far.argmin(0))
    ring = np.concatenate([np.roll(ring, -at[0], 0), ring[at[:1]]])
    cuts = [*(at - at[0]).tolist(), len(ring) - 1]
    return [_side(ring[a: b + 1]) for a, b in zip(cuts[:-1], cuts[1:])]


def _side(curve: np.ndarray) -> Side:
    chord = curve[-1] - curve[0]
    ends = [tuple(np.rint(1000 * p).astype(int).tolist()) for p in (curve[0], curve[-1])]
    return Side(even(curve - curve[0]) @ level(chord), chord, (ends[0], ends[1]))


def level(chord: np.ndarray) -> np.ndarray:
    """(2, 2): what points (n, 2) are multiplied by to bring a chord along the x axis."""
    x, y = chord / max(float(np.hypot(*chord)), 1e-9)
    return np.array([(x, -y), (y, x)])


def even(curve: np.ndarray) -> np.ndarray:
    """POINTS at equal steps along a polyline (n, 2)."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(curve, axis=0).T))])
    at = np.linspace(0, along[-1], POINTS)
    return np.stack([np.interp(at, along, curve[:, k]) for k in (0, 1)], 1)


def number(curve: np.ndarray, known: Known, length: float) -> int:
    """+k for the k-th curve seen, -k for its half turn: what fits it. 0 for one that is its own half turn and fits itself."""
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
    """float (sides, 3): length, turn to the next chord (as an arc of 10 mm), number of the border's curve."""
    chords = np.array([s.chord for s in sides])
    angle = np.arctan2(chords[:, 1], chords[:, 0])
    turn = (np.roll(angle, -1) - angle + np.pi / 2) % (2 * np.pi)
    return np.stack([np.hypot(*chords.T), 10 * turn, border], 1)


def _places(forms: list[np.ndarray], meets: np.ndarray) -> Places:
    """Pieces of one form are gathered about the first of them; `shift`: which of its sides is their first one."""
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
    """c so that side p of the form is side p + c of the first."""
    if len(first) != len(form):
        return []
    return [c for c in range(len(form)) if np.abs(np.roll(first, -c, 0) - form).max() < TOLERANCE_MM]


def _takes(first: np.ndarray, ids: np.ndarray, shift: np.ndarray, at: int, ports: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What a place takes whose port p is side p + at of its form: pieces, how far round each is turned, its side at each port."""
    m, turns = len(first), np.array(_shifts(first, first))
    piece, turn = np.repeat(ids, len(turns)), np.tile(turns, len(ids))
    port = np.arange(ports)
    side = np.where(port < m, (port + at - shift[piece][:, None] + turn[:, None]) % m, port)
    return piece, turn, side
