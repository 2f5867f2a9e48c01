"""Rebuilds exact.md and exact.svg, what exactly two solutions cost two photographs: `python docs/exact.py` (some minutes).

Boards are designed as `--solutions exact` does, for more and more orbits; the same machine gives the same bytes.
"""

from __future__ import annotations

import math
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import skimage

from illusionprint.blend import gradient_domain, multiband, photos
from illusionprint.jigsaw import Arrangement, random_arrangement, squares
from illusionprint.jigsaw.exact.anneal import anneal
from illusionprint.jigsaw.exact.orbit_state import OrbitState
from illusionprint.jigsaw.exact.repair import Closed, repaired
from illusionprint.jigsaw.exact.solve import places
from illusionprint.jigsaw.fitting.assignment import costs, fine_px
from illusionprint.jigsaw.geometry.profiles import APART_MM, profiles
from illusionprint.views import apply_view, later_views

DOCS = Path(__file__).parent
PAIR, GRIDS, PX, CELL_UM = ("astronaut", "chelsea"), ((8, 8), (12, 16)), 16, 20_000
WANTED, USUAL, MOST = (1, 2, 3, 4, 6, 9, 14, 20, 30, 45), 14, 8
KEPT, STEPS = 0.04, 1_000_000
COLOURS = ("#1f5fa8", "#b3541e")
HEAD = """# What exactly two solutions cost

Two photographs (astronaut and chelsea, of scikit-image; the middle of each) on boards of {grids} pieces. Each row is a board whose pieces were moved from where they
suit the pictures best until the sides fall into about as many orbits as asked for, and moved on where the count found ways too many, up to a limit; "counts as" is how
many equal orbits would tell sides apart as well. Each orbit gets a profile, 'classic' and {apart:g} mm apart on pieces of {cell:g} mm, or shares one, and all ways to close the board
are counted. PSNR is that of the worse picture, in sRGB, at {px} pixels a piece; the first row is the free board, and `random` an arrangement at random with the same blend.
Full circles close in exactly two ways. Below about seven (8x8) and twelve (12x16) no board came out exact in these runs, and from there on
more orbits cost little: `--solutions exact` asks for many at once. Each row is one run of a random search: differences of 0.1 or 0.2 dB mean little.
`python docs/exact.py` makes this page.

![PSNR against the number of orbits](exact.svg)
"""

