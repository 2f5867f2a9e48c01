"""Three and four pictures: the conflict against its closed form, the searches against planted answers, results from words to proof."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy.optimize import check_grad

from illusionprint import views, workshop
from illusionprint.anagram import read_png
from illusionprint.blend import multiband, photos
from illusionprint.casting import Part, board_many, rigid_many
from illusionprint.casting.board import board_patches
from illusionprint.casting.board_many import Candidate, SearchState, cast_board_many, merge_costs, merge_features, on_pieces, residual, weighted_mean
from illusionprint.casting.registration import CONTROL_POINTS, RASTER_PX, WarpedImage, registration_energy
from illusionprint.door import board_of
from illusionprint.door.results import arrangement_of
from illusionprint.errors import BadValue
from illusionprint.jigsaw import Arrangement, random_arrangement, squares
from illusionprint.jigsaw.fitting.assignment import UNFIT
from illusionprint.spec import PuzzleSpec
from illusionprint.views.jigsaw import Jigsaw
from illusionprint.vocabulary import find

seeds = st.integers(0, 2**32 - 1)
boards = st.sampled_from([squares(r, c, 20_000) for r, c in ((2, 2), (3, 3), (4, 4), (3, 5), (6, 6))])


def stack(rng: np.random.Generator, count: int, *shape: int) -> tuple[np.ndarray, np.ndarray]:
    """Pictures and weights as importance gives them, 0.1 to 2.6."""
    return rng.random((count, *shape, 3), np.float32), (0.1 + 2.5 * rng.random((count, *shape), np.float32) ** 2)


# -- the conflict of many pictures -------------------------------------------------------------------------------------------


def pairwise(x: np.ndarray, w: np.ndarray) -> float:
    """sum_{j<k} w_j w_k |x_j - x_k|^2 / sum w."""
    x, w = x.astype(float), w.astype(float)
    return sum(float((w[j] * w[k] / w.sum(0) * ((x[j] - x[k]) ** 2).sum(-1)).sum()) for k in range(len(x)) for j in range(k))


@given(seeds, st.integers(2, 5))
def test_leftover_is_the_sum_over_pairs(seed, count):
    x, w = stack(np.random.default_rng(seed), count, 4, 5)
    assert residual(x, w) == pytest.approx(pairwise(x, w), rel=1e-4)
    assert residual(x, w) < float((w[..., None] * (x - x.mean(0) - 0.01) ** 2).sum())  # any other colour than the mean leaves more


@given(seeds, st.integers(2, 4))
def test_one_more_picture_adds_what_ward_says(seed, count):
    x, w = stack(np.random.default_rng(seed), count + 1, 4, 5)
    m, total = weighted_mean(x[:-1], w[:-1])
    added = w[-1] * total / (w[-1] + total) * ((x[-1] - m) ** 2).sum(-1)
    assert residual(x, w) == pytest.approx(residual(x[:-1], w[:-1]) + float(added.sum()), rel=1e-4)


@given(seeds)
def test_products_are_the_merge_within_their_tolerance(seed):
    rng = np.random.default_rng(seed)
    (x, w), (m, total) = stack(rng, 3, 3, 3), weighted_mean(*stack(rng, 3, 4, 3, 3))
    got = merge_features(m, total, False) @ merge_features(x, w, True).T
    wanted = np.array([[float((v * u / (u + v) * ((a - b) ** 2).sum(-1)).sum()) for a, v in zip(x, w)] for b, u in zip(m, total)])
    assert got == pytest.approx(wanted, rel=0.013)


def test_products_with_a_term_missing_are_not(monkeypatch, rng):
    monkeypatch.setattr(board_many, "_SHARES", np.array([0, *board_many._SHARES[1:]], np.float32))
    with pytest.raises(AssertionError):
        test_products_are_the_merge_within_their_tolerance.hypothesis.inner_test(0)


# -- pieces and places -------------------------------------------------------------------------------------------------------


@given(boards, seeds, st.integers(2, 4))
@settings(max_examples=15)
def test_carried_places_are_what_the_view_moves(cut, seed, count):
    """The middle ninth of every cell, which no tab reaches, against the pixel map of the real outlines."""
    board = random_arrangement(cut, np.random.default_rng(seed), count)
    x = np.random.default_rng(seed).random((3, cut.rows * 9, cut.cols * 9), np.float32)
    home = board_patches(np.moveaxis(x, 0, -1), cut)
    for k in range(1, count):
        seen = board_patches(np.moveaxis(Jigsaw(board, k)(x), 0, -1), cut)
        back, _ = on_pieces((seen, seen[..., 0]), board.slots[k], board.turns[k])
        assert np.array_equal(back[:, 3:6, 3:6], home[:, 3:6, 3:6])
        wrong, _ = on_pieces((seen, seen[..., 0]), board.slots[k], board.turns[k] + 1)
        assert not np.array_equal(wrong[:, 3:6, 3:6], home[:, 3:6, 3:6])


@given(boards, seeds)
@settings(max_examples=10)
def test_merge_costs_are_what_the_leftover_grows_by(cut, seed):
    rng = np.random.default_rng(seed)
    pieces, new = weighted_mean(*stack(rng, 2, cut.count, 3, 3)), stack(rng, cut.count, 3, 3)
    cost = merge_costs(pieces, merge_features(*new, True), cut)
    assert ((cost < UNFIT / 2) == cut.fits.transpose(2, 0, 1)).all()
    board = random_arrangement(cut, rng)
    there = on_pieces(new, board.slots[1], board.turns[1])
    grown = residual(*(np.stack(v) for v in zip(pieces, there)))
    n = np.arange(cut.count)
    assert cost[board.slots[1], board.turns[1] % 4, n].sum() == pytest.approx(grown, rel=0.013)


def plain_look(places: tuple[np.ndarray, np.ndarray]) -> Candidate:
    return Candidate(places, merge_features(*places, True), Part(find("owl")[0]), 1.0, 0.0)


@given(st.sampled_from([squares(r, c, 20_000) for r, c in ((3, 3), (4, 4), (3, 5), (6, 6))]), seeds, st.integers(2, 4))
@settings(max_examples=10)
def test_a_hidden_arrangement_is_found(cut, seed, count):
    """Pictures that are one picture's cells shuffled: nothing is left over, and the arrangement says how they were shuffled."""
    rng = np.random.default_rng(seed)
    home = tuple(v[0] for v in stack(rng, 1, cut.count, 3, 3))
    hidden = random_arrangement(cut, rng, count)
    pools = []
    for slots, turns in zip(hidden.slots, hidden.turns):
        there = on_pieces(home, np.argsort(slots), -turns[np.argsort(slots)])
        pools.append([plain_look(there)])
    state, conflict = board_many._search(pools, cut, np.random.default_rng(0), 1)
    found = state.arrangement(cut)
    assert conflict < 1e-4 and np.array_equal(found.slots, hidden.slots) and np.array_equal(found.turns, hidden.turns % 4)


