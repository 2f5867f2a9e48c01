"""Outlines: lines and cubic Beziers in mm, drawn with a pen (the idea of fontTools' pens).

Convention: mm, origin top left, y down. A pen has `move(p)`, `line(p)`, `cubic(c1, c2, p)`, `close()`; points are (x, y).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

Point = tuple[float, float]


class Pen(Protocol):
    def move(self, p: Point) -> None: ...
    def line(self, p: Point) -> None: ...
    def cubic(self, c1: Point, c2: Point, p: Point) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True)
class Path:
    """start, then segments: (p,) is a line to p, (c1, c2, p) a cubic; `closed` joins the last point to the start."""

    start: Point
    segments: tuple[tuple[Point, ...], ...]
    closed: bool = False

    @property
    def end(self) -> Point:
        return self.segments[-1][-1] if self.segments else self.start

    def draw(self, pen: Pen) -> None:
        pen.move(self.start)
        for segment in self.segments:
            (pen.cubic if len(segment) == 3 else pen.line)(*segment)
        if self.closed:
            pen.close()

    def transformed(self, a: float, b: float, c: float, d: float, e: float, f: float) -> Path:
        """SVG matrix: x' = a x + c y + e, y' = b x + d y + f."""

        def at(p: Point) -> Point:
            return (a * p[0] + c * p[1] + e, b * p[0] + d * p[1] + f)

        return Path(at(self.start), tuple(tuple(at(p) for p in s) for s in self.segments), self.closed)

    def reversed(self) -> Path:
        """The same curve walked backwards."""
        at = [self.start, *(s[-1] for s in self.segments)]
        back = [tuple(reversed(s[:-1])) + (at[i],) for i, s in enumerate(self.segments)]
        return Path(self.end, tuple(reversed(back)), self.closed)

    def joined(self, other: Path) -> Path:
        """This path, then another that starts where it ends."""
        return Path(self.start, self.segments + other.segments)

    def flatten(self, tolerance_mm: float = 0.01) -> np.ndarray:
        """Points (n, 2) of a polyline that is nowhere further than the tolerance from the curve."""
        out, at = [np.array([self.start])], self.start
        for s in self.segments:
            out.append(np.array(s) if len(s) == 1 else flatten_cubic(np.array([at, *s]), tolerance_mm))
            at = s[-1]
        return np.concatenate(out)

    @property
    def d(self) -> str:
        """SVG path data, three decimals (1 um)."""
        pen = SvgPen()
        self.draw(pen)
        return " ".join(pen.out)


def flatten_cubic(p: np.ndarray, tolerance: float) -> np.ndarray:
    """Uniform split into n: |error| <= (1/8) (1/n)^2 max|B''| and max|B''| <= 6 max|p_i - 2 p_(i+1) + p_(i+2)| (Wang's bound),
    hence n = sqrt(0.75 max|...| / tolerance). Walked from its lesser end, so that both neighbours of an edge get the same points.
    """
    if p.tolist() > p[::-1].tolist():
        return np.concatenate([flatten_cubic(p[::-1], tolerance)[-2::-1], p[3:]])
    bend = max(np.hypot(*(p[i] - 2 * p[i + 1] + p[i + 2])) for i in (0, 1))
    n = max(1, math.ceil(math.sqrt(0.75 * bend / tolerance)))
    t = np.arange(1, n + 1)[:, None] / n
    q = (1 - t) ** 3 * p[0] + 3 * (1 - t) ** 2 * t * p[1] + 3 * (1 - t) * t**2 * p[2] + t**3 * p[3]
    q[-1] = p[3]
    return q


class SvgPen:
    """Collects SVG path data."""

    def __init__(self) -> None:
        self.out: list[str] = []

    def move(self, p: Point) -> None:
        self.out.append("M" + _xy(p))

    def line(self, p: Point) -> None:
        self.out.append("L" + _xy(p))

    def cubic(self, c1: Point, c2: Point, p: Point) -> None:
        self.out.append(f"C{_xy(c1)} {_xy(c2)} {_xy(p)}")

    def close(self) -> None:
        self.out.append("Z")


def _xy(p: Point) -> str:
    return ",".join(f"{round(v, 3) + 0.0:.3f}".rstrip("0").rstrip(".") for v in p)


def rectangle(x: float, y: float, w: float, h: float) -> Path:
    return Path((x, y), (((x + w, y),), ((x + w, y + h),), ((x, y + h),)), True)


def line(x0: float, y0: float, x1: float, y1: float) -> Path:
    return Path((x0, y0), (((x1, y1),),))
