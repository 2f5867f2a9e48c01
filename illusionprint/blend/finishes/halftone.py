"""Round dots of the local colour on white paper, their area its strength, the screen at 45 degrees.

    c = (1 - min rgb)^0.5,   ink = 1 - (1 - rgb) / c,   a dot where the distance to the nearest dot's middle is less than R(c)

so that paper and ink together give the colour; R(c) is the radius at which dots cover the share c of the paper. A contour goes through a dot:
either side has the colour and the radius of its own area.
"""

import functools
from dataclasses import dataclass

import numpy as np
import shapely

from .._partition import GRID_MM
from .._svg import Regions
from . import _segmentation
from ._artwork import Artwork
from ._polygons import FINE_MM, ink_regions, intersection
from ._trace import trace

DESCRIPTION = "dots of the picture's own colours on white paper"
PITCH_MM, LEAST, COLOURS, LEAST_MM2, DETAIL_MM, STEP = 2.6, 0.12, 24, 2.0, 1.0, 1 / 10
LINE_MM = 0.6
PAPER = (1.0, 1.0, 1.0)
TOUCH = 0.125**0.5  # the radius, in pitches, from which on dots run into each other


@dataclass(frozen=True, eq=False)
class Areas:
    """Polygons (n,) in mm that tile the sheet and the piece of each; their colours float (n, 3), or, of a photograph, None and areas int32 (h, w) of pixels
    and which of them each polygon is."""

    polygons: np.ndarray
    pieces: np.ndarray
    colours: np.ndarray | None
    pixels: np.ndarray | None = None
    numbers: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Screen:
    """The middles of dots: whole numbers (a, b), both even or both odd, of half pitches from `origin`; all in mm, (x, y)."""

    origin: np.ndarray
    half: np.ndarray

    def at(self, ab: np.ndarray) -> np.ndarray:
        """Places (n, 2) of whole numbers (n, 2), on the outlines' grid."""
        return np.round((self.origin + ab * self.half) / GRID_MM) * GRID_MM

    def near(self, xy: np.ndarray) -> np.ndarray:
        """int (n, 2): the middle next to points (n, 2), counted in pitches."""
        v = (xy - self.origin) / (2 * self.half)
        even, odd = np.rint(v), np.floor(v) + 0.5
        nearer = ((v - odd) ** 2).sum(1) < ((v - even) ** 2).sum(1)
        return np.rint(2 * np.where(nearer[:, None], odd, even)).astype(int)

    def over(self, size_mm: tuple[float, float]) -> np.ndarray:
        """int (n, 2): all middles on a sheet and beside it."""
        low, high = np.floor(-self.origin / self.half).astype(int) - 1, np.ceil((size_mm - self.origin) / self.half).astype(int) + 1
        a, b = np.meshgrid(*(np.arange(low[k], high[k] + 1) for k in (0, 1)))
        return np.stack([a.ravel(), b.ravel()], 1)[((a + b) % 2 == 0).ravel()]


def outlined(art: Artwork) -> Regions:
    found, screen = _areas_of(art), _screen(art)
    middles = screen.over(art.size_mm)
    which, area = shapely.STRtree(_squares(screen, middles)).query(found.polygons, "intersects")[::-1]
    rgb = found.colours[area] if found.colours is not None else _dot_colours(art, screen, middles[which], found, area)
    share = np.sqrt(np.clip(1 - rgb.min(1), 0, 1))
    some = share >= LEAST
    dots = _dots(screen, middles[which[some]], share[some])
    ink = np.clip(1 - (1 - rgb[some]) / share[some, None], 0, 1)
    ink = np.rint(ink / STEP) * STEP if found.colours is None else ink  # of a photograph, few
    return ink_regions(art, PAPER, [(_clipped(dots, found.polygons[area[some]]), ink, found.pieces[area[some]])])


def _areas_of(art: Artwork) -> Areas:
    if art.parts is not None:
        return Areas(art.parts.polygons, art.parts.pieces, art.parts.colours)
    pixels = _segmentation.flat_areas(art, LEAST_MM2, DETAIL_MM, COLOURS)[0] if art.regions is None else art.regions
    polygons, numbers = trace(pixels, art.pieces, art.outlines, art.px_per_mm, art.mm(0.05))
    pieces = art.pieces.ravel()[np.unique(pixels, return_index=True)[1]][numbers]
    return Areas(polygons, pieces, None if art.regions is None else _segmentation.area_means(pixels, art.picture)[numbers], pixels, numbers)


