"""Panes in lead: lines along the contours, thinner ones along the pieces, glass lightest in its middle, and no two panes quite alike."""

import numpy as np
import shapely

from .._partition import GRID_MM
from .._svg import Regions
from ._artwork import Artwork, golden_ratio_sequence
from ._polygons import FlatAreas, Layer, difference, flat_polygons, offset_bands, opaque_regions, panes
from ._segmentation import distance_to_border, inradius

DESCRIPTION = "panes of coloured glass, leaded along every contour"
LEAD_MM, SEAM_MM, THIN_MM = 1.5, 0.8, 0.45
LINE_MM = SEAM_MM
GLOW_MM = (0.25, 0.6, 1.1, 1.8, 2.7, 4.0)  # from the lead on, where the glass grows lighter
LEAD, RIDGE = (0.12, 0.13, 0.15), (0.25, 0.26, 0.28)


def outlined(art: Artwork) -> Regions:
    found = flat_polygons(art, 2.5, 3.0, 14)
    reach = inradius(found.areas, distance_to_border(found.areas))[found.numbers] / art.px_per_mm
    most = np.where(reach < art.mm(THIN_MM), np.inf, 0.45 * reach)  # what is thinner is lead
    glass = panes(art, found, np.minimum(art.mm(LEAD_MM) / 2, most), np.minimum(art.mm(SEAM_MM) / 2, most))
    colour, steps = _glass(found), [art.mm(mm) for mm in GLOW_MM]
    glow = 0.86 + 0.18 * np.linspace(0, 1, len(steps) + 1) ** 0.8
    layers = [(ring, colour * g, found.pieces) for ring, g in zip(offset_bands(glass, steps), glow)]
    return opaque_regions(art, LEAD, [*layers, _ridge(art, glass)])


def _ridge(art: Artwork, glass: np.ndarray) -> Layer:
    """The light along the middle of the lead: what lies more than 0.3 leads from the glass."""
    wide = shapely.union_all(shapely.buffer(glass, art.mm(0.3 * LEAD_MM), quad_segs=4), grid_size=GRID_MM)
    middle = difference(art.outlines, wide)
    return middle, np.tile(np.array(RIDGE), (len(middle), 1)), np.arange(len(middle))


def _glass(found: FlatAreas) -> np.ndarray:
    """Colour of each pane, more saturated, times 0.9 to 1.04 by pane; white glass is milky."""
    colour = found.colours
    grey = colour.mean(1, keepdims=True)
    rich = np.clip(grey + 1.3 * (colour - grey), 0, 1) * np.array([0.97, 0.98, 0.95], np.float32)
    return rich * (0.9 + 0.14 * golden_ratio_sequence(np.bincount(found.areas.ravel())[found.numbers]))[:, None].astype(np.float32)
