"""What is printed before it has its finish: the picture, what should be seen, the views, the board, and where it comes from."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..blend import finishes, photos
from ..blend.raster import render, render_targets, vector_regions
from ..blend.vector import TRAP_MM, Regions, Unsupported, svg
from ..casting import Casting, Part
from ..jigsaw import Arrangement
from ..views import View

Size = tuple[float, float]


@dataclass(frozen=True)
class Artwork:
    """picture, targets: what is printed and what should be seen, (h, w, 3), uint8 or float32 in [0, 1]; views: of the pictures after the first.

    picture: None where the finish makes its own of the regions. segmented: pictures of what was cut out of photographs, by file name.
    """

    picture: np.ndarray | None
    targets: tuple[np.ndarray, ...]
    views: tuple[View, ...]
    arrangement: Arrangement | None
    facts: dict[str, Any]
    credits: list[str]
    casting: Casting | None = None
    regions: Regions | Unsupported | None = None
    segmented: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def pixels(self) -> np.ndarray:
        """The picture, which is there unless a finish makes its own."""
        assert self.picture is not None
        return self.picture

    @property
    def arranged(self) -> Arrangement:
        """The arrangement of a jigsaw's artwork."""
        assert self.arrangement is not None
        return self.arrangement

    @property
    def size_px(self) -> tuple[int, int]:
        """(height, width) of what is printed."""
        return (self.targets[0] if self.picture is None else self.picture).shape[:2]


def of_casting(casting: Casting, views: tuple[View, ...], size_px: tuple[int, int], size_mm: Size, finish: str) -> Artwork:
    """The pictures of a casting under its views."""
    found, picture = vector_regions(casting, views, size_mm), None
    if isinstance(found, Regions) and hasattr(finishes.load(finish), "outlined"):
        shown = tuple(render_targets(casting, views, size_px, size_mm))
    else:
        picture, *others = render(casting, views, size_px, size_mm, found)
        shown = tuple(others)
    used = [p.drawing for p in casting.parts]
    return Artwork(picture, shown, views, casting.arrangement, {"way": "drawn", "casting": casting.facts()}, credits(used), casting, found)


def vectors(art: Artwork, title: str) -> tuple[bytes | None, dict[str, Any]]:
    """(SVG of a picture of drawings, what anagram.json tells of it); no SVG, and why, where something in it is no flat outline."""
    found = art.regions
    if found is None:
        return None, {}
    if isinstance(found, Unsupported):
        return None, {"vectors": {"left_out": str(found)}}
    return svg(found, title), {"vectors": {"regions": len(found.areas), "colours": len(np.unique(found.colours, axis=0)), "trap_mm": TRAP_MM}}


def rgb(subject: Any, size_px: tuple[int, int], crop: photos.Crop | None = None) -> np.ndarray:
    """A photograph cropped to a size, or a drawing on white; float32 (h, w, 3) in [0, 1]."""
    return photos.cropped(subject.rgb, size_px, crop or photos.Crop()) if subject.is_photo else Part(subject).rgb(size_px)


def credits(used: Iterable[Any]) -> list[str]:
    """Credit lines of drawings, each once."""
    return list(dict.fromkeys(d.credit for d in used if d.credit))
