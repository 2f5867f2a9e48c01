"""Visibility of the two pictures of a hybrid at a viewing distance, and the simulated view of a print.

    c_far = (rho(page without near) - mean) / M        c_near = (rho(page) - rho(page without near) - mean) / M        M = mean rho(page)
    V(D)^2 = 2 sum_f P(f) S(f pi D / (180 W))^2        P: power spectrum of c, S: contrast sensitivity of the eye

A grating of contrast C has V = C S. R = V_near / V_far falls with the distance: the near picture dominates while R > 2, the far one where R < 1/2.
The ratio 2 is a convention of this package, not a measurement.
"""

import math
from collections.abc import Callable, Iterable

import numpy as np

from . import frequency, luminance, vision

DOMINANCE, LUX = 2.0, 200.0
_DISTANCES_M = np.geomspace(0.05, 200, 120)
_VIEW_PX = 1024
Distances = tuple[float | None, float | None, float | None]


def contrasts(page: np.ndarray, without_near: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Contrasts of both pictures and mean reflectance (c_near, c_far, M) of two prints (c, h, w)."""
    rho, far = luminance.reflectance(page), luminance.reflectance(without_near)
    mean, near = float(rho.mean()), rho - far
    return (near - near.mean()) / mean, (far - far.mean()) / mean, mean


def visibility(spectrum: tuple[np.ndarray, np.ndarray], distance_m: float, width_mm: float, cd_m2: float, acuity_arcmin: float = 1.0) -> float:
    """Visibility V(D) of a power spectrum (f in c/w, P) at a luminance in cd/m2."""
    f, energy = spectrum
    u = vision.cycles_per_degree(f, distance_m, width_mm)
    s = vision.contrast_sensitivity(u, cd_m2, vision.visual_angle_deg(distance_m, width_mm), acuity_arcmin)
    return math.sqrt(2 * float((energy * s**2).sum()))


def crossover_distances(page: np.ndarray, without_near: np.ndarray, width_mm: float, lux: float = LUX, acuity_arcmin: float = 1.0) -> Distances:
    """Distances in metres (near, middle, far) at which R is 2, 1 and 1/2; None where it does not fall through that value between 5 cm and 200 m.

    Prints (c, h, w); some 512 pixels a side are enough. The luminance is L = lux M / pi.
    """
    values = log_ratio(page, without_near, width_mm, _DISTANCES_M, lux, acuity_arcmin)
    near, middle, far = (_crossing(values - math.log(r)) for r in (DOMINANCE, 1.0, 1 / DOMINANCE))
    return near, middle, far


def log_ratio(
    page: np.ndarray, without_near: np.ndarray, width_mm: float, distances_m: Iterable[float], lux: float = LUX, acuity_arcmin: float = 1.0
) -> np.ndarray:
    """Logarithm of R at each distance; a picture that is absent counts as invisible."""
    near, far, mean = contrasts(page, without_near)
    pair, cd_m2 = (frequency.power_spectrum(near), frequency.power_spectrum(far)), lux * mean / math.pi
    v = [[visibility(s, d, width_mm, cd_m2, acuity_arcmin) for s in pair] for d in distances_m]
    return np.log(np.maximum(v, 1e-12)) @ (1, -1)


def _crossing(values: np.ndarray) -> float | None:
    """Last distance at which values fall through 0, interpolated in its logarithm."""
    at = np.flatnonzero((values[:-1] > 0) & (values[1:] <= 0))
    if not len(at):
        return None
    i = at[-1]
    share = values[i] / (values[i] - values[i + 1])
    return float(_DISTANCES_M[i] * (_DISTANCES_M[i + 1] / _DISTANCES_M[i]) ** share)


def simulated_view(picture: np.ndarray, distance_m: float, width_mm: float, out_px: int, lux: float = LUX, acuity_arcmin: float = 1.0) -> np.ndarray:
    """Print (c, h, w) as seen from a distance, float32 (c, h', out_px): every frequency weighted by the normalised contrast sensitivity.

    It shows which picture dominates, not what is barely above threshold. Chroma loses its fine detail only.
    """
    x = luminance.as_picture(picture, "seen")
    work = max(out_px, min(x.shape[2], _VIEW_PX))
    x = luminance.to_linear(luminance.resized(x, (max(8, round(x.shape[1] * work / x.shape[2])), work)))
    y = luminance.luma(x)
    cd_m2 = lux * float(luminance.INK_BLACK + (luminance.PAPER_WHITE - luminance.INK_BLACK) * y.mean()) / math.pi
    weight = _normalised_csf(distance_m, width_mm, cd_m2, acuity_arcmin)
    # Y' = M + sum_f (Y - M)(f) S(f) / max S, in linear light
    seen = frequency.weighted(y, weight) + y.mean()
    if len(x) == 3:
        seen = seen + frequency.weighted(x - y, _low_pass_envelope(weight)) + (x - y).mean((1, 2), keepdims=True)
    return luminance.to_srgb(luminance.resized(seen.reshape(x.shape), (max(1, round(x.shape[1] * out_px / work)), out_px))).astype(np.float32)


def _normalised_csf(distance_m: float, width_mm: float, cd_m2: float, acuity_arcmin: float) -> Callable[[np.ndarray], np.ndarray]:
    """Weight S(u) / max S of a frequency in c/w."""

    def s(f: np.ndarray) -> np.ndarray:
        u = vision.cycles_per_degree(f, distance_m, width_mm)
        return vision.contrast_sensitivity(np.maximum(u, 1e-6), cd_m2, vision.visual_angle_deg(distance_m, width_mm), acuity_arcmin)

    peak = float(s(vision.cycles_per_width(np.geomspace(0.05, 40, 200), distance_m, width_mm)).max())
    return lambda f: s(f) / peak


def _low_pass_envelope(band: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    """Weight without the loss at low frequencies: sensitivity to colour is low-pass."""

    def weight(f: np.ndarray) -> np.ndarray:
        order = np.argsort(f.reshape(-1))[::-1]
        out = np.empty(f.size)
        out[order] = np.maximum.accumulate(band(f).reshape(-1)[order])
        return out.reshape(f.shape)

    return weight
