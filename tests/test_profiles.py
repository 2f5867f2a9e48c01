"""Several profiles on one board: apart, sound, mated bit for bit, in pixels as in outlines."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from test_jigsaw import gaps, misplaced, moved, moves, outside, ring, unmated

from illusionprint import plugins
from illusionprint.errors import BadValue
from illusionprint.jigsaw import Arrangement, labels, labels_at, pixel_map, put_back, squares
from illusionprint.jigsaw.geometry.profiles import NECK_SHARE, apart, catalogue, clear, half_turn, neck, neck_of, plain, polyline, profiles, room, sound
from illusionprint.jigsaw.pixels.grid import _shape
from illusionprint.jigsaw.tabs._knob import altered

FAMILIES = plugins.names("jigsaw.tabs")


def random_keys(rows: int, cols: int, count: int, rng: np.random.Generator) -> tuple[int, ...]:
    """Any profile and sign on every inner edge."""
    keys = np.zeros((rows, cols, 4), int)
    right, down = (rng.integers(1, count + 1, size) * rng.choice([-1, 1], size) for size in ((rows, cols - 1), (rows - 1, cols)))
    keys[:, :-1, 1], keys[:, 1:, 3], keys[:-1, :, 2], keys[1:, :, 0] = right, -right, down, -down
    return tuple(keys.ravel().tolist())


boards = st.builds(
    lambda rows, cols, half, tabs, count, seed: squares(rows, cols, 2 * half, tabs).keyed(random_keys(rows, cols, count, np.random.default_rng(seed))),
    st.integers(2, 7),
    st.integers(2, 7),
    st.integers(500, 30_000),
    st.sampled_from(FAMILIES),
    st.integers(1, 12),
    st.integers(0, 2**31),
)


@settings(max_examples=12, deadline=None)
@given(boards)
def test_any_board_of_any_family_closes(cut):
    assert unmated(cut) == 0
    assert gaps(cut, [ring(cut, i) for i in range(cut.count)]) == ""


@settings(max_examples=6, deadline=None)
@given(boards, st.integers(2, 25))
def test_pixels_of_several_profiles(cut, s):
    """One piece swapped with itself, turned where it may be: the map is that of the outlines, a bijection, and undone."""
    found = labels(cut, s)
    assert outside(cut, found, s) == 0
    same = Arrangement(cut, np.tile(np.arange(cut.count), (2, 1)), np.zeros((2, cut.count), int))
    assert np.array_equal(pixel_map(same, 1, s).ravel(), np.arange(found.size))


@settings(max_examples=12, deadline=None)
@given(boards, st.integers(6, 25), st.sampled_from([1, 3]))
def test_shapes_of_pieces_are_where_the_labels_say(cut, s, samples):
    """In the window round a cell, that pictures are put together by; planted: another piece's shape."""
    reach, known = -(-s // 3), {}
    found = np.pad(labels(cut, s), reach, constant_values=-1)
    for i in range(cut.count):
        row, col = np.multiply(divmod(i, cut.cols), s)
        own = np.kron(found[row : row + s + 2 * reach, col : col + s + 2 * reach] == i, np.ones((samples, samples), bool))
        assert np.array_equal(_shape(cut, i, s, samples, known), own)
    assert not np.array_equal(_shape(cut, 0, s, samples, known), _shape(cut, cut.count - 1, s, samples, known))


def test_labels_by_other_names():
    """Of every type, in pictures with a strip that is no whole cell too: beside the board the last."""
    cut = squares(2, 3, 20_000)
    names = np.array([3, 1, 4, 1, 5, 9], np.int8)
    for size in ((20, 30), (21, 32)):
        found = labels_at(cut, size, names)
        assert found.dtype == np.int8 and np.array_equal(found, names[labels_at(cut, size)])
    assert (found[20:] == 9).all() and (labels_at(cut, (21, 32))[20:] == -1).all()


def two_ways() -> Arrangement:
    """A 2 x 3 board of 4 profiles with another assembly in which pieces stand where pieces of other shapes stood: the halves change places."""
    k = dict(a=2, b=5, c=7)
    keys = np.zeros((2, 2, 4), int)
    keys[0, 0, 1], keys[0, 1, 3] = k["a"], -k["a"]
    keys[0, 1, 2], keys[1, 1, 0] = k["a"], -k["a"]
    keys[1, 1, 3], keys[1, 0, 1] = k["a"], -k["a"]
    keys[1, 0, 0], keys[0, 0, 2] = k["a"], -k["a"]
    cut = squares(2, 2, 20_000, "slanted").keyed(keys)
    return Arrangement(cut, np.array([[0, 1, 2, 3], [1, 0, 3, 2]]), np.array([[0] * 4, [1, 3, 3, 1]]))


def test_pieces_move_with_their_own_shapes():
    board = two_ways()
    cut = board.board
    rings = [ring(cut, i) for i in range(4)]
    assert gaps(cut, moved(rings, moves(board))) == ""
    index = pixel_map(board, 1, 31)
    assert np.array_equal(np.sort(index, None), np.arange(index.size)) and misplaced(cut, moves(board), index, 31) == 0
    picture = np.random.default_rng(0).random(index.shape)
    assert np.array_equal(put_back(picture.ravel()[index], board, 1, 31), picture)


def test_a_wrong_connector_is_refused_and_seen():
    board = two_ways()
    keys = np.reshape(board.board.keys, (2, 2, 4)).copy()
    keys[0, 0, 1], keys[0, 1, 3] = 3, -3
    cut = squares(2, 2, 20_000, "slanted").keyed(keys)
    with pytest.raises(BadValue, match="does not fit"):
        Arrangement(cut, board.slots, board.turns)
    assert gaps(cut, moved([ring(cut, i) for i in range(4)], moves(board))) != ""
    keys[0, 1, 3] = 3
    with pytest.raises(BadValue, match="r1c1"):
        squares(2, 2, 20_000, "slanted").keyed(keys)
    with pytest.raises(BadValue, match="16 keys"):
        squares(2, 2, 20_000, "slanted").keyed(np.zeros(15, int))


def test_squares_fit_at_every_turn():
    cut = squares(4, 5, 20_000).open
    assert sorted(np.bincount(cut.classes)) == [4, 6, 10] and cut.fits[:, 6, 7].all() and cut.fits[:, 0, 4].sum() == 1
    assert len(np.unique(labels(cut, 8))) == 20 and unmated(cut) == 0


# Profiles


@pytest.mark.parametrize("tabs", FAMILIES)
def test_every_profile_is_sound_and_apart(tabs):
    found, nearest = catalogue(tabs, 24)
    assert len(found) == 24 and np.array_equal(found[0], plain(tabs)) and list(nearest) == sorted(nearest, reverse=True)
    assert catalogue(tabs, 5)[0] == found[:5] or all(map(np.array_equal, catalogue(tabs, 5)[0], found))
    assert all(sound(c, NECK_SHARE * neck(tabs), clear(tabs)) for c in found)
    pairs = [apart(a, b) for n, a in enumerate(found) for b in found[max(0, n - 8) : n]]
    selves = [shapely.hausdorff_distance(shapely.linestrings(polyline(c)), shapely.linestrings(polyline(half_turn(c)))) for c in found]
    assert min(pairs + selves) > nearest[-1] - 2e-3 and nearest[-1] > 0.027


@pytest.mark.parametrize("tabs", FAMILIES)
def test_neighbouring_tabs_keep_apart(tabs):
    """All profiles on two neighbouring sides of one cell, as blanks: only the corner is common."""
    found, _ = catalogue(tabs, 24)
    top = [shapely.Polygon(polyline(c) * (1, -1)).buffer(0) for c in found]
    right = [shapely.Polygon(np.stack([1 + polyline(c)[:, 1], polyline(c)[:, 0]], 1)).buffer(0) for c in found]
    away = shapely.distance(
        *(
            np.array([shapely.difference(g, shapely.box(0.8, -0.1, 1.1, 0.05)) for g in side])[axis]
            for side, axis in ((top, np.s_[:, None]), (right, np.s_[None, :]))
        )
    )
    assert away.min() > 1.41 * clear(tabs)


def broken(outline: np.ndarray, width: float) -> int:
    """Parts, but for tips at corners, into which a piece falls where it is thinner than a width (of a cell of side 1)."""
    parts = shapely.get_parts(shapely.Polygon(outline).buffer(-width / 2))
    return int((shapely.area(parts) > 0.001).sum())


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(FAMILIES), st.lists(st.integers(1, 24), min_size=4, max_size=4), st.lists(st.sampled_from([-1, 1]), min_size=4, max_size=4))
def test_no_piece_is_thinner_than_its_neck_or_bridge(tabs, numbers, signs):
    """A piece with any profiles on its four sides stays in one part where all that is thinner than the stated widths is taken off."""
    least = min(NECK_SHARE * neck(tabs), np.sqrt(2) * clear(tabs))
    found, _ = catalogue(tabs, 24)
    assert broken(outline_of([found[n - 1] if s > 0 else half_turn(found[n - 1]) for n, s in zip(numbers, signs)]), 0.97 * least) == 1


