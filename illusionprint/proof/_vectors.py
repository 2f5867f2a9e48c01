"""anagram.svg as another program paints it, against anagram.png: they are to be one picture.

A pixel differs where it lies outside what the other picture has in the 3 x 3 pixels round it, by more than STEP in a channel: either way, so
that a contour may fall on either side of a pixel, and a hairline or a lost region is seen.

A painter smooths each edge by itself. Of areas a and b that share a pixel, 1 - t and t, b painted last, it makes (1 - t) ((1 - t) a + t g) + t b where
g is what lies below: right if g is a, else off by up to a quarter of g - a. So the share of a pixel that a strip takes which is thinner comes out wrong, and
along the rim no pixel beside it shows its colour whole. Where too much differs it is looked at closer: a pixel differs still if it does so as the mean of one
painted CLOSER times as fine, or if more than LEAK of what lies below all areas (the bed, or the paper) shines through.

Ink on a ground (halftone, engraving) is painted on the print's own pixels, or whole parts of them, and then both are reduced alike. The painter knows where an
edge lies in a pixel to a quarter of it. Along a slanted line that is off by less and by more in turn, along one that runs with the pixels by the same all the way: where too
much differs, the mean is taken of PAINTINGS that are shifted by equal parts of that quarter.
"""
from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ..anagram import read_png
from ..errors import BadValue
from .findings import Finding, error

STEP, MOST_SHARE, MOST_PX = 16, 5e-4, 40  # seen on what is right: up to 1.2e-4, spots up to 11 px
FINER, INK_PX = 2.0, 10  # of ink on a ground: how much finer it is painted; seen on what is right: spots up to 9 px
FINE = 5.0  # pixels a mm from which on that holds; coarser ones show more of the pieces' stepped borders
CLOSER, LEAK = 3, 0.1  # seen on what is right: up to 0.06; without trapping 0.3
MOST_BYTES = 200_000_000
PAINTINGS, QUARTER = 4, 0.25
_VIEW = re.compile(r'viewBox="([-\d.]+)[ ,]+([-\d.]+)[ ,]+([\d.]+)[ ,]+([\d.]+)"')
_BED = re.compile(r'(<g id="trap"[^>]*>\s*<(?:rect|polygon)[^>]* fill=")#\w+')


def check(folder: Path, size_px: tuple[int, int], size_mm: tuple[float, float], figures: dict[str, Any]) -> list[Finding]:
    """Nothing where there is no anagram.svg; puts its figures into the dict. Raises BadValue when one of the two cannot be read."""
    path = folder / "anagram.svg"
    if not path.is_file() or not (folder / "anagram.png").is_file():
        return []
    pixels = _png(folder / "anagram.png")
    size_px = min(size_px, pixels.shape[:2])  # a print of few dots is compared as it is
    if _is_ink(path):
        sheet_px = round(FINE * size_mm[1]), round(FINE * size_mm[0])  # however large the sheet: its lines are as thin
        fine, print_px = finer(pixels.shape[:2], min(sheet_px, pixels.shape[:2]))
        pixels = reduced(reduced(pixels, print_px), size_px)
        off = differing(reduced(reduced(painted(path, fine), print_px), size_px), pixels)
        if not compared(off, size_mm, figures, INK_PX):
            return []
        return compared(off & differing(reduced(reduced(_smoothly(path, fine), print_px), size_px), pixels), size_mm, figures, INK_PX)
    pixels = reduced(pixels, size_px)
    off = differing(painted(path, size_px), pixels)
    return compared(off, size_mm, figures) and compared(off & _closer(path, pixels), size_mm, figures)


def _is_ink(path: Path) -> bool:
    """Whether an SVG is dots or lines on a ground, which leave no hairlines and are as thin as pixels, and not areas that tile the sheet."""
    with path.open("rb") as file:
        return b'<g id="ground">' in file.read(4096)


