"""From words on the command line to a PuzzleSpec."""

import re
from pathlib import Path
from typing import Any

from .. import data, products
from ..errors import BadValue, UnknownName
from ..spec import PuzzleSpec


def spec_of(kind: str, prompts: tuple[str, ...], given: dict[str, Any]) -> PuzzleSpec:
    """A view's name with prompts, a shipped puzzle's name or a TOML path; options that were given win.

    Raises UnknownName for a kind that is neither, and what PuzzleSpec raises.
    """
    changes, known = _changes(given), products.kinds()
    name = kind.lower().replace("-", "_")
    if name in known or set(name.split("+")) <= set(known):
        return PuzzleSpec.of(name, prompts, **changes)
    if prompts:
        if _is_puzzle(kind):
            raise BadValue(f"the puzzle '{kind}' has prompts of its own; leave out {', '.join(map(repr, prompts))}, or begin with a kind.")
        raise UnknownName("kind", kind, known)
    other = {"pieces": ("grid", ""), "grid": ("pieces", 0)}  # one says what the other said
    return _puzzle(kind, known).replace(**dict(v for k, v in other.items() if k in changes and v[0] not in changes), **changes)


def _is_puzzle(name: str) -> bool:
    return Path(name).is_file() or name.endswith(".toml") or name.lower() in data.names("puzzles")


def _puzzle(name: str, kinds: list[str]) -> PuzzleSpec:
    """A file, a result's folder, or a shipped puzzle: `rabbit-duck`, `puzzles/rabbit-duck.toml`."""
    path = Path(name) / "puzzle.toml" if Path(name).is_dir() else Path(name)
    if path.is_file():
        return _beside(PuzzleSpec.load(path), path.parent)
    stem = path.stem if path.parent.name == "puzzles" else name
    if stem.lower() in data.names("puzzles"):
        return PuzzleSpec.load(data.find("puzzles", stem))
    if path.suffix == ".toml" and path.parent.name != "puzzles":
        raise BadValue(f"there is no puzzle file '{path}'.")
    raise UnknownName("kind or puzzle", name, [*kinds, *data.names("puzzles")])


def _beside(spec: PuzzleSpec, folder: Path) -> PuzzleSpec:
    """Pictures that are not where the command runs are looked for beside the puzzle's file."""

    def found(name: str) -> str:
        return str(folder / name) if name and not Path(name).exists() and (folder / name).is_file() else name

    return spec.replace(prompts=tuple(map(found, spec.pictures.prompts)), outline=found(spec.board.outline))


def _changes(given: dict[str, Any]) -> dict[str, Any]:
    """Options that were given; their licence is looked at later, since the puzzle's file may have agreed to it. Raises BadValue for an empty one."""
    if empty := [k for k, v in given.items() if isinstance(v, str) and not v.strip()]:
        raise BadValue(f"--{empty[0]} came with nothing; give it a value, or leave it out.")
    return {k: v for k, v in {**given, "styles": styles_of(given)}.items() if v is not None and v != ()}


def styles_of(given: dict[str, Any]) -> tuple[str, ...]:
    """The styles asked for. Raises UnknownName."""
    from .. import vocabulary

    for style in given.get("styles") or ():
        if style not in vocabulary.styles():
            raise UnknownName("style", style, vocabulary.styles())
    return tuple(given.get("styles") or ())


def seeds_of(text: str) -> list[int]:
    """[0, 1, 2, 7] of "0-2,7"; [] of "". Raises BadValue."""
    out: list[int] = []
    for part in text.split(",") if text else ():
        match = re.fullmatch(r"\s*(\d{1,10})\s*(?:-\s*(\d{1,10}))?\s*", part)
        if not match or not 0 <= int(match[2] or match[1]) - int(match[1]) < 1000:
            raise BadValue(f"--seeds takes numbers and rising ranges of up to 1000, as in '0-9' or '1,4,7'; '{text}' came.")
        out += range(int(match[1]), int(match[2] or match[1]) + 1)
    return out
