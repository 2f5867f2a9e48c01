"""Hybrid images: two pictures in one print, one seen from near and one from far.

    page = low(far, fl) + luma(near) - low(luma(near), fh),    fl = fc / sqrt(g),  fh = fc sqrt(g)

(A. Oliva, A. Torralba, P. Schyns, Hybrid images, ACM TOG 25(3), 2006). No fixed number of cycles per degree serves all pictures, so fc is
found for each pair: the middle distance of `visibility` becomes sqrt(near far). Distances scale with the width of the print.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from ..errors import BadValue
from . import frequency, luminance, visibility

MEAN, DEVIATION = 0.5, 0.18  # luma of both pictures before filtering: at most 0.5 % of the sum is clipped
_WORK_PX = 512  # cut-offs found at 512 and at 1024 px a side differ by 0.5 %
_CONDITIONS: dict[str, float | str] = {"model": "Barten 1999", "acuity_arcmin": 1.0, "lux": visibility.LUX, "lead": visibility.DOMINANCE}
_CONDITIONS |= {"white": luminance.PAPER_WHITE, "black": luminance.INK_BLACK}


@dataclass(frozen=True)
class Hybrid:
    """Hybrid image and its predicted viewing distances.

    pixels, near_band (about mid grey), far_band: float32 (c, h, w) in [0, 1]. cutoffs: "low", "high" and "balance" in cycles per width, and "gap".
    near_m, mid_m, far_m: predicted crossover distances, None outside 5 cm to 200 m. conditions: assumptions of the prediction. notes: warnings.
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
    """Hybrid image of two pictures (c, h, w) in [0, 1] of one size for two viewing distances.

    gap: ratio of the high-pass to the low-pass cut-off. Raises BadValue for different sizes, a picture without contrast, near_m >= far_m or a gap
    outside 1 to 8.
    """
    far, near = _pair(far, near, near_m, far_m, gap)
    wanted = math.sqrt(near_m * far_m)
    small = _small(far), _small(near)
    balance, reached = _balance(small, width_mm, wanted, gap)
    small_page, small_far, _ = compose(small[0], small[1], balance, gap)
    found = visibility.crossover_distances(small_page, small_far, width_mm)
    page, far_band, near_band = compose(far, near, balance, gap)
    low, high = _cutoffs(balance, gap)
    notes = _notes(found, near_m, far_m, width_mm, wanted, gap, reached)
    return Hybrid(page, near_band, far_band, {"low": low, "high": high, "balance": balance, "gap": gap}, *found, _CONDITIONS, notes)


def _cutoffs(balance: float, gap: float) -> tuple[float, float]:
    """Low-pass and high-pass cut-off in c/w, a ratio of `gap` apart."""
    # fl = fc / sqrt(g), fh = fc sqrt(g)
    return balance / math.sqrt(gap), balance * math.sqrt(gap)


def compose(far: np.ndarray, near: np.ndarray, balance: float, gap: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Page, far band and near band about mid grey, float32 (c, h, w) in [0, 1]; the chroma is that of the far picture, low-passed."""
    low, high = _cutoffs(balance, gap)
    # page = low(far, fl) + luma(near) - low(luma(near), fh)
    far_band = frequency.low_pass(far, low)
    detail = luminance.luma(near)[None]
    detail = detail - frequency.low_pass(detail, high)
    page = far_band + detail
    detail += 0.5
    for x in (page, far_band, detail):
        np.clip(x, 0, 1, out=x)
    return page, far_band, detail


def normalised(picture: np.ndarray, name: str) -> np.ndarray:
    """Picture with luma of mean 0.5 and standard deviation 0.18 and unchanged chroma. Raises BadValue for a picture without contrast."""
    luma = luminance.luma(picture)
    deviation = float(luma.std())
    if deviation < 1e-3:
        raise BadValue(f"the {name} picture is all but one flat tone; nothing of it could be seen.")
    return (picture - luma) + ((luma - luma.mean()) * (DEVIATION / deviation) + MEAN)


def _pair(far: np.ndarray, near: np.ndarray, near_m: float, far_m: float, gap: float) -> tuple[np.ndarray, np.ndarray]:
    far, near = luminance.as_picture(far, "far"), luminance.as_picture(near, "near")
    if far.shape[1:] != near.shape[1:]:
        raise BadValue(f"the two pictures of a hybrid must have one size; {far.shape[1:]} and {near.shape[1:]} came.")
    if not 0 < near_m < far_m < 200:
        raise BadValue(f"the near distance must be less than the far one, both within 0 and 200 m; {near_m:g} m and {far_m:g} m came.")
    if not 1 <= gap <= 8:
        raise BadValue(f"the gap between the cut-offs must be 1 to 8; {gap:g} came.")
    return normalised(far, "far"), normalised(near, "near")


def _small(picture: np.ndarray) -> np.ndarray:
    scale = _WORK_PX / min(picture.shape[1:])
    return luminance.resized(picture, (round(picture.shape[1] * scale), round(picture.shape[2] * scale)))


def _balance(pair: tuple[np.ndarray, np.ndarray], width_mm: float, wanted_m: float, gap: float) -> tuple[float, bool]:
    """Cut-off fc in c/w at which R = 1 at the wanted distance, and whether there is one: log R falls as fc grows."""

    def lead(log_fc: float) -> float:
        page, far_band, _ = compose(pair[0], pair[1], math.exp(log_fc), gap)
        return visibility.log_ratio(page, far_band, width_mm, [wanted_m])[0]

    ends = math.log(2.0), math.log(pair[0].shape[2] / 4 / math.sqrt(gap))
    leads = [lead(end) for end in ends]
    if leads[0] * leads[1] > 0:
        return math.exp(ends[int(np.argmin(np.abs(leads)))]), False
    return math.exp(brentq(lead, *ends, xtol=2e-3)), True


def _notes(found: visibility.Distances, near_m: float, far_m: float, width_mm: float, wanted_m: float, gap: float, reached: bool) -> tuple[str, ...]:
    near, mid, far = found
    asked = f"{near_m:g} m and {far_m:g} m"
    if mid is None:
        return ("these pictures never change places between 5 cm and 200 m: the near one lacks fine detail, or the far one large shapes.",)
    if not reached:
        return (f"{asked} cannot be served at this size: a print {width_mm * wanted_m / mid:.0f} mm wide would, with these cut-offs.",)
    if near is None or far is None:
        return (f"{asked} cannot be served: one of the two pictures never leads {visibility.DOMINANCE:g} to 1.",)
    if near >= near_m and far <= far_m:
        return ()
    least = far / near
    if least > far_m / near_m:
        wider = "" if gap >= 5 else " A wider gap between the cut-offs lowers it."
        needed = f"with these pictures the far distance must be {least:.1f} times the near one or more ({far_m / near_m:.1f} came)."
        return (f"{asked} cannot be served: {needed}{wider}",)
    return (f"{asked} are served unevenly: the near picture leads up to {near:.2f} m, the far one from {far:.2f} m.",)
