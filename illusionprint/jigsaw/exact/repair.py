"""From an arrangement with many orbits to a board that closes in no other ways: what the count finds too many is mended, and counted again.

A way too many in which sides of different orbits meet ends when one of these orbits gets another profile. In one in which all sides
meet their own orbit's the pieces that lie elsewhere are told apart by moving one of them in the second assembly, where that costs least.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .keys import Keys, alike, twins
from .orbit_state import Moves
from .solve import Count, Places, ways

MENDS = 12  # ways too many that are mended by a move; a new board is better then
CHANGES = 40  # of profiles between two of them
ROUNDS = 60  # of moves that tell alike pieces apart
IMPROVED = 300  # tries to give the orbits better profiles
FEW = 3  # one of so many best moves is taken, by chance


class State(Protocol):
    """Assemblies that can be moved about, such as `orbit_state.OrbitState`."""

    def words(self) -> np.ndarray: ...
    def moves_of(self, i: int) -> list[Moves]: ...
    def rise(self, moves: Moves) -> float: ...
    def after(self, moves: Moves) -> tuple: ...
    def place(self, moves: Moves, then: tuple) -> None: ...
    def beside_of(self, i: int) -> list[int]: ...
    def back(self, moves: Moves) -> Moves: ...
    def mates(self) -> list[np.ndarray]: ...

    steps: range
    next_side: int

    @property
    def assemblies(self) -> tuple[np.ndarray, np.ndarray]: ...


@dataclass(frozen=True)
class Closed:
    """sides int (n, P): signed profiles, as `solve` takes them; the assemblies int (k, n); what the last count found."""

    sides: np.ndarray
    slots: np.ndarray
    turns: np.ndarray
    solved: Count

    @property
    def exact(self) -> bool:
        return self.solved.finished and self.solved.ways == len(self.slots)


def repaired(state: State, board: Places, most: int, steps: int, rng: np.random.Generator) -> Closed:
    """The board with up to `most` profiles, after as many moves as it takes, MENDS or `steps` of the solver; else as it stands then."""
    for _ in range(MENDS):
        distinguished(state, rng)
        found, moved = _profiled(state, board, most, steps, rng)
        steps -= found.solved.steps
        if not len(moved) or steps <= 0:
            return found
        relocate(state, moved.tolist(), rng)
    return found


def distinguished(state: State, rng: np.random.Generator) -> int:
    """No two pieces alike by their orbits, as far as that goes: one of them moves, or one of their neighbours. How many rounds that took."""
    for n in range(ROUNDS):
        pairs = twins(state.words()[:, : state.steps.stop], state.steps)
        if not len(pairs):
            return n
        for pair in pairs:
            relocate(state, pair.tolist(), rng)
    return ROUNDS


def relocate(state: State, pieces: list[int], rng: np.random.Generator) -> None:
    """Of the moves of one of these pieces or one beside it, one that costs least of those that leave fewer alike, or none more if none are alike."""
    i = int(rng.choice([*pieces, *(j for p in pieces for j in state.beside_of(p))]))
    most = max(0, _alike(state) - 1)
    tried = [(state.rise(moves) + state.after(moves)[0], n, moves) for n, moves in enumerate(state.moves_of(i))]
    for _, _, moves in sorted(tried)[int(rng.integers(FEW)) :]:
        back = state.back(moves)
        state.place(moves, state.after(moves)[1])
        if _alike(state) <= most:
            return
        state.place(back, state.after(back)[1])


def _alike(state: State) -> int:
    return alike(state.words()[:, : state.steps.stop], state.steps)


def _profiled(state: State, board: Places, most: int, steps: int, rng: np.random.Generator) -> tuple[Closed, np.ndarray]:
    """(the board; pieces that lie elsewhere in a way too many in which all orbits keep to themselves, none where there is no such way)."""
    words = state.words()
    keys, known = Keys(words, most, rng, state.steps, state.next_side), state.assemblies
    keys.improve(IMPROVED)
    pairs, spent = state.mates(), 0
    for _ in range(CHANGES):
        sides = keys.sides()
        solved = ways(sides, board, len(pairs) + 1, most_steps=steps - spent)
        spent += solved.steps
        found = Closed(sides, *known, Count(solved.ways, solved.finished, spent, solved.found, solved.mates))
        extra = _extra(solved, pairs)
        if extra is None or spent >= steps:
            return found, np.zeros(0, int)
        orbit = np.abs(words).ravel()
        mixed = np.flatnonzero((extra >= 0) & (orbit != orbit[extra]))
        if not len(mixed):
            break
        keys.change(int(orbit[rng.choice(mixed)]) - 1)
    moved = min((np.flatnonzero(extra != p) for p in pairs), key=len)  # from the assembly that is nearest to this way
    return found, np.unique(moved // board.meets.shape[1])


def _extra(solved: Count, pairs: list[np.ndarray]) -> np.ndarray | None:
    """The pairing of a way that is none of the assemblies; a turned board has the same."""
    for mate in solved.mates:
        if not any(np.array_equal(mate, p) for p in pairs):
            return mate
    return None
