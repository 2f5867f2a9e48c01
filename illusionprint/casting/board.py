"""Casting for a jigsaw: poses, hues and grounds of both pictures together with the arrangement of the pieces."""

import functools
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np

from ..errors import BadValue
from ..jigsaw import Board
from ..jigsaw.fitting import samples
from ..jigsaw.fitting.assignment import UNFIT, assign
from ..vocabulary import Pose
from ._candidates import colour_shifts, keep_readable, random_pose, shrink_into_frame
from ._conflict_matrix import conflict_features, contrast_energies
from ._ground import Backdrop, Colour, parse_ground, second_colour
from ._part import Casting, Drawings, Part, Progress, first_per_key
from ._penalty import DEFAULT_NATURAL, pair_penalty, search_range
from ._penalty import penalty as price_of
from ._saliency import WHITE, contour_contrast, contrast_energy, importance
from ._shared_ground import drawing_colours
from .registration import refit_arrangement, register_on_board

PX = 3  # pixels a piece in the search
BUDGET = 3e10  # multiplications of the first search
SMALL_BOARD = 64  # pieces of a board on which pairs are assigned in the search
REGISTERED_COUNT = 3  # the best castings of a small board are bent too
SAME_GROUND = 0.2  # two grounds nearer than this look like a mistake
Room = tuple[float, float, float]
FULL_ROOM: Room = (1.0, 0.0, 0.0)
GroundSpec = tuple[str, tuple[Colour, ...]]
ClassPair = tuple[np.ndarray, np.ndarray, list[int]]


