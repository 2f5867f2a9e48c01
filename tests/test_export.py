"""The written files, read back by other programs: svgelements and shapely, qpdf, poppler, Ghostscript, PDFium."""

import io
import re
import shutil
import subprocess
import warnings

import numpy as np
import pikepdf
import pypdfium2
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from svgelements import SVG, Close, CubicBezier, Group, Line, Move
from svgelements import Path as SvgPath

from illusionprint import jigsaw, layout, path, plugins
from illusionprint.anagram import Anagram
from illusionprint.export.pdf import pdf
from illusionprint.export.svg import ORDER, svg
from illusionprint.layout import Picture, Role, Sheet, Stroke, Text
from illusionprint.template import Template

MACHINE = Template.load("laser", "machine")
MM = 72 / 25.4


def art(h, w, seed=0):
    """Two gradients, discs, and a little noise in the last bits."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:h, 0:w] / max(h, w)
    out = np.stack([0.25 + 0.5 * y, 0.3 + 0.4 * x, 0.4 + 0.3 * x * y], -1) + rng.uniform(0, 0.02, (h, w, 3))
    for cx, cy, r in rng.uniform(0.1, 0.9, (4, 3)):
        out[np.hypot(x - cx, y - cy) < 0.2 * r] = rng.uniform(0.2, 0.7, 3)
    return np.rint(out * 255).clip(0, 255).astype(np.uint8)


def board_sheet(rows=4, cols=4, cell=25.0, px_per_cell=24, **facts):
    cut = jigsaw.build(rows, cols, (cols * cell, rows * cell))
    board = jigsaw.random_arrangement(cut, np.random.default_rng(1))
    pixels = art(rows * px_per_cell, cols * px_per_cell)
    anagram = Anagram(pixels, (pixels, pixels), px_per_cell / cut.cell_mm, (), {"prompts": ["rabbit", "duck"], "seed": 7, **facts})
    return layout.print_sheet(anagram, board, layout.choose_sheet(cut.size_mm)), cut


def tool(*command):
    """Standard output of a program; skips where it is not installed."""
    if not shutil.which(command[0]):
        pytest.skip(f"the Debian program {command[0]} is not installed")
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def damaged(data, old, new, count=1):
    assert old in data
    return data.replace(old, new, count)


# --- SVG


def lines(data):
    """(document, [(layer, path)]) in document order; user units are mm (ppi 25.4)."""
    document = SVG.parse(io.BytesIO(data), ppi=25.4, reify=True)
    layers = [g for g in document.select(lambda e: isinstance(e, Group) and e.values.get("attributes", {}).get("id"))]
    return document, [(g.id, p) for g in layers if g.id for p in g.select(lambda e: isinstance(e, SvgPath))]


def polyline(p, n=24):
    """Dense points of an svgelements path."""
    out = []
    for segment in p:
        if isinstance(segment, (Line, Close)) and segment.start is not None:
            out.append([(q.x, q.y) for q in (segment.start, segment.end)])
        elif isinstance(segment, CubicBezier):
            out.append(segment.npoint(np.linspace(0, 1, n + 1)))
    return np.concatenate(out)


def length(points):
    return np.hypot(*np.diff(points, axis=0).T).sum()


def tab_length(tabs="classic"):
    """Length of the tab side of a cell of side 1, by sampling its cubics."""
    t = np.linspace(0, 1, 25)[:, None]
    return sum(length((1 - t) ** 3 * c[0] + 3 * (1 - t) ** 2 * t * c[1] + 3 * (1 - t) * t**2 * c[2] + t**3 * c[3]) for c in plugins.load("jigsaw.tabs", tabs)())


def pieces(drawn):
    """Polygons that the CUT and TRIM lines close."""
    snapped = [shapely.set_precision(shapely.LineString(polyline(p)), 1e-3) for layer, p in drawn if layer in ("cut", "trim")]
    return list(shapely.polygonize([shapely.unary_union(snapped)]).geoms)


def expected_mm(cut):
    edges = (cut.rows - 1) * cut.cols + cut.rows * (cut.cols - 1)
    return edges * tab_length() * cut.cell_mm


def cut_mm(drawn):
    return sum(length(polyline(p)) for layer, p in drawn if layer == "cut")


def test_svg_is_in_mm_and_unfilled_in_layers_of_the_machine_s_colours():
    sheet, _ = board_sheet()
    data = svg(sheet, MACHINE)
    document, drawn = lines(data)
    w, h = sheet.size_mm
    assert (document.width, document.height) == pytest.approx((w, h), abs=1e-3)
    assert f'width="{w:g}mm" height="{h:g}mm" viewBox="0 0 {w:g} {h:g}"'.encode() in data
    order = [layer for layer, _ in drawn]
    assert list(dict.fromkeys(order)) == ["reference", "cut", "trim"] == [r for r in ORDER if r in set(order)] and order[-1] == "trim"
    for layer, p in drawn:
        assert p.fill.value is None and p.stroke.hex == MACHINE.colours[layer] and p.stroke_width == pytest.approx(0.1)
    assert b'inkscape:groupmode="layer" inkscape:label="cut"' in data and b"<text" not in data and b"<image" not in data
    assert b"seed 7" in data and not re.search(rb"20\d\d-\d\d", data)


def test_svg_s_scale_line_is_100_mm():
    _, drawn = lines(svg(board_sheet()[0], MACHINE))
    assert any(length(polyline(p)) == pytest.approx(100, abs=1e-3) for layer, p in drawn if layer == "reference")


@settings(max_examples=12, deadline=None)
@given(st.integers(2, 9), st.integers(2, 9), st.sampled_from([12.0, 17.3, 25.0]))
def test_svg_has_every_shared_edge_once(rows, cols, cell):
    sheet, cut = board_sheet(rows, cols, cell, 3)
    _, drawn = lines(svg(sheet, MACHINE))
    assert len([1 for layer, _ in drawn if layer == "cut"]) == rows + cols - 2, "one path a row line and a column line"
    assert cut_mm(drawn) == pytest.approx(expected_mm(cut), rel=2e-4)
    border = polyline(next(p for layer, p in drawn if layer == "trim"))
    x, y, w, h = sheet.trim
    assert (*border.min(0), *border.max(0)) == pytest.approx((x, y, x + w, y + h), abs=1e-3)
    found = pieces(drawn)
    assert len(found) == rows * cols and sum(p.area for p in found) == pytest.approx(w * h, rel=1e-9)


def test_a_line_drawn_twice_or_left_out_is_caught():
    sheet, cut = board_sheet()
    line = sheet.strokes(Role.CUT)[0]
    twice = Sheet(sheet.size_mm, (*sheet.items, line), sheet.trim)
    assert cut_mm(lines(svg(twice, MACHINE))[1]) > expected_mm(cut) * 1.1
    without = Sheet(sheet.size_mm, tuple(i for i in sheet.items if i is not line), sheet.trim)
    assert len(pieces(lines(svg(without, MACHINE))[1])) == 12


def test_svg_walks_to_and_fro_and_moves_nothing():
    sheet, _ = board_sheet(6, 6)
    _, drawn = lines(svg(sheet, MACHINE))
    walked = [polyline(p) for layer, p in drawn if layer == "cut"]
    idle = sum(np.hypot(*(b[0] - a[-1])) for a, b in zip(walked, walked[1:]))
    plain = [s.path.flatten() for s in sheet.strokes(Role.CUT)]
    assert idle < 0.4 * sum(np.hypot(*(b[0] - a[-1])) for a, b in zip(plain, plain[1:]))
    ends = {frozenset(map(tuple, np.round(p[[0, -1]], 3).tolist())) for p in walked}
    assert ends == {frozenset(map(tuple, np.round(p[[0, -1]], 3).tolist())) for p in plain}


def test_svg_survives_any_title_and_gives_the_same_bytes():
    sheet, _ = board_sheet(title="<b> & \x00 \"'")
    data = svg(sheet, MACHINE)
    assert data == svg(board_sheet(title="<b> & \x00 \"'")[0], MACHINE) and len(lines(data)[1]) == 19
    other = svg(sheet, Template("machine", "other", stroke="0.01mm", colours={"cut": "#00ff00"}))
    assert b'stroke="#00ff00" stroke-width="0.01"' in other and b'stroke="#000000"' in other


# --- PDF


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    sheet, cut = board_sheet()
    file = tmp_path_factory.mktemp("pdf") / "print.pdf"
    file.write_bytes(pdf([sheet], title="rabbit / duck"))
    return file, sheet


def test_qpdf_finds_no_fault(printed, tmp_path):
    assert "No syntax or stream encoding errors" in tool("qpdf", "--check", str(printed[0]))
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(printed[0].read_bytes()[:-400])
    assert subprocess.run(["qpdf", "--check", str(broken)], capture_output=True).returncode


def test_page_boxes_are_nested_and_those_of_the_sheet(printed):
    file, sheet = printed
    said = tool("pdfinfo", "-box", str(file))
    box = {name: [float(v) for v in re.search(rf"{name}:\s+(.*)", said)[1].split()] for name in ("MediaBox", "BleedBox", "TrimBox")}
    (w, h), (x, y, tw, th) = sheet.size_mm, sheet.trim
    assert box["MediaBox"] == pytest.approx([0, 0, w * MM, h * MM], abs=0.01)
    assert box["TrimBox"] == pytest.approx([x * MM, (h - y - th) * MM, (x + tw) * MM, (h - y) * MM], abs=0.01)
    grown = [box["TrimBox"][k] + s * sheet.bleed_mm * MM for k, s in enumerate((-1, -1, 1, 1))]
    assert box["BleedBox"] == pytest.approx(grown, abs=0.01)
    assert "PDF version:     1.4" in said and "CreationDate" not in said and "rabbit / duck" in said


def test_cut_svg_and_print_pdf_register(printed):
    """The border of the machine's file is the TrimBox of the printed one."""
    file, sheet = printed
    _, drawn = lines(svg(sheet, MACHINE))
    border = polyline(next(p for layer, p in drawn if layer == "trim"))
    with pikepdf.open(file) as document:
        x0, y0, x1, y1 = (float(v) / MM for v in document.pages[0].TrimBox)
        height = float(document.pages[0].MediaBox[3]) / MM
    assert (*border.min(0), *border.max(0)) == pytest.approx((x0, height - y1, x1, height - y0), abs=2e-3)


