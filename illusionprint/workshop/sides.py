"""A jigsaw that is printed on both sides: what lies behind is made as if seen through the board, of mirrored drawings and photographs, and mirrored at the end.

With M the mirror about the vertical middle, T(t, s, d) a pose (turn, scale, shift right) and D a drawing, M T(t, s, d) M D = T(-t, s, -d) D: letters read right, and a
pose or crop is seen from behind turned and shifted the other way, its own mirror as it was.
"""
from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import numpy as np

from ..anagram import Anagram
from ..blend import _svg, photos
from ..blend.vector import board_border
from ..casting import SEEDS_PER_SEARCH
from ..casting.single import cast_single
from ..errors import BadValue
from ..jigsaw import Arrangement, Cut, Mesh
from ..spec import PuzzleSpec
from ..views import later_views
from ..views.jigsaw import Jigsaw
from . import exact, joint
from .drawn import Drawn, Progress, credits, draw, of_casting, rgb, subjects
from .make import as_anagram, heading, raster
from .photographs import photographs, shares
from .taken import taken

Cutting = Cut | Mesh
MOST = 4


def checked(spec: PuzzleSpec) -> None:
    """Raises BadValue for what two sides cannot be."""
    if spec.kind != "jigsaw":
        raise BadValue(f"two sides belong to a jigsaw; '{spec.kind}' came.")
    if len(spec.prompts) > MOST:
        raise BadValue(f"a board with two sides shows two to {MOST} pictures; {len(spec.prompts)} prompts came.")
    if spec.model:
        raise BadValue("the two sides of a board are drawn; leave the model out.")
    if spec.solutions == "exact" and len(spec.front) < 2:
        raise BadValue("a board with one picture a side closes in one way that matters; take three prompts or four with --solutions exact, or leave it out.")


def picture(spec: PuzzleSpec, cut: Cutting, progress: Progress = None) -> tuple[Anagram, Arrangement]:
    """The anagram with its back, and the board's arrangement."""
    size_px, per_mm = raster(spec, cut)
    specs = [_side(spec, 0), _side(spec, 1)]
    if len(spec.behind) > 1:
        front, back = _pairs(specs, cut, size_px, progress)
    else:
        front = draw(specs[0], cut, size_px, progress) if len(spec.front) > 1 else alone(specs[0], unmoved(cut), size_px, False)
        back = alone(specs[1], front.board, size_px, True)
    board = front.board
    shown = _anagram(front, specs[0], per_mm, len(spec.front))
    behind = turned(_anagram(back, specs[1], per_mm, len(spec.behind)), board, " / ".join(spec.behind))
    facts = {**heading(spec), "sides": 2, **shown.facts, "credits": list(dict.fromkeys([*front.credits, *back.credits])), "back": behind.facts}
    return replace(shown, facts=facts, back=behind), board


def _side(spec: PuzzleSpec, side: int) -> PuzzleSpec:
    """The spec of one side, seen from the front; a picture that is alone there stands twice."""
    first, own = (0, spec.front) if side == 0 else (len(spec.front), spec.behind)
    numbers = range(first, first + len(own))
    whole = [f"{k - first + 1}={text.partition('=')[2]}" for k in numbers for text in spec.whole if text.partition("=")[0].strip() == str(k + 1)]
    crops = tuple(_behind(photos.Crop.of(c)).text if side else c for c in spec.crops[first: first + len(own)])
    return spec.replace(prompts=own * (2 if len(own) == 1 else 1), sides=1, whole=tuple(whole), crops=crops * (2 if len(own) == 1 else 1))


def unmoved(cut: Cutting) -> Arrangement:
    """A board of one assembly."""
    return Arrangement(cut, np.arange(cut.count)[None], np.zeros((1, cut.count), int))


