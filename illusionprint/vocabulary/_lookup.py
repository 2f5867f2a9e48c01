"""How a word finds its subject, which others it might have meant, and what stands near a word out of reach."""

import functools
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher
from importlib.resources import files

from ..errors import IllusionPrintError
from ._subjects import ARTICLES, Subject, normalised, singulars, subjects
from ._words import meanings, related, synonyms, table, word_class

_MADE = r"(?:drawing|art|picture|image|illustration|sketch|sticker|print|icon|style)"
_PICTURE = re.compile(rf"(?:(?:an?|the) )?{_MADE} of (.+)")
_AFTER = re.compile(r" (?:on|in|at|by|with|under|near|behind|over|beside|from|wearing|holding|that|who|which) .*")
_COMMON = 8  # a keyword of more subjects than these names a kind, not a thing
_LOOSE = 3  # words that a name may have beyond those asked for, if no word of these was left out
_DEEP = 3  # place in a symbol's list from which on a keyword says little of what is seen ("stairs" of "antenna bars")
_SOMEBODY = re.compile(r"\w{3,}(er|or|ist|ian|man|woman)")


class UnknownSubject(IllusionPrintError):
    """A word that no drawing answers to."""

    def __init__(self, word: str, near: list[str]):
        self.near = near
        hint = "`illusionprint list vocabulary` tells all, and a picture's path may stand in its place."
        super().__init__(f"no drawing of '{word}'; the nearest subjects are {', '.join(near)}. {hint}")


def lookup(word: str) -> Subject:
    """Look up the subject of a free word by full name, then by `_found`, whole and then by its last words. Raises UnknownSubject (the five nearest).
    Words for a style, articles, plurals, British or American spelling and adjectives ("an old castle") do not matter.
    """
    found = _match(word)
    if found is None:
        raise UnknownSubject(word, nearest_subjects(word))
    return found[0]


def alternatives(word: str, count: int = 4) -> list[str]:
    """Names of other subjects that the word might have meant, nearest first; none for a subject's full name of several words."""
    found = _match(word)
    if found is None:
        return []
    subject, form = found
    ranked: list[tuple[float, int, Subject]]
    ranked = [(-1, i, named(n)) for i, n in enumerate(n for f in _forms_of(form) for n in meanings().get(f, ())[1:])]
    ranked += [(_extra_words(form.split(), s), i, s) for i, s in _subjects_with_words(form.split())]
    ranked += [(2 + at / 10, i, subjects()[i]) for at, i in _by_keyword(form) if at < 5]
    return list(dict.fromkeys(s.name for extra, _, s in sorted(ranked, key=lambda r: r[:2]) if extra < 3 and s != subject))[:count]


@functools.cache
def _styled() -> re.Pattern[str]:
    """A phrase that says how its subject is drawn."""
    return re.compile(rf"(?:(?:an?|the) )?(?:({'|'.join(table('words')['styles'])}) )(?:{_MADE} )?(?:of )?(.+)")


def split_style(word: str) -> tuple[str, str | None]:
    """Split a word from its words for a style: "an ink drawing of an owl" is ("an owl", "ink"); a subject's full name ("flat shoe") stays whole."""
    asked = normalised(word)
    if index_of_name(asked) is not None:
        return word, None
    styled, picture = _styled().fullmatch(asked), _PICTURE.fullmatch(asked)
    if styled and not set(styled[2].split()) <= word_class("describing") and _match_bare(styled[2]):
        return styled[2], table("words")["styles"][styled[1]]
    return (picture[1], None) if picture and _match_bare(picture[1]) else (word, None)


def _match(word: str) -> tuple[Subject, str] | None:
    """A word's subject and the words that led to it."""
    return _match_bare(normalised(split_style(word)[0]))


@functools.lru_cache(maxsize=256)
def _match_bare(asked: str) -> tuple[Subject, str] | None:
    parts = list(_parts(asked))
    for part, whole, loose in (*((part, True, 0) for part, whole in parts if whole), *((part, whole, _LOOSE * whole) for part, whole in parts)):
        found = _found(part, whole, loose)
        if found or related().keys() & _forms_of(part).keys():
            return found
    return None