def test_every_font_is_embedded(printed, tmp_path):
    from reportlab.pdfgen.canvas import Canvas

    guide = tmp_path / "guide.pdf"
    pixels = art(40, 40)
    about = Anagram(pixels, (pixels, pixels), 1.0, (), {"views": ["identity", "flip"]})
    guide.write_bytes(pdf(layout.guide_sheets(about, None) + [layout.poster_sheet(pixels, (210, 297), title="T", subtitle="s", credit="c")]))
    plain = Canvas(str(tmp_path / "plain.pdf"))
    plain.drawString(9, 9, "Helvetica")
    plain.save()

    def embedded(file):
        return [row.split()[-5] for row in tool("pdffonts", str(file)).splitlines()[2:]]

    assert set(embedded(printed[0])) == {"yes"} and set(embedded(guide)) == {"yes"} and len(embedded(guide)) >= 3
    assert embedded(tmp_path / "plain.pdf") == ["no"], "the check sees a font that is not"


def test_spot_colour_is_found_by_plain_text_search(printed):
    data = printed[0].read_bytes()
    assert b"/Separation /CutContour" in data and b"/ObjStm" not in data
    with pikepdf.open(printed[0]) as document:
        assert document.docinfo["/Trapped"] == "/False" and "/CreationDate" not in document.docinfo and not document.check_pdf_syntax()
        resources = document.pages[0].Resources
        assert resources.ColorSpace["/SpotCut"][1] == "/CutContour" and list(resources.ColorSpace["/SpotCut"][3].C1) == [0, 1, 0, 0]
        assert resources.ExtGState.Over.OP and resources.ExtGState.Over.OPM == 1
    assert b"/Separation /Thru-cut" in pdf([printed[1]], spot="Thru-cut")


