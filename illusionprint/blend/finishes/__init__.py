"""Finishes: each makes the mixture look meant. A file is a finish: DESCRIPTION (a line) and functions,

outlined(art) -> Regions                    flat areas, or ink on a ground: anagram.svg and print.pdf hold them, and the picture is rendered from them;
                                            LINE_MM is the width of its thinnest line, on a sheet of 200 mm, where it draws any
lit(art) -> picture float32 (h, w, 3)       beside `outlined`: sheets with soft shadows on each other. art.picture holds the areas as pixels, art.parts what they are;
                                            the areas are sheets to cut
finish(art) -> picture float32 (h, w, 3)    what is no flat area
"""

import importlib
from types import ModuleType

from ... import plugins
from ...errors import UnknownName
from ._artwork import Artwork, artwork, resized, work_size

__all__ = ["Artwork", "artwork", "load", "names", "resized", "work_size"]


def names() -> list[str]:
    return [n.replace("_", "-") for n in plugins.names("blend.finishes")]


def load(name: str) -> ModuleType:
    """A finish by name. Raises UnknownName."""
    stem = name.lower().replace("_", "-")
    if stem not in names():
        raise UnknownName("finish", name, names())
    return importlib.import_module(f"{__name__}.{stem.replace('-', '_')}")
