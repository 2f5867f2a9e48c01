"""What a proof says."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

#: Every code and what it means.
CODES = {
    "MISSING_FILE": "a file that a result needs is not there",
    "BROKEN_FILE": "a file is there but cannot be read",
    "MOVE_NOT_RIGID": "arrangement.json stretches a piece instead of moving it",
    "PAGE_BOX": "the page boxes of print.pdf are missing, not nested, or of another size than the board",
    "SCALE": "cut.svg or print.pdf is not in true millimetres, or has no 100 mm reference to check it by",
    "CUT_OFFSET": "all cut lines lie beside the printed picture",
    "PRINT_CUT_DIFFERS": "the cut lines in print.pdf are not those of cut.svg",
    "PIECE_COUNT": "the cut lines make more or fewer pieces than arrangement.json has",
    "PIECE_SHAPE": "a piece has another outline than arrangement.json says",
    "THIN_PIECE": "a piece is thinner somewhere than the machine's template asks for",
    "LOOSE_PIECES": "the beam takes what holds a connector: its head passes through the neck",
    "MISSING_EDGE": "no line is cut between two pieces, or round a piece",
    "EDGE_TWICE": "a line is cut twice",
    "NOT_CLOSED": "a line ends in the open",
    "GAP": "in an assembly the pieces leave a gap",
    "OVERLAP": "in an assembly pieces lie on each other, or beyond the board",
    "SIDES_DIFFER": "two sides that meet are not the very same curve",
    "SOLUTIONS": "the pieces close in another number of ways than arrangement.json says",
    "PIECE_MISPLACED": "in an assembly a piece shows another part of the picture than belongs there",
    "PICTURE_DIFFERS": "an assembly does not show its picture",
    "BACK_DIFFERS": "the back page of print.pdf does not fall on the front when the sheet is turned",
    "VECTORS_DIFFER": "anagram.svg shows another picture than anagram.png",
    "LAYERS_DIFFER": "the sheets of paper, laid on each other, are not the picture, or one does not lie on the one below",
    "FEW_PIXELS": "a photograph has too few pixels for its print",
    "ART_OFFSET": "the printed picture lies beside the trim box",
}


@dataclass(frozen=True)
class Finding:
    """severity: "error" (the object would be spoilt), "warning" or "note". where_mm: (x, y) from the board's top left corner."""

    code: str
    severity: str
    message: str
    where_mm: tuple[float, float] | None = None


@dataclass(frozen=True)
class Proof:
    """figures: JSON data. pictures: uint8 (h, w, 3), the printed board without its cut lines, then every assembly made of it; the same of a back."""

    findings: tuple[Finding, ...]
    figures: dict[str, Any] = field(default_factory=dict)
    pictures: tuple[np.ndarray, ...] = field(default=(), compare=False, repr=False)

    @property
    def ok(self) -> bool:
        """No finding is an error."""
        return all(f.severity != "error" for f in self.findings)

    def to_json(self) -> dict[str, Any]:
        findings = [{k: list(v) if isinstance(v, tuple) else v for k, v in asdict(f).items()} for f in self.findings]
        return {"ok": self.ok, "findings": findings, "figures": self.figures}


def error(code: str, message: str, where_mm: np.ndarray | tuple[float, float] | None = None) -> Finding:
    return Finding(code, "error", message, None if where_mm is None else (round(float(where_mm[0]), 2), round(float(where_mm[1]), 2)))


def tidy(findings: list[Finding], most: int = 8) -> list[Finding]:
    """Errors first, then by code; at most so many of one code, the last of which says how many more there are."""
    rank, order, out = ["error", "warning", "note"], list(CODES), []
    kinds = sorted({(f.severity, f.code) for f in findings}, key=lambda k: (rank.index(k[0]), order.index(k[1])))
    for severity, code in kinds:
        same = [f for f in findings if (f.severity, f.code) == (severity, code)]
        if len(same) > most:
            last = same[most - 1]
            same = [*same[: most - 1], replace(last, message=f"{last.message} And {len(same) - most} more like it.")]
        out += same
    return out
