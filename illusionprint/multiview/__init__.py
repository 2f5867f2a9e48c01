"""Pictures with several views, sampled: the anagram is a denoiser that holds a denoiser. Needs the extra `diffusion`."""

from typing import Any

__all__ = ["AnagramDenoiser", "GuidedDenoiser", "sample"]


def __getattr__(name: str) -> Any:
    """torch is imported on first use. Raises Missing without it."""
    if name not in __all__:
        raise AttributeError(name)
    from ..denoisers import require

    require("torch")
    from . import _denoisers, _sample

    return _sample.sample if name == "sample" else getattr(_denoisers, name)
