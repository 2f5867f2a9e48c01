"""Proof of a result folder: read the files back and report what is wrong with them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from ..errors import BadValue
from ..template import USUAL_MACHINE, Template
from . import _cut, _duplex, _fit, _layers, _limits, _pictures, _similarity, _solutions, _vectors
from ._pdf import BOX_MM, Page, read_page
from ._plan import BoardPlan, Drawing, read_plan, read_svg
from .findings import Finding, Proof, finding, sorted_findings

REFERENCE_MM = 100.0
T = TypeVar("T")


@dataclass
class _Inspection:
    """Result folder under inspection, with the findings and figures so far."""

    folder: Path
    findings: list[Finding] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    def report(self, code: str, message: str, where_mm: Any = None, severity: str = "error") -> None:
        """Add a finding."""
        self.findings.append(finding(code, message, where_mm, severity))

    def read(self, name: str, read: Callable[[Path], T]) -> T | None:
        """Read a file of the folder; None, and a finding, where it is missing or broken."""
        if not (self.folder / name).is_file():
            self.report("MISSING_FILE", f"{name} is not there.")
            return None
        return self.guarded(lambda: read(self.folder / name))

    def guarded(self, action: Callable[[], T]) -> T | None:
        """Result of an action; None, and a finding, where it finds a broken file."""
        try:
            return action()
        except BadValue as e:
            self.report("BROKEN_FILE", str(e))
            return None


def prove(folder: Path, machine: str = USUAL_MACHINE, progress: Callable[[str], None] | None = None) -> Proof:
    """Prove a result folder made for a machine, by its template's name or path; `progress` is told in words what is being done.

    Raises BadValue when there is no such folder, UnknownName for an unknown machine; whatever else is wrong is a finding.
    """
    tell, template, run = progress or (lambda _: None), Template.load(machine, "machine"), _Inspection(Path(folder))
    if not run.folder.is_dir():
        raise BadValue(f"{folder} is not a folder with a result.")
    tell("reading the files back")
    plan = run.read("arrangement.json", read_plan)
    if plan is None:
        return Proof(tuple(run.findings))
    page = run.read("print.pdf", lambda path: read_page(path, _pictures.size_px(plan)))
    drawing = None if plan.is_whole_sheet and not (run.folder / "cut.svg").exists() else run.read("cut.svg", read_svg)
    run.figures["pieces"] = {"expected": plan.count}
    _check_moves(run, plan)
    _check_boxes(run, page, plan)
    _check_scale(run, drawing, page)
    tell("cutting the sheet along its lines")
    polygons, shift = _cut_sheet(run, drawing, page, plan)
    run.figures["assemblies"] = [_assemble(run, polygons, shift, plan, k) for k in range(len(plan.assemblies))]
    run.findings += _fit.check_seams(plan, run.findings)
    run.findings += _limits.check_necks(polygons, plan, template.mm("min_neck"), machine, run.figures)
    run.findings += _limits.check_kerf(polygons, plan, template.mm("kerf"), machine, run.figures)
    if plan.solutions.get("exact") and not plan.is_whole_sheet:
        tell("counting the ways to close the board")
    run.findings += _solutions.check(plan, run.figures)
    tell("putting the pieces together")
    _check_vectors(run, plan, template.mm("kerf"))
    run.findings += _limits.check_resolution(run.folder, run.figures)
    pictures = _compare_pictures(run, page, polygons, shift, plan)
    findings, backs = _duplex.check(run.folder, page, polygons, shift, plan, run.figures["assemblies"])
    return Proof(tuple(sorted_findings([*run.findings, *findings])), run.figures, (*pictures, *backs))


def _check_moves(run: _Inspection, plan: BoardPlan) -> None:
    """Report moves that are no rigid motion: their columns must have length 1 and be orthogonal."""
    a, b, c, d = np.moveaxis(plan.moves[..., :4], -1, 0)
    off = np.abs([a * a + b * b - 1, c * c + d * d - 1, a * c + b * d]).max(0).max(1)
    for i in np.flatnonzero(off > 1e-3):
        run.report("MOVE_NOT_RIGID", f"arrangement.json stretches piece {plan.ids[i]} instead of moving it.", plan.centroids[i])


def _check_boxes(run: _Inspection, page: Page | None, plan: BoardPlan) -> None:
    """Report page boxes that are missing, not nested, or not of the board's size."""
    if page is None:
        return
    if page.trim_mm is None:
        return run.report("PAGE_BOX", "print.pdf has no TrimBox, so a printer cannot know where the board lies.")
    (x0, y0, x1, y1), (w, h) = page.trim_mm, plan.size_mm
    run.figures["page"] = {"size_mm": [round(v, 2) for v in page.size_mm], "trim_mm": [round(v, 3) for v in (x0, y0, x1 - x0, y1 - y0)]}
    if max(abs(x1 - x0 - w), abs(y1 - y0 - h)) > BOX_MM:
        run.report("PAGE_BOX", f"The TrimBox is {x1 - x0:.2f} x {y1 - y0:.2f} mm and the board {w:.2f} x {h:.2f} mm.")
    nest = [page.trim_mm, page.bleed_mm or page.trim_mm, (0.0, 0.0, *page.size_mm)]
    for inner, outer, names in zip(nest, nest[1:], ("TrimBox lies outside the BleedBox", "BleedBox lies outside the page")):
        if min(inner[0] - outer[0], inner[1] - outer[1], outer[2] - inner[2], outer[3] - inner[3]) < -BOX_MM:
            run.report("PAGE_BOX", f"The {names}.")


