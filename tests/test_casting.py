"""Casting: every shortcut (feature products, moments of grounds, gradients) against the plain sum that it stands for."""

import dataclasses

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from illusionprint.blend import _partition, vector
from illusionprint.casting import Part, _saliency, cast_board, cast_rigid, composite_over, importance, parse_ground, rigid, rotate_hue
from illusionprint.casting import registration as bending
from illusionprint.casting._candidates import colour_shifts
from illusionprint.casting._conflict_matrix import conflict_features, contrast_energies
from illusionprint.casting._ground import Backdrop
from illusionprint.casting._penalty import contour_losses, pair_penalty
from illusionprint.casting._saliency import GROUND, GROUND_OF_SHEET, SUBJECT, WHITE, contour_contrast, contrast_energy, dominant_colours
from illusionprint.casting._shared_ground import ground_pairs
from illusionprint.casting.board import _contrasting, _with_grounds, board_raster, ground_costs
from illusionprint.casting.registration import CONTROL_POINTS, RASTER_PX, register
from illusionprint.casting.rigid import field_in_own_frame, pictures_in_first
from illusionprint.errors import BadValue
from illusionprint.jigsaw import Board, random_arrangement, squares
from illusionprint.jigsaw.fitting.assignment import UNFIT, assign
from illusionprint.views import apply_view, view
from illusionprint.vocabulary import Pose, find

RIGID = ("flip", "rotate_180", "rotate_90", "rotate_270", "identity")
seeds = st.integers(0, 2**32 - 1)
colours = st.tuples(*[st.floats(0, 1, width=32)] * 3)


def premultiplied(rng: np.random.Generator, *shape: int, hard: bool = False) -> np.ndarray:
    a = rng.random((*shape, 4), np.float32)
    a[..., 3] = a[..., 3] > 0.5 if hard else a[..., 3]
    a[..., :3] *= a[..., 3:]
    return a


def compromise(a: np.ndarray, b: np.ndarray, wa: np.ndarray, wb: np.ndarray) -> float:
    """Sum of w_a w_b / (w_a + w_b) |a - b|^2 over pictures (..., 3)."""
    return float((wa * wb / (wa + wb) * ((a.astype(float) - b) ** 2).sum(-1)).sum())


def disc(colour: tuple[float, ...], n: int = 64, radius: float = 0.3) -> np.ndarray:
    y, x = (np.mgrid[:n, :n] + 0.5) / n - 0.5
    alpha = np.clip((radius - np.hypot(x, y)) * n + 0.5, 0, 1)[..., None]
    return np.concatenate([alpha * colour, alpha], -1).astype(np.float32)


# Weights and colours


@given(seeds, st.floats(-720, 720))
def test_hue_turns_keep_grey_lightness_and_alpha(seed, degrees):
    rng = np.random.default_rng(seed)
    alpha, grey = rng.random((6, 6, 1), np.float32), rng.random((6, 6, 1), np.float32)
    x = np.concatenate([grey * alpha] * 3 + [alpha], -1)
    assert rotate_hue(x, degrees) == pytest.approx(x, abs=1e-5)
    muted = x.copy()
    muted[..., :3] = alpha * (0.5 + 0.1 * rng.uniform(-1, 1, (6, 6, 3)))  # so near grey that nothing is clipped
    turned = rotate_hue(muted, degrees)
    assert turned[..., :3].sum(-1) == pytest.approx(muted[..., :3].sum(-1), abs=1e-4) and np.array_equal(turned[..., 3], muted[..., 3])
    assert np.linalg.norm(turned[..., :3], axis=-1) == pytest.approx(np.linalg.norm(muted[..., :3], axis=-1), abs=1e-4)
    assert rotate_hue(turned, -degrees) == pytest.approx(muted, abs=1e-4) and rotate_hue(muted, degrees + 360) == pytest.approx(turned, abs=1e-4)


def test_a_third_of_a_turn_exchanges_the_primaries():
    x = np.array([[[1, 0, 0, 1], [0, 1, 0, 1], [0, 0, 1, 1]]], np.float32)
    assert rotate_hue(x, 120)[0, :, :3] == pytest.approx(np.eye(3)[[1, 2, 0]], abs=1e-6)
    assert rotate_hue(x, 240)[0, :, :3] == pytest.approx(np.eye(3)[[2, 0, 1]], abs=1e-6)


@given(seeds, st.floats(-400, 400))
def test_hue_turns_stay_within_alpha(seed, degrees):
    x = rotate_hue(premultiplied(np.random.default_rng(seed), 5, 7), degrees)
    assert x.dtype == np.float32 and x.min() >= 0 and (x[..., :3] <= x[..., 3:]).all()


@given(seeds, colours)
def test_over_lies_between_colour_and_ground(seed, ground):
    x = premultiplied(np.random.default_rng(seed), 4, 4)
    seen, alpha = composite_over(x, ground), x[..., 3:]
    straight = x[..., :3] / np.maximum(alpha, 1e-9)
    assert seen == pytest.approx(alpha * straight + (1 - alpha) * np.array(ground), abs=1e-6)


