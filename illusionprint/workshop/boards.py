"""The board of a finished result, read from its arrangement.json."""
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from ..errors import BadValue
from ..jigsaw import Arrangement, Board
from ..spec import PuzzleSpec
from .make import checked


def board_of(folder: Path, spec: PuzzleSpec) -> Arrangement | None:
    """The arrangement of a finished result, read from its arrangement.json. Raises BadValue when that is damaged."""
    if spec.kind != "jigsaw":
        return None
    try:
        return _read(folder, checked(spec)[1])
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise BadValue(f"{folder} is a damaged result: arrangement.json: {error}.") from None


def _read(folder: Path, cut: Board) -> Arrangement:
    """Moves are float (assemblies, n, 6): turns by their angle, slots by where a piece's middle comes to lie."""
    table = json.loads((Path(folder) / "arrangement.json").read_text(encoding="utf-8"))
    if "sides" in table["pieces"][0]:
        cut = cut.keyed(np.array([p["sides"] for p in table["pieces"]], int))
    moves, home = np.array([p["moves"] for p in table["pieces"]]).swapaxes(0, 1), cut.centres_mm
    turned = np.arctan2(moves[..., 1], moves[..., 0]) * cut.turns / (2 * np.pi)
    if np.abs(turned - np.rint(turned)).max() > 0.01:
        raise ValueError("a piece is turned otherwise than pieces can be")
    at = np.stack([moves[..., k] * home[:, 0] + moves[..., 2 + k] * home[:, 1] + moves[..., 4 + k] for k in (0, 1)], -1)
    return Arrangement(cut, cKDTree(home).query(at)[1], np.rint(turned).astype(int) % cut.turns, table["solutions"] if cut.keys else None)
