"""The contact sheet of the best castings: both pictures of each as they are seen, its scores, and the seed that picks it."""

from pathlib import Path

import cv2
import numpy as np

from ..blend.composite import blend
from ..casting import SEEDS_PER_SEARCH, Casting
from ..door import Plan, plan_of
from ..errors import BadValue
from ..layout.captions import display_name
from ..spec import PuzzleSpec
from ..stages.casting import ranking
from ..stages.progress import Progress
from ..stages.result import Result, whole_file
from ..views import apply_view, later_views

SIDE, GAP, CAPTION, HEAD, COLUMNS = 264, 24, 60, 74, 2
PAPER, INK, SOFT, EDGE = "#f6f4ef", "#22262b", "#8a857b", "#dcd7cc"


def contact_sheet(spec: PuzzleSpec, out: Path, progress: Progress = None) -> Result:
    """out/<name>/castings-<first seed>.png of the ten designs among which the seed of the spec is one. Nothing else is written.

    Raises BadValue for photographs taken whole, which are not cast, and for a model.
    """
    if spec.model:
        raise BadValue("a contact sheet shows castings of drawings; leave the model out.")
    if spec.board.sides == 2:
        raise BadValue("a contact sheet shows castings of one side; leave out --sides 2.")
    plan = plan_of(spec)
    if plan.subjects.are_photographs:
        raise BadValue("a contact sheet shows castings; a photograph that is taken whole is fitted as it is.")
    designs = ranking(plan.brief, progress)
    first, tiles = plan.seed // SEEDS_PER_SEARCH * SEEDS_PER_SEARCH, []
    for n, casting in enumerate(designs, 1):
        tiles.append(_shown(casting, plan))
        if progress:
            progress(n, len(designs), "contact sheet")
    target = Path(out) / plan.name / f"castings-{first}.png"
    with whole_file(target) as file:
        file.write_bytes(_page(plan, designs, tiles, first))
    return Result(target)


def _shown(casting: Casting, plan: Plan) -> list[np.ndarray]:
    """All pictures as they are seen, uint8 (SIDE, ., 3)."""
    views, board, (h, w) = later_views(plan.kind, len(casting.parts), casting.arrangement), plan.board, plan.size_px
    size = (
        board.size_px(max(6, -(-SIDE // max(board.rows, board.cols))))
        if board
        else (max(16, round(SIDE * h / max(h, w))), max(16, round(SIDE * w / max(h, w))))
    )
    x = blend(casting, views, size, 2)[0]
    return [_fitted(np.rint(p * 255).astype(np.uint8)) for p in (x, *(apply_view(v, x) for v in views))]


def _fitted(x: np.ndarray) -> np.ndarray:
    k = SIDE / max(x.shape[:2])
    return cv2.resize(x, (round(x.shape[1] * k), round(x.shape[0] * k)), interpolation=cv2.INTER_AREA)


def _page(plan: Plan, designs: list[Casting], tiles: list[list[np.ndarray]], first: int) -> bytes:
    """PNG: a heading, then a tile a design in rows of COLUMNS."""
    from io import BytesIO

    from PIL import Image, ImageDraw, ImageFont

    count = len(tiles[0])
    columns = min(COLUMNS if count == 2 else 1, len(tiles))
    rows = -(-len(tiles) // columns)
    wide, high = count * (SIDE + 6) - 6, SIDE + CAPTION
    page = Image.new("RGB", (GAP + columns * (wide + GAP), HEAD + rows * (high + GAP)), PAPER)
    draw = ImageDraw.Draw(page)
    title, body, small = (ImageFont.load_default(n) for n in (26, 19, 15))
    draw.text((GAP, 22), "  /  ".join(map(display_name, plan.prompts)), INK, title)
    draw.text((page.width - GAP, 30), f"{plan.kind.replace('_', ' ')} {plan.recipe.board.grid}".strip(), SOFT, body, anchor="ra")
    for n, (c, pictures) in enumerate(zip(designs, tiles)):
        x, y = GAP + n % columns * (wide + GAP), HEAD + n // columns * (high + GAP)
        for k, p in enumerate(pictures):
            at = (x + k * (SIDE + 6) + (SIDE - p.shape[1]) // 2, y + (SIDE - p.shape[0]) // 2)
            page.paste(Image.fromarray(p), at)
            draw.rectangle((at[0] - 1, at[1] - 1, at[0] + p.shape[1], at[1] + p.shape[0]), outline=EDGE)
        draw.text((x, y + SIDE + 10), f"seed {first + n}", INK, body)
        draw.text((x + wide, y + SIDE + 12), f"seen {c.score:.2f}   conflict {c.conflict:.2f}", SOFT, small, anchor="ra")
        draw.text((x, y + SIDE + 35), _told(c), SOFT, small)
    held = BytesIO()
    page.save(held, "PNG")
    return held.getvalue()


def _told(c: Casting) -> str:
    """What was done to either picture, in few words."""
    words = []
    for p in c.parts:
        done = (
            [f"hue {p.hue_deg:+.0f}\N{DEGREE SIGN}"] * (abs(p.hue_deg) >= 1) + [f"light {p.light:+.2f}"] * (abs(p.light) >= 0.02) + ["mirrored"] * p.pose.mirror
        )
        words.append(f"{p.drawing.subject}: {', '.join(done) or 'as drawn'}")
    return "   ".join(words) + "   bent" * (c.parts[0].displacement is not None)
