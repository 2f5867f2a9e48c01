"""Vector artwork in print.pdf and posters: against the raster, against a mirror, and in other programs."""

from __future__ import annotations

import dataclasses
import functools
import shutil
import subprocess

import cv2
import numpy as np
import pytest
import shapely
from test_vector import case, far

from illusionprint import path
from illusionprint.anagram import Anagram
from illusionprint.blend import finishes
from illusionprint.blend._svg import TRAP_MM, Regions, parse_svg, svg
from illusionprint.blend.composite import blend, to_float
from illusionprint.blend.finishes import artwork
from illusionprint.blend.raster import rasterise
from illusionprint.errors import BadValue
from illusionprint.export.pdf import pdf
from illusionprint.layout import Areas, Picture, Sheet, poster_sheet, print_sheet
from illusionprint.layout.artwork import bordered_areas, mirrored, united, vector_areas
from illusionprint.template import Template

PX_PER_MM = 4


def anagram(name: str, vectors: bool = True) -> Anagram:
    casting, v, size_mm, regions = case(name)
    pixels = np.rint(255 * blend(casting, v, tuple(round(PX_PER_MM * n) for n in size_mm[::-1]))[0]).astype(np.uint8)
    return Anagram(pixels, (pixels,), PX_PER_MM, svg=svg(regions) if vectors else None)


def sheet(name: str, vectors: bool = True) -> Sheet:
    return print_sheet(anagram(name, vectors), case(name)[0].arrangement, Template("sheet", "made to measure", "200x200mm"))


def by_pdfium(made: Sheet) -> np.ndarray:
    """The bleed box, uint8 (h, w, 3), without its lines."""
    import pypdfium2

    only = Sheet(made.size_mm, tuple(i for i in made.items if isinstance(i, (Areas, Picture))), made.trim, made.bleed_mm)
    page = pypdfium2.PdfDocument(pdf([only]))[0]
    x, y, w, h = (round(v * PX_PER_MM) for v in made.bleed_box)
    return np.asarray(page.render(scale=PX_PER_MM * 25.4 / 72).to_numpy())[y : y + h, x : x + w, ::-1]


@pytest.mark.parametrize("name", ["flip", "6x6"])
def test_what_was_written_is_read(name):
    regions = case(name)[3]
    back = parse_svg(svg(regions, "a <title>"))
    assert (back.colours == regions.colours).all() and back.names == regions.names and back.size_mm == regions.size_mm
    assert (back.pieces == regions.pieces).all()
    assert shapely.area(shapely.symmetric_difference(back.areas, regions.areas)).max() < 1e-6 and shapely.is_valid(back.areas).all()


@pytest.mark.parametrize(
    "change",
    [
        (b'-1" fill="#', b'-1" fill="red" class="#'),
        (b'evenodd">', b'evenodd" transform="scale(2)">'),
        (b"<title>", b"<image/><title>"),
        (b"</svg>", b"<script/></svg>"),
        (b'mm" height', b'in" height'),
        (b' d="M', b' d="MC'),
        (b"<path", b"<circle"),
    ],
)
def test_what_another_program_wrote_is_not_taken_for_it(change):
    data = svg(case("flip")[3], "title")
    assert change[0] in data
    with pytest.raises(BadValue, match="as it was written"):
        parse_svg(data.replace(*change, 1) if change[0] != b"<path" else data.replace(*change))
    assert vector_areas(b"", (1, 1), (0, 0, 1, 1)) is None


@pytest.mark.parametrize("name", ["rotate_180", "2x3"])
def test_the_bleed_is_a_mirror(name):
    regions, size_mm = case(name)[3], np.array(case(name)[2])
    wide = mirrored(regions.areas, size_mm, 3.0)
    assert shapely.area(wide).sum() == pytest.approx(np.prod(size_mm + 6)) and np.allclose(shapely.total_bounds(wide), [-3, -3, *size_mm + 3])
    rng = np.random.default_rng(3)
    at = rng.uniform(-3, size_mm + 3, (400, 2))
    inside = np.minimum(np.abs(at), 2 * size_mm - at)  # reflected at 0, then at the far edge
    tree, home = shapely.STRtree(wide), shapely.STRtree(regions.areas)
    same = [set(tree.query(p, "intersects")) & set(home.query(q, "intersects")) for p, q in zip(shapely.points(at), shapely.points(inside))]
    assert all(same) and not all(
        set(tree.query(p, "intersects")) & set(home.query(q, "intersects"))
        for p, q in zip(shapely.points(at), shapely.points(np.clip(at, 0, size_mm)[:, ::-1] % size_mm))
    )


