"""Registration on small boards: few pieces leave the arrangement little choice, so both pictures give way as under a rigid view.

Each picture is displaced as a whole in its own frame, so the seams of both assemblies stay closed; then the pieces are arranged once more.
"""

from dataclasses import replace

from ..jigsaw import Board, pixel_map
from ..jigsaw.fitting.assignment import fine_px, fit
from ._part import Casting
from ._saliency import composite_over, contrast_energy, importance
from .registration import register, unregistered_conflict

MAX_PIECES = 16  # pieces; on larger boards the arrangement does it
STIFFNESS = (8.0, 3.0)
PX = 48  # of the shorter side, or a little more


def register_on_board(c: Casting, cut: Board) -> list[Casting]:
    """The casting as it is, and bent with each stiffness; on large boards and other tilings as it is."""
    if cut.count > MAX_PIECES or not cut.on_grid or c.arrangement is None:
        return [c]
    s = -(-PX // min(cut.rows, cut.cols))
    size = cut.size_px(s)
    rgba = [p.rgba(size) for p in c.parts]
    wa, wb = (importance(x, 1.5) for x in rgba)
    a, b = (composite_over(x, p.behind(size)) for x, p in zip(rgba, c.parts))
    norm = 2 * min(contrast_energy(x, v, p.ground) for x, v, p in zip(rgba, (wa, wb), c.parts)) + 1e-6
    index = pixel_map(c.arrangement, 1, s).ravel().argsort()
    straight, out = unregistered_conflict(a, b, wa, wb, norm, index), [c]
    fields = None
    for stiffness in STIFFNESS:
        fields, left = register(a, b, wa, wb, stiffness, norm, fields, index)
        parts = tuple(replace(p, bend=f) for p, f in zip(c.parts, fields))
        out.append(refit_arrangement(replace(c, parts=parts, conflict=c.conflict - straight + left), cut))
    return out


def refit_arrangement(c: Casting, cut: Board) -> Casting:
    """With the arrangement of least conflict by the pieces' real outlines."""
    s = fine_px(cut)
    size = cut.size_px(s)
    rgba = [p.rgba(size) for p in c.parts]
    a, b = (composite_over(x, p.behind(size)) for x, p in zip(rgba, c.parts))
    wa, wb = (importance(x, s / 3) for x in rgba)
    return replace(c, arrangement=fit(a, b, wa, wb, cut, s)[0])
