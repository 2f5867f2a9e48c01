"""Vectors of drawn anagrams: against the raster of the same casting, against resvg, and against geometry that is known."""

import functools
import re
import shutil
import subprocess

import cv2
import numpy as np
import pytest
import resvg_py
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from illusionprint.blend import _partition
from illusionprint.blend._svg import TRAP_MM, path_data, svg
from illusionprint.blend.composite import blend
from illusionprint.blend.vector import Regions, Unsupported, displacement_at, picture_faces, vector_blend
from illusionprint.casting import Casting, Part
from illusionprint.jigsaw import Arrangement, random_arrangement, squares
from illusionprint.views import PermutationView, apply_view, view
from illusionprint.views.jigsaw import Jigsaw
from illusionprint.vocabulary import Drawing, Pose, find
from illusionprint.vocabulary._drawing import _render
from illusionprint.vocabulary._svg_outlines import Group, Shape, paint_at, svg_outlines, winding_inside

TAG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20">'


def bend(seed: int, size: float = 0.02) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-size, size, (6, 6, 2)).astype(np.float32)


CASES = {
    "rotate_180": (None, bend(1)),
    "rotate_90": (None, None),
    "flip": (None, bend(2)),
    "negate": (None, bend(3)),
    "2x3": ((2, 3), None),
    "6x6": ((6, 6), None),
}


@functools.cache
def case(name: str):
    """(casting, view, size in mm, regions) of one of CASES."""
    grid, u = CASES[name]
    board = random_arrangement(squares(*grid, 20_000), np.random.default_rng(4)) if grid else None
    v = view("jigsaw" if grid else name, board)
    parts = (Part(find("owl")[0], Pose(5, 0.9), 20, displacement=u), Part(find("sailboat")[0], Pose(-8, 0.95, mirror=True), 60, (0.9, 0.95, 1), u))
    casting = Casting(parts, 0.0, arrangement=board, balance=1.2, tilt=(0.0, 1.2) if name == "flip" else (0.0, 0.0))
    size_mm = board.board.size_mm if board else (120.0, 120.0) if name != "rotate_90" else (120.0, 90.0)
    return casting, v, size_mm, vector_blend(casting, v, size_mm)


