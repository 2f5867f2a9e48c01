"""How thin pieces are: shapes whose least width is known, and boards of every family and tiling against what they state."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from test_proof import board_of, make

from illusionprint import plugins
from illusionprint.jigsaw import build, squares
from illusionprint.jigsaw.geometry.profiles import least_width as stated
from illusionprint.proof import prove
from illusionprint.proof._limits import has_neck, least_width

FAMILIES = plugins.names("jigsaw.tabs")
BLOCK = shapely.box(0, 0, 20, 20)


def joined(width: float, length: float = 6.0) -> shapely.Polygon:
    """Two blocks with a bridge between them."""
    return shapely.union_all([BLOCK, shapely.box(20, 10, 20 + length, 10 + width), shapely.box(20 + length, 0, 40 + length, 20)])


def tongue(width: float, length: float = 8.0) -> shapely.Polygon:
    """A block with a tongue of even width, which an erosion takes away whole."""
    return shapely.union(BLOCK, shapely.box(20, 10, 20 + length, 10 + width))


def spike(angle_deg: float, length: float = 12.0) -> shapely.Polygon:
    half = length * np.tan(np.radians(angle_deg / 2))
    return shapely.union(BLOCK, shapely.Polygon([(20, 10 - half), (20 + length, 10), (20, 10 + half)]))


@pytest.mark.parametrize("width", [0.4, 1.0, 1.7])
@pytest.mark.parametrize("shape", [joined, tongue])
def test_the_least_width_of_known_shapes(shape, width):
    found, at = least_width(np.array([BLOCK, shape(width), shape(3.0)]), 1.5)
    assert found == pytest.approx(width, abs=0.05) and at == 1
    assert has_neck(np.array([BLOCK, shape(width), shape(3.0)]), width + 0.06).tolist() == [False, True, False]
    assert not has_neck(np.array([shape(width)]), width - 0.06).any()


def test_tips_are_not_told_but_a_tongue_beside_one_is():
    assert not has_neck(np.array([spike(12), spike(25), spike(60)]), 1.5).any()
    assert has_neck(np.array([shapely.union(spike(12), shapely.box(4, -8, 5, 1))]), 1.5).all()


def outlines(cut) -> np.ndarray:
    return shapely.simplify(np.array([shapely.Polygon(cut.outline(i).flatten(0.005)) for i in range(cut.count)]), 0.005)


def random_keys(board, tabs: str, count: int, seed: int):
    """Any profile and sign on every joint of a board, square or mesh."""
    meets, rng = board.ports.ravel(), np.random.default_rng(seed)
    first = np.flatnonzero((meets >= 0) & (np.arange(len(meets)) < meets))
    keys = np.zeros(len(meets), int)
    keys[first] = rng.integers(1, count + 1, len(first)) * rng.choice([-1, 1], len(first))
    keys[meets[first]] = -keys[first]
    return board.keyed(keys.reshape(board.ports.shape))


SHAPES = {"square": ("square", False), "fit": ("square", True), "hexagon": ("hexagon", False), "triangle": ("triangle", False)}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("tabs", FAMILIES)
def test_boards_are_as_wide_as_they_state(tabs, name):
    """Plain boards and boards of 24 profiles: no piece is thinner than the stated share of a connector's length."""
    tiling, stretch = SHAPES[name]
    plain = squares(4, 5, 20_000, tabs) if name == "square" else build(4, 5, (210.0, 140.0), tabs, 0.1, tiling=tiling, stretch=stretch)
    opened = plain.open
    corner = (90.0, 0.0) if name == "square" else plain.cells.corner
    for board, share in ((plain, stated(tabs, False, *corner)), (random_keys(opened, tabs, 24, 5), stated(tabs, True, *corner))):
        assert not has_neck(outlines(board), 0.97 * share * board.knob_mm).any()


def test_the_stated_width_is_not_far_below_the_real_one():
    """Of plain squares: within a fiftieth, where the neck or the bridge is what is thin."""
    for tabs in ("classic", "heart", "slanted", "mushroom", "arrow"):
        assert least_width(outlines(squares(4, 4, 20_000, tabs)), 1.5)[0] / 20 == pytest.approx(stated(tabs), rel=0.02)


def test_pieces_below_the_machines_neck_are_a_finding(tmp_path):
    """Cells of 9 mm, whose necks are 1.29 mm wide; of 11 mm, 1.57 mm; and a machine that asks for more."""
    thin, good = (make(tmp_path / name, board=board_of(cell_um=cell)) for name, cell in ((("a"), 9_000), (("b"), 11_000)) if (tmp_path / name).mkdir() is None)
    proof = prove(thin)
    assert {f.code for f in proof.findings} == {"THIN_PIECE"} and not proof.errors
    assert proof.figures["thinnest"]["width_mm"] == pytest.approx(1.29, abs=0.03) and proof.figures["thinnest"]["thin_pieces"] == 16
    assert prove(good).findings == () and prove(good).figures["thinnest"]["thin_pieces"] == 0
    (tmp_path / "router.toml").write_text('kind = "machine"\ntitle = "A router"\nmin_neck = "2mm"\nformats = ["svg"]\n')
    assert {f.code for f in prove(good, str(tmp_path / "router.toml")).findings} == {"THIN_PIECE"}