def _pairs(specs: list[PuzzleSpec], cut: Cutting, size_px: tuple[int, int], progress: Progress) -> tuple[Drawn, Drawn]:
    """Two pictures a side, all by one arrangement."""
    found = [taken(s, subjects(s)) for s in specs]
    found[1] = (_mirrored(found[1][0]), *found[1][1:])
    both, board = joint.chosen(*(joint.pairs(s, f[0], cut, progress) for s, f in zip(specs, found)), cut, specs[0].seed)
    if specs[0].solutions == "exact":
        board = exact.keyed_by(specs[0], board, both[0].cost + both[1].cost, progress)
    made = []
    for pair, (subject, shown, told) in zip(both, found):
        side = (photographs(pair.spec, subject, cut, size_px, progress, board) if pair.casting is None else
                of_casting(pair.spec, replace(pair.casting, arrangement=board), later_views("jigsaw", 2, board), cut, size_px))
        made.append(replace(side, taken=shown, facts=side.facts | ({"subjects": told} if told else {})))
    return made[0], made[1]


def alone(spec: PuzzleSpec, board: Arrangement, size_px: tuple[int, int], behind: bool) -> Drawn:
    """The one picture of a side, seen from the front. Raises what the vocabulary raises."""
    found, shown, told = taken(spec, subjects(spec))
    found = _mirrored(found) if behind else found
    view, subject = Jigsaw.build(board, 0), found[0][0]
    if subject.is_photo:
        crop = photos.Crop.of(spec.crops[0]) if spec.crops else photos.Crop()
        made = rgb(subject, size_px, crop)
        facts = {"subject": subject.subject, "style": subject.style, "licence": subject.licence, "crop": asdict(crop), **shares(subject, crop, size_px, spec.dpi)}
        made = Drawn(made, (made,), (view,), board, {"way": "drawn", "casting": {"pictures": [facts]}}, credits([subject]))
    else:
        designs = cast_single(found[0], board.cut.room, spec.ground, behind)
        casting = replace(designs[spec.seed % SEEDS_PER_SEARCH % len(designs)], arrangement=board)
        made = of_casting(spec, casting, (view,), board.cut, size_px)
        made = replace(made, facts={"way": "drawn", "casting": {"pictures": casting.facts()["pictures"][:1]}})
    return replace(made, taken=shown, facts=made.facts | ({"subjects": told} if told else {}))


def _mirrored(found: list[list[Any]]) -> list[list[Any]]:
    return [[d.mirrored() for d in drawings] for drawings in found]


def _behind(crop: photos.Crop) -> photos.Crop:
    """A mirrored photograph's crop as one of the photograph that is seen from behind, and back: turned and shifted the other way."""
    return replace(crop, x=0.0 - crop.x, turn=-crop.turn % 4)


def _anagram(made: Drawn, spec: PuzzleSpec, per_mm: float, count: int) -> Anagram:
    """One side as it is seen from the front."""
    found = as_anagram(made, spec, per_mm, made.board.cut.size_mm)
    return replace(found, seen=found.seen[:count], targets=found.targets[:count])


def turned(side: Anagram, board: Arrangement, title: str = "") -> Anagram:
    """A side that was made as if seen through the board, as one sees it who turned the board about its vertical axis."""
    def flip(x: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(x[:, ::-1])
    pixels = flip(side.pixels)
    svg, layers = (_svg.mirrored_svg(data, title, board_border(board)) if data else None for data in (side.svg, side.layers))
    return replace(side, pixels=pixels, seen=(pixels, *(flip(x) for x in side.seen[1:])), targets=tuple(map(flip, side.targets)), svg=svg, facts=_facts(side.facts), layers=layers)


def _facts(told: dict[str, Any]) -> dict[str, Any]:
    """Poses and crops as they are seen from behind."""
    def seen(p: dict[str, Any]) -> dict[str, Any]:
        pose = {"pose": p["pose"] | {n: 0.0 - p["pose"][n] for n in ("turn_deg", "dx")}} if "pose" in p else {}
        return p | pose | ({"crop": asdict(_behind(photos.Crop(**p["crop"])))} if "crop" in p else {})
    cast = told.get("casting", {})
    return told | {"casting": cast | {"pictures": [seen(p) for p in cast.get("pictures", ())]}}
