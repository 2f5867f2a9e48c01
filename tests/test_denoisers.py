"""patches: exact against brute force, at every size; banks of words, files and arrays."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from illusionprint import denoisers, vocabulary  # noqa: E402
from illusionprint.denoisers import _exemplars  # noqa: E402
from illusionprint.denoisers.patches import Bank, Patches, posterior_mean, window_px  # noqa: E402
from illusionprint.errors import BadValue, IllusionPrintError  # noqa: E402
from illusionprint.multiview import sample  # noqa: E402
from illusionprint.views import view  # noqa: E402


def tiny(size, count=5, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, (count, *size, 3)).astype(np.float32)


def noisy(size, sigma, seed=1):
    return torch.from_numpy(sigma * np.random.default_rng(seed).normal(size=(3, *size))).float()


def brute_force(x, exemplars, sigma, k):
    """Pixel by pixel, window by window, in float64 from |x - E|^2 itself."""
    picture, e = x.numpy().astype(float).transpose(1, 2, 0), exemplars.astype(float)
    square = ((picture - e) ** 2).sum(-1)
    out, r = np.empty_like(picture), k // 2
    for i, j in np.ndindex(picture.shape[:2]):
        d = square[:, max(0, i - r) : i + r + 1, max(0, j - r) : j + r + 1].sum((1, 2)) / (2 * sigma**2)
        w = np.exp(d.min() - d)
        out[i, j] = w @ e[:, i, j] / w.sum()
    return out.transpose(2, 0, 1)


@settings(max_examples=20, deadline=None)
@given(st.integers(5, 21), st.integers(5, 21), st.floats(0.2, 8))
def test_equals_the_posterior_mean_when_the_window_covers_the_picture(h, w, sigma):
    size, exemplars = (h, w), tiny((h, w))
    sigma = max(sigma, 64 / 12 * 2 * max(size) / min(size) + 0.1)
    assert window_px(sigma, size) == 2 * max(size) - 1
    x = noisy(size, sigma)
    d = ((x.numpy().transpose(1, 2, 0) - exemplars.astype(float)) ** 2).sum((1, 2, 3)) / (2 * sigma**2)
    weight = np.exp(d.min() - d) / np.exp(d.min() - d).sum()
    want = np.einsum("j,jhwc->chw", weight, exemplars)
    assert np.abs(posterior_mean(x, Bank.of(exemplars), sigma).numpy() - want).max() < 2e-4


@settings(max_examples=15, deadline=None)
@given(st.integers(9, 24), st.integers(9, 24), st.floats(0.05, 1.5))
def test_equals_brute_force_window_by_window(h, w, sigma):
    size, exemplars, x = (h, w), tiny((h, w)), noisy((h, w), sigma + 0.3)
    got = posterior_mean(x, Bank.of(exemplars), sigma).numpy()
    assert np.abs(got - brute_force(x, exemplars, sigma, window_px(sigma, size))).max() < 2e-3


@pytest.mark.parametrize("sigma, k", [(1.5, 9), (1.0, 7)])
def test_brute_force_finds_a_wrong_sigma_and_a_wrong_window(sigma, k):
    exemplars, x = tiny((16, 16)), noisy((16, 16), 1.3)
    assert np.abs(posterior_mean(x, Bank.of(exemplars), 1.0).numpy() - brute_force(x, exemplars, sigma, k)).max() > 2e-2


def test_coarse_windows_are_sums_at_every_second_pixel():
    """A window of 17 px at half resolution is 9 blocks of 2: the block's own window, centred on the block."""
    size, sigma = (64, 64), 1.5
    assert window_px(sigma, size) == 19
    exemplars, x = tiny(size), noisy(size, sigma)
    square = ((x.numpy().transpose(1, 2, 0) - exemplars.astype(float)) ** 2).sum(-1)
    blocks = square.reshape(5, 32, 2, 32, 2).sum((2, 4))
    d = np.stack([[blocks[:, max(0, i - 4) : i + 5, max(0, j - 4) : j + 5].sum((1, 2)) for j in range(32)] for i in range(32)]) / (2 * sigma**2)
    w = np.exp(d.min(-1, keepdims=True) - d)
    w = np.kron((w / w.sum(-1, keepdims=True)).transpose(2, 0, 1), np.ones((2, 2)))
    want = np.einsum("jhw,jhwc->chw", w, exemplars)
    assert np.abs(posterior_mean(x, Bank.of(exemplars), sigma).numpy() - want).max() < 2e-3


@given(st.floats(1e-3, 500), st.integers(8, 128), st.integers(8, 128))
def test_windows_are_odd_and_grow(sigma, h, w):
    k = window_px(sigma, (h, w))
    assert k % 2 == 1 and min(9, 2 * max(h, w) - 1) <= k <= 2 * max(h, w) - 1
    assert window_px(2 * sigma, (h, w)) >= k