@pytest.mark.parametrize("word", ["rabbit", "castle", "glasses"])
def test_importance_is_least_on_the_ground_and_most_on_contours(word):
    a = find(word)[0].rgba((128, 128))
    w = importance(a, 2)
    assert w.dtype == np.float32 and w.shape == (128, 128)
    assert GROUND <= w.min() and w.min() < GROUND + 0.01 and w.max() < GROUND + SUBJECT + 2 * _saliency.CONTOUR
    inside = (a[..., 3] > 0.5).astype(np.uint8)
    contour = cv2.morphologyEx(inside, cv2.MORPH_GRADIENT, np.ones((3, 3))) > 0
    far = cv2.dilate(inside, np.ones((25, 25))) == 0
    assert w[contour].mean() > 2 * w[inside > 0].mean() - w[contour].mean() and w[inside > 0].mean() > 4 * w[far].mean()


def test_importance_of_nothing_is_flat():
    assert importance(np.zeros((32, 32, 4), np.float32), 2) == pytest.approx(GROUND)
    assert importance(np.ones((32, 32, 4), np.float32), 2) == pytest.approx(GROUND + SUBJECT)


def test_a_subject_does_not_vanish_into_its_ground():
    red = (0.9, 0.1, 0.1)
    assert contour_contrast(disc(red), red) < 0.01
    assert contour_contrast(disc(red), WHITE) == pytest.approx(0.9, abs=0.15)
    assert contour_contrast(np.zeros((32, 32, 4), np.float32), red) == 0
    ringed = disc(red, radius=0.3)
    ringed[..., :3] = np.where((disc(red, radius=0.25)[..., 3:] > 0.5), ringed[..., :3], 0)  # red inside a black ring
    assert contour_contrast(ringed, red) > 0.5


@pytest.mark.parametrize("word", ["castle", "kangaroo", "burrito", "clown face"])
def test_grounds_that_camouflage_are_left_out(word):
    part = Part(find(word)[0])
    own = contour_colour(part)
    clear = _contrasting(part, [WHITE, own])
    assert WHITE in clear and own not in clear


def contour_colour(part: Part) -> tuple[float, ...]:
    """The commonest colour along the rim."""
    a = part.rgba((96, 96))
    inside = (a[..., 3] > 0.5).astype(np.uint8)
    rim = a[(inside - cv2.erode(inside, np.ones((3, 3)))) > 0]
    straight = np.round(rim[:, :3] / rim[:, 3:], 1)
    kinds, count = np.unique(straight, axis=0, return_counts=True)
    return tuple(float(v) for v in kinds[count.argmax()])


def test_dominant_colours_by_area():
    labels = np.repeat(np.arange(4), [50, 30, 15, 5]).reshape(10, 10)
    palette = np.array([[0, 0, 0, 0], [1, 0, 0, 1], [0, 1, 0, 1], [0, 0, 1, 1]], np.float32)
    assert dominant_colours(labels, palette) == [(1, 0, 0), (0, 1, 0), (0, 0, 1)] and dominant_colours(labels, palette, 1) == [(1, 0, 0)]


@given(seeds, colours)
def test_energy_is_the_plain_sum(seed, ground):
    rng = np.random.default_rng(seed)
    x, w = premultiplied(rng, 5, 6), rng.random((5, 6), np.float32)
    direct = sum(w[i, j] * ((composite_over(x, ground)[i, j] - np.array(ground)) ** 2).sum() for i in range(5) for j in range(6))
    assert contrast_energy(x, w, ground) == pytest.approx(direct, rel=1e-4, abs=1e-6)


# Shortcuts


@given(seeds, st.integers(1, 3), st.integers(1, 3), st.integers(1, 4))
def test_feature_products_are_the_conflict(seed, m, n, s):
    """Exactly so where alphas are 0 or 1."""
    rng = np.random.default_rng(seed)
    a, b = premultiplied(rng, m, s, s, hard=True), premultiplied(rng, n, s, s, hard=True)
    table = conflict_features(a, False) @ conflict_features(b, True).T
    wa, wb = (GROUND + SUBJECT * x[..., 3] for x in (a, b))
    for i in range(m):
        assert contrast_energies(a)[i] == pytest.approx(contrast_energy(a[i], wa[i]), rel=1e-4, abs=1e-6)
        for j in range(n):
            assert table[i, j] == pytest.approx(compromise(composite_over(a[i]), composite_over(b[j]), wa[i], wb[j]), rel=1e-4, abs=1e-5)
    if (a[..., 3] != 0).any() and (b[..., 3] != 0).any():
        swapped = conflict_features(b, False) @ conflict_features(a, True).T  # the conflict is symmetric, the two kinds of features are not
        assert swapped.T == pytest.approx(table, rel=1e-4, abs=1e-5)


@given(seeds)
def test_feature_products_are_nearly_the_conflict_where_alphas_are_between(seed):
    """All alphas between is the worst case of a cross approximation; a form bilinear in the alphas was up to a quarter too low here."""
    rng = np.random.default_rng(seed)
    a, b = (premultiplied(rng, 1, 16, 16) for _ in range(2))
    direct = compromise(composite_over(a), composite_over(b), *(GROUND + SUBJECT * x[..., 3] for x in (a, b)))
    assert float((conflict_features(a, False) @ conflict_features(b, True).T)[0, 0]) == pytest.approx(direct, rel=0.02)


