"""The classic knob: a shoulder that dips a little, a neck, a round head."""

import numpy as np

from ._knob import altered, mirrored

# Left half; x along the side, y outwards positive, in thousandths of the cell. Each row: control, control, end.
_HALF = [
    [(190, 0), (440, -48), (428, 32)],  # shoulder, into the neck
    [(420, 84), (364, 90), (364, 152)],  # neck to the widest place of the head
    [(364, 216), (424, 252), (500, 252)],  # round the head to its tip
]


def classic(shift: float = 0.0, tall: float = 0.0, wide: float = 0.0, lean: float = 0.0) -> np.ndarray:
    """Neck 0.14, head 0.27, height 0.25 of the cell: about the proportions of shop-bought puzzles. Dials: place, height, width of head, lean."""
    return altered(mirrored(_HALF), 0.11 * shift, 0.28 * lean, 0.2 * wide, 0.16 * tall)
