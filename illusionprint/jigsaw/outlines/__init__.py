"""Outlines of boards, one file each: a function of the file's name returns a closed `Path` of any size. An SVG file's path does as well."""

from pathlib import Path as File
from typing import Any

from ... import plugins
from ...errors import BadValue, UnknownName
from ...path import Path

FLAT_MM = 0.002


def fitted(name: str, size_mm: tuple[float, float]) -> Path:
    """An outline by name, or of an SVG file, as large as it can be in a box of (width, height), in its middle; the oval fills the box.

    Lines only, within 2 um of the curve. Raises UnknownName, BadValue.
    """
    stretches = False
    if name.lower().endswith(".svg"):
        found = _read(File(name))
    else:
        try:
            found = plugins.load("jigsaw.outlines", name)()
        except UnknownName:
            raise UnknownName("outline", name, [*plugins.names("jigsaw.outlines"), "FILE.svg"]) from None
        stretches = name.lower() == "oval"
    points = found.flatten(1e-5 * _extent(found))
    low, high = points.min(0), points.max(0)
    k = [s / (b - a) for s, a, b in zip(size_mm, low, high)]
    k = k if stretches else [min(k)] * 2
    e, f = (s / 2 - q * (a + b) / 2 for s, q, a, b in zip(size_mm, k, low, high))
    return found.transformed(k[0], 0, 0, k[1], e, f)


def _extent(path: Path) -> float:
    points = path.flatten(1e9)
    return float((points.max(0) - points.min(0)).max()) or 1.0


def _read(file: File) -> Path:
    """The largest closed path of an SVG file."""
    import shapely
    import svgelements

    if not file.is_file():
        raise BadValue(f"there is no outline file '{file}'.")
    try:
        shapes = [svgelements.Path(e) for e in svgelements.SVG.parse(str(file), reify=True).elements() if isinstance(e, svgelements.Shape)]
        parts = [_path(svgelements.Path(sub)) for shape in shapes for sub in shape.as_subpaths()]
    except Exception as error:  # the parser raises whatever comes up
        raise BadValue(f"the outline {file} cannot be read: {type(error).__name__}: {error}.") from None
    sized = [(shapely.Polygon(p.flatten(1e-3 * _extent(p))), p) for p in parts if len(p.segments) > 1]
    sized = [(g.area, p) for g, p in sized if g.is_valid and g.area > 0]
    if not sized:
        raise BadValue(f"{file} has no closed path that goes round an area without crossing itself.")
    return max(sized, key=lambda v: v[0])[1]


def _path(shape: Any) -> Path:
    """A subpath as lines and cubics, closed."""
    import svgelements

    shape.approximate_arcs_with_cubics()
    start, segments = None, []
    for s in shape:
        if isinstance(s, svgelements.Move) or s.start is None or s.end is None:
            continue
        start = start or (s.start.x, s.start.y)
        if isinstance(s, svgelements.CubicBezier):
            points = [s.control1, s.control2, s.end]
        elif isinstance(s, svgelements.QuadraticBezier):
            points = [s.start + (s.control - s.start) * (2 / 3), s.end + (s.control - s.end) * (2 / 3), s.end]
        else:
            points = [s.end]
        segments.append(tuple((float(p.x), float(p.y)) for p in points))
    return Path(start or (0.0, 0.0), tuple(segments), True)
