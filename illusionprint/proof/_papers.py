"""Sheets of coloured paper as their cutting files have them, laid on each other, against anagram.png.

Seen from above, a place has the colour c of the highest sheet that covers it, darker by the shadows: the picture there is s c for some s <= 1.05.
What is left beside the best s, x - c <x, c> / <c, c>, is no shadow. Within RIM_PX of a contour nothing is said.
"""
from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ..anagram import read_facts, read_png
from ..errors import BadValue
from ._table import read_svg
from .findings import Finding, error

STEP, MOST_SHARE, RIM_PX = 20.0, 2e-3, 2
LEAST_SHADE = 0.1  # what the deepest shadow leaves
SHIFT = 4          # bits of a pixel's fractions


def check(folder: Path, size_px: tuple[int, int], size_mm: tuple[float, float], figures: dict[str, Any]) -> list[Finding]:
    """Nothing where anagram.json tells of no sheets; puts its figures into the dict. Raises BadValue when a file cannot be read."""
    told = _told(folder)
    if not told or not (folder / "anagram.png").is_file():
        return []
    masks = [_mask(folder / p["file"], size_px, size_mm) for p in told]
    loose = max((float((b & ~_grown(a)).mean()) for a, b in zip(masks, masks[1:])), default=0.0)
    picture = cv2.resize(read_png(folder / "anagram.png"), size_px[::-1], interpolation=cv2.INTER_AREA)
    share = differing(picture, masks, [np.array(list(bytes.fromhex(p["colour"][1:])), float) for p in told])
    figures["papers"] = {"sheets": len(told), "differing_share": round(share, 6), "unsupported_share": round(loose, 6)}
    if share <= MOST_SHARE and loose <= MOST_SHARE:
        return []
    return [error("PAPERS_DIFFER", f"The sheets of paper laid on each other are not anagram.png: {100 * share:.1f} % of it differs, {100 * loose:.1f} % hangs over.")]


def _told(folder: Path) -> list[dict[str, Any]]:
    try:
        return list(read_facts(folder).get("papers", ()))
    except BadValue:
        return []


def _mask(path: Path, size_px: tuple[int, int], size_mm: tuple[float, float]) -> np.ndarray:
    """bool (h, w): what is paper, by the cut lines of a file whose margin is the same all round: inside an odd number of rings."""
    if not path.is_file():
        raise BadValue(f"{path.name} is not there.")
    drawing = read_svg(path)
    margin = (np.array(drawing.size_mm) - size_mm) / 2
    px = np.array(size_px[::-1]) / np.array(size_mm)
    rings = [np.rint(((ring - margin) * px - 0.5) * 2**SHIFT).astype(np.int32) for ring in _rings(drawing.lines("cut"), path.name)]
    return cv2.fillPoly(np.zeros(size_px, np.uint8), rings, 1, lineType=cv2.LINE_8, shift=SHIFT).astype(bool)


def _rings(lines: list[np.ndarray], name: str) -> list[np.ndarray]:
    """Closed rings of segments that follow each other. Raises BadValue for a line that ends in the open."""
    out: list[np.ndarray] = []
    points: list[np.ndarray] = []
    for line in lines:
        if points and np.abs(points[-1] - line[0]).max() > 1e-6:
            raise BadValue(f"a cut line of {name} ends in the open.")
        points += list(line if not points else line[1:])
        if len(points) > 2 and np.abs(points[0] - points[-1]).max() < 1e-6:
            out.append(np.array(points))
            points = []
    if points:
        raise BadValue(f"a cut line of {name} ends in the open.")
    return out


def _grown(mask: np.ndarray) -> np.ndarray:
    return cv2.dilate(mask.astype(np.uint8), np.ones((2 * RIM_PX + 1,) * 2, np.uint8)).astype(bool)


def differing(picture: np.ndarray, masks: list[np.ndarray], colours: list[np.ndarray]) -> float:
    """Share of a picture uint8 (h, w, 3) that is no shade of the sheet which lies highest there."""
    top = np.zeros(picture.shape[:2], np.uint8)
    for k, mask in enumerate(masks):
        top[mask] = k
    ring = np.ones((2 * RIM_PX + 1,) * 2, np.uint8)
    inner = cv2.erode(top, ring) == cv2.dilate(top, ring)
    x, c = picture[inner].astype(float), np.array(colours)[top[inner]] + 1e-3
    shade = np.clip((x * c).sum(1) / (c**2).sum(1), LEAST_SHADE, 1.05)
    return float((np.abs(x - shade[:, None] * c).max(1) > STEP).mean()) if len(x) else 0.0
