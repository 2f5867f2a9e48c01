"""Hybrid images: one print for two distances, with the guide that says where to stand."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from .. import __version__, plugins
from ..anagram import Anagram
from ..errors import BadValue
from ..spec import PuzzleSpec
from ..units import distance_m, fmt_mm, size_mm
from ..vocabulary import check_licences
from .drawn import Progress, credits, rgb, subjects
from .make import measured, pictures, printed, prove, raster
from .result import Result, name_of, whole

PREVIEW_PX = 900


def hybrid(spec: PuzzleSpec, out: Path, progress: Progress = None) -> Result:
    """out/<name>/<seed>/ with anagram.png, seen-1 (far) and seen-2 (near), print.pdf, guide.pdf, cut.svg and the proof.

    spec.near, spec.far: distances. Raises BadValue when they are not near < far.
    """
    tell = progress or (lambda done, total, stage: None)
    if len(spec.prompts) != 2 or spec.grid or spec.model:
        raise BadValue(f"a hybrid is made of two pictures, without a grid or a model; {', '.join(map(repr, spec.prompts))} came"
                       f"{spec.grid and ', grid ' + spec.grid}{spec.model and ', model ' + spec.model}.")
    spec = spec.replace(size=spec.size or "A4", near=spec.near or "0.4m", far=spec.far or "3m")
    near_m, far_m = distance_m(spec.near), distance_m(spec.far)
    if not near_m < far_m:
        raise BadValue(f"--near must be less than --far; {near_m:g} m and {far_m:g} m came.")
    measured(spec, None)
    check_licences(spec.styles, spec.licence)
    target = Path(out) / name_of(spec) / str(spec.seed)
    with whole(target) as folder:
        tell(0, 3, "filtering")
        anagram, made = _picture(spec, near_m, far_m)
        tell(1, 3, "layout")
        _write(folder, spec, anagram, made, near_m, far_m)
        errors = prove(folder, progress)
    return Result(target, errors)


def _picture(spec: PuzzleSpec, near_m: float, far_m: float) -> tuple[Anagram, Any]:
    from .. import viewing
    size_px, px_per_mm = raster(spec, None)
    found = [s[0] for s in subjects(spec)]
    far, near = (np.moveaxis(rgb(s, size_px), -1, 0) for s in found)
    width = size_mm(spec.size)[0]
    made = viewing.hybrid(far, near, width_mm=width, near_m=near_m, far_m=far_m)
    page = _bytes(made.pixels)
    facts = {"illusionprint": __version__, "kind": "hybrid", "prompts": list(spec.prompts), "views": ["far", "near"], "seed": spec.seed, "way": "hybrid",
             "cutoffs_cycles_per_width": {k: round(v, 2) for k, v in made.cutoffs.items()},
             "predicted_m": {k: v and round(v, 2) for k, v in (("near", made.near_m), ("middle", made.mid_m), ("far", made.far_m))},
             "conditions": made.conditions, "notes": list(made.notes), "credits": credits(found)}
    return Anagram(page, (page, page), px_per_mm, (), facts), made


def _write(folder: Path, spec: PuzzleSpec, anagram: Anagram, made: Any, near_m: float, far_m: float) -> None:
    from .. import layout, viewing
    width = anagram.size_mm[0]
    near, far = (_bytes(viewing.as_seen(made.pixels, d, width, PREVIEW_PX)) for d in (near_m, far_m))
    pictures(folder, spec, anagram, None)
    title, _ = printed(folder, spec, anagram, None)
    cutoffs = {f"{k} cut-off, cycles per width": v for k, v in made.cutoffs.items() if k in ("low", "high")}
    cutoffs |= {f"predicted {n}, m": v for n, v in (("near", made.near_m), ("middle", made.mid_m), ("far", made.far_m)) if v}
    guide = layout.viewing_guide_sheet(near, far, _small(anagram.pixels), near_m=near_m, far_m=far_m, size_mm=anagram.size_mm, cutoffs=cutoffs,
                                       title=title, notes=[*made.notes, f"The print is {fmt_mm(width)} wide; at another size all distances scale with it."])
    (folder / "guide.pdf").write_bytes(plugins.load("export", "pdf")([guide], title=title))


def _bytes(picture: np.ndarray) -> np.ndarray:
    """uint8 (h, w, 3) of float c h w."""
    return np.ascontiguousarray(np.rint(np.clip(np.moveaxis(picture, 0, -1), 0, 1) * 255).astype(np.uint8))


def _small(pixels: np.ndarray) -> np.ndarray:
    import cv2
    k = PREVIEW_PX / max(pixels.shape[:2])
    return cv2.resize(pixels, None, fx=k, fy=k, interpolation=cv2.INTER_AREA) if k < 1 else pixels
