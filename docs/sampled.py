"""Rebuilds sampled.md, what fitting a board to a model's first predictions gives: `python docs/sampled.py ROWS.jsonl` (about half an hour a seed).

Every board is sampled by `patches` on a shuffle of the seed and on one that is fitted; ROWS.jsonl keeps what is done, so that the script can be
interrupted and go on. With --most N it ends after N more boards, and the page says how many there are.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from illusionprint import vocabulary
from illusionprint.judge import JudgeTarget, concealment
from illusionprint.judge.drawings import Drawings
from illusionprint.spec import PuzzleSpec
from illusionprint.stages import sampling
from illusionprint.workshop.planning import planned
from illusionprint.workshop.scoring import small_dpi

DOCS = Path(__file__).parent
GRIDS, PAIRS, SEEDS, PAIRS_SEED, TOP = ("4x4", "6x6", "8x8"), 12, 2, 2026, 5
WAYS = {"shuffle of the seed": 10**9, "fitted": 4}  # from how many pieces on a board is fitted
HEAD = """# Sampled boards: fitted, or a fixed shuffle

{pairs} pairs of subjects at random, seeds: {seeds}; sampled by the embedded `patches` (64 px, default steps) on a board that is shuffled by the seed alone and on one that is fitted to what the
model makes of each prompt alone in {few} steps, sampling then beginning from both predictions mixed on that board. The embedded judge names all pictures, of {names} subjects: shares of single
pictures whose subject is among its first {top}, of boards on which both are, and concealment (0.5: either picture shows both as well; 1: only its own). Both rows of a grid
are the same pairs and seeds; of n boards a share has a standard error of up to 0.5 / sqrt(n). `patches` paints weak anagrams, so this table compares two ways, and is no
promise of pictures. The program fits boards of {least} pieces and more. `python docs/sampled.py` makes this page.

| grid | arrangement | boards | pictures recognised | both | concealment |
|---|---|---|---|---|---|
"""


def pairs() -> list[tuple[str, str]]:
    """Subjects at random, all different."""
    names = [s.name for s in vocabulary.subjects()]
    found = np.random.default_rng(PAIRS_SEED).choice(len(names), 2 * PAIRS, False)
    return [(names[i], names[j]) for i, j in found.reshape(-1, 2)]


def jobs() -> Iterator[dict]:
    """Grids and ways take turns, so that what is done at any time compares the same boards."""
    for seed, pair, grid, way in itertools.product(range(SEEDS), pairs(), GRIDS, WAYS):
        yield {"seed": seed, "pair": list(pair), "grid": grid, "way": way}


def measured(job: dict, judge: Drawings) -> dict:
    """The job with the rank of either picture's subject, and concealment."""
    sampling.LEAST_PIECES = WAYS[job["way"]]
    product, plan = planned(PuzzleSpec.of("jigsaw", tuple(job["pair"]), grid=job["grid"], seed=job["seed"], model="patches"))
    made = product.picture(plan.at(small_dpi(plan.size_mm)))[0]
    seen, wanted = [x.astype(np.float32) / 255 for x in made.seen], [JudgeTarget(p, p) for p in plan.prompts]
    return {**job, "ranks": [told["rank"] for told in judge.facts(seen, wanted)], "concealment": float(concealment(judge.similarity(seen, wanted), judge.tau))}


def table(rows: list[dict]) -> str:
    out = ""
    for grid, way in itertools.product(GRIDS, WAYS):
        some = [r for r in rows if (r["grid"], r["way"]) == (grid, way)]
        good = np.array([[rank <= TOP for rank in r["ranks"]] for r in some])
        out += f"| {grid} | {way} | {len(some)} | {good.mean():.0%} | {good.all(1).mean():.0%} | {np.mean([r['concealment'] for r in some]):.2f} |\n"
    return out


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", type=Path)
    parser.add_argument("--most", type=int, default=10**9)
    given = parser.parse_args()
    rows = [json.loads(line) for line in given.rows.read_text().splitlines()] if given.rows.exists() else []
    judge, usual, done = Drawings(), sampling.LEAST_PIECES, [{k: r[k] for k in ("seed", "pair", "grid", "way")} for r in rows]
    for job in itertools.islice((j for j in jobs() if j not in done), given.most):
        rows.append(measured(job, judge))
        with given.rows.open("a") as file:
            file.write(json.dumps(rows[-1]) + "\n")
    head = HEAD.format(
        pairs=len({tuple(r["pair"]) for r in rows}),
        seeds=", ".join(sorted({str(r["seed"]) for r in rows})),
        few=sampling.COARSE_STEPS,
        top=TOP,
        least=usual,
        names=f"{len(judge.rows):,}",
    )
    (DOCS / "sampled.md").write_text(head + table(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
