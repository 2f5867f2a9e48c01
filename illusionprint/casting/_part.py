"""One picture of a casting: a drawing, how it lies, its colours and its ground."""

import dataclasses
import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import cv2
import numpy as np

from ..jigsaw import Arrangement
from ..vocabulary import Drawing, Pose
from ._ground import Backdrop
from ._saliency import WHITE, Colour, composite_over, lighten, rotate_hue

T = TypeVar("T")
Size = tuple[int, int]
Drawings = list[Drawing]  # of one subject, one a style
Subjects = list[Drawings]
Progress = Callable[[int, int, str], None] | None  # done, of how many, what
Balance = float | tuple[float, ...]
CACHED_PX = 2**18
SEEDS_PER_SEARCH = 10  # designs of one search that seeds pick from: seeds 0 to 9 are one search, 10 to 19 the next


@dataclass(frozen=True, eq=False)
class Part:
    """A drawing as it is cast: pose, hue, lightness (towards white 1, black -1), ground; backdrop: a ground of two colours, not displaced.
    displacement: field float32 (g, g, 2) (right, down) at control points of the square, in units of its side: at p stands what the drawing has at p + u(p).
    """

    drawing: Drawing
    pose: Pose = Pose()
    hue_deg: float = 0.0
    ground: Colour = WHITE
    displacement: np.ndarray | None = None
    light: float = 0.0
    backdrop: Backdrop | None = None

    def coloured(self, rgba: np.ndarray) -> np.ndarray:
        """The drawing's own premultiplied colours (..., 4) as they are cast."""
        return lighten(rotate_hue(rgba, self.hue_deg), self.light)

    @property
    def grounds(self) -> tuple[Colour, ...]:
        """The colours between which its ground lies."""
        return (self.ground, self.backdrop.colour) if self.backdrop else (self.ground,)

    def rgba(self, size_px: Size) -> np.ndarray:
        """float32 (h, w, 4), premultiplied."""
        a = self.coloured(self.drawing.rgba(size_px, self.pose))
        return a if self.displacement is None else np.clip(cv2.remap(a, *self.field(size_px), cv2.INTER_LINEAR), 0, 1)

    def rgb(self, size_px: Size) -> np.ndarray:
        """float32 (h, w, 3), on its ground."""
        return composite_over(self.rgba(size_px), self.background(size_px))

    def background(self, size_px: Size) -> np.ndarray:
        """Its ground: float32 (3,), or (h, w, 3) where it has a backdrop."""
        return self.backdrop.palette(self.ground)[self.backdrop.on(size_px)] if self.backdrop else np.asarray(self.ground, np.float32)

    def flat(self, size_px: Size) -> tuple[np.ndarray, np.ndarray]:
        """Labels uint8 or uint16 (h, w) and colours float32 (n, 3) on the ground. Not to be written to: small ones are kept."""
        return (_flat if size_px[0] * size_px[1] <= CACHED_PX else _flat.__wrapped__)(self, size_px)

    def field(self, size_px: Size) -> tuple[np.ndarray, np.ndarray]:
        """float32 maps (x, y) for cv2.remap at a size: the bend lies over the middle square, and goes on beyond it as at its edge."""
        h, w = size_px
        m = min(h, w)
        assert self.displacement is not None
        u = cv2.resize(self.displacement, (m, m), interpolation=cv2.INTER_CUBIC) * m
        y, x = (h - m) // 2, (w - m) // 2
        u = np.pad(u, ((y, h - m - y), (x, w - m - x), (0, 0)), mode="edge")
        return np.arange(w, dtype=np.float32) + u[..., 0], np.arange(h, dtype=np.float32)[:, None] + u[..., 1]

    def facts(self) -> dict[str, Any]:
        """What anagram.json tells of it."""
        drawn = {name: getattr(self.drawing, name) for name in ("subject", "style", "licence")}
        look = {"pose": dataclasses.asdict(self.pose), "hue_deg": self.hue_deg, "light": self.light, "ground": _hex(self.ground)}
        backdrop = {self.backdrop.fill: _hex(self.backdrop.colour)} if self.backdrop else {}
        return {**drawn, **look, **backdrop, "bent": self.displacement is not None}


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{round(255 * v):02x}" for v in colour)


@functools.lru_cache(maxsize=64)
def _flat(part: Part, size_px: Size) -> tuple[np.ndarray, np.ndarray]:
    labels, palette = part.drawing.flat(size_px, part.pose)
    if part.displacement is not None:
        ground = int(palette[:, 3].argmin())
        labels = cv2.remap(labels, *part.field(size_px), cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT, borderValue=ground)
    palette = part.coloured(palette)
    if part.backdrop is None:
        return labels, np.clip(composite_over(palette, part.ground), 0, 1)
    grounds = part.backdrop.palette(part.ground)
    steps = np.where(palette[:, 3] < 0.999, len(grounds), 1)  # what is seen through takes a colour a step of the ground
    first = (np.cumsum(steps) - steps).astype(np.uint16)
    labels = first[labels] + np.minimum(part.backdrop.on(size_px), (steps - 1)[labels]).astype(np.uint16)
    return labels, np.clip(np.concatenate([composite_over(np.repeat(p[None], n, 0), grounds[:n]) for p, n in zip(palette, steps)]), 0, 1)


@dataclass(frozen=True, eq=False)
class Casting:
    """All pictures; conflict from 0 (they agree); score 0 to 1, how well both are seen in a preview; a board's arrangement.
    balance: what the first picture's importance counts against the others', or what each counts. tilt: growth of its logarithm from the middle of the sheet to
    the right and to the lower edge.
    """

    parts: tuple[Part, ...]
    conflict: float
    score: float = 0.0
    arrangement: Arrangement | None = None
    balance: Balance = 1.0
    tilt: tuple[float, float] = (0.0, 0.0)

    @property
    def arranged(self) -> Arrangement:
        """The arrangement of a casting that has one."""
        assert self.arrangement is not None
        return self.arrangement

    @property
    def design(self) -> tuple:
        """What two castings have in common that differ only in bend, balance and tilt."""
        return tuple((p.drawing.style, p.pose, p.hue_deg, p.light, p.ground, p.backdrop) for p in self.parts)

    def facts(self) -> dict[str, Any]:
        tilt = {"tilt": list(self.tilt)} if any(self.tilt) else {}
        figures = {"conflict": round(self.conflict, 4), "balance": self.balance, **tilt, "score": round(self.score, 4)}
        return {**figures, "pictures": [p.facts() for p in self.parts]}


def first_per_key(found: Iterable[T], key: Callable[[T], Any]) -> list[T]:
    """The first of all that have a key in common, in their order."""
    out: dict[Any, T] = {}
    for one in found:
        out.setdefault(key(one), one)
    return list(out.values())