def plates(data, folder, name):
    """{plate: float (h, w)}, 0 full ink, 255 none, by Ghostscript's tiffsep."""
    source = folder / f"{name}.pdf"
    source.write_bytes(data)
    tool("gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=tiffsep", "-r120", f"-sOutputFile={folder / name}%d.tif", str(source))
    return {re.search(r"\((.*)\)", p.name)[1]: np.asarray(Image.open(p), float) for p in folder.glob(f"{name}1(*.tif")}


def test_cut_has_a_plate_and_the_art_is_not_knocked_out_under_it(printed, tmp_path):
    file, sheet = printed
    data = file.read_bytes()
    with_cut = plates(data, tmp_path, "over")
    knocked = plates(damaged(data, b"/OP true", b"/OP null").replace(b"/op true", b"/op null"), tmp_path, "knock")
    rest = tuple(i for i in sheet.items if not isinstance(i, Stroke))
    bare = plates(pdf([Sheet(sheet.size_mm, rest, sheet.trim, sheet.bleed_mm)]), tmp_path, "bare")
    assert "CutContour" in with_cut and "CutContour" not in bare
    under = with_cut["CutContour"] < 128
    assert under.sum() > 1000

    def change(found):
        return max(np.abs(found[ink] - bare[ink])[under].mean() for ink in ("Cyan", "Magenta", "Yellow", "Black"))

    assert change(with_cut) < 1, "all four inks lie under the line as without it"
    assert change(knocked) > 40, "without overprint the line leaves paper"
    x, y, w, h = (round(v / 25.4 * 120) for v in sheet.trim)
    rows, cols = np.nonzero(under)
    assert abs(rows.min() - y) <= 1 and abs(rows.max() - (y + h)) <= 1 and abs(cols.min() - x) <= 1 and abs(cols.max() - (x + w)) <= 1


