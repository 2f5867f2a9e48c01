"""Pictures: the rendered page cut along the lines and reassembled, and measures of similarity.

Pixels are uint8 (h, w, 3). Every cell of the board has a whole number of pixels, so quarter turns about cell centres move whole pixels without resampling;
any other motion is resampled bilinearly.
"""

import math
from pathlib import Path

import cv2
import numpy as np
import shapely

from ..anagram import read_png
from ..errors import BadValue
from ._plan import BoardPlan

PX_PER_MM, LONGEST_PX, SEAM_PX = 5.0, 1400, 1
WINDOW = 1.5  # pixels, the deviation of the similarity's window
_SUB = 6  # binary digits of a pixel in cv2's fixed point


def read_picture(path: Path) -> np.ndarray:
    """Read a PNG. Raises BadValue."""
    try:
        return read_png(path)
    except (OSError, SyntaxError, ValueError) as e:
        raise BadValue(f"{path.name} cannot be read: {e}.") from e


def size_px(plan: BoardPlan) -> tuple[int, int]:
    """Size (h, w) of the board in pixels: about 5 px/mm, at most LONGEST_PX, a whole number of pixels a cell."""
    (w, h), (rows, cols) = plan.size_mm, plan.grid
    scale = min(PX_PER_MM, LONGEST_PX / max(w, h))
    if plan.is_whole_sheet or plan.border is not None:
        return max(16, round(h * scale)), max(16, round(w * scale))
    cell = max(4, round(scale * w / cols))
    return rows * cell, cols * cell