def _check_scale(run: _Inspection, drawing: Drawing | None, page: Page | None) -> None:
    """Report files that are not in true millimetres or lack a reference line of 100 mm."""
    if drawing and max(abs(s - 1) for s in drawing.scale) > 1e-3:
        run.report("SCALE", f"A unit of cut.svg is {drawing.scale[0]:.4f} x {drawing.scale[1]:.4f} mm instead of 1 mm.")
    lines_of = ({"cut.svg": drawing.lines("reference")} if drawing else {}) | ({"print.pdf": page.strokes} if page else {})
    for name, lines in lines_of.items():
        lengths = np.array([np.hypot(*(p[1] - p[0])) for p in lines if len(p) == 2])
        near = lengths[np.abs(lengths - REFERENCE_MM).argmin()] if len(lengths) else 0.0
        run.figures.setdefault("reference_mm", {})[name] = round(float(near), 3)
        if abs(near - REFERENCE_MM) > 0.05:
            run.report("SCALE", f"{name} has no reference line of {REFERENCE_MM:.0f} mm to check the scale by.", severity="warning")


def _cut_sheet(run: _Inspection, drawing: Drawing | None, page: Page | None, plan: BoardPlan) -> tuple[np.ndarray, np.ndarray]:
    """Polygon of every piece as it is cut, and the common shift of the cut in mm; the planned ones where there are no lines."""
    lines = (drawing.lines("cut", "trim") or drawing.lines("")) if drawing else []
    if not drawing or not lines:
        if drawing:
            run.report("PIECE_COUNT", f"cut.svg has no cut lines; arrangement.json has {plan.count} pieces.")
        return plan.polygons, np.zeros(2)
    trim = page.trim_mm if page and np.allclose(page.size_mm, drawing.size_mm, atol=BOX_MM) else None
    origin = np.round(trim[:2], 3) if trim else np.concatenate(lines).min(0)
    lines = [line - origin for line in lines]
    result = _cut.cut_up(lines, plan)
    offsets = _cut.outline_offsets(result, plan)
    run.findings += _cut.check(result, offsets, lines, plan)
    run.figures["pieces"]["found"] = len(result.polygons)
    cut: dict[str, Any] = {"registered_by": "the trim box" if trim else "its own corner", "shift_mm": [round(float(v), 3) for v in result.shift_mm]}
    cut["outline_offset_mm"] = None if np.isnan(offsets).all() else round(float(np.nanmax(offsets)), 4)
    cut["length_mm"] = round(sum(float(np.hypot(*np.diff(p, axis=0).T).sum()) for p in lines), 1)
    if page and trim:
        far, at = _cut.line_offset(lines, [s - origin for s in page.strokes])
        cut["print_offset_mm"] = round(far, 4)
        if far > _cut.TOLERANCE_MM:
            run.report("PRINT_CUT_DIFFERS", f"The cut lines of print.pdf lie {_cut.or_more(far)} beside those of cut.svg.", at)
    run.figures["cut"] = cut
    return _cut.as_cut(result, plan), result.shift_mm


def _assemble(run: _Inspection, polygons: np.ndarray, shift: np.ndarray, plan: BoardPlan, k: int) -> dict[str, Any]:
    """Put an assembly together, report gaps and overlaps, and return its figures."""
    board = plan.board(k)
    placed = _cut.moved(polygons, _fit.placing(plan, k, shift))
    union = _fit.union(placed)
    run.findings += _fit.check_areas(placed, union, board, k)
    facts = {key: plan.assemblies[k][key] for key in ("seen", "prompt", "view") if key in plan.assemblies[k]}
    return facts | _fit.areas(placed, union, board) | {"seam_offset_mm": round(_fit.seam_offset(placed, board), 4)}


def _compare_pictures(run: _Inspection, page: Page | None, polygons: np.ndarray, shift: np.ndarray, plan: BoardPlan) -> tuple[np.ndarray, ...]:
    """Printed board and every assembly made of it, each compared with what it should show."""
    seen = [run.read(_similarity.seen_name(plan, k), _pictures.read_picture) for k in range(len(plan.assemblies))]
    if page is None:
        return ()
    run.figures["compared_at_px_per_mm"] = round(page.art.shape[1] / plan.size_mm[0], 3)
    if seen[0] is not None:
        run.findings += _similarity.check_registration(page, seen[0], plan, run.figures)
    shown = [page.art]
    for k, wanted in enumerate(seen):
        found = _similarity.assemble(page, polygons, shift, plan, k)
        shown.append(found.picture)
        if wanted is not None:  # a shifted cut spoils all pieces alike, so that single ones are not reported
            run.findings += _similarity.check(found, wanted, plan, run.figures["assemblies"][k], plan.count > 1 and not shift.any())
    return tuple(shown)


def _check_vectors(run: _Inspection, plan: BoardPlan, kerf_mm: float) -> None:
    """Report vector files that differ from their pictures."""

    def check() -> list[Finding]:
        found = _vectors.check(run.folder, _pictures.size_px(plan), plan.size_mm, run.figures, plan.polygons)
        return [*found, *_layers.check(run.folder, plan.size_mm, kerf_mm, run.figures)]

    run.findings += run.guarded(check) or []
