"""The command line: parse, call, echo. Heavy imports stand inside the commands, so --help and --version are instant."""

import os

import click
import cloup

from .. import __version__
from ._options import examples
from ._run import Errors

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # many small products: waiting threads cost more than they bring


@cloup.group(
    cls=Errors,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110, "show_constraints": True},
    epilog=examples("make jigsaw rabbit duck --grid 4x4", "make jigsaw cat.jpg dog.jpg --grid 12x16", 'make rotate_180 "horse face" tulip'),
)
@click.version_option(__version__, prog_name="illusionprint", message="%(prog)s %(version)s")
def main() -> None:
    """Pictures that become other pictures, made into jigsaws and prints."""


def _register() -> None:
    from . import judging, look, making
    from .words import vocabulary

    main.section("Make", making.make, making.draw, making.sample, making.hybrid, making.poster)
    main.section("Work on a result", making.layout, making.proof, making.check, judging.score)
    main.section("Look around", look.suggest, look.list_room, look.show, vocabulary, making.upgrade)


_register()
