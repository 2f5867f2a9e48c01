"""Two pairs of pictures on the two sides of one board: castings of each, and the one arrangement that serves both best.

Sides do not share a surface, only the motion of the pieces: with c_f, c_b the costs of either pair's piece i in slot j after k turns (`jigsaw.fitting.assignment`),
each over its pair's contrast energy, the arrangement is the assignment of least c_f + c_b. Pairs behind are cast as if seen through the board, where
the same arrangement moves them.
"""

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from ..blend import multiband, photos
from ..blend.composite import CLOSE_COUNT, Scrutiny, previews, sort_by_mark, with_score
from ..casting import SEEDS_PER_SEARCH, Casting, cast_board, importance
from ..casting._saliency import contrast_energy
from ..jigsaw import Arrangement, Board
from ..jigsaw.fitting.assignment import assign, costs, fine_px
from ..views import later_views
from .casting import Brief
from .crops import Photographs
from .judging import marks
from .photographs import blended
from .progress import Progress

FEW = 10  # castings of either pair that are tried with each other
OFTEN = 3  # as often may one of them be among those that are looked at


@dataclass(frozen=True, eq=False)
class Pair:
    """Two pictures of a side: float32 (turns, n, n), what each piece costs in each place, over the contrast energy; their casting or, of photographs, their crops."""

    prompts: tuple[str, ...]
    cost: np.ndarray
    casting: Casting | None = None
    crops: tuple[str, ...] = ()

    def share(self, slots: np.ndarray, turns: np.ndarray) -> float:
        return float(self.cost[turns, np.arange(len(slots)), slots].sum())


Both = tuple[Pair, Pair]


def of_drawings(brief: Brief, progress: Progress = None) -> list[Pair]:
    """What can be made of two drawn subjects, by rising conflict."""
    steered: dict[str, Any] = {"natural": brief.natural, "ground": brief.ground, **({"count": brief.cast} if brief.cast else {})}
    first, second = map(list, brief.subjects)
    found = cast_board(first, second, brief.cells, brief.search, progress=progress, **steered)
    return [_pair(brief, c) for c in found[:FEW]]


def _pair(brief: Brief, casting: Casting) -> Pair:
    s = fine_px(brief.cells)
    size = brief.cells.size_px(s)
    rgba = [p.rgba(size) for p in casting.parts]
    w = [importance(x, s / 3) for x in rgba]
    norm = 2 * min(contrast_energy(x, v, p.ground) for x, v, p in zip(rgba, w, casting.parts)) + 1e-6
    a, b = (p.rgb(size) for p in casting.parts)
    return Pair(brief.prompts, costs(a, b, w[0], w[1], brief.cells, s) / norm, casting)


def of_photographs(given: Photographs, prompts: tuple[str, ...], board: Board, dpi: float, progress: Progress = None) -> list[Pair]:
    """The one way to take them: cropped and toned on a small scale."""
    s = fine_px(board)
    made = blended(replace(given, sizes=(board.size_px(2 * s),) * given.count), board, dpi, progress=progress)
    crops = tuple(photos.Crop(**p["crop"]).text for p in made.facts["casting"]["pictures"])
    shown = [cv2.resize(x, board.size_px(s)[::-1], interpolation=cv2.INTER_AREA) for x in made.targets]
    w = [cv2.resize(photos.fit_weight(multiband.saliency(x)), board.size_px(s)[::-1], interpolation=cv2.INTER_AREA) for x in made.targets]
    norm = sum(float((v[..., None] * (x - x.mean((0, 1))) ** 2).sum()) for x, v in zip(shown, w)) + 1e-6
    return [Pair(prompts, costs(shown[0], shown[1], w[0], w[1], board, s) / norm, crops=crops)]


def arranged(both: Both, board: Board) -> tuple[Arrangement, float]:
    """(the arrangement of least cost of both sides, that cost)."""
    slots, turns, _ = assign(both[0].cost + both[1].cost, board)
    n = board.count
    return (Arrangement(board, np.stack([np.arange(n), slots]), np.stack([np.zeros(n, int), turns])), sum(p.share(slots, turns) for p in both))


def chosen(fronts: list[Pair], backs: list[Pair], board: Board, seed: int) -> tuple[Both, Arrangement]:
    """Two pairs and their arrangement; the seed picks among the SEEDS designs that the judge likes best."""
    tried = [
        (sum(_price(p) for p in both) + both_cost, both, arrangement)
        for both, (arrangement, both_cost) in (((f, b), arranged((f, b), board)) for f in fronts for b in backs)
    ]
    few: list[tuple[Both, Arrangement]] = []
    for _, both, arrangement in sorted(tried, key=lambda t: t[0]):
        if len(few) < SEEDS_PER_SEARCH and all(
            sum(any(p is q for q in other) for other, _ in few) < OFTEN or len(some) == 1 for p, some in zip(both, (fronts, backs))
        ):
            few.append((both, arrangement))
    looked = [(_looked(both, arrangement), arrangement) for both, arrangement in few]
    return [(both, arrangement) for (_, both), arrangement in sorted(looked, key=lambda x: -x[0][0])][seed % SEEDS_PER_SEARCH % len(looked)]


def _price(pair: Pair) -> float:
    """What is unnatural about a casting: its conflict without that of its own best arrangement."""
    if pair.casting is None:
        return 0.0
    own = pair.casting.arranged
    return pair.casting.conflict - pair.share(own.slots[1], own.turns[1])


def _looked(both: Both, arrangement: Arrangement) -> tuple[float, Both]:
    """(mark of the worse side, both with the balance that shows them best)."""
    found = [_balanced(p, arrangement) for p in both]
    (_, front), (_, back) = found
    return min((m for m, p in found if p.casting), default=0.0), (front, back)


def _balanced(pair: Pair, arrangement: Arrangement) -> tuple[float, Pair]:
    if pair.casting is None:
        return 0.0, pair
    w, h = arrangement.board.size_mm
    tried = previews(replace(pair.casting, arrangement=arrangement), later_views("jigsaw", 2, arrangement), h / w)
    close = [with_score(s) for s in tried[:CLOSE_COUNT]]
    best = sort_by_mark(close, marks(close, Scrutiny.CLOSELY, pair.prompts))[0]
    return best.mark, replace(pair, casting=best.casting)
