from ._flat_shapes import DerivedStyle, Shapes

_DARK, _WIDTH = "1d2733", 1 / 22


class Outline(DerivedStyle):
    """The coloured drawing with one dark line about the whole, as a sticker has."""

    def body(self, drawing: Shapes) -> str:
        under = [s.drawn(_DARK, _DARK, _WIDTH * drawing.box[2]) for s in drawing.shapes]
        return "".join([*under, *(s.drawn(s.fill) for s in drawing.shapes)])
