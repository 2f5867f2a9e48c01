"""Sides, pairings and orbits of two or more assemblies of one board.

Take the sides of all pieces as nodes. Every assembly pairs up the sides that meet. The union of two pairings is a set of even
cycles, the orbits: along an orbit tab and blank alternate, and each may have a profile of its own. Of three or more pairings an
orbit is a connected part of their union, and tabs and blanks are a two-colouring of it, where there is one.

Side s of piece i is node 4 i + s, s as in `cut`: 0 top, 1 right, 2 bottom, 3 left. A piece turned k clockwise quarter turns shows
its side s where side s + k was.
"""
from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components


def pairing(rows: int, cols: int, slots: np.ndarray, turns: np.ndarray) -> np.ndarray:
    """int (4 n,): the node that each node meets in an assembly, -1 on the border. slots, turns int (n,): piece i lies in slots[i], turned turns[i]."""
    n = rows * cols
    piece = np.empty(n, int)
    piece[slots] = np.arange(n)
    grid, out = piece.reshape(rows, cols), np.full(4 * n, -1)
    for a, b, side in ((grid[:, :-1].ravel(), grid[:, 1:].ravel(), 1), (grid[:-1].ravel(), grid[1:].ravel(), 2)):
        one, two = 4 * a + (side - turns[a]) % 4, 4 * b + (side + 2 - turns[b]) % 4
        out[one], out[two] = two, one
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
