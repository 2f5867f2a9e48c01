"""Boards that close in exactly three ways: `rings` finds three assemblies of one set of pieces, the independent solver counts, what closes in other ways is dropped.

Most boards that `rings` finds have alike pieces, or parts that may change places by themselves; about one run in a hundred on 8x8 leads to a board without.
Runs are numbered, a run's number is the seed of its search, and KNOWN are those that have been found to lead to such a board: they come first.
"""
from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from ..errors import BadValue
from .arrangement import Arrangement
from .cut import Cut
from .design import figures
from .keys import Keys, twins
from .orbits import mates, orbits
from .profiles import APART_MM, profiles
from .rings import Quarter, Search
from .solve import places, ways

ASSEMBLIES = 3
INNER, BORDER = (4, 3), (4, 3)      # rings of profiles
SWEEPS = 600
KNOWN = {8: (322, 128, 342, 298)}
RUNS, ENOUGH = 400, 1               # at most so many, until so many boards are found beside those that are known
STEPS, KEYED_STEPS = 300_000, 4_000_000
SHARED = 12                         # ways to share profiles among the orbits that are tried
Progress = Callable[[int, int, str], None] | None


def refused(rows: int, cols: int, assemblies: int) -> str:
    """Why such a board cannot be had, or nothing."""
    if assemblies > ASSEMBLIES:
        return f"boards with exactly {assemblies} solutions are not designed; two pictures or three can have --solutions exact."
    if (rows, cols) not in [(n, n) for n in KNOWN]:
        sizes = ", ".join(f"{n}x{n}" for n in KNOWN)
        return f"exactly three solutions can be had on {sizes} pieces; {rows}x{cols} came. Take --grid {sizes.split(', ')[-1]}, or leave out --solutions exact."
    return ""


def boards(cut: Cut, seed: int = 0, progress: Progress = None) -> list[Arrangement]:
    """Open boards of three assemblies that close in exactly three ways if every orbit has a profile of its own. Raises BadValue where none is found."""
    if no := refused(cut.rows, cut.cols, ASSEMBLIES):
        raise BadValue(no)
    found, board, quarter = [], places(cut), Quarter(cut)
    tell = progress or (lambda done, total, stage: None)
    for n, run in enumerate(_runs(cut, seed)):
        tell(n, RUNS, "designing the board")
        search = Search(quarter, INNER, BORDER, np.random.default_rng(run))
        if search.run(SWEEPS) and _closes(cut, *(made := search.assemblies()), board):
            found.append(Arrangement(cut.open, *made))
        if n + 1 >= len(KNOWN[cut.rows]) and len(found) >= ENOUGH:
            return found
    if not found:
        raise BadValue(f"none of {RUNS} boards of {cut.rows}x{cut.cols} pieces closes in exactly three ways; take another seed, or leave out --solutions exact.")
    return found


def _runs(cut: Cut, seed: int) -> Iterator[int]:
    known = KNOWN[cut.rows]
    yield from known
    yield from range(seed * RUNS + 100_000, seed * RUNS + 100_000 + RUNS - len(known))


def words(cut: Cut, slots: np.ndarray, turns: np.ndarray) -> np.ndarray:
    """int (n, 4): the orbit of each side of three assemblies, from 1, and its sign; 0 on the border."""
    orbit, sign = orbits(np.stack([mates(cut, s, t) for s, t in zip(slots, turns)]))
    return ((orbit + 1) * sign).reshape(cut.ports.shape)


def _closes(cut: Cut, slots: np.ndarray, turns: np.ndarray, board: object) -> bool:
    """Whether in exactly as many ways as there are assemblies, counted to the end."""
    sides = words(cut, slots, turns)
    if len(twins(sides)):
        return False
    found = ways(sides, board, len(slots) + 1, most_steps=STEPS)
    return found.finished and found.ways == len(slots)


def keyed(board: Arrangement, seed: int = 0, apart_mm: float = APART_MM) -> Arrangement:
    """The open board with connectors, and `figures`. Where there are fewer profiles than orbits some share one, and all ways are counted anew.

    A count that does not end is said: exact = false. Raises BadValue where the board always closes in other ways too.
    """
    cut = board.cut.open
    family, _ = profiles(cut.tabs, 2 * math.isqrt(4 * cut.count) + 8, cut.knob_mm, apart_mm)
    rng, sides = np.random.default_rng(seed), words(cut, board.slots, board.turns)
    unsure = None
    for _ in range(SHARED):
        keys = Keys(sides, len(family), rng)
        keys.improve(300 if keys.most < keys.count else 0)
        found = ways(keys.sides(), places(cut), board.assemblies + 1, most_steps=KEYED_STEPS)
        made = Arrangement(cut.keyed(keys.sides()), board.slots, board.turns)
        if found.ways == board.assemblies and found.finished:
            return Arrangement(made.cut, made.slots, made.turns, figures(made, True))
        unsure = unsure or (made if not found.finished and found.ways <= board.assemblies else None)
    if unsure is None:
        raise BadValue(f"with the {len(family)} '{cut.tabs}' profiles that are {apart_mm:g} mm apart on pieces of {cut.knob_mm:.1f} mm this board closes in other ways too. "
                       "Take larger pieces, another seed, another family of tabs, or leave out --solutions exact.")
    return Arrangement(unsure.cut, unsure.slots, unsure.turns, figures(unsure, False))
