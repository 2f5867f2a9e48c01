"""A heart on a short stem: two lobes and a cleft between them."""

import numpy as np

from ._knob import altered, mirrored

_HALF = [
    [(170, 0), (380, -6), (426, 14)],  # along the side, into the stem
    [(436, 40), (322, 96), (322, 176)],  # out to the widest place of the lobe
    [(322, 238), (362, 266), (408, 266)],  # round the lobe to its top
    [(456, 266), (474, 204), (500, 204)],  # down into the cleft
]


def heart(shift: float = 0.0, tall: float = 0.0, wide: float = 0.0, lean: float = 0.0) -> np.ndarray:
    """Stem 0.14, lobes 0.36 across, 0.26 high. Dials: place, height, width, lean."""
    return altered(mirrored(_HALF), 0.09 * shift, 0.22 * lean, 0.16 * wide, 0.12 * tall)
