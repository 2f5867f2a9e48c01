"""Products, one pipeline a file, each of which reads like the sentence that describes it. A new one is a new file and no edit elsewhere.

A product offers `picture(plan, progress)`: (Anagram, Arrangement or None), if it has one, and `make(plan, folder, progress)`: writes all files, the number of
errors that the proof found. It says by literals `SUMMARY`, a line for lists, and `TABLES`, the tables of a puzzle's file that it uses, or keys of them, as in
"pictures.styles". Which puzzles are its own it says either by `KINDS`, kinds of its own, with `plan(spec)`, or by `takes(plan)` among the puzzles whose kind is
a view. Nothing here imports a product but `load`, so that help is instant.
"""

from types import ModuleType
from typing import Any

from .. import plugins
from ..spec import CARDS, PLACES

ROOM = "products"


def names() -> list[str]:
    return plugins.names(ROOM)


def load(name: str) -> ModuleType:
    """A product's file. Raises UnknownName."""
    return plugins.module(ROOM, name)


def own_kinds() -> dict[str, str]:
    """Products by kinds of their own."""
    return {kind: name for name in names() for kind in _told(name).get("KINDS", ())}


def kinds() -> list[str]:
    """All that `make` takes: views, and kinds of products."""
    return [*(k for k in plugins.names("views") if k != "identity"), *own_kinds()]


def summary(kind: str) -> str:
    """A line about a kind."""
    own = own_kinds().get(kind)
    return _told(own)["SUMMARY"] if own else plugins.told("views", kind)["doc"]


def options(kind: str) -> set[str]:
    """Names of the options that a kind has: those of the tables of its products."""
    own = own_kinds().get(kind)
    some = [own] if own else [name for name in names() if "KINDS" not in _told(name)]
    tables = {table for name in some for table in _told(name)["TABLES"]}
    if not own and not any(plugins.told("views", k).get("needs_board") for k in kind.split("+")):
        tables -= {"board", "exact"}
    found = {name for name, (table, key) in PLACES.items() if table in tables or f"{table}.{key}" in tables}
    return found if own or kind in CARDS else found - {"compose"}


def _told(name: str) -> dict[str, Any]:
    return plugins.told(ROOM, name)
