"""Partners of a subject, and the best pairs of all: what `suggest` tells and shows."""

import json
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from .. import vocabulary
from ..blend.composite import best, blend
from ..casting import Casting, Part, cast_board, cast_rigid
from ..casting._penalty import DEFAULT_NATURAL
from ..casting.partners import PairTable, drawing_similarity, pair_table
from ..casting.rigid import STIFFNESS, register_pair
from ..errors import BadValue, Missing
from ..jigsaw import Board, squares
from ..stages.progress import Progress
from ..stages.result import whole_file
from ..units import grid
from ..views import View, apply_view, later_views, view

CELL_UM = 40000
NEAR, TRIED, SHOWN = 150, 18, 12  # compared with each other, drawn small in earnest, and shown
SIDE_PX = 240
EQUAL = 0.9  # drawings more alike than this are one for the eye
TWINS = {"flip": "rotate_180"}  # half a turn is a flip of what is mirrored, and drawings may be mirrored
FEW, MOST = 2, 4  # of a category: hands, faces and signs are many and alike; of any other
STYLES = ("twemoji",)
CROWDS = ("People & Body", "Smileys & Emotion", "Symbols")


@dataclass(frozen=True, eq=False)
class Pair:
    """Two subjects, the score of their small blend (0 to 1) and what the two views show, uint8 (h, w, 3)."""

    subjects: tuple[str, str]
    score: float
    seen: tuple[np.ndarray, np.ndarray]