def rendered(data: bytes, size_px: tuple[int, int], ground: str | None = None) -> np.ndarray:
    """uint8 (h, w, 3) by resvg, which rounds a page's size in mm to whole pixels: hence the size in pixels."""
    data = re.sub(rb' width="[^"]*" height="[^"]*"', b' width="%d" height="%d"' % size_px[::-1], data, count=1)
    png = resvg_py.svg_to_bytes(svg_string=data.decode(), background=ground, dpi=96.0)
    return cv2.cvtColor(cv2.imdecode(np.frombuffer(bytes(png), np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def far(x: np.ndarray, y: np.ndarray) -> float:
    """Share of the pixels further than 2 px from y's contours that differ by more than 8 / 255."""
    contour = np.zeros(y.shape[:2], np.uint8)
    contour[1:] |= np.abs(np.diff(y.astype(int), axis=0)).max(-1) > 2
    contour[:, 1:] |= np.abs(np.diff(y.astype(int), axis=1)).max(-1) > 2
    flat = cv2.dilate(contour, np.ones((5, 5))) == 0
    return float((np.abs(x.astype(int) - y).max(-1)[flat] > 8).mean())


@functools.cache
def pixels(name: str) -> tuple[np.ndarray, np.ndarray]:
    """(picture by `blend`, by resvg from the vectors). A raster joins what a gap of less than a pixel parts, so it has to be fine."""
    casting, v, size_mm, regions = case(name)
    px_per_mm = 24 if name == "2x3" else 6
    size = tuple(round(s * px_per_mm) for s in size_mm[::-1])
    return np.rint(blend(casting, v, size)[0] * 255).astype(np.uint8), rendered(svg(regions), size)


# Against the raster


@pytest.mark.parametrize("name", CASES)
def test_vectors_and_raster_are_the_same_picture(name):
    raster, drawn = pixels(name)
    wrong, everywhere = far(drawn, raster), (np.abs(drawn.astype(int) - raster).max(-1) > 8).mean()
    print(f"{name}: {wrong:.5f} off the contours, {everywhere:.4f} everywhere")
    assert wrong < 0.01 and everywhere < 0.03
    assert far(np.roll(drawn, 12, 1), raster) > 0.01  # planted: shifted by 2 mm


@pytest.mark.parametrize("name", ["rotate_180", "flip", "2x3", "negate"])
def test_the_other_picture_comes_out_of_the_vectors(name):
    """Each piece's group under its matrix (colours changed where the view changes them) against what the view shows of the raster."""
    casting, v, size_mm, regions = case(name)
    raster, _ = pixels(name)
    data = svg(regions).decode()
    board = casting.arrangement
    for k, n in enumerate(regions.names):
        move = board.moves(k)[1] if board else v.motion(size_mm)
        data = data.replace(f'<g id="{n}">', f'<g id="{n}" transform="matrix({" ".join(f"{m:.6g}" for m in move)})">')
    cut = re.sub(r'<g id="trap".*?</g>', "", data, flags=re.S).encode()
    x = rendered(cut, raster.shape[:2])
    x = x if isinstance(v, PermutationView) else apply_view(v, x)
    assert far(x, apply_view(v, raster)) < 0.01 < far(x, raster)


@pytest.mark.parametrize("board", [True, False])
def test_three_pictures_are_the_same_as_vectors_and_as_pixels(board):
    rng = np.random.default_rng(5)
    two = [random_arrangement(squares(3, 3, 20_000), rng) for _ in range(2)]
    three = Arrangement(two[0].board, *(np.concatenate([getattr(a, k)[i:] for i, a in enumerate(two)]) for k in ("slots", "turns"))) if board else None
    views = (Jigsaw(three, 1), Jigsaw(three, 2)) if board else (view("rotate_90"), view("rotate_270"))
    parts = tuple(Part(find(word)[0], hue_deg=h) for word, h in (("owl", 0), ("sailboat", 60), ("tulip", 120)))
    casting, size = Casting(parts, 0.0, arrangement=three), (1080, 1080)
    raster, *targets = blend(casting, views, size)
    drawn = rendered(svg(vector_blend(casting, views, (60.0, 60.0))), size)
    assert far(drawn, np.rint(255 * raster).astype(np.uint8)) < 0.01 and len(targets) == 3
    swapped = blend(casting, views[::-1], size)[0]
    assert far(drawn, np.rint(255 * swapped).astype(np.uint8)) > 0.01


# Geometry


@pytest.mark.parametrize("name", CASES)
def test_regions_tile_the_sheet(name):
    _, _, size_mm, regions = case(name)
    assert shapely.area(regions.areas).sum() == pytest.approx(size_mm[0] * size_mm[1], rel=1e-9)
    assert shapely.coverage_is_valid(regions.areas)
    moved = regions.areas.copy()
    moved[-1] = shapely.transform(moved[-1], lambda p: p + 0.01)
    assert not shapely.coverage_is_valid(moved)


def test_regions_lie_in_their_piece_and_fill_it():
    casting, _, _, regions = case("6x6")
    for i in range(36):
        outline = shapely.Polygon(casting.arrangement.board.outline(i).flatten(0.01))
        mine = shapely.union_all(regions.areas[regions.pieces == i])
        assert shapely.symmetric_difference(mine, outline).area < 0.01 * 0.001 * outline.length * 100 and len(regions.colours[regions.pieces == i]) > 0
        assert shapely.hausdorff_distance(mine.boundary, outline.boundary) < 0.003


def test_no_slivers_and_no_two_areas_of_one_colour_in_a_piece():
    _, _, _, regions = case("6x6")
    keys = np.concatenate([regions.pieces[:, None], regions.colours], 1)
    assert len(np.unique(keys, axis=0)) == len(keys)
    assert min(shapely.area(shapely.get_parts(a)).min() for a in regions.areas) > 0.002


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 40)] * 4), min_size=1, max_size=12))
def test_faces_of_any_lines_tile_the_frame(segments):
    frame = np.array([(0, 0), (40, 0), (40, 40), (0, 40), (0, 0)], float)
    lines = [np.array([(a, b), (c, d)], float) for a, b, c, d in segments if (a, b) != (c, d)]
    polygons = _partition.faces([frame, *lines])
    shared = _partition.edges(polygons)
    assert shapely.area(polygons).sum() == pytest.approx(1600) and shapely.coverage_is_valid(polygons)
    outer = shared.faces[:, 1] < 0
    assert shared.lengths[outer].sum() == pytest.approx(160)
    assert 2 * shared.lengths[~outer].sum() + 160 == pytest.approx(shapely.length(polygons).sum())


