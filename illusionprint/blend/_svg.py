"""Regions, and the same as SVG: mm, one path a piece and colour, no hairline; written and read back.

A renderer smooths each edge by itself, so that between two areas that meet exactly what lies under them shines through. Therefore the areas
are painted twice, first with a stroke of their own colour, TRAP_MM to either side, and then as they are; contours stay where they are. Under
all lies a bed of the mean colour: on a screen coarser than 1 / (2 TRAP_MM) pixels a mm a few percent of it shine through, and not of the paper.
What is spread last below is what is painted first above: where a covers half a pixel and then b the rest, over a, the pixel is a/2 + b/2.
"""

import functools
import re
from dataclasses import dataclass, replace

import numpy as np
import shapely

from ..errors import BadValue

TRAP_MM = 0.05
Size = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Regions:
    """Flat areas of a sheet: multipolygons (n,) in mm, a colour uint8 (n, 3) and a piece (n,) each; names of the pieces.
    border: of a board that does not fill the sheet. ground: the sheet's colour uint8 (3,), where the areas are ink on it, sorted by colour, and do not tile it;
    painted: the same areas, each with a trap under those that meet it and come later.
    """

    areas: np.ndarray
    colours: np.ndarray
    pieces: np.ndarray
    names: tuple[str, ...]
    size_mm: Size
    border: shapely.Polygon | None = None
    ground: np.ndarray | None = None
    painted: np.ndarray | None = None


def svg(regions: Regions, title: str = "", trap_mm: float = TRAP_MM) -> bytes:
    """Write regions as SVG: groups `trap` (left out for trap_mm 0) and `art`, in `art` one group a piece (id as in arrangement.json), in it one path a colour.
    Ink on a ground: groups `ground` and `art`, in `art` one group an ink, in it one path a piece, in the order of painting.
    """
    w, h = (f"{v:.3f}".rstrip("0").rstrip(".") for v in regions.size_mm)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{w}mm" height="{h}mm" viewBox="0 0 {w} {h}">'
    named = [f"<title>{_escaped(title)}</title>"] if title else []
    sheet = f'<rect width="{w}" height="{h}"' if regions.border is None else f'<polygon points="{_corners(regions.border)}"'
    body = _tiles(regions, sheet, trap_mm) if regions.ground is None else _inks(regions, sheet)
    return "\n".join([head, *named, *body, "</g>", "</g>", "</svg>", ""]).encode()


def _tiles(regions: Regions, sheet: str, trap_mm: float) -> list[str]:
    """Areas that tile a sheet (its element's beginning), the last two groups left open."""
    art, under, last = [], [], -1
    names = [f"{regions.names[p]}-{k}" for p, k in zip(regions.pieces, _counted(regions.pieces))]
    for area, colour, piece, name in zip(regions.areas, regions.colours, regions.pieces, names):
        paint = _paint(colour)
        if piece != last:
            art += ["</g>"] * bool(last >= 0) + [f'<g id="{regions.names[piece]}">']
            last = piece
        art.append(f'<path id="{name}" fill="{paint}" d="{path_data(area)}"/>')
        under.append(f'<use xlink:href="#{name}" stroke="{paint}"/>')
    bed = f'{sheet} fill="{_paint(mean_colour(regions.areas, regions.colours))}"/>'
    trap = [f'<g id="trap" stroke-width="{2 * trap_mm:g}" stroke-linejoin="round">', bed, *under[::-1], "</g>"] if trap_mm else []
    return [*trap, '<g id="art" fill-rule="evenodd">', *art]


def _inks(regions: Regions, sheet: str) -> list[str]:
    """The same of areas on a ground."""
    out, count, opened = [], np.zeros(len(regions.names), int), ""
    for area, colour, piece in zip(regions.areas if regions.painted is None else regions.painted, regions.colours, regions.pieces):
        count[piece] += 1
        group = f'<g id="ink-{bytes(colour).hex()}">'
        if group != opened:
            out += ["</g>"] * bool(opened) + [group]
            opened = group
        out.append(f'<path id="{regions.names[piece]}-{count[piece]}" fill="{_paint(colour)}" d="{path_data(area)}"/>')
    return ['<g id="ground">', f'{sheet} fill="{_paint(np.asarray(regions.ground))}"/>', "</g>", '<g id="art" fill-rule="evenodd">', *(out or ['<g id="ink">'])]


def _paint(colour: np.ndarray) -> str:
    return "#" + bytes(colour).hex()


def mirrored_svg(data: bytes, title: str = "", border: shapely.Polygon | None = None) -> bytes:
    """What `svg` wrote as it is seen from behind, about its vertical axis; border: that of `Regions`. Raises BadValue as `parse_svg` does."""
    found = parse_svg(data)
    areas, edge = (shapely.transform(g, lambda p: np.round(p * (-1, 1) + (found.size_mm[0], 0), 3)) for g in (found.areas, border))
    return svg(replace(found, areas=areas, border=edge), title)


