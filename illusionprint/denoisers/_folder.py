"""Folders in the format of diffusers: found on the disk or fetched from the hub, checked, opened. All that can go wrong is one message."""

import hashlib
import json
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from ..errors import Missing, UnknownName
from ._base import Denoiser

INDEX = "model_index.json"


def find_model(model: str, others: Sequence[str]) -> tuple[Path, str]:
    """Find (a model's folder or hub snapshot, its pipeline class); of a hub name only the index is fetched. Raises Missing, UnknownName."""
    path = Path(model)
    if not path.is_dir():
        if path.is_absolute() or model.startswith((".", "~")):
            raise Missing(f"there is no folder '{model}'.")
        if not re.fullmatch(r"[\w.-]+/[\w.-]+", model):
            raise UnknownModel("model", model, others)
        path = Path(_fetch_index(model)).parent
    if not (path / INDEX).is_file():
        raise Missing(f"'{model}' is no folder of a diffusers model: it has no {INDEX}.")
    return path, read_index(path)["_class_name"]


class UnknownModel(UnknownName):
    """As UnknownName, and says what else a model may be."""

    def __str__(self) -> str:
        return f"{super().__str__()} Or give a folder that holds a {INDEX}, or a hub name such as owner/name."


def read_index(path: Path) -> dict[str, Any]:
    """Content of model_index.json. Raises Missing when it is none."""
    index = read_json(path / INDEX)
    if "_class_name" not in index:
        raise Missing(f"{path / INDEX} names no pipeline class, so it is no index of a diffusers model.")
    return {**index, "_class_name": str(index["_class_name"])}


def read_json(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Missing(f"{file} cannot be read: {error}.") from error
    if not isinstance(content, dict):
        raise Missing(f"{file} cannot be read: it holds no table.")
    return content


def _fetch_index(model: str) -> str:
    from huggingface_hub import hf_hub_download

    with hub_errors(model):
        return hf_hub_download(model, INDEX, local_files_only=not _reachable())


def _reachable() -> bool:
    """Whether the hub answers at all: asked once and briefly, where the hub's own client would try for half a minute."""
    from huggingface_hub import constants

    hub = urlsplit(constants.ENDPOINT)
    if constants.HF_HUB_OFFLINE or getproxies():
        return True  # the client knows better
    try:
        socket.create_connection((hub.hostname, hub.port or 443), timeout=5).close()
    except OSError:
        return False
    return True


def complete_folder(model: str, path: Path, kind: type[Denoiser], half: bool) -> Path:
    """The folder with all weights that the denoiser opens, fetched when `model` is a hub name. Raises Missing."""
    if not Path(model).is_dir():
        path = _fetch(model, kind, "fp16" if half else None)
    for part in kind.parts:
        if not any(_weights(path / part)):
            raise Missing(f"'{model}' has no weights in {part}/ (*.safetensors or *.bin). {_todo(model)}")
    return path


def _fetch(model: str, kind: type[Denoiser], variant: str | None) -> Path:
    from diffusers import DiffusionPipeline

    with hub_errors(model):
        local = {} if _reachable() else {"local_files_only": True}
        try:
            return Path(DiffusionPipeline.download(model, variant=variant, **local, **dict.fromkeys(kind.unused)))
        except ValueError:  # the model comes without half-precision files
            if variant is None:
                raise
            return Path(DiffusionPipeline.download(model, **local, **dict.fromkeys(kind.unused)))


def open_parts(path: Path, kind: type[Denoiser], dtype: Any, without: Sequence[str]) -> Any:
    """The pipeline with some of its parts left closed, so that text encoder and network are never in memory together. Raises Missing."""
    import diffusers

    if not hasattr(diffusers, kind.pipeline):
        raise Missing(f'diffusers {diffusers.__version__} has no {kind.pipeline}; a newer one has: pip install -U "illusionprint[diffusion]"')
    variant = _variant(path, str(dtype) != "torch.float32")
    closed = dict.fromkeys((*kind.unused, *without))
    with hub_errors(str(path)), _quiet():
        return getattr(diffusers, kind.pipeline).from_pretrained(path, dtype=dtype, variant=variant, local_files_only=True, **closed)


@contextmanager
def _quiet() -> Iterator[None]:
    """No bars and no warnings of both libraries while a folder is opened: the caller has a progress of its own."""
    from diffusers.utils import logging as first
    from transformers.utils import logging as second

    loud = [(log, log.get_verbosity(), log.is_progress_bar_enabled()) for log in (first, second)]
    try:
        for log, _, _ in loud:
            log.set_verbosity_error()
            log.disable_progress_bar()
        yield
    finally:
        for log, level, bar in loud:
            log.set_verbosity(level)
            (log.enable_progress_bar if bar else log.disable_progress_bar)()


def _weights(part: Path) -> Iterator[Path]:
    return (f for f in part.glob("*") if f.suffix in (".safetensors", ".bin"))


def _variant(path: Path, half: bool) -> str | None:
    """fp16 files are taken for half precision, or when there are no others."""
    files = [f.name for part in path.iterdir() if part.is_dir() for f in _weights(part)]
    small = [".fp16." in name or ".fp16-" in name for name in files]
    return "fp16" if any(small) and (half or all(small)) else None


def config_hash(path: Path) -> str:
    """sha256 over the index and every part's JSON files, with their names; weights are not read."""
    digest = hashlib.sha256()
    for file in sorted([*path.glob("*.json"), *path.glob("*/*.json")]):
        digest.update(file.relative_to(path).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


@contextmanager
def hub_errors(model: str) -> Iterator[None]:
    """Whatever the hub or the disk says becomes one Missing that says what to do."""
    from huggingface_hub.errors import EntryNotFoundError

    try:
        yield
    except (OSError, ValueError, EntryNotFoundError) as error:
        raise Missing(f"the model '{model}' cannot be had: {_why(error)}. {_todo(model)}") from error


def _why(error: BaseException) -> str:
    from huggingface_hub import errors

    chain = [error]
    while deeper := chain[-1].__cause__ or chain[-1].__context__:
        chain.append(deeper)
    for kind, why in (
        (errors.GatedRepoError, "its licence is not accepted yet for your account, or you are not logged in"),
        (errors.RepositoryNotFoundError, "the hub knows no such model, or it is private and you are not logged in"),
        (errors.OfflineModeIsEnabled, "it is not on this machine, and the hub is switched off (HF_HUB_OFFLINE)"),
        (errors.LocalEntryNotFoundError, "it is not on this machine, and the hub cannot be reached"),
        (errors.EntryNotFoundError, f"it has no {INDEX}, so it is no diffusers model"),
    ):
        if any(isinstance(e, kind) for e in chain):
            return why
    return str(error).strip().split("\n")[0][:300].rstrip(".")


def _todo(model: str) -> str:
    if Path(model).is_dir():
        return "Fetch the folder again, or give a whole one."
    return "Accept its licence on the model's page, log in with `hf auth login`, be online and run again; or give a local folder of it."
