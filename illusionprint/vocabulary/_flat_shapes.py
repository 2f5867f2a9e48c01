"""A drawing of flat shapes taken apart, so that styles can be made from it by rule."""

import functools
import itertools
import re
import xml.etree.ElementTree as xml
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from .twemoji import Twemoji

_NS = "http://www.w3.org/2000/svg"
_NAMES = {"black": "000000", "white": "ffffff", "red": "ff0000", "blue": "0000ff", "none": ""}
_PASSED = ("fill", "opacity", "transform")


@dataclass(frozen=True)
class Shape:
    """One filled shape: element, geometry as attributes, colour as six hexadecimal digits, opacity, area of the drawing's box."""

    tag: str
    geometry: str
    fill: str
    opacity: float
    whole: float

    @functools.cached_property
    def area(self) -> float:
        """Width times height of its upright box before it is moved, as a share of the drawing's."""
        own = dict(re.findall(r'([\w-]+)="([^"]*)"', self.geometry))
        if self.tag == "path":
            from svgelements import Path

            x0, y0, x1, y1 = Path(own["d"]).bbox()
            return (x1 - x0) * (y1 - y0) / self.whole
        return 4 * float(own.get("rx") or own["r"]) * float(own.get("ry") or own["r"]) / self.whole

    def drawn(self, fill: str, stroke: str = "", width: float = 0.0) -> str:
        """As SVG in other colours; `width` is a line about its edge, in the drawing's own units."""
        line = f' stroke="#{stroke}" stroke-width="{width:.9g}" stroke-linejoin="round" stroke-linecap="round"' if stroke else ""
        veil = f' opacity="{self.opacity:g}"' if self.opacity < 1 else ""
        return f'<{self.tag} {self.geometry} fill="{"#" + fill if fill else "none"}"{line}{veil}/>'


@dataclass(frozen=True)
class Shapes:
    """The view box of a drawing and its shapes in the order of painting."""

    box: tuple[float, float, float, float]
    shapes: tuple[Shape, ...]

    def svg(self, body: str) -> str:
        box = " ".join(f"{v:g}" for v in self.box)
        return f'<svg xmlns="{_NS}" viewBox="{box}">{body}</svg>'

    def runs(self) -> list[list[Shape]]:
        """Neighbours in the order of painting that have one colour: what looks like one thing."""
        return [list(group) for _, group in itertools.groupby(self.shapes, lambda s: (s.fill, s.opacity))]


@functools.lru_cache(maxsize=8)
def flat_shapes(svg: str) -> Shapes:
    """Flatten groups: give their fill, opacity and transform to each shape.
    For plain fills, as Twemoji's: its few clips go along the view box, and its one drawing with strokes loses two glints.
    """
    root = xml.fromstring(svg)
    x, y, width, height = (float(v) for v in root.get("viewBox", "").replace(",", " ").split())
    found: list[Shape] = []
    _collect(root, {"fill": "black"}, found, width * height)
    return Shapes((x, y, width, height), tuple(found))


def _collect(parent: xml.Element, passed: dict[str, str], found: list[Shape], whole: float) -> None:
    for e in parent:
        tag = e.tag.rpartition("}")[2]
        own = {**passed, **{k: v for k, v in e.items() if k in _PASSED}}
        for k, join in (("opacity", lambda a, b: f"{float(a) * float(b):g}"), ("transform", lambda a, b: f"{a} {b}")):
            if k in passed and k in e.attrib:
                own[k] = join(passed[k], e.get(k))
        if tag == "g":
            _collect(e, own, found, whole)
        elif tag in ("path", "circle", "ellipse") and own["fill"] != "none":
            found.append(_shape(tag, e, own, whole))


def _shape(tag: str, e: xml.Element, own: dict[str, str], whole: float) -> Shape:
    geometry = {k: v for k, v in e.items() if not k.startswith(("fill-o", "stroke", "opacity")) and k not in ("fill", "id", "class", "clip-path")}
    if "transform" in own:
        geometry["transform"] = own["transform"]
    opacity = float(own.get("opacity", 1)) * float(e.get("fill-opacity", 1))
    return Shape(tag, " ".join(f"{k}={quoteattr(v)}" for k, v in geometry.items()), hex_colour(own["fill"]), opacity, whole)


def hex_colour(colour: str) -> str:
    """ "#FFF", "#ffffff" or "white" as "ffffff"; "" for none."""
    colour = colour.strip().lower()
    digits = colour[1:] if colour.startswith("#") else _NAMES.get(colour, "000000")
    return "".join(2 * c for c in digits) if len(digits) == 3 else digits


def luminance(colour: str) -> float:
    """Y = 0.2126 R + 0.7152 G + 0.0722 B of the sRGB digits as they stand (luma, ITU-R BT.709), in [0, 1]."""
    return sum(k * int(colour[i : i + 2], 16) / 255 for k, i in ((0.2126, 0), (0.7152, 2), (0.0722, 4))) if colour else 1.0


class DerivedStyle:
    """A style that is made from Twemoji's shapes, with its licence; the credit says that it was adapted."""

    licence = Twemoji.licence
    credit = Twemoji.credit.replace("Drawings: ", "Drawings: adapted from ")
    margin = Twemoji.margin

    def draws(self, code: str) -> bool:
        return Twemoji().svg(code) is not None

    def svg(self, code: str) -> str | None:
        text = Twemoji().svg(code)
        if not text:
            return None
        found = flat_shapes(text)
        return found.svg(self.body(found))

    def body(self, drawing: Shapes) -> str:
        """The drawing's shapes in this style."""
        raise NotImplementedError
