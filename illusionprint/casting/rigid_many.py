"""Casting three and four pictures for views of the whole sheet: poses, hues and one ground of all together, then bending.

The conflict is that of `board_many`: what the best weighted compromise of all pictures leaves over where they lie on each other. Many random
castings are improved at once, one picture after the other: the best of all its looks on the mix of the others, a matrix product.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..views import View
from ._candidates import MAX_CUT_OFF, base_raster, colour_shifts, keep_readable, random_poses, recolour, render_poses
from ._ground import Colour, parse_ground
from ._part import Casting, Drawings, Part, Progress, Subjects, first_per_key
from ._penalty import DEFAULT_NATURAL, contour_loss, penalty
from ._saliency import GROUND_OF_MANY, WHITE, composite_over, contrast_energy, importance
from ._shared_ground import COLOURED_GROUND_PENALTY, MAX_CONTOUR_LOSS, colour_under_view
from .board_many import clear_grounds, merge_features, weighted_mean
from .registration import CONTROL_POINTS, RASTER_PX, WarpedImage, as_fields, minimise, spline_basis, with_stiffness
from .rigid import STIFFNESS, field_in_own_frame, part_contrast_energy, pictures_in_first, weights_in_first

PX = 16
STARTS, ROUNDS, POSES, LOOKS = 160, 4, 70, 6
GROUNDS = 3


@dataclass(frozen=True, eq=False)
class Pool:
    """Looks of one picture as they lie in picture 1's frame: colours (n, h, w, 3), weights (n, h, w), `merge_features`, energies, prices (n,)."""

    parts: list[Part]
    x: np.ndarray
    w: np.ndarray
    products: np.ndarray
    energy: np.ndarray
    price: np.ndarray


