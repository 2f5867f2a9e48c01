"""The bench of photographs: `python tests/photographs.py 12x16 20x25 25x40 --search 48 --px 32 --border straight --out sheet`.

Fourteen pairs of openly licensed pictures that scikit-image and scikit-learn ship: portraits (astronaut, camera), animals (chelsea; horse, a
drawing), landscapes (china, rocket), things, text (page), the sky. Each pair goes the whole way from file to picture. For each grid a line a
pair and the median: PSNR in sRGB of what is seen against its target, the worse picture of both; SSIM and the correlation of gradients of
lightness, likewise; seams, the mean step across piece borders over the mean gradient within, the worse assembly; PSNR that a random
arrangement reaches with the same targets and blend; the share of the deviation of L* that toning left; the share of a target's variance that lies
between pieces (of their means), the lesser of both: what an arrangement can make use of; what an eye at READING_MM sees (S-CIELAB: Zhang and Wandell,
A spatial extension of CIELAB for digital color image reproduction, 1996), the worse picture: dE, the mean CIEDE2000 difference, and ghost, the root mean square of
what is wrong in L* at less than a third of a piece, in the half of the target that is flattest; seconds of CPU, greatest memory so far. --unseen: four other pairs.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
import skimage
from illusionprint.jigsaw.mesh import RIM
from PIL import Image
from skimage.color import deltaE_ciede2000, rgb2xyz, xyz2lab
from skimage.metrics import structural_similarity

from illusionprint.anagram import Anagram
from illusionprint.blend import gradient_domain, multiband, photos
from illusionprint.jigsaw import Board, labels_at, random_arrangement
from illusionprint.spec import PuzzleSpec
from illusionprint.units import MM_PER_IN
from illusionprint.views import apply_view, later_views
from illusionprint.vocabulary import load_picture as load
from illusionprint.workshop.planning import planned

PAIRS = [
    ("chelsea", "astronaut"),
    ("astronaut", "camera"),
    ("coffee", "chelsea"),
    ("china", "flower"),
    ("china", "rocket"),
    ("motorcycle_left", "coffee"),
    ("chelsea", "camera"),
    ("page", "astronaut"),
    ("horse", "chelsea"),
    ("flower", "hubble_deep_field"),
    ("coins", "china"),
    ("flower", "astronaut"),
    ("motorcycle_left", "china"),
    ("camera", "coffee"),
]
UNSEEN = [("retina", "clock_motion"), ("moon", "cell"), ("text", "ihc"), ("retina", "chelsea")]  # of which nothing was tried out
CELL_MM, READING_MM = 20, 500
OPPONENT = np.array([[0.279, 0.72, -0.107], [-0.449, 0.29, -0.077], [0.086, -0.59, 0.501]])  # of XYZ: light, red-green, blue-yellow
SPREADS = (((0.921, 0.0283), (0.105, 0.133), (-0.108, 4.336)), ((0.531, 0.0392), (0.330, 0.494)), ((0.488, 0.0536), (0.371, 0.386)))  # (weight, degrees)
HEAD = "psnr   ssim   grad  seams random  kept coarse    dE  ghost  cpu_s  GB"


def found(name: str) -> str:
    """The file of a picture. scikit-learn's are looked for only when they are needed."""
    if name == "horse":
        return drawing(name)
    folders = [Path(skimage.__file__).parent / "data"]
    if name in ("china", "flower"):
        import sklearn

        folders = [Path(sklearn.__file__).parent / "datasets" / "images"]
    return str(next(p for f in folders for p in sorted(f.glob(f"{name}.*")) if p.suffix in (".png", ".jpg")))


def drawing(name: str) -> str:
    """A drawing of scikit-image on white, in a file of its own: its own one is transparent."""
    path = Path(tempfile.gettempdir()) / f"illusionprint-{name}.png"
    Image.alpha_composite(
        Image.new("RGBA", (image := Image.open(Path(skimage.__file__).parent / "data" / f"{name}.png").convert("RGBA")).size, "white"), image
    ).convert("RGB").save(path)
    return str(path)


