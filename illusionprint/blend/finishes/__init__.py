"""Finishes: each makes the mixture look meant. A file is a finish: DESCRIPTION (a line) and `finish(art) -> picture` float32 (h, w, 3).

One whose picture is of few flat colours sets TRACED: then anagram.svg is that picture traced, and what is printed is rendered from it.
"""
from __future__ import annotations

import importlib
from types import ModuleType

from ... import plugins
from ...errors import UnknownName
from ._artwork import Artwork, artwork
from ._trace import painted, traced

__all__ = ["Artwork", "artwork", "load", "names", "painted", "traced"]


def names() -> list[str]:
    return [n.replace("_", "-") for n in plugins.names("blend.finishes")]


def load(name: str) -> ModuleType:
    """A finish by name. Raises UnknownName."""
    stem = name.lower().replace("_", "-")
    if stem not in names():
        raise UnknownName("finish", name, names())
    return importlib.import_module(f"{__name__}.{stem.replace('-', '_')}")
