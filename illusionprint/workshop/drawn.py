"""The drawn way: subjects are found, cast, arranged and blended; no weights, no GPU."""
from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .. import vocabulary
from ..blend import finishes, photos
from ..blend.designs import diverse_designs
from ..blend.composite import JudgeMarks, ranked
from ..blend.raster import vector_regions, render, render_targets
from ..blend.vector import TRAP_MM, Regions, Unsupported, svg
from ..casting import SEEDS_PER_SEARCH, Casting, Part, cast_board, cast_card, cast_rigid
from ..casting.constrained import finish_on_boards
from ..casting.board_many import cast_board_many
from ..casting.rigid_many import cast_rigid_many
from ..jigsaw import Arrangement, Cut
from ..jigsaw.suited import Boards
from ..spec import PuzzleSpec
from ..units import size_mm
from ..views import View, later_views
from . import exact, kept
from .choice import glances, marks
from .taken import taken

Progress = Callable[[int, int, str], None] | None


@dataclass(frozen=True)
class Drawn:
    """What is printed and what should be seen, (h, w, 3), uint8 or float32 in [0, 1]; the views of the pictures after the first, the board, the facts.

    picture: None where the spec's finish makes its own of the regions.
    """

    picture: np.ndarray | None
    targets: tuple[np.ndarray, ...]
    views: tuple[View, ...]
    board: Arrangement | None
    facts: dict[str, Any]
    credits: list[str]
    casting: Casting | None = None
    regions: Regions | Unsupported | None = None
    taken: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def size_px(self) -> tuple[int, int]:
        """(height, width) of what is printed."""
        return (self.targets[0] if self.picture is None else self.picture).shape[:2]


def subjects(spec: PuzzleSpec) -> list[list[Any]]:
    """Drawings of each prompt (one a style), or the user's picture alone. Raises what the vocabulary raises, also for a licence that was not agreed to."""
    found = {p: vocabulary.find(p, spec.styles) for p in spec.prompts if not vocabulary.is_picture(p)}
    vocabulary.check_licences(tuple(d.style for some in found.values() for d in some), spec.licence)  # words may have named a style
    return [found[p] if p in found else [vocabulary.load_picture(p)] for p in spec.prompts]


def draw(spec: PuzzleSpec, cut: Cut | None, size_px: tuple[int, int], progress: Progress = None) -> Drawn:
    """All pictures of a spec under its views, at a size in pixels."""
    found, shown, told = taken(spec, subjects(spec))
    way = _photographs if any(s[0].is_photo for s in found) else _drawings
    if way is _drawings:
        kept.none_kept(spec.whole, len(found), [t["picture"] - 1 for t in told])
    made = way(spec, found, cut, size_px, progress)
    return replace(made, taken=shown, facts=made.facts | ({"subjects": told} if told else {}))


def _drawings(spec: PuzzleSpec, found: list[list[Any]], cut: Cut | None, size_px: tuple[int, int], progress: Progress) -> Drawn:
    casting = picked(spec, found, cut, size_px, progress)
    if spec.solutions == "exact":
        casting = replace(casting, arrangement=exact.of_casting(spec, casting, progress))
    return of_casting(spec, casting, later_views(spec.kind, len(found), casting.arrangement), cut, size_px)


def of_casting(spec: PuzzleSpec, casting: Casting, views: tuple[View, ...], cut: Cut | None, size_px: tuple[int, int]) -> Drawn:
    """The pictures of a casting under its views."""
    size = measure(spec, cut, size_px)
    found_regions = vector_regions(casting, views, size)
    if isinstance(found_regions, Regions) and hasattr(finishes.load(spec.finish), "outlined"):
        picture, shown = None, render_targets(casting, views, size_px, size)
    else:
        picture, *shown = render(casting, views, size_px, size, found_regions)
    used = [p.drawing for p in casting.parts]
    return Drawn(picture, tuple(shown), views, casting.arrangement, {"way": "drawn", "casting": casting.facts()}, credits(used), casting, found_regions)


def picked(spec: PuzzleSpec, found: list[list[Any]], cut: Cut | None, size_px: tuple[int, int], progress: Progress = None) -> Casting:
    """The design that the seed picks of its search; the best one, of seeds 0, 10, 20, ..., needs no look at the others."""
    if spec.seed % SEEDS_PER_SEARCH:
        some = ranking(spec, found, cut, size_px, progress)
        return some[spec.seed % SEEDS_PER_SEARCH % len(some)]

    def search(aspect: float, judged: JudgeMarks) -> list[Casting]:
        castings = _castings(spec, found, cut, size_px, progress)
        return ranked(castings, later_views(spec.kind, len(found), castings[0].arrangement), aspect, judged)
    return _kept("best", spec, found, cut, size_px, search)[0]


