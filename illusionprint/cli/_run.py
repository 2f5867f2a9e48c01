"""Errors, progress and the options that commands share."""
from __future__ import annotations

import functools
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from ..errors import IllusionPrintError


class Errors(click.Group):
    """One message and an exit status for what a user may do wrong; no traceback. Unknown commands name the nearest."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        known = self.list_commands(ctx)
        if args and args[0] not in known and not args[0].startswith("-"):
            near = get_close_matches(args[0], known, 1)
            hint = f"; did you mean '{near[0]}'?" if near else "."
            raise click.UsageError(f"no command '{args[0]}'{hint} Commands: {', '.join(known)}.")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _terminated():
                return super().invoke(ctx)
        except IllusionPrintError as error:
            click.echo(f"illusionprint: {error}", err=True)
            ctx.exit(error.exit_status)
        except MemoryError:
            click.echo("illusionprint: not enough memory; take a lower --dpi or a smaller --size.", err=True)
            ctx.exit(1)
        except KeyboardInterrupt:
            click.echo("illusionprint: stopped; nothing was left half-written.", err=True)
            ctx.exit(1)


@contextmanager
def _terminated() -> Iterator[None]:
    """A polite kill ends a run as Ctrl-C does, so that temporary files go too."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def progress(quiet: bool = False) -> Iterator[Callable[[int, int, str], None] | None]:
    """A bar on a terminal, a line a stage elsewhere, nothing when quiet."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        with _bar() as tell:
            yield tell
    else:
        yield _lines()


@contextmanager
def _bar() -> Iterator[Callable[[int, int, str], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
    with Progress(TextColumn("{task.description:<44}"), BarColumn(), TimeElapsedColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=1)
        yield lambda done, total, stage: bar.update(task, description=stage, completed=done, total=total)


def _lines() -> Callable[[int, int, str], None]:
    begin, last = time.monotonic(), [""]

    def tell(done: int, total: int, stage: str) -> None:
        if stage != last[0]:
            last[0] = stage
            click.echo(f"{time.monotonic() - begin:6.1f} s  {stage}", err=True)
    return tell


def options(*names: str) -> Callable:
    """Adds the named options of OPTIONS to a command, in their order there."""
    def add(function: Callable) -> Callable:
        return functools.reduce(lambda f, n: OPTIONS[n](f), reversed([n for n in OPTIONS if n in names]), function)
    return add


def a_folder(ctx: click.Context, param: click.Parameter, value: str, also: str = "") -> str:
    """The name of a folder; `also`: the ending of a file that will do. What looks like another file's name is refused before any work."""
    ending = Path(value).suffix.lower()
    if not value.strip() or (ending in FILES and ending != also and not Path(value).is_dir()):
        files = f", or a {also} file to write" if also else ""
        raise click.BadParameter(f"it takes a folder{files}; '{value}' came." + (f" Did you mean '{value[:-len(ending)]}'?" if value[:-len(ending) or None].strip() and ending else ""))
    return value


