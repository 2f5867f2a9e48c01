"""The proof of vectors: anagram.svg against anagram.png, and what is found when either was changed."""
from __future__ import annotations

import re

import cv2
import numpy as np
import pytest
from test_vector import case

from illusionprint import proof
from illusionprint.anagram import write_png
from illusionprint.blend._svg import svg
from illusionprint.blend.pixels import pixels
from illusionprint.proof import _vectors

SIZE, PRINT = {"6x6": (600, 600), "rotate_180": (600, 600)}, {"6x6": (1416, 1416), "rotate_180": (1417, 1417)}


@pytest.fixture(params=SIZE)
def folder(request, tmp_path):
    """(folder, size of the comparison, size in mm)."""
    casting, v, size_mm, regions = case(request.param)
    write_png(tmp_path / "anagram.png", pixels(regions, v, casting.arrangement, PRINT[request.param]), 11.8)
    (tmp_path / "anagram.svg").write_bytes(svg(regions))
    return tmp_path, SIZE[request.param], size_mm


def found(made) -> tuple[list[str], dict]:
    figures: dict = {}
    return [f.code for f in _vectors.check(*made, figures)], figures.get("vectors", {})


def test_what_is_right_has_no_finding(folder):
    codes, figures = found(folder)
    print(figures)
    assert codes == [] and figures["differing_share"] < 2e-4 and figures["px_per_mm"] == 5
    (folder[0] / "anagram.svg").unlink()
    assert found(folder) == ([], {}) and "VECTORS_DIFFER" in proof.CODES


def largest(data: str) -> str:
    """The middle of the paths by length of their data: neither ground nor sliver."""
    paths = sorted(re.findall(r"<path[^>]*>", data), key=len)
    return paths[-len(paths) // 3]


FAULTS = {"recoloured": lambda d: d.replace(largest(d), re.sub('fill="#..', lambda m: f'fill="#{(int(m[0][-2:], 16) + 128) % 256:02x}', largest(d))),
          "missing": lambda d: d.replace(largest(d), ""), "shifted": lambda d: d.replace('viewBox="0 0', 'viewBox="0.6 0'),
          "hairlines": lambda d: re.sub(r'<g id="trap".*?</g>', "", d, flags=re.S)}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_found(folder, fault):
    path = folder[0] / "anagram.svg"
    data = FAULTS[fault](path.read_text())
    assert data != path.read_text()
    path.write_text(data)
    assert found(folder)[0] == ["VECTORS_DIFFER"], found(folder)


def test_a_blot_on_the_png_is_found(folder):
    pixels = cv2.imread(str(folder[0] / "anagram.png"))
    cv2.circle(pixels, (700, 500), 12, (255, 0, 255), -1)
    cv2.imwrite(str(folder[0] / "anagram.png"), pixels)
    assert found(folder)[0] == ["VECTORS_DIFFER"]


@pytest.mark.parametrize("text", ["", "<svg", "<svg xmlns='http://www.w3.org/2000/svg'><image href='x", "not xml & <"])
def test_a_broken_svg_is_one_message(folder, text):
    (folder[0] / "anagram.svg").write_text(text)
    with pytest.raises(_vectors.BadValue, match="anagram.svg"):
        found(folder)
