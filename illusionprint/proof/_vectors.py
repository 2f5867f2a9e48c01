"""anagram.svg as another program paints it, against anagram.png: they must be one picture.

A pixel differs where it lies outside what the other picture has in the 3 x 3 pixels round it, by more than STEP in a channel: either way, so that a contour may
fall on either side of a pixel, and a hairline or a lost region is seen.

A renderer smooths each edge by itself (anti-aliasing). Of areas a and b that share a pixel, 1 - t and t, b painted last, it makes

    (1 - t) ((1 - t) a + t g) + t b,    g: what lies below,

which is right if g is a, else off by up to a quarter of g - a. So the share of a pixel that a thinner strip takes comes out wrong. Where too much differs, a
closer test follows: a pixel still differs if it does so as the mean of one painted OVERSAMPLING times as fine, or if more than SHOW_THROUGH of what lies below
all areas (the backing, or the paper) shines through. Of a coarse print (COARSE) each pixel is painted with what its own piece covers of it.

Ink on a ground (halftone, engraving) is painted on the print's own pixels, or whole parts of them, and then both are reduced alike. The renderer knows where an
edge lies in a pixel to a quarter of it. Along a slanted line that error varies, along one that runs with the pixels it is constant: where too much differs, the
mean is taken of PAINTINGS that are shifted by equal parts of that quarter.
"""

import functools
import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import shapely

from ..errors import BadValue
from ._pictures import largest_spot, local_excess, read_picture
from .findings import Finding, finding

STEP, MOST_SHARE, MOST_PX = 16, 5e-4, 40  # of correct results: up to 1.2e-4, spots up to 11 px
FINER, INK_PX = 2.0, 10  # oversampling of ink on a ground; its largest spot (of correct results: up to 9 px)
FINE = 5.0  # least pixels per mm of a rendered sheet with ink
FAR, COARSE = 4, 1.5  # ratio of print to comparison from which no closer test follows; up to which the pieces' stepped borders show
TOO_MUCH = 0.02  # share of differing pixels that no borders explain
OVERSAMPLING, SHOW_THROUGH = 3, 0.1  # of correct results: up to 0.06; without trapping 0.3
MOST_BYTES = 200_000_000
PAINTINGS, QUARTER = 4, 0.25
Size = tuple[int, int]
Pieces = np.ndarray | Sequence[shapely.Polygon]
Test = Callable[[np.ndarray], np.ndarray]
_VIEW = re.compile(r'viewBox="([-\d.]+)[ ,]+([-\d.]+)[ ,]+([\d.]+)[ ,]+([\d.]+)"')
_BED = re.compile(r'(<g id="trap"[^>]*>\s*<(?:rect|polygon)[^>]* fill=")#\w+')


def check(folder: Path, size_px: Size, size_mm: tuple[float, float], figures: dict[str, Any], pieces: Pieces = ()) -> list[Finding]:
    """Compare anagram.svg, where there is one, with anagram.png; put the figures into the dict. Raises BadValue when one of them cannot be read.

    pieces: polygons (n,) in mm, as they lie on the sheet; none for a sheet without a board.
    """
    path = folder / "anagram.svg"
    if not path.is_file() or not (folder / "anagram.png").is_file():
        return []
    pixels = read_picture(folder / "anagram.png")
    size_px = min(size_px, _size_of(pixels))  # a print of few dots is compared as it is
    off, most_px = np.ones(size_px, bool), INK_PX if _is_ink(path) else MOST_PX
    for differs in _tests(path, pixels, size_px, size_mm, pieces):
        off &= differs(off)
        findings = compared(off, size_mm, figures, most_px)
        if not findings:
            break
    return findings


