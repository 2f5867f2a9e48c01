"""pytest -n 0 tests/bench_photographs.py --benchmark-only: two photographs fitted to boards, and blended in print resolution; memory by `/usr/bin/time -v` and -k."""

import numpy as np
import pytest
from photographs import found

from illusionprint.blend import gradient_domain, multiband, photos
from illusionprint.jigsaw import random_arrangement, squares
from illusionprint.views import later_views
from illusionprint.vocabulary import load_picture

FITTED = [(25, 40), (40, 50), (64, 64)]
BLENDED = [(20, 20, 100), (18, 24, 250)]  # rows, cols, pixels a piece: 2,000 x 2,000 and 6,000 x 4,500


def toned(size_px):
    """Two photographs of (h, w) pixels, and their weights."""
    shown = photos.match_tones(*(photos.cropped(load_picture(found(name)).rgb, size_px) for name in ("chelsea", "astronaut")))
    return shown, [np.minimum(multiband.saliency(x), gradient_domain.MAX_SALIENCY) for x in shown]


@pytest.mark.parametrize("rows, cols", FITTED)
def test_fit(benchmark, rows, cols):
    cut = squares(rows, cols, 20_000)
    shown, weights = toned(cut.size_px(12))
    benchmark.pedantic(photos.fit_arrangement, (*shown, *map(photos.fit_weight, weights), cut), rounds=1)


@pytest.mark.parametrize("rows, cols, s", BLENDED)
def test_blend(benchmark, rows, cols, s):
    cut = squares(rows, cols, 20_000)
    shown, weights = toned(cut.size_px(s))
    views = later_views("jigsaw", 2, random_arrangement(cut, np.random.default_rng(0)))
    made = benchmark.pedantic(
        lambda: gradient_domain.poisson_blend(shown, weights, views, cut, gradient_domain.equalising_balance(shown, weights, views, cut)), rounds=1
    )
    assert made.shape == shown[0].shape and np.isfinite(made).all()
