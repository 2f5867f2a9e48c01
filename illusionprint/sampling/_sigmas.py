"""Noise levels: `steps` falling sigmas, then 0."""

import numpy as np


def log_linear(steps: int, highest: float, lowest: float) -> list[float]:
    """sigma_i = exp(uniform from log(highest) to log(lowest)): uniform in the logit of t, where sigma = t / (1 - t)."""
    return [*np.geomspace(highest, lowest, steps).tolist(), 0.0]


def karras(steps: int, highest: float, lowest: float, rho: float = 7.0) -> list[float]:
    """sigma_i^(1/rho) uniform from highest to lowest (Karras et al. 2022, equation 5)."""
    return [*(np.linspace(highest ** (1 / rho), lowest ** (1 / rho), steps) ** rho).tolist(), 0.0]


SCHEDULES = {"karras": karras, "log_linear": log_linear}
