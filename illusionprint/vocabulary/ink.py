from ._flat_shapes import DerivedStyle, Shape, Shapes, luminance

_INK, _PAPER = "16181d", "ffffff"
_OUTER, _INNER = 1 / 21, 1 / 51


class Ink(DerivedStyle):
    """Black lines on white: a strong line about the whole, a fine one about each part; what is dark, or dim and small, is solid black."""

    def body(self, drawing: Shapes) -> str:
        side = drawing.box[2]
        out = [s.drawn(_INK, _INK, _OUTER * side) for s in drawing.shapes]
        for run in drawing.runs():
            if run[0].opacity < 1:
                out += [s.drawn("", _INK, _INNER * side) for s in run]
            else:
                out += [s.drawn(_INK, _INK, _INNER * side / (4 if _solid(s) else 1)) for s in run]
                out += [s.drawn(_PAPER) for s in run if not _solid(s)]
        return "".join(out)


def _solid(shape: Shape) -> bool:
    dark = luminance(shape.fill)
    return dark < 0.31 or (dark < 0.52 and shape.area < 0.035)
