"""Crops that keep faces, what its owner keeps whole, and what stands out."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path

import numpy as np
import pytest
import skimage
from hypothesis import given, settings
from hypothesis import strategies as st

from illusionprint import vocabulary
from illusionprint.blend.photos import Crop, cropped
from illusionprint.door import plan_of
from illusionprint.spec import PuzzleSpec
from illusionprint.stages import crops, masks, photographs, saliency
from illusionprint.vocabulary import USER_LICENCE
from illusionprint.workshop.advice import _crop

CROPS = st.builds(Crop, st.floats(1, 1.2), st.floats(-1, 1), st.floats(-1, 1), st.booleans(), st.integers(0, 3))
SIZES = st.tuples(st.integers(60, 120), st.integers(60, 120))


@functools.cache
def photo(name: str):
    return vocabulary.load_picture(str(next(Path(skimage.__file__).parent.glob(f"data/{name}.*"))))


@functools.cache
def attended(name: str) -> saliency.Attention:
    return saliency.of(photo(name))


def test_the_face_is_found_and_nothing_else():
    found = saliency.faces(photo("astronaut"))
    h, w = found.shape
    assert found[round(0.1 * h) : round(0.27 * h), round(0.41 * w) : round(0.52 * w)].all() and 0.03 < found.mean() < 0.12
    assert not any(saliency.faces(photo(n)).any() for n in ("coffee", "chelsea", "rocket"))


@settings(max_examples=30)
@given(st.sampled_from(["astronaut", "coffee", "camera"]), CROPS, SIZES)
def test_a_crop_that_is_held_cuts_no_more_than_it_may(name, crop, size):
    a = attended(name)
    held, best = a.held(crop, size), a.most(crop, size)
    assert (a.shown(held, size) >= saliency.LEAST * a.shown(best, size)).all()
    assert (held.mirror, held.turn) == (crop.mirror, crop.turn) and 1 <= held.zoom <= crop.zoom + 5e-4 and a.held(held, size) == held
    assert (cropped(photo(name).rgb, size, held).shape[:2]) == size


def test_the_crop_that_shows_most_shows_most():
    a, size = attended("astronaut"), (60, 120)
    best = a.shown(a.most(Crop(), size), size)
    assert best[0] > 0.99 > a.shown(Crop(1, 0, 0.5), size)[0]
    assert all(a.shown(Crop(1, 0, y), size)[0] <= best[0] + 1e-6 for y in np.linspace(-1, 1, 9))


def test_a_head_that_would_be_cut_is_kept(monkeypatch):
    """Planted fault: where nothing has to be shown, the same crop cuts the head."""
    a, size, low = attended("astronaut"), (80, 100), Crop(1.2, 0.3, 1.0)
    assert a.shown(low, size)[0] < 0.6 and a.shown(a.held(low, size), size)[0] > 0.99
    monkeypatch.setattr(saliency, "LEAST", (0, 0, 0))
    assert a.held(low, size) == low


def test_what_its_owner_keeps_whole_lies_within():
    x = photo("coffee")
    corner = np.zeros(x.rgb.shape[:2], np.float32)
    corner[-60:, -80:] = 1
    a, size = saliency.of(x, [corner]), (100, 100)
    assert a.shown(a.held(Crop(1.1, -1, 0), size), size)[0] > 0.99 > attended("coffee").shown(Crop(1.1, -1, 0), size)[2]
    assert not saliency.of(x).maps[0].any()


def test_the_search_takes_crops_that_are_held_and_tells_of_faces():
    paths = tuple(str(next(Path(skimage.__file__).parent.glob(f"data/{n}.png"))) for n in ("astronaut", "camera"))
    plan = plan_of(PuzzleSpec.of("jigsaw", paths, grid="4x5", size="100x80mm", dpi=40, search=4, whole=("2=0.0,0.7,0.2,0.3", "2=0.8,0.6,0.2,0.1")))
    subjects = [photo("astronaut"), photo("camera")]
    given = dataclasses.replace(plan.photographs, sizes=(plan.board.size_px(20),) * 2)
    found = crops.found(given, plan.board, lambda *_: None)
    owned = list(masks.of_subjects(plan.wishes.whole, subjects))
    for k, (x, crop) in enumerate(zip(subjects, found)):
        a = saliency.of(x, [mask for of, mask in owned if of == k])
        assert a.shown(crop, (80, 100))[0] >= 0.995 * a.shown(a.most(crop, (80, 100)), (80, 100))[0] > 0.99
    assert photographs.shares(subjects[0], Crop(1, 0, 1), (80, 100), 100)["faces"] < 0.9 and "faces" not in photographs.shares(
        subjects[1], Crop(), (80, 100), 100
    )
    assert "a face lies partly outside" in _crop(1, {"faces": 0.6})[0] and not _crop(1, {"faces": 1.0})


def test_faces_weigh_more():
    ((k, mask),) = saliency.seen_faces([photo("camera"), photo("astronaut")], [(100, 100)] * 2, [Crop()] * 2)
    assert k == 1 and mask.max() == pytest.approx(saliency.FACE, rel=0.01) and mask[80:].max() < 1e-3


def test_a_mirrored_drawing_of_the_users_own_is_said():
    mirrored = {"pose": {"mirror": True}, "licence": USER_LICENCE}
    assert _crop(2, mirrored) == ["picture 2 is mirrored; --pose upright leaves it as it is."]
    assert not _crop(2, mirrored | {"licence": "CC-BY-4.0"}) and not _crop(2, mirrored | {"pose": {"mirror": False}})
