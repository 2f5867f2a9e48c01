"""What the styles made by rule from Twemoji have in common."""
from __future__ import annotations

from ._flat_shapes import Shapes, flat_shapes
from .twemoji import Twemoji


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
