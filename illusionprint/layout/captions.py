"""Words on the sheets: prompts, title, credits, the slug line and the sentences of the guides."""

import tomllib
from importlib.resources import files
from pathlib import PurePath
from typing import Any

from .. import __version__
from ..anagram import Anagram
from ..jigsaw import Arrangement
from ..units import fmt_size
from ..vocabulary import SUFFIXES
from . import typography

#: Sentences of the guides, see texts.toml.
TEXTS: dict[str, Any] = tomllib.loads((files("illusionprint.layout") / "texts.toml").read_text(encoding="utf-8"))


def prompts(anagram: Anagram) -> list[str]:
    """Words for what each view shows."""
    found = [display_name(str(p)) for p in anagram.facts.get("prompts", ())]
    return found + [f"picture {k}" for k in range(len(found) + 1, len(anagram.seen) + 1)]


def display_name(prompt: str) -> str:
    """Prompt as a reader sees it: a word as it is, a picture's file without folder and suffix."""
    return PurePath(prompt).stem if PurePath(prompt).suffix.lower() in SUFFIXES else prompt


def title_of(anagram: Anagram) -> str:
    """Title of the puzzle, by default its prompts."""
    return str(anagram.facts.get("title") or " / ".join(prompts(anagram)))


def credits(anagram: Anagram) -> list[str]:
    """Credit lines of the pictures."""
    return [str(line) for line in anagram.facts.get("credits", ())]


def captions(anagram: Anagram, arrangement: Arrangement) -> list[tuple[Any, str]]:
    """Pictures of both sides of a board with their words, front first."""
    names = prompts(anagram)
    backs = zip(anagram.back.seen, names[arrangement.assemblies :]) if anagram.back else ()
    return [*zip(anagram.seen, names), *((p, f"{name}, behind {k}") for k, (p, name) in enumerate(backs, 1))]


def pieces(arrangement: Arrangement) -> str:
    """Number of pieces in words: "4x6 pieces", "61 pieces (hexagon)"."""
    board = arrangement.board
    return f"{board.count} pieces ({board.tiling})" if not board.on_grid else f"{board.rows}x{board.cols} pieces"


def slug_line(anagram: Anagram, arrangement: Arrangement | None) -> str:
    """Slug: one line with prompts, seed, grid, size, credits and version, and the letters that the font lacks."""
    size = arrangement.board.size_mm if arrangement else anagram.size_mm
    parts = [title_of(anagram), str(anagram.facts.get("kind", ""))]
    parts += [f"seed {anagram.facts['seed']}" if "seed" in anagram.facts else "", pieces(arrangement) if arrangement else ""]
    parts += [fmt_size(size), *credits(anagram), f"illusionprint {__version__}"]
    note = " · ".join(p for p in parts if p)
    lost = typography.printable(note)[1]
    return note + (f" · letters that this font lacks stand as '?': {lost}" if lost else "")
