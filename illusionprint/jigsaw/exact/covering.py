"""Three assemblies at once on a square board: places in fours that quarter turns of the board lead into each other, and pieces that stay in such fours.

The board is a covering of its quarter with four sheets: place (j, i) is place j of the quarter, turned i times with the whole board, and a port of (j, i) meets one of
(j', i + k), where k is how many quarter turns later the neighbour lies (Gross and Tucker, Topological Graph Theory (1987), 2.1: voltages). Sheets move by

    V = {0, 1, 2, 3},   v: i -> i xor v,   which is A v (see TURNED) behind a quarter turn of the board.

In assembly 1 piece (j, i) lies in place (j, i), in 2 in (P_j, i xor v_j), turned t_j, in 3 in (P_j, i xor v_j xor D_P). By P and t alone the sides of a quarter fall into
orbits, as with two pictures. A side of a piece and the side that it meets in assembly 2 meet in 3 again, but for a move by

    u = D_P xor A^-k D_P'    (0: they stay together),

so if all u along an orbit are 0 or one and the same, and the way once round it moves sheets by nothing else, the orbit's sides fall into two classes, each half of the sheets, or
four where u is 0; and a piece that has sides of two kinds u is told apart from the other three. That much is linear over two elements: v follows from the
orbits by elimination. The kinds u that D gives are fitted together in the quarter, by depth first search, as if they were colours of edges: that is P and t.

A field E of moves on the places of assembly 1, or of 2, changes the board to one that closes if at all joins E_j xor A^-k E_j' is 0 or u. Those
fields are counted by elimination too: but for the half turn of the whole board, E = 2, assembly 1 may have none and assembly 2 only D.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..geometry.board import Board
from .solve import places

TURNED = (0, 3, 2, 1)  # A: a quarter turn of the board after a move, as a move after the quarter turn
KEEPS = {0: (1, 2), 1: (2,), 2: (1,), 3: (3,)}  # masks of the bits of a sheet that a move by u leaves as they are
STEPS, HEAT = 3000, 0.7  # of the search for moves
NODES = 20_000  # of the search for places
Rows = dict[int, int]  # equations over two elements as bits of an integer, by their highest bit, which no other of them has


def turned(move: int, quarters: int) -> int:
    """A move of sheets as it is after so many quarter turns of the board."""
    return TURNED[move] if quarters % 2 else move


def _turned_mask(mask: int, quarters: int) -> int:
    """The mask whose parity with a move is that of `mask` with the turned move."""
    return (0, 1, 3, 2)[mask] if quarters % 2 else mask


def added(rows: Rows, row: int) -> bool:
    """Gauss and Jordan's elimination: takes up one more equation; whether it says anything new."""
    for high, known in rows.items():
        if row >> high & 1:
            row ^= known
    if not row:
        return False
    high = row.bit_length() - 1
    for other in rows:
        if rows[other] >> high & 1:
            rows[other] ^= row
    rows[high] = row
    return True


def solution(rows: Rows, unknowns: int, rng: np.random.Generator) -> int | None:
    """A random one, as bits 1, 2, ... of an integer; bit 0 of an equation is its right side. None where there is none."""
    if 0 in rows:
        return None
    out = sum(int(b) << n for n, b in enumerate(rng.integers(2, size=unknowns), 1) if n not in rows)
    return out | sum(((row & (out | 1)).bit_count() & 1) << high for high, row in rows.items())


