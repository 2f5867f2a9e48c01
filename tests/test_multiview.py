"""The anagram and guidance as denoisers: closed forms on Gaussian data, calls counted, planted faults."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from illusionprint import sampling  # noqa: E402
from illusionprint.denoisers import Defaults, Denoiser  # noqa: E402
from illusionprint.errors import BadValue, UnknownName  # noqa: E402
from illusionprint.jigsaw import random_arrangement, squares  # noqa: E402
from illusionprint.multiview import AnagramDenoiser, GuidedDenoiser, sample  # noqa: E402
from illusionprint.views import view  # noqa: E402

KINDS = ("identity", "flip", "rotate_90", "rotate_180", "rotate_270", "negate", "jigsaw")


class Gaussian(Denoiser):
    """Prompt "3" stands for data N(m_3, v I), the empty prompt for N(0, v I); counts its calls and rows."""

    defaults = Defaults(30, 1.0, "dpmpp_2m")

    def __init__(self, side=12, variance=0.04, dtype=torch.float64):
        self.size_px, self.variance, self.dtype, self.calls = (side, side), variance, dtype, []

    def mean(self, prompt):
        if not prompt:
            return torch.zeros(3, *self.size_px, dtype=self.dtype)
        dice = torch.Generator().manual_seed(int(prompt))
        return torch.rand(3, *self.size_px, generator=dice, dtype=self.dtype) * 1.2 - 0.6

    def encode(self, prompts):
        return [self.mean(p) for p in prompts]

    def sigmas(self, steps):
        return sampling.log_linear(steps, 60, 0.01)

    def __call__(self, x, sigma, cond):
        assert len(x) == len(cond)
        self.calls.append(len(x))
        return (self.variance * x + sigma**2 * torch.stack(list(cond))) / (self.variance + sigma**2)


def board(rows=3, cols=3):
    return random_arrangement(squares(rows, cols, 20_000), np.random.default_rng(2))


def some_views(names):
    return [view(name, board()) for name in names]


views_lists = st.lists(st.sampled_from(KINDS), min_size=1, max_size=3)


def centre(base, views, guidance=1.0):
    """Mean of the distribution that the anagram of Gaussians of one variance is: the mean of inverse_k(m_k), for guidance of g m_k."""
    means = [v.inverse(guidance * base.mean(str(k))) for k, v in enumerate(views, 1)]
    return sum(means) / len(means)


def prompts(views):
    return [str(k) for k in range(1, len(views) + 1)]


@settings(max_examples=25, deadline=None)
@given(views_lists, st.sampled_from(["ddim", "heun", "dpmpp_2m"]), st.floats(1, 3))
def test_the_whole_sampler_ends_where_the_closed_form_says(names, solver, guidance):
    """x(0) = c + (x(S) - c) sqrt(v / (v + S^2)), c the mean of inverse_k(g m_k): u = E[x0 | N(0, v I)] makes guidance scale the mean."""
    base, views = Gaussian(), some_views(names)
    model = AnagramDenoiser(GuidedDenoiser(base, guidance), views)
    cond, sigmas = model.encode(prompts(views)), sampling.karras(60, 60, 0.003)
    x = 60 * torch.randn(2, 3, 12, 12, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    got = sampling.sampler(solver)(lambda z, s: model(z, s, cond), x, sigmas)
    c = centre(base, views, guidance)
    want = c + (x - c) * (base.variance / (base.variance + 60**2)) ** 0.5
    assert (got - want).abs().max() < {"ddim": 0.12, "heun": 0.01, "dpmpp_2m": 0.01}[solver]


class NotInverted(AnagramDenoiser):
    def __call__(self, x, sigma, cond):
        x0 = self.denoiser(torch.cat([v(x) for v in self.views]), sigma, [c for c in cond for _ in range(len(x))])
        return torch.stack(x0.chunk(len(self.views))).mean(0)


class InterleavedPrompts(AnagramDenoiser):
    def __call__(self, x, sigma, cond):
        x0 = self.denoiser(torch.cat([v(x) for v in self.views]), sigma, [c for _ in range(len(x)) for c in cond])
        return torch.stack([v.inverse(p) for v, p in zip(self.views, x0.chunk(len(self.views)))]).mean(0)


def end(kind, names):
    base, views = Gaussian(), some_views(names)
    model = kind(base, views)
    cond = model.encode(prompts(views))
    x = 60 * torch.randn(2, 3, 12, 12, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    got = sampling.sampler("heun")(lambda z, s: model(z, s, cond), x, sampling.karras(60, 60, 0.003))
    c = centre(base, views)
    return (got - c - (x - c) * (base.variance / (base.variance + 60**2)) ** 0.5).abs().max()


@pytest.mark.parametrize("fault", [NotInverted, InterleavedPrompts])
@pytest.mark.parametrize("second", ["rotate_90", "jigsaw", "negate"])
def test_faults_are_found(fault, second):
    assert end(AnagramDenoiser, ["identity", second]) < 0.01
    assert end(fault, ["identity", second]) > 0.1


@settings(max_examples=20, deadline=None)
@given(views_lists, st.integers(1, 3))
def test_all_views_and_both_halves_are_one_call(names, batch):
    views = some_views(names)
    base = Gaussian()
    model = AnagramDenoiser(GuidedDenoiser(base, 2.0), views)
    model(torch.zeros(batch, 3, 12, 12, dtype=torch.float64), 1.0, model.encode(prompts(views)))
    assert base.calls == [2 * len(views) * batch]
    base = Gaussian()
    AnagramDenoiser(base, views)(torch.zeros(batch, 3, 12, 12, dtype=torch.float64), 1.0, base.encode(prompts(views)))
    assert base.calls == [len(views) * batch]


def test_guidance_one_is_none_and_zero_is_the_empty_prompt():
    base = Gaussian()
    x = torch.ones(1, 3, 12, 12, dtype=torch.float64)
    (c,), (u,) = base.encode(["1"]), base.encode([""])
    for g, want in ((1.0, c), (0.0, u)):
        model = GuidedDenoiser(base, g)
        assert torch.allclose(model(x, 0.7, model.encode(["1"])), base(x, 0.7, [want]))


def test_sample_gives_picture_and_facts():
    told, base = [], Gaussian(dtype=torch.float32)
    views = some_views(["identity", "rotate_180"])
    pixels, facts = sample(base, ["1", "2"], views, seed=5, progress=lambda *a: told.append(a))
    assert pixels.shape == (3, 12, 12) and pixels.dtype == np.float32 and 0 <= pixels.min() and pixels.max() <= 1
    x = 60 * torch.randn((1, 3, 12, 12), generator=torch.Generator().manual_seed(5))
    c = centre(base, views)
    want = (c + (x - c)[0] * (base.variance / (base.variance + 60**2)) ** 0.5).clamp(-1, 1) / 2 + 0.5
    assert np.abs(pixels - want.numpy()).max() < 0.05
    assert {"model": "Gaussian", "steps": 30, "guidance": 1.0, "sampler": "dpmpp_2m", "seed": 5, "device": "cpu"}.items() <= facts.items()
    assert {"torch", "diffusers"} <= facts["versions"].keys() and facts["seconds"] >= 0
    assert told[0] == (0, 1, "load") and told[-1] == (30, 30, "sample") and (0, 1, "encode") in told
    again, _ = sample(base, ["1", "2"], views, seed=5)
    other, _ = sample(base, ["1", "2"], views, seed=6)
    assert np.array_equal(pixels, again) and not np.array_equal(pixels, other)


@pytest.mark.parametrize("grid", [(3, 3), (2, 3), (5, 4), (2, 6)])
def test_a_board_is_covered_by_whole_cells(grid):
    base = Gaussian(side=24, dtype=torch.float32)
    pixels, _ = sample(base, ["1", "2"], [view("identity"), view("jigsaw", board(*grid))], steps=3, schedule="karras")
    h, w = pixels.shape[1:]
    assert h % grid[0] == w % grid[1] == 0 and h // grid[0] == w // grid[1]
    assert 0.6 < h * w / 24**2 < 1.5


@pytest.mark.parametrize(
    "wrong, kind, says",
    [
        ({"steps": 0}, BadValue, "--steps"),
        ({"steps": 2.5}, BadValue, "--steps"),
        ({"guidance": float("nan")}, BadValue, "--guidance"),
        ({"sampler": "dim"}, UnknownName, "ddim"),
        ({"schedule": "carras"}, UnknownName, "karras"),
        ({"device": "gpu"}, UnknownName, "cuda"),
    ],
)
def test_wrong_settings(wrong, kind, says):
    with pytest.raises(kind, match=says):
        sample("patches" if "device" in wrong else Gaussian(), ["1"], [view("identity")], **wrong)


def test_as_many_prompts_as_views():
    with pytest.raises(BadValue, match="2 views need as many prompts; 1 came"):
        sample(Gaussian(), ["1"], some_views(["identity", "flip"]))


def test_sampling_on_from_a_picture_ends_where_the_closed_form_says():
    """SDEdit from y at sigma s: x(0) = c + (y + s eps - c) sqrt(v / (v + s^2)), s the level with the share `strength` of the steps left; nearer to y the less is left.

    A planted fault, the noise left out, shows.
    """
    base, views = Gaussian(side=36, dtype=torch.float32), some_views(["identity", "jigsaw"])
    y, far = np.random.default_rng(1).random((36, 36, 3)).astype(np.float32), []
    for strength in (0.1, 0.6):
        pixels, facts = sample(base, ["1", "2"], views, seed=5, steps=60, start=y, strength=strength)
        s = base.sigmas(60)[-1 - round(60 * strength)]
        start = torch.from_numpy(y).permute(2, 0, 1)[None] * 2 - 1
        noise = s * torch.randn((1, 3, 36, 36), generator=torch.Generator().manual_seed(5))
        c, shrink = centre(base, views), (base.variance / (base.variance + s**2)) ** 0.5
        want, bare = (((c + (start + n - c)[0] * shrink).clamp(-1, 1) / 2 + 0.5).numpy() for n in (noise, 0 * noise))
        assert facts["strength"] == strength and np.abs(pixels - want).max() < 0.02
        assert strength < 0.5 or np.abs(pixels - bare).max() > 0.05
        far.append(np.abs(pixels - y.transpose(2, 0, 1)).mean())
    assert far[0] < far[1]


def test_a_start_fills_the_cells_of_a_board():
    """A board of 5 x 4 cells leaves rows of a 24 px picture over; what comes back at no noise worth the name is the start, cell by cell."""
    from illusionprint.multiview._sample import _framed

    y = np.random.default_rng(1).random((50, 40, 3)).astype(np.float32)
    framed = _framed(y, (27, 22), [view("identity"), view("jigsaw", board(5, 4))])
    assert framed.shape == (1, 3, 27, 22)
    cells = y.reshape(25, 2, 20, 2, 3).mean((1, 3)) * 2 - 1
    assert np.abs(framed[0, :, :25, :20].permute(1, 2, 0).numpy() - cells).max() < 1e-5
    assert (framed[0, :, 25:, :20] == framed[0, :, 24:25, :20]).all()
