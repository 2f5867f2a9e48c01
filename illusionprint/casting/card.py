"""Casting as on a playing card: both pictures share the sheet head to tail, each whole in its own half, their bodies meeting in the middle.

For pairs that cannot lie on each other. Each keeps to the upper half of its own frame; what the view turns upside down is the other's half.
The search is that of `rigid`, over poses near the head's end that are as large as the conflict in the middle allows.
"""

from dataclasses import replace

import numpy as np

from ..errors import BadValue
from ..views import PermutationView, View
from ..vocabulary import Drawing, Pose
from ._candidates import keep_readable
from ._ground import Backdrop
from ._part import Casting, Drawings, Part, Progress
from ._penalty import DEFAULT_NATURAL, search_range
from ._saliency import GROUND, WHITE
from ._shared_ground import GroundPair, candidate_grounds, ground_pairs
from .rigid import Candidates, candidates, refine_poses, register_pair, search, select_diverse

POSES = 60
MARGIN = 0.03  # of the side, above a head
SMALLNESS_PENALTY = 0.5  # what a subject costs that is a whole side smaller than the sheet
SLANT = 0.5  # of the line between the halves, where the view is a half turn


def cast_card(
    first: Drawings, second: Drawings, view: View, seed: int, count: int = 10, progress: Progress = None, natural: float = DEFAULT_NATURAL, ground: str = "auto"
) -> list[Casting]:
    """Castings by rising conflict, as `cast_rigid`. Raises BadValue for a view that turns nothing upside down."""
    if not turns_upside_down(view):
        raise BadValue("a card needs a view that turns the sheet upside down: rotate_180 or flip.")
    rng = np.random.default_rng(seed)
    sides = [[_side(d, rng, natural) for d in drawings] for drawings in (first, second)]
    found = [f for a in sides[0] for b in sides[1] for f in search(a, b, view, natural, card_grounds(a.looks[0], b.looks[0], view, ground), 16 * count, GROUND)]
    out = []
    chosen = select_diverse(sorted(found, key=lambda f: f[0]), count)
    for n, (_, one, two) in enumerate(chosen):
        one, two = refine_poses(one, two, view, rng, natural, card=True)
        out += register_pair(one, two, view, natural, ())  # a displacement would push both out of the frame
        if progress:
            progress(n + 1, len(chosen), "casting")
    return sorted(out, key=lambda c: c.conflict + sum(_smallness(p.pose) for p in c.parts))


def turns_upside_down(view: View) -> bool:
    """Whether what is above is seen below."""
    return isinstance(view, PermutationView) and not view.needs_board and view.motion((1.0, 1.0))[3] == -1 and view.motion((1.0, 1.0))[1] == 0


def _side(drawing: Drawing, rng: np.random.Generator, natural: float) -> Candidates:
    side = candidates(drawing, rng, natural, head_poses(drawing, rng, natural))
    return replace(side, price=side.price + np.tile([_smallness(p) for p in side.poses], len(side.looks)))


def _smallness(pose: Pose) -> float:
    return SMALLNESS_PENALTY * (1 - pose.scale)


def head_poses(drawing: Drawing, rng: np.random.Generator, natural: float, count: int = POSES) -> list[Pose]:
    """Poses of various sizes whose subject begins MARGIN below the upper edge, left and right of the middle."""
    rows, columns = (np.flatnonzero(drawing.rgba((64, 64))[..., 3].max(k) > 0.1) for k in (1, 0))
    top = 0.5 - rows[0] / 64
    half = max(0.5 - columns[0] / 64, (columns[-1] + 1) / 64 - 0.5)
    out = []
    for n in range(count):
        scale = round(float(rng.uniform(0.5, 0.74)), 3)
        aside = max(0.0, 0.5 - MARGIN - half * scale)
        turn, dx = round(float(rng.normal(0, 12 * search_range(natural))), 1), round(float(rng.uniform(-aside, aside)), 3)
        out.append(Pose(turn, scale, dx, round(float(top * scale - 0.5 + MARGIN), 3), mirror=bool(n % 2)))
    return keep_readable(drawing, out)


def card_grounds(one: Part, two: Part, view: View, ground: str) -> list[GroundPair]:
    """Those of `ground_pairs`, and by itself two halves in pale colours of the drawings, each under its own picture."""
    if ground != "auto":
        return ground_pairs(one, two, view, ground)
    slope = SLANT if view.motion((1.0, 1.0))[0] == -1 else 0.0
    pale = [c for c in candidate_grounds(one, two, view) if c != WHITE and min(c) > 0.55][:4]
    unlike = [(g, h) for g in pale for h in pale if np.abs(np.subtract(g, h)).max() > 0.12]
    out = [GroundPair((g, h), (Backdrop("halves", h, slope=slope), Backdrop("halves", g, slope=slope))) for g, h in unlike]
    return out or ground_pairs(one, two, view, "white")
