"""Plan of a board, as arrangement.json has it, and vector drawings such as cut.svg, as plain arrays read by svgelements.

Polylines are float64 (n, 2) in mm, y down. Flattening is uniform in the parameter, so that congruent curves get congruent points from either end.
"""

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from ..errors import BadValue

FLAT_MM = 0.005


@dataclass(frozen=True)
class BoardPlan:
    """Pieces of a board, as planned.

    outlines: one polyline a piece (closed, first point again at the end). moves: float64 (n, assemblies, 6), SVG matrices. border: polyline round a board
    that is no rectangle of rows x columns square cells. corners: of each piece, where a side ends, (k, 2); none for squares.
    """

    size_mm: tuple[float, float]
    ids: tuple[str, ...]
    outlines: tuple[np.ndarray, ...]
    moves: np.ndarray
    assemblies: tuple[dict[str, Any], ...]
    grid: tuple[int, int]
    solutions: dict[str, Any] = field(default_factory=dict)
    border: np.ndarray | None = None
    corners: tuple[np.ndarray, ...] = ()

    @property
    def count(self) -> int:
        """Number of pieces."""
        return len(self.ids)

    @property
    def is_whole_sheet(self) -> bool:
        """Whether there is one piece only: the view moves the whole sheet."""
        return self.count == 1

    @cached_property
    def polygons(self) -> np.ndarray:
        """Polygons (n,) of the outlines, repaired where they cross themselves."""
        return shapely.make_valid(np.array([shapely.Polygon(p) if len(p) > 3 else shapely.Polygon() for p in self.outlines]))

    @cached_property
    def centroids(self) -> np.ndarray:
        """Centroids (n, 2) of the pieces."""
        return shapely.get_coordinates(shapely.centroid(self.polygons))

    @cached_property
    def interior_points(self) -> np.ndarray:
        """Point inside each piece (n, 2): its centroid where a neighbour's tab does not reach it."""
        own = shapely.contains_xy(self.polygons, *self.centroids.T)
        return np.where(own[:, None], self.centroids, shapely.get_coordinates(shapely.point_on_surface(self.polygons)))

    def region_mm(self, assembly: int) -> tuple[float, float]:
        """Size (width, height) of an assembly: the board's, or that of the turned sheet."""
        a, b = np.abs(self.moves[0, assembly, :2])
        return self.size_mm[::-1] if self.is_whole_sheet and b > a else self.size_mm

    def board(self, assembly: int) -> shapely.Polygon:
        """Polygon that the pieces are to fill in an assembly."""
        return shapely.box(0, 0, *self.region_mm(assembly)) if self.border is None else shapely.Polygon(self.border)


