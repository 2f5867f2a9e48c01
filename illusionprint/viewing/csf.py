"""The contrast sensitivity of the eye after P. G. J. Barten, Contrast Sensitivity of the Human Eye (SPIE, 1999).

S(u) is one over the threshold of a grating of u cycles per degree (Michelson contrast).
"""
from __future__ import annotations

import numpy as np

ADAPTING_DEG = 40.0   # a lit wall round the print: the field that sets the pupil
_ACUITY = 0.8         # Barten's curve is that of an eye of 20/16: a smallest detail of 0.8'
_K, _T, _ETA, _P, _PHI, _U0 = 3.0, 0.1, 0.03, 1.2274e6, 3e-8, 7.0
_XMAX, _NMAX = 12.0, 15.0


def pupil_mm(luminance: float, field_deg: float = ADAPTING_DEG) -> float:
    """d = 5 - 3 tanh(0.4 log10(L X^2 / 40^2)), L in cd/m2."""
    return 5 - 3 * float(np.tanh(0.4 * np.log10(luminance * field_deg**2 / 1600)))


def retinal_illuminance(luminance: float, d: float) -> float:
    """E = pi d^2/4 L (1 - (d/9.7)^2 + (d/12.4)^4) trolands: with the Stiles-Crawford effect."""
    return np.pi * d**2 / 4 * luminance * (1 - (d / 9.7) ** 2 + (d / 12.4) ** 4)


def sensitivity(u: np.ndarray, luminance: float, field_deg: float, acuity_arcmin: float = 1.0) -> np.ndarray:
    """S(u) for u > 0 in cpd, luminance in cd/m2, a square field in degrees, both eyes.

        M = exp(-2 pi^2 s^2 u^2),  s^2 = 0.5'^2 + (0.08' d)^2;    X = (1/X0^2 + 1/Xmax^2 + u^2/Nmax^2)^-1/2
        S = M / (k sqrt(2 / (T X^2) (1 / (eta p E) + Phi / (1 - exp(-(u/u0)^2)))))

    Eyes differ mainly by a shift along log frequency: the published curve is taken at u * acuity / 0.8', so that 1' is 20/20.
    """
    u = np.asarray(u, float) * acuity_arcmin / _ACUITY
    d = pupil_mm(luminance)
    blur = (0.5**2 + (0.08 * d) ** 2) / 3600
    optics = np.exp(-2 * np.pi**2 * blur * u**2)
    field = 1 / (1 / field_deg**2 + 1 / _XMAX**2 + u**2 / _NMAX**2)
    noise = 1 / (_ETA * _P * retinal_illuminance(luminance, d)) + _PHI / -np.expm1(-((u / _U0) ** 2))
    return optics / (_K * np.sqrt(2 / (_T * field) * noise))