def _screen(art: Artwork) -> Screen:
    """A pitch near PITCH_MM that divides the cell, a dot in the middle of each cell."""
    cell = np.array(art.cell_px[::-1]) * art.size_mm / art.picture.shape[1::-1]
    return Screen(cell / 2, cell / np.maximum(1, np.rint(cell / art.mm(PITCH_MM))) / 2)


def _squares(screen: Screen, ab: np.ndarray) -> np.ndarray:
    """The place of each middle: what is nearer to it than to any other, counted in pitches."""
    return shapely.polygons(screen.at(ab[:, None] + np.array([(1, 0), (0, 1), (-1, 0), (0, -1)])))


def _dot_colours(art: Artwork, screen: Screen, ab: np.ndarray, found: Areas, area: np.ndarray) -> np.ndarray:
    """float (n, 3): mean colour of a photograph's pixels next to middles (n, 2) in areas (n,); of the whole area where there are none."""
    assert found.pixels is not None and found.numbers is not None
    pixels, numbers = found.pixels, found.numbers[area]
    h, w = pixels.shape
    y, x = np.divmod(np.arange(h * w), w)
    at = screen.near((np.stack([x, y], 1) + 0.5) * art.size_mm / (w, h))
    code = _code(at, pixels.ravel())
    known, home = np.unique(code, return_inverse=True)
    mean = _segmentation.area_means(home.reshape(h, w), art.picture)
    wanted = _code(ab, numbers)
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where((known[place] == wanted)[:, None], mean[place], _segmentation.area_means(pixels, art.picture)[numbers])


def _code(ab: np.ndarray, number: np.ndarray) -> np.ndarray:
    """One whole number of two and an area's."""
    return ((ab[:, 0] + 4096) * 8192 + ab[:, 1] + 4096) * (1 << 32) + number


def _dots(screen: Screen, ab: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Polygons (n,): discs that cover `share` of the paper, each in its own place."""
    radius = np.interp(share, *_radii())
    mm = 2 * screen.half * radius[:, None]
    corners = 4 * np.ceil(np.pi / 4 / np.sqrt(2 * FINE_MM / np.maximum(mm.max(1), 0.1))).astype(int)
    out = np.empty(len(ab), object)
    for n in np.unique(corners):
        at, turn = corners == n, (np.arange(n) + 0.5) * 2 * np.pi / n
        ring = np.stack([np.cos(turn), np.sin(turn)], 1) * (2 * np.pi / n / np.sin(2 * np.pi / n)) ** 0.5  # as large as the disc
        out[at] = shapely.polygons(np.round((screen.at(ab[at])[:, None] + mm[at][:, None] * ring) / GRID_MM) * GRID_MM)
    touch = np.flatnonzero(radius > TOUCH)
    out[touch] = shapely.intersection(out[touch], _squares(screen, ab[touch]), grid_size=GRID_MM)
    return out


def _clipped(dots: np.ndarray, areas: np.ndarray) -> np.ndarray:
    """What of each dot lies in its area."""
    shapely.prepare(areas)
    cut = np.flatnonzero(~shapely.covers(areas, dots))
    out = dots.copy()
    out[cut] = intersection(dots[cut], areas[cut])
    return out


@functools.lru_cache(maxsize=1)
def _radii(n: int = 1024) -> tuple[np.ndarray, np.ndarray]:
    """(shares, radii in pitches) of discs about (0, 0) and (1/2, 1/2) in the unit square: quantiles of the distance to the nearest."""
    v = (np.arange(n) + 0.5) / n - 0.5
    one, two = (v[:, None] ** 2 + v**2), (np.abs(v) - 0.5)[:, None] ** 2 + (np.abs(v) - 0.5) ** 2
    far = np.sort(np.sqrt(np.minimum(one, two)).ravel())
    shares = np.linspace(0, 1, 257)
    radii = far[np.minimum((shares * len(far)).astype(int), len(far) - 1)]
    return shares, np.where(shares >= 0.995, radii + 0.1, radii)
