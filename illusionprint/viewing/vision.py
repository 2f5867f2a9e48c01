"""Viewing geometry and the contrast sensitivity function (CSF) of the human eye.

Widths are in millimetres, viewing distances in metres. Frequencies count cycles over the width of the picture (c/w) or per degree of visual angle (cpd).
Source of the CSF: P. G. J. Barten, Contrast Sensitivity of the Human Eye and Its Effects on Image Quality, SPIE Press, 1999.
"""

import math

import numpy as np

from ..errors import BadValue

ADAPTING_DEG = 40.0  # field to which the pupil adapts: a lit wall round the print
_ACUITY_ARCMIN = 0.8  # of Barten's mean observer (20/16)
_K, _T, _ETA, _P, _PHI, _U0 = 3.0, 0.1, 0.03, 1.2274e6, 3e-8, 7.0
_XMAX, _NMAX = 12.0, 15.0


def cycles_per_degree(f: np.ndarray, distance_m: float, width_mm: float) -> np.ndarray:
    """Cycles per degree of a frequency in cycles per width, for small angles. Raises BadValue unless both lengths are positive."""
    _require_positive(distance_m=distance_m, width_mm=width_mm)
    # u = f pi D / (180 W)
    return f * math.pi * distance_m * 1000 / (180 * width_mm)


def cycles_per_width(u: np.ndarray, distance_m: float, width_mm: float) -> np.ndarray:
    """Cycles per width of a frequency in cycles per degree: the inverse of `cycles_per_degree`. Raises BadValue."""
    _require_positive(distance_m=distance_m, width_mm=width_mm)
    return u * 180 * width_mm / (math.pi * distance_m * 1000)


def visual_angle_deg(distance_m: float, width_mm: float) -> float:
    """Visual angle of the picture's width in degrees. Raises BadValue unless both lengths are positive."""
    _require_positive(distance_m=distance_m, width_mm=width_mm)
    # X = 2 atan(W / 2D)
    return math.degrees(2 * math.atan(width_mm / (2000 * distance_m)))


def _require_positive(**values: float) -> None:
    for name, value in values.items():
        if not (value > 0 and math.isfinite(value)):
            raise BadValue(f"{name.replace('_', ' ')} must be more than 0; {value!r} came.")


def pupil_mm(luminance: float, field_deg: float = ADAPTING_DEG) -> float:
    """Diameter of the pupil for a luminance in cd/m2 and an adapting field in degrees (Barten 1999)."""
    # d = 5 - 3 tanh(0.4 log10(L X^2 / 40^2))
    return 5 - 3 * float(np.tanh(0.4 * np.log10(luminance * field_deg**2 / 1600)))


def contrast_sensitivity(u: np.ndarray, luminance: float, field_deg: float, acuity_arcmin: float = 1.0) -> np.ndarray:
    """Contrast sensitivity, one over the threshold (Michelson contrast) of a grating, after Barten (1999).

    u: frequencies above 0 in cpd; luminance in cd/m2; field_deg: side of the square field, seen with both eyes. Observers differ mainly by a shift along
    the logarithm of the frequency, so the published curve is read at u * acuity / 0.8': 1' is 20/20 vision.
    """
    u = np.asarray(u, float) * acuity_arcmin / _ACUITY_ARCMIN
    d = pupil_mm(luminance)
    # optics: M = exp(-2 pi^2 s^2 u^2), s^2 = 0.5'^2 + (0.08' d)^2
    optics = np.exp(-2 * np.pi**2 * ((0.5**2 + (0.08 * d) ** 2) / 3600) * u**2)
    # summation area: X^2 = 1 / (1/X0^2 + 1/Xmax^2 + u^2/Nmax^2)
    field = 1 / (1 / field_deg**2 + 1 / _XMAX**2 + u**2 / _NMAX**2)
    # retinal illuminance with the Stiles-Crawford effect, trolands: E = pi d^2/4 L (1 - (d/9.7)^2 + (d/12.4)^4)
    illuminance = np.pi * d**2 / 4 * luminance * (1 - (d / 9.7) ** 2 + (d / 12.4) ** 4)
    # noise: 1 / (eta p E) + Phi / (1 - exp(-(u/u0)^2))
    noise = 1 / (_ETA * _P * illuminance) + _PHI / -np.expm1(-((u / _U0) ** 2))
    # S = M / (k sqrt(2 noise / (T X^2)))
    return optics / (_K * np.sqrt(2 / (_T * field) * noise))
