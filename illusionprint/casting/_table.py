"""Conflict of all poses of one picture against all of another, as matrix products.

With w = g + s alpha, the weight w_a w_b / (w_a + w_b) is nearly bilinear in the two alphas; the bilinear form through its four
corner values makes every cost a scalar product of features:

    c(x, y) |a - b|^2,  c(x, y) = c00 + c10 x + c01 y + c11 x y
"""
from __future__ import annotations

import numpy as np

from ._features import GROUND, SUBJECT


def _corners() -> tuple[float, float, float, float]:
    def c(x: int, y: int) -> float:
        u, v = GROUND + SUBJECT * x, GROUND + SUBJECT * y
        return u * v / (u + v)
    return c(0, 0), c(1, 0) - c(0, 0), c(0, 1) - c(0, 0), c(1, 1) - c(1, 0) - c(0, 1) + c(0, 0)


def features(rgba: np.ndarray, second: bool) -> np.ndarray:
    """float32 (..., 20 * pixels) of patches (..., h, w, 4): <first, second> is the conflict of two patches, on white grounds."""
    a, x = rgba[..., :3] - rgba[..., 3:], rgba[..., 3:]  # relative to white
    square, one = (a**2).sum(-1, keepdims=True), np.ones_like(x)
    base = np.concatenate([one, square, a] if second else [square, one, -2 * a], -1)
    c = _corners()
    parts = [base, x * base, base, x * base] if not second else [c[0] * base, c[1] * base, c[2] * x * base, c[3] * x * base]
    out = np.concatenate(parts, -1)
    return out.reshape(*out.shape[:-3], -1).astype(np.float32)


def energies(rgba: np.ndarray) -> np.ndarray:
    """Contrast energy against white, sum w |I - white|^2 of pictures (n, h, w, 4)."""
    a, w = rgba[..., :3] - rgba[..., 3:], GROUND + SUBJECT * rgba[..., 3]
    return (w * (a**2).sum(-1)).sum((1, 2))
