"""Choosing among castings: designs that differ, the contact sheet, pictures head to tail, and what is told of a pair that cannot be had."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from illusionprint.blend.composite import Preview, blend, ranked
from illusionprint.blend.designs import diverse_designs, select_diverse
from illusionprint.casting import SEEDS_PER_SEARCH, cast_card, cast_rigid
from illusionprint.casting.rigid import near_duplicate, same_design
from illusionprint.cli import main
from illusionprint.errors import BadValue, UnknownName
from illusionprint.spec import PuzzleSpec
from illusionprint.views import apply_view, view
from illusionprint.vocabulary import find


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, list(words))
    return done.exit_code, done.output


@pytest.fixture(scope="module")
def castings():
    return cast_rigid(find("cat"), find("owl"), view("rotate_180"), 0, 4)


def test_designs_differ_in_more_than_bend(castings):
    designs = {c.design: c for c in castings}
    assert len(castings) == 12 and len(designs) == 4
    found = list(designs.values())
    assert not any(all(near_duplicate(p, q) for p, q in zip(c.parts, d.parts)) for n, c in enumerate(found) for d in found[:n])
    assert all(near_duplicate(p, p) for p in found[0].parts)
    order = ranked(castings, view("rotate_180"), 1.0)
    assert len(order) == 4 and [c.score for c in order] == sorted((c.score for c in order), reverse=True)
    assert {c.design for c in order} == set(designs)


@pytest.fixture(scope="module")
def others(castings):
    return cast_rigid(find("cat"), find("owl"), view("rotate_180"), 0, 4, beside=castings)


def test_what_is_cast_beside_others_resembles_none_of_them(castings, others):
    """Each is another design than all there were, and than each of its own: also where the plain search comes to the same again."""
    pairs = {c.design: c.parts for c in others}
    assert len(pairs) == 4
    found = list(pairs.values())
    assert not any(
        all(same_design(p, q) for p, q in zip(parts, there)) for n, parts in enumerate(found) for there in [*found[:n], *(c.parts for c in castings)]
    )
    assert all(same_design(p, p) and not same_design(p, replace(p, pose=replace(p.pose, mirror=not p.pose.mirror))) for p in found[0])


def liked(shown, look):
    """A judge that likes what is light."""
    return [float(s.pictures[0].mean()) for s in shown]


def test_the_first_design_needs_no_look_at_the_others(castings, others):
    few, v = castings[:5], view("rotate_180")
    found = diverse_designs(few, others, v, 1.0, liked)
    first = ranked(few, v, 1.0, liked)[0]
    assert (found[0].design, found[0].balance, found[0].tilt, found[0].score) == (first.design, first.balance, first.tilt, first.score)
    assert len({c.design for c in found}) == len(found) == len({c.design for c in (*few, *others)}) <= SEEDS_PER_SEARCH


def plain(casting, grey: float, mark: float) -> Preview:
    x = np.full((48, 48, 3), grey, np.float32)
    return Preview(casting, (x, x), (x, x), mark)


def test_later_designs_differ_and_the_better_come_before(castings):
    """Of five nearly alike and two that are not, those two are among the first four, though they are worse; then by marks."""
    alike_ones = [plain(castings[0], 0.5 + k / 1000, 1 - k / 100) for k in range(5)]
    unlike_ones = [plain(castings[0], 0.1, 0.5), plain(castings[0], 0.9, 0.4)]
    found = select_diverse([*alike_ones, *unlike_ones], 4)
    assert found[0] is alike_ones[0] and found[2:] == unlike_ones and found[1] in alike_ones
    assert [s.mark for s in found] == sorted((s.mark for s in found), reverse=True)
    assert unlike_ones[0] not in select_diverse([*alike_ones, plain(castings[0], 0.1, -9.0)], 4)  # what is lost is no design


@pytest.fixture(scope="module")
def sheet(tmp_path_factory):
    out = tmp_path_factory.mktemp("sheet")
    status, told = run("draw", "flip", "cat", "owl", "--sheet", "--cast", "3", "--seed", "12", "--dpi", "30", "--quiet", "--out", str(out))
    assert status == 0, told
    return out


def test_a_contact_sheet_is_written_and_nothing_else(sheet):
    files = [p for p in sheet.rglob("*") if p.is_file()]
    assert [p.name for p in files] == ["castings-10.png"]
    with Image.open(files[0]) as page:
        assert page.width > 1000 and len(page.convert("RGB").getcolors(10**6)) > 50
        corner, paper = np.asarray(page)[80:340, 30:280], np.asarray(page)[2, 2]
    assert (np.abs(corner.astype(int) - paper).max(-1) > 20).mean() > 0.1  # something is shown in the first tile


def test_the_seed_on_the_sheet_makes_that_picture(sheet, tmp_path):
    """Seed 11 is the second tile of the sheet of 10 to 19, and not the first."""
    status, told = run("draw", "flip", "cat", "owl", "--cast", "3", "--seed", "11", "--dpi", "30", "--quiet", "--out", str(tmp_path))
    assert status == 0, told
    with Image.open(next(sheet.rglob("castings-10.png"))) as page:
        tiles = [np.asarray(page.crop((x, 74, x + 264, 74 + 264)).resize((66, 66), Image.BOX)).astype(float) for x in (24, 24 + 534 + 24)]
    with Image.open(next(tmp_path.rglob("anagram.png"))) as made:
        made = np.asarray(made.convert("RGB").resize((66, 66), Image.BOX)).astype(float)
    first, second = (np.abs(made - t)[3:-3, 3:-3].mean() for t in tiles)
    assert second < 6 and second < first / 2


def test_the_best_seed_is_the_first_tile(sheet, tmp_path):
    status, told = run("draw", "flip", "cat", "owl", "--cast", "3", "--seed", "10", "--dpi", "30", "--quiet", "--out", str(tmp_path))
    assert status == 0, told
    with Image.open(next(sheet.rglob("castings-10.png"))) as page, Image.open(next(tmp_path.rglob("anagram.png"))) as made:
        first, second = (np.asarray(page.crop((x, 74, x + 264, 74 + 264)).resize((66, 66), Image.BOX)).astype(float) for x in (24, 24 + 534 + 24))
        made = np.asarray(made.convert("RGB").resize((66, 66), Image.BOX)).astype(float)
    assert np.abs(made - first)[3:-3, 3:-3].mean() < 6 < np.abs(made - second)[3:-3, 3:-3].mean()


@pytest.mark.parametrize(
    "words, says",
    [(("cat.jpg",), "no"), (("--natural", "2"), "natural"), (("--cast", "-1"), "cast"), (("--ground", "blu"), "blue"), (("--compose", "cart"), "mean 'card'")],
)
def test_wrong_steering_is_one_message(words, says, tmp_path):
    status, told = run("draw", "flip", "cat", *(words if words[0].endswith("jpg") else ("owl", *words)), "--sheet", "--quiet", "--out", str(tmp_path))
    assert status == 2 and says in told and "Traceback" not in told and not list(tmp_path.iterdir())


# Cards


@pytest.mark.parametrize("name", ["rotate_180", "flip"])
def test_a_card_keeps_both_pictures_whole(name):
    """Each subject lies in the upper half of its own frame, nearly nothing of it is cut off or given to the other."""
    found = cast_card(find("octopus"), find("bus"), view(name), 0, 3)
    for c in found:
        x, *targets = blend(c, view(name), (160, 160))
        for p, shown, target in zip(c.parts, (x, apply_view(view(name), x)), targets):
            alpha = p.rgba((160, 160))[..., 3]
            centre = (alpha.sum(1) * (np.arange(160) + 0.5)).sum() / alpha.sum() / 160
            assert centre < 0.45 and 0.5 <= p.pose.scale <= 0.74
            assert max(alpha[0].sum(), alpha[:, 0].sum(), alpha[:, -1].sum()) < 0.1 * 160
            off = np.abs(shown - target).max(-1) > 0.1
            assert (off & (alpha > 0.9)).sum() < 0.1 * (alpha > 0.9).sum()
            assert (np.abs(np.flipud(shown) - target).max(-1) > 0.1)[alpha > 0.9].mean() > 0.5


def test_halves_are_one_sheet():
    found = cast_card(find("octopus"), find("bus"), view("rotate_180"), 0, 3)
    halved = [c for c in found if c.parts[0].backdrop is not None]
    assert halved
    for c in halved:
        one, two = (p.background((64, 64)) for p in c.parts)
        assert apply_view(view("rotate_180"), one) == pytest.approx(two, abs=1e-3) and np.abs(one[0, 0] - one[-1, -1]).max() > 0.05


@pytest.mark.parametrize("name", ["negate", "rotate_90"])
def test_other_views_have_no_card(name):
    with pytest.raises(BadValue, match="upside down"):
        cast_card(find("cat"), find("owl"), view(name), 0)
    assert run("draw", name, "cat", "owl", "--compose", "card")[0] == 2


def test_spec_says_how_to_compose():
    with pytest.raises(UnknownName, match="mean 'card'"):
        PuzzleSpec.of("flip", ("a", "b"), compose="cards")
    made = PuzzleSpec.of("flip", ("a", "b"), compose="card", natural=0.25, ground="red", cast=3)
    assert 'compose = "card"' in made.toml() and "natural = 0.25" in made.toml() and "cast = 3" in made.toml()


# What is told


def noted(tmp_path, names: tuple[str, str], conflict: float, **more) -> list[str]:
    from illusionprint.workshop import advice

    Image.new("RGB", (8, 8)).save(tmp_path / "anagram.png")
    (tmp_path / "arrangement.json").write_text(json.dumps({"pieces": [{"moves": [[1, 0, 0, 1, 0, 0], [-1, 0, 0, -1, 9, 9]]}] * 4}))
    facts = {"px_per_mm": 1.0, "casting": {"conflict": conflict, "pictures": [{"subject": n} for n in names]}}
    (tmp_path / "anagram.json").write_text(json.dumps(facts))
    (tmp_path / "puzzle.toml").write_text(PuzzleSpec.of(more.pop("kind", "flip"), more.pop("prompts", names), **more).toml())
    return advice(tmp_path)


def test_a_pair_that_cannot_be_had_is_said_with_better_ones(tmp_path):
    told = noted(tmp_path, ("cat", "owl"), 0.3)
    assert "do not go together under flip: conflict 0.30" in told[0] and told[1].startswith("better partners of 'cat': ") and "--compose card" in told[-1]
    assert len(told[2].split(": ")[1].split(", ")) == 3
    assert (
        noted(tmp_path, ("cat", "owl"), 0.1)
        == noted(tmp_path, ("cat", "owl"), 0.3, compose="card")
        == noted(tmp_path, ("cat", "owl"), 0.3, kind="jigsaw")
        == []
    )


def test_a_board_of_which_hardly_a_piece_moves_is_said():
    from illusionprint.workshop.advice import _kept

    there, gone = [1, 0, 0, 1, 0, 0], [0, 1, -1, 0, 20, 0]
    none, one, two = ([{"moves": [there, there, gone if k < n else there]} for k in range(8)] for n in (0, 1, 2))
    assert len(_kept(none)) == 2 and all(
        f"picture {k}: none of 8 pieces lies otherwise than in picture 1, and so it shows the same" in line for k, line in zip((2, 3), _kept(none))
    )
    assert "picture 3: 1 of 8 pieces lies otherwise" in _kept(one)[1] and "shows little else" in _kept(one)[1] and len(_kept(two)) == 1
    assert _kept([{"moves": [there]}] * 3) == []


def test_the_same_word_twice_is_allowed_and_said(tmp_path):
    assert noted(tmp_path, ("cat", "cat"), 0.0) == ["both pictures show 'cat'; that is allowed."]
    assert noted(tmp_path, ("x", "x"), 0.0, prompts=("one/x.jpg", "one/x.jpg")) == ["both pictures show 'x'; that is allowed."]
    assert noted(tmp_path, ("x", "x"), 0.0, prompts=("one/x.jpg", "two/x.jpg")) == []  # two files of one name
    status, told = run("draw", "flip", "cat", "cat", "--cast", "1", "--dpi", "30", "--out", str(tmp_path / "out"))
    assert status == 0 and "both pictures show 'cat'" in told


def test_ten_seeds_are_one_search():
    assert SEEDS_PER_SEARCH == 10
