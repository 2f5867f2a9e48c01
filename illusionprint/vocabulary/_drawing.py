"""A drawing: vectors, posed as vectors, so that it is crisp at any size."""

from __future__ import annotations

import functools
import math
import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..errors import BadValue


@dataclass(frozen=True)
class Pose:
    """Where a drawing lies in its square of side 1: mirrored, scaled, turned clockwise about the middle, then shifted (right, down)."""

    turn_deg: float = 0.0
    scale: float = 1.0
    dx: float = 0.0
    dy: float = 0.0
    mirror: bool = False

    def matrix(self) -> tuple[float, float, float, float, float, float]:
        """SVG matrix in units of the side: p' = R S M (p - 1/2) + 1/2 + d."""
        c, s = (self.scale * f(math.radians(self.turn_deg)) for f in (math.cos, math.sin))
        m = -1 if self.mirror else 1
        a, b, c2, d = c * m, s * m, -s, c
        return a, b, c2, d, 0.5 + self.dx - (a + c2) / 2, 0.5 + self.dy - (b + d) / 2


UPRIGHT = Pose()


@dataclass(frozen=True)
class Drawing:
    """A vector drawing (SVG); margin: the ground it wants around it, as a share of the side; upright: a mirror would spoil it, as it does letters."""

    subject: str
    style: str
    licence: str
    credit: str
    svg: str
    margin: float = 0.0
    upright: bool = False

    is_photo = False

    def rgba(self, size_px: tuple[int, int], pose: Pose = UPRIGHT) -> np.ndarray:
        """float32 (h, w, 4), premultiplied, in [0, 1]; the pose's square is the middle one of the shorter side."""
        a = _render(self.svg, self.margin, size_px, pose, False).astype(np.float32) / 255
        return np.concatenate([a[..., :3] * a[..., 3:], a[..., 3:]], -1)

    def flat(self, size_px: tuple[int, int], pose: Pose = UPRIGHT, colours: int = 24) -> tuple[np.ndarray, np.ndarray]:
        """Labels uint8 (h, w) and their colours float32 (n, 4), premultiplied: no antialiasing, gradients in flat steps."""
        return quantise_colours(_render(self.svg, self.margin, size_px, pose, True), colours)

    def mirrored(self) -> Drawing:
        """The same drawing left to right, about the middle of its view box."""
        tag, body = _split(self.svg)
        x, _, width, _ = _view_box(tag)
        before, after = self.svg.split(tag, 1)[0], self.svg[self.svg.rindex("</svg>") :]
        return replace(self, svg=f'{before}{tag}<g transform="matrix(-1 0 0 1 {2 * x + width:.9g} 0)">{body}</g>{after}')


@functools.lru_cache(maxsize=4)
def _render(svg: str, margin: float, size_px: tuple[int, int], pose: Pose, crisp: bool) -> np.ndarray:
    """uint8 (h, w, 4), not premultiplied."""
    import cv2
    import resvg_py

    h, w = size_px
    try:
        edges: Any = "crisp_edges" if crisp else "geometric_precision"
        text = posed_svg(svg, margin, size_px, pose)
        png = resvg_py.svg_to_bytes(svg_string=text, width=w, height=h, skip_system_fonts=True, shape_rendering=edges)
    except BaseException as error:  # a panic of the renderer is no Exception
        if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
            raise
        raise BadValue(f"the renderer cannot draw this picture at {w} x {h} pixels ({str(error)[:80]}); take another style, size or drawing.") from None
    return cv2.cvtColor(np.asarray(cv2.imdecode(np.frombuffer(bytes(png), np.uint8), cv2.IMREAD_UNCHANGED)), cv2.COLOR_BGRA2RGBA)


