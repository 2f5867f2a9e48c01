"""The order of the rooms, read from the imports; and what a plain install or a first `--help` does not need."""
from __future__ import annotations

import ast
import functools
import subprocess
import sys
from pathlib import Path

import pytest

import illusionprint

PACKAGE = Path(illusionprint.__file__).parent
ORDER = """errors
units plugins data _toml
spec path anagram
jigsaw
views
vocabulary
casting
blend
judge
denoisers sampling
multiview
viewing layout
export
proof
workshop
cli
__main__"""
LEVEL = {room: n for n, line in enumerate(ORDER.splitlines()) for room in line.split()}
TORCH_ROOMS, TORCH = {"denoisers", "sampling", "multiview"}, {"torch", "diffusers", "transformers", "accelerate", "safetensors"}


def sources() -> dict[str, str]:
    """{"views/flip.py": text} of all modules."""
    return {p.relative_to(PACKAGE).as_posix(): p.read_text(encoding="utf-8") for p in sorted(PACKAGE.rglob("*.py"))
            if p.relative_to(PACKAGE).parts[0] not in ("templates", "puzzles")}


@functools.lru_cache(maxsize=None)
def imported(path: str, text: str) -> list[tuple[int, str]]:
    """(line, dotted name) of every import anywhere in a module, and of every room that it loads a plugin of by a literal name."""
    here, out = ["illusionprint", *path.removesuffix(".py").split("/")][:-1], []
    for node in ast.walk(ast.parse(text, path)):
        if isinstance(node, ast.Import):
            out += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = here[:len(here) + 1 - node.level] if node.level else []
            base = base + (node.module or "").split(".") if node.module else base
            out += [(node.lineno, ".".join([*base, alias.name])) for alias in node.names]
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("load", "names") and ast.unparse(node.func.value) == "plugins":
            out += [(node.lineno, f"illusionprint.{a.value}") for a in node.args[:1] if isinstance(a, ast.Constant)]
    return out


def may_hold_torch(path: str) -> bool:
    """The rooms of the diffusion models, the judge's training, and CLIP, which loads it when it is asked for."""
    return path.split("/")[0] in TORCH_ROOMS or path.startswith("judge/training/") or path == "judge/clip.py"


def offences(texts: dict[str, str]) -> list[str]:
    """"views/flip.py:3 imports proof" for every import that goes down, or of torch outside its rooms."""
    rooms, out = {p.split("/")[0].removesuffix(".py") for p in texts}, []
    for path, text in texts.items():
        room = path.split("/")[0].removesuffix(".py")
        for line, name in imported(path, text):
            parts = name.split(".")
            target = parts[1] if parts[0] == "illusionprint" and len(parts) > 1 and parts[1] in rooms else None
            if target and target != room and LEVEL[target] >= LEVEL.get(room, -1):
                out.append(f"{path}:{line} imports {target}")
            if parts[0] in TORCH and not may_hold_torch(path):
                out.append(f"{path}:{line} imports {parts[0]}")
    return out


def test_every_room_has_its_place():
    rooms = {p.split("/")[0].removesuffix(".py") for p in sources()} - {"__init__"}
    assert rooms <= set(LEVEL), f"rooms that ORDER and the design do not name: {rooms - set(LEVEL)}"
    assert len(rooms) >= 15


def test_a_room_imports_only_from_rooms_above():
    assert offences(sources()) == []


@pytest.mark.parametrize("path, text, says", [
    ("jigsaw/board.py", "from ..proof import prove", "imports proof"), ("jigsaw/board.py", "from .. import views", "imports views"),
    ("jigsaw/tabs/new.py", "from ...export import svg", "imports export"), ("units.py", "import illusionprint.spec", "imports spec"),
    ("blend/drawn.py", "def f():\n    import torch.nn", "f.py:2 imports torch".replace("f.py", "blend/drawn.py")),
    ("layout/sheet.py", "from ..viewing import hybrid", "imports viewing"), ("errors.py", "from .units import px", "imports units"),
    ("cli/__init__.py", "from torch import no_grad", "imports torch"), ("judge/drawings.py", "import torch", "imports torch"), ("views/flip.py", "plugins.load('proof', 'x')", "imports proof")])
def test_the_check_sees_planted_imports(path, text, says):
    texts = sources()
    before = offences(texts)
    added = [o for o in offences({**texts, path: text}) if o not in before]
    assert len(added) == 1 and says in added[0] and added[0].startswith(path)


def test_the_check_allows_what_is_above():
    text = "import numpy\nfrom .. import plugins, __version__\nfrom ..path import Path\nfrom ._base import View\n"
    assert offences({**sources(), "views/flip.py": text}) == offences(sources())


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_command_line_starts_light():
    heavy = "torch diffusers transformers numpy cv2 scipy shapely PIL reportlab pikepdf pypdfium2 resvg_py".split()
    assert run(f"import sys, illusionprint.cli; print(*(m for m in {heavy} if m in sys.modules))") == ""
    assert run(f"import sys, numpy, illusionprint.cli; print(*(m for m in {heavy} if m in sys.modules))") == "numpy"   # the check can fail


def test_a_plain_install_needs_no_torch():
    """Every module outside the three rooms can be imported where torch and its friends are not there."""
    modules = [".".join(["illusionprint", *p.removesuffix(".py").removesuffix("/__init__").split("/")]) for p in sources()
               if not (p.split("/")[0] in {"__init__.py", "__main__.py"} or may_hold_torch(p)) or p == "judge/clip.py"]
    blocked = f"import sys; sys.modules.update(dict.fromkeys({sorted(TORCH)})); import importlib\n"
    assert run(blocked + f"for m in {modules}: importlib.import_module(m)\nprint('all')") == "all"
    with pytest.raises(AssertionError, match="torch"):
        run(blocked + "import torch")
