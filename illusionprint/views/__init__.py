"""Views: isometries of a picture, one small class a file.

A view maps arrays `... c h w` (numpy or torch) to arrays of the same kind; `inverse` undoes it. Invariants, tested for every
file: inverse(view(x)) = x, <view(x), view(y)> = <x, y> (so white noise stays white), the argument is not touched, at any size.
"""
import numpy as np

from .. import plugins
from ._base import Array, Board, PermutationView, View
from ._pieces import arrangement_table

__all__ = ["Array", "Board", "PermutationView", "View", "arrangement_table", "kinds", "seen", "view"]


def kinds() -> list[str]:
    return plugins.names("views")


def seen(v: View, picture: Array) -> Array:
    """A float picture (h, w, 3) in [0, 1], or uint8, as a view shows it: pixels are moved, or colours changed about mid grey."""
    x = np.moveaxis(picture, -1, 0)
    if isinstance(v, PermutationView):
        return np.ascontiguousarray(np.moveaxis(v(x), 0, -1))
    top = 255 if picture.dtype == np.uint8 else 1
    out = (v(x * (2.0 / top) - 1) + 1) * (top / 2)
    return np.ascontiguousarray(np.moveaxis(np.rint(out).astype(np.uint8) if top == 255 else out.astype(picture.dtype), 0, -1))


def view(name: str, board: Board | None = None) -> View:
    """A view by name. Raises UnknownName; BadValue when a board is needed and none came."""
    return plugins.load("views", name).build(board)
