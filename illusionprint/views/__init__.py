"""Views: isometries of a picture, one small class a file.

A view maps arrays `... c h w` (numpy or torch) to arrays of the same kind; `inverse` undoes it. Invariants, tested for every
file: inverse(view(x)) = x, <view(x), view(y)> = <x, y> (so white noise stays white), the argument is not touched, at any size.
"""
from .. import plugins
from ._base import Array, Board, PermutationView, View
from ._pieces import arrangement_table

__all__ = ["Array", "Board", "PermutationView", "View", "arrangement_table", "kinds", "view"]


def kinds() -> list[str]:
    return plugins.names("views")


def view(name: str, board: Board | None = None) -> View:
    """A view by name. Raises UnknownName; BadValue when a board is needed and none came."""
    return plugins.load("views", name).build(board)
