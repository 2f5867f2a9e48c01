"""Profiles of connectors: what a tab family gives, how far apart its profiles are, and what they survive.

A family is a function of dials, each from -1 to 1 and 0 in its plain form; every setting of the dials is a tab from (0, 0) to (1, 0), in cells.
A tab p fits the blank that is its half turn H p = (1, 0) - p, walked backwards. So p passes for q where p is near q or near H q, and

    apart(p, q) = min(d(p, q), d(p, H q)),   d the Hausdorff distance of the curves, corners on corners.
"""

import functools
import inspect
import itertools
import math

import numpy as np
import shapely

from ... import plugins
from ...errors import BadValue

STEPS = {3: (5, 5, 5), 4: (5, 5, 3, 3)}  # settings of each dial that are tried, by how many dials there are
CLEAR = 0.095  # how far tabs keep from the diagonals of their cell at most, see `clear`
ROOM_SHARE = 0.7  # of the plain form's room that all profiles keep
LOW = 0.05  # of a side that stands out by less only its corner is thin
NECK_SHARE = 0.9  # necks are at least this share of the plain form's
TIP = 1.25  # a corner that is less than so much wider than the bridge to it is but a tip
SHOULDER = 0.04  # lower parts of a side stay near its straight line
APART_MM = 0.6  # profiles of a board lie at least so far apart


def plain(tabs: str) -> np.ndarray:
    """float (n, 4, 2): cubics of a family's plain form, from (0, 0) to (1, 0), bulging to negative y."""
    return plugins.load("jigsaw.tabs", tabs)()


def half_turn(curve: np.ndarray) -> np.ndarray:
    """The blank that a tab fits, as the neighbour walks it."""
    return (np.array([1, 0]) - curve)[::-1, ::-1]


def points(c: np.ndarray, n: int = 64) -> np.ndarray:
    """(..., n, 2): points of cubics (..., 4, 2) at even parameters."""
    shares, c = _bernstein(n), c[..., None, :]
    return shares[0] * c[..., 0, :, :] + shares[1] * c[..., 1, :, :] + shares[2] * c[..., 2, :, :] + shares[3] * c[..., 3, :, :]


