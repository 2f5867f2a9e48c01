from __future__ import annotations

import numpy as np

from ..errors import BadValue
from ..jigsaw import labels, pixel_map
from ._base import Board, PermutationView, grid


class Jigsaw(PermutationView):
    """The pieces of a board, put together as in another assembly.

    Pictures whose sides are no whole number of cells keep a strip at the right and the bottom where it is: still a permutation.
    """

    needs_board = True
    then = ("jigsaw", "jigsaw")

    def __init__(self, board: Board, assembly: int = 1):
        self.board, self.assembly = board, assembly

    @classmethod
    def build(cls, board: Board | None, assembly: int = 1) -> Jigsaw:
        if board is None:
            raise BadValue("the view 'jigsaw' needs a board: --grid ROWSxCOLUMNS.")
        return cls(board, assembly)

    def indices(self, size_px: tuple[int, int], samples: int = 1) -> np.ndarray:
        cut, index, s = self.board.cut, grid(size_px, samples), self._px(size_px)
        if s:
            h, w = cut.rows * s * samples, cut.cols * s * samples
            index[:h, :w] = index[:h, :w].reshape(-1)[pixel_map(self.board, self.assembly, s, samples)]
        return index

    def pieces(self, size_px: tuple[int, int]) -> np.ndarray:
        out, s = np.full(size_px, -1, np.int32), self._px(size_px)
        if s:
            out[: self.board.cut.rows * s, : self.board.cut.cols * s] = labels(self.board.cut, s)
        return out

    def whole_cells(self, size_px: tuple[int, int]) -> bool:
        """Whether a picture is made of whole cells, with no strip left over."""
        s = self._px(size_px)
        return size_px == (self.board.cut.rows * s, self.board.cut.cols * s)

    def _px(self, size_px: tuple[int, int]) -> int:
        return min(size_px[0] // self.board.cut.rows, size_px[1] // self.board.cut.cols)
