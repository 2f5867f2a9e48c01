"""Errors, units, plugins, shipped files, specs, paths and the finished picture."""

from __future__ import annotations

import builtins
import dataclasses
import math
import symtable
from pathlib import Path as File

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from illusionprint import _toml, anagram, data, errors, plugins, template, units
from illusionprint.anagram import Anagram
from illusionprint.errors import BadValue, IllusionPrintError, UnknownName
from illusionprint.path import Path, line, rectangle
from illusionprint.spec import PuzzleSpec
from illusionprint.template import Template

PACKAGE = File(data.__file__).parent


# Errors


def test_errors_say_what_came_what_is_allowed_and_the_nearest():
    text = str(UnknownName("view", "rotate_181", ["flip", "rotate_180", "identity"]))
    assert "'rotate_181'" in text and "mean 'rotate_180'" in text and "flip, identity, rotate_180" in text
    assert "did you mean" not in str(UnknownName("view", "xyz", ["flip"])) and "none" in str(UnknownName("view", "x", []))


def test_exit_statuses():
    kinds = [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, IllusionPrintError)]
    assert len(kinds) >= 5 and {e.exit_status for e in kinds} == {1, 2} and errors.RunFailed.exit_status == 1


# Units


@pytest.mark.parametrize(
    "text, mm",
    [("3mm", 3), (" 2.5 cm ", 25), ("0.4m", 400), ("8in", 203.2), ("72pt", 25.4), ("5", 5), (7.5, 7.5), (".5mm", 0.5), ("250um", 0.25), ("0mm", 0), ("3MM", 3)],
)
def test_lengths(text, mm):
    assert units.length_mm(text) == pytest.approx(mm, rel=1e-12)


@pytest.mark.parametrize("text", ["", "mm", "3 miles", "-3mm", "nan", "inf", "1e3mm", "3mm4", "1.2.3mm", None, "9" * 400])
def test_what_is_no_length(text):
    with pytest.raises(BadValue):
        units.length_mm(text)


@pytest.mark.parametrize(
    "text, size",
    [
        ("480x360mm", (480, 360)),
        ("18x24in", (457.2, 609.6)),
        ("A2", (420, 594)),
        ("a3 landscape", (420, 297)),
        ("A4 portrait", (210, 297)),
        ("200mm", (200, 200)),
        ("20cm x 300mm", (200, 300)),
        ("10×20cm", (100, 200)),
        ("letter", (215.9, 279.4)),
        ("50x70", (50, 70)),
    ],
)
def test_sizes(text, size):
    assert units.size_mm(text) == pytest.approx(size)


@pytest.mark.parametrize("text", ["0mm", "0x5mm", "a9", "", "landscape", "5x", "5x-3mm", "3x4x5mm", "A4 sideways", "1.2.3x4mm"])
def test_what_is_no_size(text):
    with pytest.raises((BadValue, UnknownName)):
        units.size_mm(text)


@given(st.floats(0, 1e5), st.floats(0.002, 1e4))
def test_formatted_lengths_read_back(a, b):
    assert units.length_mm(units.fmt_mm(a)) == pytest.approx(a, abs=5.1e-4)
    assert units.size_mm(units.fmt_size((b, b + 1))) == pytest.approx((b, b + 1), abs=5.1e-4)


