"""Which subjects a mirror would spoil: letters, digits, clock faces, notes, and those that are named after their side."""
from __future__ import annotations

import re

_SIDES = re.compile(r"\b(left|right|leftwards|rightwards|increasing|decreasing|clockwise|counterclockwise)\b|\bclock$|o.clock|thirty$|\bbutton$|^keycap\b|^input\b")
_WRITTEN = frozenset("""
1st place medal; 2nd place medal; 3rd place medal; alarm clock; atm sign; bank; calendar; chart increasing with yen; convenience store; currency exchange;
dollar banknote; euro banknote; exclamation question mark; heavy dollar sign; hospital; hotel; hundred points; information; japanese post office; love hotel;
money bag; money with wings; musical note; musical notes; musical score; no one under eighteen; oncoming taxi; pool 8 ball; post office; postbox;
pound banknote; red question mark; slot machine; spiral calendar; stop sign; stopwatch; taxi; tear off calendar; timer clock; watch; water closet;
white question mark; yen banknote
""".replace(";\n", "; ").strip().split("; "))


def written(subject: str) -> bool:
    """Whether a drawing of the subject carries writing, or shows a side, that is wrong in a mirror."""
    name = subject.lower().replace("-", " ")
    return name in _WRITTEN or bool(_SIDES.search(name))
