"""Options that commands share: what each says, the heading that it stands under, and which of them belong to a kind of puzzle.

cloup draws the groups and declares which options exclude or need each other; rich-click only colours, and its groups would stand apart from the options.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
import cloup
from click.shell_completion import CompletionItem
from cloup.constraints import If, IsSet, mutually_exclusive, require_all

from ..errors import UnknownName

FILES = set(".png .jpg .jpeg .webp .tif .tiff .gif .bmp .pdf .svg .html .json .toml .csv .txt .zip".split())
EXCLUSIVE = {("seed", "seeds"): "take --seed or --seeds, not both.", ("grid", "pieces"): "take --grid or --pieces, not both."}
KEPT = "--seeds must be given too, for example --seeds 0-15 --keep 1: it chooses among those."


class OneOf(click.Choice):
    """One of a few words; a wrong one is told the nearest."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value not in self.choices:
            self.fail(str(UnknownName(param.name if param and param.name else "choice", value, self.choices)), param, ctx)
        return value


class Named(click.ParamType):
    """A plugin's name, which shells complete; whether it is one is found where it is loaded."""

    name = "text"

    def __init__(self, names: Callable[[], Iterable[str]]) -> None:
        self.names = names

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(n) for n in self.names() if n.startswith(incomplete)]


def _plugins(room: str) -> Named:

    def names() -> Iterable[str]:
        from .. import plugins

        return plugins.names(room)

    return Named(names)


def _templates(kind: str) -> Named:
    def names() -> Iterable[str]:
        from .. import template

        return template.names(kind)

    return Named(names)


def _styles() -> Iterable[str]:
    from .. import vocabulary

    return vocabulary.styles()


def a_folder(ctx: click.Context, param: click.Parameter, value: str, also: str = "") -> str:
    """The name of a folder; `also`: the ending of a file that will do. What looks like another file's name is refused before any work."""
    ending = Path(value).suffix.lower()
    if not value.strip() or (ending in FILES and ending != also and not Path(value).is_dir()):
        files = f", or a {also} file to write" if also else ""
        stem = value[: -len(ending) or None].strip() and ending and f" Did you mean '{value[: -len(ending)]}'?"
        raise click.BadParameter(f"it takes a folder{files}; '{value}' came.{stem or ''}")
    return value


def _option(name: str, says: str, kind: Any = None, **more: Any) -> tuple[str, Callable[..., Any]]:
    """(name, the option --name); more: as click's option takes it."""
    flag = more.pop("flag", f"--{name}")
    return name, cloup.option(flag, name, type=kind, help=says, **{"default": None} | more)


_SQUARES = "Square pieces, or such that fill a --size of two lengths.  [default: square]"
_SIDES = "2 prints the back too; A B: one each, A B C: C behind A, A B C D: C and D behind A and B.  [default: 1]"
_WHOLE = "Keep a part whole, '1=x,y,width,height' in shares of picture 1, or '2=mask.png'; may be repeated."
_SUBJECT = "Cut their subject out, or take them whole.  [default: auto: two photographs of a jigsaw whole]"
_POLISH = "The drawn picture, taken up by the model in this share of its steps, 0.1 to 0.6.  [default: 0]"
_SOLUTIONS = "Pieces of a class alike, or exactly as many ways as pictures, counted.  [default: free]"
_BORDER = "A straight border, or tabs and blanks all round, so that every piece goes everywhere.  [default: straight]"
_LICENCE = "What the drawings' licence may ask for; share-alike admits openmoji.  [default: attribution]"
_GROUND = "auto, a colour ('white', '#88ccee'), two ('skyblue,navy'), gradient or pattern.  [default: auto]"
_POSE = "free: pictures may be mirrored, and photographs turned by a quarter; upright: never.  [default: free]"

