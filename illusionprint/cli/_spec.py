"""From words on the command line to a PuzzleSpec."""
from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from .. import data, plugins
from ..errors import BadValue, UnknownName
from ..spec import PuzzleSpec

SHARE_ALIKE = ("openmoji",)


def spec_of(kind: str, prompts: tuple[str, ...], given: dict[str, Any]) -> PuzzleSpec:
    """A view's name with prompts, a shipped puzzle's name or a TOML path; options that were given win.

    Raises UnknownName for a kind that is neither, and what PuzzleSpec raises.
    """
    changes = _changes(given)
    views = [v for v in plugins.names("views") if v != "identity"]
    name = kind.lower().replace("-", "_")
    if name in (*views, "hybrid"):
        return PuzzleSpec(name, prompts, **changes)
    if prompts:
        raise UnknownName("kind", kind, views)
    return _puzzle(kind, views).replace(**changes)


def _puzzle(name: str, views: list[str]) -> PuzzleSpec:
    path = Path(name)
    if path.is_dir() and (path / "puzzle.toml").is_file():
        return PuzzleSpec.load(path / "puzzle.toml")
    stem = path.stem if path.parent.name == "puzzles" else name
    if path.is_file() or name.endswith(".toml"):
        return PuzzleSpec.load(path)
    if stem.lower() in data.names("puzzles"):
        return PuzzleSpec.load(data.find("puzzles", stem))
    raise UnknownName("kind or puzzle", name, [*views, *data.names("puzzles")])


def _changes(given: dict[str, Any]) -> dict[str, Any]:
    """Options that were given; styles checked against the licence asked for."""
    licence = given.pop("licence", "attribution")
    for style in given.get("styles") or ():
        if style not in plugins.names("vocabulary"):
            raise UnknownName("style", style, plugins.names("vocabulary"))
        if style in SHARE_ALIKE and licence != "share-alike":
            raise BadValue(f"drawings in the style '{style}' ask for the same licence on what is made of them; say --licence share-alike to use them.")
    return {k: v for k, v in given.items() if v is not None and v != ()}


def seeds_of(text: str) -> list[int]:
    """[0, 1, 2, 7] of "0-2,7"; [] of "". Raises BadValue."""
    out: list[int] = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        match = re.fullmatch(r"(\d+)(?:-(\d+))?", part)
        if not match or int(match[2] or match[1]) - int(match[1]) > 999:
            raise BadValue(f"--seeds takes numbers and ranges as in '0-9' or '1,4,7'; '{text}' came.")
        out += range(int(match[1]), int(match[2] or match[1]) + 1)
    return out
