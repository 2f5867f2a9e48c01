"""anagram.svg as another program paints it, against anagram.png: they are to be one picture.

A pixel differs where it lies outside what the other picture has in the 3 x 3 pixels round it, by more than STEP in a channel: either way, so
that a contour may fall on either side of a pixel, and a hairline or a lost region is seen.

A painter smooths each edge by itself. Of areas a and b that share a pixel, 1 - t and t, b painted last, it makes (1 - t) ((1 - t) a + t g) + t b where
g is what lies below: right if g is a, else off by up to a quarter of g - a. So the share of a pixel that a strip takes which is thinner comes out wrong, and
along the rim no pixel beside it shows its colour whole. Where too much differs it is looked at closer: a pixel differs still if it does so as the mean of one
painted CLOSER times as fine, or if more than LEAK of what lies below all areas (the bed, or the paper) shines through. The print's own pixels are painted
then, of a coarse one (COARSE) each with what its own piece covers of it: strips that run with the pixels fall on others in a picture of another size.

Ink on a ground (halftone, engraving) is painted on the print's own pixels, or whole parts of them, and then both are reduced alike. The painter knows where an
edge lies in a pixel to a quarter of it. Along a slanted line that is off by less and by more in turn, along one that runs with the pixels by the same all the way: where too
much differs, the mean is taken of PAINTINGS that are shifted by equal parts of that quarter.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import shapely

from ..anagram import read_png
from ..errors import BadValue
from ._pictures import largest_spot
from .findings import Finding, error

STEP, MOST_SHARE, MOST_PX = 16, 5e-4, 40  # seen on what is right: up to 1.2e-4, spots up to 11 px
FINER, INK_PX = 2.0, 10  # of ink on a ground: how much finer it is painted; seen on what is right: spots up to 9 px
FINE = 5.0  # pixels a mm that a sheet is painted with on its longer lines
FAR = 4  # prints of so many times the pixels compared are cut up by these no more
COARSE, MUCH = 1.5, 0.02  # prints of so many times the pixels compared show the pieces' stepped borders; where more than MUCH differs it is no question of them
CLOSER, LEAK = 3, 0.1  # seen on what is right: up to 0.06; without trapping 0.3
MOST_BYTES = 200_000_000
PAINTINGS, QUARTER = 4, 0.25
Look = Callable[[np.ndarray], np.ndarray]
_VIEW = re.compile(r'viewBox="([-\d.]+)[ ,]+([-\d.]+)[ ,]+([\d.]+)[ ,]+([\d.]+)"')
_BED = re.compile(r'(<g id="trap"[^>]*>\s*<(?:rect|polygon)[^>]* fill=")#\w+')


def check(
    folder: Path, size_px: tuple[int, int], size_mm: tuple[float, float], figures: dict[str, Any], pieces: Sequence[shapely.Polygon] = ()
) -> list[Finding]:
    """Nothing where there is no anagram.svg; puts its figures into the dict. pieces: in mm, as they lie on the sheet. Raises BadValue when one of the two cannot be read."""
    path = folder / "anagram.svg"
    if not path.is_file() or not (folder / "anagram.png").is_file():
        return []
    pixels = _png(folder / "anagram.png")
    size_px = min(size_px, pixels.shape[:2])  # a print of few dots is compared as it is
    off, most_px = np.ones(size_px, bool), INK_PX if _is_ink(path) else MOST_PX
    for differs in _looks(path, pixels, size_px, size_mm, pieces):
        off &= differs(off)
        findings = compared(off, size_mm, figures, most_px)
        if not findings:
            break
    return findings


def _looks(path: Path, pixels: np.ndarray, size_px: tuple[int, int], size_mm: tuple[float, float], pieces: Sequence[shapely.Polygon]) -> list[Look]:
    """What tells where the two differ, each closer than the one before: of the pixels bool (h, w) that are in doubt, those that do."""
    ink, leaking = _is_ink(path), functools.cache(functools.partial(_leaking, path, size_px))
    if ink:
        sheet_px = round(FINE * size_mm[1]), round(FINE * size_mm[0])  # however large the sheet: its lines are as thin
        fine, print_px = finer(pixels.shape[:2], min(sheet_px, pixels.shape[:2]))
        small = reduced(reduced(pixels, print_px), size_px)
        looks: list[Look] = [lambda _, paint=paint: differing(reduced(reduced(paint(path, fine), print_px), size_px), small) for paint in (painted, _smoothly)]
    else:
        small = reduced(pixels, size_px)
        looks = [lambda _: differing(painted(path, size_px), small), lambda _: _closer(path, size_px, small) | leaking()]
    if len(pieces) and pixels.shape[0] < COARSE * size_px[0]:
        leaks = len(pieces) == 1 and not ink  # between pieces the print has steps where the bed may shine through
        looks.append(
            lambda doubt: (
                doubt.mean() > MUCH or differing(reduced(_apart(path, doubt, pixels.shape[:2], pieces, size_mm), size_px), small) | (leaks and leaking())
            )
        )
    elif not ink and pixels.shape[0] < FAR * size_px[0]:
        looks.append(lambda doubt: doubt.mean() > MUCH or _closer(path, pixels.shape[:2], small) | leaking())
    return looks


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
    mm2, share = size_mm[0] * size_mm[1] / off.size, float(off.mean())
    spot_px, middle = largest_spot(off)
    area = spot_px * mm2
    figures["vectors"] = {"step": STEP, "differing_share": round(share, 6), "largest_mm2": round(area, 3), "px_per_mm": round(off.shape[1] / size_mm[0], 3)}
    if share <= MOST_SHARE and area <= most_px * mm2:
        return []
    return [
        error(
            "VECTORS_DIFFER",
            f"anagram.svg is not anagram.png: {100 * share:.2f} % of the pixels differ, the largest spot by {area:.1f} mm2.",
            middle * size_mm[0] / off.shape[1],
        )
    ]


def _closer(path: Path, print_px: tuple[int, int], small: np.ndarray) -> np.ndarray:
    """bool (h, w): where an SVG, painted on whole parts of a print's pixels that are CLOSER times as fine as `small` or finer, differs from that, see above."""
    times = math.ceil(CLOSER * small.shape[0] / print_px[0])
    return differing(reduced(reduced(painted(path, tuple(times * v for v in print_px)), print_px), small.shape[:2]), small)


