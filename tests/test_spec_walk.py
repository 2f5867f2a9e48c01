"""How far a spec goes: from the command line to the door, where it becomes a plan; below the door no function takes one."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import illusionprint
from illusionprint.cli import main
from illusionprint.spec import PuzzleSpec

PACKAGE = Path(illusionprint.__file__).parent
MOST_FILES = 12
ABOVE = ("cli", "workshop", "products", "door")
TINY = "--size 60mm --dpi 30 --quiet"
LINES = {
    "jigsaw": f"make jigsaw a.png b.png --grid 2x2 --search 0 {TINY}",
    "turned": f"make flip a.png b.png --search 0 {TINY}",
    "two sides": f"make jigsaw a.png b.png --grid 2x2 --sides 2 --search 0 {TINY}",
    "hybrid": "hybrid a.png b.png --size 60x60mm --dpi 30 --quiet",
}


@contextmanager
def walked() -> Iterator[list[str]]:
    """The file of each call that is given a spec, in order; a file's name is relative to the package."""
    seen: list[str] = []

    def look(frame, event, arg) -> None:
        file = frame.f_code.co_filename
        if event != "call" or not file.startswith(str(PACKAGE)):
            return
        code = frame.f_code
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        if any(isinstance(frame.f_locals.get(name), PuzzleSpec) for name in names):
            seen.append(Path(file).relative_to(PACKAGE).as_posix())

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        yield seen
    finally:
        sys.setprofile(before)


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    for seed, name in enumerate(("a.png", "b.png")):
        Image.fromarray(np.random.default_rng(seed).integers(0, 255, (60, 60, 3), np.uint8)).resize((120, 120)).save(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_a_spec_visits_few_files_and_none_below_the_door(line, place):
    with walked() as seen:
        found = CliRunner().invoke(main, line.split())
    assert found.exit_code == 0, found.output
    files = set(seen)
    assert 5 <= len(files) <= MOST_FILES, sorted(files)
    assert {f.partition("/")[0] for f in files} <= {*ABOVE, "spec.py"}


def test_the_walk_sees_a_call_that_takes_a_spec(monkeypatch):
    from illusionprint.stages import progress

    def silent(done: PuzzleSpec) -> None: ...

    code = silent.__code__.replace(co_filename=progress.__file__)
    planted: Callable = type(silent)(code, {})
    with walked() as seen:
        planted(PuzzleSpec.of("flip", ("cat", "dog")))
    assert "stages/progress.py" in seen


def takers(text: str) -> list[str]:
    """Functions of a module that say that they take a spec."""
    defs = (node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
    return [d.name for d in defs for a in (*d.args.args, *d.args.kwonlyargs) if a.arg == "spec" or (a.annotation and "PuzzleSpec" in ast.unparse(a.annotation))]


def test_no_function_below_the_door_says_that_it_takes_a_spec():
    found = {p.relative_to(PACKAGE).as_posix(): names for p in PACKAGE.rglob("*.py") if (names := takers(p.read_text(encoding="utf-8")))}
    assert set(found) and {f for f in found if f.partition("/")[0] not in ABOVE} <= {"spec.py"}
    assert len(found) <= MOST_FILES, sorted(found)
    assert takers("def f(x: PuzzleSpec): ...") == ["f"] == takers("def f(spec): ...")
