"""The recipes of docs/architecture.md, each followed in a copy of the package: the files that it shows are written, and the new thing is used."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
RECIPES = {title: body for title, body in re.findall(r"^### (.+?)\n(.*?)(?=^### |\Z)", TEXT, re.M | re.S)}
BLOCK = re.compile(r"```\w+\n# (\S+)\n(.*?)```", re.S)
TINY = ("--dpi", "40", "--quiet", "--out", "out")


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """A copy of the checkout, and two pictures beside it."""
    made = tmp_path_factory.mktemp("tree")
    for folder in ("illusionprint", "templates", "puzzles"):
        shutil.copytree(ROOT / folder, made / folder, ignore=shutil.ignore_patterns("__pycache__"))
    y, x = np.mgrid[:90, :120] / 90
    for name, light in (("a.png", np.hypot(x - 0.6, y - 0.5)), ("b.png", (np.sin(9 * x) + 1) / 2)):
        Image.fromarray(np.rint(255 * np.stack([light.clip(0, 1), y, x / 1.4], -1)).astype(np.uint8)).save(made / name)
    return made


def followed(tree: Path, title: str) -> None:
    """Writes the files of a recipe: they are new, so that nothing else is edited."""
    for path, text in BLOCK.findall(RECIPES[title]):
        assert not (tree / path).exists()
        (tree / path).write_text(text, encoding="utf-8")


def run(tree: Path, *words: str, status: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "illusionprint", *words], cwd=tree, capture_output=True, text=True, timeout=120, env={**os.environ, "PYTHONPATH": str(tree)}
    )
    assert done.returncode == status, done.stderr[-2000:]
    return done.stdout.strip()


def proved(folder: Path) -> Path:
    assert json.loads((folder / "proof.json").read_text())["ok"]
    return folder


def test_there_are_five_recipes():
    assert [t.removeprefix("Add a").removeprefix("n").strip() for t in RECIPES] == ["view", "tab family", "finish", "export format", "product"]


def test_add_a_view(tree):
    run(tree, "make", "transpose", "a.png", "b.png", status=2)
    followed(tree, "Add a view")
    folder = proved(tree / run(tree, "make", "transpose", "a.png", "b.png", "--size", "60x80mm", "--search", "0", *TINY))
    first, second = (np.asarray(Image.open(folder / f"seen-{k}.png")) for k in (1, 2))
    assert np.array_equal(second, first.swapaxes(0, 1)) and "mirror about the falling diagonal" in run(tree, "list", "kinds")


def test_add_a_tab_family(tree):
    jigsaw = ("make", "jigsaw", "a.png", "b.png", "--grid", "2x3", "--size", "90mm", "--search", "0", "--tabs", "gem")
    run(tree, *jigsaw, status=2)
    followed(tree, "Add a tab family")
    folder = proved(tree / run(tree, *jigsaw, *TINY))
    exact = proved(tree / run(tree, *jigsaw, "--grid", "3x4", "--solutions", "exact", *TINY))
    assert (folder / "cut.svg").read_text().count("<path") > 0 and json.loads((exact / "arrangement.json").read_text())["solutions"]["counted"] == 2


def test_add_a_finish(tree):
    flip = ("make", "flip", "a.png", "b.png", "--size", "60x80mm", "--search", "0", "--finish", "sepia")
    run(tree, *flip, status=2)
    followed(tree, "Add a finish")
    pixels = np.asarray(Image.open(proved(tree / run(tree, *flip, *TINY)) / "anagram.png"), int)
    assert (pixels[..., 0] >= pixels[..., 2]).all() and np.ptp(pixels[..., 0]) > 30 and "brown ink" in run(tree, "list", "finishes")


def test_add_an_export_format(tree):
    followed(tree, "Add an export format")
    folder = proved(tree / run(tree, "make", "jigsaw", "a.png", "b.png", "--grid", "2x2", "--size", "60mm", "--search", "0", "--machine", "old-plotter", *TINY))
    text = (folder / "cut.plt").read_text()
    numbers = np.array(re.findall(r"(\d+),(\d+)", text), int) / 40
    width, height = np.ptp(numbers, 0)
    assert text.startswith("IN;SP1;PU") and abs(width - 60) < 0.1 and abs(height - 60) < 0.1


def test_add_a_product(tree):
    followed(tree, "Add a product")
    folder = proved(tree / run(tree, "make", "diptych", "a.png", "b.png", "--size", "120x60mm", *TINY))
    page = Image.open(folder / "anagram.png")
    assert abs(page.width - 2 * page.height) <= 1 and (folder / "print.pdf").read_bytes().startswith(b"%PDF")
    assert "Two pictures side by side" in run(tree, "list", "kinds") and "  --grid" not in run(tree, "make", "diptych", "--help")
    assert proved(tree / run(tree, "make", str(folder / "puzzle.toml"), "--quiet", "--out", "again"))
