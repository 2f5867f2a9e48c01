from collections.abc import Sequence

import torch

from ._steps import Denoise, Progress, steps


def ddim(denoise: Denoise, x: torch.Tensor, sigmas: Sequence[float], generator: torch.Generator | None = None, progress: Progress = None) -> torch.Tensor:
    """DDIM with eta = 0 (Song, Meng, Ermon 2021): the Euler step of the probability-flow ODE dx/dsigma = (x - x0) / sigma. Order 1.

    x' = x0 + (sigma' / sigma) (x - x0)
    """
    for sigma, after in steps(sigmas, progress):
        x0 = denoise(x, sigma)
        x = x0 + after / sigma * (x - x0)
    return x
