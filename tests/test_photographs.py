"""Photographs on a board: tones, the joined blend against a direct sparse solver, poses, parts kept whole, numbers of pieces, the same files again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import scipy.sparse as sparse
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy.sparse.linalg import spsolve

from illusionprint import data, vocabulary, workshop
from illusionprint.blend import gradient_domain, photos, tone_matching
from illusionprint.blend.multiband import saliency
from illusionprint.door import grids, plan_of
from illusionprint.errors import BadValue, IllusionPrintError
from illusionprint.jigsaw import build, labels, labels_at, random_arrangement, squares
from illusionprint.spec import PuzzleSpec
from illusionprint.stages import crops, masks, photographs
from illusionprint.views import apply_view, later_views
from illusionprint.workshop.advice import _crop

S = 12
CUT = squares(3, 4, 20_000)
BOARD = random_arrangement(CUT, np.random.default_rng(4), 3)
VIEWS = later_views("jigsaw", 3, BOARD)
seeds = st.integers(0, 2**32 - 1)


def scene(seed: int, h: int = 3 * S, w: int = 4 * S) -> np.ndarray:
    """Soft blobs and grain, float32 (h, w, 3) in [0, 1]."""
    rng = np.random.default_rng(seed)
    soft = cv2.GaussianBlur(rng.random((h, w, 3), np.float32), (0, 0), h / 12)
    return np.clip((soft - soft.mean()) * 5 + 0.5 + rng.normal(0, 0.02, soft.shape), 0, 1).astype(np.float32)


def lab(x: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(x.astype(np.float32), cv2.COLOR_RGB2LAB)


def rms(x: np.ndarray, y: np.ndarray) -> float:
    return float(np.sqrt(np.mean((x - y) ** 2)))


# Tones


@given(seeds, seeds)
def test_histograms_come_nearer_and_order_stays(one, two):
    assume(one != two)
    a, b = scene(one), np.clip(0.3 * scene(two) + 0.1, 0, 1)
    c, d = tone_matching.match_tones(a, b)

    def apart(x: np.ndarray, y: np.ndarray) -> float:
        return float(np.abs(np.sort(lab(x)[..., 0].ravel()) - np.sort(lab(y)[..., 0].ravel())).mean())

    assert apart(c, d) < 0.75 * apart(a, b)
    assert all(lab(y)[..., 0].std() > 0.705 * lab(x)[..., 0].std() for x, y in ((a, c), (b, d)))
    found = [tone_matching.quantiles(lab(x)[..., 0]) for x in (a, b)]
    x = np.linspace(0, 100, 500)
    for q, to in zip(found, tone_matching.midway_curves(found, (0.8, 0.8), tone_matching.SLOPE_LIMITS[0])):
        steps = np.diff(tone_matching.apply_curve(x, q, to, tone_matching.SLOPE_LIMITS[0])) / np.diff(x)
        assert steps.min() > 0.3 and to.std() >= 0.8 * q.std() * (1 - 1e-9)  # monotone beyond the ends as well


@pytest.mark.parametrize("share", [0.02, 0.25])
def test_a_silhouette_meets_a_photograph_and_keeps_its_contrast(share, monkeypatch):
    """Black on white keeps at least 70 % of its deviation of L* as written, few black pixels as well, and a soft picture gets more contrast to
    meet it, of at most the steepest slope.
    """
    black, soft = np.full((3 * S, 4 * S, 3), 1.0, np.float32), 0.5 + 0.3 * (scene(3) - 0.5)
    black.reshape(-1, 3)[: int(share * black.size / 3)] = 0
    made = tone_matching.match_tones(black, soft)
    kept = [lab(y)[..., 0].std() / lab(x)[..., 0].std() for x, y in zip((black, soft), made)]
    assert 0.7 < kept[0] < 0.95 and 1.2 < kept[1] <= tone_matching.SLOPE_LIMITS[0][1]
    monkeypatch.setattr(tone_matching, "MIN_DEVIATION", 0.0)  # a planted fault: nothing asks for contrast
    assert lab(tone_matching.match_tones(black, soft)[0])[..., 0].std() < 0.65 * lab(black)[..., 0].std()


def test_grain_of_a_grey_picture_gets_no_colours():
    """Equalised without bounds on its slope, chroma that is noise takes the other picture's whole range."""
    grey, colour = np.repeat(scene(1)[..., :1], 3, -1), scene(2)
    made = lab(tone_matching.match_tones(grey, colour)[0])[..., 1:]
    assert made.std((0, 1)).max() < 1.0 < 5 < lab(colour)[..., 1:].std((0, 1)).max()


