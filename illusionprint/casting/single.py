"""A picture that shares its sheet with no other, as on a board whose back has another: as it is drawn, on a ground that becomes it."""

import numpy as np

from ..vocabulary import Pose
from ._ground import FILLS, Backdrop, Colour, parse_ground, second_colour
from ._part import Casting, Drawings, Part
from ._penalty import contour_loss
from ._saliency import WHITE, rotate_hue
from ._shared_ground import MAX_CONTOUR_LOSS, drawing_colours

SCALE = 1.1  # of the drawing in its square
TINT_SHARE = 0.3  # share of a colour in its tint
MIN_CHROMA = 0.15
SAME_COLOUR = 0.1


def cast_single(drawings: Drawings, room: tuple[float, float, float] = (1.0, 0.0, 0.0), ground: str = "auto", last: bool = False) -> list[Casting]:
    """Cast one subject alone, one casting a ground, its part twice, so that a view that moves nothing has no conflict.
    room: as of a board; ground: as in PuzzleSpec; last: take the last of two colours. Raises BadValue for a ground that is none.
    """
    fill, colours = parse_ground(ground)
    part = Part(drawings[0], Pose(0.0, round(SCALE * room[0], 4), round(room[1], 4), round(room[2], 4)))
    given = [colours[-1] if last and fill == "plain" else colours[0]] if colours else complementary_grounds(part)
    backdrops = [Backdrop(fill, second_colour(g, colours)) if fill in FILLS else None for g in given]
    found = [Part(part.drawing, part.pose, ground=g, backdrop=b) for g, b in zip(given, backdrops)]
    return [Casting((p, p), 0.0, 1.0) for p in found]


def complementary_grounds(part: Part) -> list[Colour]:
    """Tints of the opposite hues of a drawing's colours, of its colours themselves, and white; those in which no contour is lost."""
    own = [c for c in drawing_colours(part) if max(c) - min(c) > MIN_CHROMA]
    tried = [_tint(c, turn) for turn in (180.0, 150.0, 0.0) for c in own]
    out: list[Colour] = []
    for g in [*tried, WHITE]:
        if all(np.abs(np.subtract(g, h)).max() > SAME_COLOUR for h in out) and contour_loss(Part(part.drawing, part.pose, ground=g)) <= MAX_CONTOUR_LOSS:
            out.append(g)
    return out or [WHITE]


def _tint(colour: Colour, turn_deg: float) -> Colour:
    r, g, b = np.clip(rotate_hue(np.array([[[*colour, 1.0]]], np.float32), turn_deg)[0, 0, :3], 0, 1).tolist()
    return tuple(round(TINT_SHARE * v + 1 - TINT_SHARE, 4) for v in (r, g, b))
