"""Sheets in mm: what is on them, where it lies, and that a guide says what the arrangement says."""

import csv
import io
import math
import subprocess
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from illusionprint import jigsaw, layout, template
from illusionprint.anagram import Anagram
from illusionprint.errors import BadValue, UnknownName
from illusionprint.layout import Picture, Role, Stroke, Text, assembly_guide, assembly_map, graphics, imposition, placement, typography, viewing_guide
from illusionprint.views import view


def art(h, w, seed=0):
    """A picture with gradients and discs."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:h, 0:w] / max(h, w)
    out = np.stack([0.9 - 0.5 * y, 0.6 + 0.3 * x, 0.4 + 0.5 * x * y], -1)
    for cx, cy, r in rng.uniform(0.1, 0.9, (5, 3)):
        out[np.hypot(x - cx, y - cy) < 0.2 * r] = rng.uniform(0, 1, 3)
    return np.rint(out * 255).astype(np.uint8)


def result(rows=4, cols=4, mm=(100.0, 100.0), px_per_cell=12, seed=1, **facts):
    cut = jigsaw.build(rows, cols, mm)
    board = jigsaw.random_arrangement(cut, np.random.default_rng(seed))
    pixels = art(rows * px_per_cell, cols * px_per_cell)
    turned = np.moveaxis(view("jigsaw", board)(np.moveaxis(pixels, -1, 0)), 0, -1)
    about = {"prompts": ["rabbit", "duck"], "kind": "jigsaw", "seed": 7, "credits": ["Drawings: A. Maker, CC BY 4.0"], **facts}
    return Anagram(pixels, (pixels, turned), px_per_cell / cut.cell_mm, (), about), board


def turned_result(name, h=30, w=40):
    pixels = art(h, w)
    seen = np.moveaxis(view(name)(np.moveaxis(pixels, -1, 0).astype(np.int16)), 0, -1).astype(np.uint8)
    return Anagram(pixels, (pixels, seen), 0.4, (), {"prompts": ["horse", "tulip"], "views": ["identity", name], "credits": ["C. Redit"]})


def extent(item):
    """(x0, y0, x1, y1) of an item, its stroke's width left out."""
    if isinstance(item, Picture):
        x, y, w, h = item.box
        return x, y, x + w, y + h
    if isinstance(item, Stroke):
        points = np.array([item.path.start, *(p for s in item.path.segments for p in s)])  # a curve lies inside its control points
        return *points.min(0), *points.max(0)
    wide = typography.width_mm(typography.printable(item.text)[0], item.size_mm, item.bold, item.italic, item.tracking_mm)
    x = item.at[0] - {"start": 0, "middle": wide / 2, "end": wide}[item.anchor]
    return x, item.at[1] - item.size_mm, x + wide, item.at[1] + 0.24 * item.size_mm


def outside(sheet, margin=0.0):
    """Items that leave the page or come nearer to its edge than the margin."""
    w, h = sheet.size_mm
    boxes = [(extent(i), i) for i in sheet.items]
    return [i for (x0, y0, x1, y1), i in boxes if min(x0, y0) < margin - 1e-6 or x1 > w - margin + 1e-6 or y1 > h - margin + 1e-6]


def has_scale(sheet):
    lines = [extent(s) for s in sheet.strokes(Role.REFERENCE)]
    said = any(isinstance(i, Text) and "this line is 100 mm" in i.text for i in sheet.items)
    return said and any(abs(x1 - x0 - 100) < 1e-9 and y0 == y1 for x0, y0, x1, y1 in lines)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 12), st.integers(2, 12), st.floats(60, 900))
