"""Casting for views that move the whole sheet: poses, looks and the ground of both pictures against each other, then bending.

1. for each ground that the sheet may have (seen through the view it is the other picture's) the conflict of all poses and looks of one
   picture with all of the other is one matrix product;
2. the best that differ are blended coarsely, and a judge may mark these previews;
3. the best of those are moved, turned and scaled in small steps that shrink, both together;
4. each is offered unbent and bent, with several stiffnesses.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from ..views import PermutationView, View, apply_view, undo_view
from ..vocabulary import Drawing, Pose
from ._candidates import MAX_CUT_OFF, base_raster, colour_shifts, keep_readable, random_poses, recolour, render_poses
from ._conflict_matrix import conflict_features, contrast_energies
from ._part import Casting, Drawings, Part, Progress, first_per_key
from ._penalty import DEFAULT_NATURAL, colour_penalty, contour_colours, contour_losses, pair_penalty, penalty_weight, pose_penalty, search_range
from ._saliency import GROUND, GROUND_OF_SHEET, WHITE, composite_over, importance
from ._shared_ground import GroundPair, ground_pairs
from .registration import RASTER_PX, STIFFNESS, register, unregistered_conflict

PX = 16
POSES, LOOKS = 70, 6
REGISTERED_COUNT = 4  # the best so many are bent
STEPS = (1.0, 0.5, 0.25)  # of refinement
MOVES_TRIED = 14  # moves of either picture tried at each step
REFINE_PX = 24
PREVIEWED = 300  # pairs of parts that somebody may look at
PREVIEWED_EXTRA = 60  # of those that are to be other designs
SMALLNESS = 0.05  # what a pair costs that fills little of the sheet

Ranked = tuple[float, Part, Part]
Equivalence = Callable[[Part, Part], bool]
PreviewJudge = Callable[[list[tuple[np.ndarray, np.ndarray]]], list[float]]


def cast_rigid(
    first: Drawings,
    second: Drawings,
    view: View,
    seed: int,
    count: int = 10,
    progress: Progress = None,
    natural: float = DEFAULT_NATURAL,
    ground: str = "auto",
    look: PreviewJudge | None = None,
    beside: Sequence[Casting] = (),
) -> list[Casting]:
    """Cast two subjects under a view of the whole sheet: castings by rising conflict, the best also registered; what is tried is drawn from the seed.
    count: how many are refined; natural, ground: as in PuzzleSpec; look: a judge's marks of coarse blends, in units of conflict; beside: castings whose
    `same_design` is left out. Raises BadValue for a ground that is none.
    """
    rng = np.random.default_rng(seed)
    mirrors = bool(beside) or not _mirrors_alike(view)
    one, two = (_all_candidates(drawings, rng, natural, mirrored) for drawings, mirrored in ((first, mirrors), (second, True)))
    keep = (64 if beside else 16) * count
    found = [f for a in one for b in two for f in search(a, b, view, natural, ground_pairs(a.looks[0], b.looks[0], view, ground), keep)]
    found.sort(key=lambda f: f[0])
    same, taken = (same_design, [c.parts for c in beside]) if beside else (near_duplicate, [])
    if beside:
        found = select_diverse([f for f in _distinct(found) if not _among(f[1:], taken, same)], PREVIEWED_EXTRA, same)
    chosen = select_diverse(rerank_by_judge(found, view, look) if look else found, 2 * count, same)
    kept: list[tuple[Part, Part]] = []
    for _, first_part, second_part in chosen:
        pair = refine_poses(first_part, second_part, view, rng, natural)
        if not _among(pair, [*taken, *kept], same):  # two may have come to the same place
            kept.append(pair)
            if progress:
                progress(len(kept), count, "casting")
        if len(kept) == count:
            break
    bends = STIFFNESS[:1] if beside else STIFFNESS
    with ThreadPoolExecutor(2) as pool:
        out = pool.map(lambda n, pair: register_pair(pair[0], pair[1], view, natural, bends if n < REGISTERED_COUNT else ()), *zip(*enumerate(kept)))
        return sorted((c for some in out for c in some), key=lambda c: c.conflict)


def _all_candidates(drawings: Drawings, rng: np.random.Generator, natural: float, mirrored: bool) -> list[Candidates]:
    return [candidates(d, rng, natural, keep_readable(d, random_poses(rng, natural, POSES, mirrored))) for d in drawings]


@dataclass(frozen=True, eq=False)
class Candidates:
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
        """`contour_colours` of each look, the same on every ground."""
        return [contour_colours(p.rgba((64, 64))) for p in self.looks]

    def lost(self, pair: GroundPair, which: int) -> np.ndarray:
        """What the contour of each look loses on a ground beyond what it loses on white, (n,)."""
        lost = [contour_losses(r, [WHITE, *pair.grounds(which)]) for r in self.rims]
        return np.repeat([max(0.0, float(v[1:].max() - v[0])) for v in lost], len(self.poses))


def rigid_raster(parts: list[Part]) -> tuple[np.ndarray, np.ndarray]:
    """(pictures (n, PX, PX, 4), share of the subject that the frame cuts off (n,)) of one drawing in one look."""
    pictures, lost = render_poses(base_raster(parts[0].drawing), [p.pose for p in parts], PX)
    return parts[0].coloured(pictures[..., :4]), lost


def candidates(drawing: Drawing, rng: np.random.Generator, natural: float, kept: list[Pose]) -> Candidates:
    """A drawing in some of its looks and in those of the poses that the frame does not cut."""
    pictures, lost = render_poses(base_raster(drawing), kept, PX)
    whole = lost < max(MAX_CUT_OFF, lost.min() + 1e-6)
    kept, pictures = [p for p, ok in zip(kept, whole) if ok], pictures[whole]
    parts = [Part(drawing, hue_deg=hue, light=light) for hue, light in colour_shifts(drawing, rng, natural, LOOKS)]
    price = [colour_penalty(p, natural) + pose_penalty(q, natural) for p in parts for q in kept]
    return Candidates(parts, kept, np.concatenate([recolour(p, pictures) for p in parts]), np.array(price))


def search(one: Candidates, two: Candidates, view: View, natural: float, grounds: list[GroundPair], keep: int, bare: float = GROUND_OF_SHEET) -> list[Ranked]:
    """(conflict and price, part, part) of the best over all grounds; bare: what a ground weighs."""
    out, back = [], to_first_frame(view, two.pictures)
    for pair in grounds:
        price = [s.price + penalty_weight(natural) * s.lost(pair, k) for k, s in enumerate((one, two))]
        table = pair.price + conflict_table(one.pictures, back, pair, view, bare) + price[0][:, None] + price[1][None]
        best = np.argpartition(table, min(keep, table.size - 1), axis=None)[:keep]
        for i, j in zip(*np.unravel_index(best, table.shape)):
            out.append((float(table[i, j]), pair.on(one.part(int(i)), 0), pair.on(two.part(int(j)), 1)))
    return out


def conflict_table(a: np.ndarray, b: np.ndarray, pair: GroundPair, view: View, bare: float = GROUND_OF_SHEET) -> np.ndarray:
    """Conflict (m, n) of pictures (m, px, px, 5) with others as they lie in assembly 1, over the mean of both contrast energies."""
    g, h = pair.mean(0), tuple(pictures_in_first(view, np.asarray(pair.mean(1), np.float32)[None, None, None])[0, 0, 0])
    wa, wb = (x[..., 4] + bare for x in (a, b))
    table = conflict_features(a[..., :4], False, wa, g) @ conflict_features(b[..., :4], True, wb, h, g).T
    norm = (contrast_energies(a[..., :4], wa, g)[:, None] + contrast_energies(b[..., :4], wb, h)[None]) / 2 + 1e-6
    return table / norm + SMALLNESS * (1 - np.minimum(1, norm / np.quantile(norm, 0.7)))


def to_first_frame(view: View, x: np.ndarray) -> np.ndarray:
    """Pictures with importance (n, h, w, 5) of the second view as they lie in the first; importance has no colour."""
    return np.concatenate([pictures_in_first(view, x[..., :4]), weights_in_first(view, x[..., 4:])], -1)


def pictures_in_first(view: View, x: np.ndarray) -> np.ndarray:
    """Pictures (n, h, w, 3 or 4) of the second view as they lie in the first; a view of colours takes each about mid grey."""
    if isinstance(view, PermutationView):
        return undo_view(view, x)
    white = x[..., 3:] if x.shape[-1] == 4 else 1.0
    rgb = (view.inverse(2 * x[..., :3] - white) + white) / 2
    return np.concatenate([rgb, x[..., 3:]], -1)


def weights_in_first(view: View, w: np.ndarray) -> np.ndarray:
    """Weights (n, h, w, 1) of the second picture as they lie in the first: they move with pixels and have no colour."""
    return undo_view(view, w) if isinstance(view, PermutationView) else w


def select_diverse(ranked: list[Ranked], keep: int, same: Equivalence | None = None) -> list[Ranked]:
    """The best that differ (by `near_duplicate`, or what else is given) from all better ones; where there are too few, the best of the rest."""
    out: list[Ranked] = []
    for f in ranked:
        if len(out) < keep and not _among(f[1:], [g[1:] for g in out], same or near_duplicate):
            out.append(f)
    chosen = {id(f) for f in out}
    return (out + [f for f in ranked if id(f) not in chosen])[:keep]


def near_duplicate(p: Part, q: Part) -> bool:
    """Whether two parts look much the same: style, mirror, ground, hue, size, place."""
    return _close(p, q, 0.15, 25, 0.12, 0.1)


def _close(p: Part, q: Part, ground: float, hue_deg: float, scale: float, shift: float) -> bool:
    """Whether two parts of one drawing and mirror differ by less than these."""
    if p.drawing is not q.drawing or p.pose.mirror != q.pose.mirror:
        return False
    apart = np.abs(np.subtract(p.ground, q.ground)).max(), abs(p.hue_deg - q.hue_deg), abs(p.pose.scale - q.pose.scale)
    moved = np.hypot(p.pose.dx - q.pose.dx, p.pose.dy - q.pose.dy)
    return all(v < most for v, most in zip((*apart, moved), (ground, hue_deg, scale, shift)))


def same_design(p: Part, q: Part) -> bool:
    """Whether a person would call two parts one design: style, mirror, nearly ground, colours, turn, size and place."""
    return _close(p, q, 0.25, 40, 0.2, 0.2) and abs(p.light - q.light) < 0.25 and abs(p.pose.turn_deg - q.pose.turn_deg) < 25


def _among(pair: Sequence[Part], others: Iterable[Sequence[Part]], same: Equivalence) -> bool:
    """Whether both parts of a pair are the same as both of one of the others."""
    return any(all(same(p, q) for p, q in zip(pair, other)) for other in others)


def _mirrors_alike(view: View) -> bool:
    """Whether a mirrored sheet is as good as the sheet itself, so that only one picture need be mirrored: quarter turns are not so."""
    return view.motion((1.0, 1.0))[1] == 0


def refine_poses(one: Part, two: Part, view: View, rng: np.random.Generator, natural: float, card: bool = False) -> tuple[Part, Part]:
    """Both moved by small steps to where they conflict least: MOVES_TRIED moves of either against each other, three times."""
    most_cut, bare = (0.002, GROUND) if card else (MAX_CUT_OFF, GROUND_OF_SHEET)
    pair = GroundPair((one.ground, two.ground), (one.backdrop, two.backdrop))
    bases = [base_raster(p.drawing) for p in (one, two)]
    for step in STEPS:
        tried = [[p.pose, *(_perturbed_pose(p.pose, step, rng, natural, not card) for _ in range(MOVES_TRIED))] for p in (one, two)]
        both = [render_poses(b, t, REFINE_PX) for b, t in zip(bases, tried)]
        x, y = (recolour(p, pictures) for p, (pictures, _) in zip((one, two), both))
        price = [np.array([pose_penalty(p, natural) for p in t]) + (lost > max(most_cut, lost[0] + 1e-6)) for t, (_, lost) in zip(tried, both)]
        table = conflict_table(x, to_first_frame(view, y), pair, view, bare) + price[0][:, None] + price[1][None]
        i, j = np.unravel_index(table.argmin(), table.shape)
        one, two = replace(one, pose=tried[0][i]), replace(two, pose=tried[1][j])
    return one, two


def _perturbed_pose(pose: Pose, step: float, rng: np.random.Generator, natural: float, grow: bool) -> Pose:
    turn, scale, dx, dy = rng.uniform(-1, 1, 4) * step * (1, grow, 1, grow)
    turn_deg, size = float(pose.turn_deg + 16 * search_range(natural) * turn), float(np.clip(pose.scale * (1 + 0.1 * scale), 0.7, 1.08))
    x, y = float(pose.dx + 0.05 * dx), float(pose.dy + 0.05 * dy)
    return replace(pose, turn_deg=round(turn_deg, 1), scale=round(size, 3), dx=round(x, 3), dy=round(y, 3))


def register_pair(one: Part, two: Part, view: View, natural: float, stiffnesses: tuple[float, ...] = STIFFNESS) -> list[Casting]:
    """The pair unbent, and bent with each stiffness; the second's field is turned into its own frame."""
    rgba = [p.rgba((RASTER_PX, RASTER_PX)) for p in (one, two)]
    a, b = one.rgb((RASTER_PX, RASTER_PX)), pictures_in_first(view, two.rgb((RASTER_PX, RASTER_PX))[None])[0]
    wa, wb = importance(rgba[0], 1.5, GROUND_OF_SHEET), weights_in_first(view, importance(rgba[1], 1.5, GROUND_OF_SHEET)[None, ..., None])[0, ..., 0]
    norm = float(sum(part_contrast_energy(p, x) for p, x in zip((one, two), rgba))) / 2 + 1e-6
    out = [Casting((one, two), unregistered_conflict(a, b, wa, wb, norm) + pair_penalty(one, two, natural))]
    fields = None
    for stiffness in stiffnesses:
        fields, left = register(a, b, wa, wb, stiffness, norm, fields)
        out.append(
            Casting(
                (replace(one, displacement=fields[0]), replace(two, displacement=field_in_own_frame(view, fields[1]))), left + pair_penalty(one, two, natural)
            )
        )
    return out


