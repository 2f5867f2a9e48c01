"""Arrangements whose leftovers go on across seams: recounted from pixels, rounds that cannot make it worse, planted faults."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from illusionprint.casting import board_many
from illusionprint.jigsaw import Arrangement, build, random_arrangement, squares
from illusionprint.jigsaw.fitting import refinement
from illusionprint.jigsaw.fitting.assignment import costs, of_costs
from illusionprint.views.jigsaw import Jigsaw

S = 6
KNOBS = build(4, 5, (150.0, 120.0), knobbed=True)
OTHERS = [
    build(4, 5, (150.0, 120.0), tiling="hexagon"),
    build(4, 9, (160.0, 120.0), tiling="triangle"),
    build(4, 5, (150.0, 90.0), stretch=True),
    build(6, 7, (200.0, 180.0), tiling="hexagon", outline="heart"),
    build(4, 5, (150.0, 120.0), tiling="hexagon", knobbed=True),
]
boards = st.one_of(
    st.tuples(st.integers(3, 5), st.integers(3, 6), st.booleans()).map(lambda rct: squares(*rct[:2], 20_000).open if rct[2] else squares(*rct[:2], 20_000)),
    st.sampled_from(OTHERS),
)
seeds = st.integers(0, 2**32 - 1)


def pictures(cut, seed: int, count: int = 2) -> list[np.ndarray]:
    """Noise, float32 (h, w, 3)."""
    rng = np.random.default_rng(seed)
    return [rng.random((*cut.size_px(S), 3), np.float32) for _ in range(count)]


def seen_as(view: Jigsaw, x: np.ndarray) -> np.ndarray:
    return np.moveaxis(view(np.moveaxis(x, -1, 0)), 0, -1)


def steps_in(x: np.ndarray, rows: int, cols: int) -> float:
    """Sum over sides between cells of the squared step between the means of their outermost pixels, along either half."""
    cells, half = x.reshape(rows, S, cols, S, -1).transpose(0, 2, 1, 3, 4), S // 2
    across = [cells[:, :-1, :, -1] - cells[:, 1:, :, 0], cells[:-1, :, -1] - cells[1:, :, 0]]
    return sum(float((part.mean(2) ** 2).sum()) for d in across for part in (d[:, :, :half], d[:, :, half:]))


@settings(max_examples=15)
@given(st.integers(2, 5), st.integers(2, 6), st.integers(2, 4), seeds)
def test_steps_are_what_the_pixels_that_a_view_moves_give(rows, cols, count, seed):
    """On straight sides, where a piece is its cell; a planted fault, one turn too far, counts otherwise."""
    cut = squares(rows, cols, 20_000).open
    every, board = pictures(cut, seed, count), random_arrangement(cut, np.random.default_rng(seed), count)
    found, views = refinement.sides(every, cut, S), [Jigsaw(board, k) for k in range(1, count)]
    home = [every[0], *(np.moveaxis(v.inverse(np.moveaxis(x, -1, 0)), 0, -1) for v, x in zip(views, every[1:]))]
    left = [x - sum(home) / count for x in home]
    told = found.weight * sum(steps_in(x, rows, cols) for x in (left[0], *(seen_as(v, x) for v, x in zip(views, left[1:]))))
    assert found.weight == pytest.approx(refinement.SHARE * S * S) and found.steps(board.slots, board.turns) == pytest.approx(told, rel=1e-4)
    wrong = board.turns.copy()
    wrong[-1] += 1
    assert abs(found.steps(board.slots, wrong % 4) / told - 1) > 1e-3


@pytest.mark.parametrize("cut", [squares(4, 5, 20_000), KNOBS])
def test_sides_are_walked_clockwise_from_the_top(cut):
    """Of a picture of places: its colours are x and y in cells from the first piece's middle."""
    h, w = cut.size_px(S)
    y, x = np.mgrid[:h, :w] + 0.5
    first = cut.centres_mm[0] / np.multiply(cut.size_mm, 1) * (w, h)
    place = np.stack([x - first[0], y - first[1], 0 * x], -1).astype(np.float32) / S
    found, grid = refinement.sides([place], cut, S), np.stack(np.divmod(np.arange(cut.count), cut.cols)[::-1], 1)
    far = 0.5 - 0.5 / S
    top = [(-0.25, -far), (0.25, -far)]
    for side in range(4):
        for half, (dx, dy) in enumerate(top):
            for _ in range(side):
                dx, dy = -dy, dx
            assert np.abs(found.shown[0, :, side, half, :2] - grid - (dx, dy)).max() < 0.09
    assert np.array_equal(found.grid.ports >= 0, np.stack([grid[:, 1] > 0, grid[:, 0] < cut.cols - 1, grid[:, 1] < cut.rows - 1, grid[:, 0] > 0], 1))


