"""Photographs as subjects: which are cut out of their ground, and what was taken."""
from __future__ import annotations

from typing import Any

import numpy as np

from .. import vocabulary
from ..errors import BadValue
from ..spec import PuzzleSpec

Found = list[list[Any]]


def taken(spec: PuzzleSpec, found: Found) -> tuple[Found, dict[str, np.ndarray], list[dict[str, Any]]]:
    """(found, {"subject-K.png": picture of what was taken}, what anagram.json tells of each photograph).

    spec.subject "cut" cuts every photograph out, "whole" none; "auto" leaves a jigsaw of photographs alone whole, and those that do not stand out
    from their ground. Raises BadValue with "cut" when nothing stands out.
    """
    at = [k for k, drawings in enumerate(found) if drawings[0].is_photo]
    if spec.subject == "whole" or spec.subject == "auto" and spec.kind == "jigsaw" and len(at) == len(found):
        return found, {}, [_told(k, found[k][0], "whole") for k in at]
    try:
        cut = {k: vocabulary.extract_subject(found[k][0]) for k in at}
    except BadValue as error:
        if spec.subject == "cut":
            raise BadValue(f"{error} `--subject whole` takes photographs as they are.") from None
        return found, {}, [_told(k, found[k][0], "whole", "nothing in one of the photographs stands out clearly from its ground") for k in at]
    pictures = {f"subject-{k + 1}.png": vocabulary.segmentation_preview(found[k][0], c) for k, c in cut.items()}
    told = [_told(k, c, "cut", share=round(float(c.pixels[..., 3].mean()), 3), file=f"subject-{k + 1}.png") for k, c in cut.items()]
    return [[vocabulary.crop_to_subject(cut[k])] if k in cut else drawings for k, drawings in enumerate(found)], pictures, told


def _told(k: int, subject: Any, way: str, why: str = "", **more: Any) -> dict[str, Any]:
    return {"picture": k + 1, "subject": subject.subject, "taken": way, **({"why": why} if why else {}), **more}
