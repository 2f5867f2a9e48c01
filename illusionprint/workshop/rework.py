"""Stages on a finished result: another layout, another proof, the findings."""

import shutil
from pathlib import Path
from typing import Any

from .. import proof
from ..door import laid_out
from ..door.results import arrangement_of, machine_of, opened
from ..errors import BadValue
from ..products import own_kinds
from ..proof import Proof
from ..stages.files import write_proof, write_sheets
from ..stages.progress import Progress, silent
from ..stages.result import whole


def relayout(folder: Path, changes: dict[str, Any], progress: Progress = None) -> Path:
    """cut.*, print.pdf, guide.pdf and the proof anew, after changes to the template or the machine; the picture stays."""
    spec, anagram = opened(folder)
    if spec.kind in own_kinds():
        raise BadValue(f"a {spec.kind}'s layout is made with its picture; run `illusionprint make {spec.kind}` again.")
    spec = spec.replace(**changes)
    plan = laid_out(spec)
    with whole(folder.resolve()) as new:
        shutil.copytree(folder, new, dirs_exist_ok=True)
        for old in (*new.glob("cut.*"), *new.glob("layer-*.*")):
            old.unlink()
        (new / "puzzle.toml").write_text(plan.recipe.toml(), encoding="utf-8")
        write_sheets(new, anagram, arrangement_of(folder, plan.board), plan.sheet, plan.machine, plan.paper, plan.heading.behind, progress or silent)
        write_proof(new, plan.machine_name, progress)
    return folder


def reprove(folder: Path, progress: Progress = None) -> tuple[list[str], int]:
    """proof.json and proof.html anew; (lines to show, number of errors)."""
    opened(folder)
    with whole(folder.resolve()) as new:
        shutil.copytree(folder, new, dirs_exist_ok=True)
        found = write_proof(new, machine_of(folder), progress)
    return _told(found)


def findings(folder: Path) -> tuple[list[str], int]:
    """What a proof finds in a result as it stands; nothing is written."""
    opened(folder)
    return _told(proof.prove(folder, machine_of(folder)))


def _told(found: Proof) -> tuple[list[str], int]:
    lines = [f"{f.severity}: {f.code}: {f.message}" for f in found.findings]
    seen = [
        f"{a['seen']}: similarity {a['ssim']:.3f}, gap {a['gap_mm2']:g} mm2, overlap {a['overlap_mm2']:g} mm2"
        for a in found.figures.get("assemblies", [])
        if "ssim" in a
    ]
    return [*lines, *seen, f"{found.errors} errors" if found.errors else "no errors"], found.errors
