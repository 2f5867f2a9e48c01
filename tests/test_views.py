"""One contract for every view there is, found by name: isometry at any size, white noise stays white, numpy and torch alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from illusionprint import views
from illusionprint.errors import BadValue, UnknownName
from illusionprint.jigsaw import random_arrangement, squares
from illusionprint.views import PermutationView, View

BOARDS = {name: random_arrangement(squares(*name, 20_000), np.random.default_rng(5)) for name in ((4, 4), (3, 5), (2, 2))}
SIZES = [(64, 64), (63, 63), (48, 80), (50, 37), (13, 61), (1, 1), (2, 3)]  # even, odd, not square, with leftovers beside the pieces
CASES = [(kind, board) for kind in views.view_kinds() for board in (BOARDS if views.plugins.load("views", kind).needs_board else [None])]

every_view = pytest.mark.parametrize("kind, board", CASES)


def made(kind: str, board: tuple[int, int] | None) -> View:
    return views.view(kind, BOARDS.get(board))


def contract(view: View, size: tuple[int, int], rng: np.random.Generator) -> None:
    """AssertionError unless the view is an isometry of pictures of a size (h, w)."""
    x, y = rng.standard_normal((2, 3, *size))
    before = x.copy()
    seen = view(x)
    assert np.array_equal(x, before), "the argument was changed"
    assert seen.shape[:-2] == x.shape[:-2] and seen.dtype == x.dtype and type(seen) is type(x)
    assert np.array_equal(view.inverse(seen), x), "inverse after view"
    target = rng.standard_normal(seen.shape)
    kept = target.copy()
    assert np.array_equal(view(view.inverse(target)), target) and np.array_equal(target, kept), "view after inverse"
    assert np.isclose((seen * view(y)).sum(), (x * y).sum(), rtol=1e-9, atol=1e-9), "inner products"
    assert np.array_equal(view(2 * x - 3 * y), 2 * seen - 3 * view(y)), "linear"
    batch = np.stack([x, y])[:, None].repeat(2, 1)
    assert np.array_equal(view(batch), np.stack([seen, view(y)])[:, None].repeat(2, 1)), "batch"


def white(view: View, rng: np.random.Generator) -> None:
    """AssertionError unless white noise is seen as white noise: every pixel of variance 1, neighbours uncorrelated."""
    n = 4000
    seen = view(rng.standard_normal((n, 1, 12, 15)))[:, 0]
    assert abs((seen**2).mean(0) - 1).max() < 6 * np.sqrt(2 / n), "variance of a pixel"
    assert abs(seen.mean(0)).max() < 6 / np.sqrt(n), "mean of a pixel"
    for a, b in ((seen[:, 1:], seen[:, :-1]), (seen[..., 1:], seen[..., :-1]), (seen[:, 1:, 1:], seen[:, :-1, :-1])):
        assert abs((a * b).mean(0)).max() < 6 / np.sqrt(n), "covariance of neighbours"


@every_view
@pytest.mark.parametrize("size", SIZES)
def test_contract(kind, board, size, rng):
    contract(made(kind, board), size, rng)


@every_view
def test_white_noise_stays_white(kind, board, rng):
    white(made(kind, board), rng)


@every_view
@pytest.mark.parametrize("size", [(64, 64), (37, 50)])
def test_numpy_and_torch_are_the_same(kind, board, size, rng):
    torch = pytest.importorskip("torch")
    view, x = made(kind, board), rng.standard_normal((2, 3, *size)).astype(np.float32)
    t = torch.from_numpy(x.copy())
    seen = view(t)
    assert isinstance(seen, torch.Tensor) and seen.dtype == t.dtype and torch.equal(t, torch.from_numpy(x))
    assert np.array_equal(seen.numpy(), view(x)) and torch.equal(view.inverse(seen), t)
    half = view(t.half())
    assert half.dtype == torch.float16 and torch.equal(half, seen.half())
    grown = t.clone().requires_grad_()
    view(grown).square().sum().backward()
    assert torch.allclose(grown.grad, 2 * t)  # an isometry keeps the norm, so its gradient too


@every_view
@pytest.mark.parametrize("size", [(64, 64), (48, 80), (13, 61)])
def test_motion_agrees_with_the_pixels(kind, board, size, rng):
    """A pixel lies, after the motion of its piece or sheet, where the view shows it. Sizes in pixels stand for mm."""
    view, x = made(kind, board), rng.standard_normal(size)
    seen, (h, w) = view(x[None])[0], size
    y, x_at = np.divmod(np.arange(h * w), w)
    to_x, to_y = moved(view, x_at + 0.5, y + 0.5, size)
    inside = ~np.isnan(to_x)
    assert inside.mean() > 0.1
    col, row = (np.rint(v[inside] - 0.5).astype(int) for v in (to_x, to_y))
    assert np.array_equal(abs(seen[row, col]), abs(x.reshape(-1)[inside]))  # the negative shows -x


def moved(view: View, x: np.ndarray, y: np.ndarray, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Places after the motion; nan beside the pieces of a board."""
    if not view.needs_board:
        a, b, c, d, e, f = view.motion(size[::-1])
        return a * x + c * y + e, b * x + d * y + f
    from illusionprint.jigsaw import labels

    cut = view.arrangement.board
    s = min(size[0] // cut.rows, size[1] // cut.cols)
    label = np.full(size, -1)
    label[: cut.rows * s, : cut.cols * s] = labels(cut, s)
    m = np.array([view.arrangement.moves(i)[1] for i in range(cut.count)] + [(np.nan,) * 6])[label.reshape(-1)].T
    mm = cut.cell_mm / s
    return (m[0] * x * mm + m[2] * y * mm + m[4]) / mm, (m[1] * x * mm + m[3] * y * mm + m[5]) / mm


@pytest.mark.parametrize("kind", [k for k in views.view_kinds() if issubclass(views.plugins.load("views", k), PermutationView)])
@given(st.integers(1, 40), st.integers(1, 40))
def test_indices_are_a_bijection(kind, h, w):
    index = made(kind, (3, 5)).indices((h, w))
    assert np.array_equal(np.sort(index.reshape(-1)), np.arange(h * w)) and index.shape in ((h, w), (w, h))


def test_turns_are_turns(rng):
    x = rng.standard_normal((3, 5, 8))
    quarter, half, three = (views.view(f"rotate_{d}") for d in (90, 180, 270))
    assert np.array_equal(quarter(quarter(x)), half(x)) and np.array_equal(quarter(half(x)), three(x)) and np.array_equal(half(half(x)), x)
    assert np.array_equal(quarter(x)[:, 0, -1], x[:, 0, 0])  # clockwise: top left goes to the top right
    assert np.array_equal(views.view("flip")(x), x[:, ::-1]) and np.array_equal(views.view("negate")(x), -x)


def test_views_by_name():
    assert {"identity", "rotate_90", "rotate_180", "rotate_270", "flip", "negate", "jigsaw"} <= set(views.view_kinds())
    with pytest.raises(UnknownName, match="mean 'rotate_180'"):
        views.view("rotate180")
    with pytest.raises(BadValue, match="--grid"):
        views.view("jigsaw")


# Planted faults: what is no isometry fails the contract


class Blur(View):
    """The mean of a pixel and its neighbour, with a true inverse."""

    def __call__(self, x):
        return (x + np.roll(x, 1, -1)) / 2

    def inverse(self, x):
        return np.fft.ifft(np.fft.fft(2 * x) / (1 + np.exp(-2j * np.pi * np.fft.fftfreq(x.shape[-1])))).real


class Louder(View):
    """Twice the contrast: invertible, no isometry."""

    def __call__(self, x):
        return 2 * x

    def inverse(self, x):
        return x / 2


class Doubled(View):
    """A column shown twice, in place of its neighbour."""

    def __call__(self, x):
        seen = x.copy()
        seen[..., 1] = seen[..., 0]
        return seen

    inverse = __call__


class InPlace(View):
    def __call__(self, x):
        x *= -1
        return x

    inverse = __call__


@pytest.mark.parametrize("view, says", [(Blur(), "inverse|inner"), (Louder(), "inner products"), (Doubled(), "inverse"), (InPlace(), "argument")])
def test_contract_sees_what_is_no_isometry(view, says, rng):
    with pytest.raises(AssertionError, match=says):
        contract(view, (12, 15), rng)


@pytest.mark.parametrize("view, says", [(Blur(), "variance"), (Louder(), "variance"), (Doubled(), "covariance")])
def test_whiteness_sees_what_is_not_white(view, says, rng):
    with pytest.raises(AssertionError, match=says):
        white(view, rng)


def test_a_large_picture_is_put_together_piece_by_piece(monkeypatch, rng):
    """The same pixels as by the map, channel by channel; planted: another assembly."""
    import illusionprint.views.jigsaw as module

    v, other = (module.Jigsaw(random_arrangement(squares(4, 6, 10_000), np.random.default_rng(seed)), 1) for seed in (0, 1))
    x = rng.integers(0, 256, (3, 4 * 23, 6 * 23)).astype(np.uint8)
    by_map = v(x)
    monkeypatch.setattr(module, "LARGE_PX", 1)
    assert (v(x) == by_map).all() and v(x).dtype == np.uint8 and (other(x) != by_map).any()
    strip = rng.random((3, 4 * 23 + 5, 6 * 23 + 5))
    assert (v(strip)[:, 4 * 23 :] == strip[:, 4 * 23 :]).all()  # no whole cells: by the map