def test_black_words_and_scale_line_print_in_black_alone(printed, tmp_path):
    file, sheet = printed
    found = plates(file.read_bytes(), tmp_path, "black")
    below = round((sheet.bleed_box[1] + sheet.bleed_box[3] + 1) / 25.4 * 120)
    assert (found["Black"][below:] < 128).sum() > 300
    assert all((found[ink][below:] > 250).all() for ink in ("Cyan", "Magenta", "Yellow", "CutContour"))


def test_pdfium_sees_the_picture_where_the_sheet_puts_it(printed):
    file, sheet = printed
    picture = next(i for i in sheet.items if isinstance(i, Picture))
    dpmm = picture.pixels.shape[1] / picture.box[2]
    with pypdfium2.PdfDocument(file) as document:
        page = document[0].render(scale=dpmm * 25.4 / 72).to_numpy()[:, :, ::-1].astype(float)
    assert page.shape[:2] == tuple(int(np.ceil(v * dpmm - 1e-6)) for v in sheet.size_mm[::-1])
    x, y = (picture.box[k] * dpmm for k in (0, 1))
    rows, cols = (np.arange(3, n - 3) for n in picture.pixels.shape[:2])
    seen = page[np.ix_(np.round(y + rows + 0.5).astype(int), np.round(x + cols + 0.5).astype(int))]
    assert np.median(np.abs(seen - picture.pixels[3:-3, 3:-3])) <= 4
    moved = page[np.ix_(np.round(y + rows + 0.5).astype(int) - 3, np.round(x + cols + 0.5).astype(int) + 3)]
    assert np.median(np.abs(moved - picture.pixels[3:-3, 3:-3])) > np.median(np.abs(seen - picture.pixels[3:-3, 3:-3]))