def _tests(path: Path, pixels: np.ndarray, size_px: Size, size_mm: tuple[float, float], pieces: Pieces) -> list[Test]:
    """Tests of which pixels bool (h, w) differ, of those in doubt, each closer than the one before."""
    ink, print_px, show_through = _is_ink(path), _size_of(pixels), functools.cache(functools.partial(_show_through, path, size_px))
    if ink:
        tests, small = _ink_tests(path, pixels, size_px, size_mm)
    else:
        small = reduced(pixels, size_px)
        tests = [lambda _: differing(rendered(path, size_px), small), lambda _: _oversampled_difference(path, size_px, small) | show_through()]

    def by_piece(doubt: np.ndarray) -> np.ndarray:
        shown = len(pieces) == 1 and not ink  # between pieces the print has steps where the backing may shine through
        return differing(reduced(_rendered_by_piece(path, doubt, print_px, pieces, size_mm), size_px), small) | (shown and show_through())

    if len(pieces) and print_px[0] < COARSE * size_px[0]:
        tests.append(_if_little(by_piece))
    elif not ink and print_px[0] < FAR * size_px[0]:
        tests.append(_if_little(lambda _: _oversampled_difference(path, print_px, small) | show_through()))
    return tests


def _ink_tests(path: Path, pixels: np.ndarray, size_px: Size, size_mm: tuple[float, float]) -> tuple[list[Test], np.ndarray]:
    """Tests of ink on a ground, and the picture that they compare with."""
    sheet_px = round(FINE * size_mm[1]), round(FINE * size_mm[0])  # however large the sheet: its lines are as thin
    fine, print_px = finer(_size_of(pixels), min(sheet_px, _size_of(pixels)))
    small = reduced(reduced(pixels, print_px), size_px)

    def test(render: Callable[[Path, Size], np.ndarray]) -> Test:
        return lambda _: differing(reduced(reduced(render(path, fine), print_px), size_px), small)

    return [test(rendered), test(_smoothed)], small


def _if_little(test: Test) -> Test:
    """Test that is skipped where more than TOO_MUCH is in doubt."""
    return lambda doubt: doubt if doubt.mean() > TOO_MUCH else test(doubt)


def _size_of(picture: np.ndarray) -> Size:
    return picture.shape[0], picture.shape[1]


def _is_ink(path: Path) -> bool:
    """Whether an SVG is dots or lines on a ground, and not areas that tile the sheet."""
    with path.open("rb") as file:
        return b'<g id="ground">' in file.read(4096)


def finer(print_px: Size, size_px: Size) -> tuple[Size, Size]:
    """Sizes to render at and to reduce both pictures to first, for a comparison at size_px: whole parts or multiples of the print's pixels.

    Pixels that straddle those of the other size show thin lines otherwise, and a renderer knows few shades along an edge: it gets FINER times as many.
    """
    (h, w), ratio = print_px, min(a / b for a, b in zip(print_px, size_px)) / FINER
    if ratio >= 1:
        part = round(h / int(ratio)), round(w / int(ratio))
        return part, part
    return (h * math.ceil(1 / ratio), w * math.ceil(1 / ratio)), print_px


def reduced(picture: np.ndarray, size_px: Size) -> np.ndarray:
    """Picture reduced to the means over larger pixels."""
    return cv2.resize(picture, size_px[::-1], interpolation=cv2.INTER_AREA)


def compared(off: np.ndarray, size_mm: tuple[float, float], figures: dict[str, Any], most_px: int = MOST_PX) -> list[Finding]:
    """Report pixels bool (h, w) of a sheet (width, height) that differ, where they are too many or more than most_px in one spot."""
    mm2, share = size_mm[0] * size_mm[1] / off.size, float(off.mean())
    spot_px, middle = largest_spot(off)
    area = spot_px * mm2
    figures["vectors"] = {"step": STEP, "differing_share": round(share, 6), "largest_mm2": round(area, 3), "px_per_mm": round(off.shape[1] / size_mm[0], 3)}
    if share <= MOST_SHARE and area <= most_px * mm2:
        return []
    message = f"{100 * share:.2f} % of the pixels differ, the largest spot by {area:.1f} mm2"
    return [finding("VECTORS_DIFFER", f"anagram.svg is not anagram.png: {message}.", middle * size_mm[0] / off.shape[1])]


def _oversampled_difference(path: Path, print_px: Size, small: np.ndarray) -> np.ndarray:
    """Where an SVG differs from a picture, bool (h, w), rendered on whole parts of the print's pixels that are OVERSAMPLING times as fine or finer."""
    times = math.ceil(OVERSAMPLING * small.shape[0] / print_px[0])
    fine = rendered(path, (times * print_px[0], times * print_px[1]))
    return differing(reduced(reduced(fine, print_px), _size_of(small)), small)


