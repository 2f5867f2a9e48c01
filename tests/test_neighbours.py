"""Arrangements whose leftovers go on across seams: recounted from pixels, rounds that cannot make it worse, planted faults."""
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from illusionprint.jigsaw import Arrangement, Cut, mesh, neighbours, random_arrangement, squares
from illusionprint.jigsaw.fit import costs, of_costs
from illusionprint.views.jigsaw import Jigsaw

S = 6
KNOBS = mesh("square", 4, 5, (150.0, 120.0), knobbed=True)
OTHERS = [mesh("hexagon", 4, 5, (150.0, 120.0)), mesh("triangle", 4, 9, (160.0, 120.0)), mesh("square", 4, 5, (150.0, 90.0), stretch=True),
          mesh("hexagon", 6, 7, (200.0, 180.0), outline="heart"), mesh("hexagon", 4, 5, (150.0, 120.0), knobbed=True)]
boards = st.one_of(st.tuples(st.integers(3, 5), st.integers(3, 6), st.booleans()).map(lambda rct: squares(*rct[:2], 20_000) if rct[2] else Cut(*rct[:2], 20_000)),
                   st.sampled_from(OTHERS))
seeds = st.integers(0, 2**32 - 1)


def pictures(cut, seed: int) -> list[np.ndarray]:
    """Noise, float32 (h, w, 3)."""
    rng = np.random.default_rng(seed)
    return [rng.random((*cut.size_px(S), 3), np.float32) for _ in range(2)]


def steps_in(x: np.ndarray, rows: int, cols: int) -> float:
    """Sum over sides between cells of the squared step between the means of their outermost pixels, along either half."""
    cells, half = x.reshape(rows, S, cols, S, -1).transpose(0, 2, 1, 3, 4), S // 2
    across = [cells[:, :-1, :, -1] - cells[:, 1:, :, 0], cells[:-1, :, -1] - cells[1:, :, 0]]
    return sum(float((part.mean(2) ** 2).sum()) for d in across for part in (d[:, :, :half], d[:, :, half:]))


@settings(max_examples=15)
@given(st.integers(2, 5), st.integers(2, 6), seeds)
def test_steps_are_what_the_pixels_that_a_view_moves_give(rows, cols, seed):
    """On straight sides, where a piece is its cell; a planted fault, one turn too far, counts otherwise."""
    cut = squares(rows, cols, 20_000)
    (a, b), board = pictures(cut, seed), random_arrangement(cut, np.random.default_rng(seed))
    found, view = neighbours.sides(a, b, cut, S), Jigsaw(board)
    left = (a - np.moveaxis(view.inverse(np.moveaxis(b, -1, 0)), 0, -1)) / 2
    told = found.weight * sum(steps_in(x, rows, cols) for x in (left, np.moveaxis(view(np.moveaxis(left, -1, 0)), 0, -1)))
    assert found.weight == pytest.approx(neighbours.SHARE * S * S) and found.steps(board.slots[1], board.turns[1]) == pytest.approx(told, rel=1e-4)
    assert abs(found.steps(board.slots[1], (board.turns[1] + 1) % 4) / told - 1) > 1e-3


@pytest.mark.parametrize("cut", [Cut(4, 5, 20_000), KNOBS])
def test_sides_are_walked_clockwise_from_the_top(cut):
    """Of a picture of places: its colours are x and y in cells from the first piece's middle."""
    h, w = cut.size_px(S)
    y, x = np.mgrid[:h, :w] + 0.5
    first = cut.centres_mm[0] / np.multiply(cut.size_mm, 1) * (w, h)
    place = np.stack([x - first[0], y - first[1], 0 * x], -1).astype(np.float32) / S
    found, grid = neighbours.sides(place, place, cut, S), np.stack(np.divmod(np.arange(cut.count), cut.cols)[::-1], 1)
    far = 0.5 - 0.5 / S
    top = [(-0.25, -far), (0.25, -far)]
    for side in range(4):
        for half, (dx, dy) in enumerate(top):
            for _ in range(side):
                dx, dy = -dy, dx
            assert np.abs(found.a[:, side, half, :2] - grid - (dx, dy)).max() < 0.09
    assert np.array_equal(found.grid.ports >= 0, np.stack([grid[:, 1] > 0, grid[:, 0] < cut.cols - 1, grid[:, 1] < cut.rows - 1, grid[:, 0] > 0], 1))


