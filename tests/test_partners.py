"""Partners: a subject that needs no compromise comes first, whatever the view."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from illusionprint.casting import rotate_hue
from illusionprint.casting._conflict_matrix import conflict_features, contrast_energies
from illusionprint.casting.partners import drawing_similarity, rank_partners
from illusionprint.casting.partners import pair_table as partners_table
from illusionprint.casting.rigid import pictures_in_first, rigid_raster
from illusionprint.cli import main
from illusionprint.jigsaw import squares
from illusionprint.views import view
from illusionprint.vocabulary import find, subjects
from illusionprint.workshop import pair_lists as best
from illusionprint.workshop import partners as module
from illusionprint.workshop.partners import varied

OTHERS = ("owl", "castle", "tulip", "bus")


def drawings():
    return [find(w)[0] for w in OTHERS]


@pytest.mark.parametrize("name", ["rotate_180", "flip", "rotate_90"])
def test_a_twin_seen_through_the_view_comes_first(name):
    """A drawing that is the subject's own, turned as the view will turn it back, agrees wholly."""
    duck = find("duck")[0]
    turn = {"rotate_180": "rotate(180 18 18)", "flip": "matrix(1 0 0 -1 0 36)", "rotate_90": "rotate(90 18 18)"}[name]
    body = duck.svg[duck.svg.index(">") + 1 : duck.svg.rindex("</svg>")]
    twin = replace(duck, subject="twin", svg=f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><g transform="{turn}">{body}</g></svg>')
    ranked = rank_partners(duck, [*drawings(), twin], view(name), None)
    assert ranked[0][1] == "twin" and ranked[0][0] < 0.02 < ranked[1][0] and [c for c, _ in ranked] == sorted(c for c, _ in ranked)


def test_on_a_board_the_subject_itself_would_come_first():
    duck = find("duck")[0]
    ranked = rank_partners(duck, [*drawings(), replace(duck, subject="twin")], None, squares(4, 4, 40000))
    assert ranked[0][1] == "twin" and ranked[0][0] < 0.01 and len(ranked) == 5


def test_the_subject_is_not_its_own_partner():
    duck = find("duck")[0]
    assert [name for _, name in rank_partners(duck, [duck, find("owl")[0]], view("flip"), None)] == ["owl"]


@pytest.mark.parametrize(
    ("words", "tells"),
    [
        (["qqqq"], "nearest subjects"),
        (["cat", "--view", "rotate_18"], "rotate_180"),
        (["cat", "--view", "identity"], "one picture"),
        (["cat", "--view", "jigsaw", "--grid", "1x1"], "2 to 64"),
    ],
)
def test_wrong_use_is_one_message(words, tells):
    done = CliRunner().invoke(main, ["suggest", *words, "--quiet"])
    assert done.exit_code == 2 and tells in done.output and "Traceback" not in done.output


# The table over all pairs, variety, the real results and their sheet


def test_the_table_agrees_with_a_recount_of_its_own_choice():
    """Conflict of the parts that the table names, by features of the two pictures alone."""
    first, second = drawings()[:2], drawings()[2:]
    v = view("rotate_180")
    found = partners_table(first, second, v, None, (4, 3), 2)
    for i in range(2):
        for j in range(2):
            one, two = found.parts(i, j)
            a, b = (rigid_raster([replace(p, hue_deg=0.0)])[0] for p in (one, two))
            b = rotate_hue(b, two.hue_deg)
            own = (conflict_features(a, False) @ conflict_features(pictures_in_first(v, b), True).T)[0, 0] / (
                (contrast_energies(a)[0] + contrast_energies(b)[0]) / 2 + 1e-6
            )
            assert 0 <= found.conflict[i, j] - own < 0.02  # the rest is the price of the hue
            worse = conflict_features(a, False) @ conflict_features(b, True).T / ((contrast_energies(a)[0] + contrast_energies(b)[0]) / 2 + 1e-6)
            assert abs(float(worse[0, 0]) - own) > 1e-3  # without the view it is another figure


def test_what_looks_alike():
    duck, owl = find("duck")[0], find("owl")[0]
    near = drawing_similarity([duck, replace(duck, subject="twin"), owl])
    assert near[0, 1] > 0.999 and near[0, 2] < 0.95 and near == pytest.approx(near.T)


def test_variety_keeps_the_order_and_its_limits():
    names = ["ear", "foot", "nose", "tongue", "owl", "fox", "duck", "rabbit", "cat", "dog"]
    found = [find(n)[0] for n in names]
    near = np.eye(len(names), dtype=np.float32)
    kept = [names[j] for j in varied(list(range(len(names))), found, near, 20)]
    assert kept == ["ear", "foot", "owl", "fox", "duck", "rabbit"]  # two of the body, four animals
    near[4, 5] = near[5, 4] = 1.0
    assert [names[j] for j in varied(list(range(len(names))), found, near, 4)] == ["ear", "foot", "owl", "duck"]


@pytest.mark.parametrize("kind", ["rotate_180", "jigsaw"])
def test_suggest_draws_real_results(kind, tmp_path, monkeypatch):
    """The pictures on the sheet are what the views show, best first."""
    some = [find(w)[0] for w in ("owl", "castle", "tulip", "bus", "teapot")]
    monkeypatch.setattr(module, "_all", lambda styles: some)
    pairs, others = module.suggest("duck", kind, "3x3", ("twemoji",), count=3)
    assert len(pairs) == 3 and len(others) == 2 and [p.score for p in pairs] == sorted((p.score for p in pairs), reverse=True)
    assert {p.subjects[1] for p in pairs} | {n for _, n in others} == {d.subject for d in some} and {p.subjects[0] for p in pairs} == {"duck"}
    if kind == "rotate_180":
        assert all(np.array_equal(p.seen[0][::-1, ::-1], p.seen[1]) for p in pairs)
    sheet = Image.open(module.sheet(pairs, tmp_path / "sheet.png"))
    shown = np.asarray(sheet)[16 : 16 + pairs[0].seen[0].shape[0], 16 : 16 + pairs[0].seen[0].shape[1]]
    assert sheet.width > 3 * 480 and np.array_equal(shown, pairs[0].seen[0])


def test_the_sheet_goes_to_a_file_that_was_named_or_into_a_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_all", lambda styles: [find(w)[0] for w in ("owl", "castle")])
    (tmp_path / "folder.png").mkdir()
    for out, file in (("x.png", "x.png"), ("new", "new/suggest-duck-flip.png"), ("folder.png", "folder.png/suggest-duck-flip.png")):
        done = CliRunner().invoke(main, ["suggest", "duck", "--view", "flip", "--quiet", "--out", str(tmp_path / out)])
        assert done.exit_code == 0 and done.output.splitlines()[-1] == str(tmp_path / file) and Image.open(tmp_path / file).format == "PNG"


def test_best_pairs_of_all_are_different_and_of_things():
    found = best.pairs("flip", tried=6, among=24)
    assert found == sorted(found, reverse=True) and len({frozenset(p[1:]) for p in found}) == len(found) >= 4
    kinds = {s.name: s.kind for s in subjects()}
    assert not {kinds[n] for p in found for n in p[1:]} & set(module.CROWDS)


def test_the_shipped_lists_hold_subjects_and_are_small():
    folder = Path(module.__file__).parents[1] / "casting" / "pairs"
    names, lists = {s.name for s in subjects()}, sorted(folder.glob("*.json"))
    assert "rotate_180" in {p.stem for p in lists} <= {"rotate_180", "rotate_90", "negate", "jigsaw_4x4"} and sum(p.stat().st_size for p in lists) < 300_000
    for path in lists:
        kind, _, grid = path.stem.partition("_4")
        listed = module._listed(kind, "4x4")
        assert len(listed) >= 20 and listed == sorted(listed, reverse=True) and {n for row in listed for n in row[1:]} <= names


def test_a_view_without_a_list_is_said(tmp_path):
    done = CliRunner().invoke(main, ["suggest", "--view", "rotate_270", "--quiet", "--out", str(tmp_path)])
    assert done.exit_code == 2 and "name a subject" in done.output and not list(tmp_path.iterdir())