# The joined blend


def dense(weights: list[np.ndarray], balance: list[float], pictures: list[np.ndarray], visible: list[np.ndarray]) -> np.ndarray:
    """The minimum of E as written in the module's docstring, by residuals in a sparse matrix, no Laplacian: a channel (h, w)."""
    own, n = labels(CUT, S), CUT.count * S * S
    mean, most = np.mean([np.minimum(w, gradient_domain.MAX_SALIENCY).mean() for w in weights]), (gradient_domain.SPREAD_CELLS * S) ** 2
    rows, right = [], []
    for k, (w, t, picture, v) in enumerate(zip(weights, balance, pictures, visible)):
        at = np.arange(n) if not k else VIEWS[k - 1].indices(own.shape).ravel()
        move = sparse.csr_matrix((np.ones(n), (np.arange(n), at)), (n, n))
        value = (v * np.maximum(1, w / gradient_domain.MAX_SALIENCY)).ravel()
        rows.append(sparse.diags(np.sqrt(t * value)) @ move)
        right.append(np.sqrt(t * value) * picture.ravel())
        places = np.arange(n).reshape(own.shape)
        for p, q in ((places[:, :-1].ravel(), places[:, 1:].ravel()), (places[:-1].ravel(), places[1:].ravel())):
            across = own.ravel()[p] != own.ravel()[q]
            g = most * np.where(across, gradient_domain.SEAM_WEIGHT, t * (w.ravel()[p] + w.ravel()[q]) / 2 / mean)
            pick = sparse.csr_matrix((np.ones(len(p)), (np.arange(len(p)), p)), (len(p), n)) - sparse.csr_matrix(
                (np.ones(len(p)), (np.arange(len(p)), q)), (len(p), n)
            )
            rows.append(sparse.diags(np.sqrt(g)) @ pick @ move)
            right.append(np.sqrt(g) * np.where(across, gradient_domain.SEAM_STEP, 1) * (picture.ravel()[p] - picture.ravel()[q]))
    m = sparse.vstack(rows).tocsr()
    return spsolve((m.T @ m).tocsc(), m.T @ np.concatenate(right)).reshape(own.shape)


@pytest.mark.parametrize("count", [2, 3])
def test_joined_is_the_least_squares_solution(count):
    """Values in the middle, so that nothing is clipped; a planted mistake, seams that do not count, shows."""
    pictures = [0.4 + 0.2 * scene(k) for k in range(count)]
    weights = [saliency(x) for x in pictures]
    weights[0][:9] += photos.WHOLE_WEIGHT
    balance = [1.2, 0.8, 1.0][:count]
    visible = [0.2 + 1.6 * scene(9 + k)[..., 0] for k in range(count)]
    made = gradient_domain.poisson_blend(pictures, weights, VIEWS[: count - 1], CUT, balance, seen=visible)
    true = np.stack([dense(weights, balance, [p[..., c].astype(float) for p in pictures], visible) for c in range(3)], -1)
    assert made.dtype == np.float32 and rms(made, true) < 6e-4
    apart = sum(t * np.moveaxis(v.inverse(np.moveaxis(p, -1, 0)), 0, -1) if v else t * p for t, p, v in zip(balance, pictures, (None, *VIEWS))) / sum(balance)
    assert rms(apart, true) > 6e-3 and rms(gradient_domain.poisson_blend(pictures, weights, VIEWS[: count - 1], CUT, balance), true) > 2e-3


def test_errors_on_texture_are_seen_less_and_on_contours_as_on_flat_ground(monkeypatch):
    """Flat ground with a line and a step on it at the left, stripes at the right; the same at twice the size. A planted fault, the plain mean of changes, masks contours."""
    x = np.full((3 * 32, 4 * 32, 3), 0.5, np.float32)
    x[:, 40:], x[50:52, :40], x[:, 76::4], x[:, 77::4] = 0.7, 0.1, 0.3, 0.3

    def found(x: np.ndarray, k: int = 1) -> tuple[float, ...]:
        v = gradient_domain.error_visibility(x, CUT)
        assert v.shape == x.shape[:2] and v.mean() == pytest.approx(1, abs=0.02)
        return tuple(float(v[k * a : k * b, k * c : k * d].mean()) for a, b, c, d in ((10, 30, 8, 24), (48, 54, 8, 24), (8, 30, 37, 43), (20, 80, 90, 120)))

    flat, line, step, texture = found(x)
    assert texture < 0.7 * flat and min(line, step) > 0.85 * flat
    assert found(cv2.resize(x, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST), 2) == pytest.approx((flat, line, step, texture), rel=0.03)
    monkeypatch.setattr(gradient_domain, "MIN_CHANGE_L", 1e4)
    flat, line, step, _ = found(x)
    assert min(line, step) < 0.75 * flat


