"""pytest -n 0 tests/bench_drawn.py --benchmark-only: the drawn way's slow steps, and the memory of a thousand pieces.

Each pair of sizes is timed in one run, so the ratios hold on any machine; what they may be is asserted, the seconds are printed.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import pytest

from illusionprint.blend.composite import blend
from illusionprint.blend.regions import components
from illusionprint.casting import Casting, Part, cast_board, cast_rigid
from illusionprint.jigsaw import Board, labels, pixel_map, random_arrangement, squares
from illusionprint.jigsaw.fitting.assignment import assign, costs, fit
from illusionprint.views import view
from illusionprint.vocabulary import Pose, find
from illusionprint.vocabulary._drawing import _render

MOST_GB = 1.5


@pytest.mark.parametrize("finish", ["plain", "halftone", "engraving"])
def test_memory_of_a_thousand_pieces(benchmark, tmp_path, finish):
    """`make` of 25 x 40 pieces, 800 x 500 mm at 300 dpi, all of the command: its largest resident set. The largest of all so far, so that one above the next shows it too."""
    command = [
        sys.executable,
        "-m",
        "illusionprint",
        "make",
        "jigsaw",
        "rabbit",
        "duck",
        "--grid",
        "25x40",
        "--finish",
        finish,
        "--quiet",
        "--out",
        str(tmp_path),
    ]
    benchmark.pedantic(subprocess.run, (command,), {"check": True, "capture_output": True}, rounds=1)
    gb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e9
    benchmark.extra_info.update(finish=finish, peak_gb=round(gb, 2))
    assert gb < MOST_GB


def seconds(call: Callable[[], object], rounds: int = 3) -> float:
    """The least of some rounds."""
    took = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        took.append(time.perf_counter() - start)
    return min(took)


def pictures(cut: Board, s: int) -> tuple[np.ndarray, ...]:
    rng, size = np.random.default_rng(0), (cut.rows * s, cut.cols * s)
    return tuple(rng.random(shape, np.float32) + 0.1 for shape in ((*size, 3), (*size, 3), size, size))


@pytest.mark.parametrize("size, s", [((4, 4), 12), ((12, 16), 12), ((25, 40), 6)])
def test_fit(benchmark, size, s):
    cut = squares(*size, 20_000)
    benchmark.pedantic(fit, (*pictures(cut, s), cut, s), rounds=2, warmup_rounds=1 if cut.count < 500 else 0)


def test_fit_grows_with_the_square_of_the_pieces(benchmark):
    """Costs of all pairs at the same pixels a piece: 1,000 pieces against 192 are (1000 / 192)^2 = 27 times as many pairs."""
    small, large = squares(12, 16, 20_000), squares(25, 40, 20_000)
    one, two = (seconds(lambda c=c: costs(*pictures(c, 6), c, 6), 2) for c in (small, large))
    table = costs(*pictures(large, 6), large, 6)
    benchmark.pedantic(assign, (table, large), rounds=2)
    benchmark.extra_info.update(costs_192_s=round(one, 3), costs_1000_s=round(two, 3), ratio=round(two / one, 1))
    assert two < 1.8 * 27 * one


def casting() -> Casting:
    return Casting((Part(find("owl")[0], Pose(5)), Part(find("ship")[0], hue_deg=60)), 0.0)


def blended(v, px: int) -> Callable[[], object]:
    def call() -> object:
        _render.cache_clear()
        return blend(casting(), v, (px, px), 2)

    return call


@pytest.mark.parametrize("name", ["rotate_180", "jigsaw"])
def test_blend_is_linear_in_pixels(benchmark, name):
    """2400 px against 1200 px are four times the pixels."""
    v = view(name, random_arrangement(squares(12, 12, 20_000), np.random.default_rng(0)) if name == "jigsaw" else None)
    one, two = (seconds(blended(v, px), 2) for px in (1200, 2400))
    benchmark.extra_info.update(px_1200_s=round(one, 2), px_2400_s=round(two, 2), ratio=round(two / one, 1))
    benchmark.pedantic(blended(v, 600), rounds=2)
    assert two < 1.6 * 4 * one


def test_components_against_scipy(benchmark):
    """One pass over runs against scipy's labelling of each value on its own."""
    from scipy import ndimage

    key = labels(squares(12, 12, 20_000), 100)
    theirs = seconds(lambda: [ndimage.label(key == v) for v in range(144)], 1)
    mine = seconds(lambda: components(key))
    benchmark.extra_info.update(scipy_s=round(theirs, 3), ratio=round(theirs / mine, 1))
    benchmark.pedantic(components, (key,), rounds=3)
    assert mine < theirs


def test_pixel_map_of_a_thousand_pieces(benchmark):
    """25 x 40 pieces, 4080 px wide."""
    board = random_arrangement(squares(25, 40, 20_000), np.random.default_rng(0))
    mine = seconds(lambda: labels(board.board, 102))
    benchmark.pedantic(pixel_map, (board, 1, 102), rounds=3)
    benchmark.extra_info.update(labels_s=round(mine, 3))


@pytest.mark.parametrize("size", [(4, 4), (12, 12), (25, 40)])
def test_cast_board(benchmark, size):
    benchmark.pedantic(cast_board, (find("rabbit"), find("duck"), squares(*size, 20_000), 0), {"count": 8}, rounds=1)


def test_cast_rigid(benchmark):
    benchmark.pedantic(cast_rigid, (find("rabbit"), find("duck"), view("rotate_180"), 0), {"count": 4}, rounds=1)


@pytest.mark.parametrize("px", [256, 2400])
def test_render(benchmark, px):
    def call() -> np.ndarray:
        _render.cache_clear()
        return find("owl")[0].rgba((px, px))

    benchmark.pedantic(call, rounds=3)
