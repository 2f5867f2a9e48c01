"""Wheel, sdist, editable install and plain checkout all hold every module and find the shipped files; `.ci/run` runs what README says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from email import message_from_string
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
COMMAND = re.compile(r"^ *(python -m venv \.venv && .* && python -m pytest) *$", re.MULTILINE)
SHIPPED = {kind: sorted(p.stem for p in (ROOT / kind).glob("*.toml")) for kind in ("templates", "puzzles")}


def run(*command: str | Path, cwd: Path, **env: str) -> str:
    done = subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True, timeout=300, env={**os.environ, **env})
    assert done.returncode == 0, done.stderr[-1500:]
    return done.stdout


def copied(target: Path) -> Path:
    """The checkout as a fresh clone would have it, without tests, so that no build folder is left in the real one."""
    target.mkdir()
    for folder in ("illusionprint", "templates", "puzzles"):
        shutil.copytree(ROOT / folder, target / folder, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "MANIFEST.in"):
        if (ROOT / name).is_file():
            shutil.copy(ROOT / name, target / name)
    return target


def built(tree: Path, out: Path, kind: str) -> Path:
    """The archive that the build backend makes: kind is sdist, wheel or editable. No front end, hence no network."""
    code = "import sys, setuptools.build_meta as b; print(getattr(b, 'build_' + sys.argv[2])(sys.argv[1]))"
    out.mkdir(exist_ok=True)
    return out / run(sys.executable, "-c", code, out, kind, cwd=tree).splitlines()[-1]


def installed(archive: Path, target: Path) -> Path:
    options = "-q --no-deps --no-index --no-compile --disable-pip-version-check --target".split()
    run(sys.executable, "-m", "pip", "install", *options, target, archive, cwd=target.parent)
    return target


def seen_from(site: Path) -> dict:
    """What an interpreter finds that knows only this folder (and its .pth files): not the package that runs this test."""
    code = (
        "import json, site, sys; site.addsitedir(sys.argv[1]); from illusionprint import data\n"
        "found = {'file': data.__file__, **{k: data.names(k) for k in ('templates', 'puzzles')}}\n"
        "print(json.dumps({**found, 'text': data.find('templates', 'a4').read_text()}))"
    )
    return json.loads(run(sys.executable, "-S", "-c", code, site, cwd=site.parent, PYTHONPATH=""))


def modules(tree: Path) -> set[str]:
    return {p.relative_to(tree).as_posix() for p in (tree / "illusionprint").rglob("*") if p.suffix == ".py" or p.parent.name == "data"}


def lacking(names: list[str], tree: Path) -> set[str]:
    """Files that a wheel with these names should hold and does not."""
    toml = {f"illusionprint/{kind}/{stem}.toml" for kind, stems in SHIPPED.items() for stem in stems}
    return (modules(tree) | toml) - set(names)


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    return copied(tmp_path_factory.mktemp("checkout") / "tree")


@pytest.fixture(scope="module")
def wheel(tree, tmp_path_factory) -> Path:
    """Made from the sdist, as an index's users without a wheel do: so the sdist is whole too."""
    out = tmp_path_factory.mktemp("dist")
    shutil.unpack_archive(built(tree, out, "sdist"), out)
    unpacked = next(p for p in out.iterdir() if p.is_dir())
    return built(unpacked, out / "wheel", "wheel")


def test_wheel_from_sdist_holds_everything(wheel, tree):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert lacking(names, tree) == set()
    assert not [n for n in names if n.startswith(("tests", "output", "templates", "puzzles"))]
    assert any(n.endswith("licenses/LICENSE") for n in names)


def test_plain_install_is_light(wheel):
    with zipfile.ZipFile(wheel) as archive:
        info = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        facts = message_from_string(archive.read(info).decode())
        scripts = archive.read(info.replace("METADATA", "entry_points.txt")).decode()
    plain = [r for r in facts.get_all("Requires-Dist") if "extra ==" not in r]
    assert plain and not [r for r in plain if re.match("torch|diffusers|transformers|accelerate|safetensors", r)]
    assert {"diffusion", "test", "all"} <= set(facts.get_all("Provides-Extra")) and "MIT" in (facts["License"], facts["License-Expression"])
    assert "illusionprint = illusionprint.cli:main" in scripts


def test_installed_copy_finds_its_files(wheel, tmp_path):
    found = seen_from(installed(wheel, tmp_path / "site"))
    assert Path(found["file"]).is_relative_to(tmp_path) and found["text"] == (ROOT / "templates" / "a4.toml").read_text()
    assert {k: found[k] for k in SHIPPED} == SHIPPED


def test_editable_install_and_plain_checkout_find_them(tree, tmp_path):
    site = installed(built(tree, tmp_path / "dist", "editable"), tmp_path / "site")
    for found in (seen_from(site), seen_from(tree)):
        assert Path(found["file"]).is_relative_to(tree) and {k: found[k] for k in SHIPPED} == SHIPPED


