"""A photograph's subject, cut out of its ground.

Three guesses are made on a copy of 320 px and carried out by GrabCut (Rother, Kolmogorov, Blake 2004, as OpenCV has it): what differs from a
plain ground, what differs from the border's colours, and all that is not at the border. The guess whose contour is clearest is taken.
"""

import functools
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ..errors import BadValue
from ._matte import decontaminate, refine_matte
from ._picture import Cutout, Photo

_SIDE_PX, _BORDER, _ROUNDS = 320, 0.04, 5
_PLAIN = 4.0  # Lab distance within which four fifths of a plain border lie of a smooth surface
_ROUGH = 13.0  # beyond this no surface is tried
_STEP, _CLEAR = 10.0, 0.72
_SEEN = 2.0  # Lab: a picture that varies less is of one colour
_MAIN = 0.35  # of the subject is in its largest piece: many small things are no subject
_EVEN = 0.08  # contours nearer than this count as equally clear: the larger subject is taken
BACKGROUND, SUBJECT, MAYBE_GROUND, MAYBE_SUBJECT = range(4)


def extract_subject(photo: Photo, mask_file: Path | None = None) -> Cutout:
    """Segment a photograph's subject: a cutout with an alpha matte, as large as the photograph; components of a tenth of the largest stay.
    mask_file: where the mask is written (PNG, white is subject). Raises BadValue when nothing, or nearly everything, stands out.
    """
    import cv2

    alpha = refine_matte(segment_subject(photo.rgb), photo.rgb)
    if mask_file:
        cv2.imencode(".png", np.rint(alpha * 255).astype(np.uint8))[1].tofile(mask_file)
    return Cutout(photo.subject, decontaminate(photo.rgb, alpha), "photo", photo.licence, photo.credit)


def segment_subject(rgb: np.ndarray, side_px: int = _SIDE_PX) -> np.ndarray:
    """float32 (h, w) of a copy of at most `side_px` of a picture (h, w, 3), 1 where its subject is. Raises BadValue where nothing stands out."""
    import cv2

    scale = min(1.0, side_px / max(rgb.shape[:2]))
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else rgb
    lab = cv2.cvtColor(cv2.GaussianBlur(small.astype(np.float32), (0, 0), 0.8), cv2.COLOR_RGB2LAB)
    if np.ptp(lab, axis=(0, 1)).max() < _SEEN:  # GrabCut needs minutes for it
        raise BadValue("nothing in the picture stands out: it is of one colour; take another.")
    rim = _border_mask(lab.shape[:2], _BORDER)
    far, spread = _distance_from_surface(lab, rim)
    masks = [_clean_mask(_grabcut_mask(small, labels)) for labels in _seeds(lab, rim, far, spread)]
    guesses = [m for m in masks if 0.005 < m.mean() < 0.8 and _largest_component(m) > _MAIN * m.sum()]
    clear = [_contour_clearness(lab, m, min(_STEP, max(4.0, 2.5 * spread))) for m in guesses]
    if not guesses or max(clear) < _CLEAR:
        raise BadValue("nothing in the picture stands out clearly from its ground; cut it out by hand, as a PNG with transparency, or take another.")
    good = [k for k, c in enumerate(clear) if c > max(clear) - _EVEN]
    return guesses[max(good, key=lambda k: guesses[k].sum())].astype(np.float32)


def _seeds(lab: np.ndarray, rim: np.ndarray, far: np.ndarray, spread: float) -> Iterator[np.ndarray]:
    """Labels for GrabCut, uint8 (h, w), a guess each; far, spread: as `_distance_from_surface` says."""
    least = max(7.0, 3 * spread)
    if spread < _ROUGH:
        yield np.select([far > 2.5 * least, far > least, (far < 0.4 * least) | rim], [SUBJECT, MAYBE_SUBJECT, BACKGROUND], MAYBE_GROUND).astype(np.uint8)
    if spread >= _PLAIN or (far > least).mean() < 0.01:
        far = _distance_from_clusters(lab, rim)
        yield np.select([far > _otsu_threshold(far), rim], [MAYBE_SUBJECT, BACKGROUND], MAYBE_GROUND).astype(np.uint8)
    yield np.where(rim, BACKGROUND, MAYBE_SUBJECT).astype(np.uint8)


def _border_mask(shape: tuple[int, int], share: float) -> np.ndarray:
    """bool (h, w): the border, `share` of the longer side wide."""
    edge, rim = max(2, round(share * max(shape))), np.ones(shape, bool)
    rim[edge:-edge, edge:-edge] = False
    return rim


def _distance_from_surface(lab: np.ndarray, rim: np.ndarray) -> tuple[np.ndarray, float]:
    """Lab distance (h, w) from a smooth ground, and its 0.8 quantile on the border.
    The ground is a quadratic in x and y, fitted to the border by iterated least squares with Cauchy's weights 1 / (1 + (r / 2s)^2).
    """
    h, w = lab.shape[:2]
    y, x = np.mgrid[-1 : 1 : h * 1j, -1 : 1 : w * 1j].astype(np.float32)
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], -1)
    a, b, weight = terms[rim], lab[rim], np.ones((int(rim.sum()), 1), np.float32)
    for _ in range(8):
        found = np.linalg.lstsq(a * np.sqrt(weight), b * np.sqrt(weight), rcond=None)[0]
        left = np.linalg.norm(b - a @ found, axis=1)
        weight = 1 / (1 + (left / (2 * max(1.0, 1.48 * float(np.median(left))))) ** 2)[:, None]
    return np.linalg.norm(lab - terms @ found, axis=-1), float(np.quantile(left, 0.8))