GROUPS: dict[str, dict[str, Callable[..., Any]]] = {
    "Board": dict(
        [
            _option("grid", "Rows x columns, 2 to 64 a side.  [default: 4x4]"),
            _option("pieces", "About how many pieces; the grid follows from the size's shape.", click.IntRange(1)),
            _option("tabs", "Family of connectors; see `illusionprint list tabs`.  [default: classic]", _plugins("jigsaw.tabs")),
            _option("tiling", "Shape of the pieces, square, hexagon or triangle.  [default: square]", _plugins("jigsaw.tilings")),
            _option("cells", _SQUARES, OneOf(["square", "fit"])),
            _option("outline", "Outline of the board, a name (`list outlines`) or FILE.svg.  [default: a rectangle]", _plugins("jigsaw.outlines")),
            _option("border", _BORDER, OneOf(["straight", "knobs"])),
            _option("sides", _SIDES, click.IntRange(1, 2)),
        ]
    ),
    "Exactly as many solutions as pictures": dict(
        [
            _option("solutions", _SOLUTIONS, OneOf(["free", "exact"])),
            _option("kept", "Share of neighbours that may stay side by side.  [default: 0.04]", float),
            _option("turned", "Share of the inner pieces that turn between the pictures.  [default: as suits the pictures]", click.FloatRange(0, 1)),
            _option("apart", "Smallest distance of two connectors' outlines.  [default: 0.6mm]"),
        ]
    ),
    "Pictures": dict(
        [
            _option("styles", "Drawing style; may be repeated.  [default: twemoji]", Named(_styles), flag="--style", multiple=True),
            _option("licence", _LICENCE, OneOf(["attribution", "share-alike"])),
            _option("ground", _GROUND),
            _option("natural", "0: hue, lightness and pose may go far; 1: drawings as they are.  [default: 0.5]", float),
            _option("cast", "How many castings are tried; more take longer.  [default: 10, a jigsaw 24]", int),
            _option("compose", "whole, or card: head to tail as on a playing card, under rotate_180 and flip.  [default: whole]"),
            _option("finish", "How the artwork looks: paper-cut, stained-glass, ... (`list finishes`).  [default: plain]", _plugins("blend.finishes")),
            _option("pose", _POSE, OneOf(["free", "upright"])),
        ]
    ),
    "Photographs": dict(
        [
            _option("search", "Crops that are tried; 0 takes the middle.  [default: 48]", int),
            _option("balance", "0.5 shows both equally well, up to 1 the first better.  [default: 0.5]", float),
            _option("whole", _WHOLE, multiple=True),
            _option("subject", _SUBJECT, OneOf(["auto", "cut", "whole"])),
        ]
    ),
    "Sheet and machine": dict(
        [
            _option("size", "'200mm' (a board's longer side), '480x360mm', '18x24in', 'A3'.  [default: 200mm, a hybrid A4]"),
            _option("template", "Sheet to print on; 'auto' takes the smallest that fits.  [default: auto]", _templates("sheet")),
            _option("machine", "Machine that cuts.  [default: laser]", _templates("machine")),
            _option("dpi", "Resolution of the print, 20 to 1200.  [default: 300]", float),
        ]
    ),
    "Viewing distances": dict(
        [
            _option("near", "Distance at which the second picture is seen.  [default: 0.4m]"),
            _option("far", "Distance at which the first picture is seen.  [default: 3m]"),
        ]
    ),
    "Model": dict(
        [
            _option("model", "Sample it: 'patches', or a diffusers model's folder or hub name."),
            _option("steps", "Steps of the sampler.", click.IntRange(1, 1000)),
            _option("guidance", "Classifier-free guidance; 1 is off.", float),
            _option("device", "Where the model runs.  [default: auto]", OneOf(["auto", "cpu", "cuda", "mps"])),
            _option("polish", _POLISH, float),
        ]
    ),
    "Run": dict(
        [
            _option("seed", "Whole number; picks among the best designs, ten from each search.  [default: 0]", int),
            _option("seeds", "Several seeds, one result each: '0-9' or '1,4,7'."),
            _option("keep", "Of --seeds, make only the K that the judge likes best.", click.IntRange(1, 1000)),
            _option("out", "Folder for results.", default="output", show_default=True, callback=a_folder),
            _option("quiet", "No progress.", is_flag=True, default=False),
        ]
    ),
}
MODEL = tuple(GROUPS["Model"])
MAKING = tuple(n for heading, group in GROUPS.items() if heading != "Model" for n in group)


def options(*names: str) -> Callable[..., Any]:
    """Adds the named options to a command, each under its heading, and what excludes or needs each other."""

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        for pair, says in EXCLUSIVE.items():
            if set(pair) <= set(names):
                function = cloup.constraint(mutually_exclusive.rephrased(error=says), pair)(function)
        if "keep" in names:
            needed = require_all.rephrased(help="required", error=KEPT)
            function = cloup.constraint(If(IsSet("keep"), then=needed), ["seeds"])(function)
        for heading, group in reversed(GROUPS.items()):
            if chosen := [option for n, option in group.items() if n in names]:
                function = cloup.option_group(heading, *chosen)(function)
        return function

    return add


RUN = tuple(GROUPS["Run"])


class KindCommand(cloup.Command):
    """A command whose first argument is a kind of puzzle; its help shows what belongs to the kind that stands before --help."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta["illusionprint.words"] = list(args)
        return super().parse_args(ctx, args)

    def format_params(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from .. import products

        kinds = products.kinds()
        words = [w.lower().replace("-", "_") for w in ctx.meta.get("illusionprint.words", ())]
        kind = next((w for w in words if set(w.split("+")) <= set(kinds)), None)
        shown = {*RUN, "sheet", *(products.options(kind) if kind else ())}
        for group in self.option_groups:
            for option in group.options:
                option.hidden = option.name not in shown
            group.hidden = all(option.hidden for option in group.options)
        super().format_params(ctx, formatter)
        if not kind:
            with formatter.section("Kinds (`--help` after one shows its options)"):
                formatter.write_dl([(k, products.summary(k)) for k in kinds])

    def format_constraints(self, ctx: click.Context, formatter: cloup.HelpFormatter) -> None:
        """Only those of options that are shown."""
        every = self.param_constraints
        self.param_constraints = tuple(c for c in every if not all(getattr(p, "hidden", False) for p in c.params))
        super().format_constraints(ctx, formatter)
        self.param_constraints = every


def examples(*lines: str) -> str:
    """The end of a command's help."""
    return "\n".join(["\b", "Examples:", *(f"  illusionprint {line}" for line in lines)])
