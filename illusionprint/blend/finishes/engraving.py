"""One ink: lines that follow the contours, the darker the wider, and a firm line along every contour."""
from __future__ import annotations

import numpy as np

from ._areas import covered, flat, to_border, to_contour
from ._artwork import Artwork

DESCRIPTION = "one ink, lines along the contours, the darker the wider"
PITCH_MM, OUTLINE_MM, LEAST = 1.1, 0.55, 0.04
INK, PAPER = (0.09, 0.10, 0.16), (0.985, 0.975, 0.945)


def finish(art: Artwork) -> np.ndarray:
    ink = inked(art)[..., None]
    return (ink * np.array(INK, np.float32) + (1 - ink) * np.array(PAPER, np.float32)).astype(np.float32)


def inked(art: Artwork) -> np.ndarray:
    """float32 (h, w): ink. Lines lie at half pitches from the border of their area, d / p = n + 1/2, and take the share dark^1.2 of the pitch."""
    areas, colour = flat(art, 2.0, 2.0, 12)
    tone = art.picture if art.regions is None else colour[areas]
    dark = np.clip(1 - tone @ np.array([0.3, 0.59, 0.11], np.float32), 0, 1)
    pitch = art.px(PITCH_MM)
    across = np.abs((to_border(areas, sheet=False) / pitch) % 1 - np.float32(0.5)) * np.float32(pitch)
    half = np.maximum(0.5 * pitch * dark**1.2, art.px(0.06))
    lines = covered(across, half) * (dark > LEAST)
    return np.maximum(lines, covered(to_contour(areas, art.pieces), art.px(OUTLINE_MM) / 2))