def part_contrast_energy(part: Part, rgba: np.ndarray) -> float:
    """Contrast energy of a part against its own ground, sum w |I - ground|^2."""
    behind = part.background(rgba.shape[:2])
    return float((importance(rgba, 1.5, GROUND_OF_SHEET)[..., None] * (rgba[..., :3] - rgba[..., 3:] * behind) ** 2).sum())


def rerank_by_judge(found: list[Ranked], view: View, look: PreviewJudge) -> list[Ranked]:
    """The PREVIEWED best that differ, ordered by conflict less the mark of their coarse blend."""
    some = _distinct(found)
    marks = look([coarse_blend(one, two, view) for _, one, two in some])
    return sorted(((c - m, one, two) for (c, one, two), m in zip(some, marks)), key=lambda f: f[0])


def _distinct(found: list[Ranked]) -> list[Ranked]:
    """The first PREVIEWED that do not look nearly the same."""
    return first_per_key(found, lambda f: tuple(_cell(p) for p in f[1:]))[:PREVIEWED]


def _cell(p: Part) -> tuple:
    """What two parts that look nearly the same have in common."""
    steps = ((p.hue_deg, 40), (4 * p.light, 1), (p.pose.turn_deg, 15), (p.pose.scale, 0.15), (p.pose.dx, 0.12), (p.pose.dy, 0.12))
    return p.drawing.style, p.pose.mirror, p.ground, p.backdrop, *(round(v / step) for v, step in steps)


