"""A puzzle made whole, or only its picture, in a folder of its own."""

from pathlib import Path

from ..errors import BadValue
from ..spec import PuzzleSpec
from ..stages.files import write_pictures
from ..stages.progress import Progress
from ..stages.result import Result, whole
from .planning import planned


def make(spec: PuzzleSpec, out: Path, progress: Progress = None) -> Result:
    """Everything of a puzzle, into out/<name>/<seed>/. Raises IllusionPrintError children; nothing half-written stays."""
    product, plan = planned(spec)
    target = Path(out) / plan.name / str(plan.seed)
    with whole(target) as folder:
        errors = product.make(plan, folder, progress)
    return Result(target, errors)


def draw(spec: PuzzleSpec, out: Path, progress: Progress = None) -> Result:
    """Only the picture: anagram.png, what each view shows, and the recipe. Raises as `make` does, and BadValue for what is made whole only."""
    product, plan = planned(spec)
    if not hasattr(product, "picture"):
        raise BadValue(f"a {plan.kind} is made whole, with `illusionprint make {plan.kind} ...`.")
    target = Path(out) / plan.name / str(plan.seed)
    with whole(target) as folder:
        anagram, arrangement = product.picture(plan, progress)
        write_pictures(folder, anagram, arrangement, plan.heading, plan.toml(anagram))
    return Result(target)
