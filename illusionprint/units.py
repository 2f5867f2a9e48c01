"""Lengths and sizes as strings, and the only 25.4.

Convention: lengths inside the package are float millimetres (`_mm`) or integer micrometres (`_um`), viewing
distances float metres (`_m`). Outside they are strings with a unit.
"""

import math
import re

from .errors import BadValue, UnknownName

MM_PER_IN = 25.4
PT_PER_MM = 72 / MM_PER_IN
MOST_SIDE = 64  # rows or columns of a board
_MM = {"um": 1e-3, "mm": 1.0, "cm": 10.0, "m": 1000.0, "in": MM_PER_IN, "pt": 1 / PT_PER_MM}

#: ISO 216 and US sizes, portrait, width x height in mm.
PAPER_MM = {
    **{"a0": (841.0, 1189.0), "a1": (594.0, 841.0), "a2": (420.0, 594.0), "a3": (297.0, 420.0), "a4": (210.0, 297.0), "a5": (148.0, 210.0)},
    **{name: (w * MM_PER_IN, h * MM_PER_IN) for name, w, h in (("letter", 8.5, 11), ("tabloid", 11, 17), ("arch-c", 18, 24), ("arch-d", 24, 36))},
}


def length_mm(text: str | float) -> float:
    """Parse "3mm", "2.5 cm", "0.4m", "8in", "12pt" as millimetres; a bare number is millimetres. Raises BadValue for anything else, also for a negative length."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*([a-z]*)\s*", str(text).lower())
    unit = match and (match[2] or "mm")
    if not match or unit not in _MM or not math.isfinite(float(match[1])):
        raise BadValue(f"'{text}' is not a length; write a number and one of {', '.join(_MM)}, as in '200mm'.")
    return float(match[1]) * _MM[unit]


def distance_m(text: str | float) -> float:
    """Metres of "0.4m", "40cm" ...; a bare number is metres."""
    bare = re.fullmatch(r"\s*[\d.]+\s*", str(text))
    value = length_mm(f"{text}m" if bare else text) / 1000
    if not value:
        raise BadValue(f"a viewing distance must be more than 0; '{text}' came.")
    return value


def size_mm(text: str) -> tuple[float, float]:
    """(width, height) in mm of "480x360mm", "18x24in", "A2", "a3 landscape"; "200mm" is 200 x 200."""
    words = str(text).lower().split()
    turned = words[-1:] == ["landscape"]
    name = " ".join(words[:-1] if turned or words[-1:] == ["portrait"] else words)
    if name in PAPER_MM:
        return PAPER_MM[name][::-1] if turned else PAPER_MM[name]
    if name and name[0].isalpha():
        raise UnknownName("size", str(text), PAPER_MM)
    parts = re.fullmatch(r"([\d.]+)\s*([a-z]*)\s*[x×]\s*([\d.]+)\s*([a-z]*)", name)
    if parts:
        unit = parts[4] or parts[2]
        pair = length_mm(parts[1] + (parts[2] or unit)), length_mm(parts[3] + unit)
    else:
        pair = (length_mm(name),) * 2
    if min(pair) <= 0:
        raise BadValue(f"a size must be more than 0; '{text}' came.")
    return pair


def grid(text: str) -> tuple[int, int]:
    """(rows, cols) of "4x6"; each 2 to 64."""
    match = re.fullmatch(r"\s*(\d+)\s*[x×]\s*(\d+)\s*", str(text).lower())
    pair = (int(match[1]), int(match[2])) if match else (0, 0)
    if not all(2 <= n <= MOST_SIDE for n in pair):
        raise BadValue(f"grid '{text}' is not rows x columns with 2 to {MOST_SIDE} a side, as in '4x6'.")
    return pair


def px(mm: float, dpi: float) -> int:
    """Pixels that cover a length at a resolution, rounded to the nearest."""
    return max(1, round(mm * dpi / MM_PER_IN))


def fmt_mm(mm: float) -> str:
    """ "200mm", "33.332mm": at most three decimals, no trailing zeros."""
    return f"{mm:.3f}".rstrip("0").rstrip(".") + "mm"


def fmt_size(pair: tuple[float, float]) -> str:
    """ "480x360mm"."""
    return f"{fmt_mm(pair[0])[:-2]}x{fmt_mm(pair[1])}"


def is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
