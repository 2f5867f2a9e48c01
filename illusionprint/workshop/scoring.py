"""What a judge says of a finished result, and which of several seeds it likes best."""

from pathlib import Path
from typing import Any

import numpy as np

from .. import plugins, vocabulary
from ..anagram import Anagram
from ..errors import BadValue, IllusionPrintError
from ..judge import JudgeScores, JudgeTarget, evaluate
from ..spec import PuzzleSpec
from ..stages.progress import Progress
from ..units import MM_PER_IN
from .planning import planned

SMALL_PX = 256


def judge(name: str = "drawings", weights: str | None = None) -> Any:
    """A judge by name. Raises UnknownName, Missing, and BadValue for weights of the embedded one."""
    kind = plugins.load("judge", name)
    if weights and name.lower() == "drawings":
        raise BadValue(f"weights belong to --judge clip, and the embedded judge has its own; '{weights}' came.")
    return kind(weights) if weights else kind()


def score(folder: Path, name: str = "drawings", weights: str | None = None) -> JudgeScores:
    """A judge's opinion of a result folder's seen pictures. Raises BadValue when it is no result."""
    return of(Anagram.load(folder), judge(name, weights))


def of(anagram: Anagram, by: Any) -> JudgeScores:
    """A judge's opinion of a finished picture."""
    prompts, back = anagram.facts.get("prompts"), anagram.back
    seen = anagram.seen + (back.seen if back else ())
    if not prompts or len(prompts) != len(seen):
        raise BadValue("this result does not say what its pictures should show.")
    targets = anagram.targets + (back.targets if back else ()) or (None,) * len(prompts)
    wanted = [JudgeTarget(p, _subject(p), None if t is None else t.astype(np.float32) / 255) for p, t in zip(prompts, targets)]
    return evaluate(by, [s.astype(np.float32) / 255 for s in seen], wanted)


def _subject(prompt: str) -> str:
    """The full name of what a word was taken for; "" for a picture of the user's own, or a sampler's free prompt."""
    if vocabulary.is_picture(prompt):
        return ""
    try:
        return vocabulary.find(prompt)[0].subject
    except IllusionPrintError:
        return ""


def rated(spec: PuzzleSpec, by: Any, progress: Progress = None) -> JudgeScores:
    """A judge's opinion of a spec's pictures, made small: the same casting as at full size."""
    product, plan = planned(spec)
    return of(product.picture(plan.at(small_dpi(plan.size_mm)), progress)[0], by)


def small_dpi(size_mm: tuple[float, float]) -> float:
    """Resolution at which the shorter side has about SMALL_PX pixels."""
    return max(20.0, round(SMALL_PX * MM_PER_IN / min(size_mm), 2))


def best(spec: PuzzleSpec, seeds: list[int], count: int, progress: Progress = None, name: str = "drawings") -> list[tuple[int, JudgeScores]]:
    """The `count` seeds that the judge likes best, by alignment, then concealment."""
    by, found = judge(name), []
    for n, seed in enumerate(seeds):
        found.append((seed, rated(spec.replace(seed=seed), by)))
        if progress:
            progress(n + 1, len(seeds), "judging seeds")
    return sorted(found, key=lambda f: (-f[1].alignment, -f[1].concealment, f[0]))[:count]
