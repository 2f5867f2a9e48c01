"""`python -m illusionprint.judge.training OUT.pt --hours 1 --style twemoji --style openmoji`: trains a judge, with checkpoints, and tests it.

The learning rate and the pictures' size follow the share of the time that has passed, so any machine gives what it can in that time.
"""

import copy
import time
from pathlib import Path

import click
import torch
from torch.nn import functional as F

from . import data, scenes
from .network import Network

BATCH = 128
SIDES = ((0.0, 32), (0.58, 48))  # from this share of the time on: pixels
PEAK, DECAY = 3e-3, 0.05


@click.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--hours", default=1.0, show_default=True)
@click.option("--style", "styles", multiple=True, required=True, help="A style to learn from; repeat it.")
@click.option("--held-out", default="", help="A style to test on, never learnt from.")
@click.option("--recipe", type=click.Choice(sorted(scenes.RECIPES)), default="mixed", show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--threads", default=1, show_default=True)
def main(out: Path, hours: float, styles: tuple[str, ...], held_out: str, recipe: str, seed: int, threads: int) -> None:
    """Trains until the time is over; goes on from OUT when it is there."""
    torch.set_num_threads(threads)
    bank = {s: data.drawing_bank(s) for s in (*styles, *([held_out] if held_out else []))}
    state = torch.load(out, weights_only=True) if out.exists() else {}
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        net = Network(len(data.names())).to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack memory_format
    train(net, bank, styles, held_out, recipe, seed, hours * 3600, out, state)


def learning_rate(t: float) -> float:
    """Warm up, then a cosine to zero."""
    return PEAK * min(1, t / 0.03) * 0.5 * (1 + float(torch.cos(torch.tensor(torch.pi * t))))


def raster_side(t: float) -> int:
    return [px for start, px in SIDES if t >= start][-1]


def batch(bank: dict, styles: tuple[str, ...], dice: scenes.RandomSource, px: int, recipe: str, ease: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures of random subjects in random styles, and which."""
    style = styles[int(dice.below(len(styles), 1))]
    pictures, which = bank[style]
    i = dice.below(len(which), BATCH)
    x = pictures[i].float().div_(255)
    order = torch.randperm(BATCH, generator=dice.g)
    return scenes.training_scenes(x[order], px, dice, recipe, ease), which[i][order]


def train(net: Network, bank: dict, styles: tuple[str, ...], held_out: str, recipe: str, seed: int, limit: float, out: Path, state: dict) -> None:
    optimizer = torch.optim.AdamW(net.parameters(), PEAK, weight_decay=DECAY)
    mean, spent, seen = copy.deepcopy(net), 0.0, 0
    if state:
        net.load_state_dict(state["net"]), mean.load_state_dict(state["mean"]), optimizer.load_state_dict(state["optimizer"])
        spent, seen = state["spent"], state["seen"]
    dice, last, losses = scenes.RandomSource(seed + seen), time.monotonic(), []
    saved = spent
    while spent < limit:
        t = spent / limit
        x, y = batch(bank, styles, dice, raster_side(t), recipe, max(0.05, 0.5 - t))
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(t)
        loss = F.cross_entropy(net(x.to(memory_format=torch.channels_last)), y, label_smoothing=0.1)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        _follow(mean, net, min(0.998, seen / BATCH / (seen / BATCH + 50)))
        seen += BATCH
        losses.append(loss.item())
        spent, last = spent + time.monotonic() - last, time.monotonic()
        if spent - saved > 240 or spent >= limit:
            saved = spent
            weights = {name: part.state_dict() for name, part in (("net", net), ("mean", mean), ("optimizer", optimizer))}
            torch.save({**weights, "spent": spent, "seen": seen, "subjects": data.names()}, out)
            told = " ".join(f"{s} {accuracy_line(mean, bank[s], seed)}" for s in (styles[0], held_out) if s)
            print(f"{spent / 60:.1f} min, {seen:,} pictures, {raster_side(t)} px, loss {sum(losses) / len(losses):.3f}; {told}", flush=True)
            losses = []


def _follow(mean: Network, net: Network, keep: float) -> None:
    """Running mean of the weights."""
    with torch.no_grad():
        for m, n in zip(mean.state_dict().values(), net.state_dict().values()):
            m.lerp_(n, 1 - keep) if m.is_floating_point() else m.copy_(n)


@torch.no_grad()
def accuracy_line(net: Network, drawings: tuple[torch.Tensor, torch.Tensor], seed: int) -> str:
    """Accuracy on a style: clean (first, among the first five), and with another picture fought with (among the first five)."""
    net.eval()
    pictures, which = drawings
    dice = scenes.RandomSource(seed + 1)
    i = torch.randperm(len(which), generator=dice.g)[:512]
    x, y = F.interpolate(pictures[i].float() / 255, (SIDES[-1][1],) * 2, mode="area"), which[i]
    clean = net(x[:, :3] + 1 - x[:, 3:]).topk(5).indices == y[:, None]
    hard = net(scenes.blended(x, x.roll(7, 0), dice)).topk(5).indices == y[:, None]
    net.train()
    return f"{clean[:, 0].float().mean():.1%} first, {clean.any(1).float().mean():.1%} in five, mixed {hard.any(1).float().mean():.1%}"


if __name__ == "__main__":
    main()
