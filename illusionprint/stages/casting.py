"""The choice of a casting: subjects are cast, the castings are blended small and judged, and the seed picks one of the ten best designs."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..blend.composite import JudgeMarks, ranked
from ..blend.designs import diverse_designs
from ..casting import SEEDS_PER_SEARCH, Casting, cast_board, cast_card, cast_rigid
from ..casting.board_many import cast_board_many
from ..casting.constrained import finish_on_boards
from ..casting.rigid_many import cast_rigid_many
from ..jigsaw import Board
from ..jigsaw.exact.three_matching import Boards
from ..views import later_views
from .judging import glances, marks
from .progress import Progress

Search = Callable[[JudgeMarks], list[Casting]]


@dataclass(frozen=True)
class Brief:
    """What is to be cast: drawings of each prompt, the board or the view that they share, and how far a casting may go.

    aspect: height over width of the picture. natural, ground, cast, compose: as in `spec.PictureSpec`. exact: whether as many solutions as pictures are asked for.
    """

    kind: str
    prompts: tuple[str, ...]
    subjects: tuple[tuple[Any, ...], ...]
    board: Board | None
    aspect: float
    seed: int = 0
    natural: float = 0.5
    ground: str = "auto"
    cast: int = 0
    compose: str = "whole"
    upright: bool = False
    exact: bool = False

    @property
    def cells(self) -> Board:
        """The board of a jigsaw's brief."""
        assert self.board is not None
        return self.board

    @property
    def search(self) -> int:
        """Ten seeds share a search."""
        return self.seed // SEEDS_PER_SEARCH


def picked(brief: Brief, progress: Progress = None) -> Casting:
    """The design that the seed picks of its search; the best one, of seeds 0, 10, 20, ..., needs no look at the others."""
    if brief.seed % SEEDS_PER_SEARCH:
        some = ranking(brief, progress)
        return some[brief.seed % SEEDS_PER_SEARCH % len(some)]

    def search(judged: JudgeMarks) -> list[Casting]:
        castings = _castings(brief, progress)
        return ranked(castings, _views(brief, castings), brief.aspect, judged)

    return _remembered("best", brief, search)[0]


def ranking(brief: Brief, progress: Progress = None) -> list[Casting]:
    """The designs that the ten seeds of a search pick from, in their order."""

    def search(judged: JudgeMarks) -> list[Casting]:
        castings = _castings(brief, progress)
        return diverse_designs(castings, further(brief, castings, progress), _views(brief, castings), brief.aspect, judged)

    return _remembered("all", brief, search)


def _views(brief: Brief, castings: list[Casting]) -> tuple:
    return later_views(brief.kind, len(brief.subjects), castings[0].arrangement)


def _castings(brief: Brief, progress: Progress) -> list[Casting]:
    return _remembered("castings", brief, lambda _: cast(brief, progress))


def _remembered(what: str, brief: Brief, search: Search) -> list[Casting]:
    """What a search found; of each kind the last one's is kept, for the next seed of it."""
    key = replace(brief, seed=brief.search * SEEDS_PER_SEARCH, aspect=round(brief.aspect, 3)), marks
    if what not in _last or _last[what][0] != key:
        _last[what] = key, search(functools.partial(marks, prompts=brief.prompts))
    return _last[what][1]


_last: dict[str, tuple[Any, list[Casting]]] = {}


def further(brief: Brief, castings: list[Casting], progress: Progress = None) -> list[Casting]:
    """More castings of two pictures that share a sheet, other designs than those there are; boards have enough of them."""
    return cast(brief, progress, castings) if len(brief.subjects) == 2 and not brief.board and brief.compose != "card" else []


def cast(brief: Brief, progress: Progress = None, beside: Sequence[Casting] = ()) -> list[Casting]:
    """Castings of the subjects as the brief steers them, by rising conflict; beside: see `cast_rigid`."""
    steered: dict[str, Any] = {"progress": progress, "natural": brief.natural, "ground": brief.ground, **({"count": brief.cast} if brief.cast else {})}
    found = [[replace(d, upright=True) if brief.upright else d for d in some] for some in brief.subjects]
    if len(found) == 2:  # searches of their own, which look at more pairs
        return _of_two(brief, found, steered, beside)
    if not brief.board:
        return cast_rigid_many(found, later_views(brief.kind, len(found)), brief.search, **steered)
    if brief.exact:
        steered["fitted"] = finish_on_boards(Boards(brief.board, brief.search, progress))
    return cast_board_many(found, brief.board, brief.search, **steered)


def _of_two(brief: Brief, found: list[list[Any]], steered: dict[str, Any], beside: Sequence[Casting]) -> list[Casting]:
    (first, second), names = found, tuple(some[0].subject for some in found)
    if brief.board:
        return cast_board(first, second, brief.board, brief.search, **steered)
    (view,) = later_views(brief.kind, 2)
    if brief.compose == "card":
        return cast_card(first, second, view, brief.search, **steered)
    return cast_rigid(first, second, view, brief.search, **steered, beside=beside, look=functools.partial(glances, names=names))
