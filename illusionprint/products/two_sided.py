"""A jigsaw that is printed on both sides: the pictures of each face are cast, one arrangement serves both faces, each is blended and finished, and the back is mirrored.

What lies behind is made as if seen through the board, of mirrored drawings and photographs. With M the mirror about the vertical middle, T(t, s, d) a pose (turn,
scale, shift right) and D a drawing, M T(t, s, d) M D = T(-t, s, -d) D: letters read right, and a pose or crop is seen from behind turned and shifted the other
way, its own mirror as it was.
"""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..anagram import Anagram
from ..blend import _svg, photos
from ..blend.vector import board_border
from ..casting import SEEDS_PER_SEARCH
from ..casting.single import cast_single
from ..door import Plan
from ..door.faces import mirrored_crop
from ..jigsaw import Arrangement, Board
from ..stages import connectors, joint_assignment
from ..stages.artwork import Artwork, credits, of_casting, rgb
from ..stages.finishing import anagram_of
from ..stages.photographs import blended, shares
from ..stages.progress import Progress
from ..views import later_views
from ..views.jigsaw import Jigsaw
from . import jigsaw, photographs
from ._delivery import delivered

SUMMARY = "A jigsaw that is printed on both sides"
TABLES = ("pictures", "board", "exact", "photographs", "sheet", "machine")


def takes(plan: Plan) -> bool:
    return plan.sides == 2


def make(plan: Plan, folder: Path, progress: Progress = None) -> int:
    return delivered(plan, folder, picture(plan, progress), progress)


def picture(plan: Plan, progress: Progress = None) -> tuple[Anagram, Arrangement]:
    """The anagram with its back, and the board's arrangement."""
    shown, behind = plan.heading.front, plan.heading.behind
    front, back = (_pairs if len(behind) > 1 else _with_one_behind)(plan, progress)
    arrangement = front.arranged
    face = _anagram(front, plan.faces[0], len(shown))
    rear = turned(_anagram(back, plan.faces[1], len(behind)), arrangement, " / ".join(behind))
    both = list(dict.fromkeys([*front.credits, *back.credits]))
    return replace(face, facts={**plan.heading.facts, "sides": 2, **face.facts, "credits": both, "back": rear.facts}, back=rear), arrangement


def _with_one_behind(plan: Plan, progress: Progress) -> tuple[Artwork, Artwork]:
    """One picture behind what the front shows."""
    one, other = plan.faces
    way = photographs.fitted if one.subjects.are_photographs else jigsaw.drawn
    front = way(one, progress) if len(plan.heading.front) > 1 else alone(one, unmoved(one.cells))
    return front, alone(other, front.arranged, behind=True)


def _pairs(plan: Plan, progress: Progress) -> tuple[Artwork, Artwork]:
    """Two pictures a side, all by one arrangement."""
    fronts, backs = (_offered(face, progress) for face in plan.faces)
    both, arrangement = joint_assignment.chosen(fronts, backs, plan.cells, plan.seed)
    if plan.exact:
        arrangement = connectors.of_costs(arrangement, both[0].cost + both[1].cost, plan.exact, plan.seed, progress)
    made = [
        replace(side, segmented=face.subjects.shown, facts=side.facts | face.subjects.facts)
        for face, side in ((face, _arranged(face, pair, arrangement, progress)) for face, pair in zip(plan.faces, both))
    ]
    return made[0], made[1]


def _offered(face: Plan, progress: Progress) -> list[joint_assignment.Pair]:
    if face.subjects.are_photographs:
        return joint_assignment.of_photographs(face.photographs, face.prompts, face.cells, face.dpi, progress)
    return joint_assignment.of_drawings(face.brief, progress)


def _arranged(face: Plan, pair: joint_assignment.Pair, arrangement: Arrangement, progress: Progress) -> Artwork:
    """A pair of pictures on an arrangement that is given."""
    if pair.casting is not None:
        return of_casting(replace(pair.casting, arrangement=arrangement), later_views("jigsaw", 2, arrangement), face.size_px, face.size_mm, face.finish)
    given = replace(face.photographs, wishes=replace(face.wishes, crops=pair.crops))
    return blended(given, face.board, face.dpi, arrangement=arrangement, progress=progress)


def unmoved(board: Board) -> Arrangement:
    """A board of one assembly."""
    return Arrangement(board, np.arange(board.count)[None], np.zeros((1, board.count), int))


def alone(face: Plan, arrangement: Arrangement, behind: bool = False) -> Artwork:
    """The one picture of a face, seen from the front. Raises what the vocabulary raises."""
    view, subject = Jigsaw.build(arrangement, 0), face.subjects.found[0][0]
    made = _photograph(face, view, subject) if subject.is_photo else _drawing(face, arrangement, view, behind)
    return replace(made, segmented=face.subjects.shown, facts=made.facts | face.subjects.facts)


def _photograph(face: Plan, view: Jigsaw, subject: Any) -> Artwork:
    crop = photos.Crop.of(face.wishes.crops[0]) if face.wishes.crops else photos.Crop()
    made = rgb(subject, face.size_px, crop)
    told = {
        "subject": subject.subject,
        "style": subject.style,
        "licence": subject.licence,
        "crop": asdict(crop),
        **shares(subject, crop, face.size_px, face.dpi),
    }
    return Artwork(made, (made,), (view,), view.arrangement, {"way": "drawn", "casting": {"pictures": [told]}}, credits([subject]))


def _drawing(face: Plan, arrangement: Arrangement, view: Jigsaw, behind: bool) -> Artwork:
    found = cast_single(face.subjects.found[0], arrangement.board.room, face.ground, behind)
    casting = replace(found[face.seed % SEEDS_PER_SEARCH % len(found)], arrangement=arrangement)
    made = of_casting(casting, (view,), face.size_px, face.size_mm, face.finish)
    return replace(made, facts={"way": "drawn", "casting": {"pictures": casting.facts()["pictures"][:1]}})


def _anagram(made: Artwork, face: Plan, count: int) -> Anagram:
    """One face as it is seen from the front."""
    found = anagram_of(made, face.printing)
    return replace(found, seen=found.seen[:count], targets=found.targets[:count])


def turned(side: Anagram, arrangement: Arrangement, title: str = "") -> Anagram:
    """A face that was made as if seen through the board, as one sees it who turned the board about its vertical axis."""

    def flip(x: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(x[:, ::-1])

    pixels = flip(side.pixels)
    svg, layers = (_svg.mirrored_svg(data, title, board_border(arrangement)) if data else None for data in (side.svg, side.layers))
    return replace(
        side,
        pixels=pixels,
        seen=(pixels, *(flip(x) for x in side.seen[1:])),
        targets=tuple(map(flip, side.targets)),
        svg=svg,
        facts=_facts(side.facts),
        layers=layers,
    )


def _facts(told: dict[str, Any]) -> dict[str, Any]:
    """Poses and crops as they are seen from behind."""

    def seen(p: dict[str, Any]) -> dict[str, Any]:
        pose = {"pose": p["pose"] | {n: 0.0 - p["pose"][n] for n in ("turn_deg", "dx")}} if "pose" in p else {}
        return p | pose | ({"crop": asdict(mirrored_crop(photos.Crop(**p["crop"])))} if "crop" in p else {})

    cast = told.get("casting", {})
    return told | {"casting": cast | {"pictures": [seen(p) for p in cast.get("pictures", ())]}}
