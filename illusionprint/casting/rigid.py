"""Casting for views that move the whole sheet: poses, looks and the ground of both pictures against each other, then bending.

    1. for each ground that the sheet may have (seen through the view it is the other picture's) the conflict of all poses and looks of one
       picture with all of the other is one matrix product;
    2. the best that differ are blended coarsely, for whoever looks at them and gives marks;
    3. the best of those are moved, turned and scaled in small steps that shrink, both together;
    4. each is offered unbent and bent, with several stiffnesses.
"""
from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from ..views import PermutationView, View, seen
from ..vocabulary import Drawing, Pose
from ._features import GROUND_OF_SHEET, WHITE, importance, over
from ._looks import LOST, base, coloured, looks, posed, poses, readable
from ._natural import NATURAL, contour_lost, freedom, look_price, rim, pose_price, unnatural, weight
from ._part import Casting, Part
from ._shared import Pair, shared
from ._table import energies, features
from .bend import N, bend, conflict
from .board import Progress

PX = 16
STIFFNESS = (8.0, 3.0)
POSES, LOOKS = 70, 6
BENT = 4                  # the best so many are bent
STEPS = (1.0, 0.5, 0.25)  # of refinement
FEW = 14                  # moves of either picture tried at each step
FINE = 24
GLIMPSED = 300            # pairs of parts that somebody may look at
FEW_GLIMPSED = 60         # of those that are to be other designs
SMALLNESS = 0.05          # what a pair costs that fills little of the sheet

Ranked = tuple[float, Part, Part]
Same = Callable[[Part, Part], bool]
Look = Callable[[list[tuple[np.ndarray, np.ndarray]]], list[float]]


def cast_rigid(first: list[Drawing], second: list[Drawing], view: View, seed: int, count: int = 10, progress: Progress = None,
               natural: float = NATURAL, ground: str = "auto", look: Look | None = None, beside: Sequence[Casting] = ()) -> list[Casting]:
    """Castings by rising conflict, each unbent and the best bent with two stiffnesses. What is tried is drawn from the seed.

    count: how many are refined and bent; natural and ground as in PuzzleSpec; look: marks of coarse blends, in units of conflict, of which
    the best are refined; beside: castings that there are, of which none that `resembles` is looked for. Raises BadValue for a ground that is none.
    """
    rng = np.random.default_rng(seed)
    mirrors = bool(beside) or not _mirrors_alike(view)
    sides = [[side_of(d, rng, natural, readable(d, poses(rng, natural, POSES, k == 1 or mirrors))) for d in drawings] for k, drawings in enumerate((first, second))]
    found = [f for a in sides[0] for b in sides[1] for f in search(a, b, view, natural, shared(a.looks[0], b.looks[0], view, ground), (64 if beside else 16) * count)]
    found.sort(key=lambda f: f[0])
    same, taken = (resembles, [c.parts for c in beside]) if beside else (alike, [])
    if beside:
        found = spread([f for f in _distinct(found) if not _among(f[1:], taken, same)], FEW_GLIMPSED, same)
    chosen = spread(looked_at(found, view, look) if look else found, 2 * count, same)
    kept: list[tuple[Part, Part]] = []
    for _, *pair in chosen:
        pair = refined(*pair, view, rng, natural)
        if not _among(pair, [*taken, *kept], same):  # two may have come to the same place
            kept.append(pair)
            if progress:
                progress(len(kept), count, "casting")
        if len(kept) == count:
            break
    bends = STIFFNESS[:1] if beside else STIFFNESS
    with ThreadPoolExecutor(2) as pool:
        out = pool.map(lambda n, pair: offered(*pair, view, natural, bends if n < BENT else ()), *zip(*enumerate(kept)))
        return sorted((c for some in out for c in some), key=lambda c: c.conflict)


