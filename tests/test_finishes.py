"""Finishes: what is finished and then moved is what is moved and then finished; and what each does."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import shapely
from scipy.spatial import cKDTree
from test_vector import case

from illusionprint.blend import finishes
from illusionprint.blend._partition import members
from illusionprint.blend._svg import Regions, parse_svg, svg
from illusionprint.blend.composite import to_float
from illusionprint.blend.finishes import _artwork, _polygons, _recovery, _segmentation, _trace
from illusionprint.blend.finishes._artwork import Artwork, artwork, symmetric_noise, transformed
from illusionprint.blend.raster import rasterise
from illusionprint.blend.vector import piece_transforms
from illusionprint.errors import UnknownName
from illusionprint.export.pdf import pdf
from illusionprint.jigsaw import build, random_arrangement
from illusionprint.layout import Sheet
from illusionprint.layout.artwork import vector_areas
from illusionprint.views import apply_view, view

VIEWS = ("jigsaw", "rotate_180", "rotate_90", "flip")
CUT = build(4, 4, (120.0, 120.0), "classic", 1.0)
OUTLINED = [n for n in finishes.names() if hasattr(finishes.load(n), "outlined")]
INKS = {"halftone", "engraving"}  # on the sheet's own paper
LINES = 0.25  # black lines tell contours apart that lie a hundredth of a mm beside each other
TELLS = 0.02  # share of pixels that may differ: where two choices are equally good, the order in which they come decides
SIDE = {"mosaic": 240, "halftone": 240, "engraving": 240}  # pixels; stones, dots and lines must be more than a few


@pytest.fixture(autouse=True)
def coarse(request, monkeypatch):
    """Stones, dots and lines as on a sheet of 60 mm on one of 120: few, and large enough for small rasters."""
    if any(name in request.node.name for name in SIDE):
        monkeypatch.setattr(_artwork, "SHEET_MM", 60.0)


def made_view(kind: str, seed: int = 0):
    return view(kind, random_arrangement(CUT, np.random.default_rng(seed)) if kind == "jigsaw" else None)


def random_art(kind: str, seed: int, drawn: bool = True, side: int = 180) -> tuple[Artwork, object]:
    """Discs and bars of flat colour (or soft ones) on a sheet that is no square for rigid views."""
    rng = np.random.default_rng(seed)
    h, w = (side, side) if kind == "jigsaw" else (side, side * 4 // 3)
    y, x = np.mgrid[:h, :w]
    picture = np.empty((h, w, 3), np.float32)
    picture[:] = rng.uniform(0.5, 1, 3)
    for _ in range(8):
        cy, cx, r, a = rng.uniform(0, h), rng.uniform(0, w), rng.uniform(10, 40), rng.uniform(0, np.pi)
        inside = (np.hypot(y - cy, x - cx) < r) if rng.random() < 0.5 else (np.abs((x - cx) * np.cos(a) + (y - cy) * np.sin(a)) < r / 3)
        picture[inside] = np.rint(rng.uniform(0, 1, 3) * 255) / 255
    if not drawn:
        picture = np.clip(picture + 0.15 * np.sin(x / 9 + y / 13)[..., None], 0, 1).astype(np.float32)
    v = made_view(kind, seed)
    return artwork(picture, v, side / 120.0, drawn, seed), v


def unlike(name: str, art: Artwork, v: object) -> float:
    """Share of pixels by which finished-then-moved differs from moved-then-finished (a step of 8 in 255 and more; of lines, LINES)."""
    first, then = (apply_view(v, shown(name, art)) if name not in OUTLINED else outlines_moved(name, art, v)), shown(name, art.moved(v))
    return float((np.abs(first - then).max(-1) > (LINES if name == "engraving" else 8 / 255)).mean())


def shown(name: str, art: Artwork) -> np.ndarray:
    """What a finish makes of an artwork, as pixels."""
    finish = finishes.load(name)
    return to_float(rasterise(finish.outlined(art), None, None, art.pieces.shape)) if name in OUTLINED else finish.finish(art)


def outlines_moved(name: str, art: Artwork, v: object) -> np.ndarray:
    """The finish's outlines, each moved with its piece, as pixels."""
    made = finishes.load(name).outlined(art)
    there = piece_transforms(v, v.arrangement if v.needs_board else None, art.size_mm)
    made = dataclasses.replace(made, areas=transformed(made.areas, there[made.pieces]), size_mm=art.moved(v).size_mm)
    return to_float(rasterise(made, None, None, v.shown_size(art.pieces.shape)))


