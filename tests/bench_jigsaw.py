"""pytest -n 0 tests/bench_jigsaw.py --benchmark-only: the cut at 4096 px on the longer side, and the design of keyed boards."""

import numpy as np
import pytest
from test_exact import costly
from test_profiles import random_keys

from illusionprint.jigsaw import labels, pixel_map, random_arrangement, squares
from illusionprint.jigsaw.exact import design
from illusionprint.jigsaw.geometry.profiles import catalogue
from illusionprint.jigsaw.pixels.grid import _under

BOARDS = [(12, 16), (25, 40), (64, 64)]


def keyed_cut(rows, cols):
    return squares(rows, cols, 20_000).keyed(random_keys(rows, cols, 24, np.random.default_rng(0)))


@pytest.mark.parametrize("rows, cols", BOARDS)
def test_labels(benchmark, rows, cols):
    cut, s = keyed_cut(rows, cols), 4096 // cols
    catalogue("classic", 24)
    benchmark.pedantic(labels, (cut, s), setup=_under.cache_clear, rounds=3)


@pytest.mark.parametrize("rows, cols", BOARDS)
def test_pixel_map(benchmark, rows, cols):
    benchmark.pedantic(pixel_map, (random_arrangement(squares(rows, cols, 20_000), np.random.default_rng(0)), 1, 4096 // cols), rounds=3)


@pytest.mark.parametrize("rows, cols", BOARDS)
def test_outlines(benchmark, rows, cols):
    cut = keyed_cut(rows, cols)
    benchmark.pedantic(lambda: [cut.outline(i).d for i in range(cut.count)], rounds=3)


@pytest.mark.parametrize("rows, cols", [(4, 4), (8, 8), (12, 16), (25, 40)])
def test_design(benchmark, rows, cols):
    benchmark.pedantic(design.keyed, costly(rows, cols), rounds=1)
