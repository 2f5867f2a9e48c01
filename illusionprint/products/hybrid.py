"""A hybrid image: one print for two distances. Two pictures are filtered to share a sheet, laid out, exported with a guide that says where to stand, and proved."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from .. import layout, plugins, viewing
from ..anagram import Anagram
from ..door import Plan, sheet_plan
from ..errors import BadValue
from ..spec import PuzzleSpec
from ..stages.artwork import credits, rgb
from ..stages.files import write_pictures, write_print, write_proof
from ..stages.progress import Progress, silent
from ..stages.segmentation import Subjects, find
from ..units import distance_m, fmt_mm
from ..viewing import Hybrid

KINDS = ("hybrid",)
SUMMARY = "A print that is one picture from afar and another close up"
TABLES = ("pictures.styles", "pictures.licence", "sheet", "machine", "viewing")
PREVIEW_PX = 900


def plan(spec: PuzzleSpec) -> Plan:
    """The plan of a hybrid. Raises BadValue for other than two pictures, and for what belongs to other products."""
    look = spec.pictures
    if len(look.prompts) != 2 or spec.board.grid or spec.model:
        raise BadValue(
            f"a hybrid is made of two pictures, without a grid or a model; {', '.join(map(repr, look.prompts))} came"
            f"{spec.board.grid and ', grid ' + spec.board.grid}{', model ' + spec.model.name if spec.model else ''}."
        )
    spec = spec.replace(size=spec.sheet.size or "A4")
    return replace(sheet_plan(spec, ("identity", "identity")), subjects=Subjects(find(look.prompts, look.styles, look.licence)))


def make(plan: Plan, folder: Path, progress: Progress = None) -> int:
    """anagram.png, seen-1 (far) and seen-2 (near), print.pdf, guide.pdf, cut.svg and the proof."""
    tell = progress or silent
    tell(0, 3, "filtering")
    made, anagram = _filtered(plan)
    tell(1, 3, "layout")
    write_pictures(folder, anagram, None, plan.heading, plan.toml(anagram))
    title, _ = write_print(folder, anagram, None, plan.sheet, plan.machine)
    (folder / "guide.pdf").write_bytes(plugins.load("export", "pdf")([_guide(plan, made, anagram, title)], title=title))
    return write_proof(folder, plan.machine_name, progress).errors


def _distances(plan: Plan) -> tuple[float, float]:
    """(near, far) in metres."""
    return distance_m(plan.viewing.near), distance_m(plan.viewing.far)


def _filtered(plan: Plan) -> tuple[Hybrid, Anagram]:
    """The hybrid, and what is printed of it."""
    found = [some[0] for some in plan.subjects.found]
    far, near = (np.moveaxis(rgb(s, plan.size_px), -1, 0) for s in found)
    near_m, far_m = _distances(plan)
    made = viewing.hybrid(far, near, width_mm=plan.size_mm[0], near_m=near_m, far_m=far_m)
    page = _bytes(made.pixels)
    return made, Anagram(
        page, (page, page), plan.px_per_mm, (), {**plan.heading.facts, "views": ["far", "near"], "way": "hybrid", **_facts(made), "credits": credits(found)}
    )


def _facts(made: Hybrid) -> dict[str, Any]:
    return {
        "cutoffs_cycles_per_width": {k: round(v, 2) for k, v in made.cutoffs.items()},
        "predicted_m": {k: v and round(v, 2) for k, v in (("near", made.near_m), ("middle", made.mid_m), ("far", made.far_m))},
        "conditions": made.conditions,
        "notes": list(made.notes),
    }


def _guide(plan: Plan, made: Hybrid, anagram: Anagram, title: str) -> Any:
    """Where to stand, and what is seen there."""
    width, (near_m, far_m) = anagram.size_mm[0], _distances(plan)
    near, far = (_bytes(viewing.simulated_view(made.pixels, d, width, PREVIEW_PX)) for d in (near_m, far_m))
    cutoffs = {f"{k} cut-off, cycles per width": v for k, v in made.cutoffs.items() if k in ("low", "high")}
    cutoffs |= {f"predicted {n}, m": v for n, v in (("near", made.near_m), ("middle", made.mid_m), ("far", made.far_m)) if v}
    return layout.viewing_guide_sheet(
        near,
        far,
        _small(anagram.pixels),
        near_m=near_m,
        far_m=far_m,
        size_mm=anagram.size_mm,
        cutoffs=cutoffs,
        title=title,
        notes=[*made.notes, f"The print is {fmt_mm(width)} wide; at another size all distances scale with it."],
    )


def _bytes(picture: np.ndarray) -> np.ndarray:
    """uint8 (h, w, 3) of float c h w."""
    return np.ascontiguousarray(np.rint(np.clip(np.moveaxis(picture, 0, -1), 0, 1) * 255).astype(np.uint8))


def _small(pixels: np.ndarray) -> np.ndarray:
    import cv2

    k = PREVIEW_PX / max(pixels.shape[:2])
    return cv2.resize(pixels, None, fx=k, fy=k, interpolation=cv2.INTER_AREA) if k < 1 else pixels
