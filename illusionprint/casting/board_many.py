"""Casting three and more pictures for one set of pieces: each in its turn is chosen and fitted to the weighted mix of all the others.

Where pixels x_k of weight w_k lie on each other, the best compromise is their mean m = sum w_k x_k / sum w_k, and it leaves over

    sum_k w_k |x_k - m|^2 = sum_{j<k} w_j w_k |x_j - x_k|^2 / sum_k w_k.

One more picture (x, w) adds w W / (w + W) |x - m|^2 to that, W = sum w_k (Ward, Hierarchical grouping to optimize an objective function,
J. Am. Stat. Assoc. 58 (1963) 236). With 1 / z = sum_r c_r exp(-a_r z), good to 1.2 % for z from 0.2 to 12, this too is a scalar product of
features of the picture and of the mix, so all places, turns and looks of a picture are one matrix product and an assignment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import numpy as np

from ..jigsaw import Arrangement, Board
from ..jigsaw.fitting import samples
from ..jigsaw.fitting.assignment import UNFIT, assign, fine_px
from ..vocabulary import Pose
from ._candidates import colour_shifts, keep_readable, random_pose, shrink_into_frame
from ._ground import Colour, parse_ground
from ._part import Casting, Drawings, Part, Progress, Subjects
from ._penalty import DEFAULT_NATURAL, TWO_GROUNDS_PENALTY, contour_loss, penalty, search_range
from ._saliency import GROUND_OF_MANY, WHITE, composite_over, contrast_energy, importance
from ._shared_ground import MAX_CONTOUR_LOSS, drawing_colours
from .board import board_patches, board_raster, pose_in_room

PX = 3  # pixels a piece in the search
BUDGET = 1.5e9  # multiplications of one step of the search
ROUNDS, POSES = 3, 8
Arrays = Sequence[np.ndarray]
_RATES = np.array([0.0924, 0.6025, 2.3127, 8.3343], np.float32)
_SHARES = np.array([0.2477, 0.8788, 2.9758, 10.8258], np.float32)

Patches = tuple[
    np.ndarray, np.ndarray
]  # colours float32 (n, v, v, 3) and weights (n, v, v) of pieces or places; elsewhere than on the grid as `samples.patches` gives them
Assignment = tuple[np.ndarray, np.ndarray, float]  # slots, turns int (n,), what it costs
Solver = Callable[[np.ndarray, np.ndarray, np.ndarray], Assignment]  # of the cost (n, turns, n) of each place, turn and piece, and of where the pieces lie now
PatchTurn = Callable[[np.ndarray, int], np.ndarray]  # patches after k turns clockwise


def quarter_turns(x: np.ndarray, k: int) -> np.ndarray:
    """Square patches after k quarter turns clockwise."""
    return np.rot90(x, -k, (1, 2))


def patch_turner(cut: Board) -> PatchTurn:
    """How the cells of a board turn in the search, PX pixels each."""
    return lambda x, k: samples.turned(x, cut, PX, k)


def residual(x: np.ndarray, w: np.ndarray) -> float:
    """sum w_k |x_k - m|^2 of pictures (k, ..., 3) with weights (k, ...)."""
    m, total = weighted_mean(x, w)
    return float((w[..., None] * (x - m) ** 2).sum())


def weighted_mean(x: np.ndarray, w: np.ndarray) -> Patches:
    """Weighted mean and sum of the weights of pictures (k, ..., 3), (k, ...)."""
    total = w.sum(0)
    return (w[..., None] * x).sum(0) / np.maximum(total, 1e-9)[..., None], total


def merge_features(x: np.ndarray, w: np.ndarray, second: bool) -> np.ndarray:
    """float32 (n, 20 pixels) of n patches: <first, second> = sum w W / (w + W) |x - m|^2 nearly."""
    square, one = (x**2).sum(-1, keepdims=True), np.ones_like(x[..., :1])
    base = np.concatenate([one, -2 * x, square] if second else [square, x, one], -1)
    parts = [(c if second else 1) * (w * np.exp(-a * w))[..., None] * base for a, c in zip(_RATES, _SHARES)]
    return np.concatenate(parts, -1).reshape(len(x), -1).astype(np.float32)


def merge_costs(pieces: Patches, places: np.ndarray, cut: Board, turn: PatchTurn = quarter_turns) -> np.ndarray:
    """Costs float32 (..., n, cut.turns, n) of a picture in whose place j piece i lies after k turns, [..., j, k, i]; UNFIT where the sides do not fit.
    pieces: the mean as it lies on the pieces; places: `merge_features` of the picture's places, (..., n, f).
    """
    first = np.concatenate([merge_features(turn(pieces[0], k), turn(pieces[1], k), False) for k in range(cut.turns)])
    out = (places.reshape(-1, places.shape[-1]) @ first.T).reshape(*places.shape[:-1], cut.turns, cut.count)
    out += np.where(cut.fits, np.float32(0), np.float32(UNFIT)).transpose(2, 0, 1)
    return out


def on_pieces(patches: Patches, slots: np.ndarray, turns: np.ndarray, turn: PatchTurn = quarter_turns) -> Patches:
    """A picture's places as they lie on the pieces: piece i takes place slots[i], turned back."""
    out = np.empty_like(patches[0]), np.empty_like(patches[1])
    for k in np.unique(turns):
        on = turns == k
        for to, v in zip(out, patches):
            to[on] = turn(v[slots[on]], -int(k))
    return out


