"""Hostile SVG files are refused with a reason, quickly and without reaching outside; harmless ones of the same kind are drawn."""

from __future__ import annotations

import base64
import io
import time
import xml.etree.ElementTree as xml

import numpy as np
import pytest
from PIL import Image

from illusionprint.door import board_of
from illusionprint.errors import BadValue
from illusionprint.spec import PuzzleSpec
from illusionprint.vocabulary import _svg_safety, load_picture

NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
DOT = '<circle cx="5" cy="5" r="4"/>'


def root(body: str, head: str = "", box: str = "0 0 10 10") -> str:
    return f'{head}<svg {NS} viewBox="{box}">{body}</svg>'


def laughs(levels: int) -> str:
    lines = ['<!ENTITY a0 "ha">', *(f'<!ENTITY a{k} "{f"&a{k - 1};" * 10}">' for k in range(1, levels))]
    return root(f"{DOT}<title>&a{levels - 1};</title>", f"<!DOCTYPE svg [{''.join(lines)}]>")


def uses(levels: int, times: int = 10) -> str:
    groups = [f'<g id="g0">{DOT}</g>', *(f'<g id="g{k}">' + f'<use href="#g{k - 1}"/>' * times + "</g>" for k in range(1, levels))]
    return root("<defs>" + "".join(groups) + f'</defs><use href="#g{levels - 1}"/>')


def png(size: tuple[int, int]) -> str:
    held = io.BytesIO()
    Image.new("1", size, 1).save(held, "PNG")
    return "data:image/png;base64," + base64.b64encode(held.getvalue()).decode()


def blurred(deviation: float) -> str:
    return root(f'<filter id="f"><feGaussianBlur stdDeviation="{deviation}"/></filter><g filter="url(#f)">{DOT}</g>')


