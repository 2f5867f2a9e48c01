"""The command line: parse, call, echo. Heavy imports stand inside the commands, so --help and --version are instant."""
from __future__ import annotations

import os

import click

from .. import __version__
from ._run import Errors

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # many small products: waiting threads cost more than they bring


@click.group(cls=Errors, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="illusionprint", message="%(prog)s %(version)s")
def main() -> None:
    """Pictures that become other pictures, made into jigsaws and prints.

    \b
    illusionprint make jigsaw rabbit duck --grid 4x4
    illusionprint make jigsaw cat.jpg dog.jpg --grid 12x16
    illusionprint make rotate_180 "horse face" tulip
    """


def _register() -> None:
    from . import judging, look, making
    for command in (making.make, making.draw, making.sample, making.layout, making.proof, making.check, making.hybrid, making.poster,
                    look.list_room, look.show, look.suggest, judging.score):
        main.add_command(command)
    from .words import vocabulary
    main.add_command(vocabulary)


_register()
