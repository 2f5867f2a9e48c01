"""What a finish is given: the blended picture and what it must know to treat every piece alike, however it lies.

A finish commutes with the view: finish(view(art)) = view(finish(art)). Therefore it may use
  * what lies within a piece (distances to borders, regions, means), with the piece's border as a border;
  * figures of the whole sheet that no move changes (how much there is of a colour);
  * patterns of the whole sheet that are periodic in the cells and symmetric under the quarter turns and mirrors about a cell's centre
    (plane group p4m): such a pattern is the same in every assembly, and runs on across the pieces' borders without a seam.
"""
from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ...views import View, seen

SHEET_MM, CELL_MM = 200.0, 16.0  # sizes in mm hold for a sheet of 200 mm; boards of many small pieces take finer ones


@dataclass(frozen=True, eq=False)
class Artwork:
    """picture float32 (h, w, 3) in [0, 1]; pieces int32 (h, w), the piece of each pixel; cell_px (height, width) of the cells whose turns
    and shifts the view is made of, the sheet itself for rigid views; regions int32 (h, w): flat areas, each within a piece, or None.
    """

    picture: np.ndarray
    pieces: np.ndarray
    px_per_mm: float
    cell_px: tuple[float, float]
    regions: np.ndarray | None = None
    seed: int = 0

    def px(self, mm: float) -> float:
        """Pixels of a length that is `mm` on a sheet of 200 mm: mm * min(side / 200 mm, cell / 16 mm) * px/mm, at least a pixel."""
        side, cell = (min(size) / self.px_per_mm for size in (self.picture.shape[:2], self.cell_px))
        return max(1.0, mm * min(side / SHEET_MM, cell / CELL_MM) * self.px_per_mm)

    def moved(self, view: View) -> Artwork:
        """The same as a view shows it, not yet finished."""
        def shown(x: np.ndarray) -> np.ndarray:
            return seen(view, x[..., None])[..., 0]
        regions = None if self.regions is None else shown(self.regions)
        cell = self.cell_px[::-1] if view.swaps_sides else self.cell_px
        return replace(self, picture=seen(view, self.picture), pieces=shown(self.pieces), regions=regions, cell_px=cell)


def artwork(picture: np.ndarray, view: View, px_per_mm: float, drawn: bool, seed: int = 0) -> Artwork:
    """The artwork of a blend (h, w, 3) under a view; of drawings, flat areas are found again in it."""
    from ._areas import recovered
    size = picture.shape[:2]
    pieces = view.pieces(size).astype(np.int32)
    cell = size
    if view.needs_board:
        side = float(view.board.cut.px_of(size))
        cell = (side, side)
    return Artwork(picture, pieces, px_per_mm, cell, recovered(picture, pieces) if drawn else None, seed)


def from_centre(art: Artwork) -> tuple[np.ndarray, np.ndarray]:
    """(y (h, 1), x (1, w)) of each pixel's centre from the middle of its cell, in pixels; float32."""
    out = []
    for n, cell in zip(art.picture.shape[:2], art.cell_px):
        at = np.arange(n) + 0.5
        out.append((at % cell - cell / 2).astype(np.float32))
    return out[0][:, None], out[1][None]


def phases(art: Artwork, pitch_px: float) -> tuple[np.ndarray, np.ndarray]:
    """(y (h, 1), x (1, w)) in units of a pitch near pitch_px that divides the cell, 0 in its middle; float32."""
    return tuple(v * np.float32(max(1, round(cell / pitch_px)) / cell) for v, cell in zip(from_centre(art), art.cell_px))


def grain(art: Artwork, size_px: float = 1.0) -> np.ndarray:
    """float32 (h, w) in [-1, 1]: noise that every quarter turn and mirror about a cell's centre keeps, size_px the size of its grains."""
    y, x = (np.floor(np.abs(v) / max(1.0, size_px)).astype(np.int64) for v in from_centre(art))
    n = int(max(y.max(), x.max())) + 1
    table = np.random.default_rng(art.seed).uniform(-1, 1, (n, n)).astype(np.float32)
    table = np.where(np.arange(n)[:, None] <= np.arange(n), table, table.T)
    return table[y, x]


def jitter(count: np.ndarray) -> np.ndarray:
    """Numbers in [0, 1) that look random, from whole numbers that no move changes: the fractional part of count times the golden ratio."""
    return (count.astype(np.float64) * 0.6180339887498949) % 1.0