@pytest.mark.parametrize("cut", OTHERS[:3])
def test_sides_of_other_cells_lie_where_neighbours_are(cut):
    """Of a picture of places: both halves of a side lie near it, in its own direction, the first one first, and what meets it is there too, the halves swapped."""
    h, w = cut.size_px(2 * S)
    y, x = np.mgrid[:h, :w] + 0.5
    place = np.stack([x / w * cut.size_mm[0], y / h * cut.size_mm[1], 1 + 0 * x], -1).astype(np.float32)
    found, home = neighbours.sides(place, 0 * place, cut, 2 * S), np.arange(cut.count)
    r = found.left(home, 0 * home)
    other, on = found.met(r, home, 0 * home)
    meets, there, at = r[on] / r[on][..., 2:], other[on] / other[on][..., 2:], np.argwhere(on)
    assert len(at) == sum(e.other >= 0 for e in cut.plan.edges) * 2
    away = meets[..., :2].mean(1) - cut.centres_mm[at[:, 0]]
    angle = 2 * np.pi * at[:, 1] / cut.turns + (np.pi / 6 if cut.tiling == "hexagon" else 0)
    normal = np.stack([np.sin(angle), -np.cos(angle)], 1)
    assert ((away * normal).sum(1) > 0.95 * np.hypot(*away.T)).all()
    along = meets[:, 1, :2] - meets[:, 0, :2]
    assert (normal[:, 0] * along[:, 1] - normal[:, 1] * along[:, 0] > 0.9 * np.hypot(*along.T)).all()
    assert np.abs(there - meets).max() < cut.cell_mm / 4 < np.abs(there[:, ::-1] - meets).max()   # a planted fault: halves not swapped


def test_longer_sides_count_more():
    wide = OTHERS[2]
    ones = np.ones((*wide.size_px(S), 3), np.float32)
    long, short = ((neighbours.sides(ones, 0 * ones, wide, S).a[0, d, 0, 0]) ** 2 for d in (0, 1))
    assert long / short == pytest.approx(wide.unit_um[0] / wide.unit_um[1], rel=1e-4) and long * short == pytest.approx(1, rel=1e-4)


