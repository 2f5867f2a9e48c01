"""Boards without a straight border. The oracle is shapely's geometry of the outlines, and exact counting of pixels."""

from __future__ import annotations

import json
import re
import shutil

import cv2
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from illusionprint import workshop
from illusionprint.blend import gradient_domain, multiband, photos, tone_refinement
from illusionprint.casting import board_many
from illusionprint.door import board_of
from illusionprint.door.results import arrangement_of
from illusionprint.errors import BadValue, UnknownName
from illusionprint.jigsaw import Arrangement, Board, build, labels_at, map_at, random_arrangement, squares
from illusionprint.jigsaw.fitting.assignment import assign, costs
from illusionprint.proof import prove
from illusionprint.spec import PuzzleSpec
from illusionprint.stages import photographs
from illusionprint.views import apply_view, later_views

BOARD = build(5, 6, (126.0, 110.0), knobbed=True)


def put(board: Board, i: int, j: int, k: int) -> np.ndarray:
    """The outline of piece i in slot j after k turns, in mm."""
    return board.outline(i).transformed(*board.motion(i, j, k)).flatten(0.005)


def open_mm2(board: Board, rings: list[np.ndarray]) -> float:
    """mm2 within the border that pieces leave open or share, or stick out by."""
    polygons = shapely.polygons([shapely.LinearRing(r) for r in rings])
    union = shapely.union_all(polygons, grid_size=0.0005)
    whole = shapely.Polygon(board.border().flatten(0.005))
    return float(shapely.symmetric_difference(union, whole).area + abs(shapely.area(polygons).sum() - union.area))


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from(["square", "hexagon", "triangle"]),
    st.integers(2, 6),
    st.integers(2, 6),
    st.sampled_from(["classic", "twins", "heart", "wave"]),
    st.booleans(),
    st.integers(0, 9),
)
def test_all_pieces_go_everywhere_and_fill_the_board(tiling, rows, cols, tabs, stretch, seed):
    board = build(rows, cols, (180.0, 150.0), tabs, 0.3, tiling=tiling, stretch=stretch and tiling == "square", knobbed=True)
    assert len(np.unique(board.classes)) == (2 if tiling == "triangle" or board.steps.step == 2 else 1)
    assert (board.words != 0).all()  # no side is straight
    low, high = (getattr(board.border().flatten(), f)(0) for f in ("min", "max"))
    assert (low > 0).all() and (high < board.size_mm).all() and all(a <= b + 1e-6 for a, b in zip(board.size_mm, (180.0, 150.0)))
    later_on = random_arrangement(board, np.random.default_rng(seed))
    rings = [put(board, i, *v) for i, v in enumerate(zip(later_on.slots[1].tolist(), later_on.turns[1].tolist()))]
    assert open_mm2(board, rings) < 2.0  # rounding to 1 um, along metres of seams
    rings[0] = rings[0] + (0.2, 0)
    assert open_mm2(board, rings) > 2.0  # the planted fault


def test_sides_of_squares_are_the_same_to_the_micrometre_after_quarter_turns():
    """For sizes of cells at which control points lie at halves of a micrometre, too."""
    for tabs in ("twins", "classic"):
        board = build(2, 3, (200.0, 150.0), tabs, knobbed=True)
        points = [np.rint(1e4 * np.array([p for s in board.outline(i).segments for p in s])) for i in range(board.count)]
        for k, i, j in np.argwhere(board.fits):
            there = np.rint(1e4 * np.array([p for s in board.outline(i).transformed(*board.motion(i, j, k)).segments for p in s]))
            assert {*map(tuple, there)} == {*map(tuple, points[j])}
    assert {*map(tuple, points[0] + (10, 0))} != {*map(tuple, points[0])}


