"""The embedded judge: residual networks that learnt the vocabulary's drawings under clutter; ONNX, run by OpenCV. See drawings.md, their model card."""

import functools
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from .. import vocabulary
from ..errors import Missing
from ._scores import JudgeTarget

SHIPPED = Path(__file__).with_name("drawings.onnx")
SIDE = 48
SCALES = (1.0, 0.85, 0.93)  # a network that looks at so few pixels errs otherwise at each


class Drawings:
    """similarity is log p(subject | picture) over the vocabulary, in nats, looked at in SCALES; for a picture of the user's own as subject the expectation of it
    under what the judge says of the target. Of several networks, which learnt otherwise, the geometric mean is taken: what is chosen because
    one of them errs is no good to the others. Raises Missing when a network's file is not there or was altered."""

    tau = 1.0

    def __init__(self, path: Path = SHIPPED):
        self.path = path
        self.rows, self.nets = _loaded(path)

    def similarity(self, pictures: list[np.ndarray], wanted: list[JudgeTarget]) -> np.ndarray:
        """S (n, m) = sum_c q_j(c) log p_i(c); q_j is 1 at the subject, or p of the target."""
        return self.log_p(pictures, SCALES) @ np.stack([self.target_distribution(w) for w in wanted]).T

    def facts(self, pictures: list[np.ndarray], wanted: list[JudgeTarget], scales: Sequence[float] = SCALES) -> list[dict[str, Any]]:
        """subject's probability and rank (1 is first), and the five likeliest subjects."""
        return [self._facts_of(p, w) for p, w in zip(self.log_p(pictures, scales), wanted)]

    def log_p(self, pictures: list[np.ndarray], scales: Sequence[float] = (1.0,)) -> np.ndarray:
        """float32 (n, subjects): mean of what it says of each picture (h, w, 3) in [0, 1] and of its mirror image, at each scale."""
        n, said = len(pictures), []
        for scale in scales:
            small = np.stack([_small(p, scale) for p in pictures])
            small = np.concatenate([small, small[:, :, ::-1]])
            said += [log_softmax((x[:n] + x[n:]) / 2) for x in (self.scores(net, small) for net in self.nets)]
        return geometric_mean(said)

    def quick_log_p(self, pictures: list[np.ndarray]) -> np.ndarray:
        """The same of the first network alone, which looks at the pictures only."""
        return log_softmax(self.scores(self.nets[0], np.stack([_small(p) for p in pictures])))

    def scores(self, net: cv2.dnn.Net, small: np.ndarray) -> np.ndarray:
        """Scores of square pictures (n, SIDE, SIDE, 3), in lots that fit the memory."""
        out = []
        for lot in np.array_split(small, -(-len(small) // 64)):
            net.setInput(np.ascontiguousarray(lot.transpose(0, 3, 1, 2), np.float32))
            out.append(net.forward()[:, : len(self.rows)].copy())
        return np.concatenate(out)

    def target_distribution(self, w: JudgeTarget) -> np.ndarray:
        """q (subjects,): what a picture should make the judge say. Raises Missing for a prompt that it cannot know."""
        if w.subject in self.rows:
            return np.eye(1, len(self.rows), self.rows[w.subject], dtype=np.float32)[0]
        if w.target is None:
            raise Missing(f"'{w.prompt}' is no subject that this judge knows, and there is no target to compare with.")
        return np.exp(self.log_p([w.target])[0])

    def _facts_of(self, log_p: np.ndarray, w: JudgeTarget) -> dict[str, Any]:
        names, order = list(self.rows), np.argsort(-log_p, kind="stable")
        told: dict[str, Any] = {"prompt": w.prompt, "likeliest": [names[i] for i in order[:5]]}
        if w.subject in self.rows:
            i = self.rows[w.subject]
            told |= {"subject": w.subject, "probability": round(float(np.exp(log_p[i])), 4), "rank": int((log_p > log_p[i]).sum()) + 1}
        return told


def _small(picture: np.ndarray, scale: float = 1.0) -> np.ndarray:
    """The middle square, which holds the subject, at SIDE pixels; scaled about its middle, its edge carried on where it shrinks."""
    h, w = picture.shape[:2]
    m = min(h, w)
    side = max(1, round(m / scale))
    more = max(0, -(-(side - m) // 2))
    y, x = (h - m) // 2, (w - m) // 2
    square = picture[y : y + m, x : x + m]
    if more:
        square = cv2.copyMakeBorder(square.astype(np.float32), more, more, more, more, cv2.BORDER_REPLICATE)
    off = (square.shape[0] - side) // 2
    return cv2.resize(square[off : off + side, off : off + side].astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def log_softmax(x: np.ndarray) -> np.ndarray:
    """Along the rows of (n, subjects)."""
    x = x - x.max(1, keepdims=True)
    return x - np.log(np.exp(x).sum(1, keepdims=True))


def geometric_mean(log_p: list[np.ndarray]) -> np.ndarray:
    """log p of the geometric mean, p = prod_k p_k^(1 / n) / sum, of what n networks say, (n, subjects) each."""
    return log_softmax(np.asarray(sum(log_p)) / len(log_p))


@functools.lru_cache(maxsize=2)
def _loaded(path: Path) -> tuple[dict[str, int], list[cv2.dnn.Net]]:
    """(full name of a subject -> a network's output, the networks); checks the files against their hashes."""
    facts = path.with_suffix(".json")
    try:
        told = json.loads(facts.read_text(encoding="utf-8"))
        wanted = {path.with_name(name): str(sha256) for name, sha256 in told["networks"].items()}
        named = {s.code: s.name for s in vocabulary.subjects()}
        rows = {named.get(code, code): n for n, code in enumerate(told["subjects"])}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Missing(f"the judge's file {facts} cannot be read ({_reason(error)}); install illusionprint again.") from None
    try:
        altered = [f for f, sha256 in wanted.items() if hashlib.sha256(f.read_bytes()).hexdigest() != sha256]
    except OSError as error:
        raise Missing(f"the judge's file {error.filename} cannot be read ({_reason(error)}); install illusionprint again.") from None
    if altered or not wanted:
        file = (altered or [facts])[0]
        raise Missing(f"the judge's file {file} is not the one that was shipped (its hash is not that in {facts.name}); install illusionprint again.")
    return rows, [cv2.dnn.readNetFromONNX(str(f)) for f in wanted]


def _reason(error: Exception) -> str:
    """What went wrong, without the file's name."""
    return getattr(error, "strerror", None) or (f"it lacks {error}" if isinstance(error, KeyError) else str(error))
