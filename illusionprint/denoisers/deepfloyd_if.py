"""DeepFloyd IF stage I: 64 px, pixel space. Its licence is for research only: nothing sold may be made with it."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch

from . import _folder
from ._base import Cond, Defaults, Denoiser


class DeepfloydIf(Denoiser):
    """A network that predicts eps, trained at z = (x0 + sigma eps) / sqrt(1 + sigma^2), i.e. at alpha-bar = 1 / (1 + sigma^2):

        x0 = x_t - sigma * eps(x_t / sqrt(1 + sigma^2), t(sigma))

    t is fractional: the scheduler's table of alpha-bar gives log sigma at every integer timestep, and t is interpolated linearly in it.
    The network's learned variance (channels 4 to 6) is dropped here, so neither views nor samplers ever see it.
    """

    pipeline = "IFPipeline"
    parts = ("text_encoder", "unet")
    unused = ("safety_checker", "feature_extractor", "watermarker")
    multiple_px = 8
    defaults = Defaults(30, 10.0, "ancestral")
    max_sigma = 200.0  # above it x0 = x - sigma eps is lost in half precision, and nothing is to be seen there

    def __init__(self, folder: Path, device: torch.device):
        self.folder, self.device = Path(folder), device
        self.dtype = torch.float32 if device.type == "cpu" else torch.float16
        self.size_px = (_folder.read_json(self.folder / "unet" / "config.json")["sample_size"],) * 2

    @cached_property
    def _net(self) -> Any:
        return _folder.open_parts(self.folder, type(self), self.dtype, ("text_encoder", "tokenizer")).unet.to(self.device).eval()

    @cached_property
    def _scheduler(self) -> Any:
        from diffusers import DDPMScheduler

        return DDPMScheduler.from_pretrained(self.folder, subfolder="scheduler", local_files_only=True)

    @cached_property
    def _log_sigma(self) -> np.ndarray:
        """log sigma at the integer timesteps: sigma^2 = 1 / alpha-bar - 1."""
        alphas = self._scheduler.alphas_cumprod.double().numpy()
        return np.log(1 / alphas - 1) / 2

    def timestep(self, sigma: float) -> float:
        return float(np.interp(np.log(sigma), self._log_sigma, np.arange(len(self._log_sigma))))

    def sigmas(self, steps: int) -> list[float]:
        """Uniform in the timestep, from the one of `max_sigma` down to 0, as the model's own presets do."""
        first = self.timestep(self.max_sigma)
        times = np.linspace(first, 0, steps)
        return [*np.exp(np.interp(times, np.arange(len(self._log_sigma)), self._log_sigma)).tolist(), 0.0]

    @torch.no_grad()
    def encode(self, prompts: Sequence[str]) -> Cond:
        """One (1, 77, d) T5 embedding a prompt. The encoder is opened for this call and freed after it."""
        pipe = _folder.open_parts(self.folder, type(self), self.dtype, ("unet",))
        pipe.text_encoder.to(self.device)
        rows, _ = pipe.encode_prompt(list(prompts), do_classifier_free_guidance=False, device=self.device)
        return list(rows.split(1))

    @torch.no_grad()
    def __call__(self, x_t: torch.Tensor, sigma: float, cond: Cond) -> torch.Tensor:
        z = (x_t / (1 + sigma**2) ** 0.5).to(self.dtype)
        time = torch.full((len(z),), self.timestep(sigma), device=z.device)
        eps = self._net(z, time, encoder_hidden_states=torch.cat(list(cond)), return_dict=False)[0][:, : x_t.shape[1]]
        return x_t - sigma * eps.to(x_t.dtype)

    def threshold(self, x0: torch.Tensor) -> torch.Tensor:
        """Dynamic thresholding (Saharia et al. 2022), with the figures of the model's scheduler: s = the `ratio` quantile of |x0| of a
        picture, at least 1, at most `max`;

            x0' = clip(x0, -s, s) / s
        """
        config = self._scheduler.config
        if not config.thresholding:
            return x0.clamp(-1, 1) if config.clip_sample else x0
        s = x0.flatten(1).abs().quantile(config.dynamic_thresholding_ratio, 1).clamp(1, config.sample_max_value).view(-1, 1, 1, 1)
        return x0.clamp(-s, s) / s

    def facts(self) -> dict[str, Any]:
        licence = "DeepFloyd IF licence: research only, nothing made with it may be sold"
        return {"pipeline": self.pipeline, "licence": licence, "config_sha256": _folder.config_hash(self.folder)}
