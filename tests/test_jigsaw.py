"""The cut: outlines in exact integers, coverage by shapely, and pixels that agree with both.

A cubic at t = k/16 is a whole number of 1/4096 micrometres for whole control points, so nothing here is rounded: mated sides, moved
pieces and areas are compared exactly.
"""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from illusionprint import views
from illusionprint.errors import BadValue
from illusionprint.jigsaw import Arrangement, Board, build, labels, pixel_map, put_back, random_arrangement, squares
from illusionprint.jigsaw.geometry.profiles import least_width, neck
from illusionprint.path import Path

T, UNIT = np.arange(16), 16**3
BASIS = np.stack([(16 - T) ** 3, 3 * (16 - T) ** 2 * T, 3 * (16 - T) * T**2, T**3], 1)  # times 16^3
SIDES = range(4)

sizes = st.tuples(st.integers(2, 40), st.integers(2, 40)).filter(lambda rc: rc[0] * rc[1] <= 120)
cuts = st.builds(lambda rc, um: squares(*rc, 2 * um), sizes, st.integers(500, 60_000))


# The checks. Each returns what is wrong, and the planted faults below must make it speak.


@functools.lru_cache(maxsize=4096)
def sides(cut: Board, i: int) -> list[np.ndarray]:
    """int (n, 4, 2), the four sides of piece i, walked clockwise from its top left corner, in micrometres: its outline, which is whole ones."""
    path, out = cut.outline(i), [[]]
    corners = (np.array(divmod(i, cut.cols))[::-1] + [(1, 0), (1, 1), (0, 1), (0, 0)]) * cut.unit_um[0]
    at = path.start
    for s in path.segments:
        points = np.array([at, at, *s, *s] if len(s) == 1 else [at, *s]) * 1000
        assert np.abs(points - np.rint(points)).max() < 1e-6
        out[-1].append(np.rint(points).astype(np.int64))
        at = s[-1]
        if np.array_equal(out[-1][-1][-1], corners[len(out) - 1]):
            out.append([])
    assert len(out) == 5 and not out[4]
    return [np.array(side) for side in out[:4]]


def turn(points: np.ndarray, quarter_turns: int) -> np.ndarray:
    """Clockwise quarter turns (y down) about the origin: (x, y) -> (-y, x)."""
    for _ in range(quarter_turns % 4):
        points = np.stack([-points[..., 1], points[..., 0]], -1)
    return points


def ring(cut: Board, i: int) -> np.ndarray:
    """int (n, 2): outline of piece i in 1/4096 um, clockwise from its top left corner."""
    return np.concatenate([(BASIS @ cubic).reshape(-1, 2) for side in sides(cut, i) for cubic in side])


def unmated(cut: Board) -> int:
    """Number of inner edges whose two sides are not one curve walked both ways."""
    every = [sides(cut, i) for i in range(cut.count)]
    pairs = [(every[i][1], every[i + 1][3]) for i in range(cut.count) if (i + 1) % cut.cols]
    pairs += [(every[i][2], every[i + cut.cols][0]) for i in range(cut.count - cut.cols)]
    return sum(not np.array_equal(a, b[::-1, ::-1]) for a, b in pairs)


def gaps(cut: Board, rings: list[np.ndarray]) -> str:
    """ "" if the pieces tile the board: each simple, no overlap, no gap, every shared edge vertex for vertex."""
    polygons = np.array([shapely.Polygon(r) for r in rings])
    whole = cut.rows * cut.cols * (cut.unit_um[0] * UNIT) ** 2
    bounds = np.array([0, 0, cut.cols, cut.rows]) * cut.unit_um[0] * UNIT
    if not shapely.is_valid(polygons).all():
        return "a piece crosses itself"
    if not np.array_equal(shapely.total_bounds(polygons), bounds):
        return "pieces leave the board"
    if not shapely.coverage_is_valid(polygons):
        return "gaps or overlaps"
    return "" if math.isclose(shapely.area(polygons).sum(), whole, rel_tol=1e-12) else "areas do not sum to the board"


def moved(rings: list[np.ndarray], matrices: list[tuple]) -> list[np.ndarray]:
    """Outlines moved by SVG matrices in mm, exactly: translations are whole micrometres."""
    out = []
    for points, (a, b, c, d, e, f) in zip(rings, matrices):
        shift = np.array([e, f]) * 1000
        assert np.abs(shift - np.rint(shift)).max() < 1e-6
        out.append(points @ np.array([[a, b], [c, d]]) + np.rint(shift).astype(np.int64) * UNIT)
    return out


