"""Commands that write."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import cloup

from ._options import MAKING, MODEL, KindCommand, Named, examples, options
from ._run import progress


def _kinds() -> list[str]:
    from .. import data, products

    return [*products.kinds(), *data.names("puzzles")]


def _subjects() -> list[str]:
    from .. import vocabulary

    return [s.name for s in vocabulary.subjects()]


def _of_a_kind(*names: str, says: str) -> Callable[[Callable[..., Any]], cloup.Command]:
    """A command of a kind and its prompts."""

    def made(function: Callable[..., Any]) -> cloup.Command:
        function = cloup.argument("prompts", nargs=-1, type=Named(_subjects))(options(*names)(function))
        return cloup.command(cls=KindCommand, epilog=says)(cloup.argument("kind", type=Named(_kinds))(function))

    return made


@_of_a_kind(
    *MAKING,
    *MODEL,
    says=examples(
        "make jigsaw rabbit duck --grid 4x4",
        "make jigsaw cat.jpg dog.jpg --grid 12x16 --size A3",
        'make rotate_180 "horse face" tulip',
        "make hybrid dog cat --near 0.5m --far 4m",
        "make rabbit-duck --seeds 0-9 --keep 2",
    ),
)
def make(kind: str, prompts: tuple[str, ...], **given: Any) -> None:
    """Make a puzzle: picture, print, cut, guide and proof.

    KIND is a view (jigsaw, rotate_180, flip, ...) or a hybrid and is followed by two PROMPTS: words, or paths of pictures. A jigsaw and
    rotate_90 take three or four as well, and views joined by + one more than they are (rotate_90+flip). Or KIND is a puzzle: a
    shipped one's name, or a path ending in .toml (also a former result's puzzle.toml).
    """
    from .. import workshop

    _each(workshop.make, kind, prompts, given)


@_of_a_kind(*MAKING, says=examples("draw jigsaw rabbit duck --grid 6x6", "draw flip castle dragon --sheet"))
@cloup.option("--sheet", is_flag=True, help="Instead of a picture, one sheet of the ten best castings and the seeds that pick them.")
def draw(kind: str, prompts: tuple[str, ...], sheet: bool, **given: Any) -> None:
    """Only the picture, drawn: anagram.png and what each view shows.

    With --sheet only a contact sheet, castings-0.png: both pictures of ten castings, their scores, and the seed that makes each.
    """
    from .. import workshop

    _each(workshop.contact_sheet if sheet else workshop.draw, kind, prompts, given)


@_of_a_kind(*MAKING, *MODEL, says=examples("sample rotate_180 cat dog", "sample jigsaw cat dog --model stabilityai/stable-diffusion-xl-base-1.0"))
def sample(kind: str, prompts: tuple[str, ...], **given: Any) -> None:
    """Only the picture, sampled by a diffusion model (default: the embedded 'patches')."""
    from .. import workshop

    _each(workshop.draw, kind, prompts, {**given, "model": given["model"] or "patches"})


@cloup.command(epilog=examples("layout output/jigsaw-4x4-rabbit-duck/0 --template a3"))
@cloup.argument("result")
@options("template", "machine", "quiet")
def layout(result: str, **given: Any) -> None:
    """Lay a finished picture out again: cut lines, print.pdf and guide, on another sheet or for another machine."""
    from ..workshop import relayout

    with progress(given.pop("quiet")) as tell:
        click.echo(relayout(Path(result), {k: v for k, v in given.items() if v is not None}, tell))


@cloup.command(epilog=examples("proof output/jigsaw-4x4-rabbit-duck/0"))
@cloup.argument("result")
@options("quiet")
def proof(result: str, quiet: bool) -> None:
    """Read a result's files back, put all pictures together and write proof.json and proof.html."""
    from ..workshop import reprove

    with progress(quiet) as tell:
        lines, errors = reprove(Path(result), tell)
    _tell(lines, errors)


@cloup.command(epilog=examples("check output/jigsaw-4x4-rabbit-duck/0"))
@cloup.argument("result")
def check(result: str) -> None:
    """Preflight: the findings of a result. Exit status 1 on an error."""
    from ..workshop import findings

    _tell(*findings(Path(result)))


