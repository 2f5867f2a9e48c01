"""What remains of a picture at a distance."""
from __future__ import annotations

import math

import numpy as np

from . import bands, csf, geometry, light, visibility

_WORK_PX = 1024


def as_seen(picture: np.ndarray, distance_m: float, width_mm: float, out_px: int, lux: float = visibility.LUX,
            acuity_arcmin: float = 1.0) -> np.ndarray:
    """Picture c h w in [0, 1] -> float32 c h' out_px, weighted as an eye at the distance weighs it.

        Y' = M + sum_f (Y - M)(f) S(f) / max S

    in linear light: full contrast where the eye is most sensitive, less above and below, nothing where it is blind. This is the
    weighting that `visibility` adds up; it shows who leads, not what is barely above threshold. Chroma loses its fine detail only.
    """
    x = light.checked(picture, "seen")
    work = max(out_px, min(x.shape[2], _WORK_PX))
    x = light.linear(light.resized(x, (max(8, round(x.shape[1] * work / x.shape[2])), work)))
    y = light.weighted(x)
    band = eye(distance_m, width_mm, lux * float(light.BLACK + (light.WHITE - light.BLACK) * y.mean()) / math.pi, acuity_arcmin)
    seen = bands.filtered(y, band) + y.mean()
    if len(x) == 3:
        seen = seen + bands.filtered(x - y, _below(band)) + (x - y).mean((1, 2), keepdims=True)
    return light.encoded(light.resized(seen.reshape(x.shape), (max(1, round(x.shape[1] * out_px / work)), out_px))).astype(np.float32)


def eye(distance_m: float, width_mm: float, luminance: float, acuity_arcmin: float = 1.0):
    """Weight of a frequency in c/w: S(u) / max S at a distance."""
    def s(f: np.ndarray) -> np.ndarray:
        u = geometry.cpd(f, distance_m, width_mm)
        return csf.sensitivity(np.maximum(u, 1e-6), luminance, geometry.field_deg(distance_m, width_mm), acuity_arcmin)
    peak = float(s(geometry.cycles(np.geomspace(0.05, 40, 200), distance_m, width_mm)).max())
    return lambda f: s(f) / peak


def _below(band):
    """The same without the loss at low frequencies: sensitivity to colour is low-pass."""
    def weight(f: np.ndarray) -> np.ndarray:
        order = np.argsort(f.reshape(-1))[::-1]
        out = np.empty(f.size)
        out[order] = np.maximum.accumulate(band(f).reshape(-1)[order])
        return out.reshape(f.shape)
    return weight
