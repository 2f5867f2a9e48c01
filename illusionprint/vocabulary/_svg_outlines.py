"""A drawing's SVG as flat coloured outlines: what a renderer paints, as polygons in mm.

Supported: path, circle, ellipse, rect, line, polyline, polygon, g, clipPath; both fill rules; fill, stroke and group opacity; strokes with
joins and caps; transforms; `style` attributes. Whatever else would be painted (gradients, text, images, masks, filters, dashes, style sheets,
`use`) raises Unsupported: better no vectors than wrong ones.
"""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as xml
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import shapely
import svgelements as svg

from ..errors import BadValue
from ..path import flatten_cubic
from ._drawing import Drawing, Pose, posed_svg

_INITIAL = (  # values of SVG 1.1
    "fill: black; fill-rule: nonzero; fill-opacity: 1; stroke: none; stroke-width: 1; stroke-linecap: butt; stroke-linejoin: miter; stroke-miterlimit: 4; "
    "stroke-opacity: 1; stroke-dasharray: none; color: black; clip-rule: nonzero; visibility: visible"
)
INHERITED = dict(pair.split(": ") for pair in _INITIAL.split("; "))
_HINDERS = ("mask", "filter", "marker-start", "marker-mid", "marker-end", "mix-blend-mode")
_SILENT = {"defs", "clipPath", "title", "desc", "metadata"}
MOST_POINTS, MOST_LETTERS = 60_000, 1_000_000  # what is still a drawing; time and memory are bounded
Matrix = np.ndarray  # (2, 3), mm = M (x, y, 1)


class Unsupported(BadValue):
    """Something that a drawing paints and that has no flat outline here."""


@dataclass(frozen=True, eq=False)
class Shape:
    """Rings (n, 2) in mm, each closed by itself; filled by either rule with one colour."""

    rings: tuple[np.ndarray, ...]
    even_odd: bool = False
    rgb: tuple[float, float, float] = (0.0, 0.0, 0.0)
    alpha: float = 1.0


@dataclass(frozen=True, eq=False)
class Group:
    """Shapes and groups from the lowest to the highest, painted together, then faded and clipped by the union of shapes."""

    children: tuple[Shape | Group, ...]
    opacity: float = 1.0
    clip: tuple[Shape, ...] | None = None


Tree = TypeVar("Tree", bound="Shape | Group")


def svg_outlines(drawing: Drawing, pose: Pose, size_mm: tuple[float, float], tolerance_mm: float = 0.01) -> Group:
    """A posed drawing on a sheet (width, height), curves flattened to the tolerance. Raises Unsupported."""
    side = min(size_mm)
    if len(drawing.svg) > MOST_LETTERS:
        raise Unsupported(f"its SVG is longer than {MOST_LETTERS:,} letters")
    try:
        root = xml.fromstring(posed_svg(drawing.svg, drawing.margin, (1000, 1000), pose))
        middle = np.array([[side, 0, (size_mm[0] - side) / 2], [0, side, (size_mm[1] - side) / 2]])
        return _Reader(root, tolerance_mm).node(root, middle, INHERITED)
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, xml.ParseError, shapely.errors.ShapelyError) as error:
        raise Unsupported(f"its SVG cannot be read as outlines: {error}") from None


def rings(node: Shape | Group) -> Iterator[np.ndarray]:
    """All rings of a tree, those of clips too."""
    if isinstance(node, Shape):
        yield from node.rings
    else:
        for child in (*node.children, *(node.clip or ())):
            yield from rings(child)


def map_rings(node: Tree, move: Callable[[np.ndarray], np.ndarray]) -> Tree:
    """The tree with every ring moved."""
    if isinstance(node, Shape):
        return replace(node, rings=tuple(move(r) for r in node.rings))
    clip = None if node.clip is None else tuple(replace(c, rings=tuple(move(r) for r in c.rings)) for c in node.clip)
    return replace(node, children=tuple(map_rings(c, move) for c in node.children), clip=clip)


