"""Views: isometries of a picture, one small class a file.

A view maps arrays `... c h w` (numpy or torch) to arrays of the same kind; `inverse` undoes it. Invariants, tested for every
file: inverse(view(x)) = x, <view(x), view(y)> = <x, y> (so white noise stays white), the argument is not touched, at any size.
"""

import numpy as np

from .. import plugins
from ..errors import BadValue
from ..jigsaw import Arrangement
from ._base import Array, PermutationView, View
from ._pieces import arrangement_table

__all__ = ["Array", "PermutationView", "View", "arrangement_table", "view_kinds", "later_views", "view_names", "apply_view", "undo_view", "view"]

_WORDS = {2: "two", 3: "three", 4: "four"}


def view_kinds() -> list[str]:
    return plugins.names("views")


def view_names(kind: str, count: int) -> list[str]:
    """Name the view of each of `count` pictures: ("rotate_90", 3) -> ["identity", "rotate_90", "rotate_180"]; kinds may be joined by "+".
    Raises UnknownName, BadValue for more or fewer pictures than it shows.
    """
    parts = kind.split("+")
    found = [plugins.load("views", p) for p in parts]
    if len(parts) > 1 and (any(v.needs_board for v in found) or len(set(parts)) < len(parts) or "identity" in parts):
        raise BadValue(f"'{kind}' cannot be: only different views of a whole sheet are joined by '+', as in rotate_90+flip.")
    shown = [*parts, *(found[0].continues_with if len(parts) == 1 else ())]
    least, most = len(parts) + 1, len(shown) + 1
    if not least <= count <= most or most > max(_WORDS):
        say = _WORDS.get(least, least) if least == most else f"{_WORDS[least]} to {_WORDS[most]}"
        more = f" Three and four: {', '.join(_going_on())}, or different views joined by '+', as in rotate_90+flip." if 2 < count <= 4 else ""
        raise BadValue(f"'{kind}' shows {say} pictures; {count} prompts came.{more}")
    return ["identity", *shown[: count - 1]]


def _going_on() -> list[str]:
    return [k for k in view_kinds() if plugins.load("views", k).continues_with]


def later_views(kind: str, count: int, arrangement: Arrangement | None = None) -> tuple[View, ...]:
    """How pictures 2 to `count` are seen, see `view_names`; of a board one assembly after the other. Raises BadValue, UnknownName."""
    return tuple(plugins.load("views", name).build(arrangement, n) for n, name in enumerate(view_names(kind, count)[1:], 1))


def apply_view(v: View, picture: Array) -> Array:
    """A float picture (h, w, 3) in [0, 1], or uint8, as a view shows it: pixels are moved, or colours changed about mid grey."""
    x = np.moveaxis(picture, -1, 0)
    if isinstance(v, PermutationView):
        return np.ascontiguousarray(np.moveaxis(v(x), 0, -1))
    top = 255 if picture.dtype == np.uint8 else 1
    out = (v(x * (2.0 / top) - 1) + 1) * (top / 2)
    return np.ascontiguousarray(np.moveaxis(np.rint(out).astype(np.uint8) if top == 255 else out.astype(picture.dtype), 0, -1))


def undo_view(v: View, x: Array) -> Array:
    """The array (..., h, w, c) of which a view shows x, colours in [-1, 1]."""
    return np.moveaxis(v.inverse(np.moveaxis(x, -1, -3)), -3, -1)


def view(name: str, arrangement: Arrangement | None = None) -> View:
    """A view by name. Raises UnknownName; BadValue when a board is needed and none came."""
    return plugins.load("views", name).build(arrangement)
