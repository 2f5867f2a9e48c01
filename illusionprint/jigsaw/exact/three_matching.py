"""Boards that close in exactly three ways, chosen for three pictures: of the many that `covering` makes some on which the pictures conflict least.

A four of pieces (j, 0..3) goes to the four of places P_j in assemblies 2 and 3, turned t_j and moved by v_j and v_j xor D_P, so what a board costs is a sum over the fours,

    sum_j  c_j(v_j),       v within the solutions of `covering.shifts`,

c_j(v) what the four pieces cost in the three pairs of pictures. Boards of one P, t and D are a family. The best v of a family is found as a linear code is decoded, by its trellis:
four after four, of all beginnings that leave the same equations open only the cheapest is followed (Wolf, Efficient maximum likelihood decoding of linear block codes using a
trellis, IEEE Trans. IT 24 (1978)). Each family is tried with each picture as assembly 1, assemblies 2 and 3 turned as a whole, and seen in a mirror.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ...errors import BadValue
from ..geometry.board import Board
from . import covering, three
from .covering import Laid, Quarter, Rows
from .solve import places

BEAM = 4096  # beginnings that are followed
MOVES, PLACED = 300, 6  # searches for moves, ways to lay the pieces for each, at most
FAMILIES = 12000  # families times pieces
DECODED = 100  # ways to lie that are decoded
TRIES = 3  # boards of a family that do not close in exactly three ways one after the other, before it is given up
TOGETHER = 0.18  # share of the joins that stay together in pictures 2 and 3
ORDERS = ((0, 1, 2), (1, 0, 2), (2, 0, 1))  # assemblies 2 and 3 are alike
Progress = Callable[[int, int, str], None] | None
Assemblies = tuple[np.ndarray, np.ndarray]  # slots, turns int (3, n)


@dataclass(frozen=True, eq=False)
class Family:
    """Boards that differ in v: D at each place of the quarter, P and t, and the equations of v."""

    moves: list[int]
    laid: Laid
    rows: Rows


def together(quarter: Quarter) -> int:
    """How many joins of a quarter stay together in pictures 2 and 3; no more may in others.

    With fewer most boards close in other ways too: of a board of r rows they have r^2 / 2 bits of moves to bar, and there are r (r - 1) / 2 joins, that bar one bit or, of these, two.
    """
    return max(quarter.board.rows - 2, round(TOGETHER * len(quarter.joins)))


def families(quarter: Quarter, rng: np.random.Generator) -> Iterator[Family]:
    """By chance, each once."""
    seen = set()
    for _ in range(MOVES):
        if (moves := covering.moves(quarter, together(quarter), rng)) is None:
            continue
        kinds = quarter.kinds(moves)
        for _ in range(PLACED):
            if (laid := covering.laid(quarter, kinds, rng)) is None:
                break
            key = (*moves, *laid.places, *laid.turns)
            if key in seen or quarter.fields(laid.kinds) > 1 or (rows := covering.shifts(quarter, laid)) is None or 0 in rows:
                continue
            seen.add(key)
            yield Family(moves, laid, rows)


@dataclass(frozen=True, eq=False)
class _Lying:
    """A family, which picture is which assembly, whether in a mirror, how many quarter turns assemblies 2 and 3 are turned as a whole; what each four costs, (N, 4) by v."""

    family: int
    order: tuple[int, ...]
    mirrored: bool
    whole: tuple[int, int]
    cost: np.ndarray


class Boards:
    """Families of a square board, of which those are kept that close. Raises BadValue where none is found.

    costs float32 (3, 3, n, 4, n) of what follows: [a, b, j, k, i] what it costs that place i of picture a and place j of picture b, which is that turned k times, are one piece.
    """

    def __init__(self, board: Board, seed: int = 0, progress: Progress = None):
        if no := three.refused(board.rows, board.cols, three.ASSEMBLIES):
            raise BadValue(no)
        self.board, self.quarter, self.places = board, Quarter(board), places(board)
        self.mirror = np.arange(board.count).reshape(board.rows, board.cols)[:, ::-1].ravel()
        self.families: list[Family] = []
        self.wrong: Counter[int] = Counter()
        self.counted: dict[tuple[int, int], bool] = {}
        most = FAMILIES // board.count
        for family in itertools.islice(families(self.quarter, np.random.default_rng(seed)), most):
            self.families.append(family)
            if progress:
                progress(len(self.families), most, "designing the board")

    def best(self, costs: np.ndarray, count: int = 1) -> list[Assemblies]:
        """Some of least cost, as pictures lie in them, that close in exactly three ways if every orbit has a profile of its own. Raises BadValue where none does."""
        while lyings := self._decoded(costs):
            found = (self._assemblies(lying, shift) for lying, shift in lyings if self._closes(lying, shift))
            if out := list(itertools.islice(found, count)):
                return out
        n = self.board.rows
        raise BadValue(f"no board of {n}x{n} pieces was found that closes in exactly three ways; take another seed, or leave out --solutions exact.")

    def _decoded(self, costs: np.ndarray) -> list[tuple[_Lying, int]]:
        """Ways to lie with their best v, the cheapest first."""
        lying = sorted(self._lyings(costs), key=lambda v: float(v.cost.min(1).sum()))
        best = [(found, v) for v in lying[:DECODED] if (found := decoded(self.families[v.family].rows, v.cost))]
        return [(v, shift) for (_, shift), v in sorted(best, key=lambda b: b[0])]

    def _lyings(self, costs: np.ndarray) -> Iterator[_Lying]:
        for mirrored in (False, True):
            seen = costs[:, :, self.mirror][..., (0, 3, 2, 1), :][..., self.mirror] if mirrored else costs
            for order, (n, family) in itertools.product(ORDERS, enumerate(self.families)):
                if self.wrong[n] < TRIES:
                    fours = _fours(self.quarter, family, seen[np.ix_(order, order)])
                    yield from (_Lying(n, order, mirrored, (a, b), fours[a, b]) for a, b in itertools.product(range(4), repeat=2))

    def _closes(self, lying: _Lying, shift: int) -> bool:
        """Whether in exactly three ways, and with no more neighbours together than asked for; a family that fails TRIES times is given up."""
        if self.wrong[lying.family] >= TRIES:
            return False
        if (key := (lying.family, shift)) not in self.counted:
            family, most = self.families[lying.family], together(self.quarter) / len(self.quarter.joins)
            found = covering.assemblies(self.quarter, family.laid, shift, family.moves)
            self.counted[key] = three.kept(self.board, *found) <= most + 1e-9 and three.closes(self.board, *found, self.places)
        self.wrong[lying.family] = 0 if self.counted[key] else self.wrong[lying.family] + 1
        return self.counted[key]

    def _assemblies(self, lying: _Lying, shift: int) -> Assemblies:
        """In the order of the pictures."""
        family = self.families[lying.family]
        slots, turns = covering.assemblies(self.quarter, family.laid, shift, family.moves)
        for a, r in zip((1, 2), lying.whole):
            slots[a], turns[a] = self.quarter.turned[r][slots[a]], (turns[a] + r) % 4
        if lying.mirrored:
            slots, turns = self.mirror[slots[:, self.mirror]], -turns[:, self.mirror] % 4
        back = np.argsort(lying.order)
        return slots[back], turns[back]


def _fours(quarter: Quarter, family: Family, costs: np.ndarray) -> np.ndarray:
    """float (4, 4, N, 4): what each four costs by the turns of assemblies 2 and 3 as a whole, and v."""
    at, turn = np.array(family.laid.places), np.array(family.laid.turns)
    r, i, j, v = np.ogrid[:4, :4, : len(at), :4]
    one = quarter.turned[i, quarter.place[j]]

    def lies(sheet: np.ndarray) -> Assemblies:
        return quarter.turned[(sheet + r) % 4, quarter.place[at[j]]], (turn[j] + sheet - i + r) % 4

    (two, turn2), (three_, turn3) = lies(i ^ v), lies(i ^ v ^ np.array(family.moves)[at[j]])
    pair = costs[1, 2][three_, (turn3 - turn2[:, None]) % 4, two[:, None]]
    return costs[0, 1][two, turn2, one].sum(1)[:, None] + costs[0, 2][three_, turn3, one].sum(1) + pair.sum(2)


def decoded(rows: Rows, cost: np.ndarray) -> tuple[float, int] | None:
    """(cost, v) of the cheapest solution of `shifts`, as bits 1, 2, ...; cost (N, 4) of each v_j. None where there is none. Beyond BEAM beginnings nearly the cheapest."""
    if 0 in rows:
        return None
    equations = sorted(rows.values())
    column = [sum((row >> b & 1) << n for n, row in enumerate(equations)) for b in range(2 * len(cost) + 1)]
    last = [(row.bit_length() - 2) // 2 for row in equations]
    state, total, back = np.array([column[0]]), np.zeros(1), []
    for j, four in enumerate(cost):
        low, high = column[2 * j + 1], column[2 * j + 2]
        reached = (state[:, None] ^ np.array([0, low, high, low ^ high])).ravel()
        totals = (total[:, None] + four).ravel()
        done = sum(1 << n for n, end in enumerate(last) if end == j)
        ranked = np.argsort(totals, kind="stable")
        ranked = ranked[reached[ranked] & done == 0]
        kept = ranked[np.sort(np.unique(reached[ranked], return_index=True)[1])[:BEAM]]
        if not len(kept):
            return None
        state, total = reached[kept], totals[kept]
        back.append(kept)
    return float(total[0]), _walked(back)


def _walked(back: list[np.ndarray]) -> int:
    """The bits of v along the cheapest path."""
    out, at = 0, 0
    for j in reversed(range(len(back))):
        at, v = divmod(int(back[j][at]), 4)
        out |= v << 2 * j + 1
    return out
