"""Exactly two solutions on hexagons, triangles, rectangles and within outlines: the solver against brute force, geometry and pixels, the proof's own count."""

from __future__ import annotations

import functools
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_shapes import carried, distances, gaps, shape

from illusionprint import views, workshop
from illusionprint.errors import BadValue
from illusionprint.jigsaw import Arrangement, Board, build, random_arrangement
from illusionprint.jigsaw.assemblies.orbits import mates, shown
from illusionprint.jigsaw.exact import design
from illusionprint.jigsaw.exact.solve import places, ways
from illusionprint.jigsaw.fitting.assignment import UNFIT, assign
from illusionprint.jigsaw.pixels import rotation
from illusionprint.proof import _plan, _solutions, prove
from illusionprint.spec import PuzzleSpec

BOARDS = {
    "hexagon": ("hexagon", 4, 4, ""),
    "triangle": ("triangle", 4, 9, ""),
    "rectangle": ("square", 4, 4, ""),
    "circle": ("square", 6, 6, "circle"),
    "heart": ("hexagon", 7, 6, "heart"),
}
SMALL = [("hexagon", 2, 3, ""), ("triangle", 2, 4, ""), ("square", 2, 3, ""), ("triangle", 3, 3, "")]


@functools.lru_cache
def opened(tiling: str, rows: int, cols: int, outline: str) -> Board:
    stretch = tiling == "square" and not outline
    return build(rows, cols, (210.0, 150.0) if stretch else (200.0, 200.0), "slanted", tiling=tiling, stretch=stretch, outline=outline).open


def keyed(cut: Board, seed: int) -> Arrangement:
    """An exact board for pictures at random."""
    rng = np.random.default_rng(seed)
    cost = np.where(cut.fits, ((rng.normal(size=(cut.turns, cut.count, 1, 5)) - rng.normal(size=(cut.count, 5))) ** 2).sum(-1), UNFIT)
    slots, turns, _ = assign(cost, cut)
    home = np.arange(cut.count)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(design, "_plan", lambda pieces: (9, 1, 1.7, 150))
        return design.keyed(Arrangement(cut, np.stack([home, slots]), np.stack([0 * home, turns])), cost)


@functools.lru_cache
def made(name: str) -> Arrangement:
    return keyed(opened(*BOARDS[name]), 4)


def brute_force(words: np.ndarray, cut: Board) -> set[bytes]:
    """What sides meet, of every way: places one after the other, each piece at each turn, no table and no turn of the board known."""
    n, ports = cut.ports.shape
    rows, found = shown(cut.turns, ports), set()

    def fill(placed: list[tuple[int, int]]) -> None:
        at = len(placed)
        if at == n:
            slots, turns = np.empty(n, int), np.empty(n, int)
            for j, (i, k) in enumerate(placed):
                slots[i], turns[i] = j, k
            found.add(mates(cut, slots, turns).tobytes())
            return
        for k, i in zip(*np.nonzero(cut.fits[:, :, at])):
            met = [(p, *divmod(int(m), ports)) for p, m in enumerate(cut.ports[at]) if 0 <= m < ports * at]
            if i not in [j for j, _ in placed] and all(words[i, rows[k, p]] == -words[placed[j][0], rows[placed[j][1], q]] for p, j, q in met):
                fill([*placed, (int(i), int(k))])

    fill([])
    return found


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(SMALL), st.integers(1, 2), st.integers(0, 2**31))
def test_the_count_of_any_tiling_is_that_of_brute_force(which, profiles, seed):
    cut, rng = opened(*which), np.random.default_rng(seed)
    key = rng.integers(1, profiles + 1, cut.ports.size) * rng.choice([-1, 1], cut.ports.size)
    meets = cut.ports.ravel()
    words = np.where(meets < 0, 0, np.where(meets > np.arange(meets.size), key, -key[meets])).reshape(cut.ports.shape)
    found = ways(words, places(cut), most=10**6)
    assert found.finished and {m.tobytes() for m in found.mates} == brute_force(words, cut)
    assert cut.keyed(words).keys == tuple(words.ravel().tolist())
    with pytest.raises(BadValue, match="do not fit"):
        cut.keyed(np.where(np.arange(meets.size) == np.flatnonzero(meets >= 0)[seed % 3], 3, words.ravel()).reshape(words.shape))


