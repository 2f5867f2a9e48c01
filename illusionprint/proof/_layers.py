"""Paper layers: what the files layer-K.svg cut out, stacked, against layers.svg, and that against anagram.png; of a board with a back also
layer-back-K.svg, layers-back.svg and back.png, all of them as seen when the board is turned over.

A sheet is what an odd number of its cut lines go round, but for the pin holes in its margin. Painted from the lowest to the highest, the sheets must be
layers.svg. Where that is of one colour c round a pixel, anagram.png must have it in some shadow, p = c (1 - s) with 0 <= s <= DEEPEST. A sheet must lie on the
one below with all of it, and the holes at the same places on all.

The machine's beam takes its kerf k along every line, k / 2 of it inside. With A the area that the lines go round, P their length and A' the area that
anagram.json states for the sheet, what is left is wider all round by d = (A - A' - k P / 2) / P, which must be nothing: it is -k / 2 without compensation.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import shapely

from ..errors import BadValue
from . import _vectors
from ._pictures import read_picture
from ._plan import read_svg
from .findings import Finding, finding

PX_PER_MM, FINER = 5.0, 4  # of the comparison; sheets are painted FINER times as fine
MOST_PX = 240_000_000  # of a sheet so painted, as of A1; larger ones are painted coarser
BAND = 256  # rows of the comparison for which a stack is painted at a time: a large sheet needs little memory
DEEPEST, GRAIN = 0.9, 0.03  # shadow at most; paper may be lighter by its grain
HOLE_MM, LOOSE_MM2 = 0.02, 0.2  # holes may be apart, and a sheet hang out over the one below, by so much
WIDER_MM = 0.02  # that a sheet may be all round; seen on what is right: 0.003
MOST_MM2 = 0.5  # that differ in spots 0.4 mm wide and more; seen on what is right: 0.0
JOIN_MM = 1e-4
RING = np.ones((3, 3), np.uint8)


Size = tuple[float, float]


@dataclass(frozen=True)
class LayerFiles:
    """File names of a side: of one sheet (stem-K.svg), of the stack, of what is printed; and the key of its figures."""

    stem: str
    stack: str
    printed: str
    figures: str
    is_back: bool


SIDES = (LayerFiles("layer", "layers.svg", "anagram.png", "layers", False), LayerFiles("layer-back", "layers-back.svg", "back.png", "layers_back", True))


def check(folder: Path, size_mm: Size, kerf_mm: float, figures: dict[str, Any]) -> list[Finding]:
    """Check the paper layers of both sides, where there are any; put their figures into the dict. Raises BadValue for files that cannot be read."""
    return [found for side in SIDES for found in _check_side(folder, side, size_mm, kerf_mm, figures)]


def _check_side(folder: Path, side: LayerFiles, size_mm: Size, kerf_mm: float, figures: dict[str, Any]) -> list[Finding]:
    if not (stated := _stated_sheets(folder, side)):
        return []
    colours, areas = stated
    names = [f"{side.stem}-{k}.svg" for k in range(1, len(colours) + 1)]
    if missing := [name for name in (side.stack, *names) if not (folder / name).is_file()]:
        return [finding("MISSING_FILE", f"{', '.join(missing)} of {len(colours)} sheets of paper is not there.")]
    per_mm = min(PX_PER_MM, _most_per_mm(size_mm))
    size_px = round(size_mm[1] * per_mm), round(size_mm[0] * per_mm)
    loops, holes = zip(*(_cut_loops(folder / name, size_mm) for name in names))
    own = figures.setdefault(side.figures, {"sheets": len(colours), "kerf_mm": kerf_mm})
    masks, stack = [_paper_left(sheet, size_mm, size_px, kerf_mm) for sheet in loops], _vectors.rendered(folder / side.stack, size_px)
    out = [*_overhangs(masks, size_mm, side, own), *_misplaced_holes(holes, side), *_widths(loops, areas, kerf_mm, side, own)]
    out += _stack(masks, colours, stack, size_mm, side, own)
    return out + (_shadowed(folder, size_px, size_mm, side, own) if (folder / side.printed).is_file() else [])


def _stated_sheets(folder: Path, side: LayerFiles) -> tuple[np.ndarray, np.ndarray] | None:
    """Colours uint8 (n, 3) and areas in mm2 (n,) of the sheets, lowest first; None where anagram.json has none and no file is there."""
    try:
        facts = json.loads((folder / "anagram.json").read_text(encoding="utf-8")) if (folder / "anagram.json").is_file() else {}
        facts = facts.get("back", {}) if side.is_back else facts
        if "layers" not in facts and not (folder / side.stack).is_file():
            return None
        sheets = facts["layers"]
        colours = np.array([list(bytes.fromhex(sheet["colour"][1:])) for sheet in sheets], np.uint8).reshape(len(sheets), 3)
        return colours, np.array([float(sheet["area_mm2"]) for sheet in sheets])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
        raise BadValue(f"anagram.json does not tell the colours and areas of the sheets: {e}.") from e


def _cut_loops(path: Path, size_mm: Size) -> tuple[list[np.ndarray], np.ndarray]:
    """Closed cut lines over the picture (n, 2), in mm from its corner, and centres of the pin holes beside it (n, 2)."""
    drawing = read_svg(path)
    margin = (np.array(drawing.size_mm) - size_mm) / 2
    loops = [line - margin for line in _joined(drawing.lines("cut"))]
    middles = [(line.min(0) + line.max(0)) / 2 for line in loops]
    beside = [bool((m < 0).any() or (m > size_mm).any()) for m in middles]
    holes = sorted(tuple(m) for m, out in zip(middles, beside) if out)
    return [line for line, out in zip(loops, beside) if not out], np.array(holes).reshape(-1, 2)


def _most_per_mm(size_mm: Size) -> float:
    """Pixels per mm at which a sheet painted FINER times as fine has MOST_PX pixels."""
    # (n FINER)^2 w h = MOST_PX
    return math.sqrt(MOST_PX / (size_mm[0] * size_mm[1])) / FINER


def _paper_left(loops: list[np.ndarray], size_mm: Size, size_px: tuple[int, int], kerf_mm: float) -> np.ndarray:
    """Mask uint8 (h, w), FINER times as fine: 1 where paper is left once a beam followed the lines."""
    mask = np.zeros(tuple(n * FINER for n in size_px), np.uint8)
    scale = np.array(mask.shape[::-1]) / size_mm
    fixed = [np.rint((line * scale - 0.5) * 256).astype(np.int32) for line in loops]
    cv2.fillPoly(mask, fixed, 1, shift=8)
    if beam := round(kerf_mm * scale[0]):
        cv2.polylines(mask, fixed, True, 0, beam, shift=8)
    return mask


def _joined(lines: list[np.ndarray]) -> list[np.ndarray]:
    """Closed loops of lines, each joined to the one that it continues."""
    starts = [k for k, line in enumerate(lines) if k == 0 or np.abs(line[0] - lines[k - 1][-1]).max() > JOIN_MM]
    runs = [np.concatenate(lines[a:b]) for a, b in zip(starts, [*starts[1:], len(lines)])]
    return [run for run in runs if np.abs(run[0] - run[-1]).max() <= JOIN_MM]


def _overhangs(masks: list[np.ndarray], size_mm: Size, side: LayerFiles, figures: dict[str, Any]) -> list[Finding]:
    """Report sheets that hang out over the one below, by more than a pixel's width round their contours."""
    mm2, out, most = size_mm[0] * size_mm[1] / masks[0].size, [], 0.0
    for k, (below, above) in enumerate(zip(masks, masks[1:]), 2):
        hangs = float((cv2.erode(above, RING) > below).sum()) * mm2
        most = max(most, hangs)
        if hangs > LOOSE_MM2:
            out.append(finding("LAYERS_DIFFER", f"{side.stem}-{k}.svg lies beside the sheet below it by {hangs:.1f} mm2."))
    figures["loose_mm2"] = round(most, 3)
    return out


