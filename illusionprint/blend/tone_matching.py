"""Photographs brought to common tones: one smooth, monotone curve a channel (midway equalisation).

    q_k(u)   the quantiles of L*, a* or b* of picture k at LEVELS levels u, smoothed
    f_k    = argmin sum_u (f - m)^2 + SMOOTHNESS sum (change of slope)^2 + SLOPE_PRIOR sum (slope - 1)^2,   m = mean over k of f_k, in rounds from f_k = q_k
    curve of k:  q_k(u) -> f_k(u),   its slopes between SLOPE_LIMITS, a bounded least-squares problem

With the same histograms, pieces can be exchanged that differ in place only (Delon, Midway image equalization, Journal of Mathematical
Imaging and Vision 21, 2004). L* keeps at least the share MIN_DEVIATION of its standard deviation: a washed-out picture is nobody's. So where one picture
is black on white, its curve ends there, and the other one meets it with more contrast.
"""

import math
from collections.abc import Sequence

import cv2
import numpy as np
from scipy.optimize import lsq_linear

from ..errors import BadValue

MIN_DEVIATION = 0.715  # of the deviation of L*
SLOPE_LIMITS = ((0.4, 3.0), (0.6, 1.6))  # of L*, of a* and b*: steeper ones make bands of what a camera's noise is, flatter ones fog
SMOOTHNESS, SLOPE_PRIOR = 0.02, 0.02  # in units of the variance
ROUNDS = 4
CORRECTIONS = 3  # corrections of MIN_DEVIATION, since quantiles and the gamut change a deviation a little
LEVELS = np.linspace(0.002, 0.998, 33)
MIN_CONTRAST_L = 1.5  # deviation of L* below which nothing can be seen
_KERNEL = np.array([1, 2, 3, 2, 1]) / 9
Curve = tuple[np.ndarray, np.ndarray, tuple[float, float]]


def match_tones(*pictures: np.ndarray) -> tuple[np.ndarray, ...]:
    """Match the L*a*b* histograms of pictures (h, w, 3) in [0, 1]. Raises BadValue for one without contrast."""
    labs = [to_lab(x) for x in pictures]
    for k, x in enumerate(labs, 1):
        if (sd := x[..., 0].std()) < MIN_CONTRAST_L:
            raise BadValue(f"picture {k} has hardly any light and dark in it (L* deviates by {sd:.1f}); take one that shows something.")
    small = [subsample(x) for x in labs]
    colours = [_channel_curves(small, c, [0.0] * len(labs)) for c in (1, 2)]
    light = _lightness_curves(small, colours)
    return tuple(apply_curves(x, parts) for x, *parts in zip(labs, light, *colours))


def to_lab(x: np.ndarray) -> np.ndarray:
    """A picture in [0, 1] in CIE L*a*b*, float32."""
    return cv2.cvtColor(x.astype(np.float32, copy=False), cv2.COLOR_RGB2LAB)


def _lightness_curves(small: Sequence[np.ndarray], colours: Sequence[Sequence[Curve]]) -> list[Curve]:
    """Of L*: MIN_DEVIATION is asked for again until it is what pictures in the gamut keep of their deviation."""
    least, before = np.full(len(small), MIN_DEVIATION), np.array([x[..., 0].std() for x in small])
    for _ in range(CORRECTIONS):
        light = _channel_curves(small, 0, least)
        made = [apply_curves(x, parts) for x, *parts in zip(small, light, *colours)]
        kept = np.array([to_lab(x)[..., 0].std() for x in made]) / before
        if (kept > MIN_DEVIATION - 0.005).all():
            break
        least = np.where(kept > MIN_DEVIATION - 0.005, least, least * MIN_DEVIATION / kept)
    return light


def _channel_curves(labs: Sequence[np.ndarray], channel: int, least: Sequence[float] | np.ndarray) -> list[Curve]:
    """The curve of a channel of each picture: (its quantiles, where they go, bounds of the slopes)."""
    slopes = SLOPE_LIMITS[channel > 0]
    found = [quantiles(x[..., channel]) for x in labs]
    return [(q, f, slopes) for q, f in zip(found, midway_curves(found, least, slopes))]


def apply_curves(lab: np.ndarray, along: Sequence[Curve]) -> np.ndarray:
    """A picture in L*a*b* with its channels carried along their curves, as RGB."""
    return np.clip(cv2.cvtColor(np.stack([apply_curve(lab[..., c], *curve) for c, curve in enumerate(along)], -1), cv2.COLOR_LAB2RGB), 0, 1)


def subsample(x: np.ndarray) -> np.ndarray:
    """At most a quarter of a million pixels of a picture."""
    step = max(1, math.ceil((x[..., 0].size / 250_000) ** 0.5))
    return np.ascontiguousarray(x[::step, ::step])


def quantiles(x: np.ndarray) -> np.ndarray:
    """float64 (33,): rising, smoothed over neighbouring levels."""
    smooth = smooth_levels(np.quantile(x, LEVELS))
    return np.maximum.accumulate(smooth + np.arange(len(smooth)) * 1e-4)


def smooth_levels(x: np.ndarray) -> np.ndarray:
    """A line of values averaged over five neighbours each, its ends going on straight."""
    return np.convolve(np.pad(x, 2, mode="reflect", reflect_type="odd"), _KERNEL, "valid")


def midway_curves(found: Sequence[np.ndarray], least: Sequence[float] | np.ndarray, slopes: tuple[float, float]) -> list[np.ndarray]:
    """Where the quantiles of each picture go; least: the share of its deviation that each keeps."""
    mean, f = np.mean([q.mean() for q in found]), [q - q.mean() for q in found]
    for _ in range(ROUNDS):
        middle = np.mean(f, 0)
        f = [g * max(1.0, some * q.std() / max(g.std(), 1e-9)) for q, some, g in ((q, some, nearest_curve(q, middle, slopes)) for q, some in zip(found, least))]
    return [mean + g for g in f]


def nearest_curve(q: np.ndarray, goal: np.ndarray, slopes: tuple[float, float]) -> np.ndarray:
    """The curve of bounded slopes through q that comes nearest to the goal, both of mean 0: f = B s, s the slopes between the levels."""
    n = len(q) - 1
    basis = np.tril(np.ones((n + 1, n)), -1) * np.diff(q)
    basis -= basis.mean(0)
    smooth, own = (q.std() * weight**0.5 for weight in (SMOOTHNESS, SLOPE_PRIOR))
    system = np.vstack([basis, smooth * np.diff(np.eye(n), axis=0), own * np.eye(n)])
    return basis @ lsq_linear(system, np.concatenate([goal, np.zeros(n - 1), np.full(n, own)]), slopes, method="bvls").x


def apply_curve(x: np.ndarray, q: np.ndarray, to: np.ndarray, slopes: tuple[float, float]) -> np.ndarray:
    """float32: x along the curve from q to `to`; beyond its ends the last slopes go on."""
    first, last = ((to[i + 1] - to[i]) / (q[i + 1] - q[i]) for i in (0, -2))
    out = np.interp(x, q, to).astype(np.float32)
    out += np.float32(np.clip(first, *slopes)) * np.minimum(x - np.float32(q[0]), 0)
    out += np.float32(np.clip(last, *slopes)) * np.maximum(x - np.float32(q[-1]), 0)
    return out
