"""Grounds of a pair of pictures that share one sheet: what the first picture's ground looks like under the view is the second's."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from ..errors import BadValue
from ..views import PermutationView, View, seen
from ._features import WHITE, dominant
from ._ground import Backdrop, Colour, wanted
from ._natural import contour_lost, rim
from ._part import Part

LEAST_LOST = 0.35  # of a contour that may sink into a ground
MOST, ALIKE = 6, 0.1
PLAIN, SKY = 0.15, (0.53, 0.8, 0.93)  # least step between two colours of a ground; one that goes with most drawings
SINGLE, DARK = 0.01, 0.05  # what a ground costs that is not white, and what black costs beyond that


@dataclass(frozen=True)
class Pair:
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


def shared(one: Part, two: Part, view: View, ground: str) -> list[Pair]:
    """What the sheet's ground may be, white first. Raises BadValue for a ground that is none, or that the view would tear."""
    fill, given = wanted(ground)
    if fill == "plain":
        other = given[1] if len(given) == 2 else under(view, given[0])
        return [Pair((given[0], other))]
    if fill == "auto":
        return [Pair((c, under(view, c)), price=SINGLE * (c != WHITE) + DARK * (1 - float(np.mean(c)))) for c in tints(one, two, view)]
    if given:
        return [_seen_pair(given[0], Backdrop(fill, given[1] if len(given) == 2 else _lighter(given[0])), view)]
    found = [c for c in tints(one, two, view) if np.abs(np.subtract(c, _lighter(c))).max() > PLAIN] or [SKY]
    return [_seen_pair(c, Backdrop(fill, _lighter(c)), view) for c in found]


def under(view: View, colour: Colour) -> Colour:
    """A plain ground as the view shows it."""
    return tuple(round(float(v), 4) for v in seen(view, np.float32(colour)[None, None])[0, 0])


def own_colours(part: Part) -> list[Colour]:
    """What its drawing is painted with, the commonest first."""
    labels, palette = part.drawing.flat((96, 96), part.pose)
    return dominant(labels, part.coloured(palette))


def tints(one: Part, two: Part, view: View) -> list[Colour]:
    """White, and the colours of both drawings and their tints into which no contour of either sinks."""
    out = [WHITE]
    for n, part in enumerate((one, two)):
        for c in own_colours(part):
            c = c if n == 0 else under(view, c)   # its own inverse for every view of colours there is
            out += [tuple(round(t * v + 1 - t, 4) for v in c) for t in (1.0, 0.5, 0.25)]
    out = [c for c in dict.fromkeys(out) if c == WHITE or min(c) < 0.93]
    rims = [rim(p.rgba((64, 64))) for p in (one, two)]
    lost = [contour_lost(rims[0], out), contour_lost(rims[1], [under(view, c) for c in out])]
    clear = (lost[0] <= max(LEAST_LOST, lost[0][0])) & (lost[1] <= max(LEAST_LOST, lost[1][0]))
    return _apart([c for c, ok in zip(out, clear) if ok or c == WHITE])[:MOST]


def _apart(colours: Iterable[Colour]) -> list[Colour]:
    """Without those that look like an earlier one."""
    out: list[Colour] = []
    for c in colours:
        if all(np.abs(np.subtract(c, d)).max() > ALIKE for d in out):
            out.append(c)
    return out


def _lighter(colour: Colour) -> Colour:
    return tuple(round(0.4 * v + 0.6, 4) if min(colour) < 0.9 else round(0.8 * v, 4) for v in colour)


def _seen_pair(colour: Colour, backdrop: Backdrop, view: View, n: int = 48) -> Pair:
    """The same sheet in both frames. Raises BadValue where the view shows neither the same ground nor the reversed one."""
    if not isinstance(view, PermutationView):
        return Pair((colour, under(view, colour)), (backdrop, replace(backdrop, colour=under(view, backdrop.colour))))
    mine = backdrop.on((n, n))
    shown = seen(view, np.repeat(mine[..., None], 3, 2).astype(np.float32))[..., 0]
    if np.array_equal(shown, mine):
        return Pair((colour, colour), (backdrop, backdrop))
    if np.array_equal(shown, mine[::-1]):
        return Pair((colour, backdrop.colour), (backdrop, replace(backdrop, colour=colour)))
    raise BadValue(f"a {backdrop.fill} does not look whole under this view; take a plain ground or a pattern.")
