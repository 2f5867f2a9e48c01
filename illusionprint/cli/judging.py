"""The command that rates."""

from pathlib import Path

import click
import cloup

from ._options import examples


@cloup.command(epilog=examples("score output/jigsaw-4x4-rabbit-duck/0"))
@cloup.argument("result")
@cloup.option("--judge", default="drawings", show_default=True, help="'drawings', the embedded one, or 'clip'.")
@cloup.option("--weights", default=None, help="For clip: a folder or a hub name.")
def score(result: str, judge: str, weights: str | None) -> None:
    """How well each seen picture of RESULT shows its prompt.

    Alignment: the picture that shows its prompt worst (higher is better). Concealment: how little the other prompts show,
    from 1 / pictures to 1.
    """
    from ..workshop import scoring

    found = scoring.score(Path(result), judge, weights)
    for k, told in enumerate(found.pictures, 1):
        click.echo(f"seen-{k}  {line(told)}")
    click.echo(f"alignment {found.alignment:.3f}   concealment {found.concealment:.3f}")


def line(told: dict) -> str:
    """ "rabbit: 1st of the likeliest, p 0.83; rabbit, hamster, ...": what a judge says of one picture."""
    own = told.get("subject") or told["prompt"]
    if "rank" in told:
        return f"{own}: rank {told['rank']}, probability {told['probability']:.2f}; likeliest: {', '.join(told['likeliest'])}"
    if "cosine" in told:
        return f"{own}: cosine {told['cosine']:.3f}"
    return f"{own}: likeliest: {', '.join(told['likeliest'])}"
