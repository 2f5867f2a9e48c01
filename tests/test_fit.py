"""The fitted arrangement against planted ones, brute force and a recount of its conflict from the pixels that a view moves."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from illusionprint.jigsaw import Arrangement, Board, labels, random_arrangement, squares
from illusionprint.jigsaw.fitting.assignment import UNFIT, assign, costs, fit
from illusionprint.jigsaw.fitting.samples import patches
from illusionprint.views.jigsaw import Jigsaw

S = 6
small_boards = st.tuples(st.integers(2, 5), st.integers(2, 5)).map(lambda rc: squares(*rc, 20_000))
seeds = st.integers(0, 2**32 - 1)


def pictures(cut: Board, seed: int, s: int = S) -> tuple[np.ndarray, ...]:
    """Two pictures of noise and their weights."""
    rng, size = np.random.default_rng(seed), (cut.rows * s, cut.cols * s)
    return tuple(rng.random(shape, np.float32) + low for shape, low in (((*size, 3), 0), ((*size, 3), 0), (size, 0.1), (size, 0.1)))


def moved(x: np.ndarray, board: Arrangement, back: bool = False) -> np.ndarray:
    """A picture (h, w, c) as assembly 2 shows it, or back from there."""
    v, x = Jigsaw(board), np.moveaxis(np.atleast_3d(x), -1, 0)
    return np.moveaxis(v.inverse(x) if back else v(x), 0, -1)


def conflict(a: np.ndarray, b: np.ndarray, wa: np.ndarray, wb: np.ndarray, board: Arrangement) -> float:
    """The same sum straight from the pixels: picture 2 is brought back into assembly 1."""
    b, v = moved(b, board, True), moved(wb, board, True)[..., 0]
    return float((wa * v / (wa + v) * ((a - b) ** 2).sum(-1)).sum())


def planted(cut: Board, seed: int) -> tuple[tuple[np.ndarray, ...], Arrangement]:
    """A picture, and the same one put together differently."""
    a, _, wa, _ = pictures(cut, seed)
    board = random_arrangement(cut, np.random.default_rng(seed + 1))
    return (a, np.ascontiguousarray(moved(a, board)), wa, np.ascontiguousarray(moved(wa, board)[..., 0])), board


def same(one: Arrangement, two: Arrangement) -> bool:
    return np.array_equal(one.slots, two.slots) and np.array_equal(one.turns % 4, two.turns % 4)


@settings(max_examples=20)
@given(small_boards, seeds)
def test_a_planted_arrangement_is_found(cut, seed):
    given_, board = planted(cut, seed)
    found, total = fit(*given_, cut, S)
    assert same(found, board) and total == pytest.approx(0, abs=1e-3)


def test_a_planted_arrangement_is_found_on_a_large_board():
    given_, board = planted(squares(9, 12, 20_000), 5)
    assert same(fit(*given_, board.board, S)[0], board)


@settings(max_examples=20)
@given(small_boards, seeds)
def test_total_is_what_a_recount_gives(cut, seed):
    given_ = pictures(cut, seed)
    board, total = fit(*given_, cut, S)
    assert total == pytest.approx(conflict(*given_, board), rel=1e-5)


@settings(max_examples=10)
@given(small_boards, seeds)
def test_never_worse_than_random_arrangements(cut, seed):
    given_, rng = pictures(cut, seed), np.random.default_rng(seed)
    cost = costs(*given_, cut, S)
    total = assign(cost, cut)[2]
    others = [random_arrangement(cut, rng) for _ in range(200)]
    by_table = [float(cost[o.turns[1], np.arange(cut.count), o.slots[1]].sum()) for o in others]
    assert total <= min(by_table) * (1 + 1e-6)
    assert by_table[0] == pytest.approx(conflict(*given_, others[0]), rel=1e-5)


def everything(cut: Board) -> list[tuple[np.ndarray, np.ndarray]]:
    """(slots, turns) of every assembly that closes, class by class."""
    options = []
    for i in range(cut.count):
        options.append([(j, k) for j in range(cut.count) for k in range(4) if cut.fits[k, i, j]])
    chosen = (np.array(c) for c in itertools.product(*options) if len({j for j, _ in c}) == cut.count)
    return [(c[:, 0], c[:, 1]) for c in chosen]


@pytest.mark.parametrize("size", [(2, 2), (2, 3), (3, 2)])
@pytest.mark.parametrize("seed", range(4))
def test_brute_force(size, seed):
    """4! ways to put the corners; the two border pieces of 2 x 3 differ."""
    cut = squares(*size, 20_000)
    given_ = pictures(cut, seed)
    every = everything(cut)
    assert len(every) == 24
    boards = [Arrangement(cut, np.stack([np.arange(cut.count), s]), np.stack([np.zeros(cut.count, int), k])) for s, k in every]
    least = min(conflict(*given_, b) for b in boards)
    found, total = fit(*given_, cut, S)
    assert total == pytest.approx(least, rel=1e-5) and any(same(found, b) for b in boards)


def test_brute_force_of_turns():
    """3 x 3: the middle piece fits at four turns, border pieces at one, corners at one; each turn is tried on its own."""
    cut = squares(3, 3, 20_000)
    given_ = pictures(cut, 3)
    cost, rng = costs(*given_, cut, S), np.random.default_rng(0)
    for _ in range(30):
        board = random_arrangement(cut, rng)
        for i in range(9):
            for k in np.flatnonzero(cut.fits[:, i, board.slots[1, i]]):
                turns = board.turns.copy()
                turns[1, i] = k
                other = Arrangement(cut, board.slots, turns)
                if i == 4 or rng.random() < 0.05:
                    table = float(cost[turns[1], np.arange(9), board.slots[1]].sum())
                    assert table == pytest.approx(conflict(*given_, other), rel=1e-5)


def test_what_does_not_fit_is_never_chosen():
    cut = squares(4, 6, 20_000)
    cost = costs(*pictures(cut, 0), cut, S)
    assert cost.dtype == np.float32 and (cost[~cut.fits] == np.float32(UNFIT)).all() and cost[cut.fits].max() < 1e3
    slots, turns, _ = assign(cost, cut)
    assert cut.fits[turns, np.arange(cut.count), slots].all() and sorted(slots) == list(range(cut.count))


def test_weights_of_nothing_cost_nothing():
    cut = squares(4, 4, 20_000)
    a, b, wa, wb = pictures(cut, 1)
    assert costs(a, b, 0 * wa, wb, cut, S)[cut.fits].max() == 0
    double = costs(a, b, 2 * wa, 2 * wb, cut, S)[cut.fits]
    assert double == pytest.approx(2 * costs(a, b, wa, wb, cut, S)[cut.fits], rel=1e-5)


@given(small_boards, st.integers(3, 9))
def test_windows_show_each_cell_and_its_surroundings(cut, s):
    x = labels(cut, s)[..., None].astype(np.float32) + 1
    seen, reach = patches(x, cut, s, True), -(-s // 3)
    assert seen.shape == (cut.count, s + 2 * reach, s + 2 * reach, 1)
    for i, window in enumerate(seen):
        r, c = divmod(i, cut.cols)
        assert np.array_equal(window[reach:-reach, reach:-reach], x[r * s : r * s + s, c * s : c * s + s])
        assert (window == i + 1).sum() == (x == i + 1).sum()  # tabs reach no further


# Planted faults


class WrongWay:
    """numpy, but quarter turns go the other way round."""

    def __getattr__(self, name):
        return (lambda x, k, axes: np.rot90(x, -k, axes)) if name == "rot90" else getattr(np, name)


def test_turns_in_the_wrong_direction_are_found_out(monkeypatch):
    given_, board = planted(squares(4, 4, 20_000), 2)
    assert fit(*given_, board.board, S)[1] < 1e-3
    monkeypatch.setattr("illusionprint.jigsaw.fitting.samples.np", WrongWay())
    found, total = fit(*given_, board.board, S)
    assert total > 10 and abs(conflict(*given_, found) - total) > 10


def test_pieces_of_the_wrong_outline_are_found_out(monkeypatch):
    """Square cells instead of outlines: the total is no longer what the pixels say."""
    cut = squares(4, 4, 20_000)
    given_ = pictures(cut, 4)
    square = np.repeat(np.repeat(np.arange(16, dtype=np.int32).reshape(4, 4), S, 0), S, 1)
    monkeypatch.setattr("illusionprint.jigsaw.fitting.samples.labels", lambda cut, s: square)
    board, total = fit(*given_, cut, S)
    assert abs(conflict(*given_, board) / total - 1) > 1e-3  # a hundred times what the recount above is held to