@given(boards, seeds, st.integers(2, 4))
@settings(max_examples=15)
def test_a_state_becomes_a_bijection_with_picture_1_at_home(cut, seed, count):
    """Whatever lies in picture 1: pieces that share a place in the state share it in the arrangement."""
    board = random_arrangement(cut, np.random.default_rng(seed), count + 1)
    found = SearchState([], board.slots[1:], board.turns[1:]).arrangement(cut)  # Arrangement itself checks bijection and sides
    assert np.array_equal(found.slots[0], np.arange(cut.count)) and not found.turns[0].any()
    assert {tuple(v) for v in found.slots.T} == {tuple(v) for v in board.slots[1:].T}


def test_cast_several():
    cut = squares(4, 5, 20_000)
    first, again, other = (cast_board_many([find(w) for w in ("cat", "ship", "tulip")], cut, seed, 3) for seed in (0, 0, 1))
    assert [c.facts() for c in first] == [c.facts() for c in again] != [c.facts() for c in other]
    assert [c.conflict for c in first] == sorted(c.conflict for c in first) and all(isinstance(c.arrangement, Arrangement) for c in first)
    assert all(len(c.parts) == 3 and c.arrangement.assemblies == 3 for c in first)
    assert [p.drawing.subject for p in first[0].parts] == ["cat", "ship", "tulip"]
    random = [board_many.residual(*_on_pieces(first[0], random_arrangement(cut, np.random.default_rng(s), 3))) for s in range(5)]
    assert board_many.residual(*_on_pieces(first[0], first[0].arrangement)) < 0.8 * min(random)


