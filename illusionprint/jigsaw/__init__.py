"""The cut: pieces, arrangements, and the pixels and outlines that both come from one curve."""
from .arrangement import Arrangement, random_arrangement
from .cut import Cut, Piece, board, smallest_cell_mm, squares
from .raster import labels, pixel_map, put_back

__all__ = ["Arrangement", "Cut", "Piece", "board", "labels", "pixel_map", "put_back", "random_arrangement", "smallest_cell_mm", "squares"]
