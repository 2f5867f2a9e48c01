"""A board's pieces as samples of pictures: points about each cell's middle that the tiling's turns map to each other.

On the grid these are pixels: patches (n, v, v, c) of each cell, v = s, or of a window that reaches a third of a cell beyond it. For other boards a lattice
(of squares for four turns, of triangles for six) as dense as the pixels are, so that a turn is a permutation of the samples and costs add up as over pixels:
patches (n, p, 1, c).
"""

import functools

import cv2
import numpy as np
import shapely

from ..geometry.board import Board
from ..pixels.grid import labels

REACH = 0.8  # of a knob's length: how far beyond its cell a piece is looked at


@functools.lru_cache(maxsize=32)
def points(board: Board, s: int, beyond: bool) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """(float (p, 2) in mm about a cell's middle, which sample each one becomes for every turn: int (p,) each).

    s: samples along the side of a square as large as a cell. beyond: as far as tabs reach, otherwise what all cells have in common at all turns.
    """
    step, lattice = board.cell_mm / s, _square if board.turns == 4 else _triangular
    cells = (board.cells.corners[:2] - board.cells.corners[:2].mean(1, keepdims=True)) * board.unit_um / 1000
    turned = [c @ _matrix(k, board.turns).T for c in cells for k in board.steps]
    polygons = shapely.polygons(np.array(turned))
    area = shapely.union_all(polygons).buffer(REACH * 0.25 * board.knob_um / 1000) if beyond else shapely.intersection_all(polygons)
    far = float(np.abs(area.bounds).max())
    found = lattice(step, far)
    found = found[shapely.contains_xy(area, found * (1 - 1e-9))]
    order = []
    for k in range(board.turns):
        goal = found @ _matrix(k, board.turns).T
        away = np.abs(goal[:, None] - found[None]).max(-1)
        order.append(away.argmin(0) if k in board.steps and away.min(0).max() < 1e-6 * step + 1e-9 else np.arange(len(found)))
    return found, tuple(order)


def _matrix(k: int, turns: int) -> np.ndarray:
    a = 2 * np.pi * k / turns
    return np.array([(np.cos(a), -np.sin(a)), (np.sin(a), np.cos(a))])


def _square(step: float, far: float) -> np.ndarray:
    n = int(far / step) + 2
    at = (np.arange(-n, n) + 0.5) * step
    return np.stack(np.meshgrid(at, at), -1).reshape(-1, 2)


def _triangular(step: float, far: float) -> np.ndarray:
    """One point a step squared."""
    d = step * np.sqrt(2 / np.sqrt(3))
    n = int(2 * far / d) + 2
    i, j = (v.ravel() for v in np.meshgrid(np.arange(-n, n + 1), np.arange(-n, n + 1)))
    found = np.stack([d * (i + j / 2), d * j * np.sqrt(3) / 2], 1)
    return found[np.abs(found).max(1) <= 1.5 * far + d]


def patches(x: np.ndarray, board: Board, s: int, beyond: bool = False) -> np.ndarray:
    """float32 (n, v, v, c) or (n, p, 1, c): a picture (h, w, c) of s pixels a cell at the samples of every piece; on the grid zero beyond the board.

    Elsewhere linear between pixels, and as at the picture's edge beyond them.
    """
    if board.on_grid:
        return _windows(x, board, s) if beyond else x.reshape(board.rows, s, board.cols, s, -1).swapaxes(1, 2).reshape(board.count, s, s, -1)
    at, _ = points(board, s, beyond)
    scale = np.array(x.shape[1::-1]) / board.size_mm
    where = ((board.centres_mm[:, None] + at[None]) * scale - 0.5).astype(np.float32)
    found = [
        cv2.remap(np.ascontiguousarray(x[..., k], np.float32), where[..., 0], where[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        for k in range(x.shape[-1])
    ]
    return np.stack(found, -1)[:, :, None]


def _windows(x: np.ndarray, board: Board, s: int) -> np.ndarray:
    """(n, v, v, c), v = s + 2 * reach: a picture (rows * s, cols * s, c) seen around each cell."""
    reach = -(-s // 3)
    padded = np.pad(x, ((reach, reach), (reach, reach), (0, 0)))
    v = s + 2 * reach
    view = np.lib.stride_tricks.sliding_window_view(padded, (v, v), (0, 1))[::s, ::s]
    return np.ascontiguousarray(view.transpose(0, 1, 3, 4, 2).reshape(board.count, v, v, -1))


def positions(board: Board, s: int) -> np.ndarray:
    """float (p, 2): where the samples that reach beyond the cell lie about its middle, in sides of a square as large."""
    if not board.on_grid:
        return points(board, s, True)[0] / board.cell_mm
    v = s + 2 * -(-s // 3)
    return np.stack(np.meshgrid(*[(np.arange(v) + 0.5 - v / 2) / s] * 2), -1).reshape(-1, 2)


def masks(board: Board, s: int) -> np.ndarray:
    """bool (n, v, v) or (n, p, 1): samples that lie in the piece itself, of those that reach beyond its cell."""
    if board.on_grid:
        return _windows((labels(board, s) + 1)[..., None].astype(np.float32), board, s)[..., 0] == np.arange(1, board.count + 1)[:, None, None]
    return _inside(board, s)[..., None]


@functools.lru_cache(maxsize=4)
def _inside(board: Board, s: int) -> np.ndarray:
    """bool (n, p)."""
    found = board.centres_mm[:, None] + points(board, s, True)[0][None]
    outlines = shapely.polygons([shapely.linearrings(ring) for ring in board.rings])
    shapely.prepare(outlines)
    return shapely.contains_xy(outlines[:, None], found[..., 0], found[..., 1])


def turned(x: np.ndarray, board: Board, s: int, k: int, beyond: bool = False) -> np.ndarray:
    """Patches of n pieces, with channels (n, ., ., c) or without (n, ., .), after k turns clockwise."""
    if board.on_grid:
        return np.rot90(x, -k, (1, 2))
    return x[:, points(board, s, beyond)[1][k % board.turns]]