def misplaced(cut: Board, matrices: list[tuple], index: np.ndarray, s: int) -> int:
    """Number of pixels that the matrices bring elsewhere than the pixel map says."""
    m = np.array(matrices)[labels(cut, s).reshape(-1)]
    y, x = np.divmod(np.arange(index.size), index.shape[1])
    mm = cut.cell_mm / s
    px, py = (x + 0.5) * mm, (y + 0.5) * mm
    to = np.stack([m[:, 1] * px + m[:, 3] * py + m[:, 5], m[:, 0] * px + m[:, 2] * py + m[:, 4]]) / mm - 0.5
    assert np.abs(to - np.rint(to)).max() < 1e-3
    row, col = np.rint(to).astype(int)
    return int((index[row, col] != np.arange(index.size)).sum())


def moves(arrangement: Arrangement, assembly: int = 1) -> list[tuple]:
    return [arrangement.moves(i)[assembly] for i in range(arrangement.board.count)]


def local(cut: Board, i: int) -> list[np.ndarray]:
    """The four sides about the cell's centre, in half micrometres."""
    row, col = divmod(i, cut.cols)
    centre = (2 * np.array([col, row]) + 1) * cut.unit_um[0]
    return [2 * side - centre for side in sides(cut, i)]


def congruent(a: list[np.ndarray], b: list[np.ndarray]) -> bool:
    """Whether a turned by some quarter turns is b, bit for bit."""
    return any(all(np.array_equal(turn(a[s], k), b[(s + k) % 4]) for s in SIDES) for k in range(4))


# Outlines


@given(cuts)
def test_mated_sides_are_one_curve(cut):
    assert unmated(cut) == 0


@pytest.mark.parametrize("rows, cols", [(40, 40), (2, 40), (40, 3), (39, 40)])
def test_largest_boards(rows, cols):
    assert unmated(squares(rows, cols, 5000)) == 0


@settings(max_examples=12)
@given(cuts, st.integers(0, 2**31))
def test_pieces_tile_the_board_in_every_assembly(cut, seed):
    rings = [ring(cut, i) for i in range(cut.count)]
    arrangement = random_arrangement(cut, np.random.default_rng(seed))
    assert gaps(cut, rings) == ""
    assert gaps(cut, moved(rings, moves(arrangement))) == ""
    assert all(np.array_equal(a, b) for a, b in zip(moved(rings, moves(arrangement, 0)), rings))


@given(cuts)
def test_classes_are_the_congruent_pieces(cut):
    shapes = [local(cut, i) for i in range(cut.count)]
    first = {int(k): int(np.flatnonzero(cut.classes == k)[0]) for k in np.unique(cut.classes)}
    for i in range(cut.count):
        assert congruent(shapes[i], shapes[first[int(cut.classes[i])]])
    chosen = [shapes[i] for i in first.values()]
    assert not any(congruent(a, b) for n, a in enumerate(chosen) for b in chosen[:n])


