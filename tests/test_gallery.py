"""The pages of pictures show every puzzle and finish that there is, and every picture they show is there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from PIL import Image

from illusionprint import data
from illusionprint.blend import finishes
from illusionprint.spec import PuzzleSpec

DOCS = Path(__file__).parent.parent / "docs"
NAMES = data.names("puzzles")
MOST_BYTES, ALL_BYTES = 25_000, 1_050_000


def missing(docs: Path) -> list[str]:
    """What is wrong with both pages of a folder: puzzles and finishes not shown, pictures too few, absent or too large."""
    gallery, page = ((docs / name).read_text(encoding="utf-8") for name in ("gallery.md", "finishes.md"))
    wrong = [n for n in NAMES if f"`illusionprint make {n}`" not in gallery]
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", gallery + page)
    for name in NAMES:
        count = len(PuzzleSpec.load(data.find("puzzles", name)).pictures.prompts)
        wrong += [p for k in range(1, count + 1) if (p := f"gallery/{name}-{k}.jpg") not in shown]
    wrong += [p for f in finishes.names() for k in (1, 2) if (p := f"finishes/{f}-{k}.jpg") not in shown]
    wrong += [p for p in shown if not (docs / p).is_file() or (docs / p).stat().st_size > MOST_BYTES]
    return wrong + [str(p) for p in docs.rglob("*.jpg") if p.relative_to(docs).as_posix() not in shown]


def test_every_puzzle_and_finish_is_shown():
    assert not missing(DOCS) and len(NAMES) >= 16
    assert sum(p.stat().st_size for p in DOCS.rglob("*.jpg")) < ALL_BYTES


@pytest.mark.parametrize("fault", ["picture", "name", "stray", "finish"])
def test_a_page_that_lacks_something_is_caught(fault, tmp_path):
    docs = tmp_path / "docs"
    shutil.copytree(DOCS, docs, ignore=shutil.ignore_patterns("__pycache__"))
    if fault == "picture":
        (docs / "gallery" / f"{NAMES[0]}-1.jpg").unlink()
    elif fault == "stray":
        shutil.copy(docs / "gallery" / f"{NAMES[0]}-1.jpg", docs / "gallery" / "stray-1.jpg")
    else:
        page, old = (docs / "gallery.md", f"make {NAMES[-1]}`") if fault == "name" else (docs / "finishes.md", "finishes/mosaic-2.jpg")
        page.write_text(page.read_text(encoding="utf-8").replace(old, "gone"), encoding="utf-8")
    assert missing(docs)


def test_pictures_are_small_and_carry_no_date():
    for path in DOCS.rglob("*.jpg"):
        with Image.open(path) as image:
            assert max(image.size) == 300 and not image.getexif(), path
