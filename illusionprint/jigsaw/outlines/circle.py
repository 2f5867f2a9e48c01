"""A circle as four cubics."""

import math

from ...path import Path


def circle() -> Path:
    """Handles of (4/3) tan(pi/8) radii: within 0.03 % of the circle."""
    k, segments, (x, y) = 4 / 3 * math.tan(math.pi / 8), [], (0.0, -1.0)
    for _ in range(4):
        nx, ny = -y, x
        segments.append(((x + k * nx, y + k * ny), (nx + k * x, ny + k * y), (nx, ny)))
        x, y = nx, ny
    return Path((0.0, -1.0), tuple(segments), True)