def _parts(asked: str) -> Iterator[tuple[str, bool]]:
    """What is looked for in turn, and whether all that carries meaning is in it: the whole; without what describes; "A" of "A slice" and of "A sleeping";
    "B" of "A of B", then "A"; then the last words alone. "A and B" is never taken apart."""
    yield asked, True
    if re.search(r"\b(and|or)\b|&", asked):
        return
    head = _AFTER.sub("", asked)
    words = [w for w in head.split() if w not in ARTICLES]
    while len(words) > 1 and words[0] in word_class("describing"):
        words = words[1:]
        yield " ".join(words), True
    if len(words) > 1 and words[-1] in word_class("days"):
        words = words[:-1]
        yield " ".join(words), True
    if len(words) > 1 and words[-1] in word_class("containers") and _is_food(" ".join(words[:-1])):
        yield " ".join(words[:-1]), True
    if len(words) > 1 and (words[-1] in word_class("measures") or _is_doing(words[-1])):
        words = words[:-1]
        yield " ".join(words), False
    if " of " in head:
        yield from ((part, False) for part in reversed(head.split(" of ", 1)))
    yield from ((" ".join(words[k:]), False) for k in range(len(words)) if not k or _stands_alone(words[k:]))


def _stands_alone(last: list[str]) -> bool:
    """Whether the last of some words are what all are: "owl" of "snowy owl" is, "bag" of "tea bag" and "1" of "formula 1" are not."""
    return not (len(last) == 1 and (_forms(last[0]) & word_class("kinds") or not last[0].isalpha()) or set(last) <= word_class("describing"))


def _is_food(part: str) -> bool:
    """Whether it is food or drink, or an animal or a plant, that fills a cup or a bowl: "egg" of "egg cup" and not "punch" of "punch bowl"."""
    found = _found(part, True, _LOOSE)
    return found is not None and found[0].kind in ("Food & Drink", "Animals & Nature")


def _is_doing(word: str) -> bool:
    """Whether a word after another tells what that one does: "sleeping" and "howling" do, "building" and "pudding" are things."""
    return word.endswith("ing") and word in word_class("describing")


def _found(asked: str, whole: bool, loose: int) -> tuple[Subject, str] | None:
    """By rank: full name; a word of ours; another name; the fewest words, at most `loose`, beyond those asked for; a keyword, only for the whole."""
    forms = list(_forms_of(asked))
    for f in forms:
        i = index_of_name(f)
        if i is not None:
            return subjects()[i], f
        if f in related():
            return None
    words = [w for w in asked.split() if w not in ARTICLES]
    scored = min(((_extra_words(words, s, whole), i) for i, s in _subjects_with_words(words)), default=(99, 0))
    if scored[0] <= loose:
        return subjects()[scored[1]], " ".join(words)
    held = [(i, f) for f in forms if whole and (loose or " " in f) for _, i in _shown_by_keyword(f)]
    return (subjects()[held[0][0]], held[0][1]) if held else None


def _forms_of(asked: str) -> dict[str, None]:
    """What is asked for, without its article, in the singular, as one word, in the other spelling."""
    words = [w for w in asked.split() if w not in ARTICLES]
    one = [[w, *singulars(w)] for w in words]
    bare = re.sub(r"^(an?|the|some) ", "", asked)
    singular = [" ".join(f[min(k, len(f) - 1)] for f in one) for k in range(4)]
    forms = [asked, bare, re.sub(r"(\w)'s?\b", r"\1", bare), *singular, "".join(words), *_instrument_of(words)]
    return dict.fromkeys(f for form in forms for f in (form, *_spellings(form)) if f)


def _instrument_of(words: list[str]) -> list[str]:
    """What somebody plays or works with: "guitar" of "guitarist", "piano" of "pianist"."""
    known = [w for w in (*words, *singulars(words[0])) if w.endswith("ist") and len(w) > 6] if len(words) == 1 else []
    return [w[:-3] + end for w in known for end in ("", "e", "o", "a")]


def _spellings(form: str) -> list[str]:
    """British for American and the other way round."""
    return [form.replace(a, b) for pair in table("words")["spellings"] for a, b in (pair, pair[::-1]) if a in form]


def index_of_name(form: str) -> int | None:
    """Place of the subject with this name: its CLDR name wins, then our words, then its other names."""
    ranks, ours = _names(), synonyms().get(form)
    rank, i = ranks.get(form, (9, 0))
    if ours in ranks and rank > 0:
        return ranks[ours][1]
    return i if form in ranks else None


def named(name: str) -> Subject:
    """The subject of a name that some subject has."""
    place = index_of_name(name)
    assert place is not None
    return subjects()[place]


@functools.cache
def _names() -> dict[str, tuple[int, int]]:
    """Name -> its best rank (0 CLDR name, 1 Unicode name, 2 any other, 3 one of them in one word) and the place of the first subject with it."""
    best: dict[str, tuple[int, int]] = {}
    for i, s in enumerate(subjects()):
        for k, n in enumerate(s.names):
            for form, rank in ((n, min(k, 2)), (n.replace(" ", ""), 3)):
                best[form] = min(best.get(form, (9, 0)), (rank, i))
    return best


