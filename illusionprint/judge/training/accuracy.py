"""`python -m illusionprint.judge.training.accuracy twemoji fxemoji`: what the shipped judge knows of styles, the figures of its card.

Upright and centred drawings on white, and the same fought with by another drawing as the blend does; each network alone, and all together.
"""

import click
import numpy as np
import torch
from torch.nn import functional as F

from ..drawings import SIDE, Drawings, geometric_mean, log_softmax
from . import data, scenes

COUNT = 512


@click.command()
@click.argument("styles", nargs=-1, required=True)
@click.option("--seed", default=2, show_default=True)
def main(styles: tuple[str, ...], seed: int) -> None:
    """One line a style, a kind of picture and a network: the share in the first place, and among the first five."""
    judge = Drawings()
    for style in styles:
        pictures, right = test_pictures_of(style, judge, seed)
        for kind, x in pictures.items():
            said = [log_softmax(judge.scores(net, x)) for net in judge.nets]
            for name, log_p in [*((f"network {n}", p) for n, p in enumerate(said, 1)), ("together", geometric_mean(said))]:
                first, five = top_shares(log_p, right)
                click.echo(f"{style:10}{kind:7}{name:11}{first:7.1%}{five:7.1%}")


def test_pictures_of(style: str, judge: Drawings, seed: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """({kind: pictures float32 (n, SIDE, SIDE, 3)}, the judge's row of each) of COUNT drawings of a style."""
    pictures, which = data.drawing_bank(style)
    dice = scenes.RandomSource(seed)
    i = torch.randperm(len(which), generator=dice.g)[:COUNT]
    x = F.interpolate(pictures[i].float() / 255, (SIDE, SIDE), mode="area")
    kinds = {"clean": x[:, :3] + 1 - x[:, 3:], "mixed": scenes.blended(x, x.roll(7, 0), dice)}
    names = data.names()
    return {k: v.permute(0, 2, 3, 1).numpy() for k, v in kinds.items()}, np.array([judge.rows[names[k]] for k in which[i].tolist()])


def top_shares(log_p: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Shares of pictures (n,) whose subject comes first, and among the first five."""
    rank = (log_p > log_p[np.arange(len(right)), right][:, None]).sum(1)
    return float((rank < 1).mean()), float((rank < 5).mean())


if __name__ == "__main__":
    main()