def ranking(spec: PuzzleSpec, found: list[list[Any]], cut: Cut | None, size_px: tuple[int, int], progress: Progress = None) -> list[Casting]:
    """The designs that the ten seeds of this search pick from, in their order."""
    def search(aspect: float, judged: JudgeMarks) -> list[Casting]:
        castings = _castings(spec, found, cut, size_px, progress)
        return diverse_designs(castings, beside(spec, found, cut, castings, progress), later_views(spec.kind, len(found), castings[0].arrangement), aspect, judged)
    return _kept("all", spec, found, cut, size_px, search)


def _castings(spec: PuzzleSpec, found: list[list[Any]], cut: Cut | None, size_px: tuple[int, int], progress: Progress) -> list[Casting]:
    return _kept("castings", spec, found, cut, size_px, lambda *_: cast(spec, found, cut, progress))


def _kept(what: str, spec: PuzzleSpec, found: list[list[Any]], cut: Cut | None, size_px: tuple[int, int], search: Callable[[float, JudgeMarks], list[Casting]]) -> list[Casting]:
    """What a search found; of each kind the last one's is kept, for the next seed of it."""
    key = (spec.replace(seed=spec.seed // SEEDS_PER_SEARCH * SEEDS_PER_SEARCH, dpi=300.0, template="auto", title="", finish="plain"), tuple(map(tuple, found)), cut, round(size_px[0] / size_px[1], 3), marks)
    if what not in _last or _last[what][0] != key:
        _last[what] = key, search(size_px[0] / size_px[1], functools.partial(marks, prompts=spec.prompts))
    return _last[what][1]


_last: dict[str, tuple[Any, list[Casting]]] = {}


def measure(spec: PuzzleSpec, cut: Cut | None, size_px: tuple[int, int]) -> tuple[float, float]:
    """(width, height) in mm of a picture of so many pixels."""
    width = size_mm(spec.size)[0]
    return cut.size_mm if cut else (width, width * size_px[0] / size_px[1])


def beside(spec: PuzzleSpec, found: list[list[Any]], cut: Cut | None, castings: list[Casting], progress: Progress = None) -> list[Casting]:
    """More castings of two pictures that share a sheet, other designs than those there are; boards have enough of them."""
    return cast(spec, found, cut, progress, castings) if len(found) == 2 and not cut and spec.compose != "card" else []


def cast(spec: PuzzleSpec, found: list[list[Any]], cut: Cut | None, progress: Progress = None, beside: Sequence[Casting] = ()) -> list[Casting]:
    """Castings of the subjects as the spec steers them, by rising conflict; beside: see `cast_rigid`."""
    steered: dict[str, Any] = {"progress": progress, "natural": spec.natural, "ground": spec.ground, **({"count": spec.cast} if spec.cast else {})}
    seed = spec.seed // SEEDS_PER_SEARCH
    if spec.pose == "upright":
        found = [[replace(d, upright=True) for d in some] for some in found]
    if len(found) == 2:  # searches of their own, which look at more pairs
        if cut:
            return cast_board(*found, cut, seed, **steered)
        view, = later_views(spec.kind, 2)
        if spec.compose == "card":
            return cast_card(*found, view, seed, **steered)
        return cast_rigid(*found, view, seed, **steered, beside=beside, look=functools.partial(glances, names=tuple(some[0].subject for some in found)))
    if cut and spec.solutions == "exact":
        steered["fitted"] = finish_on_boards(Boards(cut, seed, progress))
    return (cast_board_many(found, cut, seed, **steered) if cut else
            cast_rigid_many(found, later_views(spec.kind, len(found)), seed, **steered))


def vectors(made: Drawn, title: str) -> tuple[bytes | None, dict[str, Any]]:
    """(SVG of a picture of drawings, what anagram.json tells of it); no SVG, and why, where something in it is no flat outline."""
    found = made.regions
    if found is None:
        return None, {}
    if isinstance(found, Unsupported):
        return None, {"vectors": {"left_out": str(found)}}
    return svg(found, title), {"vectors": {"regions": len(found.areas), "colours": len(np.unique(found.colours, axis=0)), "trap_mm": TRAP_MM}}


def _photographs(*given: Any) -> Drawn:
    """Photographs, or photographs and drawings on white."""
    from .photographs import photographs
    return photographs(*given)


def rgb(subject: Any, size_px: tuple[int, int], crop: photos.Crop = photos.Crop()) -> np.ndarray:
    """A photograph cropped to a size, or a drawing on white; float32 (h, w, 3) in [0, 1]."""
    return photos.cropped(subject.rgb, size_px, crop) if subject.is_photo else Part(subject).rgb(size_px)


def credits(used: Iterable[Any]) -> list[str]:
    """Credit lines of drawings, each once."""
    return list(dict.fromkeys(d.credit for d in used if d.credit))
