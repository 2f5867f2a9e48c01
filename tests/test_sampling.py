"""Samplers against closed forms, against diffusers, and with planted faults.

Data N(m, v I): x0 = (v x + sigma^2 m) / (v + sigma^2), and the probability-flow ODE has the solution
x(s) = m + (x(S) - m) sqrt((v + s^2) / (v + S^2)).
"""

import math
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from illusionprint import sampling  # noqa: E402
from illusionprint.errors import UnknownName  # noqa: E402
from illusionprint.sampling._steps import steps  # noqa: E402

M, V = 0.3, 0.25
ORDERS = {"ddim": 1, "heun": 2, "dpmpp_2m": 2}


def gaussian(x, sigma, mean=M, variance=V):
    return (variance * x + sigma**2 * mean) / (variance + sigma**2)


def flow(x, start, end, mean=M, variance=V):
    return mean + (x - mean) * math.sqrt((variance + end**2) / (variance + start**2))


def order(sampler, counts=(32, 64, 128)):
    """Slope of log error over log step: minus the order, fitted."""
    x = torch.tensor([[5.0, -3.0, 0.7]], dtype=torch.float64)
    errors = [(sampler(gaussian, x, np.geomspace(5, 0.05, n + 1).tolist(), None) - flow(x, 5, 0.05)).abs().max().item() for n in counts]
    return -np.polyfit(np.log(counts), np.log(errors), 1)[0]


@pytest.mark.parametrize("name", ORDERS)
def test_order_of_convergence(name):
    assert ORDERS[name] - 0.1 < order(sampling.sampler(name)) < ORDERS[name] + 0.35


def first_order_in_disguise(denoise, x, sigmas, generator=None):
    """heun without its correction."""
    for s, after in steps(sigmas, None):
        x = x + (after - s) * (x - denoise(x, s)) / s
    return x


def multistep_with_wrong_ratio(denoise, x, sigmas, generator=None):
    """dpmpp_2m that extrapolates by a whole step in place of a half."""
    before = None
    for s, after in steps(sigmas, None):
        x0 = denoise(x, s)
        mean = x0 if before is None else x0 + math.log(s / after) / math.log(before[0] / s) * (x0 - before[1])
        x, before = after / s * x + (1 - after / s) * mean, (s, x0)
    return x


def wrong_sign(denoise, x, sigmas, generator=None):
    for s, after in steps(sigmas, None):
        x0 = denoise(x, s)
        x = x0 - after / s * (x - x0)
    return x


@pytest.mark.parametrize("fault", [first_order_in_disguise, multistep_with_wrong_ratio, wrong_sign])
def test_the_order_test_finds_faults(fault):
    assert not 1.9 < order(fault) < 2.35


@pytest.mark.parametrize("name", ORDERS)
def test_ends_where_the_flow_ends(name):
    x = torch.randn(64, generator=torch.Generator().manual_seed(0), dtype=torch.float64) * 80
    end = sampling.sampler(name)(gaussian, x, sampling.karras(400, 80, 0.002), None)
    assert (end - flow(x, 80, 0)).abs().max() < {1: 0.05, 2: 1e-3}[ORDERS[name]] * x.abs().max() / 80


def moments(sigmas, start_variance):
    """Mean and variance of ancestral sampling of N(M, V) by its own recursion: every step is affine in x plus noise."""
    mean, variance = 0.0, start_variance
    for s, after in steps(sigmas, None):
        ratio, gain = (after / s) ** 2, V / (V + s * s)
        a = (1 - ratio) * gain + ratio
        mean, variance = a * mean + (1 - ratio) * (1 - gain) * M, a * a * variance + after**2 * (1 - ratio)
    return mean, variance


def drawn(sampler, sigmas, count=200_000):
    dice = torch.Generator().manual_seed(3)
    x = sampler(gaussian, sigmas[0] * torch.randn(count, generator=dice, dtype=torch.float64), sigmas, dice)
    return x.mean().item(), x.var().item()


