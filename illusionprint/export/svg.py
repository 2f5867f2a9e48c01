"""Lines for a machine: SVG in mm, one layer a role, in the order in which they are to be cut."""
from __future__ import annotations

from xml.sax.saxutils import escape

from ..layout import Role, Sheet
from ..path import Path
from ..template import Template

#: Engraving and scoring first, inner cuts next, the border last, so that nothing moves before it is finished.
ORDER = (Role.REFERENCE, Role.ENGRAVE, Role.CREASE, Role.REGISTER, Role.CUT, Role.TRIM)


def svg(sheet: Sheet, machine: Template) -> bytes:
    """The sheet's lines for a machine; pictures and words stay out.

    One user unit is 1 mm. Strokes are unfilled, in the template's colours and width; a path is a whole line, walked from the end
    that lies nearer to where the last one ended. No dates: the same sheet gives the same bytes.
    """
    w, h = (_mm(v) for v in sheet.size_mm)
    layers = [_layer(role, sheet, machine) for role in ORDER if sheet.strokes(role)]
    text = "\n".join([
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" version="1.1"',
        f'     width="{w}mm" height="{h}mm" viewBox="0 0 {w} {h}">',
        f"<title>{_text(sheet.title)}</title>",
        f"<metadata>{_text(sheet.note)}</metadata>",
        *layers, "</svg>", ""])
    return text.encode()


def _layer(role: Role, sheet: Sheet, machine: Template) -> str:
    colour, width = machine.colours.get(role.value, "#000000"), _mm(machine.mm("stroke"))
    lines = [f'<path fill="none" stroke="{colour}" stroke-width="{width}" d="{p.d}"/>' for p in _walk([s.path for s in sheet.strokes(role)])]
    return "\n".join([f'<g inkscape:groupmode="layer" inkscape:label="{role.value}" id="{role.value}">', *lines, "</g>"])


def _walk(paths: list[Path]) -> list[Path]:
    """The same paths in the same order, each turned round when its end is nearer to the end of the last."""
    out: list[Path] = []
    for path in paths:
        if out and not path.closed and _far(out[-1].end, path.end) < _far(out[-1].end, path.start):
            path = path.reversed()
        out.append(path)
    return out


def _far(p: tuple[float, float], q: tuple[float, float]) -> float:
    return (p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2


def _mm(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _text(text: str) -> str:
    return escape("".join(c if c.isprintable() else " " for c in text))
