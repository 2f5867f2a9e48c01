"""The ten designs that seeds pick from: the best first, then those that look different, the better before."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from ..casting import SEEDS, Casting
from ..views import View
from .drawn import Look, Marks, Shown, first_of_each, marked, preferred, scored, small

PX, BLUR = 24, 1.5   # pictures are compared as small as this, so that a small shift is no other design
UNLIKE = 10.0        # of a mark, what a design gains that is as unlike those before it as black is white
ENOUGH = 0.12        # as unlike as this is another design


def designs(castings: Sequence[Casting], beside: Sequence[Casting], view: View | Sequence[View], aspect: float, judged: Marks) -> list[Casting]:
    """At most SEEDS designs: the first is that of `ranked` of the castings alone; the others are of all of them, also those beside, and differ.

    Marks and aspect are those of `ranked`.
    """
    order, rest = preferred([s for c in castings for s in small(c, view, aspect)], judged)
    more = [s for c in beside for s in small(c, view, aspect)]
    marks = judged(more, Look.PASSING) if more else []
    rest += [more[n] for n in sorted(range(len(more)), key=lambda n: -marks[n])]
    there = {s.casting.design for s in order}
    others = [scored(s) for s in first_of_each(rest) if s.casting.design not in there]
    found = [*first_of_each(order), *(marked(others, judged(others, Look.CLOSELY)) if others else [])]
    return [s.casting for s in varied(found, SEEDS)]


def varied(found: Sequence[Shown], count: int) -> list[Shown]:
    """The first; then again and again the one with the highest mark and the most unlike all before it; the later ones by falling mark.

    gain(s) = mark(s) + UNLIKE min(ENOUGH, min over chosen t of unlike(s, t))
    """
    pictures = np.stack([_tiny(s) for s in found])
    mark, chosen = np.array([s.mark for s in found]), [0]
    apart = np.full(len(found), np.inf)
    while len(chosen) < min(count, len(found)):
        apart = np.minimum(apart, np.abs(pictures - pictures[chosen[-1]]).mean((1, 2)))
        gain = mark + UNLIKE * np.minimum(ENOUGH, apart)
        gain[chosen] = -np.inf
        chosen.append(int(gain.argmax()))
    return [found[0], *sorted((found[n] for n in chosen[1:]), key=lambda s: -s.mark)]


def _tiny(s: Shown) -> np.ndarray:
    """What is seen, float32 (pictures, PX PX 3): unlike(s, t) is the mean difference of these."""
    return np.stack([cv2.GaussianBlur(cv2.resize(p, (PX, PX), interpolation=cv2.INTER_AREA), (0, 0), BLUR).ravel() for p in s.pictures])
