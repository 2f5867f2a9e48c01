from __future__ import annotations

import numpy as np

from ..errors import BadValue
from ..jigsaw import pixel_map
from ._base import Board, PermutationView, grid


class Jigsaw(PermutationView):
    """The pieces of a board, put together as in another assembly.

    Pictures whose sides are no whole number of cells keep a strip at the right and the bottom where it is: still a permutation.
    """

    needs_board = True

    def __init__(self, board: Board, assembly: int = 1):
        self.board, self.assembly = board, assembly

    @classmethod
    def build(cls, board: Board | None) -> Jigsaw:
        if board is None:
            raise BadValue("the view 'jigsaw' needs a board: --grid ROWSxCOLUMNS.")
        return cls(board)

    def indices(self, size_px: tuple[int, int]) -> np.ndarray:
        cut, index = self.board.cut, grid(size_px)
        s = min(size_px[0] // cut.rows, size_px[1] // cut.cols)
        if s:
            h, w = cut.rows * s, cut.cols * s
            index[:h, :w] = index[:h, :w].reshape(-1)[pixel_map(self.board, self.assembly, s)]
        return index