@pytest.mark.parametrize("cut", OTHERS[:3])
def test_sides_of_other_cells_lie_where_neighbours_are(cut):
    """Of a picture of places: both halves of a side lie near it, in its own direction, the first one first, and what meets it is there too, the halves swapped."""
    h, w = cut.size_px(2 * S)
    y, x = np.mgrid[:h, :w] + 0.5
    place = np.stack([x / w * cut.size_mm[0], y / h * cut.size_mm[1], 1 + 0 * x], -1).astype(np.float32)
    found, home = refinement.sides([place], cut, 2 * S), np.arange(cut.count)
    r = found.shown[0]
    other, on = found.met(r, home, 0 * home)
    meets, there, at = r[on] / r[on][..., 2:], other[on] / other[on][..., 2:], np.argwhere(on)
    assert len(at) == sum(e.other >= 0 for e in cut.plan.edges) * 2
    away = meets[..., :2].mean(1) - cut.centres_mm[at[:, 0]]
    angle = 2 * np.pi * at[:, 1] / cut.turns + (np.pi / 6 if cut.tiling == "hexagon" else 0)
    normal = np.stack([np.sin(angle), -np.cos(angle)], 1)
    assert ((away * normal).sum(1) > 0.95 * np.hypot(*away.T)).all()
    along = meets[:, 1, :2] - meets[:, 0, :2]
    assert (normal[:, 0] * along[:, 1] - normal[:, 1] * along[:, 0] > 0.9 * np.hypot(*along.T)).all()
    assert np.abs(there - meets).max() < cut.cell_mm / 4 < np.abs(there[:, ::-1] - meets).max()  # a planted fault: halves not swapped


def test_longer_sides_count_more():
    wide = OTHERS[2]
    ones = np.ones((*wide.size_px(S), 3), np.float32)
    long, short = ((refinement.sides([ones], wide, S).shown[0, 0, d, 0, 0]) ** 2 for d in (0, 1))
    assert long / short == pytest.approx(wide.unit_um[0] / wide.unit_um[1], rel=1e-4) and long * short == pytest.approx(1, rel=1e-4)