# What a drawing paints

PAINT = {
    "both fill rules": '<path d="M2 2h14v14h-14zM6 6h6v6h-6z"/><path fill="red" fill-rule="evenodd" d="M3 3h10v10h-10zM6 6h4v4h-4z"/>',
    "fill opacity": '<rect width="12" height="12" fill="#00f"/><circle cx="12" cy="12" r="6" fill="lime" fill-opacity=".4"/>',
    "group opacity": '<g opacity=".5"><rect width="12" height="12" fill="#00f"/><rect x="6" y="6" width="12" height="12" rx="2" fill="red"/></g>',
    "clip": '<clipPath id="a"><circle cx="10" cy="10" r="7"/></clipPath><g clip-path="url(#a)" fill="#08f"><rect width="20" height="11"/></g>',
    "strokes": '<g fill="none" stroke="#a30" stroke-width="2"><path d="M3 3L10 15L17 3" stroke-linejoin="round" stroke-linecap="round"/>'
    '<polyline points="3,18 8,16 12,18" stroke-linecap="square"/><circle cx="10" cy="6" r="3" fill="#ff0"/></g>',
    "transforms and curves": '<g transform="translate(2 1) rotate(20)" style="fill:teal"><path d="M2 2Q9 0 9 6T4 9zM10 3a3 5 30 1 0 6 2z"/>'
    '<ellipse cx="8" cy="12" rx="5" ry="2" transform="skewX(15)"/></g>',
    "nothing": '<defs><rect width="20" height="20"/></defs><rect width="9" height="20" fill="none"/><rect width="20" height="5" display="none"/>',
}


@pytest.mark.parametrize("what", PAINT)
def test_painted_points_against_resvg(what):
    """At the centres of 200 x 200 pixels that no contour touches."""
    drawing = Drawing("test", "test", "", "", TAG + PAINT[what] + "</svg>")
    centres = (np.arange(200) + 0.5) / 2
    mine = paint_at(svg_outlines(drawing, Pose(10, 0.9), (100.0, 100.0)), np.stack(np.meshgrid(centres, centres), -1).reshape(-1, 2)).reshape(200, 200, 4)
    theirs = _render(drawing.svg, 0.0, (200, 200), Pose(10, 0.9), True).astype(float) / 255
    theirs[..., :3] *= theirs[..., 3:]
    step = cv2.morphologyEx(theirs[..., 3], cv2.MORPH_GRADIENT, np.ones((5, 5))) + sum(
        cv2.morphologyEx(np.ascontiguousarray(theirs[..., k]), cv2.MORPH_GRADIENT, np.ones((5, 5))) for k in range(3)
    )
    flat = step < 0.01
    assert flat.mean() > 0.5 and np.abs(mine - theirs)[flat].max() < 0.006
    if what != "nothing":
        assert np.abs(np.roll(mine, 20, 0) - theirs)[flat].max() > 0.1


@pytest.mark.parametrize(
    "body, says",
    [
        ('<rect width="9" height="9" fill="url(#g)"/>', "gradients"),
        ("<text>a</text>", "<text>"),
        ('<svg x="3"><rect width="9" height="9"/></svg>', "<svg>"),
        ('<image href="x"/>', "<image>"),
        ("<style>rect{fill:red}</style>", "style sheets"),
        ('<g filter="url(#f)"><rect width="9" height="9"/></g>', "filter"),
        ('<path d="M0 0h9" stroke="red" stroke-dasharray="2 1"/>', "dashed"),
        ('<rect width="50%" height="9"/>', "50%"),
        ('<path d="M0 0h9" stroke="red" transform="scale(2 1)"/>', "uneven"),
        ('<use href="#a"/>', "<use>"),
    ],
)
def test_what_is_not_supported_is_said(body, says):
    with pytest.raises(Unsupported, match=re.escape(says)):
        svg_outlines(Drawing("test", "test", "", "", TAG + body + "</svg>"), Pose(), (100.0, 100.0))


