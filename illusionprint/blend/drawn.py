"""From a casting to pixels at any size, and the choice among castings by what a small blend shows."""
from __future__ import annotations

import enum
import functools
import itertools
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from ..casting import SEEDS, Balance, Casting, Part, ground_weight, importance
from ..jigsaw import Arrangement, put_back
from ..views import PermutationView, View, seen
from .regions import balanced, means, mixed, regions, tilted
from .score import seen_score

SMALL = 144          # side of the pictures that castings are compared by
TILTS = ((1.2, 0.0), (-1.2, 0.0), (0.0, 1.2), (0.0, -1.2))  # of whole sheets that move: either picture has a side of its own, such as both tops
BALANCES, RAISED = (0.45, 0.67, 1.5, 2.2), (1.0, 1.8, 3.2)
NEARLY = 0.04        # of a score
COUNT = 8            # castings that are also tried with other balances where nobody judges
LOOKED, AGAIN = 40, 8  # small blends that a judge looks at closely, and, of whole sheets, at several scales
LOT = 256            # rows that are rounded at a time
SUPERSAMPLE_PX = 9e6  # up to this many pixels edges are smoothed by 2 x 2 samples


def blend(casting: Casting, view: View | Sequence[View], size_px: tuple[int, int], supersample: int = 0) -> tuple[np.ndarray, ...]:
    """(picture, target 1, target 2, ...), float32 (h, w, 3) in [0, 1], as rendered from the vectors at this size.

    view: how each picture after the first is seen, one or several. supersample: samples a pixel and direction; 0 takes 2 where memory allows.
    """
    f = supersample or (2 if size_px[0] * size_px[1] <= SUPERSAMPLE_PX else 1)
    made = laid_out(casting, later(view), size_px, f)
    return blanked(_shrunk(made.region, made.colours(casting.balance), f), later(view)[0]), *made.targets


@dataclass(frozen=True, eq=False)
class LaidOut:
    """The regions of a casting at f samples a pixel and direction, int32 (f h, f w), and a sample of each (n,); their mean importance (n,) and
    colour (n, 3) in each picture, before the balance; the pictures as they should be seen."""

    region: np.ndarray
    at: np.ndarray
    weights: list[np.ndarray]
    own: list[np.ndarray]
    targets: tuple[np.ndarray, ...]

    def colours(self, balance: Balance) -> np.ndarray:
        """float32 (n, 3): what each region gets where the pictures' importance counts as `balance` says."""
        return mixed(balanced(self.weights, balance), self.own)


def laid_out(casting: Casting, views: tuple[View, ...], size_px: tuple[int, int], f: int) -> LaidOut:
    """All pictures as they lie in assembly 1, cut into regions."""
    with ThreadPoolExecutor(2) as pool:
        labels, colours, targets = zip(*pool.map(lambda part, size: _target(part, size, f), casting.parts, shown_sizes(views, size_px)))
    labels = [labels[0], *(moved_back(v, x, size_px, f) for v, x in zip(views, labels[1:]))]
    colours = [colours[0], *(_colours_back(v, c) for v, c in zip(views, colours[1:]))]
    piece = np.repeat(np.repeat(views[0].pieces(size_px), f, 0), f, 1)
    region, at = regions(list(zip(labels, colours)), piece)
    return LaidOut(region, at, [means(region, at, w) for w in weights_back(casting, views, size_px)], [c[x.ravel()[at]] for x, c in zip(labels, colours)],
                   tuple(blanked(x, views[0]) for x in targets))


def blanked(x: np.ndarray, view: View) -> np.ndarray:
    """A picture (h, w, 3), uint8 or float32, white beside a board that does not fill it."""
    if not view.needs_board or view.board.board.on_grid:
        return x
    return np.where(view.pieces(x.shape[:2])[..., None] < 0, x.dtype.type(255 if x.dtype == np.uint8 else 1), x)


def in_bytes(x: np.ndarray) -> np.ndarray:
    """A picture float32 in [0, 1] as uint8, a lot of rows after the other; uint8 as it is."""
    if x.dtype == np.uint8:
        return x
    out = np.empty(x.shape, np.uint8)
    for rows in range(0, len(x), LOT):
        out[rows: rows + LOT] = np.rint(x[rows: rows + LOT] * 255)
    return out


def in_floats(x: np.ndarray) -> np.ndarray:
    """A picture uint8 as float32 in [0, 1]; float32 as it is."""
    return x if x.dtype != np.uint8 else x.astype(np.float32) / 255


