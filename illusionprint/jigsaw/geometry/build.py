"""The largest board of a tiling in a box, whole or within an outline."""

import math
from dataclasses import replace

import numpy as np
import shapely

from ...errors import BadValue
from ...path import Path
from ..outlines import fitted
from .board import RIM, Board
from .profiles import least_width

GRAZE_MM = 0.1
LEAST_UM = 1000  # of a square cell


def squares(rows: int, cols: int, cell_um: int, tabs: str = "classic") -> Board:
    """A board of square cells that are so many micrometres wide, an even number, with plain connectors. Raises BadValue."""
    if cell_um % 2 or cell_um < LEAST_UM:
        raise BadValue(f"a cell is an even number of micrometres, {LEAST_UM} or more; {cell_um} came.")
    return Board("square", rows, cols, (cell_um, cell_um), tabs)


def build(
    rows: int,
    cols: int,
    size_mm: tuple[float, float],
    tabs: str = "classic",
    min_neck_mm: float = 1.5,
    *,
    tiling: str = "square",
    stretch: bool = False,
    outline: str = "",
    knobbed: bool = False,
    keyed: bool = False,
) -> Board:
    """The largest board of a tiling in a box of (width, height) mm; stretch fills the box with cells of another aspect.

    outline: a name of `outlines`, or the path of an SVG file; knobbed: no straight border; keyed: the open board, with room for any connectors of the family.
    Raises BadValue, UnknownName; for cells that are too small for the tabs, their necks or what neighbouring ones leave between them, it says what would do.
    """
    cells = Board(tiling, rows, cols, (LEAST_UM, LEAST_UM)).cells
    shape = cells.corners.reshape(-1, 2).max(0)
    rim = 2 * cells.knob / RIM if knobbed else 0.0  # room for tabs, in units
    least = np.divide(size_mm, shape + rim).min()
    unit, step = np.subtract(size_mm, least * rim) / shape * 1000, 2 * RIM if knobbed else 2
    unit = unit if stretch else np.full(2, unit.min())
    if unit.max() > 3 * unit.min():
        raise BadValue(f"cells of {unit[0] / 1000:.1f} x {unit[1] / 1000:.1f} mm are too long; take a grid nearer to the board's shape.")
    if unit.min() / 1000 * cells.knob * (share := least_width(tabs, keyed, *cells.corner)) < min_neck_mm - 1e-9:
        least = min_neck_mm / share / cells.knob
        raise BadValue(
            f"{rows}x{cols} pieces ({tiling}) in {size_mm[0]:g} x {size_mm[1]:g} mm have sides of {unit.min() / 1000:.1f} mm; '{tabs}' with a neck of "
            f"{min_neck_mm:g} mm needs {least:.1f} mm. Take at least {math.ceil(least * (shape[0] + rim))} x {math.ceil(least * (shape[1] + rim))} mm, or fewer pieces."
        )
    unit = np.floor(unit / step + 1e-6).astype(int) * step
    around = round(int(unit.min()) * cells.knob / RIM) if knobbed else 0
    found = Board(tiling, rows, cols, (int(unit[0]), int(unit[1])), tabs, origin_um=(around, around), chosen=keyed, knobbed=knobbed)
    return _outlined(found, outline) if outline else found


def _outlined(board: Board, name: str) -> Board:
    """The board within an outline, which is made up to 4 % smaller until it passes all corners of cells by GRAZE_MM or more."""
    w, h = board.size_mm
    entire = fitted(name, board.size_mm)
    around = replace(board, outline_path=entire).corners_um.reshape(-1, 2) / 1000
    tried = [(k, entire.transformed(k, 0, 0, k, (1 - k) * w / 2, (1 - k) * h / 2)) for k in np.linspace(1, 0.96, 21).tolist()]
    clear = [_clear_of(path, around) for _, path in tried]
    path = tried[next((n for n, far in enumerate(clear) if far >= GRAZE_MM), int(np.argmax(clear)))][1]
    low = np.rint(path.flatten(0.002).min(0) * 1000).astype(int).tolist()
    path = path.transformed(1, 0, 0, 1, -low[0] / 1000, -low[1] / 1000)
    return replace(board, outline_path=path, origin_um=(-low[0], -low[1]))


def _clear_of(path: Path, points: np.ndarray) -> float:
    return float(shapely.distance(shapely.points(points), shapely.linearrings(path.flatten(0.01))).min())
