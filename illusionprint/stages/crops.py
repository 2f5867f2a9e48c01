"""Crops of photographs: those that were asked for, or a search for those that leave least conflict."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..blend import photos, tone_refinement
from ..casting.board_many import fit_all
from ..errors import BadValue
from ..jigsaw import Board
from ..spec import PhotographSpec
from ..views import later_views
from . import masks, saliency
from .artwork import rgb
from .progress import Tell

COARSE_PX = 4  # a cell, where crops are compared
LARGE = 400  # pieces; of a larger board of squares one of a quarter of the pieces ranks crops as well
SIDE_PX = 96  # of the shorter side, where there is no board


@dataclass(frozen=True)
class Photographs:
    """Subjects that are fitted as they are, at least one of them a photograph, and how; sizes: (h, w) in pixels of each picture, one a subject.

    upright: neither mirrored nor turned.
    """

    kind: str
    subjects: tuple[Any, ...]
    sizes: tuple[tuple[int, int], ...]
    wishes: PhotographSpec
    upright: bool = False
    seed: int = 0

    @property
    def count(self) -> int:
        return len(self.subjects)


def found(given: Photographs, board: Board | None, tell: Tell) -> Sequence[photos.Crop]:
    """Those asked for, or those that leave least conflict: half of them tried at random, half near the best so far. Raises BadValue."""
    wishes = given.wishes
    if wishes.crops:
        if len(wishes.crops) != given.count:
            raise BadValue(f"crops says {len(wishes.crops)} crops for {given.count} pictures.")
        return [photos.Crop.of(c) for c in wishes.crops]
    if not wishes.search:
        return [photos.Crop()] * given.count
    if board and board.moves_pixels and board.count > LARGE:
        board = replace(board, rows=board.rows // 2, cols=board.cols // 2)
    small = [board.size_px(COARSE_PX)] * given.count if board else [tuple(max(8, round(n * SIDE_PX / min(s))) for n in s) for s in given.sizes]
    owned = list(masks.of_subjects(wishes.whole, given.subjects))
    held = [saliency.of(s, [mask for of, mask in owned if of == k]) if s.is_photo else None for k, s in enumerate(given.subjects)]
    return _searched(given, board, small, held, tell)


def _searched(given: Photographs, board: Board | None, small: list, held: list[saliency.Attention | None], tell: Tell) -> Sequence[photos.Crop]:
    count, rng = given.wishes.search, np.random.default_rng(given.seed)
    tried: list[tuple[float, Sequence[photos.Crop]]] = []
    turns = [0, *(quarter_turns(given, s, size) for s, size in zip(given.subjects[1:], given.sizes[1:]))]
    first = photos.candidate_crops(count // 2 + count % 2, given.seed, not given.upright, turns)
    for n in range(count + 1):
        tell(n, count + 1, "cropping")
        some = first[n] if n < len(first) else photos.perturbed_crops(min(tried, key=lambda t: t[0])[1], rng)
        some = tuple(h.held(c, size) if h else photos.Crop() for h, c, size in zip(held, some, small))
        shown = photos.match_tones(*(rgb(s, size, c) for s, size, c in zip(given.subjects, small, some)))
        tried.append((_conflict(given.kind, shown, board) * math.prod(c.price for c in some), some))
    return min(tried, key=lambda t: t[0])[1]


def _conflict(kind: str, shown: Sequence[np.ndarray], board: Board | None) -> float:
    """Of two pictures `photos.conflict`; of more what is left on a board that is fitted to them all, over what they deviate."""
    if len(shown) == 2:
        return photos.conflict(shown[0], shown[1], board, None if board else later_views(kind, 2)[0])
    arrangement = fit_all(shown, [np.ones(x.shape[:2], np.float32) for x in shown], board).arrangement(board) if board else None
    return tone_refinement.sharing_error(shown, later_views(kind, len(shown), arrangement)) / (float(np.mean([np.var(x, (0, 1)).mean() for x in shown])) + 1e-6)


def quarter_turns(given: Photographs, subject: Any, size_px: tuple[int, int]) -> int:
    """1 where a quarter turn lets much more of a photograph be seen in a board's shape (a portrait on a wide board), else 0."""
    if given.upright or given.kind != "jigsaw" or not subject.is_photo:
        return 0
    (h, w), goal = subject.rgb.shape[:2], math.log(size_px[0] / size_px[1])
    return int(abs(math.log(w / h) - goal) + 0.3 < abs(math.log(h / w) - goal))
