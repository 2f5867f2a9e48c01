"""Two pairs of pictures on the two sides of one board: castings of each, and the one arrangement that serves both best.

Sides do not share a surface, only the motion of the pieces: with c_f, c_b the costs of either pair's piece i in slot j after k turns (`jigsaw.fit`),
each over its pair's contrast energy, the arrangement is the assignment of least c_f + c_b. Pairs behind are cast as if seen through the board, where
the same arrangement moves them.
"""
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from ..blend import multiband, photos
from ..blend.composite import CLOSE_COUNT, Scrutiny, sort_by_mark, with_score, previews
from ..casting import SEEDS_PER_SEARCH, Casting, cast_board, importance
from ..casting._saliency import contrast_energy
from ..jigsaw import Arrangement, Cut, Mesh
from ..jigsaw.fit import assign, costs, fine_px
from ..spec import PuzzleSpec
from ..views import later_views
from .choice import marks
from .drawn import Progress
from .photographs import photographs

FEW = 10     # castings of either pair that are tried with each other
OFTEN = 3    # as often may one of them be among those that are looked at


@dataclass(frozen=True, eq=False)
class Pair:
    """The spec of two pictures, float32 (turns, n, n): what each piece costs in each place, over the contrast energy; their casting, if they are drawn."""

    spec: PuzzleSpec
    cost: np.ndarray
    casting: Casting | None = None

    def share(self, slots: np.ndarray, turns: np.ndarray) -> float:
        return float(self.cost[turns, np.arange(len(slots)), slots].sum())


Both = tuple[Pair, Pair]


def pairs(spec: PuzzleSpec, found: list[list[Any]], cut: Cut | Mesh, progress: Progress = None) -> list[Pair]:
    """What can be made of two subjects, by rising conflict; of photographs one."""
    if any(s[0].is_photo for s in found):
        return [_photographs(spec, found, cut, progress)]
    steered: dict[str, Any] = {"natural": spec.natural, "ground": spec.ground, **({"count": spec.cast} if spec.cast else {})}
    return [_drawn(spec, c, cut) for c in cast_board(*found, cut, spec.seed // SEEDS_PER_SEARCH, progress=progress, **steered)[:FEW]]


def _drawn(spec: PuzzleSpec, casting: Casting, cut: Cut | Mesh) -> Pair:
    s = fine_px(cut)
    rgba = [p.rgba(cut.size_px(s)) for p in casting.parts]
    w = [importance(x, s / 3) for x in rgba]
    norm = 2 * min(contrast_energy(x, v, p.ground) for x, v, p in zip(rgba, w, casting.parts)) + 1e-6
    return Pair(spec, costs(*(p.rgb(cut.size_px(s)) for p in casting.parts), *w, cut, s) / norm, casting)


def _photographs(spec: PuzzleSpec, found: list[list[Any]], cut: Cut | Mesh, progress: Progress) -> Pair:
    """Cropped and toned on a small scale; the spec has the crops."""
    s = fine_px(cut)
    made = photographs(spec.replace(solutions="free", turned=-1.0), found, cut, cut.size_px(2 * s), progress)
    crops = tuple(photos.Crop(**p["crop"]).text for p in made.facts["casting"]["pictures"])
    shown = [cv2.resize(x, cut.size_px(s)[::-1], interpolation=cv2.INTER_AREA) for x in made.targets]
    w = [cv2.resize(photos.fit_weight(multiband.saliency(x)), cut.size_px(s)[::-1], interpolation=cv2.INTER_AREA) for x in made.targets]
    norm = sum(float((v[..., None] * (x - x.mean((0, 1))) ** 2).sum()) for x, v in zip(shown, w)) + 1e-6
    return Pair(spec.replace(crops=crops), costs(*shown, *w, cut, s) / norm)


def arranged(both: Both, cut: Cut | Mesh) -> tuple[Arrangement, float]:
    """(the arrangement of least cost of both sides, that cost)."""
    slots, turns, _ = assign(both[0].cost + both[1].cost, cut)
    n = cut.count
    return (Arrangement(cut, np.stack([np.arange(n), slots]), np.stack([np.zeros(n, int), turns])), sum(p.share(slots, turns) for p in both))


def chosen(fronts: list[Pair], backs: list[Pair], cut: Cut | Mesh, seed: int) -> tuple[Both, Arrangement]:
    """Two pairs and their arrangement; the seed picks among the SEEDS_PER_SEARCH designs that the judge likes best."""
    tried = [(sum(_price(p) for p in both) + both_cost, both, board) for both, (board, both_cost) in
             (((f, b), arranged((f, b), cut)) for f in fronts for b in backs)]
    few: list[tuple[Both, Arrangement]] = []
    for _, both, board in sorted(tried, key=lambda t: t[0]):
        if len(few) < SEEDS_PER_SEARCH and all(sum(any(p is q for q in other) for other, _ in few) < OFTEN or len(some) == 1 for p, some in zip(both, (fronts, backs))):
            few.append((both, board))
    looked = [(_looked(both, board), board) for both, board in few]
    return [(both, board) for (_, both), board in sorted(looked, key=lambda x: -x[0][0])][seed % SEEDS_PER_SEARCH % len(looked)]


def _price(pair: Pair) -> float:
    """What is unnatural about a casting: its conflict without that of its own best arrangement."""
    if pair.casting is None:
        return 0.0
    board = pair.casting.arrangement
    return pair.casting.conflict - pair.share(board.slots[1], board.turns[1])


def _looked(both: Both, board: Arrangement) -> tuple[float, Both]:
    """(mark of the worse side, both with the balance that shows them best)."""
    found = [_balanced(p, board) for p in both]
    return min((m for m, p in found if p.casting), default=0.0), tuple(p for _, p in found)


def _balanced(pair: Pair, board: Arrangement) -> tuple[float, Pair]:
    if pair.casting is None:
        return 0.0, pair
    w, h = board.cut.size_mm
    tried = previews(replace(pair.casting, arrangement=board), later_views("jigsaw", 2, board), h / w)
    close = [with_score(s) for s in tried[:CLOSE_COUNT]]
    best = sort_by_mark(close, marks(close, Scrutiny.CLOSELY, pair.spec.prompts))[0]
    return best.mark, replace(pair, casting=best.casting)
