"""A photograph's subject: cut out of grounds of many kinds, against the mask it was painted with; when it is, and where that is told."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest
from PIL import Image

from illusionprint import workshop
from illusionprint.anagram import Anagram
from illusionprint.errors import BadValue, UnknownName
from illusionprint.spec import PuzzleSpec
from illusionprint.stages.segmentation import segmented
from illusionprint.vocabulary import (
    Cutout,
    Photo,
    Pose,
    _segmentation,
    crop_to_subject,
    extract_subject,
    find,
    load_picture,
    segment_subject,
    segmentation_preview,
)

SIZE = (240, 300)
GROUNDS = ("paper", "gradient", "clouds", "stripes", "two halves")
SUBJECTS = ("fox", "teapot", "cactus", "guitar")


def ground(kind: str, rng: np.random.Generator) -> np.ndarray:
    y, x = np.mgrid[: SIZE[0], : SIZE[1]] / SIZE[1]
    one, two = np.array([0.25, 0.45, 0.8]), np.array([0.7, 0.85, 0.95])
    noise = cv2.GaussianBlur(rng.standard_normal(SIZE), (0, 0), 9)
    share = {
        "paper": 0.3 * (x - 0.5) ** 2,
        "gradient": y,
        "clouds": (noise - noise.min()) / np.ptp(noise),
        "stripes": 0.5 + 0.5 * np.sin(60 * x + 20 * y),
        "two halves": (y > 0.55).astype(float),
    }[kind][..., None]
    return 0.96 - share * (0.5, 0.6, 0.8) if kind == "paper" else one * share + two * (1 - share)


def photograph(word: str, kind: str) -> tuple[Photo, np.ndarray]:
    """A drawing in uneven light on a ground, with grain, and its mask."""
    rng = np.random.default_rng([len(word), GROUNDS.index(kind)])
    a = find(word)[0].rgba(SIZE, Pose(8, 0.8, 0.04, -0.03))
    light = np.linspace(0.75, 1.05, SIZE[1])[None, :, None]
    rgb = ground(kind, rng) * (1 - a[..., 3:]) + a[..., :3] * light + 0.015 * rng.standard_normal((*SIZE, 3))
    return Photo(word, np.clip(rgb, 0, 1).astype(np.float32)), a[..., 3] > 0.5


def overlap(alpha: np.ndarray, mask: np.ndarray) -> float:
    """Intersection over union."""
    return float(((alpha > 0.5) & mask).sum() / ((alpha > 0.5) | mask).sum())


@pytest.mark.parametrize("word, kind", [(SUBJECTS[k % 4], kind) for k, kind in enumerate(2 * GROUNDS)])
def test_the_subject_is_what_was_painted(word, kind):
    photo, mask = photograph(word, kind)
    alpha = extract_subject(photo).pixels[..., 3]
    assert overlap(alpha, mask) >= 0.9
    assert overlap(np.roll(alpha, 20, 1), mask) < 0.9  # a subject beside its place would show


def test_soft_edges_hold_none_of_the_ground():
    """A red disc on blue: within its soft edge the colour is red still."""
    y, x = np.mgrid[:300, :400]
    inside = np.clip(90 - np.hypot(x - 200, y - 150) + 0.5, 0, 1)[..., None].astype(np.float32)
    cut = extract_subject(Photo("disc", inside * np.float32([0.9, 0.1, 0.1]) + (1 - inside) * np.float32([0.1, 0.2, 0.9]))).pixels
    edge = (cut[..., 3] > 0.1) & (cut[..., 3] < 0.9)
    assert edge.sum() > 100 and (cut[edge][:, 2] / cut[edge][:, 3]).max() < 0.2
    assert overlap(cut[..., 3], inside[..., 0] > 0.5) > 0.98


def test_a_drawing_in_lines_on_paper_is_taken_with_what_it_encloses():
    paper = np.full((300, 300, 3), 245, np.uint8)
    cv2.circle(paper, (150, 150), 90, (40, 40, 60), 3)
    cv2.circle(paper, (120, 130), 12, (40, 40, 60), 3)
    cv2.line(paper, (150, 240), (150, 285), (40, 40, 60), 3)
    alpha = extract_subject(Photo("face", paper.astype(np.float32) / 255)).pixels[..., 3]
    y, x = np.mgrid[:300, :300]
    assert overlap(alpha, np.hypot(x - 150, y - 150) <= 91) > 0.95


def nothing() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    stars = np.zeros((200, 200, 3), np.float32)
    for y, x in rng.integers(5, 195, (60, 2)):
        stars[y - 2 : y + 3, x - 2 : x + 3] = 1
    return {
        "one colour": np.full((200, 200, 3), 0.5, np.float32),
        "white": np.ones((300, 300, 3), np.float32),
        "noise": rng.random((200, 200, 3)).astype(np.float32),
        "stars": stars,
        "gradient": np.repeat(np.linspace(0, 1, 200, dtype=np.float32)[:, None, None], 200, 1).repeat(3, 2),
    }


@pytest.mark.parametrize("name", list(nothing()))
def test_a_picture_with_nothing_on_it(name):
    with pytest.raises(BadValue, match="stands out"):
        extract_subject(Photo(name, nothing()[name]))


def test_a_photograph_is_looked_at_once(monkeypatch):
    """Asked again of the same pixels GrabCut does not run; planted: of other pixels, of another size or of other labels it must."""
    photo, ran, grab = photograph("fox", "stripes")[0], [], cv2.grabCut
    monkeypatch.setattr(cv2, "grabCut", lambda *given: ran.append(1) or grab(*given))
    _segmentation._grabcut.cache_clear()
    first, times = segment_subject(photo.rgb), len(ran)
    assert np.array_equal(segment_subject(photo.rgb.copy()), first) and len(ran) == times > 0
    segment_subject(photo.rgb[:, ::-1]), segment_subject(photo.rgb, 160)
    assert len(ran) == 3 * times
    for rows in (5, 9):
        labels = np.full(SIZE, 3, np.uint8)
        labels[:rows] = 0
        assert not _segmentation._grabcut_mask(photo.rgb, labels)[:rows].any()
    assert len(ran) == 3 * times + 2


def test_framed_subjects_fill_their_square_and_what_was_taken_is_shown():
    photo, mask = photograph("fox", "gradient")
    cut = extract_subject(photo)
    small = crop_to_subject(cut)
    rows, cols = (np.flatnonzero(mask.any(k)) for k in (1, 0))
    longer = max(np.ptp(rows), np.ptp(cols)) + 1
    assert max(small.pixels.shape[:2]) == pytest.approx(1.1 * longer, abs=8) and small.pixels[..., 3].sum() == pytest.approx(cut.pixels[..., 3].sum(), rel=1e-3)
    seen = segmentation_preview(photo, cut)
    assert seen.dtype == np.uint8 and seen.shape == (SIZE[0], 2 * SIZE[1], 3)
    inside = cv2.erode(mask.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    assert np.abs(seen[:, SIZE[1] :][inside].astype(float) / 255 - photo.rgb[inside]).max() < 0.03


@pytest.mark.parametrize(
    "kind, subject, partner, cut",
    [
        ("jigsaw", "auto", "photo", False),
        ("jigsaw", "auto", "word", True),
        ("jigsaw", "cut", "photo", True),
        ("rotate_180", "auto", "photo", True),
        ("rotate_180", "whole", "photo", False),
        ("negate", "whole", "word", False),
    ],
)
def test_when_photographs_are_cut_out(kind, subject, partner, cut):
    photo = photograph("fox", "gradient")[0]
    pair = [[photo], [photograph("teapot", "gradient")[0]] if partner == "photo" else find("teapot")]
    made = segmented(pair, subject, kind == "jigsaw")
    found, pictures, told = made.found, made.shown, made.told
    assert isinstance(found[0][0], Cutout if cut else Photo) and [t["taken"] for t in told] == (1 + (partner == "photo")) * ["cut" if cut else "whole"]
    assert list(pictures) == [t["file"] for t in told if cut]


def test_what_does_not_stand_out_is_left_whole_or_said():
    pair = [[photograph("fox", "gradient")[0]], [Photo("noise", nothing()["noise"])]]
    made = segmented(pair, "auto", False)
    assert made.found == pair and not made.shown and all("stands out" in t["why"] for t in made.told)
    with pytest.raises(BadValue, match="--subject whole"):
        segmented(pair, "cut", False)
    with pytest.raises(UnknownName, match="'whole'"):
        PuzzleSpec.of("flip", ("a", "b"), subject="hole")


@pytest.mark.parametrize("kind", ["negate", "jigsaw"])
def test_a_photograph_is_cast_like_a_drawing(kind, tmp_path):
    Image.fromarray(np.rint(photograph("fox", "stripes")[0].rgb * 255).astype(np.uint8)).save(tmp_path / "fox.png")
    made = PuzzleSpec.of(kind, (str(tmp_path / "fox.png"), "teapot"), size="60mm", dpi=40, cast=2, grid="3x3" if kind == "jigsaw" else "")
    folder = workshop.draw(made, tmp_path / "out").folder
    facts = json.loads((folder / "anagram.json").read_text())
    assert facts["subjects"][0] | {"share": 0} == {"picture": 1, "subject": "fox", "taken": "cut", "share": 0, "file": "subject-1.png"}
    assert (folder / "subject-1.png").is_file() and not (folder / "subject-2.png").exists() and facts["casting"]["pictures"][0]["style"] == "photo"
    back = Anagram.load(folder)
    assert list(back.cutouts) == ["subject-1.png"] and isinstance(load_picture(str(tmp_path / "fox.png")), Photo)
    target = back.targets[0].astype(float)
    assert np.abs(target - np.median(target[:2].reshape(-1, 3), 0))[:2].max() < 8  # its ground is one colour: the stripes are gone