THREE = """## Three pictures

Exactly three ways work on square boards of 6x6 to 12x12 pieces, with an even number of rows; any other size, and four pictures on a side, are refused.
Of three assemblies the orbits are the connected parts of three pairings, and a side drawn at random joins almost all of them. What keeps them apart is a board taken as four
sheets, its quarters: pieces stay in the fours that quarter turns of the board lead into each other. Pictures 1 and 2 differ in where the fours lie, as two pictures do; pictures 2 and 3 in
which quarter each piece of a four lies in (`illusionprint/jigsaw/sheets.py` has the equations). Then every orbit falls into two or four classes, found by elimination over two
elements, and so are the other ways to close the board that follow from the sheets, which are barred by a share of joins that stay together in pictures 2 and 3: 27 of 100 at
6x6, 21 at 8x8, 18 at 10x10 and 12x12. Pictures 1 and 2, and 1 and 3, share no more, some nothing. A board of 12x12 has 30 to 40 orbits, each with a profile of its own.
Up to 12,000 / n families of n pieces are looked at, some of which are given up since their boards close in other ways too; before, eight boards of 14x14 were not found in 170 s.

What was tried before, without sheets, from colours (a profile and its sign) on sides and places of pieces that are searched together:

- All places of both later assemblies free: no fault is left with two profiles (6x6, 26 s), 5 of 180 sides do not meet with three, 14 of 336 with four on 8x8 (9 s, and the same in 63 s).
  Two profiles close in many ways; by counting, 8x8 needs four at least, on the border too.
- The second and third assembly as the first with each piece in the place of the one before it in a ring of three, whose profiles are exchanged in a ring as well, so that one assembly
  that closes makes all three close, with the board's quarter turns or without: on 8x8 one search in a hundred came out exact, with 11 to 25 of 100 neighbours together; 6x6 had too many ways, 10x10 and
  12x12 did not close.
- Four pictures, with moves of sheets between 1 and 2 as well as between 3 and 4: 71 boards of 10x10 whose first assembly had a second one by such moves, all with more than 40 of 100 joins together.
- Boards found before the pictures, four by chance, of which the best was taken, its pictures turned as a whole: the first version. So much less could be fitted, and the pictures were paler and more broken.

Boards are chosen by the pictures (`illusionprint/jigsaw/suited.py`). Where the fours lie and how they are turned is found before, by chance, some families of boards; which quarter each piece lies in is
then the cheapest of all that the equations allow, found as a linear code is decoded, by its trellis (where that is too wide, nearly the cheapest). Each family is tried with each picture as the
first, the others turned as a whole, and in a mirror. Drawings are first cast on a free board; then looks and board are chosen by turns.

Of 48 pictures of sixteen random triples of drawings at 8x8 a judge that the program never asks names 27 among its first five, and 24 with boards found before the pictures (all three of 3 triples, both
times; other random looks of the first eight triples gave 17 of 24 instead of 12, so this says little); a casting takes 13 s of one core
instead of 5. Three triples of photographs (astronaut, chelsea, coffee; china, flower, astronaut; chelsea, flower, china; the worst picture of each) come to 16.5, 13.9 and 16.5 dB at 8x8, and came
to 15.9, 13.7 and 16.0; free boards give 18.6, 16.3 and 18.5. The cat of the first is still lost.
At 12x12 the first two come to 16.5 and 13.9 dB, and came to 16.1 and 13.5 (free: 19.8 and 17.6); a casting of drawings takes 47 s instead of 19 (two triples).

## Without a straight border

`--border knobs --solutions exact`: outer sides carry connectors that meet nothing, so no straight side tells where a piece lies and its orbits must: they count for more in the annealing (`orbit_state.RIMMED`).
From random costs, one seed each: squares of 6x6 and 8x8 and hexagons of 8x8 were counted to the end, exactly two (up to 37 s); squares of 10x10 and 12x16 were not (30 to 170 s), and the program says so.
"""


@dataclass(frozen=True)
class Row:
    """A board: orbits asked for, as good as so many equal ones, PSNR of the worse picture in dB, the board as it closes (none where all pieces are free)."""

    asked: int
    effective: float
    psnr: float
    closed: Closed | None


class Board:
    """Two photographs on a board of rows x cols."""

    def __init__(self, grid: tuple[int, int]):
        self.board = squares(*grid, CELL_UM).open
        size = self.board.size_px(PX)
        given = [cv2.imread(str(Path(skimage.__file__).parent / "data" / f"{n}.png"))[..., ::-1].astype(np.float32) / 255 for n in PAIR]
        self.pictures = photos.match_tones(*(photos.cropped(x, size) for x in given))
        self.weights = [np.minimum(multiband.saliency(x), gradient_domain.MAX_SALIENCY) for x in self.pictures]
        fitted = [photos.fit_weight(w) for w in self.weights]
        self.free, s = photos.fit_arrangement(*self.pictures, *fitted, self.board), fine_px(self.board)
        small = [cv2.resize(x, self.board.size_px(s)[::-1], interpolation=cv2.INTER_AREA) for x in (*self.pictures, *fitted)]
        self.cost = costs(*small, self.board, s)

    def psnr(self, board: Arrangement) -> float:
        """Of the worse picture, in dB, after the blend."""
        views = later_views("jigsaw", 2, board)
        x = gradient_domain.poisson_blend(
            self.pictures,
            self.weights,
            views,
            board.board,
            gradient_domain.equalising_balance(self.pictures, self.weights, views, board.board, [1.0, 1.0]),
            lambda *_: None,
        )
        shown = [x, apply_view(views[0], x)]
        return min(-10 * math.log10(float(np.mean((np.clip(a, 0, 1) - b) ** 2))) for a, b in zip(shown, self.pictures))

    def annealed(self, wanted: float) -> OrbitState:
        each = 300 if self.board.count <= 120 else 120
        return anneal(self.board, self.cost, self.free.slots[1], self.free.turns[1], wanted, KEPT, each * self.board.count, np.random.default_rng(0))

    def row(self, wanted: int, most: int) -> Row:
        state = self.annealed(wanted)
        closed = repaired(state, places(self.board), most, STEPS, np.random.default_rng(0))
        board = Arrangement(self.board.keyed(closed.sides), closed.slots, closed.turns)
        return Row(wanted, math.exp(state.entropy()), self.psnr(board), closed)

    def rows(self) -> list[Row]:
        most = len(profiles(self.board.tabs, 64, self.board.cell_mm)[0])
        return [Row(0, 1.0, self.psnr(self.free), None), *(self.row(w, most) for w in WANTED if w <= self.board.count / 4)]

    def fewest(self) -> int:
        """The least number of profiles with which the board of USUAL orbits closes in exactly two ways, of MOST, one fewer, ..., until that fails."""
        state = self.annealed(USUAL)
        failed = (n for n in range(MOST, 0, -1) if not repaired(deepcopy(state), places(self.board), n, STEPS, np.random.default_rng(0)).exact)
        return next(failed, 0) + 1


