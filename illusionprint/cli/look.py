"""Commands that only tell."""
from __future__ import annotations

from typing import Any

import click

from ._run import options, progress

ROOMS = ("denoisers", "export", "puzzles", "tabs", "templates", "views", "vocabulary")


@click.command("list")
@click.argument("room", type=click.Choice(ROOMS, case_sensitive=False))
def list_room(room: str) -> None:
    """Names of what a room holds: views, templates, puzzles, subjects (vocabulary), ..."""
    from .. import data, plugins
    if room in ("templates", "puzzles"):
        names = data.names(room)
    elif room == "vocabulary":
        from .. import vocabulary
        names = sorted(s.name for s in vocabulary.subjects())
    else:
        names = plugins.names({"tabs": "jigsaw.tabs"}.get(room, room))
    click.echo("\n".join(names))


@click.command()
@click.argument("name")
def show(name: str) -> None:
    """The text of a shipped puzzle or template."""
    from .. import data
    from ..errors import UnknownName
    for kind in ("puzzles", "templates"):
        if name.lower() in data.names(kind):
            click.echo(data.find(kind, name).read_text(encoding="utf-8").rstrip())
            return
    raise UnknownName("puzzle or template", name, [*data.names("puzzles"), *data.names("templates")])


@click.command()
@click.argument("subject")
@click.option("--view", "kind", default="rotate_180", show_default=True, help="The view of the second picture.")
@click.option("--grid", default="6x6", show_default=True, help="Rows x columns, for a jigsaw.")
@click.option("--count", type=click.IntRange(1, 1000), default=12, show_default=True, help="How many to tell.")
@options("style", "licence", "quiet")
def suggest(subject: str, kind: str, grid: str, count: int, quiet: bool, **given: Any) -> None:
    """Subjects that make a good second picture for SUBJECT, the best first, with the conflict that is left."""
    from .. import plugins
    from ..errors import BadValue
    from ._spec import styles_of
    plugins.load("views", kind)
    if kind == "identity":
        raise BadValue("'identity' shows one picture only; take another view.")
    from .. import workshop
    with progress(quiet) as tell:
        found = workshop.suggest(subject, kind.lower().replace("-", "_"), grid, styles_of(given) or ("twemoji",), tell)
    click.echo("\n".join(f"{conflict:.3f}  {name}" for conflict, name in found[:count]))