def read_plan(path: Path) -> BoardPlan:
    """Read arrangement.json. Raises BadValue when it is not JSON of the known form."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        pieces, assemblies = data["pieces"], tuple(data["assemblies"])
        moves = np.array([p["moves"] for p in pieces], float)
        if data["units"] != "mm" or moves.shape != (len(pieces), len(assemblies), 6) or not np.isfinite(moves).all():
            raise ValueError(f"moves of shape {moves.shape} for {len(pieces)} pieces and {len(assemblies)} assemblies")
        width, height = (float(v) for v in data["size_mm"])
        grid = int(data["rows"]), int(data["cols"])
        border = _outline(data["border"]) if "border" in data else None
        if min(width, height) <= 0 or border is None and grid[0] * grid[1] != len(pieces):
            raise ValueError(f"{len(pieces)} pieces for {grid[0]} x {grid[1]} in {width:g} x {height:g} mm")
        outlines = tuple(_outline(p["outline"]) for p in pieces)
        corners = tuple(np.array(p["corners"], float).reshape(-1, 2) for p in pieces if "corners" in p)
        if len(corners) not in (0, len(pieces)):
            raise ValueError("some pieces have corners, some have none")
        ids, solutions = tuple(str(p["id"]) for p in pieces), dict(data.get("solutions", {}))
        return BoardPlan((width, height), ids, outlines, moves, assemblies, grid, solutions, border, corners)
    except (ValueError, KeyError, TypeError, OSError, IndexError, AttributeError) as e:
        raise BadValue(f"arrangement.json cannot be read: {type(e).__name__}: {e}.") from e


def _outline(d: str) -> np.ndarray:
    import svgelements

    lines = flatten(_segments(svgelements.Path(d), 1.0))
    if not lines:
        raise ValueError("an outline is empty")
    points = np.concatenate([lines[0][:1], *(line[1:] for line in lines)])
    return points if np.allclose(points[0], points[-1]) else np.concatenate([points, points[:1]])


@dataclass(frozen=True)
class Drawing:
    """Vector drawing: size as the file states it, scale (mm of a user unit across and down), and polylines in mm by layer."""

    size_mm: tuple[float, float]
    scale: tuple[float, float]
    layers: dict[str, list[np.ndarray]]

    def lines(self, *words: str) -> list[np.ndarray]:
        """Polylines of all layers whose name contains one of the words."""
        return [line for name, lines in self.layers.items() if any(w in name for w in words) for line in lines]


def read_svg(path: Path) -> Drawing:
    """Read an SVG. Raises BadValue when svgelements cannot."""
    import svgelements

    try:
        svg = svgelements.SVG.parse(str(path), reify=True, ppi=96)
        unit = svgelements.Length("1mm").value(ppi=96)
        size = (float(svg.width) / unit, float(svg.height) / unit)
        box = svg.viewbox
        scale = (size[0] / float(box.width), size[1] / float(box.height)) if box is not None else (1 / unit, 1 / unit)
        found: dict[str, list[Any]] = {}
        _walk(svg, "", found, unit)
    except Exception as e:  # the parser raises whatever comes up
        raise BadValue(f"{path.name} cannot be read: {type(e).__name__}: {e}.") from e
    return Drawing(size, scale, {name: flatten(segments) for name, segments in found.items()})


def _walk(element: Any, layer: str, found: dict[str, list[Any]], unit: float) -> None:
    """Collect the segments of all shapes by layer, the outermost labelled group."""
    import svgelements

    if isinstance(element, svgelements.Group):
        own = element.values.get("attributes", {})
        label = next((v for k, v in own.items() if k.endswith("}label")), own.get("id", ""))
        for child in element:
            _walk(child, layer or str(label).lower(), found, unit)
    elif isinstance(element, svgelements.Shape):
        found.setdefault(layer, []).extend(_segments(svgelements.Path(element), unit))


def _segments(path: Any, unit: float) -> list[np.ndarray]:
    """Control points (2, 2) or (4, 2) in mm of every segment that has a length; arcs and quadratic curves as cubics."""
    import svgelements

    path.approximate_arcs_with_cubics()
    out = []
    for s in path:
        if isinstance(s, svgelements.Move) or s.start is None or s.end is None:
            continue
        if isinstance(s, svgelements.CubicBezier):
            controls = [s.start, s.control1, s.control2, s.end]
        elif isinstance(s, svgelements.QuadraticBezier):
            controls = [s.start, s.start + (s.control - s.start) * (2 / 3), s.end + (s.control - s.end) * (2 / 3), s.end]
        else:
            controls = [s.start, s.end]
        points = np.array([(p.x, p.y) for p in controls]) / unit
        if len(points) == 4 or (points[0] != points[1]).any():
            out.append(points)
    return out


def flatten(segments: list[np.ndarray], tolerance: float = FLAT_MM) -> list[np.ndarray]:
    """Polylines nowhere further than the tolerance from the curves.

    Source: G. Farin, Curves and Surfaces for CAGD, 5.5.
    """
    out = list(segments)
    where = np.array([i for i, s in enumerate(segments) if len(s) == 4], int)
    if len(where):
        p = np.stack([segments[i] for i in where])
        # a chord over a parameter step h is off by at most h^2/8 max|B''|, and max|B''| <= 6 max(|p0 - 2 p1 + p2|, |p1 - 2 p2 + p3|)
        bend = 6 * np.hypot(*np.moveaxis(p[:, :2] - 2 * p[:, 1:3] + p[:, 2:], -1, 0)).max(1)
        steps = np.maximum(1, np.ceil(np.sqrt(bend / (8 * tolerance)) - 1e-3)).astype(int)
        for n in np.unique(steps):
            for i, points in zip(where[steps == n], _bezier(p[steps == n], n)):
                out[i] = points
    return out


def _bezier(p: np.ndarray, steps: int) -> np.ndarray:
    """Points (k, steps + 1, 2) of cubics (k, 4, 2) in the Bernstein basis: the same from both ends, to the last bits."""
    t = np.arange(steps + 1)[:, None] / steps
    u = t[::-1]
    p0, p1, p2, p3 = (p[:, i, None] for i in range(4))
    return u**3 * p0 + 3 * (u * u * t * p1 + u * t * t * p2) + t**3 * p3