@pytest.mark.parametrize("count", [8, 60])
def test_ancestral_has_its_mean_and_variance(count):
    sigmas = sampling.log_linear(count, 50, 0.01)
    want, got = moments(sigmas, sigmas[0] ** 2), drawn(sampling.sampler("ancestral"), sigmas)
    assert abs(got[0] - want[0]) < 5 * math.sqrt(want[1] / 200_000)
    assert abs(got[1] / want[1] - 1) < 5 * math.sqrt(2 / 200_000)


def test_ancestral_recursion_tends_to_the_data():
    mean, variance = moments(sampling.log_linear(3000, 200, 0.003), 200.0**2)
    assert abs(mean - M) < 2e-3 and abs(variance - V) < 3e-3


def test_ancestral_test_finds_missing_noise():
    sigmas = sampling.log_linear(60, 50, 0.01)
    silent = partial(sampling.sampler("ddim"))
    assert abs(drawn(silent, sigmas)[1] / moments(sigmas, sigmas[0] ** 2)[1] - 1) > 5 * math.sqrt(2 / 200_000)


def diffusers_ddim(eps, x, count):
    """Stock DDIM with eta 0 in its own variables, and the sigmas of its timesteps."""
    scheduler = pytest.importorskip("diffusers").DDIMScheduler(clip_sample=False, set_alpha_to_one=True, timestep_spacing="trailing")
    scheduler.set_timesteps(count)
    alphas = scheduler.alphas_cumprod.double()
    sigmas = [math.sqrt(1 / alphas[t] - 1) for t in scheduler.timesteps] + [0.0]
    z = x / math.sqrt(1 + sigmas[0] ** 2)
    for t in scheduler.timesteps:
        z = scheduler.step(eps(z, alphas[t]), t, z, eta=0.0).prev_sample
    return z, sigmas


def test_ddim_is_diffusers_ddim():
    def eps(z, alpha):
        return torch.sin(3 * z) * alpha + z * (1 - alpha)

    def denoise(x, sigma):
        return x - sigma * eps(x / math.sqrt(1 + sigma**2), 1 / (1 + sigma**2))

    x = torch.randn(1, 3, 8, 8, generator=torch.Generator().manual_seed(1), dtype=torch.float64) * 150
    want, sigmas = diffusers_ddim(eps, x, 20)
    got = sampling.sampler("ddim")(denoise, x, sigmas)
    assert (got - want).abs().max() < 1e-4
    assert (wrong_sign(denoise, x, sigmas) - want).abs().max() > 1e-2
    assert (sampling.sampler("heun")(denoise, x, sigmas) - want).abs().max() > 1e-2


@given(st.integers(2, 60), st.floats(1, 500), st.floats(1e-3, 0.5), st.sampled_from(sorted(sampling.SCHEDULES)))
def test_schedules_fall_from_highest_to_lowest_to_zero(count, highest, lowest, name):
    sigmas = sampling.SCHEDULES[name](count, highest, lowest)
    assert len(sigmas) == count + 1 and sigmas[-1] == 0
    assert sigmas[0] == pytest.approx(highest) and sigmas[-2] == pytest.approx(lowest)
    assert all(a > b for a, b in zip(sigmas, sigmas[1:]))


def test_log_linear_is_uniform_in_the_logit():
    sigmas = np.array(sampling.log_linear(9, math.exp(4), math.exp(-3))[:-1])
    t = sigmas / (1 + sigmas)
    assert np.allclose(np.log(t / (1 - t)), np.linspace(4, -3, 9))


@pytest.mark.parametrize("name", sampling.names())
def test_same_seed_same_picture_and_progress(name):
    told = []
    x = torch.ones(1, 1, 4, 4)
    sigmas = sampling.log_linear(5, 10, 0.1)
    a, b = (sampling.sampler(name)(gaussian, x, sigmas, torch.Generator().manual_seed(4), lambda d, n: told.append((d, n))) for _ in range(2))
    assert torch.equal(a, b) and torch.equal(x, torch.ones(1, 1, 4, 4))
    assert told[:5] == [(i, 5) for i in range(1, 6)]
    if name == "ancestral":
        other = sampling.sampler(name)(gaussian, x, sigmas, torch.Generator().manual_seed(5))
        assert not torch.equal(a, other)


def test_unknown_sampler_names_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'heun'"):
        sampling.sampler("huen")