def test_paper_sizes_keep_their_proportion():
    """ISO 216: sides 1 : sqrt 2, each half of the one before, rounded down to whole mm."""
    for n in range(5):
        (w, h), (w2, h2) = units.PAPER_MM[f"a{n}"], units.PAPER_MM[f"a{n + 1}"]
        assert h / w == pytest.approx(math.sqrt(2), rel=0.005) and (w2, h2) == (h // 2, w)


def test_distances_grids_and_pixels():
    assert [units.distance_m(t) for t in ("0.4m", "40cm", "0.4", 3)] == pytest.approx([0.4, 0.4, 0.4, 3])
    assert units.grid("4x6") == (4, 6) and units.grid(" 40 × 2 ") == (40, 2)
    assert units.px(25.4, 300) == 300 and units.px(0.001, 300) == 1
    for text in ("1x1", "0x4", "65x2", "4", "4x", "axb", "-4x4", "4x4x4"):
        with pytest.raises(BadValue, match="grid"):
            units.grid(text)
    for text in ("0m", "far", "..", "-1m"):
        with pytest.raises(BadValue):
            units.distance_m(text)


def test_inches_are_converted_in_one_place():
    holds = [p.name for p in PACKAGE.rglob("*.py") if "25.4" in p.read_text(encoding="utf-8")]
    assert holds == ["units.py"]


# Plugins and shipped files


@pytest.mark.parametrize("room", ["views", "jigsaw.tabs"])
def test_every_file_is_a_plugin(room):
    folder = PACKAGE / room.replace(".", "/")
    assert plugins.names(room) == sorted(p.stem for p in folder.glob("*.py") if not p.stem.startswith("_"))
    for name in plugins.names(room):
        assert plugins.load(room, name).__module__ == f"illusionprint.{room}.{name}"


def test_plugins_by_name():
    assert plugins.load("views", "Rotate-180").__name__ == "Rotate180"
    with pytest.raises(UnknownName, match="unknown view 'rotate_188'; did you mean 'rotate_180'"):
        plugins.load("views", "rotate_188")
    assert plugins.names("judge") == ["clip", "drawings"]  # a folder of a room, here the training, is no plugin
    for name in ("_base", "__init__", "", "../views/flip"):
        with pytest.raises(UnknownName):
            plugins.load("views", name)


def test_shipped_files(tmp_path):
    assert {"a4", "a3", "letter", "laser"} <= set(data.names("templates"))
    assert data.find("templates", "A4") == data.folder("templates") / "a4.toml"
    own = tmp_path / "own.toml"
    own.write_text("")
    assert data.find("templates", str(own)) == own
    with pytest.raises(UnknownName, match="mean 'letter'"):
        data.find("templates", "leter")
    with pytest.raises(UnknownName):
        data.find("templates", str(tmp_path / "absent.toml"))


# Specs

words = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=12).filter(str.strip)
specs = st.builds(
    PuzzleSpec.of,
    kind=st.sampled_from(["jigsaw", "rotate_180"]),
    prompts=st.tuples(words, words),
    seed=st.integers(0, 2**31 - 1),
    grid=st.sampled_from(["", "4x4", "12x16"]),
    size=st.sampled_from(["", "200mm"]),
    dpi=st.floats(20, 1200),
    styles=st.lists(words, min_size=1, max_size=3).map(tuple),
    title=words | st.just(""),
)


@given(specs)
def test_spec_round_trip(tmp_path_factory, made):
    path = tmp_path_factory.getbasetemp() / "puzzle.toml"
    path.write_text(made.toml(), encoding="utf-8")
    assert PuzzleSpec.load(path) == made and PuzzleSpec.load(path).toml() == made.toml()


def test_spec_writes_only_what_differs():
    made = PuzzleSpec.of("jigsaw", ("rabbit", "duck"), seed=7)
    assert made.toml() == 'kind = "jigsaw"\nseed = 7\n\n[pictures]\nprompts = [\n    "rabbit",\n    "duck",\n]\n'
    assert made.replace(seed=8) != made and made.board.rows_cols == (4, 4)


@pytest.mark.parametrize(
    "text, error, says",
    [
        ('kind = "jigsaw"\npictures.prompts = ["a", "b"]\nsede = 3', UnknownName, "mean 'seed'"),
        ('pictures.prompts = ["a", "b"]', BadValue, "lacks 'kind'"),
        ('kind = "jigsaw"', BadValue, "lacks 'pictures'"),
        ('kind = "jigsaw"\npictures.prompts = "a"', BadValue, "prompts must be a list"),
        ('kind = "jigsaw"\npictures.prompts = ["a"]', BadValue, "two prompts"),
        ('kind = "jigsaw"\nseed = "x"\npictures.prompts = ["a", "b"]', BadValue, "whole number"),
        ("kind = ", BadValue, "not valid TOML"),
        ('kind = "jigsaw"\nseed = true\npictures.prompts = ["a", "b"]', BadValue, "whole number"),
        ('kind = "j"\npictures.prompts = ["a", 3]', BadValue, "prompts"),
        ('kind = "jigsaw"\n[pictures]\nprompts = ["a", "b"]\nstyles = [1]', BadValue, "styles"),
        ('kind = "j"\npictures.prompts = ["a", " "]', BadValue, "a prompt is a word or a picture's path"),
        ('kind = "jigsaw"\npictures.prompts = ["a", "b"]\npictures.grid = "4x4"', BadValue, r"'grid' stands in \[board\], not in \[pictures\]"),
        ('kind = "jigsaw"\npictures.prompts = ["a", "b"]\nboard.gird = "4x4"', UnknownName, "mean 'grid'"),
        ('kind = "jigsaw"\nprompts = ["a", "b"]\ngrid = "4x4"', BadValue, r"'prompts' stands in \[pictures\] now, 'grid' stands in \[board\] now"),
    ],
)
def test_wrong_specs(tmp_path, text, error, says):
    path = tmp_path / "puzzle.toml"
    path.write_text(text)
    with pytest.raises(error, match=says):
        PuzzleSpec.load(path)


