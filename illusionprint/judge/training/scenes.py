"""Training pictures: drawings turned, bent, recoloured, on grounds, with another subject's drawing in the way.

All on batches float32 (b, 4, h, w), premultiplied, in [0, 1]; one torch generator makes every choice.
"""

import math

import torch
from torch.nn import functional as F

_LUMA = torch.tensor([0.299, 0.587, 0.114]).view(3, 1, 1)


class RandomSource:
    """Random tensors of one generator."""

    def __init__(self, seed: int):
        self.g = torch.Generator().manual_seed(seed)

    def uniform(self, low: float, high: float, *shape: int) -> torch.Tensor:
        return low + (high - low) * torch.rand(*shape, generator=self.g)

    def normal(self, sd: float, *shape: int) -> torch.Tensor:
        return sd * torch.randn(*shape, generator=self.g)

    def chance(self, p: float, count: int) -> torch.Tensor:
        return torch.rand(count, generator=self.g) < p

    def below(self, n: int, count: int) -> torch.Tensor:
        return torch.randint(n, (count,), generator=self.g)


def random_pose(x: torch.Tensor, side: int, dice: RandomSource, wild: float = 1.0) -> torch.Tensor:
    """Mirrored, turned, scaled, shifted and bent; sampled at `side` pixels."""
    b = len(x)
    turn = dice.normal(math.radians(9) * wild, b)
    scale = dice.uniform(0.72, 1.25, b)
    mirror = torch.where(dice.chance(0.5, b), -1.0, 1.0)
    c, s = torch.cos(turn) / scale, torch.sin(turn) / scale
    shift = dice.uniform(-0.16, 0.16, b, 2)
    theta = torch.stack([torch.stack([c * mirror, s, shift[:, 0]], -1), torch.stack([-s * mirror, c, shift[:, 1]], -1)], 1)
    grid = F.affine_grid(theta, [b, 4, side, side], align_corners=False)
    bend = dice.normal(1, b, 2, 5, 5) * (0.07 * wild * dice.uniform(0, 1, b, 1, 1, 1) ** 2)
    grid = grid + F.interpolate(bend, (side, side), mode="bicubic").permute(0, 2, 3, 1)
    return F.grid_sample(x, grid, mode="bilinear", align_corners=False)


def random_colours(x: torch.Tensor, dice: RandomSource) -> torch.Tensor:
    """Hue turned, lightness changed; some grey, inked or as outlines."""
    b = len(x)
    turn = torch.where(dice.chance(0.45, b), torch.zeros(b), dice.normal(0.7, b))
    turn = torch.where(dice.chance(0.12, b), dice.uniform(-math.pi, math.pi, b), turn)
    a, rgb = x[:, 3:], x[:, :3]
    rgb = torch.einsum("bij,bjhw->bihw", hue_matrix(turn), rgb)
    gain, lift = dice.uniform(0.75, 1.2, b, 1, 1, 1), dice.uniform(-0.1, 0.15, b, 1, 1, 1)
    rgb = rgb * gain + lift * a
    kind = dice.uniform(0, 1, b, 1, 1, 1)
    grey = (rgb * _LUMA).sum(1, keepdim=True)
    ink, paper = dice.uniform(0, 0.5, b, 3, 1, 1), dice.uniform(0.6, 1, b, 3, 1, 1)
    duotone = ink * (a - grey) + paper * grey
    rgb = torch.where(kind < 0.06, grey, torch.where(kind < 0.14, duotone, rgb))
    rgb = torch.where((kind > 0.14) & (kind < 0.2), a * (1 - ink) * (1 - contours(grey)), rgb)
    return torch.cat([rgb.clamp(min=0).minimum(a), a], 1)


