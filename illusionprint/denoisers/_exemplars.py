"""Exemplars of a subject: its drawings, varied by rule."""

import math
from typing import Any

import cv2
import numpy as np

from ..casting._saliency import hue_rotation
from ..errors import BadValue

VARIANTS = 96


def pictures(prompt: Any, size_px: tuple[int, int]) -> list[np.ndarray]:
    """Pictures float32 (2 h, 2 w, 4) of a word, a path or an array (h w 3 or h w 4, in [0, 1], premultiplied).
    Raises what `vocabulary.find` and `vocabulary.load_picture` raise, and BadValue for an array that is no picture.
    """
    double = (2 * size_px[0], 2 * size_px[1])
    if not isinstance(prompt, str):
        return [_centred(np.asarray(prompt, np.float32), double)]
    return [_centred(d.rgb, double) if d.is_photo else d.rgba(double) for d in _drawings(prompt)]


def _drawings(word: str) -> list[Any]:
    from .. import vocabulary

    return [vocabulary.load_picture(word)] if vocabulary.is_picture(word) else vocabulary.find(word)


def _centred(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The picture squeezed into the middle square of the shorter side."""
    if picture.ndim != 3 or picture.shape[2] not in (3, 4):
        raise BadValue(f"a picture as a prompt is h x w x 3 or 4; {picture.shape} came.")
    if picture.shape[2] == 3:
        picture = np.concatenate([picture, np.ones_like(picture[..., :1])], -1)
    side = min(size)
    top, left = ((n - side) // 2 for n in size)
    out = np.zeros((*size, 4), np.float32)
    out[top : top + side, left : left + side] = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
    return out


def exemplars(prompt: Any, size_px: tuple[int, int], count: int = VARIANTS, seed: int = 0) -> np.ndarray:
    """Exemplars float32 (9 count, h, w, 3) in [-1, 1]: variants of the prompt's drawings on white, each shifted by -1, 0, 1 px both ways.
    The empty prompt has one, the white ground. The same prompt gives the same exemplars.
    """
    if isinstance(prompt, str) and not prompt.strip():
        return np.ones((1, *size_px, 3), np.float32)
    rng, drawings = np.random.default_rng(seed), pictures(prompt, size_px)
    out = [s for i in range(count) for s in _shifted(augmented(drawings[i % len(drawings)], rng), size_px)]
    return np.stack(out) * 2 - 1


def _shifted(rgba: np.ndarray, size_px: tuple[int, int]) -> list[np.ndarray]:
    """Nine rgb pictures of size_px on white of one of twice the size."""
    small = cv2.resize(rgba[..., :3] + (1 - rgba[..., 3:]), size_px[::-1], interpolation=cv2.INTER_AREA)
    wide = np.pad(small, ((1, 1), (1, 1), (0, 0)), mode="edge")
    return [wide[y : y + size_px[0], x : x + size_px[1]] for y in range(3) for x in range(3)]


def augmented(rgba: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Mirrored by chance, turned (sd 8 degrees), scaled (0.8 to 1.1), shifted (sd 3.5 %), bent (sd 2 %), with another hue and lightness."""
    h, w = rgba.shape[:2]
    if rng.random() < 0.5:
        rgba = rgba[:, ::-1]
    angle, scale = math.radians(rng.normal(0, 8)), rng.uniform(0.8, 1.1)
    y, x = np.mgrid[:h, :w].astype(np.float32)
    u, v = x - w / 2 - w * rng.normal(0, 0.035), y - h / 2 - h * rng.normal(0, 0.035)
    c, s = math.cos(angle) / scale, math.sin(angle) / scale
    du, dv = (cv2.resize(rng.normal(0, 0.02, (4, 4)).astype(np.float32), (w, h), interpolation=cv2.INTER_CUBIC) * min(h, w) for _ in range(2))
    u, v = c * u + s * v + w / 2 + du, c * v - s * u + h / 2 + dv
    out = cv2.remap(rgba, u.astype(np.float32), v.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return _recoloured(np.clip(out, 0, 1), rng.normal(0, 0.35), rng.normal(0, 0.06))


def _recoloured(rgba: np.ndarray, hue_rad: float, lighter: float) -> np.ndarray:
    """Hue rotated, then c' = c + lighter alpha."""
    rgb = rgba[..., :3] @ hue_rotation(hue_rad).T.astype(np.float32) + lighter * rgba[..., 3:]
    return np.concatenate([np.clip(rgb, 0, rgba[..., 3:]), rgba[..., 3:]], -1).astype(np.float32)
