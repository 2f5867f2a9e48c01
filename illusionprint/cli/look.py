"""Commands that only tell."""

from functools import partial
from pathlib import Path
from typing import Any

import click
import cloup
from cloup.constraints import Equal, If, IsSet, accept_none

from ._options import Named, a_folder, examples, options
from ._run import progress

ROOMS = ("denoisers", "export", "finishes", "judge", "kinds", "outlines", "puzzles", "tabs", "templates", "tilings", "views", "vocabulary")


@cloup.command("list", epilog=examples("list vocabulary", "list tabs"))
@cloup.argument("room", type=Named(lambda: ROOMS))
def list_room(room: str) -> None:
    """Names of what a room holds.

    ROOM is denoisers, export, finishes, judge, kinds, outlines, puzzles, tabs, templates, tilings, views or vocabulary (subjects that can be drawn).
    """
    from .. import data, plugins
    from ..errors import UnknownName

    if (room := room.lower()) not in ROOMS:
        raise UnknownName("room", room, ROOMS)
    if room in ("templates", "puzzles"):
        names = data.names(room)
    elif room == "vocabulary":
        from .. import vocabulary

        names = sorted(s.name for s in vocabulary.subjects())
    elif room == "kinds":
        from .. import products

        names = [f"{n:<14} {products.summary(n)}" for n in products.kinds()]
    elif room == "finishes":
        from ..blend import finishes

        names = [f"{n:<14} {finishes.load(n).DESCRIPTION}" for n in finishes.names()]
    else:
        names = plugins.names({"tabs": "jigsaw.tabs", "tilings": "jigsaw.tilings", "outlines": "jigsaw.outlines"}.get(room, room))
    click.echo("\n".join(names))


@cloup.command(epilog=examples("show rabbit-duck", "show laser"))
@cloup.argument("name")
def show(name: str) -> None:
    """The text of a shipped puzzle or template."""
    from .. import data
    from ..errors import UnknownName

    for kind in ("puzzles", "templates"):
        if name.lower() in data.names(kind):
            click.echo(data.find(kind, name).read_text(encoding="utf-8").rstrip())
            return
    raise UnknownName("puzzle or template", name, [*data.names("puzzles"), *data.names("templates")])


@cloup.command(epilog=examples("suggest rabbit", "suggest --view jigsaw --grid 4x4 --count 50"))
@cloup.argument("subject", required=False)
@cloup.option(
    "--view",
    "kind",
    default="rotate_180",
    show_default=True,
    callback=lambda ctx, param, value: value.lower().replace("-", "_"),
    help="The view of the second picture.",
)
@cloup.option("--grid", default=None, help="Rows x columns, for a jigsaw.  [default: 6x6; 4x4 without a subject]")
@cloup.option("--count", type=click.IntRange(1, 1000), default=12, show_default=True, help="How many to tell.")
@cloup.option("--out", default="output", show_default=True, callback=partial(a_folder, also=".png"), help="Folder for the sheet, or a PNG file to write.")
@options("styles", "licence", "quiet")
@cloup.constraint(If(~Equal("kind", "jigsaw"), then=accept_none.rephrased(error="there is no --grid: it belongs to --view jigsaw.")), ["grid"])
@cloup.constraint(If(~IsSet("subject"), then=accept_none.rephrased(error="there is no --style: the list of the best pairs is of one.")), ["styles"])
def suggest(subject: str | None, kind: str, grid: str | None, count: int, quiet: bool, out: str, **given: Any) -> None:
    """Subjects that make a good second picture for SUBJECT, the best first, and a sheet of the results; without SUBJECT the best pairs of all.

    The figure is how well the weaker of both pictures is seen in a small blend, 0 to 1.
    """
    from .. import plugins, vocabulary, workshop
    from ..errors import BadValue
    from ._spec import styles_of

    plugins.load("views", kind)
    if kind == "identity":
        raise BadValue("'identity' shows one picture only; take another view.")
    if subject is not None and not subject.strip():
        raise BadValue(f"a subject is a word or a picture's path; '{subject}' came.")
    with progress(quiet) as tell:
        if subject:
            styles = styles_of(given) or ("twemoji",)
            vocabulary.check_licences(styles, given.get("licence") or "attribution")
            pairs, others = workshop.suggest(subject, kind, grid or "6x6", styles, tell)
            lines = [*(f"{p.score:.2f}  {p.subjects[1]}" for p in pairs), *(f"      {name}" for _, name in others)]
        else:
            pairs, listed = workshop.best_pairs(kind, grid or "4x4", tell)
            lines = [f"{score:.2f}  {one} / {two}" for score, one, two in listed]
    click.echo("\n".join(lines[:count]))
    name = f"{_named('suggest', subject or 'best', kind, (grid or '6x6') if kind == 'jigsaw' else '')}.png"
    click.echo(workshop.sheet(pairs, Path(out) if out.lower().endswith(".png") and not Path(out).is_dir() else Path(out) / name))


def _named(*parts: str) -> str:
    """A file's name in plain letters."""
    from ..spec import plain

    return "-".join(plain(Path(p).stem) for p in parts if p)
