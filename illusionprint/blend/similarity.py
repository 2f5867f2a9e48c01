"""How well a picture shows its target: three opinions at three scales, weighted by the target's importance.

    structure   sum w SSIM / sum w                                       (Wang et al. 2004, Gaussian window of sigma 1.5)
    contours    sum <grad a, grad b> / sqrt(sum |grad a|^2 sum |grad b|^2)        ghosts of another picture count against it
    colour      sum w <a - ma, b - mb> / sqrt(sum w |a - ma|^2 sum w |b - mb|^2)  ma, mb the weighted means

on opponent colours (luma, red-green, yellow-blue). Half of the score is structure, a quarter each of the others.
"""

import cv2
import numpy as np

GROUND_EXTRA = 0.15  # what the ground counts beyond its importance: people see ghosts of the other picture there first
SCALES = 3
_OPPONENT = np.array([[0.3, 0.59, 0.11], [0.5, -0.5, 0.0], [0.25, 0.25, -0.5]], np.float32)


def similarity(seen: np.ndarray, target: np.ndarray, weight: np.ndarray) -> float:
    """Mean of the three opinions over scales 1, 2, 4; 1 for equal pictures. seen, target float32 (h, w, 3), weight of any size."""
    a: np.ndarray = seen @ _OPPONENT.T
    b: np.ndarray = target @ _OPPONENT.T
    w: np.ndarray = cv2.resize(weight, seen.shape[1::-1], interpolation=cv2.INTER_AREA)
    total = 0.0
    for _ in range(SCALES):
        total += _structure(a, b, w + GROUND_EXTRA) / 2 + _contours(a, b) / 4 + _colour(a, b, w) / 4
        size = (a.shape[1] // 2, a.shape[0] // 2)
        a, b, w = (cv2.resize(x, size, interpolation=cv2.INTER_AREA) for x in (a, b, w))
    return total / SCALES


def _structure(a: np.ndarray, b: np.ndarray, w: np.ndarray) -> float:
    return float((ssim(a, b).mean(-1) * w).sum() / w.sum())


def _contours(a: np.ndarray, b: np.ndarray) -> float:
    g, h = (np.stack([cv2.Sobel(x, cv2.CV_32F, 1, 0), cv2.Sobel(x, cv2.CV_32F, 0, 1)]) for x in (a, b))
    return _cosine(g, h)


def _colour(a: np.ndarray, b: np.ndarray, w: np.ndarray) -> float:
    w = w[..., None]
    p, q = ((x - (w * x).sum((0, 1)) / w.sum()) * np.sqrt(w) for x in (a, b))
    return _cosine(p, q)


def _cosine(p: np.ndarray, q: np.ndarray) -> float:
    """<p, q> / (|p| |q|); 1 for two that are nothing."""
    size = float((p * p).sum()) * float((q * q).sum())
    return float((p * q).sum()) / size**0.5 if size > 1e-12 else float(np.allclose(p, q, atol=1e-6))


def ssim(a: np.ndarray, b: np.ndarray, c1: float = 0.01**2, c2: float = 0.03**2) -> np.ndarray:
    """Local structural similarity (h, w, c): (2 ma mb + c1)(2 cov + c2) / ((ma^2 + mb^2 + c1)(va + vb + c2))."""

    def blur(x: np.ndarray) -> np.ndarray:
        return cv2.GaussianBlur(x, (0, 0), 1.5).reshape(a.shape)

    ma, mb = blur(a), blur(b)
    va, vb, cov = blur(a * a) - ma * ma, blur(b * b) - mb * mb, blur(a * b) - ma * mb
    return (2 * ma * mb + c1) * (2 * cov + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2))