@pytest.mark.parametrize("name", BOARDS)
def test_boards_of_any_shape_close_in_exactly_two_ways(name, tmp_path):
    board = made(name)
    cut, told = board.board, board.figures
    assert told["counted"] == 2 and told["exact"] and told["kept_neighbours"] == [round(board.kept_neighbours(), 4)]
    assert told["distinct_pieces"] == cut.count and told["difficulty"]["held"] == design.held(cut) > cut.count
    rings = [shape(cut, i) for i in range(cut.count)]
    assert gaps(cut, rings) < 0.05
    assert gaps(cut, [carried(r, board.moves(i)[1]) for i, r in enumerate(rings)]) < 2.0
    other = random_arrangement(cut.open, np.random.default_rng(1))
    assert gaps(cut, [carried(r, cut.motion(i, int(other.slots[1, i]), int(other.turns[1, i]))) for i, r in enumerate(rings)]) > 20  # the planted fault
    with pytest.raises(BadValue, match="does not fit"):
        Arrangement(cut, other.slots, other.turns)
    recounted(board, tmp_path)


def recounted(board: Arrangement, folder) -> None:
    """The proof's count from the outlines as written; another connector, and a corner that is none, are found."""
    table = views.arrangement_table([views.view("jigsaw", board)], board.board.size_mm, board, [{}, {}])

    def count(table: dict):
        (folder / "a.json").write_text(json.dumps(table))
        return _solutions.solutions(_plan.read_plan(folder / "a.json"), 9)

    assert (count(table).ways, count(table).finished) == (2, True)
    piece = next(p for p in table["pieces"] if p["outline"].count("C") > 6)
    outline = piece["outline"]
    parts = outline.split("C")
    parts[3] = (
        " ".join(f"{float(x) + (k < 2)},{y}" for k, (x, y) in enumerate(p.split(",") for p in parts[3].split()[:3])) + " " + " ".join(parts[3].split()[3:])
    )
    piece["outline"] = "C".join(parts)
    assert count(table).ways < 2
    piece["outline"], piece["corners"] = outline, [[x + 1, y] for x, y in piece["corners"]]
    assert count(table) is None


@pytest.mark.parametrize("name", ["hexagon", "circle"])
def test_pixels_of_a_keyed_board_lie_where_their_pieces_do(name):
    board = made(name)
    size = board.board.size_px(24)
    label, index = rotation.labels(board.board, size), views.view("jigsaw", board).indices(size)
    assert np.array_equal(np.sort(index.ravel()), np.arange(index.size))
    off = distances(board, label, index)
    assert np.quantile(off, 0.98) < 3.5
    plain = rotation.pixel_map(board.board.open, board.slots[1], board.turns[1], size)  # without the connectors' own places pixels go astray
    assert np.quantile(distances(board, label, plain), 0.98) > 3.5


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [dict(tiling="hexagon", grid="5x5"), dict(outline="heart", grid="7x7"), dict(cells="fit", grid="4x4", size="120x90mm")],
    ids=lambda c: next(iter(c)),
)
def test_exact_boards_are_made_proven_and_made_again(changes, tmp_path):
    spec = PuzzleSpec.of(
        **{"kind": "jigsaw", "prompts": ("rabbit", "duck"), "size": "130mm", "dpi": 80, "cast": 4, "solutions": "exact", "apart": "0.4mm", **changes}
    )
    done = workshop.make(spec, tmp_path)
    assert done.errors == 0
    again = workshop.make(PuzzleSpec.load(done.folder / "puzzle.toml"), tmp_path / "again")
    assert all((done.folder / p.name).read_bytes() == p.read_bytes() for p in again.folder.iterdir())
    table = json.loads((done.folder / "arrangement.json").read_text())
    table["solutions"]["counted"] = 3
    (done.folder / "arrangement.json").write_text(json.dumps(table))
    assert [f.code for f in prove(done.folder).findings] == ["SOLUTIONS"]


KNOBS = {"square": (3, 4), "hexagon": (3, 4), "triangle": (3, 6)}


@functools.lru_cache
def knobbed(tiling: str, rows: int, cols: int, stretch: bool = False) -> Board:
    return build(rows, cols, (35.0 * cols, (50.0 if stretch else 35.0) * rows), "slanted", tiling=tiling, stretch=stretch, knobbed=True, keyed=True).open


