from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from array_api_compat import array_namespace, device

from ..jigsaw import Arrangement
from ..jigsaw.assemblies.arrangement import Matrix

Array = Any  # numpy or torch, ... c h w


class View(ABC):
    """An isometry of pictures."""

    needs_board = False
    swaps_sides = False  # (h, w) becomes (w, h)
    continues_with: tuple[str, ...] = ()  # views of a third and a fourth picture, where the move goes on
    arrangement: Arrangement  # of a view of pieces
    assembly: int

    @classmethod
    def build(cls, arrangement: Arrangement | None, assembly: int = 1) -> View:
        """The view for a board and one of its assemblies; most views need none."""
        return cls()

    @abstractmethod
    def __call__(self, x: Array) -> Array:
        """Picture as this view shows it."""

    @abstractmethod
    def inverse(self, x: Array) -> Array:
        """Picture of which this view shows x."""

    def pieces(self, size_px: tuple[int, int]) -> np.ndarray:
        """int (h, w): which pixels move together; one piece unless a view says otherwise."""
        return np.zeros(size_px, np.int32)

    def indices(self, size_px: tuple[int, int], samples: int = 1) -> np.ndarray:
        """Where the pixels of a view that moves pixels come from; others have none."""
        raise NotImplementedError

    def whole_cells(self, size_px: tuple[int, int]) -> bool:
        """Whether a picture is made of whole square cells of a board, with no strip left over."""
        return False

    def shown_size(self, size_px: tuple[int, int]) -> tuple[int, int]:
        """(h, w) of what the view shows of a picture; the same function leads back."""
        return size_px[::-1] if self.swaps_sides else size_px

    def motion(self, size_mm: tuple[float, float]) -> Matrix:
        """How the whole sheet moves, as an SVG matrix mm -> mm; views that move nothing, or pieces, keep the identity."""
        return (1, 0, 0, 1, 0, 0)


class PermutationView(View):
    """A view that moves whole pixels."""

    @abstractmethod
    def indices(self, size_px: tuple[int, int], samples: int = 1) -> np.ndarray:
        """int (h', w'): flat index into the (h, w) picture of the pixel that is seen at each place. A bijection.

        samples: the same for a picture of that many samples a pixel and direction, in which whole pixels stay together.
        """

    def __call__(self, x: Array) -> Array:
        """seen[p] = x[indices[p]]."""
        return _gather(x, self.index(tuple(x.shape[-2:])))

    def inverse(self, x: Array) -> Array:
        """x[indices[p]] = seen[p]."""
        return _gather(x, self.index(self.shown_size(tuple(x.shape[-2:])), inverse=True))

    def index(self, size_px: tuple[int, int], samples: int = 1, inverse: bool = False) -> np.ndarray:
        """`indices` of a picture, or those that undo them; the last few are kept."""
        return _index(self, size_px, samples, inverse)


@functools.lru_cache(maxsize=4)
def _index(view: PermutationView, size_px: tuple[int, int], samples: int, inverse: bool) -> np.ndarray:
    index = view.indices(size_px, samples)
    if not inverse:
        return index
    back = np.empty(index.size, np.int64)
    back[index.reshape(-1)] = np.arange(index.size)
    return back.reshape(size_px[0] * samples, size_px[1] * samples)


def _gather(x: Array, index: np.ndarray) -> Array:
    xp = array_namespace(x)
    flat = xp.reshape(x, (*x.shape[:-2], -1))
    at = xp.asarray(np.ascontiguousarray(index.reshape(-1)), device=device(x))
    return xp.reshape(xp.take(flat, at, axis=flat.ndim - 1), (*x.shape[:-2], *index.shape))


def pixel_grid(size_px: tuple[int, int], samples: int = 1) -> np.ndarray:
    """int64 (h, w): flat index of every pixel, or of every sample."""
    h, w = (n * samples for n in size_px)
    return np.arange(h * w).reshape(h, w)