@dataclass(frozen=True, eq=False)
class PlacedPicture:
    """A picture's places on the board and their `merge_features`."""

    places: Patches
    features: np.ndarray

    @classmethod
    def of(cls, places: Patches) -> PlacedPicture:
        """The picture of some places."""
        return PlacedPicture(places, merge_features(*places, True))


@dataclass(frozen=True, eq=False)
class Candidate(PlacedPicture):
    """A way that one picture may look: its part, contrast energy and penalty."""

    part: Part
    energy: float
    penalty: float


Picture = TypeVar("Picture", bound=PlacedPicture)


@dataclass
class SearchState(Generic[Picture]):
    """A look of each picture and where the pieces lie in it, int (k, n)."""

    looks: list[Picture]
    slots: np.ndarray
    turns: np.ndarray
    turn: PatchTurn = quarter_turns

    def others(self, k: int, upto: int) -> tuple[Patches, float]:
        """(mix of the first `upto` pictures without k as it lies on the pieces, what it leaves over)."""
        found = [on_pieces(self.looks[j].places, self.slots[j], self.turns[j], self.turn) for j in range(upto) if j != k]
        x, w = (np.stack(v) for v in zip(*found))
        return weighted_mean(x, w), residual(x, w)

    def costs(self, k: int, cut: Board, upto: int | None = None) -> np.ndarray:
        """float32 (cut.turns, n, n), as of `assignment.costs`: what picture k adds to the mix of the others, all or the first `upto`, where piece i lies in its place j."""
        return merge_costs(self.others(k, upto or len(self.looks))[0], self.looks[k].features, cut, self.turn).transpose(1, 2, 0)

    def arrangement(self, cut: Board) -> Arrangement:
        """Pieces are named by their place in picture 1."""
        return Arrangement.of_assemblies(cut, self.slots, self.turns)


# Of a search, its conflict, the board, other looks of each picture.
Finisher = Callable[[SearchState[Candidate], float, Any, Sequence[list[Candidate]]], Casting] | None


