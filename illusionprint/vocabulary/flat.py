import math

from ._flat_shapes import DerivedStyle, Shapes

_FEW, _ALIKE, _APART, _SMALL = 4, 14.0, 26.0, 0.003


class Flat(DerivedStyle):
    """Few flat colours without shading or the smallest details, as cut from paper."""

    def body(self, drawing: Shapes) -> str:
        area: dict[str, float] = {}
        for s in drawing.shapes:
            area[s.fill] = area.get(s.fill, 0.0) + s.area
        to = _few(area)
        return "".join(s.drawn(to[s.fill]) for s in drawing.shapes if s.area > _SMALL and s.opacity > 0.4)


def _few(area: dict[str, float]) -> dict[str, str]:
    """Each colour's stand-in: the nearest groups are joined while they are alike (Lab distance < 14), or more than four and not apart (< 26)."""
    groups = [([c], _lab(c)) for c in area]
    while len(groups) > 1:
        pairs = [(math.dist(groups[i][1], groups[j][1]), i, j) for j in range(len(groups)) for i in range(j)]
        distance, i, j = min(pairs)
        if distance > (_APART if len(groups) > _FEW else _ALIKE):
            break
        colours = groups[i][0] + groups.pop(j)[0]
        groups[i] = (colours, _lab(max(colours, key=area.__getitem__)))
    return {c: max(colours, key=area.__getitem__) for colours, _ in groups for c in colours}


def _lab(colour: str) -> tuple[float, float, float]:
    """CIE 1976 L*a*b* of sRGB digits, white D65 (IEC 61966-2-1, ISO/CIE 11664-4)."""
    r, g, b = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)))
    xyz = ((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505, 0.2126 * r + 0.7152 * g + 0.0722 * b, (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089)
    x, y, z = (v ** (1 / 3) if v > 216 / 24389 else v * 841 / 108 + 4 / 29 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)
