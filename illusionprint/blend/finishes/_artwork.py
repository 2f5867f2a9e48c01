"""What a finish is given: the blended picture and what it must know to treat every piece alike, however it lies.

A finish commutes with the view: finish(view(art)) = view(finish(art)). Therefore it may use
  * what lies within a piece (distances to borders, regions, means), with the piece's border as a border;
  * figures of the whole sheet that no move changes (how much there is of a colour);
  * patterns of the whole sheet that are periodic in the cells and symmetric under the quarter turns and mirrors about a cell's centre
    (plane group p4m): such a pattern is the same in every assembly, and runs on across the pieces' borders without a seam.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import shapely

from ...jigsaw import Arrangement
from ...views import View, apply_view
from .._partition import members
from .._svg import Regions
from ..vector import board_border, label_raster, piece_outlines, piece_transforms
from ._recovery import recover_areas

SHEET_MM, CELL_MM = 200.0, 16.0  # sizes in mm hold for a sheet of 200 mm; boards of many small pieces take finer ones
WORK_PX, LEAST_CELL_PX = 1600, 64  # longer side of the raster that vectors are found on; of a board also the least side of a cell


@dataclass(frozen=True, eq=False)
class FlatParts:
    """Polygons (n,) in mm of flat colours float32 (n, 3), and the piece (n,) of each."""

    polygons: np.ndarray
    colours: np.ndarray
    pieces: np.ndarray


@dataclass(frozen=True, eq=False)
class Artwork:
    """A blended picture float32 (h, w, 3) in [0, 1] to be finished.
    pieces: int32 (h, w). cell_px: (height, width) of the cells whose turns and shifts the view is made of; of rigid views the sheet. regions: int32 (h, w), flat
    areas, each within a piece, or None. outlines: polygons (k,) in mm of the pieces, with their names. parts: the polygons that `regions` numbers. border: of a
    board that does not fill its sheet. exact_mm: (width, height), where that is no whole number of pixels.
    """

    picture: np.ndarray
    pieces: np.ndarray
    px_per_mm: float
    cell_px: tuple[float, float]
    regions: np.ndarray | None = None
    seed: int = 0
    outlines: np.ndarray = field(default_factory=lambda: np.array([], object))
    names: tuple[str, ...] = ("r1c1",)
    parts: FlatParts | None = None
    border: shapely.Polygon | None = None
    exact_mm: tuple[float, float] | None = None

    @property
    def size_mm(self) -> tuple[float, float]:
        """(width, height)."""
        return self.exact_mm or (self.picture.shape[1] / self.px_per_mm, self.picture.shape[0] / self.px_per_mm)

    def mm(self, mm: float) -> float:
        """A length that is `mm` on a sheet of 200 mm: mm * min(side / 200 mm, cell / 16 mm)."""
        side, cell = (min(size) / self.px_per_mm for size in (self.picture.shape[:2], self.cell_px))
        return mm * min(side / SHEET_MM, cell / CELL_MM)

    def px(self, mm: float) -> float:
        """`mm` in pixels, at least one."""
        return max(1.0, self.mm(mm) * self.px_per_mm)

    def moved(self, view: View) -> Artwork:
        """The same as a view shows it, not yet finished."""

        def shown(x: np.ndarray) -> np.ndarray:
            return apply_view(view, x[..., None])[..., 0]

        regions = None if self.regions is None else shown(self.regions)
        cell = self.cell_px[::-1] if view.swaps_sides else self.cell_px
        there = piece_transforms(view, view.arrangement if view.needs_board else None, self.size_mm)
        parts = self.parts and replace(self.parts, polygons=transformed(self.parts.polygons, there[self.parts.pieces]))
        exact = self.exact_mm and (self.exact_mm[::-1] if view.swaps_sides else self.exact_mm)
        outlines, picture = transformed(self.outlines, there), apply_view(view, self.picture)
        out = replace(self, picture=picture, pieces=shown(self.pieces), regions=regions, cell_px=cell, exact_mm=exact)
        return replace(out, outlines=outlines, parts=parts)


def transformed(polygons: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Polygons (n,) by matrices (n, 2, 3)."""
    return np.array([shapely.transform(p, lambda xy, m=m: xy @ m[:, :2].T + m[:, 2]) for p, m in zip(polygons, there)])