def cast_board_many(
    found: Subjects,
    cut: Board,
    seed: int,
    count: int = 10,
    progress: Progress = None,
    natural: float = DEFAULT_NATURAL,
    ground: str = "auto",
    fitted: Finisher = None,
) -> list[Casting]:
    """Cast three and more subjects on a board: castings by rising conflict, each a search from the seed, arrangements fitted to the real outlines.
    natural, ground: as in PuzzleSpec; fitted: finishes a search on boards that are not free. Raises BadValue for a ground that is neither auto nor one colour.
    """
    given = parse_ground(ground, len(found))[1]
    rng = np.random.default_rng(seed)
    tried = int(np.clip(BUDGET / (320 * PX**2 * cut.count**2), 6, 48))
    pools = [_candidates(drawings, cut, rng, 4 * tried, natural, given) for drawings in found]
    starts = max(3, min(count, 3000 // cut.count))
    out = []
    for n in range(starts):
        own = [[v for v in pool if v.part.ground == WHITE] for pool in pools] if n % 2 == 0 and not given else pools
        state, conflict = _search(own, cut, rng, tried)
        others = np.random.default_rng([seed, n])
        out.append((fitted or _refit)(state, conflict, cut, [[pool[i] for i in others.choice(len(pool), min(tried, len(pool)), False)] for pool in own]))
        if progress:
            progress(n + 1, starts, "casting")
    return sorted(out, key=lambda c: c.conflict)


def _candidates(drawings: Drawings, cut: Board, rng: np.random.Generator, count: int, natural: float, given: tuple[Colour, ...]) -> list[Candidate]:
    """Poses, hues, lightness and grounds at random; a third on white in its own colours, the natural look first."""
    kept = ((d, shrink_into_frame(d, keep_readable(d, _poses(rng, max(3, POSES // len(drawings)), natural)))) for d in drawings)
    posed = [Part(d, pose_in_room(p, cut.room)) for d, some in kept for p in some]
    small = [board_raster(p, cut, PX) for p in posed]
    turned = {id(d): colour_shifts(d, rng, natural) for d in drawings}
    behind = {(id(d), v): list(given) or clear_grounds(Part(d, hue_deg=v[0], light=v[1])) for d in drawings for v in turned[id(d)]}
    out = []
    for n in range(count):
        at = int(rng.integers(len(posed))) if n else 0
        key = id(posed[at].drawing)
        hue, light = turned[key][0 if n % 3 == 0 else int(rng.integers(len(turned[key])))]
        free = behind[key, (hue, light)]
        part = replace(posed[at], hue_deg=hue, light=light, ground=free[0 if n % 3 == 0 else int(rng.integers(len(free)))])
        out.append(candidate(part, part.coloured(small[at]), cut, natural))
    return out


def clear_grounds(part: Part) -> list[Colour]:
    """White, the colours that cover most of a drawing, and their tints, where its contour stays clear of them."""
    own = drawing_colours(part)
    tried = [g for c in own for g in (c, tuple(round(0.5 * v + 0.5, 4) for v in c))]
    return [WHITE, *(g for g in dict.fromkeys(tried) if contour_loss(replace(part, ground=g)) <= MAX_CONTOUR_LOSS)]


def candidate(part: Part, rgba: np.ndarray, cut: Board, natural: float = DEFAULT_NATURAL) -> Candidate:
    """A part whose picture on the board is rgba, whole pixels a cell."""
    w = importance(rgba, 0.25 * rgba.shape[0] / cut.rows, GROUND_OF_MANY)
    places = board_patches(composite_over(rgba, part.ground), cut), board_patches(w[..., None], cut)[..., 0]
    return Candidate(places, merge_features(*places, True), part, contrast_energy(rgba, w, part.ground), penalty(part, natural))


def _poses(rng: np.random.Generator, count: int, natural: float) -> list[Pose]:
    sd = 17 * search_range(natural)
    draw = [random_pose(rng, np.round(rng.normal(0, sd), 2), (0.8, 1.15), 0.05, bool(n % 2)) for n in range(count - 2)]
    return [Pose(), Pose(mirror=True), *draw]


def _search(pools: Sequence[list[Candidate]], cut: Board, rng: np.random.Generator, tried: int) -> tuple[SearchState[Candidate], float]:
    """Pictures one after the other, each of `tried` looks the best on the mix of those before; then rounds on the mix of all others."""
    n = len(pools)
    order, best = rng.permutation(n).tolist(), np.inf
    first = [pools[k][int(rng.integers(min(tried, len(pools[k]))))] for k in order]
    state = SearchState(first, np.tile(np.arange(cut.count), (n, 1)), np.zeros((n, cut.count), int), patch_turner(cut))
    for step in range(1, n * ROUNDS):
        k, upto = (step, step + 1) if step < n else (step % n, n)
        pool = pools[order[k]]
        tries = [pool[i] for i in rng.choice(len(pool), min(tried, len(pool)), False)]
        best = improve(state, k, upto, tries if step < n else [state.looks[k], *tries], cut)
    back = np.argsort(order)
    return SearchState([state.looks[k] for k in back], state.slots[back], state.turns[back], state.turn), best


def improve(state: SearchState[Candidate], k: int, upto: int, looks: list[Candidate], cut: Board, settle: Solver | None = None, keep: int = 4) -> float:
    """Gives picture k the look and the places of least conflict with the mix of the others; the conflict of all."""
    pieces, left = state.others(k, upto)
    cost = merge_costs(pieces, np.stack([v.features for v in looks]), cut, state.turn)
    rest = [state.looks[j] for j in range(upto) if j != k]

    def conflict(total: float, v: Candidate) -> float:
        return (left + total) / (upto * min(r.energy for r in (*rest, v))) + _mean_penalty([*rest, v])

    bound = [conflict(float(c.min((1, 2)).sum()), v) for c, v in zip(cost, looks)]
    best = np.inf
    slots_now, turns_now = state.slots[k].copy(), state.turns[k].copy()
    for n in np.argsort(bound, kind="stable")[: len(looks) if settle else keep]:
        slots, turns, total = settle(cost[n], slots_now, turns_now) if settle else assign(cost[n].transpose(1, 2, 0), cut)
        if conflict(total, looks[n]) < best:
            best = conflict(total, looks[n])
            state.looks[k], state.slots[k], state.turns[k] = looks[n], slots, turns
    return best


def _mean_penalty(looks: Sequence[Candidate]) -> float:
    """Twice the mean price of the looks, as for two, and what it costs that they lie on different grounds."""
    return 2 * sum(v.penalty for v in looks) / len(looks) + TWO_GROUNDS_PENALTY * (len({v.part.ground for v in looks}) > 1)


def _refit(state: SearchState[Candidate], conflict: float, cut: Board, _: Sequence[list[Candidate]]) -> Casting:
    """The arrangement refitted to the pieces' real outlines."""
    s = fine_px(cut)
    pictures = [v.part.rgba(cut.size_px(s)) for v in state.looks]
    shown = [composite_over(a, v.part.ground) for a, v in zip(pictures, state.looks)]
    found = fit_all(shown, [importance(a, s / 3, GROUND_OF_MANY) for a in pictures], cut, state)
    return Casting(tuple(v.part for v in state.looks), conflict, arrangement=found.arrangement(cut))


def fit_all(pictures: Arrays, weights: Arrays, cut: Board, start: SearchState | None = None, rounds: int = 2) -> SearchState[PlacedPicture]:
    """Assign the pieces of pictures (h, w, 3) with weights (h, w), as large as `cut.size_px(s)`, by their real outlines.
    Without a start each is fitted to the mean of those before; then, in rounds, to the mean of all others.
    """
    s, count = cut.px_of(pictures[0].shape[:2]), len(pictures)

    def turn(x: np.ndarray, k: int) -> np.ndarray:
        return samples.turned(x, cut, s, k, True)

    own = samples.masks(cut, s)
    places = [(samples.patches(x, cut, s, True), samples.patches(w[..., None], cut, s, True)[..., 0] * own) for x, w in zip(pictures, weights)]
    looks: list[PlacedPicture] = [PlacedPicture.of(v) for v in places]
    if start is None:
        state = SearchState(looks, np.tile(np.arange(cut.count), (count, 1)), np.zeros((count, cut.count), int), turn)
    else:
        state = SearchState(looks, start.slots.copy(), start.turns.copy(), turn)
    first = [(k, k + 1) for k in range(1, count)] if start is None else []
    for k, upto in [*first, *[(k, count) for k in range(count)] * rounds]:
        state.slots[k], state.turns[k], _ = assign(state.costs(k, cut, upto), cut)
    return state
