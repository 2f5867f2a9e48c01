import numpy as np

from ._base import Matrix, PermutationView, pixel_grid


class Rotate180(PermutationView):
    """A half turn."""

    def indices(self, size_px: tuple[int, int], samples: int = 1) -> np.ndarray:
        return pixel_grid(size_px, samples)[::-1, ::-1]

    def motion(self, size_mm: tuple[float, float]) -> Matrix:
        return (-1, 0, 0, -1, *size_mm)
