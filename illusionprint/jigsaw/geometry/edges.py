"""The edges of a board: curves between pieces, once each, and lines along its border. Whole micrometres; `Path` in mm."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ...path import Path
from .cells import Cells

WHOLE = 0.998  # of a side: a connector as long as this spans it all, or rounding would leave straight ends of a micrometre


@dataclass(frozen=True)
class Edge:
    """A path walked clockwise round a piece; the other piece that it borders, -1 for the outside."""

    path: Path
    piece: int
    other: int


@dataclass(frozen=True)
class Joint:
    """A whole side between two pieces, or of one at the border: number of its edge, its ends as the first piece walks it, the pieces, the side of either's cell."""

    edge: int
    ends: tuple[tuple[int, int], tuple[int, int]]
    pieces: tuple[int, ...]
    sides: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Plan:
    """cell: int (n,), the (largest) cell of each piece. second: pieces of a cell that has more than one. whole: bool (n,), pieces that are whole cells with a
    neighbour or the cells' own border at every side. signs: int (n, k) of the sides of whole ones. edges: straight at joints and rim. turned: (i, j, k), piece i
    comes to lie where j is by k turns of the whole board. joints: where a connector goes; rim: the same along the border, where that has connectors.
    """

    cell: np.ndarray
    whole: np.ndarray
    signs: np.ndarray
    edges: list[Edge]
    second: frozenset[int] = frozenset()
    turned: list[tuple[int, int, int]] = field(default_factory=list)
    joints: list[Joint] = field(default_factory=list)
    rim: list[Joint] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Connector:
    """A plain profile (n, 4, 2) from (0, 0) to (1, 0), and how long it is on a board; a longer side has straight ends.

    reach: for a board whose connectors are chosen later, (left, right, height) of the box that every one keeps to, on either side; sides are straight then.
    """

    profile: np.ndarray
    knob_um: float
    reach: tuple[float, float, float] | None = None

    def path(self, a: np.ndarray, b: np.ndarray, sign: int, share: float = 1.0) -> Path:
        """From a to b, in whole micrometres, with the tab at the left (outside of a piece that is walked clockwise) for +1, at the right for -1.

        p -> a + x u + y (-u_y, u_x), u = b - a: a turn and a scaling of the profile. Along the axes it is rounded before it is turned, so that quarter
        turns lead such sides into each other to the micrometre.
        """
        if sign == 0:
            return line(a, b)
        u = (b - a).astype(float)
        f = share * self.knob_um / float(np.hypot(*u))
        f = f if f < WHOLE else 1.0
        along, across = self._turned(*u.tolist(), sign, f)
        points = np.rint(a + along + across)
        segments = [tuple(map(tuple, cubic[1:])) for cubic in (points / 1000).tolist()]
        ends = [(mm(points[0, 0]),), (mm(b),)] if f < 1 else [(), ()]
        return Path(mm(a), tuple(s for s in (ends[0], *segments, ends[1]) if s))

    @functools.lru_cache(maxsize=256)
    def _turned(self, x: float, y: float, sign: int, share: float) -> tuple[np.ndarray, np.ndarray]:
        """float (n, 4, 2) each, the profile on a side (x, y) from its start: its way along it and across it."""
        u = np.array([x, y])
        curve = self.profile * share + ((1 - share) / 2, 0)
        if not u.all():
            length = np.abs(u).max()
            curve = np.rint(curve * length) / length
        curve = curve if sign > 0 else (np.array([1, 0]) - curve)[::-1, ::-1]
        return curve[..., :1] * u, curve[..., 1:] * (-y, x)

    def box(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """float (4, 2): corners of the box within reach of a side."""
        u = (b - a).astype(float)
        assert self.reach is not None
        share = min(1.0, self.knob_um / float(np.hypot(*u)))
        left, right, high = (v * share for v in self.reach)
        low = (1 - share) / 2
        at = np.array([(low + left, -high), (low + right, -high), (low + right, high), (low + left, high)])
        return a + at[:, :1] * u + at[:, 1:] * (-u[1], u[0])


def mm(point: Sequence[float] | np.ndarray) -> tuple[float, float]:
    return float(point[0]) / 1000, float(point[1]) / 1000


def line(*points: Sequence[float] | np.ndarray) -> Path:
    return Path(mm(points[0]), tuple((mm(p),) for p in points[1:]))


def pairs(corners_um: np.ndarray) -> tuple[list[tuple[int, int, int, int]], list[tuple[int, int]]]:
    """((cell, side, other cell, its side) where two cells meet, (cell, side) at the border), in the order of the cells."""
    ends = np.stack([corners_um, np.roll(corners_um, -1, 1)], 2)
    seen: dict[tuple, tuple[int, int]] = {}
    both: dict[tuple[int, int], tuple[int, int]] = {}
    for i, sides in enumerate(ends.tolist()):
        for m, (a, b) in enumerate(sides):
            other = seen.setdefault((*min(a, b), *max(a, b)), (i, m))
            if other != (i, m):
                both[other] = (i, m)
    met = set(both.values())
    alone = [s for s in seen.values() if s not in both and s not in met]
    return [(*one, *two) for one, two in sorted(both.items())], sorted(alone)


def whole(cells: Cells, corners_um: np.ndarray, knobbed: bool = False) -> Plan:
    """The pieces of a board without an outline: its cells; knobbed: with connectors along the cells' border too."""
    met, alone = pairs(corners_um)
    signs = cells.signs.astype(int)
    for i, m in alone if not knobbed else ():
        signs[i, m] = 0
    ends = np.stack([corners_um, np.roll(corners_um, -1, 1)], 2).tolist()
    joints = [_joint(e, ends[i][m], (i, j), (m, q)) for e, (i, m, j, q) in enumerate(met)]
    border = [_joint(e, ends[i][m], (i,), (m,)) for e, (i, m) in enumerate(alone, len(met))]
    edges = [Edge(line(*j.ends), *(*j.pieces, -1)[:2]) for j in [*joints, *border]]
    n = len(corners_um)
    return Plan(np.arange(n), np.ones(n, bool), signs, edges, joints=joints, rim=border if knobbed else [])


def _joint(edge: int, ends: list[list[int]], pieces: tuple[int, ...], sides: tuple[int, ...]) -> Joint:
    (x0, y0), (x1, y1) = ends
    return Joint(edge, ((x0, y0), (x1, y1)), pieces, sides)


def colouring(edges: list[Edge], count: int) -> np.ndarray:
    """int (count,): a number for each piece, another for those beside it; each takes the first that is free."""
    near: list[set[int]] = [set() for _ in range(count)]
    for e in edges:
        if e.other >= 0:
            near[max(e.piece, e.other)].add(min(e.piece, e.other))
    out: list[int] = []
    for before in near:
        taken = {out[j] for j in before}
        out.append(next(k for k in range(count) if k not in taken))
    return np.array(out)
