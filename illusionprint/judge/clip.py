"""CLIP as judge, where its weights are at hand: a folder in the format of transformers, or a hub name (extra `diffusion`)."""

from pathlib import Path
from typing import Any

import numpy as np

from ..errors import Missing
from ._scores import JudgeTarget

DEFAULT = "openai/clip-vit-base-patch32"


class Clip:
    """CLIP (Radford et al. 2021): similarity is the cosine of the embeddings of picture and words ("a picture of ..."), or of the target without a word.
    Raises Missing without transformers or weights.
    """

    def __init__(self, weights: str = DEFAULT):
        try:
            import torch
            from transformers import CLIPModel, CLIPProcessor
        except ImportError:
            raise Missing("CLIP needs torch and transformers: pip install 'illusionprint[diffusion]'.") from None
        try:
            self._model = CLIPModel.from_pretrained(weights).eval()
            self._processor = CLIPProcessor.from_pretrained(weights)
        except (OSError, ValueError) as error:
            raise Missing(f"no CLIP weights at '{weights}' ({str(error).splitlines()[0]}); give a folder, or a hub name that can be reached.") from None
        self._torch, self.tau = torch, 1 / float(self._model.logit_scale.detach().exp())

    def similarity(self, pictures: list[np.ndarray], wanted: list[JudgeTarget]) -> np.ndarray:
        """S (n, m) of cosines, -1 to 1."""
        return self._pictures(pictures) @ np.concatenate([self._asked(w) for w in wanted]).T

    def facts(self, pictures: list[np.ndarray], wanted: list[JudgeTarget]) -> list[dict[str, Any]]:
        """The cosine of each picture with its own prompt."""
        s = self.similarity(pictures, wanted)
        return [{"prompt": w.prompt, "cosine": round(float(s[k, k]), 4)} for k, w in enumerate(wanted)]

    def _asked(self, w: JudgeTarget) -> np.ndarray:
        if w.target is not None and Path(w.prompt).suffix and not w.subject:
            return self._pictures([w.target])
        words = self._processor(text=[f"a picture of {w.subject or w.prompt}"], return_tensors="pt", padding=True, truncation=True)
        with self._torch.no_grad():
            return self._unit(self._model.get_text_features(**words))

    def _pictures(self, pictures: list[np.ndarray]) -> np.ndarray:
        pixels = [np.rint(255 * p).astype(np.uint8) for p in pictures]
        with self._torch.no_grad():
            return self._unit(self._model.get_image_features(**self._processor(images=pixels, return_tensors="pt")))

    def _unit(self, x: Any) -> np.ndarray:
        x = getattr(x, "pooler_output", x).float().numpy()
        return x / np.linalg.norm(x, axis=1, keepdims=True)
