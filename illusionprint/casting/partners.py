"""Which subjects make a good second picture: least conflict of every first drawing with every second one, over a few poses and hues."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from ..jigsaw import Board
from ..jigsaw.fitting.assignment import UNFIT
from ..views import View
from ..vocabulary import Drawing, Pose
from ._candidates import random_poses
from ._conflict_matrix import conflict_features, contrast_energies
from ._part import Drawings, Part, Progress
from ._penalty import DEFAULT_NATURAL
from ._saliency import rotate_hue
from .board import PX, board_patches, board_poses, board_raster, hue_turns
from .rigid import MAX_CUT_OFF, pictures_in_first, rigid_raster

POSES, HUES = (16, 6), 4  # of the first, of the second drawing
BOARD = (8, 1)  # the same for boards, which compare every piece with every slot
BLOCK = 16  # second drawings at a time
HUE_PRICE = 0.015  # as in a casting, for half a turn

Score = Callable[[Drawings], np.ndarray]  # (n, block, choices)


@dataclass(frozen=True, eq=False)
class PairTable:
    """conflict float32 (n, m) of each first drawing with each second; choice (n, m): pose of the first, pose and hue of the second.
    A board counts each piece in its best slot, a lower bound. Poses and hues are few and the same for all, so the figures rank.
    """

    conflict: np.ndarray
    choice: np.ndarray
    first: Drawings
    second: Drawings
    poses: tuple[list[Pose], list[Pose]]
    hues: list[float]

    def parts(self, i: int, j: int) -> tuple[Part, Part]:
        """Both drawings as they conflict least."""
        p, rest = divmod(int(self.choice[i, j]), len(self.poses[1]) * len(self.hues))
        h, q = divmod(rest, len(self.poses[1]))
        return Part(self.first[i], self.poses[0][p]), Part(self.second[j], self.poses[1][q], self.hues[h])


def rank_partners(drawing: Drawing, others: Iterable[Drawing], view: View | None, cut: Board | None, progress: Progress = None) -> list[tuple[float, str]]:
    """(conflict, subject) of others by rising conflict; view None for a board."""
    others = [d for d in others if d.subject != drawing.subject]
    found = pair_table([drawing], others, view, cut, progress=progress)
    return sorted((float(c), d.subject) for c, d in zip(found.conflict[0], others))


def pair_table(
    first: Drawings, second: Drawings, view: View | None, cut: Board | None, poses: tuple[int, int] | None = None, hues: int = HUES, progress: Progress = None
) -> PairTable:
    """All pairs under a view, or on a board (view None)."""
    rng, poses = np.random.default_rng(0), poses or (BOARD if cut else POSES)
    drawn = board_poses(rng, max(poses)) if cut else random_poses(rng, DEFAULT_NATURAL, max(*poses, 3))
    given, turns = (drawn[: poses[0]], drawn[: poses[1]]), hue_turns(rng, hues)
    if cut is not None:
        score = _score_board(first, given, turns, cut)
    else:
        assert view is not None
        score = _score_rigid(first, given, turns, view)
    conflict, choice = np.empty((len(first), len(second)), np.float32), np.empty((len(first), len(second)), np.int32)
    starts = range(0, len(second), BLOCK)
    with ThreadPoolExecutor(2) as pool:
        for j, found in zip(starts, pool.map(lambda j: score(second[j : j + BLOCK]), starts)):
            choice[:, j : j + BLOCK], conflict[:, j : j + BLOCK] = found.argmin(2), found.min(2)
            if progress:
                progress(j, len(second), "comparing")
    return PairTable(conflict, choice, first, second, given, turns)


def _score_rigid(first: Drawings, poses: tuple[list[Pose], list[Pose]], hues: list[float], view: View) -> Score:
    small = [rigid_raster([Part(d, p) for p in poses[0]]) for d in first]
    a, lost = np.concatenate([s for s, _ in small]), np.concatenate([cut_off for _, cut_off in small])
    one, energy, off = conflict_features(a, False), contrast_energies(a), np.where(lost > MAX_CUT_OFF, 1, 0)
    price = np.repeat(_hue_penalty(hues), len(poses[1]))

    def score(others: Drawings) -> np.ndarray:
        posed = [rigid_raster([Part(d, p) for p in poses[1]]) for d in others]
        b = np.concatenate([rotate_hue(x, h) if h else x for x, _ in posed for h in hues])
        out = one @ conflict_features(pictures_in_first(view, b), True).T / ((energy[:, None] + contrast_energies(b)) / 2 + 1e-6)
        gone = np.concatenate([np.tile(np.where(g > MAX_CUT_OFF, 1, 0), len(hues)) for _, g in posed])
        out += off[:, None] + gone + np.tile(price, len(others))
        return out.reshape(len(first), len(poses[0]), len(others), -1).swapaxes(1, 2).reshape(len(first), len(others), -1)

    return score


def _score_board(first: Drawings, poses: tuple[list[Pose], list[Pose]], hues: list[float], cut: Board) -> Score:
    a = np.stack([board_raster(Part(d, p), cut, PX) for d in first for p in poses[0]])
    one, energy = np.concatenate([conflict_features(board_patches(x, cut), False) for x in a]), contrast_energies(a)
    bar = np.where(cut.fits, 0, UNFIT).astype(np.float32)
    price = np.repeat(_hue_penalty(hues), len(poses[1]))

    def least(b: np.ndarray) -> np.ndarray:
        cells = board_patches(b, cut)
        best = np.full((len(a), cut.count), np.inf, np.float32)
        for k in range(4):
            cost = (one @ conflict_features(np.rot90(cells, k, (1, 2)), True).T).reshape(len(a), cut.count, -1)
            best = np.minimum(best, (cost + bar[k]).min(2))
        return best.sum(1) / ((energy + contrast_energies(b[None])) / 2 + 1e-6)

    def score(others: Drawings) -> np.ndarray:
        posed = [[board_raster(Part(d, p), cut, PX) for p in poses[1]] for d in others]
        return np.stack([(np.stack([least(rotate_hue(x, h)) for h in hues for x in own], 1) + price).reshape(len(first), -1) for own in posed], 1)

    return score


def _hue_penalty(hues: list[float]) -> np.ndarray:
    return np.array([HUE_PRICE * min(abs(h) % 360, 360 - abs(h) % 360) / 180 for h in hues], np.float32)


def drawing_similarity(drawings: Drawings) -> np.ndarray:
    """float32 (n, n) in [0, 1]: cosine of the upright drawings at 16 x 16, as ink on white and as silhouettes."""
    a = np.concatenate([rigid_raster([Part(d)])[0] for d in drawings])
    x = np.concatenate([a[..., 3:] - a[..., :3], 0.7 * a[..., 3:]], -1).reshape(len(a), -1)
    x /= np.linalg.norm(x, axis=1, keepdims=True) + 1e-6
    return x @ x.T
