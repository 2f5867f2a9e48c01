"""Boards with exactly two solutions: orbits, the solver against brute force, the annealing against a recount, the design, the recount of the proof."""

from __future__ import annotations

import itertools
import json
import math
import shutil
from dataclasses import replace

import numpy as np
import pytest
import skimage.color
from hypothesis import given, settings
from hypothesis import strategies as st
from test_jigsaw import gaps, moved, moves, ring
from test_profiles import random_keys

from illusionprint import workshop
from illusionprint.errors import BadValue
from illusionprint.jigsaw import Arrangement, random_arrangement, squares
from illusionprint.jigsaw.assemblies.orbits import mates, orbits
from illusionprint.jigsaw.exact import design, keys, repair
from illusionprint.jigsaw.exact.anneal import anneal
from illusionprint.jigsaw.exact.orbit_state import OrbitState
from illusionprint.jigsaw.exact.solve import count, in_shells, places, ways
from illusionprint.jigsaw.fitting.assignment import UNFIT, assign
from illusionprint.layout import Stroke, Text, connector_map
from illusionprint.proof import prove
from illusionprint.spec import PuzzleSpec

small = st.tuples(st.integers(2, 3), st.integers(2, 3))
seeds = st.integers(0, 2**31)


def brute_force(words: np.ndarray, rows: int, cols: int) -> int:
    """All permutations and turns of up to nine pieces, a slot after the other in row order without any table; up to a turn of the board."""

    def fill(size, placed, left):
        at = len(placed)
        if not left:
            return 1
        found = 0
        r, c = divmod(at, size[1])
        for i in left:
            for k in range(4):
                w = np.roll(words[i], k)
                ok = ((w[0] == 0) if r == 0 else w[0] != 0 and placed[at - size[1]][2] == -w[0]) and (
                    (w[3] == 0) if c == 0 else w[3] != 0 and placed[at - 1][1] == -w[3]
                )
                if ok and (w[2] == 0) == (r == size[0] - 1) and (w[1] == 0) == (c == size[1] - 1):
                    found += fill(size, [*placed, w], left - {i})
        return found

    pieces = frozenset(range(len(words)))
    return fill((rows, cols), [], pieces) // (4 if rows == cols else 2)


@settings(max_examples=25, deadline=None)
@given(small, st.integers(1, 3), seeds)
def test_the_count_is_that_of_brute_force(size, profiles, seed):
    rng = np.random.default_rng(seed)
    words = np.reshape(random_keys(*size, profiles, rng), (-1, 4))
    words = words[rng.permutation(len(words))]
    found = count(words, *size, most=10**6)
    assert found.finished and found.ways == brute_force(words, *size)
    assert len(found.found) == found.ways and all(sorted(s.tolist()) == list(range(len(words))) for s, _ in found.found)


def test_the_count_of_known_boards():
    """All pieces of a class alike: prod n! turns^n ways in which the sides lie as in assembly 1, all there are on these boards; a changed side leaves none."""
    for rows, cols in ((2, 2), (3, 3)):
        cut = squares(rows, cols, 20_000)
        ways = math.prod(
            math.factorial(len(ids)) * int(cut.fits[:, ids[0], ids[0]].sum()) ** len(ids)
            for ids in (np.flatnonzero(cut.classes == k) for k in np.unique(cut.classes))
        )
        found = count(cut.words.astype(int), rows, cols, most=10**6)
        assert found.finished and found.ways == ways // 4
    words = np.reshape(random_keys(3, 3, 9, np.random.default_rng(0)), (-1, 4))
    assert count(words, 3, 3).ways >= 1
    words[4, 1] = 77
    assert count(words, 3, 3).ways == 0


def test_a_stopped_count_says_so():
    words = squares(4, 4, 20_000).words.astype(int)
    assert not count(words, 4, 4, most=5).finished and not count(words, 4, 4, most=10**9, most_steps=500).finished
    assert count(words, 4, 4, most=10**9, most_steps=500).steps == 500


@given(st.integers(2, 9), st.integers(2, 9))
def test_shells_fill_left_and_above_first(rows, cols):
    order = in_shells(squares(rows, cols, 20_000).ports, 0)
    place = {s: n for n, s in enumerate(order)}
    assert sorted(order) == list(range(rows * cols))
    assert all(place[s] > place[s - 1] for s in order if s % cols) and all(place[s] > place[s - cols] for s in order if s >= cols)


