"""Hexagons on their tips; every other row is shifted by half a piece."""

import numpy as np

from ..geometry.cells import Cells, grid


def hexagon(rows: int, cols: int) -> Cells:
    """Tab and blank take turns round a piece: opposite sides then differ, as they must, and every inner piece fits every inner place at three turns.

    Corners clockwise from the top; side 0 runs from the top corner to the right, so its normal points 30 degrees right of the top.
    """
    at = grid(rows, cols)
    centre = np.stack([np.sqrt(3) * (at[:, 1] + 0.5 + 0.5 * (at[:, 0] % 2)), 1.5 * at[:, 0] + 1], 1)
    angle = np.arange(6) * np.pi / 3
    corners = centre[:, None] + np.stack([np.sin(angle), -np.cos(angle)], 1)
    return Cells(corners, np.tile(np.arange(6), (len(at), 1)), np.tile(np.array([1, -1] * 3, np.int8), (len(at), 1)), 6, 1.0, at)
