"""Grounds of a pair of pictures that share one sheet: what the first picture's ground looks like under the view is the second's."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from ..errors import BadValue
from ..views import PermutationView, View, apply_view
from ._ground import Backdrop, Colour, parse_ground
from ._part import Part
from ._penalty import contour_colours, contour_losses
from ._saliency import WHITE, dominant_colours

MAX_CONTOUR_LOSS = 0.35  # of a contour that may sink into a ground
MAX_GROUNDS, SAME_COLOUR = 6, 0.1
MIN_TINT_STEP, FALLBACK_GROUND = 0.15, (0.53, 0.8, 0.93)  # least step between two colours of a ground; one that goes with most drawings
COLOURED_GROUND_PENALTY, DARK_GROUND_PENALTY = 0.01, 0.05  # what a ground costs that is not white, and what black costs beyond that


@dataclass(frozen=True)
class GroundPair:
    """Ground of either picture in its own frame."""

    colours: tuple[Colour, Colour]
    backdrops: tuple[Backdrop | None, Backdrop | None] = (None, None)
    price: float = 0.0

    def on(self, part: Part, which: int) -> Part:
        return replace(part, ground=self.colours[which], backdrop=self.backdrops[which])

    def grounds(self, which: int) -> list[Colour]:
        b = self.backdrops[which]
        return [self.colours[which], b.colour] if b else [self.colours[which]]

    def mean(self, which: int) -> Colour:
        """One colour that stands for a ground in the search."""
        return tuple(float(v) for v in np.mean(self.grounds(which), 0))


def ground_pairs(one: Part, two: Part, view: View, ground: str) -> list[GroundPair]:
    """What the sheet's ground may be, white first. Raises BadValue for a ground that is none, or that the view would tear."""
    fill, given = parse_ground(ground)
    if fill == "plain":
        other = given[1] if len(given) == 2 else colour_under_view(view, given[0])
        return [GroundPair((given[0], other))]
    if fill == "auto":
        return [GroundPair((c, colour_under_view(view, c)), price=_ground_penalty(c)) for c in candidate_grounds(one, two, view)]
    if given:
        return [_backdrop_pair(given[0], Backdrop(fill, given[1] if len(given) == 2 else _second_tint(given[0])), view)]
    found = [c for c in candidate_grounds(one, two, view) if np.abs(np.subtract(c, _second_tint(c))).max() > MIN_TINT_STEP] or [FALLBACK_GROUND]
    return [_backdrop_pair(c, Backdrop(fill, _second_tint(c)), view) for c in found]


def _ground_penalty(c: Colour) -> float:
    return COLOURED_GROUND_PENALTY * (c != WHITE) + DARK_GROUND_PENALTY * (1 - float(np.mean(c)))


def colour_under_view(view: View, colour: Colour) -> Colour:
    """A plain ground as the view shows it."""
    return tuple(round(float(v), 4) for v in apply_view(view, np.asarray(colour, np.float32)[None, None])[0, 0])


def drawing_colours(part: Part) -> list[Colour]:
    """What its drawing is painted with, the commonest first."""
    labels, palette = part.drawing.flat((96, 96), part.pose)
    return dominant_colours(labels, part.coloured(palette))


def candidate_grounds(one: Part, two: Part, view: View) -> list[Colour]:
    """White, and the colours of both drawings and their tints into which no contour of either sinks."""
    out: list[Colour] = [WHITE]
    for n, part in enumerate((one, two)):
        for c in drawing_colours(part):
            c = c if n == 0 else colour_under_view(view, c)  # its own inverse for every view of colours there is
            out += [tuple(round(t * v + 1 - t, 4) for v in c) for t in (1.0, 0.5, 0.25)]
    out = [c for c in dict.fromkeys(out) if c == WHITE or min(c) < 0.93]
    rims = [contour_colours(p.rgba((64, 64))) for p in (one, two)]
    lost = [contour_losses(rims[0], out), contour_losses(rims[1], [colour_under_view(view, c) for c in out])]
    clear = (lost[0] <= max(MAX_CONTOUR_LOSS, lost[0][0])) & (lost[1] <= max(MAX_CONTOUR_LOSS, lost[1][0]))
    return _distinct_colours([c for c, ok in zip(out, clear) if ok or c == WHITE])[:MAX_GROUNDS]


def _distinct_colours(colours: Iterable[Colour]) -> list[Colour]:
    """Without those that look like an earlier one."""
    out: list[Colour] = []
    for c in colours:
        if all(np.abs(np.subtract(c, d)).max() > SAME_COLOUR for d in out):
            out.append(c)
    return out


def _second_tint(colour: Colour) -> Colour:
    return tuple(round(0.4 * v + 0.6, 4) if min(colour) < 0.9 else round(0.8 * v, 4) for v in colour)


def _backdrop_pair(colour: Colour, backdrop: Backdrop, view: View, n: int = 48) -> GroundPair:
    """The same sheet in both frames. Raises BadValue where the view shows neither the same ground nor the reversed one."""
    if not isinstance(view, PermutationView):
        return GroundPair((colour, colour_under_view(view, colour)), (backdrop, replace(backdrop, colour=colour_under_view(view, backdrop.colour))))
    mine = backdrop.on((n, n))
    shown = apply_view(view, np.repeat(mine[..., None], 3, 2).astype(np.float32))[..., 0]
    if np.array_equal(shown, mine):
        return GroundPair((colour, colour), (backdrop, backdrop))
    if np.array_equal(shown, mine[::-1]):
        return GroundPair((colour, backdrop.colour), (backdrop, replace(backdrop, colour=colour)))
    raise BadValue(f"a {backdrop.fill} does not look whole under this view; take a plain ground or a pattern.")