def assemble(art: np.ndarray, polygons: np.ndarray, moves: np.ndarray, size_mm: tuple[float, float], turned: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Picture and labels of the pieces, as they lie on the sheet of size_mm, cut out and moved by SVG matrices (n, 6) in mm.

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


def board_only(art: np.ndarray, plan: BoardPlan) -> np.ndarray:
    """Picture of the board's box, white beside a board that does not fill it."""
    if plan.border is None:
        return art
    mask, (x, y) = _mask(shapely.Polygon(plan.border), np.array(art.shape[1::-1]) / plan.size_mm, art.shape[:2])
    out = np.full_like(art, 255)
    out[y : y + mask.shape[0], x : x + mask.shape[1]][mask] = art[y : y + mask.shape[0], x : x + mask.shape[1]][mask]
    return out


def _in_px(matrix: np.ndarray, scale: np.ndarray, turned: bool) -> np.ndarray:
    """Matrix (2, 3) in pixels of a matrix in mm."""
    # S' M S^-1, S' the scale of the destination
    to = scale[::-1] if turned else scale
    a, b, c, d, e, f = matrix
    return np.array([[a, c, e], [b, d, f]]) * to[:, None] / np.array([*scale, 1.0])


def _mask(polygon: shapely.Polygon, scale: np.ndarray, size: tuple[int, int]) -> tuple[np.ndarray, tuple[int, int]]:
    """Mask of a polygon, bool, in its bounding box inside the board, and the box's corner (x, y)."""
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
    """Place a patch where its matrix puts it: by whole pixels where possible, else bilinearly."""
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
    """Patch and mask resampled bilinearly, with their corner (x, y); pixel i has its centre at i + 0.5, OpenCV's at i."""
    h, w = mask.shape
    box = np.array([(0, 0), (w, 0), (0, h), (w, h)]) + at
    there = box @ m[:, :2].T + m[:, 2]
    x, y = np.floor(there.min(0)).astype(int)
    size = (np.ceil(there.max(0)).astype(int) - (x, y)).tolist()
    offset = m[:, 2] + m[:, :2] @ (np.array(at) + 0.5) - (x, y) - 0.5
    warp = np.concatenate([m[:, :2], offset[:, None]], 1)
    moved = cv2.warpAffine(np.ascontiguousarray(patch), warp, size, borderMode=cv2.BORDER_REPLICATE)
    return int(x), int(y), moved, cv2.warpAffine(mask.astype(np.uint8) * 255, warp, size) > 127


def away_from_seams(labels: np.ndarray) -> np.ndarray:
    """Pixels whose neighbours up to SEAM_PX belong to the same piece, bool (h, w); the rest is not compared."""
    kernel = np.ones((2 * SEAM_PX + 1,) * 2, np.uint8)
    padded = labels.astype(np.float32)
    return (cv2.erode(padded, kernel) == cv2.dilate(padded, kernel)) & (labels >= 0)


def ssim_map(a: np.ndarray, b: np.ndarray, keep: np.ndarray | None = None, noise: np.ndarray | None = None) -> np.ndarray:
    """Structural similarity (SSIM) at each pixel, (h, w), the mean over the channels, with a Gaussian window of sigma 1.5 over 11 pixels.

    keep: bool (h, w), pixels that count. noise: (h, w, 3), variance of the difference that is discounted as meaningless.
    Source: Wang, Bovik, Sheikh and Simoncelli, Image quality assessment, IEEE Trans. Image Processing 13(4), 2004, p. 600.
    """
    # (2 ma mb + C1)(2 sab + C2) / ((ma^2 + mb^2 + C1)(sa^2 + sb^2 + C2)), C1 = (0.01 L)^2, C2 = (0.03 L)^2, L = 255, mean(x) = G(keep x) / G(keep);
    # with noise n the second factor is 1 - max(0, sa^2 + sb^2 - 2 sab - n) / (sa^2 + sb^2 + C2)
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


def masked_blur(x: np.ndarray, keep: np.ndarray, sigma: float) -> np.ndarray:
    """Gaussian blur of pictures uint8 (h, w, 3) that leaves out other pixels than `keep`."""
    # G(keep x) / G(keep)
    weight = keep.astype(np.float32)
    total = np.maximum(cv2.GaussianBlur(weight, (0, 0), sigma), 1e-3)
    return np.rint(cv2.GaussianBlur(x * weight[..., None], (0, 0), sigma) / total[..., None]).clip(0, 255).astype(np.uint8)


def local_excess(a: np.ndarray, b: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Excess of either picture uint8 (h, w, 3) over all that the other has within a kernel, the worst channel, uint8 (h, w)."""
    pairs = [v for x, y in ((a, b), (b, a)) for v in (cv2.subtract(cv2.erode(y, kernel), x), cv2.subtract(x, cv2.dilate(y, kernel)))]
    return np.maximum.reduce(pairs).max(-1)


def largest_spot(off: np.ndarray) -> tuple[float, np.ndarray]:
    """Pixels and centroid (x, y) of the largest connected spot of bool (h, w); no pixels where there is none."""
    _, _, stats, middles = cv2.connectedComponentsWithStats(off.astype(np.uint8), connectivity=8)
    if len(stats) < 2:
        return 0.0, middles[0]
    k = int(stats[1:, cv2.CC_STAT_AREA].argmax()) + 1
    return float(stats[k, cv2.CC_STAT_AREA]), middles[k]


def _channels(x: np.ndarray) -> np.ndarray:
    """Channels as float32 (c, h, w)."""
    return np.atleast_3d(x).transpose(2, 0, 1).astype(np.float32)


def registration_offset(a: np.ndarray, b: np.ndarray, rounds: int = 6) -> np.ndarray:
    """Offset (x, y) in pixels of picture a from b; zero where they have nothing in common.

    The peak of their phase correlation, refined by least squares. Source: Lucas and Kanade, An iterative image registration technique, IJCAI 1981, p. 674.
    """
    # blurred, so that neither steps of 8 bits nor hard edges spoil the gradient
    x, y = (cv2.GaussianBlur(cv2.cvtColor(np.ascontiguousarray(v), cv2.COLOR_RGB2GRAY).astype(np.float32), (0, 0), 2) for v in (a, b))
    d = np.array(cv2.phaseCorrelate(y.copy(), x.copy(), cv2.createHanningWindow(x.shape[::-1], cv2.CV_32F))[0])  # it writes on its arguments
    if np.abs(d).max() > 0.1 * min(x.shape):
        return np.zeros(2)
    rim = math.ceil(np.abs(d).max()) + 3
    inner = (slice(rim, -rim), slice(rim, -rim))
    for _ in range(rounds):
        # Gauss-Newton on a(p + d) = b(p): d += (sum g g^T)^-1 sum g (b - a(p + d)), g the gradient of the shifted a
        there = cv2.warpAffine(x, np.array([[1, 0, d[0]], [0, 1, d[1]]]), x.shape[::-1], flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP)
        g = np.stack([v[inner].ravel() for v in np.gradient(there)[::-1]])
        g, apart = g - g.mean(1, keepdims=True), (y - there)[inner].ravel()  # the mean off: a change of brightness is no motion
        square = (g @ g.T).astype(float)
        if np.linalg.cond(square) > 1e6:
            return np.zeros(2)
        d = d + np.linalg.solve(square, (g @ apart).astype(float))
    alike = np.corrcoef(there[inner].ravel(), y[inner].ravel())[0, 1]
    return d if alike > 0.5 else np.zeros(2)
