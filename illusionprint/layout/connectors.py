"""The page of a keyed board's connectors: figures, and the cut with every orbit in a colour of its own. Lengths in mm, y down."""
from __future__ import annotations

import colorsys

import numpy as np

from ..jigsaw import Arrangement, Mesh
from ..jigsaw.orbits import mates, orbits
from . import booklet
from . import furniture as f
from .booklet import SIDE
from .sheet import Item, Role, Stroke

GOLDEN = 0.618034  # turns of the hue circle from one orbit to the next: neighbours in number are far apart in hue
MAP_TOP = 84.0
Facts = list[tuple[str, str]]


def page(board: Arrangement, size: booklet.Size) -> list[Item]:
    """Items of the page; the board needs figures."""
    width = size[0] - 2 * SIDE
    lead = f.paragraph(_lead(board), (SIDE, 37.5), width, 2.9, colour=f.GREY, leading=1.4)
    return [booklet.one_line("The connectors", (SIDE, 30), width, 6.0), *lead, *booklet.facts(facts(board), 56, width), *_map(board, size)]


def facts(board: Arrangement) -> Facts:
    told = board.figures
    kept = max(told["kept_neighbours"])
    return [("Ways to close it", f"exactly {told['counted']}" if told["exact"] else f"{told['counted']} known"),
            ("Orbits, connectors", f"{told['orbits']}, {told['profiles']}"), ("Connectors differ by", f"{told['profile_distance_mm']:.2f} mm"),
            ("Neighbours kept", f"{100 * kept:.0f} %"), ("Places tried", f"about {told['difficulty']['held']:,}")]


def _lead(board: Arrangement) -> str:
    told = board.figures
    counted = (f"All ways in which these pieces close were counted: {told['counted']}, one for each picture." if told["exact"] else
               f"{told['counted']} ways in which these pieces close are known; the search for others did not come to its end.")
    return (f"{counted} Sides of one colour belong together: each of them meets one of the others in every picture, and only they share a connector"
            f"{'' if told['profiles'] == told['orbits'] else ', or nearly so'}. Looked at by shape alone, a side fits {told['difficulty']['fit']:.1f} others on average, "
            f"and about {told['difficulty']['held']:,} times a piece is held against a place.")


def colours(count: int) -> list[str]:
    """#rrggbb of each orbit: hues by the golden section, two depths."""
    rgb = [colorsys.hsv_to_rgb(k * GOLDEN % 1, 0.85, (0.88, 0.62)[k // 2 % 2]) for k in range(count)]
    return ["#" + "".join(f"{round(255 * v):02x}" for v in c) for c in rgb]


def _map(board: Arrangement, size: booklet.Size) -> list[Item]:
    cut = board.cut
    orbit, _ = orbits(np.stack([mates(cut, s, t) for s, t in zip(board.slots, board.turns)]))
    tints = colours(int(orbit.max()) + 1)
    (w, h), width = cut.size_mm, size[0] - 2 * SIDE
    k = min(width / w, (size[1] - booklet.FOOT - 4 - MAP_TOP) / h)
    place = (k, 0, 0, k, SIDE + (width - k * w) / 2, MAP_TOP)
    own = [cut.border(), *(e.path for e in cut.edges if e.other >= 0)] if isinstance(cut, Mesh) else [cut.border()]
    out: list[Item] = [Stroke(path.transformed(*place), Role.NOTE, 0.2, f.INK) for path in own]
    return out + [Stroke(path.transformed(*place), Role.NOTE, min(0.9, 0.05 * k * cut.cell_mm), tints[orbit[node]]) for node, path in cut.joints()]