def artwork(
    picture: np.ndarray, view: View, px_per_mm: float, drawn: bool, seed: int = 0, found: Regions | None = None, size_mm: tuple[float, float] | None = None
) -> Artwork:
    """The artwork of a blend (h, w, 3) under a view; of drawings, flat areas are found again in it. found: the blend's own vectors;
    size_mm: of the sheet, where it is no whole number of pixels.
    """
    size = picture.shape[:2]
    pieces = view.pieces(size).astype(np.int32)
    arrangement = view.arrangement if view.needs_board else None
    cell = (float(arrangement.board.px_of(size)),) * 2 if arrangement else size
    names, rings = piece_outlines(arrangement, size_mm or (size[1] / px_per_mm, size[0] / px_per_mm))
    regions = recover_areas(picture, pieces) if drawn and found is None else None
    rims = np.array([shapely.Polygon(r) for r in rings])
    art = Artwork(picture, pieces, px_per_mm, cell, regions, seed, rims, names, border=board_border(arrangement), exact_mm=size_mm)
    return art if found is None else _with_parts(art, found)


def _with_parts(art: Artwork, found: Regions) -> Artwork:
    """Number the pixels of each piece by its polygon that covers them, else the nearest; beside a board the number is that after the last."""
    parts, owner = shapely.get_parts(found.areas, return_index=True)
    number = label_raster(parts, art.pieces.shape, art.px_per_mm) - 1
    piece = found.pieces[owner]
    lost = (number < 0) | (piece[number] != art.pieces)
    out = number.astype(np.int32)
    rows, columns = np.nonzero(lost)
    of = art.pieces[rows, columns]
    for some in members(of):
        y, x, k = rows[some], columns[some], of[some[0]]
        own = np.flatnonzero(piece == k)
        at = shapely.points((x + 0.5) / art.px_per_mm, (y + 0.5) / art.px_per_mm)
        out[y, x] = own[shapely.STRtree(parts[own]).nearest(at)] if k >= 0 else len(parts)
    return replace(art, regions=out, parts=FlatParts(parts, (found.colours[owner] / 255).astype(np.float32), piece))


def work_size(size_px: tuple[int, int], arrangement: Arrangement | None) -> tuple[int, int]:
    """(h, w) in pixels of the raster that vectors are found on: the same for every print of a shape, whole pixels a cell."""
    h, w = (round(n * WORK_PX / max(size_px)) for n in size_px)
    return (h, w) if arrangement is None else arrangement.board.size_px(max(LEAST_CELL_PX, arrangement.board.px_of((h, w))))


def resized(picture: np.ndarray, size_px: tuple[int, int]) -> np.ndarray:
    """A picture float32 (h, w, 3) at another size."""
    same = picture.shape[:2] == tuple(size_px)
    return picture if same else cv2.resize(picture, size_px[::-1], interpolation=cv2.INTER_AREA if size_px[0] < picture.shape[0] else cv2.INTER_LINEAR)


def offset_from_cell_centre(art: Artwork) -> tuple[np.ndarray, np.ndarray]:
    """(y (h, 1), x (1, w)) of each pixel's centre from the middle of its cell, in pixels; float32."""
    out = []
    for n, cell in zip(art.picture.shape[:2], art.cell_px):
        at = np.arange(n) + 0.5
        out.append((at % cell - cell / 2).astype(np.float32))
    return out[0][:, None], out[1][None]


def symmetric_noise(art: Artwork, size_px: float = 1.0) -> np.ndarray:
    """float32 (h, w) in [-1, 1]: noise that every quarter turn and mirror about a cell's centre keeps, size_px the size of its grains."""
    y, x = (np.floor(np.abs(v) / max(1.0, size_px)).astype(np.int64) for v in offset_from_cell_centre(art))
    n = int(max(y.max(), x.max())) + 1
    table = np.random.default_rng(art.seed).uniform(-1, 1, (n, n)).astype(np.float32)
    table = np.where(np.arange(n)[:, None] <= np.arange(n), table, table.T)
    return table[y, x]


def golden_ratio_sequence(count: np.ndarray) -> np.ndarray:
    """Numbers in [0, 1) that look random, from whole numbers that no move changes: the fractional part of count times the golden ratio."""
    return (count.astype(np.float64) * 0.6180339887498949) % 1.0
