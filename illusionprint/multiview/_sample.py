"""From prompts and views to one picture."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
import torch

from .. import denoisers, sampling
from ..denoisers import Denoiser
from ..errors import BadValue, RunFailed, UnknownName
from ..units import is_number
from ..views import View
from ._denoisers import AnagramDenoiser, GuidedDenoiser

Progress = Callable[[int, int, str], None] | None


def sample(
    model: str | Denoiser,
    prompts: Sequence[Any],
    views: Sequence[View],
    *,
    steps: int | None = None,
    guidance: float | None = None,
    seed: int = 0,
    device: str = "auto",
    sampler: str | None = None,
    schedule: str | None = None,
    start: np.ndarray | None = None,
    strength: float = 1.0,
    progress: Progress = None,
) -> tuple[np.ndarray, dict[str, Any]]:
    """Sample a picture float32 (c, h, w) in [0, 1] whose view k shows prompt k, and its facts for anagram.json; what is not given is the model's default.
    start: a picture (h, w, 3) in [0, 1] to begin with, noised by the share `strength` of the steps. The threshold is applied at each step to the mean over the
    views. With a jigsaw view the picture is cut to whole cells. progress(done, total, stage). Raises Missing, UnknownName, BadValue; RunFailed without memory.
    """
    begin = time.perf_counter()
    tell = progress or (lambda done, total, stage: None)
    _check(steps, guidance, schedule)
    tell(0, 1, "load")
    base = denoisers.load(model, device) if isinstance(model, str) else model
    base.size_px = _size(base, views)
    run = _settings(base, steps, guidance, sampler, schedule, seed) | ({} if start is None else {"strength": strength})
    solver = sampling.sampler(run["sampler"])
    try:
        x = _run(base, prompts, views, run, solver, tell, None if start is None else _framed(start, base.size_px, views))
    except torch.cuda.OutOfMemoryError as error:
        raise RunFailed(f"the memory of {base.device} is too small for this model; use a smaller one, or --device cpu.") from error
    pixels = _whole_cells(x[0].clamp(-1, 1), views) / 2 + 0.5
    name = model if isinstance(model, str) else type(model).__name__
    facts = {"model": name, **base.facts(), **run, "device": str(base.device), "versions": _versions()}
    return pixels.float().cpu().numpy(), {**facts, "seconds": round(time.perf_counter() - begin, 2)}


def _check(steps: int | None, guidance: float | None, schedule: str | None) -> None:
    if steps is not None and not (isinstance(steps, int) and 1 <= steps <= 1000):
        raise BadValue(f"--steps is a whole number from 1 to 1000; {steps} came.")
    if guidance is not None and not (is_number(guidance) and 0 <= guidance <= 100):
        raise BadValue(f"--guidance is a number from 0 to 100; {guidance} came.")
    if schedule is not None and schedule not in sampling.SCHEDULES:
        raise UnknownName("schedule", schedule, sampling.SCHEDULES)


def _settings(base: Denoiser, steps: int | None, guidance: float | None, sampler: str | None, schedule: str | None, seed: int) -> dict[str, Any]:
    usual = base.defaults
    steps, guidance = usual.steps if steps is None else steps, float(usual.guidance if guidance is None else guidance)
    return {"steps": steps, "guidance": guidance, "sampler": sampler or usual.sampler, "schedule": schedule or "model", "seed": seed}


@torch.no_grad()
def _run(
    base: Denoiser, prompts: Sequence[Any], views: Sequence[View], run: dict[str, Any], solver: Callable, tell: Callable, start: torch.Tensor | None
) -> torch.Tensor:
    """From noise, or as SDEdit (Meng et al. 2022) from x = start + sigma eps with a sigma on the way."""
    model = AnagramDenoiser(base if run["guidance"] == 1 else GuidedDenoiser(base, run["guidance"]), views)
    tell(0, 1, "encode")
    cond = model.encode(prompts)
    sigmas = model.sigmas(run["steps"])
    if run["schedule"] != "model":
        sigmas = sampling.SCHEDULES[run["schedule"]](run["steps"], sigmas[0], sigmas[-2])
    dice = torch.Generator().manual_seed(run["seed"])
    noise = torch.randn((1, 3, *model.size_px), generator=dice).to(model.device)
    sigmas = sigmas if start is None else sigmas[-1 - max(1, round(run["strength"] * run["steps"])) :]
    x = noise * sigmas[0] if start is None else start.to(model.device) + noise * sigmas[0]
    return solver(lambda x, sigma: model.threshold(model(x, sigma, cond)), x, sigmas, dice, lambda done, total: tell(done, total, "sample"))


def _size(base: Denoiser, views: Sequence[View]) -> tuple[int, int]:
    """The model's own size; for a board as many pixels in the board's shape, in whole cells where the model allows it."""
    boards = [view.arrangement.board for view in views if view.needs_board]
    if not boards:
        return base.size_px
    h, w = boards[0].size_px(1000)
    cell = max(1, round((base.size_px[0] * base.size_px[1] * 1e6 / (h * w)) ** 0.5))
    rows, columns = (max(1, round(n / base.multiple_px)) * base.multiple_px for n in boards[0].size_px(cell))
    return rows, columns


def _whole_cells(x: torch.Tensor, views: Sequence[View]) -> torch.Tensor:
    """The part of a picture (c, h, w) that a board of square cells covers."""
    for cut in (view.arrangement.board for view in views if view.needs_board and view.arrangement.board.on_grid):
        s = min(x.shape[-2] // cut.rows, x.shape[-1] // cut.cols)
        x = x[..., : cut.rows * s, : cut.cols * s]
    return x


def _framed(picture: np.ndarray, size_px: tuple[int, int], views: Sequence[View]) -> torch.Tensor:
    """(1, 3, h, w) in [-1, 1] of a picture (h, w, 3) in [0, 1]: it fills the board's cells, its edge goes on beyond them."""
    h, w = _whole_cells(torch.empty(1, *size_px), views).shape[1:]
    small = np.clip(cv2.resize(picture.astype(np.float32), (w, h), interpolation=cv2.INTER_AREA), 0, 1)
    padded = np.pad(small, ((0, size_px[0] - h), (0, size_px[1] - w), (0, 0)), mode="edge")
    return torch.from_numpy(np.ascontiguousarray(padded.transpose(2, 0, 1)))[None] * 2 - 1


def _versions() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    out = {}
    for name in ("torch", "diffusers", "transformers"):
        try:
            out[name] = version(name)
        except PackageNotFoundError:
            pass
    return out
