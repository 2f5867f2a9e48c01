"""Knobs that lean and wander along the side, as if cut by hand."""

import numpy as np

from ._knob import altered, mirrored

_HALF = [
    [(210, 0), (446, -40), (432, 34)],
    [(424, 88), (378, 92), (374, 148)],
    [(370, 206), (428, 240), (500, 240)],
]


def slanted(lean: float = 0.0, shift: float = 0.0, tall: float = 0.0) -> np.ndarray:
    """The plain form leans by 17 degrees. Dials: lean, from 22 degrees to the left to 24 to the right, place, height."""
    return altered(mirrored(_HALF), 0.1 * shift, 0.3 + 0.425 * lean - 0.275 * lean**2, 0.0, 0.14 * tall)