def cast_board(
    first: Drawings, second: Drawings, cut: Board, seed: int, count: int = 24, progress: Progress = None, natural: float = DEFAULT_NATURAL, ground: str = "auto"
) -> list[Casting]:
    """Cast two subjects on a board: castings by rising conflict, each different, arrangements fitted to the real outlines; on small boards also registered.
    Poses and looks are drawn from the seed; natural, ground: as in PuzzleSpec. Raises BadValue for a ground that is none, or a gradient.
    """
    chosen = parse_ground(ground)
    if chosen[0] == "gradient":
        raise BadValue("the pieces of a jigsaw would scatter a gradient; take a plain ground or a pattern.")
    rng = np.random.default_rng(seed)
    count = min(count, 4 + 2000 // cut.count)  # large boards are forgiving, and dear
    poses = max(4, min(40, int((BUDGET / (180 * len(first) * len(second) * 6 * 4 * cut.count**2)) ** 0.5)))
    one, two = (_candidates(drawings, rng, poses, natural, many, cut.room) for drawings, many in ((first, 2), (second, 5)))
    pairs = _search(one, two, cut, 3 * count, natural)
    found = []
    for n, (part, other) in enumerate(pairs[:count]):
        found += _with_grounds(part, other, cut, natural, chosen)
        if progress:
            progress(n + 1, min(count, len(pairs)), "casting")
    found.sort(key=lambda c: c.conflict)
    fitted = [refit_arrangement(c, cut) for c in _distinct(found, count)]
    return sorted((b for n, c in enumerate(fitted) for b in (register_on_board(c, cut) if n < REGISTERED_COUNT else [c])), key=lambda c: c.conflict)


def _candidates(drawings: Drawings, rng: np.random.Generator, count: int, natural: float, many: int, room: Room = FULL_ROOM) -> list[Part]:
    """Poses of each drawing in its own colours, and every pose in some of its other looks; `room` as of a board."""
    out = []
    for d in drawings:
        drawn = board_poses(rng, count, search_range(natural) / search_range(DEFAULT_NATURAL))
        kept = [pose_in_room(p, room) for p in shrink_into_frame(d, keep_readable(d, drawn))]
        seen = colour_shifts(d, rng, natural)
        for n, p in enumerate(kept):
            out += [Part(d, p, hue, light=light) for hue, light in [seen[0], *(seen[1 + (n + k) % (len(seen) - 1)] for k in range(many) if len(seen) > 1)]]
    return out


def board_poses(rng: np.random.Generator, count: int, far: float = 1.0) -> list[Pose]:
    """Upright first, then small turns, sizes and shifts, every other one mirrored."""
    out = [Pose(scale=1.1), Pose(scale=1.1, mirror=True)]
    out += [random_pose(rng, np.round(far * rng.normal(0, 7), 2), (0.95, 1.25), 0.05, bool(n % 2)) for n in range(count - 2)]
    return out[:count]


def pose_in_room(pose: Pose, room: Room) -> Pose:
    """A pose as large as there is room, and where it is."""
    return pose if room == FULL_ROOM else replace(pose, scale=round(pose.scale * room[0], 4), dx=round(pose.dx + room[1], 4), dy=round(pose.dy + room[2], 4))


def hue_turns(rng: np.random.Generator, count: int = 6) -> list[float]:
    """The drawing's own colours, and turns of the hue circle."""
    return [0.0, *(float(v) for v in np.round(rng.uniform(-20, 20, count - 1) + np.arange(1, count) * 360 / count, 1))]


def board_raster(part: Part, cut: Board, s: int) -> np.ndarray:
    size = cut.size_px(s)
    fine = part.rgba((4 * size[0], 4 * size[1]))
    return cv2.resize(fine, size[::-1], interpolation=cv2.INTER_AREA)


def board_patches(x: np.ndarray, cut: Board) -> np.ndarray:
    """The pieces' `samples.patches` of a picture of any number of pixels a cell."""
    return samples.patches(x, cut, cut.px_of(x.shape[:2]))


def _search(one: list[Part], two: list[Part], cut: Board, keep: int, natural: float = DEFAULT_NATURAL) -> list[tuple[Part, Part]]:
    """Pairs of least conflict on white grounds: a lower bound for all (each piece in its best slot), the assignment for the best."""
    a, b = ([board_raster(p, cut, PX) for p in parts] for parts in (one, two))
    ea, eb = contrast_energies(np.stack(a)), contrast_energies(np.stack(b))
    A, pairs = np.stack([conflict_features(board_patches(x, cut), False) for x in a]), _congruence_classes(cut)
    mine = {n: np.ascontiguousarray(A[:, ids]) for n, (ids, _, _) in enumerate(pairs)}
    bound = np.empty((len(a), len(b)))
    full: dict[int, np.ndarray | None] = {}
    for j, y in enumerate(b):
        least, full[j] = _best_turns(mine, y, cut, pairs)
        bound[:, j] = least.sum(1) / (ea + eb[j])
    price = [np.array([price_of(p, natural) for p in parts]) for parts in (one, two)]
    bound += price[0][:, None] + price[1][None]
    order = np.argsort(bound, axis=None)[: 40 * keep if cut.count <= SMALL_BOARD else keep]
    ranked = []
    for i, j in zip(*np.unravel_index(order, bound.shape)):
        costs = full[j]
        total = assign(costs[i][None], cut)[2] if costs is not None else (bound[i, j] - price[0][i] - price[1][j]) * (ea[i] + eb[j])
        ranked.append((total / (ea[i] + eb[j]) + price[0][i] + price[1][j], i, j))
    ranked.sort()
    return _select_diverse(ranked, one, two, keep)


def _best_turns(mine: dict[int, np.ndarray], y: np.ndarray, cut: Board, pairs: list[ClassPair]) -> tuple[np.ndarray, np.ndarray | None]:
    """Costs of each piece of m pictures against another (rows * PX, cols * PX, 4): in its best slot float32 (m, n), and up to SMALL_BOARD pieces in all (m, n, n).
    mine: `conflict_features` (m, k, f) of the pieces of each of `pairs`, see `_congruence_classes`.
    """
    cells, m, n = board_patches(y, cut), len(mine[0]), cut.count
    # piece i turned k against slot j is piece i against the slot turned back
    slots = [conflict_features(samples.turned(cells, cut, PX, -k), True) for k in range(cut.turns)]
    least, table = np.full((m, n), UNFIT, np.float32), np.full((m, n, n), UNFIT, np.float32) if n <= SMALL_BOARD else None
    for number, (ids, others, turns) in enumerate(pairs):
        a = mine[number].reshape(-1, mine[number].shape[-1])
        best = functools.reduce(np.minimum, (a @ slots[k][others].T for k in turns)).reshape(m, len(ids), len(others))
        least[:, ids] = np.minimum(least[:, ids], best.min(2))
        if table is not None:
            table[:, ids[:, None], others] = best
    return least, table


def _congruence_classes(cut: Board) -> list[ClassPair]:
    """(pieces, slots, turns at which each of those fits each of these) of all that fit: what has the same tabs and blanks fits the same places."""
    kind = np.unique(cut.words, axis=0, return_inverse=True)[1].ravel()
    groups = [np.flatnonzero(kind == k) for k in range(kind.max() + 1)]
    found = ((a, b, np.flatnonzero(cut.fits[:, a[0], b[0]]).tolist()) for a in groups for b in groups)
    return [(a, b, turns) for a, b, turns in found if turns]


def _select_diverse(ranked: list, one: list[Part], two: list[Part], keep: int) -> list[tuple[Part, Part]]:
    """The best, at most two alike in styles, mirrors and nearly in look."""
    seen: dict[tuple, int] = {}
    out = []
    for _, i, j in ranked:
        key = tuple((p.drawing.style, p.pose.mirror, round(p.hue_deg / 30), round(p.light * 4)) for p in (one[i], two[j]))
        seen[key] = seen.get(key, 0) + 1
        if seen[key] <= 2:
            out.append((one[i], two[j]))
    return out[:keep]


def _with_grounds(one: Part, two: Part, cut: Board, natural: float = DEFAULT_NATURAL, chosen: GroundSpec = ("auto", ())) -> list[Casting]:
    """The pair on white, and on the colours of both drawings and their tints, as long as each contour stays clear of its ground."""
    parts, s = (one, two), PX if cut.count > SMALL_BOARD else 5
    allowed = _allowed_grounds(parts, chosen[1])
    small = [board_raster(p, cut, s) for p in parts]
    w = [importance(x, 0.25 * s) for x in small]
    on = [{g: contrast_energy(x, u, g) for g in gs} for x, u, gs in zip(small, w, allowed)]
    cost = ground_costs(small[0], small[1], w[0], w[1], cut)
    fill, given = chosen

    def fit(g: Colour, h: Colour) -> bool:
        return g == h or fill == "auto" and np.abs(np.subtract(g, h)).max() > SAME_GROUND or len(given) == 2

    tried = [(g, h) for g in allowed[0] for h in allowed[1] if fit(g, h)]
    tried = tried[:: max(1, len(tried) * cut.count // 6000)]
    out = []
    for g, h in tried:
        total = assign(cost(g, h), cut)[2]
        share = total / min(on[0][g], on[1][h]) / 2
        first, second = (replace(p, ground=c, backdrop=_backdrop(c, chosen, cut)) for p, c in zip(parts, (g, h)))
        out.append(Casting((first, second), share + pair_penalty(first, second, natural)))
    return sorted(out, key=lambda c: c.conflict)[:4]


def _allowed_grounds(parts: tuple[Part, Part], given: tuple[Colour, ...]) -> list[list[Colour]]:
    """Grounds that either picture may have: those asked for, or white and the drawings' colours and their tints as long as the contour stays clear."""
    if given:
        return [[given[0]], [given[-1]]]
    colours: list[Colour] = [WHITE]
    for part in parts:
        for c in drawing_colours(part):
            tint = tuple(0.5 * v + 0.5 for v in c)
            colours += [c] if _is_gloomy_grey(tint) else [c, tint]
    return [_contrasting(part, colours) for part in parts]


def _is_gloomy_grey(tint: Colour) -> bool:
    """The grey of a black drawing's tint: as far from black as white is in proportion, and gloomy."""
    return max(tint) - min(tint) < 0.1 and max(tint) < 0.65


def _backdrop(ground: Colour, chosen: GroundSpec, cut: Board) -> Backdrop | None:
    """Dots of another tint, four a piece, which every motion of pieces maps to dots."""
    if chosen[0] != "pattern":
        return None
    return Backdrop("pattern", second_colour(ground, chosen[1]), 0.5 / min(cut.rows, cut.cols))


def _contrasting(part: Part, colours: list[Colour]) -> list[Colour]:
    fine = part.rgba((96, 96))
    least = min(0.25, contour_contrast(fine, WHITE))
    return [g for g in dict.fromkeys(colours) if contour_contrast(fine, g) >= least]


def ground_costs(a: np.ndarray, b: np.ndarray, wa: np.ndarray, wb: np.ndarray, cut: Board) -> Callable[..., np.ndarray]:
    """cost(g, h) -> float32 (cut.turns, n, n), as `jigsaw.fitting.assignment.costs` on square cells, for any pair of grounds: with X = 1 - alpha and D = a - b, premultiplied,
    sum w |D + g X - h Y|^2 = sum w |D|^2 + 2 g sum w D X - 2 h sum w D Y + |g|^2 sum w X^2 + |h|^2 sum w Y^2 - 2 g h sum w X Y.
    """
    s, (A, B, U, V) = cut.px_of(a.shape[:2]), (board_patches(x, cut) for x in (a, b, wa[..., None], wb[..., None]))
    B, V = (x.reshape(cut.count, -1, x.shape[-1]) for x in (B, V))
    out = np.full((10, cut.turns, cut.count, cut.count), 0, np.float32)
    for k in range(cut.turns):
        P, W = (samples.turned(x, cut, s, k).reshape(cut.count, -1, x.shape[-1]) for x in (A, U))
        for i in range(cut.count):
            j = np.flatnonzero(cut.fits[k, i])
            if len(j):
                out[:, k, i, j] = _moments(P[i], W[i], B[j], V[j])
    bar = np.where(cut.fits, 0, UNFIT).astype(np.float32)

    def cost(ground_a: Colour, ground_b: Colour) -> np.ndarray:
        g, h = np.asarray(ground_a), np.asarray(ground_b)
        c = np.array([1, *(2 * g), *(-2 * h), g @ g, h @ h, -2 * g @ h], np.float32)
        return np.tensordot(c, out, 1) + bar

    return cost


def _moments(a: np.ndarray, u: np.ndarray, B: np.ndarray, V: np.ndarray) -> np.ndarray:
    """float32 (10, n): the ten sums of `ground_costs` of one patch (p, 4) against n patches (n, p, 4)."""
    w = (u * V / (u + V))[..., 0]
    D, X, Y = a[:, :3] - B[..., :3], 1 - a[:, 3], 1 - B[..., 3]
    wX, wY = w * X, w * Y
    sums = (wX * X).sum(1), (wY * Y).sum(1), (wX * Y).sum(1)
    return np.stack([np.einsum("np,npc,npc->n", w, D, D), *np.einsum("np,npc->cn", wX, D), *np.einsum("np,npc->cn", wY, D), *sums])


def _distinct(found: list[Casting], count: int) -> list[Casting]:
    """The best of each combination of grounds and hue."""

    def key(c: Casting) -> tuple:
        return tuple((*(round(4 * v) for v in p.ground), round(p.hue_deg / 15), round(p.light * 5), p.pose.mirror) for p in c.parts)

    return first_per_key(found, key)[:count]