@pytest.mark.parametrize("kind", VIEWS)
@pytest.mark.parametrize("name", finishes.names())
def test_finishes_turn_with_the_piece(name, kind):
    for seed in (1, 2)[: 1 if name == "mosaic" else 2]:
        assert unlike(name, *random_art(kind, seed, side=SIDE.get(name, 180))) <= TELLS, seed


@pytest.mark.parametrize("name", finishes.names())
def test_so_they_do_on_photographs(name):
    assert unlike(name, *random_art("jigsaw", 3, False, 300 if name == "halftone" else SIDE.get(name, 180))) <= TELLS


@pytest.mark.parametrize("name", OUTLINED)
def test_so_they_do_on_outlines(name):
    """Of drawings, whose own contours are kept."""
    casting, v, size_mm, regions = case("2x3")
    art = artwork(to_float(rasterise(regions, v, casting.arrangement, (400, 600))), v, 600 / size_mm[0], True, 1, regions)
    assert unlike(name, art, v) <= TELLS


@pytest.mark.parametrize("fault", ["light from one side", "across pieces", "a halftone out of step", "outlines from one side"])
def test_the_check_sees_planted_faults(fault, monkeypatch):
    halftone, plain, flat = (finishes.load(n) for n in ("halftone", "plain", "flat"))

    def one_side(art: Artwork) -> np.ndarray:
        return np.clip(art.picture - 0.2 * (np.roll(art.regions, (2, 2), (0, 1)) != art.regions)[..., None], 0, 1)

    def across(art: Artwork) -> np.ndarray:
        return _segmentation.blur_within_pieces(np.zeros_like(art.pieces), art.picture, 9)

    def out_of_step(art: Artwork) -> Regions:
        return halftone_outlined(dataclasses.replace(art, cell_px=tuple(c * 1.03 for c in art.cell_px)))

    def shifted(art: Artwork) -> Regions:
        made = flat_outlined(art)
        return dataclasses.replace(made, areas=shapely.transform(made.areas, lambda p: p + (0.7, 0.4)))

    halftone_outlined, flat_outlined = halftone.outlined, flat.outlined
    monkeypatch.setattr(flat, "outlined", shifted)
    monkeypatch.setattr(halftone, "outlined", out_of_step)
    monkeypatch.setattr(plain, "finish", one_side if fault == "light from one side" else across)
    name = {"outlines from one side": "flat", "a halftone out of step": "halftone"}.get(fault, "plain")
    assert unlike(name, *random_art("jigsaw", 1, side=240 if name == "halftone" else 420)) > 2 * TELLS


@pytest.mark.parametrize("name", finishes.names())
def test_a_finish_gives_a_picture_and_leaves_the_artwork_alone(name):
    art, _ = random_art("jigsaw", 4, side=144)
    before = art.picture.copy(), art.regions.copy()
    made = shown(name, art)
    assert made.dtype == np.float32 and made.shape == art.picture.shape and 0 <= made.min() <= made.max() <= 1
    assert np.array_equal(made, shown(name, art)) and finishes.load(name).DESCRIPTION
    assert np.array_equal(before[0], art.picture) and np.array_equal(before[1], art.regions)
    assert name == "plain" or np.abs(made - art.picture).max() > 0.05


@pytest.mark.parametrize("kind", ["jigsaw", "rotate_90"])
@pytest.mark.parametrize("name", OUTLINED)
def test_outlines_tile_the_sheet_piece_by_piece(name, kind):
    """Each piece is covered once by valid areas of its own, or inked where they are; what is written is read back."""
    art, _ = random_art(kind, 5, side=180)
    made = finishes.load(name).outlined(art)
    assert shapely.is_valid(made.areas).all()
    for k, outline in enumerate(art.outlines):
        own, rim = made.areas[made.pieces == k], 0.002 * outline.length
        whole = shapely.union_all(own, grid_size=0.001)
        rim += 0.002 * shapely.length(own).sum() if made.ground is not None else 0
        assert shapely.area((shapely.symmetric_difference if made.ground is None else shapely.difference)(whole, outline)) < rim
        assert shapely.area(own).sum() - whole.area < rim
    back = parse_svg(svg(made))
    assert (back.colours == made.colours).all() and svg(made) == svg(finishes.load(name).outlined(art))
    assert (back.ground is None) == (made.ground is None) == (name not in INKS)


