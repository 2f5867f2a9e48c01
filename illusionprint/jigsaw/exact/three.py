"""Boards that close in exactly three ways: which can be had, the independent solver's count, and connectors. `three_matching` chooses them for the pictures."""

import math
from dataclasses import replace

import numpy as np

from ...errors import BadValue
from ..assemblies.arrangement import Arrangement
from ..assemblies.orbits import mates, orbits_of
from ..geometry.board import Board
from ..geometry.profiles import APART_MM, profiles
from .design import figures
from .keys import Keys, twins
from .solve import Places, places, ways

ASSEMBLIES = 3
LEAST, MOST = 6, 12  # pieces a side
STEPS, KEYED_STEPS = 300_000, 4_000_000
SHARED = 12  # ways to share profiles among the orbits that are tried


def refused(rows: int, cols: int, assemblies: int) -> str:
    """Why such a board cannot be had, or nothing."""
    if assemblies > ASSEMBLIES:
        return f"boards with exactly {assemblies} solutions are not designed; two pictures or three can have --solutions exact."
    if rows == cols and rows % 2 == 0 and LEAST <= rows <= MOST:
        return ""
    near = min(range(LEAST, MOST + 1, 2), key=lambda n: abs(n - math.sqrt(rows * cols)))
    return (
        f"exactly three solutions can be had on square boards of an even number of rows, {LEAST}x{LEAST} to {MOST}x{MOST}; {rows}x{cols} came. "
        f"Take --grid {near}x{near}, or leave out --solutions exact."
    )


def kept(board: Board, slots: np.ndarray, turns: np.ndarray) -> float:
    """Of assemblies int (k, n) the two that share most: which share of their neighbours."""
    pairs = np.array([mates(board, s, t) for s, t in zip(slots, turns)])
    pairs = pairs[:, pairs[0] >= 0]
    return max(float((a == b).mean()) for n, a in enumerate(pairs) for b in pairs[:n])


def words(board: Board, slots: np.ndarray, turns: np.ndarray) -> np.ndarray:
    """int (n, 4): the orbit of each side of three assemblies, from 1, and its sign; 0 on the border."""
    orbit, sign = orbits_of(board, slots, turns)
    return ((orbit + 1) * sign).reshape(board.ports.shape)


def closes(board: Board, slots: np.ndarray, turns: np.ndarray, form: Places) -> bool:
    """Whether in exactly as many ways as there are assemblies, counted to the end."""
    sides = words(board, slots, turns)
    if len(twins(sides)):
        return False
    found = ways(sides, form, len(slots) + 1, most_steps=STEPS)
    return found.finished and found.ways == len(slots)


def keyed(fitted: Arrangement, seed: int = 0, apart_mm: float = APART_MM) -> Arrangement:
    """The open board with connectors, and `figures`. Where there are fewer profiles than orbits some share one, and all ways are counted anew.

    A count that does not end is said: exact = false. Raises BadValue where the board always closes in other ways too.
    """
    board = fitted.board.open
    family, _ = profiles(board.tabs, 2 * math.isqrt(4 * board.count) + 8, board.knob_mm, apart_mm)
    rng, sides = np.random.default_rng(seed), words(board, fitted.slots, fitted.turns)
    unsure = None
    for _ in range(SHARED):
        keys = Keys(sides, len(family), rng)
        keys.improve(300 if keys.most < keys.count else 0)
        found = ways(keys.sides(), places(board), fitted.assemblies + 1, most_steps=KEYED_STEPS)
        made = Arrangement(board.keyed(keys.sides()), fitted.slots, fitted.turns)
        if found.ways == fitted.assemblies and found.finished:
            return replace(made, figures=figures(made, True))
        unsure = unsure or (made if not found.finished and found.ways <= fitted.assemblies else None)
    if unsure is None:
        raise BadValue(
            f"with the {len(family)} '{board.tabs}' profiles that are {apart_mm:g} mm apart on pieces of {board.knob_mm:.1f} mm this board closes in other ways too. "
            "Take larger pieces, another seed, another family of tabs, or leave out --solutions exact."
        )
    return replace(unsure, figures=figures(unsure, False))
