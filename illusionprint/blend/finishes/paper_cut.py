"""Sheets of coloured paper over each other: the rarer a colour, the higher it lies; each casts a soft shadow all round."""

import numpy as np
import shapely

from .._svg import Regions
from ..layers import rank_by_area
from ._artwork import Artwork, symmetric_noise
from ._polygons import flat_polygons, tiling_regions
from ._segmentation import blur_within_pieces

DESCRIPTION = "layers of coloured paper with soft shadows"
COLOURS, LEAST_MM2, DETAIL_MM = 10, 2.0, 1.5
SHADOWS = ((0.8, 0.4), (4.0, 0.5))  # (width in mm, depth)


def outlined(art: Artwork) -> Regions:
    """What is seen of each sheet."""
    found = flat_polygons(art, LEAST_MM2, DETAIL_MM, COLOURS, 6.0)
    return tiling_regions(art, found, found.colours)


def lit(art: Artwork) -> np.ndarray:
    """The sheets with their grain and shadows; float32 (h, w, 3)."""
    assert art.parts is not None and art.regions is not None
    rank = np.append(rank_by_area(art.parts.colours, shapely.area(art.parts.polygons))[1], 0).astype(np.uint8)  # beside a board there is no sheet
    paper = art.picture * (1 + 0.02 * symmetric_noise(art, art.px(0.15)))[..., None]
    return np.clip(paper * (1 - _shadow(art, rank[art.regions]))[..., None], 0, 1).astype(np.float32)


def _shadow(art: Artwork, rank: np.ndarray) -> np.ndarray:
    """float32 (h, w): how much darker each pixel is for the layers above it, within its piece."""
    out = np.zeros(rank.shape, np.float32)
    for t in range(1, int(rank.max()) + 1):
        above, below = (rank >= t).astype(np.float32), rank == t - 1
        for mm, depth in SHADOWS:
            out[below] += depth * blur_within_pieces(art.pieces, above, int(art.px(mm) / 2))[below]
    return out