@pytest.mark.parametrize(
    "body, says", [("<!--" + "x" * 1_000_001 + "-->", "letters"), ('<path d="M0 0' + "l1 1-1 0" * 31_000 + '"/>', "points"), ("<g>" * 900, "cannot be read")]
)
def test_too_much_is_said(body, says):
    with pytest.raises(Unsupported, match=says):
        svg_outlines(Drawing("test", "test", "", "", TAG + body + "</svg>"), Pose(), (100.0, 100.0))


def test_curves_are_flattened_to_the_tolerance():
    circle = svg_outlines(Drawing("t", "t", "", "", TAG + '<circle cx="10" cy="10" r="10"/></svg>'), Pose(), (200.0, 200.0)).children[0].children[0].children[0]
    away = np.hypot(*(circle.rings[0] - 100).T)
    middle = np.hypot(*((circle.rings[0] + np.roll(circle.rings[0], -1, 0)) / 2 - 100).T)
    assert np.abs(away - 100).max() < 0.002 and 0 < (100 - middle).max() < 0.012


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0, 10)), min_size=3, max_size=8), st.booleans())
@settings(max_examples=40, deadline=None)
def test_inside_against_shapely(corners, even_odd):
    """Even-odd: the symmetric difference of the triangles of a fan; winding: where that is odd, and wherever the fan turns twice."""
    ring, points = np.array(corners), np.random.default_rng(0).uniform(0, 10, (200, 2)) + 1e-7
    count = np.zeros(200, int)
    for a, b in zip(ring[1:-1], ring[2:]):
        area = float(np.cross([*(a - ring[0]), 0], [*(b - ring[0]), 0])[2])
        count += int(np.sign(area)) * shapely.contains_xy(shapely.Polygon([ring[0], a, b]), points)
    near = shapely.distance(shapely.LinearRing(ring), shapely.points(points)) < 1e-6
    mine = winding_inside(Shape((ring,), even_odd), points)
    assert (mine == (count % 2 == 1 if even_odd else count != 0))[~near].all()


# Bending


def test_displacement_is_what_the_raster_uses():
    u, n = bend(5), 120
    centres = (np.arange(n) + 0.5) / n
    mine = displacement_at(u, np.stack(np.meshgrid(centres, centres), -1).reshape(-1, 2)).reshape(n, n, 2)
    assert np.abs(mine - cv2.resize(u, (n, n), interpolation=cv2.INTER_CUBIC)).max() < 2e-6


def test_a_bent_picture_is_bent_the_right_way():
    part = Part(find("owl")[0], displacement=bend(6, 0.03))
    faces = picture_faces(part, (100.0, 100.0))
    centres = (np.arange(250) + 0.5) / 2.5
    points = np.stack(np.meshgrid(centres, centres), -1).reshape(-1, 2)
    mine = faces.colours[faces.label[_partition.containing(faces.polygons, points)]].reshape(250, 250, 3)
    labels, colours = part.flat((250, 250))
    raster = np.rint(colours[labels] * 255).astype(np.uint8)
    assert far(np.rint(mine * 255).astype(np.uint8), raster) < 0.001
    backwards = picture_faces(Part(find("owl")[0], displacement=-part.displacement), (100.0, 100.0))  # planted: the push instead of the pull
    wrong = backwards.colours[backwards.label[_partition.containing(backwards.polygons, points)]].reshape(250, 250, 3)
    assert far(np.rint(wrong * 255).astype(np.uint8), raster) > 0.01


def test_a_fold_is_refused():
    with pytest.raises(Unsupported, match="folds"):
        picture_faces(Part(find("owl")[0], displacement=bend(7, 0.4)), (100.0, 100.0))


# The file


