"""anagram.svg as another program paints it, against anagram.png: they are to be one picture.

A pixel differs where it lies outside what the other picture has in the 3 x 3 pixels round it, by more than STEP in a channel: either way, so
that a contour may fall on either side of a pixel, and a hairline or a lost region is seen.
"""
from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ..anagram import read_png
from ..errors import BadValue
from .findings import Finding, error

STEP, MOST_SHARE, MOST_PX = 16, 5e-4, 40  # seen on what is right: up to 1.2e-4, spots up to 11 px
FINE = 5.0  # pixels a mm from which on that holds; coarser ones show more of the pieces' stepped borders
MOST_BYTES = 200_000_000


def check(folder: Path, size_px: tuple[int, int], size_mm: tuple[float, float], figures: dict[str, Any]) -> list[Finding]:
    """Nothing where there is no anagram.svg; puts its figures into the dict. Raises BadValue when one of the two cannot be read."""
    if not (folder / "anagram.svg").is_file() or not (folder / "anagram.png").is_file():
        return []
    pixels = _png(folder / "anagram.png")
    size_px = min(size_px, pixels.shape[:2])  # a print of few dots is compared as it is
    drawn = painted(folder / "anagram.svg", size_px)
    return compared(drawn, cv2.resize(pixels, size_px[::-1], interpolation=cv2.INTER_AREA), size_mm, figures)


def compared(drawn: np.ndarray, pixels: np.ndarray, size_mm: tuple[float, float], figures: dict[str, Any]) -> list[Finding]:
    """Two pictures uint8 (h, w, 3) of a sheet (width, height)."""
    off = np.maximum(beyond(drawn, pixels), beyond(pixels, drawn)) > STEP
    _, _, stats, middles = cv2.connectedComponentsWithStats(off.astype(np.uint8), connectivity=8)
    mm2, share = size_mm[0] * size_mm[1] / off.size, float(off.mean())
    largest = int(stats[1:, cv2.CC_STAT_AREA].argmax()) + 1 if len(stats) > 1 else 0
    area = float(stats[largest, cv2.CC_STAT_AREA]) * mm2 if largest else 0.0
    figures["vectors"] = {"step": STEP, "differing_share": round(share, 6), "largest_mm2": round(area, 3),
                          "px_per_mm": round(off.shape[1] / size_mm[0], 3)}
    fine = figures["vectors"]["px_per_mm"] / FINE
    if share <= MOST_SHARE / min(1, fine) ** 2 and area <= MOST_PX * mm2:
        return []
    return [error("VECTORS_DIFFER", f"anagram.svg is not anagram.png: {100 * share:.2f} % of the pixels differ, the largest spot by {area:.1f} mm2.",
                  middles[largest] * size_mm[0] / off.shape[1])]


def beyond(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """int16 (h, w): how far a lies outside what b has round each pixel, the worst channel."""
    ring = np.ones((3, 3), np.uint8)
    low, high, a = cv2.erode(b, ring).astype(np.int16), cv2.dilate(b, ring).astype(np.int16), a.astype(np.int16)
    return np.maximum(np.maximum(low - a, a - high), 0).max(-1)


def painted(path: Path, size_px: tuple[int, int]) -> np.ndarray:
    """An SVG on white by resvg, uint8 (h, w, 3). Raises BadValue."""
    import resvg_py
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(f"it is larger than {MOST_BYTES / 1e6:.0f} MB")
        text = path.read_text(encoding="utf-8")
        text = re.sub(r' width="[^"]*" height="[^"]*"', f' width="{size_px[1]}" height="{size_px[0]}"', text, count=1)
        png = bytes(resvg_py.svg_to_bytes(svg_string=text, width=size_px[1], height=size_px[0], background="#ffffff", skip_system_fonts=True))
        found = cv2.cvtColor(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    except (OSError, ValueError, RuntimeError, cv2.error) as e:
        raise BadValue(f"{path.name} cannot be read: {e}.") from e
    if found.shape[:2] != size_px:
        raise BadValue(f"{path.name} is {found.shape[1]} x {found.shape[0]} pixels, another shape than anagram.png.")
    return found


def _png(path: Path) -> np.ndarray:
    try:
        return read_png(path)
    except (OSError, SyntaxError, ValueError) as e:
        raise BadValue(f"{path.name} cannot be read: {e}.") from e
