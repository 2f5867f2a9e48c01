"""The page of a keyed board's connectors: figures, and the cut with every orbit in a colour of its own. Lengths in mm, y down."""
from __future__ import annotations

import colorsys

import cv2
import numpy as np

from ..jigsaw import Arrangement
from ..jigsaw.assemblies.orbits import orbits_of
from ..path import Path
from . import booklet
from . import furniture as f
from .booklet import SIDE
from .sheet import Item, Role, Stroke, Text

HUES, CLEAR = 16, 60.0  # hues of the palette; steps of L*a*b* beyond which colours are far enough apart
LEAST_MM = 8.5  # pieces that are so wide on the page have their orbits' numbers
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
    beside = ", or lies at the border" if len(board.board.rimmed) > board.board.count else ""
    return (f"{counted} Sides of one colour and number belong together: each of them meets one of the others in every picture{beside}, and only they share a connector"
            f"{'' if told['profiles'] == told['orbits'] else ', or nearly so'}. Looked at by shape alone, a side fits {told['difficulty']['fit']:.1f} others on average, "
            f"and about {told['difficulty']['held']:,} times a piece is held against a place.")


def colours(near: np.ndarray) -> list[str]:
    """#rrggbb of each orbit; near bool (n, n): orbits that have sides of one piece. The busiest first, each takes the colour that is furthest, in CIE L*a*b*, from those
    of its neighbours, and of such colours the one that is used least;
    no colour twice while there are others.
    """
    palette = _palette()
    lab = cv2.cvtColor(palette[None].astype(np.float32) / 255, cv2.COLOR_RGB2Lab)[0]
    far = np.linalg.norm(lab[:, None] - lab[None], axis=-1)
    taken, used = np.full(len(near), -1), np.zeros(len(palette))
    for n in np.argsort(-near.sum(1), kind="stable"):
        others = taken[near[n] & (taken >= 0)]
        room = far[:, others].min(1) if len(others) else np.full(len(palette), 100.0)
        taken[n] = int((np.minimum(room, CLEAR) - used * (1000 if len(near) <= len(palette) else 1)).argmax())
        used[taken[n]] += 1
    return ["#" + bytes(palette[k].tolist()).hex() for k in taken]


def _palette() -> np.ndarray:
    """uint8 (n, 3): HUES hues in three depths that stand out from white."""
    hsv = [(k / HUES, s, v) for s, v in ((0.9, 0.9), (0.75, 0.58), (0.55, 0.8)) for k in range(HUES)]
    return np.rint(255 * np.array([colorsys.hsv_to_rgb(*c) for c in hsv])).astype(np.uint8)


def _near(piece: np.ndarray, orbit: np.ndarray) -> np.ndarray:
    """bool (n, n): whether two orbits have sides of one piece; piece and orbit int (sides,)."""
    of = np.zeros((int(piece.max()) + 1, int(orbit.max()) + 1), int)
    of[piece, orbit] = 1
    near = of.T @ of > 0
    return near & ~np.eye(len(near), dtype=bool)


def _map(board: Arrangement, size: booklet.Size) -> list[Item]:
    cut = board.board
    orbit, _ = orbits_of(cut, board.slots, board.turns)
    inner = np.flatnonzero(orbit[: cut.ports.size] >= 0)
    tints = colours(_near(inner // cut.ports.shape[1], orbit[inner]))
    (w, h), width = cut.size_mm, size[0] - 2 * SIDE
    k = min(width / w, (size[1] - booklet.FOOT - 4 - MAP_TOP) / h)
    place = (k, 0, 0, k, SIDE + (width - k * w) / 2, MAP_TOP)
    own = [cut.border(), *(e.path for e in cut.edges if e.other >= 0)] if not cut.on_grid else [cut.border()]
    out: list[Item] = [Stroke(path.transformed(*place), Role.NOTE, 0.2, f.INK) for path in own]
    joints = [(int(orbit[node]), path.transformed(*place)) for node, path in cut.joints()]
    out += [Stroke(path, Role.NOTE, min(0.9, 0.05 * k * cut.cell_mm), tints[n]) for n, path in joints]
    return out + ([_number(n, path, k * cut.cell_mm) for n, path in joints] if k * cut.cell_mm >= LEAST_MM else [])


def _number(orbit: int, path: Path, cell: float) -> Text:
    """An orbit's number in the head of its tab: on the way from the middle between the side's ends to the middle of its curve."""
    (x0, y0), (x1, y1) = path.start, path.end
    points, size = path.flatten(), min(2.6, 0.115 * cell)
    x, y = (0.42 * (a + b) / 2 + 0.58 * v for a, b, v in zip((x0, y0), (x1, y1), points[len(points) // 2].tolist()))
    return Text(str(orbit + 1), (x, y + 0.36 * size), size, "middle", True, f.INK)
