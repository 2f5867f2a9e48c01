"""Tones once more, now that it is known which places lie on each other: every picture's curves go to what it meets there.

    m_k(u) = mean over the pixels p of picture k near level u of (X_k(p) + mean over the others of X_j(p)) / 2,   all as picture k is seen
    f_k    = the curve of bounded slopes nearest to m_k (`tone_matching`), in rounds from the pictures as they are toned,   X_k = f_k(I_k)

a channel of L*a*b* at a time. Common histograms are the best that can be done before the pieces are arranged; afterwards a level of one picture
meets certain levels of the others, not the same quantile. A picture keeps as much of its own deviation as it had, or all of it where
it had been given more, so nothing is won by fog.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from ..views import View, apply_view, undo_view
from .tone_matching import CORRECTIONS, SLOPE_LIMITS, Curve, apply_curves, nearest_curve, quantiles, smooth_levels, subsample, to_lab

ROUNDS = 3
TOLERANCE = 0.005  # of the deviation of L*: what gamut and rounding may take


def refine_tones(raw: Sequence[np.ndarray], toned: Sequence[np.ndarray], small: Sequence[np.ndarray], views: Sequence[View]) -> list[np.ndarray]:
    """Match the tones of pictures (h, w, 3) in [0, 1] anew from `raw`, given where they lie; views of all after the first.
    toned: as `tone_matching.match_tones` or this gave them; small: the raw ones, reduced so that the views fit them.
    """
    labs, fewer = [to_lab(x) for x in small], [subsample(to_lab(x)) for x in raw]
    shown = [cv2.resize(x, s.shape[1::-1], interpolation=cv2.INTER_AREA) for x, s in zip(toned, small)]
    least = np.minimum(1, _deviation_ratio(fewer, [subsample(to_lab(x)) for x in toned]))
    asked = least.copy()
    for _ in range(CORRECTIONS):
        along = _curves(labs, shown, views, asked)
        kept = _deviation_ratio(fewer, [to_lab(apply_curves(x, parts)) for x, parts in zip(fewer, along)])
        if (kept[:, 0] > least[:, 0] - TOLERANCE).all():
            break
        asked[:, 0] *= np.maximum(1, least[:, 0] / kept[:, 0])
    return [apply_curves(to_lab(x), parts) for x, parts in zip(raw, along)]


def _deviation_ratio(before: Sequence[np.ndarray], after: Sequence[np.ndarray]) -> np.ndarray:
    """float64 (n, 3): the deviation of each channel of each picture over what it was."""
    return np.array([x.std((0, 1), dtype=float) / (y.std((0, 1), dtype=float) + 1e-6) for x, y in zip(after, before)])


def _curves(labs: Sequence[np.ndarray], shown: Sequence[np.ndarray], views: Sequence[View], least: np.ndarray) -> list[list[Curve]]:
    """The three curves of every picture."""
    levels, middle = [[quantiles(x[..., c]) for c in range(3)] for x in labs], np.mean([to_lab(x).mean((0, 1)) for x in shown], 0)
    for _ in range(ROUNDS):
        goals = [to_lab(x) for x in _midway_targets(shown, views)]
        every = zip(labs, levels, goals, least)
        along = [[_curve(x[..., c], q[c], goal[..., c], SLOPE_LIMITS[c > 0], share[c], middle[c]) for c in range(3)] for x, q, goal, share in every]
        shown = [apply_curves(x, parts) for x, parts in zip(labs, along)]
    return along


def _midway_targets(shown: Sequence[np.ndarray], views: Sequence[View]) -> list[np.ndarray]:
    """Of every picture, the mean of it and of what the others have in its places."""
    first, count = _in_first(shown, views), len(shown)
    total = sum(first)
    mean = [(total + (count - 2) * x) / (2 * count - 2) for x in first]
    return [mean[0], *(apply_view(v, x) for v, x in zip(views, mean[1:]))]


def _in_first(shown: Sequence[np.ndarray], views: Sequence[View]) -> list[np.ndarray]:
    """Pictures as they lie in the first."""
    return [shown[0], *(undo_view(v, x - 0.5) + 0.5 for v, x in zip(views, shown[1:]))]


def sharing_error(shown: Sequence[np.ndarray], views: Sequence[View]) -> float:
    """The mean square error that is left if all pictures share every place evenly."""
    return float(np.var(_in_first(shown, views), 0).mean())


def _curve(own: np.ndarray, levels: np.ndarray, goal: np.ndarray, slopes: tuple[float, float], least: float, middle: float) -> Curve:
    """Curve from the quantiles of a channel towards the mean of the goal at pixels of their rank; least: the share of its deviation kept about `middle`."""
    ranked = goal.ravel()[np.argsort(own, axis=None, kind="stable")]
    to = smooth_levels(np.array([part.mean() for part in np.array_split(ranked, len(levels))]))
    f = nearest_curve(levels, to - to.mean(), slopes)
    return levels, middle + f * max(1.0, least * levels.std() / max(f.std(), 1e-9)), slopes
