"""Triangles, tip up and tip down by turns."""

import numpy as np

from ..geometry.cells import Cells, grid

HIGH = np.sqrt(3) / 2


def triangle(rows: int, cols: int) -> Cells:
    """Those that point up have three tabs, those that point down three blanks: each fits the places of its kind at three turns.

    Directions count from the top in sixths of a turn: 1, 3, 5 of a triangle that points up, 4, 0, 2 of one that points down.
    """
    at = grid(rows, cols)
    up = at.sum(1) % 2 == 0
    left, top = 0.5 * at[:, 1], HIGH * at[:, 0]
    offsets = np.where(up[:, None, None], np.array([(0.5, 0), (1, HIGH), (0, HIGH)]), np.array([(0.5, HIGH), (0, 0), (1, 0)]))
    corners = np.stack([left, top], 1)[:, None] + offsets
    sides = np.where(up[:, None], [1, 3, 5], [4, 0, 2])
    return Cells(corners, sides, np.where(up[:, None], np.int8(1), np.int8(-1)).repeat(3, 1), 6, 0.62, at)
