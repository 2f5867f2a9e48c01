"""The classic knob: a shoulder that dips a little, a neck, a round head."""
import numpy as np

# Left half; x along the side, y outwards positive, in thousandths of the cell. Each row: control, control, end.
_HALF = [
    [(190, 0), (440, -48), (428, 32)],    # shoulder, into the neck
    [(420, 84), (364, 90), (364, 152)],   # neck to the widest place of the head
    [(364, 216), (424, 252), (500, 252)],  # round the head to its tip
]


def classic() -> np.ndarray:
    """Neck 0.14, head 0.27, height 0.25 of the cell: about the proportions of shop-bought puzzles."""
    left, at = [], (0, 0)
    for row in _HALF:
        left.append([at, *row])
        at = row[-1]
    left = np.array(left, float) / 1000
    right = left[::-1, ::-1] * (-1, 1) + (1, 0)
    return np.concatenate([left, right]) * (1, -1)