def lightness(x: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(x.astype(np.float32), cv2.COLOR_RGB2LAB)[..., 0]


def psnr(x: np.ndarray, y: np.ndarray) -> float:
    """10 log10(1 / mean square error), of values in [0, 1]."""
    return -10 * float(np.log10(np.mean((x - y) ** 2) + 1e-12))


def ssim(x: np.ndarray, y: np.ndarray) -> float:
    return float(structural_similarity(lightness(x), lightness(y), data_range=100, gaussian_weights=True, sigma=1.5, use_sample_covariance=False))


def gradients(x: np.ndarray, y: np.ndarray) -> float:
    """Correlation of the gradients of lightness, both directions, after a Gaussian of one pixel."""
    g = [np.stack([cv2.Sobel(cv2.GaussianBlur(lightness(p), (0, 0), 1), cv2.CV_32F, *d) for d in ((1, 0), (0, 1))]).ravel() for p in (x, y)]
    return float(np.corrcoef(*g)[0, 1])


def eye(x: np.ndarray, px_per_deg: float) -> np.ndarray:
    """L*a*b* float (h, w, 3) of a picture in [0, 1] as the eye blurs it: each opponent channel by its sum of Gaussians exp(-(r / spread)^2)."""
    channels = np.moveaxis(rgb2xyz(x) @ OPPONENT.T, -1, 0)
    blurred = [
        sum(w * cv2.GaussianBlur(c, (0, 0), max(0.01, spread * px_per_deg / 2**0.5), borderType=cv2.BORDER_REFLECT) for w, spread in parts)
        / sum(w for w, _ in parts)
        for c, parts in zip(channels, SPREADS)
    ]
    return xyz2lab(np.maximum(np.stack(blurred, -1) @ np.linalg.inv(OPPONENT).T, 0))


def looks(x: np.ndarray, y: np.ndarray, s: float) -> tuple[float, float]:
    """(mean CIEDE2000, ghost) of a picture x and its target y, s pixels a piece: see the head of this file."""
    px_per_deg = float(np.tan(np.radians(1))) * READING_MM * s / CELL_MM
    a, b, light = eye(x, px_per_deg), eye(y, px_per_deg), lightness(y)
    wrong = a[..., 0] - b[..., 0]
    wrong -= cv2.GaussianBlur(wrong, (0, 0), s / 3)
    rough = cv2.GaussianBlur(light**2, (0, 0), s / 6) - cv2.GaussianBlur(light, (0, 0), s / 6) ** 2
    return float(deltaE_ciede2000(a, b).mean()), float(np.sqrt((wrong[rough <= np.median(rough)] ** 2).mean()))


def seams(x: np.ndarray, own: np.ndarray) -> float:
    """Mean absolute step between neighbouring pixels of different pieces over that within pieces."""
    steps = [
        (
            np.abs(np.diff(x, axis=a)).mean(-1),
            np.diff(own, axis=a) != 0,
            np.minimum(*(np.roll(own, -k, a) for k in (0, 1))).take(range(own.shape[a] - 1), a) >= 0,
        )
        for a in (0, 1)
    ]
    across, within = (np.concatenate([d[(e == side) & on] for d, e, on in steps]).mean() for side in (True, False))
    return float(across / within)


def measured(pair: tuple[str, str], grid: str, search: int, px: int, border: str) -> tuple[list[float], Anagram]:
    """Figures in the order of HEAD, and the pictures; PSNR and seams within the board, the others further in than blanks along its border reach."""
    rows, cols = map(int, grid.split("x"))
    rim = 0 if border == "straight" else 2 / RIM
    product, plan = planned(
        PuzzleSpec.of(
            "jigsaw",
            tuple(map(found, pair)),
            grid=grid,
            size=f"{(cols + rim) * CELL_MM}x{(rows + rim) * CELL_MM}mm",
            dpi=px / CELL_MM * MM_PER_IN,
            search=search,
            border=border,
        )
    )
    begin = time.process_time()
    made, cut = product.picture(plan)[0], plan.cells
    spent = time.process_time() - begin
    shown, goal = ([x.astype(np.float32) / 255 for x in group] for group in (made.seen, made.targets))
    own = labels_at(cut, shown[0].shape[:2])
    inner = np.s_[edge : shown[0].shape[0] - edge, edge : shown[0].shape[1] - edge] if (edge := round(rim * cut.px_of(shown[0].shape[:2]))) else np.s_[:, :]
    within = [lambda x: x[own >= 0], lambda x: x[inner], lambda x: x[inner]]
    worst = [min(score(part(x), part(y)) for x, y in zip(shown, goal)) for score, part in zip((psnr, ssim, gradients), within)]
    kept = min(lightness(g)[inner].std() / lightness(raw(n, g, c))[inner].std() for n, g, c in zip(pair, goal, made.facts["casting"]["pictures"]))
    sights = np.max([looks(x[inner], g[inner], cut.px_of(x.shape[:2])) for x, g in zip(shown, goal)], 0)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return [*worst, max(seams(x, own) for x in shown), shuffled(goal, cut), float(kept), min(coarse(g, own) for g in goal), *sights, spent, memory], made


def raw(name: str, goal: np.ndarray, told: dict) -> np.ndarray:
    """The picture as it was cropped, before toning."""
    return photos.cropped(load(found(name)).rgb, goal.shape[:2], photos.Crop(**told["crop"]))


def coarse(x: np.ndarray, own: np.ndarray) -> float:
    """Share of a picture's variance that the means of its pieces have; own (h, w): the piece of each pixel."""
    on, count = own >= 0, np.bincount(own[own >= 0])
    means = np.stack([np.bincount(own[on], x[on][:, c]) / count for c in range(3)], 1)
    return float(np.var(means[own[on]], 0).sum() / np.var(x[on], 0).sum())


def shuffled(goal: list[np.ndarray], cut: Board) -> float:
    """PSNR of the worse picture on a random arrangement, blended alike."""
    weights = [np.minimum(multiband.saliency(x), gradient_domain.MAX_SALIENCY) for x in goal]
    views = later_views("jigsaw", 2, random_arrangement(cut, np.random.default_rng(0)))
    visible = [gradient_domain.error_visibility(g, cut) for g in goal]
    x = gradient_domain.poisson_blend(goal, weights, views, cut, gradient_domain.equalising_balance(goal, weights, views, cut, seen=visible), seen=visible)
    own = labels_at(cut, x.shape[:2]) >= 0
    return min(psnr(x[own], goal[0][own]), psnr(apply_view(views[0], x)[own], goal[1][own]))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("grids", nargs="+")
    for name, default in (("search", 48), ("px", 32), ("pairs", len(PAIRS))):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--out", default="")
    parser.add_argument("--border", default="straight")
    parser.add_argument("--unseen", action="store_true")
    given = parser.parse_args()
    for grid in given.grids:
        print(f"{grid:32s} {HEAD}", flush=True)
        rows, sheet = [], []
        for pair in (UNSEEN if given.unseen else PAIRS)[: given.pairs]:
            figures, made = measured(pair, grid, given.search, given.px, given.border)
            print(f"{' / '.join(pair):32s}", *(f"{v:6.2f}" for v in figures), flush=True)
            rows.append(figures)
            sheet.append(np.vstack([cv2.resize(x, (480, round(480 * x.shape[0] / x.shape[1])), interpolation=cv2.INTER_AREA) for x in made.seen]))
        for name, of in (("median", np.median), ("least", np.min), ("most", np.max)):
            print(f"{name:32s}", *(f"{v:6.2f}" for v in of(rows, 0)), flush=True)
        if given.out:
            cv2.imwrite(
                f"{given.out}-{grid}.png",
                np.vstack([np.hstack(sheet[k : k + 4] + [0 * sheet[0]] * (4 - len(sheet[k : k + 4]))) for k in range(0, len(sheet), 4)])[..., ::-1],
            )


if __name__ == "__main__":
    main()
