"""Where every piece lies in every assembly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import BadValue
from ..geometry.board import Board, Matrix
from ..geometry.ports import shown
from .orbits import mates, pairing


@dataclass(frozen=True)
class Arrangement:
    """slots, turns: int (assemblies, n). Piece i lies in slot slots[a, i], turned turns[a, i] times clockwise by 1 / board.turns of a full turn.

    Assembly 0 is the identity. figures: what the designer says of a keyed board, for arrangement.json. Raises BadValue unless every
    assembly is a bijection in which all sides fit.
    """

    board: Board
    slots: np.ndarray
    turns: np.ndarray
    figures: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        n = self.board.count
        for a, (slot, turns) in enumerate(zip(self.slots, self.turns), 1):
            if sorted(slot.tolist()) != list(range(n)):
                raise BadValue(f"assembly {a} does not put one piece into each of {n} slots.")
            wrong = self._unfit(slot, turns)
            if len(wrong):
                raise BadValue(f"in assembly {a} piece {self.board.piece(int(wrong[0])).id} does not fit its slot.")

    def _unfit(self, slot: np.ndarray, turns: np.ndarray) -> np.ndarray:
        """Pieces that lie where the place is not as it was for the piece that lay there in assembly 1, or of which a connector does not meet its counterpart."""
        board = self.board
        form = (board.open if board.keys else board).words
        turned = np.take_along_axis(form, (np.arange(board.turns) - turns[:, None]) % board.turns, 1)
        wrong = (turned != form[slot]).any(1) | ~np.isin(turns % board.turns, board.steps)
        if board.keys:
            keys, mate = shown(board.key_table, board.rimmed), pairing(board, slot, turns)
            off = (np.where(mate >= 0, keys[mate], 0) != -keys).reshape(len(board.rimmed), -1)
            wrong |= off[: board.count].any(1)
        return np.flatnonzero(wrong)

    @classmethod
    def of_assemblies(cls, board: Board, slots: np.ndarray, turns: np.ndarray) -> Arrangement:
        """Of assemblies int (k, n) of pieces in any order, as they lie: each piece is named by its place in the first, its turns are counted from there."""
        home = np.argsort(slots[0])
        return cls(board, slots[:, home], (turns - turns[0])[:, home] % board.turns)

    @property
    def assemblies(self) -> int:
        return len(self.slots)

    def moves(self, piece: int) -> list[Matrix]:
        """One SVG matrix an assembly, mm -> mm: a turn about the home cell's centre, then to the slot's centre.

        x' = R (x - home) + slot.
        """
        return [self.board.motion(piece, int(s), int(k)) for s, k in zip(self.slots[:, piece], self.turns[:, piece])]

    def kept_neighbours(self, assembly: int = 1) -> float:
        """Share of the neighbour pairs of assembly 1 that lie side by side, turned alike, in another assembly."""
        first, then = (mates(self.board, self.slots[k], self.turns[k]) for k in (0, assembly))
        return float((first == then)[first >= 0].mean())


def random_arrangement(board: Board, rng: np.random.Generator, assemblies: int = 2) -> Arrangement:
    """A uniformly random shuffle within the classes for each assembly after the first, with a random turn among those that fit."""
    n = board.count
    slots, turns = zip((np.arange(n), np.zeros(n, int)), *(_shuffle(board, rng) for _ in range(assemblies - 1)))
    return Arrangement(board, np.stack(slots), np.stack(turns))


def _shuffle(board: Board, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    n = board.count
    slot, turns = np.arange(n), np.zeros(n, int)
    for ids in board.members:
        slot[ids] = rng.permutation(ids)
    for i in range(n):
        turns[i] = rng.choice(np.flatnonzero(board.fits[:, i, slot[i]]))
    return slot, turns
