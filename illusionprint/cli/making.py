"""Commands that write."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ._run import MAKING, MODEL, options, progress


@click.command()
@click.argument("kind")
@click.argument("prompts", nargs=-1)
@options(*MAKING, *MODEL)
def make(kind: str, prompts: tuple[str, ...], **given: Any) -> None:
    """Make a puzzle: picture, print, cut, guide and proof.

    KIND is a view (jigsaw, rotate_180, flip, ...) and is followed by two PROMPTS: words, or paths of pictures. A jigsaw and
    rotate_90 take three or four as well, and views joined by + one more than they are (rotate_90+flip). Or KIND is a puzzle: a
    shipped one's name, or a path ending in .toml (also a former result's puzzle.toml).
    """
    from .. import workshop
    _each(workshop.make, kind, prompts, given)


@click.command()
@click.argument("kind")
@click.argument("prompts", nargs=-1)
@options(*MAKING)
@click.option("--sheet", is_flag=True, help="Instead of a picture, one sheet of the ten best castings and the seeds that pick them.")
def draw(kind: str, prompts: tuple[str, ...], sheet: bool, **given: Any) -> None:
    """Only the picture, drawn: anagram.png and what each view shows.

    With --sheet only a contact sheet, castings-0.png: both pictures of ten castings, their scores, and the seed that makes each.
    """
    from .. import workshop
    _each(workshop.contact_sheet if sheet else workshop.draw, kind, prompts, given)


@click.command()
@click.argument("kind")
@click.argument("prompts", nargs=-1)
@options(*MAKING, *MODEL)
def sample(kind: str, prompts: tuple[str, ...], **given: Any) -> None:
    """Only the picture, sampled by a diffusion model (default: the embedded 'patches')."""
    from .. import workshop
    _each(workshop.draw, kind, prompts, {**given, "model": given["model"] or "patches"})


@click.command()
@click.argument("result")
@options("template", "machine", "quiet")
def layout(result: str, **given: Any) -> None:
    """Lay a finished picture out again: cut lines, print.pdf and guide, on another sheet or for another machine."""
    from ..workshop import relayout
    with progress(given.pop("quiet")) as tell:
        click.echo(relayout(Path(result), {k: v for k, v in given.items() if v is not None}, tell))


@click.command()
@click.argument("result")
@options("quiet")
def proof(result: str, quiet: bool) -> None:
    """Read a result's files back, put all pictures together and write proof.json and proof.html."""
    from ..workshop import reprove
    with progress(quiet) as tell:
        lines, errors = reprove(Path(result), tell)
    _tell(lines, errors)


@click.command()
@click.argument("result")
def check(result: str) -> None:
    """Preflight: the findings of a result. Exit status 1 on an error."""
    from ..workshop import findings
    _tell(*findings(Path(result)))


@click.command()
@click.argument("far")
@click.argument("near")
@click.option("--near", "near_m", default="0.4m", show_default=True, help="Distance at which NEAR is seen.")
@click.option("--far", "far_m", default="3m", show_default=True, help="Distance at which FAR is seen.")
@options("out", "seed", "size", "dpi", "style", "licence", "quiet")
def hybrid(far: str, near: str, near_m: str, far_m: str, quiet: bool, out: str, **given: Any) -> None:
    """A picture that is FAR from afar and NEAR close up, with a guide that says where to stand.

    FAR and NEAR are paths of pictures or words.
    """
    from .. import workshop
    from ._spec import spec_of
    spec = spec_of("hybrid", (far, near), {**given, "near": near_m, "far": far_m, "size": given["size"] or "A4"})
    if not quiet:
        _say_frames((far, near))
    with progress(quiet) as tell:
        click.echo(workshop.hybrid(spec, Path(out), tell).folder)


