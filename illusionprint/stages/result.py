"""The result folder: written aside and renamed at the end, so that it is whole or absent."""

import errno
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ..errors import RunFailed


@dataclass(frozen=True)
class Result:
    """A finished folder and what the proof said of it."""

    folder: Path
    errors: int = 0


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """A temporary folder beside the target that takes its place when the block ends well, and vanishes when it does not.

    Parents that had to be made vanish too. Raises RunFailed when the place cannot be written or is full.
    """
    temporary, made = None, []
    try:
        made = _make(target.parent)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        temporary.chmod(0o755)
        yield temporary
        _replace(temporary, target)
    except OSError as error:
        raise RunFailed(f"cannot write {error.filename or target}: {_reason(error)}. Nothing was left behind.") from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
        _drop(made)


def _make(folder: Path) -> list[Path]:
    """Makes a folder; those that were missing, the innermost first."""
    missing = [p for p in (folder, *folder.parents) if not p.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        _drop(missing)
        raise
    return missing


def _drop(folders: list[Path]) -> None:
    """Removes those that are empty."""
    with suppress(OSError):
        for folder in folders:
            folder.rmdir()


def _replace(temporary: Path, target: Path) -> None:
    """An older result stands until the new one is whole, and comes back when the last step is interrupted."""
    if not target.exists():
        temporary.rename(target)
        return
    if not target.is_dir():
        raise FileExistsError(errno.EEXIST, "", str(target))
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        target.rename(aside / "old")
        temporary.rename(target)
    finally:
        if not target.exists():
            (aside / "old").rename(target)
        shutil.rmtree(aside, ignore_errors=True)


def _reason(error: OSError) -> str:
    known = {
        errno.ENOSPC: "the disk is full",
        errno.EROFS: "it is read-only",
        errno.EACCES: "no permission",
        errno.EDQUOT: "the quota is used up",
        errno.ENOTDIR: "a file stands where a folder is needed",
        errno.EEXIST: "a file stands where a folder is needed",
        errno.EISDIR: "a folder stands there",
    }
    return known.get(error.errno or 0, error.strerror or str(error))


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A temporary file beside the target that takes its place when the block ends well, and vanishes when it does not."""
    beside, made = target.with_name(f".{target.name}.part"), []
    try:
        made = _make(target.parent)
        yield beside
        beside.replace(target)
    except OSError as error:
        raise RunFailed(f"cannot write {target}: {_reason(error)}.") from error
    finally:
        with suppress(OSError):
            beside.unlink()
        _drop(made)