def _show_through(path: Path, size_px: Size) -> np.ndarray:
    """Where what lies below all areas shines through, bool (h, w)."""
    light, dark = (rendered(path, size_px, below).astype(np.int16) for below in ("#ffffff", "#000000"))
    return np.abs(light - dark).max(-1) > 255 * SHOW_THROUGH


def _rendered_by_piece(path: Path, doubt: np.ndarray, print_px: Size, pieces: Pieces, size_mm: tuple[float, float]) -> np.ndarray:
    """SVG as a print, uint8 (h, w, 3), whose pixels near to those in doubt show only what their own piece covers of them."""
    size = np.array(print_px)
    fine = rendered(path, (OVERSAMPLING * print_px[0], OVERSAMPLING * print_px[1]))
    near = cv2.resize(cv2.dilate(doubt.astype(np.uint8), np.ones((3, 3))), print_px[::-1], interpolation=cv2.INTER_NEAREST)
    at = OVERSAMPLING * np.stack(np.nonzero(near), 1)[:, None] + np.stack(np.divmod(np.arange(OVERSAMPLING**2), OVERSAMPLING), 1)  # (n, 9, 2): rows and columns
    point, piece = shapely.STRtree(pieces).query(shapely.points((at.reshape(-1, 2)[:, ::-1] + 0.5) / (OVERSAMPLING * size[::-1]) * size_mm), "intersects")
    owner = np.full(at.shape[:2], -1)
    owner.ravel()[point] = piece
    mine = owner == owner[:, OVERSAMPLING**2 // 2, None]
    out = reduced(fine, print_px)
    out[near > 0] = np.rint((fine[tuple(at.transpose(2, 0, 1))] * mine[..., None]).sum(1) / mine.sum(1)[:, None])
    return out


def differing(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Where two pictures uint8 (h, w, 3) differ, bool (h, w)."""
    return local_excess(a, b, np.ones((3, 3), np.uint8)) > STEP


def _smoothed(path: Path, size_px: Size) -> np.ndarray:
    """SVG rendered with edges true to a sixteenth of a pixel, uint8 (h, w, 3)."""
    total = np.zeros((*size_px, 3), np.uint16)
    for k in range(PAINTINGS):
        total += rendered(path, size_px, shift_px=((k + 0.5) / PAINTINGS - 0.5) * QUARTER)
    return (total // PAINTINGS).astype(np.uint8)


def rendered(path: Path, size_px: Size, below: str = "", shift_px: float = 0.0) -> np.ndarray:
    """SVG rendered on white by resvg, uint8 (h, w, 3). Raises BadValue.

    below: another colour for the backing that `trap` begins with, or where there is none for the paper; shift_px: offset to the left and up.
    """
    import resvg_py

    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(f"it is larger than {MOST_BYTES / 1e6:.0f} MB")
        text = path.read_text(encoding="utf-8")
        text, beds = _BED.subn(rf"\g<1>{below}", text, count=1) if below else (text, 1)
        text = re.sub(r' width="[^"]*" height="[^"]*"', f' width="{size_px[1]}" height="{size_px[0]}" preserveAspectRatio="none"', text, count=1)
        text = _VIEW.sub(lambda m: _shifted_view(m, size_px, shift_px), text, count=1) if shift_px else text
        background, (h, w) = "#ffffff" if beds else below, size_px
        png = bytes(resvg_py.svg_to_bytes(svg_string=text, width=w, height=h, background=background, skip_system_fonts=True))
        found = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
        if found is None:
            raise ValueError("it is no picture")
    except (OSError, ValueError, RuntimeError, cv2.error) as e:
        raise BadValue(f"{path.name} cannot be read: {e}.") from e
    if found.shape[:2] != size_px:
        raise BadValue(f"{path.name} is {found.shape[1]} x {found.shape[0]} pixels, another shape than anagram.png.")
    return cv2.cvtColor(found, cv2.COLOR_BGR2RGB)


def _shifted_view(box: re.Match[str], size_px: Size, shift_px: float) -> str:
    x, y, w, h = map(float, box.groups())
    return f'viewBox="{x + shift_px * w / size_px[1]:.6f} {y + shift_px * h / size_px[0]:.6f} {w:g} {h:g}"'
