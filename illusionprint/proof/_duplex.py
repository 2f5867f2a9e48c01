"""Duplex registration: page 2 of print.pdf, turned over onto page 1.

Seen from in front, what lies at x on the back page is at W - x, W the width of the page. So turned, its lines must be those of the cut, and its artwork, cut
along them, put together and turned back, must be what seen-back-K.png shows.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..anagram import read_png
from ..errors import BadValue
from . import _cut, _pictures, _similarity
from ._pdf import BOX_MM, Page, read_page
from ._plan import BoardPlan
from .findings import Finding, finding

Result = tuple[list[Finding], tuple[np.ndarray, ...]]


def check(folder: Path, front: Page | None, polygons: np.ndarray, shift: np.ndarray, plan: BoardPlan, figures: list[dict[str, Any]]) -> Result:
    """Check the back of a board, if it has one; each of the assemblies' figures gets an entry "back".

    Returns findings, and pictures uint8 (h, w, 3) of the back as printed and as each assembly shows it.
    """
    backs = {k: dict(a["back"]) for k, a in enumerate(plan.assemblies) if isinstance(a.get("back"), dict)}
    if not backs or front is None:
        return [], ()
    try:
        page = turned_over(read_page(folder / "print.pdf", _pictures.size_px(plan), 1))
        seen = {k: read_png(folder / str(b["seen"])) for k, b in backs.items()}
    except (BadValue, KeyError, OSError, SyntaxError, ValueError) as e:
        return [finding("BROKEN_FILE", f"The back cannot be read: {e}")], ()
    findings, shown = _registration(page, front), [page.art[:, ::-1]]
    for k, told in backs.items():
        found = _similarity.assemble(page, polygons, shift, plan, k)
        picture, labels = (np.ascontiguousarray(x[:, ::-1]) for x in (found.picture, found.labels))
        found = replace(found, seen=str(told["seen"]), picture=picture, labels=labels)
        figures[k]["back"] = told
        findings += _similarity.check(found, seen[k], plan, told, not shift.any())
        shown.append(found.picture)
    if 0 in seen:
        placed: dict[str, Any] = {}
        findings += [replace(f, message=f"On the back: {f.message}") for f in _similarity.check_registration(page, seen[0][:, ::-1], plan, placed)]
        figures[0]["back"] |= placed
    return findings, tuple(shown)


def turned_over(page: Page) -> Page:
    """Page turned about its vertical axis."""
    w = page.size_mm[0]
    trim, bleed = (b and (w - b[2], b[1], w - b[0], b[3]) for b in (page.trim_mm, page.bleed_mm))
    return Page(page.size_mm, trim, bleed, [p * (-1, 1) + (w, 0) for p in page.strokes], np.ascontiguousarray(page.art[:, ::-1]))


def _registration(back: Page, front: Page) -> list[Finding]:
    """Report boxes and lines of the turned back that do not fall on the front's."""
    if np.abs(np.subtract(back.size_mm, front.size_mm)).max() > BOX_MM:
        return [finding("BACK_DIFFERS", "The back page of print.pdf has another size than the front.")]
    if back.trim_mm is None or front.trim_mm is None or np.abs(np.subtract(back.trim_mm, front.trim_mm)).max() > BOX_MM:
        return [finding("BACK_DIFFERS", "Turned over, the TrimBox of the back page does not fall on that of the front.")]
    # without the lines below the board: the scale line reads from left to right on both pages
    lines = [[line for line in p.strokes if line[:, 1].max() <= box[3] + BOX_MM] for p, box in ((back, back.trim_mm), (front, front.trim_mm))]
    if not all(lines):
        return [finding("BACK_DIFFERS", "A page of print.pdf has no lines to lay the other one by.")]
    far, at = max((_cut.line_offset(a, b) for a, b in (lines, lines[::-1])), key=lambda x: x[0])
    if far <= _cut.TOLERANCE_MM:
        return []
    message = f"Turned over, the lines of the back page lie {_cut.or_more(far)} beside those of the front."
    return [finding("BACK_DIFFERS", message, at - np.array(front.trim_mm[:2]))]
