"""The cut: boards of pieces, their assemblies, and the pixels and outlines that both come from one curve."""

from .assemblies.arrangement import Arrangement, random_arrangement
from .geometry.board import Board
from .geometry.build import build, squares
from .geometry.cells import Piece
from .pixels.grid import labels, pixel_map, put_back, put_together
from .pixels.maps import labels_at, map_at

__all__ = ["Arrangement", "Board", "Piece", "build", "labels", "labels_at", "map_at", "pixel_map", "put_back", "put_together", "random_arrangement", "squares"]