@functools.cache
def _by_word() -> dict[str, list[int]]:
    """Any form of a word -> places of the subjects with it in a name."""
    found: dict[str, dict[int, None]] = defaultdict(dict)
    for i, s in enumerate(subjects()):
        for f in {f for n in s.names for w in n.split() for f in _forms(w)}:
            found[f][i] = None
    return {f: list(places) for f, places in found.items()}


@functools.cache
def _keywords() -> dict[str, list[tuple[int, int]]]:
    """Keyword -> (its place in a subject's list, place of the subject), best first. The lists are those that `em-keyboard` ships (emojilib)."""
    table = json.loads((files("em") / "emojis.json").read_text(encoding="utf-8"))
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for i, s in enumerate(subjects()):
        text = "".join(chr(int(c, 16)) for c in s.code.split("-"))
        for at, word in enumerate(table.get(text) or table.get(text.replace("\ufe0f", "")) or ()):
            found[normalised(word)].append((at, i))
    return {w: sorted(held) for w, held in found.items()}


def _subjects_with_words(words: list[str]) -> list[tuple[int, Subject]]:
    """Subjects with all the words in their names, in their order."""
    if not words:
        return []
    sets = [{i for f in _forms(w) for i in _by_word().get(f, ())} for w in words]
    return [(i, subjects()[i]) for i in sorted(set.intersection(*sets))]


def _by_keyword(keyword: str) -> list[tuple[int, int]]:
    """What holds a keyword that names a thing and not a whole kind."""
    held = _keywords().get(keyword, [])
    return held if len(held) <= _COMMON else []


def _shown_by_keyword(keyword: str) -> list[tuple[int, int]]:
    """Those of `_by_keyword` that show it: symbols only by their first keywords, of a word for somebody a person before a tool."""
    held = [(at, i) for at, i in _by_keyword(keyword) if subjects()[i].kind != "Symbols" or at <= _DEEP]
    return sorted(held, key=lambda h: subjects()[h[1]].kind != "People & Body") if _SOMEBODY.fullmatch(keyword) else held


def _extra_words(words: list[str], subject: Subject, whole: bool = True) -> int:
    return min(_extra_words_of_name(words, n, whole) for n in subject.names)


def _extra_words_of_name(words: list[str], name: str, whole: bool) -> int:
    """Words that a name has beyond those asked for; 99 when it lacks one of them, or is about something else ("table" of "table tennis
    paddle"): for the whole of what was asked only from the second such word on ("carousel" of "carousel horse")."""
    kept = [w for w in name.split() if w not in ARTICLES]
    have = [_forms(w) for w in kept]
    if not all(any(_forms(w) & h for h in have) for w in words):
        return 99
    head = [w for w in re.split(r" (?:with|on|in|of|at) ", name)[0].split() if w not in ARTICLES]
    about = not head or any(_forms(w) & _forms(head[-1]) for w in words)
    more = len(have) - len(words)
    return more if about or more <= whole else 99


@functools.lru_cache(maxsize=10000)
def _forms(word: str) -> frozenset[str]:
    return frozenset([word, *singulars(word)])


def nearest_subjects(word: str, count: int = 5) -> list[str]:
    """Subjects near a word: those that our tables set beside it or its last word, those with it as a keyword, then those whose names look most like it."""
    asked = normalised(word)[:60]
    words = [f for w in asked.split() if w not in ARTICLES for f in _forms(w)]
    kin = [n for f in (*_forms_of(asked), *words) for n in related().get(f, ())]
    alike = [n for f in reversed(words) if f in word_class("kinds") for n in (f, *meanings().get(f, ()))]
    kin += [named(n).name for n in alike if index_of_name(n) is not None][:2]
    kin += [subjects()[i].name for f in (asked, *words) for _, i in _keywords().get(f, ())[:count]]
    return list(dict.fromkeys([*kin[: count - 1], *_similar_names(asked, 2 * count)]))[:count]


def _similar_names(asked: str, count: int) -> list[str]:
    """By Ratcliff and Obershelp's ratio, among the names with the most pairs of letters in common."""
    pairs = {asked[i : i + 2] for i in range(len(asked) - 1)}
    share = {n: 2 * len(pairs & own) / (len(pairs) + len(own) or 1) for n, own in _bigrams().items()}
    few = sorted(share, key=lambda n: -share[n])[:60]
    few.sort(key=lambda n: -SequenceMatcher(None, asked, n).ratio())
    return list(dict.fromkeys(named(n).name for n in few))[:count]


@functools.cache
def _bigrams() -> dict[str, set[str]]:
    return {n: {n[i : i + 2] for i in range(len(n) - 1)} for n in (*_names(), *synonyms())}
