"""The rendered page, cut along the lines and put together again, and how like the wanted picture it is.

Pixels: uint8 (h, w, 3). The resolution gives every cell of the board a whole number of pixels, so quarter turns about cell
centres move whole pixels and nothing is resampled; any other motion is resampled bilinearly.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import shapely

from ._table import Table

PX_PER_MM, LONGEST_PX, SEAM_PX = 5.0, 1400, 1
WINDOW = 1.5  # pixels, the deviation of the similarity's window
_SUB = 6  # binary digits of a pixel in cv2's fixed point


def size_px(table: Table) -> tuple[int, int]:
    """(h, w) of the board: about 5 px/mm, at most LONGEST_PX, a whole number of pixels a cell."""
    (w, h), (rows, cols) = table.size_mm, table.grid
    scale = min(PX_PER_MM, LONGEST_PX / max(w, h))
    if table.is_sheet or table.border is not None:
        return max(16, round(h * scale)), max(16, round(w * scale))
    cell = max(4, round(scale * w / cols))
    return rows * cell, cols * cell


def assemble(art: np.ndarray, polygons: np.ndarray, moves: np.ndarray, size_mm: tuple[float, float], turned: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """(picture, labels): the pieces, as they lie on the sheet of size_mm, cut out and moved by SVG matrices (n, 6) in mm.

    labels int32 (h', w'): the piece that is seen at each pixel, -1 for none. turned: the picture is h wide and w high.
    """
    h, w = art.shape[:2]
    scale = np.array([w / size_mm[0], h / size_mm[1]])
    picture = np.full((w, h, 3) if turned else (h, w, 3), 255, np.uint8)
    labels = np.full(picture.shape[:2], -1, np.int32)
    for i, polygon in enumerate(polygons):
        mask, (x, y) = _mask(polygon, scale, (h, w))
        if mask.size:
            patch = art[y : y + mask.shape[0], x : x + mask.shape[1]]
            _place(picture, labels, i, patch, mask, (x, y), _in_px(moves[i], scale, turned))
    return picture, labels


def within(art: np.ndarray, table: Table) -> np.ndarray:
    """A picture of the board's box, white beside a board that does not fill it."""
    if table.border is None:
        return art
    mask, (x, y) = _mask(shapely.Polygon(table.border), np.array(art.shape[1::-1]) / table.size_mm, art.shape[:2])
    out = np.full_like(art, 255)
    out[y : y + mask.shape[0], x : x + mask.shape[1]][mask] = art[y : y + mask.shape[0], x : x + mask.shape[1]][mask]
    return out


def _in_px(matrix: np.ndarray, scale: np.ndarray, turned: bool) -> np.ndarray:
    """2 x 3 matrix in pixels of a matrix in mm: S' M S^-1, S' the scale of the place it goes to."""
    to = scale[::-1] if turned else scale
    a, b, c, d, e, f = matrix
    return np.array([[a, c, e], [b, d, f]]) * to[:, None] / np.array([*scale, 1.0])


def _mask(polygon: shapely.Polygon, scale: np.ndarray, size: tuple[int, int]) -> tuple[np.ndarray, tuple[int, int]]:
    """bool mask of a polygon in its bounding box inside the board, and the box's corner (x, y)."""
    x0, y0, x1, y1 = shapely.bounds(polygon) * np.tile(scale, 2)
    x, y = max(0, math.floor(x0)), max(0, math.floor(y0))
    h, w = min(size[0], math.ceil(y1)) - y, min(size[1], math.ceil(x1)) - x
    if not (h > 0 and w > 0):
        return np.zeros((0, 0), bool), (x, y)
    mask = np.zeros((h, w), np.uint8)
    rings = [(shapely.get_coordinates(r) * scale - (x, y) - 0.5) * 2**_SUB for r in shapely.get_rings(polygon)]
    cv2.fillPoly(mask, [np.rint(r).astype(np.int32) for r in rings], 1, shift=_SUB)
    return mask.astype(bool), (x, y)


