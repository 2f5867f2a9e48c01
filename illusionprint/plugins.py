"""A file is a plugin: `illusionprint/views/rotate_180.py` is the view `rotate_180`.

The object that a plugin offers bears the file's name, as a function (`ddim`) or in CamelCase as a class (`Rotate180`).
Files whose name begins with an underscore are not plugins.
"""
from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import Any

from .errors import UnknownName


def names(room: str) -> list[str]:
    """Names of all plugins of a room, sorted; `room` is relative to the package: "views", "jigsaw.tabs"."""
    return list(_names(room))


@functools.cache
def _names(room: str) -> tuple[str, ...]:
    package = importlib.import_module(f"illusionprint.{room}")
    return tuple(sorted(m.name for m in pkgutil.iter_modules(package.__path__) if not (m.ispkg or m.name.startswith("_"))))


def load(room: str, name: str) -> Any:
    """The object of a plugin. Raises UnknownName, listing the room's names."""
    stem = name.lower().replace("-", "_")
    if stem not in names(room):
        raise UnknownName(room.split(".")[-1].rstrip("s"), name, names(room))
    module = importlib.import_module(f"illusionprint.{room}.{stem}")
    camel = "".join(part.capitalize() for part in stem.split("_"))
    return getattr(module, camel, None) or getattr(module, stem)
