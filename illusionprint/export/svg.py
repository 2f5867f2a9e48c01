"""Cut file: lines as SVG in mm, one layer for each role, in the order of cutting."""

from xml.sax.saxutils import escape

from ..layout import Role, Sheet
from ..path import Path
from ..template import Template

SVG = """<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" version="1.1"
     width="{w}mm" height="{h}mm" viewBox="0 0 {w} {h}">
<title>{title}</title>
<metadata>{note}</metadata>
{layers}</svg>
"""
#: Engraving and creasing first, inner cuts next, the outline last, so that nothing moves before it is finished.
ORDER = (Role.REFERENCE, Role.ENGRAVE, Role.CREASE, Role.REGISTER, Role.CUT, Role.TRIM)


def svg(sheet: Sheet, machine: Template) -> bytes:
    """SVG of a sheet's lines for a machine, the same bytes for the same sheet.

    One user unit is 1 mm. Strokes are unfilled, in the template's colours and width; each path starts at the end nearer to the end of the one before.
    """
    w, h = (_mm(v) for v in sheet.size_mm)
    layers = "".join(_layer(role, sheet, machine) + "\n" for role in ORDER if sheet.strokes(role))
    return SVG.format(w=w, h=h, title=_text(sheet.title), note=_text(sheet.note), layers=layers).encode()


def _layer(role: Role, sheet: Sheet, machine: Template) -> str:
    colour, width = machine.colours.get(role.value, "#000000"), _mm(machine.mm("stroke"))
    lines = [f'<path fill="none" stroke="{colour}" stroke-width="{width}" d="{p.d}"/>' for p in _ordered([s.path for s in sheet.strokes(role)])]
    return "\n".join([f'<g inkscape:groupmode="layer" inkscape:label="{role.value}" id="{role.value}">', *lines, "</g>"])


def _ordered(paths: list[Path]) -> list[Path]:
    """Paths in the same order, each reversed where that shortens the way of the tool."""
    out: list[Path] = []
    for path in paths:
        if out and not path.closed and _squared_distance(out[-1].end, path.end) < _squared_distance(out[-1].end, path.start):
            path = path.reversed()
        out.append(path)
    return out


def _squared_distance(p: tuple[float, float], q: tuple[float, float]) -> float:
    return (p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2


def _mm(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _text(text: str) -> str:
    return escape("".join(c if c.isprintable() else " " for c in text))
