"""Photographs brought to common tones: one smooth, monotone curve a channel (midway equalisation).

    q_k(u)   the quantiles of L*, a* or b* of picture k at LEVELS levels u, smoothed
    m(u)   = mean over k of q_k(u)                       the histogram that lies midway between all
    curve of k:  q_k(u) -> q_k(u) + t (m(u) - q_k(u)),   its slopes held between SLOPES, its mean kept

With the same histograms, pieces can be exchanged that differ in place only (Delon, Midway image equalization, Journal of Mathematical
Imaging and Vision 21, 2004). L* keeps at least the share LEAST of its standard deviation: a washed-out picture is nobody's.
"""
from __future__ import annotations

import cv2
import numpy as np

from ..errors import BadValue

STRENGTH = 1.0        # t; the least deviation and the slopes hold it back
LEAST = 0.8           # of the deviation of L*
SLOPES = (0.6, 1.6)   # steeper ones make bands of what a camera's noise is, flatter ones fog
LEVELS = np.linspace(0.002, 0.998, 33)
DULL = 1.5            # deviation of L* below which nothing can be seen
_SMOOTH = np.array([1, 2, 3, 2, 1]) / 9


def toned(*pictures: np.ndarray) -> tuple[np.ndarray, ...]:
    """All pictures (h, w, 3) in [0, 1] with their L*a*b* channels brought near the common histogram.

    Raises BadValue for a picture of one tone: it cannot be seen among the pieces of another.
    """
    labs = [cv2.cvtColor(x.astype(np.float32), cv2.COLOR_RGB2LAB) for x in pictures]
    for k, x in enumerate(labs, 1):
        if (sd := x[..., 0].std()) < DULL:
            raise BadValue(f"picture {k} has hardly any light and dark in it (L* deviates by {sd:.1f}); take one that shows something.")
    for channel in range(3):
        found = [quantiles(x[..., channel]) for x in labs]
        for x, q in zip(labs, found):
            x[..., channel] = carried(x[..., channel], q, curve(q, np.mean(found, 0), 0.0 if channel else LEAST))
    return tuple(np.clip(cv2.cvtColor(x, cv2.COLOR_LAB2RGB), 0, 1) for x in labs)


def quantiles(x: np.ndarray) -> np.ndarray:
    """float64 (33,): rising, smoothed over neighbouring levels; of at most a quarter of a million pixels."""
    step = max(1, int((x.size / 250_000) ** 0.5))
    q = np.quantile(x[::step, ::step], LEVELS)
    smooth = np.convolve(np.pad(q, 2, mode="reflect", reflect_type="odd"), _SMOOTH, "valid")
    return np.maximum.accumulate(smooth + np.arange(len(q)) * 1e-4)


def curve(q: np.ndarray, middle: np.ndarray, least: float) -> np.ndarray:
    """Where each quantile goes: STRENGTH of the way to the middle, within SLOPES, with at least the share `least` of its deviation."""
    goal, steps = q + STRENGTH * (middle - q), np.diff(q)
    out = np.concatenate([[0.0], np.cumsum(np.clip(np.diff(goal) / steps, *SLOPES) * steps)])
    out -= out.mean()
    return goal.mean() + out * max(1.0, least * q.std() / max(out.std(), 1e-9))


def carried(x: np.ndarray, q: np.ndarray, to: np.ndarray) -> np.ndarray:
    """float32: x along the curve from q to `to`; beyond its ends the last slopes go on."""
    first, last = ((to[i + 1] - to[i]) / (q[i + 1] - q[i]) for i in (0, -2))
    out = np.interp(x, q, to)
    out += np.clip(first, *SLOPES) * np.minimum(x - q[0], 0) + np.clip(last, *SLOPES) * np.maximum(x - q[-1], 0)
    return out.astype(np.float32)
