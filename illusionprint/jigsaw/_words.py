"""The sides of a mesh's pieces as words, and what follows from them: which pieces are alike, and where each fits.

A word has a number for each direction: +1 for a tab, -1 for a blank, 0 on the border, ABSENT for a side that the cell has not; PLAIN for a straight side where a
connector may be chosen, otherwise the signed profile. Numbers above ALONE belong to pieces that an outline cuts, the same, turned, for those that a turn of the
whole board leads into each other.
"""
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .cut import PLAIN

if TYPE_CHECKING:
    from .mesh import Mesh

ABSENT, ALONE = 20_000, 100_000


def words(board: Mesh) -> np.ndarray:
    """int (n, T), T the turns of the tiling."""
    cell, sides = board.plan.cell, board.cells.sides
    out = np.zeros((board.count, board.turns), int)
    out[np.arange(board.count)[:, None], sides[cell]] = board.plan.signs
    if board.chosen:
        out[out != 0] = PLAIN
    if board.keys:
        keys = np.reshape(board.keys, board.ports.shape)[:, : board.turns]
        out = np.where(keys != 0, keys, out)
    if len(sides[0]) < board.turns:
        gone = np.ones_like(out, bool)
        gone[np.arange(board.count)[:, None], sides[cell]] = False
        out[gone] = ABSENT
    if board.unit_um[0] != board.unit_um[1]:  # sides of two lengths
        out[:, 1::2] *= 2
    for i in np.flatnonzero(~board.free):
        out[i] = np.arange(board.turns) + ALONE + 100 * i
    for i, j, k in board.plan.turned:
        out[j] = np.roll(out[i], k)
    return out


def classes(found: np.ndarray, steps: range) -> np.ndarray:
    """int (n,): the same number for pieces whose words are the same up to a turn."""
    least = np.array([min(tuple(np.roll(w, k)) for k in steps) for w in found])
    return np.unique(least, axis=0, return_inverse=True)[1].reshape(-1)


def fits(found: np.ndarray, steps: range, turns: int) -> np.ndarray:
    """bool (T, n, n): piece i fits slot j after k turns clockwise."""
    return np.stack([(np.roll(found, k, 1)[:, None] == found[None]).all(-1) & (k in steps) for k in range(turns)])
