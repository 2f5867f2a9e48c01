"""Partners of a subject: what `suggest` tells."""
from __future__ import annotations

from .. import vocabulary
from ..casting.partners import partners
from ..errors import Missing
from ..jigsaw import Cut
from ..units import grid
from ..views import view
from .drawn import Progress

CELL_UM = 40000


def suggest(subject: str, kind: str, rows_cols: str, styles: tuple[str, ...], progress: Progress = None) -> list[tuple[float, str]]:
    """(conflict, subject) of all the vocabulary, the best first. Raises UnknownName for a view or a word out of reach."""
    drawing = vocabulary.picture(subject) if vocabulary.is_picture(subject) else vocabulary.find(subject, styles)[0]
    cut = Cut(*grid(rows_cols), CELL_UM) if kind == "jigsaw" else None
    return partners(drawing, _all(styles), None if cut else view(kind), cut, progress)


def _all(styles: tuple[str, ...]):
    for s in vocabulary.subjects():
        try:
            yield vocabulary.find(s.names[0], styles)[0]
        except Missing:
            continue
