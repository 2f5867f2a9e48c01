"""How many ways a set of pieces can be put together: exact, by depth-first search, place by place.

A piece is a word of signed numbers, one a side: 0 on the border, +p for the tab of profile p, -p for its blank. Sides that meet add to zero.
Ways that differ by a turn of the whole board count once: in them the same sides meet.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..assemblies.orbits import shown
from ..geometry.board import Board
from ..geometry.build import squares

Option = tuple[int, int, tuple[int, ...]]  # piece, turn, what it shows at each port of the place
NOTHING: Option = (-1, 0, ())
Takes = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True, eq=False)
class Places:
    """The places of a board and what their shape takes; P ports each.

    meets: int (n, P), the port P j + p of another place that each port meets, -1 for none. group: int (n,), places of one group take the same:
    takes[group] has pieces int (m,), turns (m,), and which side of the piece lies at each port, (m, P). images: turns of the whole board, as
    (place that each place is turned to, number of turns); those that are left out cost time only.
    """

    meets: np.ndarray
    group: np.ndarray
    takes: tuple[Takes, ...]
    images: tuple[tuple[np.ndarray, int], ...] = ()
    turns: int = 4


@dataclass(frozen=True)
class Count:
    """ways: how many were found; finished: whether there are no others; steps of the search; one row (slots, turns) a way; the sides that meet in it."""

    ways: int
    finished: bool
    steps: int
    found: tuple[tuple[np.ndarray, np.ndarray], ...] = ()
    mates: tuple[np.ndarray, ...] = ()


def count(words: np.ndarray, rows: int, cols: int, most: int = 1000, seconds: float = 600.0, most_steps: int = 2**62) -> Count:
    """Ways to fill rows x cols squares with pieces int (n, 4): `ways` where a side is straight on the border and only there."""
    turned = np.stack([np.roll(words, k, 1) for k in range(4)]) == 0
    ports = squares(rows, cols, 1000).ports
    border, group = np.unique(ports < 0, axis=0, return_inverse=True)
    where = [np.nonzero((turned == b).all(-1)) for b in border]
    grid = np.arange(rows * cols).reshape(rows, cols)
    images = [(np.argsort(np.rot90(grid, -k).ravel()), k) for k in (range(4) if rows == cols else (0, 2))]
    return ways(words, Places(ports, group.ravel(), tuple((i, k, shown(4, 4)[k]) for k, i in where), tuple(images)), most, seconds, most_steps)


def places(board: Board) -> Places:
    """Those of a board of any tiling, by the shapes that its pieces have without connectors."""
    form = board.open
    group, first = _alike(form.fits)
    where = [np.nonzero(form.fits[:, :, j]) for j in first]
    rows = shown(board.turns, board.ports.shape[1])
    return Places(board.ports, group, tuple((i, k, rows[k]) for k, i in where), tuple(_images(board)), board.turns)


def bare_twins(board: Board) -> np.ndarray:
    """int (k,): pieces without connectors that have the shape of another one, so that no choice of connectors tells them apart: cut by an outline on all sides."""
    form = board.open
    bare = np.flatnonzero((form.ports < 0).all(1))
    return bare[form.fits[:, bare][:, :, bare].any(0).sum(1) > 1]


def _alike(fits: np.ndarray) -> tuple[np.ndarray, list[int]]:
    """(group of each place, one place of each group): places that take the same pieces at the same turns."""
    _, first, group = np.unique(np.packbits(fits.reshape(-1, fits.shape[-1]), axis=0), axis=1, return_index=True, return_inverse=True)
    return group.ravel(), first.tolist()


def _images(board: Board) -> list[tuple[np.ndarray, int]]:
    """Turns of the board about its middle that lead each place to a place that takes the same pieces, turned on."""
    at, out = board.centres_mm - np.divide(board.size_mm, 2), []
    for k in range(board.turns):
        a = 2 * np.pi * k / board.turns
        goal = at @ np.array([(np.cos(a), np.sin(a)), (-np.sin(a), np.cos(a))])
        away = np.abs(goal[:, None] - at).max(-1)
        to = away.argmin(1)
        if away.min(1).max() < 0.01 and board.open.fits[k, np.arange(board.count), to].all():
            out.append((to, k))
    return out


def in_shells(meets: np.ndarray, start: int) -> list[int]:
    """Places so that each has as many neighbours before it as can be, the nearest to the start first: after a piece of the border come at
    once the inner ones that it must agree with, so that wrong branches die early."""
    n, ports = meets.shape
    near = [sorted({m // ports for m in row if m >= 0}) for row in meets.tolist()]
    far = {j: n for j in range(n)} | {start: 0}
    for ring in (queue := [start]):
        new = [j for j in near[ring] if far[j] == n]
        far.update(dict.fromkeys(new, far[ring] + 1))
        queue += new
    known, left = [0] * n, {start}
    done: dict[int, bool] = {}
    while len(done) < n:
        at = min(left or set(range(n)) - done.keys(), key=lambda j: (-known[j], far[j], j))
        left.discard(at)
        done[at] = True
        for j in near[at]:
            known[j] += 1
        left |= set(near[at]) - done.keys()
    return list(done)


def ways(words: np.ndarray, board: Places, most: int = 1000, seconds: float = 600.0, most_steps: int = 2**62) -> Count:
    """Ways to fill the places with pieces int (n, P). Stops at `most` ways, after `most_steps` or `seconds`, and says so."""
    found: dict[bytes, tuple] = {}
    steps, finished, tables = 0, True, _Tables(words, board)
    deadline = time.monotonic() + seconds
    for slot, first in _starts(board, tables):
        if len(found) >= most:
            finished = False
            break
        walked, done = _search(tables, slot, first, most, found, deadline, most_steps - steps)
        steps, finished = steps + walked, finished and done
    return Count(len(found), finished, steps, tuple((s, t) for s, t, _ in found.values()), tuple(m for *_, m in found.values()))


def _starts(board: Places, tables: _Tables) -> list[tuple[int, Option]]:
    """Where one piece may lie, up to a turn of the board: a piece for which there are fewest ways."""
    many = np.zeros(len(board.group), int)
    sizes = np.bincount(board.group)
    for g, (piece, *_) in enumerate(board.takes):
        np.add.at(many, piece, sizes[g])
    first, done, out = int(many.argmin()), set(), []
    for slot in range(len(board.group)):
        for option in tables.of(slot, ()).get((), ()):
            if option[0] == first and (slot, option[1]) not in done:
                out.append((slot, option))
                done |= {(int(to[slot]), (option[1] + k) % board.turns) for to, k in board.images}
    return out


class _Tables:
    """Of each group and each choice of ports: what it shows there -> the options that show it."""

    def __init__(self, words: np.ndarray, board: Places):
        self.words, self.board = words, board
        self.known: dict[tuple[int, tuple[int, ...]], dict[tuple[int, ...], list[Option]]] = {}

    def of(self, slot: int, ports: Sequence[int]) -> dict[tuple[int, ...], list[Option]]:
        key = int(self.board.group[slot]), tuple(ports)
        if key not in self.known:
            piece, turn, sides = self.board.takes[key[0]]
            labels = self.words[piece[:, None], sides].tolist()
            out = defaultdict(list)
            for i, k, label in zip(piece.tolist(), turn.tolist(), labels):
                out[tuple(label[p] for p in ports)].append((i, k, tuple(label)))
            self.known[key] = out
        return self.known[key]


def _plan(tables: _Tables, slot: int) -> list[tuple[int, list[tuple[int, int]], dict]]:
    """(place, (place before it, its port) at each known port, table) in the order of the search."""
    ports = tables.board.meets.shape[1]
    order = in_shells(tables.board.meets, slot)
    when, out = {s: n for n, s in enumerate(order)}, []
    for s in order:
        row = tables.board.meets[s].tolist()
        known = [p for p, m in enumerate(row) if m >= 0 and when[m // ports] < when[s]]
        out.append((s, [divmod(row[p], ports) for p in known], tables.of(s, known)))
    return out


def _search(tables: _Tables, slot: int, first: Option, most: int, found: dict, deadline: float, most_steps: int) -> tuple[int, bool]:
    """(steps, whether the search came to its end), with an option in the first place; ways go to `found`."""
    plan, n = _plan(tables, slot), len(tables.words)
    used, placed = [False] * n, [NOTHING] * n
    shows: list[tuple[int, ...]] = [()] * n
    stack, steps = [iter([first])], 0
    while stack:
        at = len(stack) - 1
        if placed[at] is not NOTHING:
            used[placed[at][0]] = False
            placed[at] = NOTHING
        for choice in stack[-1]:
            if not used[choice[0]]:
                break
        else:
            stack.pop()
            continue
        steps += 1
        if steps >= most_steps or steps % 65536 == 0 and time.monotonic() > deadline:
            return steps, False
        placed[at], used[choice[0]] = choice, True
        shows[plan[at][0]] = choice[2]
        if at + 1 == n:
            _keep(tables, plan, placed, found)
            if len(found) >= most:
                return steps, False
            continue
        _, known, table = plan[at + 1]
        stack.append(iter(table.get(tuple([-shows[s][p] for s, p in known]), ())))
    return steps, True


def _keep(tables: _Tables, plan: list, placed: list[Option], found: dict) -> None:
    """A way, unless one is there in which the same sides meet."""
    board, n = tables.board, len(placed)
    slots, turns, sides = np.empty(n, int), np.empty(n, int), np.empty_like(board.meets)
    for (slot, *_), (piece, turn, _) in zip(plan, placed):
        takes = board.takes[board.group[slot]]
        at = np.flatnonzero((takes[0] == piece) & (takes[1] == turn))[0]
        slots[piece], turns[piece], sides[slot] = slot, turn, board.meets.shape[1] * piece + takes[2][at]
    meets, mate = board.meets.ravel(), np.full(board.meets.size, -1)
    mate[sides.ravel()] = np.where(meets >= 0, sides.ravel()[meets], -1)
    found.setdefault(mate.tobytes(), (slots, turns, mate))