def part(grid: tuple[int, int]) -> tuple[list[Row], str]:
    """A grid's rows, and its part of the page."""
    board, name = Board(grid), f"{grid[0]}x{grid[1]}"
    rows = board.rows()
    out = [f"\n## {name}\n", "| orbits asked for | counts as | closes in | PSNR |", "|---|---|---|---|"]
    out.append(f"| free | 1 | many ways | {rows[0].psnr:.1f} dB |")
    out += [
        f"| {r.asked} | {r.effective:.1f} | {'exactly two ways' if r.closed.exact else 'more ways, or not counted to the end'} | {r.psnr:.1f} dB |"
        for r in rows[1:]
    ]
    chance = board.psnr(random_arrangement(board.board, np.random.default_rng(0)))
    out.append(f"| random | | | {chance:.1f} dB |")
    few = board.fewest()
    return rows, "\n".join(
        [
            *out,
            f"\nThe smallest set of profiles found with which the board of {USUAL} orbits asked for closes in exactly two ways has "
            f"{few if few <= MOST else f'more than {MOST}'}.",
        ]
    )


def plot(found: dict[str, list[Row]]) -> str:
    """SVG: PSNR against "counts as", on a scale of logarithms; full circles close in exactly two ways."""
    every = [r.psnr for rows in found.values() for r in rows]
    low, high = math.floor(min(every)), math.ceil(max(every))

    def at(r: Row) -> tuple[float, float]:
        return 60 + 480 * math.log(max(1.0, r.effective)) / math.log(64), 20 + 260 * (high - r.psnr) / (high - low)

    out = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 330" font-family="sans-serif" font-size="12">',
        '<rect width="640" height="330" fill="#fff"/>',
    ]
    for v in range(low, high + 1):
        y = 20 + 260 * (high - v) / (high - low)
        out.append(f'<path d="M60 {y:.1f}H540" stroke="#ddd"/><text x="52" y="{y + 4:.1f}" text-anchor="end">{v} dB</text>')
    out += [f'<text x="{60 + 80 * k}" y="300" text-anchor="middle">{2**k}</text>' for k in range(7)]
    out.append('<text x="300" y="322" text-anchor="middle">as good as so many equal orbits</text>')
    for (name, rows), colour in zip(found.items(), COLOURS):
        out.append(f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in sorted(map(at, rows)))}" fill="none" stroke="{colour}"/>')
        for r in rows:
            x, y = at(r)
            out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" stroke="{colour}" fill="{colour if r.closed and r.closed.exact else "#fff"}"/>')
        out.append(f'<text x="{x + 10:.1f}" y="{y + 4:.1f}" fill="{colour}">{name}</text>')
    return "\n".join([*out, "</svg>", ""])


def main() -> None:
    """exact.md and exact.svg."""
    with ProcessPoolExecutor(len(GRIDS)) as pool:
        rows, parts = zip(*pool.map(part, GRIDS))
    found = {f"{r}x{c}": some for (r, c), some in zip(GRIDS, rows)}
    (DOCS / "exact.svg").write_text(plot(found), encoding="utf-8")
    head = HEAD.format(grids=" and ".join(found), apart=APART_MM, cell=CELL_UM / 1000, px=PX)
    (DOCS / "exact.md").write_text("\n".join([head, *parts, "", THREE]), encoding="utf-8")


if __name__ == "__main__":
    main()