def _on_pieces(casting, board: Arrangement) -> tuple[np.ndarray, np.ndarray]:
    size = (board.board.rows * 9, board.board.cols * 9)
    found = [on_pieces(board_many.candidate(p, p.rgba(size), board.board).places, s, t) for p, s, t in zip(casting.parts, board.slots, board.turns)]
    return tuple(np.stack(v) for v in zip(*found))


# -- views of the whole sheet ------------------------------------------------------------------------------------------------


def warped(rng: np.random.Generator) -> WarpedImage:
    return WarpedImage(rng.random((RASTER_PX, RASTER_PX, 3), np.float32), rng.random((RASTER_PX, RASTER_PX), np.float32) + 0.1, 4.0)


def test_bend_energy_of_two_is_that_of_the_pair(rng):
    """Twice written: two pictures by their difference, any number by their distance from the mean."""
    pair, u = [warped(rng), warped(rng)], rng.normal(0, 0.02, 4 * CONTROL_POINTS * CONTROL_POINTS)
    for got, wanted in zip(rigid_many.registration_energy_many(u, pair, 7.0, 3.0), registration_energy(u, pair, 7.0, 3.0)):
        assert got == pytest.approx(wanted, rel=1e-4, abs=1e-6)


def test_gradient_of_the_bend_of_three(rng):
    """Central differences in random directions; bilinear pictures have kinks, so a few per cent."""
    three, u = [warped(rng) for _ in range(3)], rng.normal(0, 0.02, 6 * CONTROL_POINTS * CONTROL_POINTS)
    grad = rigid_many.registration_energy_many(u, three, 50.0, 3.0)[1]
    for _ in range(4):
        d = rng.normal(size=u.size)
        slope = (
            rigid_many.registration_energy_many(u + 1e-3 * d, three, 50.0, 3.0)[0] - rigid_many.registration_energy_many(u - 1e-3 * d, three, 50.0, 3.0)[0]
        ) / 2e-3
        assert slope == pytest.approx(float(grad @ d), rel=0.05, abs=0.02 * float(np.linalg.norm(grad)))
    assert (
        check_grad(
            lambda c: rigid_many.registration_energy_many(c, three, 1e12, 3.0)[0], lambda c: rigid_many.registration_energy_many(c, three, 1e12, 3.0)[1], u
        )
        < 1e-4
    )


@pytest.fixture(scope="module")
def cast() -> list:
    return rigid_many.cast_rigid_many([find(w) for w in ("cat", "ship", "tulip")], views.later_views("rotate_90", 3), 3, 2)


@pytest.mark.slow
def test_cast_turned(cast):
    again = rigid_many.cast_rigid_many([find(w) for w in ("cat", "ship", "tulip")], views.later_views("rotate_90", 3), 3, 2)
    assert [c.facts() for c in cast] == [c.facts() for c in again]
    assert [c.conflict for c in cast] == sorted(c.conflict for c in cast)
    assert {c.parts[0].displacement is None for c in cast} == {True, False} and all(len({p.ground for p in c.parts}) == 1 for c in cast)
    assert len({str([{**p, "bent": 0} for p in c.facts()["pictures"]]) for c in cast}) == 2


def test_the_search_is_no_worse_than_any_single_change():
    """What is said to be the conflict is that of the pictures, and the best random starts lie above it."""
    rng = np.random.default_rng(0)
    pools = [
        rigid_many._pool(*rigid_many._candidate_rasters(find(w), rng, 0.5), (1.0, 1.0, 1.0), v)
        for w, v in zip(("cat", "ship", "owl"), (None, *views.later_views("rotate_90", 3)))
    ]
    found = rigid_many._search(pools, rng, 0.0)[0]
    at = [next(i for i, p in enumerate(pool.parts) if p is part) for pool, part in zip(pools, found.parts)]

    def conflict(at):
        x, w = (np.stack([getattr(p, n)[i] for p, i in zip(pools, at)]) for n in ("x", "w"))
        return residual(x, w) / (3 * min(p.energy[i] for p, i in zip(pools, at))) + 2 * np.mean([p.price[i] for p, i in zip(pools, at)])

    assert found.conflict == pytest.approx(conflict(at), rel=0.03)
    assert all(conflict([rng.integers(len(p.parts)) for p in pools]) > found.conflict for _ in range(200))


# -- photographs -------------------------------------------------------------------------------------------------------------


