"""What pipelines of pictures end with: the files of a finished picture and their proof."""

from dataclasses import replace
from pathlib import Path

from ..anagram import Anagram
from ..door import Plan
from ..jigsaw import Arrangement
from ..stages.artwork import Artwork
from ..stages.files import write_pictures, write_proof, write_sheets
from ..stages.finishing import anagram_of
from ..stages.memory import give_back
from ..stages.progress import Progress, silent


def finished(plan: Plan, art: Artwork) -> tuple[Anagram, Arrangement | None]:
    """An artwork in the finish of its plan, and its board."""
    anagram = anagram_of(art, plan.printing)
    return replace(anagram, facts={**plan.heading.facts, **anagram.facts, "credits": art.credits}), art.arrangement


def delivered(plan: Plan, folder: Path, made: tuple[Anagram, Arrangement | None], progress: Progress) -> int:
    """All files of a finished picture, and how many errors their proof finds. Pictures are large: none is held longer than it is needed."""
    tell, (anagram, arrangement) = progress or silent, made
    del made
    tell(0, 4, "layout")
    write_pictures(folder, anagram, arrangement, plan.heading, plan.toml(anagram))
    tell(1, 4, "layout")
    anagram = replace(anagram, targets=(), back=anagram.back and replace(anagram.back, targets=()))
    give_back()
    write_sheets(folder, anagram, arrangement, plan.sheet, plan.machine, plan.paper, plan.heading.behind, tell)
    del anagram
    give_back()
    return write_proof(folder, plan.machine_name, progress).errors
