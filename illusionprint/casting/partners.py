"""Which subjects make a good second picture: least conflict with a subject under a view, over a few poses and hues."""
from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from ..jigsaw import Cut
from ..jigsaw.fit import UNFIT
from ..views import View
from ..vocabulary import Drawing
from ._features import rotate_hue
from ._part import Part
from ._table import energies, features
from .board import PX, Progress, _cells, _hues, _poses, _small
from .rigid import LOST, seen_back
from .rigid import _poses as _rigid_poses
from .rigid import _small as _rigid_small

POSES, HUES = 10, 4
Score = Callable[[Drawing], float]


def partners(drawing: Drawing, others: Iterable[Drawing], view: View | None, cut: Cut | None, progress: Progress = None) -> list[tuple[float, str]]:
    """(conflict, subject) by rising conflict; a board (view None) counts each piece in its best slot, a lower bound.

    Poses and hues are few and the same for all, so the figures rank; a casting finds less conflict than they say.
    """
    others = list(others)
    rng = np.random.default_rng(0)
    score = _on_board(drawing, cut, rng) if cut else _turned(drawing, view, rng)
    out = []
    for n, other in enumerate(others):
        if other.subject != drawing.subject:
            out.append((score(other), other.subject))
        if progress and n % 20 == 0:
            progress(n, len(others), "comparing")
    return sorted(out)


def _turned(drawing: Drawing, view: View, rng: np.random.Generator) -> Score:
    poses, hues = _rigid_poses(rng, 3 * POSES), _hues(rng, HUES)
    a, lost = _rigid_small([Part(drawing, p) for p in poses])
    first, energy = features(a[lost < LOST], False), energies(a[lost < LOST])

    def score(other: Drawing) -> float:
        b, gone = _rigid_small([Part(other, p) for p in poses[:POSES]])
        b = b[gone < LOST] if (gone < LOST).any() else b
        b = np.concatenate([rotate_hue(b, h) for h in hues])
        table = first @ features(seen_back(view, b), True).T / ((energy[:, None] + energies(b)[None]) / 2 + 1e-6)
        return float(table.min())
    return score


def _on_board(drawing: Drawing, cut: Cut, rng: np.random.Generator) -> Score:
    poses, hues = _poses(rng, POSES), _hues(rng, HUES)
    a = np.stack([_small(Part(drawing, p), cut, PX) for p in poses])
    first, energy = np.concatenate([features(_cells(x, cut), False) for x in a]), energies(a)
    bar = np.where(cut.fits, 0, UNFIT).astype(np.float32)

    def score(other: Drawing) -> float:
        least = np.inf
        for hue in hues:
            b = _small(Part(other, poses[0], hue), cut, PX)
            cells = _cells(b, cut)
            cost = np.stack([(first @ features(np.rot90(cells, k, (1, 2)), True).T).reshape(len(a), cut.count, -1) for k in range(4)], 1)
            best = (cost + bar).min((1, 3)).sum(1) / ((energy + energies(b[None])) / 2 + 1e-6)
            least = min(least, float(best.min()))
        return least
    return score
