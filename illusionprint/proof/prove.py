"""Read a result back and say what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from ..anagram import read_png
from ..errors import BadValue
from . import _behind, _compare, _count, _cut, _fit, _layers, _mated, _pictures, _play, _source, _thin, _vectors
from ._page import Page, read_page
from ._table import Drawing, Table, read_svg, read_table
from .findings import Finding, Proof, error, tidy

BOX_MM, REFERENCE_MM = 0.1, 100.0
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
    findings += [*_mated.check(table, findings), *_thin.check(polygons, table, folder, figures), *_play.check(polygons, table, folder, figures)]
    if table.solutions.get("exact") and not table.is_sheet:
        tell("counting the ways to close the board")
    findings += _count.check(table, figures)
    tell("putting the pieces together")
    findings += [*_vectors_of(folder, table, figures), *_source.check(folder, figures)]
    pictures = _pictures_of(folder, page, polygons, shift, table, findings, figures)
    behind = _behind.check(folder, page, polygons, shift, table, figures["assemblies"])
    return Proof(tuple(tidy([*findings, *behind.findings])), figures, (*pictures, *behind.pictures))


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
    return [
        error("MOVE_NOT_RIGID", f"arrangement.json stretches piece {table.ids[i]} instead of moving it.", table.middles[i]) for i in np.flatnonzero(off > 1e-3)
    ]


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


def _cut_sheet(drawing: Drawing | None, page: Page | None, table: Table, findings: list[Finding], figures: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
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
    figures["cut"] = {
        "registered_by": "the trim box" if same_page else "its own corner",
        "shift_mm": [round(float(v), 3) for v in found.shift_mm],
        "outline_offset_mm": None if np.isnan(offsets).all() else round(float(np.nanmax(offsets)), 4),
        "length_mm": round(sum(float(np.hypot(*np.diff(p, axis=0).T).sum()) for p in lines), 1),
    }
    if same_page:
        findings += _printed_lines(lines, [s - origin for s in page.strokes], figures["cut"])
    return _cut.as_cut(found, table), found.shift_mm


def _printed_lines(lines: list[np.ndarray], printed: list[np.ndarray], figures: dict[str, Any]) -> list[Finding]:
    far, at = _cut.line_offset(lines, printed)
    figures["print_offset_mm"] = round(far, 4)
    if far <= _cut.TOLERANCE_MM:
        return []
    more = " or more" if far >= _cut.REACH_MM else ""
    return [error("PRINT_CUT_DIFFERS", f"The cut lines of print.pdf lie {far:.2f} mm{more} beside those of cut.svg.", at)]


def _assembly(polygons: np.ndarray, shift: np.ndarray, table: Table, k: int, findings: list[Finding]) -> dict[str, Any]:
    board = table.board(k)
    placed = _cut.moved(polygons, _fit.placing(table, k, shift))
    whole = _fit.union(placed)
    findings += _fit.check(placed, whole, board, k)
    facts = {key: table.assemblies[k][key] for key in ("seen", "prompt", "view") if key in table.assemblies[k]}
    return facts | _fit.areas(placed, whole, board) | {"seam_offset_mm": round(_fit.seam_offset(placed, board), 4)}


def _pictures_of(
    folder: Path, page: Page | None, polygons: np.ndarray, shift: np.ndarray, table: Table, findings: list[Finding], figures: dict[str, Any]
) -> tuple[np.ndarray, ...]:
    """The printed board and every assembly made of it, each compared with what it should show."""
    seen = [_read(folder / _compare.seen_name(table, k), _png, findings) for k in range(len(table.assemblies))]
    if page is None:
        return ()
    figures["compared_at_px_per_mm"] = round(page.art.shape[1] / table.size_mm[0], 3)
    if seen[0] is not None:
        findings += _compare.check_place(page, seen[0], table, figures)
    shown = [page.art]
    for k, wanted in enumerate(seen):
        found = _compare.assemble(page, polygons, shift, table, k)
        shown.append(found.picture)
        if wanted is not None:  # a shifted cut spoils all pieces alike: no word about single ones
            findings += _compare.check(found, wanted, table, figures["assemblies"][k], table.count > 1 and not shift.any())
    return tuple(shown)


def _vectors_of(folder: Path, table: Table, figures: dict[str, Any]) -> list[Finding]:
    try:
        return [*_vectors.check(folder, _pictures.size_px(table), table.size_mm, figures, table.polygons), *_layers.check(folder, table.size_mm, figures)]
    except BadValue as e:
        return [error("BROKEN_FILE", str(e))]


def _png(path: Path) -> np.ndarray:
    try:
        return read_png(path)
    except (OSError, SyntaxError, ValueError) as e:
        raise BadValue(f"{path.name} cannot be read: {e}.") from e