def _a_pdf(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.lower().endswith(".pdf"):
        raise click.BadParameter(f"it takes a PDF to write, as in 'poster.pdf'; '{value}' came.")
    return value


@click.command()
@click.argument("source")
@click.option("--size", default="A2", show_default=True, help="ISO or US size, or '50x70cm'.")
@click.option("--title", default="", help="Title; a result's prompts if left out.")
@click.option("--credit", default="", help="Credit line; a result's drawings if left out.")
@click.option("--dpi", type=click.FloatRange(20, 1200), default=300.0, show_default=True)
@click.option("--font", default="", help="FILE.ttf for all words: a house typeface, other scripts.  [default: Bitstream Vera, Latin only]")
@click.option("--out", default=None, callback=_a_pdf, help="The PDF to write.  [default: beside the source]")
@options("quiet")
def poster(source: str, size: str, title: str, credit: str, dpi: float, font: str, out: str | None, quiet: bool) -> None:
    """An exhibition poster of a result folder or any picture: bleed, marks, title and credit line."""
    from .. import workshop
    if not quiet:
        _say_frames((source,))
    with progress(quiet) as tell:
        if tell:
            tell(0, 1, "poster")
        click.echo(workshop.poster(Path(source), size, title, credit, dpi, Path(out) if out else None, font))


def _each(stage: Any, kind: str, prompts: tuple[str, ...], given: dict[str, Any]) -> None:
    """One run a seed; the folder on stdout."""
    from ._spec import seeds_of, spec_of
    quiet, out, seeds, keep = given.pop("quiet"), Path(given.pop("out")), given.pop("seeds"), given.pop("keep")
    if seeds and given["seed"] is not None:
        raise click.UsageError("take --seed or --seeds, not both.")
    spec = spec_of(kind, prompts, given)
    if spec.pieces:
        spec = _say_pieces(spec, quiet)
    if not quiet and not spec.model:
        _say_words(spec.prompts, spec.styles)
    if not quiet:
        _say_frames(spec.prompts)
    if keep and not seeds:
        raise click.UsageError("--keep chooses among --seeds; give those too, for example --seeds 0-15 --keep 1.")
    failed, wanted = 0, seeds_of(seeds) or [spec.seed]
    for seed in _best(spec, wanted, keep, quiet) if keep else wanted:
        with progress(quiet) as tell:
            result = stage(spec.replace(seed=seed), out, tell)
        click.echo(result.folder)
        failed += result.errors
        _say_notes(spec, result.folder, quiet)
    if failed:
        click.echo(f"illusionprint: the proof found {failed} error{'s' * (failed > 1)}; see proof.html.", err=True)
        click.get_current_context().exit(1)


def _say_pieces(spec: Any, quiet: bool) -> Any:
    """The spec with a grid in place of its number of pieces, and what that number became."""
    from ..workshop.pieces import with_grid
    wanted, spec = spec.pieces, spec if spec.kind != "jigsaw" else with_grid(spec)
    if spec.grid and not quiet:
        rows, cols = spec.rows_cols
        click.echo(f"{wanted} pieces: {rows} x {cols} = {rows * cols} is nearest in this shape", err=True)
    return spec


def _say_notes(spec: Any, folder: Path, quiet: bool) -> None:
    """What to know of a picture that was made: a pair that does not go together, and what would."""
    from .. import workshop
    if not quiet and not spec.model and spec.kind != "hybrid" and folder.is_dir():
        for line in workshop.notes(spec, folder):
            click.echo(line, err=True)


def _best(spec: Any, seeds: list[int], keep: int, quiet: bool) -> list[int]:
    """The seeds that the judge keeps, which is said."""
    from ..workshop import scores
    with progress(quiet) as tell:
        found = scores.kept(spec, seeds, keep, tell)
    if not quiet:
        for seed, opinion in found:
            click.echo(f"the judge keeps seed {seed} of {len(seeds)}: alignment {opinion.alignment:.2f}, concealment {opinion.concealment:.2f}", err=True)
    return [seed for seed, _ in found]


def _say_words(prompts: tuple[str, ...], styles: tuple[str, ...]) -> None:
    """What a word was taken for, where that is another word or it might have meant something else."""
    from .. import vocabulary
    for word in prompts:
        if not vocabulary.is_picture(word):
            taken, others = vocabulary.find(word, styles)[0].subject, vocabulary.alternatives(word)
            if others or taken != word.lower():
                click.echo(f"'{word}': {taken}" + (f"; also {', '.join(others)}" if others else ""), err=True)


def _say_frames(prompts: tuple[str, ...]) -> None:
    """Which pictures hold more than the one that is taken."""
    from .. import vocabulary
    for path in dict.fromkeys(prompts):
        if vocabulary.is_picture(path) and (count := vocabulary.frame_count(path)) > 1:
            click.echo(f"'{path}' holds {count} pictures (frames or pages); the first is taken", err=True)


def _tell(lines: list[str], errors: int) -> None:
    click.echo("\n".join(lines))
    click.get_current_context().exit(1 if errors else 0)