def test_whole_pixels_move_and_neighbours_stay_neighbours():
    later_on = random_arrangement(BOARD, np.random.default_rng(1))

    def broken(size: tuple[int, int]) -> int:
        index, own = map_at(later_on, 1, size), labels_at(BOARD, size)
        assert np.array_equal(np.sort(index.ravel()), np.arange(index.size)) and (index == np.arange(index.size).reshape(size))[own < 0].all()
        y, x = np.divmod(index, size[1])
        steps, there = np.abs(np.diff(y)) + np.abs(np.diff(x)), own.ravel()[index]
        return int((steps != 1)[(there[:, 1:] == there[:, :-1]) & (there[:, 1:] >= 0)].sum())

    assert [BOARD.px_near(s) for s in (1, 16, 17, 60)] == [3, 15, 18, 60]
    assert broken(BOARD.size_px(15)) == 0 and broken(BOARD.size_px(60)) == 0
    assert broken(BOARD.size_px(16)) > 0  # middles of pieces lie between pixels there
    assert not build(4, 4, (100.0, 90.0), stretch=True).moves_pixels and squares(4, 4, 20000).moves_pixels


def test_border_pieces_may_lie_inside_which_a_straight_border_forbids():
    """Picture 2 is picture 1 with its pieces put together differently, the border's ones inside: the fit finds them all, and they leave no conflict."""
    rng, s = np.random.default_rng(3), 18
    free = random_arrangement(BOARD, rng)
    row, col = np.divmod(np.arange(BOARD.count), BOARD.cols)
    rim = (row % (BOARD.rows - 1) == 0) | (col % (BOARD.cols - 1) == 0)
    assert (rim & ~rim[free.slots[1]]).any()
    with pytest.raises(BadValue, match="does not fit"):
        Arrangement(squares(BOARD.rows, BOARD.cols, 20000), free.slots, free.turns)
    a = rng.random((*BOARD.size_px(s), 3)).astype(np.float32)
    b = a.reshape(-1, 3)[map_at(free, 1, a.shape[:2])].reshape(a.shape)
    w = np.ones(a.shape[:2], np.float32)
    slots, _, total = assign(costs(a, b, w, w, BOARD, s), BOARD)
    other = assign(costs(a, np.roll(b, s, 1), w, w, BOARD, s), BOARD)
    assert np.array_equal(slots, free.slots[1]) and total < 0.02 * other[2] and not np.array_equal(other[0], slots)


def test_what_lies_beside_the_board_is_not_blended_in():
    views, size = later_views("jigsaw", 2, random_arrangement(BOARD, np.random.default_rng(2))), BOARD.size_px(30)
    off = labels_at(BOARD, size) < 0
    rng = np.random.default_rng(0)
    pictures = [rng.random((*size, 3)).astype(np.float32) for _ in range(2)]
    weights = [multiband.saliency(x) for x in pictures]

    def made(beside: float, within: float = 0.0) -> np.ndarray:
        shown = [np.where(off[..., None], np.float32(beside), x + np.float32(within)) for x in pictures]
        return gradient_domain.poisson_blend(photographs._alike_beside(shown, BOARD), weights, views, BOARD, [1.0, 1.0])

    assert np.abs(made(0.0) - made(1.0))[~off].max() < 0.01  # as far as the solver goes
    assert np.abs(made(0.0) - made(0.0, 0.1))[~off].max() > 0.05
    one, other = photographs._alike_beside(pictures, BOARD)
    assert np.array_equal(one[off], other[off]) and not np.array_equal(one[~off], other[~off])
    assert photographs._alike_beside(pictures, squares(5, 6, 20000)) is pictures


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    spec = PuzzleSpec.of("jigsaw", ("rabbit", "duck"), grid="3x4", border="knobs", dpi=60, cast=2, size="160x130mm")
    return workshop.make(spec, tmp_path_factory.mktemp("knobs")), spec


def test_the_whole_command_makes_a_board_without_a_border(made):
    result, spec = made
    assert result.errors == 0 and result.folder.parent.name == "jigsaw-3x4-knobs-rabbit-duck"
    assert PuzzleSpec.load(result.folder / "puzzle.toml").board.border == "knobs"
    table = json.loads((result.folder / "arrangement.json").read_text())
    cut = board_of(spec)
    assert (
        table["border"] == cut.border().d
        and len(table["pieces"]) == 12
        and table["solutions"]["log10"] == pytest.approx(np.log10(479001600 * 2.0**12), abs=0.01)
    )
    assert arrangement_of(result.folder, cut).board == cut


