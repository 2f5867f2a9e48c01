"""Assembly guide: which piece goes where, and how it is turned. Lengths in mm, y down.

A piece is named by its place in picture 1 like a square of a chess board: column letter, row number, so "B3" is r3c2 of arrangement.json.
"""

import math
from typing import Any

from ..anagram import Anagram
from ..jigsaw import Arrangement
from ..jigsaw.geometry.cells import turned_axes
from ..path import Point
from ..units import fmt_mm
from ..views import arrangement_table
from . import connector_map, duplex, guide_page, view_guide
from . import graphics as g
from .assembly_map import label, map_pages, piece_name
from .captions import TEXTS, captions, credits, prompts, slug_line, title_of
from .guide_page import SIDE, Size
from .placement import table_below, table_pages
from .sheet import Item, Role, Sheet, Stroke, Text

EXAMPLE_MM = 35.0  # height of the example


def guide_sheets(anagram: Anagram, arrangement: Arrangement | None, template_name: str = "a4", sheet_mm: Size | None = None) -> list[Sheet]:
    """Guide of a board: cover, duplex printing, connectors, a map of each assembly and its placement table; without pieces one page about the view.

    sheet_mm: page of print.pdf, for a board with two sides. Large boards have several maps, so that a piece is 8 mm or more. Raises UnknownName for a
    sheet that does not exist.
    """
    size, note = guide_page.page_size(template_name), slug_line(anagram, arrangement)
    if arrangement is None:
        return guide_page.pages(template_name, [view_guide.page(anagram, size)], title_of(anagram), "How to see it", note)
    bodies = [_cover(anagram, arrangement, size)]
    bodies += [duplex.page(anagram, arrangement, size, sheet_mm or size)] if anagram.back else []
    bodies += [connector_map.page(arrangement, size)] if arrangement.figures else []
    for assembly in range(arrangement.assemblies):
        bodies += _assembly(anagram, arrangement, assembly, size)
    return guide_page.pages(template_name, bodies, title_of(anagram), "Assembly guide", note)


def _assembly(anagram: Anagram, arrangement: Arrangement, assembly: int, size: Size) -> list[list[Item]]:
    """Maps of an assembly; from the second on also the placement table, below the map where there is room."""
    name = prompts(anagram)[assembly]
    maps, bottom = map_pages(anagram.seen[assembly], arrangement, assembly, name, size)
    if assembly == 0:
        return maps
    below = table_below(arrangement, assembly, bottom + 9, size) if len(maps) == 1 else None
    return [maps[0] + below] if below else maps + table_pages(arrangement, assembly, name, size)


def _cover(anagram: Anagram, arrangement: Arrangement, size: Size) -> list[Item]:
    width, bottom = size[0] - 2 * SIDE, size[1] - guide_page.FOOT
    shown, top = captions(anagram, arrangement), 50.0
    gap = 10 if len(shown) == 2 else 6
    part = (width - gap * (len(shown) - 1)) / len(shown)
    h, w = anagram.pixels.shape[:2]
    tall = min(part * h / w, 96.0)
    pictures, y = guide_page.captioned(shown, top, part, tall, gap), top + tall + 15
    sides = "two sides, " if anagram.back else ""
    lead = guide_page.lead(f"One set of pieces, {sides}{TEXTS['numbers'][len(shown)]} pictures.", width)
    facts = guide_page.facts(_facts(anagram, arrangement), y, width)
    steps = _steps(arrangement, y + 25, width, bottom - 8, anagram.back is not None)
    return [*guide_page.heading(title_of(anagram), width), *lead, *pictures, *facts, *steps, *guide_page.fine_print(credits(anagram), bottom, width)]


def _facts(anagram: Anagram, arrangement: Arrangement) -> list[tuple[str, str]]:
    board: Any = arrangement.board
    pieces = f"{board.count} ({board.rows} × {board.cols})" if board.moves_pixels else f"{board.count} ({board.tiling})"
    piece_mm = fmt_mm(round(board.cell_mm, 1)).replace("mm", " mm")
    return [("Pieces", pieces), ("Finished size", guide_page.finished_size(anagram)), ("One piece", piece_mm), ("Ways to close it", solutions(arrangement))]


def solutions(arrangement: Arrangement) -> str:
    """Number of solutions as arrangement.json has it; of a free board those in which every side lies as in picture 1, beyond 12 digits a power of ten."""
    found = arrangement_table([], arrangement.board.size_mm, arrangement, [])["solutions"]
    if "orbits" in found:
        return f"exactly {found['counted']}" if found["exact"] else f"{found['counted']} known, not counted to the end"
    if found["counted"] and found["counted"] < 10**12:
        return f"at least {found['counted']:,}"
    return f"at least 10^{math.floor(found['log10'])}"


