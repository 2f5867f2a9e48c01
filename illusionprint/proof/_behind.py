"""The back of a board that is printed on both sides: page 2 of print.pdf, turned over onto page 1.

Seen from in front, what lies at x on the back page is at W - x, W the width of the page. So turned, its lines must be those of the cut, and its artwork, cut
along them, put together and turned back, what seen-back-K.png shows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..anagram import read_png
from ..errors import BadValue
from . import _compare, _cut, _pictures
from ._page import Page, read_page
from ._table import Table
from .findings import Finding, error

BOX_MM = 0.1


@dataclass(frozen=True)
class Behind:
    """What was found of the back; pictures of it as it is printed and as each assembly shows it, uint8 (h, w, 3)."""

    findings: list[Finding]
    pictures: tuple[np.ndarray, ...] = ()


def check(folder: Path, front: Page | None, polygons: np.ndarray, shift: np.ndarray, table: Table, figures: list[dict[str, Any]]) -> Behind:
    """Nothing for a board that has no back; figures: those of the assemblies, each gets an entry "back"."""
    backs = {k: dict(a["back"]) for k, a in enumerate(table.assemblies) if isinstance(a.get("back"), dict)}
    if not backs or front is None:
        return Behind([])
    try:
        page = turned(read_page(folder / "print.pdf", _pictures.size_px(table), 1))
        seen = {k: read_png(folder / str(b["seen"])) for k, b in backs.items()}
    except (BadValue, KeyError, OSError, SyntaxError, ValueError) as e:
        return Behind([error("BROKEN_FILE", f"The back cannot be read: {e}")])
    findings, shown = _placed(page, front), [page.art[:, ::-1]]
    for k, told in backs.items():
        found = _compare.assemble(page, polygons, shift, table, k)
        found = replace(found, seen=str(told["seen"]), picture=np.ascontiguousarray(found.picture[:, ::-1]), labels=np.ascontiguousarray(found.labels[:, ::-1]))
        figures[k]["back"] = told
        findings += _compare.check(found, seen[k], table, told, not shift.any())
        shown.append(found.picture)
    if 0 in seen:
        placed: dict[str, Any] = {}
        findings += [replace(f, message=f"On the back: {f.message}") for f in _compare.check_place(page, seen[0][:, ::-1], table, placed)]
        figures[0]["back"] |= placed
    return Behind(findings, tuple(shown))


def turned(page: Page) -> Page:
    """A page about its vertical axis."""
    w = page.size_mm[0]

    def box(b: tuple[float, float, float, float] | None) -> tuple[float, float, float, float] | None:
        return b and (w - b[2], b[1], w - b[0], b[3])

    return Page(page.size_mm, box(page.trim_mm), box(page.bleed_mm), [p * (-1, 1) + (w, 0) for p in page.strokes], np.ascontiguousarray(page.art[:, ::-1]))


def _placed(back: Page, front: Page) -> list[Finding]:
    """Whether boxes and lines of the turned back fall on the front's."""
    if np.abs(np.subtract(back.size_mm, front.size_mm)).max() > BOX_MM:
        return [error("BACK_DIFFERS", "The back page of print.pdf has another size than the front.")]
    if back.trim_mm is None or front.trim_mm is None or np.abs(np.subtract(back.trim_mm, front.trim_mm)).max() > BOX_MM:
        return [error("BACK_DIFFERS", "Turned over, the TrimBox of the back page does not fall on that of the front.")]
    lines = [_above(p) for p in (back, front)]
    if not all(lines):
        return [error("BACK_DIFFERS", "A page of print.pdf has no lines to lay the other one by.")]
    far, at = max((_cut.line_offset(a, b) for a, b in (lines, lines[::-1])), key=lambda x: x[0])
    if far <= _cut.TOLERANCE_MM:
        return []
    more = " or more" if far >= _cut.REACH_MM else ""
    return [
        error("BACK_DIFFERS", f"Turned over, the lines of the back page lie {far:.2f} mm{more} beside those of the front.", at - np.array(front.trim_mm[:2]))
    ]


def _above(page: Page) -> list[np.ndarray]:
    """Its lines but those below the board: the scale line reads from left to right on both pages."""
    return [p for p in page.strokes if p[:, 1].max() <= page.trim_mm[3] + BOX_MM]
