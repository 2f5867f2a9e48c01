"""A star of five points, plump, so that whole pieces fit into it."""

import math

from ...path import Path


def star() -> Path:
    """Inner corners at 0.55 of the outer ones' distance from the middle."""
    points = [(r * math.sin(k * math.pi / 5), -r * math.cos(k * math.pi / 5)) for k, r in enumerate((1, 0.55) * 5)]
    return Path(points[0], tuple((p,) for p in points[1:]), True)