@functools.lru_cache(maxsize=8)
def _bernstein(n: int) -> tuple[np.ndarray, ...]:
    t = np.linspace(0, 1, n)[:, None]
    return (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3


def polyline(curve: np.ndarray, n: int = 64) -> np.ndarray:
    """(k, 2): points of all cubics of a side."""
    return points(curve, n).reshape(-1, 2)


def apart(a: np.ndarray, b: np.ndarray) -> float:
    """How far profile a is from passing for b, in cells."""
    x, y, turned = (shapely.linestrings(polyline(c, 32)) for c in (a, b, half_turn(b)))
    return float(min(shapely.hausdorff_distance(x, y), shapely.hausdorff_distance(x, turned)))


def neck(tabs: str) -> float:
    """Narrowest width of the plain tab below the widest place of its head, as a share of the cell."""
    return neck_of(plain(tabs))


def neck_of(curve: np.ndarray) -> float:
    """Narrowest way across a tab below the widest place of its head; without a neck its width at half its height, of several bumps the narrowest's."""
    p = polyline(curve)
    tip = int(p[:, 1].argmin())
    left, right = p[: tip + 1], p[: tip - 1 if tip else None : -1]

    def below(side: np.ndarray, sign: int) -> np.ndarray:
        head = np.where(side[:, 1] < p[tip, 1] / 2, sign * side[:, 0], np.inf).argmin()
        return side[: head + 1]

    a, b = below(left, 1), below(right, -1)
    return min(float(np.hypot(*(a[:, None] - b[None]).transpose(2, 0, 1)).min()), *_widths(p, p[tip, 1] / 4))


def _widths(p: np.ndarray, least: float) -> list[float]:
    """Of each bump that stands out beyond y = least: how far apart the curve is at half the bump's height, on its two sides."""
    y = p[:, 1]
    peaks = [k for k in range(1, len(y) - 1) if y[k - 1] > y[k] <= y[k + 1] and y[k] < least]
    out = []
    for k in peaks:
        beyond = y > y[k] / 2
        before, after = np.flatnonzero(beyond[:k]), np.flatnonzero(beyond[k:])
        out.append(float(p[k + after[0], 0] - p[before[-1], 0]))
    return out


def room(curve: np.ndarray) -> float:
    """How far a side keeps from the diagonals of its cell, min(x, 1 - x) - |y|, where it stands out by more than LOW; -1 where it crosses them."""
    p = polyline(curve, 32)
    x, y = p[:, 0], np.abs(p[:, 1])
    away = np.minimum(x, 1 - x) - y
    return float(away[y > LOW].min(initial=0.5)) if (away > -1e-12).all() and y.max() < 1 / 3 else -1.0


@functools.lru_cache(maxsize=32)
def clear(tabs: str) -> float:
    """The least `room` of a family's sides. Two blanks beside one corner, each c from the diagonal, leave a bridge of sqrt(2) c between them: as wide
    as the necks are, where the plain form leaves so much."""
    return min(CLEAR, NECK_SHARE * neck(tabs) / math.sqrt(2), ROOM_SHARE * room(plain(tabs)))


def bridges(curve: np.ndarray, corner_deg: float = 90.0, lead: float = 0.0) -> tuple[float, float]:
    """How far a side that dips into its piece keeps from the line that halves the corner at its start and at its end, in lengths of a connector, as
    tab or as blank; infinite where the way only widens from the corner on, so that no more than a tip is thin.

    away = (x + lead) sin(corner / 2) - depth cos(corner / 2), x from the connector's end, the straight lead before it; a side that is a away at its end
    and the next, which is b away at its start, leave a + b between them.
    """
    p = polyline(curve)
    half = math.radians(corner_deg / 2)
    way = np.array([math.sin(half), -math.cos(half)])
    ahead, back = p, (1, 0) - p[::-1]  # back: the same as a blank, walked from its start
    starts, ends = ([_dip(q + (lead, 0), way) for q in some] for some in ((ahead, back), (q[::-1] * (-1, 1) + (1, 0) for q in (ahead, back))))
    return min(starts), min(ends)


def _dip(p: np.ndarray, way: np.ndarray) -> float:
    """The least way (x, depth) @ way after it was TIP times as wide, between the start and the deepest point."""
    depth = np.maximum(0, p[:, 1])
    away = (np.stack([p[:, 0], depth], 1) @ way)[: int(depth.argmax()) + 1]
    fallen = np.flatnonzero(away < np.maximum.accumulate(away) / TIP)
    return float(away[fallen].min()) if len(fallen) else math.inf


@functools.lru_cache(maxsize=32)
def least_width(tabs: str, keyed: bool = False, corner_deg: float = 90.0, lead: float = 0.0) -> float:
    """Narrowest width of a piece, as a share of a connector's length: of its necks, or of the bridge between two blanks beside one corner.

    keyed: of any profiles of the family. corner_deg, lead: the cell's corners, and how much of a side there is before a connector, in its length.
    """
    curves = _candidates(tabs) if keyed else (plain(tabs),)
    starts, ends = zip(*(bridges(c, corner_deg, lead) for c in curves))
    return min([*map(neck_of, curves), min(starts) + min(ends)])


def sound(curve: np.ndarray, least_neck: float, least_room: float) -> bool:
    """Whether a side can be cut: no crossing, neck wide enough, and clear of the neighbouring sides' tabs.

    Tabs and dips lie between the cell's diagonals, |y| < min(x, 1 - x), so those of neighbouring sides never touch.
    """
    return room(curve) >= least_room - 1e-9 and bool(shapely.linestrings(polyline(curve, 32)).is_simple) and neck_of(curve) >= least_neck - 1e-9


@functools.lru_cache(maxsize=8)
def _candidates(tabs: str) -> tuple[np.ndarray, ...]:
    """All sound settings of a family's dials, the plain form first."""
    make = plugins.load("jigsaw.tabs", tabs)
    dials = len(inspect.signature(make).parameters)
    steps = [sorted(np.linspace(-1, 1, n).tolist(), key=abs) for n in STEPS.get(dials, (3,) * dials)]
    least = NECK_SHARE * neck(tabs)
    curves = (make(*setting) for setting in itertools.product(*steps))
    return tuple(c for c in curves if sound(c, least, clear(tabs)))


@functools.lru_cache(maxsize=8)
def reach(tabs: str) -> tuple[float, float, float]:
    """(left, right, height) of the box that all tabs of a family keep to, but for their shoulders, in cells."""
    p = np.concatenate([polyline(c, 16) for c in _candidates(tabs)])
    head = p[np.abs(p[:, 1]) > SHOULDER]
    return float(head[:, 0].min()), float(head[:, 0].max()), float(np.abs(p[:, 1]).max())


def catalogue(tabs: str, count: int, least: float = 0.0) -> tuple[tuple[np.ndarray, ...], tuple[float, ...]]:
    """(up to `count` profiles, how far the nearest two of the first k are apart, for each k), in cells; the plain form first.

    The first ones of a longer catalogue are those of a shorter one. Ends where the next would be nearer than `least`.
    """
    found, nearest = _ordered(tabs, next((n for n in (1, 8, 24, 64) if n >= count), count))
    k = min(count, sum(d >= least for d in nearest))
    return found[:k], nearest[:k]


@functools.lru_cache(maxsize=32)
def _ordered(tabs: str, count: int) -> tuple[tuple[np.ndarray, ...], tuple[float, ...]]:
    """Farthest first (Gonzalez 1985): each next profile is the one that is furthest from all before it."""
    if count == 1:
        return (plain(tabs),), (np.inf,)
    curves = _candidates(tabs)
    lines, turned = (np.array([shapely.linestrings(polyline(f(c), 12)) for c in curves]) for f in (lambda c: c, half_turn))
    far, seen, chosen, nearest = shapely.hausdorff_distance(lines, turned), np.zeros(len(curves), int), [0], [np.inf]
    nearest[0] = float(far[0])
    while len(chosen) < count:
        best = _furthest(far, seen, chosen, lines, turned)
        if far[best] < 1e-6:
            break
        chosen.append(best)
        nearest.append(min(nearest[-1], float(far[best])))
    return tuple(curves[i] for i in chosen), tuple(nearest)


def _furthest(far: np.ndarray, seen: np.ndarray, chosen: list[int], lines: np.ndarray, turned: np.ndarray) -> int:
    """The candidate furthest from all chosen. far holds upper bounds, from the first `seen` of them; only the largest are brought up to date."""
    while True:
        best = int(far.argmax())
        if seen[best] == len(chosen):
            return best
        for other in (lines, turned):
            far[best] = min(far[best], shapely.hausdorff_distance(lines[best], other[chosen[seen[best] :]]).min())
        far[best], seen[best] = round(float(far[best]), 9), len(chosen)


def profiles(tabs: str, count: int, cell_mm: float, apart_mm: float = APART_MM) -> tuple[tuple[np.ndarray, ...], float]:
    """(up to `count` profiles at least apart_mm apart at this size, their smallest distance in mm). Raises BadValue when there are not two."""
    found, nearest = catalogue(tabs, max(2, count), apart_mm / cell_mm)
    if len(found) < 2:
        raise BadValue(
            f"'{tabs}' has no two profiles {apart_mm:g} mm apart on pieces of {cell_mm:.1f} mm; take larger pieces or another family "
            f"of tabs: {', '.join(plugins.names('jigsaw.tabs'))}."
        )
    return found[:count], nearest[count - 1 if count <= len(nearest) else -1] * cell_mm
