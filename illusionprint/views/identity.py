import numpy as np

from ._base import PermutationView, pixel_grid


class Identity(PermutationView):
    """seen(p) = x(p)."""

    def indices(self, size_px: tuple[int, int], samples: int = 1) -> np.ndarray:
        return pixel_grid(size_px, samples)
