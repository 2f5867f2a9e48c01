"""Photographs that have fewer pixels than their print needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..anagram import read_facts
from ..errors import BadValue
from .findings import Finding

LEAST_PPI = 100.0  # pixels of a photograph an inch of print; one at reading distance looks soft below


def check(folder: Path, figures: dict[str, Any]) -> list[Finding]:
    """A warning for each photograph below LEAST_PPI, as anagram.json tells; nothing where there is none."""
    try:
        told = read_facts(folder).get("casting", {}).get("pictures", ())
        found = {k: float(p["ppi"]) for k, p in enumerate(told, 1) if "ppi" in p}
    except (BadValue, OSError, ValueError, TypeError, AttributeError):
        return []
    if found:
        figures["photographs_ppi"] = found
    return [Finding("FEW_PIXELS", "warning", few_pixels(k, ppi)) for k, ppi in found.items() if ppi < LEAST_PPI]


def few_pixels(k: int, ppi: float) -> str:
    """What is said of picture k below LEAST_PPI."""
    return f"Picture {k} has {ppi:.0f} pixels an inch of print, and below {LEAST_PPI:.0f} it looks soft; take a larger file, or print smaller."
