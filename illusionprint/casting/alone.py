"""A picture that shares its sheet with no other, as on a board whose back has another: as it is drawn, on a ground that becomes it."""
from __future__ import annotations

import numpy as np

from ..vocabulary import Drawing, Pose
from ._features import WHITE, rotate_hue
from ._ground import FILLS, Backdrop, Colour, second, wanted
from ._natural import ground_lost
from ._part import Casting, Part
from ._shared import LEAST_LOST, own_colours

SCALE = 1.1        # of the drawing in its square
PALE = 0.3         # share of a colour in its tint
LEAST_CHROMA = 0.15
ALIKE = 0.1


def cast_alone(drawings: list[Drawing], room: tuple[float, float, float] = (1.0, 0.0, 0.0), ground: str = "auto", last: bool = False) -> list[Casting]:
    """Castings without conflict of the first drawing, one a ground, each with its one part twice: under a view that moves nothing they agree.

    room: as of a board; ground as in PuzzleSpec, of whose two colours this picture has the last, if asked. Raises BadValue for a ground that is none.
    """
    fill, colours = wanted(ground)
    part = Part(drawings[0], Pose(0.0, round(SCALE * room[0], 4), round(room[1], 4), round(room[2], 4)))
    given = [colours[-1] if last and fill == "plain" else colours[0]] if colours else becoming(part)
    found = [Part(part.drawing, part.pose, ground=g, backdrop=_backdrop(fill, g, colours)) for g in given]
    return [Casting((p, p), 0.0, 1.0) for p in found]


def becoming(part: Part) -> list[Colour]:
    """Tints of the opposite hues of a drawing's colours, of its colours themselves, and white; those in which no contour is lost."""
    own = [c for c in own_colours(part) if max(c) - min(c) > LEAST_CHROMA]
    tried = [_tint(c, turn) for turn in (180.0, 150.0, 0.0) for c in own]
    out: list[Colour] = []
    for g in [*tried, WHITE]:
        if all(np.abs(np.subtract(g, h)).max() > ALIKE for h in out) and ground_lost(Part(part.drawing, part.pose, ground=g)) <= LEAST_LOST:
            out.append(g)
    return out or [WHITE]


def _tint(colour: Colour, turn_deg: float) -> Colour:
    r, g, b = np.clip(rotate_hue(np.array([[[*colour, 1.0]]], np.float32), turn_deg)[0, 0, :3], 0, 1).tolist()
    return tuple(round(PALE * v + 1 - PALE, 4) for v in (r, g, b))


def _backdrop(fill: str, ground: Colour, colours: tuple[Colour, ...]) -> Backdrop | None:
    return Backdrop(fill, second(ground, colours)) if fill in FILLS else None
