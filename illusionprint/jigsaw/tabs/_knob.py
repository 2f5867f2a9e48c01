"""What the knobs share: a left half that is mirrored, then shifted, leant, widened and raised."""

from collections.abc import Sequence

import numpy as np


def mirrored(half: Sequence[Sequence[tuple[float, float]]]) -> np.ndarray:
    """float (2 n, 4, 2): left half of rows (control, control, end) from (0, 0), in thousandths and y outwards, and its mirror image."""
    starts = [(0, 0), *(row[-1] for row in half)]
    left = np.array([[at, *row] for at, row in zip(starts, half)], float) / 1000
    return np.concatenate([left, left[::-1, ::-1] * (-1, 1) + (1, 0)]) * (1, -1)


def altered(curve: np.ndarray, shift: float = 0.0, lean: float = 0.0, wide: float = 0.0, tall: float = 0.0) -> np.ndarray:
    """The knob moved along the side (in cells), sheared (dx/dy), its head widened and its height raised (as shares).

    x' = x + shift + lean h + wide (x - 1/2) s(h),   h' = (1 + tall) h,   s rising from 0 at the foot to 1 at the head. The ends stay.
    """
    x, h = curve[..., 0], np.maximum(0, -curve[..., 1])
    head = np.clip((h - 0.06) / 0.08, 0, 1)
    out = np.stack([x + shift + lean * h + wide * (x - 0.5) * head, np.where(curve[..., 1] < 0, (1 + tall) * curve[..., 1], curve[..., 1])], -1)
    out[0, 0], out[-1, -1] = curve[0, 0], curve[-1, -1]
    out[0, 1], out[-1, 2] = curve[0, 1] + (shift / 2, 0), curve[-1, 2] + (shift / 2, 0)
    return out


def straight(corners: list[tuple[float, float]]) -> np.ndarray:
    """float (n, 4, 2): straight lines from corner to corner as cubics, y outwards."""
    p = np.array(corners, float) * (1, -1)
    return np.stack([p[:-1], (2 * p[:-1] + p[1:]) / 3, (p[:-1] + 2 * p[1:]) / 3, p[1:]], 1)
