import numpy as np

from ._base import Matrix, PermutationView, pixel_grid


class Rotate90(PermutationView):
    """A quarter turn clockwise; (h, w) becomes (w, h)."""

    swaps_sides = True
    continues_with = ("rotate_180", "rotate_270")

    def indices(self, size_px: tuple[int, int], samples: int = 1) -> np.ndarray:
        return np.rot90(pixel_grid(size_px, samples), -1)

    def motion(self, size_mm: tuple[float, float]) -> Matrix:
        return (0, 1, -1, 0, size_mm[1], 0)
