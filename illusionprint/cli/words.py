"""Commands about words and drawings."""

from pathlib import Path

import click
import cloup

from ._options import examples


@cloup.group(epilog=examples("vocabulary list", "vocabulary add noto"))
def vocabulary() -> None:
    """Styles of drawings: which there are, and more of them."""


@vocabulary.command("list", epilog=examples("vocabulary list"))
def list_styles() -> None:
    """Styles, how many of the subjects each draws, their licences, and how to get those that are not here."""
    from rich.console import Console
    from rich.table import Table

    from .. import vocabulary as words

    grid = Table("style", "drawings", "licence", "", box=None, pad_edge=False, header_style="bold")
    for style, count, licence, state in words.style_table():
        grid.add_row(style, "" if count is None else f"{count:,}", licence, state)
    console = Console(highlight=False, markup=False)
    console.width = console.width if console.is_terminal else 160
    console.print(grid)
    click.echo(f"\n{len(words.subjects()):,} subjects; `illusionprint list vocabulary` names them.")


@vocabulary.command(epilog=examples("vocabulary add noto fluent", "vocabulary add my-drawings --licence CC0 --name mine"))
@cloup.argument("sources", nargs=-1, required=True)
@cloup.option("--licence", default="", help="Licence of the drawings in a folder of yours, as it shall be shown: 'CC0', 'all rights mine'.")
@cloup.option("--credit", default="", help="Credit line of a folder's drawings.  [default: style and licence]")
@cloup.option("--name", default="", help="Name of the style out of a folder.  [default: the folder's]")
def add(sources: tuple[str, ...], licence: str, credit: str, name: str) -> None:
    """Add styles: noto, noto-v1, fluent, flat, emojione (through npm), or a FOLDER of your own drawings.

    A folder holds SVG files, or PNG files with transparency; a file's name is its subject. Use a style by --style NAME.
    """
    from .. import vocabulary as words

    if len(sources) > 1 and (licence or credit or name):
        raise click.UsageError("--licence, --credit and --name belong to one folder at a time.")
    for source in sources:
        published = words.is_icon_set(source) and not Path(source).is_dir()
        if published and (licence or credit or name):
            raise click.UsageError(f"--licence, --credit and --name belong to a folder of yours; '{source}' is a published set, which has its own.")
        if published:
            style, count = words.add_icon_set(source)
        else:
            style, count = words.add_folder(Path(source), licence, name, credit)
        click.echo(f"{style}: {count:,} drawings; " + (f"use it by --style {style}" if style in words.styles() else "for measuring, never cast"))
