"""Code values, linear light and reflectance. Pictures are float (c, h, w) in [0, 1], c = 1 or 3, sRGB (IEC 61966-2-1)."""

import numpy as np

from ..errors import BadValue

LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)  # Rec. 709
PAPER_WHITE, INK_BLACK = 0.85, 0.04  # reflectance of good paper and of black ink on it


def to_linear(v: np.ndarray) -> np.ndarray:
    """Linear light of sRGB code values."""
    v = np.clip(v, 0, 1)
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def to_srgb(y: np.ndarray) -> np.ndarray:
    """Code values of linear light: the inverse of `to_linear`, clipped to [0, 1]."""
    y = np.clip(y, 0, 1)
    return np.where(y <= 0.0031308, 12.92 * y, 1.055 * y ** (1 / 2.4) - 0.055)


def luma(x: np.ndarray) -> np.ndarray:
    """Weighted sum of the channels, (h, w): luma of code values, luminance of linear light."""
    return x[0] if len(x) == 1 else np.tensordot(LUMA.astype(x.dtype), x, 1)


def reflectance(picture: np.ndarray) -> np.ndarray:
    """Reflectance (h, w) of a picture as printed."""
    # rho = black + (white - black) Y
    return INK_BLACK + (PAPER_WHITE - INK_BLACK) * luma(to_linear(picture))


def as_picture(picture: np.ndarray, name: str) -> np.ndarray:
    """Picture as float32 (c, h, w). Raises BadValue for another shape or fewer than 8 pixels a side."""
    x = np.asarray(picture, np.float32)
    if x.ndim != 3 or x.shape[0] not in (1, 3) or min(x.shape[1:]) < 8:
        raise BadValue(f"the {name} picture must be c h w with 1 or 3 channels and 8 pixels a side or more; {x.shape} came.")
    return x


def resized(picture: np.ndarray, size_px: tuple[int, int]) -> np.ndarray:
    """Picture (c, h, w) resampled to (h, w): by area when it shrinks, cubic when it grows."""
    import cv2

    h, w = size_px
    if picture.shape[1:] == (h, w):
        return picture
    rule = cv2.INTER_AREA if h < picture.shape[1] else cv2.INTER_CUBIC
    return np.stack([cv2.resize(np.ascontiguousarray(c), (w, h), interpolation=rule) for c in picture])
