"""Keyed boards: connectors chosen so that the pieces go together in exactly as many ways as there are pictures.

The arrangement that fits the pictures is moved a little until the sides fall into many orbits, every orbit gets a profile of its own (or shares
one, where there are more orbits than profiles), and the independent solver counts the ways. Tried again until the count is right.
"""
from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import plugins
from ..errors import BadValue
from .anneal import anneal
from .arrangement import Arrangement
from .cut import Cut
from .orbits import orbits, pairing
from .profiles import APART_MM, profiles
from .solve import count

FACTORS = (1.4, 1.7, 2.0, 2.3)   # wanted orbits over the square root of the number of pieces, one after the other
STEPS_PER_PIECE = 120
SHARINGS = 8                     # ways to share profiles that are looked at
MOST_STEPS = 40_000_000          # of the solver in all: about a minute
KEPT = 0.04                      # share of the neighbour pairs of picture 1 that may stay together
Progress = Callable[[int, int, str], None] | None


def keyed(fitted: Arrangement, cost: np.ndarray, seed: int = 0, apart_mm: float = APART_MM, kept: float = KEPT, progress: Progress = None) -> Arrangement:
    """The board of squares `fitted` with connectors, and `figures`; cost as `fit.costs` gives it, (4, n, n).

    Of several exact boards the one that costs the pictures least. Where none is found but some search did not end, that board comes with
    exact = false. Raises BadValue where all boards tried close in other ways too, and says what would do.
    """
    cut, tell = fitted.cut, progress or (lambda done, total, stage: None)
    family, distance = profiles(cut.tabs, 2 * math.isqrt(4 * cut.count) + 8, cut.cell_mm, apart_mm)
    rng = np.random.default_rng(seed)
    tries, good = _tries(cut.count)
    found: list[tuple[float, Arrangement]] = []
    open_ended, left = None, MOST_STEPS
    for n in range(tries):
        tell(n, tries, "choosing connectors")
        board, solved, price = _attempt(fitted, cost, FACTORS[n % len(FACTORS)], len(family), kept, rng, min(left, MOST_STEPS // 8))
        left -= solved.steps
        if solved.finished and solved.ways == 2:
            found.append((price, board))
        elif not solved.finished and solved.ways < 3:
            open_ended = open_ended or (price, board)
        if len(found) >= good or left <= 0:
            break
    if not found and open_ended is None:
        raise BadValue(_advice(cut, len(family), apart_mm))
    price, board = min(found, key=lambda f: f[0]) if found else open_ended
    rise = price / float(cost[fitted.turns[1] % 4, np.arange(cut.count), fitted.slots[1]].sum()) - 1
    return Arrangement(board.cut, board.slots, board.turns, figures(board, bool(found)) | {"conflict_rise": round(rise, 3)})


def _tries(pieces: int) -> tuple[int, int]:
    """(how many boards are tried, how many exact ones are enough)."""
    return (60, 8) if pieces <= 30 else (24, 4) if pieces <= 120 else (12, 2) if pieces <= 400 else (6, 1)


def _attempt(fitted: Arrangement, cost: np.ndarray, factor: float, most: int, kept: float, rng: np.random.Generator,
             steps: int) -> tuple[Arrangement, Any, float]:
    cut = fitted.cut
    wanted = min(factor * math.sqrt(cut.count), cut.count)
    slots, turns = anneal(cut, cost, fitted.slots[1], fitted.turns[1], wanted, kept, STEPS_PER_PIECE * cut.count, rng)
    both = np.stack([fitted.slots[0], slots]), np.stack([fitted.turns[0], turns])
    board = connected(cut, *both, most, rng)
    if len(set(map(abs, board.cut.keys))) > most:  # every profile is in use: shared so that no two pieces are alike, which could change places
        board = max((board, *(connected(cut, *both, most, rng) for _ in range(SHARINGS))), key=lambda b: _distinct(b.cut))
    return board, count(board.cut.words, cut.rows, cut.cols, 3, most_steps=steps), float(cost[turns, np.arange(cut.count), slots].sum())


def connected(cut: Cut, slots: np.ndarray, turns: np.ndarray, most: int, rng: np.random.Generator) -> Arrangement:
    """A board of squares with up to `most` profiles on its orbits: the largest orbits first, each to the profile that fewest sides have."""
    orbit, sign = orbits(np.stack([pairing(cut.rows, cut.cols, s, t) for s, t in zip(slots, turns)]))
    if (sign[orbit >= 0] == 0).any():
        raise BadValue("these assemblies cannot have tabs and blanks: some side would have to be both.")
    size = np.bincount(orbit[orbit >= 0])
    load, number = np.zeros(min(most, len(size))), np.zeros(len(size), int)
    for k in np.argsort(-size - rng.random(len(size)), kind="stable"):
        number[k] = load.argmin()
        load[number[k]] += size[k]
    number = rng.permutation(len(load))[number] + 1
    keys = np.where(orbit >= 0, number[orbit] * sign * rng.choice([-1, 1], len(size))[orbit], 0)
    return Arrangement(Cut(cut.rows, cut.cols, cut.cell_um, cut.tabs, tuple(keys.tolist())), slots, turns)


def figures(board: Arrangement, exact: bool) -> dict[str, Any]:
    """What arrangement.json says of a keyed board; `keyed` adds conflict_rise, by how much the pictures conflict more than without connectors.

    difficulty: `held`, how many pieces are held against a place until the right one is found, if nobody looks at the picture: half of those
    left of its class, each at every turn; `fit`, how many sides fit a side on average.
    """
    cut = board.cut
    used = np.abs(cut.keys)[np.nonzero(cut.keys)]
    orbit, _ = orbits(np.stack([pairing(cut.rows, cut.cols, s, t) for s, t in zip(board.slots, board.turns)]))
    _, signed = np.unique(np.asarray(cut.keys)[np.nonzero(cut.keys)], return_counts=True)
    return {"counted": board.assemblies, "exact": exact, "orbits": int(orbit.max()) + 1, "profiles": len(np.unique(used)),
            "profile_distance_mm": round(_distance(cut), 2), "distinct_pieces": _distinct(cut),
            "kept_neighbours": [round(board.kept_neighbours(k), 4) for k in range(1, board.assemblies)],
            "difficulty": {"held": held(cut), "fit": round(float((signed**2).sum() / signed.sum()), 2)}}


def _distinct(cut: Cut) -> int:
    """How many kinds of pieces there are, up to turns."""
    turned = np.stack([np.roll(cut.words, k, 1) for k in range(4)], 1)
    first = np.lexsort(turned.transpose(2, 0, 1)[::-1], axis=-1)[:, 0] if len(turned) else np.zeros(0, int)
    return len(np.unique(turned[np.arange(len(turned)), first], axis=0))


def _distance(cut: Cut) -> float:
    from .profiles import catalogue
    return catalogue(cut.tabs, max(map(abs, cut.keys)))[1][-1] * cut.cell_mm


def held(cut: Cut) -> int:
    """Sum over places of (m t + 1) / 2, m the pieces of the class (corner, border, inner) still there and t their turns: 1 on the border."""
    border = 2 * (cut.rows + cut.cols) - 8
    return round(sum(m * t / 2 + 0.5 for most, t in ((4, 1), (border, 1), (cut.count - border - 4, 4)) for m in range(1, most + 1)))


def _advice(cut: Cut, profiles_found: int, apart_mm: float) -> str:
    others = [t for t in plugins.names("jigsaw.tabs") if t != cut.tabs]
    return (f"{cut.rows}x{cut.cols} pieces of {cut.cell_mm:.1f} mm with the {profiles_found} '{cut.tabs}' profiles that are {apart_mm:g} mm apart always closed in other "
            f"ways too. Take larger pieces, more of them, another seed, another family of tabs ({', '.join(others)}), or --solutions free.")
