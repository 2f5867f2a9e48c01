"""Boards whose pieces have their places before there are pictures: which picture is which assembly, and how each of them lies.

An assembly turned as a whole is the same assembly: of a square board each picture has four ways to lie, of another two.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations

import numpy as np

from ..jigsaw import Arrangement, Cut
from ..jigsaw.solve import places

Settled = tuple[np.ndarray, np.ndarray, float]          # slots, turns int (n,), what it costs
Settle = Callable[[np.ndarray, np.ndarray, np.ndarray], Settled]


def turning(cut: Cut) -> Settle:
    """Of the cost (n, 4, n) of each place, turn and piece, and an assembly: the assembly turned as a whole so that it costs least."""
    images, ids = places(cut).images, np.arange(cut.count)

    def settle(cost: np.ndarray, slots: np.ndarray, turns: np.ndarray) -> Settled:
        tried = [(to[slots], (turns + k) % 4) for to, k in images]
        totals = [float(cost[s, k, ids].sum()) for s, k in tried]
        best = int(np.argmin(totals))
        return *tried[best], totals[best]
    return settle


def orders(boards: Sequence[Arrangement]) -> list[Arrangement]:
    """Each board with its assemblies in any order: pieces are named by their place in the first."""
    return [Arrangement.of_assemblies(b.cut, b.slots[list(order)], b.turns[list(order)]) for b in boards for order in permutations(range(b.assemblies))]
