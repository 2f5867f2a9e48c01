"""Round dots of the local colour on white paper, their area its strength, the screen at 45 degrees.

    c = (1 - min rgb)^0.5,   ink = 1 - (1 - rgb) / c,   a dot where the distance to the nearest dot's middle is less than R(c)

so that paper and ink together give the colour; R(c) is the radius at which dots cover the share c of the paper.
"""
from __future__ import annotations

import functools

import numpy as np

from ._artwork import Artwork, phases

DESCRIPTION = "dots of the picture's own colours on white paper"
PITCH_MM, LEAST = 2.6, 0.12


def finish(art: Artwork) -> np.ndarray:
    share = np.sqrt(np.clip(1 - art.picture.min(-1), 0, 1))
    dots = screened(art, np.where(share < LEAST, 0, share), art.px(PITCH_MM))[..., None]
    ink = 1 - (1 - art.picture) / np.maximum(share, 1e-3)[..., None]
    return (1 - dots * (1 - np.clip(ink, 0, 1))).astype(np.float32)


def screened(art: Artwork, share: np.ndarray, pitch_px: float) -> np.ndarray:
    """float32 (h, w) in [0, 1]: ink of dots that cover `share` (h, w) of the paper, pitch_px apart along the sides; edges take a pixel."""
    y, x = phases(art, pitch_px)
    one, two = (((y + d) - np.rint(y + d)) ** 2 + ((x + d) - np.rint(x + d)) ** 2 for d in (np.float32(0), np.float32(0.5)))
    radius = np.interp(share, *_radii()).astype(np.float32)
    return np.clip((radius - np.sqrt(np.minimum(one, two))) * np.float32(pitch_px) + 0.5, 0, 1) * (share > 0)


@functools.lru_cache(maxsize=1)
def _radii(n: int = 1024) -> tuple[np.ndarray, np.ndarray]:
    """(shares, radii in pitches) of discs about (0, 0) and (1/2, 1/2) in the unit square: quantiles of the distance to the nearest."""
    v = (np.arange(n) + 0.5) / n - 0.5
    one, two = (v[:, None] ** 2 + v**2), (np.abs(v) - 0.5)[:, None] ** 2 + (np.abs(v) - 0.5) ** 2
    far = np.sort(np.sqrt(np.minimum(one, two)).ravel())
    shares = np.linspace(0, 1, 257)
    radii = far[np.minimum((shares * len(far)).astype(int), len(far) - 1)]
    return shares, np.where(shares >= 0.995, radii + 0.1, radii)
