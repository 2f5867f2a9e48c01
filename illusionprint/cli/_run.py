"""Errors and progress that commands share."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

import click
import cloup

from ..errors import IllusionPrintError


class Errors(cloup.Group):
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