def apart(board: Arrangement) -> np.ndarray:
    """bool (n,): pieces of which no two lie side by side in either assembly, taken in order."""
    ports = (board.cut if isinstance(board.cut, Cut) else board.cut.open).ports
    grid = np.where(ports >= 0, ports // ports.shape[1], -1)
    out = np.zeros(board.cut.count, bool)
    at = np.argsort(board.slots[1])
    for i in range(board.cut.count):
        beside = [*grid[i][grid[i] >= 0], *(at[j] for j in grid[board.slots[1][i]] if j >= 0)]
        out[i] = not out[beside].any()
    return out


def energy(board: Arrangement, slots: np.ndarray, turns: np.ndarray, cost: np.ndarray, found: neighbours.Sides) -> float:
    return float(cost[turns, np.arange(len(slots)), slots].sum(dtype=float)) + found.steps(slots, turns)


@settings(max_examples=15)
@given(boards, seeds)
def test_pieces_that_are_no_neighbours_are_assigned_exactly(cut, seed):
    """What their change costs is then no approximation: no other order of theirs is better, so it never gets worse, and a second round changes nothing."""
    (a, b), board = pictures(cut, seed), random_arrangement(cut, np.random.default_rng(seed))
    found, cost, some = neighbours.sides(a, b, cut, S), costs(a, b, *[np.ones(cut.size_px(S), np.float32)] * 2, cut, S), apart(board)
    before = energy(board, board.slots[1], board.turns[1], cost, found)
    new = neighbours._again(board.slots[1], board.turns[1], cut, cost, found, some)
    after = energy(board, *new, cost, found)
    assert after <= before * (1 + 1e-5) and (new[0] == board.slots[1])[~some].all()
    rng = np.random.default_rng(seed + 1)
    for ids in cut.members:
        ids = ids[some[ids]]
        slots, turns = (x.copy() for x in new)
        order = rng.permutation(len(ids))
        slots[ids] = new[0][ids[order]]
        fits = cut.fits[:, ids, slots[ids]]
        turns[ids] = (fits * rng.random(fits.shape)).argmax(0)
        assert energy(board, slots, turns, cost, found) >= after * (1 - 1e-5)


def test_a_planted_fault_in_the_neighbours_shows(monkeypatch):
    """Halves of sides that are not turned round where they meet: rounds then make it worse, which exact ones cannot."""
    cut = squares(5, 6, 20_000)
    monkeypatch.setattr(neighbours, "SHARE", 2.0)
    gained = []
    for seed in range(6):
        (a, b), board = pictures(cut, seed), random_arrangement(cut, np.random.default_rng(seed))
        found, cost = neighbours.sides(a, b, cut, S), costs(a, b, *[np.ones(cut.size_px(S), np.float32)] * 2, cut, S)
        with monkeypatch.context() as patch:
            true = neighbours.Sides.met
            patch.setattr(neighbours.Sides, "met", lambda self, r, *at: (true(self, r, *at)[0][:, :, ::-1], true(self, r, *at)[1]))
            new = neighbours._again(board.slots[1], board.turns[1], cut, cost, found, apart(board))
        good = neighbours._again(board.slots[1], board.turns[1], cut, cost, found, apart(board))
        gained.append(energy(board, *new, cost, found) - energy(board, *good, cost, found))
    assert max(gained) > 0.1 and min(gained) > -1e-2


@settings(max_examples=6)
@given(st.sampled_from([Cut(6, 8, 20_000), KNOBS, mesh("hexagon", 8, 9, (200.0, 180.0))]), seeds)
def test_seams_get_better_than_they_were_fitted(cut, seed):
    """A slope over each picture, across in the first and down in the second, and noise."""
    a, b = pictures(cut, seed)
    a, b = 0.3 * a + np.linspace(0, 0.7, a.shape[1], dtype=np.float32)[:, None], 0.3 * b + np.linspace(0, 0.7, b.shape[0], dtype=np.float32)[:, None, None]
    found, cost = neighbours.sides(a, b, cut, S), costs(a, b, *[np.ones(cut.size_px(S), np.float32)] * 2, cut, S)
    board, total = of_costs(cost, cut)
    better = neighbours.nearer(board, cost, found)
    steps = [found.steps(x.slots[1], x.turns[1]) for x in (board, better)]
    assert steps[1] < 0.97 * steps[0] and energy(better, better.slots[1], better.turns[1], cost, found) < total + steps[0]
    assert np.array_equal(neighbours.nearer(board, cost, found).slots, better.slots)


def test_an_arrangement_that_leaves_nothing_stays():
    cut = Cut(5, 6, 20_000)
    board = random_arrangement(cut, np.random.default_rng(3))
    a = pictures(cut, 1)[0]
    b = np.ascontiguousarray(np.moveaxis(Jigsaw(board)(np.moveaxis(a, -1, 0)), 0, -1))
    cost = costs(a, b, *[np.ones(cut.size_px(S), np.float32)] * 2, cut, S)
    found = neighbours.nearer(of_costs(cost, cut)[0], cost, neighbours.sides(a, b, cut, S))
    assert np.array_equal(found.slots, board.slots) and np.array_equal(found.turns, board.turns % 4)
