"""Read a result back and say what is wrong with it."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import shapely

from ..anagram import read_png
from ..errors import BadValue
from . import _cut, _fit, _pictures
from ._page import Page, read_page
from ._table import Drawing, Table, read_svg, read_table
from .findings import Finding, Proof, error, tidy

SSIM_LEAST, PIECE_LEAST = 0.9, 0.7
BOX_MM, ART_MM, REFERENCE_MM = 0.1, 0.15, 100.0
T = TypeVar("T")


def prove(folder: Path, progress: Callable[[str], None] | None = None) -> Proof:
    """Findings and figures of a result folder; `progress` is told in words what is being done.

    Raises BadValue when there is no such folder; whatever else is wrong is a finding.
    """
    folder, tell = Path(folder), progress or (lambda _: None)
    if not folder.is_dir():
        raise BadValue(f"{folder} is not a folder with a result.")
    findings: list[Finding] = []
    tell("reading the files back")
    table = _read(folder / "arrangement.json", read_table, findings)
    if table is None:
        return Proof(tuple(findings))
    page = _read(folder / "print.pdf", lambda path: read_page(path, _pictures.size_px(table)), findings)
    sheet_only = table.is_sheet and not (folder / "cut.svg").exists()
    drawing = None if sheet_only else _read(folder / "cut.svg", read_svg, findings)
    figures: dict[str, Any] = {"pieces": {"expected": table.count}}
    findings += [*_rigid(table), *(_boxes(page, table, figures) if page else ()), *_scale(drawing, page, figures)]
    tell("cutting the sheet along its lines")
    polygons, shift = _cut_sheet(drawing, page, table, findings, figures)
    figures["assemblies"] = [_assembly(polygons, shift, table, k, findings) for k in range(len(table.assemblies))]
    tell("putting the pieces together")
    pictures = _pictures_of(folder, page, polygons, shift, table, findings, figures)
    return Proof(tuple(tidy(findings)), figures, pictures)


def _read(path: Path, read: Callable[[Path], T], findings: list[Finding]) -> T | None:
    if not path.is_file():
        findings.append(error("MISSING_FILE", f"{path.name} is not there."))
        return None
    try:
        return read(path)
    except BadValue as e:
        findings.append(error("BROKEN_FILE", str(e)))
        return None


def _rigid(table: Table) -> list[Finding]:
    """Columns of length 1 at right angles, or it is no motion."""
    a, b, c, d = np.moveaxis(table.moves[..., :4], -1, 0)
    off = np.abs([a * a + b * b - 1, c * c + d * d - 1, a * c + b * d]).max(0).max(1)
    return [error("MOVE_NOT_RIGID", f"arrangement.json stretches piece {table.ids[i]} instead of moving it.", table.middles[i])
            for i in np.flatnonzero(off > 1e-3)]


def _boxes(page: Page, table: Table, figures: dict[str, Any]) -> list[Finding]:
    if page.trim_mm is None:
        return [error("PAGE_BOX", "print.pdf has no TrimBox, so a printer cannot know where the board lies.")]
    x0, y0, x1, y1 = page.trim_mm
    figures["page"] = {"size_mm": [round(v, 2) for v in page.size_mm], "trim_mm": [round(v, 3) for v in (x0, y0, x1 - x0, y1 - y0)]}
    out = []
    if max(abs(x1 - x0 - table.size_mm[0]), abs(y1 - y0 - table.size_mm[1])) > BOX_MM:
        out.append(error("PAGE_BOX", f"The TrimBox is {x1 - x0:.2f} x {y1 - y0:.2f} mm and the board {table.size_mm[0]:.2f} x {table.size_mm[1]:.2f} mm."))
    nest = [page.trim_mm, page.bleed_mm or page.trim_mm, (0.0, 0.0, *page.size_mm)]
    for inner, outer, names in zip(nest, nest[1:], ("TrimBox lies outside the BleedBox", "BleedBox lies outside the page")):
        if min(inner[0] - outer[0], inner[1] - outer[1], outer[2] - inner[2], outer[3] - inner[3]) < -BOX_MM:
            out.append(error("PAGE_BOX", f"The {names}."))
    return out


def _scale(drawing: Drawing | None, page: Page | None, figures: dict[str, Any]) -> list[Finding]:
    """True millimetres, and a 100 mm line to check the print by."""
    out = []
    if drawing:
        if max(abs(s - 1) for s in drawing.scale) > 1e-3:
            out.append(error("SCALE", f"A unit of cut.svg is {drawing.scale[0]:.4f} x {drawing.scale[1]:.4f} mm instead of 1 mm."))
        out += _reference("cut.svg", drawing.lines("reference"), figures)
    return out + (_reference("print.pdf", page.strokes, figures) if page else [])


def _reference(name: str, lines: list[np.ndarray], figures: dict[str, Any]) -> list[Finding]:
    lengths = np.array([np.hypot(*(p[1] - p[0])) for p in lines if len(p) == 2])
    near = lengths[np.abs(lengths - REFERENCE_MM).argmin()] if len(lengths) else 0.0
    figures.setdefault("reference_mm", {})[name] = round(float(near), 3)
    if abs(near - REFERENCE_MM) <= 0.05:
        return []
    return [Finding("SCALE", "warning", f"{name} has no reference line of {REFERENCE_MM:.0f} mm to check the scale by.")]


def _cut_sheet(drawing: Drawing | None, page: Page | None, table: Table, findings: list[Finding],
               figures: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """(polygon of every piece as it is cut, common shift of the cut in mm); arrangement.json's where there are no lines."""
    lines = (drawing.lines("cut", "trim") or drawing.lines("")) if drawing else []
    if not lines:
        if drawing:
            findings.append(error("PIECE_COUNT", f"cut.svg has no cut lines; arrangement.json has {table.count} pieces."))
        return table.polygons, np.zeros(2)
    same_page = page is not None and page.trim_mm is not None and np.allclose(page.size_mm, drawing.size_mm, atol=BOX_MM)
    origin = np.round(page.trim_mm[:2], 3) if same_page else np.concatenate(lines).min(0)
    lines = [line - origin for line in lines]
    found = _cut.cut_up(lines, table)
    offsets = _cut.outline_offsets(found, table)
    findings += _cut.check(found, offsets, lines, table)
    figures["pieces"]["found"] = len(found.polygons)
    figures["cut"] = {"registered_by": "the trim box" if same_page else "its own corner", "shift_mm": [round(float(v), 3) for v in found.shift_mm],
                      "outline_offset_mm": None if np.isnan(offsets).all() else round(float(np.nanmax(offsets)), 4),
                      "length_mm": round(sum(float(shapely.length(shapely.linestrings(p))) for p in lines), 1)}
    if same_page:
        far, at = _cut.line_offset(lines, [s - origin for s in page.strokes])
        figures["cut"]["print_offset_mm"] = round(far, 4)
        if far > _cut.TOLERANCE_MM:
            more = " or more" if far >= _cut.REACH_MM else ""
            findings.append(error("PRINT_CUT_DIFFERS", f"The cut lines of print.pdf lie {far:.2f} mm{more} beside those of cut.svg.", at))
    return _cut.as_cut(found, table), found.shift_mm


