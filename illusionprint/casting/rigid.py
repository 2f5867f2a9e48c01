"""Casting for views that move the whole sheet: poses and hues of both pictures against each other, then bending."""
from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from ..vocabulary import Drawing, Pose
from ..views import PermutationView, View, seen
from ._features import importance
from ._part import Casting, Part
from ._table import energies, features
from .bend import N, bend
from .board import Progress, _hues, _unnatural

PX = 16
LOST = 0.03     # what the frame may cut off a subject
STIFFNESS = (8.0, 3.0)


def cast_rigid(first: list[Drawing], second: list[Drawing], view: View, seed: int, count: int = 9, progress: Progress = None) -> list[Casting]:
    """Castings by rising conflict, each unbent and bent with two stiffnesses. The grid of poses and hues is drawn from the seed."""
    rng = np.random.default_rng(seed)
    one = [Part(d, p) for d in first for p in _poses(rng)]
    two = [Part(d, p, h, _ground(view)) for d in second for h in _hues(rng, 8) for p in _poses(rng)]
    pairs = _search(one, two, view, count)
    out = []
    for n, (conflict, a, b) in enumerate(pairs):
        out.append(Casting((a, b), conflict))
        out += [_bent(a, b, view, s) for s in STIFFNESS]
        if progress:
            progress(n + 1, len(pairs), "casting")
    return sorted(out, key=lambda c: c.conflict)


def _poses(rng: np.random.Generator, count: int = 120) -> list[Pose]:
    """Mostly near upright; the subject stays in the frame, which `_search` sees to."""
    draw = [Pose(float(np.round(rng.normal(0, 10), 1)), float(np.round(rng.uniform(0.72, 1.05), 3)),
                 *(float(v) for v in np.round(rng.uniform(-0.13, 0.13, 2), 3)), mirror=bool(n % 2)) for n in range(count - 2)]
    return [Pose(), Pose(mirror=True), *draw]


def _small(parts: list[Part]) -> tuple[np.ndarray, np.ndarray]:
    """(pictures (n, PX, PX, 4), share of the subject that the frame cuts off (n,)), from one rendering a drawing and hue."""
    side = 2 * PX
    whole: dict[tuple, np.ndarray] = {}
    out, lost = [], []
    for p in parts:
        key = (id(p.drawing), p.hue_deg)
        if key not in whole:
            whole[key] = replace(p, pose=Pose()).rgba((side, side))
        a = whole[key]
        m = np.array(p.pose.matrix()).reshape(3, 2).T.copy()
        m[:, 2] = m[:, 2] * side + m[:, :2].sum(1) * 0.5 - 0.5
        posed = np.clip(cv2.warpAffine(a, m, (side, side), flags=cv2.INTER_LINEAR), 0, 1)
        lost.append(1 - posed[..., 3].sum() / (a[..., 3].sum() * p.pose.scale**2 + 1e-6))
        out.append(cv2.resize(posed, (PX, PX), interpolation=cv2.INTER_AREA))
    return np.stack(out), np.array(lost)


def seen_back(view: View, x: np.ndarray) -> np.ndarray:
    """Pictures (n, h, w, 3 or 4) of the second view as they lie in the first; a view of colours takes each about mid grey."""
    if isinstance(view, PermutationView):
        return np.moveaxis(view.inverse(np.moveaxis(x, -1, -3)), -3, -1)
    white = x[..., 3:] if x.shape[-1] == 4 else 1.0
    rgb = (view.inverse(2 * x[..., :3] - white) + white) / 2
    return np.concatenate([rgb, x[..., 3:]], -1)


def _ground(view: View) -> tuple[float, ...]:
    """The second picture's ground: what a white ground of the first looks like under the view."""
    return tuple(float(v) for v in seen(view, np.ones((1, 1, 3)))[0, 0])


def _search(one: list[Part], two: list[Part], view: View, keep: int) -> list[tuple[float, Part, Part]]:
    """Conflict of all pairs as one matrix product; at most two of the best a hue and mirror."""
    (a, lost_a), (b, lost_b) = _small(one), _small(two)
    table = features(a, False) @ features(seen_back(view, b), True).T
    norm = (energies(a)[:, None] + energies(b)[None]) / 2
    tilt = 0.0008
    price_a = np.array([tilt * abs(p.pose.turn_deg) for p in one]) + np.where(lost_a > LOST, 1, 0)
    price_b = np.array([_unnatural(Part(p.drawing), p) + (tilt - 0.0005) * abs(p.pose.turn_deg) for p in two]) + np.where(lost_b > LOST, 1, 0)
    table = table / norm + price_a[:, None] + price_b[None] + 0.05 * (1 - np.minimum(1, norm / np.quantile(norm, 0.7)))
    out, seen = [], {}
    for flat in np.argsort(table, axis=None)[:20000]:
        i, j = divmod(int(flat), len(two))
        key = (one[i].drawing.style, one[i].pose.mirror, two[j].pose.mirror, two[j].hue_deg)
        seen[key] = seen.get(key, 0) + 1
        if seen[key] <= 2 and len(out) < keep:
            out.append((float(table[i, j]), one[i], two[j]))
    return out


def _bent(one: Part, two: Part, view: View, stiffness: float) -> Casting:
    """Both parts with the bend that brings them together; the second's field is turned into its own frame."""
    parts = (one, two)
    rgba = [p.rgba((N, N)) for p in parts]
    rgb = [p.rgb((N, N)) for p in parts]
    w = [importance(x, 1.5) for x in rgba]
    wb = view.inverse(w[1][None])[0] if isinstance(view, PermutationView) else w[1]  # weights move, they have no colour
    u, v, left = bend(rgb[0], seen_back(view, rgb[1][None])[0], w[0], wb, stiffness)
    return Casting((replace(one, bend=u), replace(two, bend=_own_frame(view, v))), left + _unnatural(one, two))


def _own_frame(view: View, v: np.ndarray) -> np.ndarray:
    """A field given in the first picture's frame, in the second's: control points move and the displacements turn with the view."""
    if not isinstance(view, PermutationView):
        return v
    moved = np.moveaxis(view(np.moveaxis(v, -1, 0)), 0, -1)
    a, b, c, d, _, _ = view.motion((1.0, 1.0))
    return np.stack([a * moved[..., 0] + c * moved[..., 1], b * moved[..., 0] + d * moved[..., 1]], -1).astype(np.float32)