def suggest(
    subject: str, kind: str, rows_cols: str, styles: tuple[str, ...], progress: Progress = None, count: int = SHOWN
) -> tuple[list[Pair], list[tuple[float, str]]]:
    """(best partners of all the vocabulary, by score; all others by rising conflict).

    The table ranks all; the best of it, at most a few of a category and no two alike, are cast and drawn small.
    Raises UnknownName for a view or a word out of reach.
    """
    drawing = _subject(subject, styles)
    others = [d for d in _all(styles) if d.subject != drawing.subject]
    cut = squares(*grid(rows_cols), CELL_UM) if kind == "jigsaw" else None
    found = pair_table([drawing], others, None if cut else view(kind), cut, progress=progress)
    order = np.argsort(found.conflict[0], kind="stable")
    best_first = [others[j] for j in order[: NEAR + 4 * count]]
    near = drawing_similarity([drawing, *best_first])
    own, near = near[0, 1:], near[1:, 1:]
    tried = varied(
        [k for k in range(len(best_first)) if own[k] < EQUAL], best_first, near, max(TRIED // (2 if cut else 1), count if cut else 3 * count // 2), 2
    )
    pairs = dict(zip(tried, real([(found, 0, int(order[k])) for k in tried], kind, cut, progress)))
    kept = varied(sorted(tried, key=lambda k: -pairs[k].score), best_first, near, count)
    return [pairs[k] for k in kept], [(float(found.conflict[0, j]), others[j].subject) for k, j in enumerate(order) if k not in kept]


def _subject(word: str, styles: tuple[str, ...]) -> Any:
    found: Any = vocabulary.load_picture(word) if vocabulary.is_picture(word) else vocabulary.find(word, styles)[0]
    return vocabulary.crop_to_subject(vocabulary.extract_subject(found)) if found.is_photo else found


def _all(styles: tuple[str, ...]) -> Iterable[Any]:
    for s in vocabulary.subjects():
        try:
            yield vocabulary.find(s.names[0], styles)[0]
        except Missing:
            continue


def varied(order: list[int], drawings: list[Any], near: np.ndarray, count: int, times: int = 1) -> list[int]:
    """The first of an order with at most FEW or MOST (times as many) of a category, and none that looks like one before it."""
    kinds = {s.name: s.kind for s in vocabulary.subjects()}
    used: Counter[str] = Counter()
    out: list[int] = []
    for j in order:
        kind = kinds.get(drawings[j].subject, "")
        if len(out) < count and used[kind] < times * (FEW if kind in CROWDS else MOST) and not any(near[j, k] > EQUAL for k in out):
            used[kind] += 1
            out.append(j)
    return out


def real(found: list[tuple[PairTable, int, int]], kind: str, cut: Board | None, progress: Progress = None) -> list[Pair]:
    """Pairs of a table cast and drawn small, two at a time."""
    out = []
    with ThreadPoolExecutor(2) as pool:
        for n, pair in enumerate(pool.map(lambda f: _drawn(_castings(f[0].parts(f[1], f[2]), kind, cut), kind), found)):
            out.append(pair)
            if progress:
                progress(n + 1, len(found), "drawing")
    return out


def _castings(parts: tuple[Part, Part], kind: str, cut: Board | None) -> list[Casting]:
    """Few castings of a pair: as the table has it, unbent and once bent; for a board the search's best two."""
    if cut:
        return cast_board([parts[0].drawing], [parts[1].drawing], cut, 0, count=2)
    return register_pair(*parts, view(kind), DEFAULT_NATURAL, STIFFNESS[:1])


def _drawn(castings: list[Casting], kind: str) -> Pair:
    casting = best(castings, later_views(kind, 2, castings[0].arrangement), 1.0, 0)
    (v,) = later_views(kind, 2, casting.arrangement)
    pixels = np.rint(255 * blend(casting, (v,), _size(v), 1)[0]).astype(np.uint8)
    one, other = (p.drawing.subject for p in casting.parts)
    return Pair((one, other), round(casting.score, 3), (pixels, apply_view(v, pixels)))


def _size(v: View) -> tuple[int, int]:
    if not v.needs_board:
        return SIDE_PX, SIDE_PX
    cut = v.arrangement.board
    s = max(6, SIDE_PX // max(cut.rows, cut.cols))
    return cut.rows * s, cut.cols * s


def best_pairs(kind: str, rows_cols: str, progress: Progress = None, count: int = SHOWN) -> tuple[list[Pair], list[tuple[float, str, str]]]:
    """(the first of the shipped list drawn, all of it as (score, subject, subject)). Raises BadValue for a view that has no list."""
    listed = _listed(kind, rows_cols)
    cut = squares(*grid(rows_cols), CELL_UM) if kind == "jigsaw" else None
    pairs = []
    for n, (_, one, two) in enumerate(listed[:count]):
        a, b = ([_subject(word, STYLES)] for word in (one, two))
        pairs.append(_drawn(cast_board(a, b, cut, 0, count=2) if cut else cast_rigid(a, b, view(kind), 0, count=2), kind))
        if progress:
            progress(n + 1, count, "drawing")
    return pairs, listed


def _listed(kind: str, rows_cols: str) -> list[tuple[float, str, str]]:
    folder, kind = files("illusionprint.casting") / "pairs", TWINS.get(kind, kind)
    name = f"{kind}_{rows_cols}" if kind == "jigsaw" else kind
    there = sorted([*TWINS, *(p.name[:-5] for p in folder.iterdir() if p.name.endswith(".json"))])
    if name not in there:
        raise BadValue(f"there is no list of the best pairs for '{name}'; name a subject, or take one of {', '.join(there)} (a jigsaw by --grid).")
    return [(float(s), str(a), str(b)) for s, a, b in json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))]


def sheet(pairs: list[Pair], path: Path) -> Path:
    """A PNG of what both views of each pair show, four pairs a row."""
    from PIL import Image, ImageDraw, ImageFont

    gap, text, side, across = 16, 30, SIDE_PX, min(4, len(pairs))
    w, h = 2 * side + 3 * gap, side + text + gap
    page = Image.new("RGB", (across * w + gap, -(-len(pairs) // 4) * h + gap), "#f4f2ee")
    pen = ImageDraw.Draw(page)
    for n, pair in enumerate(pairs):
        x, y = gap + n % 4 * w, gap + n // 4 * h
        for k, picture in enumerate(pair.seen):
            shown = Image.fromarray(picture)
            shown.thumbnail((side, side))
            page.paste(shown, (x + k * (side + gap // 2) + (side - shown.width) // 2, y + (side - shown.height) // 2))
        pen.text((x, y + side + 5), f"{pair.subjects[0]} / {pair.subjects[1]}   {pair.score:.2f}", "#333333", ImageFont.load_default(17))
    with whole_file(path) as file:
        page.save(file, "PNG")
    return path