def paint_at(node: Shape | Group, points: np.ndarray) -> np.ndarray:
    """float64 (n, 4), premultiplied: what the tree paints at points (n, 2), by source over destination: c + d (1 - alpha_c)."""
    if isinstance(node, Shape):
        return winding_inside(node, points)[:, None] * np.array([*(v * node.alpha for v in node.rgb), node.alpha])
    out = np.zeros((len(points), 4))
    for child in node.children:
        top = paint_at(child, points)
        out = top + out * (1 - top[:, 3:])
    if node.clip is not None:
        out *= np.any([winding_inside(c, points) for c in node.clip], 0)[:, None] if node.clip else 0.0
    return out * node.opacity


def winding_inside(shape: Shape, points: np.ndarray) -> np.ndarray:
    """bool (n,): by winding number, the signed crossings of a ray to the right."""
    out = np.zeros(len(points), bool)
    if not shape.rings:
        return out
    corners = np.concatenate(shape.rings)
    near = np.flatnonzero(((points >= corners.min(0)) & (points <= corners.max(0))).all(1))
    if len(near) == 0:
        return out
    a, b = corners, np.concatenate([np.roll(r, -1, 0) for r in shape.rings])
    slanted = a[:, 1] != b[:, 1]
    a, b = a[slanted], b[slanted]
    for some in np.array_split(near, 1 + len(near) * len(a) // 4_000_000):
        x, y = points[some, :1], points[some, 1:]
        up = np.where(b[:, 1] > a[:, 1], 1, -1)
        between = (np.minimum(a[:, 1], b[:, 1]) <= y) & (y < np.maximum(a[:, 1], b[:, 1]))
        right = x < a[:, 0] + (y - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0])
        turns = (between & right) @ up
        out[some] = turns % 2 == 1 if shape.even_odd else turns != 0
    return out


