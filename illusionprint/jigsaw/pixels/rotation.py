"""Pixels of a board of any tiling: which piece owns each pixel, and the permutation of pixels that is nearest to an assembly.

A turn of 60 degrees cannot map a square lattice to itself, nor can a shift by parts of a pixel. Whole pixels are moved nevertheless: by quarter turns,
which are exact, and a turn by 30 degrees as three shears, each rounded to whole pixels a row,

    x' = x - round(tan(a/2) y),   y' = y + round(sin(a) x'),   x'' = x' - round(tan(a/2) y'),

so that every turn is a bijection of the lattice (Paeth, A fast algorithm for general raster rotation, Graphics Interface 1986). Where a piece's pixels
then miss its place, along the seams, they are pushed into it along a line towards a gap that is left there, which moves each pixel on the line by one. So
the map is a permutation, noise stays exactly white, and pixels lie where the motion puts them up to a pixel or two.
"""

import functools
import math

import numpy as np
from scipy.optimize import linear_sum_assignment

from ..geometry.board import Board

KEPT_PX = 2**18


def labels(board: Board, size_px: tuple[int, int], slots: np.ndarray | None = None, turns: np.ndarray | None = None) -> np.ndarray:
    """int32 (h, w): the piece in whose outline the middle of each pixel lies, -1 outside the board; in assembly 1 or another.

    Small ones of assembly 1, which blends of all castings ask for, are kept: not to be written to.
    """
    if slots is not None or size_px[0] * size_px[1] > KEPT_PX:
        return _labels(board, size_px, slots, turns)
    return _kept(board, tuple(size_px))


@functools.lru_cache(maxsize=32)
def _kept(board: Board, size_px: tuple[int, int]) -> np.ndarray:
    found = _labels(board, size_px, None, None)
    found.setflags(write=False)
    return found


def _labels(board: Board, size_px: tuple[int, int], slots: np.ndarray | None, turns: np.ndarray | None) -> np.ndarray:
    """Scan lines: the outline's crossings with a row of pixel middles, in pairs, are the runs of pixels inside it."""
    scale = np.array(size_px[::-1]) / board.size_mm
    rings = [np.round(ring, 6) * scale for ring in (board.rings if slots is None or turns is None else _rings(board, slots, turns))]
    start, end = (np.concatenate([np.roll(r, -k, 0) for r in rings]) for k in (0, 1))
    piece = np.repeat(np.arange(len(rings)), [len(r) for r in rings])
    row, x, piece = _crossings(start, end, piece, size_px[0])
    order = np.lexsort((x, row, piece))
    row, x, piece = row[order], np.clip(np.ceil(x[order] - 0.5), 0, size_px[1]).astype(np.int64), piece[order]
    length, first = x[1::2] - x[::2], row[::2] * size_px[1] + x[::2]
    out = np.full(size_px, -1, np.int32)
    at = np.repeat(first - np.cumsum(length) + length, length) + np.arange(length.sum())
    out.ravel()[at] = np.repeat(piece[::2], length)
    return out


def _rings(board: Board, slots: np.ndarray, turns: np.ndarray) -> list[np.ndarray]:
    """The outlines in another assembly, as polylines in mm."""
    return [board.outline(i).transformed(*board.motion(i, int(slots[i]), int(turns[i]))).flatten(0.01) for i in range(board.count)]