def outline_of(sides: list[np.ndarray]) -> np.ndarray:
    """(k, 2): the piece with four sides, clockwise from the top."""
    turned = [np.stack([(x, y), (1 - y, x), (1 - x, 1 - y), (y, 1 - x)][k], 1) for k, (x, y) in enumerate(polyline(c).T for c in sides)]
    return np.concatenate(turned)


def test_a_thin_bridge_and_a_thin_neck_are_seen():
    """Two blanks that draw near to each other at a corner, as far as profiles once could; a tab on a stem of half the width."""
    good, width = plain("classic"), 0.97 * NECK_SHARE * neck("classic")
    near, far = (altered(good, shift=0.11 * s, wide=0.2) for s in (1, -1))
    assert room(near) < clear("classic") < room(good) and not sound(near, 0.1, clear("classic")) and sound(near, 0.1, 0.03)
    assert broken(outline_of([half_turn(far), half_turn(near), good, good]), width) > 1 == broken(outline_of([half_turn(good)] * 2 + [good] * 2), width)
    thin = good.copy()
    low = (np.abs(thin[..., 0] - 0.5) < 0.15) & (thin[..., 1] > -0.1)
    thin[..., 0] = np.where(low, 0.5 + 0.5 * (thin[..., 0] - 0.5), thin[..., 0])
    assert broken(outline_of([thin, good, good, good]), width) > 1


def test_planted_faults_of_profiles():
    good = plain("classic")
    wide = good.copy()
    wide[..., 0] = (wide[..., 0] - 0.5) * 2.2 + 0.5
    wide[0, 0], wide[-1, -1] = good[0, 0], good[-1, -1]
    assert sound(good, 0.14, 0.1) and not sound(good, 0.15, 0.1) and not sound(good, 0.14, 0.2) and not sound(wide, 0.1, 0.0)
    crossed = good.copy()
    crossed[1:-1, :, 0] = 1 - crossed[1:-1, :, 0]
    assert not sound(crossed, 0.0, 0.0)
    assert apart(good, good) == 0 == pytest.approx(apart(good, half_turn(good)), abs=1e-12) and apart(good, good + (0.03, 0)) > 0.02
    assert neck_of(good) == neck("classic")


def test_what_a_board_cannot_have():
    found, mm = profiles("wave", 40, 20.0)
    assert 25 < len(found) <= 40 and mm >= 0.6 and len(profiles("wave", 5, 20.0)[0]) == 5
    with pytest.raises(BadValue, match="larger pieces"):
        profiles("wave", 3, 5.0)
