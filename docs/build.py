"""Rebuilds gallery.md, finishes.md and their small pictures from puzzles/*.toml: `python docs/build.py`.

Names of puzzles make the pictures of these alone: `python docs/build.py rabbit-duck`. The same puzzles give the same bytes.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from illusionprint import data
from illusionprint.blend import finishes
from illusionprint.jigsaw import Board
from illusionprint.spec import PuzzleSpec
from illusionprint.units import MM_PER_IN
from illusionprint.vocabulary import is_picture
from illusionprint.workshop.planning import planned

DOCS = Path(__file__).parent
SIDE, SAMPLES = 300, 2  # pixels of a preview's longer side, rendered so many times as fine
MOST_BYTES, PHOTO_BYTES = 18_000, 13_000  # of a preview's file; photographs lose less
FINISHED = "owl-sailboat"  # the puzzle that finishes.md shows in every finish
VIEWS = {
    "jigsaw": "put together anew",
    "rotate_180": "turned upside down",
    "rotate_90": "turned by a quarter",
    "rotate_270": "turned by a quarter",
    "flip": "turned over",
    "negate": "its colours turned to their opposites",
}
HEAD = """# Gallery

Every puzzle that comes with the program, as each of its assemblies shows it. `illusionprint make NAME` makes one at full size,
with its cut, guide and proof; `illusionprint show NAME` tells its recipe.
The drawings are Twemoji's (CC-BY 4.0, Twitter, Inc. and other contributors). The photographs are those that scikit-image ships (`pip install scikit-image`):
chelsea (Stefan van der Walt), coffee (Rachel Michetti) and camera (Lav Varshney) are CC0, astronaut (NASA) is in the public domain.
[Finishes](finishes.md) shows one puzzle in all of them. `python docs/build.py` makes this page.
"""
FINISHES = """# Finishes

One puzzle in every finish. A finish is local and lies on the pieces, so it moves with them and each assembly shows it whole.
`illusionprint list finishes` names them. `python docs/build.py` makes this page.

All but `paper-cut` are vectors to the end: `anagram.svg`, `print.pdf` and posters hold the areas, and `anagram.png` is filled from them
(photographs are traced; boards of any shape). This puzzle's `anagram.svg` has 0.2 MB as `flat`, 1.7 MB as `stained-glass`, 3.3 MB as `mosaic`, 3.0 MB as `halftone`,
0.8 MB as `engraving`. The dots of `halftone` and the lines of `engraving` lie on the sheet's own colour as closed outlines, one group an ink (`<g id="ink-171a29">`), in the order
in which they are painted, so that a plotter, a laser or a screen takes them by colour. Not vectors are `paper-cut`, whose shadows are soft, and prints whose dots are too coarse
for the lines of a finish; `anagram.json` says so (`left_out`).