@settings(max_examples=8)
@given(seeds)
def test_pictures_that_agree_are_shown_whole(seed):
    a = scene(seed)
    pictures = [a, *(apply_view(v, a) for v in VIEWS)]
    made = gradient_domain.poisson_blend(pictures, [saliency(x) for x in pictures], VIEWS, CUT, [1, 1, 1])
    inner = np.ones(a.shape[:2], bool)
    for axis in (0, 1):  # at the seams the pictures of assemblies 2 and 3 jump, which they are then asked to do
        inner &= ~(np.abs(np.gradient(labels(CUT, S).astype(float), axis=axis)) > 0)
    assert rms(made[inner], a[inner]) < 0.03


def test_finer_pictures_are_solved_from_coarser_ones(monkeypatch):
    pictures = [scene(k, 3 * 48, 4 * 48) for k in (1, 2)]
    weights = [saliency(x) for x in pictures]
    quick = gradient_domain.poisson_blend(pictures, weights, VIEWS[:1], CUT, [1, 1])
    monkeypatch.setattr(gradient_domain, "STEPS", (400, 400))
    assert rms(quick, gradient_domain.poisson_blend(pictures, weights, VIEWS[:1], CUT, [1, 1])) < 0.006


def test_steps_across_seams_are_spread_and_errors_are_even():
    a, b = (cv2.GaussianBlur(scene(k, 3 * 24, 4 * 24), (0, 0), 3) for k in (1, 2))  # no grain
    b = 0.5 + 0.5 * (b - 0.5)
    weights, v = [saliency(x) for x in (a, b)], VIEWS[0]
    t = gradient_domain.equalising_balance([a, b], weights, [v], CUT)
    x = gradient_domain.poisson_blend([a, b], weights, [v], CUT, t)
    own = labels(CUT, 24)

    def jump(x: np.ndarray) -> float:
        return float(np.concatenate([np.abs(np.diff(x, axis=k))[np.diff(own, axis=k) != 0].ravel() for k in (0, 1)]).mean())

    mean = (a + np.moveaxis(v.inverse(np.moveaxis(b, -1, 0)), 0, -1)) / 2
    assert jump(x) < 0.5 * jump(mean) and jump(apply_view(v, x)) < 0.5 * jump(apply_view(v, mean))
    assert rms(x, a) == pytest.approx(rms(apply_view(v, x), b), rel=0.03)
    first = gradient_domain.poisson_blend([a, b], weights, [v], CUT, gradient_domain.equalising_balance([a, b], weights, [v], CUT, [2, 0.5]))
    assert rms(first, a) < 0.7 * rms(x, a) and rms(apply_view(v, first), b) > rms(apply_view(v, x), b)