def _place(picture: np.ndarray, labels: np.ndarray, i: int, patch: np.ndarray, mask: np.ndarray, at: tuple[int, int], m: np.ndarray) -> None:
    """Lay a patch down where its matrix puts it: whole pixels where it can be, else bilinear."""
    h, w = mask.shape
    corners = np.array([(at[0], at[1]), (at[0] + w, at[1] + h)]) @ m[:, :2].T + m[:, 2]
    low, whole = corners.min(0), np.rint(m[:, :2])
    if np.abs(m[:, :2] - whole).max() < 1e-2 and np.abs(low - np.rint(low)).max() < 0.02:
        patch, mask = (_turned(v, whole) for v in (patch, mask))
        x, y = np.rint(low).astype(int)
    else:
        x, y, patch, mask = _warped(patch, mask, at, m)
    top, left = max(0, -y), max(0, -x)
    mask = mask[top : labels.shape[0] - y, left : labels.shape[1] - x]
    if mask.size:
        patch = patch[top : top + mask.shape[0], left : left + mask.shape[1]]
        y, x = y + top, x + left
        picture[y : y + mask.shape[0], x : x + mask.shape[1]][mask] = patch[mask]
        labels[y : y + mask.shape[0], x : x + mask.shape[1]][mask] = i


def _turned(pixels: np.ndarray, linear: np.ndarray) -> np.ndarray:
    """Pixels under a signed permutation of the axes."""
    if linear[0, 0] == 0:
        pixels = pixels.swapaxes(0, 1)
    sx, sy = linear.sum(1)
    return pixels[:: -1 if sy < 0 else 1, :: -1 if sx < 0 else 1]


def _warped(patch: np.ndarray, mask: np.ndarray, at: tuple[int, int], m: np.ndarray) -> tuple[int, int, np.ndarray, np.ndarray]:
    """Bilinear; pixel i has its centre at i + 0.5, OpenCV's at i."""
    h, w = mask.shape
    box = np.array([(0, 0), (w, 0), (0, h), (w, h)]) + at
    there = box @ m[:, :2].T + m[:, 2]
    x, y = np.floor(there.min(0)).astype(int)
    size = tuple(int(v) for v in np.ceil(there.max(0)).astype(int) - (x, y))
    offset = m[:, 2] + m[:, :2] @ (np.array(at) + 0.5) - (x, y) - 0.5
    warp = np.concatenate([m[:, :2], offset[:, None]], 1)
    moved = cv2.warpAffine(np.ascontiguousarray(patch), warp, size, borderMode=cv2.BORDER_REPLICATE)
    return int(x), int(y), moved, cv2.warpAffine(mask.astype(np.uint8) * 255, warp, size) > 127


def away_from_seams(labels: np.ndarray) -> np.ndarray:
    """bool (h, w): pixels whose neighbours up to SEAM_PX belong to the same piece; the rest is not compared."""
    kernel = np.ones((2 * SEAM_PX + 1,) * 2, np.uint8)
    padded = labels.astype(np.float32)
    return (cv2.erode(padded, kernel) == cv2.dilate(padded, kernel)) & (labels >= 0)


def ssim_map(a: np.ndarray, b: np.ndarray, keep: np.ndarray | None = None, noise: np.ndarray | None = None) -> np.ndarray:
    """float64 (h, w): structural similarity at each pixel, the mean over the channels.

    (2 ma mb + C1)(2 sab + C2) / ((ma^2 + mb^2 + C1)(sa^2 + sb^2 + C2)) with a Gaussian window of sigma 1.5 over 11 pixels,
    C1 = (0.01 L)^2, C2 = (0.03 L)^2, L = 255: Wang, Bovik, Sheikh and Simoncelli, IEEE Trans. Image Processing 13 (2004) 600.
    With `keep`, bool (h, w), the window's means leave the other pixels out: mean(x) = G(keep x) / G(keep). With `noise`, (h, w, 3), a variance
    of the difference that means nothing is taken off it: the second factor is 1 - max(0, sa^2 + sb^2 - 2 sab - n) / (sa^2 + sb^2 + C2).
    """
    weight = np.ones(a.shape[:2], np.float32) if keep is None else keep.astype(np.float32)
    total = np.maximum(_blur(weight), 1e-6)
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    out = np.zeros(a.shape[:2], np.float32)
    for k, (x, y) in enumerate(zip(_channels(a), _channels(b))):
        mx, my, mxx, myy, mxy = (_blur(weight * v) / total for v in (x, y, x * x, y * y, x * y))
        vx, vy, vxy = mxx - mx * mx, myy - my * my, mxy - mx * my
        free = 0.0 if noise is None else np.clip(_blur(weight * noise[..., k]) / total, 0, np.maximum(vx + vy - 2 * vxy, 0))
        out += (2 * mx * my + c1) * (2 * vxy + free + c2) / ((mx * mx + my * my + c1) * (vx + vy + c2))
    return out / len(_channels(a))


