"""A denoiser without weights: exact for what it knows, a bank of exemplars of each prompt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.nn.functional import pad

from . import _exemplars
from ._base import Cond, Defaults, Denoiser


@dataclass(frozen=True)
class Bank:
    """pictures: (3, h, w, J) in [-1, 1]; half_energy: (h, w, J), half the sum of squares over the channels."""

    pictures: torch.Tensor
    half_energy: torch.Tensor

    @classmethod
    def of(cls, exemplars: np.ndarray, device: torch.device | str = "cpu") -> Bank:
        """From float32 (J, h, w, 3)."""
        pictures = torch.from_numpy(np.ascontiguousarray(exemplars.transpose(3, 1, 2, 0))).to(device)
        return cls(pictures, pictures.square().sum(0) / 2)


class Patches(Denoiser):
    """The posterior mean under a bank of exemplars E_j, taken window by window (Kamb, Ganguli 2024, locally Bayes-optimal denoising):

        x0(p) = sum over j of w_j(p) E_j(p),   w_j(p) ~ exp(-|x - E_j|^2 summed over the window at p / (2 sigma^2))

    The window is a square of k(sigma) px, see `window_px`; when it covers the picture this is the posterior mean of the bank.
    The empty prompt is the bare white ground: guidance g > 1 is contrast against it, so that what only one view shows is not washed out
    by the other's ground.
    """

    defaults = Defaults(40, 1.2, "ancestral")
    size_px = (64, 64)

    def __init__(self, device: torch.device | str = "cpu", variants: int = _exemplars.VARIANTS):
        self.device, self.variants = device, variants

    def encode(self, prompts: Sequence[Any]) -> Cond:
        """A bank a prompt: a word, a picture's path, or a picture (h w 3 or h w 4 in [0, 1]). Raises UnknownName, BadValue."""
        return [Bank.of(_exemplars.exemplars(p, self.size_px, self.variants), self.device) for p in prompts]

    def sigmas(self, steps: int) -> list[float]:
        """sigma = t / (1 - t) with the logit of t uniform from 4 to -3."""
        return [*np.exp(np.linspace(4, -3, steps)).tolist(), 0.0]

    def threshold(self, x0: torch.Tensor) -> torch.Tensor:
        """Guided colours that no ink has are clipped."""
        return x0.clamp(-1, 1)

    @torch.no_grad()
    def __call__(self, x_t: torch.Tensor, sigma: float, cond: Cond) -> torch.Tensor:
        return torch.stack([posterior_mean(x, bank, sigma) for x, bank in zip(x_t, cond)])


def window_px(sigma: float, size_px: tuple[int, int]) -> int:
    """Side of the window, odd: 12 sigma at 64 px, from 9 to one that covers the picture wherever it stands; smaller ones lose eyes and contours."""
    k = 12 * sigma * min(size_px) / 64
    return int(min(max(9, k), 2 * max(size_px) - 1)) // 2 * 2 + 1


def posterior_mean(x: torch.Tensor, bank: Bank, sigma: float) -> torch.Tensor:
    """x0 (3, h, w) of x (3, h, w). Windows of 17 px and more are summed at half, of 33 and more at quarter resolution.
    |x - E|^2 = |x|^2 - 2 (x.E - |E|^2 / 2), and |x|^2 is the same for all j.
    """
    size = x.shape[1], x.shape[2]
    k = window_px(sigma, size)
    coarse = 4 if k >= 33 else 2 if k >= 17 else 1
    match = -bank.half_energy
    for channel, pictures in zip(x, bank.pictures):
        match.addcmul_(channel[..., None], pictures)
    weight = (_window_sum(match, k, coarse) / sigma**2).softmax(-1)
    if coarse > 1:
        weight = weight.repeat_interleave(coarse, 0).repeat_interleave(coarse, 1)[: size[0], : size[1]]
    return torch.stack([(weight * e).sum(-1) for e in bank.pictures])


def _window_sum(field: torch.Tensor, k: int, coarse: int) -> torch.Tensor:
    """Sum of (h, w, J) over windows of k px that end at the picture's edge, at every `coarse`-th pixel."""
    h, w, count = field.shape
    if coarse > 1:
        field = pad(field, (0, 0, 0, -w % coarse, 0, -h % coarse))
        field = field.view(-(-h // coarse), coarse, -(-w // coarse), coarse, count).sum((1, 3))
    r = k // coarse // 2
    total = pad(field, (0, 0, 0, 0, r + 1, r)).cumsum(0)
    field = total[2 * r + 1 :] - total[: -2 * r - 1]
    total = pad(field, (0, 0, r + 1, r)).cumsum(1)
    return total[:, 2 * r + 1 :] - total[:, : -2 * r - 1]
