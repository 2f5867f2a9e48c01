"""Denoisers: (x_t, sigma, cond) -> x0, one model family a file. Needs the extra `diffusion`.

A file either works by itself (`patches`) or states the diffusers pipeline class whose folders it reads; `load` looks at the
model's model_index.json and needs no other list.
"""

from typing import Any

from .. import plugins
from ..errors import UnknownName
from ._base import DEVICES, Cond, Defaults, Denoiser, pick_device, require

__all__ = ["DEVICES", "Cond", "Defaults", "Denoiser", "load", "models", "require", "pick_device", "supported"]


def models() -> list[str]:
    """Names that need no weights. Raises Missing without torch."""
    return [name for name, kind in _kinds().items() if not kind.pipeline]


def supported() -> list[str]:
    """Pipeline classes whose folders and hub names `load` takes. Raises Missing without torch."""
    return sorted(kind.pipeline for kind in _kinds().values() if kind.pipeline)


def load(model: str, device: str = "auto") -> Denoiser:
    """Load a denoiser by its file's name, or of a diffusers model (a folder, or a hub name "owner/name").
    Raises Missing (the message says what to do), UnknownName (model, pipeline class or device), BadValue (a device that is not there).
    """
    kinds, where = _kinds(), pick_device(device)
    if model in kinds and not kinds[model].pipeline:
        return kinds[model](where)
    require("diffusers")
    require("transformers")
    from . import _folder

    path, pipeline = _folder.find_model(model, models())
    kind = {k.pipeline: k for k in kinds.values() if k.pipeline}.get(pipeline)
    if kind is None:
        raise UnknownName("diffusers pipeline class", pipeline, supported())
    return kind(_folder.complete_folder(model, path, kind, where.type != "cpu"), where)


def _kinds() -> dict[str, type[Any]]:
    require("torch")
    return {name: plugins.load("denoisers", name) for name in plugins.names("denoisers")}