def _assembly(polygons: np.ndarray, shift: np.ndarray, table: Table, k: int, findings: list[Finding]) -> dict[str, Any]:
    size = table.region_mm(k)
    placed = _cut.moved(polygons, _fit.placing(table, k, shift))
    whole = _fit.union(placed)
    findings += _fit.check(placed, whole, size, k)
    facts = {key: table.assemblies[k][key] for key in ("seen", "prompt", "view") if key in table.assemblies[k]}
    return facts | _fit.areas(placed, whole, size) | {"seam_offset_mm": round(_fit.seam_offset(placed, size), 4)}


def _pictures_of(folder: Path, page: Page | None, polygons: np.ndarray, shift: np.ndarray, table: Table, findings: list[Finding],
                 figures: dict[str, Any]) -> tuple[np.ndarray, ...]:
    """The printed board and every assembly made of it; compares the latter with the seen pictures."""
    shown = [page.art] if page else []
    for k, assembly in enumerate(table.assemblies):
        seen = _read(folder / str(assembly.get("seen", f"seen-{k + 1}.png")), _png, findings)
        if page is None:
            continue
        turned = table.region_mm(k) != table.size_mm
        picture, labels = _pictures.assemble(page.art, polygons, _fit.placing(table, k, shift), table.size_mm, turned)
        if assembly.get("view") == "negate":
            picture = 255 - picture
        shown.append(picture)
        if seen is not None:
            findings += _compare(picture, labels, seen, table, k, figures["assemblies"][k])
        if k == 0 and seen is not None:
            findings += _aside(page, seen, table, figures)
    if page:
        figures["compared_at_px_per_mm"] = round(page.art.shape[1] / table.size_mm[0], 3)
    return tuple(shown)


