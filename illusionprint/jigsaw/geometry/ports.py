"""Ports: the sides of pieces at which a connector may be chosen, which of them meet, and the edges that signed profiles make of them.

Where the border has connectors too they meet a rim: ports of no piece, after all pieces' own, that stay where they are in every assembly. So a side at the
border may only change places with one of the same profile, and the board keeps its contour. The count knows of no rim: there, sides at the border are free.
"""

import numpy as np

from .cells import Cells, turned_axes
from .edges import Connector, Edge, Plan
from .profiles import catalogue

JointPorts = list[tuple[int, ...]]


def of_joints(plan: Plan, cells: Cells, size_mm: np.ndarray) -> JointPorts:
    """The ports of either piece at each joint and each side of the rim: of a whole cell the direction of its side, of another piece, which does not turn, one beyond the turns."""
    cut: dict[int, list[int]] = {}
    for n, joint in enumerate(plan.joints):
        for i in joint.pieces:
            if not plan.whole[i]:
                cut.setdefault(i, []).append(n)
    middle = np.array([j.ends for j in plan.joints], float).reshape(-1, 2, 2).mean(1)
    for i, j, k in plan.turned:
        a, b, c, d = turned_axes(k, cells.turns)
        goals = (middle[cut.get(i, [])] - size_mm * 500) @ np.array([(a, b), (c, d)]) + size_mm * 500
        cut[j] = [cut[j][int(np.abs(middle[cut[j]] - p).max(1).argmin())] for p in goals]
    beyond = {(n, i): cells.turns + m for i, own in cut.items() for m, n in enumerate(own)}
    directions = cells.sides[plan.cell].tolist()
    return [tuple(beyond.get((n, i), directions[i][m]) for i, m in zip(joint.pieces, joint.sides)) for n, joint in enumerate([*plan.joints, *plan.rim])]


def meeting(plan: Plan, found: JointPorts, turns: int) -> np.ndarray:
    """int (n, P): see `Board.ports`."""
    width = max([turns, *(p + 1 for both in found for p in both)])
    out = np.full((len(plan.cell), width), -1)
    for joint, (p, q) in zip(plan.joints, found):
        i, j = joint.pieces
        out[i, p], out[j, q] = width * j + q, width * i + p
    return out


def rimmed(plan: Plan, found: JointPorts, ports: np.ndarray) -> np.ndarray:
    """int (n + m, P): see `Board.rimmed`."""
    n, width = ports.shape
    out = np.concatenate([ports, np.full((-(-len(plan.rim) // width), width), -1)]).ravel()
    for at, (joint, (p,)) in enumerate(zip(plan.rim, found[len(plan.joints) :]), n * width):
        node = width * joint.pieces[0] + p
        out[at], out[node] = node, at
    return out.reshape(-1, width)


def connected(plan: Plan, found: JointPorts, keys: np.ndarray | None, tabs: str, knob_um: float) -> list[Edge]:
    """The plan's edges with connectors at all joints and along the rim: of the keys int (n, P), or plain ones by the plan's signs."""
    out, at = list(plan.edges), list(zip([*plan.joints, *plan.rim], found))
    signed = [int(plan.signs[j.pieces[0], j.sides[0]] if keys is None else keys[j.pieces[0], p]) for j, (p, *_) in at]
    curves = [Connector(profile, knob_um) for profile in catalogue(tabs, max(1, *map(abs, signed)) if signed else 1)[0]]
    for (joint, _), key in zip(at, signed):
        a, b = np.array(joint.ends)
        out[joint.edge] = Edge(curves[abs(key) - 1].path(a, b, int(np.sign(key))), out[joint.edge].piece, out[joint.edge].other)
    return out


def shown(keys: np.ndarray, meets: np.ndarray) -> np.ndarray:
    """int (P (n + m),): the keys int (n, P), and what the rim shows, which fits assembly 1. meets: int (n + m, P), see `rimmed`."""
    keys, rim = keys.ravel(), meets.ravel()[keys.size :]
    return np.append(keys, np.where(rim >= 0, -keys[rim], 0))


def unfit(keys: np.ndarray, ports: np.ndarray, meets: np.ndarray) -> np.ndarray:
    """int (k,): pieces with a side that does not have the opposite of the key that it meets, or a key that is no connector, or none where there is one.

    keys: int (n P,). ports, meets: of the board without connectors and with its rim.
    """
    other = ports.ravel()
    wrong = (np.where(other >= 0, keys[other], -keys) != -keys) | ((keys != 0) != (meets.ravel()[: keys.size] >= 0))
    return np.unique(np.flatnonzero(wrong) // ports.shape[1])
