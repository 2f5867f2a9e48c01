"""How many ways a set of pieces can be put together: exact, by depth-first search, slot by slot.

A piece is a word of four signed numbers, one a side, clockwise from the top: 0 on the border, +p for the tab of profile p, -p for its
blank. Sides that meet add to zero. Ways that differ by a turn of the whole board count once.
"""
from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Count:
    """ways: how many were found; finished: whether there are no others; steps of the search; one row (slots, turns) a way."""

    ways: int
    finished: bool
    steps: int
    found: tuple[tuple[np.ndarray, np.ndarray], ...] = ()


def count(words: np.ndarray, rows: int, cols: int, most: int = 1000, seconds: float = 600.0, most_steps: int = 2**62) -> Count:
    """Ways to fill rows x cols slots with pieces int (n, 4). Stops at `most` ways, after `most_steps` or `seconds`, and says so.

    Up to a turn of the board one corner piece may be kept in the top left corner; where rows and columns differ a quarter turn is none of
    the board's, so the transposed board (columns x rows) is searched too.
    """
    first = int(np.flatnonzero((words == 0).sum(1) == 2)[0])
    found, steps, finished = [], 0, True
    deadline = time.monotonic() + seconds
    for r, c in dict.fromkeys(((rows, cols), (cols, rows))):
        if len(found) >= most:
            return Count(len(found), False, steps, tuple(found))
        ways, walked, done = _search(words, r, c, first, most - len(found), deadline, most_steps - steps)
        found += [w if (r, c) == (rows, cols) else _turned_back(w, rows, cols) for w in ways]
        steps, finished = steps + walked, finished and done
    return Count(len(found), finished, steps, tuple(found))


def _table(words: np.ndarray) -> dict[tuple[int, int, bool, bool], list[tuple[int, int, int, int]]]:
    """(left, top, right is border, bottom is border) -> pieces that show these: (piece, turns, right, bottom)."""
    out = defaultdict(list)
    for i, word in enumerate(words.tolist()):
        for k in range(4):
            top, right, bottom, left = (word[(s - k) % 4] for s in range(4))
            out[left, top, right == 0, bottom == 0].append((i, k, right, bottom))
    return out


def in_shells(rows: int, cols: int) -> list[int]:
    """Slots so that a square grows from the top left corner: every one comes after those at its left and above it, and after a piece of the
    border come at once the inner ones that it must agree with, so that wrong branches die early."""
    out = []
    for k in range(max(rows, cols)):
        out += [r * cols + k for r in range(min(k, rows)) if k < cols]
        out += [k * cols + c for c in range(min(k + 1, cols)) if k < rows]
    return out


def _search(words: np.ndarray, rows: int, cols: int, first: int, most: int, deadline: float, most_steps: int) -> tuple[list, int, bool]:
    """(ways, steps, whether the search came to its end). `first` stands in the first slot."""
    table, n, order = _table(words), rows * cols, in_shells(rows, cols)
    edges = [(slot % cols == cols - 1, slot // cols == rows - 1) for slot in range(n)]
    start = [c for c in table.get((0, 0, *edges[0]), ()) if c[0] == first]
    used, right, bottom = [False] * len(words), [0] * n, [0] * n
    placed: list[tuple[int, int, int, int] | None] = [None] * n
    stack, steps, ways = [iter(start)], 0, []
    while stack:
        slot = order[len(stack) - 1]
        if placed[slot] is not None:
            used[placed[slot][0]] = False
            placed[slot] = None
        for choice in stack[-1]:
            if not used[choice[0]]:
                break
        else:
            stack.pop()
            continue
        steps += 1
        if steps >= most_steps or steps % 65536 == 0 and time.monotonic() > deadline:
            return ways, steps, False
        placed[slot], used[choice[0]] = choice, True
        right[slot], bottom[slot] = choice[2], choice[3]
        if len(stack) == n:
            ways.append(_way(placed))
            if len(ways) >= most:
                return ways, steps, False
            continue
        slot = order[len(stack)]
        left = -right[slot - 1] if slot % cols else 0
        top = -bottom[slot - cols] if slot >= cols else 0
        stack.append(iter(table.get((left, top, *edges[slot]), ())))
    return ways, steps, True


def _way(placed: list) -> tuple[np.ndarray, np.ndarray]:
    """(slots, turns) of each piece."""
    piece, turns = np.array([p[:2] for p in placed]).T
    order = np.argsort(piece)
    return order, turns[order]


def _turned_back(way: tuple[np.ndarray, np.ndarray], rows: int, cols: int) -> tuple[np.ndarray, np.ndarray]:
    """A way on the transposed board (cols x rows slots) as it lies after a clockwise quarter turn of that board, on rows x cols slots."""
    slots, turns = way
    r, c = np.divmod(slots, rows)
    return c * cols + (cols - 1 - r), (turns + 1) % 4
