"""Photographs, or photographs and drawings on white: cropped, brought to one tone, arranged and blended."""
from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from ..blend import multiband, gradient_domain, tone_refinement, photos
from ..casting.board_many import fit_all
from ..errors import BadValue
from ..jigsaw import Arrangement, Cut, Mesh, labels_at, squares
from ..spec import PuzzleSpec
from ..views import View, later_views
from . import attention, kept
from .arranged import arranged, small_size
from .drawn import Drawn, Progress, credits, rgb

COARSE_PX = 4   # a cell, where crops are compared
LEAN_MOST = 1e3  # what --balance 0 or 1 makes of a picture's share


def photographs(spec: PuzzleSpec, found: list[list[Any]], cut: Cut | None, size_px: tuple[int, int], progress: Progress,
                board: Arrangement | None = None) -> Drawn:
    """All pictures in one; a board that is given is taken as it is. Raises BadValue for a picture of one tone, and for crops or masks that do not fit the pictures."""
    tell = progress or (lambda done, total, stage: None)
    subjects, count = [s[0] for s in found], len(found)
    sizes = [size_px] * count if cut else [size_px, *(v.shown_size(size_px) for v in later_views(spec.kind, count))]
    crops = _crops(spec, subjects, cut, sizes, tell)
    tell(0, 3, "toning")
    raw = [rgb(s, size, c) for s, size, c in zip(subjects, sizes, crops)]
    masks = [*kept.kept_whole(spec.whole, subjects, sizes, crops), *attention.seen_faces(subjects, sizes, crops)]
    tell(1, 3, "arranging")
    pictures, weights, board = arranged(spec, raw, masks, cut, board, progress)
    views, cut = later_views(spec.kind, count, board), board.cut if board else None   # with the connectors that an exact one was given
    balance, picture = _blended(spec, alike_beside(pictures, cut), weights, views, cut, tell)
    told = [{"subject": s.subject, "style": s.style, "licence": s.licence, "crop": asdict(c), **shares(s, c, size, spec.dpi)}
            for s, c, size in zip(subjects, crops, sizes)]
    return Drawn(picture, tuple(pictures), views, board, {"way": "drawn", "casting": {"balance": balance, "pictures": told}}, credits(subjects))


def alike_beside(pictures: Sequence[np.ndarray], cut: Cut | Mesh | None) -> Sequence[np.ndarray]:
    """The pictures with their mean in all of them beside a board that does not fill its box: what nobody sees is no difference."""
    if not isinstance(cut, Mesh) or not (off := labels_at(cut, pictures[0].shape[:2]) < 0).any():
        return pictures
    mean = sum(x[off] for x in pictures) / len(pictures)
    pictures = [x.copy() for x in pictures]
    for x in pictures:
        x[off] = mean
    return pictures


def shares(subject: Any, crop: photos.Crop, size_px: tuple[int, int], dpi: float) -> dict[str, float]:
    """Share of a photograph that its crop shows, its own pixels an inch of print, and the share of heads in it, where there are faces."""
    if not subject.is_photo:
        return {}
    shape = photos.turned_and_mirrored(subject.rgb, crop).shape[:2]
    rows, cols = (p.stop - p.start for p in photos.window(shape, size_px, crop))
    return {"share": round(rows * cols / (shape[0] * shape[1]), 3), "ppi": round(cols / size_px[1] * dpi, 1), **attention.faces_shown(subject, crop, size_px)}


def _blended(spec: PuzzleSpec, pictures: Sequence[np.ndarray], weights: list[np.ndarray], views: tuple[View, ...], cut: Cut | None,
             tell: Any) -> tuple[Any, np.ndarray]:
    """(balance, what is printed): joined along its seams on a board, by bands otherwise."""
    lean = _lean(spec)
    tell(2, 3, "balancing")
    if cut:
        visible = [gradient_domain.error_visibility(x, cut) for x in pictures]
        balance = gradient_domain.equalising_balance(pictures, weights, views, cut, lean, seen=visible)
        return balance, gradient_domain.poisson_blend(pictures, weights, views, cut, balance, tell, visible)
    sigma = min(pictures[0].shape[:2]) / 32
    if len(pictures) == 2:
        t = photos.balance_reduced(*pictures, *weights, views[0], sigma) * (lean[0] / lean[1])
        return t, multiband.blend_two(*pictures, *weights, views[0], sigma, t)
    small = small_size(pictures[0].shape[:2])
    balance = multiband.balance_many(photos.resize_all(pictures, small, views), photos.resize_all(weights, small, views), views,
                                   sigma * small[1] / pictures[0].shape[1])
    return balance, multiband.blend_many(pictures, weights, views, sigma, balance)