def test_a_forgotten_file_is_seen(tmp_path):
    """Planted: a package and the templates left out of setup.cfg."""
    tree = copied(tmp_path / "tree")
    config = (tree / "setup.cfg").read_text()
    (tree / "setup.cfg").write_text(config.replace("    illusionprint.viewing\n", "").replace("illusionprint.templates = *.toml\n", ""))
    with zipfile.ZipFile(built(tree, tmp_path / "dist", "wheel")) as archive:
        missed = lacking(archive.namelist(), tree)
    assert "illusionprint/viewing/vision.py" in missed and "illusionprint/templates/a4.toml" in missed and len(missed) > 5


def test_enough_is_shipped():
    assert {"a4", "a3", "letter", "laser"} <= set(SHIPPED["templates"]) and len(SHIPPED["puzzles"]) >= 6


# .ci/run


def test_readme_names_one_command_to_set_up_and_test():
    found = COMMAND.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    assert found == ['python -m venv .venv && . .venv/bin/activate && pip install torch==2.13.0 && pip install -e ".[test,all]" && python -m pytest']


LINE = 'python -m venv .venv && . .venv/bin/activate && pip install one && pip install -e ".[test,all]" && python -m pytest\n'
README = f"Set up and test:\n\n```sh\n{LINE}```\n"
LOOKING = ("ruff", "mypy", "lint-imports")
PROGRAMS = ("chromium", "gs", "qpdf", "pdftoppm", "rsvg-convert", "apt-get", "pip", "fc-list", *LOOKING)
PYTHON = """#!/bin/sh
echo "python3 $*" >> "$LOG"
[ "$1 $2" = "-m venv" ] && mkdir -p "$3/bin" && touch "$3/bin/activate"
[ "$1 $2" = "-m pytest" ] && exit "$STATUS"
exit 0
"""


def ci(tmp_path: Path, readme: str, status: int = 0, pip: int = 0, without: str = "", fails: str = "") -> tuple[int, list[str]]:
    """(exit status, calls) of .ci/run in a folder where python3, pip and all else are stand-ins that write down their calls."""
    (tmp_path / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    (tmp_path / "README.md").write_text(readme)
    (tmp_path / "bin").mkdir()
    for name in ("bash", "sh", "dirname", "grep", "mktemp", "rm", "mkdir", "touch"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name))
    for name in PROGRAMS:
        if name != without:
            stand_in = f'#!/bin/sh\necho "{name} $*" >> "$LOG"\n' + (f"exit {pip}\n" if name == "pip" else "exit 4\n" if name == fails else "echo font\n")
            (tmp_path / "bin" / name).write_text(stand_in)
    (tmp_path / "bin" / "python3").write_text(PYTHON)
    for path in (tmp_path / "bin").iterdir():
        if not path.is_symlink():
            path.chmod(0o755)
    log = tmp_path / "log"
    log.touch()
    env = {"PATH": str(tmp_path / "bin"), "LOG": str(log), "STATUS": str(status)}
    done = subprocess.run([tmp_path / ".ci" / "run"], cwd="/", env=env, capture_output=True, text=True, timeout=60)
    calls = [c for c in log.read_text().splitlines() if not c.startswith(("fc-list", "python3 -c"))]
    return done.returncode, calls


def test_ci_runs_the_readmes_command(tmp_path):
    status, calls = ci(tmp_path, README)
    assert status == 0
    calls = [re.sub(r"/\S+/venv", "ENV", c) for c in calls]
    assert calls == [
        "python3 -m venv ENV",
        "pip install one",
        "pip install -e .[test,all]",
        "python3 -m pytest",
        "ruff check .",
        "ruff format --check .",
        "mypy ",
        "lint-imports ",
    ]


@pytest.mark.parametrize("name", LOOKING)
def test_ci_fails_when_the_code_is_not_as_it_should_be(tmp_path, name):
    assert ci(tmp_path, README, fails=name)[0] == 4


@pytest.mark.parametrize("status", [1, 2, 5])
def test_ci_fails_when_pytest_does(tmp_path, status):
    assert ci(tmp_path, README, status)[0] == status  # 5: no test was found


def test_ci_stops_at_the_first_failure(tmp_path):
    status, calls = ci(tmp_path / "a", README, pip=3)
    assert status != 0 and "pip install one" in calls and not any("pytest" in c for c in calls)
    for n, readme in enumerate(("Nothing here.\n", README + LINE)):
        status, calls = ci(tmp_path / str(n), readme)
        assert status != 0 and calls == []


def test_ci_installs_only_what_is_missing(tmp_path):
    status, calls = ci(tmp_path, README, without="gs")
    assert status == 0 and calls[:2] == ["apt-get update -q", "apt-get install -qy --no-install-recommends ghostscript"]