@pytest.mark.parametrize("name", ["rotate_180", "6x6"])
def test_printed_vectors_show_what_printed_pixels_show(name):
    """Bleed and all; a contour may lie on either side of a pixel."""
    drawn, raster = by_pdfium(sheet(name)), by_pdfium(sheet(name, False))
    assert any(isinstance(i, Areas) for i in sheet(name).items) and drawn.shape == raster.shape
    soft = [cv2.GaussianBlur(x, (0, 0), 1.2).astype(int) for x in (drawn, raster)]
    assert far(drawn, raster) < 0.02 < far(np.roll(drawn, 8, 1), raster)
    assert np.abs(soft[0] - soft[1]).mean() < 2 < np.abs(soft[0] - np.roll(soft[1], 8, 1)).mean()


@functools.lru_cache
def inked(finish: str) -> Regions:
    """A board of 6x6 in ink on paper, as it is read back."""
    casting, v, size_mm, regions = case("6x6")
    art = artwork(to_float(rasterise(regions, v, casting.arrangement, (480, 480))), v, 480 / size_mm[0], True, 1, regions)
    return finishes.load(finish).outlined(art)


@pytest.mark.parametrize("finish", ["halftone", "engraving"])
def test_printed_ink_shows_what_printed_pixels_show(finish):
    """Bleed and all; planted: half a dot or more beside it, and on another ground."""
    casting, v, size_mm, _ = case("6x6")
    raster = rasterise(inked(finish), v, casting.arrangement, tuple(round(PX_PER_MM * n) for n in size_mm[::-1]))
    sheets = [
        print_sheet(Anagram(raster, (raster,), PX_PER_MM, svg=s), casting.arrangement, Template("sheet", "made to measure", "200x200mm"))
        for s in (svg(inked(finish)), None)
    ]
    ink = next(i for i in sheets[0].items if isinstance(i, Areas))
    assert (
        ink.trap_mm == 0
        and (ink.backing == inked(finish).ground).all()
        and ink.box == pytest.approx((sheets[0].trim[0] - 3, sheets[0].trim[1] - 3, *(n + 6 for n in size_mm)))
    )

    shown, wanted, bare = (
        cv2.GaussianBlur(by_pdfium(made), (0, 0), 1.2).astype(int)
        for made in (*sheets, dataclasses.replace(sheets[0], items=(dataclasses.replace(ink, backing=255 - ink.backing),)))
    )
    right, *beside = (float(np.abs(np.roll(shown, px, 1) - wanted).mean()) for px in (0, 3, 8))
    print(finish, right, beside)
    assert right < 5 and 2 * right < min(beside) and np.abs(bare - wanted).mean() > 10


def test_ink_goes_on_beyond_a_border():
    """Dots stay dots beside a board that is no rectangle, and what lies between them there is ground; planted: dots alone take all of it."""
    board, dots = path.rectangle(0, 0, 40, 30), shapely.buffer(shapely.points([[5, 0.5], [20, 15], [30, 29.5]]), 2)
    dots = shapely.intersection(dots, shapely.box(0, 0, 40, 30))
    made = Regions(dots, np.full((3, 3), 9, np.uint8), np.zeros(3, int), ("r1c1",), (40.0, 30.0), shapely.box(0, 0, 40, 30), np.full(3, 250, np.uint8))
    grown = bordered_areas(svg(made), board, (10, 10, 40, 30), 3.0)
    more = shapely.area(grown.polygons).sum() - shapely.area(dots).sum()
    assert grown.trap_mm == 0 and (grown.backing == 250).all() and grown.backing_shape.bounds == pytest.approx((7, 7, 53, 43))
    tiles = dataclasses.replace(made, ground=None, border=None)
    alone = shapely.area(bordered_areas(svg(tiles), board, (10, 10, 40, 30), 3.0).polygons).sum() - shapely.area(dots).sum()
    print(more, alone)
    assert 10 < more < 0.7 * alone