`paper-cut` can be made of paper. Its sheets are nested, S_t = S_(t+1) + the areas of rank t, the rarest colour on top, so each lies on the one below with all of it.
`layer-1.svg`, `layer-2.svg` ... are what is cut, with three holes for pins and fine lines where the next sheet lies; `layers.pdf` shows the stack grow. The proof reads
these files back, lays what they cut out on each other and compares it with the picture (`LAYERS_DIFFER`). A laser's beam is led half
its kerf outside of what is to be left (`kerf` in the machine's template), so that the paper has the drawn size; slits that close are told; `--machine plotter` cuts with a blade. With `--sides 2` the
back has sheets of its own, `layer-back-1.svg` ..., as one sees them who turned the board.

Does a finish help to recognise the pictures? Of twelve pairs at random, so many show both pictures among the first five subjects that a judge names which the
program never asks (`tests/figures.py`; a network of another training than the embedded one, b52a89a09347); of the cast drawings alone it is 12 and 12:

| finish | jigsaw 4x4 | rotate_180 |
| --- | --- | --- |
| plain | 10 | 7 |
| flat | 10 | 7 |
| paper-cut | 8 | 6 |
| mosaic | 10 | 6 |
| halftone | 10 | 6 |
| stained-glass | 5 | 3 |
| engraving | 5 | 2 |

Twelve pairs tell no differences of one or two: a finish of flat colours neither helps nor hurts as far as that shows; with lead or engraved lines this judge recognises fewer.
Made by `python tests/figures.py JUDGE.onnx --kind jigsaw --grid 4x4 --pairs 12 --finish plain --finish flat ...` and `--kind rotate_180`, on sheets of 256 pixels; paper-cut, halftone and
engraving with `--px 1280`, since their dots and lines are no wider than a pixel of 256.
"""


def main(wanted: list[str]) -> None:
    """The pictures of the puzzles named, of all without a name, and both pages."""
    specs = {n: PuzzleSpec.load(data.find("puzzles", n)) for n in data.names("puzzles")}
    for name in wanted or specs:
        previews(specs[name], f"gallery/{name}")
    if not wanted:
        for finish in finishes.names():
            previews(specs[FINISHED].replace(finish=finish), f"finishes/{finish}")
    pages(specs)


def pages(specs: dict[str, PuzzleSpec]) -> None:
    """gallery.md and finishes.md."""
    page = "\n".join([HEAD, *(entry(n, s) for n, s in specs.items())])
    (DOCS / "gallery.md").write_text(page, encoding="utf-8")
    page = "\n".join([FINISHES, *(finish_entry(f, specs[FINISHED]) for f in finishes.names())])
    (DOCS / "finishes.md").write_text(page, encoding="utf-8")


def previews(spec: PuzzleSpec, stem: str) -> None:
    """docs/STEM-1.jpg, -2.jpg ...: each assembly, small, the cut lines drawn over it."""
    shown, cut = small(spec)
    print(stem, flush=True)
    for k, x in enumerate(shown, 1):
        path = DOCS / f"{stem}-{k}.jpg"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(jpeg(lined(x, cut), PHOTO_BYTES if any(map(is_picture, spec.pictures.prompts)) else MOST_BYTES))


def small(spec: PuzzleSpec) -> tuple[list[np.ndarray], Board | None]:
    """The assemblies, uint8 (h, w, 3), SAMPLES times as fine as a preview: the same casting as at full size."""
    product, plan = planned(spec)
    anagram = product.picture(plan.at(max(20.0, round(SIDE * SAMPLES * MM_PER_IN / max(plan.size_mm), 2))))[0]
    return list(anagram.seen), plan.board


def lined(x: np.ndarray, cut: Board | None) -> np.ndarray:
    """A preview of an assembly: the board's lines over it, dark and light, thin enough that the picture stays what is seen first."""
    k = SIDE * SAMPLES / max(x.shape[:2])
    x = cv2.resize(x, (round(x.shape[1] * k), round(x.shape[0] * k)), interpolation=cv2.INTER_AREA)
    for shift, tone, share in ((1, 255, 0.16), (0, 0, 0.34)) if cut else ():
        over, per_mm = np.zeros(x.shape[:2], np.uint8), x.shape[1] / cut.size_mm[0]
        for path in cut.paths():
            points = np.rint((path.flatten(0.05) * per_mm + shift) * 16).astype(np.int32)
            cv2.polylines(over, [points], False, 255, 1, cv2.LINE_AA, 4)
        weight = over[..., None] / 255 * share
        x = np.rint(x * (1 - weight) + tone * weight).astype(np.uint8)
    return cv2.resize(x, (x.shape[1] // SAMPLES, x.shape[0] // SAMPLES), interpolation=cv2.INTER_AREA)


def jpeg(x: np.ndarray, most: int = MOST_BYTES) -> bytes:
    """The file of the best quality up to 90 that has at most so many bytes."""
    for quality in range(90, 20, -4):
        held = BytesIO()
        Image.fromarray(x).save(held, "JPEG", quality=quality, optimize=True)
        if held.tell() <= most:
            break
    return held.getvalue()


def entry(name: str, spec: PuzzleSpec) -> str:
    """A puzzle's part of gallery.md."""
    made = [f"`illusionprint make {name}`: {told(spec)}", *([f"finish {spec.pictures.finish}"] if spec.pictures.finish != "plain" else [])]
    words = tuple(Path(p).stem if is_picture(p) else p for p in spec.pictures.prompts)
    return f"## {' / '.join(words)}\n\n{table(words, f'gallery/{name}')}\n\n{', '.join(made)}.\n"


def told(spec: PuzzleSpec) -> str:
    """What one does to see the next picture."""
    if spec.kind == "jigsaw":
        rows, cols = spec.board.rows_cols
        return f"a jigsaw of {rows} x {cols} = {rows * cols} pieces, {VIEWS['jigsaw']}"
    return f"a print, {VIEWS[spec.kind]}" + (", composed as a playing card" if spec.pictures.compose == "card" else "")


def finish_entry(finish: str, spec: PuzzleSpec) -> str:
    """A finish's part of finishes.md."""
    return (
        f"## {finish}\n\n{finishes.load(finish).DESCRIPTION}.\n\n{table(spec.pictures.prompts, f'finishes/{finish}')}\n\n"
        f"    illusionprint make {command(spec)} --finish {finish}\n"
    )


def command(spec: PuzzleSpec) -> str:
    """What is typed after `make`, in words of its own."""
    words = [f'"{p}"' if " " in p else p for p in spec.pictures.prompts]
    return " ".join([spec.kind, *words, *([f"--grid {spec.board.grid}"] if spec.board.grid else []), f"--size {spec.sheet.size}", f"--seed {spec.seed}"])


def table(prompts: tuple[str, ...], stem: str) -> str:
    """A row of pictures under their prompts."""
    pictures = [f"![{p}]({stem}-{k}.jpg)" for k, p in enumerate(prompts, 1)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (prompts, ["---"] * len(prompts), pictures))


if __name__ == "__main__":
    main(sys.argv[1:])
