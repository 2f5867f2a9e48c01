"""What the judge says of castings: the last stage of the choice among them."""
from __future__ import annotations

import numpy as np

from ..blend.drawn import Shown
from ..judge import Wanted
from ..judge.drawings import Drawings

JUDGED = 0.1   # of a point of the score, a nat
LOST = -9.0    # nats: below it a picture is as good as lost


def marks(shown: list[Shown], prompts: tuple[str, ...]) -> list[float]:
    """JUDGED times the log probability of the subject in the worst picture, of each casting's small blend."""
    by = Drawings()
    names = [p.drawing.subject for p in shown[0].casting.parts]
    log_p = by.log_p([x for s in shown for x in s.pictures]).reshape(len(shown), len(prompts), -1)
    asked = (np.stack([by.asked(Wanted(*w)) for w in zip(prompts, names, s.targets)]) for s in shown)
    return [JUDGED * max(LOST, float((q * p).sum(1).min())) for p, q in zip(log_p, asked)]
