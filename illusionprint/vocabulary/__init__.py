"""From a word, or a picture's path, to drawings of its subject, at any size.

Drawings come from packages that ship them, one style a file of this room, and from the user's own folder; none is part of the project.
"""
from __future__ import annotations

from typing import Any

from ..errors import Missing, UnknownName
from . import _styles
from ._cut_out import cut_out, standing_out
from ._drawing import Drawing, Pose
from ._harmless import checked as checked_svg
from ._lookup import UnknownSubject, alternatives, lookup, nearest, style_of
from ._matte import framed, shown
from ._own import add_folder
from ._picture import OWN, SUFFIXES, Cutout, Photo, file_of, frames, is_picture, picture
from ._sets import add_set, icon_sets, is_set, table
from ._styles import agreed, drawing, knows, load, share_alike, styles
from ._subjects import Subject, plain, subjects
from ._mirror import has_lettering

__all__ = ["Cutout", "Drawing", "OWN", "Photo", "Pose", "SUFFIXES", "Subject", "UnknownSubject", "add_folder", "agreed", "add_set", "alternatives", "checked_svg", "cut_out", "find", "framed",
           "file_of", "frames", "is_picture", "is_set", "load", "lookup", "nearest", "picture", "share_alike", "shown", "standing_out", "style_of", "styles", "subjects",
           "table", "has_lettering", "icon_sets"]


def find(word: str, styles: tuple[str, ...] = ("twemoji",)) -> list[Drawing | Cutout]:
    """Drawings of a word's subject, one a style that has it. A drawing of the user's own with this very name comes first; words for a style
    ("an ink drawing of an owl") win over `styles`.

    Raises UnknownName for a style, UnknownSubject for a word out of reach (with the nearest subjects), Missing when no style draws it.
    """
    wanted, subject = {name: _castable(name) for name in styles}, Subject(word.strip(), "", ())
    if not any(knows(style, plain(word)) for style in wanted.values()):
        rest, chosen = style_of(word)
        wanted = {chosen: _castable(chosen)} if chosen else wanted
        subject = lookup(rest)
    found = [d for name, style in wanted.items() if (d := drawing(style, name, subject, plain(word)))]
    if not found:
        raise Missing(f"no drawing of '{subject.name}' in {', '.join(wanted)}.")
    return found


def _castable(name: str) -> Any:
    style = load(name)
    if not getattr(style, "cast", True):
        raise UnknownName("style", name, _styles.styles())
    return style
