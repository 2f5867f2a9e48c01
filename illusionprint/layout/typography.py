"""Typography: widths of text in mm, line breaks, and letters that a font lacks.

The font is Bitstream Vera, which reportlab carries: free, embeddable, Latin with accents and common signs; or, within `using_font`, a TrueType file.
"""

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
_SUBSTITUTES = {"→": "->", "←": "<-", "‐": "-", "‑": "-", "−": "-", "\u00a0": " ", "\u202f": " ", "ı": "i"}
_USER_FONT: ContextVar[Any] = ContextVar("user_font", default=None)


@contextlib.contextmanager
def using_font(file: str | Path) -> Iterator[None]:
    """Set all text within the context in a TrueType file, one face for bold and italic too; "" is the usual font. Raises BadValue."""
    before = _USER_FONT.set(_user_font(str(file)) if file else None)
    try:
        yield
    finally:
        _USER_FONT.reset(before)


def font(bold: bool = False, italic: bool = False) -> Any:
    """Font of reportlab, registered under its name."""
    return _USER_FONT.get() or _registered(FACES[bold, italic], f"{FACES[bold, italic]}.ttf")


@functools.lru_cache(maxsize=16)
def _registered(name: str, file: str) -> Any:
    from reportlab.pdfbase import pdfmetrics, ttfonts

    found = ttfonts.TTFont(name, file)
    if name not in FACES.values():
        found.face.name += name.encode()  # reportlab takes fonts for one whose own names are alike
    pdfmetrics.registerFont(found)
    return found


def _user_font(file: str) -> Any:
    from reportlab.pdfbase.ttfonts import TTFError

    if not Path(file).is_file():
        raise BadValue(f"there is no font file '{file}'.")
    try:
        return _registered(f"-{hashlib.sha256(Path(file).read_bytes()).hexdigest()[:8]}", file)
    except (TTFError, OSError, ValueError, KeyError, IndexError, AssertionError, struct.error) as error:
        raise BadValue(f"the font {file} cannot be embedded ({error}); a TrueType file (.ttf) can.") from None


def width_mm(text: str, size_mm: float, bold: bool = False, italic: bool = False, tracking_mm: float = 0.0) -> float:
    """Width of a line in mm: the advance widths of its letters and the tracking between them."""
    return font(bold, italic).stringWidth(text, size_mm) + tracking_mm * max(0, len(text) - 1)


def printable(text: str) -> tuple[str, str]:
    """Text in letters of the font, and the letters that it lacks: accents are dropped first, then a letter becomes "?".

    "Łódź" stays; "ệ" becomes "e"; a letter of another script becomes "?" and is returned as "U+6F22".
    """
    letters = " ".join(text.split())
    lost = dict.fromkeys(f"U+{ord(c):04X}" for c in letters if not _substitute(c))
    return "".join(_substitute(c) or "?" for c in letters), " ".join(lost)


def _substitute(letter: str) -> str:
    """Letter itself, or the nearest that the font has, or nothing."""
    if _has(letter):
        return letter
    plain = _SUBSTITUTES.get(letter) or "".join(c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c))
    return plain if plain and all(map(_has, plain)) else ""


def _has(letter: str) -> bool:
    return letter.isprintable() and all(ord(letter) in font(*key).face.charToGlyph for key in FACES)


def wrap(text: str, width: float, size_mm: float, bold: bool = False, italic: bool = False) -> list[str]:
    """Break text into lines no wider than `width` mm; a word that is wider is broken."""
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


def truncated(lines: list[str], most: int) -> list[str]:
    """Keep at most so many lines; an ellipsis stands for the rest."""
    return lines if len(lines) <= most else [*lines[: most - 1], lines[most - 1][:-1] + ELLIPSIS]


def fitting_size(text: str, width: float, size_mm: float, least_mm: float, bold: bool = False) -> float:
    """Font size in mm, reduced so that a line is no wider than `width`, but not below `least_mm`."""
    return max(least_mm, min(size_mm, size_mm * width / max(width_mm(text, size_mm, bold), 1e-9)))
