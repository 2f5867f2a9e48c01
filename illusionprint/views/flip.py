import numpy as np

from ._base import Matrix, PermutationView, pixel_grid


class Flip(PermutationView):
    """Upside down in a mirror: rows reversed."""

    def indices(self, size_px: tuple[int, int], samples: int = 1) -> np.ndarray:
        return pixel_grid(size_px, samples)[::-1]

    def motion(self, size_mm: tuple[float, float]) -> Matrix:
        return (1, 0, 0, -1, 0, size_mm[1])