def finer(print_px: tuple[int, int], size_px: tuple[int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
    """(size to paint at, size that this and the print are reduced to first), for a picture of size_px: whole parts or multiples of the print's pixels.

    Pixels that straddle those of the other size show thin lines otherwise, and a renderer tells few shades along an edge: it is given FINER times as many.
    """
    ratio = min(a / b for a, b in zip(print_px, size_px)) / FINER
    if ratio >= 1:
        part = tuple(round(n / int(ratio)) for n in print_px)
        return part, part
    return tuple(n * math.ceil(1 / ratio) for n in print_px), print_px


def reduced(picture: np.ndarray, size_px: tuple[int, int]) -> np.ndarray:
    """The means over larger pixels."""
    return cv2.resize(picture, size_px[::-1], interpolation=cv2.INTER_AREA)


def compared(off: np.ndarray, size_mm: tuple[float, float], figures: dict[str, Any], most_px: int = MOST_PX) -> list[Finding]:
    """What to say of pixels bool (h, w) of a sheet (width, height) that differ; most_px: that may in one place."""
    _, _, stats, middles = cv2.connectedComponentsWithStats(off.astype(np.uint8), connectivity=8)
    mm2, share = size_mm[0] * size_mm[1] / off.size, float(off.mean())
    largest = int(stats[1:, cv2.CC_STAT_AREA].argmax()) + 1 if len(stats) > 1 else 0
    area = float(stats[largest, cv2.CC_STAT_AREA]) * mm2 if largest else 0.0
    figures["vectors"] = {"step": STEP, "differing_share": round(share, 6), "largest_mm2": round(area, 3),
                          "px_per_mm": round(off.shape[1] / size_mm[0], 3)}
    fine = figures["vectors"]["px_per_mm"] / FINE
    if share <= MOST_SHARE / min(1, fine) ** 2 and area <= most_px * mm2:
        return []
    return [error("VECTORS_DIFFER", f"anagram.svg is not anagram.png: {100 * share:.2f} % of the pixels differ, the largest spot by {area:.1f} mm2.",
                  middles[largest] * size_mm[0] / off.shape[1])]


def _closer(path: Path, pixels: np.ndarray) -> np.ndarray:
    """bool (h, w): where the two differ, see above."""
    size = pixels.shape[:2]
    fine = cv2.resize(painted(path, tuple(CLOSER * v for v in size)), size[::-1], interpolation=cv2.INTER_AREA)
    light, dark = (painted(path, size, below).astype(np.int16) for below in ("#ffffff", "#000000"))
    return differing(fine, pixels) | (np.abs(light - dark).max(-1) > 255 * LEAK)


def differing(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """bool (h, w): where two pictures uint8 (h, w, 3) do."""
    return np.maximum(beyond(a, b), beyond(b, a)) > STEP


def beyond(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """int16 (h, w): how far a lies outside what b has round each pixel, the worst channel."""
    ring = np.ones((3, 3), np.uint8)
    low, high, a = cv2.erode(b, ring).astype(np.int16), cv2.dilate(b, ring).astype(np.int16), a.astype(np.int16)
    return np.maximum(np.maximum(low - a, a - high), 0).max(-1)


def _smoothly(path: Path, size_px: tuple[int, int]) -> np.ndarray:
    """An SVG whose edges lie where they are to a sixteenth of a pixel: uint8 (h, w, 3)."""
    total = np.zeros((*size_px, 3), np.uint16)
    for k in range(PAINTINGS):
        total += painted(path, size_px, shift_px=((k + 0.5) / PAINTINGS - 0.5) * QUARTER)
    return (total // PAINTINGS).astype(np.uint8)


def painted(path: Path, size_px: tuple[int, int], below: str = "", shift_px: float = 0.0) -> np.ndarray:
    """An SVG on white by resvg, uint8 (h, w, 3). below: another colour for the bed that `trap` begins with, or where there is none for the paper; shift_px: how far
    it lies to the left and up. Raises BadValue.
    """
    import resvg_py
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(f"it is larger than {MOST_BYTES / 1e6:.0f} MB")
        text = path.read_text(encoding="utf-8")
        text, beds = _BED.subn(rf"\g<1>{below}", text, count=1) if below else (text, 1)
        text = re.sub(r' width="[^"]*" height="[^"]*"', f' width="{size_px[1]}" height="{size_px[0]}" preserveAspectRatio="none"', text, count=1)
        text = _VIEW.sub(lambda m: _moved(m, size_px, shift_px), text, count=1) if shift_px else text
        png = bytes(resvg_py.svg_to_bytes(svg_string=text, width=size_px[1], height=size_px[0], background="#ffffff" if beds else below, skip_system_fonts=True))
        found = cv2.cvtColor(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    except (OSError, ValueError, RuntimeError, cv2.error) as e:
        raise BadValue(f"{path.name} cannot be read: {e}.") from e
    if found.shape[:2] != size_px:
        raise BadValue(f"{path.name} is {found.shape[1]} x {found.shape[0]} pixels, another shape than anagram.png.")
    return found


def _moved(box: re.Match[str], size_px: tuple[int, int], shift_px: float) -> str:
    x, y, w, h = map(float, box.groups())
    return f'viewBox="{x + shift_px * w / size_px[1]:.6f} {y + shift_px * h / size_px[0]:.6f} {w:g} {h:g}"'


def _png(path: Path) -> np.ndarray:
    try:
        return read_png(path)
    except (OSError, SyntaxError, ValueError) as e:
        raise BadValue(f"{path.name} cannot be read: {e}.") from e
