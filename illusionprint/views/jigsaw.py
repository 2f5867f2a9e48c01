from __future__ import annotations

import numpy as np

from ..errors import BadValue
from ..jigsaw import Arrangement, labels_at, map_at, put_together
from ._base import Array, PermutationView

LARGE_PX = 4_000_000


class Jigsaw(PermutationView):
    """The pieces of a board, put together as in another assembly: a permutation of pixels, those outside the board and of strips left over kept.
    Pieces that are no squares turn by other angles, and pixels are then off by about one: see `jigsaw.pixels.rotation`.
    """

    needs_board = True
    continues_with = ("jigsaw", "jigsaw")

    def __init__(self, arrangement: Arrangement, assembly: int = 1):
        self.arrangement, self.assembly = arrangement, assembly

    @classmethod
    def build(cls, arrangement: Arrangement | None, assembly: int = 1) -> Jigsaw:
        if arrangement is None:
            raise BadValue("the view 'jigsaw' needs a board: --grid ROWSxCOLUMNS.")
        return cls(arrangement, assembly)

    def __call__(self, x: Array) -> Array:
        """Large pictures piece by piece: the map of their pixels would take 8 bytes for each."""
        size = tuple(x.shape[-2:])
        if x.ndim != 3 or not isinstance(x, np.ndarray) or size[0] * size[1] < LARGE_PX or not self.whole_cells(size):
            return super().__call__(x)
        out = np.empty((*size, len(x)), x.dtype)  # as pictures are laid out, so that `apply_view` need not copy it
        for k, channel in enumerate(x):
            out[..., k] = put_together(channel, self.arrangement, self.assembly, self.arrangement.board.px_of(size))
        return np.moveaxis(out, -1, 0)

    def indices(self, size_px: tuple[int, int], samples: int = 1) -> np.ndarray:
        return map_at(self.arrangement, self.assembly, size_px, samples)

    def pieces(self, size_px: tuple[int, int]) -> np.ndarray:
        return labels_at(self.arrangement.board, size_px)

    def whole_cells(self, size_px: tuple[int, int]) -> bool:
        cut = self.arrangement.board
        return cut.on_grid and size_px == cut.size_px(cut.px_of(size_px))
