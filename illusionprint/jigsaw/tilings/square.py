"""Squares; cells of another aspect are squares stretched."""
import numpy as np

from ..cells import Cells, grid
from ..cut import plain_signs


def square(rows: int, cols: int) -> Cells:
    """Connectors as on a board of squares."""
    at = grid(rows, cols)
    corners = at[:, None, ::-1] + np.array([(0, 0), (1, 0), (1, 1), (0, 1)], float)
    return Cells(corners, np.tile(np.arange(4), (len(at), 1)), plain_signs(rows, cols).reshape(-1, 4), 4, 1.0, at)
