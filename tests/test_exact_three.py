"""Boards with exactly three solutions: rings of pieces, the count, casting on a board that is given, the whole way and its proof."""
from __future__ import annotations

import importlib.util
import json
import re
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from illusionprint import proof, workshop
from illusionprint.casting import given
from illusionprint.errors import BadValue
from illusionprint.jigsaw import Arrangement, rings, squares, three
from illusionprint.jigsaw.orbits import mates
from illusionprint.jigsaw.solve import places, ways
from illusionprint.spec import PuzzleSpec

CUT = squares(8, 8, 20_000)


def searched(run: int) -> rings.Search:
    found = rings.Search(rings.Quarter(CUT), three.INNER, three.BORDER, np.random.default_rng(run))
    assert found.run(three.SWEEPS)
    return found


@pytest.fixture(scope="module")
def board() -> Arrangement:
    return Arrangement(CUT.open, *searched(three.KNOWN[8][0]).assemblies())


def pairings(found: Arrangement) -> list[np.ndarray]:
    return [mates(CUT, s, t) for s, t in zip(found.slots, found.turns)]


def test_a_quarter_meets_itself_as_the_board_does():
    """Each port of the quarter, turned back from where its neighbour lies, is the port that the board's own numbering has there."""
    q = rings.Quarter(CUT)
    assert len(q.place) == 16 and set(q.turned[:, q.place].ravel().tolist()) == set(range(64))
    for j, row in enumerate(q.meets.tolist()):
        for p, m in enumerate(row):
            there = CUT.open.ports[q.place[j], p]
            assert (m < 0) == (there < 0)
            if m >= 0:
                quarters = q.shift[j, p] // rings.QUARTER
                assert (q.turned[quarters, q.place[m // 4]], (m % 4 + quarters) % 4) == divmod(int(there), 4)


def test_colours_come_back_after_as_many_steps_as_their_ring_is_long():
    c = rings.Colours.of((4, 3), 7)
    assert (c.after[4, 8:12] == [1, 2, 3, 4]).all() and (c.after[3, 12:] == [5, 6, 7]).all() and c.after[1, 11] == 1 and c.after[1, 3] == -1
    assert (c.after == -c.after[:, ::-1]).all()


def test_a_side_of_another_colour_is_a_fault():
    found = searched(three.KNOWN[8][0])
    assert found.faults() == 0
    ring, side = np.argwhere(found.joined)[0]
    found.words[ring, side] *= -1
    assert found.faults() > 0


def test_three_assemblies_differ_and_tabs_meet_blanks(board):
    a, b, c = pairings(board)
    assert all((x != y).mean() > 0.5 for x, y in ((a, b), (b, c), (a, c)))
    sides = three.words(CUT, board.slots, board.turns)
    assert np.abs(sides).max() >= 10 and ((sides != 0) == (CUT.open.ports >= 0)).all()
    slots = board.slots.copy()
    inner = np.flatnonzero(CUT.open.classes == CUT.open.classes[27])
    slots[1, inner[:2]] = slots[1, inner[1::-1]]      # two pieces change places: sides of both sorts meet
    spoilt = three.words(CUT, slots, board.turns)
    assert np.abs(spoilt).max() < np.abs(sides).max() or (spoilt[CUT.open.ports >= 0] == 0).any()


def test_the_solver_finds_these_three_and_no_fourth(board):
    made = three.keyed(board)
    found = ways(np.reshape(made.cut.keys, (-1, 4)), places(CUT), 10)
    assert (found.ways, found.finished) == (3, True) == (made.figures["counted"], made.figures["exact"])
    assert {m.tobytes() for m in found.mates} == {m.tobytes() for m in pairings(made)}
    assert made.figures["distinct_pieces"] == 64 and made.figures["profile_distance_mm"] >= 0.6
    assert max(made.figures["kept_neighbours"]) <= 0.35


def test_a_board_that_closes_in_a_fourth_way_is_not_taken(board, monkeypatch):
    assert three._closes(CUT, board.slots, board.turns, places(CUT))
    few = np.sign(three.words(CUT, board.slots, board.turns))       # one profile for all: many ways
    monkeypatch.setattr(three, "words", lambda *_: few)
    assert not three._closes(CUT, board.slots, board.turns, places(CUT))
    monkeypatch.setattr(three, "twins", lambda _: ())
    assert not three._closes(CUT, board.slots, board.turns, places(CUT))
    with pytest.raises(BadValue, match="closes in other ways too. Take larger pieces"):
        three.keyed(board)


def test_a_search_that_finds_nothing_says_so(monkeypatch):
    monkeypatch.setattr(three, "_closes", lambda *_: False)
    monkeypatch.setattr(three, "RUNS", 2)
    monkeypatch.setattr(three, "SWEEPS", 2)
    with pytest.raises(BadValue, match="none of 2 boards of 8x8 pieces closes in exactly three ways"):
        three.boards(CUT)


def test_an_assembly_is_turned_as_a_whole_to_where_it_costs_least(board):
    ids, settle = np.arange(64), given.turning(CUT)
    to, k = next(i for i in places(CUT).images if i[1] == 3)
    cost = np.ones((64, 4, 64), np.float32)
    cost[to[board.slots[1]], (board.turns[1] + 3) % 4, ids] = 0.5
    slots, turns, total = settle(cost, board.slots[1], board.turns[1])
    assert total == 32 and (slots == to[board.slots[1]]).all()
    assert (mates(CUT, slots, turns) == mates(CUT, board.slots[1], board.turns[1])).all()


def test_assemblies_in_any_order_are_the_same_three(board):
    found = given.orders([board])
    assert len(found) == 6 and len({b.slots.tobytes() for b in found}) == 6
    for b in found:
        assert (b.slots[0] == np.arange(64)).all() and not b.turns[0].any()
        assert ways(three.words(CUT, b.slots, b.turns), places(CUT), 5).ways == 3


@pytest.mark.parametrize("grid,prompts,change,says", [
    ("7x7", "abc", {}, "exactly three solutions can be had on 8x8"), ("8x8", "abcd", {}, "exactly 4 solutions are not designed"),
    ("8x8", "abc", {"turned": 0.5}, "turned is for two pictures"), ("8x8", "abc", {"model": "patches"}, "leave the model out")])
def test_what_cannot_be_had_is_said_before_any_work(grid, prompts, change, says):
    with pytest.raises(BadValue, match=says):
        workshop.make(PuzzleSpec("jigsaw", tuple(prompts), grid=grid, solutions="exact").replace(**change), None)


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    spec = PuzzleSpec("jigsaw", ("castle", "crown", "helicopter"), grid="8x8", dpi=40, cast=2, solutions="exact")
    made = workshop.make(spec, tmp_path_factory.mktemp("three"))
    assert made.errors == 0
    return made.folder


def test_the_whole_way_counts_three_and_so_does_the_proof(result):
    table = json.loads((result / "arrangement.json").read_text())
    assert table["solutions"]["counted"] == 3 and table["solutions"]["exact"] is True and len(table["assemblies"]) == 3
    counted = json.loads((result / "proof.json").read_text())["figures"]["solutions"]
    assert (counted["stated"], counted["counted"], counted["finished"]) == (3, 3, True)


def test_the_proof_finds_a_wrong_number(result, tmp_path):
    folder = tmp_path / "spoilt"
    shutil.copytree(result, folder)
    path = folder / "arrangement.json"
    table = json.loads(path.read_text())
    table["solutions"]["counted"] = 2
    path.write_text(json.dumps(table))
    assert [f.code for f in proof.prove(folder).findings if f.severity == "error"] == ["SOLUTIONS"]


SIDE = 18   # points of a side that is no border: six cubics


def curve(outline, side):
    """float (19, 2): a side of an inner piece from (0, 0) along the x axis, as it is written; 0 above, then clockwise."""
    points = np.reshape([float(v) for v in re.findall(r"-?\d+\.?\d*", outline)], (-1, 2))
    own = points[SIDE * side: SIDE * (side + 1) + 1]
    return np.stack([own[:, 0] - own[0, 0], own[:, 1] - own[0, 1]], 1) @ np.linalg.matrix_power([[0, -1], [1, 0]], side)


def with_curve(outline, side, new):
    """The outline with another curve on a side."""
    points = np.reshape([float(v) for v in re.findall(r"-?\d+\.?\d*", outline)], (-1, 2))
    at = SIDE * side
    points[at: at + SIDE + 1] = points[at] + new @ np.linalg.matrix_power([[0, 1], [-1, 0]], side)
    texts = [f"{x:g},{y:g}" for x, y in np.round(points, 3)]
    return f"M{texts[0]} " + " ".join("C" + " ".join(texts[n: n + 3]) for n in range(1, len(texts), 3)) + " Z"


def two_profiles(pieces):
    """Two inner pieces whose right sides are both tabs or both blanks, of profiles that differ."""
    inner = [8 * r + c for r in range(1, 7) for c in range(1, 6)]
    curves = {i: curve(pieces[i]["outline"], 1) for i in inner}
    return next((i, j) for i in inner for j in inner if abs(i - j) > 1 and curves[i][:, 1].sum() * curves[j][:, 1].sum() > 0 and np.abs(curves[i] - curves[j]).max() > 0.5)


@pytest.mark.parametrize("neighbours, ways", [(False, 0), (True, 1)])
def test_the_proof_finds_two_profiles_that_change_places(result, tmp_path, neighbours, ways):
    """In two outlines, so that no assembly closes; in those of the neighbours too, so that the first closes and the others do not."""
    folder = shutil.copytree(result, tmp_path / "spoilt")
    table = json.loads((folder / "arrangement.json").read_text())
    pieces = table["pieces"]
    assert all(with_curve(p["outline"], 1, curve(p["outline"], 1)) == p["outline"] for p in (pieces[9], pieces[27]))
    i, j = two_profiles(pieces)
    sides = [(i, j, 1), *([(i + 1, j + 1, 3)] if neighbours else [])]
    for a, b, side in sides:
        one, two = (curve(pieces[n]["outline"], side) for n in (a, b))
        pieces[a]["outline"], pieces[b]["outline"] = with_curve(pieces[a]["outline"], side, two), with_curve(pieces[b]["outline"], side, one)
    (folder / "arrangement.json").write_text(json.dumps(table))
    proved = proof.prove(folder)
    assert "SOLUTIONS" in {f.code for f in proved.findings if f.severity == "error"}
    assert (proved.figures["solutions"]["stated"], proved.figures["solutions"]["counted"], proved.figures["solutions"]["finished"]) == (3, ways, True)


def test_the_same_puzzle_again_gives_the_same_board(result, tmp_path):
    again = workshop.draw(PuzzleSpec.load(result / "puzzle.toml"), tmp_path).folder
    assert (again / "arrangement.json").read_bytes() == (result / "arrangement.json").read_bytes()


def test_three_photographs_share_a_board_of_three_solutions():
    from illusionprint.workshop import exact
    rng = np.random.default_rng(0)
    pictures = [np.repeat(np.repeat(rng.random((8, 8, 3), np.float32), 12, 0), 12, 1) for _ in range(3)]
    spec = PuzzleSpec("jigsaw", ("a.png", "b.png", "c.png"), grid="8x8", solutions="exact")
    board = exact.of_several(spec, pictures, [np.ones((96, 96), np.float32)] * 3, CUT)
    assert three.keyed(board).figures["counted"] == 3


def test_the_page_on_exact_boards_says_what_its_program_says():
    """docs/exact.md is made by docs/exact.py in minutes; what both hold word for word is compared here, and a page with a word changed is told apart."""
    file = Path(__file__).parent.parent / "docs" / "exact.py"
    sys.modules["docs_exact"] = program = importlib.util.module_from_spec(found := importlib.util.spec_from_file_location("docs_exact", file))
    found.loader.exec_module(program)
    head = program.HEAD.format(grids=" and ".join(f"{r}x{c}" for r, c in program.GRIDS), apart=program.APART_MM, cell=program.CELL_UM / 1000, px=program.PX)

    def same(page):
        return page.startswith(head + "\n") and page.endswith("\n\n" + program.THREE)
    page = file.with_suffix(".md").read_text(encoding="utf-8")
    assert same(page) and "on 8x8 square pieces only" in page
    assert not same(page.replace("8x8 square pieces only", "8x8 square pieces")) and not same(page.replace("more orbits cost little", "more orbits cost much"))
