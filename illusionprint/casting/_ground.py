"""What lies behind a subject: one colour, or two in a gradient or a pattern that the views map to themselves.

Places are measured from the middle of the sheet in units of its shorter side, so that a ground is the same at any size.
"""

import math
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from ..errors import BadValue
from ._saliency import Colour

GRADIENT_STEPS = 12  # flat bands of a gradient
DOT_RADIUS = 0.22  # radius of a dot, in periods
FILLS = ("gradient", "pattern")


@dataclass(frozen=True)
class Backdrop:
    """A second colour of a ground: "gradient" from top to bottom, "pattern" of dots, or "halves", this colour below the line y = -slope x.
    The dots stand `period` apart, half a period beside the middle, so half and quarter turns, mirrors and motions of pieces 2 periods wide keep them.
    """

    fill: str
    colour: Colour
    period: float = 1 / 12
    slope: float = 0.0

    def steps(self, x: np.ndarray, y: np.ndarray, height: float = 1.0) -> np.ndarray:
        """int, of places (x right, y down): 0 is the ground's colour, the last its own. height of the sheet in shorter sides."""
        if self.fill == "gradient":
            return np.clip(np.floor((y / height + 0.5) * GRADIENT_STEPS + 1e-9 * np.sign(y)), 0, GRADIENT_STEPS - 1).astype(np.int32)
        if self.fill == "halves":
            return (y + self.slope * x > 0).astype(np.int32)
        u, v = ((np.asarray(z) / self.period) % 1 - 0.5 for z in (x, y))
        return (np.hypot(u, v) < DOT_RADIUS).astype(np.int32)

    def palette(self, ground: Colour) -> np.ndarray:
        """float32 (steps, 3)."""
        share = np.linspace(0, 1, GRADIENT_STEPS if self.fill == "gradient" else 2)[:, None]
        return ((1 - share) * np.asarray(ground) + share * np.asarray(self.colour)).astype(np.float32)

    def on(self, size_px: tuple[int, int]) -> np.ndarray:
        """int32 (h, w): `steps` at pixel centres."""
        h, w = size_px
        m = min(h, w)
        x, y = (np.arange(w) + 0.5 - w / 2) / m, (np.arange(h)[:, None] + 0.5 - h / 2) / m
        return np.broadcast_to(self.steps(x, y, h / m), size_px)

    def lines(self, width: float, height: float) -> list[np.ndarray]:
        """Where its colours meet, as lines (n, 2) from the middle of a sheet of that many shorter sides."""
        if self.fill == "gradient":
            return [np.array([[-width / 2, y], [width / 2, y]]) for y in (np.arange(1, GRADIENT_STEPS) / GRADIENT_STEPS - 0.5) * height]
        if self.fill == "halves":
            return [np.array([[-width / 2, self.slope * width / 2], [width / 2, -self.slope * width / 2]])]
        t = np.linspace(0, 2 * math.pi, 49)
        ring = DOT_RADIUS * self.period * np.stack([np.cos(t), np.sin(t)], 1)
        ring[-1] = ring[0]
        nx, ny = (math.ceil(n / 2 / self.period) for n in (width, height))
        return [ring + ((i + 0.5) * self.period, (j + 0.5) * self.period) for i in range(-nx, nx) for j in range(-ny, ny)]


def parse_ground(text: str, pictures: int = 2) -> tuple[str, tuple[Colour, ...]]:
    """Parse "auto", "white", "#rrggbb,navy", "gradient", "pattern,skyblue,white" as ("auto" | "plain" | "gradient" | "pattern", colours).
    Raises BadValue for what is neither, and for more than two colours; more than two pictures lie on auto or on one colour.
    """
    first, *rest = (part.strip().lower() for part in text.split(","))
    names = rest if first in ("auto", *FILLS) else [first, *rest]
    if len(names) > (0 if first == "auto" else 2):
        raise BadValue(f"a ground is auto, or one or two colours, alone or after {' or '.join(FILLS)}; '{text}' came.")
    if pictures > 2 and (first in FILLS or len(names) > 1):
        raise BadValue(f"{pictures} pictures lie on one plain colour, or auto; the ground '{text}' came.")
    return first if first in ("auto", *FILLS) else "plain", tuple(_colour(name) for name in names)


def second_colour(ground: Colour, given: tuple[Colour, ...]) -> Colour:
    """The other colour of a ground: the second one given, or a paler tint of it, of a light one a darker."""
    if len(given) == 2:
        return given[1]
    return tuple(round(0.5 * v + 0.5, 4) if min(ground) < 0.8 else round(0.9 * v, 4) for v in ground)


def _colour(name: str) -> Colour:
    from PIL import ImageColor

    try:
        return tuple(round(v / 255, 4) for v in ImageColor.getrgb(name)[:3])
    except ValueError:
        near = get_close_matches(name, ["auto", *FILLS, *ImageColor.colormap], 1, 0.55)
        hint = f"; did you mean '{near[0]}'?" if near else "."
        raise BadValue(
            f"unknown ground '{name}'{hint} Allowed: auto, {', '.join(FILLS)}, a colour as #rrggbb or by its name in CSS, as in 'white' or 'skyblue,navy'."
        ) from None
