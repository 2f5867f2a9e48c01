"""A picture that a diffusion model paints, or takes up from the drawn one: sampled under all views, enlarged, finished, laid out, exported and proved."""

from pathlib import Path

from ..anagram import Anagram
from ..door import Plan
from ..jigsaw import Arrangement
from ..stages import sampling
from ..stages.artwork import Artwork, credits
from ..stages.progress import Progress
from ._delivery import delivered, finished
from .jigsaw import drawn as jigsaw
from .photographs import fitted as photographs
from .turned_sheet import drawn as turned_sheet

SUMMARY = "A jigsaw or a turned sheet that a diffusion model paints or polishes"
TABLES = ("pictures", "board", "exact", "photographs", "sheet", "machine", "model")


def takes(plan: Plan) -> bool:
    return plan.model is not None


def picture(plan: Plan, progress: Progress = None) -> tuple[Anagram, Arrangement | None]:
    return finished(plan, (polished if plan.sampler.polish else painted)(plan, progress))


def painted(plan: Plan, progress: Progress = None) -> Artwork:
    return sampling.sampled(plan.sampler, plan.kind, plan.prompts, plan.board, plan.size_px, plan.exact, plan.seed, _credits(plan), progress)


def polished(plan: Plan, progress: Progress = None) -> Artwork:
    """The drawn picture, without its finish, taken up by the model."""
    way = photographs if plan.subjects.are_photographs else jigsaw if plan.board else turned_sheet
    return sampling.polished(way(plan.plain, progress), plan.sampler, plan.prompts, plan.seed, _credits(plan), progress)


def _credits(plan: Plan) -> list[str]:
    """A model that is made of the vocabulary's drawings credits them; a diffusion model's picture has none to credit here."""
    return credits(d for some in plan.subjects.found for d in some) if plan.sampler.draws else []


def make(plan: Plan, folder: Path, progress: Progress = None) -> int:
    return delivered(plan, folder, picture(plan, progress), progress)
