"""Which of the two pictures of a hybrid an eye sees at a distance.

    c_far = (rho(page without near) - mean) / M        c_near = (rho(page) - rho(page without near) - mean) / M        M = mean rho(page)
    V(D)^2 = 2 sum_f P(f) S(f pi D / (180 W))^2        P: energy of c per frequency, S: sensitivity of the eye

A grating of contrast C has V = C S. R = V_near / V_far falls with the distance; the near picture leads 2 : 1 at `near`, neither leads
at `middle`, the far one leads 2 : 1 at `far`. The ratio 2 is a convention of ours; no measured distances were found. With a blur alone
(optics, pixels) nothing crosses: close up the near picture wins because the eye is weak at *low* frequencies.
"""
from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from . import bands, csf, geometry, light

RATIO, LUX = 2.0, 200.0
_DISTANCES = np.geomspace(0.05, 200, 120)


def contrasts(page: np.ndarray, without_near: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """(c_near, c_far, M) of two pictures c h w as printed."""
    rho, far = light.reflectance(page), light.reflectance(without_near)
    mean, near = float(rho.mean()), rho - far
    return (near - near.mean()) / mean, (far - far.mean()) / mean, mean


def visibility(spectrum: tuple[np.ndarray, np.ndarray], distance_m: float, width_mm: float, luminance: float,
               acuity_arcmin: float = 1.0) -> float:
    """V(D) of a spectrum (f in c/w, P)."""
    f, energy = spectrum
    s = csf.sensitivity(geometry.cpd(f, distance_m, width_mm), luminance, geometry.field_deg(distance_m, width_mm), acuity_arcmin)
    return math.sqrt(2 * float((energy * s**2).sum()))


def distances(page: np.ndarray, without_near: np.ndarray, width_mm: float, lux: float = LUX,
              acuity_arcmin: float = 1.0) -> tuple[float | None, float | None, float | None]:
    """(near_m, mid_m, far_m): where R = 2, 1, 1/2. None where it does not fall through that value between 5 cm and 200 m.

    Pictures c h w; some 512 pixels a side are enough. Luminance L = lux M / pi.
    """
    values = log_ratio(page, without_near, width_mm, _DISTANCES, lux, acuity_arcmin)
    return tuple(_crossing(values - math.log(r)) for r in (RATIO, 1.0, 1 / RATIO))


def log_ratio(page: np.ndarray, without_near: np.ndarray, width_mm: float, distances_m: Iterable[float], lux: float = LUX,
              acuity_arcmin: float = 1.0) -> np.ndarray:
    """log R at each distance. A picture that is not there at all counts as invisible, not as an error."""
    near, far, mean = contrasts(page, without_near)
    pair, luminance = (bands.spectrum(near), bands.spectrum(far)), lux * mean / math.pi
    v = [[visibility(s, d, width_mm, luminance, acuity_arcmin) for s in pair] for d in distances_m]
    return np.log(np.maximum(v, 1e-12)) @ (1, -1)


def _crossing(values: np.ndarray) -> float | None:
    """Last place where values fall through 0, interpolated in the logarithm of the distance."""
    at = np.flatnonzero((values[:-1] > 0) & (values[1:] <= 0))
    if not len(at):
        return None
    i = at[-1]
    share = values[i] / (values[i] - values[i + 1])
    return float(_DISTANCES[i] * (_DISTANCES[i + 1] / _DISTANCES[i]) ** share)
