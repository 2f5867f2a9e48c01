"""Commands that only tell."""
from __future__ import annotations

import click

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
