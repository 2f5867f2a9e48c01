"""Squares; cells of another aspect are squares stretched."""

import numpy as np

from ..geometry.cells import Cells, grid


def square(rows: int, cols: int) -> Cells:
    """The border's joints turn clockwise round the board, the inner pieces alternate, so that few classes of congruent pieces arise: corners, two of border
    pieces, one of inner pieces, each fitting its slots at two turns. On 3 x 3 and 4 x 4 boards the inner ring turns too, and all border pieces are alike.
    """
    at = grid(rows, cols)
    corners = at[:, None, ::-1] + np.array([(0, 0), (1, 0), (1, 1), (0, 1)], float)
    return Cells(corners, np.tile(np.arange(4), (len(at), 1)), _signs(rows, cols).reshape(-1, 4), 4, 1.0, at)


def _signs(rows: int, cols: int) -> np.ndarray:
    """int8 (rows, cols, 4), 0 along the border."""
    right = np.fromfunction(_alternate, (rows, cols - 1), dtype=int)
    down = -np.fromfunction(_alternate, (rows - 1, cols), dtype=int)
    if rows == cols and rows in (3, 4):
        down[0], down[-1], right[:, 0], right[:, -1] = 1, -1, 1, -1
        if rows == 4:
            right[1, 1], right[2, 1], down[1, 1], down[1, 2] = 1, -1, -1, 1
    right[0], right[-1], down[:, 0], down[:, -1] = 1, -1, -1, 1
    signs = np.zeros((rows, cols, 4), np.int8)
    signs[:, :-1, 1], signs[:, 1:, 3], signs[:-1, :, 2], signs[1:, :, 0] = right, -right, down, -down
    return signs


def _alternate(row: np.ndarray, col: np.ndarray) -> np.ndarray:
    """Sign of the right side of an inner piece: tab where row + col is even (and then its bottom is a blank)."""
    return np.where((row + col) % 2 == 0, 1, -1)
