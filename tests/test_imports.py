"""The order of the rooms, kept by import-linter's contracts in setup.cfg; and what a plain install or a first `--help` does not need."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import illusionprint

PACKAGE = Path(illusionprint.__file__).parent
ROOT = Path(__file__).resolve().parent.parent
TORCH_ROOMS, TORCH = {"denoisers", "sampling", "multiview"}, {"torch", "diffusers", "transformers", "accelerate", "safetensors"}


def sources() -> list[str]:
    """ "views/flip.py" of all modules."""
    return sorted(p.relative_to(PACKAGE).as_posix() for p in PACKAGE.rglob("*.py") if p.relative_to(PACKAGE).parts[0] not in ("templates", "puzzles"))


def may_hold_torch(path: str) -> bool:
    """The rooms of the diffusion models, the judge's training, and CLIP, which loads it when it is asked for."""
    return path.split("/")[0] in TORCH_ROOMS or path.startswith("judge/training/") or path == "judge/clip.py"


def linted(tree: Path) -> tuple[int, str]:
    """(exit status, report) of import-linter in a checkout."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=tree, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """A copy of the checkout in which faults are planted."""
    made = tmp_path_factory.mktemp("tree")
    shutil.copytree(PACKAGE, made / "illusionprint", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "setup.cfg", made)
    return made


def test_rooms_import_only_from_rooms_below_and_in_no_circle():
    status, report = linted(ROOT)
    assert status == 0 and "3 kept, 0 broken" in report, report


@pytest.mark.parametrize(
    "path, text, says",
    [
        ("views/flip.py", "from ..proof import prove", "illusionprint.views is not allowed to import illusionprint.proof"),
        ("errors.py", "from .units import px", "illusionprint.errors is not allowed to import illusionprint.units"),
        ("layout/sheet.py", "from ..viewing import hybrid", "illusionprint.layout is not allowed to import illusionprint.viewing"),
        ("jigsaw/tabs/new.py", "from ...export import svg", "illusionprint.jigsaw is not allowed to import illusionprint.export"),
        ("stages/progress.py", "from ..door import Plan", "illusionprint.stages is not allowed to import illusionprint.door"),
        ("blend/new.py", "def f():\n    import torch.nn", "illusionprint.blend.new -> torch"),
        ("stages/progress.py", "from .memory import give_back\nfrom . import casting", "No cycles are allowed in illusionprint.stages"),
        ("attic/__init__.py", "", "illusionprint.attic"),
    ],
)
def test_planted_imports_are_seen(tree, path, text, says):
    file = tree / "illusionprint" / path
    before = file.read_text(encoding="utf-8") if file.exists() else None
    file.parent.mkdir(exist_ok=True)
    file.write_text((before or "") + "\n" + text + "\n", encoding="utf-8")
    try:
        status, report = linted(tree)
    finally:
        file.unlink() if before is None else file.write_text(before, encoding="utf-8")
        if before is None and path.endswith("__init__.py"):
            shutil.rmtree(file.parent)
    assert status == 1 and says in " ".join(report.split()), report


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_command_line_starts_light():
    heavy = "torch diffusers transformers numpy cv2 scipy shapely PIL reportlab pikepdf pypdfium2 resvg_py".split()
    assert run(f"import sys, illusionprint.cli; print(*(m for m in {heavy} if m in sys.modules))") == ""
    assert run(f"import sys, numpy, illusionprint.cli; print(*(m for m in {heavy} if m in sys.modules))") == "numpy"  # the check can fail


def test_a_plain_install_needs_no_torch():
    """Every module outside the three rooms can be imported where torch and its friends are not there."""
    modules = [
        ".".join(["illusionprint", *p.removesuffix(".py").removesuffix("/__init__").split("/")])
        for p in sources()
        if not (p.split("/")[0] in {"__init__.py", "__main__.py"} or may_hold_torch(p)) or p == "judge/clip.py"
    ]
    blocked = f"import sys; sys.modules.update(dict.fromkeys({sorted(TORCH)})); import importlib\n"
    assert run(blocked + f"for m in {modules}: importlib.import_module(m)\nprint('all')") == "all"
    with pytest.raises(AssertionError, match="torch"):
        run(blocked + "import torch")
