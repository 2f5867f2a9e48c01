"""Exact filling: against areas that shapely cuts out pixel by pixel, and pieces that keep their colours."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from test_vector import case, far

from illusionprint.blend import _coverage, raster
from illusionprint.blend._coverage import contours, coverage_runs
from illusionprint.blend.composite import blend, to_float, to_uint8
from illusionprint.casting import Casting, Part
from illusionprint.views import PermutationView, apply_view, view
from illusionprint.vocabulary import Drawing

SIZE, MM = (9, 12), (24.0, 18.0)


def whole(areas: np.ndarray, values: np.ndarray, size_mm=MM, size_px=SIZE) -> np.ndarray:
    return np.concatenate([runs.spread(runs.values) for runs in coverage_runs(contours(areas, size_mm, size_px), values)])


def by_shapely(areas: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Mean of the values over each 2 mm pixel, by the areas of intersections."""
    y, x = np.mgrid[: SIZE[0], : SIZE[1]] * 2.0
    cells = shapely.box(x, y, x + 2, y + 2)
    return sum(shapely.area(shapely.intersection(cells, a))[..., None] / 4 * v for a, v in zip(areas, values))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), st.booleans(), st.integers(2, 9))
def test_every_pixel_is_the_mean_of_what_lies_in_it(seed, whole_numbers, count):
    """Cells of random points, with a hole and in two parts, and corners that lie on the pixels' grid."""
    rng = np.random.default_rng(seed)
    points = rng.uniform(0, 1, (count, 2)) * MM
    points = np.round(points / 2) * 2 if whole_numbers else points
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(np.unique(points, axis=0)), extend_to=shapely.box(0, 0, *MM)))
    areas = shapely.intersection(cells, shapely.box(0, 0, *MM)) if len(np.unique(points, axis=0)) > 1 else np.array([shapely.box(0, 0, *MM)])
    areas = areas[shapely.area(areas) > 1e-6]
    disc = shapely.Point(12, 9).buffer(4)
    areas = np.array([*shapely.difference(areas, disc), disc])
    areas = areas[shapely.area(areas) > 1e-6]
    values = rng.random((len(areas), 2))
    assert whole(areas, values) == pytest.approx(by_shapely(areas, values), abs=1e-6)
    assert whole(areas, np.ones((len(areas), 1))) == pytest.approx(np.ones((*SIZE, 1)), abs=1e-9)
    assert np.abs(whole(shapely.transform(areas, lambda p: p + 0.3), values) - by_shapely(areas, values)).max() > 1e-3  # planted: shifted


def test_a_picture_is_the_same_in_lots(monkeypatch):
    """Segments cut up a row or two at a time, areas taken apart one by one: the very same numbers, also of what reaches beyond the sheet."""
    rng = np.random.default_rng(3)
    discs = np.array([shapely.Point(*p).buffer(r) for p, r in zip(rng.uniform(0, 1, (30, 2)) * MM, rng.uniform(0.5, 6, 30))])
    values = rng.random((30, 3))
    once = whole(discs, values, size_px=(90, 120))
    monkeypatch.setattr(_coverage, "BAND_PX_COUNT", 240)
    monkeypatch.setattr(_coverage, "SEGMENT_BATCH", 40)
    monkeypatch.setattr(_coverage, "AREA_BATCH", 1)
    assert (whole(discs, values, size_px=(90, 120)) == once).all() and (whole(discs[1:], values[1:], size_px=(90, 120)) != once).any()


@pytest.mark.parametrize("name", ["rotate_180", "6x6", "negate", "rotate_90"])
def test_the_raster_from_vectors_shows_what_the_blend_shows(name):
    casting, v, size_mm, _ = case(name)
    size = tuple(round(6 * n) for n in size_mm[::-1])
    for mine, other in zip(raster.render(casting, v, size, size_mm), blend(casting, v, size)):
        x, y = mine, to_uint8(other)
        assert mine.dtype == np.uint8 and mine.shape == other.shape and far(x, y) < 0.01 < far(np.roll(x, 9, 1), y)


def test_no_piece_takes_its_neighbours_colour_along():
    """Red and blue pieces: every pixel is one or the other, in either assembly; plain filling mixes them along the cut."""
    casting, v, size_mm, regions = case("2x3")
    field = np.arange(6) % 3 % 2
    two = type(regions)(regions.areas, np.array([[200, 0, 0], [0, 0, 200]], np.uint8)[field[regions.pieces]], regions.pieces, regions.names, size_mm)
    out = raster.rasterise(two, v, casting.arrangement, (160, 240)).astype(int)
    assert (out == np.array([[200, 0, 0], [0, 0, 200]])[field[v.pieces((160, 240))]]).all()
    mixed = np.rint(whole(two.areas, two.colours.astype(float), size_mm, (160, 240)))
    assert (np.abs(mixed - out).max(-1) > 0).any()


def test_gradients_are_blended_as_pixels():
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><linearGradient id="a"><stop stop-color="red"/><stop offset="1" stop-color="blue"/>'
        '</linearGradient><circle cx="10" cy="10" r="8" fill="url(#a)"/></svg>'
    )
    casting, v = Casting((Part(Drawing("a", "b", "", "", svg)),) * 2, 0.0), view("flip")
    found = raster.render(casting, v, (60, 60), (60.0, 60.0))
    assert all((a == to_uint8(b)).all() for a, b in zip(found, blend(casting, v, (60, 60)))) and isinstance(v, PermutationView)
    assert apply_view(v, found[0]).shape == (60, 60, 3)


def test_pictures_are_rounded_the_same_whole_or_in_lots(rng):
    """To 0 to 255 and back; what is rounded stays."""
    x = rng.random((600, 7, 3), dtype=np.float32)
    made = to_uint8(x)
    assert (made == np.rint(255 * x)).all() and to_uint8(made) is made and to_float(x) is x
    assert np.abs(to_float(made) - x).max() <= 0.5 / 255 + 1e-6 and (to_uint8(to_float(made)) == made).all()