@pytest.mark.parametrize(
    "change",
    [
        {"seed": -1},
        {"seed": 2**31},
        {"dpi": 5.0},
        {"dpi": math.nan},
        {"device": "gpu"},
        {"steps": 9},
        {"guidance": 3.0},
        {"model": "x", "steps": -1},
        {"prompts": ()},
        {"prompts": ("a", "")},
    ],
)
def test_values_out_of_range(change):
    with pytest.raises(IllusionPrintError):
        PuzzleSpec.of(**{"kind": "jigsaw", "prompts": ("a", "b"), **change})


def test_unreadable_files(tmp_path):
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "absent.toml", tmp_path, tmp_path / "binary.toml"):
        with pytest.raises(BadValue, match="cannot read"):
            _toml.read(path)


@pytest.mark.parametrize("name", data.names("templates"))
def test_shipped_templates(name):
    table = _toml.read(data.find("templates", name))
    made = Template.load(name, table["kind"])
    assert made == _toml.build(Template, {k: list(v) if isinstance(v, tuple) else v for k, v in dataclasses.asdict(made).items()}, name)
    assert all(made.mm(k) >= 0 for k in ("margin", "bleed", "stroke", "kerf", "min_neck"))
    with pytest.raises(IllusionPrintError):
        Template.load(name, "machine" if table["kind"] == "sheet" else "sheet")


@pytest.mark.parametrize("name", data.names("puzzles"))
def test_shipped_puzzles(name):
    made = PuzzleSpec.load(data.find("puzzles", name))
    assert made.kind in (*plugins.names("views"), "hybrid") and made.board.rows_cols


def test_sheets_are_in_order():
    found = list(template.sheets().values())
    areas = [math.prod(t.size_mm) for t in found]
    assert len(found) >= 4 and areas == sorted(areas) and all(t.kind == "sheet" for t in found)
    with pytest.raises(BadValue, match="not a length"):
        Template("machine", "x", kerf="thin")
    with pytest.raises(UnknownName, match="kind of template"):
        Template("printer", "x")


# Paths

coordinate = st.integers(-300_000, 300_000).map(lambda um: um / 1000)
point = st.tuples(coordinate, coordinate)
segments = st.lists(st.tuples(point) | st.tuples(point, point, point), min_size=1, max_size=4).map(tuple)
curves = st.builds(Path, point, segments, st.booleans())


def dense(path: Path, n: int = 400) -> np.ndarray:
    """Points of the curve itself, by de Casteljau's rule."""
    out, at = [], path.start
    for s in path.segments:
        p = [np.array(q, float) for q in (at, *s)]
        for t in np.linspace(0, 1, n):
            q = p
            while len(q) > 1:
                q = [(1 - t) * a + t * b for a, b in zip(q, q[1:])]
            out.append(q[0])
        at = s[-1]
    return np.array(out)


def furthest(path: Path, polyline: np.ndarray) -> float:
    return shapely.distance(shapely.LineString(polyline), shapely.points(dense(path))).max()


@given(curves, st.sampled_from([0.001, 0.01, 0.5]))
def test_flattening_keeps_its_tolerance(path, tolerance):
    points = path.flatten(tolerance)
    assert furthest(path, points) <= tolerance + 1e-9
    assert tuple(points[0]) == path.start and tuple(points[-1]) == path.end