HOSTILE = {
    "billion laughs": (laughs(9), "entity 'a"),
    "many entities": (root(DOT, "<!DOCTYPE svg [" + "".join(f'<!ENTITY b{k} "x">' for k in range(60)) + "]>"), "too many"),
    "outside entity": (root(f"{DOT}<title>&x;</title>", '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "refers to another file"),
    "outside image": (root(f'{DOT}<image href="file:///etc/passwd" width="9" height="9"/>'), "outside the file"),
    "outside style": (root(f"<style>@import url(http://example.com/a.css);</style>{DOT}"), "outside the file"),
    "repeated uses": (uses(9), "more than 100,000"),
    "use of itself": (root(f'<g id="g">{DOT}<use href="#g"/></g>'), "repeats itself"),
    "deep nesting": (root("<g>" * 5000 + DOT + "</g>" * 5000), "nested more than 200"),
    "a path of 1.4 million steps": (root(f'{DOT}<path d="M5 5{"h.1" * 1_400_000}"/>'), "more than 300,000 numbers in paths; simplify them"),
    "a polygon of 200,000 corners": (root(f'<polygon points="{"1,2 " * 200_000}"/>'), "300,000 numbers"),
    "a path of 20,000 steps, used 20 times": (root(f'<path id="p" d="M5 5{"h.1" * 20_000}"/>' + '<use href="#p"/>' * 20), "300,000 numbers"),
    "a million paths": (root("<path d='M0 0h1'/>" * 300_000), "100,000 elements"),
    "50 MB": (root(DOT + "<!--" + "x" * 50_000_000 + "-->"), "8,000,000 at most"),
    "enormous blur": (blurred(1e9), "stdDeviation"),
    "octaves": (root(f'<filter id="f"><feTurbulence numOctaves="100000"/></filter><g filter="url(#f)">{DOT}</g>'), "numOctaves"),
    "an image of a billion pixels": (root(f'{DOT}<image width="9" height="9" href="{png((40000, 9000))}"/>'), "too large|pixels"),
    "an SVG in an SVG": (root(f'{DOT}<image width="9" height="9" href="data:image/svg+xml;base64,PHN2Zy8+"/>'), "no PNG or JPEG"),
    "huge dimensions": (root(DOT, box="0 0 1e30 1e30"), "between"),
    "infinite dimensions": (root(DOT, box="0 0 1e999 10"), "between|draws nothing"),
}
HARMLESS = {
    "entities as drawing programs write them": root(f"{DOT}<title>&ns;</title>", '<!DOCTYPE svg [<!ENTITY ns "http://ns.example.com/">]>'),
    "some uses": uses(3, 3),
    "some nesting": root("<g>" * 100 + DOT + "</g>" * 100),
    "a blur": blurred(0.4),
    "a script": root(f"<script>while (true) {{}}</script>{DOT}"),
    "a link": root(f'<a xlink:href="http://example.com">{DOT}</a>'),
    "an image": root(f'{DOT}<image width="3" height="3" href="{png((40, 30))}"/>'),
    "a path of 100,000 steps": root(DOT + f'<path d="M5 5{"h.1v-.1" * 50_000}" opacity=".01"/>'),
    "a large sheet": root('<circle cx="3000" cy="3000" r="2500"/>', box="0 0 6000 6000"),
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_hostile_files_are_refused_in_bounded_time(name, tmp_path):
    """The clock is the process's own; the child that draws has a limit of its own."""
    text, says = HOSTILE[name]
    (tmp_path / "a.svg").write_text(text)
    begin = time.process_time()
    with pytest.raises(BadValue, match=says):
        load_picture(str(tmp_path / "a.svg"))
    assert time.process_time() - begin < 3


@pytest.mark.parametrize("name", ["billion laughs", "repeated uses", "a path of 1.4 million steps", "deep nesting"])
def test_hostile_outlines_are_refused_in_bounded_time(name, tmp_path):
    text, says = HOSTILE[name]
    (tmp_path / "a.svg").write_text(text)
    begin, spec = time.process_time(), PuzzleSpec.of("jigsaw", ("cat", "dog"), grid="8x8", outline=str(tmp_path / "a.svg"))
    with pytest.raises(BadValue, match=says):
        board_of(spec)
    assert time.process_time() - begin < 3
    (tmp_path / "a.svg").write_text(root(DOT))
    assert board_of(spec).count > 30


@pytest.mark.parametrize("name", list(HARMLESS))
def test_harmless_files_of_the_same_kind_are_drawn(name, tmp_path):
    (tmp_path / "a.svg").write_text(HARMLESS[name])
    assert 0.1 < load_picture(str(tmp_path / "a.svg")).rgba((48, 48))[..., 3].mean() < 0.9


def test_what_takes_too_long_or_breaks_the_renderer_is_refused(monkeypatch):
    monkeypatch.setattr(_svg_safety, "_DRAW", "import time; time.sleep(60)")
    monkeypatch.setattr(_svg_safety, "SECONDS", 0.3)
    with pytest.raises(ValueError, match="more than 0.3 s"):
        _svg_safety.parse_safely(uses(3, 3))
    monkeypatch.setattr(_svg_safety, "SECONDS", 20)
    monkeypatch.setattr(_svg_safety, "_DRAW", "import os; os.abort()")
    with pytest.raises(ValueError, match="broke off"):
        _svg_safety.parse_safely(uses(3, 3))
    assert _svg_safety.parse_safely(root(DOT)).tag.endswith("svg")  # nothing heavy: not tried


def test_uses_are_counted_as_they_are_drawn():
    """3 levels of 10 are 1 + 10 + 100 times what is drawn, well below the limit; 6 levels are above it. Numbers of paths are counted as often."""
    for levels, refused in ((4, False), (6, True)):
        try:
            _svg_safety._check_uses(xml.fromstring(uses(levels)), lambda e: 1, 100_000, "elements")
            assert not refused
        except ValueError:
            assert refused
    path = xml.fromstring(root('<path id="p" d="M1-2.5.5,1e-3z"/><use href="#p"/><polygon points="1,2 3,4"/>'))
    _svg_safety._check_uses(path, _svg_safety._numbers, 12, "numbers")
    with pytest.raises(ValueError, match="more than 11 numbers"):
        _svg_safety._check_uses(path, _svg_safety._numbers, 11, "numbers")


def test_random_bytes_are_one_message(tmp_path, rng: np.random.Generator):
    for n in (0, 10, 1000):
        (tmp_path / "a.svg").write_bytes(rng.integers(0, 256, n, dtype=np.uint8).tobytes())
        with pytest.raises(BadValue, match="as SVG"):
            load_picture(str(tmp_path / "a.svg"))
