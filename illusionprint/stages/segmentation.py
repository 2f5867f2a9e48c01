"""Subjects of prompts: drawings of words, pictures of the user's own, and which photographs are cut out of their ground (segmentation)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .. import vocabulary
from ..errors import BadValue


@dataclass(frozen=True, eq=False)
class Subjects:
    """found: of each prompt drawings (one a style), or the user's picture alone. shown: "subject-K.png", what was cut out, uint8 (h, w, 3).

    told: what anagram.json says of each photograph.
    """

    found: list[list[Any]]
    shown: dict[str, np.ndarray] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)

    @property
    def facts(self) -> dict[str, Any]:
        return {"subjects": self.told} if self.told else {}

    @property
    def are_photographs(self) -> bool:
        """Whether a photograph among them is taken whole, so that they are fitted and not cast."""
        return any(some[0].is_photo for some in self.found)

    @property
    def mirrored(self) -> Subjects:
        """As seen from behind."""
        return Subjects([[d.mirrored() for d in drawings] for drawings in self.found], self.shown, self.told)


def find(prompts: tuple[str, ...], styles: tuple[str, ...], licence: str) -> list[list[Any]]:
    """Drawings of each prompt (one a style), or the user's picture alone. Raises what the vocabulary raises, also for a licence that was not agreed to."""
    found = {p: vocabulary.find(p, styles) for p in prompts if not vocabulary.is_picture(p)}
    vocabulary.check_licences(tuple(d.style for some in found.values() for d in some), licence)  # words may have named a style
    return [found[p] if p in found else [vocabulary.load_picture(p)] for p in prompts]


def segmented(found: list[list[Any]], way: str, all_whole: bool) -> Subjects:
    """Subjects with photographs cut out: way "cut" cuts every one, "whole" none; "auto" none that does not stand out from its ground, nor, with all_whole, where all are photographs.

    Raises BadValue with "cut" when nothing stands out.
    """
    at = [k for k, drawings in enumerate(found) if drawings[0].is_photo]
    if way == "whole" or way == "auto" and all_whole and len(at) == len(found):
        return Subjects(found, told=[_told(k, found[k][0], "whole") for k in at])
    try:
        cut = {k: vocabulary.extract_subject(found[k][0]) for k in at}
    except BadValue as error:
        if way == "cut":
            raise BadValue(f"{error} `--subject whole` takes photographs as they are.") from None
        return Subjects(found, told=[_told(k, found[k][0], "whole", why="nothing in one of the photographs stands out clearly from its ground") for k in at])
    pictures = {f"subject-{k + 1}.png": vocabulary.segmentation_preview(found[k][0], c) for k, c in cut.items()}
    told = [_told(k, c, "cut", share=round(float(c.pixels[..., 3].mean()), 3), file=f"subject-{k + 1}.png") for k, c in cut.items()]
    return Subjects([[vocabulary.crop_to_subject(cut[k])] if k in cut else drawings for k, drawings in enumerate(found)], pictures, told)


def _told(k: int, subject: Any, way: str, **more: Any) -> dict[str, Any]:
    return {"picture": k + 1, "subject": subject.subject, "taken": way, **more}
