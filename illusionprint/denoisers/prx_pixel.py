"""PRXPixel: 1024 px, pixel space, rectified flow that predicts x0."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch

from . import _folder
from ._base import Cond, Defaults, Denoiser


class PrxPixel(Denoiser):
    """A network that predicts x0, trained on z = (1 - t) x0 + t n with noise n of standard deviation k (the model's noise_scale, 2):

    z / (1 - t) = x0 + sigma eps   with   sigma = k t / (1 - t),   so   t = sigma / (k + sigma),   x0 = net((1 - t) x_t, t)
    """

    pipeline = "PRXPixelPipeline"
    parts = ("text_encoder", "transformer")
    unused = ()
    defaults = Defaults(28, 5.0, "dpmpp_2m")
    first_time = 0.995  # t = 1 is sigma = infinity

    def __init__(self, folder: Path, device: torch.device):
        self.folder, self.device = Path(folder), device
        self.dtype = torch.float32 if device.type == "cpu" else torch.bfloat16
        index = _folder.read_index(self.folder)
        side = index.get("default_sample_size") or 1024
        self.multiple_px = _folder.read_json(self.folder / "transformer" / "config.json")["patch_size"]
        self.size_px, self.noise_std = (side, side), float(index.get("noise_scale") or 2)

    @cached_property
    def _net(self) -> Any:
        return _folder.open_parts(self.folder, type(self), self.dtype, ("text_encoder", "tokenizer")).transformer.to(self.device).eval()

    def sigmas(self, steps: int) -> list[float]:
        """Uniform in t, then shifted as the model's scheduler says, t' = s t / (1 + (s - 1) t): that is sigma' = s sigma."""
        config = _folder.read_json(self.folder / "scheduler" / "scheduler_config.json")
        time = np.linspace(self.first_time, 0, steps, endpoint=False)
        return [*(config.get("shift", 1.0) * self.noise_std * time / (1 - time)).tolist(), 0.0]

    @torch.no_grad()
    def encode(self, prompts: Sequence[str]) -> Cond:
        """One (hidden states, mask) a prompt, padded to the model's number of tokens; the encoder is opened for this call only.

        The pipeline's own cleaning repairs broken encodings with a further package; prompts are taken as they are instead.
        """
        pipe = _folder.open_parts(self.folder, type(self), self.dtype, ("transformer",))
        options = {"padding": "max_length", "max_length": pipe.config.prompt_max_tokens, "truncation": True, "return_attention_mask": True}
        tokens = pipe.tokenizer([p.strip() for p in prompts], return_tensors="pt", **options).to(self.device)
        mask = tokens["attention_mask"].bool()
        encoder = pipe.text_encoder.to(self.device).eval()
        rows = encoder(input_ids=tokens["input_ids"], attention_mask=mask, output_hidden_states=True)["last_hidden_state"]
        return list(zip(rows.split(1), mask.split(1)))

    @torch.no_grad()
    def __call__(self, x_t: torch.Tensor, sigma: float, cond: Cond) -> torch.Tensor:
        t = sigma / (self.noise_std + sigma)
        rows, masks = (torch.cat(part) for part in zip(*cond))
        time = torch.full((len(x_t),), t, device=x_t.device)
        return self._net(hidden_states=((1 - t) * x_t).to(self.dtype), timestep=time, encoder_hidden_states=rows, attention_mask=masks, return_dict=False)[
            0
        ].to(x_t.dtype)

    def facts(self) -> dict[str, Any]:
        return {"pipeline": self.pipeline, "config_sha256": _folder.config_hash(self.folder)}
