"""Partners: a subject that needs no compromise comes first, whatever the view."""
from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import CliRunner

from illusionprint.casting.partners import partners
from illusionprint.cli import main
from illusionprint.jigsaw import Cut
from illusionprint.views import view
from illusionprint.vocabulary import find

OTHERS = ("owl", "castle", "tulip", "bus")


def drawings():
    return [find(w)[0] for w in OTHERS]


@pytest.mark.parametrize("name", ["rotate_180", "flip", "rotate_90"])
def test_a_twin_seen_through_the_view_comes_first(name):
    """A drawing that is the subject's own, turned as the view will turn it back, agrees wholly."""
    duck = find("duck")[0]
    turn = {"rotate_180": "rotate(180 18 18)", "flip": "matrix(1 0 0 -1 0 36)", "rotate_90": "rotate(90 18 18)"}[name]
    body = duck.svg[duck.svg.index(">") + 1: duck.svg.rindex("</svg>")]
    twin = replace(duck, subject="twin", svg=f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><g transform="{turn}">{body}</g></svg>')
    ranked = partners(duck, [*drawings(), twin], view(name), None)
    assert ranked[0][1] == "twin" and ranked[0][0] < 0.02 < ranked[1][0] and [c for c, _ in ranked] == sorted(c for c, _ in ranked)


def test_on_a_board_the_subject_itself_would_come_first():
    duck = find("duck")[0]
    ranked = partners(duck, [*drawings(), replace(duck, subject="twin")], None, Cut(4, 4, 40000))
    assert ranked[0][1] == "twin" and ranked[0][0] < 0.01 and len(ranked) == 5


def test_the_subject_is_not_its_own_partner():
    duck = find("duck")[0]
    assert [name for _, name in partners(duck, [duck, find("owl")[0]], view("flip"), None)] == ["owl"]


@pytest.mark.parametrize(("words", "tells"), [(["qqqq"], "nearest subjects"), (["cat", "--view", "rotate_18"], "rotate_180"), (["cat", "--view", "identity"], "one picture"),
                                              (["cat", "--view", "jigsaw", "--grid", "1x1"], "2 to 40")])
def test_wrong_use_is_one_message(words, tells):
    done = CliRunner().invoke(main, ["suggest", *words, "--quiet"])
    assert done.exit_code == 2 and tells in done.output and "Traceback" not in done.output
