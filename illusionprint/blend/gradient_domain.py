"""Blend of a board's pictures as one least-squares problem in values and gradients, the seams of every assembly in the same system.

    E(X) = sum_k sum_p t_k v_k(p) (X_k(p) - I_k(p))^2 + sum_(p,q) g_k(p,q) (X_k(p) - X_k(q) - o(p,q) (I_k(p) - I_k(q)))^2,   X_k = X put together as assembly k

(p, q) are neighbouring pixels of assembly k. Within a piece g = t_k l^2 w_k / mean w, w the salience, so that in fine detail the picture wins that
has contours there, while values are shared nearly evenly (v = `error_visibility`), which leaves least error and fewest ghosts, but where a picture is
to be kept whole (times w / MAX_SALIENCY above 1). o = 1; across a seam o = SEAM_STEP, since detail that both pictures share is shown at about half its contrast, and a
whole step would stand out; there g = SEAM_WEIGHT l^2 sqrt(max(1, n / 200) max(1, s / FINE_PX)), n pieces of s pixels, since small pieces
and fine pixels are smooth within, alike in all assemblies whatever t_k, so that none has the more visible seams. A step that is in
neither picture is spread over about l pixels, l = SPREAD_CELLS cells: as thin as a cut, since what is spread is a halo in the other assemblies, and most
of the error beyond that of the values. A weighted, screened Poisson problem (Perez, Gangnet and Blake, Poisson image
editing, 2003; screened: Bhat and others, 2008), symmetric and positive definite; solved by conjugate gradients, preconditioned by the
diagonal, from the result at half the resolution. Pieces that are no squares move pixels to within one of where they belong (`jigsaw.pixels.rotation`), which E takes as it is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ..jigsaw import Board, labels_at
from ..views import View

SPREAD_CELLS = 1 / 96  # l in cells: how far a seam's step is spread, and how coarse detail is that salience decides
SEAM_WEIGHT = 96.0  # how much more a step across a seam counts than one within a piece
SEAM_STEP = 0.5  # the share of its own step that a picture asks for across a seam
FINE_PX = 64  # pixels a cell beyond which pictures are smooth at the size of a pixel
COARSEST = 12  # pixels a cell where the solution begins
STEPS = (80, 16)  # of the solver on the coarsest and on each finer picture
EVEN_PX = 800  # longer side of the pictures on which the balance is found
MAX_SALIENCY = 2.5  # the highest salience; weights beyond it are of what is to be kept whole
MAX_BALANCE = 12.0  # what one picture may count against another
MASKING_CELLS, MASKING_L, MASKING_EXPONENT = 1 / 6, 6.0, 0.3  # of `error_visibility`: cells, L*, and how much is made of it
MIN_CHANGE_L = 0.3  # of a change of L*, what counts as none
VISIBLE_PX = 32
Tell = Callable[[int, int, str], None]
Arrays = Sequence[np.ndarray]
Numbers = Sequence[float] | np.ndarray


def error_visibility(x: np.ndarray, cut: Board) -> np.ndarray:
    """Visibility of an error in a picture (h, w, 3): float32 (h, w), 1 on average, v ~ (1 + d / MASKING_L)^-MASKING_EXPONENT (texture masks).
    d: geometric mean of the change of L* over MASKING_CELLS cells, at VISIBLE_PX a cell.
    """
    s = min(cut.px_of(x.shape[:2]), VISIBLE_PX)
    light = cv2.cvtColor(_resized(x, cut.size_px(s) if s == VISIBLE_PX else x.shape[:2]), cv2.COLOR_RGB2LAB)[..., 0]
    light = cv2.GaussianBlur(light, (0, 0), MASKING_CELLS * s / 6)
    change = MASKING_CELLS * s * np.hypot(*(cv2.Sobel(light, cv2.CV_32F, dx, dy, scale=1 / 8) for dx, dy in ((1, 0), (0, 1))))
    d = np.exp(cv2.GaussianBlur(np.log(change + MIN_CHANGE_L), (0, 0), MASKING_CELLS * s, borderType=cv2.BORDER_REFLECT)) - MIN_CHANGE_L
    v = (1 + d / MASKING_L) ** -MASKING_EXPONENT
    return cv2.resize((v / v.mean()).astype(np.float32), x.shape[1::-1], interpolation=cv2.INTER_LINEAR)


@dataclass(frozen=True)
class System:
    """E at one size. index: flat places of assembly 1 that assembly k shows, none for the first; edges: weights (h, w - 1), (h - 1, w);
    across: which of them lie across a seam of assembly k.
    """

    shape: tuple[int, int]
    index: list[np.ndarray | None]
    values: list[np.ndarray]
    edges: list[tuple[np.ndarray, np.ndarray]]
    across: list[tuple[np.ndarray, np.ndarray]]

    def shown(self, k: int, x: np.ndarray) -> np.ndarray:
        at = self.index[k]
        return x if at is None else x.reshape(-1)[at].reshape(self.shape)

    def back(self, k: int, x: np.ndarray) -> np.ndarray:
        if self.index[k] is None:
            return x
        out = np.empty(x.size, x.dtype)
        out[self.index[k]] = x.reshape(-1)
        return out.reshape(self.shape)

    def applied(self, pictures: Arrays) -> np.ndarray:
        """sum_k back_k(t_k X_k + L_k X_k): the normal equations' left side for X_k = shown(k, x)."""
        return np.asarray(sum(self.back(k, t * x + laplacian(x, *e)) for k, (x, t, e) in enumerate(zip(pictures, self.values, self.edges))))

    def asked(self, pictures: Arrays) -> np.ndarray:
        """Their right side, of the pictures I_k."""
        out = np.zeros(self.shape, np.float32)
        for k, (x, t, e, across) in enumerate(zip(pictures, self.values, self.edges, self.across)):
            out += self.back(k, t * x + laplacian(x, *(np.where(at, np.float32(SEAM_STEP) * g, g) for at, g in zip(across, e))))
        return out

    def times(self, x: np.ndarray) -> np.ndarray:
        return self.applied([self.shown(k, x) for k in range(len(self.values))])

    def diagonal(self) -> np.ndarray:
        return np.asarray(sum(self.back(k, t + degree(*e)) for k, (t, e) in enumerate(zip(self.values, self.edges))))


