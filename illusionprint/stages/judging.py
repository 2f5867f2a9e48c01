"""What the embedded judge says of castings: the last stage of the choice among them."""

import numpy as np

from ..blend.composite import Preview, Scrutiny
from ..judge import JudgeTarget
from ..judge.drawings import SCALES, Drawings

JUDGED = 0.3  # of a point of the score, a nat
GLANCED = 0.1  # of a unit of conflict, a nat
LOST = -9.0  # nats: below it a picture is as good as lost


def marks(shown: list[Preview], look: Scrutiny, prompts: tuple[str, ...]) -> list[float]:
    """JUDGED times the log probability of the subject in the worst picture, of each casting's small blend; see `Scrutiny`."""
    by = Drawings()
    names, pictures = [p.drawing.subject for p in shown[0].casting.parts], [x for s in shown for x in s.pictures]
    log_p = by.quick_log_p(pictures) if look == Scrutiny.PASSING else by.log_p(pictures, SCALES if look == Scrutiny.AGAIN else (1.0,))
    log_p = log_p.reshape(len(shown), len(prompts), -1)
    asked: dict[int, np.ndarray] = {}  # castings that differ in balance have one tuple of targets
    for s in shown:
        if id(s.targets) not in asked:
            asked[id(s.targets)] = np.stack([by.target_distribution(JudgeTarget(*w)) for w in zip(prompts, names, s.targets)])
    return [JUDGED * max(LOST, float((asked[id(s.targets)] * p).sum(1).min())) for s, p in zip(shown, log_p)]


def glances(pictures: list[tuple[np.ndarray, ...]], names: tuple[str, ...]) -> list[float]:
    """GLANCED times the log probability of the subject in the worst picture, of coarse blends; 0 for all where a subject is none of the judge's."""
    by = Drawings()
    if not all(n in by.rows for n in names):
        return [0.0] * len(pictures)
    log_p = by.quick_log_p([x for some in pictures for x in some]).reshape(len(pictures), len(names), -1)
    return [GLANCED * max(LOST, float(p[np.arange(len(names)), [by.rows[n] for n in names]].min())) for p in log_p]
