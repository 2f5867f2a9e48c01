"""The largest board of a tiling in a box, whole or within an outline."""
from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from .. import plugins
from ..errors import BadValue
from ..path import Path
from .cut import most_cells
from .mesh import RIM, Mesh
from .outlines import fitted
from .profiles import least_width

GRAZE_MM = 0.1


def mesh(tiling: str, rows: int, cols: int, size_mm: tuple[float, float], tabs: str = "classic", min_neck_mm: float = 1.5, stretch: bool = False,
         outline: str = "", knobbed: bool = False, keyed: bool = False) -> Mesh:
    """The largest board of a tiling in a box of (width, height) mm; stretch fills the box with cells of another aspect.

    outline: a name of `outlines`, or the path of an SVG file; knobbed: no straight border; keyed: with any connectors of the family. Raises BadValue,
    UnknownName; for cells that are too small for the tabs it says what would do.
    """
    most_cells(rows, cols)
    cells = plugins.load("jigsaw.tilings", tiling)(rows, cols)
    shape = cells.corners.reshape(-1, 2).max(0)
    rim = 2 * cells.knob / RIM if knobbed else 0.0   # room for tabs, in units
    least = np.divide(size_mm, shape + rim).min()
    unit, step = np.subtract(size_mm, least * rim) / shape * 1000, 2 * RIM if knobbed else 2
    unit = np.floor((unit if stretch else np.full(2, unit.min())) / step + 1e-6).astype(int) * step
    knob = unit.min() / 1000 * cells.knob
    if unit.max() > 3 * unit.min():
        raise BadValue(f"cells of {unit[0] / 1000:.1f} x {unit[1] / 1000:.1f} mm are too long; take a grid nearer to the board's shape.")
    if knob * (share := least_width(tabs, keyed, *cells.corner)) < min_neck_mm - 1e-9:
        least = min_neck_mm / share / cells.knob
        raise BadValue(f"{rows}x{cols} pieces ({tiling}) in {size_mm[0]:g} x {size_mm[1]:g} mm have sides of {unit.min() / 1000:.1f} mm; '{tabs}' with a neck of "
                       f"{min_neck_mm:g} mm needs {least:.1f} mm. Take at least {math.ceil(least * (shape[0] + rim))} x {math.ceil(least * (shape[1] + rim))} mm, or fewer pieces.")
    around = round(1000 * knob / RIM) if knobbed else 0
    found = Mesh(tiling, rows, cols, (int(unit[0]), int(unit[1])), tabs, origin_um=(around, around), knobbed=knobbed)
    return _outlined(found, outline) if outline else found


def _outlined(board: Mesh, name: str) -> Mesh:
    """The board within an outline, which is made up to 4 % smaller until it passes all corners of cells by GRAZE_MM or more."""
    w, h = board.size_mm
    whole = fitted(name, board.size_mm)
    around = replace(board, outline_path=whole).corners_um.reshape(-1, 2) / 1000
    tried = [(k, whole.transformed(k, 0, 0, k, (1 - k) * w / 2, (1 - k) * h / 2)) for k in np.linspace(1, 0.96, 21).tolist()]
    clear = [_clear_of(path, around) for _, path in tried]
    path = tried[next((n for n, far in enumerate(clear) if far >= GRAZE_MM), int(np.argmax(clear)))][1]
    low = np.rint(path.flatten(0.002).min(0) * 1000).astype(int).tolist()
    path = path.transformed(1, 0, 0, 1, -low[0] / 1000, -low[1] / 1000)
    return replace(board, outline_path=path, origin_um=(-low[0], -low[1]))


def _clear_of(path: Path, points: np.ndarray) -> float:
    import shapely
    return float(shapely.distance(shapely.points(points), shapely.linearrings(path.flatten(0.01))).min())