@cloup.command(epilog=examples("hybrid dog cat", "hybrid far.jpg near.jpg --near 0.5m --far 4m --size A3"))
@cloup.argument("far_picture", metavar="FAR")
@cloup.argument("near_picture", metavar="NEAR")
@options("near", "far", "out", "seed", "size", "template", "machine", "dpi", "styles", "licence", "quiet")
def hybrid(far_picture: str, near_picture: str, quiet: bool, out: str, **given: Any) -> None:
    """A picture that is FAR from afar and NEAR close up, with a guide that says where to stand.

    FAR and NEAR are paths of pictures or words.
    """
    from .. import workshop
    from ._spec import spec_of

    spec = spec_of("hybrid", (far_picture, near_picture), given)
    if not quiet:
        _say_frames(spec.pictures.prompts)
    with progress(quiet) as tell:
        click.echo(workshop.make(spec, Path(out), tell).folder)


def _a_pdf(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.lower().endswith(".pdf"):
        raise click.BadParameter(f"it takes a PDF to write, as in 'poster.pdf'; '{value}' came.")
    return value


@cloup.command(epilog=examples("poster output/jigsaw-4x4-rabbit-duck/0 --size A2", 'poster photograph.jpg --size 50x70cm --title "A title"'))
@cloup.argument("source")
@cloup.option("--size", default="A2", show_default=True, help="ISO or US size, or '50x70cm'.")
@cloup.option("--title", default="", help="Title; a result's prompts if left out.")
@cloup.option("--credit", default="", help="Credit line; a result's drawings if left out.")
@cloup.option("--dpi", type=click.FloatRange(20, 1200), default=300.0, show_default=True)
@cloup.option("--font", default="", help="FILE.ttf for all words: a house typeface, other scripts.  [default: Bitstream Vera, Latin only]")
@cloup.option("--out", default=None, callback=_a_pdf, help="The PDF to write.  [default: beside the source]")
@options("quiet")
def poster(source: str, size: str, title: str, credit: str, dpi: float, font: str, out: str | None, quiet: bool) -> None:
    """An exhibition poster of a result folder or any picture: bleed, marks, title and credit line."""
    from ..products.poster import poster as write

    if not quiet:
        _say_frames((source,))
    with progress(quiet) as tell:
        if tell:
            tell(0, 1, "poster")
        click.echo(write(Path(source), size, title, credit, dpi, Path(out) if out else None, font))


def _each(stage: Any, kind: str, prompts: tuple[str, ...], given: dict[str, Any]) -> None:
    """One run a seed; the folder on stdout."""
    from ._spec import seeds_of, spec_of

    quiet, out, seeds, keep = given.pop("quiet"), Path(given.pop("out")), given.pop("seeds"), given.pop("keep")
    spec = spec_of(kind, prompts, given)
    if spec.board.pieces:
        spec = _say_pieces(spec, quiet)
    if not quiet and not spec.model:
        _say_words(spec.pictures.prompts, spec.pictures.styles)
    if not quiet:
        _say_frames(spec.pictures.prompts)
    failed, wanted = 0, seeds_of(seeds or "") or [spec.seed]
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
    from ..door.grids import with_grid

    wanted, spec = spec.board.pieces, spec if spec.kind != "jigsaw" else with_grid(spec)
    if spec.board.grid and not quiet:
        rows, cols = spec.board.rows_cols
        click.echo(f"{wanted} pieces: {rows} x {cols} = {rows * cols} is nearest in this shape", err=True)
    return spec


def _say_notes(spec: Any, folder: Path, quiet: bool) -> None:
    """What to know of a picture that was made: a pair that does not go together, and what would."""
    from .. import workshop

    if not quiet and not spec.model and spec.kind != "hybrid" and folder.is_dir():
        for line in workshop.advice(folder):
            click.echo(line, err=True)


def _best(spec: Any, seeds: list[int], keep: int, quiet: bool) -> list[int]:
    """The seeds that the judge keeps, which is said."""
    from ..workshop import scoring

    with progress(quiet) as tell:
        found = scoring.best(spec, seeds, keep, tell)
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


@cloup.command(epilog=examples("upgrade my-puzzle.toml"))
@cloup.argument("file")
def upgrade(file: str) -> None:
    """Write a puzzle's FILE of an older form anew, in tables; its comments move to the top."""
    from ..spec import upgraded
    from ..stages.result import whole_file

    text = upgraded(Path(file))
    with whole_file(Path(file)) as new:
        new.write_text(text, encoding="utf-8")
    click.echo(file)


def _tell(lines: list[str], errors: int) -> None:
    click.echo("\n".join(lines))
    click.get_current_context().exit(1 if errors else 0)
