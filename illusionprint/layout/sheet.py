"""Sheet description: pictures, strokes and text in mm, each with a role. Origin top left, y down."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely

from ..errors import BadValue
from ..path import Path

Box = tuple[float, float, float, float]  # x, y, width, height in mm


class Role(StrEnum):
    """Role of an item: artwork, die line (CUT, TRIM the outline), CREASE, ENGRAVE, printer's mark (REGISTER), scale line (REFERENCE) or NOTE."""

    ART = "art"
    CUT = "cut"
    CREASE = "crease"
    ENGRAVE = "engrave"
    TRIM = "trim"
    REGISTER = "register"
    REFERENCE = "reference"
    NOTE = "note"


@dataclass(frozen=True)
class Picture:
    """Raster image uint8 (h, w, 3) in a box; unless `lossless`, a format may compress it with loss."""

    pixels: np.ndarray
    box: Box
    lossless: bool = True
    role: Role = Role.ART


@dataclass(frozen=True, eq=False)
class Areas:
    """Flat artwork: polygons (n,) in mm, colours uint8 (n, 3).

    Each polygon is spread by trap_mm below the others (trapping). Below all lies `backing`, one colour uint8 (3,), in a box or of a shape: it shows where
    a renderer's anti-aliasing lets it. For ink on a ground trap_mm is 0, the backing is the ground, and the polygons are painted in their order.
    """

    polygons: np.ndarray
    colours: np.ndarray
    trap_mm: float
    backing: np.ndarray
    role: Role = Role.ART
    backing_shape: shapely.Polygon | None = None

    @property
    def box(self) -> Box:
        """Bounding box of polygons and backing."""
        x0, y0, x1, y1 = shapely.total_bounds([*self.polygons, self.backing_shape]).tolist()
        return x0, y0, x1 - x0, y1 - y0


@dataclass(frozen=True)
class Stroke:
    """Line along a path, or a filled area. `width_mm`, `colour` and `fill` ("#rrggbb") only matter to the role NOTE."""

    path: Path
    role: Role
    width_mm: float = 0.1
    colour: str = "#000000"
    fill: str = ""


@dataclass(frozen=True)
class Text:
    """One line of text; `at` is the start, middle or end of the baseline, see `anchor`. `tracking_mm` is extra space after every letter."""

    text: str
    at: tuple[float, float]
    size_mm: float
    anchor: str = "start"
    bold: bool = False
    colour: str = "#000000"
    role: Role = Role.NOTE
    italic: bool = False
    tracking_mm: float = 0.0


Item = Picture | Areas | Stroke | Text


@dataclass(frozen=True)
class Sheet:
    """Page (width, height) with items in drawing order, trim box and bleed; `note` says what made it, without a date.

    Raises BadValue when the bleed box leaves the page.
    """

    size_mm: tuple[float, float]
    items: tuple[Item, ...]
    trim: Box
    bleed_mm: float = 0.0
    title: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        x, y, w, h = self.bleed_box
        if min(x, y) < -1e-6 or x + w > self.size_mm[0] + 1e-6 or y + h > self.size_mm[1] + 1e-6:
            raise BadValue(f"{w:.1f} x {h:.1f} mm with bleed do not fit a page of {self.size_mm[0]:.1f} x {self.size_mm[1]:.1f} mm.")

    @property
    def bleed_box(self) -> Box:
        """Trim box grown by the bleed."""
        x, y, w, h = self.trim
        b = self.bleed_mm
        return (x - b, y - b, w + 2 * b, h + 2 * b)

    def strokes(self, *roles: Role) -> list[Stroke]:
        """Strokes of some roles, in drawing order."""
        return [i for i in self.items if isinstance(i, Stroke) and i.role in roles]