def _crossings(start: np.ndarray, end: np.ndarray, piece: np.ndarray, h: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(row, x, piece) where segments cross the rows' middles; each segment from its upper end, so that both neighbours get the same x."""
    swap = (start[:, 1] > end[:, 1])[:, None]
    top, low = np.where(swap, end, start), np.where(swap, start, end)
    first = np.clip(np.ceil(top[:, 1] - 0.5), 0, h).astype(np.int64)
    count = np.maximum(0, np.clip(np.ceil(low[:, 1] - 0.5), 0, h).astype(np.int64) - first)
    at = np.repeat(np.arange(len(top)), count)
    row = np.repeat(first - np.cumsum(count) + count, count) + np.arange(count.sum())
    t = (row + 0.5 - top[at, 1]) / (low[at, 1] - top[at, 1])
    return row, top[at, 0] + t * (low[at, 0] - top[at, 0]), piece[at]


def turned(x: np.ndarray, y: np.ndarray, k: int, turns: int) -> tuple[np.ndarray, np.ndarray]:
    """Whole pixels (right, down) about the origin after k of `turns` clockwise turns, 4 or 6: a bijection of the lattice."""
    quarters, rest = (k, 0) if turns == 4 else divmod(k * 60 + 30, 90)
    for _ in range(quarters % 4):
        x, y = -y, x
    if turns == 4 or rest == 30:
        return x, y
    a = math.radians(rest - 30)
    x = x - np.rint(math.tan(a / 2) * y).astype(np.int64)
    y = y + np.rint(math.sin(a) * x).astype(np.int64)
    return x - np.rint(math.tan(a / 2) * y).astype(np.int64), y


def moved(board: Board, slots: np.ndarray, turns: np.ndarray, label: np.ndarray) -> np.ndarray:
    """int64 (pixels, 2): where the middle of each pixel within the board comes to lie, (x, y) in whole pixels."""
    scale = np.array(label.shape[::-1]) / board.size_mm
    centre = board.centres_mm * scale
    origin = np.floor(centre).astype(np.int64)
    y, x = np.nonzero(label >= 0)
    piece = label[y, x]
    out = np.empty((len(x), 2), np.int64)
    for k in np.unique(turns % board.turns).tolist():
        on = np.flatnonzero(turns[piece] % board.turns == k)
        i = piece[on]
        rest = origin[i] + 0.5 - centre[i]  # how far the pixel that is turned about lies from the piece's middle
        c, s = math.cos(2 * math.pi * k / board.turns), math.sin(2 * math.pi * k / board.turns)
        goal = centre[slots[i]] + np.stack([c * rest[:, 0] - s * rest[:, 1], s * rest[:, 0] + c * rest[:, 1]], 1)
        out[on] = np.stack(turned(x[on] - origin[i, 0], y[on] - origin[i, 1], k, board.turns), 1) + np.rint(goal - 0.5).astype(np.int64)
    return out


def pixel_map(board: Board, slots: np.ndarray, turns: np.ndarray, size_px: tuple[int, int]) -> np.ndarray:
    """int64 (h, w): flat index of the assembly-1 pixel that is seen at each pixel of an assembly. A bijection; outside the board pixels stay."""
    label = labels(board, size_px)
    h, w = size_px
    out = np.where(label < 0, np.arange(h * w).reshape(h, w), -1).ravel()
    goal, source = moved(board, slots, turns, label), np.flatnonzero(label.ravel() >= 0)
    piece = label.ravel()[source]
    there = np.where(label < 0, -1, labels(board, size_px, slots, turns) if board.keys else np.argsort(slots)[label]).ravel()
    inside = ((goal >= 0) & (goal < (w, h))).all(1)
    at = np.where(inside, goal[:, 1] * w + goal[:, 0], 0)
    hit = inside & (there[at] == piece)
    out[at[hit]] = source[hit]
    left = np.flatnonzero(~hit)
    left = _filled(left, piece[left], goal[left], there, w, out, source)
    _filled(left, np.zeros(len(left), int), goal[left], np.where(label < 0, -1, 0).ravel(), w, out, source)
    return out.reshape(h, w)


def _filled(left: np.ndarray, slot: np.ndarray, goal: np.ndarray, slot_map: np.ndarray, w: int, out: np.ndarray, source: np.ndarray) -> np.ndarray:
    """Pixels that missed their place are pushed into it, towards the gaps that are left there; those for which there is no gap."""
    free = np.flatnonzero((out < 0) & (slot_map >= 0))
    by, on = np.argsort(slot, kind="stable"), np.argsort(slot_map[free], kind="stable")
    names = np.unique(slot)
    ends = [np.searchsorted(v, names, side) for v in (slot[by], slot_map[free][on]) for side in ("left", "right")]
    rest = []
    for name, a, b, c, d in zip(names.tolist(), *ends):
        waiting, gaps = by[a:b], free[on[c:d]]
        while len(waiting) and len(gaps):
            i, j = _pairs(goal[waiting], np.stack([gaps % w, gaps // w], 1))
            done = [_pushed(goal[waiting[m]], int(gaps[n]), source[left[waiting[m]]], slot_map, name, w, out) for m, n in zip(i.tolist(), j.tolist())]
            waiting, gaps = np.delete(waiting, i[np.array(done, bool)]), gaps[out[gaps] < 0]
        rest.append(waiting)
    return left[np.concatenate(rest)] if rest else left[:0]


def _pushed(goal: np.ndarray, gap: int, pixel: int, slot_map: np.ndarray, name: int, w: int, out: np.ndarray) -> bool:
    """Each pixel on the line from the goal to the gap moves on to the next, as far as the first gap: so all stay near where they belong."""
    y, x = divmod(gap, w)
    n = int(max(abs(x - goal[0]), abs(y - goal[1])))
    t = np.arange(n + 1) / max(n, 1)
    px, py = (np.rint(a + (b - a) * t).astype(np.int64) for a, b in zip(goal, (x, y)))
    inside = (px >= 0) & (px < w) & (py >= 0) & (py < len(out) // w)
    line = (py * w + px)[inside]
    line = line[slot_map[line] == name]
    open_at = np.flatnonzero(out[line] < 0)
    if not len(open_at):
        return False
    line = line[: open_at[0] + 1]
    out[line[1:]] = out[line[:-1]].copy()
    out[line[0]] = pixel
    return True


def _pairs(a: np.ndarray, b: np.ndarray, most: int = 500) -> tuple[np.ndarray, np.ndarray]:
    """Indices of points (n, 2) and (m, 2) that are paired: least sum of squared distances; of many, some."""
    i, j = (np.linspace(0, len(v) - 1, min(len(v), most)).astype(int) for v in (a, b))
    m, n = linear_sum_assignment(((a[i][:, None] - b[j][None]) ** 2).sum(-1))
    return i[m], j[n]
