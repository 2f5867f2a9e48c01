"""Files that ship with the package: `templates/*.toml` and `puzzles/*.toml`.

In a wheel setup.cfg maps both folders into the package; in a checkout and an editable install they stand beside it.
"""

from importlib.resources import files
from pathlib import Path

from .errors import UnknownName


def folder(kind: str) -> Path:
    """Folder of shipped files of a kind ("templates", "puzzles"): in the package first, then beside it."""
    inside = Path(str(files("illusionprint"))) / kind
    return inside if inside.is_dir() and any(inside.glob("*.toml")) else inside.parent.parent / kind


def names(kind: str) -> list[str]:
    return sorted(p.stem for p in folder(kind).glob("*.toml"))


def find(kind: str, name: str) -> Path:
    """A shipped file by name, or any path that ends in .toml. Raises UnknownName."""
    if name.endswith(".toml") and Path(name).is_file():
        return Path(name)
    path = folder(kind) / f"{name.lower()}.toml"
    if not path.is_file():
        raise UnknownName(kind.rstrip("s"), name, names(kind))
    return path
