"""How many random pairs are recognised, by a judge that the program never asks: `python tests/figures.py JUDGE.onnx --kind jigsaw --grid 4x4`.

For pairs at random (a fixed seed), the share whose pictures are all among the judge's first five: of the cast drawings alone (the ceiling),
of the default result, of the one that the program's own judge keeps of several seeds, and of any of them. Train such a judge by
`python -m illusionprint.judge.training` with other styles, another recipe and another seed than the embedded one's.
"""

from __future__ import annotations

import itertools
import json
import time
from pathlib import Path

import click
import cv2
import numpy as np

from illusionprint import vocabulary
from illusionprint.judge import JudgeTarget, concealment
from illusionprint.judge.drawings import Drawings
from illusionprint.spec import PuzzleSpec
from illusionprint.workshop import scoring
from illusionprint.workshop.planning import planned

TOP = 5


def pairs(count: int, pictures: int, seed: int) -> list[tuple[str, ...]]:
    """Subjects at random, all different within one pair."""
    rng = np.random.default_rng(seed)
    names = [s.name for s in vocabulary.subjects()]
    return [tuple(names[i] for i in rng.choice(len(names), pictures, False)) for _ in range(count)]


def measured(spec: PuzzleSpec, judge: Drawings, own: Drawings, px: int = scoring.SMALL_PX) -> tuple[dict, list[np.ndarray]]:
    """Ranks of all pictures and targets by the judge, concealment, the own judge's alignment, seconds; and the pictures."""
    begin = time.process_time()
    anagram = small(spec, px)
    spent = time.process_time() - begin
    wanted = [JudgeTarget(p, p) for p in spec.pictures.prompts]
    seen, targets = ([x.astype(np.float32) / 255 for x in xs] for xs in (anagram.seen, anagram.targets))
    s = judge.similarity(seen, wanted)
    return {
        "prompts": spec.pictures.prompts,
        "seed": spec.seed,
        "seen": ranks(judge, seen, wanted),
        "targets": ranks(judge, targets, wanted),
        "concealment": concealment(s, judge.tau),
        "own": scoring.of(anagram, own).alignment,
        "cpu_s": spent,
    }, [*seen, *targets]


def small(spec: PuzzleSpec, px: int = scoring.SMALL_PX):
    product, plan = planned(spec)
    return product.picture(plan.at(scoring.small_dpi(plan.size_mm) * px / scoring.SMALL_PX))[0]


def ranks(judge: Drawings, pictures: list[np.ndarray], wanted: list[JudgeTarget]) -> list[int]:
    """1 is first; looked at once, at the judge's own size."""
    return [told["rank"] for told in judge.facts(pictures, wanted, (1.0,))]


def shares(rows: list[dict]) -> dict[str, float]:
    """ceiling, default, kept, any: of rows that are sorted by pair and seed."""
    found: dict[tuple, list[dict]] = {}
    for row in rows:
        found.setdefault(tuple(row["prompts"]), []).append(row)
    groups = list(found.values())
    good = lambda ns: max(ns) <= TOP
    return {
        "pairs": len(groups),
        "seeds": len(groups[0]),
        "ceiling": mean(good(g[0]["targets"]) for g in groups),
        "default": mean(good(g[0]["seen"]) for g in groups),
        "kept": mean(good(max(g, key=lambda r: r["own"])["seen"]) for g in groups),
        "any": mean(any(good(r["seen"]) for r in g) for g in groups),
        "concealment": mean(g[0]["concealment"] for g in groups),
        "cpu_s": mean(r["cpu_s"] for r in rows),
    }


def mean(values) -> float:
    return float(np.mean(list(values)))


def sheet(rows: list[list[np.ndarray]], path: Path, side: int = 160, across: int = 4) -> None:
    """Seen pictures of each pair side by side, pair after pair."""
    tiles = [np.concatenate([cv2.resize(x, (side, side), interpolation=cv2.INTER_AREA) for x in row[: len(row) // 2]], 1) for row in rows]
    tiles = [np.pad(t, ((4, 4), (4, 4), (0, 0)), constant_values=1) for t in tiles]
    tiles += [np.ones_like(tiles[0])] * (-len(tiles) % across)
    whole = np.concatenate([np.concatenate(tiles[i : i + across], 1) for i in range(0, len(tiles), across)])
    cv2.imwrite(str(path), np.rint(255 * whole[..., ::-1]).astype(np.uint8))


@click.command()
@click.argument("judge", type=click.Path(exists=True, path_type=Path))
@click.option("--kind", default="jigsaw")
@click.option("--grid", default="")
@click.option("--pictures", default=2)
@click.option("--pairs", "count", default=24)
@click.option("--pairs-seed", default=2026)
@click.option("--seeds", default=1)
@click.option("--style", "styles", multiple=True, default=("twemoji",))
@click.option("--natural", type=float, default=None)
@click.option("--finish", "worn", multiple=True, default=("plain",), help="Finishes of the same pairs: a line each.")
@click.option("--px", default=scoring.SMALL_PX, help="Pixels of the shorter side; dots and lines of a finish need 1024.")
@click.option("--out", type=click.Path(path_type=Path), default=None, help="Stem of a .json with all rows and a .png with the default results.")
def main(
    judge: Path,
    kind: str,
    grid: str,
    pictures: int,
    count: int,
    pairs_seed: int,
    seeds: int,
    styles: tuple[str, ...],
    natural: float | None,
    worn: tuple[str, ...],
    px: int,
    out: Path | None,
) -> None:
    """Prints one line of shares a finish."""
    second, own, rows, shown = Drawings(judge), Drawings(), [], []
    more = {} if natural is None else {"natural": natural}
    for prompts in pairs(count, pictures, pairs_seed):
        for seed, finish in itertools.product(range(seeds), worn):
            row, seen = measured(PuzzleSpec.of(kind, prompts, grid=grid, seed=seed, styles=styles, finish=finish, **more), second, own, px)
            rows.append({"finish": finish, **row})
            shown += [seen] if seed == 0 else []
    if out:
        out.with_suffix(".json").write_text(json.dumps(rows, indent=1))
        sheet(shown, out.with_suffix(".png"))
    for finish in worn:
        named = f"{kind} {grid} x{pictures}" + (f" {finish}" if len(worn) > 1 else "")
        click.echo(f"{named}: " + ", ".join(f"{k} {v:.3g}" for k, v in shares([r for r in rows if r["finish"] == finish]).items()))


if __name__ == "__main__":
    main()