def posed_svg(svg: str, margin: float, size_px: tuple[int, int], pose: Pose) -> str:
    """The drawing inside a square of side 1, under the pose's matrix."""
    tag, body = _split(svg)
    box = _view_box(tag)
    side = max(box[2:]) / (1 - 2 * margin)
    x, y = (box[i] - (side - box[i + 2]) / 2 for i in (0, 1))
    keep = "".join(re.findall(r"""\s(?:xmlns:?\w*|(?:fill|stroke)[\w-]*|style|class|color|opacity)=(?:"[^"]*"|'[^']*')""", tag))
    keep = keep if "xmlns=" in keep else ' xmlns="http://www.w3.org/2000/svg"' + keep
    h, w = (n / min(size_px) for n in size_px)
    sides = f'width="{size_px[1]}" height="{size_px[0]}"'  # without them resvg takes the aspect of the whole numbers above the view box
    move = " ".join(f"{v:.9g}" for v in pose.matrix())
    square = f'<g transform="matrix({move}) scale({1 / side:.9g}) translate({-x:.9g} {-y:.9g})">{body}</g>'
    return f'<svg{keep} {sides} viewBox="{(1 - w) / 2:.9g} {(1 - h) / 2:.9g} {w:.9g} {h:.9g}">{square}</svg>'


def _split(svg: str) -> tuple[str, str]:
    """(the root's tag, what is in it)."""
    found = re.search(r"<svg\b[^>]*>", svg, re.S)
    assert found is not None
    return found[0], svg[found.end() : svg.rindex("</svg>")]


def quantise_colours(rgba: np.ndarray, colours: int) -> tuple[np.ndarray, np.ndarray]:
    """uint8 (h, w, 4) as labels and at most `colours` premultiplied colours, by Lloyd's algorithm from the most frequent ones."""
    value = np.ascontiguousarray(rgba).view(np.uint32)[..., 0]
    value = np.where(value >> 24 == 0, np.uint32(0), value)
    starts = np.flatnonzero(np.diff(value.ravel(), prepend=value.ravel()[:1] + 1))
    found, at, count = np.unique(value.ravel()[starts], return_inverse=True, return_counts=True)
    table = found[:, None].view(np.uint8).reshape(-1, 4).astype(np.float32) / 255
    table[:, :3] *= table[:, 3:]
    group = _cluster_colours(table, np.bincount(at, np.diff(starts, append=value.size)), colours)
    labels = np.repeat(group[at].astype(np.uint8), np.diff(starts, append=value.size)).reshape(value.shape)
    weight = np.bincount(at, np.diff(starts, append=value.size))
    mean = np.stack([np.bincount(group, weight * table[:, c]) / np.bincount(group, weight) for c in range(4)], 1)
    return labels, mean.astype(np.float32)


def _cluster_colours(table: np.ndarray, weight: np.ndarray, colours: int) -> np.ndarray:
    """int (n,): group of each colour; groups are numbered without gaps."""
    if len(table) <= colours:
        return np.arange(len(table))
    centres = table[np.argsort(-weight, kind="stable")[:1]]
    for _ in range(colours - 1):  # farthest first, frequent ones preferred
        far = ((table[:, None] - centres) ** 2).sum(-1).min(1) * np.sqrt(weight)
        centres = np.vstack([centres, table[far.argmax()]])
    for _ in range(12):
        group = ((table[:, None] - centres) ** 2).sum(-1).argmin(1)
        total = np.bincount(group, weight, colours)
        centres = np.stack([np.bincount(group, weight * table[:, c], colours) for c in range(4)], 1) / np.maximum(total, 1e-9)[:, None]
    return np.unique(group, return_inverse=True)[1]


def _view_box(tag: str) -> tuple[float, float, float, float]:
    box = re.search(r"""viewBox=["']([^"']+)""", tag)
    if box:
        x, y, width, height = (float(v) for v in re.split(r"[\s,]+", box[1].strip()))
        return x, y, width, height
    sides = (re.search(rf"""\s{n}=["']\s*([\d.]+)""", tag) for n in ("width", "height"))
    width, height = (float(s[1]) if s else 100.0 for s in sides)
    return 0.0, 0.0, width, height
