"""Sheets of coloured paper over each other: the rarer a colour, the higher it lies; each casts a soft shadow all round.

The sheets are nested, so that each lies on the one before with all its parts: sheet t is what has the colour t or a rarer one,

    A_t = close(open(union of all areas of rank >= t)),   A_0 the whole sheet,

without what is thinner than THIN_MM, which no knife cuts. Opening and closing are monotone, so A_t+1 lies in A_t. What is seen from above is the picture.
"""
from __future__ import annotations

import cv2
import numpy as np
import shapely

from ...anagram import Paper
from .._overlay import GRID_MM
from ..vector import numbered
from ._areas import within
from ._artwork import Artwork, grain
from ._outlines import flat

DESCRIPTION = "layers of coloured paper with soft shadows; one sheet a colour to cut"
COLOURS, LEAST_MM2, DETAIL_MM = 10, 2.0, 1.5
SHADOWS = ((0.8, 0.4), (4.0, 0.5))  # (width in mm, depth)
RIM_PX = 3
THIN_MM, FINE_MM = 0.4, 0.02        # what is cut off, and how far vertices may move; on a sheet of 200 mm


def finish(art: Artwork) -> np.ndarray:
    return shown(art, papers(art))


def papers(art: Artwork) -> tuple[Paper, ...]:
    """The sheets, the lowest first: that of which most is seen."""
    found = flat(art, LEAST_MM2, DETAIL_MM, COLOURS, 6.0)
    colours, at = np.unique(np.rint(found.colours * 255).astype(np.uint8), axis=0, return_inverse=True)
    order = np.argsort(-np.bincount(at.ravel(), shapely.area(found.polygons)), kind="stable")
    above, out = shapely.Polygon(), []
    for k in order[:0:-1]:
        above = shapely.union_all([above, *found.polygons[at.ravel() == k]], grid_size=GRID_MM)
        out.append(Paper(colours[k], _cuttable(above, art)))
    whole = art.border or shapely.box(0, 0, *art.size_mm)
    return (Paper(colours[order[0]], whole), *(p for p in out[::-1] if not p.shape.is_empty))


def _cuttable(shape: shapely.Geometry, art: Artwork) -> shapely.Geometry:
    """Without strips and gaps thinner than THIN_MM, without parts and holes smaller than LEAST_MM2."""
    thin, least = art.mm(THIN_MM) / 2, art.mm(1) ** 2 * LEAST_MM2
    found = shape.buffer(-thin).buffer(2 * thin).buffer(-thin).simplify(art.mm(FINE_MM))
    parts = [p for p in shapely.get_parts(found) if p.area >= least]
    solid = [shapely.Polygon(p.exterior, [h for h in p.interiors if shapely.Polygon(h).area >= least]) for p in parts]
    return shapely.set_precision(shapely.multipolygons(solid), GRID_MM)


def shown(art: Artwork, sheets: tuple[Paper, ...]) -> np.ndarray:
    """The sheets as seen from above, with their shadows and the paper's grain, float32 (h, w, 3) in [0, 1]."""
    rank = np.maximum(numbered(np.array([p.shape for p in sheets]), art.pieces.shape, art.pieces.shape[1] / art.size_mm[0]) - 1, 0)
    rank = _own(rank.astype(np.uint8), art.pieces)
    colour = np.array([p.colour for p in sheets], np.float32) / 255
    paper = colour[rank] * (1 + 0.02 * grain(art, art.px(0.15)))[..., None]
    return np.clip(paper * (1 - _shadow(art, rank))[..., None], 0, 1).astype(np.float32)


def _own(rank: np.ndarray, pieces: np.ndarray) -> np.ndarray:
    """Pixels next to another piece take what their own piece shows further in, so that it takes no rim of its neighbour's paper along."""
    seam = np.zeros(rank.shape, np.uint8)
    for axis in (0, 1):
        seam |= pieces != np.roll(pieces, 1, axis)
    known, rank = cv2.dilate(seam, np.ones((3, 3), np.uint8)) == 0, rank.copy()
    for _ in range(RIM_PX):
        near = [(np.roll(known, s, axis) & (np.roll(pieces, s, axis) == pieces), np.roll(rank, s, axis)) for axis in (0, 1) for s in (1, -1)]
        for good, value in near:
            take = good & ~known
            rank[take], known = value[take], known | take
    return rank


def _shadow(art: Artwork, rank: np.ndarray) -> np.ndarray:
    """float32 (h, w): how much darker each pixel is for the layers above it, within its piece."""
    out = np.zeros(rank.shape, np.float32)
    for t in range(1, int(rank.max()) + 1):
        above, below = (rank >= t).astype(np.float32), rank == t - 1
        for mm, depth in SHADOWS:
            out[below] += depth * within(art.pieces, above, int(art.px(mm) / 2))[below]
    return out
