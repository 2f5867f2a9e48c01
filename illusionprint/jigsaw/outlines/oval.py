"""An ellipse that fills the board's box."""

from ...path import Path
from .circle import circle


def oval() -> Path:
    return circle()
