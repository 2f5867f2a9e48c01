"""Denoisers that hold a denoiser. Each makes one call of the inner one, so all views and both halves of guidance are one batch."""

from collections.abc import Sequence
from typing import Any

import torch

from ..denoisers import Cond, Denoiser
from ..errors import BadValue
from ..views import View


class DenoiserWrapper(Denoiser):
    """Everything but `encode` and the call is the inner denoiser's."""

    def __init__(self, denoiser: Denoiser):
        self.denoiser = denoiser
        self.size_px, self.device, self.defaults = denoiser.size_px, denoiser.device, denoiser.defaults

    def encode(self, prompts: Sequence[Any]) -> Cond:
        return self.denoiser.encode(prompts)

    def sigmas(self, steps: int) -> list[float]:
        return self.denoiser.sigmas(steps)

    def threshold(self, x0: torch.Tensor) -> torch.Tensor:
        return self.denoiser.threshold(x0)

    def facts(self) -> dict[str, Any]:
        return self.denoiser.facts()


class AnagramDenoiser(DenoiserWrapper):
    """One picture for several prompts (Geng, Park, Owens 2024): view k of it is to show prompt k.

        x0 = mean over k of inverse_k(denoise(view_k(x_t), sigma, prompt_k))

    Views are isometries, so view_k(x_t) is the view of x0 plus white noise of the same sigma, and the mean of x0 is the mean of eps.
    `encode` takes one prompt a view and gives one condition a view; every picture of a batch has the same prompts.
    """

    def __init__(self, denoiser: Denoiser, views: Sequence[View]):
        super().__init__(denoiser)
        self.views = list(views)

    def encode(self, prompts: Sequence[Any]) -> Cond:
        if len(prompts) != len(self.views):
            raise BadValue(f"{len(self.views)} views need as many prompts; {len(prompts)} came.")
        return self.denoiser.encode(prompts)

    def __call__(self, x_t: torch.Tensor, sigma: float, cond: Cond) -> torch.Tensor:
        seen = torch.cat([view(x_t) for view in self.views])
        x0 = self.denoiser(seen, sigma, [c for c in cond for _ in range(len(x_t))])
        return torch.stack([view.inverse(part) for view, part in zip(self.views, x0.chunk(len(self.views)))]).mean(0)


class GuidedDenoiser(DenoiserWrapper):
    """Classifier-free guidance (Ho, Salimans 2022), g = 1 is none:

    x0 = u + g (c - u),   u = denoise(x_t, sigma, ""),   c = denoise(x_t, sigma, prompt)
    """

    def __init__(self, denoiser: Denoiser, guidance: float):
        super().__init__(denoiser)
        self.guidance = guidance

    def encode(self, prompts: Sequence[Any]) -> Cond:
        """(empty, prompt) for each prompt; the empty prompt is encoded once."""
        *given, empty = self.denoiser.encode([*prompts, ""])
        return [(empty, c) for c in given]

    def __call__(self, x_t: torch.Tensor, sigma: float, cond: Cond) -> torch.Tensor:
        both = [u for u, _ in cond] + [c for _, c in cond]
        u, c = self.denoiser(torch.cat([x_t, x_t]), sigma, both).chunk(2)
        return u + self.guidance * (c - u)