@pytest.mark.parametrize(
    "damage, code",
    [(lambda t: t.replace(re.search(r'"border": "([^"]*)"', t)[1], "M 3 3 L 157 3 L 157 127 L 3 127 Z"), "GAP"), (lambda t: _moved(t, 0.4), "OVERLAP")],
)
def test_the_proof_finds_a_border_that_is_another(made, tmp_path, damage, code):
    folder = tmp_path / "damaged"
    shutil.copytree(made[0].folder, folder)
    assert not {f.code for f in prove(folder).findings if f.severity == "error"}
    table = folder / "arrangement.json"
    table.write_text(damage(table.read_text()))
    assert code in {f.code for f in prove(folder).findings if f.severity == "error"}


def _moved(text: str, by: float) -> str:
    """The table with its last piece laid `by` mm beside its place in picture 2."""
    table = json.loads(text)
    table["pieces"][-1]["moves"][1][4] += by
    return json.dumps(table)


def test_photographs_are_fitted_and_joined_on_it():
    y, x = np.mgrid[:60, :80] / 60
    a, b = (np.stack([f(9 * x), f(7 * y), f(5 * (x + y))], -1).astype(np.float32) / 2 + 0.5 for f in (np.sin, np.cos))
    size = BOARD.size_px(30)
    a, b = (photos.cropped(v, size) for v in (a, b))
    w = [np.ones(size, np.float32)] * 2
    board = photos.fit_arrangement(a, b, *w, BOARD)
    views = later_views("jigsaw", 2, board)
    x = gradient_domain.poisson_blend([a, b], w, views, BOARD, gradient_domain.equalising_balance([a, b], w, views, BOARD))
    own = labels_at(BOARD, size) >= 0
    seen = np.moveaxis(views[0](np.moveaxis(x, -1, 0)), 0, -1)
    errors = [float(np.mean((p - q)[own] ** 2)) for p, q in ((x, a), (seen, b))]
    shuffled = later_views("jigsaw", 2, random_arrangement(BOARD, np.random.default_rng(0)))
    z = gradient_domain.poisson_blend([a, b], w, shuffled, BOARD, [1.0, 1.0])
    assert max(errors) < 1.3 * min(errors) and max(errors) < 0.6 * float(np.mean((z - a)[own] ** 2))


@settings(max_examples=4, deadline=None)
@given(st.sampled_from([BOARD, build(4, 4, (126.0, 110.0), tiling="hexagon", knobbed=True)]), st.integers(0, 2**32 - 1))
def test_three_hidden_arrangements_are_found_on_it(board, seed):
    """Three pictures that are one, put together anew: nothing is left over where the arrangement is found; a planted fault, a turn too far, leaves more."""
    size, rng = board.size_px(12), np.random.default_rng(seed)
    hidden = random_arrangement(board, rng, 3)
    x = cv2.GaussianBlur(rng.random((*size, 3), np.float32), (0, 0), 2)
    pictures = [x, *(np.ascontiguousarray(apply_view(v, x)) for v in later_views("jigsaw", 3, hidden))]
    found = board_many.fit_all(pictures, [np.ones(size, np.float32)] * 3, board).arrangement(board)
    left = [tone_refinement.sharing_error(pictures, later_views("jigsaw", 3, b)) for b in (found, _one_turned(hidden))]
    assert (found.slots == hidden.slots).all() and (found.turns == hidden.turns % board.turns).all() and left[0] < 0.5 * left[1]


def _one_turned(board: Arrangement) -> Arrangement:
    """With a piece of the third assembly turned otherwise."""
    turns, fits = board.turns.copy(), board.board.fits[:, 0, board.slots[2, 0]]
    turns[2, 0] = next(k for k in np.flatnonzero(fits) if k != turns[2, 0] % board.board.turns)
    return Arrangement(board.board, board.slots, turns)