@pytest.mark.parametrize("name", ["halftone", "engraving"])
def test_ink_runs_on_under_what_is_painted_later(name):
    """Painted one over the other, areas that run on show what those that do not show; they leave paper where no ink is; planted: one that runs on over a later one."""
    art, _ = random_art("jigsaw", 5, side=144)
    made = finishes.load(name).outlined(art)

    def seen_from_above(painted: np.ndarray) -> float:
        """mm2 by which what is seen of each area is not the area."""
        above, out = shapely.Polygon(), 0.0
        for area, whole in zip(made.areas[::-1], painted[::-1]):
            out += shapely.symmetric_difference(shapely.difference(whole, above, grid_size=0.001), area).area
            above = shapely.union(above, area, grid_size=0.001)
        return out

    rim = 0.0005 * shapely.length(made.areas).sum()
    more = shapely.area(made.painted).sum() - shapely.area(made.areas).sum()
    assert seen_from_above(made.painted) < rim and more >= 0 and (more > 2 * rim or name == "engraving")
    ink = shapely.union_all(made.areas, grid_size=0.001)
    assert shapely.difference(shapely.union_all(made.painted, grid_size=0.001), ink).area < rim
    assert seen_from_above(np.array([*made.painted[:-1], made.painted[-1].buffer(0.3)])) > rim


@pytest.mark.parametrize("name", ["halftone", "engraving"])
def test_a_blank_sheet_stays_blank(name):
    """No ink at all is a picture too: written, read back, laid out and filled."""
    made = finishes.load(name).outlined(artwork(np.ones((60, 80, 3), np.float32), view("flip"), 1.0, True))
    back = parse_svg(svg(made))
    assert len(made.areas) == len(back.areas) == 0 and (back.ground == made.ground).all()
    laid = vector_areas(svg(made), made.size_mm, (5, 5, 80, 60), 2.0)
    assert len(laid.polygons) == 0 and laid.box == (3, 3, 84, 64) and b"%PDF" in pdf([Sheet((90, 70), (laid,), (5, 5, 80, 60), 2.0, "x", "y")])
    assert (rasterise(made, None, None, (60, 80)) == made.ground).all()


def test_few_inks_of_a_halftone_of_photographs():
    """No more than a tenth of each channel apart, so that dots of one ink are many."""
    made = finishes.load("halftone").outlined(random_art("jigsaw", 3, False, 240)[0])
    steps = made.colours / 25.5
    assert np.abs(steps - np.rint(steps)).max() < 0.03 and len(np.unique(made.colours, axis=0)) < len(shapely.get_parts(made.areas)) / 2


def test_names_and_the_nearest():
    assert {"plain", "paper-cut", "flat", "stained-glass", "mosaic", "halftone", "engraving"} <= set(finishes.names())
    assert finishes.load("Stained_Glass") is finishes.load("stained-glass")
    with pytest.raises(UnknownName, match="unknown finish 'papercut'; did you mean 'paper-cut'"):
        finishes.load("papercut")


def test_flat_areas_are_found_again_under_smoothed_edges():
    """Discs rendered at four samples a pixel: every pixel that is of one colour keeps its area, and areas are as many as discs."""
    y, x = np.mgrid[:320, :320]
    label = np.zeros((320, 320), int)
    for n, (cy, cx) in enumerate(((80, 80), (80, 240), (240, 160)), 1):
        label[np.hypot(y - cy, x - cx) < 60] = n
    colours = np.array([[1, 1, 1], [0.8, 0.2, 0.2], [0.2, 0.4, 0.8], [0.2, 0.6, 0.2]], np.float32)
    picture = np.rint(colours[label].reshape(80, 4, 80, 4, 3).mean((1, 3)) * 255).astype(np.float32) / 255
    found = _recovery.recover_areas(picture, np.zeros((80, 80), np.int32))
    assert found.max() == 3
    share = np.stack([(label == n).reshape(80, 4, 80, 4).mean((1, 3)) for n in range(4)])
    most = share.argmax(0)
    for n in range(4):
        assert len(np.unique(found[share[n] == 1])) == 1
    wrong = sum((found[most == n] != found[share[n] == 1][0]).sum() for n in range(4))
    assert wrong <= 0.02 * 6400