FILES = {".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".gif", ".bmp", ".pdf", ".svg", ".html", ".json", ".toml", ".csv", ".txt", ".zip"}
OPTIONS: dict[str, Callable] = {
    "out": click.option("--out", default="output", show_default=True, callback=a_folder, help="Folder for results."),
    "seed": click.option("--seed", type=int, default=None, help="Whole number; picks among the best designs, ten from each search.  [default: 0]"),
    "seeds": click.option("--seeds", default="", help="Several seeds, one result each: '0-9' or '1,4,7'."),
    "keep": click.option("--keep", type=click.IntRange(1, 1000), default=None, help="Of --seeds, make only the K that the judge likes best."),
    "grid": click.option("--grid", default=None, help="Rows x columns of a jigsaw, 2 to 64 a side.  [default: 4x4]"),
    "pieces": click.option("--pieces", type=click.IntRange(1), default=None, help="Jigsaw: about how many pieces; the grid follows from the size's shape."),
    "size": click.option("--size", default=None, help="'200mm' (a board's longer side), '480x360mm', '18x24in', 'A3'.  [default: 200mm]"),
    "solutions": click.option("--solutions", type=click.Choice(["free", "exact"]), default=None,
                              help="Jigsaw: pieces of a class alike, or exactly as many ways as pictures, counted.  [default: free]"),
    "tabs": click.option("--tabs", default=None, help="Jigsaw: family of connectors; see `illusionprint list tabs`.  [default: classic]"),
    "kept": click.option("--kept", type=float, default=None, help="Exact: share of neighbours that may stay side by side.  [default: 0.04]"),
    "turned": click.option("--turned", type=click.FloatRange(0, 1), default=None,
                           help="Exact: share of the inner pieces that turn between the pictures.  [default: as suits the pictures]"),
    "apart": click.option("--apart", default=None, help="Exact: smallest distance of two connectors' outlines.  [default: 0.6mm]"),
    "tiling": click.option("--tiling", default=None, help="Jigsaw: shape of the pieces, square, hexagon or triangle.  [default: square]"),
    "cells": click.option("--cells", type=click.Choice(["square", "fit"]), default=None,
                          help="Jigsaw: square pieces, or such that fill a --size of two lengths.  [default: square]"),
    "outline": click.option("--outline", default=None, help="Jigsaw: outline of the board, a name (`list outlines`) or FILE.svg.  [default: a rectangle]"),
    "border": click.option("--border", type=click.Choice(["straight", "knobs"]), default=None,
                           help="Jigsaw: a straight border, or tabs and blanks all round, so that every piece goes everywhere.  [default: straight]"),
    "sides": click.option("--sides", type=click.IntRange(1, 2), default=None,
                          help="Jigsaw: 2 prints the back too; A B: one each, A B C: C behind A, A B C D: C and D behind A and B.  [default: 1]"),
    "template": click.option("--template", default=None, help="Sheet to print on; 'auto' takes the smallest that fits.  [default: auto]"),
    "machine": click.option("--machine", default=None, help="Machine that cuts.  [default: laser]"),
    "dpi": click.option("--dpi", type=float, default=None, help="Resolution of the print, 20 to 1200.  [default: 300]"),
    "style": click.option("--style", "styles", multiple=True, help="Drawing style; may be repeated.  [default: twemoji]"),
    "licence": click.option("--licence", type=click.Choice(["attribution", "share-alike"]), default=None,
                            help="What the drawings' licence may ask for; share-alike admits openmoji.  [default: attribution]"),
    "ground": click.option("--ground", default=None, help="auto, a colour ('white', '#88ccee'), two ('skyblue,navy'), gradient or pattern.  [default: auto]"),
    "natural": click.option("--natural", type=float, default=None, help="0: hue, lightness and pose may go far; 1: drawings as they are.  [default: 0.5]"),
    "cast": click.option("--cast", type=int, default=None, help="How many castings are tried; more take longer.  [default: 10, a jigsaw 24]"),
    "compose": click.option("--compose", default=None, help="whole, or card: head to tail as on a playing card, under rotate_180 and flip.  [default: whole]"),
    "finish": click.option("--finish", default=None, help="How the artwork looks: paper-cut, stained-glass, ... (`list finishes`).  [default: plain]"),
    "search": click.option("--search", type=int, default=None, help="Crops of photographs that are tried; 0 takes the middle.  [default: 48]"),
    "pose": click.option("--pose", type=click.Choice(["free", "upright"]), default=None,
                         help="free: pictures may be mirrored, and photographs turned by a quarter; upright: never.  [default: free]"),
    "balance": click.option("--balance", type=float, default=None, help="Photographs: 0.5 shows both equally well, up to 1 the first better.  [default: 0.5]"),
    "whole": click.option("--whole", multiple=True, help="Photographs: keep a part whole, '1=x,y,width,height' in shares of picture 1, or '2=mask.png'; may be repeated."),
    "subject": click.option("--subject", type=click.Choice(["auto", "cut", "whole"]), default=None,
                            help="Photographs: cut their subject out, or take them whole.  [default: auto: two photographs of a jigsaw whole]"),
    "model": click.option("--model", default=None, help="Sample it: 'patches', or a diffusers model's folder or hub name."),
    "steps": click.option("--steps", type=click.IntRange(1, 1000), default=None, help="Steps of the sampler."),
    "guidance": click.option("--guidance", type=float, default=None, help="Classifier-free guidance; 1 is off."),
    "device": click.option("--device", type=click.Choice(["auto", "cpu", "cuda", "mps"]), default=None, help="Where the model runs.  [default: auto]"),
    "polish": click.option("--polish", type=float, default=None, help="With --model: the drawn picture, taken up by the model in this share of its steps, 0.1 to 0.6.  [default: 0]"),
    "quiet": click.option("--quiet", is_flag=True, help="No progress."),
}
MAKING = ("out", "seed", "seeds", "keep", "grid", "pieces", "size", "solutions", "tabs", "kept", "turned", "apart", "tiling", "cells", "outline", "border", "sides", "template", "machine", "dpi", "style",
          "licence", "ground", "natural", "cast", "compose", "finish", "search", "pose", "balance", "whole", "subject", "quiet")
MODEL = ("model", "steps", "guidance", "device", "polish")
