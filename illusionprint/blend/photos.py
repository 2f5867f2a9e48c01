"""Two photographs brought to one shape and one tone, fitted to a board and blended."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ..casting.board_many import fit_all
from ..errors import BadValue
from ..jigsaw import Arrangement, Board
from ..jigsaw.fitting import refinement
from ..jigsaw.fitting.assignment import costs, fine_px, fit, of_costs
from ..views import PermutationView, View, undo_view
from .composite import shown_sizes
from .gradient_domain import MAX_SALIENCY
from .multiband import balance_two, saliency
from .tone_matching import match_tones

__all__ = ["Crop", "fit_arrangement", "balance_reduced", "conflict", "cropped", "candidate_crops", "fit_weight", "match_tones"]

WHOLE_WEIGHT = 20.0  # weight of what is to be kept whole; salience is 2.25 on strong contours
MAX_ZOOM = 1.2  # the closest crop that is tried
PERTURBATION = 0.25  # how far a second look goes from the best crops so far
MIRROR_PRICE = 1.01


@dataclass(frozen=True)
class Crop:
    """A crop of a picture that was turned by quarter turns clockwise, then mirrored.
    zoom 1 shows as much as the board's shape allows; x, y in [-1, 1]: where in the room that is left, 0 the middle.
    """

    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0
    mirror: bool = False
    turn: int = 0

    @property
    def price(self) -> float:
        """Factor on the conflict: what is cut away, leaving the middle and the mirror must pay."""
        return self.zoom**0.25 * (1 + 0.03 * (self.x**2 + self.y**2)) * MIRROR_PRICE**self.mirror

    @property
    def text(self) -> str:
        """ "1.13,0.2,-0.45,mirror,turn 1", as in puzzle.toml."""
        return f"{self.zoom:g},{self.x:g},{self.y:g}" + ",mirror" * self.mirror + f",turn {self.turn}" * bool(self.turn)

    @classmethod
    def of(cls, text: str) -> Crop:
        """The crop that `text` wrote. Raises BadValue for anything else."""
        parts = re.fullmatch(r"([\d.]+),(-?[\d.]+),(-?[\d.]+)(,mirror)?(?:,turn ([1-3]))?", re.sub(r"\s*,\s*", ",", text.strip()))
        try:
            out = cls(float(parts[1]), float(parts[2]), float(parts[3]), bool(parts[4]), int(parts[5] or 0)) if parts else cls(0)
        except ValueError:
            out = cls(0)
        if not (1 <= out.zoom <= 20 and abs(out.x) <= 1 and abs(out.y) <= 1):
            raise BadValue(f"a crop is zoom,x,y with a zoom from 1 to 20 and x, y from -1 to 1, as in '1.1,0,-0.5' or '1,0,0,mirror,turn 1'; '{text}' came.")
        return out


def turned_and_mirrored(x: np.ndarray, crop: Crop) -> np.ndarray:
    """A picture or mask turned and mirrored, not yet cropped."""
    x = np.rot90(x, -crop.turn)
    return x[:, ::-1] if crop.mirror else x


def window(shape: tuple[int, int], size_px: tuple[int, int], crop: Crop) -> tuple[slice, slice]:
    """Rows and columns of a posed picture that a crop takes for a size (h, w)."""
    k = max(size_px[0] / shape[0], size_px[1] / shape[1]) * crop.zoom
    part = [min(n, round(goal / k)) for n, goal in zip(shape, size_px)]
    first = [round((n - c) * (1 + at) / 2) for n, c, at in zip(shape, part, (crop.y, crop.x))]
    rows, columns = (slice(f, f + c) for f, c in zip(first, part))
    return rows, columns


def cropped(rgb: np.ndarray, size_px: tuple[int, int], crop: Crop = Crop()) -> np.ndarray:
    """A picture in the shape of the board, float32 (h, w, 3), area-averaged down or cubic up; also a mask (h, w)."""
    whole = turned_and_mirrored(rgb, crop)
    part = np.ascontiguousarray(whole[window(whole.shape[:2], size_px, crop)])
    way = cv2.INTER_AREA if part.shape[0] > size_px[0] else cv2.INTER_CUBIC
    return np.clip(cv2.resize(part, size_px[::-1], interpolation=way), 0, 1)


def candidate_crops(count: int, seed: int, mirror: bool = False, turns: Sequence[int] = (0, 0)) -> list[tuple[Crop, ...]]:
    """Draw crops of all pictures from the seed: the plain ones first, then zooms up to MAX_ZOOM and shifts.
    mirror: half of the pictures after the first are mirrored; turns: the quarter turns of each.
    """
    rng = np.random.default_rng(seed)

    def one(mirrored: bool, turned: int) -> Crop:
        zoom, x, y = np.round([rng.uniform(1, MAX_ZOOM), *rng.uniform(-1, 1, 2)], 3).tolist()
        return Crop(zoom, x, y, mirrored, turned)

    found = [tuple(one(mirror and bool(n << 1 >> k & 1) and k > 0, t) for k, t in enumerate(turns)) for n in range(count)]
    return [tuple(Crop(turn=t) for t in turns), *found]


def perturbed_crops(some: Sequence[Crop], rng: np.random.Generator) -> tuple[Crop, ...]:
    """All crops moved a little."""

    def one(c: Crop) -> Crop:
        zoom, x, y = np.round([c.zoom, c.x, c.y] + rng.normal(0, PERTURBATION, 3) * [0.25, 1, 1], 3)
        return replace(c, zoom=float(np.clip(zoom, 1, MAX_ZOOM)), x=float(np.clip(x, -1, 1)), y=float(np.clip(y, -1, 1)))

    return tuple(map(one, some))


def fit_weight(w: np.ndarray) -> np.ndarray:
    """The weight that pieces are fitted with, from the salience: every place alike, as ghosts in flat places count as well, but for what is kept whole."""
    return np.maximum(1, w / MAX_SALIENCY)


def conflict(a: np.ndarray, b: np.ndarray, cut: Board | None, view: View | None) -> float:
    """Conflict left by the best arrangement (or under the view) over the contrast energy of both; toned pictures (h, w, 3)."""
    wa, wb = (fit_weight(saliency(x)) for x in (a, b))
    norm = sum(float((w[..., None] * (x - x.mean((0, 1))) ** 2).sum()) for x, w in ((a, wa), (b, wb))) + 1e-6
    if cut:
        return fit(a, b, wa, wb, cut, cut.px_of(a.shape[:2]))[1] / norm
    assert view is not None
    other = undo_view(view, b - 0.5) + 0.5
    v = undo_view(view, wb[..., None])[..., 0] if isinstance(view, PermutationView) else wb
    return float((wa * v / (wa + v) * ((a - other) ** 2).sum(-1)).sum()) / norm


def fit_arrangement(a: np.ndarray, b: np.ndarray, wa: np.ndarray, wb: np.ndarray, cut: Board) -> Arrangement:
    """Fit the board's arrangement to pictures (h, w, 3), their weights (h, w) and their seams, at 12 px a piece (6 on large boards)."""
    s = fine_px(cut)
    size = cut.size_px(s)[::-1]
    a, b, wa, wb = (cv2.resize(x, size, interpolation=cv2.INTER_AREA) for x in (a, b, wa, wb))
    cost = costs(a, b, wa, wb, cut, s)
    return refinement.nearer(of_costs(cost, cut)[0], lambda *_: cost, refinement.sides([a, b], cut, s))


