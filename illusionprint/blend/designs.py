"""The ten designs that seeds pick from: the best first, then those that look different, the better before."""

from collections.abc import Sequence

import cv2
import numpy as np

from ..casting import SEEDS_PER_SEARCH, Casting
from ..views import View
from .composite import JudgeMarks, Preview, Scrutiny, first_per_design, previews, rank_by_judge, sort_by_mark, with_score

PX, BLUR = 24, 1.5  # pictures are compared as small as this, so that a small shift is no other design
DIVERSITY_WEIGHT = 10.0  # of a mark, what a design gains that is as unlike those before it as black is white
DIVERSITY_LIMIT = 0.12  # as unlike as this is another design


def diverse_designs(castings: Sequence[Casting], beside: Sequence[Casting], view: View | Sequence[View], aspect: float, judged: JudgeMarks) -> list[Casting]:
    """Choose at most SEEDS_PER_SEARCH designs: the first as `ranked` of the castings; the others of these and `beside`, all different. Marks, aspect: as in `ranked`."""
    order, rest = rank_by_judge([s for c in castings for s in previews(c, view, aspect)], judged)
    more = [s for c in beside for s in previews(c, view, aspect)]
    marks = judged(more, Scrutiny.PASSING) if more else []
    rest += [more[n] for n in sorted(range(len(more)), key=lambda n: -marks[n])]
    there = {s.casting.design for s in order}
    others = [with_score(s) for s in first_per_design(rest) if s.casting.design not in there]
    found = [*first_per_design(order), *(sort_by_mark(others, judged(others, Scrutiny.CLOSELY)) if others else [])]
    return [s.casting for s in select_diverse(found, SEEDS_PER_SEARCH)]


def select_diverse(found: Sequence[Preview], count: int) -> list[Preview]:
    """Select greedily: the first, then the one of greatest gain; the later ones by falling mark.
    gain(s) = mark(s) + DIVERSITY_WEIGHT min(DIVERSITY_LIMIT, min over chosen t of unlike(s, t))
    """
    pictures = np.stack([_thumbnail(s) for s in found])
    mark, chosen = np.array([s.mark for s in found]), [0]
    apart = np.full(len(found), np.inf)
    while len(chosen) < min(count, len(found)):
        apart = np.minimum(apart, np.abs(pictures - pictures[chosen[-1]]).mean((1, 2)))
        gain = mark + DIVERSITY_WEIGHT * np.minimum(DIVERSITY_LIMIT, apart)
        gain[chosen] = -np.inf
        chosen.append(int(gain.argmax()))
    return [found[0], *sorted((found[n] for n in chosen[1:]), key=lambda s: -s.mark)]


def _thumbnail(s: Preview) -> np.ndarray:
    """What is seen, float32 (pictures, PX PX 3): unlike(s, t) is the mean difference of these."""
    return np.stack([cv2.GaussianBlur(cv2.resize(p, (PX, PX), interpolation=cv2.INTER_AREA), (0, 0), BLUR).ravel() for p in s.pictures])