def test_board_sheet_holds_everything_inside_the_margin(rows, cols, longer):
    cell = longer / max(rows, cols)
    anagram, board = result(rows, cols, (cols * max(cell, 14), rows * max(cell, 14)), 2)
    template = layout.choose_sheet(board.board.size_mm)
    sheet = layout.print_sheet(anagram, board, template)
    lines = [s for s in sheet.items if not isinstance(s, Picture)]
    bleed, bx = template.mm("bleed"), sheet.bleed_box
    assert not outside(layout.Sheet(sheet.size_mm, tuple(lines), sheet.trim), template.mm("margin"))
    assert min(sheet.trim[:2]) >= max(template.mm("margin"), bleed) - 1e-3 and min(bx[:2]) >= -1e-3  # the bleed may lie in the margin
    assert has_scale(sheet) and sheet.bleed_mm == bleed and len(sheet.strokes(Role.TRIM)) == 1
    assert len(sheet.strokes(Role.CUT)) == rows + cols - 2
    art_box = extent(next(i for i in sheet.items if isinstance(i, Picture)))
    assert max(art_box[0] - bx[0], art_box[1] - bx[1], bx[0] + bx[2] - art_box[2], bx[1] + bx[3] - art_box[3]) < 1e-6
    x, y, w, h = sheet.trim
    assert extent(sheet.strokes(Role.TRIM)[0]) == pytest.approx((x, y, x + w, y + h))
    below = min(extent(i)[1] for i in lines if i.role in (Role.REFERENCE, Role.NOTE))
    assert below >= bx[1] + bx[3], "the scale line and the note lie outside the bleed"


def test_the_margin_check_can_fail():
    sheet = layout.print_sheet(*result(), layout.choose_sheet((100, 100)))
    stray = Text("too far to the right", (sheet.size_mm[0] - 10, 50), 3)
    assert outside(layout.Sheet(sheet.size_mm, (*sheet.items, stray), sheet.trim)) == [stray]


@settings(max_examples=60, deadline=None)
@given(st.floats(20, 700), st.floats(20, 700))
def test_auto_takes_the_smallest_sheet_that_fits(w, h):
    def fits(t):
        pages = (t.size_mm, t.size_mm[::-1])
        edge = max(t.mm("bleed"), t.mm("margin"))
        below = t.mm("bleed") + imposition.GAP_MM + imposition.SLUG_MM + t.mm("margin")
        return any(w + 2 * edge <= p[0] + 1e-9 and edge + h + below <= p[1] + 1e-9 for p in pages)

    chosen = layout.choose_sheet((w, h))
    areas = [t.size_mm[0] * t.size_mm[1] for t in template.sheets().values() if fits(t)]
    area = chosen.size_mm[0] * chosen.size_mm[1]
    assert fits(chosen)
    if areas:
        assert area <= 1.1 * min(areas), "nothing smaller than what was taken, but for the tenth within which sheets are equal"
    else:
        assert chosen.title == "made to measure" and area <= (max(w, 100) + 23) * (h + 40)


def test_auto_prefers_a4_to_letter_and_turns_the_page():
    assert layout.choose_sheet((170, 240)).title == "A4"
    anagram, board = result(3, 5, (250, 150))
    assert layout.print_sheet(anagram, board, layout.choose_sheet((250, 150), "a4")).size_mm == (297, 210)


def test_a_named_sheet_that_is_too_small_says_what_would_do():
    with pytest.raises(BadValue, match="210x210mm .* do not fit on A4, which takes up to 200x267 or 287x180 mm; 'auto' would take A3"):
        layout.choose_sheet((210, 210), "a4")
    with pytest.raises(UnknownName, match="did you mean 'letter'"):
        layout.choose_sheet((100, 100), "leter")
    anagram, board = result(mm=(210, 210))
    with pytest.raises(BadValue, match="do not fit on A4"):
        layout.print_sheet(anagram, board, template.Template.load("a4", "sheet"))


def test_a_picture_of_another_size_than_the_board_is_refused():
    anagram, _ = result(mm=(100, 100))
    _, board = result(mm=(120, 120))
    with pytest.raises(BadValue, match="they must be equal"):
        layout.print_sheet(anagram, board, layout.choose_sheet((120, 120)))


