"""From a word, or a picture's path, to drawings of its subject, at any size.

Drawings come from packages that ship them, one style a file of this room, and from the user's own folder; none is part of the project.
"""

from typing import Any

from ..errors import Missing, UnknownName
from . import _styles
from ._drawing import Drawing, Pose
from ._icon_sets import add_icon_set, icon_sets, is_icon_set, style_table
from ._lookup import UnknownSubject, alternatives, lookup, nearest_subjects, split_style
from ._matte import crop_to_subject, segmentation_preview
from ._picture import SUFFIXES, USER_LICENCE, Cutout, Photo, frame_count, is_picture, load_picture, picture_file
from ._segmentation import extract_subject, segment_subject
from ._styles import check_licences, drawing, has_own_drawing, is_share_alike, load_style, styles
from ._subjects import Subject, normalised, subjects
from ._svg_safety import check_svg
from ._user_style import add_folder
from ._words import has_lettering

__all__ = ["add_folder", "add_icon_set", "alternatives", "check_licences", "check_svg", "crop_to_subject", "Cutout", "Drawing", "extract_subject", "find"]
__all__ += ["frame_count", "has_lettering", "icon_sets", "is_icon_set", "is_picture", "is_share_alike", "load_picture", "load_style", "lookup"]
__all__ += ["nearest_subjects", "Photo", "picture_file", "Pose", "segment_subject", "segmentation_preview", "split_style", "style_table", "styles"]
__all__ += ["Subject", "subjects", "SUFFIXES", "UnknownSubject", "USER_LICENCE"]


def find(word: str, styles: tuple[str, ...] = ("twemoji",)) -> list[Drawing | Cutout]:
    """Find drawings of a word's subject, one a style; a drawing of the user's own by this name, and words for a style ("an ink drawing of"), come first.
    Raises UnknownName for a style, UnknownSubject for a word (with the nearest subjects), Missing when no style draws it.
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
