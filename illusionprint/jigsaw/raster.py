"""The same curve in pixels: which piece owns each pixel, and the permutation of pixels that an assembly is.

The tab's mask is made once, on one side, and turned in whole quarter turns about the cell's centre (index arithmetic, no
rounding), so the map is a bijection at every size, whatever the rule for pixels on the curve.
"""
from __future__ import annotations

import functools

import numpy as np
import shapely

from .. import plugins
from .arrangement import Arrangement
from .cut import Cut, _points


@functools.lru_cache(maxsize=128)
def _under(tabs: str, px_per_cell: int, above: bool) -> np.ndarray:
    """bool (s, s): pixels whose centres lie between a top side's tab and its straight line, in the cell above or in the piece's own.

    Above they are the tab; in its own cell they are where the shoulder dips, and the neighbour's.
    """
    polygon = shapely.make_valid(shapely.Polygon(np.concatenate([_points(c) for c in plugins.load("jigsaw.tabs", tabs)()])))
    shapely.prepare(polygon)
    centres = (np.arange(px_per_cell) + 0.5) / px_per_cell
    return shapely.contains_xy(polygon, *np.meshgrid(centres, centres - above))


def labels(cut: Cut, px_per_cell: int) -> np.ndarray:
    """int32 (rows * s, cols * s): the piece that owns each pixel in assembly 1.

    A cell's pixel goes to the neighbour whose tab covers it; a tab's owner loses the pixels where its own shoulder dips.
    """
    s, (rows, cols) = px_per_cell, (cut.rows, cut.cols)
    tab, bite = (_under(cut.tabs, s, above) for above in (True, False))
    own = np.arange(cut.count, dtype=np.int32).reshape(rows, cols)
    out = np.broadcast_to(own[:, None, :, None], (rows, s, cols, s)).copy()
    for side, (dr, dc) in enumerate(((-1, 0), (0, 1), (1, 0), (0, -1))):
        # mask in the frame of this cell: a blank is the neighbour's tab seen from here, a half turn of it
        for sign, mask in ((-1, np.rot90(tab, 2)), (1, bite)):
            mask = np.rot90(mask, -side)
            r, c = np.nonzero(cut.signs[:, :, side] == sign)
            y, x = np.nonzero(mask)
            out[r[:, None], y, c[:, None], x] = own[r + dr, c + dc][:, None]
    return out.reshape(rows * s, cols * s)


def pixel_map(arrangement: Arrangement, assembly: int, px_per_cell: int, samples: int = 1) -> np.ndarray:
    """int64 (h, w): flat index of the assembly-1 pixel that is seen at each pixel of an assembly. A bijection.

    samples: as many finer pixels a pixel and direction; whole pixels stay together.
    """
    h, w = (n * px_per_cell * samples for n in (arrangement.cut.rows, arrangement.cut.cols))
    n = np.arange(arrangement.cut.count)
    return _carried(np.arange(h * w).reshape(h, w), arrangement.cut, n, arrangement.slots[assembly], arrangement.turns[assembly], px_per_cell, samples)


def put_back(x: np.ndarray, arrangement: Arrangement, assembly: int, px_per_cell: int, samples: int = 1) -> np.ndarray:
    """A picture (h, w) of an assembly as its pieces lie in assembly 1: what indexing with the inverse of `pixel_map` gives, without the map."""
    n = np.arange(arrangement.cut.count)
    return _carried(x, arrangement.cut, arrangement.slots[assembly], n, -arrangement.turns[assembly], px_per_cell, samples)


def _carried(x: np.ndarray, cut: Cut, origin: np.ndarray, goal: np.ndarray, turns: np.ndarray, px_per_cell: int, samples: int) -> np.ndarray:
    """Piece by piece: the window round a cell is turned by whole quarter turns and laid on another's, where that one's label is."""
    s, reach = px_per_cell * samples, -(-px_per_cell // 3) * samples
    label = np.repeat(np.repeat(labels(cut, px_per_cell), samples, 0), samples, 1)
    h, w = label.shape
    source, label = np.pad(x, reach), np.pad(label, reach, constant_values=-1)
    out = np.empty_like(source)

    def window(cell: int) -> tuple[slice, slice]:
        row, col = divmod(cell, cut.cols)
        return slice(row * s, (row + 1) * s + 2 * reach), slice(col * s, (col + 1) * s + 2 * reach)
    for a, b, k in zip(origin.tolist(), goal.tolist(), turns.tolist()):
        np.copyto(out[window(b)], np.rot90(source[window(a)], -k), where=label[window(b)] == b)
    return out[reach: reach + h, reach: reach + w]
