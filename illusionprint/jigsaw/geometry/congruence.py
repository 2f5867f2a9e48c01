"""The sides of pieces as words, and what follows from them: which pieces are congruent, and where each fits.

A word has a number for each direction: +1 for a tab, -1 for a blank, 0 on the border, ABSENT for a side that the cell has not; PLAIN for a straight side where a
connector may be chosen, otherwise the signed profile. Numbers above ALONE belong to pieces that an outline cuts, the same, turned, for those that a turn of the
whole board leads into each other.
"""

import numpy as np

from .cells import Cells
from .edges import Plan

PLAIN, ABSENT, ALONE = 30_000, 20_000, 100_000
QUARTERS = range(4)


def words(plan: Plan, cells: Cells, chosen: bool, keys: np.ndarray | None, stretched: bool) -> np.ndarray:
    """int (n, T), T the turns of the tiling. keys int (n, P), P >= T, or None; stretched: sides have two lengths."""
    row, sides = np.arange(len(plan.cell))[:, None], cells.sides[plan.cell]
    out = np.full((len(row), cells.turns), ABSENT)
    out[row, sides] = np.where(chosen & (plan.signs != 0), PLAIN, plan.signs)
    if keys is not None:
        out = np.where(keys[:, : cells.turns] != 0, keys[:, : cells.turns], out)
    if stretched:
        out[:, 1::2] *= 2
    for i in np.flatnonzero(~plan.whole).tolist():
        out[i] = np.arange(cells.turns) + ALONE + 100 * i
    for i, j, k in plan.turned:
        out[j] = np.roll(out[i], k)
    return out


def canonical(words: np.ndarray, steps: range = QUARTERS) -> np.ndarray:
    """int (n, T): each piece's sides from where they come first in order."""
    turned = np.stack([np.roll(words, k, 1) for k in steps], 1)
    first = np.lexsort(turned.transpose(2, 0, 1)[::-1], axis=-1)[:, 0]
    return turned[np.arange(len(turned)), first]


def classes(words: np.ndarray, steps: range) -> np.ndarray:
    """int (n,): the same number for pieces whose words are the same up to a turn."""
    return np.unique(canonical(words, steps), axis=0, return_inverse=True)[1].reshape(-1)


def fits(words: np.ndarray, steps: range) -> np.ndarray:
    """bool (T, n, n): piece i fits slot j after k turns clockwise."""
    n, turns = words.shape
    turned = np.concatenate([np.roll(words, k, 1) for k in range(turns)])
    number = np.unique(turned, axis=0, return_inverse=True)[1].reshape(turns, n)
    out = number[:, :, None] == number[0]
    out[[k not in steps for k in range(turns)]] = False
    return out