def coarse_blend(one: Part, two: Part, view: View, px: int = RASTER_PX) -> tuple[np.ndarray, np.ndarray]:
    """Both pictures as seen, float32 (px, px, 3), of a coarse blend: sum_k w_k^2 I_k / sum_k w_k^2, pixel by pixel."""
    pictures = [recolour(p, render_poses(base_raster(p.drawing), [p.pose], px)[0])[0] for p in (one, two)]
    shown = [composite_over(x[..., :4], p.background((px, px))) for p, x in zip((one, two), pictures)]
    wa, wb = pictures[0][..., 4:] + GROUND_OF_SHEET, weights_in_first(view, pictures[1][None, ..., 4:] + GROUND_OF_SHEET)[0]
    x = (wa**2 * shown[0] + wb**2 * pictures_in_first(view, shown[1][None])[0]) / (wa**2 + wb**2)
    return x, apply_view(view, x)


def field_in_own_frame(view: View, v: np.ndarray) -> np.ndarray:
    """A field given in the first picture's frame, in the second's: control points move and the displacements turn with the view."""
    if not isinstance(view, PermutationView):
        return v
    moved = np.moveaxis(view(np.moveaxis(v, -1, 0)), 0, -1)
    a, b, c, d, _, _ = view.motion((1.0, 1.0))
    return np.stack([a * moved[..., 0] + c * moved[..., 1], b * moved[..., 0] + d * moved[..., 1]], -1).astype(np.float32)