def test_a_halftones_mean_is_the_picture():
    """Paper and ink together give the colour: at several tones, over whole periods, within 1 %; planted: another radius."""
    halftone = finishes.load("halftone")
    for tone in ((0.9, 0.5, 0.5), (0.2, 0.4, 0.8), (0.05, 0.02, 0.1), (0.97, 0.96, 0.9)):
        picture = np.broadcast_to(np.array(tone, np.float32), (600, 600, 3)).copy()
        made = halftone.outlined(artwork(picture, view("rotate_180"), 5.0, True))
        mean = to_float(rasterise(made, None, None, (600, 600))).mean((0, 1))
        assert np.abs(mean - tone).max() < 0.01 and (made.ground == 255).all()
        less = dataclasses.replace(made, areas=shapely.buffer(made.areas, -0.1))
        assert np.abs(to_float(rasterise(less, None, None, (600, 600))).mean((0, 1)) - tone).max() > 0.01


def test_patterns_have_the_symmetry_of_the_cell():
    art = Artwork(np.zeros((90, 120, 3), np.float32), np.zeros((90, 120), np.int32), 1.0, (30.0, 30.0))
    noise = symmetric_noise(art, 2.0)
    cell = noise[:30, :30]
    assert np.array_equal(noise, np.tile(cell, (3, 4))) and np.array_equal(cell, np.rot90(cell)) and np.array_equal(cell, cell[::-1])


def test_the_screen_has_the_symmetry_of_the_cell():
    """A dot in the middle of each cell; shifts by a cell, quarter turns and mirrors about a middle keep the dots; each point's nearest dot is that of all."""
    halftone = finishes.load("halftone")
    art = Artwork(np.zeros((90, 120, 3), np.float32), np.zeros((90, 120), np.int32), 1.0, (30.0, 30.0))
    screen = halftone._screen(art)
    dots = screen.at(screen.over(art.size_mm))
    tree = cKDTree(dots)

    def off(at: np.ndarray) -> float:
        """The furthest that one of points (n, 2) lies from its nearest dot."""
        return float(tree.query(at)[0].max())

    inner = dots[((dots > 30) & (dots < 60)).all(1)]
    for there in (inner + (30, 0), inner + (0, -30), (inner - 45) @ np.array([[0, 1], [-1, 0]]) + 45, (inner - 45) * (-1, 1) + 45):
        assert off(there) < 0.005 < 0.3 < off(there + (0.4, 0))
    assert off(np.array([[45.0, 45.0]])) < 0.001 and len(inner) > 500
    at = np.random.default_rng(0).uniform(0, 90, (200, 2))
    assert np.allclose(np.hypot(*(at - screen.at(screen.near(at))).T), tree.query(at)[0], atol=0.002)


def test_distances_against_scipy():
    from scipy import ndimage

    art, _ = random_art("jigsaw", 5, side=96)
    far = _segmentation.distance_to_border(art.regions, sheet=False)
    for n in range(min(6, art.regions.max() + 1)):
        inside = art.regions == n
        exact = ndimage.distance_transform_edt(np.pad(inside, 1, mode="edge"))[1:-1, 1:-1]
        assert np.abs(far[inside] - exact[inside]).max() <= 0.75  # from a pixel's centre to the border, not to the next centre


def test_no_two_near_colours_stay_in_a_palette():
    import cv2

    rng = np.random.default_rng(0)
    colours, weights = rng.uniform(0, 1, (60, 3)), rng.integers(1, 100, 60)
    group = _segmentation.quantise(colours, weights, 8, 10.0)
    assert group.max() + 1 <= 8
    mean = np.stack([np.average(colours[group == g], 0, weights[group == g]) for g in range(group.max() + 1)])
    lab = cv2.cvtColor(mean[None].astype(np.float32), cv2.COLOR_RGB2LAB)[0]
    far = np.linalg.norm(lab[:, None] - lab[None], axis=-1) + 1e3 * np.eye(len(lab))
    assert far.min() > 5
    shuffled = rng.permutation(60)
    again = _segmentation.quantise(colours[shuffled], weights[shuffled], 8, 10.0)
    assert len({(a, b) for a, b in zip(group[shuffled], again)}) == group.max() + 1  # the order does not matter


