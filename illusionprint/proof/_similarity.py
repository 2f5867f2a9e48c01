"""Similarity of the assemblies made of the printed page to the pictures that they should show: all over, by piece, and by spot.

Pieces that are no squares turn to the nearest pixels of the print, so that each pixel of the wanted picture is displaced by up to one or two, at random. Both
pictures are blurred by BLUR, or by one pixel where nothing is displaced, since lines as fine as pixels differ in pixels of two sizes; what the displacement
leaves after that is taken off the variance of their difference. With J the variance of the print's x within the deviation DISPLACED of a pixel, and white
noise under a Gaussian of b pixels keeping 1 / (4 pi b^2) of its variance, a window of w pixels sees

    n = J (1 / (4 pi b^2) - 1 / (4 pi (b^2 + w^2))),   J = G(x^2) - G(x)^2,   b, w, pixels of the print.

A spot differs where one picture, blurred by a pixel of the print, lies more than STEP outside all that the other has within REACH pixels: a dot that is lost,
not one that is displaced.
"""

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from . import _fit, _pictures
from ._pdf import Page
from ._plan import BoardPlan
from .findings import Finding, finding

SSIM_LEAST, PIECE_LEAST, ART_MM = 0.9, 0.75, 0.15
# pixels, of the print or of the comparison, as deviations: of the common blur, and of each displacement
BLUR, DISPLACED = 1.5, 0.5
STEP, REACH = 60, 2
SPOT_PX, SPOT_DISPLACED_PX = 8, 50  # of correct results: up to 1, and 27 where pixels are displaced


@dataclass(frozen=True)
class Assembly:
    """Assembly of the cut page: picture uint8 (h, w, 3), labels int32 (h, w), the piece seen at each pixel."""

    number: int
    seen: str
    picture: np.ndarray
    labels: np.ndarray


def assemble(page: Page, polygons: np.ndarray, shift_mm: np.ndarray, plan: BoardPlan, k: int) -> Assembly:
    """Cut the page along the polygons and assemble it as planned; the negative where the view is one."""
    turned = plan.region_mm(k) != plan.size_mm
    picture, labels = _pictures.assemble(page.art, polygons, _fit.placing(plan, k, shift_mm), plan.size_mm, turned)
    negative = plan.assemblies[k].get("view") == "negate"
    return Assembly(k + 1, seen_name(plan, k), 255 - picture if negative else picture, labels)


def seen_name(plan: BoardPlan, k: int) -> str:
    """File name of the picture that an assembly should show."""
    return str(plan.assemblies[k].get("seen", f"seen-{k + 1}.png"))


def check(found: Assembly, seen: np.ndarray, plan: BoardPlan, figures: dict[str, Any], piecewise: bool) -> list[Finding]:
    """Compare an assembly with the picture it should show, all over and, if piecewise, by piece; put the similarity into the figures."""
    h, w = found.picture.shape[:2]
    if abs(seen.shape[1] / seen.shape[0] * h / w - 1) > 0.01:
        return [finding("PICTURE_DIFFERS", f"{found.seen} is {seen.shape[1]} x {seen.shape[0]} pixels, another shape than assembly {found.number}.")]
    keep = _pictures.away_from_seams(found.labels)
    if not keep.any():
        return [finding("PICTURE_DIFFERS", f"Assembly {found.number} shows nothing of {found.seen}.")]
    px, exact = max(1.0, w / seen.shape[1]), plan.border is None
    blur, noise = (px, None) if exact else (BLUR * px, _noise(found.picture, w / seen.shape[1]))
    seen = cv2.resize(seen, (w, h), interpolation=cv2.INTER_AREA)
    a, b = (cv2.GaussianBlur(x, (0, 0), blur) for x in (found.picture, seen))
    likeness = _pictures.ssim_map(a, b, keep, noise)
    overall = float(likeness[keep].mean())
    difference = float(cv2.absdiff(found.picture, seen)[keep].mean() / 255)
    figures |= {"ssim": round(overall, 4), "compared_share": round(float(keep.mean()), 4), "mean_difference": round(difference, 4)}
    bad = _misplaced(likeness, keep, found, plan) if piecewise else []
    if 0 < len(bad) <= plan.count / 4:
        return bad
    if overall < SSIM_LEAST or bad:
        what = f"structural similarity {overall:.2f} instead of {SSIM_LEAST} or more"
        return [finding("PICTURE_DIFFERS", f"Assembly {found.number} is not {found.seen}: {what}.")]
    return _largest_difference(found, seen, keep, plan, px, SPOT_PX) if exact else _largest_difference(found, seen, _eroded(keep), plan, px, SPOT_DISPLACED_PX)


