"""Flat areas as polygons, and the artwork that a vector finish makes of them. Lengths in mm."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from .._overlay import joined
from .._svg import Regions
from . import _areas
from ._artwork import Artwork
from ._trace import traced


@dataclass(frozen=True, eq=False)
class Flat:
    """Polygons (n,) that tile the sheet, colours float32 (n, 3), piece of each; areas int32 (h, w), and which of them each is."""

    polygons: np.ndarray
    colours: np.ndarray
    pieces: np.ndarray
    areas: np.ndarray
    numbers: np.ndarray


def flat(art: Artwork, least_mm2: float, detail_mm: float, count: int, least_step: float = 8.0) -> Flat:
    """`_areas.flat` with outlines: the drawings' own where the artwork has them, else traced."""
    areas, colour = _areas.flat(art, least_mm2, detail_mm, count, least_step)
    polygons, numbers = _of_parts(art, areas) if art.parts is not None else traced(areas, art.pieces, art.outlines, art.px_per_mm, art.mm(0.05))
    first = np.unique(areas, return_index=True)[1]
    return Flat(polygons, colour[numbers], art.pieces.ravel()[first][numbers], areas, numbers)


def _of_parts(art: Artwork, areas: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(polygons, area of each): each part goes to the area that has most of its pixels; one without pixels to that of the nearest part of its piece."""
    n = int(areas.max()) + 1
    keys, count = np.unique((art.regions.astype(np.int64) * n + areas)[art.pieces >= 0], return_counts=True)
    home = np.full(len(art.parts), -1)
    order = np.argsort(count, kind="stable")
    home[keys[order] // n] = keys[order] % n
    lost, known = np.flatnonzero(home < 0), np.flatnonzero(home >= 0)
    for k in lost:
        same = known[art.part_pieces[known] == art.part_pieces[k]]
        home[k] = home[same[np.argmin(shapely.distance(art.parts[same], art.parts[k]))]]
    numbers, group = np.unique(home, return_inverse=True)
    return joined(art.parts, group), numbers


def tiling(art: Artwork, found: Flat, colours: np.ndarray) -> Regions:
    """The areas themselves in colours float (n, 3)."""
    table = np.c_[found.pieces, np.rint(np.clip(colours, 0, 1) * 255).astype(int)]
    keys, group = np.unique(table, axis=0, return_inverse=True)
    areas = joined(shapely.get_parts(found.polygons), group.ravel()[shapely.get_parts(found.polygons, return_index=True)[1]])
    return Regions(areas, keys[:, 1:].astype(np.uint8), keys[:, 0], art.names, art.size_mm, art.border)