def _misplaced_holes(holes: Sequence[np.ndarray], side: LayerFiles) -> list[Finding]:
    """Report pin holes that are not at the places of the lowest sheet's."""
    out = []
    for k, own in enumerate(holes, 1):
        if len(own) < 2 or own.shape != holes[0].shape or np.abs(own - holes[0]).max() > HOLE_MM:
            out.append(finding("LAYERS_DIFFER", f"The holes of {side.stem}-{k}.svg are not where those of {side.stem}-1.svg are."))
    return out


def _widths(sheets: Sequence[list[np.ndarray]], areas: np.ndarray, kerf_mm: float, side: LayerFiles, figures: dict[str, Any]) -> list[Finding]:
    """Report sheets of which other widths are left than were drawn."""
    out, wider = [], []
    for k, (sheet, area) in enumerate(zip(sheets, areas), 1):
        loops = [shapely.Polygon(loop) for loop in sheet]
        length = float(sum(shapely.length(loops)))
        # d = (A - A' - k P / 2) / P
        d = (_even_odd_area(loops) - area - kerf_mm * length / 2) / max(length, 1.0)
        wider.append(d)
        if abs(d) > WIDER_MM:
            paper = f"the paper left by {side.stem}-{k}.svg is {d:+.3f} mm wider all round than it was drawn"
            out.append(finding("LAYERS_DIFFER", f"With a beam of {kerf_mm:g} mm {paper}."))
    figures["wider_mm"] = round(max(wider, key=abs, default=0.0), 4)
    return out


