"""Styles: those whose file stands in this room, and those that the user has added to a folder of their own.

An added style is a folder `styles/NAME` in the user's data folder: `style.json` (licence, credit, margin, and for each drawing its file and the
SHA-256 of it) and the drawings. It appears whole or not at all.
"""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import plugins
from ..errors import BadValue, Missing, RunFailed, UnknownName
from ._drawing import Drawing
from ._lookup import index_of_name
from ._picture import Cutout, load_picture
from ._subjects import Subject, subjects


@dataclass(frozen=True)
class AddedStyle:
    """A style from the user's folder; `files` maps a Unicode sequence, or a name that only this style knows, to (file, SHA-256)."""

    name: str
    folder: Path
    licence: str
    credit: str
    margin: float
    cast: bool
    count: int
    files: Mapping[str, tuple[str, str]]

    def svg(self, code: str) -> str | None:
        """As a plugin's. Raises Missing for a drawing that was altered."""
        path = self._path(code)
        return path.read_text(encoding="utf-8") if path and path.suffix == ".svg" else None

    def drawing(self, key: str, subject: str) -> Drawing | Cutout | None:
        path = self._path(key)
        if path is None:
            return None
        if path.suffix == ".svg":
            return Drawing(subject, self.name, self.licence, self.credit, path.read_text(encoding="utf-8"), self.margin)
        found = load_picture(str(path))
        assert isinstance(found, Cutout)
        return Cutout(subject, found.pixels, self.name, self.licence, self.credit)

    def _path(self, key: str) -> Path | None:
        if key not in self.files:
            return None
        name, digest = self.files[key]
        path = self.folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise Missing(f"the drawing {path} is not what was added; run `illusionprint vocabulary add` for '{self.name}' again.")
        return path


def styles() -> list[str]:
    """Names of the styles that may be cast, sorted."""
    return sorted({*plugins.names("vocabulary"), *(n for n in added_styles() if _may_be_cast(n))})


def _may_be_cast(name: str) -> bool:
    """Whether an added style is not kept for measuring; a damaged one is named too, so that using it says what is wrong."""
    try:
        return load_style(name).cast
    except Missing:
        return True


def added_styles() -> list[str]:
    """Names of the styles in the user's folder, those kept for measuring too."""
    return sorted(p.parent.name for p in styles_folder().glob("*/style.json"))


def load_style(name: str) -> Any:
    """A style: licence, credit, margin, svg(code). Raises UnknownName, and Missing for an added style that is damaged."""
    stem = name.lower().replace("-", "_")
    if stem in plugins.names("vocabulary"):
        return plugins.load("vocabulary", stem)()
    if stem not in added_styles():
        raise UnknownName("style", name, styles())
    path = styles_folder() / stem / "style.json"
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        files = {k: (str(f), str(d)) for k, (f, d) in facts["files"].items()}
        terms = str(facts["licence"]), str(facts["credit"])
        return AddedStyle(stem, path.parent, *terms, float(facts["margin"]), bool(facts["cast"]), int(facts["count"]), files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Missing(f"the style '{stem}' in {path.parent} is damaged ({error}); add it again, or remove that folder.") from None


def drawing_count(style: Any) -> int:
    """How many drawings a style has. Raises Missing where its package is not there."""
    if isinstance(style, AddedStyle):
        return style.count
    draws = getattr(style, "draws", lambda code: style.svg(code) is not None)
    return sum(draws(s.code) for s in subjects())


def has_own_drawing(style: Any, own: str) -> bool:
    """Whether a style has a drawing of the user's own by this very name, which is no subject's full name."""
    return isinstance(style, AddedStyle) and own in style.files and index_of_name(own) is None


def drawing(style: Any, name: str, subject: Subject, own: str) -> Drawing | Cutout | None:
    """A style's drawing: of the user's own name for it, or of the subject; None when it has none."""
    if isinstance(style, AddedStyle):
        return style.drawing(own, own) or style.drawing(subject.code, subject.name)
    svg = style.svg(subject.code)
    return Drawing(subject.name, name, style.licence, style.credit, svg, style.margin) if svg else None


def is_share_alike(licence: str) -> bool:
    """Whether a licence asks that what is made of the drawings carries it too."""
    return bool(re.search(r"\bSA\b|share.?alike|\b[AL]?GPL", licence, re.I))


def check_licences(names: tuple[str, ...], licence: str) -> None:
    """Raises UnknownName for a style, BadValue for one whose licence asks for more than "attribution" where no more is agreed to."""
    for name in names:
        if is_share_alike(load_style(name).licence) and licence != "share-alike":
            ask = 'say --licence share-alike to use them (licence = "share-alike" in a puzzle\'s file).'
            raise BadValue(f"drawings in the style '{name}' ask for the same licence on what is made of them; {ask}")


def styles_folder() -> Path:
    """Where added styles are."""
    from platformdirs import user_data_path

    return user_data_path("illusionprint", appauthor=False) / "styles"


def check_style_name(name: str, reserved: tuple[str, ...] = ()) -> str:
    """A name for an added style. Raises BadValue."""
    stem = re.sub(r"[\s-]+", "_", name.strip().lower())
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", stem):
        raise BadValue(f"a style's name is letters, digits and '_', beginning with a letter; '{name}' came. Give one by --name.")
    if stem in (*plugins.names("vocabulary"), *reserved):
        raise BadValue(f"the name '{stem}' is taken by a style that comes with illusionprint; give another by --name.")
    return stem


def write_style(name: str, drawings: Mapping[str, tuple[str, bytes]], **facts: Any) -> Path:
    """Write a style of drawings {key: (suffix, content)} with its facts, replacing an older one, whole or not at all. Raises RunFailed when it cannot."""
    home = styles_folder()
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".adding-", dir=home) as scratch:
            new = Path(scratch) / name
            new.mkdir()
            files = {}
            for key, (suffix, content) in sorted(drawings.items()):
                digest = hashlib.sha256(content).hexdigest()
                files[key] = (digest[:20] + suffix, digest)
                (new / files[key][0]).write_bytes(content)
            (new / "style.json").write_text(json.dumps({**facts, "files": files}, indent=1, ensure_ascii=False), encoding="utf-8")
            if (home / name).exists():
                os.replace(home / name, Path(scratch) / "old")
            os.replace(new, home / name)
    except OSError as error:
        raise RunFailed(f"cannot write the style '{name}' to {home}: {error}.") from None
    return home / name