def cast_rigid_many(
    found: Subjects, views: Sequence[View], seed: int, count: int = 8, progress: Progress = None, natural: float = DEFAULT_NATURAL, ground: str = "auto"
) -> list[Casting]:
    """Cast three and four subjects under views of the whole sheet: castings by rising conflict, the best also registered, drawn from the seed.
    All share a ground, white or a tint; natural, ground: as in PuzzleSpec. Raises BadValue for a ground that is neither auto nor one colour.
    """
    given = parse_ground(ground, len(found))[1]
    rng = np.random.default_rng(seed)
    small = [_candidate_rasters(drawings, rng, natural) for drawings in found]
    ranked, tried = [], list(given) or _tints(found, views)
    for n, colour in enumerate(tried):
        pools = [_pool(*s, colour, v, natural) for s, v in zip(small, (None, *views))]
        ranked += _search(pools, rng, COLOURED_GROUND_PENALTY * (colour != WHITE))
        if progress:
            progress(n + 1, len(tried), "casting")
    out = _distinct(ranked, count)
    for n, c in enumerate(out[: max(1, count // 2)]):
        out += _registered(c.parts, views, natural)
        if progress:
            progress(n + 1, count // 2, "bending")
    return sorted(out, key=lambda c: c.conflict)


def _candidate_rasters(drawings: Drawings, rng: np.random.Generator, natural: float) -> tuple[list[Part], np.ndarray]:
    """(looks of a subject that keep within the frame, small pictures with importance (n, h, w, 5))."""
    parts, pictures = [], []
    for d in drawings:
        kept = keep_readable(d, random_poses(rng, natural, max(30, POSES // len(drawings))))
        found, lost = render_poses(base_raster(d), kept, PX)
        whole = np.flatnonzero(lost < max(MAX_CUT_OFF, lost.min() + 1e-6))
        for hue, light in colour_shifts(d, rng, natural, LOOKS):
            parts += [Part(d, kept[i], hue, light=light) for i in whole]
            pictures.append(recolour(Part(d, hue_deg=hue, light=light), found[whole]))
    return parts, np.concatenate(pictures)


def _tints(found: Sequence[Drawings], views: Sequence[View]) -> list[Colour]:
    """White, and tints of what covers most of any drawing, of which all contours stay clear in their own colours."""
    parts = [Part(drawings[0]) for drawings in found]
    out = [g for part, v in zip(parts, (None, *views)) for g in (colour_under_view(v, c) if v else c for c in clear_grounds(part)[1:])]

    def clear_of(g: Colour) -> bool:
        own = (replace(p, ground=colour_under_view(v, g) if v else g) for p, v in zip(parts, (None, *views)))
        return all(contour_loss(p) <= MAX_CONTOUR_LOSS for p in own)

    clear = [g for g in dict.fromkeys(out) if clear_of(g)]
    return [WHITE, *clear[:: max(1, len(clear) // GROUNDS)][:GROUNDS]]


def _pool(parts: list[Part], pictures: np.ndarray, ground: Colour, view: View | None, natural: float = DEFAULT_NATURAL) -> Pool:
    """Looks on a ground of the sheet, which the view may change, as they lie in picture 1."""
    own = colour_under_view(view, ground) if view else ground
    parts = [replace(p, ground=own) for p in parts]
    rgba, w = pictures[..., :4], pictures[..., 4] + GROUND_OF_MANY
    e = np.array([contrast_energy(a, v, own) for a, v in zip(rgba, w)])
    x = composite_over(rgba, own)
    if view:
        x, w = pictures_in_first(view, x), weights_in_first(view, w[..., None])[..., 0]
    return Pool(parts, x, w, merge_features(x, w, True), e, np.array([penalty(p, natural) for p in parts]))


def _search(pools: list[Pool], rng: np.random.Generator, extra: float) -> list[Casting]:
    """Random starts, each picture in turn replaced by the best for the others; conflict = left over / (K least energy) + prices."""
    count = len(pools)
    at = np.stack([rng.integers(len(p.parts), size=STARTS) for p in pools])
    for step in range(ROUNDS * count):
        k = step % count
        others = [j for j in range(count) if j != k]
        x, w = (np.stack([getattr(pools[j], name)[at[j]] for j in others]) for name in ("x", "w"))
        m, total = weighted_mean(x, w)
        left = (w[..., None] * (x - m) ** 2).sum((0, 2, 3, 4))
        merged = merge_features(m, total, False) @ pools[k].products.T
        least = np.minimum(np.min([pools[j].energy[at[j]] for j in others], 0)[:, None], pools[k].energy)
        paid = sum(pools[j].price[at[j]] for j in others)[:, None] + pools[k].price
        table = (left[:, None] + merged) / (count * least) + 2 * paid / count
        at[k] = table.argmin(1)
    best = table.min(1) + extra
    return [Casting(tuple(p.parts[i] for p, i in zip(pools, at[:, s])), float(best[s])) for s in np.argsort(best, kind="stable")]


def _distinct(ranked: list[Casting], count: int) -> list[Casting]:
    """The best, no two with the same mirrors, hues and ground."""
    best = sorted(ranked, key=lambda c: c.conflict)
    return first_per_key(best, lambda c: tuple((p.drawing.style, p.hue_deg, p.pose.mirror, p.ground) for p in c.parts))[:count]


def _registered(parts: Sequence[Part], views: Sequence[View], natural: float) -> list[Casting]:
    """All parts with the bends that bring them together, each field in its own picture's frame; one casting a stiffness."""
    rgba = [p.rgba((RASTER_PX, RASTER_PX)) for p in parts]
    norm = len(parts) * min(part_contrast_energy(p, a) for p, a in zip(parts, rgba)) + 1e-6
    w, x = [importance(a, 1.5) for a in rgba], [p.rgb((RASTER_PX, RASTER_PX)) for p in parts]
    for k, v in enumerate(views, 1):
        x[k], w[k] = pictures_in_first(v, x[k][None])[0], weights_in_first(v, w[k][None, ..., None])[0, ..., 0]
    paid = 2 * sum(penalty(p, natural) for p in parts) / len(parts) + COLOURED_GROUND_PENALTY * (parts[0].ground != WHITE)
    out, u = [], None
    for stiffness in STIFFNESS:
        u, left = register_many(x, w, stiffness, norm, u)
        own = [u[0], *(field_in_own_frame(v, f) for v, f in zip(views, u[1:]))]
        out.append(Casting(tuple(replace(p, displacement=f) for p, f in zip(parts, own)), left + paid))
    return out


def register_many(x: Sequence[np.ndarray], w: Sequence[np.ndarray], stiffness: float, norm: float, start: np.ndarray | None = None) -> tuple[np.ndarray, float]:
    """(fields (k, G, G, 2), conflict left) of pictures (n, n, 3) with weights (n, n), from blurred to sharp, as in `register`."""
    u, images = minimise(registration_energy_many, x, w, start, norm, stiffness)
    return as_fields(u), registration_energy_many(u, images, norm, 0.0)[0]


def registration_energy_many(u: np.ndarray, pictures: list[WarpedImage], norm: float, stiffness: float) -> tuple[float, np.ndarray]:
    """E = sum_k w_k |x_k - m|^2 / norm + stiffness, and its gradient: m is the minimum, so dE/dx_k = 2 w_k (x_k - m), dE/dw_k = |x_k - m|^2."""
    control = u.reshape(-1, CONTROL_POINTS, CONTROL_POINTS, 2)
    basis = spline_basis(RASTER_PX, RASTER_PX)
    shown = [p.at((basis @ c.reshape(-1, 2)).reshape(RASTER_PX, RASTER_PX, 2)) for p, c in zip(pictures, control)]
    x, w = np.stack([s[0] for s in shown]), np.stack([s[2] for s in shown])
    apart = x - weighted_mean(x, w)[0]
    square = (apart**2).sum(-1)
    value, grads = float((w * square).sum()) / norm, []
    for (_, slopes, _, lean), d, v, q in zip(shown, apart, w, square):
        pull = ((2 * v[..., None] * d)[:, None] * slopes).sum(-1) + q[..., None] * lean
        grads.append(basis.T @ pull / norm)
    return with_stiffness(value, np.stack(grads), control, stiffness)
