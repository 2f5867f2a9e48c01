"""Blends: regions and bands against their formulas, colours that never leave their piece, pictures that are seen."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import cv2
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from illusionprint.blend import photos
from illusionprint.blend.composite import TILTS, _weights, balances, best, blend, previews
from illusionprint.blend.multiband import BANDS, MAX_BALANCE, balance_two, blend_two, saliency
from illusionprint.blend.regions import SHARPNESS, SOFT, components, mix_colours, region_means, regions, tilt_weights
from illusionprint.blend.regions import weight_by_balance as counted
from illusionprint.blend.similarity import similarity, ssim
from illusionprint.casting import Casting, Part, cast_board, cast_rigid
from illusionprint.errors import BadValue
from illusionprint.jigsaw import labels, random_arrangement, squares
from illusionprint.jigsaw.fitting.assignment import fit
from illusionprint.views import apply_view, view
from illusionprint.vocabulary import Pose, find

RIGID = ("identity", "flip", "rotate_180", "rotate_90", "rotate_270", "negate")
CUT = squares(4, 4, 20_000)
BOARD = random_arrangement(CUT, np.random.default_rng(8))
seeds = st.integers(0, 2**32 - 1)
maps = arrays(np.int64, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements=st.integers(0, 3))


def rms(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.sqrt(((a - b) ** 2).mean()))


def halved(x: np.ndarray) -> np.ndarray:
    return cv2.resize(x, (x.shape[1] // 2, x.shape[0] // 2), interpolation=cv2.INTER_AREA)


def a_view(name: str):
    return view(name, BOARD if name == "jigsaw" else None)


# Regions


@given(maps)
def test_components_are_those_of_scipy(key):
    """One area number for each of scipy's areas of each value, and the other way round."""
    mine, theirs, n = components(key), np.zeros(key.shape, int), 0
    for value in np.unique(key):
        found, count = ndimage.label(key == value)
        theirs, n = np.where(key == value, found + n, theirs), n + count
    pairs = np.unique(np.stack([mine.ravel(), theirs.ravel()]), axis=1)
    assert pairs.shape[1] == n == mine.max() + 1 == len(np.unique(mine)) and mine.dtype == np.int32


def test_areas_that_touch_at_a_corner_only_are_two():
    assert components(np.array([[0, 1], [1, 0]])).ravel().tolist() == [0, 1, 2, 3]
    assert components(np.zeros((3, 1), int)).max() == 0 and components(np.arange(6).reshape(1, 6)).max() == 5


def blended(pictures, weights, piece):
    """(region of each pixel, colour of each region)."""
    region, at = regions(pictures, piece)
    return region, mix_colours([region_means(region, at, w) for w in weights], [colours[labels.ravel()[at]] for labels, colours in pictures])


def coloured(*made):
    """The picture of regions."""
    first, second, wa, wb, piece = made
    region, colours = blended((first, second), (wa, wb), piece)
    return colours[region]


@st.composite
def pairs_of_labels(draw):
    """(first, second, wa, wb, piece): labels and colours of two pictures, weights, pieces."""
    la, rng = draw(maps), np.random.default_rng(draw(seeds))
    size = la.shape
    lb, piece = rng.integers(0, 3, size), rng.integers(0, 2, size)
    return (la, rng.random((4, 3))), (lb, rng.random((3, 3))), rng.random(size) + 0.05, rng.random(size) + 0.05, piece


@given(pairs_of_labels())
def test_regions_have_the_colour_that_the_formula_says(made):
    (la, ca), (lb, cb), wa, wb, piece = made
    out = coloured((la, ca), (lb, cb), wa, wb, piece)
    assert out.dtype == np.float32 and out.shape == (*la.shape, 3)
    for k, i, j in {*zip(piece.ravel(), la.ravel(), lb.ravel())}:
        areas, count = ndimage.label((piece == k) & (la == i) & (lb == j))
        for n in range(1, count + 1):
            here = areas == n
            a, b = wa[here].mean() ** SHARPNESS, wb[here].mean() ** SHARPNESS
            assert out[here] == pytest.approx(np.broadcast_to((a * ca[i] + b * cb[j]) / (a + b), (here.sum(), 3)), abs=1e-5)


