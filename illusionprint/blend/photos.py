"""Two photographs brought to one shape and one tone, fitted to a board and blended."""
from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ..errors import BadValue
from ..jigsaw import Arrangement, Cut
from ..jigsaw.fit import fine_px, fit
from ..views import PermutationView, View
from .bands import balanced, salience

TONE = 0.6  # how far both go towards their common tone; lightness keeps 70 % of its deviation and more


@dataclass(frozen=True)
class Crop:
    """zoom 1 shows as much as the board's shape allows; x, y in [-1, 1]: where in the room that is left, 0 the middle."""

    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0

    @property
    def price(self) -> float:
        """Factor on the conflict: what is cut away, and leaving the middle, must pay."""
        return self.zoom**0.25 * (1 + 0.01 * (self.x**2 + self.y**2))


def cropped(rgb: np.ndarray, size_px: tuple[int, int], crop: Crop = Crop()) -> np.ndarray:
    """A picture in the shape of the board, float32 (h, w, 3), area-averaged down or cubic up."""
    h, w = size_px
    k = max(h / rgb.shape[0], w / rgb.shape[1]) * crop.zoom
    ch, cw = min(rgb.shape[0], round(h / k)), min(rgb.shape[1], round(w / k))
    y, x = (round((n - c) * (1 + at) / 2) for n, c, at in ((rgb.shape[0], ch, crop.y), (rgb.shape[1], cw, crop.x)))
    part = np.ascontiguousarray(rgb[y: y + ch, x: x + cw])
    return np.clip(cv2.resize(part, (w, h), interpolation=cv2.INTER_AREA if k < 1 else cv2.INTER_CUBIC), 0, 1)


def crops(count: int, seed: int) -> list[tuple[Crop, Crop]]:
    """Pairs to be tried: the plain one first, then zooms up to 1.2 and shifts of both pictures, from the seed."""
    rng = np.random.default_rng(seed)

    def one() -> Crop:
        return Crop(*(float(v) for v in np.round([rng.uniform(1, 1.2), *rng.uniform(-1, 1, 2)], 3)))
    return [(Crop(), Crop()), *((one(), one()) for _ in range(count))]


def conflict(a: np.ndarray, b: np.ndarray, cut: Cut | None, view: View | None) -> float:
    """Conflict left by the best arrangement (or under the view) over the contrast energy of both; toned pictures (h, w, 3)."""
    wa, wb = salience(a), salience(b)
    norm = sum(float((w[..., None] * (x - x.mean((0, 1))) ** 2).sum()) for x, w in ((a, wa), (b, wb))) + 1e-6
    if cut:
        return fit(a, b, wa, wb, cut, a.shape[0] // cut.rows)[1] / norm
    other = np.moveaxis(view.inverse(np.moveaxis(b - 0.5, -1, 0)), 0, -1) + 0.5
    v = np.moveaxis(view.inverse(np.moveaxis(wb[..., None], -1, 0)), 0, -1)[..., 0] if isinstance(view, PermutationView) else wb
    return float((wa * v / (wa + v) * ((a - other) ** 2).sum(-1)).sum()) / norm


def toned(*pictures: np.ndarray) -> tuple[np.ndarray, ...]:
    """All with mean and deviation of each L*a*b* channel moved by TONE towards the common ones.

    Raises BadValue for a picture of one tone: it cannot be seen among the pieces of another.
    """
    labs = [cv2.cvtColor(x.astype(np.float32), cv2.COLOR_RGB2LAB) for x in pictures]
    means = np.array([x.mean((0, 1)) for x in labs])
    sds = np.array([x.std((0, 1)) for x in labs])
    for k, sd in enumerate(sds, 1):
        if sd[0] < 1.5:
            raise BadValue(f"picture {k} has hardly any light and dark in it (L* deviates by {sd[0]:.1f}); take one that shows something.")
    goal_mean = means + TONE * (means.mean(0) - means)
    goal_sd = sds + TONE * (np.sqrt((sds**2).mean(0)) - sds)
    goal_sd[:, 0] = np.clip(goal_sd[:, 0], 0.75 * sds[:, 0], 1.3 * sds[:, 0])
    out = [(x - m) * (g / np.maximum(s, 0.5)) + c for x, m, s, g, c in zip(labs, means, sds, goal_sd, goal_mean)]
    return tuple(np.clip(cv2.cvtColor(x.astype(np.float32), cv2.COLOR_LAB2RGB), 0, 1) for x in out)


def arrangement(a: np.ndarray, b: np.ndarray, wa: np.ndarray, wb: np.ndarray, cut: Cut) -> Arrangement:
    """The board's arrangement fitted to both pictures (h, w, 3) and their salience, at 12 px a piece (6 on large boards)."""
    s = fine_px(cut)
    size = (cut.cols * s, cut.rows * s)
    small = [cv2.resize(x, size, interpolation=cv2.INTER_AREA) for x in (a, b, wa, wb)]
    return fit(*small, cut, s)[0]


def balance(a: np.ndarray, b: np.ndarray, wa: np.ndarray, wb: np.ndarray, view: View, sigma: float, cut: Cut | None) -> float:
    """`bands.balanced` on reduced pictures: whole pixels a cell, about 500 px on the longer side."""
    h, w = a.shape[:2]
    k = max(6, 500 // max(cut.rows, cut.cols)) * cut.cols / w if cut else min(1.0, 500 / max(h, w))
    size = (round(w * k), round(h * k))
    one = [cv2.resize(x, size, interpolation=cv2.INTER_AREA) for x in (a, wa)]
    two = [cv2.resize(x, view.shown_size(size), interpolation=cv2.INTER_AREA) for x in (b, wb)]
    return balanced(one[0], two[0], one[1], two[1], view, sigma * k)
