"""Photographs on a board or a turned sheet: cropped, brought to one tone, fitted to each other, blended, finished, laid out, exported and proved."""

from dataclasses import replace
from pathlib import Path

from ..anagram import Anagram
from ..door import Plan
from ..jigsaw import Arrangement
from ..stages.artwork import Artwork
from ..stages.photographs import blended
from ..stages.progress import Progress
from ._delivery import delivered, finished

SUMMARY = "Photographs on a board or a turned sheet, taken whole"
TABLES = ("pictures", "board", "exact", "photographs", "sheet", "machine")


def takes(plan: Plan) -> bool:
    return plan.sides == 1 and not plan.model and plan.subjects.are_photographs


def picture(plan: Plan, progress: Progress = None) -> tuple[Anagram, Arrangement | None]:
    return finished(plan, fitted(plan, progress))


def fitted(plan: Plan, progress: Progress = None) -> Artwork:
    """Photographs, or photographs and drawings on white, in one picture."""
    art = blended(plan.photographs, plan.board, plan.dpi, plan.exact, progress=progress)
    return replace(art, segmented=plan.subjects.shown, facts=art.facts | plan.subjects.facts)


def make(plan: Plan, folder: Path, progress: Progress = None) -> int:
    return delivered(plan, folder, picture(plan, progress), progress)