@given(maps, seeds, st.integers(1, 4))
def test_any_number_of_pictures_is_mixed_by_the_formula(first, seed, count):
    """Also what the later ones are: with equal weights and the same picture twice, its share is twice the others'."""
    rng = np.random.default_rng(seed)
    pictures = [(first if k == 0 else rng.integers(0, 3, first.shape), rng.random((4, 3))) for k in range(count)]
    weights, piece = [rng.random(first.shape) + 0.05 for _ in range(count)], rng.integers(0, 2, first.shape)
    region, colours = blended(pictures, weights, piece)
    for n in range(region.max() + 1):
        here = region == n
        w = np.array([x[here].mean() for x in weights]) ** (SHARPNESS if count == 2 else SOFT)
        wanted = sum(share * c[labels[here][0]] for share, (labels, c) in zip(w / w.sum(), pictures))
        assert colours[n] == pytest.approx(wanted, abs=1e-5)
        assert all(len(np.unique(labels[here])) == 1 for labels, _ in (*pictures, (piece, None)))


def test_balance_is_the_first_ones_or_each_ones():
    w = [np.array([1.0, 2.0]), np.array([3.0, 1.0]), np.array([0.5, 0.5])]
    assert [x.tolist() for x in counted(w, 2.0)] == [[2, 4], [3, 1], [0.5, 0.5]]
    assert [x.tolist() for x in counted(w, (1.0, 2.0, 4.0))] == [[1, 2], [6, 2], [2, 2]]
    with pytest.raises(ValueError):
        counted(w, (1.0, 2.0))
    assert all(len(set(balances(n))) == len(balances(n)) for n in (2, 3, 4)) and all(len(b) == n and min(b) == 1 < max(b) for n in (3, 4) for b in balances(n))


@given(pairs_of_labels())
def test_colours_stay_between_both_pictures(made):
    (la, ca), (lb, cb), wa, wb, piece = made
    out, a, b = coloured(*made), ca[la], cb[lb]
    assert (out >= np.minimum(a, b) - 1e-6).all() and (out <= np.maximum(a, b) + 1e-6).all()
    share = ((out - b) * (a - b)).sum(-1) / ((a - b) ** 2).sum(-1)
    assert out == pytest.approx(share[..., None] * a + (1 - share[..., None]) * b, abs=1e-5)  # on the line, not only in the box


@given(pairs_of_labels())
def test_a_picture_without_weight_leaves_the_other(made):
    (la, ca), (lb, cb), wa, wb, piece = made
    assert coloured((la, ca), (lb, cb), 0 * wa, wb, piece) == pytest.approx(cb[lb], abs=1e-6)
    assert coloured((la, ca), (lb, cb), wa, 0 * wb, piece) == pytest.approx(ca[la], abs=1e-6)


@given(pairs_of_labels())
def test_equal_pictures_give_the_picture_itself(made):
    first, _, wa, wb, piece = made
    assert coloured(first, first, wa, wb, piece) == pytest.approx(first[1][first[0]], abs=1e-6)


def test_pieces_divide_what_would_be_one_region():
    flat, two = np.zeros((4, 8), int), np.repeat([[0, 1]], 4, 1).reshape(1, 8).repeat(4, 0)
    red, blue = np.array([[1.0, 0, 0]]), np.array([[0, 0, 1.0]])
    weight = np.where(two == 0, 1.0, 0.1)
    whole, cut = (coloured((flat, red), (flat, blue), weight, np.full((4, 8), 0.3), p) for p in (flat, two))
    assert np.ptp(whole.reshape(-1, 3), axis=0).max() < 1e-6 and cut[0, 0, 0] > 0.97 and cut[0, 7, 0] < 0.04


