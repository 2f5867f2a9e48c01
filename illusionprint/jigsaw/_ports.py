"""Boards whose connectors are chosen side by side: which sides meet, and the edges that the keys make of them. Ports as in `orbits`.

Where the border has connectors too they meet a rim: ports of no piece, after all pieces' own, that stay where they are in every assembly. So a side at the
border may only change places with one of the same profile, and the board keeps its contour. The count knows of no rim: there, sides at the border are free.
"""
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import BadValue
from ._edges import Connector, Edge
from .cells import turned_axes
from .profiles import catalogue

if TYPE_CHECKING:
    from .mesh import Mesh


def edges(board: Mesh) -> list[Edge]:
    """Those of the board's plan, with the connectors of its keys."""
    out, keys = list(board.plan.edges), np.reshape(board.keys, board.ports.shape)
    profiles = catalogue(board.tabs, max(1, int(np.abs(keys).max())))[0]
    for door, (port, *_) in zip([*board.plan.doors, *board.plan.rim], board.sides):
        key = int(keys[door.pieces[0], port])
        path = Connector(profiles[abs(key) - 1], board.knob_um).path(*np.array(door.ends), int(np.sign(key)))
        out[door.edge] = Edge(path, out[door.edge].piece, out[door.edge].other)
    return out


def sides(board: Mesh) -> list[tuple[int, ...]]:
    """The ports of either piece at each door: of a whole cell the direction of its side, of another piece, which does not turn, one beyond the turns."""
    free, directions, found = board.free, board.cells.sides, board.plan.doors
    cut: dict[int, list[int]] = {}
    for n, d in enumerate(found):
        for i in d.pieces:
            if not free[i]:
                cut.setdefault(i, []).append(n)
    middle = np.array([d.ends for d in found], float).reshape(-1, 2, 2).mean(1)
    for i, j, k in board.plan.turned:
        a, b, c, d = turned_axes(k, board.turns)
        goals = (middle[cut.get(i, [])] - np.multiply(board.size_mm, 500)) @ np.array([(a, b), (c, d)]) + np.multiply(board.size_mm, 500)
        cut[j] = [cut[j][int(np.abs(middle[cut[j]] - p).max(1).argmin())] for p in goals]
    at = {(n, i): board.turns + m for i, own in cut.items() for m, n in enumerate(own)}
    cell = board.plan.cell
    return [tuple(int(directions[cell[i], m]) if free[i] else at[n, i] for i, m in zip(d.pieces, d.sides)) for n, d in enumerate([*found, *board.plan.rim])]


def ports(board: Mesh) -> np.ndarray:
    """See `Mesh.ports`."""
    width = max([board.turns, *(p + 1 for both in board.sides for p in both)])
    out = np.full((board.count, width), -1)
    for door, (p, q) in zip(board.plan.doors, board.sides):
        i, j = door.pieces
        out[i, p], out[j, q] = width * j + q, width * i + p
    return out


def rimmed(board: Mesh) -> np.ndarray:
    """See `Mesh.rimmed`."""
    n, width = board.ports.shape
    rim = board.plan.rim
    out = np.concatenate([board.ports, np.full((-(-len(rim) // width), width), -1)]).ravel()
    for at, (door, (p,)) in enumerate(zip(rim, board.sides[len(board.plan.doors):]), n * width):
        node = width * door.pieces[0] + p
        out[at], out[node] = node, at
    return out.reshape(-1, width)


def shown(board: Mesh) -> np.ndarray:
    """int (P (n + m),): the keys, and what the rim shows, which fits assembly 1."""
    keys, meets = np.array(board.keys), board.rimmed.ravel()[len(board.keys):]
    return np.append(keys, np.where(meets >= 0, -keys[meets], 0))


def check(board: Mesh, keys: np.ndarray) -> None:
    """Raises BadValue unless each side that meets another has the opposite of its key, and those that are no connectors have none. board: without keys."""
    meets, flat = board.ports.ravel(), keys.ravel()
    on = board.rimmed.ravel()[: meets.size] >= 0
    if flat.shape != meets.shape or (flat[meets >= 0] + flat[meets[meets >= 0]]).any() or ((flat != 0) != on).any():
        raise BadValue("the connectors of two neighbours do not fit.")
