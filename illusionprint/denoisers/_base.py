"""What every sampler and every way of combining pictures relies on."""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from ..errors import BadValue, Missing, UnknownName

if TYPE_CHECKING:
    import torch

Cond = Sequence[Any]  # one entry a row of the batch; only the denoiser that encoded them looks inside

DEVICES = ("auto", "cuda", "mps", "cpu")


@dataclass(frozen=True)
class Defaults:
    """What a model is usually sampled with. guidance 1 is none."""

    steps: int
    guidance: float
    sampler: str


class Denoiser(ABC):
    """The posterior mean E[x0 | x_t] for x_t = x0 + sigma * eps, eps ~ N(0, I); pictures b c h w in [-1, 1], float32.

    A row's answer does not depend on the other rows of its batch. Views and guidance are denoisers that hold a denoiser.
    """

    size_px: tuple[int, int]  # (h, w): what the model was made for; another may be set before anything is encoded
    multiple_px: int = 1  # of which h and w must be multiples
    device: torch.device | str = "cpu"
    defaults: Defaults = Defaults(40, 1.0, "ddim")
    #: `_class_name` in the model_index.json of the diffusers folders that a file reads; empty when it needs no folder
    pipeline: ClassVar[str] = ""
    parts: ClassVar[tuple[str, ...]] = ()  # sub-folders of such a folder that must hold weights
    unused: ClassVar[tuple[str, ...]] = ()  # components of the pipeline that are neither fetched nor opened

    @abstractmethod
    def encode(self, prompts: Sequence[Any]) -> Cond:
        """One condition a prompt; "" is the empty prompt of guidance."""

    @abstractmethod
    def __call__(self, x_t: torch.Tensor, sigma: float, cond: Cond) -> torch.Tensor:
        """x0, the shape of x_t; as many rows as conditions."""

    @abstractmethod
    def sigmas(self, steps: int) -> list[float]:
        """The noise levels that suit the model: `steps` falling ones, then 0."""

    def threshold(self, x0: torch.Tensor) -> torch.Tensor:
        """What the model's authors do to x0 at every step against over-saturation. Not part of `__call__`, because it is not
        linear: it is applied once a step, to the mean over all views.
        """
        return x0

    def facts(self) -> dict[str, Any]:
        """What tells this model from others, for anagram.json."""
        return {}


def pick_device(name: str = "auto") -> torch.device:
    """cuda, mps or cpu; "auto" is the first of them that is there. Raises UnknownName, and BadValue for one that is not there."""
    torch = require("torch")
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name not in DEVICES:
        raise UnknownName("device", name, DEVICES)
    if name == "auto":
        name = next(d for d in there if there[d])
    if not there[name]:
        have = ", ".join(d for d in there if there[d])
        raise BadValue(f"the device '{name}' was asked for, but torch sees none here; there is: {have}. Use --device auto.")
    return torch.device(name)


def require(module: str) -> Any:
    """An optional module. Raises Missing, which names the extra that brings it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise Missing(f'a diffusion model needs {module}, which cannot be imported ({error}): pip install "illusionprint[diffusion]"') from error
