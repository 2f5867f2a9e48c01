"""What a picture weighs, and where. Arrays are float32 h w 4, premultiplied, in [0, 1]."""

import math

import cv2
import numpy as np

Colour = tuple[float, ...]  # sRGB, each channel in [0, 1]
WHITE: Colour = (1.0, 1.0, 1.0)
GROUND, SUBJECT, CONTOUR = 0.1, 0.5, 2.0
GROUND_OF_MANY = 0.5  # of three pictures and more: what strays from two others into a ground is worse than a paler subject
GROUND_OF_SHEET = 0.3  # of two that share a whole sheet: no arrangement keeps one's subject off the other's ground
_GREY = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / math.sqrt(3)


def ground_weight(count: int, whole: bool = False) -> float:
    """What the ground of one of so many pictures weighs; whole: the sheet stays in one piece."""
    return GROUND_OF_MANY if count > 2 else GROUND_OF_SHEET if whole else GROUND


def importance(rgba: np.ndarray, sigma: float, ground: float = GROUND) -> np.ndarray:
    """w = ground + 0.5 alpha + 2 g / p99(g), g the smoothed gradient of colour and alpha: contours and eyes. float32 (h, w)."""
    s = cv2.GaussianBlur(rgba, (0, 0), sigma / 4 + 0.5)
    g = np.sqrt(sum((cv2.Sobel(s, cv2.CV_32F, dx, dy) ** 2).sum(-1) for dx, dy in ((1, 0), (0, 1))))
    g = cv2.GaussianBlur(g, (0, 0), sigma)
    return (ground + SUBJECT * rgba[..., 3] + CONTOUR * g / (np.percentile(g, 99) + 1e-6)).astype(np.float32)


def hue_rotation(t: float) -> np.ndarray:
    """(3, 3): a rotation about the grey axis by t radians (Rodrigues' formula), cos t + sin t K + (1 - cos t) / 3."""
    return np.eye(3) * math.cos(t) + math.sin(t) * _GREY + (1 - math.cos(t)) / 3


def rotate_hue(rgba: np.ndarray, degrees: float) -> np.ndarray:
    """Rotate the hue of premultiplied colours (..., 4); clipped to what the alpha allows."""
    rgb = np.clip(rgba[..., :3] @ hue_rotation(math.radians(degrees)).T.astype(np.float32), 0, rgba[..., 3:])
    return np.concatenate([rgb, rgba[..., 3:]], -1).astype(np.float32)


def lighten(rgba: np.ndarray, amount: float) -> np.ndarray:
    """A tint towards white, c + t (alpha - c), or a shade towards black, (1 + t) c, for t = amount in [-1, 1]."""
    if not amount:
        return rgba
    rgb = rgba[..., :3] + amount * (rgba[..., 3:] - rgba[..., :3]) if amount > 0 else (1 + amount) * rgba[..., :3]
    return np.concatenate([rgb, rgba[..., 3:]], -1).astype(np.float32)


def composite_over(rgba: np.ndarray, ground: Colour | np.ndarray = WHITE) -> np.ndarray:
    """Colour on a ground: rgb + ground (1 - alpha)."""
    return (rgba[..., :3] + np.asarray(ground, np.float32) * (1 - rgba[..., 3:])).astype(np.float32)


def contrast_energy(rgba: np.ndarray, w: np.ndarray, ground: Colour = WHITE) -> float:
    """Contrast energy of a subject against its ground, sum w |I - ground|^2."""
    return float((w[..., None] * (composite_over(rgba, ground) - np.asarray(ground)) ** 2).sum())


def contour_contrast(rgba: np.ndarray, ground: Colour) -> float:
    """Colour step that 80 % of the contour exceeds: a subject must not vanish into its ground."""
    inside = (rgba[..., 3] > 0.5).astype(np.uint8)
    edge = (cv2.morphologyEx(inside, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0) & (inside > 0)
    if edge.sum() < 5:
        return 0.0
    return float(np.quantile(np.abs(rgba[..., :3][edge] - np.asarray(ground)).max(1), 0.2))


def dominant_colours(labels: np.ndarray, palette: np.ndarray, count: int = 3) -> list[Colour]:
    """The opaque colours of a drawing that cover most."""
    area = np.bincount(labels.ravel(), minlength=len(palette)) * (palette[:, 3] > 0.9)
    best = [i for i in np.argsort(-area, kind="stable")[:count] if area[i] > 0]
    return [tuple(round(float(v), 4) for v in palette[i, :3]) for i in best]
