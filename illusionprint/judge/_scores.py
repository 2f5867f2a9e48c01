"""Alignment and concealment of a finished anagram."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np


@dataclass(frozen=True, eq=False)
class JudgeTarget:
    """What a picture should show: the prompt, the full name of its subject ("" for a picture of the user's own), the target (h, w, 3) in [0, 1]."""

    prompt: str
    subject: str = ""
    target: np.ndarray | None = None


class Judge(Protocol):
    """A file of this room. tau: temperature of its similarities."""

    tau: float

    def similarity(self, pictures: list[np.ndarray], wanted: list[JudgeTarget]) -> np.ndarray:
        """S (pictures, wanted): how well each picture float32 (h, w, 3) in [0, 1] shows each prompt."""

    def facts(self, pictures: list[np.ndarray], wanted: list[JudgeTarget]) -> list[dict[str, Any]]:
        """What else it says of picture k and prompt k, for people."""


@dataclass(frozen=True)
class JudgeScores:
    """alignment in the judge's own unit; concealment 1 / n (the others show as well) to 1; what it says of each picture."""

    alignment: float
    concealment: float
    pictures: tuple[dict[str, Any], ...]

    def table(self) -> dict[str, Any]:
        """What anagram.json tells."""
        return {"alignment": round(self.alignment, 3), "concealment": round(self.concealment, 3), "pictures": list(self.pictures)}


def evaluate(judge: Judge, pictures: list[np.ndarray], wanted: list[JudgeTarget]) -> JudgeScores:
    """A judge's scores of the seen pictures of one result."""
    s = judge.similarity(pictures, wanted)
    return JudgeScores(alignment(s), concealment(s, judge.tau), tuple(judge.facts(pictures, wanted)))


def alignment(s: np.ndarray) -> float:
    """min_i S_ii of a square matrix."""
    return float(np.diag(s).min())


def concealment(s: np.ndarray, tau: float) -> float:
    """Mean of the diagonal of softmax(S / tau) along the rows and along the columns; 1 / n where nothing is told apart, 1 at best."""

    def softmax(x: np.ndarray) -> np.ndarray:
        e = np.exp(x - x.max(1, keepdims=True))
        return e / e.sum(1, keepdims=True)

    x = np.asarray(s, float) / tau
    return float((np.diag(softmax(x)).mean() + np.diag(softmax(x.T)).mean()) / 2)
