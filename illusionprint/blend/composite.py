"""From a casting to pixels at any size, and the choice among castings by what a small blend shows."""

import enum
import functools
import itertools
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from ..casting import SEEDS_PER_SEARCH, Balance, Casting, Part, ground_weight, importance
from ..jigsaw import Arrangement, put_back
from ..views import PermutationView, View, apply_view
from .regions import mix_colours, region_means, regions, tilt_weights, weight_by_balance
from .similarity import similarity

PREVIEW_PX = 144  # side of the pictures that castings are compared by
TILTS = ((1.2, 0.0), (-1.2, 0.0), (0.0, 1.2), (0.0, -1.2))  # of whole sheets that move: either picture has a side of its own, such as both tops
BALANCES, BALANCES_MANY = (0.45, 0.67, 1.5, 2.2), (1.0, 1.8, 3.2)
SCORE_MARGIN = 0.04  # of a score
REBALANCED_COUNT = 8  # castings that are also tried with other balances where nobody judges
CLOSE_COUNT, MULTISCALE_COUNT = 40, 8  # small blends that a judge looks at closely, and, of whole sheets, at several scales
ROW_BATCH = 256  # rows that are rounded at a time
SUPERSAMPLE_PX = 9e6  # up to this many pixels edges are smoothed by 2 x 2 samples


def blend(casting: Casting, view: View | Sequence[View], size_px: tuple[int, int], supersample: int = 0) -> tuple[np.ndarray, ...]:
    """Render (picture, target 1, target 2, ...), float32 (h, w, 3) in [0, 1].
    view: of each picture after the first. supersample: samples a pixel and direction; 0 takes 2 where memory allows.
    """
    f = supersample or (2 if size_px[0] * size_px[1] <= SUPERSAMPLE_PX else 1)
    made = segmented(casting, as_views(view), size_px, f)
    return white_outside(_downsampled(made.region, made.colours(casting.balance), f), as_views(view)[0]), *made.targets


@dataclass(frozen=True, eq=False)
class Segmented:
    """The regions of a casting at f samples a pixel and direction, int32 (f h, f w), and a sample of each (n,); their mean importance (n,) and
    colour (n, 3) in each picture, before the balance; the pictures as they should be seen."""

    region: np.ndarray
    at: np.ndarray
    weights: list[np.ndarray]
    own: list[np.ndarray]
    targets: tuple[np.ndarray, ...]

    def colours(self, balance: Balance) -> np.ndarray:
        """float32 (n, 3): what each region gets where the pictures' importance counts as `balance` says."""
        return mix_colours(weight_by_balance(self.weights, balance), self.own)


def segmented(casting: Casting, views: tuple[View, ...], size_px: tuple[int, int], f: int) -> Segmented:
    """All pictures as they lie in assembly 1, cut into regions."""
    with ThreadPoolExecutor(2) as pool:
        labels, colours, targets = zip(*pool.map(lambda part, size: _target(part, size, f), casting.parts, shown_sizes(views, size_px)))
    labels = [labels[0], *(to_first_frame(v, x, size_px, f) for v, x in zip(views, labels[1:]))]
    colours = [colours[0], *(colours_in_first(v, c) for v, c in zip(views, colours[1:]))]
    piece = np.repeat(np.repeat(views[0].pieces(size_px), f, 0), f, 1)
    region, at = regions(list(zip(labels, colours)), piece)
    weights = [region_means(region, at, w) for w in weights_in_first(casting, views, size_px)]
    own = [c[x.ravel()[at]] for x, c in zip(labels, colours)]
    return Segmented(region, at, weights, own, tuple(white_outside(x, views[0]) for x in targets))


def white_outside(x: np.ndarray, view: View) -> np.ndarray:
    """A picture (h, w, 3), uint8 or float32, white beside a board that does not fill it."""
    if not view.needs_board or view.arrangement.board.on_grid:
        return x
    return np.where(view.pieces(x.shape[:2])[..., None] < 0, x.dtype.type(255 if x.dtype == np.uint8 else 1), x)


def to_uint8(x: np.ndarray) -> np.ndarray:
    """A picture float32 in [0, 1] as uint8, a lot of rows after the other; uint8 as it is."""
    if x.dtype == np.uint8:
        return x
    out = np.empty(x.shape, np.uint8)
    for rows in range(0, len(x), ROW_BATCH):
        out[rows : rows + ROW_BATCH] = np.rint(x[rows : rows + ROW_BATCH] * 255)
    return out


def to_float(x: np.ndarray) -> np.ndarray:
    """A picture uint8 as float32 in [0, 1]; float32 as it is."""
    return x if x.dtype != np.uint8 else x.astype(np.float32) / 255