def _even_odd_area(loops: list[shapely.Polygon]) -> float:
    """Area inside an odd number of lines, none of which cross: + - + - by how deep each lies in others."""
    inner = shapely.get_coordinates(shapely.point_on_surface(shapely.make_valid(loops)))
    tree = shapely.STRtree(loops)
    inside, around = tree.query(shapely.points(inner), predicate="within")
    deep = shapely.area(loops)[around] > shapely.area(loops)[inside] + 1e-9
    depth = np.bincount(inside[deep], minlength=len(loops))
    return float((shapely.area(loops) * (-1.0) ** depth).sum())


def _stack(masks: list[np.ndarray], colours: np.ndarray, wanted: np.ndarray, size_mm: Size, side: LayerFiles, figures: dict[str, Any]) -> list[Finding]:
    """Compare the stacked sheets with layers.svg."""
    table, width = np.vstack([np.full((1, 3), 255, np.uint8), colours]), wanted.shape[1]
    seen = np.empty_like(wanted)
    for y in range(0, len(wanted), BAND):
        top = np.zeros((FINER * len(seen[y : y + BAND]), masks[0].shape[1]), np.uint8)
        for k, mask in enumerate(masks, 1):
            np.copyto(top, k, where=mask[FINER * y : FINER * (y + BAND)].view(bool))
        seen[y : y + BAND] = cv2.resize(table[top], (width, len(top) // FINER), interpolation=cv2.INTER_AREA)
    what = f"The sheets of {side.stem}-1.svg and so on, laid on each other, are not {side.stack}"
    return _differing(_vectors.differing(seen, wanted), size_mm, figures, "stack", what)


def _shadowed(folder: Path, size_px: tuple[int, int], size_mm: Size, side: LayerFiles, figures: dict[str, Any]) -> list[Finding]:
    """Compare layers.svg with anagram.png, which has shadows, on the pixels of the coarser one."""
    pixels = read_picture(folder / side.printed)
    wanted = _vectors.rendered(folder / side.stack, min(size_px, (pixels.shape[0], pixels.shape[1])))
    pixels = cv2.resize(pixels, wanted.shape[1::-1], interpolation=cv2.INTER_AREA).astype(np.float32)
    c = wanted.astype(np.float32)
    # least |p - c (1 - s)|, the worst channel, where c is one colour
    light = np.clip((pixels * c).sum(-1) / np.maximum((c * c).sum(-1), 1), 1 - DEEPEST, 1 + GRAIN)
    one = (cv2.dilate(wanted, RING) == cv2.erode(wanted, RING)).all(-1)
    off = one & (np.abs(pixels - c * light[..., None]).max(-1) > _vectors.STEP)
    figures["judged_share"] = round(float(one.mean()), 4)
    return _differing(off, size_mm, figures, "picture", f"{side.stack} is not {side.printed} without its shadows")


def _differing(off: np.ndarray, size_mm: Size, figures: dict[str, Any], name: str, message: str) -> list[Finding]:
    """Report pixels (h, w) that differ, in spots at least two pixels wide: no knife cuts finer."""
    wide = cv2.erode(off.astype(np.uint8), RING[:2, :2], borderType=cv2.BORDER_CONSTANT, borderValue=0)
    mm2 = float(wide.mean()) * size_mm[0] * size_mm[1]
    figures[f"{name}_differs_mm2"] = round(mm2, 3)
    if mm2 <= MOST_MM2:
        return []
    y, x = np.argwhere(wide)[0]
    return [finding("LAYERS_DIFFER", f"{message}: {mm2:.1f} mm2 differ.", (x * size_mm[0] / off.shape[1], y * size_mm[1] / off.shape[0]))]
