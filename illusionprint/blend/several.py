"""Three and more photographs in one, by the bands of `bands`: the shares of all pictures where they lie on each other.

    X = sum_n sum_k s_kn I_kn,   s_kn = (t_k w_k)^e_n / sum_j (t_j w_j)^e_n

I_kn band n of picture k as it lies in assembly 1; t_k the balance at which all pictures come out equally well.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from ..casting.board_many import fit_all
from ..jigsaw import Arrangement, Cut, Mesh, neighbours
from ..jigsaw.fit import fine_px
from ..views import PermutationView, View, apply_view
from .composite import shown_sizes
from .multiband import BANDS, MAX_BALANCE, MID_GREY, low_pass


def blend_many(pictures: Sequence[np.ndarray], weights: Sequence[np.ndarray], views: Sequence[View], sigma: float, balance: Sequence[float]) -> np.ndarray:
    """float32 (h, w, 3) in [0, 1]: what is printed. pictures (h, w, 3) as they should be seen, views of all after the first; sigma in pixels."""
    every: list[View | None] = [None, *views]
    w = [t * (_back(v, x[..., None]) if isinstance(v, PermutationView) else x[..., None]) for t, x, v in zip(balance, weights, every)]
    rest, out = [x - MID_GREY for x in pictures], np.full_like(pictures[0], MID_GREY)
    for width, exponent in BANDS:
        low = [low_pass(x, width * sigma) if width else x for x in rest]
        raised = [x**exponent for x in w]
        out += sum(s * _back(v, x) for s, x, v in zip(raised, low, every)) / sum(raised)
        rest = [x - y for x, y in zip(rest, low)]
    return np.clip(out, 0, 1)


def _back(v: View | None, x: np.ndarray) -> np.ndarray:
    return x if v is None else np.moveaxis(v.inverse(np.moveaxis(x, -1, 0)), 0, -1)


def balance_many(pictures: Sequence[np.ndarray], weights: Sequence[np.ndarray], views: Sequence[View], sigma: float, rounds: int = 8) -> list[float]:
    """t_k at which all mean square errors come out nearly equal: t_k <- t_k (e_k / mean e)^0.7, the geometric mean kept at 1."""
    t = np.ones(len(pictures))
    for _ in range(rounds):
        x = blend_many(pictures, weights, views, sigma, t)
        shown = [x, *(apply_view(v, x) for v in views)]
        e = np.array([np.mean((a - b) ** 2) for a, b in zip(shown, pictures)]) + 1e-9
        t = t * (e / e.mean()) ** 0.7
        t = np.clip(t / np.exp(np.log(t).mean()), 1 / MAX_BALANCE, MAX_BALANCE)
    return [round(float(v), 4) for v in t]


def fit_arrangement_many(pictures: Sequence[np.ndarray], weights: Sequence[np.ndarray], cut: Cut | Mesh) -> Arrangement:
    """The board's arrangement fitted to all pictures (h, w, 3) and their weights, at 12 px a piece (6 on large boards), and to their seams."""
    s = fine_px(cut)
    small, light = ([cv2.resize(x, cut.size_px(s)[::-1], interpolation=cv2.INTER_AREA) for x in found] for found in (pictures, weights))
    state = fit_all(small, light, cut)
    return neighbours.nearer(state.arrangement(cut), lambda k, slots, turns: replace(state, slots=slots, turns=turns).costs(k, cut), neighbours.sides(small, cut, s))


def resized(found: Sequence[np.ndarray], size_px: tuple[int, int], views: Sequence[View]) -> list[np.ndarray]:
    """Pictures at a size (h, w) in the first's frame, each in its own."""
    return [cv2.resize(x, (w, h), interpolation=cv2.INTER_AREA) for x, (h, w) in zip(found, shown_sizes(views, size_px))]
