"""Subjects that a mirror would spoil: letters, digits, clock faces, notes, and those that are named after their side."""
from __future__ import annotations

import re

from ._words import lettered_subjects

_SIDES = re.compile(r"\b(left|right|leftwards|rightwards|increasing|decreasing|clockwise|counterclockwise)\b|\bclock$|o.clock|thirty$|\bbutton$|^keycap\b|^input\b")


def has_lettering(subject: str) -> bool:
    """Whether a drawing of the subject carries writing, or shows a side, that is wrong in a mirror."""
    name = subject.lower().replace("-", " ")
    return name in lettered_subjects() or bool(_SIDES.search(name))