# Blend of a casting

STEP = 1 / 255  # samples are averaged in 8 bits


@dataclass(frozen=True, eq=False)
class Painted:
    """A stand-in for a drawing: one colour for each area of a label map, at the size of the map or twice it."""

    areas: np.ndarray
    colours: np.ndarray  # (n, 4)
    subject = style = licence = credit = "painted"

    def rgba(self, size_px, pose=Pose()):
        h, w = self.areas.shape
        small = self.colours.astype(np.float32)[self.areas]
        return cv2.resize(small, size_px[::-1], interpolation=cv2.INTER_AREA if h >= size_px[0] else cv2.INTER_NEAREST)

    def flat(self, size_px, pose=Pose(), colours=24):
        k = size_px[0] // self.areas.shape[0]
        return self.areas.repeat(k, 0).repeat(k, 1).astype(np.uint8), self.colours.astype(np.float32)


GREY = np.array([[0.5, 0.5, 0.5, 1.0]])
CLEAR = np.array([[0.0, 0.0, 0.0, 0.0]])


def painted(areas: np.ndarray, colours: np.ndarray) -> Part:
    return Part(Painted(areas, colours))


def off_the_line(x: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(h, w): distance of colours from the line between a and b."""
    d = (b - a) / np.linalg.norm(b - a, axis=-1, keepdims=True)
    return np.linalg.norm(x - a - ((x - a) * d).sum(-1, keepdims=True) * d, axis=-1)


@pytest.mark.parametrize("f", [1, 2])
@pytest.mark.parametrize("s", [12, 15])
def test_no_colour_leaks_across_a_cut(f, s, rng):
    """Picture 2 shows each piece in a colour of its own, picture 1 is grey: in assembly 1 every pixel of piece i is between grey and colour i."""
    own = labels(CUT, s)
    hues = np.concatenate([rng.random((16, 3)), np.ones((16, 1))], 1)
    second = apply_view(a_view("jigsaw"), own[..., None].astype(np.float32))[..., 0].astype(int)
    x, *_ = blend(Casting((painted(0 * own, GREY), painted(second, hues)), 0.0, arrangement=BOARD), a_view("jigsaw"), own.shape, f)
    assert off_the_line(x, GREY[0, :3], hues[own][..., :3]).max() < (1e-5 if f == 1 else STEP) and rms(x, GREY[0, :3]) > 0.05
    shifted = np.roll(own, 1, 1)
    assert off_the_line(x, GREY[0, :3], hues[shifted][..., :3]).max() > 0.05  # a neighbour's pixel would show


@pytest.mark.parametrize("f", [1, 2])
@pytest.mark.parametrize("name", (*RIGID, "jigsaw"))
def test_a_blank_picture_leaves_the_other_as_its_view_shows_it(name, f, rng):
    """Where one picture is all ground its share is (g / (g + 0.5))^3 / (1 + (g / (g + 0.5))^3) at most: g = 0.1 on boards, 0.3 on whole sheets."""
    odds = (0.375 if name != "jigsaw" else 1 / 6) ** 3
    most = odds / (1 + odds) + 0.004
    areas = cv2.resize(rng.integers(0, 5, (8, 8)).astype(np.uint8), (48, 48), interpolation=cv2.INTER_NEAREST).astype(int)
    solid = np.concatenate([rng.random((5, 3)), np.ones((5, 1))], 1)
    blank, full = painted(0 * areas, CLEAR), painted(areas, solid)
    v = a_view(name)
    x, one, two = blend(Casting((blank, full), 0.0), v, (48, 48), f)
    assert np.abs(one - 1).max() == 0 and np.abs(two - solid[areas][..., :3]).max() < (1e-6 if f == 1 else STEP) and np.abs(apply_view(v, x) - two).max() < most
    x, one, two = blend(Casting((full, blank), 0.0), v, (48, 48), f)
    assert np.abs(x - one).max() < most and rms(apply_view(v, x), one) > (0.1 if name != "identity" else -1)


@pytest.mark.parametrize("name", ["rotate_90", "rotate_270", "rotate_180", "flip"])
def test_a_blend_on_a_canvas_that_is_no_square(name):
    """Seen through a quarter turn it is upright, and so is its target."""
    v, casting = view(name), Casting((Part(find("ship")[0], Pose(scale=0.4)), Part(find("owl")[0])), 0.0)
    x, one, two = blend(casting, v, (60, 96), 1)
    assert x.shape == one.shape == (60, 96, 3) and apply_view(v, x).shape == two.shape
    assert similarity(apply_view(v, x), two, np.ones(two.shape[:2], np.float32)) > 0.5


def test_equal_parts_blend_to_themselves():
    part = Part(find("owl")[0], Pose(8), 30.0, (0.9, 0.9, 0.6))
    x, one, two = blend(Casting((part, part), 0.0), view("identity"), (72, 72), 2)
    assert np.array_equal(one, two) and np.abs(x - one).max() < STEP


def test_balance_moves_the_blend_from_one_picture_to_the_other():
    parts, v = (Part(find("ship")[0]), Part(find("owl")[0])), view("rotate_180")
    made = [blend(Casting(parts, 0.0, balance=b), v, (96, 96), 1) for b in (0.1, 0.6, 1.0, 1.6, 10.0)]
    off = [(rms(x, one), rms(apply_view(v, x), two)) for x, one, two in made]
    first, second = zip(*off)
    assert list(first) == sorted(first, reverse=True) and list(second) == sorted(second) and first[-1] < 0.02 and second[0] < 0.02


@pytest.mark.parametrize("tilt, clear", [((3.0, 0.0), np.s_[:, 75:]), ((0.0, -3.0), np.s_[:36])])
def test_a_tilt_gives_either_picture_a_side_of_its_own(tilt, clear):
    parts, v = (Part(find("ship")[0]), Part(find("owl")[0])), view("rotate_180")
    (even, one, _), (leant, *_) = (blend(Casting(parts, 0.0, tilt=t), v, (96, 120), 1) for t in ((0.0, 0.0), tilt))
    assert rms(leant[clear], one[clear]) < 0.5 * rms(even[clear], one[clear])
    assert rms(leant[::-1, ::-1][clear], one[::-1, ::-1][clear]) > rms(even[::-1, ::-1][clear], one[::-1, ::-1][clear])


def test_what_is_tilted_grows_by_the_exponential():
    w = np.full((5, 9), 2.0, np.float32)
    x = tilt_weights(w, (0.5, -1.0))
    assert x[2, 4] == 2 and x[0, 0] == pytest.approx(2 * np.exp(0.5)) and x[4, 8] == pytest.approx(2 * np.exp(-0.5)) and tilt_weights(w, (0.0, 0.0)) is w


def test_whole_sheets_that_move_are_tried_with_tilts_and_boards_and_colours_are_not():
    parts = Part(find("ship")[0]), Part(find("owl")[0])
    board = random_arrangement(squares(2, 2, 20_000), np.random.default_rng(1))
    whole, cut = previews(Casting(parts, 0.0), view("flip"), 1.0), previews(Casting(parts, 0.0, arrangement=board), view("jigsaw", board), 1.0)
    still = previews(Casting(parts, 0.0), view("negate"), 1.0)
    assert [s.casting.tilt for s in whole if any(s.casting.tilt)] == list(TILTS) and not any(any(s.casting.tilt) for s in (*cut, *still))
    assert all(rms(s.pictures[0], whole[0].pictures[0]) > 0.01 for s in whole[1:])


@pytest.mark.parametrize("name", (*RIGID, "jigsaw"))
def test_same_blend_at_two_sizes(name):
    v = a_view(name)
    casting = Casting((Part(find("owl")[0]), Part(find("teapot")[0], hue_deg=120)), 0.0)
    small, large = blend(casting, v, (120, 120), 2), blend(casting, v, (240, 240), 2)
    for a, b in zip(small[1:], large[1:]):
        assert rms(a, halved(b)) < 0.02
    assert rms(small[0], halved(large[0])) < 0.05
    assert rms(small[0], halved(large[0])[:, ::-1]) > 0.08


def test_targets_are_what_the_parts_show():
    parts = Part(find("owl")[0], Pose(5), 40.0, (1.0, 0.9, 0.8)), Part(find("ship")[0])
    _, *targets = blend(Casting(parts, 0.0), view("flip"), (160, 160), 2)
    assert all(rms(t, p.rgb((160, 160))) < 0.06 for t, p in zip(targets, parts))


@pytest.fixture(scope="module")
def board_castings():
    return cast_board(find("rabbit"), find("duck"), CUT, 0, count=4)


def test_best_is_the_one_that_shows_its_weaker_picture_best(board_castings):
    v = view("jigsaw", board_castings[0].arrangement)
    chosen = best(board_castings, v, 1.0, 0)
    assert chosen.score == max(best([c], v, 1.0, 0).score for c in board_castings) > 0.4
    size = tuple(36 * n for n in (4, 4))
    x, *targets = blend(chosen, view("jigsaw", chosen.arrangement), size, 1)
    again = [similarity(p, t, _weights(part, size)) for p, t, part in zip((x, apply_view(view("jigsaw", chosen.arrangement), x)), targets, chosen.parts)]
    assert chosen.score == pytest.approx(min(again), abs=1e-6)


def test_best_is_the_same_every_time_and_differs_by_seed(board_castings):
    v = view("jigsaw", board_castings[0].arrangement)
    facts = [best(board_castings, v, 1.0, seed).facts() for seed in (0, 0, 1, 2)]
    assert facts[0] == facts[1] and facts[2] != facts[0]
    assert all(facts[0]["score"] >= f["score"] >= facts[0]["score"] - 0.04 for f in facts)
    assert best(board_castings[::-1], v, 1.0, 0).facts() == facts[0]


def test_fitted_pieces_show_more_than_shuffled_ones(board_castings):
    fitted = best(board_castings, view("jigsaw", BOARD), 1.0, 0)
    shuffled = best([dataclasses.replace(c, arrangement=BOARD) for c in board_castings], view("jigsaw", BOARD), 1.0, 0)
    assert fitted.score > shuffled.score + 0.02


def test_negate_shows_the_second_picture_the_right_way():
    v = view("negate")
    casting = best(cast_rigid(find("rabbit"), find("duck"), v, 0, count=1), v, 1.0, 0)
    x, one, two = blend(casting, v, (144, 144))
    there, (w1, w2) = apply_view(v, x), (_weights(p, (144, 144)) for p in casting.parts)
    assert there == pytest.approx(1 - x, abs=1e-6)
    assert similarity(there, two, w2) > 0.2 + max(similarity(x, two, w2), similarity(there, 1 - two, w2))
    assert similarity(x, one, w1) > 0.2 + similarity(there, one, w1)


# Scores


@pytest.fixture
def owl() -> tuple[np.ndarray, np.ndarray]:
    part = Part(find("owl")[0])
    return part.rgb((96, 96)), _weights(part, (96, 96))


def test_score_is_one_for_equal_pictures_and_falls(owl, rng):
    x, w = owl
    noisy = [similarity(np.clip(x + s * rng.normal(size=x.shape), 0, 1).astype(np.float32), x, w) for s in (0.02, 0.1, 0.4)]
    assert similarity(x, x, w) == pytest.approx(1, abs=1e-6) and 0.999 > noisy[0] > noisy[1] > noisy[2]
    other = Part(find("ship")[0]).rgb((96, 96))
    assert similarity(other, x, w) < 0.5 and similarity(1 - x, x, w) < 0.3 and similarity(x[::-1], x, w) < 0.6
    assert similarity(x[..., ::-1], x, w) < 0.95  # colours count


def test_score_looks_where_the_target_matters(owl):
    x, _ = owl
    hurt = x.copy()
    hurt[60:, :48] = 0.5
    here, there = np.zeros((96, 96), np.float32), np.zeros((96, 96), np.float32)
    here[60:, :48], there[:40] = 1, 1
    assert similarity(hurt, x, here) < similarity(hurt, x, there) - 0.2


def test_ssim_is_that_of_scikit_image(owl, rng):
    metrics = pytest.importorskip("skimage.metrics")
    a = owl[0][..., 0].astype(np.float64)
    b = np.clip(a + 0.2 * rng.normal(size=a.shape), 0, 1)
    theirs = metrics.structural_similarity(a, b, data_range=1.0, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, full=True)[1]
    mine = ssim(a[..., None], b[..., None])[..., 0]
    assert mine[8:-8, 8:-8] == pytest.approx(theirs[8:-8, 8:-8], abs=0.02)


# Bands


def scene(seed: int, h: int = 64, w: int = 64) -> np.ndarray:
    """A soft picture of blobs, like a photograph out of focus; float32 (h, w, 3)."""
    rng, y, x = np.random.default_rng(seed), *np.mgrid[:h, :w]
    out = np.ones((h, w, 3)) * rng.random(3) * 0.4
    for _ in range(8):
        spot = np.exp(-((x - rng.random() * w) ** 2 + (y - rng.random() * h) ** 2) / (2 * (rng.uniform(0.05, 0.2) * min(h, w)) ** 2))
        out += spot[..., None] * (rng.random(3) - 0.3)
    return np.clip(out, 0, 1).astype(np.float32)


def shown(name: str, x: np.ndarray) -> np.ndarray:
    return apply_view(a_view(name), x)


@pytest.mark.parametrize("name", (*RIGID, "jigsaw"))
def test_bands_of_one_picture_are_that_picture(name, rng):
    """b is what the view makes of a. Shares are 1/2 where the weights agree; under the identity any weights do."""
    a, w = scene(1), rng.random((64, 64), np.float32) + 0.1
    same = w if name == "negate" else shown(name, w[..., None])[..., 0]
    assert blend_two(a, shown(name, a), w, same, a_view(name), 4.0) == pytest.approx(a, abs=1e-5)
    if name != "jigsaw":  # pieces have other neighbours there, so their coarse bands differ
        other = rng.random((64, 64), np.float32) + 0.1
        assert blend_two(a, shown(name, a), w, other, a_view(name), 4.0) == pytest.approx(a, abs=1e-5)


@pytest.mark.parametrize("name", ["identity", "rotate_180", "flip", "negate"])
def test_bands_are_what_the_formula_says(name, rng):
    a, b = scene(1), scene(2)
    wa, wb = (rng.random((64, 64)).astype(np.float32) + 0.2 for _ in range(2))
    v = a_view(name)
    out = blend_two(a, b, wa, wb, v, 4.0)
    back = shown(name, b)  # all four undo themselves
    u = (wb if name == "negate" else shown(name, wb[..., None])[..., 0])[..., None]
    rest, true, w = [a - 0.5, back - 0.5], 0.5, wa[..., None]
    for width, e in BANDS:
        low = [ndimage.gaussian_filter(x.astype(float), (4 * width, 4 * width, 0), mode="reflect", truncate=3) if width else x for x in rest]
        true = true + (w**e * low[0] + u**e * low[1]) / (w**e + u**e)
        rest = [x - y for x, y in zip(rest, low)]
    assert out.dtype == np.float32 and out == pytest.approx(np.clip(true, 0, 1), abs=0.006)
    one_band = (w * a + u * back) / (w + u)
    assert rms(out, np.clip(true, 0, 1)) < 0.001 < 0.005 < rms(out, one_band)


def test_balance_is_where_both_pictures_come_out_equally_well():
    a, b, v = scene(1), scene(2), view("rotate_180")
    wa, wb = saliency(a), saliency(b)
    t = balance_two(a, b, wa, wb, v, 4.0)
    off = [(rms(x, a), rms(apply_view(v, x), b)) for x in (blend_two(a, b, wa, wb, v, 4.0, k) for k in (t / 2, t, 2 * t))]
    assert 1 / MAX_BALANCE < t < MAX_BALANCE and off[1][0] == pytest.approx(off[1][1], rel=0.02)
    assert off[0][0] > off[1][0] > off[2][0] and off[0][1] < off[1][1] < off[2][1]
    assert balance_two(b, a, wb, wa, v, 4.0) == pytest.approx(1 / t, rel=0.01)
    assert np.array_equal(blend_two(a, b, t * wa, wb, v, 4.0), blend_two(a, b, wa, wb, v, 4.0, np.float32(t)))


def test_large_sigma_on_a_reduced_picture_is_nearly_the_same():
    a, b, w = scene(1, 200, 200), scene(2, 200, 200), np.ones((200, 200), np.float32)
    small = blend_two(a, b, w, 2 * w, view("identity"), 11.9)
    large = blend_two(a, b, w, 2 * w, view("identity"), 12.1)
    assert rms(small, large) < 0.004


def test_bands_follow_the_weights():
    a, b, w = scene(1), scene(2), np.ones((64, 64), np.float32)
    v = view("rotate_180")
    assert rms(blend_two(a, b, 1e6 * w, w, v, 4.0), a) < 0.005 and rms(apply_view(v, blend_two(a, b, w, 1e6 * w, v, 4.0)), b) < 0.005


def test_salience_is_high_on_contours():
    x = np.zeros((200, 300, 3), np.float32)
    x[:, 150:] = 1
    w = saliency(x)
    assert w.shape == (200, 300) and w.dtype == np.float32 and w[:, :100].max() < 0.26 < 1.5 < w[:, 148:152].min()
    assert saliency(np.ones((40, 40, 3), np.float32)) == pytest.approx(0.25)


# Photographs


def lab(x: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(x, cv2.COLOR_RGB2LAB)


@given(seeds, seeds)
def test_toned_pictures_keep_their_light_and_dark_and_come_nearer(one, two):
    a, b = scene(one), scene(two)
    assume(min(lab(x)[..., 0].std() for x in (a, b)) > 3 and min(((x > 0.02) & (x < 0.98)).mean() for x in (a, b)) > 0.9)
    c, d = photos.match_tones(a, b)
    for old, new in ((a, c), (b, d)):
        assert new.dtype == np.float32 and 0 <= new.min() and new.max() <= 1 and lab(new)[..., 0].std() >= 0.7 * lab(old)[..., 0].std()
        assert np.corrcoef(lab(old)[..., 0].ravel(), lab(new)[..., 0].ravel())[0, 1] > 0.9  # the same picture
    before, after = (np.linalg.norm(lab(x).mean((0, 1)) - lab(y).mean((0, 1))) for x, y in ((a, b), (c, d)))
    assert after < 0.75 * before + 1


def test_toned_equal_pictures_stay():
    a = scene(3) * 0.8 + 0.1
    assert all(rms(x, a) < 0.003 for x in photos.match_tones(a, a))


@pytest.mark.parametrize("swap", [False, True])
def test_a_picture_of_one_tone_is_refused(swap):
    pair = [scene(1), np.full((64, 64, 3), 0.4, np.float32)]
    with pytest.raises(BadValue, match=f"picture {1 if swap else 2} "):
        photos.match_tones(*(pair[::-1] if swap else pair))


@settings(max_examples=40)
@given(st.integers(20, 90), st.integers(20, 90), st.integers(8, 120), st.integers(8, 120))
def test_cropped_is_the_middle_in_the_right_size(h, w, to_h, to_w):
    """Channels hold the place: the slope is the same in both directions, and the middle stays the middle."""
    assume(0.5 < (to_h / to_w) / (h / w) < 2)
    y, x = np.mgrid[:h, :w] + 0.5
    rgb = np.stack([x / 100, y / 100, 0 * x], -1).astype(np.float32)
    out = photos.cropped(rgb, (to_h, to_w))
    assert out.shape == (to_h, to_w, 3) and out.dtype == np.float32
    assert out[..., 0].mean() * 100 == pytest.approx(w / 2, abs=0.52) and out[..., 1].mean() * 100 == pytest.approx(h / 2, abs=0.52)
    inner = out[to_h // 4 : -(to_h // 4), to_w // 4 : -(to_w // 4)] * 100
    k = max(to_h / h, to_w / w)
    for axis, channel in ((1, 0), (0, 1)):
        if inner.shape[axis] > 4:
            assert np.diff(inner[..., channel], axis=axis).mean() * k == pytest.approx(1, rel=0.12)


@pytest.mark.parametrize("x, y", [(-1, -1), (1, 1), (0.5, -0.5)])
@pytest.mark.parametrize("zoom", [1.0, 1.25])
def test_other_crops(x, y, zoom):
    """-1 shows the left or upper end, 1 the right or lower one; a zoom shows a share 1 / zoom of what the shape allows."""
    down, right = np.mgrid[:100, :160] + 0.5
    rgb = np.stack([right / 200, down / 200, 0 * down], -1).astype(np.float32)
    out = photos.cropped(rgb, (80, 80), photos.Crop(zoom, x, y))
    side = 100 / zoom
    assert out[..., 0].mean() * 200 == pytest.approx(side / 2 + (160 - side) * (1 + x) / 2, abs=0.6)
    assert out[..., 1].mean() * 200 == pytest.approx(side / 2 + (100 - side) * (1 + y) / 2, abs=0.6)
    assert np.diff(out[20:60, 20:60, 0], axis=1).mean() * 200 == pytest.approx(side / 80, rel=0.02)


def test_crops_come_from_the_seed():
    made = photos.candidate_crops(30, 5)
    assert made == photos.candidate_crops(30, 5) != photos.candidate_crops(30, 6) and len(made) == 31 and made[0] == (photos.Crop(), photos.Crop())
    assert all(1 <= c.zoom <= 1.25 and abs(c.x) <= 1 and abs(c.y) <= 1 for pair in made for c in pair) and photos.candidate_crops(0, 1) == made[:1]


def test_conflict_of_photographs():
    """None between a picture and what the view makes of it; that of a board is its fit's."""
    a, b, v = scene(1, 48, 48), scene(2, 48, 48), view("rotate_180")
    assert photos.conflict(a, apply_view(v, a), None, v) == pytest.approx(0, abs=1e-9) and photos.conflict(a, 1 - a, None, view("negate")) < 1e-9
    assert photos.conflict(a, b, None, v) > 0.05
    wa, wb = (photos.fit_weight(saliency(x)) for x in (a, b))
    norm = sum(float((w[..., None] * (x - x.mean((0, 1))) ** 2).sum()) for x, w in ((a, wa), (b, wb)))
    assert photos.conflict(a, b, CUT, None) == pytest.approx(fit(a, b, wa, wb, CUT, 12)[1] / norm, rel=1e-4)


def test_cropped_loses_nothing_of_the_same_shape():
    a = scene(5, 60, 90)
    assert np.array_equal(photos.cropped(a, (60, 90)), a) and rms(photos.cropped(photos.cropped(a, (120, 180)), (60, 90)), a) < 0.01


def test_photographs_are_arranged_to_be_seen():
    a, b = photos.match_tones(scene(1, 96, 96), scene(2, 96, 96))
    wa, wb = saliency(a), saliency(b)
    off = []
    for board in (photos.fit_arrangement(a, b, wa, wb, CUT), BOARD):
        v = view("jigsaw", board)
        x = blend_two(a, b, wa, wb, v, 12.0)
        off.append(rms(x, a) + rms(apply_view(v, x), b))
    assert off[0] < 0.9 * off[1]
