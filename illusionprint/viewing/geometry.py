"""From the print to the eye: frequencies on paper (cycles per width, c/w) and in the eye (cycles per degree, cpd).

Convention: the width is millimetres, a distance metres, a frequency counts cycles over the picture's *width*, whatever its height.
"""
from __future__ import annotations

import math

import numpy as np

from ..errors import BadValue
from ..units import MM_PER_IN

Number = float | np.ndarray


def cpd(f: Number, distance_m: float, width_mm: float) -> Number:
    """u = f pi D / (180 W): cycles per degree of f cycles per width, for a small cycle that faces the eye."""
    _positive(distance_m=distance_m, width_mm=width_mm)
    return f * math.pi * distance_m * 1000 / (180 * width_mm)


def cycles(u: Number, distance_m: float, width_mm: float) -> Number:
    """f = u 180 W / (pi D): cycles per width of u cycles per degree."""
    _positive(distance_m=distance_m, width_mm=width_mm)
    return u * 180 * width_mm / (math.pi * distance_m * 1000)


def distance_m(u: float, f: float, width_mm: float) -> float:
    """D = u 180 W / (pi f): where f cycles per width are u cycles per degree."""
    _positive(frequency=f, width_mm=width_mm)
    return u * 180 * width_mm / (math.pi * f * 1000)


def ppi_needed(distance_m: float, acuity_arcmin: float = 1.0) -> float:
    """Pixels per inch at which a pixel is the smallest detail of an eye: 1 / (D tan a). a = 1' is 20/20, 2' is 20/40."""
    _positive(distance_m=distance_m, acuity_arcmin=acuity_arcmin)
    return MM_PER_IN / (distance_m * 1000 * math.tan(math.radians(acuity_arcmin / 60)))


def field_deg(distance_m: float, width_mm: float) -> float:
    """X = 2 atan(W / 2D): the angle that the width fills."""
    _positive(distance_m=distance_m, width_mm=width_mm)
    return math.degrees(2 * math.atan(width_mm / (2000 * distance_m)))


def _positive(**values: float) -> None:
    for name, value in values.items():
        if not (value > 0 and math.isfinite(value)):
            raise BadValue(f"{name.replace('_', ' ')} must be more than 0; {value!r} came.")
