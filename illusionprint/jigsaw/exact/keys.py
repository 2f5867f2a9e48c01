"""Which profile each orbit of a keyed board gets: few alike pieces, few places for a piece that two of its neighbours are known of.

A side's word is its orbit's profile, signed: +p the tab, -p the blank. What is minimised counts pairs of pieces, turned any way,

    ALIKE (pairs of alike pieces + pieces alike to themselves, turned) + sum over (a, b) of C(m_ab, 2),

m_ab how many corners, clockwise, lie between a side of word a and one of word b: the chance that a wrong piece fits where two sides are given.

Words are int (n, T), T the turns of the tiling; steps, up to T, are the turns at which a piece can fit. Rows of zeros are pieces with a shape of their own.
"""

import functools

import numpy as np

from ..geometry.congruence import QUARTERS, canonical

ALIKE = 1000


def twins(words: np.ndarray, steps: range = QUARTERS) -> np.ndarray:
    """int (m, 2): pairs of pieces that may change places unseen, and (i, i) for a piece that may be turned unseen."""
    rows = np.flatnonzero(words.any(1))
    _, kind, many = np.unique(canonical(words[rows], steps), axis=0, return_inverse=True, return_counts=True)
    kind = kind.ravel()
    of = [rows[kind == k] for k in np.flatnonzero(many > 1)]
    pairs = [(a, b) for ids in of for a, b in zip(ids[:-1], ids[1:])]
    return np.array(pairs + [(i, i) for i in rows[_round(words[rows], steps)]], int).reshape(-1, 2)


def alike(words: np.ndarray, steps: range = QUARTERS) -> int:
    """How many rows `twins` has."""
    words = words[words.any(1)]
    codes = words @ _places(2 * int(np.abs(words).max()) + 1, words.shape[1], steps)
    kind = np.sort(codes.min(1))
    return int((kind[1:] == kind[:-1]).sum() + (codes[:, 1:] == codes[:, :1]).any(1).sum())


@functools.lru_cache(maxsize=64)
def _places(base: int, sides: int, steps: range) -> np.ndarray:
    """int (T, k): what a side's word counts in the number that a piece is after each of the turns, base^((side + turn) mod T)."""
    return base ** (np.add.outer(np.arange(sides), np.array(steps)) % sides)


def _round(words: np.ndarray, steps: range) -> np.ndarray:
    """bool (n,): pieces that some turn leads into themselves."""
    return np.any([(words == np.roll(words, k, 1)).all(1) for k in steps[1:]], 0)


class Keys:
    """numbers int (k,): the signed profile of each orbit, whose sides are words of orbits int (n, P), as `OrbitState.words` gives them; those beyond T do not turn."""

    def __init__(self, words: np.ndarray, most: int, rng: np.random.Generator, steps: range = QUARTERS, beside: int = 1):
        """beside: from a side to the next, clockwise. Balanced: the largest orbits first, each to the profile that fewest sides have."""
        self.words, self.rng, self.count = words, rng, int(np.abs(words).max())
        self.steps, self.beside = steps, beside
        size = np.bincount(np.abs(words).ravel(), minlength=self.count + 1)[1:]
        self.most = min(most, self.count)
        load, number = np.zeros(self.most), np.zeros(self.count, int)
        for k in np.argsort(-size - rng.random(self.count), kind="stable"):
            number[k] = load.argmin()
            load[number[k]] += size[k]
        self.numbers = (rng.permutation(self.most)[number] + 1) * rng.choice([-1, 1], self.count)

    def sides(self) -> np.ndarray:
        """int (n, P): signed profile of each side."""
        return np.append(0, self.numbers)[np.abs(self.words)] * np.sign(self.words)

    def cost(self) -> int:
        """See the module."""
        w, base = self.sides()[:, : self.steps.stop], 2 * self.most + 1
        after = w[:, (np.arange(w.shape[1]) + self.beside) % w.shape[1]]
        pairs = np.bincount(((w + self.most) * base + after + self.most).ravel())
        return ALIKE * alike(w, self.steps) + int((pairs * (pairs - 1) // 2).sum())

    def improve(self, tries: int) -> None:
        """Descent: an orbit gets another profile or sign, or two change theirs; kept where that costs no more."""
        cost = self.cost()
        for _ in range(tries):
            before = self.numbers.copy()
            i, j = self.rng.integers(self.count, size=2)
            if self.rng.random() < 0.5:
                self.numbers[i] = self.another()
            else:
                self.numbers[[i, j]] = self.numbers[[j, i]]
            now = self.cost()
            if now > cost:
                self.numbers = before
            else:
                cost = now

    def another(self) -> int:
        return int(self.rng.integers(1, self.most + 1) * self.rng.choice([-1, 1]))

    def change(self, orbit: int, tries: int = 12) -> None:
        """Gives an orbit, from 0, the best of some other profiles."""
        old, found = self.numbers[orbit], []
        for number in {self.another() for _ in range(tries)} - {int(old)}:
            self.numbers[orbit] = number
            found.append((self.cost(), number))
        self.numbers[orbit] = min(found, default=(0, old))[1]