def _lean(spec: PuzzleSpec) -> list[float]:
    """What --balance multiplies both pictures' shares by: sqrt(b / (1 - b)) and its inverse; nothing for more than two."""
    if len(spec.prompts) > 2:
        return [1.0] * len(spec.prompts)
    b = spec.balance
    k = min(LEAN_MOST, max(1 / LEAN_MOST, b / max(1 - b, 1e-9))) ** 0.5
    return [k, 1 / k]


def _crops(spec: PuzzleSpec, subjects: list[Any], cut: Cut | None, sizes: list[tuple[int, int]], tell: Any) -> Sequence[photos.Crop]:
    """Those of the spec, or those that leave least conflict: half of them tried at random, half near the best so far."""
    if spec.crops:
        if len(spec.crops) != len(subjects):
            raise BadValue(f"crops says {len(spec.crops)} crops for {len(subjects)} pictures.")
        return [photos.Crop.of(c) for c in spec.crops]
    if not spec.search:
        return [photos.Crop()] * len(subjects)
    if cut and cut.moves_pixels and cut.count > 400:  # a board of a quarter of the pieces ranks crops as well
        cut = squares(cut.rows // 2, cut.cols // 2, cut.cell_um, cut.tabs) if cut.keys else replace(cut, rows=cut.rows // 2, cols=cut.cols // 2)
    small = [cut.size_px(COARSE_PX)] * len(sizes) if cut else [tuple(max(8, round(n * 96 / min(s))) for n in s) for s in sizes]
    owned = list(kept.masks(spec.whole, subjects))
    held = [attention.of(s, [mask for of, mask in owned if of == k]) if s.is_photo else None for k, s in enumerate(subjects)]
    rng, tried = np.random.default_rng(spec.seed), []
    turns = [0, *(turned(spec, s, size) for s, size in zip(subjects[1:], sizes[1:]))]
    first = photos.candidate_crops(spec.search // 2 + spec.search % 2, spec.seed, spec.pose == "free", turns)
    for n in range(spec.search + 1):
        tell(n, spec.search + 1, "cropping")
        some = first[n] if n < len(first) else photos.perturbed_crops(min(tried, key=lambda t: t[0])[1], rng)
        some = tuple(h.held(c, size) if h else photos.Crop() for h, c, size in zip(held, some, small))
        shown = photos.match_tones(*(rgb(s, size, c) for s, size, c in zip(subjects, small, some)))
        tried.append((_conflict(spec, shown, cut) * math.prod(c.price for c in some), some))
    return min(tried, key=lambda t: t[0])[1]


def _conflict(spec: PuzzleSpec, shown: Sequence[np.ndarray], cut: Cut | None) -> float:
    """Of two pictures `photos.conflict`; of more what is left on a board that is fitted to them all, over what they deviate."""
    if len(shown) == 2:
        return photos.conflict(*shown, cut, None if cut else later_views(spec.kind, 2)[0])
    board = fit_all(shown, [np.ones(x.shape[:2], np.float32) for x in shown], cut).arrangement(cut) if cut else None
    return tone_refinement.sharing_error(shown, later_views(spec.kind, len(shown), board)) / (float(np.mean([np.var(x, (0, 1)).mean() for x in shown])) + 1e-6)


def turned(spec: PuzzleSpec, subject: Any, size_px: tuple[int, int]) -> int:
    """1 where a quarter turn lets much more of a photograph be seen in a board's shape (a portrait on a wide board), else 0."""
    if spec.pose == "upright" or spec.kind != "jigsaw" or not subject.is_photo:
        return 0
    (h, w), goal = subject.rgb.shape[:2], math.log(size_px[0] / size_px[1])
    return int(abs(math.log(w / h) - goal) + 0.3 < abs(math.log(h / w) - goal))
