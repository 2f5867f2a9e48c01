"""Few flat colours with clean contours: what a screen print, a foil cutter or a laser takes."""

from .._svg import Regions
from ._artwork import Artwork
from ._polygons import flat_polygons, tiling_regions

DESCRIPTION = "few flat colours, no small parts; photographs are traced"
COLOURS, LEAST_MM2, DETAIL_MM = 12, 2.0, 1.0


def outlined(art: Artwork) -> Regions:
    found = flat_polygons(art, LEAST_MM2, DETAIL_MM, COLOURS)
    return tiling_regions(art, found, found.colours)