def test_posters_take_the_vectors():
    made = anagram("flip")
    sheets = [poster_sheet(made.pixels, (300, 400), title="x", vectors=data) for data in (made.svg, None, b"<svg/>")]
    assert [any(isinstance(i, Areas) for i in s.items) for s in sheets] == [True, False, False]
    box, wanted = (next(i.box for i in s.items if isinstance(i, (Areas, Picture))) for s in sheets[:2])
    assert box == pytest.approx(wanted, abs=0.01)


def test_a_poster_shows_a_board_within_its_outline():
    """Beside it nothing is painted, not the bed below the vectors either; planted: a poster that is not told of the outline."""
    regions = case("flip")[3]
    w, h = regions.size_mm
    disc = shapely.Point(w / 2, h / 2).buffer(min(w, h) / 2)
    kept = np.flatnonzero(shapely.area(shapely.intersection(regions.areas, disc)) > 0)
    vectors = svg(Regions(shapely.intersection(regions.areas[kept], disc), regions.colours[kept], regions.pieces[kept], regions.names, regions.size_mm, disc))
    picture = np.zeros((round(4 * h), round(4 * w), 3), np.uint8)
    shares = []
    for border in (disc, None):
        made = poster_sheet(picture, (300, 400), title="x", vectors=vectors, border=border)
        x, y, side, _ = next(i.box for i in made.items if isinstance(i, Areas))  # the disc's own box
        x0, x1, y0, y1 = (
            round(PX_PER_MM * v) for v in (x - made.bleed_box[0], x + side / 12 - made.bleed_box[0], y - made.bleed_box[1], y + side / 12 - made.bleed_box[1])
        )
        corner = by_pdfium(made)[y0 + 1 : y1, x0 + 1 : x1]
        shares.append(float((corner >= 252).mean()))
    assert shares == [1.0, 0.0]


@pytest.mark.parametrize("program", ["gs", "pdftoppm"])
@pytest.mark.parametrize("px_per_inch", [72, 150])
def test_no_hairline_in_other_viewers(tmp_path, program, px_per_inch):
    """Paper of any colour shines through nowhere: bed and trap; without the trap, contours are dotted lines."""
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")

    def page(made: Sheet) -> np.ndarray:
        (tmp_path / "a.pdf").write_bytes(pdf([made]))
        out = ["-r", str(px_per_inch), "-png", "-singlefile", str(tmp_path / "a.pdf"), str(tmp_path / "a")]
        if program == "gs":
            out = [
                "-q",
                "-dNOPAUSE",
                "-dBATCH",
                "-sDEVICE=png16m",
                "-dGraphicsAlphaBits=4",
                f"-r{px_per_inch}",
                f"-sOutputFile={tmp_path / 'a.png'}",
                str(tmp_path / "a.pdf"),
            ]
        subprocess.run([program, *out], check=True, capture_output=True)
        return cv2.imread(str(tmp_path / "a.png")).astype(int)[3:-3, 3:-3]

    regions, size_mm = case("2x3")[3], case("2x3")[2]
    found = vector_areas(svg(regions), size_mm, (0, 0, *size_mm))

    def shine(trap: float) -> int:
        """Most that a pixel changes when the bed under the areas goes from black to white."""
        beds = [Sheet(size_mm, (Areas(found.polygons, found.colours, trap, np.full(3, v, np.uint8)),), (0, 0, *size_mm)) for v in (0, 255)]
        return int(np.abs(page(beds[0]) - page(beds[1])).max())

    assert shine(TRAP_MM) <= 8 and shine(0.0) > 25


def test_dots_that_meet_are_joined_and_others_stay_as_they_are():
    dots = np.array([shapely.box(x, 0, x + 1, 1) for x in (0, 1, 5, 7.5)] + [shapely.box(1.5, 0.999, 2.5, 2)])
    joined = united(dots)
    assert shapely.area(joined) == pytest.approx(shapely.union_all(dots).area) and shapely.is_valid(joined)
    assert {p.wkb for p in dots[2:4]} <= {p.wkb for p in shapely.get_parts(joined)} and len(shapely.get_parts(joined)) == 3
