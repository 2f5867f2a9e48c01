"""The board and the raster that a spec asks for."""

import re
from pathlib import Path

from ..errors import BadValue
from ..jigsaw import Board, build
from ..jigsaw.exact import three
from ..jigsaw.exact.solve import bare_twins
from ..spec import PuzzleSpec
from ..template import Template
from ..units import fmt_size, length_mm, px, size_mm
from ..vocabulary import check_svg
from .grids import with_grid

DEFAULT_MM = 200.0
CELL_MM = 20.0  # what a piece measures when no size is given and the board has many
LEAST_MM = 20.0  # of a picture's side
MOST_PX = 150_000_000  # A2 at 600 dpi
Raster = tuple[tuple[int, int], float]  # ((height, width) in pixels, pixels per mm)


def board_of(spec: PuzzleSpec) -> Board | None:
    """The board of a spec, None of a whole sheet. Raises BadValue, UnknownName."""
    return measured(spec)[1]


def measured(spec: PuzzleSpec) -> tuple[PuzzleSpec, Board | None]:
    """The spec with its size and grid filled in, and its board. Raises BadValue, UnknownName."""
    if spec.kind != "jigsaw":
        _no_board(spec)
        return spec.replace(size=spec.sheet.size or f"{DEFAULT_MM:g}mm"), None
    spec = with_grid(spec)
    rows, cols = spec.board.rows_cols
    size = spec.sheet.size or f"{max(DEFAULT_MM, CELL_MM * max(rows, cols)):g}mm"
    return spec.replace(size=size, grid=f"{rows}x{cols}"), _board(spec, size)


def _no_board(spec: PuzzleSpec) -> None:
    """Raises BadValue for what belongs to a jigsaw only."""
    whole, board = f"'{spec.kind}' moves the whole sheet", spec.board
    if not board.is_plain:
        raise BadValue(f"tiling, cells, outline and border belong to a jigsaw; {whole}.")
    if spec.exact:
        raise BadValue(f"solutions are counted of a jigsaw; {whole}.")
    if board.grid or board.pieces:
        raise BadValue(f"a grid belongs to a jigsaw; {whole}.")
    if board.tabs != type(board).tabs:
        raise BadValue(f"tabs belong to a jigsaw; {whole}.")


def _board(spec: PuzzleSpec, size: str) -> Board:
    """Of a board whose solutions are counted the connectors are open: they come once the pictures are known."""
    form, (rows, cols), exact = spec.board, spec.board.rows_cols, spec.exact is not None
    _pictures_fit(spec, rows, cols)
    if form.outline.lower().endswith(".svg") and Path(form.outline).is_file():
        check_svg(Path(form.outline))
    box = _box(size, rows, cols) if form.is_plain or form.border == "knobs" else size_mm(size)
    neck = Template.load(spec.machine.name, "machine").mm("min_neck")
    found = build(
        rows, cols, box, form.tabs, neck, tiling=form.tiling, stretch=form.cells == "fit", outline=form.outline, knobbed=form.border == "knobs", keyed=exact
    )
    found = found.open if exact else found
    found.outline(0)  # its pieces are found now, or an error
    if exact and not form.is_plain and len(alike := bare_twins(found)):
        raise BadValue(
            f"the outline cuts {len(alike)} pieces of one shape and leaves them no connector, so that they can change places: such a board never has "
            "exactly two solutions. Take another grid or outline, or leave out --solutions exact."
        )
    return found


def _pictures_fit(spec: PuzzleSpec, rows: int, cols: int) -> None:
    """Raises BadValue for a board that cannot be had for so many pictures."""
    count, form = len(front(spec)), spec.board
    if spec.exact and count > 2:
        _exact_of_three(spec, rows, cols, count)
    if count > 2 and not form.is_plain and form.border != "knobs":
        raise BadValue(
            f"a board of another shape shows two pictures; {len(spec.pictures.prompts)} prompts came. Square pieces in a rectangle show three and four, "
            "and so do boards with --border knobs."
        )
    if form.cells == "fit" and (form.tiling != "square" or form.outline):
        raise BadValue("cells that fill the sheet are stretched squares; leave out the tiling and the outline, or --cells fit.")
    if form.border == "knobs" and form.outline:
        raise BadValue("a border of knobs is the board's outline, and its pieces go everywhere; leave out the outline, or --border knobs.")


def _exact_of_three(spec: PuzzleSpec, rows: int, cols: int, count: int) -> None:
    """Raises BadValue for more than two pictures on a board that cannot be had with exactly as many solutions."""
    if spec.board.is_plain and (no := three.refused(rows, cols, count)):
        raise BadValue(no)
    if spec.exact and spec.exact.turned >= 0:
        raise BadValue("turned is for two pictures; how the pieces of three turn follows from the board: leave it out.")
    if spec.model:
        raise BadValue("a board with exactly three solutions is drawn; leave the model out, or --solutions exact.")
    if not spec.board.is_plain:
        raise BadValue(
            "a board of another shape, or with --border knobs, has exactly two solutions; exactly three can be had on squares with a straight border. "
            "Take two pictures, or leave out --solutions exact."
        )


def _box(size: str, rows: int, cols: int) -> tuple[float, float]:
    """(width, height) that a board may take: one length is its longer side."""
    if re.search("[x×]", size.lower()) or not re.match(r"\s*[\d.]", size):
        return size_mm(size)
    side = length_mm(size)
    return side * min(1, cols / rows), side * min(1, rows / cols)


def front(spec: PuzzleSpec) -> tuple[str, ...]:
    """Prompts of what the front shows, one an assembly; the others are behind."""
    prompts = spec.pictures.prompts
    return prompts[: -(-len(prompts) // spec.board.sides)]


def raster(board: Board | None, size: str, dpi: float) -> Raster:
    """((height, width) in pixels, pixels per mm) of a board, or of a sheet of a size: whole pixels a square cell."""
    if board and board.moves_pixels:
        s = board.px_near(max(8, px(board.cell_mm, dpi)))
        return board.size_px(s), s / board.cell_mm
    w, h = board.size_mm if board else size_mm(size)
    per_mm = px(w, dpi) / w
    least = 1 if board else 16
    return (max(least, round(h * per_mm)), max(least, round(w * per_mm))), per_mm


def checked_raster(board: Board | None, size: str, dpi: float) -> Raster:
    """The same. Raises BadValue for a picture that is too small or has too many pixels."""
    w, h = board.size_mm if board else size_mm(size)
    if min(w, h) < LEAST_MM:
        raise BadValue(f"a picture is at least {LEAST_MM:g} mm wide and high; {fmt_size((w, h))} came.")
    (height, width), per_mm = raster(board, size, dpi)
    if height * width > MOST_PX:
        raise BadValue(
            f"{fmt_size((w, h))} at {dpi:g} dpi are {width} x {height} pixels, and {MOST_PX / 1e6:g} million is the most; "
            "take a lower --dpi or a smaller --size."
        )
    return (height, width), per_mm
