"""What the searches draw from: poses of a subject, and looks (hue, lightness) that its colours may take."""

import functools
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np

from ..vocabulary import Drawing, Pose, has_lettering
from ._part import Part
from ._penalty import MAX_LIGHTNESS_SHIFT, mean_chroma, search_range
from ._saliency import GROUND, importance

ColourShift = tuple[float, float]  # hue in degrees, lightness
MAX_CUT_OFF = 0.03  # what the frame may cut off a subject
MAX_CUT_OFF_BOARD = 0.15  # of a board, where subjects are as large as they can be
SHRINK_STEPS = 8  # steps by which a pose shrinks until it is within the frame
BASE_PX = 64  # side of the rendering that poses are resampled from


def colour_shifts(drawing: Drawing, rng: np.random.Generator, natural: float, count: int = 9) -> list[ColourShift]:
    """Its own colours first, then lighter and darker ones and small turns of hue; a grey drawing need not be turned."""
    far = search_range(natural)
    span, light = 180 * far**1.33 if mean_chroma(drawing) > 0.03 else 0.0, MAX_LIGHTNESS_SHIFT * min(1.0, 1.6 * far)
    out = [(0.0, 0.0), (0.0, light), (0.0, -light)]
    for n in range(max(0, count - 3)):
        side = (-1) ** n * (n // 2 + 1) / max(1, (count - 3) // 2)
        out.append((span * side * rng.uniform(0.8, 1.0), light * rng.uniform(-0.7, 0.7)))
    return list(dict.fromkeys((round(float(h), 1), round(float(v), 2)) for h, v in out))[:count]


def random_poses(rng: np.random.Generator, natural: float, count: int, mirrored: bool = True) -> list[Pose]:
    """Mostly near upright, every other one mirrored if any may be; the subject stays in the frame, which `render_poses` sees to."""
    sd = 20 * search_range(natural)
    draw = [random_pose(rng, np.round(np.clip(rng.normal(0, sd), -180, 180), 1), (0.74, 1.05), 0.13, bool(mirrored and n % 2)) for n in range(count - 2)]
    return [Pose(), Pose(mirror=mirrored), *draw]


def random_pose(rng: np.random.Generator, turn_deg: float, scale: tuple[float, float], shift: float, mirror: bool) -> Pose:
    """A turn with a scale (between bounds) and a shift (up to a share of the side) at random."""
    size = float(np.round(rng.uniform(*scale), 3))
    dx, dy = np.round(rng.uniform(-shift, shift, 2), 3).tolist()
    return Pose(float(turn_deg), size, dx, dy, mirror)


def keep_readable(drawing: Drawing, wanted: list[Pose]) -> list[Pose]:
    """The poses, none mirrored of a drawing that carries writing or is to stay upright."""
    return [replace(p, mirror=False) for p in wanted] if drawing.upright or has_lettering(drawing.subject) else wanted


def shrink_into_frame(drawing: Drawing, wanted: list[Pose]) -> list[Pose]:
    """Shrink poses on a board until its frame cuts off at most MAX_CUT_OFF_BOARD of the subject; MAX_CUT_OFF of a user's own vectors (letters, signs)."""
    out, start, most = list(wanted), base_raster(drawing), MAX_CUT_OFF if drawing.style == "svg" else MAX_CUT_OFF_BOARD
    for _ in range(SHRINK_STEPS):
        lost = render_poses(start, out, BASE_PX)[1]
        if lost.max() <= most:
            break
        out = [p if part <= most else _smaller(p) for p, part in zip(out, lost)]
    return out


def _smaller(p: Pose) -> Pose:
    return replace(p, scale=round(0.95 * p.scale, 3), dx=round(0.8 * p.dx, 3), dy=round(0.8 * p.dy, 3))


@functools.lru_cache(maxsize=32)
def base_raster(drawing: Drawing) -> np.ndarray:
    """float32 (BASE_PX, BASE_PX, 5): premultiplied colours, alpha, and importance beyond the ground's. Not to be written to."""
    a = drawing.rgba((BASE_PX, BASE_PX))
    return np.concatenate([a, importance(a, 1.5)[..., None] - GROUND], -1)


def recolour(part: Part, pictures: np.ndarray) -> np.ndarray:
    """Pictures (n, h, w, 5) of its drawing in its hue and lightness; importance stays."""
    return np.concatenate([part.coloured(pictures[..., :4]), pictures[..., 4:]], -1)


def render_poses(base: np.ndarray, wanted: list[Pose], px: int) -> tuple[np.ndarray, np.ndarray]:
    """(pictures (n, px, px, 5), share of the subject that the frame cuts off (n,))."""
    side = 2 * px
    start = _resized(base, side) if side < BASE_PX else base
    k = side / start.shape[0]
    whole = start[..., 3].sum() * k**2 + 1e-6
    out, lost = np.empty((len(wanted), px, px, 5), np.float32), np.empty(len(wanted))
    for n, p in enumerate(wanted):
        m = np.array(p.matrix()).reshape(3, 2).T
        m = np.concatenate([m[:, :2] * k, m[:, 2:] * side + m[:, :2].sum(1, keepdims=True) * k / 2 - 0.5], 1)
        large = _each(functools.partial(cv2.warpAffine, M=m, dsize=(side, side), flags=cv2.INTER_LINEAR), start)
        lost[n] = 1 - large[..., 3].sum() / (whole * p.scale**2)
        out[n] = _resized(large, px)
    return np.clip(out, 0, None), lost


def _resized(x: np.ndarray, px: int) -> np.ndarray:
    return _each(lambda y: cv2.resize(y, (px, px), interpolation=cv2.INTER_AREA), x)


def _each(move: Callable[[np.ndarray], np.ndarray], x: np.ndarray) -> np.ndarray:
    """A function of OpenCV's, which takes four channels at most, on colours and on importance."""
    return np.concatenate([move(x[..., :4]), move(x[..., 4])[..., None]], -1)
