"""Sheets of paper to cut: each lies on the one below, together they are the picture, and the proof sees what is wrong with them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
import shapely
from test_finishes import random_art

from illusionprint import data, proof, workshop
from illusionprint.anagram import Anagram
from illusionprint.blend import finishes
from illusionprint.blend._svg import Regions, mirrored_svg, parse_svg
from illusionprint.blend.layers import THIN_MM, narrow_places, narrow_slits, rank_by_area, sheet_stack
from illusionprint.layout import Role, layer_pages, layer_sheets
from illusionprint.layout.paper_layers import CORNER_MM, MARGIN_MM, kerf_compensated
from illusionprint.spec import PuzzleSpec
from illusionprint.stages.files import write_layers
from illusionprint.stages.finishing import Print, _layers
from illusionprint.template import Template
from illusionprint.views import apply_view


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    result = workshop.make(
        PuzzleSpec.of("jigsaw", ("rabbit", "duck"), grid="4x4", size="120mm", finish="paper-cut", dpi=60, cast=4), tmp_path_factory.mktemp("made")
    )
    assert result.errors == 0
    return result.folder


@pytest.fixture
def copy(made, tmp_path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "copy"))


def codes(folder: Path) -> set[str]:
    return {f.code for f in proof.prove(folder).findings}


def test_sheets_are_nested_and_seen_from_above_they_are_the_areas(made):
    found = parse_svg((made / "layers.svg").read_bytes())
    sheets = sheet_stack(found)
    rank = rank_by_area(found.colours, shapely.area(found.areas))[1]
    assert len(sheets.areas) == len(np.unique(found.colours, axis=0)) > 3 and shapely.is_valid(sheets.areas).all()
    for t, area in enumerate(sheets.areas):
        above = sheets.areas[t + 1] if t + 1 < len(sheets.areas) else shapely.Polygon()
        assert above.difference(area).area < 1e-3
        visible, wanted = area.difference(above), shapely.union_all(found.areas[rank == t], grid_size=0.001)
        assert visible.symmetric_difference(wanted).area < 0.002 * wanted.length + 0.1, t
    assert abs(sheets.areas[0].area - np.prod(found.size_mm)) < 0.1


def test_the_rarest_colour_is_on_top():
    squares = shapely.box(np.array([0, 3, 4]), 0, np.array([3, 4, 6]), 1)
    colours = np.array([[1, 1, 1], [9, 9, 9], [5, 5, 5]], np.uint8)
    sheets = sheet_stack(Regions(squares, colours, np.zeros(3, int), ("r1c1",), (6.0, 1.0)))
    assert sheets.colours[:, 0].tolist() == [1, 5, 9] and shapely.area(sheets.areas).tolist() == pytest.approx([6, 3, 1])


def test_narrow_strips_are_told():
    """A strip of half the width between two blocks is one place, on the strip; one of twice the width, corners and spikes' tips are none."""
    blocks = [shapely.box(0, 0, 20, 20), shapely.box(40, 0, 60, 20)]
    narrow, wide = (shapely.union_all([*blocks, shapely.box(20, 9, 40, 9 + k * THIN_MM)]) for k in (0.5, 2))
    ((x, y),) = narrow_places(narrow)
    assert 20 < x < 40 and 9 < y < 9.5 and len(narrow_places(wide)) == 0 and len(narrow_places(shapely.Polygon([(0, 0), (10, 0), (5, 9)]))) == 0
    assert len(narrow_places(shapely.union_all([blocks[0], shapely.box(20, 1, 28, 1.4), shapely.box(20, 5, 28, 5.4)]))) == 2


def test_thin_places_stand_in_the_facts_and_are_ringed_on_the_pages(made):
    told, found = json.loads((made / "anagram.json").read_text())["layers"], sheet_stack(parse_svg((made / "layers.svg").read_bytes()))
    assert [sheet["thin_places"] for sheet in told] == [len(narrow_places(a)) for a in found.areas]
    items = [i for page in layer_pages(Anagram.load(made), None, "a4") for i in page.items]
    words = [i.text for i in items if getattr(i, "text", "").startswith("narrower than")]
    assert [int(w.split()[-2]) for w in words] == [sheet["thin_places"] for sheet in told if sheet["thin_places"]]