def test_flattening_check_can_fail():
    path = Path((0.0, 0.0), (((0.0, 40.0), (30.0, 40.0), (30.0, 0.0)),))
    points = path.flatten(0.01)
    assert furthest(path, points) <= 0.01 < furthest(path, points[::2])


@given(curves)
def test_walked_backwards_a_curve_has_the_same_points(path):
    assert np.array_equal(path.reversed().flatten(0.05)[::-1], path.flatten(0.05))
    assert path.reversed().reversed() == path


@given(curves, st.integers(0, 3), point)
def test_moving_commutes_with_flattening(path, k, shift):
    a, b = [(1, 0), (0, 1), (-1, 0), (0, -1)][k]
    moved = path.transformed(a, b, -b, a, *shift)
    x, y = dense(path, 40).T
    assert np.abs(dense(moved, 40) - np.stack([a * x - b * y + shift[0], b * x + a * y + shift[1]], 1)).max() < 1e-9


@given(curves)
def test_svg_data_reads_back_with_another_library(path):
    svgelements = pytest.importorskip("svgelements")
    found = svgelements.Path(path.d)
    ends = [(s.end.x, s.end.y) for s in found if not isinstance(s, (svgelements.Move, svgelements.Close))]
    assert np.abs(np.array(ends) - [s[-1] for s in path.segments]).max() < 6e-4
    assert isinstance(found[-1], svgelements.Close) == path.closed


def test_simple_paths():
    assert rectangle(1, 2, 3, 4).d == "M1,2 L4,2 L4,6 L1,6 Z" and line(0, 0, 1.5, -0.0004).d == "M0,0 L1.5,0"
    two = line(0, 0, 1, 0).joined(line(1, 0, 1, 1))
    assert two.end == (1, 1) and len(two.segments) == 2 and Path((3.0, 4.0), ()).end == (3.0, 4.0)


# The finished picture


def test_anagram_round_trip(tmp_path, rng):
    pictures = rng.integers(0, 256, (12, 30, 40, 3), dtype=np.uint8)
    made = Anagram(pictures[0], tuple(pictures[1:]), 300 / 25.4, facts={"prompts": ["a rabbit", "ein Häschen"], "seed": 7})
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        made.save(folder)
    back = Anagram.load(tmp_path / "a")
    assert np.array_equal(back.pixels, made.pixels) and back.facts == made.facts and back.px_per_mm == made.px_per_mm
    assert len(back.seen) == 11 and all(np.array_equal(a, b) for a, b in zip(back.seen, made.seen)) and back.targets == ()
    assert back.size_mm == pytest.approx((40 / 300 * 25.4, 30 / 300 * 25.4))
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
    from PIL import Image

    with Image.open(tmp_path / "a" / "anagram.png") as image:
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.02)
    with pytest.raises(BadValue, match="not a result folder"):
        Anagram.load(tmp_path)


def test_broken_results_are_one_message(tmp_path, rng):
    made = Anagram(rng.integers(0, 256, (8, 8, 3), dtype=np.uint8), (), 10.0)
    made.save(tmp_path)
    for damage in ("{", "[]", "{}"):
        (tmp_path / "anagram.json").write_text(damage)
        with pytest.raises(BadValue):
            Anagram.load(tmp_path)
    anagram.write_json(tmp_path / "anagram.json", {"px_per_mm": 10.0})
    (tmp_path / "anagram.png").write_bytes(b"no picture")
    with pytest.raises(BadValue):
        Anagram.load(tmp_path)


# Names


def undefined(source: str) -> set[str]:
    """Names that functions of a module look up in it and that neither it nor Python has."""
    module = symtable.symtable(source, "m", "exec")
    known = (
        {s.get_name() for s in module.get_symbols() if s.is_assigned() or s.is_imported() or s.is_namespace()} | set(dir(builtins)) | {"__file__", "__name__"}
    )
    found, left = set(), [module]
    while left:
        table = left.pop()
        found |= {s.get_name() for s in table.get_symbols() if s.is_global() and s.is_referenced()} - known
        left += table.get_children()
    return found


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_name_is_undefined(path):
    assert not undefined(path.read_text(encoding="utf-8"))


def test_an_undefined_name_is_found():
    assert undefined("import math\ndef f(x):\n    return readable(math.pi, x)\n") == {"readable"}