@settings(max_examples=8, deadline=None)
@given(st.sampled_from([("square", 2, 2), ("square", 2, 3), ("hexagon", 2, 2), ("triangle", 2, 3)]), st.booleans(), st.integers(3, 4), st.integers(0, 2**31))
def test_without_a_straight_border_sides_that_come_to_it_are_free(which, stretch, profiles, seed):
    """The count is brute force's over all places and turns; a straight border would leave fewer, and the rim, which holds the contour, does not count."""
    cut, rng = knobbed(*which, stretch and which[0] == "square"), np.random.default_rng(seed)
    key = rng.integers(1, profiles + 1, cut.ports.size) * rng.choice([-1, 1], cut.ports.size)
    meets, on = cut.ports.ravel(), cut.rimmed[: cut.count].ravel() >= 0
    words = np.where(~on, 0, np.where((meets < 0) | (meets > np.arange(meets.size)), key, -key[meets])).reshape(cut.ports.shape)
    found = ways(words, places(cut), most=10**6)
    assert found.finished and {m.tobytes() for m in found.mates} == brute_force(words, cut)
    assert (on & (meets < 0)).sum() == sum(len(d.pieces) == 1 for d in cut.plan.rim) == len(cut.plan.edges) - len(cut.plan.joints)
    assert cut.keyed(words).keys == tuple(words.ravel().tolist())
    with pytest.raises(BadValue, match="do not fit"):  # a straight side along the border
        cut.keyed(np.where(np.arange(meets.size) == np.flatnonzero(on & (meets < 0))[0], 0, words.ravel()).reshape(words.shape))


@functools.lru_cache
def closed(tiling: str, stretch: bool = False) -> Arrangement:
    return keyed(knobbed(tiling, *KNOBS[tiling], stretch), 1)


@pytest.mark.parametrize("tiling, stretch", [("square", False), ("square", True), ("hexagon", False), ("triangle", False)])
def test_boards_without_a_straight_border_close_in_exactly_two_ways(tiling, stretch, tmp_path):
    board = closed(tiling, stretch)
    cut = board.board
    assert board.figures["counted"] == 2 and board.figures["exact"] and cut.open.fits.any(0).all()
    words = np.reshape(cut.keys, cut.ports.shape)
    assert ((words != 0) == (cut.rimmed[: cut.count] >= 0)).all()  # no straight side
    rings = [shape(cut, i) for i in range(cut.count)]
    assert gaps(cut, rings) < 0.2 and gaps(cut, [carried(r, board.moves(i)[1]) for i, r in enumerate(rings)]) < 2.0  # one contour in both
    at_the_rim = np.flatnonzero((cut.ports[:, : cut.turns] < 0).any(1) & (board.slots[1] != np.arange(cut.count)))
    swapped = board.slots[1].copy()
    swapped[at_the_rim[:2]] = swapped[at_the_rim[1::-1]]
    with pytest.raises(BadValue, match="does not fit"):  # the planted fault
        Arrangement(cut, np.stack([board.slots[0], swapped]), board.turns)
    recounted(board, tmp_path)


def test_the_proof_counts_sides_at_the_border_as_free_only_where_all_are_connectors(tmp_path):
    """Of one profile all round, a board closes in many ways; if the border held its pieces, in fewer."""
    cut = knobbed("square", 2, 2)
    signs = cut.plan.signs
    board = Arrangement(cut.keyed(signs), np.arange(cut.count)[None], np.zeros((1, cut.count), int))
    table = views.arrangement_table([], cut.size_mm, board, [{}])
    (tmp_path / "a.json").write_text(json.dumps(table))
    read = _plan.read_plan(tmp_path / "a.json")
    words, free = _solutions.mesh_words(read)
    many = ways(signs, places(cut), most=10**6).ways
    assert ways(words, free, most=10**6).ways == many > 2
    rim = np.where(free.meets < 0, np.sign(words), 0)
    held = ways(
        words, _solutions._places([_solutions._form(_solutions.sides_of(o, c), r) for o, c, r in zip(read.outlines, read.corners, rim)], free.meets), most=10**6
    ).ways
    assert held < many


def test_a_curve_has_one_number_however_many_points_it_was_flattened_to():
    """Turned pieces differ by rounding, which may decide on one point more; planted: a curve that is 0.1 mm off, and the half turn."""
    bow = np.array([(0, 0), (3, 4), (8, 5), (10, 0)], float)
    coarse, fine = (_plan.flatten([bow], tolerance)[0] for tolerance in (0.005, 0.004))
    off = _plan.flatten([bow + [(0, 0), (0, 0.14), (0, 0.14), (0, 0)]])[0]
    assert len(coarse) != len(fine)
    known = []
    assert [_solutions._number(_solutions._side(c).curve, known, 10.0) for c in (coarse, fine, off, (10, 0) - fine[::-1])] == [1, 1, 2, -1]
