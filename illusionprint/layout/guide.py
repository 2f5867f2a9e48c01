"""The assembly guide: which piece goes where, and how it is turned. Lengths in mm, y down.

A piece is named by its place in picture 1 like a field of a chess board: column letter, row number, so "B3" is r3c2 of arrangement.json.
"""
from __future__ import annotations

import math

from ..anagram import Anagram
from ..jigsaw import Arrangement
from ..jigsaw.geometry.cells import turned_axes
from ..units import fmt_mm
from ..views import arrangement_table
from . import behind, booklet, connectors, turning
from . import furniture as f
from .booklet import SIDE
from .maps import label, map_pages, piece_name
from .moves import table_on, table_pages
from .printing import credits, made_by, prompts, title_of
from .turning import COUNTED
from .sheet import Item, Role, Sheet, Stroke, Text

KIND, TITLE_Y, EXAMPLE_MM = "Assembly guide", 36.0, 35.0
SIXTHS = ("as in picture 1", "a sixth of a turn clockwise", "a third of a turn clockwise", "half a turn", "a third of a turn anticlockwise",
          "a sixth of a turn anticlockwise")
TURNS = ("as in picture 1", "a quarter turn clockwise", "half a turn", "a quarter turn anticlockwise")


def guide_sheets(anagram: Anagram, board: Arrangement | None, template_name: str = "a4",
                 sheet_mm: booklet.Size | None = None) -> list[Sheet]:
    """A cover, the connectors of a keyed board, a map of each assembly, and a table of the moves; pictures without pieces get one page that says how to turn them.

    sheet_mm: page of print.pdf, for a board with two sides. Maps of large boards are split so that a piece is 8 mm or more. Raises UnknownName for a sheet that does not exist.
    """
    size, note = booklet.page_size(template_name), made_by(anagram, board)
    if board is None:
        return booklet.pages(template_name, [turning.page(anagram, size)], title_of(anagram), "How to see it", note)
    bodies = [_cover(anagram, board, size), *([behind.page(anagram, board, size, sheet_mm or size)] if anagram.back else []),
              *([connectors.page(board, size)] if board.figures else [])]
    for a in range(board.assemblies):
        bodies += _assembly(anagram, board, a, size)
    return booklet.pages(template_name, bodies, title_of(anagram), KIND, note)


def _assembly(anagram: Anagram, board: Arrangement, a: int, size: booklet.Size) -> list[list[Item]]:
    """The maps of an assembly; from the second on also the table, under the map where there is room."""
    name = prompts(anagram)[a]
    maps, bottom = map_pages(anagram.seen[a], board, a, name, size)
    if a == 0:
        return maps
    under = table_on(board, a, bottom + 9, size) if len(maps) == 1 else None
    return [maps[0] + under] if under else maps + table_pages(board, a, name, size)


def _cover(anagram: Anagram, board: Arrangement, size: booklet.Size) -> list[Item]:
    width = size[0] - 2 * SIDE
    shown = behind.captions(anagram, board)
    count, top = len(shown), 50.0
    gap = 10 if count == 2 else 6
    part = (width - gap * (count - 1)) / count
    h, w = anagram.pixels.shape[:2]
    tall = min(part * h / w, 96.0)
    pictures = [item for k, (p, name) in enumerate(shown)
                for item in booklet.captioned(p, (SIDE + k * (part + gap), top, part, tall), k + 1, name)]
    y = top + tall + 15
    lead = f.paragraph(f"One set of pieces, {'two sides, ' if anagram.back else ''}{COUNTED[count]} pictures.", (SIDE, 44), width, 3.6, colour=f.GREY, italic=True)
    rows, steps = booklet.facts(_facts(anagram, board), y, width), _steps(y + 25, width, board, size[1] - booklet.FOOT - 8, anagram.back is not None)
    return [*booklet.heading(title_of(anagram), TITLE_Y, width), *lead, *pictures, *rows, *steps,
            *booklet.fine_print(credits(anagram), size[1] - booklet.FOOT, width)]


def _facts(anagram: Anagram, board: Arrangement) -> list[tuple[str, str]]:
    cut = board.board
    grid = f"{cut.count} ({cut.rows} × {cut.cols})" if cut.moves_pixels else f"{cut.count} ({cut.tiling})"
    return [("Pieces", grid), ("Finished size", booklet.sized(anagram)),
            ("One piece", fmt_mm(round(cut.cell_mm, 1)).replace("mm", " mm")), ("Ways to close it", ways(board))]


def ways(board: Arrangement) -> str:
    """Number of assemblies as arrangement.json has it: of a free board those in which every side lies as in picture 1; beyond 12 digits the power of ten."""
    found = arrangement_table([], board.board.size_mm, board, [])["solutions"]
    if "orbits" in found:
        return f"exactly {found['counted']}" if found["exact"] else f"{found['counted']} known, not counted to the end"
    if found["counted"] and found["counted"] < 10**12:
        return f"at least {found['counted']:,}"
    return f"at least 10^{math.floor(found['log10'])}"