def hue_matrix(turn: torch.Tensor) -> torch.Tensor:
    """(b, 3, 3): chroma turned about the grey axis (Rodrigues' formula)."""
    k = torch.tensor([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / math.sqrt(3)
    c, s = torch.cos(turn).view(-1, 1, 1), torch.sin(turn).view(-1, 1, 1)
    return c * torch.eye(3) + s * k + (1 - c) / 3


def contours(grey: torch.Tensor) -> torch.Tensor:
    """0 in flat places, 1 on contours, of (b, 1, h, w)."""
    p = F.pad(grey, (1, 1, 1, 1), mode="replicate")
    g = (p[..., 2:, 1:-1] - p[..., :-2, 1:-1]).abs() + (p[..., 1:-1, 2:] - p[..., 1:-1, :-2]).abs()
    return (3 * g).clamp(0, 1)


def on_background(x: torch.Tensor, dice: RandomSource) -> torch.Tensor:
    """(b, 3, h, w): on white, on a colour, a quarter of these dark down to black, or on a gradient of two."""
    b, side = len(x), x.shape[-1]
    dark = torch.where(dice.chance(0.25, b), dice.uniform(0, 0.5, b), torch.ones(b)).view(-1, 1, 1, 1)
    one, two = dark * dice.uniform(0.2, 1, b, 3, 1, 1), dark * dice.uniform(0.2, 1, b, 3, 1, 1)
    ramp = torch.linspace(0, 1, side).view(1, 1, side, 1)
    plain = dice.chance(0.7, b).view(-1, 1, 1, 1)
    ground = torch.where(plain, one, one + (two - one) * ramp)
    ground = torch.where(dice.chance(0.5, b).view(-1, 1, 1, 1), torch.ones(3, 1, 1), ground)
    return x[:, :3] + ground * (1 - x[:, 3:])


def importance(x: torch.Tensor) -> torch.Tensor:
    """(b, 1, h, w): ground 0.1, subject 0.6, contours up to 2 more, smoothed; as the blend weighs."""
    g = contours((x[:, :3] * _LUMA).sum(1, keepdim=True)) + contours(x[:, 3:])
    g = F.avg_pool2d(g, 5, 1, 2)
    g = g / (g.amax((2, 3), keepdim=True) + 1e-6)
    return 0.1 + 0.5 * x[:, 3:] + 2 * g


def shuffled(x: torch.Tensor, cells: int, dice: RandomSource) -> torch.Tensor:
    """The picture (b, c, h, w) cut into cells x cells pieces and put together otherwise; each batch one way, with quarter turns."""
    b, c, h, w = x.shape
    s = -(-h // cells)
    x = F.interpolate(x, (s * cells, s * cells), mode="bilinear", align_corners=False)
    tiles = x.view(b, c, cells, s, cells, s).permute(2, 4, 0, 1, 3, 5).reshape(cells * cells, b, c, s, s)
    tiles = tiles[torch.randperm(cells * cells, generator=dice.g)]
    turns = dice.below(4, cells * cells)
    tiles = torch.stack([torch.rot90(t, int(k), (2, 3)) for t, k in zip(tiles, turns)])
    x = tiles.view(cells, cells, b, c, s, s).permute(2, 3, 0, 4, 1, 5).reshape(b, c, s * cells, s * cells)
    return F.interpolate(x, (h, w), mode="bilinear", align_corners=False)


def blended(x: torch.Tensor, y: torch.Tensor, dice: RandomSource, sharp: float = 4) -> torch.Tensor:
    """What the blend makes of two pictures: each keeps what is important in it. y lies shuffled, turned or mirrored under x."""
    b = len(x)
    rgb = [torch.cat([on_background(p, dice), importance(p)], 1) for p in (x, y)]
    other, kind = rgb[1], int(dice.below(8, 1))
    if kind < 5:
        other = shuffled(other, (3, 4, 6, 8, 12)[kind], dice)
    else:
        other = torch.flip(other, ((2, 3), (3,), (2,))[kind - 5])
    strength = torch.exp(dice.normal(0.35, b) - 0.15).view(-1, 1, 1, 1)
    wa, wb = rgb[0][:, 3:] ** sharp, (other[:, 3:] * strength) ** sharp
    return (wa * rgb[0][:, :3] + wb * other[:, :3]) / (wa + wb + 1e-6)


def overlaid(x: torch.Tensor, y: torch.Tensor, dice: RandomSource) -> torch.Tensor:
    """Another picture half transparent over it, or as clutter behind it."""
    b = len(x)
    a, other = on_background(x, dice), on_background(y.roll(int(dice.below(y.shape[-1], 1)), -1), dice)
    t = dice.uniform(0.05, 0.5, b, 1, 1, 1)
    behind = x[:, :3] + other * (1 - x[:, 3:])
    return torch.where(dice.chance(0.35, b).view(-1, 1, 1, 1), behind, (1 - t) * a + t * other)


def partly_replaced(x: torch.Tensor, y: torch.Tensor, dice: RandomSource) -> torch.Tensor:
    """A share of the pieces shows another picture, up to 65 %."""
    b, side = len(x), x.shape[-1]
    cells = (4, 8, 16)[int(dice.below(3, 1))]
    mask = (dice.uniform(0, 1, b, 1, cells, cells) < dice.uniform(0, 0.65, b, 1, 1, 1)).float()
    mask = F.interpolate(mask, (side, side), mode="nearest") * dice.uniform(0.5, 1, b, 1, 1, 1)
    return on_background(x, dice) * (1 - mask) + shuffled(on_background(y, dice), cells, dice) * mask


_CLUTTER = {"fought": blended, "foreign": partly_replaced, "laid_over": overlaid}
_RECIPES = "mixed: plain fought fought foreign laid_over; both: plain fought foreign laid_over; laid: plain foreign foreign laid_over laid_over"
RECIPES = {name: kinds.split() for name, kinds in (recipe.split(": ") for recipe in _RECIPES.split("; "))}


def training_scenes(x: torch.Tensor, side: int, dice: RandomSource, recipe: str, ease: float) -> torch.Tensor:
    """(b, 3, side, side) of drawings (b, 4, h, w); `ease` 0 to 1: how many stay undisturbed beyond the recipe's own."""
    p = random_colours(random_pose(x, side, dice), dice)
    parts, kinds = list(p.split(-(-len(p) // len(RECIPES[recipe])))), RECIPES[recipe]
    out = []
    for part, other, kind in zip(parts, [*parts[1:], parts[0]], kinds):
        other = other[: len(part)] if len(other) >= len(part) else part.flip(0)
        plain = on_background(part, dice)
        hard = plain if kind == "plain" else _CLUTTER[kind](part, other, dice)
        out.append(torch.where(dice.chance(ease, len(part)).view(-1, 1, 1, 1), plain, hard))
    x = torch.cat(out)
    noise = dice.normal(1, *x.shape) * (0.06 * dice.uniform(0, 1, len(x), 1, 1, 1) ** 2)
    return (x + noise).clamp(0, 1)
