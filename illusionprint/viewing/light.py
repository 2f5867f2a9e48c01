"""Code values, light and paper. Pictures are float c h w in [0, 1], c = 1 or 3, sRGB."""
from __future__ import annotations

import numpy as np

from ..errors import BadValue

LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
WHITE, BLACK = 0.85, 0.04   # reflectance of good paper and of black ink on it


def linear(v: np.ndarray) -> np.ndarray:
    """sRGB decoding: v/12.92 below 0.04045, else ((v + 0.055)/1.055)^2.4."""
    v = np.clip(v, 0, 1)
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def encoded(y: np.ndarray) -> np.ndarray:
    """The inverse of `linear`, clipped to [0, 1]."""
    y = np.clip(y, 0, 1)
    return np.where(y <= 0.0031308, 12.92 * y, 1.055 * y ** (1 / 2.4) - 0.055)


def weighted(x: np.ndarray) -> np.ndarray:
    """(h, w): sum of the channels by their share of luminance: luma of code values, luminance of linear light."""
    return x[0] if len(x) == 1 else np.tensordot(LUMA.astype(x.dtype), x, 1)


def reflectance(picture: np.ndarray) -> np.ndarray:
    """(h, w): black + (white - black) Y of a picture as printed."""
    return BLACK + (WHITE - BLACK) * weighted(linear(picture))


def checked(picture: np.ndarray, name: str) -> np.ndarray:
    """float32 c h w. Raises BadValue for another shape or fewer than 8 pixels a side."""
    x = np.asarray(picture, np.float32)
    if x.ndim != 3 or x.shape[0] not in (1, 3) or min(x.shape[1:]) < 8:
        raise BadValue(f"the {name} picture must be c h w with 1 or 3 channels and 8 pixels a side or more; {x.shape} came.")
    return x


def resized(picture: np.ndarray, size_px: tuple[int, int]) -> np.ndarray:
    """c h w at another (h, w): by area when it shrinks, cubic when it grows."""
    import cv2
    h, w = size_px
    if picture.shape[1:] == (h, w):
        return picture
    rule = cv2.INTER_AREA if h < picture.shape[1] else cv2.INTER_CUBIC
    return np.stack([cv2.resize(np.ascontiguousarray(c), (w, h), interpolation=rule) for c in picture])
