"""What is unnatural about a cast picture, in units of conflict: one price for all searches.

    price = n / (1 - n) * (colourful (1 - cos hue) / 2 + light^2 (1 + [light < 0]) + 2 (1 - cos turn) + |shift|^2 / 2 + lost)

n is `natural`: 0 lets everything go, 1 keeps the drawing as it is. colourful: mean chroma of the drawing, so that grey may turn and a lion may not.
lost: how far the contour sinks into the ground, place by place (`contour_losses`), so that one clear side does not pay for one that vanishes.
"""

import functools
import math

import cv2
import numpy as np

from ..vocabulary import Drawing, Pose
from ._part import Part
from ._saliency import WHITE

DEFAULT_NATURAL = 0.5
CLEAR_STEP = 0.25  # colour step at which a contour is plain
SHIFT_PENALTY = 0.5  # what a shift by a whole side costs
MAX_LIGHTNESS_SHIFT = 0.35  # the farthest that a picture is lightened or darkened
TWO_GROUNDS_PENALTY = 0.02  # what a second ground costs
_PX = 64


def pair_penalty(one: Part, two: Part, natural: float = DEFAULT_NATURAL) -> float:
    """The price of both pictures, and of two grounds."""
    return penalty(one, natural) + penalty(two, natural) + TWO_GROUNDS_PENALTY * (one.ground != two.ground)


def penalty(part: Part, natural: float = DEFAULT_NATURAL) -> float:
    """What one picture costs: its hue, lightness, pose and ground."""
    return colour_penalty(part, natural) + pose_penalty(part.pose, natural) + penalty_weight(natural) * contour_loss(part)


def colour_penalty(part: Part, natural: float) -> float:
    """What its hue and lightness cost; a shade muddies colours, a tint does not."""
    turned = mean_chroma(part.drawing) * (1 - math.cos(math.radians(part.hue_deg))) / 2
    return penalty_weight(natural) * (turned + part.light**2 * (2 if part.light < 0 else 1))


def pose_penalty(pose: Pose, natural: float) -> float:
    """What a pose costs, turned and shifted from the middle."""
    return penalty_weight(natural) * (2 * (1 - math.cos(math.radians(pose.turn_deg))) + SHIFT_PENALTY * (pose.dx**2 + pose.dy**2))


def penalty_weight(natural: float) -> float:
    """n / (1 - n), at most 1000."""
    return min(1000.0, natural / max(1e-9, 1 - natural))


def search_range(natural: float) -> float:
    """How far the searches go, 1 to 0: what the price would forbid need not be tried."""
    return (1 - natural) ** 1.5


@functools.lru_cache(maxsize=256)
def mean_chroma(drawing: Drawing) -> float:
    """Mean chroma, max - min of the channels, of the opaque parts: 0 grey to 1."""
    a = drawing.rgba((_PX, _PX))
    chroma = a[..., :3].max(-1) - a[..., :3].min(-1)
    return float(chroma.sum() / (a[..., 3].sum() + 1e-6))


def contour_loss(part: Part) -> float:
    """What the contour loses on the part's own ground against white, 0 to 1; the worse end of a ground of two colours."""
    lost = contour_losses(_contour_colours(part.drawing, part.hue_deg, part.light), [WHITE, *part.grounds])
    return max(0.0, float(lost[1:].max() - lost[0]))


@functools.lru_cache(maxsize=512)
def _contour_colours(drawing: Drawing, hue_deg: float, light: float) -> np.ndarray:
    return contour_colours(Part(drawing, hue_deg=hue_deg, light=light).rgba((_PX, _PX)))


def contour_colours(rgba: np.ndarray) -> np.ndarray:
    """Colours float32 (n, 3) just inside a contour."""
    inside = (rgba[..., 3] > 0.5).astype(np.uint8)
    edge = (inside - cv2.erode(inside, np.ones((3, 3), np.uint8), borderValue=0)) > 0
    return rgba[..., :3][edge] / rgba[..., 3:][edge]


def contour_losses(rim: np.ndarray, grounds: list[tuple[float, ...]]) -> np.ndarray:
    """float32 (grounds,): mean over the contour of max(0, 1 - step / CLEAR_STEP), step the greatest difference of a channel."""
    if not len(rim):
        return np.ones(len(grounds), np.float32)
    step = np.abs(rim[None] - np.asarray(grounds, np.float32)[:, None]).max(-1)
    return np.maximum(0, 1 - step / CLEAR_STEP).mean(1)