def test_the_whole_command_makes_three_photographs_on_it(tmp_path):
    y, x = np.mgrid[:60, :80] / 60
    for n in range(3):
        found = np.stack([np.sin(4 * x + n), np.cos((3 + n) * y), np.sin(5 * (x + y) - n)], -1) * 100 + 128
        Image.fromarray(found.astype(np.uint8)).save(tmp_path / f"{n}.png")
    spec = PuzzleSpec.of("jigsaw", tuple(str(tmp_path / f"{n}.png") for n in range(3)), grid="3x4", border="knobs", dpi=60, search=2, size="160x130mm")
    result = workshop.make(spec, tmp_path)
    table = json.loads((result.folder / "arrangement.json").read_text())
    assert result.errors == 0 and len(table["assemblies"]) == 3 and all(len(p["moves"]) == 3 for p in table["pieces"])
    assert arrangement_of(result.folder, board_of(spec)).assemblies == 3


@pytest.mark.parametrize(
    "board", [build(4, 5, (126.0, 110.0), knobbed=True), build(4, 4, (126.0, 110.0), tiling="hexagon", knobbed=True)], ids=["square", "hexagon"]
)
def test_cells_of_the_search_turn_as_pieces_do(board):
    """What the search believes a piece costs is what its pixels say: cells of a picture that was put together anew are those of the first, carried; a turn more leaves other cells."""
    rng, size = np.random.default_rng(0), board.size_px(board_many.PX)
    x = cv2.GaussianBlur(rng.random((*size, 3), np.float32), (0, 0), 2)
    there = random_arrangement(board, rng)
    slots, turns, turn = there.slots[1], there.turns[1] % board.turns, board_many.patch_turner(board)
    cells, weights = board_many.board_patches(x, board), board_many.board_patches(x[..., :1], board)[..., 0]
    shown = np.empty_like(cells), np.empty_like(weights)
    for i, (j, k) in enumerate(zip(slots.tolist(), turns.tolist())):
        for to, v in zip(shown, (cells, weights)):
            to[j] = turn(v[i : i + 1], k)[0]
    back = board_many.on_pieces(shown, slots, turns, turn)
    assert np.array_equal(back[0], cells) and np.array_equal(back[1], weights)
    assert not np.array_equal(board_many.on_pieces(shown, slots, (turns + board.steps.step) % board.turns, turn)[0], cells)


def test_the_whole_command_makes_three_drawings_on_it(tmp_path):
    spec = PuzzleSpec.of("jigsaw", ("castle", "crown", "helicopter"), grid="4x4", border="knobs", dpi=60, cast=2, size="130mm")
    result = workshop.make(spec, tmp_path)
    assert result.errors == 0 and arrangement_of(result.folder, board_of(spec)).assemblies == 3 and (result.folder / "anagram.svg").exists()


def test_the_whole_command_makes_exactly_two_solutions_on_it(tmp_path):
    spec = PuzzleSpec.of("jigsaw", ("rabbit", "duck"), grid="4x4", border="knobs", solutions="exact", dpi=60, cast=2, size="160mm")
    result = workshop.make(spec, tmp_path)
    table, found = (json.loads((result.folder / f"{name}.json").read_text()) for name in ("arrangement", "proof"))
    assert result.errors == 0 and table["solutions"]["exact"] and table["solutions"]["counted"] == 2
    assert found["figures"]["solutions"]["counted"] == 2 and found["figures"]["solutions"]["finished"]
    assert all(0 not in p["sides"] for p in table["pieces"])
    again = arrangement_of(result.folder, board_of(spec))
    assert [again.board.outline(i).d for i in range(16)] == [p["outline"] for p in table["pieces"]]


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"outline": "heart"}, "leave out the outline"),
        ({"solutions": "exact", "prompts": ("a", "b", "c")}, "exactly two solutions"),
        ({"prompts": ("a", "b", "c"), "border": "straight", "tiling": "hexagon"}, "two pictures"),
        ({"kind": "flip"}, "border belong to a jigsaw"),
    ],
)
def test_what_a_border_of_knobs_cannot_be(changes, words):
    with pytest.raises(BadValue, match=words):
        board_of(PuzzleSpec.of(**({"kind": "jigsaw", "prompts": ("rabbit", "duck"), "border": "knobs"} | changes)))
    with pytest.raises(UnknownName, match="knobs"):
        PuzzleSpec.of("jigsaw", ("rabbit", "duck"), border="knob")
    with pytest.raises(BadValue, match="Take at least"):
        build(20, 20, (60.0, 60.0), knobbed=True)
