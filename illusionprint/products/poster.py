"""Exhibition posters of a result or of any picture; a board that is no rectangle lies on the poster's ground."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import shapely

from .. import layout, plugins, vocabulary
from ..anagram import Anagram
from ..door import board_of
from ..door.results import arrangement_of
from ..errors import BadValue
from ..layout import typography
from ..layout.imposition import border_of
from ..layout.poster import GROUND
from ..spec import PuzzleSpec
from ..stages.result import whole_file
from ..units import size_mm

SUMMARY = "An exhibition poster of a result, or of any picture"
KINDS = ()
TABLES = ()


@dataclass(frozen=True)
class _Shown:
    """What a poster shows: pictures uint8 (h, w, 3), words, anagram.svg, the outline in mm of the picture where it is no rectangle, and the poster's file."""

    picture: np.ndarray
    title: str
    target: Path
    second: np.ndarray | None = None
    subtitle: str = ""
    credit: str = ""
    vectors: bytes | None = None
    border: shapely.Polygon | None = None


def poster(source: Path, size: str, title: str = "", credit: str = "", dpi: float = 300.0, out: Path | None = None, font: str = "") -> Path:
    """poster.pdf beside a result's files, or NAME-poster.pdf beside a picture; font: a TrueType file.

    Raises BadValue when the source is neither, or when the font has not all letters of the title and the credit.
    """
    source = Path(source)
    if not source.exists():
        raise BadValue(f"there is no result folder or picture '{source}'.")
    sheet_mm, shown = size_mm(size), (_of_result if source.is_dir() else _of_picture)(source)
    with typography.using_font(font):
        title, credit, target = title or shown.title, credit or shown.credit, Path(out) if out else shown.target
        _writable(title, credit)
        sheet = layout.poster_sheet(
            shown.picture,
            sheet_mm,
            title=title,
            subtitle=shown.subtitle,
            credit=credit,
            dpi=dpi,
            second=shown.second,
            vectors=shown.vectors,
            border=shown.border,
        )
        with whole_file(target) as file:
            file.write_bytes(plugins.load("export", "pdf")([sheet], title=title))
    return target


def _writable(*texts: str) -> None:
    """Raises BadValue where a font lacks a letter."""
    for text in texts:
        if lost := typography.printable(text)[1]:
            raise BadValue(f"the font has no letters for {lost} of '{text}'; take other words, or `--font FILE.ttf`, a font that has them.")


def _of_result(folder: Path) -> _Shown:
    anagram = Anagram.load(folder)
    words = " / ".join(Path(p).stem if vocabulary.is_picture(p) else p for p in anagram.facts.get("prompts", []))
    border = _border(folder)
    picture, *others = (_on_ground(p, border, anagram.size_mm) for p in (anagram.pixels, *anagram.seen[1:]))
    return _Shown(
        picture,
        words,
        folder / "poster.pdf",
        _beside(others),
        str(anagram.facts.get("kind", "")).replace("_", " "),
        " · ".join(anagram.facts.get("credits", [])),
        anagram.svg,
        border,
    )


def _of_picture(file: Path) -> _Shown:
    found: Any = vocabulary.load_picture(str(file))
    if not found.is_photo:
        raise BadValue(f"'{file}' has no ground of its own; a poster needs a whole picture or a result folder.")
    return _Shown(np.rint(found.rgb * 255).astype(np.uint8), file.stem, file.with_name(f"{file.stem}-poster.pdf"))


def _border(folder: Path) -> shapely.Polygon | None:
    """The outline of a result's board that is no rectangle."""
    file = folder / "puzzle.toml"
    border = border_of(arrangement_of(folder, board_of(PuzzleSpec.load(file)))) if file.is_file() and (folder / "arrangement.json").is_file() else None
    return shapely.Polygon(border.flatten(0.01)) if border else None


def _on_ground(picture: np.ndarray, border: shapely.Polygon | None, size: tuple[float, float]) -> np.ndarray:
    """What lies outside of the border, in mm of a picture of (width, height) mm, in the poster's ground."""
    if border is None:
        return picture
    within = np.zeros(picture.shape[:2], np.uint8)
    points = shapely.get_coordinates(border) * np.array(picture.shape[1::-1]) / size - 0.5
    cv2.fillPoly(within, [np.rint(points * 64).astype(np.int32)], 255, cv2.LINE_AA, 6)
    share, ground = within[..., None] / np.float32(255), np.array(list(bytes.fromhex(GROUND[1:])), np.float32)
    return np.rint(share * picture + (1 - share) * ground).astype(np.uint8)


def _beside(pictures: Sequence[np.ndarray]) -> np.ndarray | None:
    """Pictures uint8 (h, w, 3) side by side at the height of the first, on the poster's ground; None of none."""
    if not pictures:
        return None
    h = pictures[0].shape[0]
    gap = np.full((h, h // 12, 3), list(bytes.fromhex(GROUND[1:])), np.uint8)
    out = [part for p in pictures for part in (gap, cv2.resize(p, (max(1, round(p.shape[1] * h / p.shape[0])), h), interpolation=cv2.INTER_AREA))]
    return pictures[0] if len(pictures) == 1 else np.concatenate(out[1:], 1)
