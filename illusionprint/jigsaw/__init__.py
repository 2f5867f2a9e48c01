"""The cut: pieces, arrangements, and the pixels and outlines that both come from one curve."""
from . import samples
from .arrangement import Arrangement, random_arrangement
from .board import Board, Piece
from .build import build, squares
from .raster import labels, labels_at, map_at, pixel_map, put_back, put_together

__all__ = ["Arrangement", "Board", "Piece", "build", "labels", "labels_at", "map_at", "pixel_map", "put_back", "put_together", "random_arrangement", "samples", "squares"]