def test_files_say_colour_and_holes_and_mark_the_next_sheet(made):
    told, anagram = json.loads((made / "anagram.json").read_text())["layers"], Anagram.load(made)
    sheets = layer_sheets(anagram, None)
    assert len(sheets) == len(told) == len(list(made.glob("layer-*.svg"))) and (made / "layers.pdf").read_bytes()[:4] == b"%PDF"
    for k, (sheet, facts) in enumerate(zip(sheets, told)):
        lines = [s.path.flatten() for s in sheet.strokes(Role.CUT)]
        middles = np.array([(p.min(0) + p.max(0)) / 2 for p in lines[:3]])
        assert facts["colour"] in sheet.title and sheet.size_mm == pytest.approx((120 + 2 * MARGIN_MM,) * 2, abs=0.5)
        assert np.abs(middles - [(CORNER_MM, CORNER_MM), (sheet.size_mm[0] - CORNER_MM, CORNER_MM), (CORNER_MM, sheet.size_mm[1] - CORNER_MM)]).max() < 1e-3
        assert bool(sheet.strokes(Role.ENGRAVE)) or k == len(sheets) - 1
    assert not (made / "anagram.svg").exists() and layer_sheets(Anagram(anagram.pixels, anagram.seen, anagram.px_per_mm), None) == []


def test_relayout_gives_the_same_sheets(copy):
    before = {p.name: p.read_bytes() for p in copy.glob("layer*")}
    workshop.relayout(copy, {})
    assert before == {p.name: p.read_bytes() for p in copy.glob("layer*")} and len(before) > 5


def cuts(text: str) -> list[str]:
    """Cut lines of a file but for the holes, the longest last."""
    return sorted(re.findall(r"<path[^>]*/>", re.search(r'id="cut">.*?</g>', text, re.S)[0])[3:], key=len)


def edited(path: Path, change) -> None:
    text = path.read_text()
    assert change(text) != text
    path.write_text(change(text))


def swapped(folder: Path) -> None:
    facts = json.loads((folder / "anagram.json").read_text())
    one, two = facts["layers"][1:3]
    one["colour"], two["colour"] = two["colour"], one["colour"]
    (folder / "anagram.json").write_text(json.dumps(facts))


def hanging(folder: Path) -> None:
    """A square on the top sheet, where the one below has no paper."""
    top, below = (folder / f"layer-{k}.svg" for k in (len(list(folder.glob("layer-*.svg"))) - d for d in (0, 1)))
    found = sheet_stack(parse_svg((folder / "layers.svg").read_bytes()))
    bare = shapely.buffer(shapely.box(0, 0, *found.size_mm).difference(found.areas[-2]), -2.0)
    x, y = shapely.get_coordinates(shapely.point_on_surface(bare))[0] + MARGIN_MM
    assert below.is_file()
    square = f'<path fill="none" stroke="#ff0000" d="M{x - 1.5},{y - 1.5}h3v3h-3z"/>'
    edited(top, lambda t: t.replace(cuts(t)[-1], cuts(t)[-1] + square))


