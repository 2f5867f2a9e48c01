"""The same curve in pixels: which piece owns each pixel, and the permutation of pixels that an assembly is.

The tab's mask is made once, on one side, and turned in whole quarter turns about the cell's centre (index arithmetic, no
rounding), so the map is a bijection at every size, whatever the rule for pixels on the curve.
"""
from __future__ import annotations

import functools

import numpy as np
import shapely

from . import lattice
from .arrangement import Arrangement
from .board import Board
from .profiles import catalogue, polyline

SIDES = (-1, 0), (0, 1), (1, 0), (0, -1)  # (rows, columns) to the neighbour above, right, below and left


@functools.lru_cache(maxsize=512)
def _under(tabs: str, number: int, px_per_cell: int, above: bool) -> tuple[np.ndarray, np.ndarray]:
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


def labels(cut: Board, px_per_cell: int, names: np.ndarray | None = None) -> np.ndarray:
    """int32 (rows * s, cols * s): the piece that owns each pixel in assembly 1; or its name, of any type, of `names` (n,) of the pieces.

    A cell's pixel goes to the neighbour whose tab covers it; a tab's owner loses the pixels where its own shoulder dips.
    """
    s, (rows, cols) = px_per_cell, (cut.rows, cut.cols)
    own = (np.arange(cut.count, dtype=np.int32) if names is None else names).reshape(rows, cols)
    out = np.broadcast_to(own[:, None, :, None], (rows, s, cols, s)).copy()
    signs, numbers = np.sign(cut.connectors), np.abs(cut.connectors)
    for number in np.unique(numbers[numbers > 0]).tolist():
        tab, bite = (_under(cut.tabs, number, s, above) for above in (True, False))
        tab = s - 1 - tab[0], s - 1 - tab[1]  # a blank is the neighbour's tab seen from here, a half turn of it
        for side, (dr, dc) in enumerate(SIDES):
            for sign, at in ((-1, tab), (1, bite)):
                y, x = _turned(*at, side, s)
                r, c = np.nonzero((signs[:, :, side] == sign) & (numbers[:, :, side] == number))
                out[r[:, None], y, c[:, None], x] = own[r + dr, c + dc][:, None]
    return out.reshape(rows * s, cols * s)


def labels_at(cut: Board, size_px: tuple[int, int], names: np.ndarray | None = None) -> np.ndarray:
    """int32 (h, w): the piece that owns each pixel of a picture of any size; -1 outside the board, and in a strip that is no whole cell.

    names (n,), of any type, of the pieces: those instead of numbers; outside the board the last.
    """
    s = cut.px_of(size_px) if cut.on_grid else 0
    if s and tuple(size_px) == cut.size_px(s):
        return labels(cut, s, names)
    found = _with_strip(cut, s, size_px) if cut.on_grid else lattice.labels(cut, size_px)
    return found if names is None else names[found]


def _with_strip(cut: Board, s: int, size_px: tuple[int, int]) -> np.ndarray:
    out = np.full(size_px, -1, np.int32)
    if s:
        out[: cut.rows * s, : cut.cols * s] = labels(cut, s)
    return out


def map_at(arrangement: Arrangement, assembly: int, size_px: tuple[int, int], samples: int = 1) -> np.ndarray:
    """int64 (h, w): `pixel_map` of a picture of any size; pixels of no piece stay where they are. A bijection.

    Boards other than squares have no map that moves pixels exactly: see `lattice`.
    """
    cut, (h, w) = arrangement.board, size_px
    if not cut.on_grid:
        return _finer(lattice.pixel_map(cut, arrangement.slots[assembly], arrangement.turns[assembly], size_px), samples)
    index, s = np.arange(h * w * samples**2).reshape(h * samples, w * samples), cut.px_of(size_px)
    if s:
        h, w = cut.rows * s * samples, cut.cols * s * samples
        index[:h, :w] = index[:h, :w].reshape(-1)[pixel_map(arrangement, assembly, s, samples)]
    return index


def _finer(index: np.ndarray, f: int) -> np.ndarray:
    """The same for f samples a pixel and direction: whole pixels move, and keep how they lie."""
    if f == 1:
        return index
    h, w = index.shape
    y, x = np.divmod(index, w)
    y, x = (np.repeat(np.repeat(v * f, f, 0), f, 1) for v in (y, x))
    return (y + np.tile(np.arange(f), h)[:, None]) * (w * f) + x + np.tile(np.arange(f), w)[None]


def _turned(y: np.ndarray, x: np.ndarray, quarter_turns: int, s: int) -> tuple[np.ndarray, np.ndarray]:
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
    cut, s, reach, shapes = arrangement.board, px_per_cell * samples, -(-px_per_cell // 3) * samples, {}
    (h, w), source = (cut.rows * s, cut.cols * s), np.pad(x, reach)
    out = np.empty_like(source)

    def window(cell: int) -> tuple[slice, slice]:
        row, col = divmod(cell, cut.cols)
        return slice(row * s, (row + 1) * s + 2 * reach), slice(col * s, (col + 1) * s + 2 * reach)
    for i, (slot, turns) in enumerate(zip(arrangement.slots[assembly].tolist(), arrangement.turns[assembly].tolist())):
        shape, k = _shape(cut, i, px_per_cell, samples, shapes), turns if back else -turns
        origin, goal, shape = (slot, i, shape) if back else (i, slot, np.rot90(shape, k))
        np.copyto(out[window(goal)], np.rot90(source[window(origin)], k), where=shape)
    return out[reach: reach + h, reach: reach + w]


def _shape(cut: Board, piece: int, s: int, samples: int, known: dict[bytes, np.ndarray]) -> np.ndarray:
    """bool: the pixels of a piece in the window round its cell, a third of a cell wider on each side: where `labels` has its number. known: those of alike pieces."""
    sides = cut.connectors[divmod(piece, cut.cols)]
    key = sides.tobytes()
    if key not in known:
        reach = -(-s // 3)
        out = np.pad(np.ones((s, s), bool), reach)
        for side, (dr, dc) in enumerate(SIDES):
            if signed := int(sides[side]):
                tab, bite = (_under(cut.tabs, abs(signed), s, above) for above in (True, False))
                out[_seen_from(tab, bite, side, s, reach, signed, 0, 0)] = False
                out[_seen_from(tab, bite, (side + 2) % 4, s, reach, -signed, dr * s, dc * s)] = True
        known[key] = np.repeat(np.repeat(out, samples, 0), samples, 1) if samples > 1 else out
    return known[key]


def _seen_from(tab: np.ndarray, bite: np.ndarray, side: int, s: int, reach: int, sign: int, dy: int, dx: int) -> tuple[np.ndarray, np.ndarray]:
    """(y, x) in the window of what a cell at (dy, dx) loses at a side to its neighbour: where its own tab's shoulder dips, or the neighbour's tab comes in."""
    y, x = _turned(*(bite if sign > 0 else (s - 1 - tab[0], s - 1 - tab[1])), side, s)
    return y + reach + dy, x + reach + dx
