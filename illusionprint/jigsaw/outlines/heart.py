"""A heart: plump, with a shallow notch, so that a picture has room in it."""

from ...path import Path


def heart() -> Path:
    """Right half from the notch to the tip, and its mirror image."""
    right = [((0.10, -0.10), (0.26, -0.20), (0.50, -0.20)), ((0.80, -0.20), (1.0, 0.02), (1.0, 0.34)), ((1.0, 0.86), (0.42, 1.22), (0.0, 1.62))]
    at, left = [(0.0, 0.0), *(s[-1] for s in right)], []
    for k in (2, 1, 0):
        c1, c2, _ = right[k]
        left.append(tuple((-x, y) for x, y in (c2, c1, at[k])))
    return Path((0.0, 0.0), (*right, *left), True)