@pytest.mark.parametrize(
    "board",
    [build(4, 5, (150.0, 120.0), tiling="hexagon"), build(4, 7, (120.0, 110.0), tiling="triangle", outline="oval"), build(3, 4, (160.0, 90.0), stretch=True)],
)
def test_steps_are_spread_on_boards_of_any_cells(board, monkeypatch):
    """In both assemblies, at any size of picture; a planted fault, the seams of assembly 1 taken where nothing lies, does not spread them."""
    size = tuple(n + 1 for n in board.size_px(30))
    a, b = (cv2.GaussianBlur(scene(k, *size), (0, 0), 4) for k in (1, 2))
    found, own = random_arrangement(board, np.random.default_rng(1)), labels_at(board, size)
    (view,) = later_views("jigsaw", 2, found)
    a, b = photographs._alike_beside([a, b], board)
    weights = [saliency(x) for x in (a, b)]

    def jump(x: np.ndarray) -> float:
        on = [(np.diff(own, axis=k) != 0) & (own[:, 1:] >= 0 if k else own[1:] >= 0) & (own[:, :-1] >= 0 if k else own[:-1] >= 0) for k in (0, 1)]
        return float(np.concatenate([np.abs(np.diff(x, axis=k))[at].ravel() for k, at in zip((0, 1), on)]).mean())

    mean = (a + np.moveaxis(view.inverse(np.moveaxis(b, -1, 0)), 0, -1)) / 2
    x = gradient_domain.poisson_blend([a, b], weights, [view], board, gradient_domain.equalising_balance([a, b], weights, [view], board))
    assert x.shape == a.shape and jump(x) < 0.5 * jump(mean) and jump(apply_view(view, x)) < 0.5 * jump(apply_view(view, mean))
    assert rms(x, a) == pytest.approx(rms(apply_view(view, x), b), rel=0.06)
    monkeypatch.setattr(gradient_domain, "labels_at", lambda cut, size: np.zeros(size, np.int32))
    assert jump(gradient_domain.poisson_blend([a, b], weights, [view], board, [1, 1])) > 0.5 * jump(mean)


# Crops, what is kept whole, numbers of pieces


@given(st.floats(1, 1.2), st.floats(-1, 1), st.floats(-1, 1), st.booleans(), st.integers(0, 3))
def test_a_crop_is_what_its_text_says(zoom, x, y, mirror, turn):
    crop = photos.Crop(round(zoom, 3), round(x, 3), round(y, 3), mirror, turn)
    assert photos.Crop.of(crop.text) == crop


@pytest.mark.parametrize("text", ["", "1", "1,2,0", "0.5,0,0", "1,0,0,mirrored", "1,0,0,turn 5", "nan,0,0", "1.2.3,0,0"])
def test_what_is_no_crop(text):
    with pytest.raises(BadValue, match="a crop is zoom,x,y"):
        photos.Crop.of(text)


def test_poses_are_turned_then_mirrored():
    a = scene(1, 30, 40)
    assert np.array_equal(photos.cropped(a, (40, 30), photos.Crop(turn=1)), np.rot90(a, -1))
    assert np.array_equal(photos.cropped(a, (40, 30), photos.Crop(turn=3, mirror=True)), np.rot90(a)[:, ::-1])


def test_parts_that_are_kept_whole(tmp_path):
    """A box and its mask are the same, and move with the crop."""
    photo = vocabulary.Photo("x", scene(1, 60, 90))
    white = np.zeros((60, 90), np.uint8)
    white[15:30, 45:63] = 255
    Image.fromarray(white).save(tmp_path / "mask.png")
    sizes, crops = [(40, 60)] * 2, [photos.Crop(mirror=True), photos.Crop()]
    (k, box), (_, mask) = masks.kept_whole(["1=0.5,0.25,0.2,0.25", f"1={tmp_path / 'mask.png'}"], [photo, photo], sizes, crops)
    assert k == 0 and box == pytest.approx(mask, abs=1e-5) and box[15, 60 - 36] > 0.9 > 0.1 > box[15, 36]


@pytest.mark.parametrize(
    "text, says", [("face", "--whole is"), ("3=0,0,1,1", "for 2 pictures"), ("1=0,0,2,1", "not within"), ("1=none.png", "no mask"), ("2=0,0,1", "no mask")]
)
def test_what_cannot_be_kept_whole(text, says):
    class Photo:
        rgb, is_photo = scene(1), True

    with pytest.raises(BadValue, match=says):
        list(masks.kept_whole([text], [Photo, Photo], [(20, 20)] * 2, [photos.Crop()] * 2))


@given(st.integers(4, 4096), st.floats(0.65, 1.5))
def test_a_number_of_pieces_is_met_nearly(wanted, shape):
    rows, cols = grids.nearest_grid(wanted, shape)
    assert wanted < 20 or abs(rows * cols / wanted - 1) < 0.12 and 0.7 < cols / rows / shape < 1.45


@pytest.mark.parametrize("wanted", [3, 0, -5, 4097, 1_000_000])
def test_too_few_or_too_many_pieces(wanted):
    with pytest.raises(BadValue, match="4 to 4,096 pieces"):
        grids.nearest_grid(wanted, 1.3)


