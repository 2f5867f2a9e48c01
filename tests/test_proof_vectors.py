"""The proof of vectors: anagram.svg against anagram.png, and what is found when either was changed."""

from __future__ import annotations

import functools
import re

import cv2
import numpy as np
import pytest
import shapely
from test_vector import case

from illusionprint import proof
from illusionprint.anagram import write_png
from illusionprint.blend import _coverage, finishes
from illusionprint.blend._svg import Regions, svg
from illusionprint.blend.composite import to_float
from illusionprint.blend.finishes import artwork
from illusionprint.blend.raster import rasterise, rasterise_flat
from illusionprint.blend.vector import piece_outlines
from illusionprint.proof import _vectors
from illusionprint.views import view

PRINTS = [
    ("6x6", 600, 1416),
    ("6x6", 288, 288),
    ("rotate_180", 600, 1417),
    ("rotate_180", 283, 283),
]  # name, size of the comparison and of the print: 300 and 60 dpi


@pytest.fixture(params=PRINTS, ids=str)
def folder(request, tmp_path):
    """(folder, size of the comparison, size in mm)."""
    name, size, printed = request.param
    casting, v, size_mm, regions = case(name)
    write_png(tmp_path / "anagram.png", rasterise(regions, v, casting.arrangement, (printed,) * 2), printed / size_mm[0])
    (tmp_path / "anagram.svg").write_bytes(svg(regions))
    return tmp_path, (size,) * 2, size_mm


def found(made) -> tuple[list[str], dict]:
    figures: dict = {}
    return [f.code for f in _vectors.check(*made, figures)], figures.get("vectors", {})


def test_what_is_right_has_no_finding(folder):
    codes, figures = found(folder)
    print(figures)
    assert codes == [] and figures["differing_share"] < 2e-4 and figures["px_per_mm"] == round(folder[1][0] / folder[2][0], 3)
    (folder[0] / "anagram.svg").unlink()
    assert found(folder) == ([], {}) and "VECTORS_DIFFER" in proof.CODES


