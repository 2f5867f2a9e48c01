"""Cells of a tiling before they have connectors: what a file of `tilings` returns."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Piece:
    """A piece in its cell of assembly 1."""

    row: int
    col: int
    part: str = ""  # "b" for a second piece of the same cell

    @property
    def id(self) -> str:
        return f"r{self.row + 1}c{self.col + 1}{self.part}"


@dataclass(frozen=True, eq=False)
class Cells:
    """n cells of k corners each, in units of the tiling (a side is 1), x right and y down.

    corners: float (n, k, 2), clockwise. sides: int (n, k), direction of the side from a corner to the next: its outward normal points
    sides / turns of a full turn clockwise from the top; sides that meet differ by turns / 2. signs: int8 (n, k), +1 where a side has a
    tab and -1 where it has a blank, opposite on sides that meet. turns: how many turns lead a direction round. knob: size of a connector
    as a share of the side; 1 spans it all. at: int (n, 2), row and column.
    """

    corners: np.ndarray
    sides: np.ndarray
    signs: np.ndarray
    turns: int
    knob: float
    at: np.ndarray

    @property
    def corner(self) -> tuple[float, float]:
        """(angle of a corner in degrees, straight part of a side before its connector, in lengths of the connector)."""
        return 180 - 360 / self.corners.shape[1], (1 / self.knob - 1) / 2

    @property
    def area(self) -> float:
        """Of a cell, in units squared."""
        x, y = self.corners[0].T
        return abs(float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())) / 2

    def padded(self, cols: int) -> Cells:
        """Counted from row 2, column 2, of so many columns; two rows or columns on, every tiling is the same again."""
        first = self.corners[2 * cols + 2] - self.corners[0]
        return replace(self, corners=self.corners - first, at=self.at - 2)

    def inner(self, rows: int, cols: int) -> Cells:
        """Those of rows 0 to `rows`, columns 0 to `cols`."""
        on = ((self.at >= 0) & (self.at < (rows, cols))).all(1)
        corners = self.corners[on]
        return replace(self, corners=corners - np.minimum(corners.min((0, 1)), 0), sides=self.sides[on], signs=self.signs[on], at=self.at[on])


def grid(rows: int, cols: int) -> np.ndarray:
    """int (rows * cols, 2): row and column of each cell, row by row."""
    return np.stack(np.divmod(np.arange(rows * cols), cols), 1)


def turned_axes(k: int, turns: int) -> tuple[float, float, float, float]:
    """SVG a b c d of k clockwise turns (y down), T of which lead round; halves and quarters are exact."""
    angle = 2 * math.pi * (k % turns) / turns
    c, s = (round(v) if abs(v - round(v)) < 1e-9 else v for v in (math.cos(angle), math.sin(angle)))
    return (c, s, -s + 0, c)