def apart(board: Arrangement) -> np.ndarray:
    """bool (n,): pieces of which no two lie side by side in any assembly, taken in order."""
    ports = (board.board if board.board.on_grid else board.board.open).ports
    grid = np.where(ports >= 0, ports // ports.shape[1], -1)
    out = np.zeros(board.board.count, bool)
    for i in range(board.board.count):
        beside = [at[j] for slots in board.slots for at in [np.argsort(slots)] for j in grid[slots[i]] if j >= 0]
        out[i] = not out[beside].any()
    return out


def ones(cut, count: int) -> list[np.ndarray]:
    return [np.ones(cut.size_px(S), np.float32)] * count


def costs_of(every: list[np.ndarray], cut) -> refinement.Costs:
    """Of two pictures those of `fit`, of more those of `several`."""
    if len(every) == 2:
        cost = costs(*every, *ones(cut, 2), cut, S)
        return lambda *_: cost
    state = board_many.fit_all(every, ones(cut, len(every)), cut, rounds=0)
    return lambda k, slots, turns: replace(state, slots=slots, turns=turns).costs(k, cut)


def energy(k: int, slots: np.ndarray, turns: np.ndarray, cost: np.ndarray, found: refinement.Sides) -> float:
    return float(cost[turns[k], np.arange(slots.shape[1]), slots[k]].sum(dtype=float)) + found.steps(slots, turns)


@settings(max_examples=15)
@given(boards, st.integers(2, 4), seeds)
def test_pieces_that_are_no_neighbours_are_assigned_exactly(cut, count, seed):
    """What their change costs is then no approximation: no other order of theirs is better, so it never gets worse, and a second round changes nothing."""
    rng = np.random.default_rng(seed)
    every, board, k = pictures(cut, seed, count), random_arrangement(cut, rng, count), int(rng.integers(count))
    found, cost, some = refinement.sides(every, cut, S), costs_of(every, cut)(k, board.slots, board.turns), apart(board)
    before = energy(k, board.slots, board.turns, cost, found)
    new = refinement._again(k, board.slots, board.turns, cut, cost, found, some)
    after = energy(k, *new, cost, found)
    assert after <= before * (1 + 1e-5) and (new[0] == board.slots)[:, ~some].all() and (np.delete(new[0], k, 0) == np.delete(board.slots, k, 0)).all()
    for ids in cut.members:
        ids = ids[some[ids]]
        slots, turns = (x.copy() for x in new)
        slots[k, ids] = new[0][k, ids[rng.permutation(len(ids))]]
        fits = cut.fits[:, ids, slots[k, ids]]
        turns[k, ids] = (fits * rng.random(fits.shape)).argmax(0)
        assert energy(k, slots, turns, cost, found) >= after * (1 - 1e-5)


@pytest.mark.parametrize("count", [2, 3])
def test_a_planted_fault_in_the_neighbours_shows(monkeypatch, count):
    """Halves of sides that are not turned round where they meet: rounds then make it worse, which exact ones cannot."""
    cut = squares(5, 6, 20_000).open
    monkeypatch.setattr(refinement, "SHARE", 2.0)
    gained = []
    for seed in range(6):
        every, board = pictures(cut, seed, count), random_arrangement(cut, np.random.default_rng(seed), count)
        found, cost = refinement.sides(every, cut, S), costs_of(every, cut)(1, board.slots, board.turns)
        with monkeypatch.context() as patch:
            true = refinement.Sides.met
            patch.setattr(refinement.Sides, "met", lambda self, r, *at: (true(self, r, *at)[0][:, :, ::-1], true(self, r, *at)[1]))
            new = refinement._again(1, board.slots, board.turns, cut, cost, found, apart(board))
        good = refinement._again(1, board.slots, board.turns, cut, cost, found, apart(board))
        gained.append(energy(1, *new, cost, found) - energy(1, *good, cost, found))
    assert max(gained) > 0.1 and min(gained) > -1e-2


@settings(max_examples=8)
@given(st.sampled_from([squares(6, 8, 20_000), KNOBS, build(8, 9, (200.0, 180.0), tiling="hexagon")]), st.integers(2, 3), seeds)
def test_seams_get_better_than_they_were_fitted(cut, count, seed):
    """A slope over each picture, across in the first and down in the others, and noise; both terms of E, counted anew from pictures that views put together."""
    every = [0.3 * x for x in pictures(cut, seed, count)]
    every = [x + np.linspace(0, 0.7, x.shape[0 if k else 1], dtype=np.float32).reshape((-1, 1, 1) if k else (-1, 1)) for k, x in enumerate(every)]
    found, cost = refinement.sides(every, cut, S), costs_of(every, cut)
    board = of_costs(cost(), cut)[0] if count == 2 else board_many.fit_all(every, ones(cut, count), cut).arrangement(cut)
    better = refinement.nearer(board, cost, found)
    steps, left = ([count_of(b) for b in (board, better)] for count_of in (lambda b: found.steps(b.slots, b.turns), lambda b: _left_over(every, b)))
    assert steps[1] < 0.97 * steps[0] and sum(x[1] for x in (steps, left)) < 1.01 * sum(x[0] for x in (steps, left))
    assert np.array_equal(refinement.nearer(board, cost, found).slots, better.slots)


def _left_over(every: list[np.ndarray], board: Arrangement) -> float:
    home = np.stack([every[0], *(np.moveaxis(Jigsaw(board, k).inverse(np.moveaxis(x, -1, 0)), 0, -1) for k, x in enumerate(every[1:], 1))])
    return float(((home - home.mean(0)) ** 2).sum())


@pytest.mark.parametrize("count", [2, 3])
def test_an_arrangement_that_leaves_nothing_stays(count):
    cut = squares(5, 6, 20_000)
    board = random_arrangement(cut, np.random.default_rng(3), count)
    a = pictures(cut, 1)[0]
    every = [a, *(np.ascontiguousarray(seen_as(Jigsaw(board, k), a)) for k in range(1, count))]
    found = refinement.nearer(board, costs_of(every, cut), refinement.sides(every, cut, S))
    assert np.array_equal(found.slots, board.slots) and np.array_equal(found.turns, board.turns % 4)
