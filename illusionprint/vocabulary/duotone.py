from ._flat_shapes import DerivedStyle, Shapes, luminance

_STOPS = ((0x1F, 0x2A, 0x55), (0xF2, 0x6B, 0x4E), (0xFF, 0xF0, 0xD6))


class Duotone(DerivedStyle):
    """Two inks, a dark one and a warm one, on cream: colours are ranked by their lightness."""

    def body(self, drawing: Shapes) -> str:
        tone = _tones(sorted({s.fill for s in drawing.shapes}, key=luminance))
        return "".join(s.drawn(_ink(tone[s.fill])) for s in drawing.shapes)


def _tones(colours: list[str]) -> dict[str, float]:
    """Half its luma, half its rank among the drawing's own colours: t_i = (Y_i + (i + 1/2) / n) / 2; so colours of one luma stay apart."""
    return {c: (luminance(c) + (i + 0.5) / len(colours)) / 2 for i, c in enumerate(colours)}


def _ink(tone: float) -> str:
    """Colour between the stops dark (0), warm (1/2) and cream (1)."""
    i, t = (0, 2 * tone) if tone < 0.5 else (1, 2 * tone - 1)
    return "".join(f"{round(a + (b - a) * t):02x}" for a, b in zip(_STOPS[i], _STOPS[i + 1]))
