from collections.abc import Sequence
from math import log

import torch

from ._steps import Denoise, Progress, steps


def dpmpp_2m(denoise: Denoise, x: torch.Tensor, sigmas: Sequence[float], generator: torch.Generator | None = None, progress: Progress = None) -> torch.Tensor:
    """DPM-Solver++(2M) (Lu et al. 2022, algorithm 2), h = log(sigma / sigma'), _ marks the step before. Order 2, one call a step.

        D = x0 + (h / (2 h_)) (x0 - x0_),   x' = (sigma' / sigma) x + (1 - sigma' / sigma) D

    D = x0 in the first step and in the one to sigma' = 0.
    """
    before = None
    for sigma, after in steps(sigmas, progress):
        x0 = mean = denoise(x, sigma)
        if before and after:
            mean = x0 + log(sigma / after) / (2 * log(before[0] / sigma)) * (x0 - before[1])
        x = after / sigma * x + (1 - after / sigma) * mean
        before = sigma, x0
    return x
