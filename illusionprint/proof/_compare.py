"""The assemblies made of the printed page, against the pictures that they should show."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from . import _fit, _pictures
from ._page import Page
from ._table import Table
from .findings import Finding, error

SSIM_LEAST, PIECE_LEAST, ART_MM = 0.9, 0.7, 0.15
BESIDE = 1.5  # pixels, of the print or of the comparison: pieces that are no squares turn to the nearest pixels, and the print lies on whole ones: dots and fine lines come to lie so far (a deviation) beside


@dataclass(frozen=True)
class Assembly:
    """picture uint8 (h, w, 3), labels int32 (h, w): the piece seen at each pixel."""

    number: int
    seen: str
    picture: np.ndarray
    labels: np.ndarray


def assemble(page: Page, polygons: np.ndarray, shift_mm: np.ndarray, table: Table, k: int) -> Assembly:
    """Cut the page along the polygons and put them where arrangement.json says; the negative where the view is one."""
    turned = table.region_mm(k) != table.size_mm
    picture, labels = _pictures.assemble(page.art, polygons, _fit.placing(table, k, shift_mm), table.size_mm, turned)
    negative = table.assemblies[k].get("view") == "negate"
    return Assembly(k + 1, seen_name(table, k), 255 - picture if negative else picture, labels)


def seen_name(table: Table, k: int) -> str:
    return str(table.assemblies[k].get("seen", f"seen-{k + 1}.png"))


def check(found: Assembly, seen: np.ndarray, table: Table, figures: dict[str, Any], piecewise: bool) -> list[Finding]:
    """Structural similarity all over and, if piecewise, of each piece; puts its figures into the dict."""
    h, w = found.picture.shape[:2]
    if abs(seen.shape[1] / seen.shape[0] * h / w - 1) > 0.01:
        return [error("PICTURE_DIFFERS", f"{found.seen} is {seen.shape[1]} x {seen.shape[0]} pixels, another shape than assembly {found.number}.")]
    keep = _pictures.away_from_seams(found.labels)
    if not keep.any():
        return [error("PICTURE_DIFFERS", f"Assembly {found.number} shows nothing of {found.seen}.")]
    beside = BESIDE * max(1.0, w / seen.shape[1]) if table.border is not None else 0.0
    seen = cv2.resize(seen, (w, h), interpolation=cv2.INTER_AREA)
    likeness = _pictures.ssim_map(*(cv2.GaussianBlur(x, (0, 0), beside) if beside else x for x in (found.picture, seen)), keep)
    overall = float(likeness[keep].mean())
    figures |= {"ssim": round(overall, 4), "compared_share": round(float(keep.mean()), 4),
                "mean_difference": round(float(cv2.absdiff(found.picture, seen)[keep].mean() / 255), 4)}
    bad = _unlike(likeness, keep, found, table) if piecewise else []
    if 0 < len(bad) <= table.count / 4:
        return bad
    if overall >= SSIM_LEAST and not bad:
        return []
    return [error("PICTURE_DIFFERS", f"Assembly {found.number} is not {found.seen}: structural similarity {overall:.2f} instead of {SSIM_LEAST} or more.")]


def _unlike(likeness: np.ndarray, keep: np.ndarray, found: Assembly, table: Table) -> list[Finding]:
    """A finding for each piece whose own similarity is too small; where: its place in the assembly."""
    at = found.labels[keep]
    count = np.bincount(at, minlength=table.count)
    mean = np.bincount(at, likeness[keep], table.count) / np.maximum(count, 1)
    bad = np.flatnonzero((mean < PIECE_LEAST) & (count > 0))
    m = table.moves[bad, found.number - 1]
    where = np.einsum("nij,nj->ni", m[:, [[0, 2], [1, 3]]], table.middles[bad]) + m[:, 4:]
    return [error("PIECE_MISPLACED", f"In assembly {found.number} piece {table.ids[i]} does not show what {found.seen} has there (similarity {mean[i]:.2f}).", xy)
            for i, xy in zip(bad, where)]


def check_place(page: Page, seen: np.ndarray, table: Table, figures: dict[str, Any]) -> list[Finding]:
    """Assembly 1 is the sheet as it is printed, so the trim box holds the first picture, at the same place. pdfium lays pictures on
    whole pixels, so the figure is good to about 0.1 mm.
    """
    h, w = page.art.shape[:2]
    offset = _pictures.art_offset(_pictures.within(page.art, table), cv2.resize(seen, (w, h), interpolation=cv2.INTER_AREA)) * table.size_mm[0] / w
    figures["art_offset_mm"] = [round(float(v), 3) + 0.0 for v in offset]
    if np.hypot(*offset) <= ART_MM:
        return []
    return [error("ART_OFFSET", f"The printed picture lies {offset[0]:+.2f} mm across and {offset[1]:+.2f} mm down beside the trim box.", (0, 0))]