@given(seeds, colours, colours)
def test_feature_products_with_importance_and_two_grounds(seed, g, h):
    rng = np.random.default_rng(seed)
    a, b = (premultiplied(rng, 2, 8, 8) for _ in range(2))
    wa, wb = (rng.uniform(GROUND, 2.6, x.shape[:3]).astype(np.float32) for x in (a, b))
    table = conflict_features(a, False, wa, g) @ conflict_features(b, True, wb, h, g).T
    direct = [[compromise(composite_over(x, g), composite_over(y, h), u, v) for y, v in zip(b, wb)] for x, u in zip(a, wa)]
    assert table == pytest.approx(np.array(direct), rel=0.03)
    lost = np.array([contrast_energy(x, u, g) for x, u in zip(a, wa)])
    assert contrast_energies(a, wa, g) == pytest.approx(lost, rel=1e-4, abs=1e-6)


@settings(max_examples=12)
@given(seeds, st.sampled_from([(2, 2), (3, 3), (4, 3)]), colours, colours)
def test_ground_costs_are_the_plain_sum(seed, size, g, h):
    cut, s, rng = squares(*size, 20_000), 3, np.random.default_rng(seed)
    a, b = (premultiplied(rng, cut.rows * s, cut.cols * s) for _ in range(2))
    wa, wb = (rng.random(a.shape[:2], np.float32) + 0.1 for _ in range(2))
    cost = ground_costs(a, b, wa, wb, cut)(g, h)
    direct = square_costs(composite_over(a, g), composite_over(b, h), wa, wb, cut)
    assert (cost[~cut.fits] >= UNFIT).all() and cost[cut.fits] == pytest.approx(direct[cut.fits], rel=2e-4, abs=1e-4)
    if size == (3, 3):  # the middle piece fits at all turns, and a turn the other way round is another cost
        assert np.abs(cost[[0, 3, 2, 1], 4, 4] - direct[:, 4, 4]).max() > 0.001


def square_costs(a: np.ndarray, b: np.ndarray, wa: np.ndarray, wb: np.ndarray, cut: Board) -> np.ndarray:
    """(4, n, n): the conflict of square cells, one by one."""
    s = a.shape[0] // cut.rows

    def cell(x: np.ndarray, i: int) -> np.ndarray:
        r, c = divmod(i, cut.cols)
        return x[r * s : r * s + s, c * s : c * s + s]

    out = np.full(cut.fits.shape, UNFIT)
    for k, i, j in np.argwhere(cut.fits):
        out[k, i, j] = compromise(np.rot90(cell(a, i), -k), cell(b, j), np.rot90(cell(wa, i), -k), cell(wb, j))
    return out


# Casting for a board

BOARD = squares(4, 4, 20_000)


@pytest.fixture(scope="module")
def board_castings():
    return cast_board(find("rabbit"), find("duck"), BOARD, 0, count=4)


def described(castings) -> list:
    return [(c.facts(), None if c.arrangement is None else (c.arrangement.slots.tolist(), c.arrangement.turns.tolist())) for c in castings]


def test_board_castings_rise_and_differ(board_castings):
    conflicts = [c.conflict for c in board_castings]
    assert conflicts == sorted(conflicts) and 0 < conflicts[0] < 1
    assert len({c.design for c in board_castings}) == 4 and sum(c.parts[0].displacement is None for c in board_castings) == 4
    assert all(c.arrangement.board == BOARD and c.arrangement.assemblies == 2 for c in board_castings)
    assert all(c.facts()["pictures"][0]["subject"] == "rabbit" and c.facts()["pictures"][1]["licence"] == "CC-BY-4.0" for c in board_castings)


def recounted(c) -> float:
    """The assignment of square cells, over twice the smaller contrast energy, and the price of turned hues and poses."""
    small = [board_raster(p, BOARD, 5) for p in c.parts]
    w = [importance(x, 1.25) for x in small]
    shown = [composite_over(x, p.ground) for x, p in zip(small, c.parts)]
    on = [float((u[..., None] * (x - np.array(p.ground)) ** 2).sum()) for x, u, p in zip(shown, w, c.parts)]
    return assign(square_costs(*shown, *w, BOARD), BOARD)[2] / min(on) / 2 + pair_penalty(*c.parts)


def test_stated_conflict_of_a_board_is_what_a_recount_gives(board_castings):
    one_ground = [c for c in board_castings if c.parts[0].ground == c.parts[1].ground and c.parts[0].displacement is None]
    assert one_ground and [recounted(c) for c in one_ground] == pytest.approx([c.conflict for c in one_ground], rel=1e-3)


def test_price_of_what_is_unnatural():
    d = find("rabbit")[0]
    plain, turned, red = Part(d), Part(d, Pose(20)), Part(d, hue_deg=180)
    assert pair_penalty(plain, plain) == 0 < pair_penalty(plain, turned) == pair_penalty(turned, plain)
    assert pair_penalty(plain, red) > pair_penalty(plain, Part(d, hue_deg=330)) == pytest.approx(pair_penalty(plain, Part(d, hue_deg=30)))
    pale = Part(find("ladybug")[0], ground=(0.8, 0.9, 1.0))
    assert pair_penalty(Part(pale.drawing), pale) > 0 == pair_penalty(pale, pale)
    assert pair_penalty(plain, turned, 0.0) == 0 and pair_penalty(plain, turned, 0.9) > 5 * pair_penalty(plain, turned)
    assert pair_penalty(plain, Part(d, light=-0.2)) > pair_penalty(plain, Part(d, light=0.2)) > 0