def balance_reduced(a: np.ndarray, b: np.ndarray, wa: np.ndarray, wb: np.ndarray, view: View, sigma: float) -> float:
    """`multiband.balance_two` on reduced pictures, about 500 px on the longer side."""
    h, w = a.shape[:2]
    k = min(1.0, 500 / max(h, w))
    size = (round(w * k), round(h * k))
    one = [cv2.resize(x, size, interpolation=cv2.INTER_AREA) for x in (a, wa)]
    two = [cv2.resize(x, view.shown_size(size), interpolation=cv2.INTER_AREA) for x in (b, wb)]
    return balance_two(one[0], two[0], one[1], two[1], view, sigma * k)


def fit_arrangement_many(pictures: Sequence[np.ndarray], weights: Sequence[np.ndarray], cut: Board) -> Arrangement:
    """Fit the board's arrangement to three and more pictures, as `fit_arrangement`."""
    s = fine_px(cut)
    small, light = ([cv2.resize(x, cut.size_px(s)[::-1], interpolation=cv2.INTER_AREA) for x in found] for found in (pictures, weights))
    state = fit_all(small, light, cut)

    def costs_of(k: int, slots: np.ndarray, turns: np.ndarray) -> np.ndarray:
        return replace(state, slots=slots, turns=turns).costs(k, cut)

    return refinement.nearer(state.arrangement(cut), costs_of, refinement.sides(small, cut, s))


def resize_all(found: Sequence[np.ndarray], size_px: tuple[int, int], views: Sequence[View]) -> list[np.ndarray]:
    """Pictures at a size (h, w) in the first's frame, each in its own."""
    return [cv2.resize(x, (w, h), interpolation=cv2.INTER_AREA) for x, (h, w) in zip(found, shown_sizes(views, size_px))]
