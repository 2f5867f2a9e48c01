"""The finished picture and its facts: what every way of making one hands to the layout."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from .errors import BadValue
from .units import MM_PER_IN

LARGE_PX, LOT = 40_000_000, 256  # pixels of a large picture; rows that are read at a time


@dataclass(frozen=True)
class Anagram:
    """The finished picture: pixels uint8 (h, w, 3), what is printed; seen, targets: the same of every view; px_per_mm gives the print size exactly.
    facts: JSON data. svg: what is printed as vectors; layers: sheets of paper to lay on each other. cutouts: pictures of photographs' cutouts, by file name.
    back: the other side of a sheet, as seen when it is turned about its vertical axis; its `seen` are the first assemblies turned over whole.
    """

    pixels: np.ndarray
    seen: tuple[np.ndarray, ...]
    px_per_mm: float
    targets: tuple[np.ndarray, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    svg: bytes | None = None
    cutouts: dict[str, np.ndarray] = field(default_factory=dict)
    back: Anagram | None = None
    layers: bytes | None = None

    @property
    def size_mm(self) -> tuple[float, float]:
        """(width, height)."""
        return self.pixels.shape[1] / self.px_per_mm, self.pixels.shape[0] / self.px_per_mm

    def save(self, folder: Path) -> None:
        """anagram.png, anagram.svg, layers.svg, seen-K.png, target-K.png, subject-K.png, anagram.json; of a back back.png, back.svg, layers-back.svg,
        seen-back-K.png, target-back-K.png.
        """
        folder = Path(folder)
        named = self._named("anagram", "") + (self.back._named("back", "back-") if self.back else [])
        first = {id(picture): name for name, picture in reversed(named)}
        with ThreadPoolExecutor(2 if self.pixels[..., 0].size < LARGE_PX else 1) as pool:  # Pillow copies what it writes
            list(pool.map(lambda n: write_png(folder / first[id(n[1])], n[1], self.px_per_mm), [n for n in named if first[id(n[1])] == n[0]]))
        for name, picture in named:  # the first view is mostly what is printed
            if first[id(picture)] != name:
                shutil.copyfile(folder / first[id(picture)], folder / name)
        vectors = {"anagram": self.svg, "layers": self.layers} | ({"back": self.back.svg, "layers-back": self.back.layers} if self.back else {})
        for name, svg in vectors.items():
            if svg:
                (folder / f"{name}.svg").write_bytes(svg)
        behind = self.back.cutouts if self.back else {}
        for name, picture in (self.cutouts | {n.replace("-", "-back-", 1): x for n, x in behind.items()}).items():
            write_png(folder / name, picture, 96 / MM_PER_IN)
        write_json(folder / "anagram.json", {"px_per_mm": self.px_per_mm, **self.facts})

    def _named(self, printed: str, word: str) -> list[tuple[str, np.ndarray]]:
        """(file name, picture) of what is printed and of all that is seen and wanted."""
        out = [(f"{printed}.png", self.pixels)]
        for kind, pictures in (("seen", self.seen), ("target", self.targets)):
            out += [(f"{kind}-{word}{k}.png", picture) for k, picture in enumerate(pictures, 1)]
        return out

    @classmethod
    def _side(cls, folder: Path, printed: str, word: str, px_per_mm: float, facts: dict[str, Any]) -> Anagram:
        """One side of what was saved."""
        seen, targets = (_pictures(folder, f"{kind}{word}") for kind in ("seen", "target"))
        svg, layers = (_svg(folder / f"{name}.svg") for name in (printed, f"layers{word}"))
        return cls(read_png(folder / f"{printed}.png"), seen, px_per_mm, targets, facts, svg, layers=layers)

    @classmethod
    def load(cls, folder: Path) -> Anagram:
        """Raises BadValue when the folder is no result, or a damaged one."""
        folder, facts = Path(folder), read_facts(folder)
        try:
            px_per_mm = facts.pop("px_per_mm")
            cutouts = {p.name: read_png(p) for p in sorted(folder.glob("subject-*.png"))}
            back = cls._side(folder, "back", "-back", px_per_mm, facts.get("back", {})) if (folder / "back.png").is_file() else None
            return replace(cls._side(folder, "anagram", "", px_per_mm, facts), cutouts=cutouts, back=back)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadValue(f"{folder} is a damaged result: {error}.") from None


def read_facts(folder: Path) -> dict[str, Any]:
    """What anagram.json of a result tells. Raises BadValue when the folder is no result, or a damaged one."""
    file = Path(folder) / "anagram.json"
    if not file.is_file():
        raise BadValue(f"{folder} is not a result folder: it has no anagram.json.")
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadValue(f"{folder} is a damaged result: {error}.") from None


def _pictures(folder: Path, kind: str) -> tuple[np.ndarray, ...]:
    paths = sorted(folder.glob(f"{kind}-[0-9]*.png"), key=lambda p: int(p.stem.rpartition("-")[2]))
    return tuple(read_png(p) for p in paths)


def _svg(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def write_png(path: Path, pixels: np.ndarray, px_per_mm: float) -> None:
    dpi = px_per_mm * MM_PER_IN
    Image.fromarray(pixels).save(path, dpi=(dpi, dpi), compress_level=2)


def read_png(path: Path) -> np.ndarray:
    """uint8 (h, w, 3); a lot of rows after the other, since Pillow's own picture takes 4 bytes a pixel and each copy of it as many."""
    with Image.open(path) as image:
        w, h = image.size
        out = np.empty((h, w, 3), np.uint8)
        for top in range(0, h, LOT):
            out[top : top + LOT] = np.asarray(image.crop((0, top, w, min(h, top + LOT))).convert("RGB"))
        return out


def write_json(path: Path, value: Any) -> None:
    """Two spaces, keys as given, one newline at the end: the same bytes for the same value."""
    Path(path).write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
