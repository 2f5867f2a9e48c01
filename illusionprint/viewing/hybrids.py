"""Two pictures in one print: one for those who stand near, one for those who stand back.

    page = low(far, fl) + luma(near) - low(luma(near), fh),    fl = fc / sqrt(g),  fh = fc sqrt(g)

(A. Oliva, A. Torralba, P. Schyns, Hybrid images, ACM TOG 25(3), 2006). No fixed number of cycles per degree serves all pictures, so fc is
found for these two: the balance of `visibility` comes to lie at sqrt(near far). Distances scale with the width of the print.
"""
from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from ..errors import BadValue
from . import bands, geometry, light, visibility

MEAN, DEVIATION = 0.5, 0.18   # of both pictures before they are filtered: 0.5 % of the sum is clipped at most
_WORK_PX = 512                # the balance found at 512 px a side and at 1024 px differ by 0.5 %


@dataclass(frozen=True)
class Hybrid:
    """pixels, near_band (about mid grey), far_band: float32 c h w in [0, 1], pixels as printed.

    cutoffs: {"low", "high", "balance"} in cycles per width, "gap". near_m, mid_m, far_m: predicted; None: never within 5 cm to 200 m.
    conditions: what the prediction takes for granted. notes: what a maker should know.
    """

    pixels: np.ndarray
    near_band: np.ndarray
    far_band: np.ndarray
    cutoffs: dict[str, float]
    near_m: float | None
    mid_m: float | None
    far_m: float | None
    conditions: dict[str, float | str]
    notes: tuple[str, ...] = ()


def hybrid(far: np.ndarray, near: np.ndarray, *, width_mm: float, near_m: float, far_m: float, gap: float = 3.0) -> Hybrid:
    """Pictures c h w in [0, 1] of one size (as they fill the print, square pixels) -> their hybrid for two distances.

    Raises BadValue for sizes that differ, for a picture without contrast, near_m >= far_m, a gap outside 1 to 8.
    """
    far, near = _pair(far, near, near_m, far_m, gap)
    wanted = math.sqrt(near_m * far_m)
    small = tuple(_small(p) for p in (far, near))
    balance, reached = _balance(small, width_mm, wanted, gap)
    found = visibility.distances(*compose(*small, balance, gap)[:2], width_mm)
    page, far_band, near_band = compose(far, near, balance, gap)
    low, high = split(balance, gap)
    return Hybrid(page, near_band, far_band, {"low": low, "high": high, "balance": balance, "gap": gap}, *found, _CONDITIONS,
                  _notes(found, near_m, far_m, width_mm, wanted, gap, reached))


def split(balance: float, gap: float) -> tuple[float, float]:
    """(low, high) cut-off in c/w: the two lie `gap` apart, about the balance."""
    return balance / math.sqrt(gap), balance * math.sqrt(gap)


def compose(far: np.ndarray, near: np.ndarray, balance: float, gap: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(page, far band, near band about mid grey), float32 c h w in [0, 1]: chroma comes from the far picture, low-passed with it."""
    low, high = split(balance, gap)
    far_band = bands.low(far, low)
    detail = light.weighted(near)[None]
    detail = detail - bands.low(detail, high)
    page = far_band + detail
    detail += 0.5
    for x in (page, far_band, detail):
        np.clip(x, 0, 1, out=x)
    return page, far_band, detail


def matched(picture: np.ndarray, name: str) -> np.ndarray:
    """The picture with luma of mean 0.5 and standard deviation 0.18; its chroma stays. Unmatched, the stronger leads from everywhere."""
    luma = light.weighted(picture)
    deviation = float(luma.std())
    if deviation < 1e-3:
        raise BadValue(f"the {name} picture is all but one flat tone; nothing of it could be seen.")
    return (picture - luma) + ((luma - luma.mean()) * (DEVIATION / deviation) + MEAN)


_CONDITIONS = {"model": "Barten 1999", "acuity_arcmin": 1.0, "lux": visibility.LUX, "lead": visibility.RATIO,
               "white": light.WHITE, "black": light.BLACK}


def _pair(far: np.ndarray, near: np.ndarray, near_m: float, far_m: float, gap: float) -> tuple[np.ndarray, np.ndarray]:
    far, near = light.checked(far, "far"), light.checked(near, "near")
    if far.shape[1:] != near.shape[1:]:
        raise BadValue(f"the two pictures of a hybrid must have one size; {far.shape[1:]} and {near.shape[1:]} came.")
    if not 0 < near_m < far_m < 200:
        raise BadValue(f"the near distance must be less than the far one, both within 0 and 200 m; {near_m:g} m and {far_m:g} m came.")
    if not 1 <= gap <= 8:
        raise BadValue(f"the gap between the cut-offs must be 1 to 8; {gap:g} came.")
    return matched(far, "far"), matched(near, "near")


def _small(picture: np.ndarray) -> np.ndarray:
    scale = _WORK_PX / min(picture.shape[1:])
    return light.resized(picture, (round(picture.shape[1] * scale), round(picture.shape[2] * scale)))


def _balance(pair: tuple[np.ndarray, np.ndarray], width_mm: float, wanted_m: float, gap: float) -> tuple[float, bool]:
    """(fc in c/w, whether it serves). The near band loses and the far band gains as fc grows, so log R at the wanted distance falls."""
    def lead(log_fc: float) -> float:
        return visibility.log_ratio(*compose(*pair, math.exp(log_fc), gap)[:2], width_mm, [wanted_m])[0]
    ends = math.log(2.0), math.log(pair[0].shape[2] / 4 / math.sqrt(gap))
    leads = [lead(end) for end in ends]
    if leads[0] * leads[1] > 0:
        return math.exp(ends[int(np.argmin(np.abs(leads)))]), False
    return math.exp(brentq(lead, *ends, xtol=2e-3)), True


def _notes(found: tuple, near_m: float, far_m: float, width_mm: float, wanted_m: float, gap: float, reached: bool) -> tuple[str, ...]:
    near, mid, far = found
    asked = f"{near_m:g} m and {far_m:g} m"
    if mid is None:
        return ("these pictures never change places between 5 cm and 200 m: the near one lacks fine detail, or the far one large shapes.",)
    if not reached:
        return (f"{asked} cannot be served at this size: a print {width_mm * wanted_m / mid:.0f} mm wide would, with these cut-offs.",)
    if near is None or far is None:
        return (f"{asked} cannot be served: one of the two pictures never leads {visibility.RATIO:g} to 1.",)
    if near >= near_m and far <= far_m:
        return ()
    least = far / near
    if least > far_m / near_m:
        wider = "" if gap >= 5 else " A wider gap between the cut-offs lowers it."
        return (f"{asked} cannot be served: with these pictures the far distance must be {least:.1f} times the near one or more "
                f"({far_m / near_m:.1f} came).{wider}",)
    return (f"{asked} are served unevenly: the near picture leads up to {near:.2f} m, the far one from {far:.2f} m.",)
