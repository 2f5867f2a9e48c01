"""Paper-cut: sheets of coloured paper to cut, nested, and the proof that they make the picture."""
from __future__ import annotations

import json
import re
import shutil

import numpy as np
import pytest
import shapely
from test_finishes import random_art
from test_vector import case

from illusionprint import proof
from illusionprint.anagram import Anagram, Paper
from illusionprint.blend.drawn import in_floats
from illusionprint.blend.finishes import paper_cut
from illusionprint.blend.finishes._artwork import artwork
from illusionprint.blend.pixels import pixels
from illusionprint.layout import Role, paper_sheets
from illusionprint.proof import _papers
from illusionprint.spec import PuzzleSpec
from illusionprint.workshop.make import make


def of_case(name: str):
    casting, v, size_mm, regions = case(name)
    size = tuple(round(4 * n) for n in size_mm[::-1])
    return artwork(in_floats(pixels(regions, v, casting.arrangement, size)), v, 4.0, True, 1, regions, size_mm)


@pytest.mark.parametrize("art", [of_case("2x3"), of_case("rotate_180"), random_art("jigsaw", 3, False)[0]], ids=["pieces", "sheet", "photograph"])
def test_each_sheet_lies_on_the_one_before(art):
    sheets = paper_cut.papers(art)
    assert len(sheets) > 3 and len({p.hex for p in sheets}) == len(sheets) and sheets[0].shape.equals(shapely.box(0, 0, *art.size_mm))
    for low, high in zip(sheets, sheets[1:]):
        assert high.shape.difference(low.shape.buffer(0.05)).area < 1e-6 < high.shape.area and high.shape.is_valid
    seen = [low.shape.area - high.shape.area for low, high in zip(sheets, sheets[1:])]
    assert seen[0] == max(seen)   # the colour of which there is most lies lowest


def test_what_no_knife_cuts_is_left_out():
    """On a sheet of 200 mm nothing is thinner than 0.4 mm; holes and parts have 2 mm2."""
    art = random_art("rotate_180", 1)[0]
    mm = art.mm(1)
    body = shapely.union_all([shapely.box(20, 20, 60, 60), shapely.box(60, 40, 70, 40 + 0.3 * mm), shapely.box(80, 20, 80 + mm, 20 + mm)])
    body = body.difference(shapely.union_all([shapely.box(30, 20, 30 + 0.3 * mm, 50), shapely.box(40, 40, 40 + mm, 40 + mm)]))
    found = paper_cut._cuttable(body, art)
    assert found.symmetric_difference(shapely.box(20, 20, 60, 60)).area < 0.05
    stout = shapely.union_all([shapely.box(20, 20, 60, 60), shapely.box(60, 40, 70, 40 + 0.6 * mm)])
    assert paper_cut._cuttable(stout, art).symmetric_difference(stout).area < 0.05


def test_pieces_take_no_rim_of_their_neighbours_paper_along():
    rank, pieces = np.zeros((20, 20), np.uint8), np.zeros((20, 20), np.int32)
    pieces[:, 10:], rank[:, 9:] = 1, 1   # the paper begins a pixel too early
    assert (paper_cut._own(rank, pieces) == pieces).all()


def test_files_have_inner_lines_first_and_show_where_the_next_sheet_lies():
    square, hole = shapely.box(10, 10, 50, 50), shapely.box(20, 20, 30, 30)
    sheets = tuple(Paper(np.full(3, 80 * k, np.uint8), s) for k, s in enumerate((shapely.box(0, 0, 60, 60), square.difference(hole), shapely.box(35, 35, 40, 40))))
    made = paper_sheets(Anagram(np.zeros((60, 60, 3), np.uint8), (), 1.0, papers=sheets))
    cut = [len(s.strokes(Role.CUT)) for s in made]
    assert cut == [1, 2, 1] and [len(s.strokes(Role.ENGRAVE)) for s in made] == [2, 1, 0] and made[1].size_mm == (70.0, 70.0)
    inner, outer = (s.path.flatten() for s in made[1].strokes(Role.CUT))
    assert np.ptp(inner, 0) == pytest.approx(10) and np.ptp(outer, 0) == pytest.approx(40) and outer.min() == pytest.approx(15)
    assert "#505050" in made[1].title


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return make(PuzzleSpec("jigsaw", ("owl", "sailboat"), grid="3x3", size="90mm", finish="paper-cut", seed=2, dpi=80), tmp_path_factory.mktemp("papers"))


def findings(folder) -> set[str]:
    return {f.code for f in proof.prove(folder).findings}


def test_the_sheets_laid_on_each_other_are_the_picture(result):
    told = json.loads((result.folder / "anagram.json").read_text())["papers"]
    figures = json.loads((result.folder / "proof.json").read_text())["figures"]["papers"]
    assert result.errors == 0 and figures["sheets"] == len(told) == len(list(result.folder.glob("paper-*.svg"))) > 3
    assert figures["differing_share"] < _papers.MOST_SHARE / 4 and figures["unsupported_share"] < _papers.MOST_SHARE / 4


def other_colour(folder):
    facts = json.loads((folder / "anagram.json").read_text())
    facts["papers"][1]["colour"] = "#13c2a0"
    (folder / "anagram.json").write_text(json.dumps(facts))


def lost_part(folder):
    """The outermost cut line of the second sheet is missing."""
    text = (folder / "paper-2.svg").read_text()
    body = text[text.index('id="cut"'):]
    longest = max(re.findall(r"<path[^>]*/>", body), key=len)
    (folder / "paper-2.svg").write_text(text.replace(longest, ""))


def shifted(folder):
    path = folder / "paper-2.svg"
    path.write_text(path.read_text().replace('id="cut"', 'id="cut" transform="translate(4 3)"'))


def swapped(folder):
    (folder / "paper-1.svg").write_bytes((folder / "paper-3.svg").read_bytes())


def open_line(folder):
    text = (folder / "paper-1.svg").read_text()
    head, _, tail = text.rpartition(" Z")
    (folder / "paper-1.svg").write_text(head + tail)


def gone(folder):
    (folder / "paper-2.svg").unlink()


@pytest.mark.parametrize("fault, code", [(other_colour, "PAPERS_DIFFER"), (lost_part, "PAPERS_DIFFER"), (shifted, "PAPERS_DIFFER"), (swapped, "PAPERS_DIFFER"),
                                         (open_line, "BROKEN_FILE"), (gone, "BROKEN_FILE")])
def test_faults_in_the_sheets_are_found(result, tmp_path, fault, code):
    folder = shutil.copytree(result.folder, tmp_path / "copy")
    assert code not in findings(folder)
    fault(folder)
    assert code in findings(folder)
