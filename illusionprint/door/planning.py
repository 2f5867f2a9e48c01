"""From a spec to its plan, with everything that can be wrong found on the way."""

from dataclasses import replace

from .. import views
from ..blend import finishes
from ..casting import parse_ground
from ..errors import BadValue, UnknownName
from ..jigsaw import Board
from ..layout import choose_sheet
from ..spec import CARDS, PuzzleSpec
from ..template import Template
from .boards import checked_raster, front, measured
from .faces import faces_of
from .plan import Plan

MOST_ON_TWO_SIDES = 4


def plan_of(spec: PuzzleSpec) -> Plan:
    """The plan of a puzzle. Raises BadValue, UnknownName, and Missing for what is not installed."""
    plan = laid_out(spec)
    return replace(plan, faces=faces_of(plan)) if plan.sides == 2 else replace(plan, subjects=plan.found)


def laid_out(spec: PuzzleSpec) -> Plan:
    """The plan without its subjects, for a picture that is there already."""
    _known(spec)
    finishes.load(spec.pictures.finish)
    recipe, board = measured(spec)
    return sheet_plan(recipe, tuple(shown_by(recipe)), board)


def sheet_plan(spec: PuzzleSpec, shown: tuple[str, ...], board: Board | None = None) -> Plan:
    """The plan of a puzzle whose size is filled in, without its subjects. Raises BadValue, UnknownName for a size, a sheet or a machine that cannot be."""
    machine = Template.load(spec.machine.name, "machine")
    size_px, px_per_mm = checked_raster(board, spec.sheet.size, spec.sheet.dpi)
    sheet = choose_sheet(board.size_mm if board else (size_px[1] / px_per_mm, size_px[0] / px_per_mm), spec.sheet.template)
    return Plan(spec, shown, board, size_px, px_per_mm, sheet, machine)


def _known(spec: PuzzleSpec) -> None:
    """Raises UnknownName, BadValue for views, grounds and compositions that cannot be."""
    kinds = [k for k in views.view_kinds() if k != "identity"]
    if not set(spec.kind.split("+")) <= set(kinds):
        raise UnknownName("kind", spec.kind, [*kinds, "hybrid"])
    if spec.viewing:
        raise BadValue(f"near and far belong to a hybrid; '{spec.kind}' came.")
    if spec.board.sides == 2:
        _two_sided(spec)
    shown_by(spec)
    parse_ground(spec.pictures.ground, len(front(spec)))
    if spec.pictures.compose == "card" and (spec.kind not in CARDS or len(spec.pictures.prompts) != 2):
        raise BadValue(f"a card needs two pictures and a view that turns the sheet upside down: {' or '.join(CARDS)}; '{spec.kind}' came.")


def _two_sided(spec: PuzzleSpec) -> None:
    """Raises BadValue for what two sides cannot be."""
    if spec.kind != "jigsaw":
        raise BadValue(f"two sides belong to a jigsaw; '{spec.kind}' came.")
    if len(spec.pictures.prompts) > MOST_ON_TWO_SIDES:
        raise BadValue(f"a board with two sides shows two to {MOST_ON_TWO_SIDES} pictures; {len(spec.pictures.prompts)} prompts came.")
    if spec.model:
        raise BadValue("the two sides of a board are drawn; leave the model out.")
    if spec.exact and len(front(spec)) < 2:
        raise BadValue("a board with one picture a side closes in one way that matters; take three prompts or four with --solutions exact, or leave it out.")


def shown_by(spec: PuzzleSpec) -> list[str]:
    """The view of each picture of the front, "identity" first. Raises UnknownName, BadValue."""
    count = len(front(spec))
    return ["identity"] if count == 1 else views.view_names(spec.kind, count)
