"""The best pairs of all, as `suggest` without a subject lists them: `python -m illusionprint.workshop.pair_lists VIEW [--out FOLDER]`, once for a release.

All drawings of things against each other, over few poses and hues; the best of the table are cast and drawn small, and ranked by that.
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from .. import vocabulary
from ..casting.partners import drawing_similarity, pair_table
from ..jigsaw import squares
from ..stages.progress import Progress
from ..units import grid
from ..views import view
from .partners import CELL_UM, CROWDS, EQUAL, real

TRIED, KEPT, A_SUBJECT = 70, 50, 3
POSES, HUES = (4, 4), 4


def pairs(kind: str, rows_cols: str = "4x4", tried: int = TRIED, progress: Progress = None, among: int | None = None) -> list[tuple[float, str, str]]:
    """(score, subject, subject) of the best pairs, no subject in more than three. Faces, hands and signs are left out: they fit too easily."""
    drawings: list[Any] = [vocabulary.find(s.name)[0] for s in vocabulary.subjects() if s.kind not in CROWDS][:among]
    cut = squares(*grid(rows_cols), CELL_UM) if kind == "jigsaw" else None
    poses, hues = ((2, 1), 3) if cut else (POSES, HUES)
    found = pair_table(drawings, drawings, None if cut else view(kind), cut, poses, hues, progress)
    done = real([(found, i, j) for i, j in _chosen(found.conflict, drawing_similarity(drawings), [d.subject for d in drawings], tried)], kind, cut, progress)
    return sorted(((p.score, *p.subjects) for p in done), reverse=True)[:KEPT]


def _chosen(conflict: np.ndarray, near: np.ndarray, names: list[str], count: int) -> list[tuple[int, int]]:
    """Pairs by rising conflict, each pair once, a subject at most three times, no two that look alike or share a word ("full moon", "new moon")."""
    words = [set(n.split()) for n in names]
    conflict = np.where((near > 0.8) | np.array([[bool(a & b) for b in words] for a in words]), np.inf, conflict)
    used: Counter[int] = Counter()
    out: list[tuple[int, int]] = []
    for flat in np.argsort(conflict, axis=None):
        i, j = (int(k) for k in divmod(int(flat), len(conflict)))
        if len(out) == count or not np.isfinite(conflict[i, j]):
            break
        same = [k for k in out if min(near[i, k[0]], near[j, k[1]]) > EQUAL or min(near[i, k[1]], near[j, k[0]]) > EQUAL]
        if max(used[i], used[j]) < A_SUBJECT and not same:
            used.update((i, j))
            out.append((i, j))
    return out


def write(kind: str, rows_cols: str, folder: Path, tried: int = TRIED, progress: Progress = None) -> Path:
    """The list of a view, one pair a line."""
    found: list[Any] = pairs(kind, rows_cols, tried, progress)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{f'{kind}_{rows_cols}' if kind == 'jigsaw' else kind}.json"
    path.write_text("[\n" + ",\n".join(json.dumps(row) for row in found) + "\n]\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the list of the best pairs of a view.")
    parser.add_argument("kind")
    parser.add_argument("--grid", default="4x4")
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "casting" / "pairs")
    parser.add_argument("--tried", type=int, default=TRIED)
    given = parser.parse_args()
    print(write(given.kind, given.grid, given.out, given.tried, lambda done, total, stage: print(stage, done, "of", total, end="\r", file=sys.stderr)))