@dataclass(frozen=True, eq=False)
class Side:
    """One drawing in all looks (outer) and poses (inner): pictures float32 (n, PX, PX, 5) in its own frame; price (n,); a part a look."""

    looks: list[Part]
    poses: list[Pose]
    pictures: np.ndarray
    price: np.ndarray

    def part(self, n: int) -> Part:
        look, pose = divmod(n, len(self.poses))
        return replace(self.looks[look], pose=self.poses[pose])

    @functools.cached_property
    def rims(self) -> list[np.ndarray]:
        """`rim` of each look, the same on every ground."""
        return [rim(p.rgba((64, 64))) for p in self.looks]

    def lost(self, pair: Pair, which: int) -> np.ndarray:
        """What the contour of each look loses on a ground beyond what it loses on white, (n,)."""
        lost = [contour_lost(r, [WHITE, *pair.grounds(which)]) for r in self.rims]
        return np.repeat([max(0.0, float(v[1:].max() - v[0])) for v in lost], len(self.poses))


def _poses(rng: np.random.Generator, count: int = POSES) -> list[Pose]:
    return poses(rng, NATURAL, count)


def _small(parts: list[Part]) -> tuple[np.ndarray, np.ndarray]:
    """(pictures (n, PX, PX, 4), share of the subject that the frame cuts off (n,)) of one drawing in one look."""
    pictures, lost = posed(base(parts[0].drawing), [p.pose for p in parts], PX)
    return parts[0].coloured(pictures[..., :4]), lost


def side_of(drawing: Drawing, rng: np.random.Generator, natural: float, kept: list[Pose]) -> Side:
    """A drawing in some of its looks and in those of the poses that the frame does not cut."""
    pictures, lost = posed(base(drawing), kept, PX)
    whole = lost < max(LOST, lost.min() + 1e-6)
    kept, pictures = [p for p, ok in zip(kept, whole) if ok], pictures[whole]
    parts = [Part(drawing, hue_deg=hue, light=light) for hue, light in looks(drawing, rng, natural, LOOKS)]
    price = [look_price(p, natural) + pose_price(q, natural) for p in parts for q in kept]
    return Side(parts, kept, np.concatenate([coloured(p, pictures) for p in parts]), np.array(price))


def search(one: Side, two: Side, view: View, natural: float, grounds: list[Pair], keep: int, bare: float = GROUND_OF_SHEET) -> list[Ranked]:
    """(conflict and price, part, part) of the best over all grounds; bare: what a ground weighs."""
    out, back = [], moved(view, two.pictures)
    for pair in grounds:
        price = [s.price + weight(natural) * s.lost(pair, k) for k, s in enumerate((one, two))]
        table = pair.price + table_of(one.pictures, back, pair, view, bare) + price[0][:, None] + price[1][None]
        best = np.argpartition(table, min(keep, table.size - 1), axis=None)[:keep]
        for i, j in zip(*np.unravel_index(best, table.shape)):
            out.append((float(table[i, j]), pair.on(one.part(int(i)), 0), pair.on(two.part(int(j)), 1)))
    return out


def table_of(a: np.ndarray, b: np.ndarray, pair: Pair, view: View, bare: float = GROUND_OF_SHEET) -> np.ndarray:
    """Conflict (m, n) of pictures (m, px, px, 5) with others as they lie in assembly 1, over the mean of both contrast energies."""
    g, h = pair.mean(0), tuple(seen_back(view, np.float32(pair.mean(1))[None, None, None])[0, 0, 0])
    wa, wb = (x[..., 4] + bare for x in (a, b))
    table = features(a[..., :4], False, wa, g) @ features(b[..., :4], True, wb, h, g).T
    norm = (energies(a[..., :4], wa, g)[:, None] + energies(b[..., :4], wb, h)[None]) / 2 + 1e-6
    return table / norm + SMALLNESS * (1 - np.minimum(1, norm / np.quantile(norm, 0.7)))


def moved(view: View, x: np.ndarray) -> np.ndarray:
    """Pictures with importance (n, h, w, 5) of the second view as they lie in the first; importance has no colour."""
    return np.concatenate([seen_back(view, x[..., :4]), weights_back(view, x[..., 4:])], -1)


def seen_back(view: View, x: np.ndarray) -> np.ndarray:
    """Pictures (n, h, w, 3 or 4) of the second view as they lie in the first; a view of colours takes each about mid grey."""
    if isinstance(view, PermutationView):
        return np.moveaxis(view.inverse(np.moveaxis(x, -1, -3)), -3, -1)
    white = x[..., 3:] if x.shape[-1] == 4 else 1.0
    rgb = (view.inverse(2 * x[..., :3] - white) + white) / 2
    return np.concatenate([rgb, x[..., 3:]], -1)


