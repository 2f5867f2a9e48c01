"""Stages on a finished result: another layout, another proof, the findings."""
from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..anagram import Anagram
from ..errors import BadValue
from ..spec import PuzzleSpec
from .boards import board_of
from .make import Progress, checked, layout, machine_of, prove, proved
from .result import whole

if TYPE_CHECKING:
    from ..proof import Proof


def relayout(folder: Path, changes: dict[str, Any], progress: Progress = None) -> Path:
    """cut.*, print.pdf, guide.pdf and the proof anew, after changes to the template or the machine; the picture stays."""
    spec, anagram = _opened(folder)
    if spec.kind == "hybrid":
        raise BadValue("a hybrid's layout is made with its picture; run `illusionprint hybrid` again.")
    spec, _ = checked(spec.replace(**changes))
    tell = progress or (lambda done, total, stage: None)
    with whole(folder.resolve()) as new:
        shutil.copytree(folder, new, dirs_exist_ok=True)
        for old in (*new.glob("cut.*"), *new.glob("layer-*.*")):
            old.unlink()
        (new / "puzzle.toml").write_text(spec.toml(), encoding="utf-8")
        layout(new, spec, anagram, board_of(folder, spec), tell)
        prove(new, progress)
    return folder


def reprove(folder: Path, progress: Progress = None) -> tuple[list[str], int]:
    """proof.json and proof.html anew; (lines to show, number of errors)."""
    _opened(folder)
    with whole(folder.resolve()) as new:
        shutil.copytree(folder, new, dirs_exist_ok=True)
        found = proved(new, progress)
    return _told(found)


def findings(folder: Path) -> tuple[list[str], int]:
    """What a proof finds in a result as it stands; nothing is written."""
    from .. import proof
    _opened(folder)
    return _told(proof.prove(folder, machine_of(folder)))


def _told(found: Proof) -> tuple[list[str], int]:
    lines = [f"{f.severity}: {f.code}: {f.message}" for f in found.findings]
    errors = found.errors
    seen = [f"{a['seen']}: similarity {a['ssim']:.3f}, gap {a['gap_mm2']:g} mm2, overlap {a['overlap_mm2']:g} mm2"
            for a in found.figures.get("assemblies", []) if "ssim" in a]
    return [*lines, *seen, f"{errors} errors" if errors else "no errors"], errors


def _opened(folder: Path) -> tuple[PuzzleSpec, Anagram]:
    anagram = Anagram.load(folder)
    path = Path(folder) / "puzzle.toml"
    if not path.is_file():
        raise BadValue(f"{folder} has no puzzle.toml.")
    return PuzzleSpec.load(path), anagram
