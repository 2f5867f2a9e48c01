"""Square pieces in pixels: which piece owns each, and the permutation of pixels that an assembly is.

The tab's mask is made once, on one side, and turned in whole quarter turns about the cell's centre (index arithmetic, no
rounding), so the map is a bijection at every size, whatever the rule for pixels on the curve.
"""

import functools

import numpy as np
import shapely

from ..assemblies.arrangement import Arrangement
from ..geometry.board import Board
from ..geometry.profiles import catalogue, polyline

SIDES = (-1, 0), (0, 1), (1, 0), (0, -1)  # (rows, columns) to the neighbour above, right, below and left
Pixels = tuple[np.ndarray, np.ndarray]  # (y, x)


@functools.lru_cache(maxsize=512)
def _under(tabs: str, number: int, px_per_cell: int, above: bool) -> Pixels:
    """(y, x) of the pixels of a cell whose centres lie between a top side's tab and its straight line, in the cell above or in the piece's own.

    Above they are the tab; in its own cell they are where the shoulder dips, and the neighbour's.
    """
    polygon = shapely.make_valid(shapely.Polygon(polyline(catalogue(tabs, number)[0][number - 1])))
    shapely.prepare(polygon)
    x0, y0, x1, y1 = np.multiply(polygon.bounds, px_per_cell) + np.tile([0, above * px_per_cell], 2)
    x, y = (np.arange(max(0, int(a) - 1), min(px_per_cell, int(b) + 2)) for a, b in ((x0, x1), (y0, y1)))
    inside = shapely.contains_xy(polygon, *np.meshgrid((x + 0.5) / px_per_cell, (y + 0.5) / px_per_cell - above))
    row, col = np.nonzero(inside)
    return y[row], x[col]


def labels(board: Board, px_per_cell: int, names: np.ndarray | None = None) -> np.ndarray:
    """int32 (rows * s, cols * s): the piece that owns each pixel in assembly 1; or its name, of any type, of `names` (n,) of the pieces.

    A cell's pixel goes to the neighbour whose tab covers it; a tab's owner loses the pixels where its own shoulder dips.
    """
    s, (rows, cols) = px_per_cell, (board.rows, board.cols)
    own = (np.arange(board.count, dtype=np.int32) if names is None else names).reshape(rows, cols)
    out = np.broadcast_to(own[:, None, :, None], (rows, s, cols, s)).copy()
    signs, numbers = np.sign(board.connectors), np.abs(board.connectors)
    for number in np.unique(numbers[numbers > 0]).tolist():
        tab, bite = (_under(board.tabs, number, s, above) for above in (True, False))
        tab = s - 1 - tab[0], s - 1 - tab[1]  # a blank is the neighbour's tab seen from here, a half turn of it
        for side, (dr, dc) in enumerate(SIDES):
            for sign, at in ((-1, tab), (1, bite)):
                y, x = _turned(*at, side, s)
                r, c = np.nonzero((signs[:, :, side] == sign) & (numbers[:, :, side] == number))
                out[r[:, None], y, c[:, None], x] = own[r + dr, c + dc][:, None]
    return out.reshape(rows * s, cols * s)


def _turned(y: np.ndarray, x: np.ndarray, quarter_turns: int, s: int) -> Pixels:
    """Pixels of a cell after clockwise quarter turns."""
    for _ in range(quarter_turns):
        y, x = x, s - 1 - y
    return y, x


def pixel_map(arrangement: Arrangement, assembly: int, px_per_cell: int, samples: int = 1) -> np.ndarray:
    """int64 (h, w): flat index of the assembly-1 pixel that is seen at each pixel of an assembly. A bijection.

    samples: as many finer pixels a pixel and direction; whole pixels stay together.
    """
    h, w = (n * px_per_cell * samples for n in (arrangement.board.rows, arrangement.board.cols))
    return _carried(np.arange(h * w).reshape(h, w), arrangement, assembly, px_per_cell, samples, False)


def put_together(x: np.ndarray, arrangement: Arrangement, assembly: int, px_per_cell: int) -> np.ndarray:
    """A picture (h, w) of assembly 1 as an assembly shows it: what indexing with `pixel_map` gives, without the map."""
    return _carried(x, arrangement, assembly, px_per_cell, 1, False)


def put_back(x: np.ndarray, arrangement: Arrangement, assembly: int, px_per_cell: int, samples: int = 1) -> np.ndarray:
    """A picture (h, w) of an assembly as its pieces lie in assembly 1: what indexing with the inverse of `pixel_map` gives, without the map."""
    return _carried(x, arrangement, assembly, px_per_cell, samples, True)


def _carried(x: np.ndarray, arrangement: Arrangement, assembly: int, px_per_cell: int, samples: int, back: bool) -> np.ndarray:
    """Piece by piece: the window round a cell is turned by whole quarter turns and laid on another's, within the piece's shape there."""
    board, s, reach = arrangement.board, px_per_cell * samples, -(-px_per_cell // 3) * samples
    shapes: dict[bytes, np.ndarray] = {}
    (h, w), source = (board.rows * s, board.cols * s), np.pad(x, reach)
    out = np.empty_like(source)

    def window(cell: int) -> tuple[slice, slice]:
        row, col = divmod(cell, board.cols)
        return slice(row * s, (row + 1) * s + 2 * reach), slice(col * s, (col + 1) * s + 2 * reach)

    for i, (slot, turns) in enumerate(zip(arrangement.slots[assembly].tolist(), arrangement.turns[assembly].tolist())):
        shape, k = _shape(board, i, px_per_cell, samples, shapes), turns if back else -turns
        origin, goal, shape = (slot, i, shape) if back else (i, slot, np.rot90(shape, k))
        np.copyto(out[window(goal)], np.rot90(source[window(origin)], k), where=shape)
    return out[reach : reach + h, reach : reach + w]


def _shape(board: Board, piece: int, s: int, samples: int, known: dict[bytes, np.ndarray]) -> np.ndarray:
    """bool: the pixels of a piece in the window round its cell, a third of a cell wider on each side: where `labels` has its number. known: those of alike pieces."""
    sides = board.connectors[divmod(piece, board.cols)]
    key = sides.tobytes()
    if key not in known:
        reach = -(-s // 3)
        out = np.pad(np.ones((s, s), bool), reach)
        for side, (dr, dc) in enumerate(SIDES):
            if signed := int(sides[side]):
                tab, bite = (_under(board.tabs, abs(signed), s, above) for above in (True, False))
                out[_seen_from(tab, bite, side, s, reach, signed, 0, 0)] = False
                out[_seen_from(tab, bite, (side + 2) % 4, s, reach, -signed, dr * s, dc * s)] = True
        known[key] = np.repeat(np.repeat(out, samples, 0), samples, 1) if samples > 1 else out
    return known[key]


def _seen_from(tab: Pixels, bite: Pixels, side: int, s: int, reach: int, sign: int, dy: int, dx: int) -> Pixels:
    """(y, x) in the window of what a cell at (dy, dx) loses at a side to its neighbour: where its own tab's shoulder dips, or the neighbour's tab comes in."""
    own = bite if sign > 0 else (s - 1 - tab[0], s - 1 - tab[1])
    y, x = _turned(*own, side, s)
    return y + reach + dy, x + reach + dx