def as_views(view: View | Sequence[View]) -> tuple[View, ...]:
    """The views of the second picture and those after it."""
    return (view,) if isinstance(view, View) else tuple(view)


def on_board(view: View | Sequence[View], arrangement: Arrangement | None) -> tuple[View, ...]:
    """Views of pieces with another arrangement; those that move the whole sheet as they are."""
    return tuple(v if arrangement is None or not v.needs_board else v.build(arrangement, v.assembly) for v in as_views(view))


def shown_sizes(view: View | Sequence[View], size: tuple) -> list[tuple]:
    """The size in which each picture is seen."""
    return [size, *(v.shown_size(size) for v in as_views(view))]


def weights_in_first(casting: Casting, view: View | Sequence[View], size_px: tuple[int, int]) -> list[np.ndarray]:
    """Importance float32 (h, w) of each picture as it lies in assembly 1, before the balance."""
    more = ground_weight(len(casting.parts), not any(v.needs_board for v in as_views(view))) - ground_weight(2)
    found = [cv2.resize(_weights(p, size), size[::-1], interpolation=cv2.INTER_LINEAR) + more for p, size in zip(casting.parts, shown_sizes(view, size_px))]
    return [tilt_weights(found[0], casting.tilt), *(to_first_frame(v, w, size_px) for v, w in zip(as_views(view), found[1:]))]