def _steps(arrangement: Arrangement, y: float, width: float, bottom: float, two_sided: bool) -> list[Item]:
    """Numbered steps, the meaning of the arrows, and an example where there is room."""
    text, last = TEXTS["assembly"], arrangement.board.piece(arrangement.board.count - 1)
    name = piece_name(last.row, last.col) if arrangement.board.moves_pixels else label(arrangement.board, arrangement.board.count - 1)
    corners = text["corners" if arrangement.board.moves_pixels else "last"].format(last=name)
    if arrangement.assemblies == 1:
        steps = [text["map"].format(what="the picture", corners=corners), TEXTS["duplex"]["turn_over"]]
        return guide_page.numbered_steps([("", step) for step in steps], y, width)[0]
    later = "picture 2" if arrangement.assemblies == 2 else "another picture"
    steps = [text["map"].format(what="picture 1", corners=corners) + text["stickers" if two_sided else "pencil"]]
    steps += [text["places"].format(later=later, that=later.replace("another", "that")), text["turn"].format(shape=_shape(arrangement))]
    out, y = guide_page.numbered_steps([("", step) for step in steps], y, width)
    return [*out, *_legend(SIDE + 7, y - 1.5, width - 7, arrangement), *(_example(arrangement, y + 12) if y + 12 + EXAMPLE_MM < bottom else [])]


def _shape(arrangement: Arrangement) -> str:
    """Sentence about what the shapes of the pieces tell."""
    other = "second picture" if arrangement.assemblies == 2 else "other pictures"
    if arrangement.figures is None:
        return TEXTS["assembly"]["alike" if (arrangement.board.classes == 0).all() else "classes"].format(other=other)
    return TEXTS["assembly"]["keyed"].format(profiles=arrangement.figures["profiles"])


def _example(arrangement: Arrangement, y: float) -> list[Item]:
    """First turned piece as it lies in picture 1 and in picture 2, with its name and arrow."""
    turns = arrangement.turns[1] % arrangement.board.turns
    i = int(turns.argmax()) if not (turns == 1).any() else int((turns == 1).argmax())
    name, x = label(arrangement.board, i), SIDE + 7
    out: list[Item] = [*g.paragraph("For example:", (x, y + 4), 30, 2.9, italic=True, colour=g.GREY)]
    for k, turn in enumerate((0, int(turns[i]))):
        cx, cy = x + 44 + 66 * k, y + 15
        out += [_piece(arrangement, i, turn, (cx, cy), 18.0), Text(name, (cx, cy - 0.4), 3.6, "middle", True, g.INK)]
        out.append(g.arrow((cx, cy + 3), 4.2, turn, of=arrangement.board.turns))
        out += g.paragraph(f"{name} in picture {k + 1}", (cx, y + 34), 60, 2.5, colour=g.GREY, anchor="middle")
    return [*out, g.arrow((x + 77, y + 15), 8, 1, g.PALE)]


def _piece(arrangement: Arrangement, i: int, turns: int, centre: Point, cell: float) -> Stroke:
    """Outline of a piece about its cell's centre, turned clockwise."""
    if not arrangement.board.on_grid:
        (x, y), k = arrangement.board.centres_mm[i].tolist(), cell / arrangement.board.cell_mm
        path = arrangement.board.outline(i).transformed(k, 0, 0, k, -k * x, -k * y).transformed(*turned_axes(turns, arrangement.board.turns), *centre)
        return Stroke(path, Role.NOTE, 0.25, g.INK, "#f1f0ec")
    (row, col), k = divmod(i, arrangement.board.cols), cell / arrangement.board.cell_mm
    path = arrangement.board.outline(i).transformed(k, 0, 0, k, -(col + 0.5) * cell, -(row + 0.5) * cell)
    return Stroke(path.transformed(*turned_axes(turns, 4), *centre), Role.NOTE, 0.25, g.INK, "#f1f0ec")


def _legend(x: float, y: float, width: float, arrangement: Arrangement) -> list[Item]:
    """Arrows with their meaning in a row 6 mm high; on boards of other pieces than squares only those that occur."""
    of = arrangement.board.turns
    shown = list(range(of))
    if not arrangement.board.on_grid:
        shown = sorted({0, *(arrangement.turns[1:] % of).ravel().tolist()})
    step, out = width / len(shown), list[Item]()
    for n, k in enumerate(shown):
        text = g.paragraph(TEXTS["turns"]["4" if of == 4 else "6"][k], (x + n * step + 6, y + 2.6), step - 8, 2.2, most=2, leading=1.25)
        out += [g.arrow((x + n * step + 2, y + 2.6), 4.4, k, of=of), *text]
    return out
