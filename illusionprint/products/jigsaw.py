"""A jigsaw of drawings: subjects are cast for a board, get connectors if its solutions are to be counted, are blended, finished, laid out, exported and proved."""

from dataclasses import replace
from pathlib import Path

from ..anagram import Anagram
from ..door import Plan
from ..jigsaw import Arrangement
from ..stages import artwork, casting, connectors
from ..stages.progress import Progress
from ..views import later_views
from ._delivery import delivered, finished

SUMMARY = "Pieces that go together in as many ways as there are pictures"
TABLES = ("pictures", "board", "exact", "photographs", "sheet", "machine", "model")


def takes(plan: Plan) -> bool:
    return plan.board is not None and plan.sides == 1 and not plan.model and not plan.subjects.are_photographs


def picture(plan: Plan, progress: Progress = None) -> tuple[Anagram, Arrangement | None]:
    return finished(plan, drawn(plan, progress))


def drawn(plan: Plan, progress: Progress = None) -> artwork.Artwork:
    """The casting that the seed picks, with connectors, under its views."""
    plan.refuse_whole()
    cast = casting.picked(plan.brief, progress)
    if plan.exact:
        cast = replace(cast, arrangement=connectors.of_casting(cast, plan.exact, plan.seed, progress))
    views = later_views(plan.kind, len(plan.prompts), cast.arrangement)
    art = artwork.of_casting(cast, views, plan.size_px, plan.size_mm, plan.finish)
    return replace(art, segmented=plan.subjects.shown, facts=art.facts | plan.subjects.facts)


def make(plan: Plan, folder: Path, progress: Progress = None) -> int:
    return delivered(plan, folder, picture(plan, progress), progress)
