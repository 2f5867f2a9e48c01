"""A sheet that is turned, flipped or seen in other colours: subjects are cast for its views, blended, finished, laid out, exported and proved."""

from dataclasses import replace
from pathlib import Path

from ..anagram import Anagram
from ..door import Plan
from ..jigsaw import Arrangement
from ..stages import artwork, casting
from ..stages.progress import Progress
from ..views import later_views
from ._delivery import delivered, finished

SUMMARY = "A print that is another picture when it is turned, flipped or its colours are reversed"
TABLES = ("pictures", "photographs", "sheet", "machine", "model")


def takes(plan: Plan) -> bool:
    return plan.board is None and not plan.model and not plan.subjects.are_photographs


def picture(plan: Plan, progress: Progress = None) -> tuple[Anagram, Arrangement | None]:
    return finished(plan, drawn(plan, progress))


def drawn(plan: Plan, progress: Progress = None) -> artwork.Artwork:
    """The casting that the seed picks under its views."""
    plan.refuse_whole()
    cast = casting.picked(plan.brief, progress)
    art = artwork.of_casting(cast, later_views(plan.kind, len(plan.prompts)), plan.size_px, plan.size_mm, plan.finish)
    return replace(art, segmented=plan.subjects.shown, facts=art.facts | plan.subjects.facts)


def make(plan: Plan, folder: Path, progress: Progress = None) -> int:
    return delivered(plan, folder, picture(plan, progress), progress)
