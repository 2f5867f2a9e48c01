"""Exhibition posters of a result or of any picture."""
from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from .. import plugins, vocabulary
from ..anagram import Anagram
from ..errors import BadValue
from ..units import size_mm
from .result import whole_file


def poster(source: Path, size: str, title: str = "", credit: str = "", dpi: float = 300.0, out: Path | None = None) -> Path:
    """poster.pdf beside a result's files, or NAME-poster.pdf beside a picture. Raises BadValue when the source is neither."""
    from .. import layout
    source = Path(source)
    if not source.exists():
        raise BadValue(f"there is no result folder or picture '{source}'.")
    sheet_mm = size_mm(size)
    if source.is_dir():
        anagram = Anagram.load(source)
        words = " / ".join(Path(p).stem if vocabulary.is_picture(p) else p for p in anagram.facts.get("prompts", []))
        picture, second, target = anagram.pixels, _beside(anagram.seen[1:]), source / "poster.pdf"
        title, credit = title or words, credit or " · ".join(anagram.facts.get("credits", []))
        vectors = anagram.svg
        subtitle = str(anagram.facts.get("kind", "")).replace("_", " ")
    else:
        found = vocabulary.picture(str(source))
        if not found.is_photo:
            raise BadValue(f"'{source}' has no ground of its own; a poster needs a whole picture or a result folder.")
        picture, second, subtitle, vectors = np.rint(found.rgb * 255).astype(np.uint8), None, "", None
        target, title = source.with_name(f"{source.stem}-poster.pdf"), title or source.stem
    sheet = layout.poster_sheet(picture, sheet_mm, title=title, subtitle=subtitle, credit=credit, dpi=dpi, second=second, vectors=vectors)
    target = Path(out) if out else target
    with whole_file(target) as file:
        file.write_bytes(plugins.load("export", "pdf")([sheet], title=title))
    return target


def _beside(pictures: Sequence[np.ndarray]) -> np.ndarray | None:
    """Pictures uint8 (h, w, 3) side by side at the height of the first, on the poster's ground; None of none."""
    from ..layout.poster import GROUND
    if not pictures:
        return None
    h = pictures[0].shape[0]
    gap = np.full((h, h // 12, 3), list(bytes.fromhex(GROUND[1:])), np.uint8)
    out = [part for p in pictures for part in (gap, cv2.resize(p, (max(1, round(p.shape[1] * h / p.shape[0])), h), interpolation=cv2.INTER_AREA))]
    return pictures[0] if len(pictures) == 1 else np.concatenate(out[1:], 1)
