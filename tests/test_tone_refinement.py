"""Tones met on a board: less conflict, no fog, the same under views of the whole sheet."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from illusionprint.blend import tone_matching, tone_refinement
from illusionprint.jigsaw import random_arrangement, squares
from illusionprint.stages import fitting
from illusionprint.views import apply_view, later_views

S = 12
CUT = squares(3, 4, 20_000)
BOARD = random_arrangement(CUT, np.random.default_rng(4), 3)
VIEWS = later_views("jigsaw", 3, BOARD)


def scene(seed: int, spread: float = 1.0) -> np.ndarray:
    """Soft blobs, float32 (h, w, 3) in [0, 1]."""
    soft = cv2.GaussianBlur(np.random.default_rng(seed).random((3 * S, 4 * S, 3), np.float32), (0, 0), 3)
    return np.clip((soft - soft.mean()) * 5 * spread + 0.5, 0, 1).astype(np.float32)


def related(seed: int) -> np.ndarray:
    """What is seen in assembly 2 of a picture whose lightness bends as no common histogram does: the middle is darkest."""
    a = scene(seed)
    return apply_view(VIEWS[0], np.abs(2 * a - 1).astype(np.float32))


def deviation(x: np.ndarray) -> float:
    return float(cv2.cvtColor(x.astype(np.float32), cv2.COLOR_RGB2LAB)[..., 0].std())


@pytest.mark.parametrize("count", [2, 3])
def test_pictures_come_nearer_and_keep_their_contrast(count, monkeypatch):
    raw = [scene(1), related(1), scene(3, 0.3)][:count]
    toned, views = tone_matching.match_tones(*raw), VIEWS[: count - 1]
    made = tone_refinement.refine_tones(raw, toned, raw, views)
    assert tone_refinement.sharing_error(made, views) < 0.97 * tone_refinement.sharing_error(toned, views)
    for before, first, last in zip(raw, toned, made):
        assert deviation(last) > (min(deviation(first), deviation(before))) * (1 - 2 * tone_refinement.TOLERANCE)
    monkeypatch.setattr(
        tone_refinement, "_deviation_ratio", lambda before, after: np.full((len(before), 3), 1e-3)
    )  # a planted fault: nothing asks for contrast
    fog = tone_refinement.refine_tones(raw, toned, raw, views)
    assert min(deviation(x) / min(deviation(t), deviation(r)) for x, t, r in zip(fog, toned, raw)) < 0.9


def test_conflict_is_half_the_squared_difference_of_two():
    a, b = scene(1), scene(2)
    other = np.moveaxis(VIEWS[0].inverse(np.moveaxis(b, -1, 0)), 0, -1)
    assert tone_refinement.sharing_error([a, b], VIEWS[:1]) == pytest.approx(np.mean((a - other) ** 2) / 4, rel=1e-4)
    assert tone_refinement.sharing_error([a, apply_view(VIEWS[0], a)], VIEWS[:1]) < 1e-9


@pytest.mark.parametrize("kind", ["rotate_180", "negate"])
def test_what_each_picture_is_asked_for_lies_halfway(kind):
    a, b = scene(1), scene(2)
    (v,) = later_views(kind, 2)
    first, second = tone_refinement._midway_targets([a, b], [v])
    assert np.allclose(second, (b + apply_view(v, a)) / 2, atol=1e-5) and np.allclose(apply_view(v, first), second, atol=1e-5)
    assert not np.allclose(first, (a + b) / 2, atol=0.01)


def test_the_better_board_is_taken(monkeypatch):
    """Toning again that makes it worse is dropped; that of the module is taken where it is better."""
    raw = [scene(5), scene(6)]

    def left() -> float:
        pictures, _, board = fitting.fitted("jigsaw", raw, [], CUT)
        return tone_refinement.sharing_error(pictures, later_views("jigsaw", 2, board))

    with monkeypatch.context() as m:
        m.setattr(tone_refinement, "refine_tones", lambda raw, toned, *_: [1 - x for x in toned[:1]] + list(toned[1:]))
        m.setattr(fitting, "_fit", lambda *_: random_arrangement(CUT, np.random.default_rng(1)))
        worse = left()
        m.setattr(tone_refinement, "refine_tones", lambda raw, toned, *_: toned)
        assert worse <= left()
    best = left()
    monkeypatch.setattr(tone_refinement, "refine_tones", lambda raw, toned, *_: toned)
    assert best <= left()


def test_a_board_that_is_given_is_kept():
    given = random_arrangement(CUT, np.random.default_rng(9))
    assert fitting.fitted("jigsaw", [scene(1), scene(2)], [], CUT, given)[2] is given