def laplacian(x: np.ndarray, right: np.ndarray, down: np.ndarray) -> np.ndarray:
    """sum over neighbours q of g(p, q) (x(p) - x(q)), (h, w)."""
    out = np.zeros_like(x)
    d = (x[:, 1:] - x[:, :-1]) * right
    out[:, :-1] -= d
    out[:, 1:] += d
    d = (x[1:] - x[:-1]) * down
    out[:-1] -= d
    out[1:] += d
    return out


def degree(right: np.ndarray, down: np.ndarray) -> np.ndarray:
    """sum over neighbours q of g(p, q), (h, w)."""
    out = np.pad(right, ((0, 0), (0, 1))) + np.pad(right, ((0, 0), (1, 0)))
    return out + np.pad(down, ((0, 1), (0, 0))) + np.pad(down, ((1, 0), (0, 0)))


def system(weights: Arrays, views: Sequence[View], cut: Board, balance: Numbers, seen: Arrays = ()) -> System:
    """The equations for pictures with weights (h, w), each as its picture is seen. What lies beside the board asks nothing of it. seen: `error_visibility` of each, or 1."""
    size, mean = weights[0].shape, float(np.mean([np.minimum(w, MAX_SALIENCY).mean() for w in weights]))
    own, s = labels_at(cut, size), cut.px_of(size)
    index = [None, *(v.indices(size).reshape(-1).astype(np.int32) for v in views)]
    most, seam = (SPREAD_CELLS * s) ** 2, SEAM_WEIGHT * (max(1.0, cut.count / 200) * max(1.0, s / FINE_PX)) ** 0.5
    edges, every = [], []
    for w, t, at in zip(weights, balance, index):
        piece = own if at is None else own.reshape(-1)[at].reshape(size)
        across = np.diff(piece, axis=1) != 0, np.diff(piece, axis=0) != 0
        g = np.float32(t * most / mean) * w
        within = (g[:, 1:] + g[:, :-1]) / 2, (g[1:] + g[:-1]) / 2
        right, down = (np.where(on, np.float32(most * seam), e) for e, on in zip(within, across))
        edges.append((right, down))
        every.append(across)
        for e, off in zip(edges[-1], ((piece[:, 1:] < 0) | (piece[:, :-1] < 0), (piece[1:] < 0) | (piece[:-1] < 0))):
            e[off] = 0
    seen = seen or [np.ones((), np.float32)] * len(weights)
    values = [np.float32(t) * v * np.maximum(1, w / np.float32(MAX_SALIENCY)) for t, w, v in zip(balance, weights, seen)]
    return System(size, index, values, edges, every)


