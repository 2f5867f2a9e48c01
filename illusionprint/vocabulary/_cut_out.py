"""A photograph's subject, cut out of its ground."""
from __future__ import annotations

from pathlib import Path

import numpy as np

from ..errors import BadValue
from ._picture import Cutout, Photo

_SIDE_PX, _BORDER, _ROUNDS = 320, 0.04, 6


def cut_out(photo: Photo, mask_file: Path | None = None) -> Cutout:
    """What stands out from the photograph's border, by GrabCut (Rother, Kolmogorov, Blake 2004, as OpenCV has it) on a copy of 320 px.

    The border is ground, all within may be subject; the largest piece and those of a tenth of its size stay. The mask is enlarged, softened
    by one pixel of the copy, and written to `mask_file` (PNG, white is subject), so that it can be seen and mended.
    Raises BadValue when nothing, or nearly everything, stands out.
    """
    import cv2
    h, w = photo.rgb.shape[:2]
    alpha = _mask(photo.rgb)
    alpha = np.clip(cv2.resize(cv2.GaussianBlur(alpha, (0, 0), 0.7), (w, h), interpolation=cv2.INTER_CUBIC), 0, 1)[..., None]
    if mask_file:
        cv2.imencode(".png", np.rint(alpha * 255).astype(np.uint8))[1].tofile(mask_file)
    return Cutout(photo.subject, np.concatenate([photo.rgb * alpha, alpha], -1).astype(np.float32), "photo", photo.licence, photo.credit)


def _mask(rgb: np.ndarray) -> np.ndarray:
    """float32 of the reduced copy, 1 where the subject is."""
    import cv2
    scale = min(1.0, _SIDE_PX / max(rgb.shape[:2]))
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else rgb
    bgr = np.rint(small[..., ::-1] * 255).astype(np.uint8)
    labels = np.full(bgr.shape[:2], cv2.GC_PR_FGD, np.uint8)
    edge = max(2, round(_BORDER * max(bgr.shape[:2])))
    for side in (labels[:edge], labels[-edge:], labels[:, :edge], labels[:, -edge:]):
        side[:] = cv2.GC_BGD
    cv2.setRNGSeed(0)
    cv2.grabCut(bgr, labels, None, np.zeros((1, 65)), np.zeros((1, 65)), _ROUNDS, cv2.GC_INIT_WITH_MASK)
    kept = _main_pieces((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD))
    if not 0.01 < kept.mean() < 0.9 * (labels != 0).mean():
        raise BadValue(f"nothing in the picture stands out from its ground ({kept.mean():.0%} was taken as the subject); cut it out by hand, "
                       "as a PNG with transparency, or take another.")
    return kept.astype(np.float32)


def _main_pieces(mask: np.ndarray) -> np.ndarray:
    """The largest connected piece and those of a tenth of its size, their holes of less than a fiftieth filled."""
    import cv2
    for value, least in ((True, 0.1), (False, 0.02)):
        count, labels, stats, _ = cv2.connectedComponentsWithStats((mask == value).astype(np.uint8), connectivity=4)
        size = stats[1:, cv2.CC_STAT_AREA]
        if count > 1:
            small = np.isin(labels, 1 + np.flatnonzero(size < least * size.max()))
            mask = np.where(small, not value, mask)
    return mask
