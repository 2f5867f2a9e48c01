"""Blend by two bands, for photographs: the coarse band by weight, the fine band nearly winner takes all.

    G = Gaussian of sigma = cell / 2 (no board: side / 32),  L = G * I,  H = I - L
    X = (w_a L_a + w_b L_b) / (w_a + w_b) + (w_a^4 H_a + w_b^4 H_b) / (w_a^4 + w_b^4)

everything of picture b as it lies in assembly 1 (views move its pixels). Contours and eyes keep full contrast.
"""
from __future__ import annotations

import cv2
import numpy as np

from ..views import PermutationView, View

FINE = 4.0


def salience(rgb: np.ndarray) -> np.ndarray:
    """w = 0.25 + 2 g / p99(g), g the smoothed gradient of lightness and colour at a working size of 320 px; float32 (h, w)."""
    h, w = rgb.shape[:2]
    k = min(1.0, 320 / min(h, w))
    small = cv2.resize(rgb, (max(8, round(w * k)), max(8, round(h * k))), interpolation=cv2.INTER_AREA)
    s = cv2.GaussianBlur(small, (0, 0), 1.2)
    g = np.sqrt(sum((cv2.Sobel(s, cv2.CV_32F, dx, dy) ** 2).sum(-1) for dx, dy in ((1, 0), (0, 1))))
    g = cv2.GaussianBlur(g, (0, 0), 4.0)
    out = 0.25 + 2 * g / (np.percentile(g, 99) + 1e-6)
    return cv2.resize(out.astype(np.float32), (w, h), interpolation=cv2.INTER_LINEAR)


def bands(a: np.ndarray, b: np.ndarray, wa: np.ndarray, wb: np.ndarray, view: View, sigma: float) -> np.ndarray:
    """float32 (h, w, 3) in [0, 1]: what is printed. a, b (h, w, 3) as they should be seen; wa, wb (h, w); sigma in pixels."""
    low_a, low_b = _low(a, sigma), _low(b, sigma)

    def back(x: np.ndarray) -> np.ndarray:
        return np.moveaxis(view.inverse(np.moveaxis(x, -1, 0)), 0, -1)
    v = back(wb[..., None]) if isinstance(view, PermutationView) else wb[..., None]
    share = wa[..., None] / (wa[..., None] + v)
    out = share * low_a + (1 - share) * (back(low_b - 0.5) + 0.5)
    power = wa[..., None] ** FINE
    share = power / (power + v**FINE)
    out += share * (a - low_a) + (1 - share) * back(b - low_b)
    return np.clip(out, 0, 1)


def _low(x: np.ndarray, sigma: float) -> np.ndarray:
    """Gaussian, mirrored at the edges; large ones on a reduced picture."""
    k = max(1, int(sigma / 6))
    if k == 1:
        return cv2.GaussianBlur(x, (0, 0), sigma, borderType=cv2.BORDER_REFLECT)
    h, w = x.shape[:2]
    small = cv2.resize(x, (max(2, w // k), max(2, h // k)), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma / k, borderType=cv2.BORDER_REFLECT)
    return cv2.resize(small, (w, h), interpolation=cv2.INTER_CUBIC)
