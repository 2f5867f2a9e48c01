"""Words in mm: how wide they are, where a line breaks, and what the font cannot write.

The font is Bitstream Vera, which reportlab carries: free, embeddable, Latin with accents and common signs, no other scripts; or, within `written_in`, a TrueType file.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import struct
import unicodedata
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from ..errors import BadValue

FACES = {(False, False): "Vera", (True, False): "VeraBd", (False, True): "VeraIt", (True, True): "VeraBI"}
ELLIPSIS = "…"
_LIKE = {"→": "->", "←": "<-", "‐": "-", "‑": "-", "−": "-", "\u00a0": " ", "\u202f": " ", "ı": "i"}


_OWN: ContextVar[Any] = ContextVar("own", default=None)


@contextlib.contextmanager
def written_in(file: str | Path) -> Iterator[None]:
    """Within it all words are in a TrueType font of the user's own, which has one face for bold and italic too; "" is no such font. Raises BadValue."""
    before = _OWN.set(_own(str(file)) if file else None)
    try:
        yield
    finally:
        _OWN.reset(before)


def face(bold: bool = False, italic: bool = False) -> Any:
    """The reportlab font, registered under its name."""
    return _OWN.get() or _registered(FACES[bold, italic], f"{FACES[bold, italic]}.ttf")


@functools.lru_cache(maxsize=16)
def _registered(name: str, file: str) -> Any:
    from reportlab.pdfbase import pdfmetrics, ttfonts

    font = ttfonts.TTFont(name, file)
    if name not in FACES.values():
        font.face.name += name.encode()  # reportlab takes fonts for one whose own names are alike
    pdfmetrics.registerFont(font)
    return font


def _own(file: str) -> Any:
    from reportlab.pdfbase.ttfonts import TTFError

    if not Path(file).is_file():
        raise BadValue(f"there is no font file '{file}'.")
    try:
        return _registered(f"-{hashlib.sha256(Path(file).read_bytes()).hexdigest()[:8]}", file)
    except (TTFError, OSError, ValueError, KeyError, IndexError, AssertionError, struct.error) as error:
        raise BadValue(f"the font {file} cannot be embedded ({error}); a TrueType file (.ttf) can.") from None


def width_mm(text: str, size_mm: float, bold: bool = False, italic: bool = False, track_mm: float = 0.0) -> float:
    """Width of a line: the sum of its letters' advances, and the extra space between them."""
    return face(bold, italic).stringWidth(text, size_mm) + track_mm * max(0, len(text) - 1)


def printable(text: str) -> tuple[str, str]:
    """(text that the font can write, what it cannot): accents go first, then a letter becomes "?".

    "Łódź" stays; "ệ" becomes "e"; a letter of another script becomes "?" and is returned as "U+6F22".
    """
    out, lost = [], []
    for letter in " ".join(text.split()):
        like = _like(letter)
        out.append(like or "?")
        if not like:
            lost.append(f"U+{ord(letter):04X}")
    return "".join(out), " ".join(dict.fromkeys(lost))


def _like(letter: str) -> str:
    """The letter if the font has it, else the nearest the font has, else nothing."""
    if _has(letter):
        return letter
    plain = _LIKE.get(letter) or "".join(c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c))
    return plain if plain and all(map(_has, plain)) else ""


def _has(letter: str) -> bool:
    return letter.isprintable() and all(ord(letter) in face(*key).face.charToGlyph for key in FACES)


def wrap(text: str, width: float, size_mm: float, bold: bool = False, italic: bool = False) -> list[str]:
    """Lines no wider than `width` mm; a word that is wider is broken."""
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if width_mm(longer, size_mm, bold, italic) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while width_mm(word, size_mm, bold, italic) > width and len(word) > 1:
            n = next(k for k in range(len(word) - 1, 0, -1) if k == 1 or width_mm(word[:k], size_mm, bold, italic) <= width)
            lines.append(word[:n])
            word = word[n:]
        line = word
    return [*lines, line] if line else lines


def clip(lines: list[str], most: int) -> list[str]:
    """At most so many lines; what is left out shows as an ellipsis."""
    return lines if len(lines) <= most else [*lines[: most - 1], lines[most - 1][:-1] + ELLIPSIS]


def shrink(text: str, width: float, size_mm: float, least_mm: float, bold: bool = False) -> float:
    """The size, or the smaller one at which the line is no wider than `width`, but not below `least_mm`."""
    return max(least_mm, min(size_mm, size_mm * width / max(width_mm(text, size_mm, bold), 1e-9)))