@settings(max_examples=25, deadline=None)
@given(small, st.integers(1, 3), seeds)
def test_places_of_a_board_take_what_squares_take(size, profiles, seed):
    """The same count by the shapes of the pieces, and by places that know of no turn of the board."""
    words = np.reshape(random_keys(*size, profiles, np.random.default_rng(seed)), (-1, 4))
    board = places(squares(*size, 20_000))
    wanted = count(words, *size, most=10**6)
    assert len(board.images) == (4 if size[0] == size[1] else 2)
    for given_places in (board, replace(board, images=())):
        found = ways(words, given_places, most=10**6)
        assert found.finished and found.ways == wanted.ways and {m.tobytes() for m in found.mates} == {m.tobytes() for m in wanted.mates}
    assert all(np.array_equal(m, mates(squares(*size, 20_000), s, t)) for (s, t), m in zip(wanted.found, wanted.mates))


def shuffled(rows: int, cols: int, seed: int, assemblies: int = 2) -> Arrangement:
    return random_arrangement(squares(rows, cols, 20_000).open, np.random.default_rng(seed), assemblies)


def pairing(rows: int, cols: int, slots: np.ndarray, turns: np.ndarray) -> np.ndarray:
    """`mates` of squares, from their rows and columns."""
    n = rows * cols
    piece = np.empty(n, int)
    piece[slots] = np.arange(n)
    grid, out = piece.reshape(rows, cols), np.full(4 * n, -1)
    for a, b, side in ((grid[:, :-1].ravel(), grid[:, 1:].ravel(), 1), (grid[:-1].ravel(), grid[1:].ravel(), 2)):
        one, two = 4 * a + (side - turns[a]) % 4, 4 * b + (side + 2 - turns[b]) % 4
        out[one], out[two] = two, one
    return out


@given(st.integers(2, 6), st.integers(2, 6), seeds)
def test_sides_meet_as_rows_and_columns_have_it(rows, cols, seed):
    board = shuffled(rows, cols, seed)
    assert all(np.array_equal(mates(board.board, s, t), pairing(rows, cols, s, t)) for s, t in zip(board.slots, board.turns))


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 6), st.integers(2, 6), seeds)
def test_orbits_pair_tabs_with_blanks_in_every_assembly(rows, cols, seed):
    board = shuffled(rows, cols, seed)
    pairs = np.stack([pairing(rows, cols, s, t) for s, t in zip(board.slots, board.turns)])
    orbit, sign = orbits(pairs)
    for mate in pairs:
        on = mate >= 0
        assert np.array_equal(mate[mate[on]], np.flatnonzero(on))
        assert (orbit[on] == orbit[mate[on]]).all() and (sign[on] == -sign[mate[on]]).all() and (orbit[~on] == -1).all()
    made = design.connected(board.board, board.slots, board.turns, 5, np.random.default_rng(seed))  # an Arrangement: all sides fit, or it would raise
    assert gaps(made.board, moved([ring(made.board, i) for i in range(rows * cols)], moves(made))) == ""


def test_three_pairings_that_cannot_be_coloured_are_refused():
    board = shuffled(5, 5, 1, 3)
    assert (orbits(np.stack([pairing(5, 5, s, t) for s, t in zip(board.slots, board.turns)]))[1] == 0).sum() > 20
    with pytest.raises(BadValue, match="both"):
        design.connected(board.board, board.slots, board.turns, 5, np.random.default_rng(0))


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 6), st.integers(2, 6), seeds)
def test_orbits_are_followed_through_any_moves(rows, cols, seed):
    board, rng = shuffled(rows, cols, seed), np.random.default_rng(seed)
    cut, n = board.board, rows * cols
    state = OrbitState(cut, np.ones((4, n, n)), board.slots[1], board.turns[1], 8.0, 0.0)
    for _ in range(12):
        ids = np.flatnonzero(cut.classes == rng.integers(cut.classes.max() + 1))
        i, j = int(rng.choice(ids)), int(rng.choice(ids))
        turn = {p: int(rng.choice(np.flatnonzero(cut.fits[:, p, q]))) for p, q in ((i, state.slot[j]), (j, state.slot[i]))}
        moves = [(i, state.slot[j], turn[i])] + [(j, state.slot[i], turn[j])] * (i != j)
        energy, then = state.after(moves)
        before = state.energy(), state.bulk, state.kept
        assert (state.after(state.back([]))[0], state.bulk, state.kept) == before
        state.place(moves, then)
        assert state.energy() == pytest.approx(energy, abs=1e-12)
    sizes = sorted(state.size.values())
    at = np.stack([pairing(rows, cols, np.arange(n), np.zeros(n, int)), pairing(rows, cols, np.array(state.slot), np.array(state.turn))])
    wanted = orbits(at)[0]
    assert sizes == sorted(np.bincount(wanted[wanted >= 0]).tolist()) and state.kept == sizes.count(2)
    across = [
        wanted[4 * i + side] for i in range(n) for side in range(4) if at[0][4 * i + side] >= 0 and (at[0][4 * i + (side + np.array([1, 3])) % 4] < 0).any()
    ]
    for group in (False, True):
        mine = [k for k in wanted[wanted >= 0] if (k in across) == group]
        p = np.unique(mine, return_counts=True)[1] / max(1, len(mine))
        assert not mine or state.entropy(group) == pytest.approx(float(-np.log((p**2).sum())), abs=1e-9)
    words, sign = state.words().ravel(), orbits(at)[1]
    assert all((words[a] == words[b]) == (wanted[a] == wanted[b] and (sign[a] == sign[b])) for a, b in rng.integers(0, 4 * n, (60, 2)))
    assert state.kept / state.pairs == pytest.approx(
        random_arrangement(cut, rng).__class__(cut, np.stack([board.slots[0], state.slot]), np.stack([board.turns[0], state.turn])).kept_neighbours()
    )