# From files to files


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, PuzzleSpec]:
    out = tmp_path_factory.mktemp("photographs")
    for n in (1, 2):
        Image.fromarray(np.rint(scene(n, 150, 200) * 255).astype(np.uint8)).save(out / f"{n}.png")
    spec = PuzzleSpec.of("jigsaw", tuple(str(out / f"{n}.png") for n in (1, 2)), pieces=12, size="80x60mm", dpi=80, search=6, whole=("1=0.4,0.4,0.2,0.2",))
    return workshop.draw(spec, out / "out").folder, spec


def test_the_recipe_says_the_crops_and_makes_the_same_again(made, tmp_path):
    folder, spec = made
    recipe = PuzzleSpec.load(folder / "puzzle.toml")
    assert recipe.board.grid == "3x4" and not recipe.board.pieces and len(recipe.photographs.crops) == 2
    told = [p["crop"] for p in json.loads((folder / "anagram.json").read_text())["casting"]["pictures"]]
    assert [photos.Crop.of(c) for c in recipe.photographs.crops] == [photos.Crop(**t) for t in told]
    again = workshop.draw(recipe, tmp_path).folder
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == {p.name: p.read_bytes() for p in again.iterdir()}
    other = workshop.draw(recipe.replace(crops=("1,0,0,mirror", "1,0,0")), tmp_path / "other").folder
    assert (other / "anagram.png").read_bytes() != (folder / "anagram.png").read_bytes()


def test_without_a_search_pictures_of_the_boards_shape_are_whole(made, tmp_path):
    """target-1.png is the whole picture: its corners are where those of the file are, but for the tone."""
    _, spec = made
    folder = workshop.draw(spec.replace(search=0, dpi=63.5), tmp_path).folder
    target = np.asarray(Image.open(folder / "target-1.png"), float) / 255
    whole = cv2.resize(np.asarray(Image.open(spec.pictures.prompts[0]), np.float32) / 255, target.shape[1::-1], interpolation=cv2.INTER_AREA)
    here, there = (np.corrcoef(target[..., 1].ravel(), x[..., 1].ravel())[0, 1] for x in (whole, np.roll(whole, 4, 1)))
    assert here > 0.98 > there + 0.05


def test_balance_favours_a_picture(made, tmp_path):
    spec, error = PuzzleSpec.load(made[0] / "puzzle.toml"), []
    for balance in (0.1, 0.5, 0.9):
        folder = workshop.draw(spec.replace(balance=balance), tmp_path / str(balance)).folder
        error.append([rms(*(np.asarray(Image.open(folder / f"{n}-{k}.png"), float) / 255 for n in ("seen", "target"))) for k in (1, 2)])
    first, second = np.array(error).T
    assert (np.diff(first) < 0).all() and (np.diff(second) > 0).all() and first[1] == pytest.approx(second[1], rel=0.05)