class Quarter:
    """A quarter of a square board with an even number of rows: N places, four ports each.

    place: int (N,), as the board numbers them; turned: int (4, n), where quarter turns lead each place of the board. meets: int (N, 4), the port 4 j + p of the quarter that
    each port meets, -1 on the border, and later: how many quarter turns later that neighbour lies. joins: (j, p, j', p', later), each once. order: the border first.
    """

    def __init__(self, board: Board):
        self.board, form = board, board.open
        images = {k: to for to, k in places(form).images}
        self.turned = np.array([images[k] if k else np.arange(board.count) for k in range(4)])
        self.place = np.unique(self.turned.min(0))
        number = np.full(board.count, -1)
        number[self.place] = np.arange(len(self.place))
        of, quarters = number[self.turned.min(0)], np.argmax(self.turned[:, self.turned.min(0)] == np.arange(board.count), 0)
        there, port = np.divmod(form.ports[self.place], 4)
        self.border = form.ports[self.place] < 0
        self.meets = np.where(self.border, -1, 4 * of[there] + (port - quarters[there]) % 4)
        self.later = np.where(self.border, 0, quarters[there])
        ends = [(*divmod(a, 4), *divmod(b, 4), int(k)) for a, (b, k) in enumerate(zip(self.meets.ravel().tolist(), self.later.ravel())) if a <= b]
        self.joins, self.order = tuple(ends), self._ordered()

    def _ordered(self) -> list[int]:
        """The corner, the rest of the border and the middle: each next place has as many neighbours before it as can be."""
        near = [{m // 4 for m in row if m >= 0} for row in self.meets.tolist()]
        out = [int(self.border.sum(1).argmax())]
        while left := set(range(len(near))) - set(out):
            out.append(min(left, key=lambda j: (not self.border[j].any(), -len(near[j] & set(out)), j)))
        return out

    def kinds(self, moves: list[int]) -> np.ndarray:
        """int (N, 4): the kind u of each port if sheets are moved at each place, -1 on the border."""
        out = np.full(self.meets.shape, -1)
        for j, p, i, q, k in self.joins:
            out[i, q] = turned(moves[j], k) ^ moves[i]
            out[j, p] = turned(int(out[i, q]), k)
        return out

    def fields(self, kinds: np.ndarray) -> int:
        """How many independent fields of moves change a board of such kinds to one that closes."""
        rows: Rows = {}
        for j, _, i, q, k in self.joins:
            for mask in KEEPS[int(kinds[i, q])]:
                added(rows, _turned_mask(mask, k) << 2 * j ^ mask << 2 * i)
        return 2 * len(self.place) - len(rows)


def moves(quarter: Quarter, together: int, rng: np.random.Generator) -> list[int] | None:
    """D at each place: all but `together` joins part, the kinds tell the pieces of each four apart, and no other field closes; by annealing, None where that fails."""
    out = rng.integers(4, size=len(quarter.place)).tolist()
    cost = _wrong(quarter, out, together)
    for n in range(STEPS):
        if not cost:
            return out
        j = int(rng.integers(len(out)))
        before, out[j] = out[j], int(rng.integers(4))
        now = _wrong(quarter, out, together)
        if now <= cost or rng.random() < math.exp((cost - now) / (HEAT * (1 - n / STEPS))):
            cost = now
        else:
            out[j] = before
    return None


def _wrong(quarter: Quarter, moves: list[int], together: int) -> int:
    kinds = quarter.kinds(moves)
    stay = sum(int(kinds[j, p]) == 0 for j, p, *_ in quarter.joins)
    unclear = sum(0 not in row and len(set(row) - {-1}) < 2 for row in kinds.tolist())
    return 3 * (quarter.fields(kinds) - 2) + 2 * abs(stay - together) + 4 * unclear


@dataclass(frozen=True)
class Laid:
    """Where the pieces of a quarter lie in assembly 2: places int (N,), turns (N,), and the kinds (N, 4) of their own sides."""

    places: list[int]
    turns: list[int]
    kinds: np.ndarray


def laid(quarter: Quarter, kinds: np.ndarray, rng: np.random.Generator) -> Laid | None:
    """Pieces that have such kinds in assembly 2 so that in assembly 1 kinds meet their like too, by chance and depth first; None after NODES."""
    options = [(place, turn, tuple(int(kinds[place, (s + turn) % 4]) for s in range(4))) for place in range(len(kinds)) for turn in range(4)]
    plan, order = _plan(quarter, options, rng), quarter.order
    chosen: dict[int, tuple] = {}
    used: set[int] = set()

    def fitting(n: int) -> Iterator[tuple]:
        before, table = plan[n]
        return iter(table.get(tuple(turned(chosen[i][2][q], k) for i, q, k in before), ()))

    stack = [fitting(0)]
    for _ in range(NODES):
        j = order[len(stack) - 1]
        used.discard(chosen.pop(j, (-1,))[0])
        if (option := next((o for o in stack[-1] if o[0] not in used), None)) is None:
            stack.pop()
            if not stack:
                return None
            continue
        chosen[j] = option
        used.add(option[0])
        if len(chosen) == len(order):
            at, turns, words = zip(*(chosen[j] for j in range(len(order))))
            return Laid(list(at), list(turns), np.array(words))
        stack.append(fitting(len(stack)))
    return None


def _plan(quarter: Quarter, options: list[tuple], rng: np.random.Generator) -> list[tuple[list, dict]]:
    """For each place in order (the ports known before it, as (j, p, later); the options by the kinds that they need there), shuffled."""
    when, out = {j: n for n, j in enumerate(quarter.order)}, []
    for j in quarter.order:
        meets, later = quarter.meets[j].tolist(), quarter.later[j].tolist()
        own = [(p, m % 4, k) for p, (m, k) in enumerate(zip(meets, later)) if m // 4 == j]
        known = [p for p, m in enumerate(meets) if m >= 0 and when[m // 4] < when[j]]
        fit = [o for o in options if [w < 0 for w in o[2]] == [m < 0 for m in meets] and all(o[2][q] == turned(o[2][p], k) for p, q, k in own)]
        table: dict[tuple, list[tuple]] = {}
        for n in rng.permutation(len(fit)).tolist():
            table.setdefault(tuple(fit[n][2][p] for p in known), []).append(fit[n])
        out.append(([(*divmod(meets[p], 4), later[p]) for p in known], table))
    return out


def shifts(quarter: Quarter, found: Laid) -> Rows | None:
    """What v has to fulfil so that each orbit of the quarter keeps its classes: bits 2 j + 1 and 2 j + 2 are v_j. None where an orbit cannot."""
    rows: Rows = {}
    seen: set[int] = set()
    for start in np.flatnonzero(quarter.meets >= 0).tolist():
        if start in seen:
            continue
        sheet, quarters, orbit = _round(quarter, found, start)
        seen.update(orbit)
        if quarters % 2:
            return None
        for mask in KEEPS[int(found.kinds.ravel()[start])]:
            added(rows, sheet[0] * (mask & 1) ^ sheet[1] * (mask >> 1))
    return rows


def _round(quarter: Quarter, found: Laid, start: int) -> tuple[tuple[int, int], int, list[int]]:
    """Once round an orbit from a side on sheet 0: (the two bits of the sheet it comes back on, as equations; quarter turns; the sides)."""
    piece = {place: j for j, place in enumerate(found.places)}
    low, high, quarters, side = 0, 0, 0, start
    orbit: list[int] = []
    while side != start or not orbit:
        there, later = int(quarter.meets.ravel()[side]), int(quarter.later.ravel()[side])
        low, high, quarters = *_on(low, high, later), quarters + later
        orbit += [side, there]
        j, port = there // 4, (there + found.turns[there // 4]) % 4
        later, meets = int(quarter.later[found.places[j], port]), int(quarter.meets[found.places[j], port])
        then = piece[meets // 4]
        low, high = _on(low ^ 2 << 2 * j, high ^ 4 << 2 * j, later)
        low, high, quarters = low ^ 2 << 2 * then, high ^ 4 << 2 * then, quarters + later
        side = 4 * then + (meets - found.turns[then]) % 4
    return (low, high), quarters, orbit


def _on(low: int, high: int, quarters: int) -> tuple[int, int]:
    """The bits of i + quarters."""
    for _ in range(quarters % 4):
        low, high = low ^ 1, high ^ low
    return low, high


def assemblies(quarter: Quarter, found: Laid, shift: int, moves: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """slots, turns int (3, n): the three assemblies, pieces named by their place in the first. shift: a solution of `shifts`."""
    n = quarter.board.count
    slots, turns = np.tile(np.arange(n), (3, 1)), np.zeros((3, n), int)
    for j, (place, turn) in enumerate(zip(found.places, found.turns)):
        v = shift >> 2 * j + 1 & 3
        for i in range(4):
            here = quarter.turned[i, quarter.place[j]]
            for a, sheet in ((1, i ^ v), (2, i ^ v ^ moves[place])):
                slots[a, here], turns[a, here] = quarter.turned[sheet, quarter.place[place]], (turn + sheet - i) % 4
    return slots, turns
