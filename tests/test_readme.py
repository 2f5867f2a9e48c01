"""What the README tells can be done."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from illusionprint import data, vocabulary
from illusionprint.cli import main
from illusionprint.cli._spec import spec_of

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"^    (?:.*&& )?illusionprint (.+)$", README, re.M)))


def parsed(line: str) -> click.Context:
    """The line as click understands it, without running it. Raises what a wrong line would."""
    words = shlex.split(line)
    command = main.get_command(None, words[0])
    if command is None:
        raise click.UsageError(f"no command {words[0]}")
    return command.make_context(words[0], words[1:])


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_parses(line):
    context = parsed(line)
    if context.info_name in ("make", "sample"):
        given = {k: v for k, v in context.params.items() if k not in ("kind", "prompts", "quiet", "out", "seeds", "keep")}
        spec = spec_of(context.params["kind"], context.params["prompts"], given)
        if not spec.model or spec.model == "patches":
            for prompt in spec.pictures.prompts:
                assert vocabulary.is_picture(prompt) or vocabulary.find(prompt)


def test_a_wrong_line_would_be_caught():
    with pytest.raises(click.UsageError):
        parsed("make jigsaw rabbit duck --gird 4x4")


def test_all_commands_stand_in_the_readme_or_in_its_list():
    told = {line.split()[0] for line in COMMANDS}
    assert told <= set(main.list_commands(None)) and len(told) >= 7


def test_pictures_and_figures_are_there():
    for path in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README):
        assert (ROOT / path).is_file(), path
    assert f"{len(vocabulary.subjects()):,} subjects" in README


def test_shipped_puzzles_are_named_as_they_are():
    assert "rabbit-duck" in data.names("puzzles") and "castle-dragon" in data.names("puzzles")
