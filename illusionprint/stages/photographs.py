"""Photographs, or photographs and drawings on white, in one picture: brought to one tone, arranged and blended."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from ..blend import gradient_domain, multiband, photos
from ..jigsaw import Arrangement, Board, labels_at
from ..spec import ExactSpec
from ..views import View, later_views
from . import crops, masks, saliency
from .artwork import Artwork, credits, rgb
from .crops import Photographs
from .fitting import fitted, small_size
from .progress import Progress, Tell, silent

LEAN_MOST = 1e3  # what --balance 0 or 1 makes of a picture's share


def sizes(kind: str, count: int, board: Board | None, size_px: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """(h, w) in pixels of each picture as it is seen."""
    return (size_px,) * count if board else (size_px, *(v.shown_size(size_px) for v in later_views(kind, count)))


def blended(
    given: Photographs, board: Board | None, dpi: float, exact: ExactSpec | None = None, arrangement: Arrangement | None = None, progress: Progress = None
) -> Artwork:
    """All pictures in one; an arrangement that is given is taken as it is. Raises BadValue for a picture of one tone, and for crops or masks that do not fit the pictures."""
    tell = progress or silent
    some = crops.found(given, board, tell)
    tell(0, 3, "toning")
    cropped = list(zip(given.subjects, given.sizes, some))
    raw = [rgb(s, size, c) for s, size, c in cropped]
    kept = [*masks.kept_whole(given.wishes.whole, given.subjects, given.sizes, some), *saliency.seen_faces(given.subjects, given.sizes, some)]
    tell(1, 3, "arranging")
    pictures, weights, arrangement = fitted(given.kind, raw, kept, board, arrangement, exact, given.seed, progress)
    views, board = (
        later_views(given.kind, given.count, arrangement),
        arrangement.board if arrangement else None,
    )  # with the connectors that an exact one was given
    balance, picture = _balanced(_alike_beside(pictures, board), weights, views, board, _lean(given), tell)
    told = [{"subject": s.subject, "style": s.style, "licence": s.licence, "crop": asdict(c), **shares(s, c, size, dpi)} for s, size, c in cropped]
    return Artwork(picture, tuple(pictures), views, arrangement, {"way": "drawn", "casting": {"balance": balance, "pictures": told}}, credits(given.subjects))


def _alike_beside(pictures: Sequence[np.ndarray], board: Board | None) -> Sequence[np.ndarray]:
    """The pictures with their mean in all of them beside a board that does not fill its box: what nobody sees is no difference."""
    if not board or board.on_grid or not (off := labels_at(board, pictures[0].shape[:2]) < 0).any():
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
    return {"share": round(rows * cols / (shape[0] * shape[1]), 3), "ppi": round(cols / size_px[1] * dpi, 1), **saliency.faces_shown(subject, crop, size_px)}


def _balanced(
    pictures: Sequence[np.ndarray], weights: list[np.ndarray], views: tuple[View, ...], board: Board | None, lean: list[float], tell: Tell
) -> tuple[Any, np.ndarray]:
    """(balance, what is printed): joined along its seams on a board, by bands otherwise."""
    tell(2, 3, "balancing")
    if board:
        visible = [gradient_domain.error_visibility(x, board) for x in pictures]
        balance = gradient_domain.equalising_balance(pictures, weights, views, board, lean, seen=visible)
        return balance, gradient_domain.poisson_blend(pictures, weights, views, board, balance, tell, visible)
    sigma = min(pictures[0].shape[:2]) / 32
    if len(pictures) == 2:
        (a, b), (u, w) = pictures, weights
        t = photos.balance_reduced(a, b, u, w, views[0], sigma) * (lean[0] / lean[1])
        return t, multiband.blend_two(a, b, u, w, views[0], sigma, t)
    small = small_size(pictures[0].shape[:2])
    balance = multiband.balance_many(
        photos.resize_all(pictures, small, views), photos.resize_all(weights, small, views), views, sigma * small[1] / pictures[0].shape[1]
    )
    return balance, multiband.blend_many(pictures, weights, views, sigma, balance)


def _lean(given: Photographs) -> list[float]:
    """What --balance multiplies both pictures' shares by: sqrt(b / (1 - b)) and its inverse; nothing for more than two."""
    if given.count > 2:
        return [1.0] * given.count
    b = given.wishes.balance
    k = min(LEAN_MOST, max(1 / LEAN_MOST, b / max(1 - b, 1e-9))) ** 0.5
    return [k, 1 / k]
