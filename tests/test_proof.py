"""Results made by the real layout and export, then damaged: each damage has its own finding."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path as File
from types import SimpleNamespace

import cv2
import numpy as np
import pikepdf
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.metrics import structural_similarity

from illusionprint import plugins, views
from illusionprint.anagram import Anagram, write_json, write_png
from illusionprint.errors import BadValue
from illusionprint.jigsaw import Arrangement, random_arrangement, squares
from illusionprint.layout import Picture, Role, choose_sheet, print_sheet
from illusionprint.proof import CODES, Finding, Proof, _cut, _fit, _pictures, _plan, _similarity, prove, write
from illusionprint.proof.findings import sorted_findings
from illusionprint.template import Template

KINDS = ["jigsaw", "rotate_90", "rotate_180", "rotate_270", "flip", "negate", "identity"]


def picture(h, w, seed=0):
    """Smooth blobs of three sizes: something to see in every piece."""
    rng = np.random.default_rng(seed)
    x = sum(cv2.resize(rng.random((n, n, 3)), (w, h), interpolation=cv2.INTER_CUBIC) for n in (6, 14, 40))
    return np.rint(np.clip(x / 3, 0, 1) * 255).astype(np.uint8)


def board_of(rows=4, cols=4, cell_um=20000, seed=3):
    return random_arrangement(squares(rows, cols, cell_um), np.random.default_rng(seed))


def seen_by(view, pixels):
    return np.rint(np.moveaxis(view(np.moveaxis(pixels, -1, 0).astype(np.float32)), 0, -1)).astype(np.uint8)


def make(folder, kind="jigsaw", board=None, change=lambda sheet: sheet, px_per_cell=100):
    """A result folder, by the real writers; `change` edits the sheet that print.pdf is made from."""
    board = (board or board_of()) if kind == "jigsaw" else None
    rate = px_per_cell / board.board.cell_mm if board else 5.0
    pixels = picture(board.board.rows * px_per_cell, board.board.cols * px_per_cell) if board else picture(400, 500)
    size = board.board.size_mm if board else (100.0, 80.0)
    both = [views.view("identity"), views.view(kind, board)]
    seen = (pixels, 255 - pixels if kind == "negate" else seen_by(both[1], pixels))
    anagram = Anagram(pixels, seen, rate, facts={"prompts": ["a rabbit", "a duck"], "kind": kind})
    anagram.save(folder)
    names = [{"seen": f"seen-{k}.png", "prompt": p, "view": v} for k, p, v in ((1, "a rabbit", "identity"), (2, "a duck", kind))]
    write_json(folder / "arrangement.json", views.arrangement_table(both, size, board, names))
    sheet = print_sheet(anagram, board, choose_sheet(size))
    (folder / "cut.svg").write_bytes(plugins.load("export", "svg")(sheet, Template.load("laser", "machine")))
    (folder / "print.pdf").write_bytes(plugins.load("export", "pdf")([change(sheet)]))
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return make(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def result(whole, tmp_path):
    return File(shutil.copytree(whole, tmp_path / "result"))


def codes(folder):
    return {f.code for f in prove(folder).findings}


# -- what is right ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_result_has_no_findings(kind, tmp_path):
    proof = prove(make(tmp_path, kind))
    assert proof.errors == 0 and proof.findings == ()
    assert len(proof.pictures) == 3
    for assembly in proof.figures["assemblies"]:
        assert assembly["ssim"] > 0.98
        assert assembly["gap_mm2"] == assembly["overlap_mm2"] == assembly["outside_mm2"] == 0
        assert assembly["seam_offset_mm"] < 0.001
    count = 16 if kind == "jigsaw" else 1
    assert proof.figures["pieces"] == {"expected": count, "found": count}
    assert proof.figures["reference_mm"] == {"cut.svg": 100.0, "print.pdf": 100.0}


def test_a_sheet_needs_no_cut_lines_but_a_jigsaw_does(result, tmp_path):
    (tmp_path / "sheet").mkdir()
    sheet = make(tmp_path / "sheet", "rotate_180")
    (sheet / "cut.svg").unlink()
    (result / "cut.svg").unlink()
    assert codes(sheet) == set()
    assert codes(result) == {"MISSING_FILE"}


def test_proof_json_is_the_same_bytes_again(result):
    write(result, prove(result))
    first = (result / "proof.json").read_bytes(), (result / "proof.html").read_bytes()
    write(result, prove(result))
    assert first == ((result / "proof.json").read_bytes(), (result / "proof.html").read_bytes())
    data = json.loads(first[0])
    assert data["ok"] is True and data["findings"] == []


def test_no_folder(tmp_path):
    with pytest.raises(BadValue, match="not a folder"):
        prove(tmp_path / "nothing")


# -- what is damaged -------------------------------------------------------------------------------------------------------


def edit(path, old, new, count=1):
    text = path.read_text(encoding="utf-8")
    changed = re.sub(old, new, text, count=count)
    assert changed != text
    path.write_text(changed, encoding="utf-8")


def shift_cut(folder):
    edit(folder / "cut.svg", r'id="(cut|trim)"', r'id="\1" transform="translate(0.5 -0.25)"', 2)


def inner_path(folder, change):
    """Rewrite the list of segments ["Mx,y", "Cx,y x,y x,y", ...] of the first inner line: 4 cells of 6 cubics."""
    text = (folder / "cut.svg").read_text()
    at = text.index('id="cut"')
    d = re.search(r' d="([^"]*)"', text[at:])
    segments = re.findall(r"[MC][^MC]*", d[1])
    assert len(segments) == 25
    (folder / "cut.svg").write_text(text[:at] + text[at:].replace(d[1], " ".join(change(segments)), 1))


def skip_edge(folder):
    inner_path(folder, lambda s: [*s[:7], "M" + s[12].split()[-1], *s[13:]])


def bend_edge(folder):
    def change(s):
        x, y = s[9].split()[0][1:].split(",")  # first control of the head
        return [*s[:9], f"C{float(x) + 1.5},{y} " + " ".join(s[9].split()[1:]), *s[10:]]

    inner_path(folder, change)


def stop_short(folder):
    inner_path(folder, lambda s: s[:-1])


def cut_twice(folder):
    edit(folder / "cut.svg", r'(?s)(id="cut">\n)(<path.*?/>)', r"\1\2\n\2")


def extra_line(folder):
    x, y = prove(folder).figures["page"]["trim_mm"][:2]
    edit(folder / "cut.svg", r'id="cut">', f'id="cut"><path d="M{x},{y + 3} L{x + 3},{y}"/>')


def no_lines(folder):
    edit(folder / "cut.svg", r"(?s)<g.*</g>", "")


def other_scale(folder):
    edit(folder / "cut.svg", r'width="(\d+)mm" height="(\d+)mm"', lambda m: f'width="{int(m[1]) * 0.99}mm" height="{int(m[2]) * 0.99}mm"')


def no_reference(folder):
    edit(folder / "cut.svg", r'(?s)<g[^>]*id="reference">.*?</g>', "")


def table(folder, change):
    path = folder / "arrangement.json"
    data = json.loads(path.read_text())
    change(data["pieces"])
    write_json(path, data)


def swap_moves(folder):
    def change(p):
        p[4]["moves"], p[6]["moves"] = p[6]["moves"], p[4]["moves"]

    table(folder, change)


def nudge(folder):
    def change(p):
        p[0]["moves"][1][4] += 0.4

    table(folder, change)


def stretch(folder):
    def change(p):
        p[0]["moves"][1][0] *= 1.1

    table(folder, change)


def swap_fitting(folder):
    """Two inner pieces change places in assembly 2, each turned so that it fits: the shapes close, the picture does not."""
    board = board_of()
    slots, turns, fits = board.slots.copy(), board.turns.copy(), board.board.fits
    i, j = [k for k in range(16) if board.board.classes[k] == board.board.classes[5]][:2]
    slots[1, [i, j]] = slots[1, [j, i]]
    for k in (i, j):
        turns[1, k] = np.flatnonzero(fits[:, k, slots[1, k]])[0]
    moved = Arrangement(board.board, slots, turns)
    table(folder, lambda p: [piece.update(moves=[list(m) for m in moved.moves(k)]) for k, piece in enumerate(p)])


def other_picture(folder):
    write_png(folder / "seen-2.png", picture(400, 400, 9), 5.0)


def other_shape(folder):
    write_png(folder / "seen-2.png", picture(400, 300, 9), 5.0)


def page_of(folder, change):
    with pikepdf.open(folder / "print.pdf", allow_overwriting_input=True) as document:
        change(document.pages[0])
        document.save(folder / "print.pdf")


def no_trim(folder):
    def change(page):
        del page["/TrimBox"]

    page_of(folder, change)


def small_bleed(folder):
    def change(page):
        page.BleedBox = [page.TrimBox[0] + 20, *list(page.BleedBox)[1:]]

    page_of(folder, change)


def other_trim(folder):
    def change(page):
        page.TrimBox = [*list(page.TrimBox)[:2], page.TrimBox[2] + 9, page.TrimBox[3]]
        page.BleedBox = page.MediaBox

    page_of(folder, change)


def moved_items(kind, dx):
    """A sheet of which the pictures, or the cut lines, lie beside their place."""

    def change(sheet):
        def item(i):
            if kind is Picture and isinstance(i, Picture):
                return replace(i, box=(i.box[0] + dx, *i.box[1:]))
            if kind is Role and i.role in (Role.CUT, Role.TRIM):
                return replace(i, path=i.path.transformed(1, 0, 0, 1, dx, 0))
            return i

        return replace(sheet, items=tuple(item(i) for i in sheet.items))

    return change


def remake(kind, dx):
    def damage(folder):
        make(folder, change=moved_items(kind, dx))

    damage.__name__ = f"print_moves_{kind.__name__}"
    return damage


def other_dot(folder):
    """One dot of the print is of another colour, in the middle of the inner piece r2c2."""

    def change(sheet):
        return replace(sheet, items=tuple(replace(i, pixels=dotted(i)) if isinstance(i, Picture) else i for i in sheet.items))

    def dotted(item):
        rate = item.pixels.shape[1] / item.box[2]
        bleed = (item.box[2] - 80) / 2
        x = y = round((30 + bleed) * rate)
        r = round(rate)
        out = item.pixels.copy()
        cv2.circle(out, (x, y), r, [255 * int(v < 128) for v in out[y - r : y + r, x - r : x + r].mean((0, 1))], -1)
        return out

    make(folder, change=change)


def other_vectors(folder):
    (folder / "anagram.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="80mm" height="80mm" viewBox="0 0 80 80"><circle r="60"/></svg>')


def claim_two_ways(folder):
    path = folder / "arrangement.json"
    write_json(path, json.loads(path.read_text()) | {"solutions": {"counted": 2, "exact": True, "orbits": 9}})


def few_pixels(folder):
    path = folder / "anagram.json"
    write_json(path, json.loads(path.read_text()) | {"casting": {"pictures": [{"ppi": 300.0}, {"ppi": 40.0}]}})


def small_pieces(folder):
    make(folder, board=board_of(cell_um=9000))


def wide_beam(folder):
    machine = folder.parent / "wide.toml"
    machine.write_text('kind = "machine"\ntitle = "A wide beam"\nkerf = "1.4mm"\nmin_neck = "1.5mm"\nformats = ["svg"]\n')
    return str(machine)


DAMAGES = [
    (shift_cut, {"CUT_OFFSET"}),
    (skip_edge, {"MISSING_EDGE", "PIECE_COUNT"}),
    (bend_edge, {"PIECE_SHAPE"}),
    (stop_short, {"NOT_CLOSED", "MISSING_EDGE"}),
    (cut_twice, {"EDGE_TWICE"}),
    (extra_line, {"PIECE_COUNT"}),
    (no_lines, {"PIECE_COUNT"}),
    (other_scale, {"SCALE"}),
    (no_reference, {"SCALE"}),
    (swap_moves, {"GAP", "OVERLAP"}),
    (nudge, {"GAP", "OVERLAP"}),
    (stretch, {"MOVE_NOT_RIGID"}),
    (swap_fitting, {"PIECE_MISPLACED"}),
    (other_picture, {"PICTURE_DIFFERS"}),
    (other_shape, {"PICTURE_DIFFERS"}),
    (no_trim, {"PAGE_BOX"}),
    (small_bleed, {"PAGE_BOX"}),
    (other_trim, {"PAGE_BOX"}),
    (remake(Role, 0.3), {"PRINT_CUT_DIFFERS"}),
    (remake(Picture, 0.5), {"ART_OFFSET"}),
    (other_dot, {"PICTURE_DIFFERS"}),
    (other_vectors, {"VECTORS_DIFFER"}),
    (claim_two_ways, {"SOLUTIONS"}),
    (few_pixels, {"FEW_PIXELS"}),
    (small_pieces, {"THIN_PIECE"}),
    (wide_beam, {"LOOSE_PIECES"}),
]


@pytest.mark.parametrize("damage, expected", DAMAGES, ids=lambda v: getattr(v, "__name__", None))
def test_each_damage_is_found(damage, expected, result):
    machine = damage(result)
    proof = prove(result, machine if isinstance(machine, str) else "laser")
    found = {f.code for f in proof.findings}
    assert expected <= found
    assert (proof.errors == 0) == (damage in (no_reference, few_pixels, small_pieces, wide_beam))


@pytest.mark.parametrize(
    "damage, only",
    [
        (shift_cut, {"CUT_OFFSET", "PRINT_CUT_DIFFERS", "PICTURE_DIFFERS"}),
        (swap_fitting, {"PIECE_MISPLACED"}),
        (cut_twice, {"EDGE_TWICE"}),
        (no_reference, {"SCALE"}),
        (other_picture, {"PICTURE_DIFFERS"}),
        (other_dot, {"PICTURE_DIFFERS"}),
        (claim_two_ways, {"SOLUTIONS"}),
        (few_pixels, {"FEW_PIXELS"}),
        (small_pieces, {"THIN_PIECE"}),
        (wide_beam, {"LOOSE_PIECES"}),
    ],
)
def test_some_damages_raise_nothing_else(damage, only, result):
    machine = damage(result)
    assert {f.code for f in prove(result, machine if isinstance(machine, str) else "laser").findings} == only


@pytest.mark.parametrize("name", ["arrangement.json", "cut.svg", "print.pdf", "seen-1.png", "seen-2.png"])
@pytest.mark.parametrize("how", ["MISSING_FILE", "BROKEN_FILE"])
def test_missing_and_broken_files(name, how, result):
    if how == "MISSING_FILE":
        (result / name).unlink()
    else:
        (result / name).write_bytes((result / name).read_bytes()[:300] + b"\0<")
    proof = prove(result)
    assert [f for f in proof.findings if f.code == how and name in f.message] and proof.errors
    write(result, proof)
    assert "error" in (result / "proof.html").read_text()


@pytest.mark.parametrize(
    "change",
    [
        {"units": "in"},
        {"size_mm": [0, 80]},
        {"rows": 5},
        {"pieces": []},
        {"assemblies": []},
        {"pieces": 3},
        {"pieces": [{"id": "r1c1", "outline": "", "moves": [[1, 0, 0, 1, 0, 0]] * 2}], "rows": 1, "cols": 1},
        {"pieces": [{"id": "r1c1", "outline": "M0,0L1,0L1,1Z", "moves": [[1, 0, 0]] * 2}], "rows": 1, "cols": 1},
    ],
)
def test_a_malformed_arrangement_is_one_finding(change, result):
    path = result / "arrangement.json"
    write_json(path, json.loads(path.read_text()) | change)
    proof = prove(result)
    assert [f.code for f in proof.findings] == ["BROKEN_FILE"] and "arrangement.json cannot be read" in proof.findings[0].message
    write(result, proof)


def test_every_code_has_its_damage():
    elsewhere = {"MISSING_FILE", "BROKEN_FILE", "BACK_DIFFERS", "SIDES_DIFFER", "LAYERS_DIFFER"}  # the last three by test_sides and test_layers
    assert set().union(*(c for _, c in DAMAGES), elsewhere) == set(CODES)


def test_a_dot_that_is_lost_is_found_where_it_is(result):
    other_dot(result)
    one, two = prove(result).findings
    assert np.hypot(one.where_mm[0] - 30, one.where_mm[1] - 30) < 0.5 and "Assembly 1" in one.message and "Assembly 2" in two.message
    a, b, c, d, e, f = json.loads((result / "arrangement.json").read_text())["pieces"][5]["moves"][1]
    assert np.hypot(two.where_mm[0] - (30 * a + 30 * c + e), two.where_mm[1] - (30 * b + 30 * d + f)) < 0.5


def lines(h, w, period=5.5, turn=0.4):
    """Dark lines as engravings have, uint8 (h, w, 3)."""
    y, x = np.mgrid[:h, :w]
    wave = np.cos(2 * np.pi * (np.cos(turn) * x + np.sin(turn) * y) / period)
    return np.repeat(np.rint(255 * (0.15 + 0.8 * np.clip(0.5 + wave, 0, 1)))[..., None], 3, 2).astype(np.uint8)


def by_chance(pixels, px, seed=0):
    """Each pixel of a print, px wide, from up to one and a half beside."""
    h, w = (round(n / px) for n in pixels.shape[:2])
    small, rng = cv2.resize(pixels, (w, h), interpolation=cv2.INTER_AREA), np.random.default_rng(seed)
    y, x = (np.clip(np.rint(v + 0.5 * rng.standard_normal((h, w))).astype(int), 0, n - 1) for v, n in zip(np.mgrid[:h, :w], (h, w)))
    return small[y, x]


def looked_at(shown, wanted):
    """(codes, similarity) of one piece of a board with a border of its own."""
    table = SimpleNamespace(border=np.zeros((4, 2)), count=1, size_mm=(60.0, 50.0), region_mm=lambda k: (60.0, 50.0))
    figures = {}
    found = _similarity.check(_similarity.Assembly(1, "seen-1.png", shown, np.zeros(shown.shape[:2], np.int32)), wanted, table, figures, False)
    return [f.code for f in found], figures["ssim"]


def test_pixels_beside_their_place_by_chance_are_no_other_picture(monkeypatch):
    """Fine lines of a coarse print whose pieces turn to the nearest pixels; planted: lines of another tone, another picture, a dot that is lost."""
    shown = lines(250, 300)
    wanted = by_chance(shown, 1.2)
    assert looked_at(shown, wanted)[0] == []
    with monkeypatch.context() as patch:
        patch.setattr(_similarity, "DISPLACED", 1e-3)
        assert looked_at(shown, wanted)[0] == ["PICTURE_DIFFERS"]
    grey = np.full_like(shown, 200)
    cv2.circle(grey, (150, 120), 60, (150, 150, 150), -1)
    assert looked_at(shown, by_chance(grey, 1.2))[0] == ["PICTURE_DIFFERS"] and looked_at(picture(250, 300), by_chance(picture(250, 300, 9), 1.2))[0] == [
        "PICTURE_DIFFERS"
    ]
    dots = np.full_like(shown, 255)
    for xy in np.mgrid[1:12, 1:10].reshape(2, -1).T:
        cv2.circle(dots, [int(v) for v in 25 * xy], 7, (20, 60, 160), -1)
    less = cv2.circle(dots.copy(), (150, 125), 9, (255, 255, 255), -1)
    assert looked_at(dots, by_chance(dots, 1.2))[0] == []
    assert looked_at(less, by_chance(dots, 1.2))[0] == looked_at(dots, by_chance(less, 1.2))[0] == ["PICTURE_DIFFERS"]


def test_findings_say_where(result):
    skip_edge(result)
    edge = [f for f in prove(result).findings if f.code == "MISSING_EDGE"]
    assert len(edge) == 1 and "r1c2 and r2c2" in edge[0].message
    assert np.hypot(edge[0].where_mm[0] - 30, edge[0].where_mm[1] - 20) < 5  # the second cell's lower side


def test_the_shift_is_measured(result):
    shift_cut(result)
    proof = prove(result)
    assert proof.figures["cut"]["shift_mm"] == pytest.approx([0.5, -0.25], abs=0.002)
    assert proof.figures["cut"]["print_offset_mm"] == pytest.approx(np.hypot(0.5, 0.25), abs=0.02)
    assert "0.50 mm right and 0.25 mm above" in proof.findings[0].message


def test_the_art_offset_is_measured(result):
    make(result, change=moved_items(Picture, 0.5))
    assert prove(result).figures["art_offset_mm"] == pytest.approx([0.5, 0], abs=0.1)  # pdfium lays pictures on whole pixels


@pytest.mark.parametrize("d", [(2.5, -0.7), (0.0, 0.0), (-7.25, 3.5)])
def test_art_offset_of_shifted_pictures(d):
    a = picture(300, 400)
    b = cv2.warpAffine(a, np.array([[1, 0, d[0]], [0, 1, d[1]]]), (400, 300), borderMode=cv2.BORDER_REPLICATE)
    assert _pictures.registration_offset(b, a) == pytest.approx(d, abs=0.07)
    assert _pictures.registration_offset(b, picture(300, 400, 9)).tolist() == [0, 0]  # another picture has no offset


def test_the_misplaced_pieces_are_named(result):
    swap_fitting(result)
    board = board_of()
    i, j = [k for k in range(16) if board.board.classes[k] == board.board.classes[5]][:2]
    named = {board.board.piece(k).id for k in (i, j)}
    assert {re.search(r"piece (\w+)", f.message)[1] for f in prove(result).findings} <= named


def test_many_findings_of_a_code_are_counted():
    many = [Finding("GAP", "error", f"gap {k}.") for k in range(20)] + [Finding("SCALE", "warning", "scale.")]
    out = sorted_findings(many[::-1])
    assert len(out) == 9 and out[-1].code == "SCALE" and "And 12 more" in out[7].message
    assert Proof(tuple(out)).errors and not Proof((many[-1],)).errors


# -- the measures themselves -----------------------------------------------------------------------------------------------


@given(seed=st.integers(0, 99), h=st.integers(24, 60), w=st.integers(24, 60), noise=st.floats(0, 60))
@settings(max_examples=15, deadline=None)
def test_similarity_is_that_of_scikit_image(seed, h, w, noise):
    rng = np.random.default_rng(seed)
    a = picture(h, w, seed)
    b = np.clip(a + noise * rng.standard_normal(a.shape), 0, 255).astype(np.uint8)
    _, other = structural_similarity(a, b, channel_axis=-1, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255, full=True)
    assert np.abs(_pictures.ssim_map(a, b) - other.mean(-1)).max() < 2e-3


def test_similarity_leaves_masked_pixels_out():
    a = picture(60, 60)
    b = a.copy()
    b[:, 30:33] = 0
    keep = np.ones((60, 60), bool)
    keep[:, 30:33] = False
    assert _pictures.ssim_map(a, b, keep)[keep].min() > 0.999
    assert _pictures.ssim_map(a, b)[keep].min() < 0.5


def pair_of_squares(gap):
    return np.array([shapely.box(0, 0, 10, 10), shapely.box(10 + gap, 0, 20, 10)])


@pytest.mark.parametrize("gap, areas, code", [(0, (0, 0), None), (0.3, (3, 0), "GAP"), (-0.3, (0, 3), "OVERLAP"), (0.01, (0.1, 0), None)])
def test_gap_and_overlap_of_squares(gap, areas, code):
    pieces = pair_of_squares(gap)
    union = _fit.union(pieces)
    found = _fit.areas(pieces, union, shapely.box(0, 0, 20, 10))
    assert (found["gap_mm2"], found["overlap_mm2"], found["outside_mm2"]) == pytest.approx((*areas, 0), abs=0.002)
    assert _fit.seam_offset(pieces, shapely.box(0, 0, 20, 10)) == pytest.approx(abs(gap), abs=0.001)
    assert {f.code for f in _fit.check_areas(pieces, union, shapely.box(0, 0, 20, 10), 0)} == ({code} if code else set())


def test_what_sticks_out():
    pieces = pair_of_squares(0)
    assert _fit.areas(pieces, _fit.union(pieces), shapely.box(0, 0, 19, 10))["outside_mm2"] == pytest.approx(10)
    assert _fit.areas(pieces, _fit.union(pieces), shapely.box(0, 0, 21, 10))["gap_mm2"] == pytest.approx(10)


def own_table(board):
    cut = board.board
    outlines = tuple(_plan._outline(cut.outline(i).d) for i in range(cut.count))
    moves = np.array([board.moves(i) for i in range(cut.count)])
    return _plan.BoardPlan(cut.size_mm, tuple(cut.piece(i).id for i in range(cut.count)), outlines, moves, ({}, {}), (cut.rows, cut.cols))


def lines_of(cut):
    import svgelements

    return [p for path in [*cut.paths(), cut.border()] for p in _plan.flatten(_plan._segments(svgelements.Path(path.d), 1.0))]


@given(rows=st.integers(2, 6), cols=st.integers(2, 6), half=st.integers(2500, 20000), seed=st.integers(0, 999), dx=st.integers(-900, 900))
@settings(max_examples=12, deadline=None)
def test_random_boards_close_exactly(rows, cols, half, seed, dx):
    board = board_of(rows, cols, 2 * half, seed)
    table = own_table(board)
    shift = np.array([dx / 1000, 0.3])
    found = _cut.cut_up([line + shift for line in lines_of(board.board)], table)
    assert found.matched.all() and len(found.polygons) == rows * cols and not len(found.open_ends)
    assert found.shift_mm == pytest.approx(shift, abs=0.0011)
    placed = _cut.moved(_cut.as_cut(found, table), _fit.placing(table, 1, found.shift_mm))
    areas = _fit.areas(placed, _fit.union(placed), table.board(1))
    assert areas["gap_mm2"] + areas["overlap_mm2"] < 0.01 and _fit.seam_offset(placed, table.board(1)) < 0.002


@given(seed=st.integers(0, 999), rows=st.integers(2, 5), cols=st.integers(2, 5))
@settings(max_examples=8, deadline=None)
def test_pieces_of_pixels_move_as_the_view_says(seed, rows, cols):
    """Bit by bit, away from the seams: the view permutes pixels, the proof moves cut-out pieces."""
    board = board_of(rows, cols, 20000, seed)
    table, art = own_table(board), picture(rows * 40, cols * 40, seed)
    moved, labels = _pictures.assemble(art, table.polygons, table.moves[:, 1], table.size_mm)
    keep = _pictures.away_from_seams(labels)
    assert keep.mean() > 0.6 and (moved == seen_by(views.view("jigsaw", board), art))[keep].all()
    assert (labels >= 0).all()


def test_other_motions_are_resampled():
    art = np.repeat(np.arange(0, 200, 2, dtype=np.uint8)[None, :, None], 100, 0).repeat(3, 2)  # a ramp: 2 a pixel
    sheet = np.array([shapely.box(0, 0, 10, 10)])
    moved, labels = _pictures.assemble(art, sheet, np.array([[1, 0, 0, 1, 0.05, 0]]), (10, 10))
    assert np.abs(moved[:, 5:-5].astype(int) - (art[:, 5:-5].astype(int) - 1)).max() <= 1 and labels.max() == 0
    turned, _ = _pictures.assemble(art, sheet, np.array([[np.cos(0.3), np.sin(0.3), -np.sin(0.3), np.cos(0.3), 0, 0]]), (10, 10))
    y, x = 60, 20
    back = np.array([[np.cos(0.3), np.sin(0.3)], [-np.sin(0.3), np.cos(0.3)]]) @ (x + 0.5, y + 0.5)
    assert abs(int(turned[y, x, 0]) - 2 * (back[0] - 0.5)) < 2


@given(p=st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), min_size=4, max_size=4), tolerance=st.sampled_from([0.5, 0.05, 0.005]))
@settings(max_examples=40, deadline=None)
def test_flattening_keeps_to_its_tolerance(p, tolerance):
    p = np.array(p)
    line = _plan.flatten([p], tolerance)[0]
    t = np.linspace(0, 1, 301)[:, None]
    curve = (1 - t) ** 3 * p[0] + 3 * (1 - t) ** 2 * t * p[1] + 3 * (1 - t) * t**2 * p[2] + t**3 * p[3]
    assert shapely.distance(shapely.points(curve), shapely.linestrings(line)).max() <= tolerance * 1.01
    assert np.abs(_plan.flatten([p[::-1]], tolerance)[0][::-1] - line).max() < 1e-12


def test_flattening_can_fail():
    p = np.array([(0, 0), (0, 40), (40, 40), (40, 0)], float)
    coarse = _plan.flatten([p], 5.0)[0]
    assert len(coarse) < len(_plan.flatten([p], 0.05)[0])
    assert shapely.hausdorff_distance(shapely.linestrings(coarse), shapely.linestrings(_plan.flatten([p], 0.001)[0])) > 0.05


def test_doubled_lines_are_found_and_crossings_are_not():
    cross = [np.array([(0, 0), (10, 0)], float), np.array([(5, -5), (5, 5)], float)]
    assert len(_cut.duplicated(cross)) == 0
    assert _cut.duplicated([*cross, np.array([(7, 0.002), (3, 0)])]).tolist() == [pytest.approx([4.88, 0.001], abs=0.2)]
    assert len(_cut.duplicated([cross[0], cross[0][::-1]])) == 1


def test_where_pixels_lie_beside_the_rim_of_what_is_kept_is_no_spot():
    """The lead along a border may lie beside by one pixel; two pixels within, a spot is a spot."""
    from illusionprint.proof._pictures import largest_spot
    from illusionprint.proof._similarity import _eroded

    keep = np.ones((40, 60), bool)
    keep[20, 30] = False
    rim, spot = np.zeros_like(keep), np.zeros_like(keep)
    rim[0, 5:55] = rim[19:22, 29:32] = spot[2:12, 10:20] = True
    assert largest_spot(rim & keep)[0] == 50 and largest_spot(rim & _eroded(keep))[0] == 0 and largest_spot(spot & _eroded(keep))[0] == 100
