from collections.abc import Sequence

import torch

from ._steps import Denoise, Progress, noise_like, steps


def ancestral(denoise: Denoise, x: torch.Tensor, sigmas: Sequence[float], generator: torch.Generator | None = None, progress: Progress = None) -> torch.Tensor:
    """DDPM's ancestral sampling (Ho, Jain, Abbeel 2020) in sigma form: draws from the posterior q(x' | x, x0).

    x' = x0 + (sigma'^2 / sigma^2) (x - x0) + sigma' sqrt(1 - sigma'^2 / sigma^2) eps
    """
    for sigma, after in steps(sigmas, progress):
        x0, ratio = denoise(x, sigma), (after / sigma) ** 2
        x = x0 + ratio * (x - x0)
        if after:
            x = x + after * (1 - ratio) ** 0.5 * noise_like(x, generator)
    return x