def scene(seed: int, px: int = 96) -> np.ndarray:
    """Soft blobs and grain, float32 (px, px, 3) in [0, 1]."""
    rng = np.random.default_rng(seed)
    soft = cv2.GaussianBlur(rng.random((px, px, 3), np.float32), (0, 0), px / 12)
    return np.clip((soft - soft.mean()) * 6 + 0.5 + rng.normal(0, 0.02, soft.shape), 0, 1).astype(np.float32)


@pytest.mark.parametrize("kind, board", [("rotate_90", None), ("jigsaw", random_arrangement(squares(4, 4, 20_000), np.random.default_rng(1), 2))])
def test_bands_of_two_are_those_of_the_pair(kind, board):
    (a, b), v = (scene(1), scene(2)), views.later_views(kind, 2, board)
    w = [multiband.saliency(x) for x in (a, b)]
    assert multiband.blend_many((a, b), w, v, 12, (2.0, 1.0)) == pytest.approx(multiband.blend_two(a, b, *w, v[0], 12, 2.0), abs=1e-5)


def test_three_that_agree_are_shown_whole_and_balance_evens_the_errors():
    """Quarter turns of one picture conflict nowhere; of three pictures the errors come out alike, which they do not by themselves."""
    v, a = views.later_views("rotate_90", 3), scene(1)
    same = [a, *(views.apply_view(x, a) for x in v)]
    w = [multiband.saliency(x) for x in same]
    assert multiband.blend_many(same, w, v, 6, (1, 1, 1)) == pytest.approx(a, abs=2e-3)
    three = [a, 0.5 + 0.3 * (scene(2) - 0.5), scene(3)]
    w = [multiband.saliency(x) for x in three]

    def errors(t):
        x = multiband.blend_many(three, w, v, 6, t)
        return [float(np.mean((s - p) ** 2)) for s, p in zip((x, *(views.apply_view(y, x) for y in v)), three)]

    even = errors(multiband.balance_many(three, w, v, 6))
    assert max(even) < 1.3 * min(even) and max(errors((1, 1, 1))) > 1.5 * min(errors((1, 1, 1)))


def test_a_hidden_arrangement_of_photographs_is_found():
    hidden = random_arrangement(squares(4, 5, 20_000), np.random.default_rng(3), 3)
    a = np.random.default_rng(0).random((4 * 12, 5 * 12, 3), np.float32)
    pictures = [a, *(views.apply_view(v, a) for v in views.later_views("jigsaw", 3, hidden))]
    found = photos.fit_arrangement_many(pictures, [np.ones(a.shape[:2], np.float32)] * 3, hidden.board)
    assert np.array_equal(found.slots, hidden.slots) and np.array_equal(found.turns % 4, hidden.turns % 4)


# -- which views there are ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind, count, wanted",
    [
        ("rotate_90", 2, ["identity", "rotate_90"]),
        ("rotate_90", 4, ["identity", "rotate_90", "rotate_180", "rotate_270"]),
        ("rotate_270", 3, ["identity", "rotate_270", "rotate_180"]),
        ("jigsaw", 3, ["identity", "jigsaw", "jigsaw"]),
        ("flip", 2, ["identity", "flip"]),
        ("rotate_90+flip", 3, ["identity", "rotate_90", "flip"]),
    ],
)
def test_names(kind, count, wanted):
    assert views.view_names(kind, count) == wanted


@pytest.mark.parametrize(
    "kind, count",
    [
        ("flip", 3),
        ("negate", 3),
        ("rotate_180", 4),
        ("rotate_90", 5),
        ("jigsaw", 5),
        ("rotate_90+flip", 2),
        ("flip+flip", 3),
        ("jigsaw+flip", 3),
        ("identity+flip", 3),
        ("rotate_90+rotate_180+rotate_270+flip", 5),
    ],
)
def test_what_cannot_be_says_what_can(kind, count):
    with pytest.raises(BadValue, match="pictures; . prompts came|only different views"):
        views.view_names(kind, count)


@given(st.integers(1, 9), st.integers(1, 9), seeds)
def test_quarter_turns_go_on(h, w, seed):
    x = np.random.default_rng(seed).random((3, h, w))
    for k, v in enumerate(views.later_views("rotate_90", 4), 1):
        assert np.array_equal(v(x), np.rot90(x, -k, (1, 2)))


def test_assemblies_follow_each_other():
    board = random_arrangement(squares(3, 4, 20_000), np.random.default_rng(0), 4)
    found = views.later_views("jigsaw", 4, board)
    assert [v.assembly for v in found] == [1, 2, 3] and all(v.arrangement is board for v in found)