def _png(path: Path) -> np.ndarray:
    try:
        return read_png(path)
    except (OSError, SyntaxError, ValueError) as e:
        raise BadValue(f"{path.name} cannot be read: {e}.") from e


def _compare(picture: np.ndarray, labels: np.ndarray, seen: np.ndarray, table: Table, k: int, figures: dict[str, Any]) -> list[Finding]:
    """Structural similarity of an assembly and the picture that it should show, all over and piece by piece."""
    import cv2
    name, (h, w) = table.assemblies[k].get("seen", f"seen-{k + 1}.png"), picture.shape[:2]
    if abs(seen.shape[1] / seen.shape[0] * h / w - 1) > 0.01:
        return [error("PICTURE_DIFFERS", f"{name} is {seen.shape[1]} x {seen.shape[0]} pixels, another shape than assembly {k + 1}.")]
    seen = cv2.resize(seen, (w, h), interpolation=cv2.INTER_AREA)
    keep = _pictures.away_from_seams(labels)
    if not keep.any():
        return [error("PICTURE_DIFFERS", f"Assembly {k + 1} shows nothing of {name}.")]
    likeness = _pictures.ssim_map(picture, seen, keep)
    overall = float(likeness[keep].mean())
    figures |= {"ssim": round(overall, 4), "compared_share": round(float(keep.mean()), 4),
                "mean_difference": round(float(cv2.absdiff(picture, seen)[keep].mean() / 255), 4)}
    return _unlike(likeness, labels, keep, table, k, name, overall)


def _aside(page: Page, seen: np.ndarray, table: Table, figures: dict[str, Any]) -> list[Finding]:
    """Assembly 1 is the printed sheet as it lies, so what lies in the trim box is the first picture, at the same place."""
    import cv2
    h, w = page.art.shape[:2]
    offset = _pictures.art_offset(page.art, cv2.resize(seen, (w, h), interpolation=cv2.INTER_AREA)) * table.size_mm[0] / w
    figures["art_offset_mm"] = [round(float(v), 3) + 0.0 for v in offset]
    if np.hypot(*offset) <= ART_MM:
        return []
    return [error("ART_OFFSET", f"The printed picture lies {offset[0]:+.2f} mm across and {offset[1]:+.2f} mm down beside the trim box.", (0, 0))]


def _unlike(likeness: np.ndarray, labels: np.ndarray, keep: np.ndarray, table: Table, k: int, name: str, overall: float) -> list[Finding]:
    """A few pieces that are unlike are misplaced; many, and it is another picture."""
    at = labels[keep]
    count = np.bincount(at, minlength=table.count)
    mean = np.bincount(at, likeness[keep], table.count) / np.maximum(count, 1)
    bad = np.flatnonzero((mean < PIECE_LEAST) & (count > 0))
    if table.count > 1 and 0 < len(bad) <= table.count / 4:
        m = table.moves[bad, k]
        where = np.einsum("nij,nj->ni", m[:, [[0, 2], [1, 3]]], table.middles[bad]) + m[:, 4:]
        return [error("PIECE_MISPLACED", f"In assembly {k + 1} piece {table.ids[i]} does not show what {name} has there (similarity {mean[i]:.2f}).", at_mm)
                for i, at_mm in zip(bad, where)]
    if overall >= SSIM_LEAST and not len(bad):
        return []
    return [error("PICTURE_DIFFERS", f"Assembly {k + 1} is not {name}: structural similarity {overall:.2f} instead of {SSIM_LEAST} or more.")]