def _noise(picture: np.ndarray, px: float) -> np.ndarray:
    """Variance n of the displacement, float32 (h, w, 3), for a picture of which a print's pixel takes `px`."""
    b, w = BLUR * max(1.0, 1 / px), _pictures.WINDOW / px
    x, near = picture.astype(np.float32), (0, 0)
    spread = cv2.GaussianBlur(x * x, near, DISPLACED * px) - cv2.GaussianBlur(x, near, DISPLACED * px) ** 2
    return np.maximum(spread, 0) * np.float32((1 / b**2 - 1 / (b**2 + w**2)) / (4 * np.pi))


def _largest_difference(found: Assembly, seen: np.ndarray, keep: np.ndarray, plan: BoardPlan, px: float, most_px: float) -> list[Finding]:
    """Report the largest spot, if it is larger than so many pixels of the print, each px wide."""
    a, b = (_pictures.masked_blur(x, keep, px) for x in (found.picture, seen))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * math.ceil(REACH * px) + 1,) * 2)
    off = _pictures.local_excess(a, b, disc) > STEP
    spot_px, middle = _pictures.largest_spot(off & keep)
    if spot_px <= most_px * px**2:
        return []
    mm = plan.region_mm(found.number - 1)[0] / off.shape[1]
    what = f"something else than {found.seen} on a spot of {spot_px * mm**2:.1f} mm2"
    return [finding("PICTURE_DIFFERS", f"Assembly {found.number} shows {what}.", (middle + 0.5) * mm)]


def _eroded(keep: np.ndarray) -> np.ndarray:
    """Pixels kept with all their neighbours, bool (h, w)."""
    return cv2.erode(keep.astype(np.uint8), np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0) > 0


def _misplaced(likeness: np.ndarray, keep: np.ndarray, found: Assembly, plan: BoardPlan) -> list[Finding]:
    """Report each piece whose own similarity is too small, at its place in the assembly."""
    at = found.labels[keep]
    count = np.bincount(at, minlength=plan.count)
    mean = np.bincount(at, likeness[keep], plan.count) / np.maximum(count, 1)
    bad = np.flatnonzero((mean < PIECE_LEAST) & (count > 0))
    m = plan.moves[bad, found.number - 1]
    where = np.einsum("nij,nj->ni", m[:, [[0, 2], [1, 3]]], plan.centroids[bad]) + m[:, 4:]
    piece, what = f"In assembly {found.number} piece", f"does not show what {found.seen} has there"
    return [finding("PIECE_MISPLACED", f"{piece} {plan.ids[i]} {what} (similarity {mean[i]:.2f}).", xy) for i, xy in zip(bad, where)]


def check_registration(page: Page, seen: np.ndarray, plan: BoardPlan, figures: dict[str, Any]) -> list[Finding]:
    """Report a printed picture beside the trim box, by its offset from assembly 1, good to about 0.1 mm since pdfium renders on whole pixels."""
    h, w = page.art.shape[:2]
    offset = _pictures.registration_offset(_pictures.board_only(page.art, plan), cv2.resize(seen, (w, h), interpolation=cv2.INTER_AREA))
    offset = offset * plan.size_mm[0] / w
    figures["art_offset_mm"] = [round(float(v), 3) + 0.0 for v in offset]
    if np.hypot(*offset) <= ART_MM:
        return []
    return [finding("ART_OFFSET", f"The printed picture lies {offset[0]:+.2f} mm across and {offset[1]:+.2f} mm down beside the trim box.", (0, 0))]
