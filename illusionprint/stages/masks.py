"""What of a photograph is to be kept whole: masks and boxes of --whole."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ..blend import photos
from ..errors import BadValue
from ..vocabulary import load_picture

SOFT = 1 / 60  # of the shorter side: how soft the edge of what is kept is


def kept_whole(
    told: Sequence[str], subjects: Sequence[Any], sizes: Sequence[tuple[int, int]], crops: Sequence[photos.Crop]
) -> Iterator[tuple[int, np.ndarray]]:
    """(number of the picture from 0, mask float32 (h, w) in [0, 1] as the picture is cropped) of each entry, see `entry`."""
    for k, full in of_subjects(told, subjects):
        yield k, softly(full, sizes[k], crops[k])


def of_subjects(told: Sequence[str], subjects: Sequence[Any]) -> Iterator[tuple[int, np.ndarray]]:
    """(number of the picture from 0, mask float32 (h, w) of all of it) of each entry."""
    for text in told:
        k, area = entry(text, len(subjects))
        if not subjects[k].is_photo:
            raise BadValue(f"'{text}': picture {k + 1} is a drawing; parts of photographs can be kept whole.")
        full = mask(area, subjects[k].rgb.shape[:2])
        yield k, full[:, ::-1] if subjects[k].flipped else full


def none_kept(told: Sequence[str], count: int, cut_out: Sequence[int]) -> None:
    """Raises BadValue for an entry where no picture is taken whole; cut_out: the pictures, from 0, of which only the subject is taken."""
    for text in told:
        k = entry(text, count)[0]
        raise BadValue(
            f"'{text}': picture {k + 1} is "
            + (
                "cut out of its ground; take it with --subject whole, or leave out --whole."
                if k in cut_out
                else "a drawing; parts of photographs can be kept whole."
            )
        )


def softly(full: np.ndarray, size_px: tuple[int, int], crop: photos.Crop) -> np.ndarray:
    """A mask as its picture is cropped, its edge made soft."""
    return cv2.GaussianBlur(photos.cropped(full, size_px, crop), (0, 0), SOFT * min(size_px))


def entry(text: str, count: int) -> tuple[int, str]:
    """(number of the picture from 0, box or path) of "1=0.3,0.2,0.25,0.3" or "2=mask.png". Raises BadValue."""
    match = re.fullmatch(r"\s*(\d+)\s*=\s*(.+?)\s*", text)
    if not match or not 1 <= int(match[1]) <= count:
        raise BadValue(
            f"--whole is a picture's number and a box x,y,width,height in shares of it, as in '1=0.3,0.2,0.25,0.3', or a mask, "
            f"as in '2=mask.png', white where the picture is kept; '{text}' came for {count} pictures."
        )
    return int(match[1]) - 1, match[2]


def mask(area: str, shape: tuple[int, int]) -> np.ndarray:
    """float32 (h, w): 1 within a box in shares of the picture, or a mask's lightness. Raises BadValue."""
    if Path(area).is_file():
        found: Any = load_picture(area)
        grey = found.rgb.mean(-1) if found.is_photo else found.rgba(shape)[..., 3]
        return cv2.resize(np.ascontiguousarray(grey, np.float32), shape[::-1], interpolation=cv2.INTER_AREA)
    try:
        x, y, w, h = (float(v) for v in area.split(","))
    except ValueError:
        raise BadValue(f"there is no mask '{area}', and it is no box x,y,width,height in shares of the picture either.") from None
    if not (0 <= x < 1 and 0 <= y < 1 and 0 < w <= 1 - x + 1e-9 and 0 < h <= 1 - y + 1e-9):
        raise BadValue(f"the box '{area}' is not within its picture: x, y, width and height are shares from 0 to 1.")
    out = np.zeros(shape, np.float32)
    out[
        round(y * shape[0]) : max(round((y + h) * shape[0]), round(y * shape[0]) + 1),
        round(x * shape[1]) : max(round((x + w) * shape[1]), round(x * shape[1]) + 1),
    ] = 1
    return out
