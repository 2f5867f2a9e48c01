"""Panes in lead: lines along the contours, thinner ones along the pieces, glass lightest in its middle, and no two panes quite alike."""
from __future__ import annotations

import numpy as np

from ._areas import covered, flat, inradius, to_border, to_contour
from ._artwork import Artwork, grain, jitter

DESCRIPTION = "panes of coloured glass, leaded along every contour"
LEAD_MM, SEAM_MM, EDGE_MM = 1.5, 0.8, 4.0
LEAD = (0.12, 0.13, 0.15)


def finish(art: Artwork) -> np.ndarray:
    areas, colour = flat(art, 2.5, 3.0, 14)
    distance = to_border(areas)
    most = 0.45 * inradius(areas, distance)[areas]
    contour, seam = to_contour(areas, art.pieces), to_border(art.pieces)
    lead = np.zeros(areas.shape, np.float32)
    ridge = np.zeros(areas.shape, np.float32)
    for far, mm in ((contour, LEAD_MM), (seam, SEAM_MM)):
        half = np.minimum(art.px(mm) / 2, np.maximum(most, 0.6))
        lead = np.maximum(lead, covered(far, half))
        ridge = np.maximum(ridge, np.sqrt(np.clip(1 - far / half, 0, 1)))
    glass = _glass(art, areas, colour, distance)
    return np.clip(glass + lead[..., None] * (np.array(LEAD, np.float32) + 0.16 * ridge[..., None] - glass), 0, 1).astype(np.float32)


def _glass(art: Artwork, areas: np.ndarray, colour: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Colour of each pane, more saturated, times 0.9 to 1.04 by pane, times 0.84 to 1.04 from its edge to its middle; white glass is milky."""
    grey = colour.mean(1, keepdims=True)
    rich = np.clip(grey + 1.3 * (colour - grey), 0, 1) * np.array([0.97, 0.98, 0.95], np.float32)
    rich = rich * (0.9 + 0.14 * jitter(np.bincount(areas.ravel())))[:, None].astype(np.float32)
    glow = 0.84 + 0.2 * np.minimum(distance / art.px(EDGE_MM), 1) ** 0.7
    return rich[areas] * (glow + 0.025 * grain(art, art.px(0.8)) + 0.015 * grain(art, art.px(0.3)))[..., None]
