"""From a word, or a picture's path, to drawings of its subject, at any size.

Drawings come from packages that ship them, one style a file of this room; none is part of the project.
"""
from __future__ import annotations

from .. import plugins
from ..errors import Missing
from ._drawing import Drawing, Pose
from ._picture import Photo, is_picture, picture
from ._subjects import Subject, lookup, subjects

__all__ = ["Drawing", "Photo", "Pose", "Subject", "find", "is_picture", "lookup", "picture", "styles", "subjects"]


def styles() -> list[str]:
    return plugins.names("vocabulary")


def find(word: str, styles: tuple[str, ...] = ("twemoji",)) -> list[Drawing]:
    """Drawings of a word's subject, one a style that has it.

    Raises UnknownName for a style or a word out of reach (with the nearest subjects), Missing when no style draws it.
    """
    subject = lookup(word)
    found = []
    for name in styles:
        style = plugins.load("vocabulary", name)()
        svg = style.svg(subject.code)
        if svg:
            found.append(Drawing(subject.name, name, style.licence, style.credit, svg, style.margin))
    if not found:
        raise Missing(f"no drawing of '{subject.name}' in {', '.join(styles)}.")
    return found