@pytest.mark.parametrize(
    "change, says", [({"crops": ("1,0,0",)}, "1 crops for 2"), ({"crops": ("1,0,0", "x")}, "zoom,x,y"), ({"whole": ("9=0,0,1,1",)}, "for 2 pictures")]
)
def test_recipes_that_cannot_be(made, tmp_path, change, says):
    with pytest.raises(BadValue, match=says):
        workshop.draw(made[1].replace(**change), tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("change", [{"balance": 1.5}, {"pose": "up"}, {"pieces": 12, "grid": "3x4"}])
def test_values_out_of_range(change):
    with pytest.raises(IllusionPrintError):
        PuzzleSpec.of("jigsaw", ("a.png", "b.png"), **change)


def test_what_an_owner_should_know_is_said(tmp_path):
    """A panorama on a tall board shows a part of itself, in few pixels; a mirrored picture is said; the proof warns."""
    Image.fromarray(np.rint(scene(3, 60, 240) * 255).astype(np.uint8)).save(tmp_path / "wide.png")
    Image.fromarray(np.rint(np.clip(cv2.resize(scene(7), (320, 400)), 0, 1) * 255).astype(np.uint8)).save(tmp_path / "tall.png")
    spec = PuzzleSpec.of(
        "jigsaw", (str(tmp_path / "tall.png"), str(tmp_path / "wide.png")), grid="4x3", size="60x80mm", dpi=60, crops=("1,0,0", "1,0,0,mirror")
    )
    folder = workshop.make(spec, tmp_path / "out").folder
    lines = workshop.advice(folder)
    assert "picture 1: less than 1 % of it is seen" in _crop(1, {"share": 0.001})[0]
    assert len(lines) == 3 and "picture 2 is mirrored" in lines[0] and "picture 2: 19 %" in lines[1] and "picture 2 has 19 pixels an inch" in lines[2]
    found = [line for line in workshop.findings(folder)[0] if "FEW_PIXELS" in line]
    assert len(found) == 1 and "Picture 2 has 19 pixels an inch" in found[0]
    given = plan_of(spec).photographs
    assert [crops.quarter_turns(given, s, (80, 60)) for s in given.subjects] == [0, 1]


def test_photographs_of_packages():
    """The shipped puzzles' photographs are scikit-image's, each with its licence and credit."""
    pytest.importorskip("skimage")
    for name in ("chelsea-astronaut", "coffee-chelsea", "camera-coffee", "astronaut-camera"):
        for prompt in PuzzleSpec.load(data.find("puzzles", name)).pictures.prompts:
            found = vocabulary.load_picture(prompt)
            assert found.is_photo and found.licence in ("CC0-1.0", "public domain") and "scikit-image" in found.credit


@pytest.mark.parametrize(
    "path, says",
    [
        ("package:nothere/a.png", "pip install nothere"),
        ("package:/etc/a.png", "package:NAME/PATH"),
        ("package:skimage/../a.png", "package:NAME/PATH"),
        ("package:numpy/none.png", "no picture"),
    ],
)
def test_what_is_no_photograph_of_a_package(path, says):
    with pytest.raises(IllusionPrintError, match=says):
        vocabulary.load_picture(path)


def test_one_picture_twice_and_a_white_one(tmp_path):
    """One picture twice is allowed and comes out whole; a white one is refused, and leaves nothing."""
    Image.fromarray(np.rint(cv2.GaussianBlur(scene(5, 120, 160), (0, 0), 3) * 255).astype(np.uint8)).save(tmp_path / "a.png")
    Image.new("RGB", (200, 150), "white").save(tmp_path / "white.png")
    spec = PuzzleSpec.of("jigsaw", (str(tmp_path / "a.png"),) * 2, grid="3x4", size="80x60mm", dpi=60, search=0)
    folder = workshop.draw(spec, tmp_path / "out").folder
    seen_, target = (np.asarray(Image.open(folder / f"{n}-2.png"), float) / 255 for n in ("seen", "target"))
    assert rms(seen_, target) < 0.02 and "both pictures show 'a'" in workshop.advice(folder)[0]
    with pytest.raises(BadValue, match="picture 2 has hardly any light and dark"):
        workshop.draw(spec.replace(prompts=(str(tmp_path / "a.png"), str(tmp_path / "white.png"))), tmp_path / "no")
    assert not (tmp_path / "no").exists()


def test_three_photographs_are_cropped_as_well(tmp_path):
    """The first picture stands at the left of the other two, of which the middle is seen without a search; mirrors are tried of either later picture."""
    for n, beside in ((1, ()), (2, (scene(2, 150, 300),)), (3, (scene(3, 150, 300),))):
        Image.fromarray(np.rint(np.hstack([scene(1, 150, 200), *beside]) * 255).astype(np.uint8)).save(tmp_path / f"{n}.png")
    spec = PuzzleSpec.of("jigsaw", tuple(str(tmp_path / f"{n}.png") for n in (1, 2, 3)), grid="3x4", size="80x60mm", dpi=80)
    left = []
    for search in (0, 16):
        given = replace(plan_of(spec.replace(search=search)).photographs, sizes=(CUT.size_px(S),) * 3)
        subjects, found = given.subjects, crops.found(given, CUT, lambda *_: None)
        shown = tone_matching.match_tones(*(photos.cropped(s.rgb, CUT.size_px(crops.COARSE_PX), c) for s, c in zip(subjects, found)))
        left.append(crops._conflict("jigsaw", shown, CUT) * np.prod([c.price for c in found]))
        assert len(found) == 3
    assert left[1] < left[0] and found[1:] != [photos.Crop()] * 2
    tried = photos.candidate_crops(8, 1, True, (0, 1, 0))
    assert {tuple(c.mirror for c in some) for some in tried} == {(False, a, b) for a in (False, True) for b in (False, True)}
    assert all([c.turn for c in some] == [0, 1, 0] for some in tried)
    recipe = PuzzleSpec.load(workshop.draw(spec.replace(search=4), tmp_path / "out").folder / "puzzle.toml")
    assert len(recipe.photographs.crops) == 3