@pytest.mark.parametrize("kind", ["jigsaw", "flip"])
def test_flat_colours_are_traced(kind):
    """The outlines, painted, are the picture but for 2 % of its pixels (contours are smoothed); planted: one colour changed."""
    art, _ = random_art(kind, 6, side=420)
    areas, colour = _segmentation.flat_areas(art, 2.0, 1.0, 12)
    picture = colour[areas]
    polygons, numbers = _trace.trace(areas, art.pieces, art.outlines, art.px_per_mm, 0.05)
    drawn = to_float(rasterise(Regions(polygons, np.rint(colour[numbers] * 255).astype(np.uint8), numbers, (), art.size_mm), None, None, areas.shape))
    inner = _segmentation.distance_to_border(areas) > 2

    def off(wanted: np.ndarray) -> float:
        return float((np.abs(drawn - wanted).max(-1) > 0.05)[inner].mean())

    assert off(picture) < 0.005
    assert off(np.where((picture == picture[0, 0]).all(-1, keepdims=True), 1 - picture, picture)) > 0.02


def test_traced_discs_are_round():
    """A disc of pixels becomes a polygon whose vertices lie within half a pixel of the circle and whose area is the circle's to 1 %."""
    y, x = np.mgrid[:200, :200] + 0.5
    areas = (np.hypot(y - 101.3, x - 97.8) < 60).astype(np.int32)
    polygons, numbers = _trace.trace(areas, np.zeros((200, 200), np.int32), shapely.box([0.0], 0, 200, 200), 1.0, 0.1)
    disc = polygons[list(numbers).index(1)]
    far = np.hypot(*(shapely.get_coordinates(disc) - (97.8, 101.3)).T) - 60
    assert np.abs(far).max() < 0.5 and disc.area == pytest.approx(np.pi * 3600, rel=0.01) and len(far) < 120
    assert shapely.area(polygons).sum() == pytest.approx(40000)


@pytest.mark.parametrize("exact", [True, False])
def test_outlines_are_of_the_sheets_own_size(exact):
    """A sheet that is no whole number of pixels keeps its size in mm, moved too; planted: reckoned from its pixels."""
    picture, v, size_mm = np.ones((101, 160, 3), np.float32), view("rotate_90"), (200.0, 126.0)
    art = artwork(picture, v, 160 / 200, False, 0, None, size_mm if exact else None)
    made = finishes.load("flat").outlined(art)
    assert bool(shapely.area(made.areas).sum() == pytest.approx(200 * 126)) is exact
    assert (made.size_mm == size_mm and art.moved(v).size_mm == size_mm[::-1]) is exact


@pytest.mark.parametrize("count", [0, 1, 5, 40])
def test_lots_come_back_in_their_order(count):
    """Two threads give what one call gives, however few geometries there are; planted: a lot that is left out."""
    squares = shapely.box(np.arange(count), 0, np.arange(count) + 1.0, 1)
    alone = shapely.intersection(squares, shapely.box(0, 0, 99, 0.5))
    assert shapely.equals_exact(_polygons.in_threads(shapely.intersection, squares, shapely.box(0, 0, 99, 0.5)), alone).all()
    wide = _polygons.in_threads(lambda some, mm: shapely.buffer(some, mm), squares, np.linspace(0.1, 0.4, count))
    assert np.allclose(shapely.area(wide), shapely.area(shapely.buffer(squares, np.linspace(0.1, 0.4, count)))) and len(wide) == count
    assert count == 0 or len(_polygons.in_threads(lambda some: some[:-1], squares)) < count


def test_members_of_groups():
    """Every one is in one group, in order, whatever the groups are called; of none there is no group."""
    group = np.random.default_rng(0).integers(-1, 9, 40) * 3
    found = members(group)
    assert [group[some[0]] for some in found] == sorted(set(group.tolist())) and all(
        (group[some] == group[some[0]]).all() and (np.diff(some) > 0).all() for some in found
    )
    assert sorted(np.concatenate(found).tolist()) == list(range(40)) and members(group[:0]) == []
