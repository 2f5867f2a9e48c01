"""What the samplers share."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import torch

Denoise = Callable[[torch.Tensor, float], torch.Tensor]
Progress = Callable[[int, int], None] | None


def steps(sigmas: Sequence[float], progress: Progress) -> Iterator[tuple[float, float]]:
    """Pairs (sigma, next sigma); tells the progress after each."""
    for done, pair in enumerate(pairwise(sigmas), 1):
        yield pair
        if progress:
            progress(done, len(sigmas) - 1)


def noise_like(x: torch.Tensor, generator: torch.Generator | None) -> torch.Tensor:
    """White noise drawn where the generator lives, so that a seed means the same on every device."""
    where = generator.device if generator else x.device
    return torch.randn(x.shape, generator=generator, device=where).to(x)
