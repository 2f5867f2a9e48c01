"""Findings of a proof."""

import tomllib
from dataclasses import asdict, dataclass, field, replace
from importlib.resources import files
from typing import Any

import numpy as np

from ..path import Point

#: Words of the report, and its codes: code -> meaning, in their order.
WORDS: dict[str, Any] = tomllib.loads((files("illusionprint.proof") / "report.toml").read_text(encoding="utf-8"))
CODES: dict[str, str] = WORDS["codes"]


@dataclass(frozen=True)
class Finding:
    """Coded finding; severity: "error" (the object would be spoilt), "warning" or "note"; where_mm: (x, y) from the board's top left corner."""

    code: str
    severity: str
    message: str
    where_mm: Point | None = None


@dataclass(frozen=True)
class Proof:
    """Result of a proof.

    figures: JSON data. pictures: uint8 (h, w, 3), the printed board without its cut lines, then every assembly made of it; the same of a back.
    """

    findings: tuple[Finding, ...]
    figures: dict[str, Any] = field(default_factory=dict)
    pictures: tuple[np.ndarray, ...] = field(default=(), compare=False, repr=False)

    @property
    def errors(self) -> int:
        """Number of findings that are errors."""
        return sum(f.severity == "error" for f in self.findings)

    def to_json(self) -> dict[str, Any]:
        """Content of proof.json."""
        findings = [{k: list(v) if isinstance(v, tuple) else v for k, v in asdict(f).items()} for f in self.findings]
        return {"ok": not self.errors, "findings": findings, "figures": self.figures}


def finding(code: str, message: str, where_mm: np.ndarray | Point | None = None, severity: str = "error") -> Finding:
    """Finding at a place rounded to 0.01 mm, an error unless told otherwise."""
    return Finding(code, severity, message, None if where_mm is None else (round(float(where_mm[0]), 2), round(float(where_mm[1]), 2)))


def sorted_findings(findings: list[Finding], most: int = 8) -> list[Finding]:
    """Errors first, then in the order of the codes; at most so many of one code, the last of which says how many more there are."""
    ranks, codes, out = ["error", "warning", "note"], list(CODES), []
    for severity, code in sorted({(f.severity, f.code) for f in findings}, key=lambda k: (ranks.index(k[0]), codes.index(k[1]))):
        same = [f for f in findings if (f.severity, f.code) == (severity, code)]
        if len(same) > most:
            last = replace(same[most - 1], message=f"{same[most - 1].message} And {len(same) - most} more like it.")
            same = [*same[: most - 1], last]
        out += same
    return out
