"""The word lists of the folder `data`, each read on first use: synonyms, subjects that stand near, and words by what they do in a phrase."""

import functools
import re
import tomllib
from importlib.resources import files
from typing import Any

# Named after their side, or lettered as a kind.
_SIDES = re.compile(r"\b((left|right)(wards)?|(in|de)creasing|(counter)?clockwise)\b|\bclock$|o.clock|thirty$|\bbutton$|^keycap\b|^input\b")


def data_text(name: str) -> str:
    """The text of a file of the folder `data`."""
    return (files(__package__) / "data" / name).read_text(encoding="utf-8")


@functools.cache
def table(name: str) -> dict[str, Any]:
    """A TOML file of the folder `data`."""
    return tomllib.loads(data_text(f"{name}.toml"))


@functools.cache
def word_class(name: str) -> frozenset[str]:
    """A list of words.toml by its name."""
    return frozenset(table("words")[name].split())


@functools.cache
def _lettered() -> frozenset[str]:
    """Subjects whose drawing carries writing."""
    return frozenset(" ".join(table("words")["lettered"].split()).split("; "))


def has_lettering(subject: str) -> bool:
    """Whether a drawing of the subject carries writing, or shows a side, that is wrong in a mirror."""
    name = subject.lower().replace("-", " ")
    return name in _lettered() or bool(_SIDES.search(name))


@functools.cache
def synonyms() -> dict[str, str]:
    """Word -> name of the subject that it means before others."""
    return {word: subjects[0] for word, subjects in meanings().items()}


@functools.cache
def meanings() -> dict[str, list[str]]:
    """Word -> names of the subjects that it may mean, the most usual first."""
    found: dict[str, list[str]] = {}
    for subject, words in _lines("synonyms.txt"):
        for word in words:
            found.setdefault(word, []).append(subject)
    return found


@functools.cache
def related() -> dict[str, list[str]]:
    """Word without a drawing -> subjects that stand near it."""
    return {word: [s.strip() for s in subjects.split(",")] for subjects, words in _lines("related.txt") for word in words}


def _lines(name: str) -> list[tuple[str, list[str]]]:
    """(what stands before the colon, the words after it) of each line that is no comment."""
    pairs = (line.partition(":") for line in data_text(name).splitlines() if not line.startswith("#"))
    return [(left.strip(), [w.strip() for w in right.split(",")]) for left, _, right in pairs]
