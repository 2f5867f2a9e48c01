"""Two round bumps side by side, as two knuckles: pieces that are laid, not locked."""

import numpy as np


def twins(first: float = 0.0, second: float = 0.0, place: float = 0.0, gap: float = 0.0) -> np.ndarray:
    """Dials: both heights, the place of the pair, how far its bumps are apart. The first is the higher one in the plain form."""
    h, k, v = 0.2 + 0.055 * first, 0.155 + 0.055 * second, 0.045
    m, d = 0.5 + 0.05 * place, 0.135 + 0.03 * gap
    a, b, r = m - d, m + d, 0.6 * d
    out = [
        ((0, 0), (0.4 * (a - d), 0), (a - 1.1 * d, -0.01), (a - 0.95 * d, 0.04)),
        ((a - 0.95 * d, 0.04), (a - 0.8 * d, h - 0.02), (a - r, h), (a, h)),
        ((a, h), (a + r, h), (m - 0.25 * d, v), (m, v)),
        ((m, v), (m + 0.25 * d, v), (b - r, k), (b, k)),
        ((b, k), (b + r, k), (b + 0.8 * d, k - 0.02), (b + 0.95 * d, 0.04)),
        ((b + 0.95 * d, 0.04), (b + 1.1 * d, -0.01), (1 - 0.4 * (1 - b - d), 0), (1, 0)),
    ]
    return np.array(out) * (1, -1)