def costly(rows: int, cols: int, seed: int = 0, tabs: str = "classic", cell_um: int = 20_000) -> tuple[Arrangement, np.ndarray]:
    """A board of squares fitted to random features, and its costs."""
    cut, rng = squares(rows, cols, cell_um, tabs).open, np.random.default_rng(seed)
    f, g = rng.normal(size=(4, cut.count, 5)), rng.normal(size=(cut.count, 5))
    cost = np.where(cut.fits, ((f[:, :, None] - g) ** 2).sum(-1), UNFIT)
    slots, turns, _ = assign(cost, cut)
    home = np.arange(cut.count)
    return Arrangement(cut, np.stack([home, slots]), np.stack([0 * home, turns])), cost


def test_annealing_trades_as_asked():
    board, cost = costly(8, 8)
    home = np.arange(64)
    price = {}
    for wanted in (1, 5, 9):
        made = anneal(board.board, cost, board.slots[1], board.turns[1], wanted, 0.02, 6000, np.random.default_rng(1))
        slots, turns = (x[1] for x in made.assemblies)
        again = OrbitState(board.board, cost, slots, turns, wanted, 0.02)
        assert math.exp(again.entropy()) > 0.9 * wanted and again.kept <= 0.03 * again.pairs
        assert made.total() == pytest.approx(cost[turns, home, slots].sum() / cost[board.turns[1], home, board.slots[1]].sum() - 1, abs=1e-9)
        price[wanted] = cost[turns, home, slots].sum() / cost[board.turns[1], home, board.slots[1]].sum()
    assert 0.999 < price[1] < price[5] < price[9] < 1.6 and price[1] < 1.05


@pytest.mark.parametrize("rows, cols, tabs", [(4, 4, "classic"), (5, 3, "wave"), (6, 6, "arrow"), (8, 8, "slanted")])
def test_designed_boards_close_in_exactly_two_ways(rows, cols, tabs, monkeypatch):
    monkeypatch.setattr(design, "_plan", lambda pieces: (9, 4, 1.7, 200))
    board, cost = costly(rows, cols, 1, tabs)
    made = design.keyed(board, cost)
    found = count(made.board.words, rows, cols)
    told = made.figures
    assert (found.ways, found.finished) == (2, True) == (told["counted"], told["exact"])
    assert told["profile_distance_mm"] >= 0.6 and told["profiles"] <= told["orbits"] and told["distinct_pieces"] == rows * cols
    assert -0.01 < told["conflict_rise"] < 0.8
    assert told["kept_neighbours"] == [round(made.kept_neighbours(), 4)] and told["kept_neighbours"][0] <= 0.08
    ways = [{(int(s), int(t) % 4) for s, t in zip(slots, turns)} for slots, turns in found.found]
    assert all(any(_same(s, t, made, k) for s, t in found.found) for k in (0, 1)) and len(ways) == 2
    rings = [ring(made.board, i) for i in range(rows * cols)]
    assert gaps(made.board, rings) == "" == gaps(made.board, moved(rings, moves(made)))


