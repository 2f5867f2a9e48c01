"""From a word, or a picture's path, to drawings of its subject, at any size.

Drawings come from packages that ship them, one style a file of this room, and from the user's own folder; none is part of the project.
"""
from __future__ import annotations

from typing import Any

from ..errors import Missing, UnknownName
from . import _styles
from ._segmentation import extract_subject, segment_subject
from ._drawing import Drawing, Pose
from ._svg_safety import check_svg
from ._lookup import UnknownSubject, alternatives, lookup, nearest_subjects, split_style
from ._matte import crop_to_subject, segmentation_preview
from ._user_style import add_folder
from ._picture import USER_LICENCE, SUFFIXES, Cutout, Photo, picture_file, frame_count, is_picture, load_picture
from ._icon_sets import add_icon_set, icon_sets, is_icon_set, style_table
from ._styles import check_licences, drawing, has_own_drawing, load_style, is_share_alike, styles
from ._subjects import Subject, normalised, subjects
from ._mirror import has_lettering

__all__ = ["Cutout", "Drawing", "USER_LICENCE", "Photo", "Pose", "SUFFIXES", "Subject", "UnknownSubject", "add_folder", "check_licences", "add_icon_set", "alternatives", "check_svg", "extract_subject", "find", "crop_to_subject",
           "picture_file", "frame_count", "is_picture", "is_icon_set", "load_style", "lookup", "nearest_subjects", "load_picture", "is_share_alike", "segmentation_preview", "segment_subject", "split_style", "styles", "subjects",
           "style_table", "has_lettering", "icon_sets"]


def find(word: str, styles: tuple[str, ...] = ("twemoji",)) -> list[Drawing | Cutout]:
    """Drawings of a word's subject, one a style that has it. A drawing of the user's own with this very name comes first; words for a style
    ("an ink drawing of an owl") win over `styles`.

    Raises UnknownName for a style, UnknownSubject for a word out of reach (with the nearest subjects), Missing when no style draws it.
    """
    wanted, subject = {name: _castable(name) for name in styles}, Subject(word.strip(), "", ())
    if not any(has_own_drawing(style, normalised(word)) for style in wanted.values()):
        rest, chosen = split_style(word)
        wanted = {chosen: _castable(chosen)} if chosen else wanted
        subject = lookup(rest)
    found = [d for name, style in wanted.items() if (d := drawing(style, name, subject, normalised(word)))]
    if not found:
        raise Missing(f"no drawing of '{subject.name}' in {', '.join(wanted)}.")
    return found


def _castable(name: str) -> Any:
    style = load_style(name)
    if not getattr(style, "cast", True):
        raise UnknownName("style", name, _styles.styles())
    return style