def weights_back(view: View, w: np.ndarray) -> np.ndarray:
    """Weights (n, h, w, 1) of the second picture as they lie in the first: they move with pixels and have no colour."""
    return np.moveaxis(view.inverse(np.moveaxis(w, -1, -3)), -3, -1) if isinstance(view, PermutationView) else w


def spread(ranked: list[Ranked], keep: int, same: Same | None = None) -> list[Ranked]:
    """The best that differ (by `alike`, or what else is given) from all better ones; where there are too few, the best of the rest."""
    out: list[Ranked] = []
    for f in ranked:
        if len(out) < keep and not _among(f[1:], [g[1:] for g in out], same or alike):
            out.append(f)
    chosen = {id(f) for f in out}
    return (out + [f for f in ranked if id(f) not in chosen])[:keep]


def alike(p: Part, q: Part) -> bool:
    """Whether two parts look much the same: style, mirror, ground, hue, size, place."""
    return (p.drawing is q.drawing and p.pose.mirror == q.pose.mirror and np.abs(np.subtract(p.ground, q.ground)).max() < 0.15
            and abs(p.hue_deg - q.hue_deg) < 25 and abs(p.pose.scale - q.pose.scale) < 0.12 and np.hypot(p.pose.dx - q.pose.dx, p.pose.dy - q.pose.dy) < 0.1)


def resembles(p: Part, q: Part) -> bool:
    """Whether a person would call two parts one design: style, mirror, nearly ground, colours, turn, size and place."""
    return (p.drawing is q.drawing and p.pose.mirror == q.pose.mirror and np.abs(np.subtract(p.ground, q.ground)).max() < 0.25
            and abs(p.hue_deg - q.hue_deg) < 40 and abs(p.light - q.light) < 0.25 and abs(p.pose.turn_deg - q.pose.turn_deg) < 25
            and abs(p.pose.scale - q.pose.scale) < 0.2 and np.hypot(p.pose.dx - q.pose.dx, p.pose.dy - q.pose.dy) < 0.2)


def _among(pair: Sequence[Part], others: Iterable[Sequence[Part]], same: Same) -> bool:
    """Whether both parts of a pair are the same as both of one of the others."""
    return any(all(same(p, q) for p, q in zip(pair, other)) for other in others)


def _mirrors_alike(view: View) -> bool:
    """Whether a mirrored sheet is as good as the sheet itself, so that only one picture need be mirrored: quarter turns are not so."""
    return view.motion((1.0, 1.0))[1] == 0


def refined(one: Part, two: Part, view: View, rng: np.random.Generator, natural: float, grow: bool = True, least_lost: float = LOST,
            bare: float = GROUND_OF_SHEET) -> tuple[Part, Part]:
    """Both moved by small steps to where they conflict least: FEW moves of either against each other, three times."""
    pair = Pair((one.ground, two.ground), (one.backdrop, two.backdrop))
    bases = [base(p.drawing) for p in (one, two)]
    for step in STEPS:
        tried = [[p.pose, *(_moved_pose(p.pose, step, rng, natural, grow) for _ in range(FEW))] for p in (one, two)]
        both = [posed(b, t, FINE) for b, t in zip(bases, tried)]
        x, y = (coloured(p, pictures) for p, (pictures, _) in zip((one, two), both))
        price = [np.array([pose_price(p, natural) for p in t]) + (lost > max(least_lost, lost[0] + 1e-6)) for t, (_, lost) in zip(tried, both)]
        table = table_of(x, moved(view, y), pair, view, bare) + price[0][:, None] + price[1][None]
        i, j = np.unravel_index(table.argmin(), table.shape)
        one, two = replace(one, pose=tried[0][i]), replace(two, pose=tried[1][j])
    return one, two


def _moved_pose(pose: Pose, step: float, rng: np.random.Generator, natural: float, grow: bool) -> Pose:
    turn, scale, dx, dy = rng.uniform(-1, 1, 4) * step * (1, grow, 1, grow)
    return replace(pose, turn_deg=round(float(pose.turn_deg + 16 * freedom(natural) * turn), 1), scale=round(float(np.clip(pose.scale * (1 + 0.1 * scale), 0.7, 1.08)), 3),
                   dx=round(float(pose.dx + 0.05 * dx), 3), dy=round(float(pose.dy + 0.05 * dy), 3))