def later(view: View | Sequence[View]) -> tuple[View, ...]:
    """The views of the second picture and those after it."""
    return (view,) if isinstance(view, View) else tuple(view)


def on_board(view: View | Sequence[View], board: Arrangement | None) -> tuple[View, ...]:
    """Views of pieces with another arrangement; those that move the whole sheet as they are."""
    return tuple(v if board is None or not v.needs_board else type(v)(board, v.assembly) for v in later(view))


def shown_sizes(view: View | Sequence[View], size: tuple) -> list[tuple]:
    """The size in which each picture is seen."""
    return [size, *(v.shown_size(size) for v in later(view))]


def weights_back(casting: Casting, view: View | Sequence[View], size_px: tuple[int, int]) -> list[np.ndarray]:
    """Importance float32 (h, w) of each picture as it lies in assembly 1, before the balance."""
    more = ground_weight(len(casting.parts), not any(v.needs_board for v in later(view))) - ground_weight(2)
    found = [cv2.resize(_weights(p, size), size[::-1], interpolation=cv2.INTER_LINEAR) + more for p, size in zip(casting.parts, shown_sizes(view, size_px))]
    return [tilted(found[0], casting.tilt), *(moved_back(v, w, size_px) for v, w in zip(later(view), found[1:]))]


def _target(part: Part, size_px: tuple[int, int], f: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A picture's labels at f samples a pixel and direction, its colours, and how it should be seen."""
    labels, colours = part.flat((size_px[0] * f, size_px[1] * f))
    return labels, colours, _shrunk(labels, colours, f)


def _colours_back(view: View, colours: np.ndarray) -> np.ndarray:
    """Colours (n, 3) of picture 2 as they stand in assembly 1: a view moves pixels or changes colours."""
    return colours if isinstance(view, PermutationView) else (view.inverse(2 * colours - 1) + 1) / 2


@functools.lru_cache(maxsize=64)
def _weights(part: Part, size_px: tuple[int, int]) -> np.ndarray:
    """Importance at a working size of 240 px on the shorter side."""
    k = 240 / min(size_px)
    size = round(size_px[0] * k), round(size_px[1] * k)
    rgba, w = _important(part, size) if part.bend is not None else _unbent(part.drawing, part.pose, part.hue_deg, part.light, size)
    return w if part.backdrop is None else np.where(rgba[..., 3] > 0.02, w, w.min())  # steps and dots of a ground count for nothing, near a contour too


def _important(part: Part, size_px: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    rgba = part.rgba(size_px)
    return rgba, importance(rgba, 4)


@functools.lru_cache(maxsize=16)
def _unbent(drawing: Any, pose: Any, hue_deg: float, light: float, size_px: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """The same on any ground: found once for castings that differ in that."""
    return _important(Part(drawing, pose, hue_deg, light=light), size_px)


def _shrunk(labels: np.ndarray, colours: np.ndarray, f: int) -> np.ndarray:
    """Labels (f h, f w) in their colours (n, 3), averaged over f x f samples: float32 (h, w, 3)."""
    if f == 1:
        return colours.astype(np.float32)[labels]
    picture = np.rint(colours * 255).astype(np.uint8)[labels]
    return cv2.resize(picture, (labels.shape[1] // f, labels.shape[0] // f), interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def moved_back(view: View, x: np.ndarray, size_px: tuple[int, int], f: int = 1) -> np.ndarray:
    """What a view shows, (h, w) or f samples a pixel and direction, as it lies in assembly 1; whole pixels belong to one piece."""
    if not isinstance(view, PermutationView):
        return x
    if view.needs_board and x.shape == (size_px[0] * f, size_px[1] * f) and view.whole_cells(size_px):
        return put_back(x, view.board, view.assembly, view.board.board.px_of(size_px), f)
    return x.ravel()[view.index(size_px, f, True)]


@dataclass(frozen=True, eq=False)
class Shown:
    """A casting with what its small blend shows: pictures as seen and as they should be, float32 (h, w, 3) in [0, 1]. mark: higher is better."""

    casting: Casting
    pictures: tuple[np.ndarray, ...]
    targets: tuple[np.ndarray, ...]
    mark: float = 0.0


class Look(enum.Enum):
    """How a judge looks: in passing, closely, or again, at several scales."""

    PASSING = 0
    CLOSELY = 1
    AGAIN = 2


Marks = Callable[[list[Shown], Look], list[float]]


def best(castings: list[Casting], view: View | Sequence[View], aspect: float, seed: int) -> Casting:
    """The casting whose small blend shows its weaker picture best; other seeds take the next designs of `ranked` that are nearly as good."""
    found = ranked(castings, view, aspect)
    good = [c for c in found if c.score >= found[0].score - NEARLY]
    return good[seed % len(good)]


def ranked(castings: list[Casting], view: View | Sequence[View], aspect: float, judged: Marks | None = None) -> list[Casting]:
    """At most SEEDS designs, the one whose small blend shows its weaker picture best first; aspect: height over width.

    Castings are also tried with either picture's importance raised, in all places or on one side. judged: marks of a judge that looks at all small blends
    in passing, at the best LOOKED closely and, of whole sheets, at the best AGAIN of these once more; they are added to the score. Without one the score alone
    decides, and only the COUNT best castings are tried with other balances.
    """
    found = [small(c, view, aspect) for c in castings]
    if judged:
        order = preferred([s for f in found for s in f], judged)[0]
    else:
        plain = sorted(((scored(f[0]), f) for f in found), key=lambda x: -x[0].mark)
        order = sorted([s for s, _ in plain] + [scored(s) for _, f in plain[:COUNT] for s in f[1:]], key=lambda s: -s.mark)
    return [s.casting for s in first_of_each(order)[:SEEDS]]


def preferred(tried: list[Shown], judged: Marks) -> tuple[list[Shown], list[Shown]]:
    """(the LOOKED that a judge likes best in passing, in the order of a closer look; the others, as it likes them in passing)."""
    marks = judged(tried, Look.PASSING)
    by_mark = [tried[n] for n in sorted(range(len(tried)), key=lambda n: -marks[n])]
    close = [scored(s) for s in by_mark[:LOOKED]]
    order = marked(close, judged(close, Look.CLOSELY))
    if tried[0].casting.arrangement is None:
        order = [*marked(order[:AGAIN], judged(order[:AGAIN], Look.AGAIN)), *order[AGAIN:]]
    return order, by_mark[LOOKED:]


def marked(found: list[Shown], more: Sequence[float]) -> list[Shown]:
    """By falling mark: their score and what a judge gives them."""
    return sorted((replace(s, mark=s.casting.score + m) for s, m in zip(found, more)), key=lambda s: -s.mark)


def first_of_each(found: Iterable[Shown]) -> list[Shown]:
    """The first of each design: castings of one differ in bend, balance and tilt only."""
    out: dict[tuple, Shown] = {}
    for s in found:
        out.setdefault(s.casting.design, s)
    return list(out.values())


def small(c: Casting, view: View | Sequence[View], aspect: float) -> list[Shown]:
    """Small blends of a casting at each balance and, of a whole sheet that moves, at each tilt; its own first."""
    views, size = on_board(view, c.arrangement), (round(SMALL * max(1, aspect)), round(SMALL * max(1, 1 / aspect)))
    if c.arrangement is not None:
        cut = c.arrangement.board
        s = max(6, SMALL // min(cut.rows, cut.cols))
        size = cut.size_px(s)
    made = laid_out(c, views, size, 1)
    tried = [(replace(c, balance=b), made) for b in (c.balance, *balances(len(c.parts)))]
    if len(c.parts) == 2 and isinstance(views[0], PermutationView) and not views[0].needs_board:
        tried += [(replace(c, tilt=tilt), replace(made, weights=w)) for tilt, w in zip(TILTS, _leaning(made, weights_back(c, views, size)[0]))]
    shown = [(d, blanked(m.colours(d.balance)[m.region], views[0])) for d, m in tried]
    return [Shown(d, (x, *(seen(v, x) for v in views)), made.targets) for d, x in shown]


def _leaning(made: LaidOut, w: np.ndarray) -> list[list[np.ndarray]]:
    """Mean importance of the regions at each tilt; w (h, w): the first picture's."""
    return [[means(made.region, made.at, tilted(w, tilt)), *made.weights[1:]] for tilt in TILTS]


def balances(count: int) -> list[Balance]:
    """What small blends of so many pictures are tried with: of two the first counts less or more, of more any of them count more."""
    if count == 2:
        return list(BALANCES)
    return [b for b in itertools.product(RAISED[: 3 if count == 3 else 2], repeat=count) if max(b) > min(b) == 1]


def scored(s: Shown) -> Shown:
    """With the score of its worst picture, which is its mark."""
    score = min(seen_score(a, t, _weights(p, t.shape[:2])) for a, t, p in zip(s.pictures, s.targets, s.casting.parts))
    return replace(s, casting=replace(s.casting, score=score), mark=score)
