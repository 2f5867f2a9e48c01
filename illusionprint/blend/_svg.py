"""Regions as SVG: mm, one path a piece and colour, no hairline.

A renderer smooths each edge by itself, so that between two areas that meet exactly what lies under them shines through. Therefore the areas
are painted twice: first with a stroke of their own colour, TRAP_MM to either side, and then as they are. Contours stay where they are, and
under every contour lies the colour of one of its sides, in print as on a screen of 1 / (2 TRAP_MM) pixels a mm and more.
"""
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from .vector import Regions

TRAP_MM = 0.25


def svg(regions: Regions, title: str = "", trap_mm: float = TRAP_MM) -> bytes:
    """Groups `trap` and `art`; in `art` one group a piece (id as in arrangement.json), in it one path a colour. trap_mm 0 leaves the first out."""
    w, h = (f"{v:.3f}".rstrip("0").rstrip(".") for v in regions.size_mm)
    art, under, last = [], [], -1
    names = [f"{regions.names[p]}-{k}" for p, k in zip(regions.pieces, _counted(regions.pieces))]
    for area, colour, piece, name in zip(regions.areas, regions.colours, regions.pieces, names):
        paint = "#" + bytes(colour).hex()
        if piece != last:
            art += ["</g>"] * bool(last >= 0) + [f'<g id="{regions.names[piece]}">']
            last = piece
        art.append(f'<path id="{name}" fill="{paint}" d="{path_data(area)}"/>')
        under.append(f'<use xlink:href="#{name}" stroke="{paint}"/>')
    trap = [f'<g id="trap" stroke-width="{2 * trap_mm:g}" stroke-linejoin="round">', *under, "</g>"] if trap_mm else []
    head = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{w}mm" height="{h}mm" viewBox="0 0 {w} {h}">'
    named = [f"<title>{_escaped(title)}</title>"] if title else []
    return "\n".join([head, *named, *trap, '<g id="art" fill-rule="evenodd">', *art, "</g>", "</g>", "</svg>", ""]).encode()


def path_data(area: shapely.Geometry) -> str:
    """Rings of a polygon or multipolygon as relative lines, three decimals: differences of whole micrometres, so nothing adds up."""
    out = []
    for ring in shapely.get_rings(shapely.get_parts(area)):
        um = np.rint(shapely.get_coordinates(ring)[:-1] * 1000).astype(np.int64)
        steps = np.diff(um, axis=0).ravel().tolist()
        out.append(f"M{_mm(um[0, 0])} {_mm(um[0, 1])}l" + "".join(_next(v) for v in steps).lstrip() + "z")
    return "".join(out)


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
