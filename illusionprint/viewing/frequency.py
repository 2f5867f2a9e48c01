"""Spatial frequency filters with mirrored edges.

The discrete cosine transform (type II) is the Fourier transform of the mirrored picture, so nothing wraps round from one side to the other.
Frequencies are in cycles per width (c/w); pixels are square.
"""

from collections.abc import Callable

import numpy as np
from scipy.fft import dctn, idctn


def _axes(size_px: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies down (h, 1) and across (1, w) of every DCT coefficient: (i, j) has i/2H cycles per pixel down and j/2W across."""
    h, w = size_px
    return np.arange(h)[:, None] * (w / h / 2), np.arange(w)[None] / 2


def low_pass(picture: np.ndarray, cutoff: float) -> np.ndarray:
    """Gaussian low-pass of a picture (..., h, w); its gain is 1/2 at the cut-off in c/w."""
    if picture.ndim > 2:
        return np.stack([low_pass(plane, cutoff) for plane in picture])  # one at a time: a large print is 140 MB a plane
    # G(f) = 2^-(f/fc)^2, separable; as a blur its sigma is 0.18739 W / fc pixels
    y, x = (np.exp2(-((f / cutoff) ** 2)).astype(picture.dtype) for f in _axes(picture.shape))
    spectrum = dctn(picture, type=2)
    spectrum *= y
    spectrum *= x
    return idctn(spectrum, type=2, overwrite_x=True)


def weighted(picture: np.ndarray, weight: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Picture (..., h, w) with every frequency f in c/w multiplied by weight(f) and its mean removed."""
    y, x = _axes(picture.shape[-2:])
    f = np.hypot(y, x)
    f[0, 0] = 1
    factor = weight(f)
    factor[0, 0] = 0
    return idctn(dctn(picture, type=2, axes=(-2, -1)) * factor, type=2, axes=(-2, -1))


def power_spectrum(contrast: np.ndarray, bins_per_octave: int = 24) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies in c/w and mean squares (f, P) of the frequency bands of (h, w); sum P is the variance.

    Bands are 1/24 octave wide from 1/2 c/w (less, down a tall picture); f is the energy-weighted mean of a band.
    """
    y, x = _axes(contrast.shape)
    energy = dctn(contrast, type=2, norm="ortho").reshape(-1)[1:] ** 2 / contrast.size
    f = np.hypot(y, x).reshape(-1)[1:]
    band = np.floor(bins_per_octave * np.log2(f / f.min()) + 1e-9).astype(int)
    total = np.bincount(band, energy)
    used = total > 0
    return np.bincount(band, energy * f)[used] / total[used], total[used]
