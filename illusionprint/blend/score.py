"""How well a picture shows its target: structural similarity at three scales, weighted by the target's importance."""
from __future__ import annotations

import cv2
import numpy as np

GHOSTS = 0.15  # what the ground counts beyond its importance: people see ghosts of the other picture there first
_OPPONENT = np.array([[0.3, 0.59, 0.11], [0.5, -0.5, 0.0], [0.25, 0.25, -0.5]], np.float32)


def seen_score(seen: np.ndarray, target: np.ndarray, weight: np.ndarray) -> float:
    """Mean over scales 1, 2, 4 of sum w SSIM / sum w on opponent colours (luma, red-green, yellow-blue). 1 for equal pictures.

    seen, target float32 (h, w, 3). SSIM: Wang et al. 2004, Gaussian window of sigma 1.5.
    """
    a, b = (x @ _OPPONENT.T for x in (seen, target))
    w = cv2.resize(weight, seen.shape[1::-1], interpolation=cv2.INTER_AREA) + GHOSTS
    total = 0.0
    for _ in range(3):
        total += float((ssim(a, b).mean(-1) * w).sum() / w.sum()) / 3
        size = (a.shape[1] // 2, a.shape[0] // 2)
        a, b, w = (cv2.resize(x, size, interpolation=cv2.INTER_AREA) for x in (a, b, w))
    return total


def ssim(a: np.ndarray, b: np.ndarray, c1: float = 0.01**2, c2: float = 0.03**2) -> np.ndarray:
    """Local structural similarity (h, w, c): (2 ma mb + c1)(2 cov + c2) / ((ma^2 + mb^2 + c1)(va + vb + c2))."""
    def blur(x: np.ndarray) -> np.ndarray:
        return cv2.GaussianBlur(x, (0, 0), 1.5).reshape(a.shape)
    ma, mb = blur(a), blur(b)
    va, vb, cov = blur(a * a) - ma * ma, blur(b * b) - mb * mb, blur(a * b) - ma * mb
    return (2 * ma * mb + c1) * (2 * cov + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2))
