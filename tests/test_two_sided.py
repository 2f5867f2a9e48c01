"""Boards that are printed on both sides: the files, the two pages, the proof with planted faults, the one arrangement for four pictures."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path as File

import cv2
import numpy as np
import pytest
import shapely
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from illusionprint import plugins, views, vocabulary
from illusionprint.anagram import Anagram, read_png, write_json, write_png
from illusionprint.blend import _svg, photos
from illusionprint.casting import Part
from illusionprint.casting.single import cast_single
from illusionprint.cli import main
from illusionprint.door import board_of, faces, laid_out, plan_of
from illusionprint.door.results import arrangement_of
from illusionprint.errors import BadValue
from illusionprint.jigsaw import build, random_arrangement, squares
from illusionprint.jigsaw.fitting.assignment import UNFIT
from illusionprint.layout import Role, choose_sheet, duplex_sheets, guide_sheets, print_sheet
from illusionprint.layout.duplex import marks, mirrored, turning_edge
from illusionprint.products import two_sided
from illusionprint.proof import _fit, prove
from illusionprint.proof._plan import read_plan
from illusionprint.spec import PuzzleSpec
from illusionprint.stages import joint_assignment
from illusionprint.stages.masks import kept_whole
from illusionprint.stages.segmentation import Subjects
from illusionprint.template import Template
from illusionprint.views import later_views

BOARDS = {
    "square": lambda: squares(4, 4, 20000),
    "hexagon": lambda: build(4, 4, (90, 90), tiling="hexagon", min_neck_mm=0.5),
    "heart": lambda: build(5, 5, (90, 90), min_neck_mm=0.5, outline="heart"),
}


def blobs(h, w, seed):
    rng = np.random.default_rng(seed)
    x = sum(cv2.resize(rng.random((n, n, 3)), (w, h), interpolation=cv2.INTER_CUBIC) for n in (6, 14, 40))
    return np.rint(np.clip(x / 3, 0, 1) * 255).astype(np.uint8)


def flip(x):
    return np.ascontiguousarray(x[:, ::-1])


def made(folder, kind="square", change=lambda pages: pages):
    """A result with a back behind both assemblies by the real writers; `change` edits the pages of print.pdf."""
    board = random_arrangement(BOARDS[kind](), np.random.default_rng(3))
    w, h = board.board.size_mm
    size = (round(h * 5), round(w * 5)) if kind != "square" else board.board.size_px(100)
    view = later_views("jigsaw", 2, board)[0]
    front, behind = (np.where(view.pieces(size)[..., None] < 0, np.uint8(255), blobs(*size, n)) for n in (0, 1))
    back = Anagram(flip(behind), (flip(behind), flip(views.apply_view(view, behind))), size[1] / w)
    anagram = Anagram(front, (front, views.apply_view(view, front)), size[1] / w, facts={"prompts": ["a", "b", "c", "d"], "kind": "jigsaw"}, back=back)
    anagram.save(folder)
    names = [
        {"seen": f"seen-{k}.png", "prompt": p, "view": v, "back": {"seen": f"seen-back-{k}.png", "prompt": q}}
        for k, p, q, v in ((1, "a", "c", "identity"), (2, "b", "d", "jigsaw"))
    ]
    write_json(folder / "arrangement.json", views.arrangement_table([views.view("identity"), view], board.board.size_mm, board, names))
    sheet = print_sheet(anagram, board, choose_sheet(board.board.size_mm))
    (folder / "cut.svg").write_bytes(plugins.load("export", "svg")(sheet, Template.load("laser", "machine")))
    (folder / "print.pdf").write_bytes(plugins.load("export", "pdf")(change(duplex_sheets(sheet, anagram, board))))
    return folder


def found(folder):
    return {f.code for f in prove(folder).findings}


# -- files and pages -------------------------------------------------------------------------------------------------------


def test_a_back_is_saved_and_loaded(tmp_path):
    whole = Anagram.load(made(tmp_path))
    assert {p.name for p in tmp_path.glob("*.png")} == {"anagram.png", "back.png", "seen-1.png", "seen-2.png", "seen-back-1.png", "seen-back-2.png"}
    assert (whole.back.pixels == read_png(tmp_path / "back.png")).all() and len(whole.seen) == len(whole.back.seen) == 2
    (tmp_path / "back.png").unlink()
    assert Anagram.load(tmp_path).back is None


@pytest.mark.parametrize("kind", BOARDS)
def test_two_pages_fall_on_each_other(kind, tmp_path):
    pages = []
    made(tmp_path, kind, lambda p: pages.extend(p) or p)
    front, back = pages
    w = front.size_mm[0]
    for role in (Role.CUT, Role.TRIM, Role.REGISTER):
        there, here = (
            shapely.union_all(
                [shapely.linestrings(s.path.flatten() if not s.path.closed else np.vstack([s.path.flatten(), s.path.start])) for s in p.strokes(role)]
            )
            for p in (front, back)
        )
        turned = shapely.transform(here, lambda p: p * (-1, 1) + (w, 0))
        assert shapely.hausdorff_distance(there, turned) < 1e-6 and there.length > 10
    assert w - back.trim[0] - back.trim[2] == pytest.approx(front.trim[0])
    for m in marks(front):  # outside the bleed
        x, y, width, height = front.bleed_box
        assert not shapely.intersects(shapely.linestrings(m.path.flatten()), shapely.box(x, y, x + width, y + height))
    assert turning_edge((200, 300)) == "long" and turning_edge((300, 200)) == "short"
    assert mirrored(mirrored(front.strokes(Role.TRIM)[0].path, w), w).flatten() == pytest.approx(front.strokes(Role.TRIM)[0].path.flatten())


def test_the_guide_tells_of_both_sides(tmp_path):
    folder = made(tmp_path)
    board = random_arrangement(BOARDS["square"](), np.random.default_rng(3))
    told = " ".join(i.text for s in guide_sheets(Anagram.load(folder), board, "a4", (297, 210)) for i in s.items if hasattr(i, "text"))
    assert "short edge" in told and "two sides, four pictures" in told and "d, behind 2" in told


def test_vectors_seen_from_behind():
    square, rest = shapely.box(1, 1, 3.5, 4), shapely.box(0, 0, 10, 5) - shapely.box(1, 1, 3.5, 4)
    data = _svg.svg(_svg.Regions(np.array([square, rest]), np.uint8([[255, 0, 0], [0, 0, 255]]), np.array([0, 1]), ("r1c1", "r1c2"), (10.0, 5.0)), "x")
    turned = _svg.parse_svg(_svg.mirrored_svg(data, "x"))
    assert shapely.equals(turned.areas[0], shapely.box(6.5, 1, 9, 4)) and (turned.colours == _svg.parse_svg(data).colours).all()
    assert _svg.mirrored_svg(_svg.mirrored_svg(data, "x"), "x") == data


# -- the proof --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", BOARDS)
def test_a_whole_board_has_no_findings(kind, tmp_path):
    proof = prove(made(tmp_path, kind))
    assert proof.findings == () and len(proof.pictures) == 6
    assert all(a["back"]["ssim"] > 0.97 for a in proof.figures["assemblies"])


def art(page, change):
    return replace(page, items=tuple(replace(i, pixels=np.ascontiguousarray(change(i.pixels))) if hasattr(i, "pixels") else i for i in page.items))


def lines(page, *matrix):
    return replace(
        page, items=tuple(replace(i, path=i.path.transformed(*matrix)) if hasattr(i, "path") and i.role in (Role.CUT, Role.TRIM) else i for i in page.items)
    )


FAULTS = {  # what is done to the back page -> what the proof says
    "not mirrored at all": (lambda p: [p[0], lines(art(p[1], lambda x: x[:, ::-1]), -1, 0, 0, 1, p[0].size_mm[0], 0)], {"BACK_DIFFERS", "PICTURE_DIFFERS"}),
    "its picture mirrored": (lambda p: [p[0], art(p[1], lambda x: x[:, ::-1])], {"PICTURE_DIFFERS"}),
    "its picture upside down, as if turned about the other edge": (lambda p: [p[0], art(p[1], lambda x: x[::-1, ::-1])], {"PICTURE_DIFFERS"}),
    "its lines not mirrored": (lambda p: [p[0], lines(p[1], -1, 0, 0, 1, p[0].size_mm[0], 0)], {"BACK_DIFFERS"}),
    "its lines 0.1 mm beside": (lambda p: [p[0], lines(p[1], 1, 0, 0, 1, 0.1, 0)], {"BACK_DIFFERS"}),
    "its picture 0.6 mm beside": (lambda p: [p[0], art(p[1], lambda x: np.roll(x, 3, 1))], {"ART_OFFSET"}),
    "no back page": (lambda p: p[:1], {"BROKEN_FILE"}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_back_is_found(fault, tmp_path):
    change, codes = FAULTS[fault]
    got = found(made(tmp_path, "square", change))
    assert codes <= got and got <= codes | {"PICTURE_DIFFERS", "ART_OFFSET", "PIECE_MISPLACED"}


def test_a_back_picture_of_two_pieces_swapped_is_found(tmp_path):
    folder = made(tmp_path)
    x = read_png(folder / "seen-back-2.png").copy()
    x[110:190, 110:190], x[210:290, 210:290] = x[210:290, 210:290].copy(), x[110:190, 110:190].copy()
    write_png(folder / "seen-back-2.png", x, 5.0)
    assert found(folder) == {"PIECE_MISPLACED"}


# -- the cut of every kind of board --------------------------------------------------------------------------------------------


def numbers(d):
    return re.split(r"(-?\d+\.?\d*)", d)


def nudged(folder, mm, piece):
    """One control point of an outline in arrangement.json moved; the second number of some curve that no border has."""
    table = json.loads((folder / "arrangement.json").read_text())
    parts = numbers(table["pieces"][piece]["outline"])
    at = next(n for n, p in enumerate(parts) if p.endswith("C"))
    parts[at + 3] = f"{float(parts[at + 3]) + mm:.3f}"
    table["pieces"][piece]["outline"] = "".join(parts)
    write_json(folder / "arrangement.json", table)


def swapped(folder, _, __):
    """Two pieces of different shapes change places in assembly 2."""
    table = json.loads((folder / "arrangement.json").read_text())
    a, b = table["pieces"][0], table["pieces"][len(table["pieces"]) // 2]
    (x, y), (u, v) = ([float(n) for n in re.findall(r"-?\d+\.?\d*", p["outline"])[:2]] for p in (a, b))
    a["moves"][1], b["moves"][1] = [1, 0, 0, 1, u - x, v - y], [1, 0, 0, 1, x - u, y - v]
    write_json(folder / "arrangement.json", table)


CUTS = {
    "a side off by 1 um": (nudged, 0.001, {"SIDES_DIFFER"}),
    "a wrong connector": (nudged, 1.5, {"PIECE_SHAPE"}),
    "two pieces swapped": (swapped, 0, {"GAP", "OVERLAP"}),
}


@pytest.mark.parametrize("fault", CUTS)
@pytest.mark.parametrize("kind", BOARDS)
def test_a_wrong_cut_is_found(kind, fault, tmp_path):
    damage, mm, codes = CUTS[fault]
    folder = made(tmp_path, kind)
    damage(folder, mm, 1)
    got = found(folder)
    assert codes <= got and (mm != 0.001 or got == codes)


def test_hexagons_that_only_shift_are_compared_as_they_lie_first_and_squares_in_every_assembly(tmp_path, monkeypatch):
    """In two rows of hexagons nothing turns, and yet their places are no whole micrometres apart; planted there: a side off by 1 um. Planted on squares: a move off by as much."""

    def of(board, name):
        views_ = [views.view("identity"), views.view("jigsaw", board)]
        write_json(tmp_path / name, views.arrangement_table(views_, board.board.size_mm, board, [{"seen": "", "prompt": ""}] * 2))
        return read_plan(tmp_path / name)

    rows = of(random_arrangement(build(2, 9, (200, 60), tiling="hexagon"), np.random.default_rng(1)), "hexagons.json")
    assert np.ptp(rows.moves[:, 1, 4]) > 10 and (rows.moves[..., :4] == [1, 0, 0, 1]).all() and _fit.check_seams(rows, []) == []
    with monkeypatch.context() as m:
        m.setattr(_fit, "_is_exact", lambda moves: True)
        assert _fit.check_seams(rows, [])
    nudged_ = [o + (0.001 * (np.arange(len(o)) == 5))[:, None] if n == 1 else o for n, o in enumerate(rows.outlines)]
    assert {f.code for f in _fit.check_seams(replace(rows, outlines=nudged_), [])} == {"SIDES_DIFFER"}
    grid = of(random_arrangement(squares(4, 4, 20000), np.random.default_rng(3)), "squares.json")
    assert _fit.check_seams(grid, []) == []
    moves = grid.moves.copy()
    moves[5, 1, 4] += 0.0005
    assert "assembly 2" in _fit.check_seams(replace(grid, moves=moves), [])[0].message


# -- making ------------------------------------------------------------------------------------------------------------------


def test_a_picture_alone_is_drawn_as_it_is_on_either_side():
    spec = PuzzleSpec.of("jigsaw", ("rabbit", "duck"), grid="2x2", size="60mm", sides=2, dpi=60, ground="skyblue,gold")
    plan = plan_of(spec)
    anagram, board = two_sided.picture(plan)
    assert board.assemblies == 1 and len(anagram.seen) == len(anagram.back.seen) == 1
    for side, word, last in ((anagram, "rabbit", False), (anagram.back, "duck", True)):
        part = cast_single(vocabulary.find(word), plan.board.room, plan.ground, last)[0].parts[0]
        expected = np.rint(part.rgb(side.pixels.shape[:2]) * 255)
        assert np.abs(side.pixels - expected).mean() < 1.5 < np.abs(flip(side.pixels) - expected).mean()
        assert (side.pixels == side.seen[0]).all() and side.facts["casting"]["pictures"][0]["pose"]["mirror"] is False


def test_grounds_of_a_picture_alone():
    drawings = vocabulary.find("duck")
    auto = [c.parts[0].ground for c in cast_single(drawings)]
    assert len(auto) == len(set(auto)) >= 3
    assert [c.parts[0].ground for c in cast_single(drawings, ground="white,black", last=True)] == [(0.0, 0.0, 0.0)]
    assert cast_single(drawings, ground="gradient,white,skyblue")[0].parts[0].backdrop.fill == "gradient"
    with pytest.raises(BadValue):
        cast_single(drawings, ground="whitish")


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_one_arrangement_for_both_sides_costs_least(seed):
    """Against every other assignment within the classes of a 2 x 3 board, and what either side alone would take."""
    rng, cut = np.random.default_rng(seed), squares(2, 3, 20000)
    pairs = [joint_assignment.Pair((), np.where(cut.fits, rng.random(cut.fits.shape), UNFIT)) for _ in range(2)]
    board, cost = joint_assignment.arranged(tuple(pairs), cut)
    assert cost == pytest.approx(sum(p.share(board.slots[1], board.turns[1]) for p in pairs)) and cost < UNFIT / 2
    for _ in range(50):
        other = random_arrangement(cut, rng)
        assert sum(p.share(other.slots[1], other.turns[1]) for p in pairs) >= cost - 1e-9
    alone = [joint_assignment.arranged((p, replace(p, cost=0 * p.cost)), cut)[1] for p in pairs]
    assert sum(alone) <= cost + 1e-9


def told_as(anagram, found, told):
    """Whether each picture behind is nearer to its drawing in the pose that anagram.json tells of than to the mirror image of that."""
    near = []
    for x, drawings, p in zip(anagram.back.targets, found, told):
        part = Part(drawings[0], vocabulary.Pose(**p["pose"]), p["hue_deg"], tuple(int(p["ground"][k : k + 2], 16) / 255 for k in (1, 3, 5)), light=p["light"])
        expected = part.rgb(x.shape[:2]) * 255
        near.append(np.abs(x - expected).mean() < 0.6 * np.abs(flip(x) - expected).mean())
    return near


@pytest.mark.parametrize("fault", [False, True])
def test_letters_behind_read_right(fault, monkeypatch):
    """Four drawings, those behind with letters; the fault: drawings that are cast as they are, and so are seen in a mirror."""
    if fault:
        monkeypatch.setattr(Subjects, "mirrored", property(lambda found: found))
    words = ("rabbit", "duck", "calendar", "hundred points")
    anagram, _ = two_sided.picture(plan_of(PuzzleSpec.of("jigsaw", words, grid="3x3", size="60mm", sides=2, dpi=60, cast=2)))
    told = anagram.facts["back"]["casting"]["pictures"]
    assert [p["pose"]["mirror"] for p in told] == [False, False]
    assert told_as(anagram, [vocabulary.find(w) for w in words[2:]], told) == [not fault] * 2


@pytest.mark.parametrize("prompts", [2, 4])
@pytest.mark.parametrize("fault", [None, "mirrored", "mirrored_crop"])
def test_photographs_behind_lie_as_their_crops_say(prompts, fault, tmp_path, monkeypatch):
    """The crop of puzzle.toml is that of the picture as it is seen, and what anagram.json tells again; --whole keeps the place that it says."""
    if fault == "mirrored":
        monkeypatch.setattr(Subjects, "mirrored", property(lambda found: found))
    if fault == "mirrored_crop":
        for module in (faces, two_sided):
            monkeypatch.setattr(module, fault, lambda given: given)
    for n in range(2):
        write_png(tmp_path / f"{n}.png", blobs(90, 200, n), 5.0)
    crops = ("1,0,0", "1.2,-0.8,0.3,turn 1", "1.4,0.9,-0.5", "1.1,0.7,0,mirror")
    crops = crops[:1] + crops[2:3] if prompts == 2 else crops
    more = {"whole": ("3=0.1,0.1,0.3,0.5",)} if prompts == 4 else {}
    spec = PuzzleSpec.of(
        "jigsaw", (str(tmp_path / "0.png"), str(tmp_path / "1.png")) * (prompts // 2), grid="3x3", size="60mm", sides=2, dpi=60, crops=crops, **more
    )
    plan = plan_of(spec)
    anagram, _ = two_sided.picture(plan)
    back = [
        photos.cropped(vocabulary.load_picture(p).rgb, anagram.pixels.shape[:2], photos.Crop.of(c)) for p, c in zip(plan.heading.behind, crops[prompts // 2 :])
    ]
    alike = [np.corrcoef(x.ravel(), y.ravel())[0, 1] > 0.9 for x, y in zip(anagram.back.targets, back)]
    told = [photos.Crop(**p["crop"]).text for p in anagram.facts["back"]["casting"]["pictures"]]
    assert (all(alike) and told == list(crops[prompts // 2 :])) is (fault is None)


def test_what_is_kept_whole_is_mirrored_with_its_photograph():
    photo = vocabulary.Photo("x", blobs(40, 80, 0).astype(np.float32) / 255)
    here, there = (next(kept_whole(["1=0.1,0.2,0.2,0.3"], [s], [(40, 80)], [photos.Crop()]))[1] for s in (photo, photo.mirrored()))
    assert np.abs(flip(here) - there).max() < 1e-6 < np.abs(here - there).max() and not photo.mirrored().mirrored().flipped


@pytest.mark.parametrize("drawn", ["horse face", "calendar", "svg", "cut out"])
def test_a_subject_from_behind(drawn):
    """The mirrored subject in a pose is the mirror image of the subject in the pose turned and shifted the other way."""
    own = vocabulary.Drawing("x", "svg", "", "", '<svg viewBox="3 -2 40 20"><style>.a{fill:red}</style><path class="a" d="M4 0h20v9z"/></svg>')
    subject = {"svg": own, "cut out": vocabulary.Cutout("x", own.rgba((60, 90)))}.get(drawn) or vocabulary.find(drawn)[0]
    pose, behind = vocabulary.Pose(20.0, 0.9, 0.1, -0.05), vocabulary.Pose(-20.0, 0.9, -0.1, -0.05)
    x, y = subject.mirrored().rgba((80, 100), pose), subject.rgba((80, 100), behind)
    assert np.abs(flip(x) - y).mean() < 2e-3 < np.abs(x - y).mean() and y[..., 3].mean() > 0.01
    assert np.abs(subject.mirrored().mirrored().rgba((80, 100), pose) - subject.rgba((80, 100), pose)).mean() < 2e-3


def test_a_picture_alone_lies_where_a_crooked_board_has_room(tmp_path):
    """The outline's widest place is right of the middle: seen from behind, left of it."""
    (tmp_path / "o.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 60"><path d="M0 50L60 0L100 0L100 60L0 60z"/></svg>')
    plan = plan_of(PuzzleSpec.of("jigsaw", ("rabbit", "duck"), grid="6x10", size="200mm", sides=2, dpi=40, outline=str(tmp_path / "o.svg")))
    anagram, _ = two_sided.picture(plan)
    front, back = (side.facts["casting"]["pictures"][0]["pose"] for side in (anagram, anagram.back))
    assert plan.board.room[1] > 0.02 and front["dx"] == pytest.approx(plan.board.room[1], abs=1e-4) and back["dx"] == -front["dx"]


@pytest.mark.parametrize(
    "prompts, more, said",
    [
        (("a", "b"), {"kind": "rotate_180"}, "belong to a jigsaw"),
        (tuple("abcde"), {}, "two to 4 pictures"),
        (("a", "b"), {"model": "patches"}, "leave the model out"),
        (("a", "b"), {"solutions": "exact"}, "three prompts or four"),
    ],
)
def test_what_two_sides_cannot_be(prompts, more, said):
    with pytest.raises(BadValue, match=said):
        laid_out(PuzzleSpec.of(**{"kind": "jigsaw", "prompts": prompts, "sides": 2} | more))
    with pytest.raises(BadValue, match="1 or 2 sides"):
        PuzzleSpec.of("jigsaw", ("a", "b"), sides=3)


def test_front_and_back_of_a_spec():
    for n, front in ((2, 1), (3, 2), (4, 2)):
        heading = laid_out(PuzzleSpec.of("jigsaw", tuple("abcd"[:n]), sides=2)).heading
        assert len(heading.front) == front and heading.front + heading.behind == tuple("abcd"[:n])
    assert laid_out(PuzzleSpec.of("jigsaw", ("a", "b", "c"))).heading.behind == ()
    assert PuzzleSpec.load  # and it is written: see the next test


def test_the_whole_way(tmp_path):
    """From the command line to the proof, laid out again, and the same bytes from its own puzzle.toml."""
    run = CliRunner().invoke(
        main, ["make", "jigsaw", "rabbit", "duck", "--sides", "2", "--grid", "2x2", "--size", "60mm", "--dpi", "60", "--out", str(tmp_path), "--quiet"]
    )
    assert run.exit_code == 0, run.output
    folder = File(run.output.strip())
    table = json.loads((folder / "arrangement.json").read_text())
    assert [a["back"]["prompt"] for a in table["assemblies"]] == ["duck"] and "sides = 2" in (folder / "puzzle.toml").read_text()
    assert arrangement_of(folder, board_of(PuzzleSpec.load(folder / "puzzle.toml"))).assemblies == 1
    again = CliRunner().invoke(main, ["make", str(folder), "--out", str(tmp_path / "again"), "--quiet"])
    assert again.exit_code == 0, again.output
    other = File(again.output.strip())
    assert {p.name for p in folder.iterdir()} == {p.name for p in other.iterdir()}
    assert all(p.read_bytes() == (other / p.name).read_bytes() for p in folder.iterdir())
    shutil.copytree(folder, tmp_path / "more")
    assert CliRunner().invoke(main, ["layout", str(tmp_path / "more"), "--quiet"]).exit_code == 0
    assert all(p.read_bytes() == (tmp_path / "more" / p.name).read_bytes() for p in folder.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("more", [["--tiling", "hexagon"], ["--outline", "heart", "--grid", "6x6"], ["--solutions", "exact", "--grid", "5x5"]])
def test_four_pictures(more, tmp_path):
    run = CliRunner().invoke(
        main, ["make", "jigsaw", "rabbit", "duck", "lion", "rose", "--sides", "2", "--dpi", "60", "--out", str(tmp_path), "--quiet", *more]
    )
    assert run.exit_code == 0, run.output
    assert len(list(File(run.output.strip()).glob("seen-back-*.png"))) == 2
