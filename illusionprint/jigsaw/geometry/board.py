"""A board: cells of a tiling, the edges between them and the pieces that they make, with an outline or without.

Sides are directions: side d of a cell meets side d + T/2 of its neighbour, T the turns of the tiling, and a piece turned k T-ths of a full turn
clockwise shows its side d where side d + k was. On squares they are 0 top, 1 right, 2 bottom, 3 left. Vertices and control points are whole
micrometres in assembly 1, where every edge is one curve for both pieces; quarter turns keep them whole, after other turns they are off by the
rounding, less than 1 um.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely

from ... import plugins
from ...errors import BadValue
from ...path import Path, Point, rectangle
from ...units import MOST_SIDE
from . import congruence, lines, ports
from .cells import Cells, Piece, turned_axes
from .clipping import clipped
from .edges import Connector, Edge, Plan, colouring, whole
from .profiles import catalogue, reach

SUBJECT = 0.92  # of the largest circle within an outline
RIM = 3  # round a board without a straight border there is room for the longest tab of all families, 1 / RIM of a knob's length
Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class Board:
    """rows x cols cells of a tiling whose unit (the side of a cell) is unit_um micrometres across and down, one tab family.

    outline_path: closed path in mm within the board's box, or None where the cells' own border is the board's. Pieces that it cuts keep their place
    in every assembly, or follow its symmetry; parts of a cell that are too small join a neighbour. Raises BadValue where nothing is left.

    chosen: connectors are chosen side by side. keys then has a signed profile for each port of each piece, see `ports`: +p the tab, -p the blank of profile
    p of the family's catalogue; without keys the sides of whole pieces are straight within the board, as far as any connector has room there. base: the
    board without keys, of which this one was made. A board that is not chosen has plain connectors, as its tiling says.

    knobbed: the sides along the border are tabs and blanks like all others, so that every piece goes everywhere; the border is then that line, not an outline.
    """

    tiling: str
    rows: int
    cols: int
    unit_um: tuple[int, int]
    tabs: str = "classic"
    outline_path: Path | None = None
    origin_um: tuple[int, int] = (0, 0)
    chosen: bool = False
    keys: tuple[int, ...] = ()
    base: Board | None = None
    knobbed: bool = False

    def __post_init__(self) -> None:
        if not (2 <= self.rows <= MOST_SIDE and 2 <= self.cols <= MOST_SIDE):
            raise BadValue(f"a board has 2 to {MOST_SIDE} rows and columns; {self.rows}x{self.cols} came.")

    @cached_property
    def on_grid(self) -> bool:
        """Whether the pieces are squares in a rectangle: quarter turns are then exact, and whole pixels a cell move as they are at every size."""
        return self._quarter_turned and self.outline_path is None and not self.knobbed

    @property
    def _quarter_turned(self) -> bool:
        return self.tiling == "square" and self.unit_um[0] == self.unit_um[1]

    @property
    def moves_pixels(self) -> bool:
        """Whether pieces move whole pixels, so that neighbours stay neighbours, in pictures of `px_near` pixels a cell."""
        return self._quarter_turned and self.outline_path is None

    @cached_property
    def cells(self) -> Cells:
        """Row 0, column 0 at the origin; within an outline cells lie all round, so that they cover it. With knobs all round they are the inner cells of a larger board."""
        make = plugins.load("jigsaw.tilings", self.tiling)
        if self.outline_path is None and not self.knobbed:
            return make(self.rows, self.cols)
        found = make(self.rows + 4, self.cols + 4).padded(self.cols + 4)
        return found.inner(self.rows, self.cols) if self.knobbed else found

    @cached_property
    def corners_um(self) -> np.ndarray:
        """int64 (n, k, 2). Rounded twice, so that the same corner of two cells is the same."""
        return np.rint(np.round(self.cells.corners * self.unit_um, 3)).astype(np.int64) + self.origin_um

    @cached_property
    def plan(self) -> Plan:
        """Which cells, whole or cut, are the pieces, and the edges between them."""
        if self.base:
            return self.base.plan
        if self.outline_path is None:
            return whole(self.cells, self.corners_um, self.knobbed)
        connector = Connector(catalogue(self.tabs, 1)[0][0], self.knob_um, reach(self.tabs) if self.chosen else None)
        return clipped(self.cells, self.corners_um, connector, self.outline_path)

    # The board before it has connectors, and with them

    @cached_property
    def open(self) -> Board:
        """The board before it has connectors."""
        return self.base or (self if self.chosen and not self.keys else replace(self, chosen=True, keys=()))

    def keyed(self, sides: np.ndarray) -> Board:
        """The board with a signed profile on each port, int (n, P). Raises BadValue where sides that meet do not fit."""
        if np.size(sides) != self.open.ports.size:
            raise BadValue(f"a board of {self.count} pieces has {self.open.ports.size} keys; {np.size(sides)} came.")
        if len(wrong := ports.unfit(np.ravel(sides), self.open.ports, self.open.rimmed)):
            raise BadValue(f"the connectors of piece {self.piece(int(wrong[0])).id} and of its neighbour or the border do not fit.")
        return replace(self.open, keys=tuple(np.ravel(sides).tolist()), base=self.open)

    @cached_property
    def key_table(self) -> np.ndarray:
        """int (n, P): the keys, 0 without."""
        return np.reshape(self.keys, self.ports.shape) if self.keys else np.zeros(self.ports.shape, int)

    @cached_property
    def connectors(self) -> np.ndarray:
        """int (rows, cols, 4), of a board on the grid: the signed profile of each side, 0 where it is straight."""
        return (self.key_table if self.chosen else self.plan.signs).reshape(self.rows, self.cols, 4)

    @cached_property
    def joint_ports(self) -> list[tuple[int, ...]]:
        """The port of either piece at each joint of the plan, then of the one at each side of its rim."""
        return ports.of_joints(self.plan, self.cells, np.array(self.size_mm) if self.plan.turned else np.zeros(2))

    @cached_property
    def ports(self) -> np.ndarray:
        """int (n, P): the port P j + p of a place that each port of a place meets, -1 for none. Ports are directions of sides; those of a piece that the
        outline cuts come after them, if connectors are chosen."""
        return ports.meeting(self.plan, self.joint_ports, self.turns)

    @cached_property
    def rimmed(self) -> np.ndarray:
        """int (n + m, P): the same, and m rows of a rim that meets the connectors along the border, if there are such, and never moves: it holds the contour."""
        return ports.rimmed(self.plan, self.joint_ports, self.ports)

    def joints(self) -> list[tuple[int, Path]]:
        """(node, its side in mm, walked clockwise) where two whole sides meet, each edge once; on the grid those to the right come first."""
        width = self.ports.shape[1]
        found = [(width * j.pieces[0] + p, self.edges[j.edge].path) for j, (p, *_) in zip(self.plan.joints, self.joint_ports)]
        return sorted(found, key=lambda joint: joint[0] % width) if self.on_grid else found

    # Sizes

    @property
    def knob_um(self) -> float:
        return min(self.unit_um) * self.cells.knob

    @property
    def knob_mm(self) -> float:
        """Length of a connector."""
        return self.knob_um / 1000

    @cached_property
    def cell_mm(self) -> float:
        """Side of a square as large as a cell."""
        return math.sqrt(self.unit_um[0] * self.unit_um[1]) / 1000 * math.sqrt(self.cells.area)

    @cached_property
    def size_mm(self) -> tuple[float, float]:
        """Of the box round the board: of a board with knobs all round as far as any tab could reach."""
        if self.on_grid:
            return self.cols * self.cell_mm, self.rows * self.cell_mm
        if self.outline_path is None:
            high = ((self.corners_um.reshape(-1, 2).max(0) + self.origin_um) / 1000).tolist()
        else:
            high = np.round(self.border().flatten().max(0), 3).tolist()
        return high[0], high[1]

    def size_px(self, s: int) -> tuple[int, int]:
        """(h, w) of a picture with s pixels along the side of a square as large as a cell, or about as many."""
        w, h = self.size_mm
        return max(1, round(h * s / self.cell_mm)), max(1, round(w * s / self.cell_mm))

    def px_of(self, size_px: tuple[int, int]) -> int:
        """s of a picture of (h, w) pixels; on the grid whole cells of it lie in the picture, perhaps with a strip left over."""
        return min(size_px[0] // self.rows, size_px[1] // self.cols) if self.on_grid else max(1, round(size_px[1] / self.size_mm[0] * self.cell_mm))

    def px_near(self, s: int) -> int:
        """Pixels a cell near s at which all middles of pieces lie at middles or corners of pixels, if there are such."""
        return max(1, round(s / RIM)) * RIM if self.moves_pixels and self.knobbed else s

    @cached_property
    def room(self) -> tuple[float, float, float]:
        """How large a subject may be in a picture of the board (1 as in a square), and how far right and down it then stands, in units of the shorter side.

        The largest circle within the outline takes it.
        """
        if self.outline_path is None:
            return round((1.0 if self.turns == 4 else 0.95) * (1 - 0.002 * max(self.origin_um) / min(self.size_mm)), 4), 0.0, 0.0
        spoke = shapely.maximum_inscribed_circle(shapely.Polygon(self.border().flatten(0.05)), 0.1)
        (x, y), _ = shapely.get_coordinates(spoke)
        least = min(self.size_mm)
        return round(2 * SUBJECT * spoke.length / least, 4), *(round((v - s / 2) / least, 4) for v, s in zip((x, y), self.size_mm))

    # Pieces

    @property
    def count(self) -> int:
        return len(self.plan.cell)

    def piece(self, i: int) -> Piece:
        """Its row and column, counted from the first that there are."""
        return self._pieces[i]

    @cached_property
    def _pieces(self) -> list[Piece]:
        at = self.cells.at[self.plan.cell]
        return [Piece(row, col, "b" if i in self.plan.second else "") for i, (row, col) in enumerate((at - at.min(0)).tolist())]

    @cached_property
    def centres_mm(self) -> np.ndarray:
        """float (n, 2): about what each piece turns, the middle of its (largest) cell."""
        return (self.cells.corners.mean(1)[self.plan.cell] * self.unit_um + self.origin_um) / 1000

    @property
    def free(self) -> np.ndarray:
        """bool (n,): pieces that are whole cells; the others keep their place."""
        return self.plan.whole

    @cached_property
    def fields(self) -> np.ndarray:
        """int (n,): pieces of one number do not lie side by side, as on a chessboard; each takes the first that is free."""
        return colouring(self.plan.edges, self.count)

    def motion(self, piece: int, slot: int, k: int) -> Matrix:
        """SVG matrix, mm -> mm, of a piece laid into a slot after k turns: x' = R (x - home) + slot."""
        a, b, c, d = turned_axes(k, self.turns)
        (x0, y0), (x1, y1) = self.centres_mm[[piece, slot]].tolist()
        return (a, b, c, d, round(x1 - a * x0 - c * y0, 9) + 0.0, round(y1 - b * x0 - d * y0, 9) + 0.0)

    # Lines

    @cached_property
    def edges(self) -> list[Edge]:
        """The edges of the plan, with their connectors."""
        if self.chosen and not self.keys:
            return self.plan.edges
        return ports.connected(self.plan, self.joint_ports, self.key_table if self.keys else None, self.tabs, self.knob_um)

    def outline(self, i: int) -> Path:
        """Closed outline of piece i in mm, clockwise, as it lies in assembly 1; on the grid from its top left corner."""
        return self._outlines[i]

    @cached_property
    def _outlines(self) -> list[Path]:
        found = lines.around(self.edges, self.count)
        return [lines.chained(sorted(parts, key=lambda p: sum(p.start)) if self.on_grid else parts, self.piece(i).id) for i, parts in enumerate(found)]

    @cached_property
    def rings(self) -> list[np.ndarray]:
        """The outlines as polylines in mm, within 0.01 mm of the curves."""
        return [path.flatten(0.01) for path in self._outlines]

    def corners(self) -> list[list[Point]]:
        """Of each piece, in mm, where its sides begin."""
        return [[path.start for path in parts] for parts in lines.around(self.edges, self.count)]

    def paths(self) -> list[Path]:
        """Inner cut lines in mm, each shared edge exactly once: one a row and a column of the grid; else joined to long lines where one goes on in another."""
        inner = [e for e in self.edges if e.other >= 0]
        return lines.of_grid(inner, self.cols) if self.on_grid else lines.runs([e.path for e in inner])

    def border(self) -> Path:
        """The board's outline in mm, clockwise."""
        if self.on_grid:
            return rectangle(0.0, 0.0, *self.size_mm)
        return lines.chained([e.path for e in (self.edges if self.knobbed else self.plan.edges) if e.other < 0], "of the board")

    # Which pieces are alike, and where they fit

    @property
    def turns(self) -> int:
        """Turns that lead a direction round; `steps` are those at which a piece can fit at all."""
        return self.cells.turns

    @property
    def steps(self) -> range:
        return range(0, self.turns, 1 if self.unit_um[0] == self.unit_um[1] else 2)

    @property
    def next_side(self) -> int:
        """From the direction of a side to that of the next, clockwise."""
        return self.turns // self.cells.sides.shape[1]

    @cached_property
    def words(self) -> np.ndarray:
        """int (n, T): see `congruence`."""
        return congruence.words(self.plan, self.cells, self.chosen, self.key_table if self.keys else None, self.unit_um[0] != self.unit_um[1])

    @cached_property
    def classes(self) -> np.ndarray:
        """int (n,): number of the congruence class of each piece (same words up to a turn)."""
        return congruence.classes(self.words, self.steps)

    @cached_property
    def members(self) -> list[np.ndarray]:
        """The pieces of each class."""
        return [np.flatnonzero(self.classes == kind) for kind in np.unique(self.classes)]

    @cached_property
    def fits(self) -> np.ndarray:
        """bool (T, n, n): piece i fits slot j after k turns clockwise."""
        return congruence.fits(self.words, self.steps)