def test_bleed_mirrors_the_edge_and_leaves_the_picture_as_it_is():
    anagram, board = result()
    picture = next(i for i in layout.print_sheet(anagram, board, layout.choose_sheet((100, 100))).items if isinstance(i, Picture))
    n = (picture.pixels.shape[0] - anagram.pixels.shape[0]) // 2
    assert n * 1 / anagram.px_per_mm >= 3 and (picture.pixels[n:-n, n:-n] == anagram.pixels).all()
    assert (picture.pixels[n - 1 :: -1, n:-n] == anagram.pixels[:n]).all() and (picture.pixels[n:-n, -n:] == anagram.pixels[:, : -n - 1 : -1]).all()


def test_without_a_board_only_the_border_is_cut():
    anagram = turned_result("rotate_180")
    sheet = layout.print_sheet(anagram, None, layout.choose_sheet(anagram.size_mm))
    assert not sheet.strokes(Role.CUT) and len(sheet.strokes(Role.TRIM)) == 1 and has_scale(sheet)


def test_note_says_what_made_it_and_facts_may_be_absent():
    anagram, board = result()
    note = layout.print_sheet(anagram, board, layout.choose_sheet((100, 100))).note
    assert all(part in note for part in ("rabbit / duck", "seed 7", "4x4 pieces", "100x100mm", "A. Maker", "illusionprint "))
    bare = Anagram(anagram.pixels, anagram.seen, anagram.px_per_mm)
    assert "picture 1 / picture 2" in layout.print_sheet(bare, board, layout.choose_sheet((100, 100))).note
    files, _ = result(prompts=["/home/me/my cat.JPG", "v. 2"])
    assert layout.print_sheet(files, board, layout.choose_sheet((100, 100))).title == "my cat / v. 2"
    strange, _ = result(prompts=["兔", "duck"])
    assert "U+5154" in layout.print_sheet(strange, board, layout.choose_sheet((100, 100))).note


# --- guides


@pytest.mark.parametrize("rows, cols", [(4, 4), (3, 5), (9, 2), (12, 16), (40, 40)])
def test_guide_pages_hold_all_names_inside_the_page(rows, cols):
    anagram, board = result(rows, cols, (14 * cols, 14 * rows), 6)
    for name in ("a4", "letter") if rows < 40 else ("letter",):
        sheets = layout.guide_sheets(anagram, board, name)
        assert all(has_scale(s) and not outside(s, 8) for s in sheets)
        text = Counter(i.text for s in sheets for i in s.items if isinstance(i, Text) and i.bold and i.size_mm >= 1.6)
        names = [assembly_map.piece_name(r, c) for r in range(rows) for c in range(cols)]
        assert all(text[n] >= 3 for n in names), "on both maps and in the table, in letters of 1.6 mm or more"


@pytest.mark.parametrize("prompts", [["a" * 200, "b " * 200], ["一二三", "🦆"], ["x", ""]])
def test_guide_survives_any_words(prompts):
    anagram, board = result(prompts=prompts, credits=["credit " * 60])
    for sheet in layout.guide_sheets(anagram, board) + [layout.print_sheet(anagram, board, layout.choose_sheet((100, 100)))]:
        assert not outside(sheet, 4)


@given(st.integers(2, 40), st.integers(2, 40))
def test_parts_of_a_map_tile_the_board(rows, cols):
    seen = np.zeros((rows, cols), int)
    for r, c, h, w in assembly_map.tiles(rows, cols):
        assert h <= assembly_map.MOST_ROWS and w <= assembly_map.MOST_COLS
        seen[r : r + h, c : c + w] += 1
    assert (seen == 1).all()


def test_names_are_those_of_a_chess_board_and_all_differ():
    assert [assembly_map.column_name(c) for c in (0, 25, 26, 39)] == ["A", "Z", "AA", "AN"] and assembly_map.piece_name(2, 1) == "B3"
    assert len({assembly_map.piece_name(r, c) for r in range(40) for c in range(40)}) == 1600


def tip(stroke):
    """Direction of a solid arrow: from its middle to its first point, the tip."""
    points = np.array([stroke.path.start, *(s[-1] for s in stroke.path.segments)])
    centre = (points.min(0) + points.max(0)) / 2
    return np.rint((points[0] - centre) / np.abs(points[0] - centre).max()).astype(int).tolist()


