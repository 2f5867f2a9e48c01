"""pytest -n 0 tests/bench_sampling.py --benchmark-only: one `patches` anagram of two views, bank included, and one step of it."""

import pytest

torch = pytest.importorskip("torch")

from illusionprint.denoisers.patches import Patches  # noqa: E402
from illusionprint.multiview import sample  # noqa: E402
from illusionprint.views import view  # noqa: E402


def test_anagram(benchmark):
    benchmark.pedantic(sample, ("patches", ["rabbit", "duck"], [view("identity"), view("rotate_180")]), rounds=3, warmup_rounds=1)


@pytest.mark.parametrize("sigma", [20.0, 2.0, 0.1])
def test_one_call(benchmark, sigma):
    model = Patches()
    cond, x = model.encode(["rabbit"]), sigma * torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    benchmark(model, x, sigma, cond)
