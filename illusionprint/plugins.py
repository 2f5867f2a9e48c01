"""A file is a plugin: `illusionprint/views/rotate_180.py` is the view `rotate_180`.

The object that a plugin offers bears the file's name, as a function (`ddim`) or in CamelCase as a class (`Rotate180`).
Files whose name begins with an underscore are not plugins.
"""

import ast
import functools
import importlib
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import Any

from .errors import UnknownName


def names(room: str) -> list[str]:
    """Names of all plugins of a room, sorted; `room` is relative to the package: "views", "jigsaw.tabs"."""
    return list(_names(room))


@functools.cache
def _names(room: str) -> tuple[str, ...]:
    return tuple(sorted(m.name for m in pkgutil.iter_modules([str(_folder(room))]) if not (m.ispkg or m.name.startswith("_"))))


def _folder(room: str) -> Path:
    return Path(__file__).parent.joinpath(*room.split("."))


def module(room: str, name: str) -> ModuleType:
    """The file of a plugin. Raises UnknownName, listing the room's names."""
    stem = name.lower().replace("-", "_")
    if stem not in names(room):
        raise UnknownName(room.split(".")[-1].rstrip("s"), name, names(room))
    return importlib.import_module(f"illusionprint.{room}.{stem}")


def load(room: str, name: str) -> Any:
    """The object of a plugin. Raises UnknownName, listing the room's names."""
    found = module(room, name)
    stem = found.__name__.rpartition(".")[2]
    camel = "".join(part.capitalize() for part in stem.split("_"))
    return getattr(found, camel, None) or getattr(found, stem)


@functools.cache
def told(room: str, name: str) -> dict[str, Any]:
    """What a plugin's file says of itself, read without importing it, so that help is instant: its constants, those of its class, and "doc", its first line.

    Raises UnknownName.
    """
    if name not in names(room):
        raise UnknownName(room.split(".")[-1].rstrip("s"), name, names(room))
    tree = ast.parse((_folder(room) / f"{name}.py").read_text(encoding="utf-8"))
    scopes: list[ast.Module | ast.ClassDef] = [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))]
    docs = [text for scope in reversed(scopes) if (text := ast.get_docstring(scope))]
    lines = [(node.targets[0], node.value) for scope in scopes for node in scope.body if isinstance(node, ast.Assign)]
    found = {target.id: value for target, value in lines if isinstance(target, ast.Name)}
    return {"doc": docs[0].partition("\n")[0]} | {k: ast.literal_eval(v) for k, v in found.items() if _is_literal(v)}


def _is_literal(node: ast.expr) -> bool:
    return all(isinstance(n, (ast.Constant, ast.Tuple, ast.List, ast.Load)) for n in ast.walk(node))
