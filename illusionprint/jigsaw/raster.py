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


@functools.lru_cache(maxsize=64)
def _tab(tabs: str, px_per_cell: int) -> np.ndarray:
    """bool (s, s): pixels of the cell above that the tab of a top side takes (pixel centres inside the curve)."""
    polygon = shapely.make_valid(shapely.Polygon(np.concatenate([_points(c) for c in plugins.load("jigsaw.tabs", tabs)()])))
    shapely.prepare(polygon)
    centres = (np.arange(px_per_cell) + 0.5) / px_per_cell
    x, y = np.meshgrid(centres, centres - 1)
    return shapely.contains_xy(polygon, x, y)


@functools.lru_cache(maxsize=64)
def _bite(tabs: str, px_per_cell: int) -> np.ndarray:
    """bool (s, s): pixels of its own cell that a piece with a tab on its top side does not reach: where the shoulder dips."""
    polygon = shapely.make_valid(shapely.Polygon(np.concatenate([_points(c) for c in plugins.load("jigsaw.tabs", tabs)()])))
    shapely.prepare(polygon)
    centres = (np.arange(px_per_cell) + 0.5) / px_per_cell
    x, y = np.meshgrid(centres, centres)
    return shapely.contains_xy(polygon, x, y)


def labels(cut: Cut, px_per_cell: int) -> np.ndarray:
    """int32 (rows * s, cols * s): the piece that owns each pixel in assembly 1.

    A cell's pixel goes to the neighbour whose tab covers it; a tab's owner loses the pixels where its own shoulder dips.
    """
    s, (rows, cols) = px_per_cell, (cut.rows, cut.cols)
    tab, bite = _tab(cut.tabs, s), _bite(cut.tabs, s)
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


def pixel_map(arrangement: Arrangement, assembly: int, px_per_cell: int) -> np.ndarray:
    """int64 (h, w): flat index of the assembly-1 pixel that is seen at each pixel of an assembly. A bijection.

    In doubled coordinates about the cell's centre, u = 2 x + 1 - s, a quarter turn is (u, v) -> (-v, u).
    """
    cut, s = arrangement.cut, px_per_cell
    label = labels(cut, s)
    at_slot = np.empty(cut.count, np.int64)
    at_slot[arrangement.slots[assembly]] = np.arange(cut.count)
    turns = arrangement.turns[assembly][at_slot] % 4
    h, w = label.shape
    y, x = np.divmod(np.arange(h * w), w)
    slot = label.reshape(-1)
    u, v = 2 * x + 1 - s * (2 * (slot % cut.cols) + 1), 2 * y + 1 - s * (2 * (slot // cut.cols) + 1)
    k = turns[slot]
    # back by k clockwise turns: (u, v) -> (v, -u)
    back_u = np.choose(k, (u, v, -u, -v))
    back_v = np.choose(k, (v, -u, -v, u))
    piece = at_slot[slot]
    x0 = (back_u - 1 + s * (2 * (piece % cut.cols) + 1)) // 2
    y0 = (back_v - 1 + s * (2 * (piece // cut.cols) + 1)) // 2
    return (y0 * w + x0).reshape(h, w)