def test_map_says_what_the_arrangement_says():
    """In every place: the piece whose move ends there; the arrow is the move applied to "up"."""
    anagram, board = result(4, 5, (150, 120), seed=3)
    pages, _ = assembly_map.map_pages(anagram.seen[1], board, 1, "duck", (210, 297))
    centres = [assembly_map._squares(board, 1, (0, 0, 4, 5))]
    items = pages[0]
    labels = [i for i in items if isinstance(i, Text) and i.anchor == "middle" and i.bold]
    arrows = [i for i in items if isinstance(i, Stroke) and i.fill == graphics.ACCENT]
    assert len(labels) == len(arrows) == board.board.count == len(centres[0])
    xs, ys = (sorted({round(t.at[k], 3) for t in labels}) for k in (0, 1))
    for i in range(board.board.count):
        a, b, c, d, e, f = board.moves(i)[1]
        row, col = divmod(i, 5)
        x, y = (col + 0.5) * board.board.cell_mm, (row + 0.5) * board.board.cell_mm
        place = int((a * x + c * y + e) // board.board.cell_mm), int((b * x + d * y + f) // board.board.cell_mm)
        k = next(k for k, t in enumerate(labels) if (xs.index(round(t.at[0], 3)), ys.index(round(t.at[1], 3))) == place)
        assert labels[k].text == assembly_map.piece_name(row, col)
        assert tip(arrows[k]) == [-c, -d], "the image of (0, -1)"
    table = {name: (place, turns) for name, place, turns in placement.placements(board, 1)}
    assert table[assembly_map.piece_name(0, 0)] == (assembly_map.piece_name(*divmod(int(board.slots[1, 0]), 5)), int(board.turns[1, 0]) % 4)
    assert len(table) == 20 and {p for p, _ in table.values()} == set(table)


def test_the_faint_map_shows_the_picture_of_its_part():
    anagram, board = result(30, 4, (56, 420), 8)
    pages, _ = assembly_map.map_pages(anagram.seen[1], board, 1, "duck", (210, 297))
    assert len(pages) == 2
    first = next(i for i in pages[0] if isinstance(i, Picture))
    want = 255 - assembly_map.STRENGTH * (255.0 - anagram.seen[1][: first.pixels.shape[0]])
    assert first.pixels.shape[0] == round(15.3 * 8) and np.abs(first.pixels - want).max() <= 0.5


def test_ways_to_close_are_those_of_the_arrangement():
    assert assembly_guide.solutions(result()[1]) == "at least 23,224,320"
    assert assembly_guide.solutions(result(8, 8, (160, 160))[1]).startswith("at least 10^")


@pytest.mark.parametrize(
    "name, word", [("rotate_180", "upside down"), ("rotate_90", "clockwise"), ("rotate_270", "anticlockwise"), ("flip", "mirror"), ("negate", "inverted")]
)
def test_pictures_that_are_turned_get_one_page(name, word):
    sheets = layout.guide_sheets(turned_result(name), None)
    text = " ".join(i.text for i in sheets[0].items if isinstance(i, Text))
    assert len(sheets) == 1 and word in text and "horse" in text and "C. Redit" in text and not outside(sheets[0], 8) and has_scale(sheets[0])


@pytest.mark.parametrize("sweep", [180, 90, -90])
def test_turn_arrow_runs_the_way_the_view_turns(sweep):
    """The head's tip lies where the turn carries the start of the arc."""
    from illusionprint.layout import view_guide

    path, head, _ = view_guide._rotation((0.0, 0.0), sweep)
    a = math.radians(sweep)
    x, y = path.path.start
    assert head.path.start == pytest.approx((x * math.cos(a) - y * math.sin(a), x * math.sin(a) + y * math.cos(a)), abs=1e-6)


@given(st.floats(-400, 400).filter(lambda a: abs(a) > 1), st.floats(0.1, 50), st.floats(-360, 360))
def test_arcs_are_round(sweep, radius, start):
    """Four cubics leave a circle by 2.8e-4 of the radius at most."""
    points = graphics.arc((3.0, -2.0), radius, start, sweep).flatten(1e-3 * radius)
    assert np.abs(np.hypot(*(points - (3, -2)).T) - radius).max() < 1.3e-3 * radius


# --- posters, viewing guides


@pytest.mark.parametrize("shape", [(40, 40), (30, 60), (60, 30), (20, 90)])
@pytest.mark.parametrize("size", [(420.0, 594.0), (210.0, 297.0), (457.2, 609.6)])
def test_poster_keeps_its_margins(shape, size):
    second = art(*shape, 2)
    sheet = layout.poster_sheet(art(*shape), size, title="Rabbit / Duck", subtitle="a jigsaw", credit="A. Maker " * 30, second=second)
    x, y, w, h = sheet.trim
    assert sorted((w, h)) == sorted(size) and (w - h) * (shape[1] - shape[0]) >= 0 and not outside(sheet, 3) and has_scale(sheet)
    pictures = [extent(i) for i in sheet.items if isinstance(i, Picture)]
    safe = 0.07 * min(size)
    assert len(pictures) == 2 and all(x0 > x + safe and y0 > y + safe and x1 < x + w - safe and y1 < y + h - safe for x0, y0, x1, y1 in pictures)
    a, b = pictures
    assert a[2] <= b[0] + 1e-6 or a[3] <= b[1] + 1e-6, "the inset does not cover the picture"
    assert (a[2] - a[0]) / (a[3] - a[1]) == pytest.approx(shape[1] / shape[0])
    words_on = [extent(i) for i in sheet.items if isinstance(i, Text) and i.role == Role.NOTE and extent(i)[1] < y + h]
    assert all(x1 <= x + w and y1 <= y + h and (x0 >= a[2] or y0 >= a[3]) for x0, y0, x1, y1 in words_on)


def test_crop_marks_stay_off_the_bleed_and_in_line_with_the_trim():
    sheet = layout.poster_sheet(art(20, 20), (210, 297), title="x")
    bx, by, bw, bh = sheet.bleed_box
    x, y, w, h = sheet.trim
    marks = [extent(s) for s in sheet.strokes(Role.REGISTER)]
    assert len(marks) == 8
    for x0, y0, x1, y1 in marks:
        assert x1 < bx or x0 > bx + bw or y1 < by or y0 > by + bh
        assert (x0 == x1 and x0 in (x, x + w)) or (y0 == y1 and y0 in (y, y + h))


def more_letters(file, letters):
    """A TrueType file: Vera that writes A, B, ... for the letters."""
    from fontTools.ttLib import TTFont
    from reportlab import __path__ as home

    font = TTFont(Path(home[0]) / "fonts" / "Vera.ttf")
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap |= {ord(letter): chr(65 + n) for n, letter in enumerate(letters)}
    font.save(file)
    return file


def test_a_font_of_the_users_own(tmp_path):
    from illusionprint.export.pdf import pdf

    file = more_letters(tmp_path / "own.ttf", "日本")
    assert typography.printable("日本 2")[1] == "U+65E5 U+672C"
    with typography.using_font(file):
        assert typography.printable("日本 2") == ("日本 2", "")
        assert typography.width_mm("日", 10) == pytest.approx(typography.width_mm("A", 10)) == typography.width_mm("A", 10, True)
        (tmp_path / "p.pdf").write_bytes(pdf([layout.poster_sheet(art(20, 20), (210, 297), title="日本 2")]))
    assert "日本 2" in subprocess.run(["pdftotext", tmp_path / "p.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert typography.printable("日本 2")[1]
    (tmp_path / "bad.ttf").write_bytes(b"OTTO" + bytes(99))
    for bad, says in ((tmp_path / "none.ttf", "no font file"), (tmp_path / "bad.ttf", "cannot be embedded")):
        with pytest.raises(BadValue, match=says), typography.using_font(bad):
            pass


def test_poster_is_not_finer_than_asked_and_not_tiny():
    sheet = layout.poster_sheet(art(900, 900), (210, 297), title="x", dpi=72)
    picture = next(i for i in sheet.items if isinstance(i, Picture))
    assert picture.pixels.shape[1] == round(picture.box[2] / 25.4 * 72)
    with pytest.raises(BadValue, match="at least 120 mm"):
        layout.poster_sheet(art(9, 9), (100, 200), title="x")


def viewing(near, far, **changes):
    options = {
        "near_m": near,
        "far_m": far,
        "size_mm": (297.0, 210.0),
        "cutoffs": {"low band": 9.12345},
        "title": "Cat / Dog",
        "notes": ["Good light."],
    } | changes
    return layout.viewing_guide_sheet(art(30, 40), art(30, 40, 1), art(30, 40, 2), **options)


@settings(max_examples=15, deadline=None)
@given(st.floats(0.2, 3), st.floats(0.5, 30))
def test_the_room_is_drawn_to_scale(near, more):
    sheet = viewing(near, near + more)
    red = [i for i in sheet.items if isinstance(i, Stroke) and i.fill == graphics.ACCENT]
    marks = [extent(i) for i in red if len(i.path.segments) == 4]
    print_x0, print_y0, _, print_y1 = min(extent(i) for i in red if len(i.path.segments) == 3)
    far, close = ((x0 + x1) / 2 - print_x0 for x0, _, x1, _ in marks)
    assert far / close == pytest.approx((near + more) / near, rel=1e-6)
    assert (print_y1 - print_y0) / far == pytest.approx(0.210 / (near + more), rel=1e-6)
    assert not outside(sheet, 8) and has_scale(sheet)


def test_viewing_guide_says_its_figures_and_refuses_marks_in_the_wrong_order():
    text = [i.text for i in viewing(0.4, 3.0).items if isinstance(i, Text)]
    assert "9.12" in text and "40.7°" in text and "5.7°" in text and "Good light." in text
    assert viewing_guide.angle_deg(1000, 0.5) == pytest.approx(90)
    with pytest.raises(BadValue, match="nearer"):
        viewing(3.0, 0.4)


# --- words


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60), st.floats(15, 120))
def test_lines_are_no_wider_than_asked(text, width):
    safe, _ = typography.printable(text)
    lines = typography.wrap(safe, width, 3.0)
    assert all(typography.width_mm(line, 3.0) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(safe.split())


def test_letters_outside_the_font_are_replaced_and_named():
    assert typography.printable("Łukasz, Zürich → 5 µm") == ("Łukasz, Zürich -> 5 µm", "")
    assert typography.printable("Việt")[0] == "Viet"
    assert typography.printable("兔 and 🦆") == ("? and ?", "U+5154 U+1F986")
    assert not any(typography._has(c) for c in "兔🦆\n\t\uffff")


def test_a_sheet_whose_bleed_leaves_the_page_is_refused():
    with pytest.raises(BadValue, match="do not fit a page"):
        layout.Sheet((100, 100), (), (0, 0, 100, 100), 3)


# Lists of labels


@pytest.mark.parametrize("cut", [jigsaw.build(3, 30, (600.0, 60.0)), jigsaw.build(4, 5, (200.0, 180.0), tiling="hexagon")])
def test_lists_of_labels_say_what_the_moves_say(cut):
    """Every piece once in each list, in reading order of that picture; place and turn are those of the matrices of arrangement.json."""
    board = jigsaw.random_arrangement(cut, np.random.default_rng(3), 3)
    home = {assembly_map.label(cut, i): i for i in range(cut.count)}
    for k, text in enumerate(layout.label_lists(board)):
        rows = list(csv.DictReader(io.StringIO(text)))
        assert sorted(r["label"] for r in rows) == sorted(home)
        assert [home[r[f"place in picture {k + 1}"]] for r in rows] == list(range(cut.count))
        for r in rows:
            i = home[r["label"]]
            assert r["place in picture 1"] == r["label"] and r["turn in picture 1"] == "0"
            for a, (m0, m1, *_) in enumerate(board.moves(i), 1):
                off = math.degrees(math.atan2(m1, m0)) - float(r[f"turn in picture {a}"])
                assert abs((off + 180) % 360 - 180) < 1e-6
                assert home[r[f"place in picture {a}"]] == board.slots[a - 1, i]
