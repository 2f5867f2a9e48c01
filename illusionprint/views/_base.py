from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from array_api_compat import array_namespace, device

from ..jigsaw import Arrangement
from ..jigsaw.arrangement import Matrix

Array = Any  # numpy or torch, ... c h w
Board = Arrangement  # what a view of pieces needs


class View(ABC):
    """An isometry of pictures."""

    needs_board = False

    @classmethod
    def build(cls, board: Board | None) -> View:
        """The view for a board; most views need none."""
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

    def motion(self, size_mm: tuple[float, float]) -> Matrix:
        """How the whole sheet moves, as an SVG matrix mm -> mm; views that move nothing, or pieces, keep the identity."""
        return (1, 0, 0, 1, 0, 0)


class PermutationView(View):
    """A view that moves whole pixels."""

    @abstractmethod
    def indices(self, size_px: tuple[int, int]) -> np.ndarray:
        """int (h', w'): flat index into the (h, w) picture of the pixel that is seen at each place. A bijection."""

    def source_size(self, size_px: tuple[int, int]) -> tuple[int, int]:
        """(h, w) of the picture of which this view shows (h', w')."""
        return self.indices(size_px).shape

    def __call__(self, x: Array) -> Array:
        """seen[p] = x[indices[p]]."""
        return _gather(x, self._index(tuple(x.shape[-2:]), False))

    def inverse(self, x: Array) -> Array:
        """x[indices[p]] = seen[p]."""
        return _gather(x, self._index(self.source_size(tuple(x.shape[-2:])), True))

    @functools.lru_cache(maxsize=8)
    def _index(self, size_px: tuple[int, int], inverse: bool) -> np.ndarray:
        index = self.indices(size_px)
        if not inverse:
            return index
        back = np.empty(index.size, np.int64)
        back[index.reshape(-1)] = np.arange(index.size)
        return back.reshape(size_px)


def _gather(x: Array, index: np.ndarray) -> Array:
    xp = array_namespace(x)
    flat = xp.reshape(x, (*x.shape[:-2], -1))
    at = xp.asarray(np.ascontiguousarray(index.reshape(-1)), device=device(x))
    return xp.reshape(xp.take(flat, at, axis=flat.ndim - 1), (*x.shape[:-2], *index.shape))


def grid(size_px: tuple[int, int]) -> np.ndarray:
    """int64 (h, w): flat index of every pixel."""
    return np.arange(size_px[0] * size_px[1]).reshape(size_px)