def test_small_noise_gives_back_an_exemplar():
    exemplars = tiny((16, 16))
    x = torch.from_numpy(exemplars[3].transpose(2, 0, 1)) + noisy((16, 16), 0.05)
    assert np.abs(posterior_mean(x, Bank.of(exemplars), 0.05).numpy() - exemplars[3].transpose(2, 0, 1)).max() < 1e-4


def test_alone_or_in_a_batch():
    model = Patches(variants=3)
    cond = model.encode(["rabbit", "duck", ""])
    x = torch.stack([noisy(model.size_px, 2, seed) for seed in range(3)])
    got = model(x, 2.0, cond)
    assert all(torch.equal(got[i : i + 1], model(x[i : i + 1], 2.0, cond[i : i + 1])) for i in range(3))
    assert torch.equal(got[2], torch.ones(3, 64, 64))


def test_bank_is_deterministic_varied_and_on_white():
    a, b = (_exemplars.exemplars("rabbit", (32, 40), 4) for _ in range(2))
    assert a.shape == (36, 32, 40, 3) and a.dtype == np.float32 and np.array_equal(a, b)
    assert -1 <= a.min() < 0 and a.max() == 1 and np.allclose(a[:, [0, -1, 0, -1], [0, 0, -1, -1]], 1, atol=1e-5)
    assert min(np.abs(a[i] - a[j]).mean() for i in range(36) for j in range(i)) > 1e-3


def test_shifts_are_by_one_pixel():
    a = _exemplars.exemplars("rabbit", (32, 32), 1)
    assert np.array_equal(a[0][1:, 1:], a[4][:-1, :-1]) and np.array_equal(a[4][1:, 1:], a[8][:-1, :-1])
    assert not np.array_equal(a[0], a[8])


def test_prompt_may_be_an_array_or_a_file(tmp_path):
    from PIL import Image

    rgba = vocabulary.find("rabbit")[0].rgba((128, 128))
    by_word, by_array = (_exemplars.exemplars(p, (64, 64), 3) for p in ("rabbit", rgba))
    assert np.abs(by_word - by_array).max() < 0.02
    red = np.zeros((40, 40, 3), np.float32)
    red[..., 0] = 1
    Image.fromarray((red * 255).astype(np.uint8)).save(tmp_path / "red.png")
    for prompt in (red, str(tmp_path / "red.png")):
        middle = _exemplars.exemplars(prompt, (64, 64), 3)[:, 32, 32]
        assert (middle[:, 0] > 0).all()
    with pytest.raises(BadValue, match="h x w x 3 or 4"):
        _exemplars.exemplars(red[..., 0], (64, 64), 3)


def test_a_word_out_of_reach_names_the_nearest():
    with pytest.raises(IllusionPrintError, match="rabit") as e:
        Patches().encode(["rabit"])
    assert "rabbit" in str(e.value)


def test_load_and_names():
    assert denoisers.models() == ["patches"] and denoisers.supported() == ["IFPipeline", "PRXPixelPipeline"]
    assert isinstance(denoisers.load("patches", "cpu"), Patches)


def test_a_single_picture_shows_its_subject():
    """Nearer to the subject's own exemplars than to others', by the mean over patches of 9 px of the least distance."""
    pixels, facts = sample(Patches(variants=16), ["rabbit"], [view("identity")], steps=15, seed=2)
    picture = torch.from_numpy(pixels * 2 - 1)
    banks = {w: Bank.of(_exemplars.exemplars(w, (64, 64), 16)) for w in ("rabbit", "duck", "")}
    distance = {w: (posterior_mean(picture, bank, 0.05) - picture).square().mean().item() for w, bank in banks.items()}
    assert distance["rabbit"] < 0.3 * min(distance["duck"], distance[""])
    assert facts["model"] == "Patches" and facts["sampler"] == "ancestral"


@pytest.mark.parametrize("seed", [0, 1])
def test_two_views_show_two_subjects(seed):
    """Each subject is nearer in its own view than in the other one."""
    turn = view("rotate_180")
    pixels, _ = sample(Patches(variants=24), ["owl", "sailboat"], [view("identity"), turn], steps=12, seed=seed)
    picture = torch.from_numpy(pixels * 2 - 1)

    def distance(seen, word):
        return (posterior_mean(seen, Bank.of(_exemplars.exemplars(word, (64, 64), 24)), 0.3) - seen).square().mean().item()

    assert distance(picture, "owl") < 0.8 * distance(turn(picture), "owl")
    assert distance(turn(picture), "sailboat") < 0.8 * distance(picture, "sailboat")
