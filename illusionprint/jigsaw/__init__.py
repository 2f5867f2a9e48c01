"""The cut: pieces, arrangements, and the pixels and outlines that both come from one curve."""
from . import samples
from .arrangement import Arrangement, random_arrangement
from .boards import board, smallest_cell_mm
from .cut import Cut, Piece, squares
from .mesh import Mesh
from .meshes import mesh
from .raster import labels, labels_at, map_at, pixel_map, put_back, put_together

__all__ = ["Arrangement", "Cut", "Mesh", "Piece", "board", "labels", "labels_at", "map_at", "mesh", "pixel_map", "put_back", "random_arrangement", "samples", "smallest_cell_mm", "squares"]
