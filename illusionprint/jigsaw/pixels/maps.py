"""Which piece owns each pixel of a picture of any size, and the permutation of its pixels that an assembly is: `grid` where pieces are squares, else `rotation`."""

import numpy as np

from ..assemblies.arrangement import Arrangement
from ..geometry.board import Board
from . import grid, rotation


def labels_at(board: Board, size_px: tuple[int, int], names: np.ndarray | None = None) -> np.ndarray:
    """int32 (h, w): the piece that owns each pixel of a picture of any size; -1 outside the board, and in a strip that is no whole cell.

    names (n,), of any type, of the pieces: those instead of numbers; outside the board the last.
    """
    s = board.px_of(size_px) if board.on_grid else 0
    if s and tuple(size_px) == board.size_px(s):
        return grid.labels(board, s, names)
    found = np.full(size_px, -1, np.int32) if board.on_grid else rotation.labels(board, size_px)
    if s:
        found[: board.rows * s, : board.cols * s] = grid.labels(board, s)
    return found if names is None else names[found]


def map_at(arrangement: Arrangement, assembly: int, size_px: tuple[int, int], samples: int = 1) -> np.ndarray:
    """int64 (h, w): flat index of the assembly-1 pixel that is seen at each pixel of an assembly; pixels of no piece stay where they are. A bijection.

    samples: as many finer pixels a pixel and direction; whole pixels stay together.
    """
    board, (h, w) = arrangement.board, size_px
    if not board.on_grid:
        return _finer(rotation.pixel_map(board, arrangement.slots[assembly], arrangement.turns[assembly], size_px), samples)
    index, s = np.arange(h * w * samples**2).reshape(h * samples, w * samples), board.px_of(size_px)
    if s:
        cells = index[: board.rows * s * samples, : board.cols * s * samples]
        cells[:] = cells.reshape(-1)[grid.pixel_map(arrangement, assembly, s, samples)]
    return index


def _finer(index: np.ndarray, f: int) -> np.ndarray:
    """The same for f samples a pixel and direction: whole pixels move, and keep how they lie."""
    if f == 1:
        return index
    h, w = index.shape
    y, x = (np.repeat(np.repeat(v * f, f, 0), f, 1) for v in np.divmod(index, w))
    return (y + np.tile(np.arange(f), h)[:, None]) * (w * f) + x + np.tile(np.arange(f), w)[None]
