"""Boards of three solutions chosen for the pictures: the decoder against all solutions, what a board costs, which of them are taken, casting on them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from illusionprint.casting import constrained
from illusionprint.casting.board_many import PlacedPicture, SearchState
from illusionprint.errors import BadValue
from illusionprint.jigsaw import Arrangement, squares
from illusionprint.jigsaw.exact import covering, three, three_matching
from illusionprint.jigsaw.exact.solve import places, ways

CUT = squares(6, 6, 20_000).open


@pytest.fixture(scope="module")
def boards() -> three_matching.Boards:
    return three_matching.Boards(CUT)


def pictures(seed: int) -> list[PlacedPicture]:
    rng = np.random.default_rng(seed)
    patches = [(rng.random((36, 3, 3, 3), np.float32), rng.random((36, 3, 3), np.float32)) for _ in range(3)]
    return [PlacedPicture.of(p) for p in patches]


@pytest.fixture(scope="module")
def costs() -> np.ndarray:
    return constrained.pairwise_costs(pictures(1), CUT)


def total(costs, slots, turns) -> float:
    """What three assemblies cost, piece by piece and pair by pair."""
    pairs = itertools.combinations(range(3), 2)
    return sum(float(costs[a, b, slots[b, i], (turns[b, i] - turns[a, i]) % 4, slots[a, i]]) for a, b in pairs for i in range(slots.shape[1]))


def fulfilled(rows: covering.Rows, v: int) -> bool:
    return all((row & (v | 1)).bit_count() % 2 == 0 for row in rows.values())


def worth(cost: np.ndarray, v: int) -> float:
    return float(sum(cost[j, v >> 2 * j + 1 & 3] for j in range(len(cost))))


def test_the_decoder_finds_the_cheapest_of_all_solutions():
    rng, none = np.random.default_rng(4), 0
    for _ in range(80):
        rows, cost = {}, rng.random((5, 4))
        for v in rng.integers(2**11, size=rng.integers(1, 8)):
            covering.added(rows, int(v))
        solutions = [v for v in range(0, 2**11, 2) if fulfilled(rows, v)]
        found = three_matching.decoded(rows, cost)
        if not solutions:
            assert found is None
            none += 1
            continue
        assert fulfilled(rows, found[1]) and found[0] == pytest.approx(worth(cost, found[1])) == pytest.approx(min(worth(cost, v) for v in solutions))
    assert 0 < none < 40


def test_a_decoder_that_leaves_out_an_equation_is_told_apart():
    """Planted: of the same equations without one the cheapest v is another, and does not fulfil them."""
    rng, cost = np.random.default_rng(5), np.random.default_rng(6).random((5, 4))
    rows = {}
    while len(rows) < 6 or 0 in rows:
        rows = {} if 0 in rows else rows
        covering.added(rows, int(rng.integers(2**11)))
    without = [three_matching.decoded({k: row for k, row in rows.items() if k != left_out}, cost) for left_out in rows]
    assert fulfilled(rows, three_matching.decoded(rows, cost)[1]) and not all(fulfilled(rows, v) for _, v in without)


def test_few_beginnings_still_give_a_solution(monkeypatch, boards, costs):
    lying = next(boards._lyings(costs))
    rows = boards.families[lying.family].rows
    best = three_matching.decoded(rows, lying.cost)
    monkeypatch.setattr(three_matching, "BEAM", 256)
    few = three_matching.decoded(rows, lying.cost)
    assert fulfilled(rows, few[1]) and few[0] == pytest.approx(worth(lying.cost, few[1])) and few[0] >= best[0] - 1e-6


def test_what_is_decoded_costs_what_the_board_costs(boards, costs):
    """Each order, turn of a whole and mirror; turned otherwise it costs something else."""
    rng, seen = np.random.default_rng(0), set()
    lyings = list(boards._lyings(costs))
    for n in rng.choice(len(lyings), 60, False):
        lying = lyings[n]
        v = covering.solution(boards.families[lying.family].rows, 18, rng)
        slots, turns = boards._assemblies(lying, v)
        assert total(costs, slots, turns) == pytest.approx(worth(lying.cost, v), rel=1e-4)
        wrong = turns.copy()
        wrong[0] += 1
        assert total(costs, slots, wrong % 4) != pytest.approx(worth(lying.cost, v), rel=1e-4)
        seen.add((lying.order, lying.mirrored))
    assert len(seen) == 6


def test_boards_are_chosen_by_the_pictures_and_close_in_three_ways(boards, costs):
    found, rng = boards.best(costs, 3), np.random.default_rng(2)
    lyings = list(boards._lyings(costs))
    chance = [total(costs, *boards._assemblies(v, covering.solution(boards.families[v.family].rows, 18, rng))) for v in lyings[::7]]
    assert len(found) == 3 and max(total(costs, *f) for f in found) < min(chance)
    for slots, turns in found:
        made = Arrangement.of_assemblies(CUT, slots, turns)
        count = ways(three.words(CUT, made.slots, made.turns), places(CUT), 5)
        assert (count.ways, count.finished) == (3, True)
    other = constrained.pairwise_costs(pictures(9), CUT)
    assert total(other, *boards.best(other)[0]) < total(other, *found[0])


def test_boards_that_do_not_close_are_passed_over_and_their_family_given_up(costs, monkeypatch):
    """Planted: all boards of the family that suits best close in other ways too; then those of all families."""
    monkeypatch.setattr(three_matching, "FAMILIES", 8 * 36)
    boards = three_matching.Boards(CUT)
    lyings = boards._decoded(costs)
    best = lyings[0][0].family
    assert sum(v.family == best for v, _ in lyings) >= three_matching.TRIES
    boards.counted |= {(best, shift): False for v, shift in lyings if v.family == best}
    found = boards.best(costs)[0]
    rest = [total(costs, *boards._assemblies(v, shift)) for v, shift in lyings if v.family != best and boards._closes(v, shift)]
    assert boards.wrong[best] == three_matching.TRIES and total(costs, *found) == pytest.approx(min(rest))
    monkeypatch.setattr(three, "closes", lambda *_: False)
    with pytest.raises(BadValue, match="no board of 6x6 pieces was found"):
        three_matching.Boards(CUT).best(costs)


def test_a_casting_lies_on_one_of_the_boards(boards):
    looks = pictures(3)
    state = constrained.best_board(looks, CUT, boards)
    made = state.arrangement(CUT)
    assert ways(three.words(CUT, made.slots, made.turns), places(CUT), 5).ways == 3
    free = SearchState(looks, state.slots.copy(), state.turns.copy())
    free.slots[1] = np.random.default_rng(0).permutation(free.slots[1])
    assert constrained.residual_of(state) < constrained.residual_of(free)
