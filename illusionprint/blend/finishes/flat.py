"""Few flat colours with clean contours: what a screen print, a foil cutter or a laser takes."""
from __future__ import annotations

import numpy as np

from ._areas import flat as few
from ._artwork import Artwork

DESCRIPTION = "few flat colours, no small parts; photographs are traced"
TRACED = True  # its picture is flat colours, which anagram.svg holds as vectors
COLOURS, LEAST_MM2, DETAIL_MM = 12, 2.0, 1.0


def finish(art: Artwork) -> np.ndarray:
    areas, colour = few(art, LEAST_MM2, DETAIL_MM, COLOURS)
    return colour[areas]
