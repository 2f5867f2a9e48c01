"""A wave: out in the one half, in in the other, without a neck."""

import numpy as np


def wave(out: float = 0.0, into: float = 0.0, crest: float = 0.0, trough: float = 0.0) -> np.ndarray:
    """The crest is higher than the trough is deep, so that no side fits another of its kind. Dials: both heights, both places."""
    h, d = 0.16 + 0.06 * out, 0.08 + 0.045 * into
    a, b = 0.29 + 0.06 * crest, 0.73 + 0.06 * trough
    k = 0.5 * (b - a)
    q = [
        ((0, 0), (0.45 * a, 0.1 * h), (0.45 * a, h), (a, h)),
        ((a, h), (a + k, h), (b - k, -d), (b, -d)),
        ((b, -d), (1 - 0.45 * (1 - b), -d), (1 - 0.45 * (1 - b), -0.1 * d), (1, 0)),
    ]
    return np.array(q) * (1, -1)
