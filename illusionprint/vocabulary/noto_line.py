"""Noto Emoji, the one-colour font: line drawings out of a font's outlines."""

import functools
from importlib.resources import files
from typing import Any

from ..errors import Missing


class NotoLine:
    """Black line drawings on white out of the font Noto Emoji, from the extra `noto`; fit for engraving."""

    licence = "OFL-1.1"
    credit = "Drawings: Noto Emoji, (c) Google LLC, SIL Open Font License 1.1"
    margin = 0.03

    def draws(self, code: str) -> bool:
        return _glyph(_font(), _points(code)) is not None

    def svg(self, code: str) -> str | None:
        """The glyph of a Unicode sequence; each of its contours is filled with white underneath, so that the ground does not shine through."""
        font = _font()
        glyph = _glyph(font, _points(code))
        if glyph is None:
            return None
        contours, (x0, y0, x1, y1) = _outline(font, glyph)
        under = "".join(f'<path fill="#fff" d="{c}"/>' for c in contours)
        box, ink = f"{x0:g} {-y1:g} {x1 - x0:g} {y1 - y0:g}", f'<path fill="#111" d="{" ".join(contours)}"/>'
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><g transform="scale(1 -1)">{under}{ink}</g></svg>'


def _points(code: str) -> list[int]:
    return [int(c, 16) for c in code.split("-") if c != "FE0F"]


@functools.lru_cache(maxsize=1)
def _font() -> Any:
    try:
        from fontTools.ttLib import TTFont

        return TTFont(str(files("manimgx_fonts") / "NotoEmoji[wght].ttf"), lazy=True)
    except (ImportError, OSError):
        raise Missing('the style noto_line needs its font: pip install "illusionprint[noto]".') from None


def _glyph(font: Any, points: list[int]) -> str | None:
    """Name of the glyph of one code point, or of the ligature of several (OpenType GSUB, lookup type 4)."""
    names = [font.getBestCmap().get(p) for p in points]
    return names[0] if len(names) == 1 else _ligatures(font).get(tuple(names))


@functools.lru_cache(maxsize=1)
def _ligatures(font: Any) -> dict[tuple[str, ...], str]:
    tables = [getattr(t, "ExtSubTable", t) for lookup in font["GSUB"].table.LookupList.Lookup for t in lookup.SubTable]
    return {(first, *one.Component): one.LigGlyph for t in tables if t.LookupType == 4 for first, all_ in t.ligatures.items() for one in all_}


def _outline(font: Any, glyph: str) -> tuple[list[str], tuple[float, float, float, float]]:
    """Contours as SVG path data with y up, and their box (x0, y0, x1, y1)."""
    from fontTools.pens.boundsPen import BoundsPen
    from fontTools.pens.svgPathPen import SVGPathPen

    glyphs = font.getGlyphSet()
    path, box = SVGPathPen(glyphs), BoundsPen(glyphs)
    glyphs[glyph].draw(path)
    glyphs[glyph].draw(box)
    return [c + "Z" for c in path.getCommands().split("Z") if c], box.bounds or (0, 0, 1, 1)
