"""The user's own folder of drawings as a style."""

from difflib import get_close_matches
from pathlib import Path

from ..errors import BadValue
from . import _styles
from ._drawing import Drawing
from ._icon_sets import icon_sets
from ._lookup import index_of_name
from ._picture import Photo, load_picture
from ._subjects import normalised, subjects

_FILES, _BYTES = 5000, 4_000_000


def add_folder(source: Path, licence: str, name: str = "", credit: str = "") -> tuple[str, int]:
    """Add the user's folder of SVG and transparent PNG as a style, a file's name its subject: (style, how many drawings).
    Raises BadValue for a folder without drawings, a file that cannot be read or two files of one subject; nothing is kept then.
    """
    if not source.is_dir():
        near = get_close_matches(str(source).lower(), icon_sets(), 1)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        raise BadValue(f"there is no folder '{source}', and no set of that name{hint} Sets: {', '.join(icon_sets())}.")
    if not licence.strip():
        raise BadValue("say by --licence under which licence the drawings are; it is shown wherever they are used.")
    style = _styles.check_style_name(name or source.resolve().name, tuple(s.style for s in icon_sets().values()))
    found = sorted(p for p in source.iterdir() if p.suffix.lower() in (".svg", ".png") and p.is_file())
    if not found or len(found) > _FILES:
        raise BadValue(f"the folder '{source}' holds {len(found)} SVG or PNG files; 1 to {_FILES} are needed.")
    drawings: dict[str, tuple[str, bytes]] = {}
    for path in found:
        for key in _keys(path.stem):
            if key in drawings:
                raise BadValue(f"'{path.name}' draws the same subject as another file of '{source}'; keep one of them.")
            drawings[key] = _read(path)
    _styles.write_style(style, drawings, licence=licence, credit=credit or f"Drawings: {style}, {licence}", margin=0.0, cast=True, count=len(found))
    return style, len(found)


def _keys(stem: str) -> list[str]:
    """The name itself, and the Unicode sequence of the subject of this full name, if there is one."""
    name = normalised(stem)
    place = index_of_name(name)
    return [name] if place is None else [name, subjects()[place].code]


def _read(path: Path) -> tuple[str, bytes]:
    if path.stat().st_size > _BYTES:
        raise BadValue(f"'{path}' has {path.stat().st_size:,} bytes; {_BYTES:,} at most.")
    drawing = load_picture(str(path))
    if isinstance(drawing, Photo):
        raise BadValue(f"'{path}' has no transparency, so that its subject cannot be told from its ground.")
    return (".svg", drawing.svg.encode()) if isinstance(drawing, Drawing) else (".png", path.read_bytes())
