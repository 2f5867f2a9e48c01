"""What README and the pages of docs tell can be done."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from illusionprint import data, vocabulary
from illusionprint.cli import main
from illusionprint.cli._spec import spec_of
from illusionprint.spec import PLACES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {
    p.relative_to(ROOT).as_posix(): p.read_text(encoding="utf-8") for p in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))
}
LINE = re.compile(r"^    (?:.*&& )?illusionprint (.+)$|`illusionprint ((?:[^`\s]+ )*[^`\s]+)`", re.M)
MOST_LINES = 90


def commands(text: str) -> list[str]:
    """Command lines of a page, without those that only name a command or stand for others."""
    found = [(one or two).split("  #")[0].strip() for one, two in LINE.findall(text)]
    return sorted({line for line in found if not re.search(r"\b[A-Z]{4,}\b|\.\.\.", line.replace("FOLDER", "folder")) and " " in line})


COMMANDS = [(page, line) for page, text in PAGES.items() for line in commands(text)]


def parsed(line: str) -> click.Context | None:
    """The line as click understands it, without running it; None of one that asks for help. Raises what a wrong line would."""
    words = shlex.split(line)
    command, left = main, words
    while isinstance(command, click.Group):
        if left[0] not in command.commands:
            raise click.UsageError(f"no command {left[0]}")
        command, left = command.commands[left[0]], left[1:]
    return None if "--help" in left else command.make_context(words[0], list(left))


@pytest.mark.parametrize("page, line", COMMANDS)
def test_every_command_parses(page, line):
    context = parsed(line)
    if context and context.info_name in ("make", "sample", "draw"):
        given = {k: v for k, v in context.params.items() if k not in ("kind", "prompts", "quiet", "out", "seeds", "keep", "sheet")}
        spec = spec_of(context.params["kind"], context.params["prompts"], given)
        if not spec.model or spec.model.name == "patches":
            for prompt in spec.pictures.prompts:
                assert vocabulary.is_picture(prompt) or vocabulary.find(prompt)


@pytest.mark.parametrize("line", sorted({line for _, line in COMMANDS if line.split()[0] in ("list", "show") or line == "vocabulary list"}))
def test_those_that_only_tell_are_run(line):
    found = CliRunner().invoke(main, shlex.split(line))
    assert found.exit_code == 0 and len(found.stdout.splitlines()) >= 2, found.output


@pytest.mark.parametrize(
    "line", ["make jigsaw rabbit duck --gird 4x4", "mak jigsaw rabbit duck", "vocabulary ad noto", "make jigsaw rabbit duck --cells round"]
)
def test_a_wrong_line_would_be_caught(line):
    with pytest.raises(click.UsageError):
        parsed(line)


def test_commands_are_found_where_they_stand():
    assert commands("    a && illusionprint make flip cat dog\nsee `illusionprint list tabs`, `illusionprint COMMAND --help`\n") == [
        "list tabs",
        "make flip cat dog",
    ]
    told = {line.split()[0] for _, line in COMMANDS}
    assert set(main.list_commands(None)) - told == set() and len(COMMANDS) > 50


def test_the_readme_is_short():
    assert len(README.splitlines()) <= MOST_LINES


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    for path in re.findall(r"\]\(([^)#]+)\)", PAGES[page]):
        assert "://" in path or ((ROOT / page).parent / path).exists(), path


def test_the_readme_leads_to_every_page():
    linked = set(re.findall(r"\]\((docs/[^)]+\.md)\)", README))
    assert linked == {page for page in PAGES if page.startswith("docs/")}
    assert f"{len(vocabulary.subjects()):,} subjects" in README


def test_the_page_on_puzzles_names_every_key():
    rows = dict(re.findall(r"^\| `?\[?([\w ]+)\]?`? \| (.+) \|$", PAGES["docs/puzzles.md"], re.M))
    for table, key in PLACES.values():
        assert not key or f"`{key}`" in rows[table or "on top"], (table, key)


def test_shipped_puzzles_are_named_as_they_are():
    assert "rabbit-duck" in data.names("puzzles") and "castle-dragon" in data.names("puzzles")
