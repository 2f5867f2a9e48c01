"""From a rough mask to soft edges, to colours without the ground in them, and to a picture of what was taken."""

from dataclasses import replace

import numpy as np

from ._picture import Cutout, Photo

_MARGIN, _MOST_PX, _SHOWN_PX = 0.05, 2400, 560


def refine_matte(mask: np.ndarray, rgb: np.ndarray) -> np.ndarray:
    """Refine a mask to an alpha matte float32 (h, w) at the photograph's size by the guided filter (He, Sun, Tang 2010), I the luma:
    alpha = mean(a) I + mean(b), a = cov(I, m) / (var(I) + eps), b = mean(m) - a mean(I).
    """
    import cv2

    h, w = rgb.shape[:2]
    m = np.clip(cv2.resize(cv2.GaussianBlur(mask, (0, 0), 0.7), (w, h), interpolation=cv2.INTER_CUBIC), 0, 1)
    window = (2 * max(1, round(1.5 * max(h, w) / max(mask.shape))) + 1,) * 2
    luma = np.ascontiguousarray(rgb @ np.array([0.3, 0.59, 0.11], np.float32))
    mi, mm = cv2.blur(luma, window), cv2.blur(m, window)
    a = (cv2.blur(luma * m, window) - mi * mm) / (cv2.blur(luma * luma, window) - mi * mi + 1e-3)
    alpha = cv2.blur(a, window) * luma + cv2.blur(mm - a * mi, window)
    return np.clip((alpha - 0.15) / 0.7, 0, 1).astype(np.float32)


def decontaminate(rgb: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Premultiplied float32 (h, w, 4). Where the edge is soft, the colour is that of the subject nearby (weighted mean of what is opaque)."""
    import cv2

    sigma = max(1.0, max(alpha.shape) / 160)
    inner = (alpha > 0.98).astype(np.float32)
    total = cv2.GaussianBlur(inner, (0, 0), sigma)[..., None]
    near = cv2.GaussianBlur(rgb * inner[..., None], (0, 0), sigma) / np.maximum(total, 1e-3)
    own = np.maximum(inner[..., None], np.clip(1 - total / 0.05, 0, 1))
    colour = rgb * own + near * (1 - own)
    return np.concatenate([np.clip(colour, 0, 1) * alpha[..., None], alpha[..., None]], -1).astype(np.float32)


def crop_to_subject(cut: Cutout) -> Cutout:
    """The subject alone with a margin about it, so that it fills its square; at most 2,400 px a side."""
    import cv2

    shown = np.argwhere(cut.pixels[..., 3] > 0.1)
    (y0, x0), (y1, x1) = shown.min(0), shown.max(0) + 1
    pad = round(_MARGIN * max(y1 - y0, x1 - x0))
    pixels = np.pad(cut.pixels[y0:y1, x0:x1], ((pad, pad), (pad, pad), (0, 0)))
    k = _MOST_PX / max(pixels.shape[:2])
    return replace(cut, pixels=cv2.resize(pixels, None, fx=k, fy=k, interpolation=cv2.INTER_AREA) if k < 1 else pixels)


def segmentation_preview(photo: Photo, cut: Cutout) -> np.ndarray:
    """uint8 (h, 2 w, 3): the photograph with the contour of what was taken, and this over a checker."""
    import cv2

    k = min(1.0, _SHOWN_PX / max(photo.rgb.shape[:2]))
    rgb, rgba = (cv2.resize(x, None, fx=k, fy=k, interpolation=cv2.INTER_AREA) if k < 1 else x for x in (photo.rgb, cut.pixels))
    y, x = np.indices(rgb.shape[:2]) // 12
    checker = np.where((x + y) % 2, 0.82, 0.95)[..., None]
    outlined = np.rint(np.clip(rgb, 0, 1) * 255).astype(np.uint8)
    lines, _ = cv2.findContours((rgba[..., 3] > 0.5).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    for colour, width in (((255, 255, 255), 4), ((230, 0, 120), 2)):
        outlined = cv2.drawContours(outlined.copy(), lines, -1, colour, width)
    return np.hstack([outlined, np.rint(np.clip(rgba[..., :3] + checker * (1 - rgba[..., 3:]), 0, 1) * 255).astype(np.uint8)])