class _Reader:
    """Walks an SVG tree."""

    def __init__(self, root: xml.Element, tolerance_mm: float):
        self.root, self.tolerance, self.points = root, tolerance_mm, 0
        self.by_id = {e.get("id"): e for e in root.iter() if e.get("id")}
        if any(str(e.tag).endswith("}style") and (e.text or "").strip() for e in root.iter()):
            raise Unsupported("style sheets are not supported")

    def node(self, e: xml.Element, matrix: Matrix, style: dict[str, str]) -> Group:
        """An element and what is in it."""
        own = {**e.attrib, **_declarations(e.get("style", ""))}
        tag, style = e.tag.rpartition("}")[2] if isinstance(e.tag, str) else "title", _inherited(style, own)
        foreign = isinstance(e.tag, str) and e.tag.startswith("{") and not e.tag.startswith("{http://www.w3.org/2000/svg}")
        if foreign or tag in _SILENT or own.get("display") == "none":
            return Group(())
        for name in _HINDERS:
            if own.get(name, "none") not in ("none", "normal", ""):
                raise Unsupported(f"'{name}' is not supported")
        matrix = matrix @ _affine(own.get("transform", ""))
        inner = self._children(e, matrix, style) if tag in ("g", "a") or e is self.root else self._shape(tag, own, matrix, style)
        return Group(inner, _share(own.get("opacity", "1")), self._clip(own.get("clip-path", "none"), matrix))

    def _children(self, e: xml.Element, matrix: Matrix, style: dict[str, str]) -> tuple[Group, ...]:
        nodes = (self.node(c, matrix, style) for c in e)
        return tuple(n for n in nodes if n.children)

    def _clip(self, link: str, matrix: Matrix) -> tuple[Shape, ...] | None:
        if link == "none":
            return None
        found = self.by_id.get(re.sub(r"""^url\(\s*['"]?#|['"]?\s*\)$""", "", link))
        if found is None or found.get("clipPathUnits", "userSpaceOnUse") != "userSpaceOnUse" or found.get("clip-path"):
            raise Unsupported(f"the clip '{link}' is not supported")
        matrix, out = matrix @ _affine(found.get("transform", "")), []
        for c in found:
            own = {**c.attrib, **_declarations(c.get("style", ""))}
            subs = self._lines(c.tag.rpartition("}")[2], own, matrix @ _affine(own.get("transform", "")))
            rule = _inherited({**INHERITED, "clip-rule": found.get("clip-rule", "nonzero")}, own)["clip-rule"]
            out.append(Shape(tuple(p for p, _ in subs), rule == "evenodd"))
        return tuple(out)

    def _shape(self, tag: str, own: dict[str, str], matrix: Matrix, style: dict[str, str]) -> tuple[Shape, ...]:
        if style["visibility"] != "visible":
            return ()
        subs, out = self._lines(tag, own, matrix), []
        fill, stroke = (_colour(style[n], style["color"], style[f"{n}-opacity"]) for n in ("fill", "stroke"))
        if fill:
            out.append(Shape(tuple(p for p, _ in subs if len(p) > 2), style["fill-rule"] == "evenodd", *fill))
        if stroke and float(style["stroke-width"].removesuffix("px")) > 0:
            out.append(Shape(self._stroked(subs, matrix, style), True, *stroke))
        if own.get("paint-order", "").split()[:1] == ["stroke"]:
            out.reverse()
        return tuple(s for s in out if s.rings)

    def _lines(self, tag: str, own: dict[str, str], matrix: Matrix) -> list[tuple[np.ndarray, bool]]:
        """Subpaths: (points (n, 2) in mm, closed)."""
        out: list[tuple[list[np.ndarray], bool]] = []
        for s in _outline(tag, own):
            if isinstance(s, svg.Move) or not out:
                out.append(([_at(s.end, matrix)[None]], False))
            elif isinstance(s, svg.Close):
                out[-1] = (out[-1][0], True)
                out.append(([out[-1][0][0]], False))
            else:
                for c in s.as_cubic_curves() if isinstance(s, svg.Arc) else [s]:
                    out[-1][0].append(self._flat(c, matrix))
        found = [(np.concatenate(p), closed) for p, closed in out]
        self.points += sum(len(p) for p, _ in found)
        if self.points > MOST_POINTS:
            raise Unsupported(f"it has more than {MOST_POINTS:,} points")
        return [(p[:-1] if len(p) > 2 and closed and np.allclose(p[0], p[-1], atol=1e-9) else p, closed) for p, closed in found if len(p) > 1]

    def _flat(self, s: Any, matrix: Matrix) -> np.ndarray:
        """Points after the first of a line, a quadratic or a cubic."""
        if isinstance(s, svg.Line):
            return _at(s.end, matrix)[None]
        if isinstance(s, svg.QuadraticBezier):
            a, c, b = (_at(p, matrix) for p in (s.start, s.control, s.end))
            return flatten_cubic(np.array([a, (a + 2 * c) / 3, (b + 2 * c) / 3, b]), self.tolerance)
        return flatten_cubic(np.array([_at(p, matrix) for p in (s.start, s.control1, s.control2, s.end)]), self.tolerance)

    def _stroked(self, subs: list[tuple[np.ndarray, bool]], matrix: Matrix, style: dict[str, str]) -> tuple[np.ndarray, ...]:
        """Rings of the area that the stroke covers, for the even-odd rule. r (1 - cos(pi / 4 n)) <= tolerance for n chords a quarter turn."""
        if style["stroke-dasharray"] != "none":
            raise Unsupported("dashed strokes are not supported")
        (a, c), (b, d) = matrix[:, :2]
        scale = math.sqrt(abs(a * d - b * c))
        if not np.allclose(matrix[:, :2].T @ matrix[:, :2], np.eye(2) * scale**2, rtol=1e-3, atol=1e-3 * scale**2):
            raise Unsupported("strokes under uneven scaling are not supported")
        r = float(style["stroke-width"].removesuffix("px")) * scale / 2
        chords = math.ceil(math.pi / 4 / math.acos(max(0.0, 1 - self.tolerance / r)))
        caps = {"butt": "flat", "round": "round", "square": "square"}[style["stroke-linecap"]]
        joins = {"miter": "mitre", "round": "round", "bevel": "bevel"}[style["stroke-linejoin"]]
        lines = [shapely.LinearRing(p) if closed and len(p) > 2 else shapely.LineString(p) for p, closed in subs]
        area = shapely.union_all(shapely.buffer(lines, r, quad_segs=chords, cap_style=caps, join_style=joins, mitre_limit=float(style["stroke-miterlimit"])))
        return tuple(shapely.get_coordinates(ring)[:-1] for p in shapely.get_parts(area) for ring in (p.exterior, *p.interiors) if not p.is_empty)


