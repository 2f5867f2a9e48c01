"""How a board of squares is made as large as it can be in a box."""
from __future__ import annotations

import math

from ..errors import BadValue
from .cut import Cut
from .profiles import least_width


def smallest_cell_mm(min_neck_mm: float, tabs: str = "classic", keyed: bool = False) -> float:
    """Cell whose necks, and bridges between neighbouring tabs, are as wide as the material needs; keyed: with any connectors of the family."""
    return min_neck_mm / least_width(tabs, keyed)


def board(rows: int, cols: int, size_mm: tuple[float, float], tabs: str = "classic", min_neck_mm: float = 1.5, keyed: bool = False) -> Cut:
    """The largest board of square cells (even micrometres) in a box of (width, height) mm.

    Raises BadValue when the cells come out smaller than the tab's neck, or what neighbouring tabs leave between them, allows, and says what would do.
    """
    cell_mm = min(size_mm[0] / cols, size_mm[1] / rows)
    least = smallest_cell_mm(min_neck_mm, tabs, keyed)
    if cell_mm < least:
        raise BadValue(f"{rows}x{cols} pieces in {size_mm[0]:g} x {size_mm[1]:g} mm are {cell_mm:.1f} mm wide; '{tabs}' with a neck of "
                       f"{min_neck_mm:g} mm needs {least:.1f} mm. Take at least {math.ceil(least * cols)} x {math.ceil(least * rows)} mm, or fewer pieces.")
    return Cut(rows, cols, int(cell_mm * 500 + 1e-6) * 2, tabs)
