"""A dovetail with a point, like an arrow: straight lines only."""

import numpy as np

from ._knob import straight


def arrow(shift: float = 0.0, tall: float = 0.0, wide: float = 0.0, point: float = 0.0) -> np.ndarray:
    """Neck 0.15 of the cell. Dials: place, height of the point, width of the barbs, where the point lies between them."""
    m, w, h, b = 0.5 + 0.1 * shift, 0.135 + 0.022 * wide, 0.25 + 0.035 * tall, 0.135
    return straight([(0, 0), (m - 0.075, 0), (m - w, b), (m + 0.07 * point, h), (m + w, b), (m + 0.075, 0), (1, 0)])