@settings(max_examples=10)
@given(cuts)
def test_outline_is_the_ring(cut):
    """The path in mm holds the integer points, is valid and walks clockwise (y down)."""
    for i in {0, cut.cols, cut.count // 2, cut.count - 1}:
        path, exact = cut.outline(i), shapely.Polygon(ring(cut, i) / UNIT / 1000)
        found = shapely.Polygon(path.flatten(cut.cell_mm * 1e-4))
        assert path.closed and path.end == path.start and found.is_valid and found.exterior.is_ccw
        assert shapely.hausdorff_distance(exact, found) < cut.cell_mm * 2e-3


def test_four_by_four_is_that_of_the_literature():
    cut = squares(4, 4, 20_000)
    assert sorted(np.bincount(cut.classes)) == [4, 4, 8]
    table = views.arrangement_table([], cut.size_mm, random_arrangement(cut, np.random.default_rng(0)), [])
    assert table["solutions"]["counted"] == 23_224_320 == math.factorial(4) ** 2 * math.factorial(8)
    assert table["solutions"]["log10"] == pytest.approx(math.log10(23_224_320), abs=0.005)
    assert sorted(np.bincount(squares(3, 3, 20_000).classes)) == [1, 4, 4]
    assert len(np.unique(squares(12, 16, 20_000).classes)) == 4


# Cut lines


def segments(points: np.ndarray) -> list[tuple]:
    """Undirected segments of a polyline in whole nanometres."""
    p = [tuple(q) for q in np.rint(points * 1e6).astype(int).tolist()]
    return [(min(a, b), max(a, b)) for a, b in zip(p, p[1:])]


@settings(max_examples=10)
@given(cuts)
def test_each_shared_edge_is_cut_once(cut):
    lines = [p.flatten(0.02) for p in cut.paths()]
    cut_once = [s for p in lines for s in segments(p)]
    of_pieces = Counter(s for i in range(cut.count) for s in segments(cut.outline(i).flatten(0.02)))
    assert len(cut_once) == len(set(cut_once)) and set(cut_once) == {s for s, n in of_pieces.items() if n == 2}
    edges = cut.rows * (cut.cols - 1) + cut.cols * (cut.rows - 1)
    one = shapely.LineString(dict(cut.joints())[1].flatten(0.02)).length
    assert sum(shapely.LineString(p).length for p in lines) == pytest.approx(edges * one, rel=1e-9)
    assert len(lines) == cut.rows + cut.cols - 2


def test_the_lines_alone_make_the_pieces():
    """Second opinion: shapely's polygonize finds the pieces in the lines and the border."""
    cut = squares(5, 7, 24_000)
    lines = [shapely.LineString(p.flatten(0.01)) for p in cut.paths()]
    border = shapely.LinearRing(cut.border().flatten())
    faces = list(shapely.polygonize([shapely.union_all([*lines, border], grid_size=1e-6)]).geoms)
    assert len(faces) == cut.count and sum(f.area for f in faces) == pytest.approx(5 * 7 * 24.0**2)
    for i in range(cut.count):
        piece = shapely.Polygon(cut.outline(i).flatten(0.01))
        assert min(shapely.symmetric_difference(piece, f).area for f in faces) < 1e-3


# Pixels

BOARDS = [(4, 4, 16), (4, 4, 64), (4, 4, 256), (8, 8, 8), (5, 7, 13), (3, 3, 11), (2, 3, 37), (12, 9, 7), (6, 6, 1), (3, 4, 2)]


@pytest.mark.parametrize("rows, cols, s", BOARDS)
def test_pixel_map_is_a_bijection_and_moves_as_the_pieces_do(rows, cols, s, rng):
    arrangement = random_arrangement(squares(rows, cols, 20_000), rng)
    index = pixel_map(arrangement, 1, s)
    assert index.shape == (rows * s, cols * s)
    assert np.array_equal(np.sort(index.reshape(-1)), np.arange(index.size))
    assert misplaced(arrangement.board, moves(arrangement), index, s) == 0
    assert np.array_equal(pixel_map(arrangement, 0, s).reshape(-1), np.arange(index.size))


@settings(max_examples=15)
@given(cuts, st.integers(1, 20), st.integers(0, 2**31))
def test_pixel_maps_of_any_board(cut, s, seed):
    arrangement = random_arrangement(cut, np.random.default_rng(seed))
    index = pixel_map(arrangement, 1, s)
    assert len(np.unique(index)) == index.size and misplaced(cut, moves(arrangement), index, s) == 0


@pytest.mark.parametrize("rows, cols, s", [(4, 4, 64), (5, 7, 33), (3, 3, 10), (8, 6, 25)])
def test_labels_agree_with_outlines(rows, cols, s):
    """Every pixel's centre lies in the piece that owns it, but for those within a thousandth of a cell of the curve."""
    cut = squares(rows, cols, 20_000)
    assert outside(cut, labels(cut, s), s) == 0
    assert len(np.unique(labels(cut, s))) == cut.count


def outside(cut: Board, label: np.ndarray, s: int) -> int:
    count = 0
    for i in range(cut.count):
        piece = shapely.Polygon(cut.outline(i).flatten(1e-3))
        y, x = np.nonzero(label == i)
        centres = shapely.points((x + 0.5) * cut.cell_mm / s, (y + 0.5) * cut.cell_mm / s)
        shapely.prepare(piece)
        count += int((shapely.distance(piece, centres) > cut.cell_mm / 1000).sum())
    return count


# Arrangements


@given(cuts, st.integers(0, 2**31))
def test_random_arrangements(cut, seed):
    a, b = (random_arrangement(cut, np.random.default_rng(seed)) for _ in range(2))
    assert np.array_equal(a.slots, b.slots) and np.array_equal(a.turns, b.turns) and a.assemblies == 2
    assert np.array_equal(cut.classes[a.slots[1]], cut.classes)
    m, grid = moves(a), np.arange(cut.count).reshape(cut.rows, cut.cols)
    pairs = [*zip(grid[:, :-1].ravel(), grid[:, 1:].ravel()), *zip(grid[:-1].ravel(), grid[1:].ravel())]
    kept = sum(np.allclose(m[i], m[j]) for i, j in pairs) / len(pairs)  # moved alike = still side by side
    assert a.kept_neighbours() == pytest.approx(kept) and a.kept_neighbours(0) == 1


def test_arrangements_that_do_not_fit_are_refused():
    cut = squares(4, 4, 20_000)
    home, zero = np.arange(16), np.zeros(16, int)
    swapped = home.copy()
    swapped[[0, 5]] = 5, 0
    for slots, turns, says in ((swapped, zero, "does not fit"), (home * 0, zero, "one piece into each"), (home, zero + 1, "does not fit")):
        with pytest.raises(BadValue, match=f"assembly 2|{says}"):
            Arrangement(cut, np.stack([home, slots]), np.stack([zero, turns]))


@pytest.mark.parametrize("rows, cols, um", [(1, 4, 20_000), (4, 65, 20_000), (4, 4, 20_001), (4, 4, 998)])
def test_wrong_boards_are_refused(rows, cols, um):
    with pytest.raises(BadValue):
        squares(rows, cols, um)


def test_boards_in_a_box():
    assert build(4, 6, (200, 100)).size_mm == (150, 100)
    assert build(3, 3, (100, 100)).unit_um == (33_332, 33_332)
    least = 1.5 / least_width("classic")
    assert neck("classic") == pytest.approx(0.14, abs=0.01) and least * neck("classic") == pytest.approx(1.5)
    with pytest.raises(BadValue, match=f"needs {least:.1f} mm"):
        build(10, 10, (9.9 * least, 9.9 * least))
    assert build(10, 10, (10.01 * least, 10.01 * least)).count == 100


# Planted faults: the checks above must see them


def planted(cut: Board, i: int, s: int, change: Callable[[np.ndarray], np.ndarray]) -> Board:
    """The board with one side of one piece changed."""

    class Faulty(Board):
        def outline(self, j: int) -> Path:
            if j != i:
                return super().outline(j)
            every = [change(side) if k == s else side for k, side in enumerate(sides(cut, i))]
            points = (np.concatenate(every) / 1000).tolist()
            return Path(tuple(points[0][0]), tuple(tuple(map(tuple, cubic[1:])) for cubic in points), True)

    return Faulty(cut.tiling, cut.rows, cut.cols, cut.unit_um, cut.tabs)


def test_a_wrong_sign_is_seen():
    cut = planted(squares(4, 5, 20_000), 7, 1, lambda side: (side[0, 0] + side[-1, -1] - side)[::-1, ::-1])
    assert unmated(cut) == 1
    assert gaps(cut, [ring(cut, i) for i in range(cut.count)]) == "gaps or overlaps"


def test_a_micrometre_is_seen():
    def off(side: np.ndarray) -> np.ndarray:
        return np.where((side == side[0, 0]).all(-1, keepdims=True) | (side == side[-1, -1]).all(-1, keepdims=True), side, side + 1)

    cut = planted(squares(4, 5, 20_000), 6, 1, off)
    assert unmated(cut) == 1
    assert gaps(cut, [ring(cut, i) for i in range(cut.count)]) != ""
    assert not congruent(local(cut, 6), local(squares(4, 5, 20_000), 6))


def test_two_swapped_pieces_are_seen(rng):
    cut = squares(4, 5, 20_000)
    arrangement = random_arrangement(cut, rng)
    right = moves(arrangement)
    wrong = right.copy()
    centre = [np.array(divmod(i, 5))[::-1] * 20.0 for i in (6, 9)]  # an inner piece and one of the border
    for i, j, sign in ((6, 9, 1), (9, 6, -1)):
        shift = (centre[1] - centre[0]) * sign
        a, b, c, d, e, f = right[j]
        wrong[i] = (a, b, c, d, e + a * shift[0] + c * shift[1], f + b * shift[0] + d * shift[1])
    assert gaps(cut, moved([ring(cut, i) for i in range(20)], wrong)) != ""
    index = pixel_map(arrangement, 1, 16)
    assert misplaced(cut, right, index, 16) == 0 < misplaced(cut, wrong, index, 16)


def test_a_wrong_label_is_seen():
    cut = squares(4, 4, 20_000)
    label = labels(cut, 20).copy()
    label[45, 45] = label[5, 5]
    assert outside(cut, label, 20) == 1
    label = np.roll(labels(cut, 64), 1, 1)  # a pixel to the side
    assert outside(cut, label, 64) > 100


@pytest.mark.parametrize("samples", [1, 2, 3])
@pytest.mark.parametrize("s", [7, 16])
def test_finer_samples_keep_whole_pixels_together(s, samples):
    """A finer map is a bijection, its samples come from the pixel that the plain map names, and `put_back` undoes it."""
    cut = squares(4, 6, 20_000)
    arrangement = random_arrangement(cut, np.random.default_rng(3))
    plain, fine = pixel_map(arrangement, 1, s), pixel_map(arrangement, 1, s, samples)
    y, x = np.divmod(fine, 6 * s * samples)
    assert np.array_equal(np.sort(fine, None), np.arange(fine.size))
    assert np.array_equal(y // samples * 6 * s + x // samples, np.kron(plain, np.ones((samples, samples), int)))
    picture = np.random.default_rng(4).random(fine.shape)
    seen = picture.ravel()[fine]
    assert np.array_equal(put_back(seen, arrangement, 1, s, samples), picture)
    assert not np.array_equal(put_back(seen, random_arrangement(cut, np.random.default_rng(5)), 1, s, samples), picture)  # another board does not
