from collections.abc import Sequence

import torch

from ._steps import Denoise, Progress, steps


def heun(denoise: Denoise, x: torch.Tensor, sigmas: Sequence[float], generator: torch.Generator | None = None, progress: Progress = None) -> torch.Tensor:
    """Heun's method on the probability-flow ODE (Karras et al. 2022, algorithm 1 without churn). Order 2, two calls a step.

    d = (x - x0(x, sigma)) / sigma,   y = x + (sigma' - sigma) d
    x' = x + (sigma' - sigma) (d + (y - x0(y, sigma')) / sigma') / 2;   x' = y when sigma' = 0
    """
    for sigma, after in steps(sigmas, progress):
        slope = (x - denoise(x, sigma)) / sigma
        guess = x + (after - sigma) * slope
        if after:
            slope = (slope + (guess - denoise(guess, after)) / after) / 2
        x = x + (after - sigma) * slope
    return x
