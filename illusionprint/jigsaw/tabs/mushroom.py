"""A mushroom: a straight stem under a wide cap, which holds firmly."""

import numpy as np

from ._knob import altered, mirrored

_HALF = [
    [(190, 0), (424, -14), (424, 24)],  # along the side, round the foot of the stem
    [(424, 56), (428, 84), (428, 104)],  # up the stem
    [(400, 104), (322, 92), (322, 138)],  # out under the cap to its rim
    [(322, 200), (404, 246), (500, 246)],  # over the cap
]


def mushroom(shift: float = 0.0, tall: float = 0.0, wide: float = 0.0, lean: float = 0.0) -> np.ndarray:
    """Stem 0.144, cap 0.36 across, 0.25 high. Dials: place, height, width of the cap, lean."""
    return altered(mirrored(_HALF), 0.09 * shift, 0.22 * lean, 0.16 * wide, 0.14 * tall)
