"""A straight side with a round bump: pieces that are laid, not locked."""

import numpy as np

from ._knob import altered, mirrored

_HALF = [
    [(160, 0), (250, -4), (308, 24)],
    [(352, 46), (360, 176), (500, 176)],
]


def bump(shift: float = 0.0, tall: float = 0.0, lean: float = 0.0) -> np.ndarray:
    """Dials: place, height, lean."""
    return altered(mirrored(_HALF), 0.1 * shift, 0.45 * lean, 0.0, 0.3 * tall)