def conjugate_gradients(equations: System, right: np.ndarray, x: np.ndarray, diagonal: np.ndarray, steps: int) -> np.ndarray:
    """Conjugate gradients from x, preconditioned by the diagonal; ends early where the residual is 1e-3 of the right side."""
    r = right - equations.times(x)
    enough = 1e-3 * float(np.linalg.norm(right))
    z = r / diagonal
    p, rz = z.copy(), float(np.vdot(r, z))
    for _ in range(steps):
        if np.linalg.norm(r) <= enough:
            break
        q = equations.times(p)
        a = np.float32(rz / float(np.vdot(p, q)))
        x = x + a * p
        r -= a * q
        z = r / diagonal
        p *= np.float32(float(np.vdot(r, z)) / rz)
        p += z
        rz = float(np.vdot(r, z))
    return x


def poisson_blend(
    pictures: Arrays, weights: Arrays, views: Sequence[View], cut: Board, balance: Numbers, tell: Tell = lambda *_: None, seen: Arrays = ()
) -> np.ndarray:
    """Blend pictures (h, w, 3) with weights (h, w), as they should be seen: float32 (h, w, 3) in [0, 1], what is printed; channel by channel, to save memory.
    views: of all after the first; balance: of `equalising_balance`; seen: as in `system`.
    """
    sizes = _sizes(cut, pictures[0].shape[:2])
    x: list[tuple[np.ndarray, np.ndarray]] = []  # of each channel, see `_plane`
    for n, size in enumerate(sizes):
        small = [_resized(p, size) for p in pictures]
        equations = system([_resized(w, size) for w in weights], views, cut, balance, [_resized(v, size) for v in seen])
        diagonal, planes = equations.diagonal(), []
        for channel in range(3):
            tell(3 * n + channel, 3 * len(sizes), "blending")
            planes.append(_plane(equations, [np.ascontiguousarray(p[..., channel]) for p in small], diagonal, x[channel] if x else None, STEPS[n > 0]))
        x = planes
    return np.clip(np.stack([mean + change for mean, change in x], -1), 0, 1)


def _plane(
    equations: System, pictures: list[np.ndarray], diagonal: np.ndarray, before: tuple[np.ndarray, np.ndarray] | None, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """(mean of the pictures by their weights in value, what the solution adds to it) of a channel; `before` is the same of a smaller size."""
    every = list(enumerate(zip(pictures, equations.values)))
    mean = np.asarray(sum(equations.back(k, t * p) for k, (p, t) in every)) / np.asarray(sum(equations.back(k, t) for k, (_, t) in every))
    start = mean + cv2.resize(before[1], mean.shape[::-1], interpolation=cv2.INTER_NEAREST) if before else mean
    return mean, conjugate_gradients(equations, equations.asked(pictures), start, diagonal, steps) - mean


def _sizes(cut: Board, size_px: tuple[int, int]) -> list[tuple[int, int]]:
    """Sizes of the pictures, rising to (h, w): pixels a cell halved down to about COARSEST."""
    s, out = cut.px_of(size_px), [size_px]
    while s >= 2 * COARSEST:
        s = cut.px_near(s // 2)
        out.insert(0, cut.size_px(s))
    return out


def _resized(x: np.ndarray, size_px: tuple[int, int]) -> np.ndarray:
    return x if x.shape[:2] == size_px else cv2.resize(x, size_px[::-1], interpolation=cv2.INTER_AREA)


def equalising_balance(
    pictures: Arrays, weights: Arrays, views: Sequence[View], cut: Board, lean: Sequence[float] = (), rounds: int = 5, seen: Arrays = ()
) -> list[float]:
    """Balance t_k that equalises all mean square errors, on small pictures: t_k <- t_k (e_k / mean e)^0.8. lean: what each counts beyond that."""
    s = min(cut.px_of(pictures[0].shape[:2]), cut.px_near(max(COARSEST, EVEN_PX // max(cut.rows, cut.cols))))
    small, less, seen = ([_resized(x, cut.size_px(s)) for x in some] for some in (pictures, weights, seen))
    t = np.ones(len(pictures))
    for _ in range(rounds):
        x = poisson_blend(small, less, views, cut, t, seen=seen)
        shown = [x, *(np.moveaxis(v(np.moveaxis(x, -1, 0)), 0, -1) for v in views)]
        e = np.array([np.mean((a - b) ** 2) for a, b in zip(shown, small)]) + 1e-9
        if e.max() < 1.02 * e.min():
            break
        t = np.clip(t * (e / e.mean()) ** 0.8, 1 / MAX_BALANCE, MAX_BALANCE)
        t /= np.exp(np.log(t).mean())
    return [round(float(v), 4) for v in t * (np.array(lean) if len(lean) else 1.0)]
