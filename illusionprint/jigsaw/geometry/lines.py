"""Lines of a board in mm: outlines of its pieces, its border and its cut lines, joined from its edges."""

import functools

from ...errors import BadValue
from ...path import Path
from .edges import Edge


def around(edges: list[Edge], count: int) -> list[list[Path]]:
    """Of each of `count` pieces the edges, as one walks them clockwise round it, in the order of the edges."""
    found: list[list[Path]] = [[] for _ in range(count)]
    for e in edges:
        found[e.piece].append(e.path)
        if e.other >= 0:
            found[e.other].append(e.path.reversed())
    return found


def chained(parts: list[Path], what: str) -> Path:
    """Directed paths as one closed path. Raises BadValue where they are not one loop."""
    after: dict[tuple, list[Path]] = {}
    for p in parts[1:]:
        after.setdefault(p.start, []).append(p)
    out = parts[0]
    while out.end != out.start and after.get(out.end):
        out = out.joined(after[out.end].pop())
    if out.end != out.start or any(after.values()):
        raise BadValue(f"the outline leaves {what} in two parts or with a hole; take another grid or a smoother outline.")
    return Path(out.start, out.segments, True)


def runs(paths: list[Path]) -> list[Path]:
    """Paths joined where one begins or ends at another's end."""
    left = dict(enumerate(paths))
    ends: dict[tuple, list[int]] = {}
    for n, p in left.items():
        for at in (p.start, p.end):
            ends.setdefault(at, []).append(n)
    out = []
    while left:
        run = left.pop(min(left))
        while free := [n for n in ends[run.end] if n in left]:
            other = left.pop(free[0])
            run = run.joined(other if other.start == run.end else other.reversed())
        out.append(run)
    return out


def of_grid(edges: list[Edge], cols: int) -> list[Path]:
    """Edges between the squares of a grid as one path a row line from left to right, then one a column line from top to bottom."""
    rows: dict[int, list[Path]] = {}
    columns: dict[int, list[Path]] = {}
    for e in edges:
        if e.other == e.piece + 1:
            columns.setdefault(e.piece % cols, []).append(e.path)
        else:
            rows.setdefault(e.piece // cols, []).append(e.path.reversed())
    return [functools.reduce(Path.joined, run) for line in (rows, columns) for _, run in sorted(line.items())]
