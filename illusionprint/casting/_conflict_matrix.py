"""Conflict of all poses of one picture against all of another, as matrix products.

The weight c(u, v) = u v / (u + v) of two importances is smooth, so three values Y of each tell it for all (a cross approximation: Goreinov,
Tyrtyshnikov, Zamarashkin, A theory of pseudoskeleton approximations, 1997):

    c(u, v) ~ c(u, Y) C^-1 c(Y, v),   C = c(Y, Y),

exact where either is in Y and within 2 % between 0.1 and 3; so every cost c(u, v) |a - b|^2 is a scalar product of features.
"""

import numpy as np

from ._saliency import GROUND, SUBJECT, WHITE, Colour

NODES = np.array([GROUND, GROUND + SUBJECT, 2.0])


def harmonic_weight(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """c(u, v) = u v / (u + v)."""
    return u * v / (u + v)


_INVERSE = np.linalg.inv(harmonic_weight(NODES[:, None], NODES)).astype(np.float32)


def conflict_features(rgba: np.ndarray, second: bool, weight: np.ndarray | None = None, ground: Colour = WHITE, zero: Colour | None = None) -> np.ndarray:
    """Features float32 (..., 15 * pixels) of patches (..., h, w, 4): <first, second> is the conflict of two patches on their grounds.
    weight (..., h, w): importance; without it 0.1 + 0.5 alpha. zero: the colour that both are told relative to; without it the ground.
    """
    g, z = (np.asarray(c, np.float32) for c in (ground, ground if zero is None else zero))
    a = rgba[..., :3] + g * (1 - rgba[..., 3:]) - z
    w = GROUND + SUBJECT * rgba[..., 3] if weight is None else weight
    kernel = harmonic_weight(w[..., None].astype(np.float32), NODES.astype(np.float32))
    square, one = (a**2).sum(-1, keepdims=True), np.ones_like(w)[..., None]
    base = np.concatenate([one, square, a] if second else [square, one, -2 * a], -1)
    out = (kernel @ _INVERSE if second else kernel)[..., :, None] * base[..., None, :]
    return out.reshape(*out.shape[:-4], -1).astype(np.float32)


def contrast_energies(rgba: np.ndarray, weight: np.ndarray | None = None, ground: Colour = WHITE) -> np.ndarray:
    """Contrast energy against a ground, sum w |I - ground|^2 of pictures (n, h, w, 4)."""
    a = rgba[..., :3] - rgba[..., 3:] * np.asarray(ground, np.float32)
    w = GROUND + SUBJECT * rgba[..., 3] if weight is None else weight
    return (w * (a**2).sum(-1)).sum((1, 2))
