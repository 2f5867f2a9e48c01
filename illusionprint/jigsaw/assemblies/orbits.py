"""Sides, pairings and orbits of two or more assemblies of one board.

Take the sides of all pieces as nodes. Every assembly pairs up the sides that meet. The union of two pairings is a set of even
cycles, the orbits: along an orbit tab and blank alternate, and each may have a profile of its own. Of three or more pairings an
orbit is a connected part of their union, and tabs and blanks are a two-colouring of it, where there is one.

Side s of piece i is node P i + s, s as in `board`: 0 top, 1 right, 2 bottom, 3 left (P = 4), or the direction of a side in another tiling. A piece
turned k times clockwise shows its side s at the port s + k of its place.
"""

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from ..geometry.board import Board


def shown(turns: int, ports: int) -> np.ndarray:
    """int (turns, ports): the side of a piece at each port of its place after k turns; ports beyond the turns do not turn."""
    k, p = np.mgrid[:turns, :ports]
    return np.where(p < turns, (p - k) % turns, p)


def mates(board: Board, slots: np.ndarray, turns: np.ndarray) -> np.ndarray:
    """int (P n,): the node that each node meets in an assembly, -1 for none. slots, turns int (n,): piece i lies in slots[i], turned turns[i]."""
    return _met(board.ports, board.turns, slots, turns)


def pairing(board: Board, slots: np.ndarray, turns: np.ndarray) -> np.ndarray:
    """int (P (n + m),): the same with the rim of a board whose border has connectors, see `Board.rimmed`; every node that may have a connector meets one."""
    rest = np.arange(board.count, len(board.rimmed))
    return _met(board.rimmed, board.turns, np.append(slots, rest), np.append(turns, 0 * rest))


def orbits_of(board: Board, slots: np.ndarray, turns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`orbits` of assemblies, slots and turns int (k, n)."""
    return orbits(np.stack([pairing(board, s, t) for s, t in zip(slots, turns)]))


def _met(meets: np.ndarray, all_turns: int, slots: np.ndarray, turns: np.ndarray) -> np.ndarray:
    n, ports = meets.shape
    node = np.empty((n, ports), int)
    node[slots] = ports * np.arange(n)[:, None] + shown(all_turns, ports)[turns % all_turns]
    out = np.full(n * ports, -1)
    out[node] = np.where(meets >= 0, node.ravel()[meets], -1)
    return out


def orbits(pairings: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(orbit of each node, -1 on the border; sign of each node, +1 or -1, 0 where its orbit cannot be two-coloured). pairings int (k, 4 n).

    The double cover of the graph (each node as tab and as blank) has two parts for an orbit that can be coloured, and one otherwise.
    """
    size = pairings.shape[1]
    inner = pairings[0] >= 0
    node = np.tile(np.arange(size), len(pairings))[np.tile(inner, len(pairings))]
    mate = pairings.ravel()[np.tile(inner, len(pairings))]
    ends = np.concatenate([node, node + size]), np.concatenate([mate + size, mate])
    part = connected_components(coo_matrix((np.ones(len(ends[0]), np.int8), ends), (2 * size, 2 * size)), directed=False)[1]
    tab, blank = part[:size], part[size:]
    number = np.where(inner, np.minimum(tab, blank), -1)
    sign = np.where(tab == blank, 0, np.where(tab < blank, 1, -1)) * inner
    found, orbit = np.unique(number, return_inverse=True)
    return orbit.ravel() - (found[0] == -1), sign
