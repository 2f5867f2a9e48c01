"""Guide's page about the connectors of a board with exactly counted solutions: figures, and the cut with each orbit in its colour. Lengths in mm, y down."""

import colorsys
from typing import Any

import cv2
import numpy as np

from ..jigsaw import Arrangement
from ..jigsaw.assemblies.orbits import orbits_of
from ..path import Path
from . import graphics as g
from . import guide_page
from .captions import TEXTS
from .guide_page import SIDE, Size
from .sheet import Item, Role, Stroke, Text

HUES, CLEAR = 16, 60.0  # hues of the palette; colour difference (CIE 1976) that is enough
LEAST_MM = 8.5  # pieces that are so wide on the page have their orbits' numbers
MAP_TOP = 84.0


def page(arrangement: Arrangement, size: Size) -> list[Item]:
    """Items of the page; the board needs figures."""
    figures, width = arrangement.figures or {}, size[0] - 2 * SIDE
    lead = g.paragraph(_lead(arrangement, figures), (SIDE, 37.5), width, 2.9, colour=g.GREY, leading=1.4)
    return [guide_page.one_line("The connectors", (SIDE, 30), width), *lead, *guide_page.facts(facts(figures), 56, width), *_map(arrangement, size)]


def facts(figures: dict[str, Any]) -> list[tuple[str, str]]:
    """Headings and values of a board's figures."""
    ways = f"exactly {figures['counted']}" if figures["exact"] else f"{figures['counted']} known"
    rows = [("Ways to close it", ways), ("Orbits, connectors", f"{figures['orbits']}, {figures['profiles']}")]
    rows += [("Connectors differ by", f"{figures['profile_distance_mm']:.2f} mm"), ("Neighbours kept", f"{100 * max(figures['kept_neighbours']):.0f} %")]
    return [*rows, ("Places tried", f"about {figures['difficulty']['held']:,}")]


def _lead(arrangement: Arrangement, figures: dict[str, Any]) -> str:
    texts = TEXTS["connectors"]
    filled = {"counted": texts["counted" if figures["exact"] else "known"].format(**figures), **figures["difficulty"]}
    filled["border"] = texts["border"] if len(arrangement.board.rimmed) > arrangement.board.count else ""
    filled["nearly"] = "" if figures["profiles"] == figures["orbits"] else texts["nearly"]
    return texts["orbits"].format(**filled)


def colours(near: np.ndarray) -> list[str]:
    """Colour #rrggbb of each orbit, far in CIE L*a*b* from those of its neighbours; none twice while there are others.

    near: bool (n, n), orbits that have sides of one piece. Greedy colouring: the orbit with the most neighbours first, of equal colours the least used.
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
    """Palette uint8 (n, 3): HUES hues in three depths that stand out from white."""
    hsv = [(k / HUES, s, v) for s, v in ((0.9, 0.9), (0.75, 0.58), (0.55, 0.8)) for k in range(HUES)]
    return np.rint(255 * np.array([colorsys.hsv_to_rgb(*c) for c in hsv])).astype(np.uint8)


def _neighbours(piece: np.ndarray, orbit: np.ndarray) -> np.ndarray:
    """Whether two orbits have sides of one piece, bool (n, n); piece and orbit int (sides,)."""
    of = np.zeros((int(piece.max()) + 1, int(orbit.max()) + 1), int)
    of[piece, orbit] = 1
    near = of.T @ of > 0
    return near & ~np.eye(len(near), dtype=bool)


def _map(arrangement: Arrangement, size: Size) -> list[Item]:
    board = arrangement.board
    orbit, _ = orbits_of(board, arrangement.slots, arrangement.turns)
    inner = np.flatnonzero(orbit[: board.ports.size] >= 0)
    tints = colours(_neighbours(inner // board.ports.shape[1], orbit[inner]))
    (w, h), width = board.size_mm, size[0] - 2 * SIDE
    k = min(width / w, (size[1] - guide_page.FOOT - 4 - MAP_TOP) / h)
    to_page = (k, 0, 0, k, SIDE + (width - k * w) / 2, MAP_TOP)
    own = [board.border(), *(e.path for e in board.edges if e.other >= 0)] if not board.on_grid else [board.border()]
    out: list[Item] = [Stroke(path.transformed(*to_page), Role.NOTE, 0.2, g.INK) for path in own]
    joints = [(int(orbit[node]), path.transformed(*to_page)) for node, path in board.joints()]
    out += [Stroke(path, Role.NOTE, min(0.9, 0.05 * k * board.cell_mm), tints[n]) for n, path in joints]
    return out + ([_number(n, path, k * board.cell_mm) for n, path in joints] if k * board.cell_mm >= LEAST_MM else [])


def _number(orbit: int, path: Path, cell: float) -> Text:
    """Number of an orbit in the head of its tab: between the midpoint of the side's chord and the middle of its curve."""
    (x0, y0), (x1, y1) = path.start, path.end
    points, size = path.flatten(), min(2.6, 0.115 * cell)
    x, y = (0.42 * (a + b) / 2 + 0.58 * v for a, b, v in zip((x0, y0), (x1, y1), points[len(points) // 2].tolist()))
    return Text(str(orbit + 1), (x, y + 0.36 * size), size, "middle", True, g.INK)