def _same(slots: np.ndarray, turns: np.ndarray, made: Arrangement, k: int) -> bool:
    """Whether a way is assembly k, but for a turn of the board: all pieces turned on by as much."""
    return len(set(((turns - made.turns[k]) % 4).tolist())) == 1


def test_designs_are_repeatable_and_differ_by_seed(monkeypatch):
    monkeypatch.setattr(design, "_plan", lambda pieces: (5, 2, 1.7, 100))
    board, cost = costly(4, 4, 2)
    a, b, c = (design.keyed(board, cost, s) for s in (0, 0, 1))
    assert a.board == b.board and np.array_equal(a.slots, b.slots) and a.board != c.board


def test_what_cannot_be_designed_says_what_would_do(monkeypatch):
    monkeypatch.setattr(design, "_plan", lambda pieces: (2, 1, 1.7, 0))
    monkeypatch.setattr(repair, "MENDS", 1)
    board, cost = costly(4, 4, 0, "wave", 8000)
    with pytest.raises(BadValue, match="(?s)larger pieces.*arrow.*--solutions free"):
        design.keyed(board, cost, 0, 0.6)
    assert design.held(squares(4, 4, 20_000)) == round(sum(m / 2 + 0.5 for n in (4, 8) for m in range(1, n + 1)) + sum(2 * m + 0.5 for m in range(1, 5)))


