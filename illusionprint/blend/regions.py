"""Blend by regions, for drawings: every connected place where one colour of each picture meets, within one piece, gets one colour.

    share_k = mean(w_k)^p / sum_j mean(w_j)^p,   colour = sum_k share_k c_k

No halo, full contrast, like paper-cut: p is 3 for two pictures. For more, whose grounds cannot all keep clear of the others' subjects, it is 1,
the least squares of all: what strays into a ground is pale.
"""

from collections.abc import Sequence

import numpy as np

from ..casting import Balance
from ._partition import connected_groups

SHARPNESS, SOFT = 3.0, 1.0  # p for two pictures, and for more


def components(key: np.ndarray) -> np.ndarray:
    """Label connected components of equal value (4-neighbours): int32 (h, w), from 0.
    Runs along the rows are joined where they touch in the next row, so the cost is linear in pixels and the graph small.
    """
    start = np.ones(key.shape, bool)
    start[:, 1:] = key[:, 1:] != key[:, :-1]
    run = (np.cumsum(start.ravel(), dtype=np.int32) - 1).reshape(key.shape)
    touch = (key[1:] == key[:-1]) & (start[1:] | start[:-1])
    i, j = run[:-1][touch], run[1:][touch]
    group = connected_groups(int(run[-1, -1]) + 1, np.stack([i, j], 1))
    return group.astype(np.int32)[run]


def regions(pictures: Sequence[tuple[np.ndarray, np.ndarray]], piece: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Label the regions of pictures on each other: (int32 (h, w), flat index int64 (n,) of one sample of each).
    pictures: labels (h, w) and colours (n, 3) of each as it lies in assembly 1; piece (h, w): the piece of each sample.
    """
    region = components(_key(pictures, piece))
    at = np.empty(int(region.max()) + 1, np.int64)
    at[region.ravel()] = np.arange(region.size)
    return region, at


def _key(pictures: Sequence[tuple[np.ndarray, np.ndarray]], piece: np.ndarray) -> np.ndarray:
    """One whole number a sample for its piece and its colour in every picture."""
    most = (int(piece.max()) + 1) * np.prod([len(colours) for _, colours in pictures], dtype=float)
    key = piece.astype(np.int32 if most < 2**31 else np.int64)
    for labels, colours in pictures:
        key = key * len(colours) + labels
    return key


def weight_by_balance(weights: Sequence[np.ndarray], balance: Balance) -> list[np.ndarray]:
    """Weights of K pictures times what each counts; one number is the first's, against the others."""
    counts = balance if isinstance(balance, tuple) else (balance, *[1.0] * (len(weights) - 1))
    return [w * c for w, c in zip(weights, counts, strict=True)]


def tilt_weights(w: np.ndarray, tilt: tuple[float, float]) -> np.ndarray:
    """Weights float32 (h, w) times exp(tilt . p), p (right, down) from (-1, -1) in the upper left corner to (1, 1)."""
    if not any(tilt):
        return w
    y, x = (np.linspace(-1, 1, n, dtype=np.float32) for n in w.shape)
    return w * np.exp(tilt[0] * x + tilt[1] * y[:, None])


def mix_colours(weights: Sequence[np.ndarray], colours: Sequence[np.ndarray]) -> np.ndarray:
    """Colours float32 (n, 3) of regions whose mean importance (n,) and colour (n, 3) in each of K pictures is given."""
    w = np.stack(weights) ** (SHARPNESS if len(weights) == 2 else SOFT)
    share = w / np.maximum(w.sum(0), 1e-12)
    return np.clip(np.einsum("kn,knc->nc", share, np.stack(colours)), 0, 1).astype(np.float32)


def region_means(region: np.ndarray, at: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Mean of w (h, w) over each region (f h, f w), at one sample a pixel; regions between the samples take w where they lie."""
    f = region.shape[0] // w.shape[0]
    seen = region[f // 2 :: f, f // 2 :: f].ravel()
    size = np.bincount(seen, minlength=len(at))
    y, x = np.divmod(at, region.shape[1])
    return np.where(size > 0, np.bincount(seen, w.ravel(), len(at)) / np.maximum(size, 1), w[y // f, x // f])