def test_pictures_without_loss_are_bit_equal_and_others_are_jpeg_444():
    pixels = art(33, 47)
    boxes = [(5.0, 5.0, 20.0, 20.0), (30.0, 5.0, 20.0, 20.0), (55.0, 5.0, 20.0, 20.0)]
    sheet = Sheet((80, 40), tuple(Picture(pixels, b, lossless=k < 2) for k, b in enumerate(boxes)), (0, 0, 80, 40))
    with pikepdf.open(io.BytesIO(pdf([sheet]))) as document:
        images = {str(v.Filter): v for v in document.pages[0].Resources.XObject.values()}
        assert len(document.pages[0].Resources.XObject) == 2, "the same picture is stored once"
        assert (np.asarray(pikepdf.PdfImage(images["/FlateDecode"]).as_pil_image()) == pixels).all()
        with Image.open(io.BytesIO(images["/DCTDecode"].read_raw_bytes())) as jpeg:
            assert jpeg.layer[0][1:3] == jpeg.layer[1][1:3] == (1, 1), "chroma is as fine as luma"
            error = np.asarray(jpeg, float) - pixels
    assert 0 < np.abs(error).mean() < 3


def test_lines_and_text_are_where_the_sheet_says():
    box = path.rectangle(10, 20, 30, 5)
    sheet = Sheet((60, 60), (Stroke(box, Role.NOTE, 0.0, "", "#ff0000"), Text("WWWW", (20, 50), 5)), (0, 0, 60, 60))
    with pypdfium2.PdfDocument(pdf([sheet])) as document:
        page = document[0].render(scale=10 * 25.4 / 72).to_numpy().astype(int)
    red = np.nonzero((page[:, :, 2] > 200) & (page[:, :, 0] < 50))
    assert (red[0].min(), red[0].max() + 1, red[1].min(), red[1].max() + 1) == pytest.approx((200, 250, 100, 400), abs=1)
    black = np.nonzero(page.sum(-1) < 100)
    assert black[0].max() <= 501 and black[0].min() > 455 and black[1].min() >= 199 and black[1].max() > 350, "it runs to the right from its start"


def test_registration_marks_lie_in_all_plates():
    data = pdf([layout.poster_sheet(art(20, 20), (210, 297), title="T")])
    assert b"/Separation /All" in data and b"CutContour" not in data


def test_same_sheets_same_bytes():
    sheet, _ = board_sheet()
    again, _ = board_sheet()
    assert pdf([sheet]) == pdf([again]) and pdf([sheet]) != pdf([board_sheet(seed=8)[0]])


def test_letters_that_the_font_lacks_are_said_and_no_blank_boxes():
    sheet = Sheet((60, 30), (Text("兔 rabbit", (5, 15), 5),), (0, 0, 60, 30))
    with pytest.warns(UserWarning, match=r"U\+5154.*'\? rabbit'"):
        data = pdf([sheet])
    with pypdfium2.PdfDocument(data) as document:
        assert document[0].get_textpage().get_text_range().strip() == "? rabbit"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pdf([board_sheet(prompts=["兔", "duck"])[0]])


def test_several_pages_of_different_sizes(tmp_path):
    small, large = Sheet((60, 30), (), (3, 3, 54, 24), 3), Sheet((100, 200), (), (0, 0, 100, 200))
    with pikepdf.open(io.BytesIO(pdf([small, large], title="two"))) as document:
        assert [[round(float(v) / MM, 3) for v in p.MediaBox] for p in document.pages] == [[0, 0, 60, 30], [0, 0, 100, 200]]
        assert [round(float(v) / MM, 3) for v in document.pages[0].TrimBox] == [3, 3, 57, 27] and document.docinfo["/Title"] == "two"


def test_move_is_not_drawn():
    """A path's move draws nothing: svgelements sees as many subpaths as paths."""
    _, drawn = lines(svg(board_sheet(2, 2)[0], MACHINE))
    assert all(sum(isinstance(s, Move) for s in p) == 1 for _, p in drawn)
