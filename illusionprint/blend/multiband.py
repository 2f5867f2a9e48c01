"""Multi-band blending of photographs: the coarse band nearly evenly, the finer ones the more by importance.

After Burt and Adelson, A multiresolution spline with application to image mosaics, ACM Transactions on Graphics 2 (1983).

    I = sum_n I_n,   I_0 = G(sigma) * I,   I_1 = G(sigma / 4) * (I - I_0),   I_2 = I - I_0 - I_1
    X = sum_n s_n A_n + (1 - s_n) B_n,   s_n = (t w_a)^e_n / ((t w_a)^e_n + w_b^e_n),   e = 1/2, 1, 2

For more pictures s_kn = (t_k w_k)^e_n / sum_j (t_j w_j)^e_n. Everything of picture B as it lies in assembly 1 (views move its pixels); sigma is half a cell (no board: side / 32), t the balance at
which both pictures come out equally well. An even share is the least squares answer, and spares seams; exponents give contours and eyes
their contrast.
"""

import math
from collections.abc import Sequence

import cv2
import numpy as np

from ..views import PermutationView, View, apply_view, undo_view

Arrays = Sequence[np.ndarray]
BANDS = ((1.0, 0.5), (0.25, 1.0), (0.0, 2.0))  # (Gaussian in units of sigma, exponent); the last band is what is left
FLAT_SALIENCY = 0.25  # salience of what has no contours
MID_GREY = 0.5  # views of colours turn about it
MAX_BALANCE = 12.0  # what one picture may count against the other


def saliency(rgb: np.ndarray) -> np.ndarray:
    """w = FLAT_SALIENCY + 2 g / p99(g), g the smoothed gradient of lightness and colour at a working size of 320 px; float32 (h, w)."""
    h, w = rgb.shape[:2]
    k = min(1.0, 320 / min(h, w))
    small = cv2.resize(rgb, (max(8, round(w * k)), max(8, round(h * k))), interpolation=cv2.INTER_AREA)
    s = cv2.GaussianBlur(small, (0, 0), 1.2)
    g = np.sqrt(sum((cv2.Sobel(s, cv2.CV_32F, dx, dy) ** 2).sum(-1) for dx, dy in ((1, 0), (0, 1))))
    g = cv2.GaussianBlur(g, (0, 0), 4.0)
    out = FLAT_SALIENCY + 2 * g / (np.percentile(g, 99) + 1e-6)
    return cv2.resize(out.astype(np.float32), (w, h), interpolation=cv2.INTER_LINEAR)


def blend_two(a: np.ndarray, b: np.ndarray, wa: np.ndarray, wb: np.ndarray, view: View, sigma: float, balance: float = 1.0) -> np.ndarray:
    """float32 (h, w, 3) in [0, 1]: what is printed. a, b (h, w, 3) as they should be seen; wa, wb (h, w); sigma in pixels."""
    u = balance * wa[..., None]
    v = undo_view(view, wb[..., None]) if isinstance(view, PermutationView) else wb[..., None]
    rest_a, rest_b, out = a - MID_GREY, b - MID_GREY, np.full_like(a, MID_GREY)
    for width, exponent in BANDS:
        low_a, low_b = (low_pass(x, width * sigma) if width else x for x in (rest_a, rest_b))
        share = u**exponent / (u**exponent + v**exponent)
        out += share * low_a + (1 - share) * undo_view(view, low_b)
        rest_a, rest_b = rest_a - low_a, rest_b - low_b
    return np.clip(out, 0, 1)


def balance_two(a: np.ndarray, b: np.ndarray, wa: np.ndarray, wb: np.ndarray, view: View, sigma: float) -> float:
    """The balance t at which the mean square error of both pictures is the same, by bisection of log t; arguments as in `blend_two`."""
    low, high = math.log(1 / MAX_BALANCE), math.log(MAX_BALANCE)
    for _ in range(10):
        middle = (low + high) / 2
        x = blend_two(a, b, wa, wb, view, sigma, math.exp(middle))
        better = np.mean((x - a) ** 2) < np.mean((apply_view(view, x) - b) ** 2)
        low, high = (low, middle) if better else (middle, high)
    return round(math.exp((low + high) / 2), 4)


def blend_many(pictures: Arrays, weights: Arrays, views: Sequence[View], sigma: float, balance: Sequence[float] | np.ndarray) -> np.ndarray:
    """float32 (h, w, 3) in [0, 1]: what is printed. pictures (h, w, 3) as they should be seen, views of all after the first; sigma in pixels."""
    every: list[View | None] = [None, *views]
    w = [t * (undo_view(v, x[..., None]) if isinstance(v, PermutationView) else x[..., None]) for t, x, v in zip(balance, weights, every)]
    rest, out = [x - MID_GREY for x in pictures], np.full_like(pictures[0], MID_GREY)
    for width, exponent in BANDS:
        low = [low_pass(x, width * sigma) if width else x for x in rest]
        raised = [x**exponent for x in w]
        out += sum(s * (undo_view(v, x) if v else x) for s, x, v in zip(raised, low, every)) / sum(raised)
        rest = [x - y for x, y in zip(rest, low)]
    return np.clip(out, 0, 1)


def balance_many(pictures: Arrays, weights: Arrays, views: Sequence[View], sigma: float, rounds: int = 8) -> list[float]:
    """t_k at which all mean square errors come out nearly equal: t_k <- t_k (e_k / mean e)^0.7, the geometric mean kept at 1."""
    t = np.ones(len(pictures))
    for _ in range(rounds):
        x = blend_many(pictures, weights, views, sigma, t)
        shown = [x, *(apply_view(v, x) for v in views)]
        e = np.array([np.mean((a - b) ** 2) for a, b in zip(shown, pictures)]) + 1e-9
        t = t * (e / e.mean()) ** 0.7
        t = np.clip(t / np.exp(np.log(t).mean()), 1 / MAX_BALANCE, MAX_BALANCE)
    return [round(float(v), 4) for v in t]


def low_pass(x: np.ndarray, sigma: float) -> np.ndarray:
    """Gaussian, mirrored at the edges; large ones on a reduced picture."""
    k = max(1, int(sigma / 6))
    if k == 1:
        return cv2.GaussianBlur(x, (0, 0), sigma, borderType=cv2.BORDER_REFLECT)
    h, w = x.shape[:2]
    small = cv2.resize(x, (max(2, w // k), max(2, h // k)), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma / k, borderType=cv2.BORDER_REFLECT)
    return cv2.resize(small, (w, h), interpolation=cv2.INTER_CUBIC)
