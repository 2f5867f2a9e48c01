"""What a searched crop must not cut off a photograph: faces, what its owner keeps whole, what stands out from its ground, and what is salient.

    share(c) >= least share(b)   for each of these maps,

share of the map within the crop c, b the crop without zoom that shows most of them. A crop that is not held so is drawn towards b.
Faces are found by local binary patterns (Liao et al., Learning multi-scale block local binary patterns for face recognition, 2007), with the
cascade that scikit-image ships: frontal ones, not all.
"""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from .. import vocabulary
from ..blend import photos
from ..blend.gradient_domain import MAX_SALIENCY
from ..blend.multiband import FLAT_SALIENCY, saliency
from ..errors import BadValue
from .masks import softly

SIDE_PX, FACE_PX = 160, 400  # longer side of the maps, and of what is looked at for faces
CUT_PX = (160, 320)  # and for a subject: a small copy is quicker and often clearer
LEAST = (0.995, 0.98, 0.8)  # of heads, of a subject that stands out, of salience
HEAD = (0.55, 0.3, 0.25)  # of a face's side, that hair, ears and chin take above, beside and below
AGREE, SMALLEST = 6, 1 / 10  # looks of the cascade that find a face at one place; least side of one, of the shorter side
FACE = MAX_SALIENCY / photos.WHOLE_WEIGHT  # of what is kept whole: an error in a face counts up to twice
STEPS = np.linspace(0, 1, 9)  # on the way to the crop that shows most
PLACES = np.linspace(-1, 1, 41)


@dataclass(frozen=True, eq=False)
class Attention:
    """Maps of a photograph, float32 (h, w), its longer side SIDE_PX at most: heads, subject, salience. One of nothing is always shown."""

    maps: tuple[np.ndarray, np.ndarray, np.ndarray]

    def shown(self, crop: photos.Crop, size_px: tuple[int, int]) -> np.ndarray:
        """The share (3,) of each map within a crop for a size (h, w)."""
        return np.array([_within(x, crop, size_px) for x in self.maps])

    @functools.lru_cache(maxsize=8)
    def most(self, crop: photos.Crop, size_px: tuple[int, int]) -> photos.Crop:
        """The crop without zoom, mirrored and turned as this one, that shows most: of heads first, then of the others, then of the middle."""

        def worth(c: photos.Crop) -> tuple[float, ...]:
            heads, *others = self.shown(c, size_px)
            return round(heads, 3), round(sum(others), 2), -abs(c.x) - abs(c.y)

        places = [round(float(at), 3) for at in PLACES]
        return max((replace(crop, zoom=1.0, x=x, y=y) for x, y in [*((at, 0.0) for at in places), *((0.0, at) for at in places)]), key=worth)

    def held(self, crop: photos.Crop, size_px: tuple[int, int]) -> photos.Crop:
        """This crop, or the nearest to it on the way to the one that shows most that cuts off no more than it may."""
        best = self.most(replace(crop, zoom=1.0, x=0.0, y=0.0), size_px)
        wanted = LEAST * self.shown(best, size_px)
        for t in STEPS:
            zoom, x, y = (round(float((1 - t) * p + t * q), 3) for p, q in ((crop.zoom, best.zoom), (crop.x, best.x), (crop.y, best.y)))
            found = replace(crop, zoom=zoom, x=x, y=y)
            if (self.shown(found, size_px) >= wanted).all():
                return found
        return best


def faces_shown(photo: Any, crop: photos.Crop, size_px: tuple[int, int]) -> dict[str, float]:
    """{"faces": share of the heads that a crop shows}, of a photograph in which a face is found."""
    found = faces(photo)
    return {"faces": round(_within(found, crop, size_px), 3)} if found.any() else {}


def _within(x: np.ndarray, crop: photos.Crop, size_px: tuple[int, int]) -> float:
    whole, x = float(x.sum()), photos.turned_and_mirrored(x, crop)
    return float(x[photos.window(x.shape, size_px, crop)].sum()) / whole if whole else 1.0


def of(photo: Any, whole: Sequence[np.ndarray] = ()) -> Attention:
    """What matters in a photograph; whole: masks float32 (h, w) of what its owner keeps whole."""
    rgb = _reduced(photo.rgb, SIDE_PX)
    heads = np.maximum.reduce([_resized(x, rgb.shape[:2]) for x in (faces(photo), *whole)])
    return Attention((heads, _resized(_subject(photo.rgb), rgb.shape[:2]), (saliency(rgb) - FLAT_SALIENCY) ** 2))


def _subject(rgb: np.ndarray) -> np.ndarray:
    """float32 (h, w): 1 on what stands out from its ground, in a small copy or, where it does not there, in a larger one; else 0."""
    for side in CUT_PX:
        try:
            return vocabulary.segment_subject(rgb, side)
        except BadValue:
            continue
    return np.zeros((1, 1), np.float32)


def seen_faces(subjects: Sequence[Any], sizes: Sequence[tuple[int, int]], crops: Sequence[photos.Crop]) -> Iterator[tuple[int, np.ndarray]]:
    """(number of the picture from 0, FACE on heads float32 (h, w) as the picture is cropped) of the photographs in which faces are found."""
    for k, (s, size, crop) in enumerate(zip(subjects, sizes, crops)):
        if s.is_photo and (found := faces(s)).any():
            yield k, FACE * softly(found, size, crop)


def faces(photo: Any) -> np.ndarray:
    """float32 (h, w): 1 on the heads of the faces that are found in a photograph, as ellipses."""
    out = np.zeros(photo.rgb.shape[:2], np.float32)
    k = max(1.0, max(out.shape) / FACE_PX)
    above, beside, below = HEAD
    for x, y, side in _found(photo):
        across, down = side * (1 + 2 * beside) / 2, side * (1 + above + below) / 2
        middle = x + side / 2, y + side * (1 + below - above) / 2
        cv2.ellipse(out, tuple(round(k * v) for v in middle), (round(k * across), round(k * down)), 0, 0, 360, 1.0, -1)
    return out


@functools.lru_cache(maxsize=4)
def _found(photo: Any) -> list[tuple[int, int, int]]:
    """(x, y, side) of faces at FACE_PX."""
    from skimage import data
    from skimage.feature import Cascade

    small = _reduced(photo.rgb, FACE_PX)
    least = max(24, round(SMALLEST * min(small.shape[:2])))
    if least > min(small.shape[:2]):
        return []
    seen = Cascade(data.lbp_frontal_face_cascade_filename()).detect_multi_scale(
        img=np.rint(255 * small).astype(np.uint8), scale_factor=1.15, step_ratio=1, min_size=(least, least), max_size=small.shape[:2], min_neighbor_number=AGREE
    )
    return [(f["c"], f["r"], f["width"]) for f in seen]


def _reduced(rgb: np.ndarray, side: int) -> np.ndarray:
    k = side / max(rgb.shape[:2])
    return cv2.resize(rgb, None, fx=k, fy=k, interpolation=cv2.INTER_AREA) if k < 1 else rgb


def _resized(x: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    return cv2.resize(np.ascontiguousarray(x), shape[::-1], interpolation=cv2.INTER_AREA)