# -- from words to proof -----------------------------------------------------------------------------------------------------

SPECS = {
    "board": PuzzleSpec.of("jigsaw", ("castle", "crown", "helicopter"), grid="4x4", size="80mm", dpi=60, cast=3),
    "photographs": PuzzleSpec.of("jigsaw", ("one.png", "two.png", "owl"), grid="3x4", size="80mm", dpi=60, subject="whole", search=4),
    "four turns": PuzzleSpec.of("rotate_90", ("castle", "crown", "cat", "ship"), size="80x60mm", dpi=60, cast=2),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> dict[str, Path]:
    out = tmp_path_factory.mktemp("several")
    for n, name in enumerate(("one.png", "two.png")):
        Image.fromarray(np.rint(np.clip(4 * scene(n, 240) - 1.5, 0, 1) * 255).astype(np.uint8)).save(out / name)
    specs = {name: spec.replace(prompts=tuple(str(out / p) if p.endswith("png") else p for p in spec.pictures.prompts)) for name, spec in SPECS.items()}
    found = {name: workshop.make(spec, out) for name, spec in specs.items()}
    assert not any(r.errors for r in found.values())
    return {name: r.folder for name, r in found.items()}


@pytest.mark.parametrize("name", SPECS)
def test_every_picture_is_there_and_proved(name, made):
    spec, folder = SPECS[name], made[name]
    count = len(spec.pictures.prompts)
    table = json.loads((folder / "arrangement.json").read_text())
    assert [Path(a["prompt"]).name for a in table["assemblies"]] == list(spec.pictures.prompts) and all(len(p["moves"]) == count for p in table["pieces"])
    assert [a["view"] for a in table["assemblies"]] == json.loads((folder / "anagram.json").read_text())["views"] == views.view_names(spec.kind, count)
    board = arrangement_of(folder, board_of(spec)) if spec.kind == "jigsaw" else None
    pixels = read_png(folder / "anagram.png")
    for k, v in enumerate((views.view("identity"), *views.later_views(spec.kind, count, board)), 1):
        assert np.array_equal(read_png(folder / f"seen-{k}.png"), views.apply_view(v, pixels))
        assert read_png(folder / f"target-{k}.png").shape == read_png(folder / f"seen-{k}.png").shape
    proof = json.loads((folder / "proof.json").read_text())
    assert proof["ok"] and [a["ssim"] > 0.9 for a in proof["figures"]["assemblies"]] == [True] * count
    heading = (folder / "proof.html").read_text().partition("<h1>")[2].partition("</h1>")[0]
    assert (folder / "anagram.svg").is_file() == (name != "photographs") and all(Path(p).stem in heading for p in spec.pictures.prompts)
    with pikepdf.open(folder / "guide.pdf") as pdf:
        assert len(pdf.pages) == (1 if board is None else 1 + count)


@pytest.mark.parametrize("name", SPECS)
def test_pictures_that_changed_places_are_found(name, made, tmp_path):
    shutil.copytree(made[name], tmp_path / "bad")
    one, two = (tmp_path / "bad" / f"seen-{k}.png" for k in (2, 3))
    one.rename(tmp_path / "aside"), two.rename(one), (tmp_path / "aside").rename(two)
    lines, errors = workshop.findings(tmp_path / "bad")
    assert errors >= 2 and any("PICTURE_DIFFERS" in line or "PIECE_MISPLACED" in line for line in lines)


@pytest.mark.slow
def test_the_same_again_and_another_sheet(made, tmp_path):
    again = workshop.draw(PuzzleSpec.load(made["board"] / "puzzle.toml"), tmp_path).folder
    for name in ("anagram.png", "anagram.svg", "arrangement.json", "seen-3.png"):
        assert (again / name).read_bytes() == (made["board"] / name).read_bytes()
    workshop.relayout(made["board"], {"template": "a3"})
    assert workshop.findings(made["board"])[1] == 0


@pytest.mark.slow
def test_three_views_are_sampled(tmp_path):
    pytest.importorskip("torch")
    found = workshop.make(PuzzleSpec.of("jigsaw", ("rabbit", "duck", "owl"), grid="3x3", size="60mm", dpi=40, model="patches", steps=2), tmp_path)
    assert not found.errors and len(list(found.folder.glob("seen-*.png"))) == 3
