"""The drawings of a style as pictures to learn from, rendered once and kept in the user's cache."""

from pathlib import Path

import cv2
import numpy as np
import torch
from platformdirs import user_cache_path

from ... import vocabulary
from ...vocabulary import _styles

SIDE = 80


def names() -> list[str]:
    """Subjects in the order of the network's outputs."""
    return [s.name for s in vocabulary.subjects()]


def drawing_bank(style: str) -> tuple[torch.Tensor, torch.Tensor]:
    """(pictures uint8 (n, 4, SIDE, SIDE), premultiplied; which subject each shows, int64 (n,))."""
    kept = Path(user_cache_path("illusionprint", appauthor=False)) / f"judge-{style}-{SIDE}.npz"
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        pictures, which = _rendered(style)
        np.savez_compressed(kept, pictures=pictures, which=which)
    found = np.load(kept)
    return torch.from_numpy(found["pictures"]), torch.from_numpy(found["which"])


def _rendered(style: str) -> tuple[np.ndarray, np.ndarray]:
    loaded, pictures, which = _styles.load_style(style), [], []
    for n, subject in enumerate(vocabulary.subjects()):
        drawing = _styles.drawing(loaded, style, subject, "")
        if drawing:
            rgba = cv2.resize(drawing.rgba((2 * SIDE, 2 * SIDE)), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
            pictures.append(np.rint(255 * np.clip(rgba, 0, 1)).astype(np.uint8).transpose(2, 0, 1))
            which.append(n)
    return np.stack(pictures), np.array(which)