@pytest.mark.parametrize("name", ["2x3", "flip"])
@pytest.mark.parametrize("px_per_mm", [3, 10])
def test_no_hairline(name, px_per_mm):
    """What differs between a magenta and a green page shines through."""
    _, _, size_mm, regions = case(name)
    size = tuple(round(s * px_per_mm) for s in size_mm[::-1])

    def shine(trap: float) -> int:
        pages = [rendered(svg(regions, trap_mm=trap), size, c).astype(int) for c in ("#ff00ff", "#00ff00")]
        return int((np.abs(pages[0] - pages[1]).max(-1)[2:-2, 2:-2] > 4).sum())

    assert shine(TRAP_MM) == 0 and shine(0) > 1000


@pytest.mark.skipif(not shutil.which("rsvg-convert"), reason="rsvg-convert is not installed")
def test_no_hairline_in_another_renderer(tmp_path):
    def shine(trap: float) -> int:
        (tmp_path / "a.svg").write_bytes(svg(case("2x3")[3], trap_mm=trap))
        pages = [
            cv2.imdecode(
                np.frombuffer(
                    subprocess.run(["rsvg-convert", "-w", "360", "-b", c, str(tmp_path / "a.svg")], capture_output=True, check=True).stdout, np.uint8
                ),
                1,
            ).astype(int)
            for c in ("#ff00ff", "#00ff00")
        ]
        return int((np.abs(pages[0] - pages[1]).max(-1)[2:-2, 2:-2] > 4).sum())

    assert shine(TRAP_MM) == 0 and shine(0) > 1000


def test_the_file_says_mm_and_gives_the_same_areas_back():
    import svgelements

    _, _, size_mm, regions = case("2x3")
    data = svg(regions, 'a <b> & "c"')
    assert data == svg(regions, 'a <b> & "c"') and b"a &lt;b&gt; &amp;" in data
    assert b'width="60mm" height="40mm" viewBox="0 0 60 40"' in data and len(set(re.findall(rb' id="([^"]+)"', data))) == len(re.findall(rb' id="', data))
    for area, d in zip(regions.areas, re.findall(r' d="([^"]+)"', data.decode())):
        rings = [np.array([(p.x, p.y) for p in (s.end for s in sub)]) for sub in svgelements.Path(d).as_subpaths()]
        back = functools.reduce(shapely.symmetric_difference, [shapely.Polygon(r) for r in rings])
        assert shapely.symmetric_difference(back, area).area < 1e-6


@pytest.mark.parametrize(
    "points, d", [([(0, 0), (1.25, 0), (1.25, 0.5), (0, 100)], "M0 0l1.25 0 0 .5-1.25 99.5z"), ([(10, 3), (9.999, 3), (9, 2)], "M10 3l-.001 0-.999-1z")]
)
def test_path_data(points, d):
    assert path_data(shapely.Polygon(points)) == d


def test_a_picture_of_pixels_or_an_unknown_motion_is_refused():
    from illusionprint.vocabulary._picture import Cutout

    with pytest.raises(Unsupported, match="pixels"):
        picture_faces(Part(Cutout("x", np.ones((20, 20, 4), np.float32))), (50.0, 50.0))

    class Swirl(PermutationView):
        def indices(self, size_px, samples=1):
            return np.roll(np.arange(size_px[0] * size_px[1] * samples**2).reshape(size_px[0] * samples, -1), 1, 0)

    with pytest.raises(Unsupported, match="more than whole pieces"):
        vector_blend(case("flip")[0], Swirl(), (100.0, 100.0))


def test_layers_mix_as_source_over():
    """Half red on opaque blue is purple; a group at half of both is half of that."""
    ring = np.array([(0, 0), (2, 0), (2, 2), (0, 2)], float)
    pair = (Shape((ring,), rgb=(0, 0, 1)), Shape((ring,), rgb=(1, 0, 0), alpha=0.5))
    at = np.array([(1.0, 1.0), (3.0, 1.0)])
    assert paint_at(Group(pair), at).tolist() == [[0.5, 0, 0.5, 1], [0, 0, 0, 0]]
    assert paint_at(Group(pair, 0.5, (Shape((ring[:, ::-1],)),)), at)[0].tolist() == [0.25, 0, 0.25, 0.5]


def test_regions_type():
    assert isinstance(case("flip")[3], Regions) and case("flip")[3].colours.dtype == np.uint8
