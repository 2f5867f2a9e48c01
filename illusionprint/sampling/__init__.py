"""Samplers: plain functions (denoise, x, sigmas, generator, progress) -> x, one a file, in sigma form x_t = x0 + sigma * eps.

`denoise(x, sigma)` gives x0; `sigmas` fall, mostly to 0; `generator` is used by samplers that add noise; `progress(done, total)` or None.
"""

from collections.abc import Callable

from .. import plugins
from ._sigmas import SCHEDULES, karras, log_linear

__all__ = ["SCHEDULES", "karras", "log_linear", "names", "sampler"]


def names() -> list[str]:
    return plugins.names("sampling")


def sampler(name: str) -> Callable:
    """A sampler by name. Raises UnknownName."""
    return plugins.load("sampling", name)