def _steps(y: float, width: float, board: Arrangement, bottom: float, two_sided: bool = False) -> list[Item]:
    """How to go about it, in three steps, and what the arrows mean."""
    last = board.board.piece(board.board.count - 1)
    corners = (f"A1 is at the top left, {piece_name(last.row, last.col)} at the bottom right" if board.board.moves_pixels else
               f"A1 would be at the top left, {label(board.board, board.board.count - 1)} is the last one")
    later = "picture 2" if board.assemblies == 2 else "another picture"
    if board.assemblies == 1:
        steps = ["Put the picture together with its map. Every piece is named by its column letter and row number there, as on a chess board: "
                 f"{corners}.", behind.HOLD]
        return _numbered(steps, y, width)[0]
    steps = ["Put picture 1 together with its map. Every piece is named by its column letter and row number there, as on a chess board: "
             f"{corners}. {'Both sides are printed: take the names from the map, or put them on small stickers.' if two_sided else 'Pencil the names on the backs.'}",
             f"For {later} put each piece where its name stands on the map of {later.replace('another', 'that')}.",
             "Turn it so that the side which is at the top in picture 1 points where the red arrow points. "
             f"{_shape(board)}"]
    out, y = _numbered(steps, y, width)
    return [*out, *legend(SIDE + 7, y - 1.5, width - 7, board), *(example(board, y + 12) if y + 12 + EXAMPLE_MM < bottom else [])]


def _numbered(steps: list[str], y: float, width: float) -> tuple[list[Item], float]:
    """(numbered paragraphs from a baseline on, the next baseline)."""
    out: list[Item] = []
    for k, text in enumerate(steps, 1):
        out.append(Text(str(k), (SIDE, y), 3.4, bold=True, colour=f.ACCENT))
        lines = f.paragraph(text, (SIDE + 7, y), width - 7, 2.9, leading=1.45)
        out += lines
        y = lines[-1].at[1] + 6.4
    return out, y


def _shape(board: Arrangement) -> str:
    """What the pieces' shapes tell the player."""
    other = "second picture" if board.assemblies == 2 else "other pictures"
    if board.figures is None and (board.board.classes == 0).all():
        return f"Every piece fits every place, and there are no border pieces: only the names lead to the {other}."
    if board.figures is None:
        return f"Shape alone does not tell: many pieces fit many places, only the names lead to the {other}."
    return f"Connectors of {board.figures['profiles']} kinds: a piece fits where it belongs in one of the pictures; wherever else it fits, the board will not close."


def example(board: Arrangement, y: float) -> list[Item]:
    """The first turned piece as it lies in picture 1 and in picture 2, with its name and arrow."""
    turns = board.turns[1] % board.board.turns
    i = int(turns.argmax()) if not (turns == 1).any() else int((turns == 1).argmax())
    name = label(board.board, i)
    x, cell = SIDE + 7, 18.0
    out: list[Item] = [f.paragraph("For example:", (x, y + 4), 30, 2.9, italic=True, colour=f.GREY)[0]]
    for k, quarter in enumerate((0, int(turns[i]))):
        centre = (x + 44 + 66 * k, y + 15)
        out += [_piece(board, i, quarter, centre, cell), Text(name, (centre[0], centre[1] - 0.4), 3.6, "middle", True, f.INK),
                f.arrow((centre[0], centre[1] + 3), 4.2, quarter, of=board.board.turns),
                *f.paragraph(f"{name} in picture {k + 1}", (centre[0], y + 34), 60, 2.5, colour=f.GREY, anchor="middle")]
    return [*out, f.arrow((x + 77, y + 15), 8, 1, f.PALE)]


def _piece(board: Arrangement, i: int, quarter_turns: int, centre: tuple[float, float], cell: float) -> Stroke:
    """The outline of a piece about its cell's centre, turned clockwise."""
    if not board.board.on_grid:
        (x, y), k = board.board.centres_mm[i].tolist(), cell / board.board.cell_mm
        path = board.board.outline(i).transformed(k, 0, 0, k, -k * x, -k * y).transformed(*turned_axes(quarter_turns, board.board.turns), *centre)
        return Stroke(path, Role.NOTE, 0.25, f.INK, "#f1f0ec")
    (row, col), k = divmod(i, board.board.cols), cell / board.board.cell_mm
    path = board.board.outline(i).transformed(k, 0, 0, k, -(col + .5) * cell, -(row + .5) * cell)
    for _ in range(quarter_turns):
        path = path.transformed(0, 1, -1, 0, 0, 0)
    return Stroke(path.transformed(1, 0, 0, 1, *centre), Role.NOTE, 0.25, f.INK, "#f1f0ec")


def legend(x: float, y: float, width: float, board: Arrangement) -> list[Item]:
    """The arrows with their meaning, in a row 6 mm high; on boards of other pieces than squares those that occur."""
    of, words = board.board.turns, dict(enumerate(TURNS))
    if not board.board.on_grid:
        words = {k: (TURNS if of == 4 else SIXTHS)[k] for k in sorted({0, *(board.turns[1:] % of).ravel().tolist()})}
    step = width / len(words)
    return [item for n, (k, text) in enumerate(words.items()) for item in
            (f.arrow((x + n * step + 2, y + 2.6), 4.4, k, of=of), *f.paragraph(text, (x + n * step + 6, y + 2.6), step - 8, 2.2, most=2, leading=1.25))]
