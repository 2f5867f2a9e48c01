"""Flat areas of a picture: made of a photograph, joined, measured. Areas never leave their piece."""

import cv2
import numpy as np
from scipy import ndimage

from .._partition import connected_groups
from ..regions import components
from ._artwork import Artwork
from ._recovery import renumber


def area_means(areas: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Mean of values (h, w) or (h, w, c) over each area: float32 (n,) or (n, c)."""
    flat, size = areas.ravel(), np.maximum(np.bincount(areas.ravel()), 1)
    if values.ndim == 2:
        return (np.bincount(flat, values.ravel()) / size).astype(np.float32)
    return np.stack([np.bincount(flat, values[..., k].ravel()) / size for k in range(values.shape[2])], 1).astype(np.float32)


def flat_areas(art: Artwork, least_mm2: float, detail_mm: float, count: int, least_step: float = 8.0) -> tuple[np.ndarray, np.ndarray]:
    """Segment a picture: (areas int32 (h, w), colours float32 (n, 3)), at most `count` colours, least_step apart in L*a*b*.
    Areas of one colour that touch in a piece are one, those of less than least_mm2 join a neighbour. A photograph is smoothed by detail_mm first.
    """
    areas = posterise(art, count, detail_mm) if art.regions is None else art.regions
    for _ in range(2):
        areas = merge_small(areas, art, least_mm2 * art.px(1) ** 2)
        size, colour = np.bincount(areas.ravel()), area_means(areas, art.picture)
        group = quantise(colour, size, count, least_step)
        areas = components((art.pieces + 1) * np.int64(256) + group.astype(np.uint8)[areas])
    areas = merge_small(areas, art, least_mm2 * art.px(1) ** 2)
    return areas, _palette_colours(areas, art, count, least_step)


def _palette_colours(areas: np.ndarray, art: Artwork, count: int, least_step: float) -> np.ndarray:
    """The palette's colour of each area, the mean of all pixels that take it."""
    size, colour = np.bincount(areas.ravel()), area_means(areas, art.picture)
    group = quantise(colour, size, count, least_step)
    mean = np.stack([np.bincount(group, size * colour[:, k]) / np.bincount(group, size) for k in range(3)], 1)
    return mean.astype(np.float32)[group]


def merge_small(areas: np.ndarray, art: Artwork, least_px: float) -> np.ndarray:
    """Areas smaller than least_px pixels go to the neighbour in their piece with the longest common border / (0.1 + colour step)."""
    for _ in range(6):
        size, colour = np.bincount(areas.ravel()), area_means(areas, art.picture)
        i, j, length = _adjacency(areas, art.pieces)
        step = np.abs(colour[i] - colour[j]).max(1)
        score = np.where((size[i] < least_px) & ((size[j] > size[i]) | ((size[j] == size[i]) & (step == 0))), length / (0.1 + step), 0)
        order = np.argsort(score, kind="stable")
        order = order[score[order] > 0]
        if not len(order):
            break
        goal = np.arange(len(size))
        goal[i[order]] = j[order]
        pairs = np.flatnonzero(goal != np.arange(len(size)))
        group = connected_groups(len(size), np.stack([pairs, goal[pairs]], 1))
        areas = group.astype(np.int32)[areas]
    return renumber(areas)


def _adjacency(areas: np.ndarray, pieces: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(i, j, pixels of their border) of areas that touch in one piece, each pair in both orders."""
    n, keys = int(areas.max()) + 1, []
    for a, b, p, q in ((areas[1:], areas[:-1], pieces[1:], pieces[:-1]), (areas[:, 1:], areas[:, :-1], pieces[:, 1:], pieces[:, :-1])):
        meet = (a != b) & (p == q)
        keys += [a[meet].astype(np.int64) * n + b[meet], b[meet].astype(np.int64) * n + a[meet]]
    found, length = np.unique(np.concatenate(keys), return_counts=True)
    return found // n, found % n, length


def distance_to_border(areas: np.ndarray, sheet: bool = True) -> np.ndarray:
    """float32 (h, w): distance in pixels from each pixel's centre to the nearest border of its area; sheet: the sheet's edge is one."""
    border = np.zeros(areas.shape, bool)
    for a, b, one, two in ((areas[1:], areas[:-1], border[1:], border[:-1]), (areas[:, 1:], areas[:, :-1], border[:, 1:], border[:, :-1])):
        meet = a != b
        one |= meet
        two |= meet
    if sheet:
        border[[0, -1]], border[:, [0, -1]] = True, True
    return cv2.distanceTransform((~border).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE) + np.float32(0.5)


def distance_to_contour(areas: np.ndarray, pieces: np.ndarray) -> np.ndarray:
    """float32 (h, w): distance in pixels to the nearest contour between areas of the same piece, pieces taken one by one; large where none is."""
    out = np.full(areas.shape, 1e6, np.float32)
    for window, mask in piece_windows(pieces):
        part = areas[window]
        line = np.zeros(part.shape, bool)
        inside = np.ones(part.shape, bool) if mask is None else mask
        for one, two in (((slice(1, None), slice(None)), (slice(-1), slice(None))), ((slice(None), slice(1, None)), (slice(None), slice(-1)))):
            meet = (part[one] != part[two]) & inside[one] & inside[two]
            line[one] |= meet
            line[two] |= meet
        if line.any():
            far = cv2.distanceTransform((~line).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE) + np.float32(0.5)
            out[window][inside] = far[inside]
    return out


def inradius(areas: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """float32 (n,): largest distance to the border in each area."""
    return ndimage.maximum(distance, areas, np.arange(int(areas.max()) + 1)).astype(np.float32)


def quantise(colours: np.ndarray, weights: np.ndarray, count: int, least: float = 0.0) -> np.ndarray:
    """Quantise colours (n, 3) to at most `count` groups, none nearer than `least` in L*a*b*: int (n,). weights (n,): pixels of each.
    The two groups whose joining costs least, w1 w2 / (w1 + w2) |c1 - c2|^2, are joined again and again (Ward, Hierarchical grouping, 1963).
    """
    whole = np.rint(colours * 255).astype(np.uint8)
    for bits in range(8):  # of a photograph's many colours, near ones count as one
        at = np.unique(whole >> bits, axis=0, return_inverse=True)[1].ravel()
        if at.max() < 400:
            break
    w = np.bincount(at, weights)
    mean = np.stack([np.bincount(at, weights * colours[:, k]) / w for k in range(3)], 1)
    lab = cv2.cvtColor(mean[None].astype(np.float32), cv2.COLOR_RGB2LAB)[0].astype(float)
    return _ward(lab, w, count, least)[at]


def _ward(lab: np.ndarray, w: np.ndarray, count: int, least: float) -> np.ndarray:
    group, lab, w = np.arange(len(lab)), lab.copy(), w.copy()
    far = ((lab[:, None] - lab[None]) ** 2).sum(-1)
    cost = far * w[:, None] * w / (w[:, None] + w)
    np.fill_diagonal(cost, np.inf)
    left = len(lab)
    while left > 1:
        measure = cost if left > count else np.where(np.isfinite(cost), far, np.inf)
        i, j = sorted(divmod(int(np.argmin(measure)), len(lab)))
        if left <= count and far[i, j] >= least**2:
            break
        lab[i] = (w[i] * lab[i] + w[j] * lab[j]) / (w[i] + w[j])
        w[i] += w[j]
        group[group == j] = i
        far[i] = far[:, i] = ((lab - lab[i]) ** 2).sum(1)
        alive = np.isfinite(cost[i]) | (np.arange(len(lab)) == i)
        cost[i] = cost[:, i] = np.where(alive, far[i] * w[i] * w / (w[i] + w), np.inf)
        cost[i, i] = np.inf
        cost[j], cost[:, j] = np.inf, np.inf
        left -= 1
    return np.unique(group, return_inverse=True)[1]


def posterise(art: Artwork, count: int, detail_mm: float) -> np.ndarray:
    """Areas of a photograph in `count` colours: smoothed, each pixel to its nearest colour, then to what most of its neighbours took."""
    width = max(1, round(art.px(detail_mm) / 2)) * 2 + 1  # pixels
    smooth = blur_within_pieces(art.pieces, art.picture, width // 4 * 2 + 1)
    bins = np.rint(smooth * 31).astype(np.int32) @ np.array([1024, 32, 1], np.int32)
    used = np.flatnonzero(np.bincount(bins.ravel()))
    rgb = np.stack([used // 1024, used // 32 % 32, used % 32], 1).astype(np.float32) / 31
    group = quantise(rgb, np.bincount(bins.ravel())[used], count)
    table = np.zeros(1 << 15, np.uint8)
    table[used] = group
    label = table[bins]
    votes, out = np.zeros(label.shape, np.uint8), label.copy()
    for k in range(int(group.max()) + 1):
        share = blur_within_pieces(art.pieces, (label == k).astype(np.uint8) * np.uint8(255), width, empty=True)
        better = share > votes
        np.copyto(votes, share, where=better)
        out[better] = k
    return components(out.astype(np.int32) + (art.pieces + 1) * 256)


def piece_windows(pieces: np.ndarray) -> list[tuple[tuple[slice, slice], np.ndarray | None]]:
    """(window, mask in it) of every piece; a single piece has no mask."""
    if (pieces == pieces.flat[0]).all():
        return [((slice(None), slice(None)), None)]
    return [(window, pieces[window] == n) for n, window in enumerate(ndimage.find_objects(pieces + 2), -1) if window is not None]


def blur_within_pieces(pieces: np.ndarray, x: np.ndarray, width: int, empty: bool = False) -> np.ndarray:
    """Blur x (h, w) or (h, w, c) with a tent filter of about `width` pixels, within each piece alone; the dtype stays.
    empty: 0 lies beyond the piece; uint8 only with it.
    """
    out, k = np.empty_like(x), (max(1, width // 2 * 2 + 1),) * 2

    def blur(v: np.ndarray, edge: int = cv2.BORDER_CONSTANT) -> np.ndarray:
        return cv2.blur(cv2.blur(v, k, borderType=edge), k, borderType=edge)

    for window, mask in piece_windows(pieces):
        if mask is None:
            out[window] = blur(x[window], cv2.BORDER_CONSTANT if empty else cv2.BORDER_REFLECT)
            continue
        m = mask.astype(x.dtype)
        part = blur(x[window] * (m if x.ndim == 2 else m[..., None]))
        if not empty:
            weight = np.maximum(blur(m), 1e-6)
            part = part / (weight if x.ndim == 2 else weight[..., None])
        out[window][mask] = part[mask]
    return out
