"""Boards of R x C square cells with a connector on each side.

Convention: sides 0 top, 1 right, 2 bottom, 3 left, each walked clockwise (y down), in the frame where it runs from (0, 0) to
(L, 0) with the outside of the piece at negative y. A side's sign is +1 for a tab, -1 for a blank, 0 where it is straight.
Coordinates are integer micrometres and quarter turns are (x, y) -> (-y, x), so mated sides are bit-equal.
"""
from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..errors import BadValue
from ..path import Path
from ..units import MOST_SIDE
from .profiles import catalogue

Cubics = np.ndarray  # int64 (n, 4, 2): control points in micrometres
PLAIN = 30_000       # the word of a straight side inside the board: it meets its like


def turn(points: np.ndarray, quarter_turns: int) -> np.ndarray:
    """Clockwise quarter turns (y down) about the origin: (x, y) -> (-y, x)."""
    for _ in range(quarter_turns % 4):
        points = np.stack([-points[..., 1], points[..., 0]], -1)
    return points


@dataclass(frozen=True)
class Piece:
    """A piece in its cell of assembly 1."""

    row: int
    col: int
    part: str = ""  # "b" for a second piece of the same cell

    @property
    def id(self) -> str:
        return f"r{self.row + 1}c{self.col + 1}{self.part}"


