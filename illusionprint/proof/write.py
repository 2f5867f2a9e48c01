"""proof.json and proof.html."""

from __future__ import annotations

from pathlib import Path

from ..anagram import write_json
from .findings import Proof


def write(folder: Path, proof: Proof) -> None:
    """Both files into the folder; the same bytes for the same proof."""
    from ._html import page

    write_json(Path(folder) / "proof.json", proof.to_json())
    (Path(folder) / "proof.html").write_text(page(Path(folder), proof), encoding="utf-8")
