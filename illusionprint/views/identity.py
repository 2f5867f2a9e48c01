import numpy as np

from ._base import PermutationView, grid


class Identity(PermutationView):
    """seen(p) = x(p)."""

    def indices(self, size_px: tuple[int, int], samples: int = 1) -> np.ndarray:
        return grid(size_px, samples)
