"""Sheets of coloured paper over each other: the rarer a colour, the higher it lies; each casts a soft shadow all round."""
from __future__ import annotations

import numpy as np

from ._areas import flat, within
from ._artwork import Artwork, grain

DESCRIPTION = "layers of coloured paper with soft shadows"
COLOURS, LEAST_MM2, DETAIL_MM = 10, 2.0, 1.5
SHADOWS = ((0.8, 0.4), (4.0, 0.5))  # (width in mm, depth)


def finish(art: Artwork) -> np.ndarray:
    areas, colour = flat(art, LEAST_MM2, DETAIL_MM, COLOURS, 6.0)
    rank = layers(areas, colour)
    shade = _shadow(art, rank[areas])
    paper = colour[areas] * (1 + 0.02 * grain(art, art.px(0.15)))[..., None]
    return np.clip(paper * (1 - shade)[..., None], 0, 1).astype(np.float32)


def layers(areas: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """uint8 (n,): the layer of each area, 0 the lowest, the colour of which there is most."""
    found, at = np.unique(colour, axis=0, return_inverse=True)
    total = np.bincount(at.ravel(), np.bincount(areas.ravel()))
    return np.argsort(np.argsort(-total, kind="stable"))[at.ravel()].astype(np.uint8)


def _shadow(art: Artwork, rank: np.ndarray) -> np.ndarray:
    """float32 (h, w): how much darker each pixel is for the layers above it, within its piece."""
    out = np.zeros(rank.shape, np.float32)
    for t in range(1, int(rank.max()) + 1):
        above, below = (rank >= t).astype(np.float32), rank == t - 1
        for mm, depth in SHADOWS:
            out[below] += depth * within(art.pieces, above, int(art.px(mm) / 2))[below]
    return out
