"""The cut: pieces, arrangements, and the pixels and outlines that both come from one curve."""
from . import samples
from .arrangement import Arrangement, random_arrangement
from .boards import board, smallest_cell_mm
from .cut import Cut, Piece, squares
from .mesh import Mesh
from .meshes import mesh
from .raster import labels, labels_at, map_at, pixel_map, put_back, put_together

__all__ = ["Arrangement", "Cut", "Mesh", "Piece", "board", "labels", "labels_at", "map_at", "mesh", "pixel_map", "put_back", "random_arrangement", "samples", "smallest_cell_mm", "squares"]


def build(rows, cols, size_mm, tabs="classic", min_neck_mm=1.5, *, tiling="square", stretch=False, outline="", knobbed=False, keyed=False):
    if tiling == "square" and not stretch and not outline and not knobbed:
        return board(rows, cols, size_mm, tabs, min_neck_mm, keyed)
    return mesh(tiling, rows, cols, size_mm, tabs, min_neck_mm, stretch, outline, knobbed, keyed)


Board = Cut