def mean_colour(areas: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """uint8 (3,): the mean of colours (n, 3) by area."""
    return np.rint(np.average(colours, axis=0, weights=shapely.area(areas))).astype(np.uint8)


_HEAD = re.compile(r'<svg xmlns="[^"]+" xmlns:xlink="[^"]+" width="([\d.]+)mm" height="([\d.]+)mm" viewBox="[\d. ]+">')
_LINE = re.compile(r'<path id="([^"]+)-\d+" fill="#([0-9a-f]{6})" d="([-\dMlz. ]+)"/>')
_GROUND = re.compile(r'<g id="ground">\n<[^>]* fill="#([0-9a-f]{6})"/>')
_OTHER = re.compile(
    r'<g id="[^"]+"(?: fill-rule="evenodd"| stroke-width="[\d.]+" stroke-linejoin="round")?>|</g>|<use xlink:href="#[^"]+" stroke="#\w+"/>'
    r'|<rect width="[\d.]+" height="[\d.]+" fill="#\w+"/>|<polygon points="[-\d., ]+" fill="#\w+"/>|<title>[^<]*</title>|</svg>'
)


def parse_svg(data: bytes) -> Regions:
    """The regions that `svg` wrote; of ink on a ground, the areas as they are painted. Raises BadValue for anything else: what another program changed is not known here."""
    try:
        lines = data.decode().splitlines()
        w, h = _groups(_HEAD, lines[0])
        found = [_groups(_LINE, line) for line in lines if line.startswith("<path")]
        names = {name: k for k, name in enumerate(dict.fromkeys(name for name, _, _ in found))}
        colours = np.array([list(bytes.fromhex(c)) for _, c, _ in found], np.uint8).reshape(-1, 3)
        areas = np.array([_area(d) for _, _, d in found])
    except (IndexError, ValueError, shapely.errors.ShapelyError) as error:
        raise BadValue(f"anagram.svg is not as it was written: {error}.") from None
    ground = _GROUND.search(data.decode())
    if not (len(found) or ground) or not all(line.startswith("<path ") or _OTHER.fullmatch(line) for line in lines[1:]):
        raise BadValue("anagram.svg is not as it was written.")
    sheet = np.array(list(bytes.fromhex(ground[1])), np.uint8) if ground else None
    pieces = np.array([names[name] for name, _, _ in found], int)
    return Regions(areas, colours, pieces, tuple(names), (float(w), float(h)), ground=sheet)


def _groups(pattern: re.Pattern[str], line: str) -> tuple[str, ...]:
    """What the groups of a pattern hold. Raises ValueError for another line."""
    found = pattern.fullmatch(line)
    if found is None:
        raise ValueError(f"'{line[:40]}'")
    return found.groups()


def _area(d: str) -> shapely.Geometry:
    """The rings of `path_data` by the even-odd rule."""
    rings = []
    for part in d.split("z")[:-1]:
        start, _, rest = part.removeprefix("M").partition("l")
        um = np.rint(np.array([*start.split(), *rest.replace("-", " -").split()], float) * 1000).astype(np.int64)
        rings.append(um.reshape(-1, 2).cumsum(0) / 1000)
    return _nested(rings)


def _nested(rings: list[np.ndarray]) -> shapely.Geometry:
    """A polygon or multipolygon of rings: one that goes round like `path_data`'s shells begins a polygon, the others are its holes."""
    holes = ~shapely.is_ccw(shapely.linearrings(np.concatenate(rings), indices=np.repeat(np.arange(len(rings)), [len(r) for r in rings])))
    starts = [*np.flatnonzero(~holes), len(rings)]
    parts = [shapely.Polygon(rings[a], rings[a + 1 : b]) for a, b in zip(starts, starts[1:])]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def path_data(area: shapely.Geometry) -> str:
    """SVG path data of a polygon or multipolygon: relative lines, three decimals, from whole micrometres so that rounding does not add up.
    Shells go round by a positive area of (x, y), holes by a negative one.
    """
    out = []
    for ring in shapely.get_rings(shapely.orient_polygons(shapely.get_parts(area))):
        um = np.rint(shapely.get_coordinates(ring)[:-1] * 1000).astype(np.int64)
        steps = np.diff(um, axis=0).ravel().tolist()
        out.append(f"M{_mm(um[0, 0])} {_mm(um[0, 1])}l" + "".join(map(_next, steps)).lstrip() + "z")
    return "".join(out)


def _corners(polygon: shapely.Polygon) -> str:
    return " ".join(f"{_mm(x)},{_mm(y)}" for x, y in np.rint(shapely.get_coordinates(polygon)[:-1] * 1000).astype(np.int64).tolist())


@functools.lru_cache(maxsize=1 << 16)
def _next(um: int) -> str:
    return _mm(um) if um < 0 else " " + _mm(um)


def _mm(um: int) -> str:
    """Micrometres as millimetres without needless zeros: -1250 -> "-1.25", 500 -> ".5"."""
    sign, (whole, rest) = "-" if um < 0 else "", divmod(abs(int(um)), 1000)
    return sign + (str(whole) if whole or not rest else "") + (f".{rest:03d}".rstrip("0") if rest else "")


def _counted(pieces: np.ndarray) -> list[int]:
    """1, 2, ... within each run of equal numbers."""
    start = np.r_[0, np.flatnonzero(np.diff(pieces)) + 1]
    return (np.arange(len(pieces)) - np.repeat(start, np.diff(np.r_[start, len(pieces)])) + 1).tolist()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
