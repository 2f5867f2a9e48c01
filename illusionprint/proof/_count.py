"""In how many ways the pieces go together, counted anew from their outlines as they are written. mm, board coordinates."""
from __future__ import annotations

from typing import Any

import numpy as np

from ..jigsaw.exact.solve import Count, count, ways
from ._cut import TOLERANCE_MM
from ._sides import Known, board_of, even, number
from ._table import Table
from .findings import Finding, error

MOST_STEPS = 40_000_000   # of the search: about a minute


def check(table: Table, figures: dict[str, Any]) -> list[Finding]:
    """Only for tables that claim a number of ways which is exact; a search that does not end is a note."""
    stated = table.solutions
    if not stated.get("orbits") or not stated.get("exact") or table.is_sheet:
        return []
    found = counted(table, int(stated["counted"]) + 1)
    if found is None:
        return [error("SOLUTIONS", "The pieces' outlines in arrangement.json have no corners where the grid has them, so their ways cannot be counted.")]
    figures["solutions"] = {"stated": stated["counted"], "counted": found.ways, "finished": found.finished, "steps": found.steps}
    if found.finished and found.ways == stated["counted"]:
        return []
    if not found.finished and found.ways <= stated["counted"]:
        return [Finding("SOLUTIONS", "note", f"The ways to close the board were not counted to the end; {found.ways} were found.")]
    more = "or more " if not found.finished else ""
    return [error("SOLUTIONS", f"By their outlines the pieces close in {found.ways} {more}ways; arrangement.json says {stated['counted']}.")]


def counted(table: Table, most: int) -> Count | None:
    """The ways, up to so many; None for outlines without corners. A board of another shape says itself where its corners are."""
    if table.corners:
        found = board_of(table)
        return found and ways(*found, most, most_steps=MOST_STEPS)
    words = words_of(table)
    return None if words is None else count(words, *table.grid, most, most_steps=MOST_STEPS)


def words_of(table: Table) -> np.ndarray | None:
    """int (n, 4): sides as signed numbers, as `jigsaw.solve` takes them; sides within the tolerance of each other bear the same. None without corners."""
    rows, cols = table.grid
    cell = np.divide(table.size_mm, (cols, rows))
    known: Known = []
    words = np.zeros((table.count, 4), int)
    for i, outline in enumerate(table.outlines):
        sides = _sides(outline, np.array([i % cols, i // cols]) * cell, cell)
        if sides is None:
            return None
        border = i < cols, i % cols == cols - 1, i >= table.count - cols, i % cols == 0
        words[i] = [0 if flat else number(even(curve), known, cell[0]) for curve, flat in zip(sides, border)]
    return words


def _sides(outline: np.ndarray, corner: np.ndarray, cell: np.ndarray) -> list[np.ndarray] | None:
    """Top, right, bottom, left, each from (0, 0) along the x axis."""
    corners = corner + np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * cell
    far = np.abs(outline[:-1, None] - corners[None]).max(-1)
    at = far.argmin(0)
    if (far.min(0) > TOLERANCE_MM).any():
        return None
    ring = np.roll(outline[:-1], -at[0], 0)
    ends = [*((at - at[0]) % len(ring)), len(ring)]
    if sorted(ends) != ends:
        return None
    ring = np.concatenate([ring, ring[:1]])
    out = []
    for side in range(4):
        curve = ring[ends[side]: ends[side + 1] + 1] - corners[side]
        for _ in range(side):
            curve = np.stack([curve[:, 1], -curve[:, 0]], 1)
        out.append(curve)
    return out