@dataclass(frozen=True)
class Cut:
    """rows x cols cells of `cell_um` micrometres (even), one tab family.

    keys: a board of several profiles says here what each side is, 4 whole numbers a piece: +p the tab, -p the blank of profile p of the
    family's catalogue, 0 a straight side. Without keys every side has the plain profile. Raises BadValue where sides that meet do not fit.
    """

    rows: int
    cols: int
    cell_um: int
    tabs: str = "classic"
    keys: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        most_cells(self.rows, self.cols)
        if self.cell_um % 2 or self.cell_um < 1000:
            raise BadValue(f"a cell is an even number of micrometres, 1000 or more; {self.cell_um} came.")
        if self.keys:
            self._check_keys()

    def _check_keys(self) -> None:
        if len(self.keys) != 4 * self.count:
            raise BadValue(f"a board of {self.count} pieces has {4 * self.count} keys; {len(self.keys)} came.")
        k = np.reshape(self.keys, (self.rows, self.cols, 4))
        wrong = [np.argwhere(k[:, :-1, 1] + k[:, 1:, 3]), np.argwhere(k[:-1, :, 2] + k[1:, :, 0])]
        if any(map(len, wrong)) or k[0, :, 0].any() or k[-1, :, 2].any() or k[:, 0, 3].any() or k[:, -1, 1].any():
            r, c = next((w[0] for w in wrong if len(w)), (0, 0))
            raise BadValue(f"the keys of piece {Piece(int(r), int(c)).id} and of its neighbour or the border do not fit.")

    on_grid = True

    @property
    def count(self) -> int:
        return self.rows * self.cols

    @property
    def turns(self) -> int:
        """Turns that lead a side round."""
        return 4

    @property
    def knob_mm(self) -> float:
        """Length of a connector."""
        return self.cell_um / 1000

    @property
    def steps(self) -> range:
        """Turns at which a piece can fit."""
        return range(4)

    @property
    def next_side(self) -> int:
        return 1

    @property
    def cell_mm(self) -> float:
        return self.cell_um / 1000

    def size_px(self, s: int) -> tuple[int, int]:
        """(h, w) of a picture with s pixels along the side of a cell."""
        return self.rows * s, self.cols * s

    def px_of(self, size_px: tuple[int, int]) -> int:
        """s of a picture of (h, w) pixels: whole cells of it lie in the picture."""
        return min(size_px[0] // self.rows, size_px[1] // self.cols)

    @property
    def moves_pixels(self) -> bool:
        """Pieces move whole pixels, so that neighbours stay neighbours, at any number of pixels a cell: `px_near`."""
        return True

    def px_near(self, s: int) -> int:
        return s

    @property
    def size_mm(self) -> tuple[float, float]:
        return self.cols * self.cell_mm, self.rows * self.cell_mm

    @cached_property
    def signs(self) -> np.ndarray:
        """The border's joints turn clockwise round the board, the inner pieces alternate, so that few classes of congruent
        pieces arise: corners, two of border pieces, one of inner pieces, each fitting its slots at two turns. On 3 x 3 and
        4 x 4 boards the inner ring turns too, and all border pieces are alike. Keyed boards have the signs of their keys.
        int8 (rows, cols, 4): see the module. Mated sides have opposite signs.
        """
        if self.keys:
            return np.sign(np.reshape(self.keys, (self.rows, self.cols, 4))).astype(np.int8)
        return plain_signs(self.rows, self.cols)

    @cached_property
    def profiles(self) -> tuple[Cubics, ...]:
        """Profile p - 1: a tab side walked from (0, 0) to (L, 0), bulging to negative y; integer micrometres."""
        found, _ = catalogue(self.tabs, max(map(abs, self.keys), default=1) or 1)
        return tuple(np.rint(c * self.cell_um).astype(np.int64) for c in found)

    @cached_property
    def numbers(self) -> np.ndarray:
        """int (rows, cols, 4): the profile of each side from 1, 0 where it is straight."""
        return np.abs(np.reshape(self.keys if self.keys else self.signs, (self.rows, self.cols, 4)).astype(int))

    def side(self, row: int, col: int, side: int) -> Cubics:
        """One side of a piece, walked clockwise, in board micrometres."""
        sign, size = int(self.signs[row, col, side]), self.cell_um
        if sign == 0:
            curve = np.array([[[0, 0], [0, 0], [size, 0], [size, 0]]])
        else:
            curve = self.profiles[self.numbers[row, col, side] - 1]
        if sign < 0:  # the neighbour's tab, walked backwards: a half turn about the middle of the side
            curve = (np.array([size, 0]) - curve)[::-1, ::-1]
        corner = np.array([(0, 0), (1, 0), (1, 1), (0, 1)][side]) + (col, row)
        return turn(curve, side) + corner * size

    def piece(self, i: int) -> Piece:
        row, col = divmod(i, self.cols)
        return Piece(row, col)

    def outline(self, i: int) -> Path:
        """Closed outline of piece i in mm, clockwise from its top left corner, as it lies in assembly 1."""
        row, col = divmod(i, self.cols)
        sides = [self.edge(row, col, s) for s in range(4)]
        return Path(sides[0].start, sum((s.segments for s in sides), ()), True)

    def paths(self) -> list[Path]:
        """Inner cut lines in mm, each shared edge exactly once: one path a row line, one a column line."""
        rows = [[self.edge(r, c, 2).reversed() for c in range(self.cols)] for r in range(self.rows - 1)]
        cols = [[self.edge(r, c, 1) for r in range(self.rows)] for c in range(self.cols - 1)]
        return [_chain(run) for run in rows + cols]

    def border(self) -> Path:
        w, h = self.size_mm
        return Path((0.0, 0.0), (((w, 0.0),), ((w, h),), ((0.0, h),)), True)

    def edge(self, row: int, col: int, side: int) -> Path:
        """One side of a piece in mm, walked clockwise."""
        cubics = self.side(row, col, side) / 1000
        points = [tuple(map(tuple, c[1:].tolist())) for c in cubics]
        straight = self.signs[row, col, side] == 0
        return Path(tuple(cubics[0, 0].tolist()), tuple((p[-1],) if straight else p for p in points))

    @property
    def room(self) -> tuple[float, float, float]:
        """How large a subject may be in a picture of the board (1 as in a square), and how far right and down it then stands, in units of the shorter side."""
        return 1.0, 0.0, 0.0

    @property
    def fields(self) -> np.ndarray:
        """int (n,): pieces of one number do not lie side by side, as on a chessboard."""
        return np.add(*np.divmod(np.arange(self.count), self.cols)) % 2

    def motion(self, piece: int, slot: int, k: int) -> tuple[float, float, float, float, float, float]:
        """SVG matrix, mm -> mm, of a piece laid into a slot after k quarter turns clockwise: x' = R (x - home) + slot, exact in micrometres."""
        half = self.cell_um // 2
        (y0, x0), (y1, x1) = (np.array(divmod(i, self.cols)) * self.cell_um + half for i in (piece, slot))
        a, b, c, d = ((1, 0, 0, 1), (0, 1, -1, 0), (-1, 0, 0, -1), (0, -1, 1, 0))[k % 4]  # y down
        return (a, b, c, d, float(x1 - a * x0 - c * y0) / 1000, float(y1 - b * x0 - d * y0) / 1000)

    @cached_property
    def ports(self) -> np.ndarray:
        """int (n, 4): the port 4 j + p of a place that each side of a place meets, -1 on the border."""
        own = np.arange(4 * self.count).reshape(self.rows, self.cols, 4)
        out = np.full_like(own, -1)
        out[:, :-1, 1], out[:, 1:, 3], out[:-1, :, 2], out[1:, :, 0] = own[:, 1:, 3], own[:, :-1, 1], own[1:, :, 0], own[:-1, :, 2]
        return out.reshape(-1, 4)

    @property
    def centres_mm(self) -> np.ndarray:
        """float (n, 2): the middle of each cell."""
        return (np.stack(np.divmod(np.arange(self.count), self.cols), 1)[:, ::-1] + 0.5) * self.cell_mm

    @cached_property
    def open(self) -> Cut:
        """The board before it has connectors: inner sides are straight."""
        return squares(self.rows, self.cols, self.cell_um, self.tabs)

    def keyed(self, sides: np.ndarray) -> Cut:
        """The board with a signed profile on each side, int (n, 4)."""
        return Cut(self.rows, self.cols, self.cell_um, self.tabs, tuple(sides.ravel().tolist()))

    @property
    def rimmed(self) -> np.ndarray:
        """The ports: a straight border meets nothing."""
        return self.ports

    def joints(self) -> list[tuple[int, Path]]:
        """(node, its side in mm, walked clockwise) where two pieces meet, each edge once."""
        found = [(r, c, 1) for r in range(self.rows) for c in range(self.cols - 1)] + [(r, c, 2) for r in range(self.rows - 1) for c in range(self.cols)]
        return [(4 * (r * self.cols + c) + s, self.edge(r, c, s)) for r, c, s in found]

    @cached_property
    def words(self) -> np.ndarray:
        """int (n, 4): each piece's sides as signed profile numbers, 0 on the border, PLAIN where a side within the board is straight."""
        if not self.keys:
            return self.signs.reshape(-1, 4)
        words = np.reshape(self.keys, (self.rows, self.cols, 4)).copy()
        for inner, side in ((np.s_[1:], 0), (np.s_[:-1], 2)):
            words[inner, :, side][words[inner, :, side] == 0] = PLAIN
        for inner, side in ((np.s_[1:], 3), (np.s_[:-1], 1)):
            words[:, inner, side][words[:, inner, side] == 0] = PLAIN
        return words.reshape(-1, 4)

    @cached_property
    def classes(self) -> np.ndarray:
        """int (n,): number of the congruence class of each piece (same words up to a turn)."""
        least = np.array([min(tuple(np.roll(w, k)) for k in range(4)) for w in self.words])
        return np.unique(least, axis=0, return_inverse=True)[1].reshape(-1)

    @cached_property
    def members(self) -> list[np.ndarray]:
        """The pieces of each class."""
        return [np.flatnonzero(self.classes == kind) for kind in np.unique(self.classes)]

    @cached_property
    def fits(self) -> np.ndarray:
        """bool (4, n, n): piece i fits slot j after k clockwise quarter turns."""
        return np.stack([(np.roll(self.words, k, 1)[:, None] == self.words[None]).all(-1) for k in range(4)])


def most_cells(rows: int, cols: int) -> None:
    """Raises BadValue for more, or fewer, rows and columns than a board has."""
    if not (2 <= rows <= MOST_SIDE and 2 <= cols <= MOST_SIDE):
        raise BadValue(f"a board has 2 to {MOST_SIDE} rows and columns; {rows}x{cols} came.")


def plain_signs(rows: int, cols: int) -> np.ndarray:
    """int8 (rows, cols, 4): `Cut.signs` of a board without keys."""
    right = np.fromfunction(lambda r, c: _alternate(r, c), (rows, cols - 1), dtype=int)
    down = np.fromfunction(lambda r, c: -_alternate(r, c), (rows - 1, cols), dtype=int)
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


def _chain(run: list[Path]) -> Path:
    out = run[0]
    for path in run[1:]:
        out = out.joined(path)
    return out


def squares(rows: int, cols: int, cell_um: int, tabs: str = "classic") -> Cut:
    """A board whose inner sides are all straight: what a keyed board is before its keys are chosen. Inner pieces fit at every turn."""
    return Cut(rows, cols, cell_um, tabs, (0,) * (4 * rows * cols))