FAULTS = {
    "a part is missing": lambda f: edited(f / "layer-3.svg", lambda t: t.replace(cuts(t)[-1], "")),
    "shifted": lambda f: edited(f / "layer-2.svg", lambda t: t.replace('viewBox="0 0', 'viewBox="0.6 0')),
    "a hole elsewhere": lambda f: edited(f / "layer-2.svg", lambda t: t.replace('id="cut">\n<path', 'id="cut">\n<path transform="translate(0.5 0)"', 1)),
    "colours swapped": swapped,
    "hanging": hanging,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_found(copy, fault):
    FAULTS[fault](copy)
    assert "LAYERS_DIFFER" in codes(copy), fault


@pytest.fixture(scope="module")
def coarse(tmp_path_factory) -> Path:
    """A print of 20 dpi."""
    return workshop.make(PuzzleSpec.of("flip", ("cat", "dog"), size="200x160mm", finish="paper-cut", dpi=20, cast=1), tmp_path_factory.mktemp("coarse")).folder


@pytest.mark.parametrize("fault", [None, "a part is missing", "colours swapped"])
def test_large_sheets_that_are_printed_coarsely_are_compared_on_fewer_pixels(coarse, tmp_path, monkeypatch, fault):
    """As 2.5 x 2 m are, of which what is right was 1868 mm2 of another picture on 5 pixels a mm, and 19 GB; a mm has 1.7 pixels here and the print 0.8."""
    from illusionprint.proof import _layers

    monkeypatch.setattr(_layers, "MOST_PX", 200 * 160 * (1.7 * _layers.FINER) ** 2)
    monkeypatch.setattr(_layers, "BAND", 31)
    folder = Path(shutil.copytree(coarse, tmp_path / "copy"))
    if fault:
        FAULTS[fault](folder)
    assert codes(folder) & {"LAYERS_DIFFER"} == ({"LAYERS_DIFFER"} if fault else set())


@pytest.mark.parametrize("kerf", ["0mm", "0.3mm"])
def test_sheets_for_another_beam_are_found(copy, tmp_path, kerf):
    """The puzzle is for a laser of 0.15 mm; planted: sheets for a blade, and for a beam twice as wide."""
    assert codes(copy) == set()
    laser = data.find("templates", "laser").read_text()
    (tmp_path / "other.toml").write_text(laser.replace('kerf = "0.15mm"', f'kerf = "{kerf}"'))
    write_layers(copy, Anagram.load(copy), None, Template.load(str(tmp_path / "other.toml"), "machine"), "a4")
    found = [f.message for f in proof.prove(copy).findings if f.code == "LAYERS_DIFFER"]
    wider = [float(re.search(r"is ([+-][\d.]+) mm wider", m)[1]) for m in found]
    assert len(wider) >= 8 and all(0.06 < (v if kerf == "0.3mm" else -v) < 0.08 for v in wider), found


def test_a_beam_leaves_what_was_drawn():
    """A ring: its outer line half a beam outside, its hole half a beam smaller, corners stay corners; a slit that is narrower than the beam is told, of a blade none."""
    ring = shapely.box(0, 0, 20, 20).difference(shapely.box(5, 5, 9, 9))
    assert (
        kerf_compensated(ring, 0.2).equals(shapely.box(-0.1, -0.1, 20.1, 20.1).difference(shapely.box(5.1, 5.1, 8.9, 8.9)))
        and kerf_compensated(ring, 0.0) is ring
    )
    slit = ring.difference(shapely.box(12, 2, 12.1, 18))
    ((x, y),) = narrow_slits(slit, (20.0, 20.0), 0.2)
    assert 12 < x < 12.1 and 2 < y < 18 and len(narrow_slits(slit, (20.0, 20.0), 0.0)) == 0 == len(narrow_slits(ring, (20.0, 20.0), 0.2))
    assert kerf_compensated(slit, 0.2).equals(kerf_compensated(ring, 0.2))


def test_slits_that_a_beam_closes_are_counted(made):
    """In anagram.json, of each sheet. Planted: a slit through a red square on white that is narrower than the laser's beam; a blade cuts it."""
    square, slit = shapely.box(10, 10, 30, 30), shapely.box(20, 12, 20.1, 28)
    white, colours = shapely.box(0, 0, 40, 40) - square, np.array([[255, 255, 255], [200, 0, 0]], np.uint8)

    def counted(machine: str, areas: list[shapely.Geometry]) -> list[int]:
        wanted = Print("paper-cut", 2.0, 50.0, (40.0, 40.0), Template.load(machine, "machine").mm("kerf"), "square")
        return [sheet["closed_slits"] for sheet in _layers(wanted, Regions(np.array(areas), colours, np.zeros(2, int), ("r1c1",), (40.0, 40.0)))["layers"]]

    assert counted("laser", [white | slit, square - slit]) == [0, 1]
    assert counted("plotter", [white | slit, square - slit]) == [0, 0] == counted("laser", [white, square])
    sheets = sheet_stack(parse_svg((made / "layers.svg").read_bytes()))
    assert [t["closed_slits"] for t in Anagram.load(made).facts["layers"]] == [len(narrow_slits(a, sheets.size_mm, 0.15)) for a in sheets.areas]


def test_missing_and_broken_files_are_found(copy):
    (copy / "layer-2.svg").unlink()
    assert codes(copy) == {"MISSING_FILE"}
    (copy / "layer-2.svg").write_text("<svg")
    assert codes(copy) == {"BROKEN_FILE"}


# What lies behind


@pytest.fixture(scope="module")
def both(tmp_path_factory) -> Path:
    """A board with a picture on either side."""
    spec = PuzzleSpec.of("jigsaw", ("rabbit", "duck"), grid="2x2", size="60mm", finish="paper-cut", dpi=60, sides=2)
    result = workshop.make(spec, tmp_path_factory.mktemp("both"))
    assert result.errors == 0
    return result.folder


def test_the_back_has_sheets_as_one_sees_it(both, tmp_path):
    """As many as anagram.json tells, nested, of the back's colours where the back has them; planted: what lies there as it is seen from in front."""
    told, anagram = json.loads((both / "anagram.json").read_text()), Anagram.load(both)
    found = sheet_stack(parse_svg((both / "layers-back.svg").read_bytes()))
    assert len(list(both.glob("layer-back-*.svg"))) == len(told["back"]["layers"]) == len(found.areas) and anagram.back.layers
    assert [round(float(a.area), 1) for a in found.areas] == pytest.approx([s["area_mm2"] for s in told["back"]["layers"]], abs=0.2)
    assert (both / "layers-back.pdf").read_bytes()[:4] == b"%PDF" and len(list(both.glob("layer-[0-9]*.svg"))) == len(told["layers"])
    figures = json.loads((both / "proof.json").read_text())["figures"]
    assert figures["layers_back"]["sheets"] == len(found.areas) and figures["layers_back"]["picture_differs_mm2"] < 0.1 > abs(
        figures["layers_back"]["wider_mm"]
    )
    words = [i.text for page in layer_pages(anagram.back, None, "a4", 0.0, "layer-back") for i in page.items if hasattr(i, "text")]
    assert sum(w.startswith("layer-back-") for w in words) >= len(found.areas)
    fault = Path(shutil.copytree(both, tmp_path / "fault"))
    (fault / "layers-back.svg").write_bytes(mirrored_svg((both / "layers-back.svg").read_bytes()))
    assert codes(fault) == {"LAYERS_DIFFER"}


@pytest.mark.parametrize("fault", ["one missing", "all missing", "one from in front", "another picture"])
def test_faults_behind_are_found(both, tmp_path, fault):
    folder = Path(shutil.copytree(both, tmp_path / "copy"))
    if fault == "one missing":
        (folder / "layer-back-2.svg").unlink()
    elif fault == "all missing":
        [p.unlink() for p in (*folder.glob("layer-back-*.svg"), folder / "layers-back.svg")]
    elif fault == "one from in front":
        edited(folder / "layer-back-2.svg", lambda text: text.replace('id="cut">', 'id="cut" transform="translate(84.15 0) scale(-1 1)">'))
    else:
        shutil.copy(folder / "layers.svg", folder / "layers-back.svg")
    assert codes(folder) == {"MISSING_FILE" if "missing" in fault else "LAYERS_DIFFER"}


def test_relayout_gives_the_same_sheets_behind(both, tmp_path):
    folder = Path(shutil.copytree(both, tmp_path / "copy"))
    before = {p.name: p.read_bytes() for p in folder.glob("layer*")}
    workshop.relayout(folder, {})
    assert before == {p.name: p.read_bytes() for p in folder.glob("layer*")} and "layers-back.pdf" in before


def test_another_picture_is_found(made, tmp_path):
    from illusionprint.proof import _layers

    for name in ("layers.svg", "anagram.json", *(p.name for p in made.glob("layer-*.svg"))):
        shutil.copy(made / name, tmp_path / name)
    pixels, size = cv2.imread(str(made / "anagram.png")), parse_svg((made / "layers.svg").read_bytes()).size_mm
    cv2.imwrite(str(tmp_path / "anagram.png"), pixels // 2)  # deep shadow
    assert _layers.check(tmp_path, size, 0.15, {}) == []
    cv2.circle(pixels, (140, 120), 12, (255, 0, 255), -1)
    cv2.imwrite(str(tmp_path / "anagram.png"), pixels)
    assert [f.code for f in _layers.check(tmp_path, size, 0.15, {})] == ["LAYERS_DIFFER"]


@pytest.mark.parametrize("kind", ["jigsaw", "rotate_90", "flip"])
def test_shadows_turn_with_the_piece(kind):
    """Lit and then moved is moved and then lit; planted: shadows that fall to one side."""
    art, v = random_art(kind, 1, side=420)
    finish = finishes.load("paper-cut")
    found = finish.outlined(art)
    lying = finishes.artwork(art.picture, v, art.px_per_mm, True, 1, found, art.size_mm)

    def unlike(lit) -> float:
        return float((np.abs(apply_view(v, lit(lying)) - lit(lying.moved(v))).max(-1) > 8 / 255).mean())

    assert unlike(finish.lit) < 0.002
    assert unlike(lambda a: np.clip(finish.lit(a) - 0.2 * (np.roll(a.regions, (2, 2), (0, 1)) != a.regions)[..., None], 0, 1)) > 0.01
    assert np.abs(finish.lit(lying) - art.picture).max() > 0.05