def _leaking(path: Path, size_px: tuple[int, int]) -> np.ndarray:
    """bool (h, w): where what lies below all areas shines through."""
    light, dark = (painted(path, size_px, below).astype(np.int16) for below in ("#ffffff", "#000000"))
    return np.abs(light - dark).max(-1) > 255 * LEAK


def _apart(path: Path, doubt: np.ndarray, print_px: tuple[int, int], pieces: Sequence[shapely.Polygon], size_mm: tuple[float, float]) -> np.ndarray:
    """An SVG as a print of (h, w), uint8 (h, w, 3), whose pixels near to those in doubt, bool of any size, show only what their own piece covers of them."""
    size = np.array(print_px)
    fine = painted(path, tuple(int(v) for v in CLOSER * size))
    near = cv2.resize(cv2.dilate(doubt.astype(np.uint8), np.ones((3, 3))), print_px[::-1], interpolation=cv2.INTER_NEAREST)
    at = CLOSER * np.stack(np.nonzero(near), 1)[:, None] + np.stack(np.divmod(np.arange(CLOSER**2), CLOSER), 1)  # (n, 9, 2): rows and columns
    point, piece = shapely.STRtree(pieces).query(shapely.points((at.reshape(-1, 2)[:, ::-1] + 0.5) / (CLOSER * size[::-1]) * size_mm), "intersects")
    owner = np.full(at.shape[:2], -1)
    owner.ravel()[point] = piece
    mine = owner == owner[:, CLOSER**2 // 2, None]
    out = reduced(fine, print_px)
    out[near > 0] = np.rint((fine[tuple(at.transpose(2, 0, 1))] * mine[..., None]).sum(1) / mine.sum(1)[:, None])
    return out


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
        png = bytes(
            resvg_py.svg_to_bytes(svg_string=text, width=size_px[1], height=size_px[0], background="#ffffff" if beds else below, skip_system_fonts=True)
        )
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
