"""Two photographs brought to one shape and one tone, fitted to a board and blended."""
from __future__ import annotations

import cv2
import numpy as np

from ..errors import BadValue
from ..jigsaw import Arrangement, Cut
from ..jigsaw.fit import fit
from ..views import View, seen
from .bands import balanced

TONE = 0.6  # how far both go towards their common tone; lightness keeps 70 % of its deviation and more


def cropped(rgb: np.ndarray, size_px: tuple[int, int]) -> np.ndarray:
    """The middle of a picture in the shape of the board, float32 (h, w, 3), area-averaged down or cubic up."""
    h, w = size_px
    k = max(h / rgb.shape[0], w / rgb.shape[1])
    ch, cw = min(rgb.shape[0], round(h / k)), min(rgb.shape[1], round(w / k))
    y, x = (rgb.shape[0] - ch) // 2, (rgb.shape[1] - cw) // 2
    part = rgb[y: y + ch, x: x + cw]
    return np.clip(cv2.resize(part, (w, h), interpolation=cv2.INTER_AREA if k < 1 else cv2.INTER_CUBIC), 0, 1)


def toned(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both with mean and deviation of each L*a*b* channel moved by TONE towards the pair's common ones.

    Raises BadValue for a picture of one tone: it cannot be seen among the pieces of another.
    """
    labs = [cv2.cvtColor(x.astype(np.float32), cv2.COLOR_RGB2LAB) for x in (a, b)]
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
    s = 12 if cut.count <= 400 else 6
    size = (cut.cols * s, cut.rows * s)
    small = [cv2.resize(x, size, interpolation=cv2.INTER_AREA) for x in (a, b, wa, wb)]
    return fit(*small, cut, s)[0]


def balance(a: np.ndarray, b: np.ndarray, wa: np.ndarray, wb: np.ndarray, view: View, sigma: float, cut: Cut | None) -> float:
    """`bands.balanced` on reduced pictures: whole pixels a cell, about 500 px on the longer side."""
    h, w = a.shape[:2]
    k = max(6, 500 // max(cut.rows, cut.cols)) * cut.cols / w if cut else min(1.0, 500 / max(h, w))
    size = (round(w * k), round(h * k))
    one = [cv2.resize(x, size, interpolation=cv2.INTER_AREA) for x in (a, wa)]
    turned = seen(view, np.zeros((*size[::-1], 1), np.uint8)).shape[1::-1]
    two = [cv2.resize(x, turned, interpolation=cv2.INTER_AREA) for x in (b, wb)]
    return balanced(one[0], two[0], one[1], two[1], view, sigma * k)