def _target(part: Part, size_px: tuple[int, int], f: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A picture's labels at f samples a pixel and direction, its colours, and how it should be seen."""
    labels, colours = part.flat((size_px[0] * f, size_px[1] * f))
    return labels, colours, _downsampled(labels, colours, f)


def colours_in_first(view: View, colours: np.ndarray) -> np.ndarray:
    """Colours (n, 3) of picture 2 as they stand in assembly 1: a view moves pixels or changes colours."""
    return colours if isinstance(view, PermutationView) else (view.inverse(2 * colours - 1) + 1) / 2


@functools.lru_cache(maxsize=64)
def _weights(part: Part, size_px: tuple[int, int]) -> np.ndarray:
    """Importance at a working size of 240 px on the shorter side."""
    k = 240 / min(size_px)
    size = round(size_px[0] * k), round(size_px[1] * k)
    rgba, w = _importance(part, size) if part.displacement is not None else _cached_importance(part.drawing, part.pose, part.hue_deg, part.light, size)
    return w if part.backdrop is None else np.where(rgba[..., 3] > 0.02, w, w.min())  # steps and dots of a ground count for nothing, near a contour too


def _importance(part: Part, size_px: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    rgba = part.rgba(size_px)
    return rgba, importance(rgba, 4)


@functools.lru_cache(maxsize=16)
def _cached_importance(drawing: Any, pose: Any, hue_deg: float, light: float, size_px: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """The same on any ground: found once for castings that differ in that."""
    return _importance(Part(drawing, pose, hue_deg, light=light), size_px)


def _downsampled(labels: np.ndarray, colours: np.ndarray, f: int) -> np.ndarray:
    """Labels (f h, f w) in their colours (n, 3), averaged over f x f samples: float32 (h, w, 3)."""
    if f == 1:
        return colours.astype(np.float32)[labels]
    picture = np.rint(colours * 255).astype(np.uint8)[labels]
    return cv2.resize(picture, (labels.shape[1] // f, labels.shape[0] // f), interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def to_first_frame(view: View, x: np.ndarray, size_px: tuple[int, int], f: int = 1) -> np.ndarray:
    """What a view shows, (h, w) or f samples a pixel and direction, as it lies in assembly 1; whole pixels belong to one piece."""
    if not isinstance(view, PermutationView):
        return x
    if view.needs_board and x.shape == (size_px[0] * f, size_px[1] * f) and view.whole_cells(size_px):
        return put_back(x, view.arrangement, view.assembly, view.arrangement.board.px_of(size_px), f)
    return x.ravel()[view.index(size_px, f, True)]


@dataclass(frozen=True, eq=False)
class Preview:
    """A casting with what its small blend shows: pictures as seen and as they should be, float32 (h, w, 3) in [0, 1]. mark: higher is better."""

    casting: Casting
    pictures: tuple[np.ndarray, ...]
    targets: tuple[np.ndarray, ...]
    mark: float = 0.0


class Scrutiny(enum.Enum):
    """How a judge looks: in passing, closely, or again, at several scales."""

    PASSING = 0
    CLOSELY = 1
    AGAIN = 2


JudgeMarks = Callable[[list[Preview], Scrutiny], list[float]]


def best(castings: list[Casting], view: View | Sequence[View], aspect: float, seed: int) -> Casting:
    """The casting whose small blend shows its weaker picture best; other seeds take the next designs of `ranked` that are nearly as good."""
    found = ranked(castings, view, aspect)
    good = [c for c in found if c.score >= found[0].score - SCORE_MARGIN]
    return good[seed % len(good)]


def ranked(castings: list[Casting], view: View | Sequence[View], aspect: float, judged: JudgeMarks | None = None) -> list[Casting]:
    """Rank castings by the weaker picture of their previews, at most SEEDS_PER_SEARCH designs; aspect: height over width.
    Castings are also tried with other balances and tilts. judged: a judge's marks, added to the score: of all previews in passing, of the best CLOSE_COUNT
    closely, of the best MULTISCALE_COUNT of whole sheets at several scales. Without it only the REBALANCED_COUNT best are rebalanced.
    """
    found = [previews(c, view, aspect) for c in castings]
    if judged:
        order = rank_by_judge([s for f in found for s in f], judged)[0]
    else:
        plain = sorted(((with_score(f[0]), f) for f in found), key=lambda x: -x[0].mark)
        order = sorted([s for s, _ in plain] + [with_score(s) for _, f in plain[:REBALANCED_COUNT] for s in f[1:]], key=lambda s: -s.mark)
    return [s.casting for s in first_per_design(order)[:SEEDS_PER_SEARCH]]


def rank_by_judge(tried: list[Preview], judged: JudgeMarks) -> tuple[list[Preview], list[Preview]]:
    """(the CLOSE_COUNT that a judge likes best in passing, in the order of a closer look; the others, as it likes them in passing)."""
    marks = judged(tried, Scrutiny.PASSING)
    by_mark = [tried[n] for n in sorted(range(len(tried)), key=lambda n: -marks[n])]
    close = [with_score(s) for s in by_mark[:CLOSE_COUNT]]
    order = sort_by_mark(close, judged(close, Scrutiny.CLOSELY))
    if tried[0].casting.arrangement is None:
        order = [*sort_by_mark(order[:MULTISCALE_COUNT], judged(order[:MULTISCALE_COUNT], Scrutiny.AGAIN)), *order[MULTISCALE_COUNT:]]
    return order, by_mark[CLOSE_COUNT:]


def sort_by_mark(found: list[Preview], more: Sequence[float]) -> list[Preview]:
    """By falling mark: their score and what a judge gives them."""
    return sorted((replace(s, mark=s.casting.score + m) for s, m in zip(found, more)), key=lambda s: -s.mark)


def first_per_design(found: Iterable[Preview]) -> list[Preview]:
    """The first of each design: castings of one differ in bend, balance and tilt only."""
    out: dict[tuple, Preview] = {}
    for s in found:
        out.setdefault(s.casting.design, s)
    return list(out.values())


def previews(c: Casting, view: View | Sequence[View], aspect: float) -> list[Preview]:
    """Small blends of a casting at each balance and, of a whole sheet that moves, at each tilt; its own first."""
    views, size = on_board(view, c.arrangement), (round(PREVIEW_PX * max(1, aspect)), round(PREVIEW_PX * max(1, 1 / aspect)))
    if c.arrangement is not None:
        cut = c.arrangement.board
        s = max(6, PREVIEW_PX // min(cut.rows, cut.cols))
        size = cut.size_px(s)
    made = segmented(c, views, size, 1)
    tried = [(replace(c, balance=b), made) for b in (c.balance, *balances(len(c.parts)))]
    if len(c.parts) == 2 and isinstance(views[0], PermutationView) and not views[0].needs_board:
        tried += [(replace(c, tilt=tilt), replace(made, weights=w)) for tilt, w in zip(TILTS, _tilted_weights(made, weights_in_first(c, views, size)[0]))]
    shown = [(d, white_outside(m.colours(d.balance)[m.region], views[0])) for d, m in tried]
    return [Preview(d, (x, *(apply_view(v, x) for v in views)), made.targets) for d, x in shown]


def _tilted_weights(made: Segmented, w: np.ndarray) -> list[list[np.ndarray]]:
    """Mean importance of the regions at each tilt; w (h, w): the first picture's."""
    return [[region_means(made.region, made.at, tilt_weights(w, tilt)), *made.weights[1:]] for tilt in TILTS]


def balances(count: int) -> list[Balance]:
    """What small blends of so many pictures are tried with: of two the first counts less or more, of more any of them count more."""
    if count == 2:
        return list(BALANCES)
    return [b for b in itertools.product(BALANCES_MANY[: 3 if count == 3 else 2], repeat=count) if max(b) > min(b) == 1]


def with_score(s: Preview) -> Preview:
    """With the score of its worst picture, which is its mark."""
    score = min(similarity(a, t, _weights(p, t.shape[:2])) for a, t, p in zip(s.pictures, s.targets, s.casting.parts))
    return replace(s, casting=replace(s.casting, score=score), mark=score)