def _outline(tag: str, own: dict[str, str]) -> svg.Path:
    """A shape element as a path in its own coordinates."""

    def number(name: str, default: float = 0.0) -> float:
        return float(own.get(name, default) if not str(own.get(name, "")).endswith("px") else own[name][:-2])

    if tag == "path":
        return svg.Path(own.get("d", ""))
    if tag in ("circle", "ellipse"):
        rx, ry = (number("r"), number("r")) if tag == "circle" else (number("rx"), number("ry"))
        return svg.Path(svg.Ellipse(cx=number("cx"), cy=number("cy"), rx=rx, ry=ry))
    if tag == "rect":
        rx, ry = number("rx", number("ry")), number("ry", number("rx"))
        return svg.Path(svg.Rect(x=number("x"), y=number("y"), width=number("width"), height=number("height"), rx=rx, ry=ry))
    if tag == "line":
        return svg.Path(svg.Move(complex(number("x1"), number("y1"))), svg.Line(complex(number("x1"), number("y1")), complex(number("x2"), number("y2"))))
    if tag in ("polyline", "polygon"):
        xy = [float(v) for v in re.findall(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?", own.get("points", ""), re.I)]
        return svg.Path("M" + " ".join(f"{v!r}" for v in xy) + ("Z" if tag == "polygon" else "")) if len(xy) > 3 else svg.Path()
    raise Unsupported(f"<{tag}> is not supported")


def _inherited(style: dict[str, str], own: dict[str, str]) -> dict[str, str]:
    return {k: own[k].strip() if own.get(k, "inherit").strip() != "inherit" else v for k, v in style.items()}


def _declarations(style: str) -> dict[str, str]:
    pairs = (d.split(":", 1) for d in style.replace("!important", "").split(";") if ":" in d)
    return {k.strip(): v.strip() for k, v in pairs}


def _share(text: str) -> float:
    value = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    return min(1.0, max(0.0, value))


def _colour(text: str, current: str, opacity: str) -> tuple[tuple[float, float, float], float] | None:
    """(rgb, alpha), or None for no paint."""
    if text in ("none", "transparent"):
        return None
    if text.startswith("url("):
        raise Unsupported("gradients and patterns are not supported")
    c = svg.Color(current if text.lower() == "currentcolor" else text)
    if c.value is None:
        raise Unsupported(f"the colour '{text}' is not known")
    alpha = _share(opacity) * c.opacity
    return ((c.red / 255, c.green / 255, c.blue / 255), alpha) if alpha > 0 else None


def _affine(text: str) -> np.ndarray:
    """(3, 3) of a transform attribute."""
    m = svg.Matrix(text)
    return np.array([[m.a, m.c, m.e], [m.b, m.d, m.f], [0, 0, 1]], float)


def _at(p: Any, matrix: Matrix) -> np.ndarray:
    return matrix[:, :2] @ (p.x, p.y) + matrix[:, 2]