def test_the_guide_shows_every_orbit_in_its_colour():
    board, cost = costly(4, 5, 3)
    made = design.keyed(board, cost)
    items = connector_map.page(made, (210.0, 297.0))
    sides = [i for i in items if isinstance(i, Stroke) and len(i.path.segments) == 6 and not i.path.closed]
    pairs = np.stack([pairing(4, 5, s, t) for s, t in zip(made.slots, made.turns)])
    sizes = np.bincount(orbits(pairs)[0][pairs[0] >= 0])
    _, strokes = np.unique([i.colour for i in sides], return_counts=True)
    assert len(sides) == 4 * 4 + 3 * 5 and sorted(strokes) == sorted(sizes // 2)  # each edge once, an orbit's sides in its colour
    near = np.ones((40, 40), bool) & ~np.eye(40, dtype=bool)
    assert len(set(connector_map.colours(near))) == 40
    ring = np.roll(np.eye(200, dtype=bool), 1, 1)
    found = skimage.color.rgb2lab(np.array([list(bytes.fromhex(c[1:])) for c in connector_map.colours(ring | ring.T)]) / 255)
    assert np.linalg.norm(found - np.roll(found, 1, 0), axis=1).min() > 50  # of many orbits, those that meet in a piece are told apart
    said = " ".join(i.text for i in items if isinstance(i, Text))
    assert "exactly 2" in said and f"{made.figures['profile_distance_mm']:.2f} mm" in said


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_as_many_pieces_turn_as_asked(share, monkeypatch):
    monkeypatch.setattr(design, "_plan", lambda pieces: (6, 2, 1.4, 200))
    board, cost = costly(6, 6, 1)
    made = design.keyed(board, cost, turned=share)
    inner = [i for i in range(36) if made.board.connectors.reshape(-1, 4)[i].all()]
    assert made.figures["exact"] and abs((made.turns[1][inner] % 4 != 0).mean() - share) <= 0.13
    assert made.figures["turned"] == [round(float((made.turns[1] % 4 != 0).mean()), 4)]


def test_what_the_count_finds_too_many_is_mended(monkeypatch):
    """Two profiles for all orbits: ways too many at first, two in the end, both of them the assemblies."""
    monkeypatch.setattr(repair, "MENDS", 60)
    for seed in range(3):
        board, cost = costly(5, 4, seed)
        state = anneal(board.board, cost, board.slots[1], board.turns[1], 6, 0.04, 2000, np.random.default_rng(seed))
        assert count(keys.Keys(state.words(), 2, np.random.default_rng(seed)).sides(), 5, 4, 3).ways == 3
        made = repair.repaired(state, places(board.board), 2, 10**6, np.random.default_rng(seed))
        assert made.exact
        mates = [pairing(5, 4, s, t) for s, t in zip(made.slots, made.turns)]
        assert all(any(np.array_equal(pairing(5, 4, *way), m) for m in mates) for way in made.solved.found)


@given(st.integers(2, 5), st.integers(2, 5), st.integers(1, 3), seeds)
def test_alike_pieces_are_found(rows, cols, profiles, seed):
    words = np.reshape(random_keys(rows, cols, profiles, np.random.default_rng(seed)), (-1, 4))
    pairs = {(i, j) for i, j in itertools.combinations(range(len(words)), 2) for k in range(4) if np.array_equal(words[i], np.roll(words[j], k))}
    selves = {i for i, w in enumerate(words) if np.array_equal(w, np.roll(w, 2))}
    found = keys.twins(words)
    assert {tuple(p) for p in found.tolist() if p[0] != p[1]} <= pairs and {p[0] for p in found.tolist() if p[0] == p[1]} == selves
    assert keys.alike(words) == len(found) and {p for pair in pairs for p in pair} == {p for pair in found.tolist() if pair[0] != pair[1] for p in pair}


def test_better_profiles_cost_less():
    words = np.reshape(random_keys(8, 8, 30, np.random.default_rng(0)), (-1, 4))
    made = keys.Keys(words, 6, np.random.default_rng(0))
    before = made.cost()
    made.improve(200)
    assert made.cost() < before and set(np.abs(made.numbers)) <= set(range(1, 7))
    assert ((made.sides() == 0) == (words == 0)).all() and (made.sides()[0, 1] == -made.sides()[1, 3])
    corners = [tuple(p) for w in made.sides().tolist() for p in zip(w, w[1:] + w[:1])]
    assert made.cost() == keys.ALIKE * len(keys.twins(made.sides())) + sum(m * (m - 1) // 2 for m in (corners.count(p) for p in set(corners)))


# The whole way, and the proof's own count


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    spec = PuzzleSpec.of("jigsaw", ("rabbit", "duck"), grid="3x4", size="60mm", dpi=60, cast=4, solutions="exact", tabs="slanted")
    made = workshop.make(spec, tmp_path_factory.mktemp("exact"))
    assert made.errors == 0
    return made.folder


def test_a_result_says_what_was_counted(result, tmp_path):
    table = json.loads((result / "arrangement.json").read_text())
    assert table["solutions"]["counted"] == 2 and table["solutions"]["exact"] is True and table["solutions"]["orbits"] >= 3
    figures = json.loads((result / "proof.json").read_text())["figures"]
    assert figures["solutions"]["counted"] == 2 and figures["solutions"]["finished"]
    again = workshop.make(PuzzleSpec.load(result / "puzzle.toml"), tmp_path).folder
    assert all((again / p.name).read_bytes() == p.read_bytes() for p in result.iterdir())
    workshop.relayout(again, {"template": "a3"})
    assert json.loads((again / "proof.json").read_text())["ok"]


def test_a_wrong_connector_is_found_by_the_proof(result, tmp_path):
    """A piece gets the outline of another one: fewer ways close."""
    folder = shutil.copytree(result, tmp_path / "damaged")
    table = json.loads((folder / "arrangement.json").read_text())
    table["solutions"]["counted"] = 3
    (folder / "arrangement.json").write_text(json.dumps(table))
    assert [f.code for f in prove(folder).findings] == ["SOLUTIONS"]
    table["solutions"]["counted"] = 2
    outline = table["pieces"][5]["outline"]
    table["pieces"][5]["outline"] = _bulged(outline)
    (folder / "arrangement.json").write_text(json.dumps(table))
    assert "SOLUTIONS" in {f.code for f in prove(folder).findings}


def _bulged(outline: str) -> str:
    """The second cubic's points a millimetre further right."""
    parts = outline.split("C")
    parts[2] = " ".join(f"{float(x) + (k < 2)},{y}" for k, (x, y) in enumerate(p.split(",") for p in parts[2].split())) + " "
    return "C".join(parts)


@pytest.mark.parametrize(
    "change, says",
    [({"kind": "flip", "grid": ""}, "moves the whole sheet"), ({"prompts": ("rabbit", "duck", "owl")}, "exactly three solutions can be had on square boards")],
)
def test_where_nothing_can_be_counted(change, says):
    spec = PuzzleSpec.of("jigsaw", ("rabbit", "duck"), grid="4x4", solutions="exact").replace(**change)
    with pytest.raises(BadValue, match=says):
        workshop.make(spec, None)


@pytest.mark.parametrize("change", [{"solutions": "two"}, {"kept": 1.5}, {"turned": 2.0}, {"turned": 0.5}, {"apart": "9mm"}, {"apart": "wide"}])
def test_values_out_of_range(change):
    with pytest.raises(Exception, match="solutions|kept|apart|length|turned"):
        PuzzleSpec.of("jigsaw", ("a", "b"), **change)
