"""The assemblies made of the printed page, against the pictures that they should show: all over, piece by piece, and spot by spot.

Pieces that are no squares turn to the nearest pixels of the print, so each pixel of the wanted picture lies up to one or two beside its place, by chance. Both are
blurred by BESIDE, and by one pixel where nothing lies beside, since lines as fine as pixels are not the same in pixels of two sizes; what chance leaves after that is taken
off the variance of their difference. With J the variance of the print's x within the deviation DISPLACED of a pixel, and white noise under a Gaussian of b pixels keeping
1 / (4 pi b^2) of its variance, a window of w pixels sees

    n = J (1 / (4 pi b^2) - 1 / (4 pi (b^2 + w^2))),   J = G(x^2) - G(x)^2,   b, w, pixels of the print.

A spot differs where one picture, blurred by a pixel of the print, lies more than STEP outside all that the other has within REACH pixels: a dot that is lost, and
none that lies beside.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from . import _fit, _pictures
from ._page import Page
from ._table import Table
from .findings import Finding, error

SSIM_LEAST, PIECE_LEAST, ART_MM = 0.9, 0.75, 0.15
# pixels, of the print or of the comparison: dots and fine lines come to lie so far (deviations) beside, in common (the print lies on whole pixels) and each by chance
BESIDE, DISPLACED = 1.5, 0.5
STEP, REACH = 60, 2
SPOT_PX, SPOT_BESIDE_PX = 8, 50  # seen on what is right: up to 1, and 27 where pixels lie beside


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
    px, exact = max(1.0, w / seen.shape[1]), table.border is None
    beside, noise = (px, None) if exact else (BESIDE * px, _noise(found.picture, w / seen.shape[1]))
    seen = cv2.resize(seen, (w, h), interpolation=cv2.INTER_AREA)
    likeness = _pictures.ssim_map(*(cv2.GaussianBlur(x, (0, 0), beside) for x in (found.picture, seen)), keep, noise)
    overall = float(likeness[keep].mean())
    figures |= {
        "ssim": round(overall, 4),
        "compared_share": round(float(keep.mean()), 4),
        "mean_difference": round(float(cv2.absdiff(found.picture, seen)[keep].mean() / 255), 4),
    }
    bad = _unlike(likeness, keep, found, table) if piecewise else []
    if 0 < len(bad) <= table.count / 4:
        return bad
    if overall < SSIM_LEAST or bad:
        return [error("PICTURE_DIFFERS", f"Assembly {found.number} is not {found.seen}: structural similarity {overall:.2f} instead of {SSIM_LEAST} or more.")]
    return _spots(found, seen, keep, table, px, SPOT_PX) if exact else _spots(found, seen, _inner(keep), table, px, SPOT_BESIDE_PX)


def _noise(picture: np.ndarray, px: float) -> np.ndarray:
    """float32 (h, w, 3): n of above for a picture of which a print's pixel takes `px`."""
    b, w = BESIDE * max(1.0, 1 / px), _pictures.WINDOW / px
    x, near = picture.astype(np.float32), (0, 0)
    spread = cv2.GaussianBlur(x * x, near, DISPLACED * px) - cv2.GaussianBlur(x, near, DISPLACED * px) ** 2
    return np.maximum(spread, 0) * np.float32((1 / b**2 - 1 / (b**2 + w**2)) / (4 * np.pi))


def _spots(found: Assembly, seen: np.ndarray, keep: np.ndarray, table: Table, px: float, most_px: float) -> list[Finding]:
    """A finding for the largest spot, if it is larger than so many pixels of the print, each px wide; where: in the assembly."""
    off = _pictures.beyond(*(_pictures.mean_within(x, keep, px) for x in (found.picture, seen)), math.ceil(REACH * px)) > STEP
    spot_px, middle = _pictures.largest_spot(off & keep)
    if spot_px <= most_px * px**2:
        return []
    mm = table.region_mm(found.number - 1)[0] / off.shape[1]
    return [
        error("PICTURE_DIFFERS", f"Assembly {found.number} shows something else than {found.seen} on a spot of {spot_px * mm**2:.1f} mm2.", (middle + 0.5) * mm)
    ]


def _inner(keep: np.ndarray) -> np.ndarray:
    """bool (h, w): what is kept with all its neighbours, within the picture: where pixels lie beside, the lead of a border may do so by one."""
    return cv2.erode(keep.astype(np.uint8), np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0) > 0


def _unlike(likeness: np.ndarray, keep: np.ndarray, found: Assembly, table: Table) -> list[Finding]:
    """A finding for each piece whose own similarity is too small; where: its place in the assembly."""
    at = found.labels[keep]
    count = np.bincount(at, minlength=table.count)
    mean = np.bincount(at, likeness[keep], table.count) / np.maximum(count, 1)
    bad = np.flatnonzero((mean < PIECE_LEAST) & (count > 0))
    m = table.moves[bad, found.number - 1]
    where = np.einsum("nij,nj->ni", m[:, [[0, 2], [1, 3]]], table.middles[bad]) + m[:, 4:]
    return [
        error("PIECE_MISPLACED", f"In assembly {found.number} piece {table.ids[i]} does not show what {found.seen} has there (similarity {mean[i]:.2f}).", xy)
        for i, xy in zip(bad, where)
    ]


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
