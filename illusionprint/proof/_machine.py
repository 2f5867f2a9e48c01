"""Which machine a result was made for."""

from __future__ import annotations

from pathlib import Path

from ..errors import IllusionPrintError
from ..spec import PuzzleSpec, Template


def machine_of(folder: Path) -> tuple[Template, str]:
    """(the machine's template, its name) of the puzzle; of the usual machine where a folder does not tell."""
    try:
        name = PuzzleSpec.load(folder / "puzzle.toml").machine
        return Template.load(name, "machine"), name
    except (IllusionPrintError, OSError):
        return Template.load(PuzzleSpec.machine, "machine"), PuzzleSpec.machine