def offered(one: Part, two: Part, view: View, natural: float, stiffnesses: tuple[float, ...] = STIFFNESS) -> list[Casting]:
    """The pair unbent, and bent with each stiffness; the second's field is turned into its own frame."""
    rgba = [p.rgba((N, N)) for p in (one, two)]
    a, b = one.rgb((N, N)), seen_back(view, two.rgb((N, N))[None])[0]
    wa, wb = importance(rgba[0], 1.5, GROUND_OF_SHEET), weights_back(view, importance(rgba[1], 1.5, GROUND_OF_SHEET)[None, ..., None])[0, ..., 0]
    norm = float(sum(contrast(p, x) for p, x in zip((one, two), rgba))) / 2 + 1e-6
    out = [Casting((one, two), conflict(a, b, wa, wb, norm) + unnatural(one, two, natural))]
    u = v = None
    for stiffness in stiffnesses:
        u, v, left = bend(a, b, wa, wb, stiffness, norm, u, v)
        out.append(Casting((replace(one, bend=u), replace(two, bend=own_frame(view, v))), left + unnatural(one, two, natural)))
    return out


def contrast(part: Part, rgba: np.ndarray) -> float:
    """Contrast energy of a part against its own ground, sum w |I - ground|^2."""
    behind = part.behind(rgba.shape[:2])
    return float((importance(rgba, 1.5, GROUND_OF_SHEET)[..., None] * (rgba[..., :3] - rgba[..., 3:] * behind) ** 2).sum())


def looked_at(found: list[Ranked], view: View, look: Look) -> list[Ranked]:
    """The GLIMPSED best that differ, ordered by conflict less the mark of their coarse blend."""
    some = _distinct(found)
    marks = look([glimpse(one, two, view) for _, one, two in some])
    return sorted(((c - m, one, two) for (c, one, two), m in zip(some, marks)), key=lambda f: f[0])


def _distinct(found: list[Ranked]) -> list[Ranked]:
    """The first GLIMPSED that do not look nearly the same."""
    cells: dict[tuple, Ranked] = {}
    for f in found:
        cells.setdefault(tuple(_cell(p) for p in f[1:]), f)
    return list(cells.values())[:GLIMPSED]


def _cell(p: Part) -> tuple:
    """What two parts that look nearly the same have in common."""
    q = p.pose
    return p.drawing.style, q.mirror, p.ground, p.backdrop, round(p.hue_deg / 40), round(p.light * 4), *(round(v / s) for v, s in
                                                                                                     ((q.turn_deg, 15), (q.scale, 0.15), (q.dx, 0.12), (q.dy, 0.12)))


def glimpse(one: Part, two: Part, view: View, px: int = N) -> tuple[np.ndarray, np.ndarray]:
    """Both pictures as seen, float32 (px, px, 3), of a coarse blend: sum_k w_k^2 I_k / sum_k w_k^2, pixel by pixel."""
    pictures = [coloured(p, posed(base(p.drawing), [p.pose], px)[0])[0] for p in (one, two)]
    shown = [over(x[..., :4], p.behind((px, px))) for p, x in zip((one, two), pictures)]
    wa, wb = pictures[0][..., 4:] + GROUND_OF_SHEET, weights_back(view, pictures[1][None, ..., 4:] + GROUND_OF_SHEET)[0]
    x = (wa**2 * shown[0] + wb**2 * seen_back(view, shown[1][None])[0]) / (wa**2 + wb**2)
    return x, seen(view, x)


def own_frame(view: View, v: np.ndarray) -> np.ndarray:
    """A field given in the first picture's frame, in the second's: control points move and the displacements turn with the view."""
    if not isinstance(view, PermutationView):
        return v
    moved = np.moveaxis(view(np.moveaxis(v, -1, 0)), 0, -1)
    a, b, c, d, _, _ = view.motion((1.0, 1.0))
    return np.stack([a * moved[..., 0] + c * moved[..., 1], b * moved[..., 0] + d * moved[..., 1]], -1).astype(np.float32)