def largest(data: str) -> str:
    """The middle of the paths by length of their data: neither ground nor sliver."""
    paths = sorted(re.findall(r"<path[^>]*>", data), key=len)
    return paths[-len(paths) // 3]


FAULTS = {
    "recoloured": lambda d: d.replace(largest(d), re.sub('fill="#..', lambda m: f'fill="#{(int(m[0][-2:], 16) + 128) % 256:02x}', largest(d))),
    "missing": lambda d: d.replace(largest(d), ""),
    "shifted": lambda d: d.replace('viewBox="0 0', 'viewBox="0.6 0'),
    "hairlines": lambda d: re.sub(r'<g id="trap".*?</g>', "", d, flags=re.S),
}


def assert_found(made, planted) -> None:
    """A fault, str -> str, planted in the SVG of a folder that `found` looks at."""
    path = made[0] / "anagram.svg"
    data = planted(path.read_text())
    assert data != path.read_text()
    path.write_text(data)
    assert found(made)[0] == ["VECTORS_DIFFER"], found(made)


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_found(folder, fault):
    assert_found(folder, FAULTS[fault])


@functools.lru_cache(maxsize=2)
def outlined(finish: str) -> Regions:
    """A board in a finish of ink on paper."""
    casting, v, size_mm, regions = case("6x6")
    art = artwork(to_float(rasterise(regions, v, casting.arrangement, (960, 960))), v, 960 / size_mm[0], True, 1, regions)
    return finishes.load(finish).outlined(art)


@functools.lru_cache(maxsize=2)
def ink(finish: str) -> tuple[np.ndarray, bytes, tuple[float, float]]:
    """(pixels, SVG, size in mm) of the same."""
    casting, v, size_mm, _ = case("6x6")
    made = outlined(finish)
    return rasterise(made, v, casting.arrangement, (1416, 1416)), svg(made), size_mm


@pytest.fixture(params=["halftone", "engraving"])
def inked(request, tmp_path):
    """(folder, size of the comparison, size in mm)."""
    picture, data, size_mm = ink(request.param)
    write_png(tmp_path / "anagram.png", picture, 11.8)
    (tmp_path / "anagram.svg").write_bytes(data)
    return tmp_path, (600, 600), size_mm


def test_ink_is_what_the_pixels_show(inked):
    codes, figures = found(inked)
    print(figures)
    assert codes == [] and figures["differing_share"] < 1e-4


def one_part(data: str, change) -> str:
    """The first outline of middle size, as it begins a path's data, changed."""
    paths = re.findall(r' d="(M[^"]*)"', data)
    parts = sorted((p for d in paths for p in re.findall(r"M[^M]*z", d)), key=len)
    part = parts[len(parts) // 2]
    return data.replace(part, change(part), 1)


def moved_by(part: str, mm: float) -> str:
    return re.sub(r"^M([\d.-]+)", lambda m: f"M{float(m[1]) + mm:.3f}", part)


INK_FAULTS = {
    "one moved": lambda d: one_part(d, lambda p: moved_by(p, 0.8)),
    "one dropped": lambda d: one_part(d, lambda p: ""),
    "recoloured": FAULTS["recoloured"],
    "another paper": lambda d: d.replace('fill="#f', 'fill="#c', 1),
}


@pytest.mark.parametrize("fault", INK_FAULTS)
def test_faults_of_ink_are_found(inked, fault):
    assert_found(inked, INK_FAULTS[fault])


@pytest.fixture(params=[("halftone", 318), ("engraving", 240)], ids=str)
def coarse(request, tmp_path):
    """(folder, size of the comparison, size in mm, {}, pieces in mm) of a board that is printed with so few pixels that the cut's steps are seen."""
    casting, v, size_mm, regions = case("6x6")
    finish, px = request.param
    made = outlined(finish)
    write_png(tmp_path / "anagram.png", rasterise(made, v, casting.arrangement, (px, px)), px / size_mm[0])
    (tmp_path / "anagram.svg").write_bytes(svg(made))
    return tmp_path, (600, 600), size_mm, {}, np.array([shapely.Polygon(r) for r in piece_outlines(casting.arrangement, size_mm)[1]])


def test_pixels_that_a_cut_crosses_show_their_own_piece(coarse):
    """Without the pieces' outlines the mean of both pieces, which dots beside it do not span, is taken for another picture. Planted: other faults, and pieces that lie elsewhere."""
    *made, figures, pieces = coarse
    alone = _vectors.check(*made, {})
    assert _vectors.check(*coarse) == [] and (not alone or figures["vectors"]["differing_share"] < 4e-4)
    assert [f.code for f in _vectors.check(*made, {}, shapely.affinity.translate(shapely.MultiPolygon(list(pieces)), 5, 3).geoms)] == [f.code for f in alone]
    data = (coarse[0] / "anagram.svg").read_text()
    for fault in (FAULTS["missing"], FAULTS["shifted"]):
        (coarse[0] / "anagram.svg").write_text(fault(data))
        assert [f.code for f in _vectors.check(*coarse)] == ["VECTORS_DIFFER"]


def ruled(wide_mm: float, shift_mm: float = 0.0, size: tuple[float, float] = (100.0, 80.0)) -> Regions:
    """Lines across a sheet, as many as wide, which run with the pixels; the middle one shifted."""
    y = np.arange(3, size[1] - 3, 2.53)
    y[len(y) // 2] += shift_mm
    lines = shapely.box(10, y - wide_mm / 2, 90, y + wide_mm / 2)
    ink, one = np.array([[20, 20, 40]], np.uint8), np.array([shapely.multipolygons(lines)])
    return Regions(one, ink, np.zeros(1, int), ("r1c1",), size, ground=np.array([250, 250, 240], np.uint8), painted=one)


@pytest.mark.parametrize("px", [(945, 1181), (944, 1181), (630, 787)])
def test_lines_that_run_with_the_pixels(tmp_path, px):
    """A painter is off by the same all along such a line, and one painting shows it; looked at closer nothing differs. Planted: wider lines, one that lies beside."""
    good = ruled(0.16)
    write_png(tmp_path / "anagram.png", rasterise(good, view("rotate_180"), None, px), px[1] / 100)
    (tmp_path / "anagram.svg").write_bytes(svg(good))
    made = tmp_path, (400, 500), good.size_mm
    codes, figures = found(made)
    assert codes == [] and figures["differing_share"] < 1e-4
    for fault in (ruled(0.24), ruled(0.16, 0.5)):
        (tmp_path / "anagram.svg").write_bytes(svg(fault))
        assert found(made)[0] == ["VECTORS_DIFFER"]


def test_one_painting_of_such_lines_is_off(tmp_path):
    (tmp_path / "a.svg").write_bytes(svg(ruled(0.16)))
    right = rasterise(ruled(0.16), view("rotate_180"), None, (945, 1181)).astype(int)
    once, smooth = (
        np.abs(x.astype(int) - right).max() for x in (_vectors.rendered(tmp_path / "a.svg", (945, 1181)), _vectors._smoothed(tmp_path / "a.svg", (945, 1181)))
    )
    assert once > 2 * smooth and smooth < 16, (once, smooth)


def test_however_few_pixels_are_compared_ink_is_painted_as_fine(inked, monkeypatch):
    painted, sizes = _vectors.rendered, []
    monkeypatch.setattr(_vectors, "rendered", lambda path, size_px, *more: sizes.append(size_px) or painted(path, size_px, *more))
    codes, figures = found((inked[0], (200, 200), inked[2]))
    assert codes == [] and figures["px_per_mm"] < 2 and min(sizes[0]) >= 2 * _vectors.FINE * min(inked[2])


@pytest.mark.parametrize("print_px", [(1417, 1417), (1000, 1000), (472, 472), (5906, 3937)])
def test_both_are_reduced_by_the_same_pixels(print_px):
    """Painted at least twice as fine as compared, in whole parts or multiples of the print's pixels."""
    size_px = tuple(min(n, 600) for n in print_px)
    fine, common = _vectors.finer(print_px, size_px)
    assert all(f >= 2 * s for f, s in zip(fine, size_px)) and max(fine) < 2600
    assert all(f % c == 0 for f, c in zip(fine, common)) and all(abs(p / c - round(p / c)) < 2e-3 for p, c in zip(print_px, common))


def test_a_blot_on_the_png_is_found(folder):
    pixels = cv2.imread(str(folder[0] / "anagram.png"))
    cv2.circle(pixels, (len(pixels) // 2, len(pixels) // 3), max(5, len(pixels) // 120), (255, 0, 255), -1)
    cv2.imwrite(str(folder[0] / "anagram.png"), pixels)
    assert found(folder)[0] == ["VECTORS_DIFFER"]


@pytest.mark.parametrize("text", ["", "<svg", "<svg xmlns='http://www.w3.org/2000/svg'><image href='x", "not xml & <"])
def test_a_broken_svg_is_one_message(folder, text):
    (folder[0] / "anagram.svg").write_text(text)
    with pytest.raises(_vectors.BadValue, match="anagram.svg"):
        found(folder)


BLUE, ORANGE = (59, 136, 195), (255, 172, 51)


def framed(rim: float, inner: tuple[int, ...] = BLUE, outer: tuple[int, ...] = ORANGE) -> Regions:
    """A picture of 100 x 100 mm with a frame along its rim, so many mm wide."""
    within = shapely.box(rim, rim, 100 - rim, 100 - rim)
    return Regions(np.array([within, shapely.box(0, 0, 100, 100) - within]), np.array([inner, outer], np.uint8), np.zeros(2, int), ("r1c1",), (100.0, 100.0))


@pytest.fixture(params=[(2.36, 0.06), (2.36, 0.3), (4, 0.1), (6, 0.15)], ids=str)
def thin(request, tmp_path):
    """(folder, size, size in mm; the frame's width) of a picture with a frame thinner than a pixel, at so many pixels a mm."""
    per_mm, rim = request.param
    regions, size = framed(rim), (round(100 * per_mm),) * 2
    write_png(tmp_path / "anagram.png", rasterise_flat(_coverage.contours(regions.areas, regions.size_mm, size), regions.colours / 255), per_mm)
    (tmp_path / "anagram.svg").write_bytes(svg(regions))
    return (tmp_path, size, regions.size_mm), rim


def test_what_is_thinner_than_a_pixel_at_the_rim_has_no_finding(thin):
    """Smoothed edges make it too wide in one painting of the SVG; looked at closer it is as wide as it should be."""
    (folder, size, _), _ = thin
    coarse = _vectors.differing(_vectors.rendered(folder / "anagram.svg", size), _vectors.read_picture(folder / "anagram.png"))
    assert coarse.mean() > 0.004
    codes, figures = found(thin[0])
    print(figures)
    assert codes == [] and figures["differing_share"] < 1e-4


def leaded(shift: float = 0.0, width: float = 0.12) -> Regions:
    """A picture of 40 x 40 mm with thin dark strips that run with the pixels, between two grounds."""
    edges = sorted({0.0, 40.0, *(v for k in range(1, 8) for v in (5.07 * k + shift, 5.07 * k + shift + width))})
    areas = [shapely.box(0, a, 40, b) for a, b in zip(edges, edges[1:])]
    colours = [((255, 250, 215), (35, 30, 45), (120, 130, 135), (35, 30, 45))[k % 4] for k in range(len(areas))]
    return Regions(np.array(areas), np.array(colours, np.uint8), np.zeros(len(areas), int), ("r1c1",), (40.0, 40.0))


@pytest.mark.parametrize("px", [216, 340])
def test_strips_that_run_with_the_pixels_of_a_print(tmp_path, monkeypatch, px):
    """Compared at other pixels than the print's own they fall on others; planted: strips of another place and width, and none below to keep the bed from shining through."""
    print_px, size, sheet = (px, px), (200, 200), [shapely.box(0, 0, 40, 40)]
    regions, path = leaded(), tmp_path / "anagram.svg"
    write_png(tmp_path / "anagram.png", rasterise_flat(_coverage.contours(regions.areas, regions.size_mm, print_px), regions.colours / 255), px / 40)

    def codes(text: bytes, pieces: list[shapely.Polygon]) -> list[str]:
        path.write_bytes(text)
        return [f.code for f in _vectors.check(tmp_path, size, (40.0, 40.0), {}, pieces)]

    assert codes(svg(regions), sheet) == codes(svg(regions), []) == []
    with monkeypatch.context() as patch:
        patch.setattr(_vectors, "FAR", 0)
        assert codes(svg(regions), []) == ["VECTORS_DIFFER"]
    bare = re.sub(rb"<use [^>]*>", b"", svg(regions))
    for fault in (svg(leaded(0.4)), svg(leaded(0, 0.3)), bare.replace(b"</svg>", b'<rect x="9" y="9" width="4" height="4"/></svg>')):
        assert codes(fault, sheet) == ["VECTORS_DIFFER"]


OF_FRAMES = {
    "wider": lambda rim: svg(framed(rim + 0.15)),
    "of another colour": lambda rim: svg(framed(rim, outer=(255, 60, 200))),
    "gone": lambda rim: svg(framed(rim, outer=BLUE)),
    "other ground": lambda rim: svg(framed(rim, inner=(90, 136, 195))),
}


@pytest.mark.parametrize("fault", OF_FRAMES)
def test_faults_of_thin_frames_are_found(thin, fault):
    made, rim = thin
    (made[0] / "anagram.svg").write_bytes(OF_FRAMES[fault](rim))
    assert found(made)[0] == ["VECTORS_DIFFER"], found(made)


@pytest.mark.parametrize("outline", [False, True], ids=["sheet", "outline"])
def test_below_only_shows_where_nothing_spreads(folder, outline):
    """Without strokes below a quarter of the bed shines through between two areas, with them a few percent; and a board's outline is no gap."""
    path, size = folder[0] / "anagram.svg", folder[1]
    if outline:
        path.write_text(
            re.sub(r'<rect width="(\S+)" height="\S+"', lambda m: f'<polygon points="20,20 {float(m[1]) - 20},20 60,90"', path.read_text(), count=1)
        )

    def leak() -> np.ndarray:
        light, dark = (_vectors.rendered(path, size, below).astype(int) for below in ("#ffffff", "#000000"))
        return np.abs(light - dark).max(-1) / 255

    assert leak().max() < 0.06
    path.write_text(re.sub(r"<use [^>]*>", "", path.read_text()))
    assert (leak() > 2 * _vectors.SHOW_THROUGH).mean() > 0.003
