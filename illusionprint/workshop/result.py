"""The result folder: written aside and renamed at the end, so that it is whole or absent."""
from __future__ import annotations

import errno
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..errors import RunFailed
from ..spec import PuzzleSpec


@dataclass(frozen=True)
class Result:
    """A finished folder and what the proof said of it."""

    folder: Path
    errors: int = 0


def name_of(spec: PuzzleSpec) -> str:
    """"jigsaw-4x4-rabbit-duck": kind, grid and prompts, in plain letters."""
    parts = [spec.kind, *([spec.grid or "4x4"] if spec.kind == "jigsaw" else []), *(_stem(p) for p in spec.prompts)]
    words = [re.sub(r"[\W_]+", "-", p.lower()).strip("-")[:40] or "picture" for p in parts]
    return "-".join(words + ([_slug(spec.model)] if spec.model else []))


def _stem(prompt: str) -> str:
    return Path(prompt).stem if re.search(r"\.\w{2,4}$", prompt) else prompt


def _slug(model: str) -> str:
    return re.sub(r"[^\w]+", "-", Path(model).name.lower()).strip("-") or "model"


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """A temporary folder beside the target that takes its place when the block ends well, and vanishes when it does not.

    Raises RunFailed when the place cannot be written or is full.
    """
    temporary = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        temporary.chmod(0o755)
        yield temporary
        _replace(temporary, target)
    except OSError as error:
        raise RunFailed(f"cannot write {error.filename or target}: {_reason(error)}. Nothing was left behind.") from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def _replace(temporary: Path, target: Path) -> None:
    """An older result stands until the new one is whole."""
    if target.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent)) / "old"
        target.rename(old)
        temporary.rename(target)
        shutil.rmtree(old.parent, ignore_errors=True)
    else:
        temporary.rename(target)


def _reason(error: OSError) -> str:
    known = {errno.ENOSPC: "the disk is full", errno.EROFS: "it is read-only", errno.EACCES: "no permission", errno.EDQUOT: "the quota is used up",
             errno.ENOTDIR: "a file stands where a folder is needed", errno.EEXIST: "a file stands where a folder is needed"}
    return known.get(error.errno, error.strerror or str(error))


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A temporary file that takes the target's place when the block ends well."""
    with tempfile.TemporaryDirectory() as folder:
        temporary = Path(folder) / target.name
        yield temporary
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            beside = target.with_name(f".{target.name}.part")
            shutil.copyfile(temporary, beside)
            beside.replace(target)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise RunFailed(f"cannot write {target}: {_reason(error)}.") from error
