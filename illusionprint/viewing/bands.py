"""Gaussian bands with mirrored edges. A discrete cosine transform (type II) is the Fourier transform of the mirrored picture, so
nothing wraps round from one side to the other. Its coefficient (i, j) has i/2H cycles per pixel down and j/2W across.
"""
from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.fft import dctn, idctn


def gain(f: np.ndarray, cutoff: float) -> np.ndarray:
    """G(f) = 2^-(f/fc)^2: 1/2 at the cut-off. As a blur its sigma is 0.18739 W / fc pixels."""
    return np.exp2(-((f / cutoff) ** 2))


def axes_cpw(size_px: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """(h, 1) and (1, w): frequency down and across of every coefficient, in cycles per width (pixels are square)."""
    h, w = size_px
    return np.arange(h)[:, None] * (w / h / 2), np.arange(w)[None] / 2


def low(picture: np.ndarray, cutoff: float) -> np.ndarray:
    """... h w below a cut-off in cycles per width. The Gaussian is the product of one down and one across."""
    if picture.ndim > 2:
        return np.stack([low(plane, cutoff) for plane in picture])   # one at a time: a large print is 140 MB a plane
    y, x = (gain(f, cutoff).astype(picture.dtype) for f in axes_cpw(picture.shape))
    spectrum = dctn(picture, type=2)
    spectrum *= y
    spectrum *= x
    return idctn(spectrum, type=2, overwrite_x=True)


def filtered(picture: np.ndarray, weight: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """... h w with every frequency f in c/w multiplied by weight(f); the mean is dropped."""
    y, x = axes_cpw(picture.shape[-2:])
    f = np.hypot(y, x)
    f[0, 0] = 1
    factor = weight(f)
    factor[0, 0] = 0
    return idctn(dctn(picture, type=2, axes=(-2, -1)) * factor, type=2, axes=(-2, -1))


def spectrum(contrast: np.ndarray, bins_per_octave: int = 24) -> tuple[np.ndarray, np.ndarray]:
    """(f, P): mean square per frequency band of (h, w), without the mean; sum P = mean square of the picture about its mean.

    Bands are 1/24 octave from 1/2 cycle per width (or less, down a tall picture); f is the band's mean, weighted by energy.
    """
    y, x = axes_cpw(contrast.shape)
    energy = dctn(contrast, type=2, norm="ortho").reshape(-1)[1:] ** 2 / contrast.size
    f = np.hypot(y, x).reshape(-1)[1:]
    band = np.floor(bins_per_octave * np.log2(f / f.min()) + 1e-9).astype(int)
    total = np.bincount(band, energy)
    used = total > 0
    return np.bincount(band, energy * f)[used] / total[used], total[used]
