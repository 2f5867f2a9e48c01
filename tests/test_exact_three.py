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
from illusionprint.casting import constrained
from illusionprint.errors import BadValue
from illusionprint.jigsaw import Arrangement, squares
from illusionprint.jigsaw.assemblies.orbits import mates
from illusionprint.jigsaw.exact import covering, three, three_matching
from illusionprint.jigsaw.exact.solve import places, ways
from illusionprint.spec import PuzzleSpec

CUT = squares(8, 8, 20_000).open


def of(cut, seed: int = 0) -> Arrangement:
    """On which pictures of random colours conflict least, of some families."""
    costs = np.random.default_rng(seed).random((3, 3, cut.count, 4, cut.count), np.float32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(three_matching, "FAMILIES", 10 * cut.count)
        return Arrangement.of_assemblies(cut, *three_matching.Boards(cut, seed).best(costs)[0])


@pytest.fixture(scope="module")
def board() -> Arrangement:
    return of(CUT)


def pairings(found: Arrangement) -> list[np.ndarray]:
    return [mates(found.board, s, t) for s, t in zip(found.slots, found.turns)]


def test_a_quarter_meets_itself_as_the_board_does():
    """Each port of the quarter, turned back from where its neighbour lies, is the port that the board's own numbering has there."""
    q = covering.Quarter(CUT)
    assert len(q.place) == 16 and set(q.turned[:, q.place].ravel().tolist()) == set(range(64)) and sorted(q.order) == list(range(16))
    for j, row in enumerate(q.meets.tolist()):
        for p, m in enumerate(row):
            there = CUT.open.ports[q.place[j], p]
            assert (m < 0) == (there < 0)
            if m >= 0:
                k = q.later[j, p]
                assert (q.turned[k, q.place[m // 4]], (m % 4 + k) % 4) == divmod(int(there), 4)
    assert len(q.joins) == 28 and {(i, s) for j, p, i, s, _ in q.joins} | {(j, p) for j, p, *_ in q.joins} == set(zip(*np.nonzero(q.meets >= 0)))


def test_moves_of_sheets_turn_with_the_board():
    """A quarter turn after a move is the turned move after the quarter turn; masks turn so that parities stay."""
    for v in range(4):
        assert [((i ^ v) + 1) % 4 for i in range(4)] == [(i + 1) % 4 ^ covering.turned(v, 1) for i in range(4)]
        assert {i & 1 for i in range(4)} == {covering._on(i & 1, i >> 1, 1)[0] for i in range(4)}
        for mask in range(4):
            assert (mask & covering.turned(v, 1)).bit_count() % 2 == (covering._turned_mask(mask, 1) & v).bit_count() % 2
    assert [low + 2 * high for low, high in (covering._on(i & 1, i >> 1, 1) for i in range(4))] == [1, 2, 3, 0]
    assert all((mask & u).bit_count() % 2 == 0 for u, masks in covering.KEEPS.items() for mask in masks)


def test_elimination_finds_every_solution():
    rng = np.random.default_rng(3)
    for _ in range(60):
        asked = [int(v) for v in rng.integers(2**7, size=5)]
        rows: dict[int, int] = {}
        new = sum(covering.added(rows, e) for e in asked)
        right = [x for x in range(0, 2**7, 2) if all(((e & (x | 1)).bit_count()) % 2 == 0 for e in asked)]
        found = {covering.solution(rows, 6, rng) for _ in range(200)}
        assert new == len(rows) and (found == {None} if not right else found <= set(right) and len(right) == 2 ** (6 - new))


@pytest.fixture(scope="module")
def found():
    """(quarter, moves D, their kinds, how the quarter is laid)."""
    quarter, rng = covering.Quarter(CUT), np.random.default_rng(1)
    while True:
        moves = covering.moves(quarter, 6, rng)
        if moves and (laid := covering.laid(quarter, quarter.kinds(moves), rng)) and quarter.fields(laid.kinds) == 1 and covering.shifts(quarter, laid):
            return quarter, moves, quarter.kinds(moves), laid


def test_kinds_leave_no_other_field_and_one_that_does_is_counted(found):
    quarter, moves, kinds, laid = found
    assert quarter.fields(kinds) == 2 and quarter.fields(laid.kinds) == 1 and sum(kinds[j, p] == 0 for j, p, *_ in quarter.joins) == 6
    assert quarter.fields(np.where(kinds < 0, -1, 0)) == 1
    spoilt, inner = kinds.copy(), int(np.flatnonzero((quarter.meets >= 0).all(1))[0])
    spoilt[inner] = 2  # a half turn of the middle four by themselves
    for m in quarter.meets[inner].tolist():
        spoilt[m // 4, m % 4] = 2
    assert quarter.fields(spoilt) > 2


def test_the_quarter_is_laid_so_that_kinds_meet_their_like(found):
    quarter, _, kinds, laid = found
    assert sorted(laid.places) == list(range(16))
    for j, p, i, q, k in quarter.joins:
        assert laid.kinds[i, q] == covering.turned(int(laid.kinds[j, p]), k)
    for j, (place, turn) in enumerate(zip(laid.places, laid.turns)):
        assert (np.roll(laid.kinds[j], turn) == kinds[place]).all()
    alone = np.where(kinds < 0, -1, 2)
    alone[tuple(np.argwhere(kinds >= 0)[7])] = 0  # a side that has no other of its kind
    assert covering.laid(quarter, alone, np.random.default_rng(0)) is None


def test_shifts_keep_the_classes_of_an_orbit_apart(found):
    quarter, moves, _, laid = found
    rows = covering.shifts(quarter, laid)
    shift = covering.solution(rows, 32, np.random.default_rng(0))

    def classes(v: int) -> int:
        return int(np.abs(three.words(CUT, *covering.assemblies(quarter, laid, v, moves))).max())

    assert all((row & (shift | 1)).bit_count() % 2 == 0 for row in rows.values())
    assert all(classes(shift ^ 1 << high) < classes(shift) for high in rows)  # one equation not fulfilled: classes of an orbit fall together


def test_pictures_two_and_three_share_what_was_asked_for(found):
    quarter, moves, _, laid = found
    shift = covering.solution(covering.shifts(quarter, laid), 32, np.random.default_rng(0))
    first, second, third = (mates(CUT, s, t) for s, t in zip(*covering.assemblies(quarter, laid, shift, moves)))
    assert (second == third)[first >= 0].mean() == pytest.approx(6 / 28)


@pytest.mark.parametrize("rows", [6, 10])
def test_other_sizes_close_in_exactly_three_ways_too(rows):
    cut = squares(rows, rows, 20_000).open
    found = three.keyed(of(cut, 1))
    counted = ways(np.reshape(found.board.keys, (-1, 4)), places(cut), 10)
    assert (counted.ways, counted.finished) == (3, True) and found.figures["distinct_pieces"] == rows**2
    assert {m.tobytes() for m in counted.mates} == {m.tobytes() for m in pairings(found)}
    assert three.kept(cut, found.slots, found.turns) <= (4 / 15 if rows == 6 else 8 / 45) + 1e-9


def test_three_assemblies_differ_and_tabs_meet_blanks(board):
    a, b, c = pairings(board)
    assert all((x != y).mean() > 0.5 for x, y in ((a, b), (b, c), (a, c)))
    sides = three.words(CUT, board.slots, board.turns)
    assert np.abs(sides).max() >= 10 and ((sides != 0) == (CUT.open.ports >= 0)).all()
    slots = board.slots.copy()
    inner = np.flatnonzero(CUT.open.classes == CUT.open.classes[27])
    slots[1, inner[:2]] = slots[1, inner[1::-1]]  # two pieces change places: sides of both sorts meet
    spoilt = three.words(CUT, slots, board.turns)
    assert np.abs(spoilt).max() < np.abs(sides).max() or (spoilt[CUT.open.ports >= 0] == 0).any()


def test_the_solver_finds_these_three_and_no_fourth(board):
    made = three.keyed(board)
    found = ways(np.reshape(made.board.keys, (-1, 4)), places(CUT), 10)
    assert (found.ways, found.finished) == (3, True) == (made.figures["counted"], made.figures["exact"])
    assert {m.tobytes() for m in found.mates} == {m.tobytes() for m in pairings(made)}
    assert made.figures["distinct_pieces"] == 64 and made.figures["profile_distance_mm"] >= 0.6
    assert max(made.figures["kept_neighbours"]) <= 0.35


def test_a_board_that_closes_in_a_fourth_way_is_not_taken(board, monkeypatch):
    assert three.closes(CUT, board.slots, board.turns, places(CUT))
    few = np.sign(three.words(CUT, board.slots, board.turns))  # one profile for all: many ways
    monkeypatch.setattr(three, "words", lambda *_: few)
    assert not three.closes(CUT, board.slots, board.turns, places(CUT))
    monkeypatch.setattr(three, "twins", lambda _: ())
    assert not three.closes(CUT, board.slots, board.turns, places(CUT))
    with pytest.raises(BadValue, match="closes in other ways too. Take larger pieces"):
        three.keyed(board)


def test_a_search_that_finds_nothing_says_so(monkeypatch):
    tried = []
    monkeypatch.setattr(three, "closes", lambda *found: tried.append(found) and False)
    with pytest.raises(BadValue, match="no board of 8x8 pieces was found that closes in exactly three ways"):
        of(CUT)
    assert 3 <= len(tried) <= 10 * three_matching.TRIES


def test_an_assembly_is_turned_as_a_whole_to_where_it_costs_least(board):
    ids, settle = np.arange(64), constrained.whole_turns(CUT)
    to, k = next(i for i in places(CUT).images if i[1] == 3)
    cost = np.ones((64, 4, 64), np.float32)
    cost[to[board.slots[1]], (board.turns[1] + 3) % 4, ids] = 0.5
    slots, turns, total = settle(cost, board.slots[1], board.turns[1])
    assert total == 32 and (slots == to[board.slots[1]]).all()
    assert (mates(CUT, slots, turns) == mates(CUT, board.slots[1], board.turns[1])).all()


@pytest.mark.parametrize(
    "grid,prompts,change,says",
    [
        ("7x7", "abc", {}, "even number of rows, 6x6 to 12x12; 7x7 came. Take --grid [68]x[68]"),
        ("4x4", "abc", {}, "Take --grid 6x6"),
        ("6x8", "abc", {}, "square boards"),
        ("30x40", "abc", {}, "Take --grid 12x12"),
        ("8x8", "abcd", {}, "exactly 4 solutions are not designed"),
        ("8x8", "abc", {"turned": 0.5}, "turned is for two pictures"),
        ("8x8", "abc", {"model": "patches"}, "leave the model out"),
    ],
)
def test_what_cannot_be_had_is_said_before_any_work(grid, prompts, change, says):
    with pytest.raises(BadValue, match=says):
        workshop.make(PuzzleSpec.of("jigsaw", tuple(prompts), grid=grid, solutions="exact").replace(**change), None)


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    spec = PuzzleSpec.of("jigsaw", ("castle", "crown", "helicopter"), grid="8x8", dpi=40, cast=2, solutions="exact")
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


SIDE = 18  # points of a side that is no border: six cubics


def curve(outline, side):
    """float (19, 2): a side of an inner piece from (0, 0) along the x axis, as it is written; 0 above, then clockwise."""
    points = np.reshape([float(v) for v in re.findall(r"-?\d+\.?\d*", outline)], (-1, 2))
    own = points[SIDE * side : SIDE * (side + 1) + 1]
    return np.stack([own[:, 0] - own[0, 0], own[:, 1] - own[0, 1]], 1) @ np.linalg.matrix_power([[0, -1], [1, 0]], side)


def with_curve(outline, side, new):
    """The outline with another curve on a side."""
    points = np.reshape([float(v) for v in re.findall(r"-?\d+\.?\d*", outline)], (-1, 2))
    at = SIDE * side
    points[at : at + SIDE + 1] = points[at] + new @ np.linalg.matrix_power([[0, 1], [-1, 0]], side)
    texts = [f"{x:g},{y:g}" for x, y in np.round(points, 3)]
    return f"M{texts[0]} " + " ".join("C" + " ".join(texts[n : n + 3]) for n in range(1, len(texts), 3)) + " Z"


def two_profiles(pieces):
    """Two inner pieces whose right sides are both tabs or both blanks, of profiles that differ."""
    inner = [8 * r + c for r in range(1, 7) for c in range(1, 6)]
    curves = {i: curve(pieces[i]["outline"], 1) for i in inner}
    return next(
        (i, j)
        for i in inner
        for j in inner
        if abs(i - j) > 1 and curves[i][:, 1].sum() * curves[j][:, 1].sum() > 0 and np.abs(curves[i] - curves[j]).max() > 0.5
    )


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
    from illusionprint.stages import connectors

    rng = np.random.default_rng(0)
    pictures = [np.repeat(np.repeat(rng.random((8, 8, 3), np.float32), 12, 0), 12, 1) for _ in range(3)]
    board = connectors.arranged_for_three(pictures, [np.ones((96, 96), np.float32)] * 3, CUT, 0)
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
    assert same(page) and "square boards of 6x6 to 12x12 pieces" in page
    assert not same(page.replace("6x6 to 12x12", "6x6 to 14x14")) and not same(page.replace("more orbits cost little", "more orbits cost much"))
