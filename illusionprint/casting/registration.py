"""Non-rigid registration: both pictures move a little towards each other under a view.

    E(u, v) = sum w_a w_b / (w_a + w_b) |A(p + u(p)) - B(q + v(q))|^2 / norm + stiffness * sum_f (|grad f|^2 + 0.05 |f|^2),  f = u, v

u and v are displacement fields, cubic surfaces over G x G control points (free-form deformation: Rueckert et al., IEEE TMI 18, 1999); p runs over picture 1, q = V(p) is where the view shows it. Either picture is bent as
a whole in its own frame, so under a jigsaw no seam of either assembly tears. Minimised by L-BFGS with exact gradients of the warped pictures,
from blurred to sharp. Stiffness, not conflict, says when to stop.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace

import cv2
import numpy as np
from scipy.optimize import minimize

from ..jigsaw import Board, pixel_map
from ..jigsaw.fitting.assignment import fine_px, fit
from ._part import Casting
from ._saliency import composite_over, contrast_energy, importance

MAX_PIECES = 16  # of boards whose pictures are registered too; on larger ones the arrangement does it
STIFFNESS = (8.0, 3.0)
BOARD_PX = 48  # of a board's shorter side, or a little more
Array = np.ndarray
Arrays = Sequence[np.ndarray]
CONTROL_POINTS, RASTER_PX = 6, 48
MAGNITUDE_WEIGHT = 0.05
MAX_DISPLACEMENT = 0.09  # of the side


@functools.lru_cache(maxsize=4)
def spline_basis(h: int, w: int) -> np.ndarray:
    """float64 (h w, G G): cubic interpolation weights from control points over the middle square to pixels, as `Part.field` uses them."""
    m = min(h, w)
    line = np.stack([cv2.resize(np.eye(CONTROL_POINTS)[:, [i]], (1, m), interpolation=cv2.INTER_CUBIC)[:, 0] for i in range(CONTROL_POINTS)], 1)
    y, x = (h - m) // 2, (w - m) // 2
    square = np.kron(line, line).reshape(m, m, -1)
    return np.pad(square, ((y, h - m - y), (x, w - m - x), (0, 0)), mode="edge").reshape(h * w, -1)


def register(
    a: Array, b: Array, wa: Array, wb: Array, stiffness: float, norm: float = 0.0, start: Array | None = None, index: Array | None = None
) -> tuple[Array, float]:
    """Displacement fields float32 (2, G, G, 2) of two pictures, in units of the shorter side, and the conflict left; G is CONTROL_POINTS.

    a, b float32 (h, w, 3), weights (h, w). norm: the mean contrast energy of both; without it, against the colour of their corners. start: fields of a
    stiffer registration. index int (h w,): the pixel of b that lies on each pixel of a, a bijection; without it the same pixel.
    """
    norm = norm or _norm(a, b, wa, wb)
    x, pair = minimise(registration_energy, (a, b), (wa, wb), start, norm, stiffness, index)
    return as_fields(x), registration_energy(x, pair, norm, 0.0, index)[0]


def minimise(
    energy: Callable[..., tuple[float, np.ndarray]], pictures: Arrays, weights: Arrays, start: np.ndarray | None, *args: object
) -> tuple[np.ndarray, list[WarpedImage]]:
    """Control points of least energy by L-BFGS, from blurred to sharp, and the sharp pictures; energy(control points, pictures, *args) with its gradient."""
    x, blurs = (np.zeros(2 * len(pictures) * CONTROL_POINTS**2), (4.0, 2.0, 1.0)) if start is None else (start.astype(float).ravel(), (1.5, 1.0))
    for sigma in blurs:
        images = [WarpedImage(p, w, sigma) for p, w in zip(pictures, weights)]
        bounds = [(-MAX_DISPLACEMENT, MAX_DISPLACEMENT)] * len(x)
        x = minimize(energy, x, (images, *args), "L-BFGS-B", jac=True, bounds=bounds, options={"maxiter": 14, "maxfun": 24}).x
    return x, images


def as_fields(x: np.ndarray) -> np.ndarray:
    """Control points as displacement fields, float32 (n, G, G, 2)."""
    return x.reshape(-1, CONTROL_POINTS, CONTROL_POINTS, 2).astype(np.float32)


def unregistered_conflict(a: np.ndarray, b: np.ndarray, wa: np.ndarray, wb: np.ndarray, norm: float = 0.0, index: np.ndarray | None = None) -> float:
    """The conflict of both undisplaced, in the same units."""
    pair = [WarpedImage(p, w, 1.0) for p, w in ((a, wa), (b, wb))]
    return registration_energy(np.zeros(4 * CONTROL_POINTS**2), pair, norm or _norm(a, b, wa, wb), 0.0, index)[0]


def _norm(a: np.ndarray, b: np.ndarray, wa: np.ndarray, wb: np.ndarray) -> float:
    return float((wa[..., None] * (a - a[0, 0]) ** 2).sum() + (wb[..., None] * (b - b[0, 0]) ** 2).sum()) / 2 + 1e-6


class WarpedImage:
    """A picture with its weight and slopes, to be seen at displaced places."""

    def __init__(self, picture: np.ndarray, weight: np.ndarray, sigma: float):
        s = cv2.GaussianBlur(picture, (0, 0), sigma)
        slopes = [cv2.Sobel(s, cv2.CV_32F, dx, dy, ksize=3, scale=1 / 8) for dx, dy in ((1, 0), (0, 1))]
        lean = [cv2.Sobel(weight, cv2.CV_32F, dx, dy, ksize=3, scale=1 / 8)[..., None] for dx, dy in ((1, 0), (0, 1))]
        self.stack = np.concatenate([s, *slopes, weight[..., None], *lean], -1).astype(np.float32)

    def at(self, field: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """(picture (n, 3), its slopes (n, 2, 3) per unit of the side, weight (n,), its slopes (n, 2)) of all pixels. field (h, w, 2)."""
        h, w = field.shape[:2]
        m = min(h, w)
        x = (np.arange(w)[None] + field[..., 0] * m).astype(np.float32)
        y = (np.arange(h)[:, None] + field[..., 1] * m).astype(np.float32)
        planes = [cv2.remap(self.stack[..., i : i + 4], x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) for i in (0, 4, 8)]
        out = np.concatenate([p.reshape(h * w, -1) for p in planes], -1)
        return out[:, :3], out[:, 3:9].reshape(-1, 2, 3) * m, out[:, 9], out[:, 10:12] * m


def registration_energy(x: np.ndarray, pair: list[WarpedImage], norm: float, stiffness: float, index: np.ndarray | None = None) -> tuple[float, np.ndarray]:
    """E of the head of this file and its gradient, at control points x of both fields."""
    control = x.reshape(2, CONTROL_POINTS, CONTROL_POINTS, 2)
    shape = pair[0].stack.shape[:2]
    basis, at = spline_basis(*shape), slice(None) if index is None else index
    (pa, sa, wa, la), second = (w.at((basis @ c.reshape(-1, 2)).reshape(*shape, 2)) for w, c in zip(pair, control))
    pb, sb, wb, lb = (x[at] for x in second)  # what lies on each pixel of the first picture
    both = wa + wb + 1e-9
    w, diff = wa * wb / both, pa - pb
    square = (diff**2).sum(-1)
    value = float((w * square).sum()) / norm
    pull = 2 * w[:, None] * diff
    # d w / d wa = (wb / (wa + wb))^2, and likewise for wb
    sides = ((1, sa, wb, la), (-1, sb, wa, lb))
    grads = [(sign * (pull[:, None] * s).sum(-1) + (square * (other / both) ** 2)[:, None] * lean) / norm for sign, s, other, lean in sides]
    grads[1][at] = grads[1].copy()  # back to its own pixels
    return with_stiffness(value, np.stack([basis.T @ g for g in grads]), control, stiffness)


def with_stiffness(value: float, gradient: np.ndarray, control: np.ndarray, stiffness: float) -> tuple[float, np.ndarray]:
    """An energy and its gradient (n, G G, 2), flat, with the stiffness of the control points (n, G, G, 2)."""
    gradient = gradient.reshape(control.shape)
    if not stiffness:
        return value, gradient.ravel()
    stiff, slope = stiffness_energy(control)
    return value + stiffness * stiff, (gradient + stiffness * slope).ravel()


def stiffness_energy(c: np.ndarray) -> tuple[float, np.ndarray]:
    """sum |differences of neighbouring control points|^2 + MAGNITUDE_WEIGHT |c|^2, and its gradient."""
    value, grad = MAGNITUDE_WEIGHT * float((c**2).sum()), 2 * MAGNITUDE_WEIGHT * c
    for axis in (1, 2):
        d = np.diff(c, axis=axis)
        value += float((d**2).sum())
        pad = [(0, 0)] * c.ndim
        pad[axis] = (1, 1)
        grad -= 2 * np.diff(np.pad(d, pad), axis=axis)
    return value, grad


def register_on_board(c: Casting, cut: Board) -> list[Casting]:
    """The casting as it is, and bent with each stiffness; on large boards and other tilings as it is."""
    if cut.count > MAX_PIECES or not cut.on_grid or c.arrangement is None:
        return [c]
    s = -(-BOARD_PX // min(cut.rows, cut.cols))
    size = cut.size_px(s)
    rgba = [p.rgba(size) for p in c.parts]
    wa, wb = (importance(x, 1.5) for x in rgba)
    a, b = (composite_over(x, p.background(size)) for x, p in zip(rgba, c.parts))
    norm = 2 * min(contrast_energy(x, v, p.ground) for x, v, p in zip(rgba, (wa, wb), c.parts)) + 1e-6
    index = pixel_map(c.arrangement, 1, s).ravel().argsort()
    straight, out = unregistered_conflict(a, b, wa, wb, norm, index), [c]
    fields = None
    for stiffness in STIFFNESS:
        fields, left = register(a, b, wa, wb, stiffness, norm, fields, index)
        parts = tuple(replace(p, displacement=f) for p, f in zip(c.parts, fields))
        out.append(refit_arrangement(replace(c, parts=parts, conflict=c.conflict - straight + left), cut))
    return out


def refit_arrangement(c: Casting, cut: Board) -> Casting:
    """With the arrangement of least conflict by the pieces' real outlines."""
    s = fine_px(cut)
    size = cut.size_px(s)
    rgba = [p.rgba(size) for p in c.parts]
    a, b = (composite_over(x, p.background(size)) for x, p in zip(rgba, c.parts))
    wa, wb = (importance(x, s / 3) for x in rgba)
    return replace(c, arrangement=fit(a, b, wa, wb, cut, s)[0])