def test_the_price_of_hue_is_chroma_times_the_turn():
    """Grey turns for nothing; a red drawing turned to cyan costs its chroma."""
    red, grey = (
        dataclasses.replace(find("rabbit")[0], svg=f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><path fill="{c}" d="M6 6h24v24H6z"/></svg>')
        for c in ("#ff0000", "#808080")
    )
    assert pair_penalty(Part(grey), Part(grey, hue_deg=180)) == pytest.approx(0, abs=1e-6)
    assert pair_penalty(Part(red), Part(red, hue_deg=180)) == pytest.approx(1, abs=1e-3)
    assert pair_penalty(Part(red), Part(red, hue_deg=60)) == pytest.approx(0.25, abs=1e-3)


def test_contours_that_sink_are_counted_place_by_place():
    """Half of a contour in the ground's colour is half lost, however clear the other half is."""
    rim = np.repeat(np.array([[0.2, 0.5, 0.2], [1, 1, 1]], np.float32), [30, 10], 0)
    assert contour_losses(rim, [(0.2, 0.5, 0.2), WHITE, (0.9, 0.1, 0.9)]) == pytest.approx([0.75, 0.25, 0])
    assert contour_losses(rim, [(0.2, 0.5, 0.325)]) == pytest.approx([0.375]) and contour_losses(rim[:0], [WHITE]) == [1]


def test_two_grounds_cost_what_they_are_said_to():
    found = [
        c
        for pair in (("rabbit", "duck"), ("bell", "tomato"), ("ship", "owl"), ("tulip", "fish"))
        for c in _with_grounds(*(Part(find(w)[0]) for w in pair), BOARD)
    ]
    for c in found:
        assert recounted(c) == pytest.approx(c.conflict, rel=1e-3)
    assert any(c.parts[0].ground != c.parts[1].ground for c in found)


def test_board_castings_depend_on_the_seed_alone(board_castings):
    assert described(cast_board(find("rabbit"), find("duck"), BOARD, 0, count=4)) == described(board_castings)
    assert described(cast_board(find("rabbit"), find("duck"), BOARD, 1, count=4)) != described(board_castings)


def test_no_board_casting_hides_a_subject(board_castings):
    for p in (p for c in board_castings for p in c.parts if p.displacement is None):
        fine = p.rgba((96, 96))
        assert contour_contrast(fine, p.ground) >= min(0.25, contour_contrast(fine, WHITE))


@pytest.mark.parametrize("cut", [squares(2, 3, 20_000), squares(9, 8, 20_000)])
def test_other_boards(cut):
    told = []
    found = cast_board(find("owl"), find("teapot"), cut, 3, count=2, progress=lambda *told_: told.append(told_))
    assert len({c.design for c in found}) == 2 and found[0].arrangement.board == cut and told[-1][0] == told[-1][1] and told[-1][2] == "casting"


@given(seeds)
@settings(max_examples=5)
def test_bending_on_a_board_has_the_right_slope(seed):
    """Of E along random directions, where the second picture's pixels lie anywhere; with the pixels taken back wrongly it is another one."""
    rng = np.random.default_rng(seed)
    pair = [bending.WarpedImage(rng.random((24, 36, 3), np.float32), rng.random((24, 36), np.float32) + 0.1, 3.0) for _ in range(2)]
    index, x = rng.permutation(24 * 36), rng.uniform(-0.03, 0.03, 4 * CONTROL_POINTS * CONTROL_POINTS)
    d = np.r_[np.zeros(2 * CONTROL_POINTS * CONTROL_POINTS), rng.normal(size=2 * CONTROL_POINTS * CONTROL_POINTS)]
    up, down = (bending.registration_energy(x + s * 1e-4 * d, pair, 1.0, 0.0, index)[0] for s in (1, -1))
    slope = (up - down) / 2e-4
    assert bending.registration_energy(x, pair, 1.0, 0.0, index)[1] @ d == pytest.approx(slope, rel=0.1, abs=0.02 * np.abs(slope) + 2)
    same = bending.registration_energy(x, pair, 1.0, 0.0, np.arange(24 * 36))
    for got, wanted in zip(same, bending.registration_energy(x, pair, 1.0, 0.0)):
        assert got == pytest.approx(wanted)


def test_pieces_of_a_small_board_are_bent_towards_each_other():
    cut = squares(2, 2, 40_000)
    plain, *bent = bending.register_on_board(cast_board(find("rabbit"), find("duck"), cut, 0, count=1)[0], cut)
    conflicts = [c.conflict for c in (plain, *bent)]
    assert len(bent) == 2 and conflicts == sorted(conflicts, reverse=True) and conflicts[2] < conflicts[0] - 0.01
    assert all(p.displacement.shape == (CONTROL_POINTS, CONTROL_POINTS, 2) for c in bent for p in c.parts)
    large = dataclasses.replace(plain, arrangement=random_arrangement(squares(6, 6, 20_000), np.random.default_rng(0)))
    assert bending.register_on_board(large, large.arrangement.board) == [large]


# Casting for rigid views


def test_a_glimpse_shows_both_and_marks_decide_what_is_refined():
    v, one, two = view("rotate_180"), Part(find("owl")[0], Pose(dx=-0.2)), Part(find("ship")[0], Pose(dy=0.1))
    first, second = rigid.coarse_blend(one, two, v)
    assert np.array_equal(second, first[::-1, ::-1])
    assert np.abs(rigid.coarse_blend(one, dataclasses.replace(two, pose=Pose(scale=0.01)), v)[0] - one.rgb((RASTER_PX, RASTER_PX))).mean() < 0.03
    looked: list = []

    def look(pictures):  # as if the last one were by far the best
        looked.append(len(pictures))
        return [10.0 * (n == len(pictures) - 1) for n in range(len(pictures))]

    made = [cast_rigid(find("owl"), find("ship"), v, 0, count=1, look=some) for some in (None, look)]
    assert 20 < looked[0] <= rigid.PREVIEWED and len(looked) == 1 and described(made[0]) != described(made[1])


@pytest.fixture(scope="module")
def rigid_castings():
    return cast_rigid(find("rabbit"), find("duck"), view("rotate_180"), 0, count=1)


def test_rigid_castings_rise_and_come_bent_and_unbent(rigid_castings):
    assert [c.conflict for c in rigid_castings] == sorted(c.conflict for c in rigid_castings)
    assert sorted(c.facts()["pictures"][0]["bent"] for c in rigid_castings) == [False, True, True]
    assert all(c.arrangement is None and c.facts()["pictures"][1]["subject"] == "duck" for c in rigid_castings)


def test_rigid_castings_depend_on_the_seed_alone(rigid_castings):
    again, other = (cast_rigid(find("rabbit"), find("duck"), view("rotate_180"), seed, count=1) for seed in (0, 1))
    assert described(again) == described(rigid_castings) != described(other)
    for a, b in zip(again, rigid_castings):
        assert all(p.displacement is q.displacement is None or np.array_equal(p.displacement, q.displacement) for p, q in zip(a.parts, b.parts))


def test_stated_conflict_of_bent_pictures_is_what_a_recount_gives(rigid_castings):
    """Each picture is bent in its own frame, the second is turned back by reversing rows and columns, and the difference is summed."""
    for c in (c for c in rigid_castings if c.parts[0].displacement is not None):
        bent, flat = [], []
        for p in c.parts:
            straight = dataclasses.replace(p, displacement=None)
            w = importance(straight.rgba((RASTER_PX, RASTER_PX)), 1.5, GROUND_OF_SHEET)
            x = np.dstack([cv2.GaussianBlur(straight.rgb((RASTER_PX, RASTER_PX)), (0, 0), 1.0), w])
            bent.append(cv2.remap(x, *p.field((RASTER_PX, RASTER_PX)), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
            flat.append(float((w[..., None] * (straight.rgb((RASTER_PX, RASTER_PX)) - np.array(p.ground)) ** 2).sum()))
        bent[1] = bent[1][::-1, ::-1]
        total = compromise(*(x[..., :3] for x in bent), *(x[..., 3] for x in bent))
        assert c.conflict == pytest.approx(total / (sum(flat) / 2) + pair_penalty(*c.parts), rel=0.03)


@pytest.mark.parametrize("name", RIGID + ("negate",))
def test_seen_back_undoes_the_view(name, rng):
    x = rng.random((2, 12, 12, 3))
    there = np.stack([apply_view(view(name), p) for p in x])
    assert pictures_in_first(view(name), there) == pytest.approx(x, abs=1e-6)


def test_negate_swaps_light_and_dark_under_alpha(rng):
    """Premultiplied colours c of alpha a become a - c: the same as the negative of the picture on any ground, on the negative ground."""
    x = premultiplied(rng, 1, 8, 8)
    back = pictures_in_first(view("negate"), x)
    assert composite_over(back[0], (0.3, 0.6, 1.0)) == pytest.approx(1 - composite_over(x[0], (0.7, 0.4, 0.0)), abs=1e-6)


# Bending


def smooth(rng: np.random.Generator, channels: int = 3, sigma: float = 5) -> np.ndarray:
    x = cv2.GaussianBlur(rng.random((RASTER_PX, RASTER_PX, channels), np.float32), (0, 0), sigma)
    return ((x - x.min()) / (x.max() - x.min())).reshape(RASTER_PX, RASTER_PX, channels)


def blob(x: float, y: float, sigma: float = 0.1) -> np.ndarray:
    """White with a dark blue blob at (x, y) of the side."""
    q, p = (np.mgrid[:RASTER_PX, :RASTER_PX] + 0.5) / RASTER_PX
    return (1 - np.exp(-((p - x) ** 2 + (q - y) ** 2) / (2 * sigma**2))[..., None] * np.array([0.9, 0.8, 0.3])).astype(np.float32)


FLAT = np.full((RASTER_PX, RASTER_PX), 0.5, np.float32)


def test_stiffness_and_its_gradient(rng):
    """A quadratic form: central differences are exact."""
    c, step = rng.normal(0, 0.1, (2, CONTROL_POINTS, CONTROL_POINTS, 2)), 1e-3
    value, grad = bending.stiffness_energy(c)
    for at in zip(*(rng.integers(0, n, 40) for n in c.shape)):
        d = np.zeros_like(c)
        d[at] = step
        assert grad[at] == pytest.approx((bending.stiffness_energy(c + d)[0] - bending.stiffness_energy(c - d)[0]) / (2 * step), abs=1e-9)
    assert bending.stiffness_energy(np.ones_like(c))[0] == pytest.approx(bending.MAGNITUDE_WEIGHT * c.size)  # a shift bends nothing
    assert value > 0 and bending.stiffness_energy(3 * c)[0] == pytest.approx(9 * value)


@pytest.mark.parametrize("weights", ["flat", "moving"])
def test_gradient_of_the_energy(rng, weights):
    """Against central differences. The slopes are Sobel's, so the pictures are smooth and the tolerance is not nil."""
    w = [FLAT if weights == "flat" else smooth(rng, 1)[..., 0] + 0.1 for _ in range(2)]
    pair = [bending.WarpedImage(smooth(rng), u, 2.0) for u in w]
    x, d = rng.normal(0, 0.02, 4 * CONTROL_POINTS * CONTROL_POINTS), 2e-3

    def energy_at(y: np.ndarray) -> float:
        return bending.registration_energy(y, pair, 1.0, 0.3)[0]

    grad = bending.registration_energy(x, pair, 1.0, 0.3)[1]
    slopes = np.array([(energy_at(x + d * e) - energy_at(x - d * e)) / (2 * d) for e in np.eye(len(x))])
    assert np.linalg.norm(grad - slopes) < 0.05 * np.linalg.norm(slopes)
    swapped = grad.reshape(-1, 2)[:, ::-1].ravel()  # right and down exchanged
    assert np.linalg.norm(swapped - slopes) > 0.3 * np.linalg.norm(slopes)


@pytest.mark.parametrize("stiffness, least", [(8.0, 0.0), (0.5, 0.3)])
def test_bending_lowers_the_conflict(rng, stiffness, least):
    a, b = blob(0.45, 0.5), blob(0.53, 0.56)
    x0 = bending.registration_energy(np.zeros(4 * CONTROL_POINTS * CONTROL_POINTS), [bending.WarpedImage(p, FLAT, 1.0) for p in (a, b)], 1.0, 0.0)[0]
    norm = (sum(float((FLAT[..., None] * (p - p[0, 0]) ** 2).sum()) for p in (a, b))) / 2
    (u, v), left = register(a, b, FLAT, FLAT, stiffness)
    assert left < (1 - least) * x0 / norm and u.shape == v.shape == (CONTROL_POINTS, CONTROL_POINTS, 2) and u.dtype == np.float32
    assert max(np.abs(u).max(), np.abs(v).max()) <= bending.MAX_DISPLACEMENT + 1e-6


def test_stiff_fields_stay_small_and_soft_ones_do_not():
    a, b = blob(0.45, 0.5), blob(0.53, 0.56)
    size = [max(np.abs(f).max() for f in register(a, b, FLAT, FLAT, s)[0]) for s in (1000, 8, 0.1)]
    assert size[0] < 0.002 < size[1] < size[2] and size[2] > 0.02


@pytest.mark.parametrize("to", [(0.06, 0.0), (0.0, -0.06), (0.05, 0.04)])
def test_a_planted_shift_is_recovered(to):
    """Both blobs meet halfway: where they meet, A(p + u) = B(p + v) asks for u - v = a's place - b's place."""
    a, b = blob(0.5 - to[0] / 2, 0.5 - to[1] / 2), blob(0.5 + to[0] / 2, 0.5 + to[1] / 2)
    (u, v), left = register(a, b, FLAT, FLAT, 0.05)
    weight = (1 - blob(0.5, 0.5))[..., :1]
    u, v = ((cv2.resize(f, (RASTER_PX, RASTER_PX), interpolation=cv2.INTER_CUBIC) * weight).sum((0, 1)) / weight.sum() for f in (u, v))
    assert u - v == pytest.approx(-np.array(to), abs=0.012) and u + v == pytest.approx(0, abs=0.006) and left < 0.05


def test_equal_pictures_are_left_alone():
    (u, v), left = register(blob(0.4, 0.6), blob(0.4, 0.6), FLAT, FLAT, 1.0)
    assert left == 0 and not u.any() and not v.any()


def dots(n: int) -> np.ndarray:
    """Smooth dots of different colours, no symmetry."""
    rng, x = np.random.default_rng(3), np.zeros((n, n, 3), np.float32)
    for _ in range(25):
        cv2.circle(x, tuple(int(v) for v in rng.integers(n // 6, n - n // 6, 2)), n // 20, tuple(float(c) for c in rng.random(3)), -1)
    return cv2.GaussianBlur(x, (0, 0), n / 60)


def warp(x: np.ndarray, field: np.ndarray) -> np.ndarray:
    return cv2.remap(x, *Part(None, displacement=field).field(x.shape[:2]), cv2.INTER_LINEAR)


@pytest.mark.parametrize("name", RIGID)
def test_bending_then_viewing_agrees(name, rng):
    """A field in the first picture's frame does to the picture seen back what its own-frame twin does to the picture itself."""
    v, n = view(name), 120
    field, b = rng.uniform(-0.04, 0.04, (CONTROL_POINTS, CONTROL_POINTS, 2)).astype(np.float32), dots(n)
    own = field_in_own_frame(v, field)
    in_first = warp(pictures_in_first(v, b[None])[0], field)
    in_own = pictures_in_first(v, warp(b, own)[None])[0]
    assert np.abs(in_first - in_own).max() < 0.02
    for fault in (-own, own[..., ::-1]):
        assert np.abs(in_first - pictures_in_first(v, warp(b, np.ascontiguousarray(fault))[None])[0]).max() > 0.2


def testown_frame_of_a_view_that_moves_nothing():
    field = np.ones((CONTROL_POINTS, CONTROL_POINTS, 2), np.float32)
    assert field_in_own_frame(view("negate"), field) is field


# Parts


def test_a_part_without_bend_is_the_drawing_turned_in_hue():
    d, pose = find("tulip")[0], Pose(12, 0.9, mirror=True)
    p = Part(d, pose, 90.0, (0.2, 0.4, 0.6))
    assert np.array_equal(p.rgba((40, 40)), rotate_hue(d.rgba((40, 40), pose), 90.0))
    assert np.array_equal(p.rgb((40, 40)), composite_over(p.rgba((40, 40)), p.ground))
    assert p.facts()["ground"] == "#336699" and p.facts()["pose"]["mirror"] and not p.facts()["bent"]


@pytest.mark.parametrize("bent", [False, True])
def test_flat_and_smooth_rendering_of_a_part_agree(bent, rng):
    p = Part(find("owl")[0], Pose(5), 40.0, (0.9, 0.8, 0.7), rng.uniform(-0.03, 0.03, (CONTROL_POINTS, CONTROL_POINTS, 2)).astype(np.float32) if bent else None)
    labels, palette = p.flat((256, 256))
    assert palette.shape[1] == 3 and np.sqrt(((palette[labels] - p.rgb((256, 256))) ** 2).mean()) < 0.07
    assert np.sqrt(((np.roll(palette[labels], 6, 1) - p.rgb((256, 256))) ** 2).mean()) > 0.1


def test_bent_part_is_the_same_picture_at_every_size(rng):
    p = Part(find("owl")[0], displacement=rng.uniform(-0.04, 0.04, (CONTROL_POINTS, CONTROL_POINTS, 2)).astype(np.float32))
    small, large = p.rgba((64, 64)), cv2.resize(p.rgba((256, 256)), (64, 64), interpolation=cv2.INTER_AREA)
    assert np.sqrt(((small - large) ** 2).mean()) < 0.05


@pytest.mark.parametrize("size", [(64, 100), (100, 64)])
def test_bend_belongs_to_the_square(size, rng):
    """On a canvas that is no square the middle square shows what a square canvas shows."""
    p = Part(find("owl")[0], displacement=rng.uniform(-0.04, 0.04, (CONTROL_POINTS, CONTROL_POINTS, 2)).astype(np.float32))
    y, x = (n - 64 >> 1 for n in size)
    middle, square = p.rgba(size)[y : y + 64, x : x + 64], p.rgba((64, 64))
    assert np.sqrt(((middle - square) ** 2).mean()) < 0.03


@pytest.mark.parametrize("name", ["negate", "flip"])
def test_weights_move_with_a_view_but_are_not_recoloured(name, monkeypatch):
    """What a contour weighs is the same in the negative."""
    import illusionprint.casting.rigid as rigid

    one, two = Part(find("duck")[0]), Part(find("owl")[0])
    seen_by_bend = []
    monkeypatch.setattr(rigid, "register", lambda a, b, wa, wb, *rest: (seen_by_bend.append(wb), register(a, b, wa, wb, *rest))[1])
    rigid.register_pair(one, two, view(name), 0.5)
    w = importance(two.rgba((bending.RASTER_PX, bending.RASTER_PX)), 1.5, GROUND_OF_SHEET)
    assert np.array_equal(seen_by_bend[0], w[::-1] if name == "flip" else w) and not np.allclose(seen_by_bend[0], 1 - w)


# Grounds


@pytest.mark.parametrize(
    "text, wants",
    [
        ("auto", ("auto", ())),
        ("white", ("plain", (WHITE,))),
        ("#0f0", ("plain", ((0, 1, 0),))),
        ("Navy, #fff", ("plain", ((0, 0, 0.502), WHITE))),
        ("gradient", ("gradient", ())),
        ("pattern,red,white", ("pattern", ((1, 0, 0), WHITE))),
    ],
)
def test_grounds_as_written(text, wants):
    assert parse_ground(text) == wants


@pytest.mark.parametrize(
    "text, says",
    [("blu", "mean 'blue'"), ("gradiant", "mean 'gradient'"), ("red,green,blue", "one or two"), ("", "CSS"), ("auto,red", "one or two"), ("red,", "CSS")],
)
def test_what_is_no_ground(text, says):
    with pytest.raises(BadValue, match=says):
        parse_ground(text)


def on_sheet(part: Part, size: tuple[int, int]) -> np.ndarray:
    return np.broadcast_to(part.background(size), (*size, 3))


@pytest.mark.parametrize(
    "name, fill",
    [
        ("rotate_180", "gradient"),
        ("flip", "gradient"),
        ("negate", "gradient"),
        ("rotate_180", "pattern"),
        ("flip", "pattern"),
        ("rotate_90", "pattern"),
        ("negate", "pattern"),
        ("rotate_90", "red"),
        ("negate", "red"),
        ("flip", "auto"),
    ],
)
def test_both_grounds_are_one_sheet(name, fill):
    """What the first picture's ground shows under the view is the second's ground; the wrong way up, or with another colour, it is not."""
    d = find("duck")[0]
    for pair in ground_pairs(Part(d), Part(find("owl")[0]), view(name), fill):
        one, two = pair.on(Part(d), 0), pair.on(Part(d), 1)
        assert apply_view(view(name), np.ascontiguousarray(on_sheet(one, (96, 96)))) == pytest.approx(on_sheet(two, (96, 96)), abs=1e-3)
        if fill == "gradient" and name != "negate":
            assert np.abs(apply_view(view(name), np.ascontiguousarray(on_sheet(one, (96, 96)))) - on_sheet(one, (96, 96))).max() > 0.1


def test_a_gradient_does_not_fit_every_view():
    d = Part(find("duck")[0])
    with pytest.raises(BadValue, match="gradient"):
        ground_pairs(d, d, view("rotate_90"), "gradient")
    with pytest.raises(BadValue, match="scatter"):
        cast_board([d.drawing], [d.drawing], BOARD, 0, ground="gradient")


@pytest.mark.parametrize("size", [(4, 4), (3, 4), (5, 5)])
def test_dots_stay_dots_in_every_arrangement(size):
    """The pattern's period is half a piece, so any motion of pieces maps it to itself; another period's is torn."""
    cut = squares(*size, 20_000)
    board, s = random_arrangement(cut, np.random.default_rng(0)), 24
    v = view("jigsaw", board)
    right, wrong = (Backdrop("pattern", WHITE, 0.5 / min(size) * k).on((cut.rows * s, cut.cols * s)) for k in (1, 0.77))
    assert np.array_equal(v(np.ascontiguousarray(right)[None])[0], right) and not np.array_equal(v(np.ascontiguousarray(wrong)[None])[0], wrong)


@pytest.mark.parametrize("fill", ["gradient", "pattern"])
def test_a_backdrop_is_the_same_in_labels_in_pixels_and_in_vectors(fill):
    part = Part(find("owl")[0], ground=(0.9, 0.8, 0.4), backdrop=Backdrop(fill, (0.2, 0.3, 0.8)))
    labels, colours = part.flat((120, 120))
    assert np.sqrt(((colours[labels] - part.rgb((120, 120))) ** 2).mean()) < 0.08
    faces = vector.picture_faces(part, (60.0, 60.0))
    at = np.random.default_rng(0).uniform(0, 60, (300, 2))
    found = faces.label[_partition.containing(faces.polygons, at)]
    there = colours[labels[tuple((at[:, ::-1] * 2).astype(int).T)]]
    assert (np.abs(faces.colours[found] - there).max(1) < 0.05).mean() > 0.95
    assert (np.abs(faces.colours[found][::-1] - there).max(1) < 0.05).mean() < 0.8


@pytest.mark.parametrize("ground", ["#88ccee", "pattern"])
def test_grounds_asked_for_are_given(ground):
    for c in (
        *cast_board(find("owl"), find("fish"), squares(2, 2, 20_000), 0, 2, ground=ground),
        *cast_rigid(find("owl"), find("fish"), view("flip"), 0, 1, ground=ground),
    ):
        for p in c.parts:
            assert (p.backdrop is not None and p.backdrop.fill == "pattern") if ground == "pattern" else (p.facts()["ground"] == ground and p.backdrop is None)


def test_natural_says_how_far_drawings_go():
    """1 keeps hue, lightness and uprightness; the default turns no colourful drawing far; 0 does."""
    tried = {n: colour_shifts(find("strawberry")[0], np.random.default_rng(0), n, 9) for n in (1.0, 0.5, 0.0)}
    far = {n: max(abs(hue) for hue, _ in found) for n, found in tried.items()}
    assert far[1.0] == 0 < 20 < far[0.5] < 75 and far[0.0] > 140 and max(abs(v) for _, v in tried[1.0]) == 0
    for c in cast_rigid(find("strawberry"), find("frog"), view("flip"), 0, 2, natural=1.0):
        assert all(p.hue_deg == p.light == p.pose.turn_deg == 0 for p in c.parts)


@pytest.mark.parametrize(
    "subject, mirrored",
    [("atm sign", False), ("three o’clock", False), ("hundred points", False), ("backhand index pointing left", False), ("rabbit", True), ("sailboat", True)],
)
def test_what_carries_writing_is_not_mirrored(subject, mirrored):
    from illusionprint.casting._candidates import keep_readable, random_poses
    from illusionprint.vocabulary import Drawing

    drawn = Drawing(subject, "painted", "", "", "<svg/>")
    kept = keep_readable(drawn, random_poses(np.random.default_rng(0), 0.5, 12))
    assert any(p.mirror for p in kept) is mirrored and len(kept) == 12
    assert not any(p.mirror for p in keep_readable(dataclasses.replace(drawn, upright=True), kept))


@pytest.mark.parametrize("style, most", [("svg", 0.03), ("twemoji", 0.15)])
def test_a_board_cuts_off_little_of_a_subject(style, most):
    """A square that fills its drawing: of one 1.25 times as large the frame would take 36 %. What is within stays as it is."""
    from illusionprint.casting._candidates import base_raster, render_poses, shrink_into_frame
    from illusionprint.vocabulary import Drawing, Pose

    square = Drawing("zip", style, "", "", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10"/></svg>')
    wide = [Pose(scale=0.9), Pose(4.0, 1.25, 0.05, -0.05, True), Pose(0.0, 1.1)]
    kept = shrink_into_frame(square, wide)
    assert render_poses(base_raster(square), wide, 64)[1].max() > 0.3 and render_poses(base_raster(square), kept, 64)[1].max() <= most
    assert kept[0] == wide[0] and kept[1].mirror and [p.turn_deg for p in kept] == [p.turn_deg for p in wide] and min(p.scale for p in kept) > 0.85


def test_no_grey_of_newsprint_behind_black_drawings():
    """Of black the tint is a gloomy grey; of blue it is a ground."""
    from illusionprint.casting.board import _allowed_grounds
    from illusionprint.vocabulary import Drawing

    black, blue = (
        Part(Drawing(c, "svg", "", "", f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4" fill="{c}"/></svg>'))
        for c in ("black", "blue")
    )
    assert _allowed_grounds((black, black), ()) == [[(1.0, 1.0, 1.0)]] * 2
    assert (0.5, 0.5, 1.0) in _allowed_grounds((black, blue), ())[0]