def _distance_from_clusters(lab: np.ndarray, rim: np.ndarray) -> np.ndarray:
    """Mahalanobis distance (h, w) from the nearest of the border's five colours, less towards the sides (Gaussian of 0.55 half sides)."""
    import cv2

    colours, (h, w) = lab[rim], lab.shape[:2]
    cv2.setRNGSeed(0)
    _, of, centres = cv2.kmeans(colours, 5, np.empty((len(colours), 1), np.int32), (3, 20, 0.5), 2, cv2.KMEANS_PP_CENTERS)
    far = np.full((h, w), np.inf, np.float32)
    for k, centre in enumerate(centres):
        own = colours[of.ravel() == k]
        if len(own) > 0.03 * len(colours):
            d = lab - centre
            far = np.minimum(far, np.sqrt(np.einsum("hwi,ij,hwj->hw", d, np.linalg.inv(np.cov(own.T) + 6 * np.eye(3)).astype(np.float32), d)))
    y, x = np.mgrid[-1 : 1 : h * 1j, -1 : 1 : w * 1j]
    return cv2.GaussianBlur(far * np.exp(-(x * x + y * y) / (2 * 0.55**2)).astype(np.float32), (0, 0), 2)


def _otsu_threshold(x: np.ndarray) -> float:
    """The threshold that parts values best in two (Otsu 1979)."""
    import cv2

    top = max(float(np.quantile(x, 0.99)), 1e-6)
    return cv2.threshold(np.clip(x / top * 255, 0, 255).astype(np.uint8), 0, 255, cv2.THRESH_OTSU)[0] / 255 * top


def _grabcut_mask(small: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """bool (h, w): GrabCut's subject; nothing where the labels leave it no choice."""
    sure = labels & 1
    if not sure.any() or sure.all():
        return np.zeros(labels.shape, bool)
    return _grabcut(np.rint(np.clip(small[..., ::-1], 0, 1) * 255).astype(np.uint8).tobytes(), labels.tobytes(), labels.shape)


@functools.lru_cache(maxsize=24)
def _grabcut(bgr: bytes, labels: bytes, shape: tuple[int, int]) -> np.ndarray:
    """The same of pixels and labels as bytes: several stages, and every seed, ask the same of one photograph."""
    import cv2

    cv2.setRNGSeed(0)
    found = np.frombuffer(labels, np.uint8).reshape(shape).copy()
    cv2.grabCut(np.frombuffer(bgr, np.uint8).reshape(*shape, 3), found, (0, 0, 0, 0), np.zeros((1, 65)), np.zeros((1, 65)), _ROUNDS, cv2.GC_INIT_WITH_MASK)
    mask = (found & 1) > 0
    mask.flags.writeable = False
    return mask


def _clean_mask(mask: np.ndarray) -> np.ndarray:
    """The largest piece and those of a tenth of its size, small holes filled; of a drawing in thin lines all that the lines enclose."""
    import cv2

    mask = _flip_small_components(mask, True, 0.1 * _largest_component(mask))
    joined = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)) > 0
    whole = _flip_small_components(joined, False, mask.size) if mask.any() else mask
    if mask.sum() < 0.5 * whole.sum() and cv2.erode(mask.astype(np.uint8), np.ones((9, 9), np.uint8)).sum() < 0.02 * mask.sum():
        return whole
    return _flip_small_components(mask, False, 0.02 * mask.sum())


def _largest_component(mask: np.ndarray) -> float:
    import cv2

    stats = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)[2]
    return float(stats[1:, cv2.CC_STAT_AREA].max()) if len(stats) > 1 else 0.0


def _flip_small_components(mask: np.ndarray, value: bool, least: float) -> np.ndarray:
    """Pieces of this value that are smaller than `least` pixels take the other; those of ground at the border stay."""
    import cv2

    count, labels, stats, _ = cv2.connectedComponentsWithStats((mask == value).astype(np.uint8), connectivity=4)
    small = stats[:, cv2.CC_STAT_AREA] < least
    small[0] = False
    if not value:
        small[np.unique(labels[_border_mask(mask.shape, 0.0)])] = False
    return np.where(small[labels], not value, mask)


def _contour_clearness(lab: np.ndarray, mask: np.ndarray, least: float) -> float:
    """Share of the contour across which the mean colour of 7 x 7 pixels steps by more than `least` in Lab; what the frame cuts does not count."""
    import cv2

    means = []
    for side in (mask, ~mask):
        weight = cv2.blur(side.astype(np.float32), (7, 7))
        means.append((cv2.blur(lab * side[..., None], (7, 7)) / np.maximum(weight, 1e-3)[..., None], weight > 0.1))
    edge = (cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0) & means[0][1] & means[1][1]
    step = np.linalg.norm(means[0][0] - means[1][0], axis=-1)[edge & ~_border_mask(mask.shape, 0.01)]
    return float((step > least).mean()) if len(step) else 0.0