def _blur(x: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(x, (11, 11), WINDOW, borderType=cv2.BORDER_REFLECT)


def mean_within(x: np.ndarray, keep: np.ndarray, sigma: float) -> np.ndarray:
    """uint8 (h, w, 3): G(keep x) / G(keep), the pixels blurred without those that are left out."""
    weight = keep.astype(np.float32)
    total = np.maximum(cv2.GaussianBlur(weight, (0, 0), sigma), 1e-3)
    return np.rint(cv2.GaussianBlur(x * weight[..., None], (0, 0), sigma) / total[..., None]).clip(0, 255).astype(np.uint8)


def beyond(a: np.ndarray, b: np.ndarray, reach: int) -> np.ndarray:
    """uint8 (h, w): how far one of two pictures uint8 (h, w, 3) lies outside all that the other has within so many pixels, the worst channel."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1,) * 2)
    pairs = [v for x, y in ((a, b), (b, a)) for v in (cv2.subtract(cv2.erode(y, disc), x), cv2.subtract(x, cv2.dilate(y, disc)))]
    return np.maximum.reduce(pairs).max(-1)


def largest_spot(off: np.ndarray) -> tuple[float, np.ndarray]:
    """(pixels, middle (x, y)) of the largest connected spot of bool (h, w); no pixels where there is none."""
    _, _, stats, middles = cv2.connectedComponentsWithStats(off.astype(np.uint8), connectivity=8)
    if len(stats) < 2:
        return 0.0, middles[0]
    k = int(stats[1:, cv2.CC_STAT_AREA].argmax()) + 1
    return float(stats[k, cv2.CC_STAT_AREA]), middles[k]


def _channels(x: np.ndarray) -> np.ndarray:
    """float32 (c, h, w)."""
    return np.atleast_3d(x).transpose(2, 0, 1).astype(np.float32)


def art_offset(a: np.ndarray, b: np.ndarray, rounds: int = 6) -> np.ndarray:
    """(x, y) pixels by which picture a lies beside b; zero where they have nothing in common.

    The peak of their phase correlation, then least squares on a(p + d) = b(p) by Gauss and Newton: with g the gradient of the
    shifted a, d += (sum g g^T)^-1 sum g (b - a(p + d)): Lucas and Kanade, Proc. IJCAI (1981) 674.
    """
    # blurred, so that neither steps of 8 bits nor hard edges spoil the gradient
    x, y = (cv2.GaussianBlur(cv2.cvtColor(np.ascontiguousarray(v), cv2.COLOR_RGB2GRAY).astype(np.float32), (0, 0), 2) for v in (a, b))
    d = np.array(cv2.phaseCorrelate(y.copy(), x.copy(), cv2.createHanningWindow(x.shape[::-1], cv2.CV_32F))[0])  # it writes on its arguments
    if np.abs(d).max() > 0.1 * min(x.shape):
        return np.zeros(2)
    rim = math.ceil(np.abs(d).max()) + 3
    inner = (slice(rim, -rim), slice(rim, -rim))
    for _ in range(rounds):
        there = cv2.warpAffine(x, np.array([[1, 0, d[0]], [0, 1, d[1]]]), x.shape[::-1], flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP)
        g = np.stack([v[inner].ravel() for v in np.gradient(there)[::-1]])
        g, apart = g - g.mean(1, keepdims=True), (y - there)[inner].ravel()  # the mean off: a change of brightness is no motion
        square = (g @ g.T).astype(float)
        if np.linalg.cond(square) > 1e6:
            return np.zeros(2)
        d = d + np.linalg.solve(square, (g @ apart).astype(float))
    alike = np.corrcoef(there[inner].ravel(), y[inner].ravel())[0, 1]
    return d if alike > 0.5 else np.zeros(2)
