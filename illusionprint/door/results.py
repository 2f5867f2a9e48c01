"""A finished result as it lies in its folder: its puzzle, its picture and its board."""

import json
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from ..anagram import Anagram
from ..errors import BadValue, IllusionPrintError
from ..jigsaw import Arrangement, Board
from ..spec import PuzzleSpec
from ..template import USUAL_MACHINE, Template


def opened(folder: Path) -> tuple[PuzzleSpec, Anagram]:
    """The puzzle and the picture of a result. Raises BadValue for a folder that is none."""
    anagram, path = Anagram.load(folder), Path(folder) / "puzzle.toml"
    if not path.is_file():
        raise BadValue(f"{folder} has no puzzle.toml.")
    return PuzzleSpec.load(path), anagram


def machine_of(folder: Path) -> str:
    """Name of the machine that a result's puzzle.toml tells; the usual one where it tells none that there is."""
    try:
        name = PuzzleSpec.load(Path(folder) / "puzzle.toml").machine.name
        Template.load(name, "machine")
        return name
    except (IllusionPrintError, OSError):
        return USUAL_MACHINE


def arrangement_of(folder: Path, board: Board | None) -> Arrangement | None:
    """The arrangement of a finished result of a board, read from its arrangement.json; None of a sheet. Raises BadValue when that is damaged."""
    if board is None:
        return None
    try:
        return _read(folder, board)
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise BadValue(f"{folder} is a damaged result: arrangement.json: {error}.") from None


def _read(folder: Path, board: Board) -> Arrangement:
    """Moves are float (assemblies, n, 6): turns by their angle, slots by where a piece's middle comes to lie."""
    table = json.loads((Path(folder) / "arrangement.json").read_text(encoding="utf-8"))
    if "sides" in table["pieces"][0]:
        board = board.keyed(np.array([p["sides"] for p in table["pieces"]], int))
    moves, home = np.array([p["moves"] for p in table["pieces"]]).swapaxes(0, 1), board.centres_mm
    turned = np.arctan2(moves[..., 1], moves[..., 0]) * board.turns / (2 * np.pi)
    if np.abs(turned - np.rint(turned)).max() > 0.01:
        raise ValueError("a piece is turned otherwise than pieces can be")
    at = np.stack([moves[..., k] * home[:, 0] + moves[..., 2 + k] * home[:, 1] + moves[..., 4 + k] for k in (0, 1)], -1)
    return Arrangement(board, cKDTree(home).query(at)[1], np.rint(turned).astype(int) % board.turns, table["solutions"] if board.keys else None)
